"""Numbers of an annual report's tables by row and column; a cell that is not plainly there is not read."""

import re
from dataclasses import dataclass

from crawler.facts.text import fold
from crawler.records import Facts
from rules.annual_report import COLUMNS, applications, reviews

#: The three blocks of table 4 and the five numbers of each.
BLOCKS = ("行政复议", "未经复议直接起诉", "复议后起诉")
RESULTS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
_VALUE = re.compile(r"^([+\-－—]?)(\d{1,3}(?:[,，]\d{3})+|\d+)(\.\d+)?(?:[（(][^()（）]*[)）])?(?:件|条|项|个|宗)?$")
_SIGN = (("增加", "+"), ("减少", "-"), ("增", "+"), ("减", "-"))


@dataclass(frozen=True, slots=True)
class Cell:
    """What a row shows under a heading. ``row`` and ``column``: whether such a row, such a heading was found at all;
    ``text`` the cell, None where two such cells differ or none lies at their crossing; ``blank``: the whole row is."""

    row: bool = False
    column: bool = False
    text: str | None = None
    blank: bool = False

    @property
    def value(self) -> float | None:
        return value(self.text) if self.text is not None else None


def value(text: str) -> float | None:
    """``1,510``, ``8（含2018年结转1件）``, ``-5``, ``减少5``, ``12.50`` as numbers; None for anything else."""
    flat = fold(text)
    for word, sign in _SIGN:
        flat = sign + flat.removeprefix(word) if flat.startswith(word) else flat
    found = _VALUE.match(flat)
    if not found:
        return None
    number = float(re.sub("[,，]", "", found.group(2)) + (found.group(3) or ""))
    return number if found.group(1) in ("", "+") else -number


def shown(number: float) -> str:
    """A number as messages write it."""
    return str(int(number)) if number == int(number) else f"{number:.2f}".rstrip("0")


def applied(facts: Facts, row: str, column: str) -> float | None:
    """A number of table 3 by the form's own names (see ``annual_report.ROWS``)."""
    table = applications(facts.tables)
    values = table.rows.get(row) if table else None
    return float(values[COLUMNS.index(column)]) if values else None


def reviewed(facts: Facts, block: str, result: str) -> float | None:
    """A number of table 4."""
    blocks = reviews(facts.tables)
    return float(blocks[BLOCKS.index(block)][RESULTS.index(result)]) if blocks else None


def cell(facts: Facts, row: re.Pattern[str], column: re.Pattern[str]) -> Cell:
    """The cell where a row and the nearest heading above it cross, in whatever table they stand."""
    rows = columns = False
    found: set[str] = set()
    blank = False
    for table in facts.tables:
        grid = [[fold(text) for text in cells] for cells in table.cells]
        for number, cells in enumerate(grid):
            columns = columns or any(column.fullmatch(text) for text in cells)
            place = next((i for i, text in enumerate(cells) if row.fullmatch(text)), None)
            if place is None:
                continue
            rows = True
            values = [text for text in cells[place + 1 :] if text != cells[place]]
            blank = blank or (bool(values) and not any(values))
            head = _heading(grid[:number], column, place)
            if head is not None and head < len(cells):
                found.add(cells[head])
    return Cell(rows, columns, found.pop() if len(found) == 1 else None, blank)


def _heading(above: list[list[str]], column: re.Pattern[str], place: int) -> int | None:
    """Where the column of a heading stands: the nearest row above that has headings (no numbers) behind the labels."""
    for cells in reversed(above):
        heads = [i for i, text in enumerate(cells) if i > place and column.fullmatch(text)]
        if heads:
            return heads[0]
        if "信息内容" in cells:
            return None
    return None
