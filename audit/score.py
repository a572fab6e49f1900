"""Findings -> points, by a scheme that is data. Every lost point stands on one finding."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from crawler.records import BadInput, Site
from rules.findings import Finding, Outcome
from rules.mandate import SUMMARY, Mandate, MandateSet

FOLDER = Path(__file__).parent / "schemes"
DEFAULT = "disclosure"
_STRICT = ConfigDict(extra="forbid", frozen=True)


class Item(BaseModel):
    """A duty as the scheme counts it: ``each`` points per failed subject, ``cap`` at most. Mandates of two documents
    that ask the same count once."""

    model_config = _STRICT
    title: str
    mandates: tuple[str, ...]
    each: float
    cap: float
    confidence: Literal["verified", "unverified"] = "unverified"


class Group(BaseModel):
    """Items under one heading."""

    model_config = _STRICT
    name: str
    items: tuple[Item, ...]


class Scheme(BaseModel):
    """``default`` gives points and cap by severity for mandates no item names; ``vetoes`` are mandates whose failure
    makes a unit a candidate for 不合格. Of a unit with a smaller share of findings decided than ``min_coverage`` too
    little was seen for a score."""

    model_config = _STRICT
    id: str
    title: str
    note: str
    base: float
    pass_line: float
    min_coverage: float = 0.0
    confirmed: str | None = None
    vetoes: tuple[str, ...] = ()
    default: dict[Literal["high", "medium", "low"], tuple[float, float]]
    groups: tuple[Group, ...]

    @cached_property
    def items(self) -> dict[str, Item]:
        """The item of each mandate that is named."""
        return {mandate: item for group in self.groups for item in group.items for mandate in item.mandates}

    @property
    def unverified(self) -> bool:
        """Whether the numbers wait for somebody to confirm them."""
        return self.confirmed is None and any(i.confidence == "unverified" for g in self.groups for i in g.items)

    def item_of(self, mandate: Mandate) -> Item | None:
        """The item a mandate counts under; None when it costs nothing, as what only sums up others does. ``mandate`` is no
        alias."""
        if mandate.check == SUMMARY or mandate.id in self.vetoes:
            return None
        if mandate.id in self.items:
            return self.items[mandate.id]
        each, cap = self.default[mandate.severity]
        return Item(title=mandate.title, mandates=(mandate.id,), each=each, cap=cap)


@dataclass(frozen=True, slots=True)
class Score:
    """One unit's result. ``score`` is None where too little could be judged; ``low``/``high``: if every open finding
    failed/passed; ``veto``: failed veto mandates (candidates, after one crawl); ``coverage``: share decided of what the machine was asked.
    What only a person can answer (``untested``) is in none of these."""

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


def load_scheme(name: str, mandates: MandateSet) -> tuple[Scheme, str]:
    """The scheme and its digest. Raises ``BadInput`` naming the file and the mend."""
    path = FOLDER / f"{name}.yaml"
    try:
        raw = path.read_bytes()
        scheme = Scheme.model_validate(yaml.safe_load(raw))
    except FileNotFoundError as error:
        known = "、".join(sorted(p.stem for p in FOLDER.glob("*.yaml")))
        raise BadInput(f"没有评分办法“{name}”，可用的有 {known}") from error
    except (yaml.YAMLError, ValidationError) as error:
        raise BadInput(f"{path}: 评分办法不对：{error}") from error
    named = [m for g in scheme.groups for i in g.items for m in i.mandates] + [*scheme.vetoes]
    faults = [f"{path}: 没有要求“{m}”，请改成已有的id" for m in dict.fromkeys(named) if m not in mandates.by_id]
    faults += [f"{path}: 要求“{m}”出现了两次" for m, n in Counter(named).items() if n > 1]
    if faults:
        raise BadInput("\n".join(faults))
    return scheme, hashlib.sha256(raw).hexdigest()


def with_points(findings: Iterable[Finding], scheme: Scheme, mandates: MandateSet) -> list[Finding]:
    """Findings of one unit with the points each costs: in order, up to the item's cap, one duty once."""
    spent: dict[str, float] = {}
    seen: set[tuple[str, str, str]] = set()
    scored = []
    for finding in findings:
        points = 0.0
        item = scheme.item_of(mandates.meant(finding.mandate)) if finding.outcome is Outcome.FAILED else None
        if item is not None and (key := (item.title, finding.check, finding.subject)) not in seen:
            seen.add(key)
            points = max(0.0, min(item.each, item.cap - spent.get(item.title, 0.0)))
            spent[item.title] = spent.get(item.title, 0.0) + points
        scored.append(replace(finding, points=round(points, 4)))
    return scored


def score_unit(site: Site, findings: list[Finding], scheme: Scheme, mandates: MandateSet) -> Score:
    """One unit's score from its findings with points; the rank is set by ``ranked``."""
    n = Counter(finding.outcome for finding in findings if not mandates.by_id[finding.mandate].alias_of)
    decided = n[Outcome.PASSED] + n[Outcome.FAILED]
    open_ = n[Outcome.CANT_TELL]
    score = low = high = None
    if decided:
        high = _left(scheme, findings)
        worst = [replace(f, outcome=Outcome.FAILED) if f.outcome is Outcome.CANT_TELL else f for f in findings]
        low = _left(scheme, with_points(worst, scheme, mandates))
    coverage = round(decided / (decided + open_), 4) if decided + open_ else 0.0
    score = high if coverage >= scheme.min_coverage else None
    vetoed = {f.mandate for f in findings if f.outcome is Outcome.FAILED} & set(scheme.vetoes)
    return Score(
        unit=site.id,
        name=site.name,
        level=site.level,
        scheme=scheme.id,
        score=score,
        low=low,
        high=high,
        veto=tuple(sorted(vetoed)),
        rank=None,
        coverage=coverage,
        passed=n[Outcome.PASSED],
        failed=n[Outcome.FAILED],
        cant_tell=n[Outcome.CANT_TELL],
        untested=n[Outcome.UNTESTED],
    )


def _left(scheme: Scheme, findings: Iterable[Finding]) -> float:
    return round(max(0.0, scheme.base - sum(finding.points for finding in findings)), 2)


def ranked(scores: list[Score]) -> list[Score]:
    """Scores with their rank among all units that have one; equal scores share a rank."""
    known = sorted((s.score for s in scores if s.score is not None), reverse=True)
    return [replace(s, rank=known.index(s.score) + 1) if s.score is not None else s for s in scores]


def row(score: Score) -> list[Any]:
    """The columns of ``scores.csv``."""
    number = [("" if x is None else f"{x:.2f}") for x in (score.score, score.low, score.high)]
    rank = "" if score.rank is None else score.rank
    veto = " ".join(score.veto)
    tail = [veto, rank, f"{score.coverage:.4f}", score.failed, score.cant_tell, score.untested]
    return [score.unit, score.name, score.level, score.scheme, *number, *tail]


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
]
