"""``scorecards.xlsx``: summary, rectification list, open questions, columns, annual reports' sums, pages. No formulas."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from audit.files import freeze_zip, plain_cell, whole
from audit.reports.model import ReportData, UnitReport
from audit.texts import KINDS, STATUSES

_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}
_MAX_TEXT = 32_000


class _Book:
    def __init__(self, path: Path) -> None:
        self.book = xlsxwriter.Workbook(str(path), _OPTIONS)
        self.book.set_properties(
            {"title": "政府信息公开检查工作簿", "created": datetime(2000, 1, 1, tzinfo=UTC), "author": "gongkai"}
        )
        base = {"valign": "top", "font_name": "等线", "font_size": 11}
        self.text = self.book.add_format({**base, "text_wrap": True})
        self.number = self.book.add_format({**base, "num_format": "0.##"})
        self.percent = self.book.add_format({**base, "num_format": "0%"})
        self.head = self.book.add_format({**base, "bold": True, "bg_color": "#E8ECF1", "bottom": 1, "text_wrap": True})

    def sheet(
        self,
        name: str,
        columns: Sequence[tuple[str, int]],
        rows: Iterable[Sequence[object]],
        percent: Sequence[int] = (),
    ) -> None:
        """A sheet with frozen header and filter; ``columns`` are name and width in characters."""
        sheet = self.book.add_worksheet(name)
        for index, (title, width) in enumerate(columns):
            sheet.set_column(index, index, width)
            sheet.write_string(0, index, title, self.head)
        count = 0
        for count, row in enumerate(rows, 1):
            for index, value in enumerate(row):
                self._cell(sheet, count, index, value, index in percent)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(count, 1), len(columns) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)

    def _cell(self, sheet: Any, row: int, column: int, value: object, percent: bool) -> None:
        if isinstance(value, int | float) and not isinstance(value, bool):
            sheet.write_number(row, column, value, self.percent if percent else self.number)
        elif value not in (None, ""):
            sheet.write_string(row, column, str(plain_cell(str(value)))[:_MAX_TEXT], self.text)


def write_workbook(data: ReportData, path: Path) -> None:
    """The same data gives the same bytes."""
    with whole(path) as temporary:
        book = _Book(temporary)
        _summary(book, data)
        _problems(book, data)
        _open(book, data)
        _by_person(book, data)
        _columns(book, data)
        _sums(book, data)
        _pages(book, data)
        _about(book, data)
        book.book.close()
        freeze_zip(temporary)


def _summary(book: _Book, data: ReportData) -> None:
    columns = [("单位", 26), ("级别", 14), ("得分", 8), ("最低", 8), ("最高", 8), ("否决候选", 18), ("问题", 8), ("不合格条数", 10), ("待核条数", 10), ("合格条数", 10), ("判定率", 8), ("先改前三项可得", 14)]  # fmt: skip
    rows = (
        [u.site.name, u.site.level, s.score, s.low, s.high, "、".join(s.veto), len(u.problems), s.failed, s.cant_tell, s.passed, s.coverage, u.if_first_three]
        for u in data.units
        for s in (u.score,)
    )  # fmt: skip
    book.sheet("汇总", columns, rows, percent=(10,))


def _problems(book: _Book, data: ReportData) -> None:
    columns = [("单位", 22), ("序号", 6), ("类别", 12), ("要求", 22), ("对象", 22), ("情况", 46), ("页面原文", 26), ("应有的", 28), ("网址", 40), ("依据", 28), ("怎样改", 40), ("扣分", 7), ("重要程度", 8), ("抓取时间", 20), ("SHA-256", 20), ("责任单位", 16), ("整改期限", 12), ("整改情况", 24)]  # fmt: skip
    book.sheet("问题清单", columns, (row for unit in data.units for row in _problem_rows(unit)))


def _problem_rows(unit: UnitReport) -> Iterable[Sequence[object]]:
    for number, problem in enumerate(unit.problems, 1):
        e, f = problem.entry, problem.entry.finding
        points: object = "否决候选" if problem.veto else problem.points
        yield [unit.site.name, number, e.module, e.mandate.title, f.subject, f.message, f.quote, f.wanted, f.url, "；".join(problem.sources), e.mend, points, e.severity, f.fetched_at, f.sha256, "", "", ""]  # fmt: skip


def _open(book: _Book, data: ReportData) -> None:
    columns = [
        ("单位", 22),
        ("类别", 12),
        ("要求", 24),
        ("对象", 24),
        ("为什么待核", 60),
        ("网址", 44),
        ("依据", 28),
        ("复核意见", 24),
    ]
    rows = (
        [u.site.name, e.module, e.mandate.title, e.finding.subject, e.finding.message, e.finding.url, e.source, ""]
        for u in data.units
        for e in u.of("cant_tell")
    )
    book.sheet("待核清单", columns, rows)


def _by_person(book: _Book, data: ReportData) -> None:
    columns = [("单位", 22), ("类别", 12), ("要求", 26), ("要核对的", 60), ("文件原文", 60), ("依据", 28), ("结论", 12), ("说明和依据网址", 40), ("核查人", 12), ("核查日期", 12)]  # fmt: skip
    rows = (
        [u.site.name, e.module, e.mandate.title, e.finding.message, e.mandate.quote, e.source, "", "", "", ""]
        for u in data.units
        for e in u.of("untested")
        if not e.mandate.alias_of
    )
    book.sheet("人工核查", columns, rows)


def _columns(book: _Book, data: ReportData) -> None:
    columns = [("单位", 22), ("栏目", 24), ("结果", 10), ("情况", 50), ("应有的", 24), ("网址", 44), ("依据", 30)]
    rows = (
        [u.site.name, e.finding.subject.removeprefix("栏目:"), e.outcome, e.finding.seen or e.finding.message, e.finding.wanted, e.finding.url, e.source]
        for u in data.units
        for e in u.entries
        if e.finding.check in ("column_fresh", "home_update", "columns_update") and e.finding.outcome != "inapplicable"
    )  # fmt: skip
    book.sheet("栏目更新情况", columns, rows)


def _sums(book: _Book, data: ReportData) -> None:
    columns = [("单位", 22), ("年度和关系", 30), ("要求", 30), ("结果", 10), ("情况", 80), ("网址", 44)]
    rows = (
        [u.site.name, e.finding.subject, e.mandate.title, e.outcome, e.finding.seen or e.finding.message, e.finding.url]
        for u in data.units
        for e in u.entries
        if e.finding.check == "report_arithmetic" and e.finding.outcome != "inapplicable"
    )
    book.sheet("年报勾稽核查", columns, rows)


def _pages(book: _Book, data: ReportData) -> None:
    columns = [("单位", 22), ("网址", 60), ("状态", 18), ("原因", 40), ("链接文字", 30), ("栏目", 20)]
    rows = (
        [u.site.name, p.task.url, STATUSES[p.status], p.detail, p.task.label, p.task.column]
        for u in data.units
        for p in u.unseen_pages
    )
    book.sheet("没有见到的页面", columns, rows)


def _about(book: _Book, data: ReportData) -> None:
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
