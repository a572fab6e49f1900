"""``scorecards.xlsx``: summary, rectification list, open questions, columns, annual reports' sums, pages. No formulas."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from audit.headlines import table
from audit.reports.book import Book, workbook
from audit.reports.model import ReportData, UnitReport
from audit.reports.review_sheets import person_sheet, review_sheet
from audit.texts import KINDS, STATUSES
from rules.findings import Outcome


def write_workbook(data: ReportData, path: Path) -> None:
    """The same data gives the same bytes."""
    with workbook(path, "政府信息公开检查工作簿") as book:
        _summary(book, data)
        _ranking(book, data)
        _points(book, data)
        _problems(book, data)
        _open(book, data)
        review_sheet(book, data)
        person_sheet(book, data)
        _columns(book, data)
        _sums(book, data)
        _coverage(book, data)
        if data.rollup is not None:
            book.sheet(data.rollup.title, [(title, 14) for title in data.rollup.titles], data.rollup.rows)
        _leads(book, data)
        _pages(book, data)
        _about(book, data)


def _summary(book: Book, data: ReportData) -> None:
    columns = [("单位", 26), ("级别", 14), ("得分", 8), ("最低", 8), ("最高", 8), ("否决候选", 18), ("问题", 8), ("不合格条数", 10), ("待核条数", 10), ("合格条数", 10), ("判定率", 8), ("先改前三项可得", 14), ("复核后得分", 10), ("评定", 14), ("同级单位数", 8), ("同级中位数", 8), ("高于同级其他单位", 10), *((name, 12) for name in table())]  # fmt: skip
    rows = (
        [u.site.name, u.site.level, s.score, s.low, s.high, _vetoes(u), len(u.problems), s.failed, s.cant_tell, s.passed, s.coverage, u.first_three.score if u.first_three else None, u.reviewed.score if u.reviewed else None, (u.reviewed or s).grade, s.level_units or None, s.level_median, s.level_above, *(h.state for h in u.headlines)]
        for u in data.units
        for s in (u.score,)
    )  # fmt: skip
    book.sheet("汇总", columns, rows, percent=(10, 16))


def _vetoes(unit: UnitReport) -> str:
    return "、".join([*(f"{veto}（已确认）" for veto in unit.vetoes), *unit.candidates])


def _ranking(book: Book, data: ReportData) -> None:
    """Best first, of all and within each level; those without a score last. For the office alone: CQ2022-5.16.4."""
    columns = [
        ("名次", 8),
        ("单位", 28),
        ("级别", 16),
        ("得分", 10),
        ("评定", 18),
        ("级内名次", 10),
        ("问题", 8),
        ("说明", 40),
    ]
    units = sorted(data.units, key=lambda u: (u.score.rank is None, u.score.rank or 0, u.site.id))
    levels: dict[str, list[int]] = {}
    for unit in units:
        if unit.score.rank is not None:
            levels.setdefault(unit.site.level, []).append(unit.score.rank)
    rows = (
        [s.rank, u.site.name, u.site.level, s.score, s.grade, levels[u.site.level].index(s.rank) + 1 if s.rank else None, u.problem_count, "仅供内部参考，公布须按程序报批" if s.rank else "未评分或者单项否决，不排名"]
        for u in units
        for s in (u.score,)
    )  # fmt: skip
    book.sheet("排名", columns, rows)


def _points(book: Book, data: ReportData) -> None:
    columns = [
        ("单位", 24),
        ("类别", 18),
        ("项目", 26),
        ("要求", 24),
        ("依据", 50),
        ("处数", 8),
        ("每处", 8),
        ("系数", 8),
        ("最多", 8),
        ("扣分", 8),
        ("分值", 10),
    ]
    rows = (
        [u.site.name, one.group, one.item, " ".join(one.mandates), "；".join(one.clauses), one.count, one.each, one.factor, one.cap, one.points, "已核对" if one.verified else "未核对"]
        for u in data.units
        for one in u.account
    )  # fmt: skip
    book.sheet("扣分明细", columns, rows)


def _coverage(book: Book, data: ReportData) -> None:
    """How much of each module could be told."""
    columns = [
        ("单位", 24),
        ("类别", 18),
        ("合格", 8),
        ("不合格", 8),
        ("待核", 8),
        ("需人工", 8),
        ("不适用", 8),
        ("判定率", 8),
    ]
    rows = (
        [u.site.name, module, *(n[o] for o in Outcome), _decided(n)] for u in data.units for module, n in u.by_module
    )
    book.sheet("各类判定情况", columns, rows, percent=(7,))


def _decided(n: Counter[str]) -> float | None:
    decided = n["passed"] + n["failed"]
    return decided / (decided + n["cant_tell"]) if decided + n["cant_tell"] else None


def _problems(book: Book, data: ReportData) -> None:
    columns = [("单位", 22), ("序号", 6), ("类别", 12), ("要求", 22), ("对象", 22), ("情况", 46), ("页面原文", 26), ("应有的", 28), ("网址", 40), ("依据", 28), ("怎样改", 40), ("扣分", 7), ("重要程度", 8), ("抓取时间", 20), ("SHA-256", 20), ("责任单位", 16), ("整改期限", 12), ("复核和例外", 30), ("整改情况", 24)]  # fmt: skip
    book.sheet("问题清单", columns, (row for unit in data.units for row in _problem_rows(unit)))


def _problem_rows(unit: UnitReport) -> Iterable[Sequence[object]]:
    for number, problem in enumerate(unit.problems, 1):
        e, f = problem.entry, problem.entry.finding
        points: object = problem.veto or problem.points
        yield [unit.site.name, number, e.module, e.mandate.title, f.subject, f.message, f.quote, f.wanted, f.url, "；".join(problem.sources), e.mend, points, e.severity, f.fetched_at, f.sha256, problem.responsible, problem.deadline, "；".join(problem.decided), ""]  # fmt: skip


def _open(book: Book, data: ReportData) -> None:
    columns = [
        ("单位", 22),
        ("类别", 12),
        ("要求", 24),
        ("对象", 24),
        ("为什么待核", 60),
        ("网址", 44),
        ("依据", 28),
    ]
    rows = (
        [u.site.name, e.module, e.mandate.title, e.finding.subject, e.finding.message, e.finding.url, e.source]
        for u in data.units
        for e in u.of("cant_tell")
    )
    book.sheet("待核清单", columns, rows)


def _columns(book: Book, data: ReportData) -> None:
    columns = [("单位", 22), ("栏目", 24), ("结果", 10), ("情况", 50), ("应有的", 24), ("网址", 44), ("依据", 30)]
    rows = (
        [u.site.name, e.finding.subject.removeprefix("栏目:"), e.outcome, e.finding.seen or e.finding.message, e.finding.wanted, e.finding.url, e.source]
        for u in data.units
        for e in u.entries
        if e.finding.check in ("column_fresh", "home_update", "columns_update") and e.finding.outcome != "inapplicable"
    )  # fmt: skip
    book.sheet("栏目更新情况", columns, rows)


def _sums(book: Book, data: ReportData) -> None:
    columns = [("单位", 22), ("年度和关系", 30), ("要求", 30), ("结果", 10), ("情况", 80), ("网址", 44)]
    rows = (
        [u.site.name, e.finding.subject, e.mandate.title, e.outcome, e.finding.seen or e.finding.message, e.finding.url]
        for u in data.units
        for e in u.entries
        if e.finding.check == "report_arithmetic" and e.finding.outcome != "inapplicable"
    )
    book.sheet("年报勾稽核查", columns, rows)


def _leads(book: Book, data: ReportData) -> None:
    """What only time shows: for a person to look into."""
    columns = [("单位", 24), ("类别", 14), ("对象", 40), ("情况", 70), ("网址", 44), ("上次", 30), ("这次", 30)]
    names = {unit.site.id: unit.site.name for unit in data.units}
    rows = (
        [names[unit], lead.kind.value, lead.subject, lead.message, lead.url, lead.before, lead.now]
        for unit, leads in data.leads.items()
        for lead in leads
    )
    book.sheet("跨期线索", columns, rows)


def _pages(book: Book, data: ReportData) -> None:
    columns = [("单位", 22), ("网址", 60), ("状态", 18), ("原因", 40), ("链接文字", 30), ("栏目", 20)]
    rows = (
        [u.site.name, p.task.url, STATUSES[p.status], p.detail, p.task.label, p.task.column]
        for u in data.units
        for p in u.unseen_pages
    )
    book.sheet("没有见到的页面", columns, rows)


def _about(book: Book, data: ReportData) -> None:
    record = data.record
    rows = [
        ["检查", f"{record.id}（{KINDS[record.kind]}）"],
        ["检查日", str(record.as_of)],
        ["评分办法", f"{data.scheme.title}（{data.scheme.vouched}）"],
        ["评分说明", data.scheme.note],
        ["性质", "技术监测，仅供内部自查和整改使用；对外公布排名或问题通报须按程序报批。"],
        ["程序版本", record.version],
        *([f"摘要：{name}", digest] for name, digest in record.digests.items()),
    ]
    book.sheet("说明", [("项目", 16), ("内容", 100)], rows)
