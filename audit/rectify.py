"""The rectification ledger in the database: moved on by each inspection, or worked out anew where the past changed."""

import csv
from collections.abc import Iterable
from dataclasses import fields
from functools import partial
from pathlib import Path

from django.db.models import QuerySet

from audit.bulk import insert_rows
from audit.decisions import Decisions, Notice
from audit.importing import FAILED, Duties
from audit.ledger import Failure, Said, Slot, State, Status, advance
from audit.models import OUTCOMES, Finding, Inspection, Problem, Result, Unit, UnitTerm
from audit.packing import unpack
from rules.findings import Outcome
from rules.mandate import SUMMARY, load_mandates

Duty = tuple[str, str]
"""Mandate and subject."""
_FIELDS = [f.name for f in fields(State)]
_CHUNK = 200
_GRAVEST = {Outcome.FAILED: 0, Outcome.CANT_TELL: 1, Outcome.UNTESTED: 2, Outcome.PASSED: 3, Outcome.INAPPLICABLE: 4}
_OUTCOMES = [Outcome(name) for name in OUTCOMES]


class Ledger:
    """Problems of all units. Use inside a transaction; ``output`` is where inspections' folders lie."""

    def __init__(self, output: Path, duties: Duties, decisions: Decisions) -> None:
        self.output = output
        self.duties = duties
        self._said: dict[tuple[str, str], dict[Duty, Said]] = {}
        for review in decisions.reviews:
            own = self._said.setdefault((review.inspection, review.unit), {})
            own[_meant(review.mandate), review.subject] = review.said()
        self._notices: dict[tuple[str, str], Notice] = {(n.inspection, n.unit): n for n in decisions.notices}
        self._folded: dict[int, Duty | None] = {}
        self._codes = dict(Unit.objects.values_list("id", "code"))

    def move_on(self, inspection: Inspection, units: Iterable[int] | None = None) -> None:
        """Takes in an inspection that is later than all the ledger has seen of its units (all, if none are named)."""
        results = inspection.results.order_by("unit_id")
        ids = list(results.values_list("unit_id", flat=True))
        if units is not None:
            wanted = set(units)
            ids = [i for i in ids if i in wanted]
        seen = _Seen(self.output / inspection.folder / "pages.csv")
        for start in range(0, len(ids), _CHUNK):
            chunk = ids[start : start + _CHUNK]
            states, rows = self._states(chunk)
            failures = _failures(inspection.findings.filter(unit_id__in=chunk, outcome=FAILED))
            changed: list[tuple[object, ...]] = []
            old: list[int] = []
            for unit, packed in results.filter(unit_id__in=chunk).values_list("unit_id", "outcomes"):
                own = states.setdefault(unit, {})
                keys = advance(own, self._slot(inspection, unit, bytes(packed), failures.get(unit, {}), seen))
                changed += (self._row(unit, key, own[key]) for key in own if key in keys)
                old += (rows[unit, key] for key in keys if (unit, key) in rows)
            self.duties.save()
            for first in range(0, len(old), _CHUNK):
                Problem.objects.filter(id__in=old[first : first + _CHUNK]).delete()
            insert_rows(Problem, ["unit_id", "duty_id", *_FIELDS], changed)

    def anew(self, units: Iterable[int] | None = None) -> None:
        """Works out the problems of units (all, if none are named) from all that was seen and said of them."""
        ids = sorted(self._codes if units is None else units)
        for start in range(0, len(ids), _CHUNK):
            Problem.objects.filter(unit_id__in=ids[start : start + _CHUNK]).delete()
        for inspection in Inspection.objects.filter(rejudged_of=""):
            self.move_on(inspection, None if units is None else ids)

    def _slot(
        self, inspection: Inspection, unit: int, packed: bytes, failures: dict[int, Failure], seen: "_Seen"
    ) -> Slot:
        outcomes: dict[Duty, Outcome] = {}
        for duty, code in unpack(packed).items():
            key = self._fold(duty)
            if key is not None:
                outcome = _OUTCOMES[code]
                if key not in outcomes or _GRAVEST[outcome] < _GRAVEST[outcomes[key]]:
                    outcomes[key] = outcome
        folded: dict[Duty, Failure] = {}
        for duty, failure in failures.items():
            key = self._fold(duty)
            if key is not None and (key not in folded or failure.points > folded[key].points):
                folded[key] = failure
        name, code_ = inspection.name, self._codes[unit]
        notice = self._notices.get((name, code_))
        return Slot(
            day=inspection.as_of,
            inspection=name,
            outcomes=outcomes,
            failures=folded,
            saw=partial(seen.saw, code_),
            said=self._said.get((name, code_), {}),
            notice_deadline=notice.deadline if notice else None,
        )

    def _fold(self, duty: int) -> Duty | None:
        """The duty itself, or that which it is an alias of; None for what only sums up others."""
        if duty not in self._folded:
            mandate, subject, check = self.duties.by_id[duty]
            self._folded[duty] = None if check == SUMMARY else (_meant(mandate), subject)
        return self._folded[duty]

    def _states(self, units: list[int]) -> tuple[dict[int, dict[Duty, State]], dict[tuple[int, Duty], int]]:
        """Problems of units as they stand, and the ids of their rows."""
        states: dict[int, dict[Duty, State]] = {}
        ids: dict[tuple[int, Duty], int] = {}
        found = Problem.objects.filter(unit_id__in=units).order_by("id")
        for i, unit, duty, *values in found.values_list("id", "unit_id", "duty_id", *_FIELDS):
            key = self.duties.by_id[duty][:2]
            states.setdefault(unit, {})[key] = _state(values)
            ids[unit, key] = i
        return states, ids

    def _row(self, unit: int, key: Duty, state: State) -> tuple[object, ...]:
        mandate = load_mandates().by_id.get(key[0])
        duty = self.duties.id_of(*key, mandate.check if mandate else "")
        return unit, duty, *(getattr(state, name) for name in _FIELDS)


class _Seen:
    """Which pages an inspection saw, read from its ``pages.csv`` when first asked; none where that is gone."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ok: dict[str, set[str]] | None = None

    def saw(self, unit: str, url: str) -> bool:
        if self._ok is None:
            self._ok = {}
            if self._path.exists():
                with self._path.open(encoding="utf-8", newline="") as file:
                    for row in csv.DictReader(file):
                        if row["status"] == "ok":
                            self._ok.setdefault(row["unit"], set()).add(row["url"])
        return url in self._ok.get(unit, ())


def _state(values: list[object]) -> State:
    state = State(*values)  # type: ignore[arg-type]  # the columns are its fields, in order
    state.status = Status(state.status)
    return state


def state_of(problem: Problem) -> State:
    """A row as the pure state."""
    return _state([getattr(problem, name) for name in _FIELDS])


def _failures(findings: QuerySet[Finding]) -> dict[int, dict[int, Failure]]:
    """What failed, by unit and duty."""
    found: dict[int, dict[int, Failure]] = {}
    for unit, duty, message, url, points in findings.values_list("unit_id", "duty_id", "message", "url", "points"):
        found.setdefault(unit, {})[duty] = Failure(message, url, points)
    return found


def _meant(mandate: str) -> str:
    loaded = load_mandates()
    return loaded.meant(mandate).id if mandate in loaded.by_id else mandate


def terms_anew(units: Iterable[int]) -> None:
    """Works out under which names, levels and parents units were listed, and what they are called now."""
    ids = sorted(units)
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        results = Result.objects.filter(unit_id__in=chunk, inspection__rejudged_of="")
        terms: list[UnitTerm] = []
        latest: dict[int, UnitTerm] = {}
        listed = results.order_by("inspection__as_of", "inspection__name")
        for unit, day, *named in listed.values_list("unit_id", "inspection__as_of", "name", "level", "parent"):
            last = latest.get(unit)
            if last is None or [last.name, last.level, last.parent] != named:
                name, level, parent = named
                last = latest[unit] = UnitTerm(unit_id=unit, name=name, level=level, parent=parent, since=day)
                terms.append(last)
            last.until = day
        UnitTerm.objects.filter(unit_id__in=chunk).delete()
        UnitTerm.objects.bulk_create(terms, batch_size=1000)
        for known in Unit.objects.filter(pk__in=latest):
            term = latest[known.pk]
            if (known.name, known.level, known.parent) != (term.name, term.level, term.parent):
                known.name, known.level, known.parent = term.name, term.level, term.parent
                known.save()
