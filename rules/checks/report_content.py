"""政府信息公开工作年度报告应写明的内容。

查什么：本单位某一年度起（至某一年度止）的年度报告里，有没有规定的内容：某一部分是否有文字，规定的项目、表格栏目、行名是否出现。内容随报告年度不同，各年度按当年的格式判。
怎样判：规定的内容都有，合格；报告全文读到而没有，或该部分只有标题，不合格，列出缺哪些。只要求“探索”或写法不固定的内容，没有看到也只待核。没有见到这些年度的报告，不适用（有没有由按时发布的要求判定）。
什么时候待核：年报没有见到；内容在读不出来的附件（扫描件、加密文件等）或图片里；正文框以外还有文字；没有认出该部分的标题；各部分的编号跳过了一个（可能没有读全）；写明“未收到”“没有发生”而没有列表；写法不固定的内容没有看到。格式没有硬性规定的内容没有看到的，交由人核对。
怎样改：按国务院办公厅统一格式补齐；没有发生的也要保留表格和标题，数字填0，文字写“无”。
"""

from collections.abc import Iterator
from dataclasses import replace

from rules.checks._contents import Contents, judge_contents
from rules.checks._sections import lost_part
from rules.findings import Outcome, Verdict, cant_tell, inapplicable
from rules.reports import Reports
from rules.unit import Unit

NEEDS = ("reports",)


class Params(Contents):
    """``what``: how the contents are called in the subject; ``since``, ``until``: first and last reporting year judged."""

    what: str
    since: int
    until: int = 9999


def judge(unit: Unit, params: Params, reports: Reports) -> Iterator[Verdict]:
    years = [year for year in sorted(reports.by_year) if params.since <= year <= params.until]
    for year in years:
        report = reports.by_year[year]
        subject = f"{year}年度报告·{params.what}"
        if report.paper is None:
            yield cant_tell(f"{year}年度报告：{report.reason}", subject=subject, page=unit.page_at(report.url))
        else:
            verdict = judge_contents(report.paper, params, f"{year}年度报告", subject)
            if verdict.outcome is Outcome.FAILED and (reason := lost_part(report.paper, {})):
                verdict = replace(verdict, outcome=Outcome.CANT_TELL, message=f"{verdict.message}，但{reason}")
            yield verdict
    if not years:
        yield none_seen(params.since, params.until)


def none_seen(since: int, until: int) -> Verdict:
    """What is said where no report of these years was met: the question is asked once, where its being there is judged."""
    return inapplicable(f"没有见到{span(since, until)}的本单位年度报告，有没有由按时发布的要求判定")


def span(since: int, until: int) -> str:
    """How messages call the years judged."""
    return f"{since}年度" if since == until else f"{since}至{until}年度" if until < 9999 else f"{since}年度以后"
