"""Figures of many inspections put together: daily scans into their month, months into their year.

Read from the database, so only of inspections that were taken in; those judged anew are left out. What a daily scan's own
series adds (answer times, probes of one address) joins in ``month_rows``, a row a unit.
"""

import datetime as dt
from dataclasses import dataclass

from audit.database import database, exists
from audit.inspection import Inspection
from audit.ledger import Status
from audit.scheme import scheme_of
from rules.mandate import load_mandates
from rules.workdays import months_before

Rows = list[list[object]]
_COMMON = [("unit", "单位代号"), ("name", "单位"), ("level", "级别"), ("from", "起"), ("to", "止")]
_MONTH = [*_COMMON, ("scans", "扫描天数"), ("seen", "见到页面的天数"), ("unseen_days", "没有见到的日子"), ("failed_worst", "不合格最多的一天"), ("failed_last", "最近一天不合格")]  # fmt: skip
_YEAR = [*_COMMON, ("months", "有得分的月数"), ("mean", "平均得分"), ("lowest", "最低"), ("last", "最近"), ("below_pass", "不及格月数"), ("found", "发现问题"), ("mended", "已核实整改"), ("reopened", "复发"), ("waiting", "未整改"), ("scans", "扫描天数"), ("seen", "见到页面的天数")]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rollup:
    """A table of figures, a row a unit: its file, its sheet in the workbook, its columns for machines and for people."""

    file: str
    title: str
    header: list[str]
    titles: list[str]
    rows: Rows


@dataclass(frozen=True, slots=True)
class _Day:
    day: dt.date
    pages_ok: int
    failed: int
    score: float | None


@dataclass(slots=True)
class _Listed:
    """A unit's inspections of one kind in a time; ``named``: its name and level in the last."""

    named: list[str]
    days: list[_Day]


@dataclass(frozen=True, slots=True)
class Previous:
    """An earlier inspection: its day and the mean of its scores."""

    day: dt.date
    mean: float


def previous(inspection: Inspection) -> Previous | None:
    """The last inspection of this kind before, where it was scored by the same mandates and scheme; None where there is none."""
    record, output = inspection.record, inspection.path.absolute().parent
    if not exists(output):
        return None
    with database(output):
        from django.db.models import Avg

        from audit import models

        earlier = models.Inspection.objects.filter(kind=record.kind, as_of__lt=record.as_of, rejudged_of="")
        last = earlier.order_by("-as_of", "-name").first()
        measure = ("mandates", "scheme")
        if last is None or any(last.digests.get(key) != record.digests.get(key) for key in measure):
            return None
        mean = last.results.aggregate(mean=Avg("score"))["mean"]
        return None if mean is None else Previous(last.as_of, round(mean, 2))


def roll_up(inspection: Inspection) -> Rollup | None:
    """Of a monthly inspection its month's daily scans (``daily.csv``), of a yearly one its months (``months.csv``); None for
    other kinds, or where there is nothing to put together."""
    record, output = inspection.record, inspection.path.absolute().parent
    if record.kind not in ("monthly", "yearly") or record.rejudged_of or not exists(output):
        return None
    with database(output):
        if record.kind == "monthly":
            file, title, columns, rows = "daily.csv", "日扫描汇总", _MONTH, month_rows(record.as_of)
        else:
            line = scheme_of(inspection, load_mandates()).pass_line
            file, title, columns, rows = "months.csv", "全年汇总", _YEAR, year_rows(record.as_of, line)
    return Rollup(file, title, [c for c, _ in columns], [t for _, t in columns], rows) if rows else None


def month_rows(as_of: dt.date) -> Rows:
    """Daily scans from the first of the month up to ``as_of``: days scanned, days on which some page was seen, the others by
    date (a day nothing was seen is no fault found), failed findings on the worst day and the last. Open database."""
    first = as_of.replace(day=1)
    rows: Rows = []
    for unit, own in _listed("daily", first, as_of).items():
        seen = {d.day: d.failed for d in own.days if d.pages_ok}
        days = {d.day for d in own.days}
        unseen = " ".join(str(day) for day in sorted(days - seen.keys()))
        failed = [max(seen.values()), seen[max(seen)]] if seen else [None, None]
        rows.append([unit, *own.named, first, as_of, len(days), len(seen), unseen, *failed])
    return rows


def year_rows(as_of: dt.date, pass_line: float) -> Rows:
    """Twelve months up to ``as_of``: scores of monthly inspections that gave one, problems by what became of them, and the
    daily scans. Open database."""
    first = months_before(as_of, 12) + dt.timedelta(1)
    daily, problems = _listed("daily", first, as_of), _problems(first, as_of)
    rows: Rows = []
    for unit, own in _listed("monthly", first, as_of).items():
        scores = [d.score for d in own.days if d.score is not None]
        mean = round(sum(scores) / len(scores), 2) if scores else None
        marks = [len(scores), mean, min(scores, default=None), scores[-1] if scores else None]
        days = daily[unit].days if unit in daily else []
        scans = [len({d.day for d in days}), len({d.day for d in days if d.pages_ok})]
        below = sum(1 for score in scores if score < pass_line)
        rows.append([unit, *own.named, first, as_of, *marks, below, *problems.get(unit, [0, 0, 0, 0]), *scans])
    return rows


def _listed(kind: str, first: dt.date, last: dt.date) -> dict[str, _Listed]:
    from audit.models import Result

    found: dict[str, _Listed] = {}
    results = Result.objects.filter(
        inspection__kind=kind, inspection__rejudged_of="", inspection__as_of__gte=first, inspection__as_of__lte=last
    ).order_by("unit__code", "inspection__as_of", "inspection__name")
    columns = ("unit__code", "name", "level", "inspection__as_of", "pages_ok", "failed", "score")
    for unit, name, level, *day in results.values_list(*columns).iterator():
        own = found.setdefault(unit, _Listed([], []))
        own.named = [name, level]
        own.days.append(_Day(*day))
    return found


def _problems(first: dt.date, last: dt.date) -> dict[str, list[int]]:
    """Problems found, mended, come back and waiting, by unit."""
    from audit.models import Problem

    found: dict[str, list[int]] = {}
    columns = ("unit__code", "status", "first_seen", "closed", "reopened")
    for unit, status, seen, closed, reopened in Problem.objects.values_list(*columns).iterator():
        own = found.setdefault(unit, [0, 0, 0, 0])
        own[0] += first <= seen <= last
        own[1] += status == Status.MENDED and first <= closed <= last
        own[2] += reopened > 0
        own[3] += status in (Status.OPEN, Status.CLAIMED)
    return found
