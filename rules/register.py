"""The register of an inspection's official documents: one record for all copies of one, by number and title, with what
explains it and how its copies differ. Nothing is judged here. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from rules.copies import INTERPRETATION, POLICY, SHORTEST, Copy, Quoted, canonical_validity

HEADER = [
    "key",
    "doc_number",
    "title",
    "kind",
    "unit",
    "url",
    "column",
    "written",
    "published",
    "validity",
    "body_sha256",
    "interpretations",
    "interprets",
]


@dataclass(frozen=True, slots=True)
class Difference:
    """What copies of one document show differently: ``field`` is ``written``, ``published``, ``validity`` or ``body``,
    ``values`` each value with the addresses that show it. A copy that shows none differs from no other."""

    field: str
    values: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Record:
    """A document or an interpretation with all its copies. ``interpretations`` are the addresses of what explains the
    document, ``interprets`` the keys of what an interpretation explains. ``alike`` are the keys of documents of the
    same number under another title, or of the same title under another number or none: perhaps the same, perhaps not."""

    key: str
    kind: str
    doc_number: str | None
    title: str
    copies: tuple[Copy, ...]
    interpretations: tuple[str, ...] = ()
    interprets: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()

    @property
    def disagree(self) -> tuple[Difference, ...]:
        found = [
            _difference("written", self.copies, lambda copy: copy.written),
            _difference("published", self.copies, lambda copy: copy.published),
            _difference("validity", self.copies, lambda copy: canonical_validity(copy.validity or "")),
        ]
        for form in sorted({copy.form for copy in self.copies} - {""}):
            comparable = [copy for copy in self.copies if copy.form == form]
            found += [_difference("body", comparable, lambda copy: copy.body)]
        return tuple(one for one in found if one)


def _difference(field: str, copies: Iterable[Copy], shown: Callable[[Copy], str | None]) -> Difference | None:
    by_value: dict[str, list[str]] = defaultdict(list)
    for copy in copies:
        if value := shown(copy):
            by_value[value].append(copy.url)
    if len(by_value) < 2:
        return None
    return Difference(field, tuple((value, tuple(by_value[value])) for value in sorted(by_value)))


def make_register(copies: Iterable[Copy]) -> list[Record]:
    """All records, by key; their copies by unit and address."""
    book = _Book(sorted(copies, key=lambda copy: (copy.key, copy.unit, copy.url)))
    explains = {id(note): book.explained_by(note) for note in book.notes}
    explained: dict[str, set[str]] = defaultdict(set)
    for note in book.notes:
        for key in explains[id(note)]:
            explained[key].add(note.url)
    return [
        Record(
            key=key,
            kind=same[0].kind,
            doc_number=same[0].doc_number,
            title=same[0].title,
            copies=tuple(same),
            interpretations=tuple(sorted(explained[key])) if key in explained else (),
            interprets=tuple(sorted({one for copy in same for one in explains.get(id(copy), ())})),
            alike=book.alike(same[0]) if same[0].kind == POLICY else (),
        )
        for key, same in book.by_key.items()
    ]


def document_rows(records: Iterable[Record]) -> Iterator[list[object]]:
    """The rows of ``documents.csv``: one for each copy."""
    for record in records:
        for copy in record.copies:
            yield [
                record.key,
                copy.doc_number,
                copy.title,
                copy.kind,
                copy.unit,
                copy.url,
                copy.column,
                copy.written,
                copy.published,
                copy.validity,
                copy.body,
                " ".join(record.interpretations),
                " ".join(record.interprets),
            ]


class _Book:
    """Copies by what they may be looked up by."""

    def __init__(self, copies: list[Copy]) -> None:
        self.copies = copies
        self.papers = [copy for copy in copies if copy.kind == POLICY]
        self.notes = [copy for copy in copies if copy.kind == INTERPRETATION]
        self.by_key: dict[str, list[Copy]] = defaultdict(list)
        for copy in copies:
            self.by_key[copy.key].append(copy)

    @cached_property
    def _at(self) -> dict[str, set[str]]:
        """Keys of documents by address."""
        return _index((place, copy.key) for copy in self.papers for place in copy.places)

    @cached_property
    def _pointing(self) -> dict[str, set[tuple[str, bool]]]:
        """Keys of the documents that link to an address, and whether by name."""
        found: dict[str, set[tuple[str, bool]]] = defaultdict(set)
        for copy in self.papers:
            for pointer in copy.links:
                found[pointer.place].add((copy.key, pointer.named))
        return found

    @cached_property
    def _called(self) -> dict[str, set[str]]:
        """Keys by whole title, and by the name that 关于印发…的通知 is wrapped round, where that tells its place."""
        placed = ((copy.named, copy.key) for copy in self.papers if copy.named and copy.named != copy.bare)
        return _index((*((copy.whole, copy.key) for copy in self.papers), *placed))

    @cached_property
    def _called_in(self) -> dict[str, set[str]]:
        """Keys by unit and bare name."""
        return _index((f"{copy.unit} {copy.bare}", copy.key) for copy in self.papers if len(copy.bare) >= SHORTEST)

    @cached_property
    def _numbered(self) -> dict[str, set[str]]:
        return _index((copy.doc_number, copy.key) for copy in self.papers if copy.doc_number)

    @cached_property
    def _titled(self) -> dict[str, set[str]]:
        return _index((copy.whole, copy.key) for copy in self.papers)

    def alike(self, paper: Copy) -> tuple[str, ...]:
        same = self._titled[paper.whole] | self._numbered.get(paper.doc_number or "", set())
        return tuple(sorted(same - {paper.key}))

    def explained_by(self, note: Copy) -> tuple[str, ...]:
        """Keys of the documents that an interpretation explains, by its title and by links in either direction; none
        where these tell different things or leave several open."""
        links = [(key, pointer.named) for pointer in note.links for key in self._at.get(pointer.place, ())]
        links += [one for place in note.places for one in self._pointing.get(place, ())]
        linked = {key for key, _ in links}
        pointed = {key for key, named in links if named}
        told: set[str] = set()
        for name in note.quoted:
            told |= self._named(name, note.unit, linked, pointed)
        if told:
            return tuple(sorted(told)) if not pointed or told & pointed else ()
        if pointed or not note.quoted:
            return tuple(sorted(self._one(pointed or linked)))
        return ()

    def _named(self, name: Quoted, unit: str, linked: set[str], pointed: set[str]) -> set[str]:
        """The one document called so: of the unit itself, else of any; of several the linked one."""
        own = self._called_in.get(f"{unit} {name.bare}", set())
        keys = own or self._called.get(name.whole, set())
        exact = {key for key in keys if key in self._called.get(name.whole, ())}
        for some in (keys, exact, keys & pointed, keys & linked):
            if one := self._one(some):
                return one
        return set()

    def _one(self, keys: set[str]) -> set[str]:
        """The keys when they are one document's: one, or copies of one title of which some show no number."""
        papers = [self.by_key[key][0] for key in keys]
        numbers = {paper.doc_number for paper in papers if paper.doc_number}
        return keys if len({paper.whole for paper in papers}) == 1 and len(numbers) <= 1 else set()


def _index(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for name, key in pairs:
        found[name].add(key)
    return found
