"""政府信息公开工作年度报告的标题。

查什么：本单位年度报告的标题是否写明年度和规定的名称。
怎样判：标题符合规定的写法，合格；有年份而用了别的名称，不合格。
什么时候待核：年报栏目没有见到；报告页没有见到或标题没有显示完整；标题里没有年份，看不出是哪一年度；本单位的年报没有找到（有无由按时发布的要求判定）。
怎样改：把标题改为“机关名称＋年份＋年政府信息公开工作年度报告”。
"""

import re
from collections.abc import Iterator

from pydantic import field_validator

from rules import checks
from rules.documents import plain_year
from rules.findings import Verdict, cant_tell, failed, passed
from rules.reports import Reports
from rules.unit import Unit

NEEDS = ("reports",)
_NAMES_REPORT = re.compile(r"报告|年报")


class Params(checks.Params):
    """``pattern``: regular expression the folded title must contain; ``since``: first reporting year judged."""

    pattern: str
    wanted: str
    since: int

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"不是有效的正则表达式：{error}") from error
        return pattern


def judge(unit: Unit, params: Params, reports: Reports) -> Iterator[Verdict]:
    years = [year for year in sorted(reports.by_year) if year >= params.since]
    for year in years:
        report = reports.by_year[year]
        subject = f"{year}年度报告"
        page = report.paper.page if report.paper else unit.page_at(report.url)
        own = (report.paper.facts.title or "") if report.paper else ""
        title = own if _NAMES_REPORT.search(own) else report.title
        if any(re.search(params.pattern, plain_year(one)) for one in (own, report.title)):
            yield passed(f"标题为“{title}”", subject=subject, quote=title, page=page)
        elif report.paper is None:
            yield cant_tell(f"只见到列表里的标题“{title}”，没有见到报告页：{report.reason}", subject=subject, page=page)
        elif title.endswith(("…", "...")):
            yield cant_tell(f"标题“{title}”没有显示完整", subject=subject, quote=title, page=page)
        else:
            yield failed(
                f"标题写作“{title}”", subject=subject, quote=title, seen=title, wanted=params.wanted, page=page
            )
    if not years:
        yield cant_tell(f"没有见到{params.since}年度以后的本单位年度报告")
