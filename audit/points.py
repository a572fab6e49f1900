"""Where each lost point comes from: ``points.csv`` and the account on a scorecard; it adds up to the score."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from audit.scheme import Scheme
from audit.score import Row, account
from rules.findings import Finding, Outcome
from rules.mandate import MandateSet

HEADER = ["unit", "group", "item", "mandates", "clauses", "count", "each", "factor", "cap", "points", "confidence"]
FLOOR = "得分不低于0"


@dataclass(frozen=True, slots=True)
class Line:
    """A row for readers: points = min(count x each, cap) x factor; of ``FLOOR`` what was lost beyond all there was, given
    back. ``clauses``: document and clause of every mandate that failed."""

    group: str
    item: str
    mandates: tuple[str, ...]
    clauses: tuple[str, ...]
    count: int
    each: float
    factor: float
    cap: float
    points: float
    confidence: str

    @property
    def verified(self) -> bool:
        return self.confidence == "verified"


def lines(findings: Sequence[Finding], scheme: Scheme, mandates: MandateSet) -> list[Line]:
    """A unit's account in the order it is charged; base - the sum of points is its score."""
    found = account(findings, scheme, mandates)
    told = [_line(row, findings, mandates) for row in found.rows]
    if found.floor:
        told.append(Line("", FLOOR, (), (), 1, found.floor, -1.0, found.floor, -found.floor, "verified"))
    return told


def _line(row: Row, findings: Sequence[Finding], mandates: MandateSet) -> Line:
    ids = tuple(dict.fromkeys(findings[place].mandate for place in (*row.findings, *row.also)))
    sources = tuple(dict.fromkeys(mandates.by_id[i].source for i in ids))
    return Line(
        row.group.name, row.item.title, ids, sources, len(row.findings), row.each, round(row.factor, 6), row.cap, row.points, row.item.confidence,
    )  # fmt: skip


def point_rows(unit: str, told: Sequence[Line]) -> Iterator[list[object]]:
    """Rows of ``points.csv``."""
    for one in told:
        yield [unit, one.group, one.item, " ".join(one.mandates), "；".join(one.clauses), one.count, f"{one.each:g}", f"{one.factor:g}", f"{one.cap:g}", f"{one.points:.4f}", one.confidence]  # fmt: skip


@dataclass(frozen=True, slots=True)
class FirstThree:
    """The dearest items, and the score once they are mended."""

    items: tuple[str, ...]
    score: float


def first_three(findings: Sequence[Finding], scheme: Scheme, mandates: MandateSet) -> FirstThree | None:
    """What mending the three dearest items would give; None where nothing costs points."""
    costly = [row for row in account(findings, scheme, mandates).rows if row.points > 0]
    dear = sorted(costly, key=lambda row: -row.points)[:3]
    if not dear:
        return None
    mended = {place for row in dear for place in (*row.findings, *row.also)}
    heard = [replace(f, outcome=Outcome.PASSED) if place in mended else f for place, f in enumerate(findings)]
    return FirstThree(tuple(row.item.title for row in dear), account(heard, scheme, mandates).left(scheme.base))
