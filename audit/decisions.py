"""What people decided, and how it outlives the database.

Decisions are only ever added. Beside the database they stand in ``<output>/decisions.jsonl``, one a line, written anew after
each change; a rebuild takes those of the database it can still read and those of the file together.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from audit.database import database, exists
from audit.files import write_text
from audit.inspection import digest_of
from audit.ledger import VERDICTS, Opinion, Said
from crawler.records import BadInput
from rules.findings import Finding, Outcome

NAME = "decisions.jsonl"
Key = tuple[str, str, str]
"""Unit, mandate, subject."""


class Review(msgspec.Struct, frozen=True, tag="review", kw_only=True):
    """A person's word on a finding; ``outcome`` is what the machine had said, ``after`` the uid of the review it takes
    the place of, "" for a first one."""

    inspection: str
    unit: str
    mandate: str
    subject: str
    check_id: str
    outcome: str
    opinion: str
    responsible: str = ""
    deadline: dt.date | None = None
    reviewer: str = ""
    note: str = ""
    after: str = ""
    day: dt.date
    source: str = ""

    @property
    def uid(self) -> str:
        return _uid(self)

    @property
    def key(self) -> Key:
        return self.unit, self.mandate, self.subject

    def said(self) -> Said:
        return Said(Opinion(self.opinion), self.day, self.reviewer, self.note, self.responsible, self.deadline)


class Exemption(msgspec.Struct, frozen=True, tag="exemption", kw_only=True):
    """Leave not to mend a problem, from ``day`` up to and with ``expires``."""

    inspection: str
    unit: str
    mandate: str
    subject: str
    reason: str
    document: str
    approver: str
    expires: dt.date
    after: str = ""
    day: dt.date
    source: str = ""

    @property
    def uid(self) -> str:
        return _uid(self)

    @property
    def key(self) -> Key:
        return self.unit, self.mandate, self.subject

    def holds(self, day: dt.date) -> bool:
        return self.day <= day <= self.expires

    @property
    def words(self) -> str:
        return f"例外：{self.reason}（{self.document}，{self.approver}批准，至{self.expires}）"


class Notice(msgspec.Struct, frozen=True, tag="notice", kw_only=True):
    """A notice to mend that was sent to a unit after an inspection."""

    inspection: str
    unit: str
    document: str
    issued: dt.date
    deadline: dt.date | None = None
    day: dt.date
    source: str = ""

    @property
    def uid(self) -> str:
        return _uid(self)


Decision = Review | Exemption | Notice


def _uid(decision: Decision) -> str:
    """A digest of what was decided; when and where it was read from do not make it another decision."""
    content = msgspec.to_builtins(decision)
    return digest_of({key: value for key, value in content.items() if key not in ("day", "source")})


@dataclass(slots=True)
class Decisions:
    """All decisions, in the order they were taken in."""

    all: list[Decision] = field(default_factory=list)
    _reviews: dict[tuple[str, Key], Review] = field(default_factory=dict)
    _last: dict[Key, Review] = field(default_factory=dict)
    _exemptions: dict[Key, list[Exemption]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for decision in self.all:
            if isinstance(decision, Review):
                self._reviews[decision.inspection, decision.key] = self._last[decision.key] = decision
            elif isinstance(decision, Exemption):
                self._exemptions.setdefault(decision.key, []).append(decision)

    def review(self, inspection: str, key: Key) -> Review | None:
        """The last word on a finding."""
        return self._reviews.get((inspection, key))

    def exemption(self, key: Key, day: dt.date) -> Exemption | None:
        """The one that holds on a day, the last given first."""
        return next((e for e in reversed(self._exemptions.get(key, [])) if e.holds(day)), None)

    def exemption_given(self, inspection: str, key: Key) -> Exemption | None:
        """The last one given when an inspection's finding was reviewed, as long as that review stands."""
        review = self.review(inspection, key)
        if review is None or review.opinion != Opinion.EXEMPT:
            return None
        return next((e for e in reversed(self._exemptions.get(key, [])) if e.inspection == inspection), None)

    def last_review(self, key: Key) -> Review | None:
        """The last word on a problem in whatever inspection."""
        return self._last.get(key)

    @property
    def reviews(self) -> list[Review]:
        """The last word on every finding that has one."""
        return list(self._reviews.values())

    @property
    def notices(self) -> list[Notice]:
        return [decision for decision in self.all if isinstance(decision, Notice)]

    def outcome(self, finding: Finding) -> Outcome:
        """What a finding comes to when people have been heard."""
        review = self.review(finding.inspection, (finding.unit, finding.mandate, finding.subject))
        return VERDICTS.get(Opinion(review.opinion), finding.outcome) if review else finding.outcome


def false_alarms(decisions: Decisions) -> list[tuple[str, int, int]]:
    """(check, failed findings people have looked at, of these false alarms) by check: its false-alarm rate. What several
    mandates ask alike is one finding."""
    looked: dict[tuple[str, str, str, str], bool] = {}
    for r in decisions.reviews:
        if r.outcome == Outcome.FAILED:
            looked[r.check_id, r.inspection, r.unit, r.subject] = r.opinion == Opinion.FALSE_ALARM
    checks = sorted({check for check, *_ in looked})
    by_check = {check: [wrong for key, wrong in looked.items() if key[0] == check] for check in checks}
    return [(check, len(own), sum(own)) for check, own in by_check.items()]


# --- in the database ------------------------------------------------------------------------------------------------


def decisions_of(output: Path) -> Decisions:
    """What was decided so far; nothing where there is no database. Opens it."""
    if not exists(output):
        return Decisions()
    with database(output):
        return load()


def load() -> Decisions:
    """All decisions of the open database."""
    from audit import models

    found: list[tuple[int, Decision]] = []
    for table, kind in ((models.Review, Review), (models.Exemption, Exemption), (models.Notice, Notice)):
        names = [*kind.__struct_fields__]
        for number, *values in table.objects.order_by("number").values_list("number", *names):
            found.append((number, kind(**dict(zip(names, values, strict=True)))))
    return Decisions([decision for _, decision in sorted(found, key=lambda pair: pair[0])])


def add(decisions: Iterable[Decision]) -> list[Decision]:
    """Saves those that are new, inside the caller's transaction; returns them."""
    from audit import models

    tables: dict[type, Any] = {Review: models.Review, Exemption: models.Exemption, Notice: models.Notice}
    known = {uid for table in tables.values() for uid in table.objects.values_list("uid", flat=True)}
    last = max((n for t in tables.values() for n in t.objects.values_list("number", flat=True)), default=0)
    new = []
    for decision in decisions:
        if decision.uid not in known:
            known.add(decision.uid)
            new.append(decision)
    for kind, table in tables.items():
        rows = [
            table(uid=d.uid, number=last + n, **{f: getattr(d, f) for f in kind.__struct_fields__})  # type: ignore[attr-defined]
            for n, d in enumerate(new, 1)
            if isinstance(d, kind)
        ]
        table.objects.bulk_create(rows, batch_size=1000)
    return new


# --- beside the database --------------------------------------------------------------------------------------------


def export(output: Path) -> None:
    """Writes ``decisions.jsonl`` anew from the open database."""
    decisions = load().all
    if decisions or (output / NAME).exists():
        write_text(output / NAME, "".join(msgspec.json.encode(d).decode() + "\n" for d in decisions))


def exported(output: Path) -> Sequence[Decision]:
    """What ``decisions.jsonl`` holds; nothing where there is none. Raises ``BadInput`` by line."""
    path = output / NAME
    if not path.exists():
        return []
    decoder = msgspec.json.Decoder(Review | Exemption | Notice)
    found = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            found.append(decoder.decode(line))
        except msgspec.DecodeError as error:
            raise BadInput(f"{path}:{number}: 读不懂（{error}），文件可能被改动过；请改回原样或删去这一行") from error
    return found
