"""政府信息公开工作年度报告表格的勾稽关系。

查什么：年度报告的页面或附件里，申请情况表（表三）和复议诉讼表（表四）里的数字是否满足规定的关系。
怎样判：balance：新收＋上年结转＝办理总计＋结转下年度（每列）；items：各办理结果之和＝总计（每列）；rows：六类申请人之和＝总计（每行）；reviews：四种结果之和＝总计（三个区块）。全部相等，合格；有一处不等，不合格，并列出算式。
什么时候待核：报告没有见到；表格在图片或读不出来的附件里；数字来自识别软件生成的文字层；有关的行缺失、重复而数字不同或不是数字（表格不完整，不算错）；有规定格式之外的行；表头次序与规定格式不同。
怎样改：核对原始台账，改正数字后重新发布。
"""

from collections.abc import Iterator
from typing import Literal

from rules import checks
from rules.annual_report import COLUMNS, ROWS, Applications, applications, reviews
from rules.findings import Verdict, cant_tell, failed, passed
from rules.paper import Paper, unsure
from rules.reports import Reports
from rules.unit import Unit

NEEDS = ("reports",)
_RELATIONS = {"balance": "勾稽关系", "items": "分项合计", "rows": "行合计", "reviews": "复议诉讼合计"}
_BLOCKS = ("行政复议", "未经复议直接起诉", "复议后起诉")


class Params(checks.Params):
    """``relation``: which identity; ``since``: first reporting year judged."""

    relation: Literal["balance", "items", "rows", "reviews"]
    since: int


def judge(unit: Unit, params: Params, reports: Reports) -> Iterator[Verdict]:
    years = [year for year in sorted(reports.by_year) if year >= params.since]
    for year in years:
        report = reports.by_year[year]
        subject = f"{year}年度报告·{_RELATIONS[params.relation]}"
        if report.paper is None:
            yield cant_tell(f"{subject}：{report.reason}", subject=subject, page=unit.page_at(report.url))
        else:
            yield _judge_one(report.paper, params.relation, subject)
    if not years:
        yield cant_tell(f"没有见到{params.since}年度以后的本单位年度报告")


def _judge_one(paper: Paper, relation: str, subject: str) -> Verdict:
    if relation == "reviews":
        lack, sums = _review_sums(paper)
    else:
        table = applications(paper.facts.tables)
        if table is None:
            text = f"{subject}里没有读出申请情况表（可能在未读取的附件或图片里，或者表头与规定格式不同）"
            return cant_tell(text, subject=subject, page=paper.page)
        lack, sums = {"balance": _balance, "items": _items, "rows": _rows}[relation](table)
    wrong = [text for text, left, right in sums if left != right]
    if wrong and (reason := unsure(paper.facts)):
        text = f"{subject}有{len(wrong)}处对不上（{wrong[0]}），但{reason}"
        return cant_tell(text, subject=subject, seen="；".join(wrong), page=paper.page)
    if wrong:
        text = f"{subject}有{len(wrong)}处对不上：{'；'.join(wrong[:4])}"
        return failed(text, subject=subject, seen="；".join(wrong), wanted="左右相等", page=paper.page)
    if lack:
        return cant_tell(f"{subject}的表格不完整：{lack}", subject=subject, seen=lack, page=paper.page)
    return passed(f"{subject}共{len(sums)}处全部相等", subject=subject, page=paper.page)


_Sums = tuple[str, list[tuple[str, int, int]]]


def _missing(table: Applications, names: tuple[str, ...]) -> str:
    lack = [ROWS[name][1] for name in names if name not in table.rows]
    return "缺少或读不出 " + "、".join(lack) if lack else ""


def _balance(table: Applications) -> _Sums:
    if lack := _missing(table, ("R1", "R2", "R24", "R25")):
        return lack, []
    sums = []
    for column, a, b, c, d in zip(COLUMNS, *(table.rows[name] for name in ("R1", "R2", "R24", "R25")), strict=True):
        sums.append((f"{column}列：新收{a}＋结转{b}＝{a + b}，总计{c}＋结转下年{d}＝{c + d}", a + b, c + d))
    return "", sums


def _items(table: Applications) -> _Sums:
    if lack := _missing(table, (*table.leaves, "R24")):
        return lack, []
    if table.strange:
        return f"有规定格式之外的行：{'、'.join(table.strange[:3])}", []
    sums = []
    for index, column in enumerate(COLUMNS):
        parts = sum(table.rows[name][index] for name in table.leaves)
        total = table.rows["R24"][index]
        sums.append((f"{column}列：各项之和{parts}，总计{total}", parts, total))
    return "", sums


def _rows(table: Applications) -> _Sums:
    sums = []
    for name, values in table.rows.items():
        parts = sum(values[:6])
        sums.append((f"{ROWS[name][1]}行：六类之和{parts}，总计{values[6]}", parts, values[6]))
    lack = "、".join(ROWS[name][1] for name in table.torn)
    return f"读不出 {lack}" if lack else "" if sums else "没有一行读得出", sums


def _review_sums(paper: Paper) -> _Sums:
    blocks = reviews(paper.facts.tables)
    if not blocks:
        return "没有读出复议诉讼表的15个数字", []
    return "", [
        (f"{name}：四种结果之和{sum(values[:4])}，总计{values[4]}", sum(values[:4]), values[4])
        for name, values in zip(_BLOCKS, blocks, strict=True)
    ]
