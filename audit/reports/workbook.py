"""``scorecards.xlsx``: summary, rectification list, open questions, columns, annual reports' sums, pages. No formulas."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from audit.reports.book import Book, workbook
from audit.reports.model import ReportData, UnitReport
from audit.reports.review_sheets import person_sheet, review_sheet
from audit.texts import KINDS, STATUSES


def write_workbook(data: ReportData, path: Path) -> None:
    """The same data gives the same bytes."""
    with workbook(path, "政府信息公开检查工作簿") as book:
        _summary(book, data)
        _problems(book, data)
        _open(book, data)
        review_sheet(book, data)
        person_sheet(book, data)
        _columns(book, data)
        _sums(book, data)
        if data.rollup is not None:
            book.sheet(data.rollup.title, [(title, 14) for title in data.rollup.titles], data.rollup.rows)
        _pages(book, data)
        _about(book, data)


def _summary(book: Book, data: ReportData) -> None:
    columns = [("单位", 26), ("级别", 14), ("得分", 8), ("最低", 8), ("最高", 8), ("否决候选", 18), ("问题", 8), ("不合格条数", 10), ("待核条数", 10), ("合格条数", 10), ("判定率", 8), ("先改前三项可得", 14), ("复核后得分", 10)]  # fmt: skip
    rows = (
        [u.site.name, u.site.level, s.score, s.low, s.high, "、".join(s.veto), len(u.problems), s.failed, s.cant_tell, s.passed, s.coverage, u.first_three.score if u.first_three else None, u.reviewed.score if u.reviewed else None]
        for u in data.units
        for s in (u.score,)
    )  # fmt: skip
    book.sheet("汇总", columns, rows, percent=(10,))


def _problems(book: Book, data: ReportData) -> None:
    columns = [("单位", 22), ("序号", 6), ("类别", 12), ("要求", 22), ("对象", 22), ("情况", 46), ("页面原文", 26), ("应有的", 28), ("网址", 40), ("依据", 28), ("怎样改", 40), ("扣分", 7), ("重要程度", 8), ("抓取时间", 20), ("SHA-256", 20), ("责任单位", 16), ("整改期限", 12), ("复核和例外", 30), ("整改情况", 24)]  # fmt: skip
    book.sheet("问题清单", columns, (row for unit in data.units for row in _problem_rows(unit)))


def _problem_rows(unit: UnitReport) -> Iterable[Sequence[object]]:
    for number, problem in enumerate(unit.problems, 1):
        e, f = problem.entry, problem.entry.finding
        points: object = "否决候选" if problem.veto else problem.points
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
        ["评分办法", data.scheme.title + ("（评分参数未经核对）" if data.scheme.unverified else "")],
        ["评分说明", data.scheme.note],
        ["性质", "技术监测，仅供内部自查和整改使用；对外公布排名或问题通报须按程序报批。"],
        ["程序版本", record.version],
        *([f"摘要：{name}", digest] for name, digest in record.digests.items()),
    ]
    book.sheet("说明", [("项目", 16), ("内容", 100)], rows)
