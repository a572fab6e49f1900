"""年度报告前后是否一致。

查什么：period：正文写明的统计期限与报告年度；carried：本年度“上年结转”与上一年度报告“结转下年度”（每列）；items：2020年度各类事项“上一年项目数量”与2019年度“上一年项目数量＋本年增减”；force：规章、规范性文件“现行有效件数”与上一年度“现行有效件数”加“本年制发”减“本年废止”；notes：规章、规范性文件“本年新公开数量”与“本年新制作数量＋注明的结转件数”；text：正文写的收到申请件数与表三；parts：正文“其中”各数与总数。
怎样判：一致，合格。不合格只有三种：统计期限写成另一年度；新公开数量多于新制作数量与注明的结转之和；部门和乡镇街道的正文写“全年共收到申请”的件数与表三新收（及新收与结转之和）都不同。
什么时候待核：年报没有见到，表格或文字没有读出；年份可能是发布年份；两年的数字接不上（机构改革、更正都可能是原因）；政府的总报告文字和表格口径可能不同；“其中”的数大于总数。没有可比的数字，不适用。
怎样改：核对台账和上一年度报告，改正后重新发布；因机构改革、更正造成不一致的，在报告里说明。
"""

import re
from collections.abc import Callable, Iterator
from typing import Literal

from crawler.facts.text import fold
from rules import checks
from rules.annual_report import COLUMNS, applications
from rules.checks._report_cells import cell, shown
from rules.checks.report_content import none_seen
from rules.documents import plain_year
from rules.findings import Verdict, cant_tell, failed, inapplicable, passed
from rules.paper import Paper, unsure
from rules.reports import Report, Reports
from rules.unit import Unit

NEEDS = ("reports",)
_NAMES = {
    "period": "统计期限", "carried": "结转跨年一致", "items": "项目数跨年一致", "force": "现行有效件数跨年一致",
    "notes": "新公开与结转一致", "text": "文字与表格一致", "parts": "总分数据一致",
}  # fmt: skip
_PERIOD = re.compile(
    r"统计(?:期限|时限|期间|时间|周期)[^。；;]{0,12}?(20\d\d)年(\d{1,2})月(\d{1,2})日[^\d。；;]{0,6}(?:(20\d\d)年)?(\d{1,2})月(\d{1,2})日"
)
_RECEIVED = re.compile(
    r"(?:全年|本年度?|年度内|20\d\d年度?)[，,]?(?:(?:我|本|全)[^。；;，,、:：\d]{1,8})?[，,]?共(?:新?收到|受理|接收)(?:各类|公民|群众|公众)?"
    r"(?:政府)?信息(?:依申请)?公开申请(?:共|总数)?(\d[\d,]*)[件宗]"
)
_OTHER_TIME = re.compile(r"以来|累计|历年|半年|季度|去年|上年|中心|所共|站共")
_PARTS = re.compile(r"(\d[\d,.]*)(万|亿)?余?(条|件|次|项|批次)[，,](?:其中)[，,:：]?([^。；;]*)")
_PART = re.compile(r"(\d[\d,.]*)(万|亿)?余?(条|件|次|项|批次)")
_SCALE = {"": 1, "万": 10_000, "亿": 100_000_000}
_CARRIED_NOTE = re.compile(r"结转(\d+)[件条]?")
_MATTERS = ("行政许可", "其他对外管理服务事项", "行政处罚", "行政强制", "行政事业性收费")
_RULES = (("规章", "规章"), ("规范性文件", "(?:行政)?规范性文件"))
_OF_MANY = ("市政府", "区县政府")


class Params(checks.Params):
    """``relation``: what is compared; ``since``, ``until``: reporting years, of the later report where two are compared."""

    relation: Literal["period", "carried", "items", "force", "notes", "text", "parts"]
    since: int
    until: int = 9999

    @property
    def only_asks(self) -> bool:
        return self.relation not in ("period", "notes", "text")


def judge(unit: Unit, params: Params, reports: Reports) -> Iterator[Verdict]:
    years = [year for year in sorted(reports.by_year) if params.since <= year <= params.until]
    judged = False
    for year in years:
        report = reports.by_year[year]
        subject = f"{year}年度报告·{_NAMES[params.relation]}"
        if report.paper is None:
            judged = True
            yield cant_tell(f"{subject}：{report.reason}", subject=subject, page=unit.page_at(report.url))
            continue
        verdict = _compare(unit, params.relation, reports, report, report.paper, subject)
        if verdict is not None:
            judged = True
            yield verdict
    if years and not judged:
        yield inapplicable("年度报告里没有可以比较的数字")
    elif not years:
        yield none_seen(params.since, params.until)


def _compare(unit: Unit, relation: str, reports: Reports, report: Report, paper: Paper, subject: str) -> Verdict | None:
    """None where a report holds nothing to compare."""
    if relation in _ACROSS:
        before = reports.by_year.get(report.year - 1)
        if before is None:
            return None
        if before.paper is None:
            return cant_tell(f"{before.year}年度报告：{before.reason}", subject=subject, page=paper.page)
        return _ACROSS[relation](paper, before.paper, subject)
    return _ALONE[relation](unit, report, paper, subject)


def _period(unit: Unit, report: Report, paper: Paper, subject: str) -> Verdict:
    found = _PERIOD.search(plain_year(paper.facts.text))
    if not found:
        return cant_tell("报告里没有认出统计期限，须人工核对是否写明", subject=subject, page=paper.page)
    first, last = int(found.group(1)), int(found.group(4) or found.group(1))
    days = tuple(int(found.group(n)) for n in (2, 3, 5, 6))
    said = {"subject": subject, "quote": found.group(), "seen": found.group(), "page": paper.page}
    if (first, last, days) == (report.year, report.year, (1, 1, 12, 31)):
        return passed(f"统计期限是{report.year}年1月1日至12月31日", **said)
    wanted = f"{report.year}年1月1日至{report.year}年12月31日"
    if report.year in (first, last):
        return cant_tell("统计期限不是整年，须人工核对（年中成立、撤并的机构可以不是整年）", wanted=wanted, **said)
    if any(day.year <= report.year for day in report.dates) or not report.dates:
        text = f"统计期限是{first}年，标题写{report.year}年，标题里的可能是发布年份"
        return cant_tell(text, wanted=wanted, **said)
    if reason := unsure(paper.facts):
        return cant_tell(f"统计期限读作{first}年，但{reason}", wanted=wanted, **said)
    return failed(f"{report.year}年度报告的统计期限写成了{first}年", wanted=wanted, **said)


def _carried(paper: Paper, before: Paper, subject: str) -> Verdict:
    table, last = applications(paper.facts.tables), applications(before.facts.tables)
    mine, theirs = (table.rows.get("R2") if table else None), (last.rows.get("R25") if last else None)
    if mine is None or theirs is None:
        lack = "本年度的“上年结转”" if mine is None else "上一年度的“结转下年度”"
        return cant_tell(f"没有读出{lack}，不能比较", subject=subject, page=paper.page)
    wrong = [
        f"{name}列：上一年结转下年度{b}，本年上年结转{a}"
        for name, a, b in zip(COLUMNS, mine, theirs, strict=True)
        if a != b
    ]
    return _matched(wrong, f"上年结转与上一年度报告接上（总计{mine[6]}）", paper, subject)


def _items(paper: Paper, before: Paper, subject: str) -> Verdict | None:
    wrong, right = [], 0
    for name in _MATTERS:
        now = _matter(paper, name, "上一年项目数量")
        was, more = _matter(before, name, "上一年项目数量"), _matter(before, name, r"本年增/?减")
        if now is None or was is None or more is None:
            continue
        right += now == was + more
        if now != was + more:
            wrong.append(f"{name}：上一年度{shown(was)}{more:+.0f}＝{shown(was + more)}，本年度写上一年{shown(now)}")
    return _matched(wrong, f"{right}类事项的数量接上", paper, subject) if wrong or right else None


def _force(paper: Paper, before: Paper, subject: str) -> Verdict | None:
    wrong, right = [], 0
    for name, row in _RULES:
        now, was = _matter(paper, row, "现行有效件数"), _matter(before, row, "现行有效件数")
        made, ended = _matter(paper, row, "本年制发件数"), _matter(paper, row, "本年废止件数")
        if now is None or was is None or made is None or ended is None:
            continue
        right += now == was + made - ended
        if now != was + made - ended:
            sum_ = f"{shown(was)}＋{shown(made)}－{shown(ended)}＝{shown(was + made - ended)}"
            wrong.append(f"{name}：上一年有效加制发减废止{sum_}，本年度写{shown(now)}")
    return _matched(wrong, f"{right}类文件的件数接上", paper, subject) if wrong or right else None


def _matter(paper: Paper, row: str, column: str) -> float | None:
    return cell(paper.facts, re.compile(row), re.compile(column)).value


def _matched(wrong: list[str], good: str, paper: Paper, subject: str) -> Verdict:
    if not wrong:
        return passed(good, subject=subject, page=paper.page)
    text = f"与上一年度报告接不上：{'；'.join(wrong[:4])}。是否因机构改革或更正，须人工核对"
    return cant_tell(text, subject=subject, seen="；".join(wrong), wanted="两年相等", page=paper.page)


def _notes(unit: Unit, report: Report, paper: Paper, subject: str) -> Verdict | None:
    good = []
    for name, row in _RULES:
        made = cell(paper.facts, re.compile(row), re.compile("本年新制作数量")).value
        out = cell(paper.facts, re.compile(row), re.compile("本年新公开数量"))
        if made is None or out.value is None:
            continue
        note = _CARRIED_NOTE.search(out.text or "")
        allowed = made + (int(note.group(1)) if note else 0)
        sum_ = f"{name}新制作{shown(made)}" + (f"＋结转{note.group(1)}" if note else "") + f"，新公开{shown(out.value)}"
        said = {"subject": subject, "quote": out.text or "", "seen": sum_, "page": paper.page}
        if out.value <= allowed:
            good.append(sum_)
        elif note and not unsure(paper.facts):
            return failed(f"新公开数量多于新制作与结转之和：{sum_}", wanted=f"不多于{shown(allowed)}", **said)
        else:
            return cant_tell(f"新公开数量多于新制作数量，没有注明结转件数，须人工核对：{sum_}", **said)
    return passed("；".join(good), subject=subject, seen="；".join(good), page=paper.page) if good else None


def _text(unit: Unit, report: Report, paper: Paper, subject: str) -> Verdict | None:
    flat = fold(paper.facts.text)
    hits = [
        hit for hit in _RECEIVED.finditer(flat) if not _OTHER_TIME.search(flat[max(0, hit.start() - 20) : hit.end()])
    ]
    table = applications(paper.facts.tables)
    new, old = (table.rows.get("R1"), table.rows.get("R2")) if table else (None, None)
    if not hits:
        return None
    if new is None:
        return cant_tell("没有读出表三“本年新收”，不能与文字比较", subject=subject, page=paper.page)
    total = {new[6], new[6] + (old[6] if old else 0)}
    told = [int(hit.group(1).replace(",", "")) for hit in hits]
    seen = f"文字{'、'.join(map(str, told))}件，表三新收{new[6]}件" + (f"、结转{old[6]}件" if old else "")
    said = {"subject": subject, "quote": hits[0].group(), "seen": seen, "page": paper.page}
    if total & set(told):
        return passed(f"收到申请的件数一致：{seen}", **said)
    if unit.site.level in _OF_MANY or old is None or unsure(paper.facts):
        return cant_tell(f"收到申请的件数不同（{seen}），口径可能不同，须人工核对", **said)
    return failed(f"收到申请的件数，文字与表三不同：{seen}", wanted="文字与表三相同", **said)


def _parts(unit: Unit, report: Report, paper: Paper, subject: str) -> Verdict | None:
    count = 0
    for hit in _PARTS.finditer(fold(paper.facts.text)):
        total = _amount(hit)
        for part in _PART.finditer(hit.group(4)):
            if part.group(3) != hit.group(3):
                continue
            count += 1
            if _amount(part) > total:
                text = f"“其中”的{part.group()}大于总数，须人工核对：{hit.group()[:60]}"
                return cant_tell(text, subject=subject, quote=hit.group(), seen=hit.group(), page=paper.page)
    return passed(f"“其中”的{count}个数都不大于总数", subject=subject, page=paper.page) if count else None


def _amount(hit: re.Match[str]) -> float:
    return float(hit.group(1).replace(",", "").rstrip(".")) * _SCALE[hit.group(2) or ""]


_ACROSS: dict[str, Callable[[Paper, Paper, str], Verdict | None]] = {
    "carried": _carried, "items": _items, "force": _force,
}  # fmt: skip
_ALONE: dict[str, Callable[[Unit, Report, Paper, str], Verdict | None]] = {
    "period": _period, "notes": _notes, "text": _text, "parts": _parts,
}  # fmt: skip
