"""Findings -> points, by a scheme. Every lost point stands on one finding and in one row of the account."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Any

from audit.scheme import Group, Item, Scheme
from crawler.records import Site
from rules.findings import Finding, Outcome
from rules.mandate import MandateSet


@dataclass(frozen=True, slots=True)
class Score:
    """One unit's result. ``score`` is None where too little could be judged; ``low``/``high``: if every open finding
    failed/passed; ``veto``: failed veto mandates, ``confirmed`` those of them that a monitoring window or a person confirmed; ``coverage``:
    share decided of what the scheme counts and the machine was asked, 1 where it asked nothing. What only a person can answer
    (``untested``) is in none of these.
    ``grade``: the scheme's name for the result, "" without one; ``level_units``: how many units of the same level have a score,
    ``level_median`` theirs, ``level_above`` the share of the others that score lower, None where there is no other."""

    unit: str
    name: str
    level: str
    scheme: str
    score: float | None
    low: float | None
    high: float | None
    veto: tuple[str, ...]
    rank: int | None
    coverage: float
    passed: int
    failed: int
    cant_tell: int
    untested: int
    confirmed: tuple[str, ...] = ()
    grade: str = ""
    level_units: int = 0
    level_median: float | None = None
    level_above: float | None = None


@dataclass(slots=True)
class Row:
    """One row of an account: min(``each`` x how many ``findings``, ``cap``) x ``factor`` points, less than nothing where they are
    earned. ``cap``: what item and group still allow. ``findings``: places of those that count; ``also``: of those of other
    mandates that ask the same."""

    group: Group
    item: Item
    each: float
    cap: float
    factor: float
    findings: list[int] = field(default_factory=list)
    also: list[int] = field(default_factory=list)

    @property
    def full(self) -> float:
        """Points before they are scaled."""
        return min(self.each * len(self.findings), self.cap)

    @property
    def points(self) -> float:
        return round(self.full * self.factor, 4)


@dataclass(frozen=True, slots=True)
class Account:
    """``points`` by place in the findings; ``factor``: how much a point is scaled up for groups that do not bind;
    ``floor``: points lost beyond all there were."""

    rows: list[Row]
    points: dict[int, float]
    factor: float
    floor: float

    def left(self, base: float) -> float:
        """The score: never below 0."""
        return round(base - sum(row.points for row in self.rows) + self.floor, 2)


def account(findings: Sequence[Finding], scheme: Scheme, mandates: MandateSet) -> Account:
    """What one unit's findings cost and earn: group by group, up to the caps, one duty once."""
    factor = _factor(findings, scheme, mandates)
    rows, points = _charged(findings, scheme, mandates, factor)
    lost = sum(row.points for row in rows)
    if scheme.bonus_above is not None and round(scheme.base - lost, 4) > scheme.bonus_above:
        earned, more = _charged(findings, scheme, mandates, -1.0)
        rows, points = rows + earned, points | more
        lost += sum(row.points for row in earned)
    return Account(rows, points, factor, round(max(0.0, lost - scheme.base), 4))


def _charged(
    findings: Sequence[Finding], scheme: Scheme, mandates: MandateSet, factor: float
) -> tuple[list[Row], dict[int, float]]:
    """Rows of deductions or, with a ``factor`` below 0, of bonus groups; and each finding's points."""
    rows: dict[tuple[str, str, float], Row] = {}
    points: dict[int, float] = {}
    paid: set[str] = set()
    for (place, *also), group, item in _counted(findings, scheme, mandates, bonus=factor < 0):
        finding = findings[place]
        if item.once and finding.url in paid:
            continue
        key = (group.name, item.title, item.rate(finding.subject))
        if key not in rows:
            rows[key] = Row(group, item, key[2], _room(group, item, rows.values()), factor)
        before = rows[key].points
        rows[key].findings.append(place)
        rows[key].also += also
        points[place] = round(rows[key].points - before, 4)
        paid.add(finding.url)
    return list(rows.values()), points


def _room(group: Group, item: Item, rows: Iterable[Row]) -> float:
    """What may still be charged to an item, of what it and its group allow."""
    own = [row for row in rows if row.group.name == group.name]
    left = item.cap - sum(row.full for row in own if row.item.title == item.title)
    if group.cap is not None:
        left = min(left, group.cap - sum(row.full for row in own))
    return round(max(0.0, left), 4)


def _counted(
    findings: Sequence[Finding], scheme: Scheme, mandates: MandateSet, *, bonus: bool
) -> list[tuple[list[int], Group, Item]]:
    """Findings that count, with group and item, in the order they are charged: places of a duty together, the first one counts; the rows
    of an item together, those of a higher rate first; items that charge no page twice last."""
    wanted = Outcome.PASSED if bonus else Outcome.FAILED
    duties: dict[tuple[str, str, str, str], list[int]] = {}
    titles: dict[tuple[str, str], int] = {}
    found = []
    for place, finding in enumerate(findings):
        where = scheme.place(mandates.meant(finding.mandate)) if finding.outcome is wanted else None
        if where is None or where[0].bonus != bonus:
            continue
        group, item = where
        key = (group.name, item.title, finding.check, finding.subject)
        if key in duties:
            duties[key].append(place)
            continue
        duties[key] = [place]
        first = titles.setdefault(key[:2], len(titles))
        order = (item.once, scheme.order[group.name], first, -item.rate(finding.subject), place)
        found.append((order, duties[key], group, item))
    return [(places, group, item) for _, places, group, item in sorted(found, key=lambda one: one[0])]


def _factor(findings: Iterable[Finding], scheme: Scheme, mandates: MandateSet) -> float:
    """How much heavier a point weighs because whole groups do not bind the unit (GW19-F6)."""
    if not scheme.rescale:
        return 1.0
    outcomes: dict[str, set[Outcome]] = {}
    for finding in findings:
        if where := scheme.place(mandates.meant(finding.mandate)):
            outcomes.setdefault(where[0].name, set()).add(finding.outcome)
    idle = [g for g in scheme.groups if not g.bonus and outcomes.get(g.name) == {Outcome.INAPPLICABLE}]
    left = scheme.base - sum(group.weight for group in idle)
    return scheme.base / left if left > 0 else 1.0


def with_points(findings: Iterable[Finding], scheme: Scheme, mandates: MandateSet) -> list[Finding]:
    """Findings of one unit with the points each costs."""
    listed = list(findings)
    points = account(listed, scheme, mandates).points
    return [replace(finding, points=points.get(place, 0.0)) for place, finding in enumerate(listed)]


def score_unit(
    site: Site, findings: list[Finding], scheme: Scheme, mandates: MandateSet, affirmed: frozenset[str] = frozenset()
) -> Score:
    """One unit's score from its findings; what units have in common is set by ``ranked``. ``affirmed``: mandates of which a
    person confirmed that they failed."""
    n = Counter(finding.outcome for finding in findings if not mandates.by_id[finding.mandate].alias_of)
    counted = Counter(finding.outcome for finding in findings if _counts(finding, scheme, mandates))
    decided = counted[Outcome.PASSED] + counted[Outcome.FAILED]
    asked = decided + counted[Outcome.CANT_TELL]
    coverage = round(decided / asked, 4) if asked else 1.0
    score = low = high = None
    if decided:
        left = account(findings, scheme, mandates).left(scheme.base)
        low = _if_open(findings, Outcome.FAILED, scheme, mandates)
        high = left if scheme.bonus_above is None else _if_open(findings, Outcome.PASSED, scheme, mandates)
        score = left if coverage >= scheme.min_coverage else None
    vetoed = [f for f in findings if f.outcome is Outcome.FAILED and f.mandate in scheme.vetoes]
    confirmed = {f.mandate for f in vetoed if f.monitored} | {f.mandate for f in vetoed if f.mandate in affirmed}
    return Score(
        unit=site.id,
        name=site.name,
        level=site.level,
        scheme=scheme.id,
        score=score,
        low=low,
        high=high,
        veto=tuple(sorted({f.mandate for f in vetoed})),
        rank=None,
        coverage=coverage,
        passed=n[Outcome.PASSED],
        failed=n[Outcome.FAILED],
        cant_tell=n[Outcome.CANT_TELL],
        untested=n[Outcome.UNTESTED],
        confirmed=tuple(sorted(confirmed)),
        grade="" if score is None and not confirmed else scheme.grade(score or 0.0, vetoed=bool(confirmed)),
    )


def _counts(finding: Finding, scheme: Scheme, mandates: MandateSet) -> bool:
    """Whether the scheme says something about it."""
    mandate = mandates.by_id[finding.mandate]
    return not mandate.alias_of and (mandate.id in scheme.vetoes or scheme.place(mandate) is not None)


def _if_open(findings: list[Finding], outcome: Outcome, scheme: Scheme, mandates: MandateSet) -> float:
    """The score if every open finding came out so."""
    heard = [replace(f, outcome=outcome) if f.outcome is Outcome.CANT_TELL else f for f in findings]
    return account(heard, scheme, mandates).left(scheme.base)


def ranked(scores: list[Score]) -> list[Score]:
    """Scores with their rank among all units that have one (equal scores share a rank; a confirmed veto has none), and where they stand
    among those of their level."""
    known = sorted((s.score for s in scores if s.score is not None and not s.confirmed), reverse=True)
    places = {score: place for place, score in reversed(list(enumerate(known, 1)))}
    levels: dict[str, list[float]] = {}
    for s in scores:
        if s.score is not None:
            levels.setdefault(s.level, []).append(s.score)
    return [
        _placed(s, None if s.confirmed else places.get(s.score), levels) if s.score is not None else s for s in scores
    ]


def _placed(score: Score, rank: int | None, levels: dict[str, list[float]]) -> Score:
    peers = levels[score.level]
    lower = sum(1 for peer in peers if score.score is not None and peer < score.score)
    above = round(lower / (len(peers) - 1), 4) if len(peers) > 1 else None
    return replace(score, rank=rank, level_units=len(peers), level_median=round(median(peers), 2), level_above=above)


def row(score: Score) -> list[Any]:
    """The columns of ``scores.csv``."""
    number = [("" if x is None else f"{x:.2f}") for x in (score.score, score.low, score.high)]
    rank = "" if score.rank is None else score.rank
    middle = "" if score.level_median is None else f"{score.level_median:.2f}"
    above = "" if score.level_above is None else f"{score.level_above:.4f}"
    tail = [" ".join(score.veto), rank, f"{score.coverage:.4f}", score.failed, score.cant_tell, score.untested]
    added = [" ".join(score.confirmed), score.grade, score.level_units or "", middle, above]
    return [score.unit, score.name, score.level, score.scheme, *number, *tail, *added]


HEADER = [
    "unit",
    "name",
    "level",
    "scheme",
    "score",
    "low",
    "high",
    "veto",
    "rank",
    "coverage",
    "failed",
    "cant_tell",
    "untested",
    "confirmed",
    "grade",
    "level_units",
    "level_median",
    "level_above",
]
