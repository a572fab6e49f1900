"""Two or more inspections side by side: what changed, who moved. Only what both hold is compared."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

from audit.inspection import Inspection
from audit.score import Score, load_scheme, ranked, score_unit
from audit.texts import points, text_table
from crawler.records import BadInput
from rules.findings import Finding, Outcome
from rules.mandate import SUMMARY, MandateSet, load_mandates

Key = tuple[str, str, str]


class Change(StrEnum):
    """How one duty of one unit moved between two inspections."""

    NEW = "新增"
    REOPENED = "复发"
    STILL = "未改"
    MENDED = "已改"
    UNSEEN = "未能复核"  # failed before, not to be told now: not mended
    GONE = "不再适用"


@dataclass(frozen=True, slots=True)
class Move:
    """One problem and how it moved; ``finding`` is the newer one where there is one."""

    change: Change
    finding: Finding
    unit_name: str
    mandate_title: str


@dataclass(slots=True)
class Comparison:
    """``moves`` are between the last two inspections; ``scores`` of all, by inspection and unit; ``notes`` name what
    cannot be compared."""

    ids: list[str]
    days: list[str]
    scores: list[dict[str, Score]]
    moves: list[Move]
    notes: list[str] = field(default_factory=list)
    units: dict[str, str] = field(default_factory=dict)

    def counts(self) -> Counter[Change]:
        return Counter(move.change for move in self.moves)

    def of_unit(self, unit: str) -> list[Move]:
        return [move for move in self.moves if move.finding.unit == unit]

    def text(self) -> str:
        """What ``gongkai compare`` prints."""
        lines = [f"比较：{' → '.join(f'{i}（{d}）' for i, d in zip(self.ids, self.days, strict=True))}"]
        lines += [f"注意：{note}" for note in self.notes]
        lines += ["", "各单位得分", self._score_text(), ""]
        n = self.counts()
        lines.append(f"{self.ids[-2]} → {self.ids[-1]}：" + "，".join(f"{c.value}{n[c]}项" for c in Change))
        for change in (Change.NEW, Change.REOPENED, Change.MENDED, Change.UNSEEN):
            moves = [move for move in self.moves if move.change is change]
            if moves:
                rows = [[m.unit_name, m.mandate_title, m.finding.subject, m.finding.message[:60]] for m in moves]
                lines += ["", f"{change.value}（{len(moves)}）", text_table(["单位", "要求", "对象", "情况"], rows)]
        return "\n".join(lines)

    def _score_text(self) -> str:
        rows = []
        for unit, name in self.units.items():
            series = [scores.get(unit) for scores in self.scores]
            last, before = series[-1], series[-2]
            moved = ""
            if last and before and last.score is not None and before.score is not None:
                moved = f"{last.score - before.score:+g}"
            rows.append([name, *(points(s.score) if s else "—" for s in series), moved])
        return text_table(["单位", *self.ids, "变化"], rows, right=range(1, len(self.ids) + 2))


def compare_inspections(inspections: list[Inspection]) -> Comparison:
    """Compares inspections in order of their day. Raises ``BadInput`` for one without findings, or given twice."""
    ordered = sorted(inspections, key=lambda i: (i.record.as_of, i.record.id))
    ids = [i.record.id for i in ordered]
    if len(set(ids)) < len(ids):
        raise BadInput("同一次检查写了两遍，请写不同的检查")
    mandates = load_mandates()
    findings = [_by_key(i.findings()) for i in ordered]
    notes = _breaks(ordered)
    older, newer = ordered[-2], ordered[-1]
    both = {s.id for s in older.sites} & {s.id for s in newer.sites}
    names = {site.id: site.name for i in ordered for site in i.sites}
    moves = _moves(findings, both, names, mandates)
    return Comparison(
        ids=ids,
        days=[str(i.record.as_of) for i in ordered],
        scores=[scores_of(i, mandates) for i in ordered],
        moves=moves,
        notes=notes,
        units=names,
    )


def scores_of(inspection: Inspection, mandates: MandateSet) -> dict[str, Score]:
    """Scores by unit, recomputed from the kept findings: they carry their points."""
    from audit.score import DEFAULT

    scheme, _ = load_scheme(DEFAULT, mandates)
    by_unit: dict[str, list[Finding]] = {}
    for finding in inspection.findings():
        by_unit.setdefault(finding.unit, []).append(finding)
    scores = ranked([score_unit(site, by_unit.get(site.id, []), scheme, mandates) for site in inspection.sites])
    return {score.unit: score for score in scores}


def _by_key(findings: list[Finding]) -> dict[Key, Finding]:
    return {(f.unit, f.mandate, f.subject): f for f in findings}


def _breaks(inspections: list[Inspection]) -> list[str]:
    """What makes figures of different inspections incomparable, named first."""
    notes = []
    for a, b in pairwise(inspections):
        was, now = {s.id: s.name for s in a.sites}, {s.id: s.name for s in b.sites}
        between = f"{a.record.id}与{b.record.id}之间"
        if added := [name for unit, name in now.items() if unit not in was]:
            notes.append(f"{between}新增单位：{'、'.join(added)}")
        if gone := [name for unit, name in was.items() if unit not in now]:
            notes.append(f"{between}减少单位：{'、'.join(gone)}")
        for key, name in (("mandates", "要求"), ("scheme", "评分办法")):
            if a.record.digests.get(key) != b.record.digests.get(key):
                notes.append(f"{between}{name}有变动，得分不可直接比较")
        if a.record.version != b.record.version:
            notes.append(f"{between}程序版本不同（{a.record.version}、{b.record.version}）")
    return notes


def _moves(
    findings: list[dict[Key, Finding]], both: set[str], names: dict[str, str], mandates: MandateSet
) -> list[Move]:
    """Moves of all problems; one that two documents ask for alike is one move with both titles."""
    earlier, old, new = findings[:-2], findings[-2], findings[-1]
    moves: dict[tuple[Change, str, str, str], Move] = {}
    for key in dict.fromkeys((*new, *old)):
        before, now = old.get(key), new.get(key)
        finding = now or before
        if finding is None or key[0] not in both or finding.check == SUMMARY:
            continue
        change = _change(before, now, [past.get(key) for past in earlier], key, new)
        if change is None:
            continue
        mandate = mandates.by_id.get(finding.mandate)
        title = mandate.title if mandate else finding.mandate
        same = (change, finding.unit, finding.check, finding.subject)
        if same in moves:
            title = f"{moves[same].mandate_title}；{title}"
            finding = moves[same].finding
        moves[same] = Move(change, finding, names[key[0]], title)
    return list(moves.values())


def _change(
    before: Finding | None, now: Finding | None, past: list[Finding | None], key: Key, new: dict[Key, Finding]
) -> Change | None:
    failed_before = before is not None and before.outcome is Outcome.FAILED
    if now is not None and now.outcome is Outcome.FAILED:
        if failed_before:
            return Change.STILL
        return Change.REOPENED if any(f and f.outcome is Outcome.FAILED for f in past) else Change.NEW
    if not failed_before:
        return None
    if now is None:
        return _vanished(key, new)
    if now.outcome is Outcome.PASSED:
        return Change.MENDED
    return Change.GONE if now.outcome is Outcome.INAPPLICABLE else Change.UNSEEN


def _vanished(key: Key, new: dict[Key, Finding]) -> Change:
    """A subject that no longer comes up: mended when the duty was judged and passed for everything it met now."""
    same = [f.outcome for (unit, mandate, _), f in new.items() if (unit, mandate) == key[:2]]
    if same and all(outcome is Outcome.PASSED for outcome in same):
        return Change.MENDED
    if same and all(outcome is Outcome.INAPPLICABLE for outcome in same):
        return Change.GONE
    return Change.UNSEEN
