"""政府信息公开工作年度报告是否按时发布。

查什么：最近一个已到期年度的本单位年度报告有没有发布，页面和列表显示的发布日期是否在期限之内。
怎样判：有报告且显示的日期都不晚于期限，合格；年报栏目的列表全部看过而没有该年度报告，或显示的日期全部晚于期限，不合格。期限当天发布算按时。
什么时候待核：年报栏目没有见到或没有翻完；报告没有日期；几处日期有的在期限内有的在期限后（可能是迁移或重发）；有标题里没有年份的报告。
怎样改：尽快补发该年度报告；属于系统迁移造成日期变化的，在复核时提供首次发布的证明。
"""

import datetime as dt
import re
from collections.abc import Iterator

from pydantic import field_validator

from rules import checks
from rules.documents import Report, find_reports
from rules.findings import Verdict, cant_tell, failed, inapplicable, passed
from rules.unit import Unit

NEEDS = ("home",)


class Params(checks.Params):
    """``deadlines``: last day (MM-DD of the year after the reporting year) by level."""

    deadlines: dict[str, str]

    @field_validator("deadlines")
    @classmethod
    def _days(cls, deadlines: dict[str, str]) -> dict[str, str]:
        for day in deadlines.values():
            if not re.fullmatch(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", day):
                raise ValueError(f"期限“{day}”应写作 MM-DD")
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
                wanted=f"{limit}前发布{subject}",
                page=unit.home.value,
                looked=look.looked,
            )
        else:
            yield cant_tell(look.reason, subject=subject)
        return
    report = look.value.by_year.get(year)
    if report is not None:
        yield _by_dates(unit, report, limit, subject)
    elif look.value.vague:
        yield cant_tell(f"有标题没有年份的报告：{look.value.vague[0]}", subject=subject, seen=look.value.vague[0])
    elif look.value.complete:
        years = "、".join(str(y) for y in sorted(look.value.by_year)) or "无"
        page = unit.page_at(look.value.looked[0]) if look.value.looked else unit.home.value
        yield failed(
            f"年报栏目里没有{subject}",
            subject=subject,
            seen=f"现有年度：{years}",
            wanted=f"{limit}前发布",
            page=page,
            looked=look.value.looked,
        )
    else:
        yield cant_tell(f"没有找到{subject}，但年报栏目没有看全", subject=subject)


def _by_dates(unit: Unit, report: Report, limit: dt.date, subject: str) -> Verdict:
    page = report.paper.page if report.paper else unit.page_at(report.url)
    days = [day for day in report.dates if day <= unit.as_of]
    if not days:
        return cant_tell(f"{subject}没有可用的发布日期", subject=subject, quote=report.title, page=page)
    shown = "、".join(str(day) for day in days)
    if max(days) <= limit:
        return passed(
            f"{subject}于{shown}发布，期限{limit}", subject=subject, quote=report.title, seen=shown, page=page
        )
    if min(days) <= limit:
        return cant_tell(
            f"{subject}有几个发布日期（{shown}），有的在期限{limit}之后，可能是迁移或重发",
            subject=subject,
            seen=shown,
            page=page,
        )
    late = (min(days) - limit).days
    return failed(
        f"{subject}于{shown}发布，晚于期限{limit}共{late}天",
        subject=subject,
        quote=report.title,
        seen=shown,
        wanted=f"{limit}前发布",
        page=page,
    )
