"""政府信息公开工作年度报告是否按时发布。

查什么：最近一个已到期年度的本单位年度报告有没有发布，页面和列表显示的发布日期是否在期限之内。
怎样判：有报告且显示的日期都不晚于期限，合格；年报栏目的列表全部看过而没有该年度报告，或显示的日期全部晚于期限，不合格。期限当天发布算按时。
什么时候待核：年报栏目没有见到、没有翻完或在站外；报告没有日期；几处日期有的在期限内有的在期限后，或几个年度的报告显示同一天（可能是迁移或重发）；有标题里没有年份、年份可能是发布年份、只是通知或解读、署名与本单位不同的报告。
怎样改：尽快补发该年度报告；属于系统迁移造成日期变化的，在复核时提供首次发布的证明。
"""

import datetime as dt
from collections.abc import Iterator

from pydantic import field_validator

from rules import checks
from rules.findings import Verdict, cant_tell, failed, inapplicable, passed
from rules.reports import Report, Reports, find_reports, years_in
from rules.unit import Unit

NEEDS = ("home",)
#: So many rows, all of them new, may be the first page of a list that a script turns.
_FULL_PAGE = 10
#: Levels whose columns also hold the reports of the bodies below them.
_WITH_BODIES = ("市政府", "区县政府", "乡镇街道")


class Params(checks.Params):
    """``deadlines``: last day (MM-DD of the year after the reporting year) by level."""

    deadlines: dict[str, str]

    @field_validator("deadlines")
    @classmethod
    def _days(cls, deadlines: dict[str, str]) -> dict[str, str]:
        for day in deadlines.values():
            try:
                dt.date.fromisoformat(f"2001-{day}")
            except ValueError as error:
                raise ValueError(f"期限“{day}”应写作 MM-DD") from error
        return deadlines


def judge(unit: Unit, params: Params, home: object) -> Iterator[Verdict]:
    day = params.deadlines.get(unit.site.level)
    if day is None:
        yield inapplicable(f"没有规定{unit.site.level}发布年报的期限")
        return
    limit = dt.date.fromisoformat(f"{unit.as_of.year}-{day}")
    if unit.as_of <= limit:
        limit = dt.date.fromisoformat(f"{unit.as_of.year - 1}-{day}")
    year = limit.year - 1
    subject = f"{year}年度报告"
    look = find_reports(unit)
    if look.value is None:
        if look.absent:
            yield failed(
                "没有找到政府信息公开年报栏目和年度报告",
                subject=subject,
                wanted=f"不晚于{limit}发布{subject}",
                page=unit.home.value,
                looked=look.looked,
            )
        else:
            yield cant_tell(look.reason, subject=subject)
        return
    yield _judge_year(unit, look.value, year, limit)


def _judge_year(unit: Unit, reports: Reports, year: int, limit: dt.date) -> Verdict:
    subject = f"{year}年度报告"
    report = reports.by_year.get(year)
    if report is not None:
        return _by_dates(unit, reports, report, limit)
    page = unit.page_at(reports.looked[0]) if reports.looked else unit.home.value
    years = "、".join(str(y) for y in sorted(reports.by_year)) or "无"
    if reason := _doubt(unit, reports, year):
        return cant_tell(f"没有找到{subject}，{reason}", subject=subject, seen=f"现有年度：{years}", page=page)
    return failed(
        f"年报栏目里没有{subject}",
        subject=subject,
        seen=f"现有年度：{years}",
        wanted=f"不晚于{limit}发布",
        page=page,
        looked=reports.looked,
    )


def _doubt(unit: Unit, reports: Reports, year: int) -> str:
    """Why the report of a year may be there all the same, or ""."""
    vague = next((title for title in reports.vague if not years_in(title) or year in years_in(title)), None)
    if vague:
        return f"但“{vague}”可能就是，或与它有关"
    following = reports.by_year.get(year + 1)
    if following is not None and any(day.year <= year + 1 for day in following.dates):
        return f"但“{following.title}”在当年发布，年份可能是发布的年份"
    foreign = reports.foreign.get(year, ())
    if foreign and (unit.site.level not in _WITH_BODIES or (not reports.by_year and len(foreign) == 1)):
        return f"但“{foreign[0]}”可能是本单位以别的名称发布的报告"
    oldest = min((row.date for row in reports.rows if row.date), default="")
    if not reports.complete or (len(reports.rows) >= _FULL_PAGE and oldest > f"{year}-12-31"):
        return "但年报栏目没有看全，或列表只显示到" + (oldest or "一部分")
    return ""


def _by_dates(unit: Unit, reports: Reports, report: Report, limit: dt.date) -> Verdict:
    subject = f"{report.year}年度报告"
    page = report.paper.page if report.paper else unit.page_at(report.url)
    days = [day for day in report.dates if day <= unit.as_of]
    if not days:
        return cant_tell(f"{subject}没有可用的发布日期", subject=subject, quote=report.title, page=page)
    shown = "、".join(str(day) for day in days)
    said = {"subject": subject, "quote": report.title, "seen": shown, "page": page}
    if max(days).year <= report.year:
        return cant_tell(f"{subject}的日期（{shown}）早于年度结束，年份可能是发布的年份", **said)
    if max(days) <= limit:
        return passed(f"{subject}于{shown}发布，期限{limit}", **said)
    if min(days) <= limit:
        return cant_tell(f"{subject}有几个发布日期（{shown}），有的在期限{limit}之后，可能是迁移或重发", **said)
    moved = [other.year for other in reports.by_year.values() if other is not report and set(other.dates) & set(days)]
    if moved:
        return cant_tell(f"{subject}与{min(moved)}年度报告显示同一个发布日期（{shown}），可能是迁移的日期", **said)
    late = (min(days) - limit).days
    return failed(f"{subject}于{shown}发布，晚于期限{limit}共{late}天", wanted=f"不晚于{limit}发布", **said)
