"""Two or more inspections side by side: what changed, who moved. Only what both hold is compared."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import pairwise

from audit.inspection import Inspection
from audit.judged import Judged, Key, judged
from audit.scheme import Scheme, scheme_of
from audit.score import Score
from audit.texts import MODULES, points, text_table
from crawler.records import BadInput
from rules.findings import Finding, Outcome
from rules.mandate import SUMMARY, MandateSet, load_mandates

#: Moves of one kind that are printed; and inspections that make a series.
_TOLD, _SERIES = 100, 2


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
    """One problem and how it moved; ``finding`` is the newer one where it failed again, else the older one, whose message
    is what hindered seeing it where that was so."""

    change: Change
    finding: Finding
    unit_name: str
    mandate_title: str
    module: str = ""


def _grouped(moves: Iterable[tuple[str, Change]]) -> dict[str, Counter[Change]]:
    found: dict[str, Counter[Change]] = {}
    for name, change in moves:
        found.setdefault(name, Counter())[change] += 1
    now = (Change.NEW, Change.REOPENED, Change.STILL)
    return dict(sorted(found.items(), key=lambda one: (-sum(one[1][c] for c in now), -one[1].total(), one[0])))


@dataclass(slots=True)
class Comparison:
    """``moves`` are between the last two inspections; ``scores`` of all, by inspection and unit; ``scheme`` is what
    the last was scored by; ``notes`` name what cannot be compared, ``breaks`` in a word or two before which inspection (1 is the second) a series is broken.

    ``problems``: failed duties by inspection, unit and module, what two documents ask alike once; ``columns``: how columns that owe
    updates came out, by inspection, unit and subject; ``levels`` by unit, in the last inspection that had it;
    ``originals``: scores as they were, by inspection, of those that stand here judged anew."""

    ids: list[str]
    days: list[str]
    scores: list[dict[str, Score]]
    moves: list[Move]
    scheme: Scheme
    notes: list[str] = field(default_factory=list)
    units: dict[str, str] = field(default_factory=dict)
    breaks: dict[int, str] = field(default_factory=dict)
    problems: list[dict[str, Counter[str]]] = field(default_factory=list)
    columns: list[dict[tuple[str, str], Outcome]] = field(default_factory=list)
    levels: dict[str, str] = field(default_factory=dict)
    originals: dict[int, dict[str, Score]] = field(default_factory=dict)

    def counts(self) -> Counter[Change]:
        return Counter(move.change for move in self.moves)

    def by_module(self) -> dict[str, Counter[Change]]:
        """Moves by module, the one with most problems now first."""
        return _grouped((move.module, move.change) for move in self.moves)

    def by_mandate(self) -> dict[str, Counter[Change]]:
        """Moves by mandate, likewise."""
        return _grouped((move.mandate_title, move.change) for move in self.moves)

    def both(self, unit: str) -> tuple[Score, Score] | None:
        """A unit's last two results, where both give a score."""
        before, last = self.scores[-2].get(unit), self.scores[-1].get(unit)
        if before is None or last is None or before.score is None or last.score is None:
            return None
        return before, last

    def movers(self) -> list[tuple[str, float]]:
        """Units and by how much their scores moved between the last two inspections, the best first; equal ones left out."""
        moved = [
            (u, round((b.score or 0) - (a.score or 0), 2)) for u in self.units if (p := self.both(u)) for a, b in [p]
        ]
        return sorted(((u, by) for u, by in moved if by), key=lambda one: (-one[1], one[0]))

    def of_unit(self, unit: str) -> list[Move]:
        return [move for move in self.moves if move.finding.unit == unit]

    def text(self) -> str:
        """What ``gongkai compare`` prints."""
        lines = [f"比较：{' → '.join(f'{i}（{d}）' for i, d in zip(self.ids, self.days, strict=True))}"]
        lines += [f"注意：{note}" for note in self.notes]
        lines.append(self.scheme.vouched)
        lines += ["", "各单位得分", self._score_text(), ""]
        lines += [self._mover_text(), ""] if self.movers() else []
        n = self.counts()
        lines.append(f"{self.ids[-2]} → {self.ids[-1]}：" + "，".join(f"{c.value}{n[c]}项" for c in Change))
        for change in (Change.NEW, Change.REOPENED, Change.MENDED, Change.UNSEEN):
            moves = [move for move in self.moves if move.change is change]
            if moves:
                rows = [
                    [m.unit_name, m.mandate_title, m.finding.subject, m.finding.message[:60]] for m in moves[:_TOLD]
                ]
                lines += ["", f"{change.value}（{len(moves)}）", text_table(["单位", "要求", "对象", "情况"], rows)]
                if len(moves) > _TOLD:
                    lines.append(f"……另有{len(moves) - _TOLD}项，用 --output 写成表格")
        return "\n".join(lines)

    def _mover_text(self) -> str:
        moved = self.movers()
        up = "、".join(f"{self.units[u]}{by:+g}" for u, by in moved[:3] if by > 0) or "没有"
        down = "、".join(f"{self.units[u]}{by:+g}" for u, by in reversed(moved[-3:]) if by < 0) or "没有"
        return f"上升最多：{up}；下降最多：{down}"

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
    ordered, replaced = _replaced(ordered)
    ids = [i.record.id for i in ordered]
    held = [judged(i, mandates, outcomes=place >= len(ordered) - 2) for place, i in enumerate(ordered)]
    both = {s.id for s in ordered[-2].sites} & {s.id for s in ordered[-1].sites}
    names = {site.id: site.name for i in ordered for site in i.sites}
    return Comparison(
        ids=ids,
        days=[str(i.record.as_of) for i in ordered],
        scores=[dict(one.scores) for one in held],
        moves=_moves(held, both, names, mandates),
        notes=_notes(ordered),
        units=names,
        breaks={place: words for place, (a, b) in enumerate(pairwise(ordered), 1) if (words := _break(a, b))},
        problems=[_problems(one, mandates) for one in held],
        columns=[dict(one.columns) for one in held],
        levels={site.id: site.level for i in ordered for site in i.sites},
        scheme=scheme_of(ordered[-1], mandates),
        originals={ids.index(new): dict(judged(old, mandates, outcomes=False).scores) for new, old in replaced.items()},
    )


def _replaced(inspections: list[Inspection]) -> tuple[list[Inspection], dict[str, Inspection]]:
    """The series, in which one judged anew takes the place of its original where both are given; those originals, by the
    id of what stands for them. Nothing takes a place where no series would be left: then the two are compared."""
    anew = {i.record.rejudged_of: i.record.id for i in inspections if i.record.rejudged_of}
    originals = {anew[i.record.id]: i for i in inspections if i.record.id in anew}
    series = [i for i in inspections if i.record.id not in anew]
    return (series, originals) if len(series) >= _SERIES else (inspections, {})


def _problems(held: Judged, mandates: MandateSet) -> dict[str, Counter[str]]:
    """Failed duties by unit and module."""
    found: dict[str, Counter[str]] = {}
    seen: set[tuple[str, str, str]] = set()
    for (unit, identity, _), finding in held.failed.items():
        mandate, same = mandates.by_id.get(identity), (unit, finding.check, finding.subject)
        if mandate is None or mandate.check == SUMMARY or same in seen:
            continue
        seen.add(same)
        found.setdefault(unit, Counter())[MODULES[mandate.module]] += 1
    return found


def _break(a: Inspection, b: Inspection) -> str:
    """Why scores on both sides are not of one measure."""
    words = [
        name
        for key, name in (("mandates", "要求变动"), ("scheme", "评分办法变动"))
        if a.record.digests.get(key) != b.record.digests.get(key)
    ]
    return "、".join(words)


def _notes(inspections: list[Inspection]) -> list[str]:
    """What makes figures of different inspections incomparable, named first."""
    notes = []
    for a, b in pairwise(inspections):
        was, now = {s.id: s.name for s in a.sites}, {s.id: s.name for s in b.sites}
        between = f"{a.record.id}与{b.record.id}之间"
        if added := [name for unit, name in now.items() if unit not in was]:
            notes.append(f"{between}新增单位：{'、'.join(added)}")
        if gone := [name for unit, name in was.items() if unit not in now]:
            notes.append(f"{between}减少单位：{'、'.join(gone)}")
        if renamed := [f"{was[u]}→{name}" for u, name in now.items() if u in was and was[u] != name]:
            notes.append(f"{between}单位更名：{'、'.join(renamed)}")
        for key, name in (("mandates", "要求"), ("scheme", "评分办法")):
            if a.record.digests.get(key) != b.record.digests.get(key):
                notes.append(f"{between}{name}有变动，得分不可直接比较")
        if a.record.version != b.record.version:
            notes.append(f"{between}程序版本不同（{a.record.version}、{b.record.version}）")
    return notes


def _moves(held: list[Judged], both: set[str], names: dict[str, str], mandates: MandateSet) -> list[Move]:
    """Moves of all problems; one that two documents ask for alike is one move with both titles."""
    earlier, old, new = held[:-2], held[-2], held[-1]
    moves: dict[tuple[Change, str, str, str], Move] = {}
    for key in dict.fromkeys((*new.failed, *old.failed)):
        before, now = old.failed.get(key), new.failed.get(key)
        change = _change(key, before is not None, new, earlier)
        finding = now or _told(before, new.open.get(key))
        mandate = mandates.by_id.get(key[1])
        check = mandate.check if mandate else finding.check if finding else ""
        if finding is None or key[0] not in both or check == SUMMARY:
            continue
        title = mandate.title if mandate else finding.mandate
        module = MODULES[mandate.module] if mandate else "其他"
        same = (change, finding.unit, finding.check, finding.subject)
        if same in moves:
            title = f"{moves[same].mandate_title}；{title}"
            finding = moves[same].finding
        moves[same] = Move(change, finding, names[key[0]], title, module)
    return list(moves.values())


def _told(before: Finding | None, open_: Finding | None) -> Finding | None:
    """A problem that is not found any more is told as it was, or with what hindered seeing it now."""
    return replace(before, message=open_.message, outcome=open_.outcome) if before and open_ else before


def _change(key: Key, failed_before: bool, new: Judged, earlier: list[Judged]) -> Change:
    """``key`` failed in the last inspection or the one before it."""
    if key in new.failed:
        if failed_before:
            return Change.STILL
        return Change.REOPENED if any(key in past.failed for past in earlier) else Change.NEW
    outcome = new.outcome(key)
    if outcome is None:
        return _vanished(key, new)
    if outcome is Outcome.PASSED:
        return Change.MENDED
    return Change.GONE if outcome is Outcome.INAPPLICABLE else Change.UNSEEN


def _vanished(key: Key, new: Judged) -> Change:
    """A subject that no longer comes up: mended when the duty was judged and passed for everything it met now."""
    same = {outcome for (mandate, _), outcome in new.outcomes.get(key[0], {}).items() if mandate == key[1]}
    if same == {Outcome.PASSED}:
        return Change.MENDED
    return Change.GONE if same == {Outcome.INAPPLICABLE} else Change.UNSEEN
