"""Excel workbooks, old and new (.xls, .xlsx, WPS's .et): each shown sheet a table, its headings paragraphs."""

import datetime as dt
import io
import re
from collections.abc import Sequence

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from crawler.documents.draft import EMPTY, LOCKED, MAX_COLUMNS, TORN, Draft, Refused, distinct

_HEADING = re.compile(r"(?:第?[一二三四五六七八九十]{1,3}(?:部分)?\s*[、．.]|附[件表]\s*\d*\s*[：:、]?)")
_MAX_SHEETS = 60
_MAX_ROWS = 20_000

Value = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta
Grid = list[list[str]]


def read_sheets(body: bytes) -> Draft:
    """All shown sheets. Raises ``Refused``."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(body))
    except PasswordError as error:
        raise Refused(LOCKED, whole=True) from error
    except CalamineError as error:
        raise Refused(LOCKED if "assword" in str(error) else TORN, whole="assword" in str(error)) from error
    draft = Draft()
    shown = [
        sheet
        for sheet in book.sheets_metadata
        if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
    ]
    if len(shown) > _MAX_SHEETS:
        draft.partial = f"共{len(shown)}张工作表，只读了前{_MAX_SHEETS}张"
    for sheet in shown[:_MAX_SHEETS]:
        try:
            _read_sheet(draft, book.get_sheet_by_name(sheet.name), len(shown) > 1)
        except CalamineError as error:
            raise Refused(TORN) from error
    if not draft.lines:
        raise Refused(EMPTY)
    return draft


def _read_sheet(draft: Draft, sheet: CalamineSheet, named: bool) -> None:
    if not sheet.height or not sheet.width:
        return
    if named:
        draft.paragraph(sheet.name)
    if sheet.height > _MAX_ROWS:
        draft.partial = draft.partial or f"工作表“{sheet.name[:20]}”行数过多，只读了前{_MAX_ROWS}行"
    values = sheet.to_python(skip_empty_area=False, nrows=_MAX_ROWS)
    width = max((_filled(row) for row in values), default=0)
    if width > MAX_COLUMNS:
        draft.partial = draft.partial or f"工作表“{sheet.name[:20]}”列数过多，只读了前{MAX_COLUMNS}列"
    grid = [[shown(value) for value in row[: min(width, MAX_COLUMNS)]] for row in values]
    own = [[bool(text) for text in row] for row in grid]
    wide = _merge(grid, sheet.merged_cell_ranges or [])
    for start, end in _blocks(grid, wide):
        used = [x for x in range(len(grid[start])) if any(row[x] for row in grid[start:end])]
        left, right = used[0], used[-1] + 1
        draft.table([row[left:right] for row in grid[start:end]], [row[left:right] for row in own[start:end]])


def _filled(row: Sequence[Value]) -> int:
    return next((x for x in range(len(row), 0, -1) if row[x - 1] != ""), 0)


def _merge(grid: Grid, ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> set[int]:
    """Repeats the text of merged cells where they span; returns the rows with a cell over half of the width."""
    wide = set()
    width = max(map(len, grid), default=0)
    for (top, left), (bottom, right) in ranges:
        if top >= len(grid) or left >= len(grid[top]):
            continue
        text = grid[top][left]
        if text and 2 * (right - left + 1) > width:
            wide.add(top)
        for row in grid[top : bottom + 1]:
            for x in range(left, min(right + 1, len(row))):
                row[x] = text
    return wide


def _blocks(grid: Grid, wide: set[int]) -> list[tuple[int, int]]:
    """Rows that belong together: a row whose one text is a heading, or is merged over most of the width, stands by
    itself; blank rows part nothing."""
    blocks: list[tuple[int, int]] = []
    start = 0
    for y, row in enumerate(grid):
        texts = list(distinct(row))
        alone = len(texts) == 1 and (y in wide or len(texts[0]) > 60 or _HEADING.match(texts[0]) is not None)
        if alone:
            blocks += [(start, y)] if start < y else []
            blocks.append((y, y + 1))
            start = y + 1
    blocks += [(start, len(grid))] if start < len(grid) else []
    return [(a, b) for a, b in (_trimmed(grid, *block) for block in blocks) if a < b]


def _trimmed(grid: Grid, start: int, end: int) -> tuple[int, int]:
    while start < end and not any(grid[start]):
        start += 1
    while end > start and not any(grid[end - 1]):
        end -= 1
    return start, end


def shown(value: Value) -> str:
    """A cell's value as people write it: 13.0 -> 13, a midnight -> its date."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.10g}"
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "minutes")
    return str(value)
