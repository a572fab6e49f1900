"""A workbook without formulas: every text is text, headers are frozen and filtered, the same content gives the same bytes."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import xlsxwriter

from audit.files import freeze_zip, plain_cell, whole

#: What a cell and a sheet hold.
MAX_TEXT, MAX_ROWS = 32_000, 1_048_575
_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}


class Book:
    """Sheets are written one after the other."""

    def __init__(self, path: Path, title: str) -> None:
        self.book = xlsxwriter.Workbook(str(path), _OPTIONS)
        self.book.set_properties(
            {"title": title, "created": dt.datetime(2000, 1, 1, tzinfo=dt.UTC), "author": "gongkai"}
        )
        base = {"valign": "top", "font_name": "等线", "font_size": 11}
        self.text = self.book.add_format({**base, "text_wrap": True})
        self.number = self.book.add_format({**base, "num_format": "0.##"})
        self.date = self.book.add_format({**base, "num_format": "yyyy-mm-dd"})
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
            if count == MAX_ROWS:
                sheet.write_string(count, 0, "放不下了：其余的见 findings.jsonl 和 pages.csv", self.text)
                break
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
        elif isinstance(value, dt.date):
            sheet.write_datetime(row, column, dt.datetime(value.year, value.month, value.day), self.date)  # noqa: DTZ001
        elif value not in (None, ""):
            sheet.write_string(row, column, str(plain_cell(str(value)))[:MAX_TEXT], self.text)

    def choose(self, sheet: str, first: int, last: int, column: int, choices: Sequence[str]) -> None:
        """A drop-down in a column's rows; anything else is refused."""
        rule = {
            "validate": "list",
            "source": list(choices),
            "error_title": "只能从列表里选",
            "error_message": "、".join(choices),
        }
        self.book.get_worksheet_by_name(sheet).data_validation(first, column, last, column, rule)

    def dates(self, sheet: str, first: int, last: int, column: int, latest: dt.date) -> None:
        """Only days in a column's rows."""
        low, high = (dt.datetime(d.year, d.month, d.day) for d in (dt.date(2000, 1, 1), latest))  # noqa: DTZ001
        rule = {"validate": "date", "criteria": "between", "minimum": low, "maximum": high, "error_title": "请写日期", "error_message": "例如 2022-11-30"}  # fmt: skip
        self.book.get_worksheet_by_name(sheet).data_validation(first, column, last, column, rule)


@contextmanager
def workbook(path: Path, title: str) -> Iterator[Book]:
    """A workbook that takes its place when the block ends well."""
    with whole(path) as temporary:
        book = Book(temporary, title)
        yield book
        book.book.close()
        freeze_zip(temporary)
