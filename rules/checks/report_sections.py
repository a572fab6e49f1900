"""政府信息公开工作年度报告的六个部分。

查什么：年度报告正文（页面只给出附件的，看附件）里有没有规定的六个部分，名称和次序是否一致。
怎样判：六部分都有且次序一致，合格；缺少、改名、次序不对，各记一项不合格。
什么时候待核：年报没有见到；内容在读不出来的附件（扫描件、加密文件等）里；正文里没有识别出标题；缺少的部分可能在附件或其余各页里，或标题编号跳过了它（可能没有读全）。
怎样改：按统一格式的六个部分重新编排；没有发生的也要保留标题并写明“无”。
"""

from collections.abc import Iterator

from rules import checks
from rules.checks._sections import judge_sections
from rules.findings import Verdict, cant_tell
from rules.reports import Reports
from rules.unit import Unit

NEEDS = ("reports",)


class Params(checks.Params):
    """``sections``: as in guide_sections; ``since``: first reporting year judged."""

    sections: dict[str, tuple[str, ...]]
    since: int


def judge(unit: Unit, params: Params, reports: Reports) -> Iterator[Verdict]:
    years = [year for year in sorted(reports.by_year) if year >= params.since]
    for year in years:
        report = reports.by_year[year]
        if report.paper is None:
            yield cant_tell(
                f"{year}年度报告：{report.reason}", subject=f"{year}年度报告·章节", page=unit.page_at(report.url)
            )
        else:
            yield from judge_sections(report.paper, params.sections, f"{year}年度报告", f"{year}年度报告·")
    if not years:
        yield cant_tell(f"没有见到{params.since}年度以后的本单位年度报告")
