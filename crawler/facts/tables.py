"""Data tables as grids: row and column spans resolved, layout tables left out."""

import re

from crawler.facts.dom import Dom, Element
from crawler.facts.labels import FIELD_OF
from crawler.facts.text import fold, remembering_words, word
from crawler.records import Item, Table

_MAX_SPAN = 60
_MAX_CELLS = 20_000
_MAX_TABLES = 40
_FILLED = 0.3
_LABEL = 12
_MAX_HEAD = 6
_ABOVE = 2
_LONGEST_NOTE = 60
_VALUE = re.compile(
    r"[-+−]?[¥￥]?\d[\d,，]*(?:\.\d+)?[%％]?(?:[（(][^()（）]*[)）])?(?:元|万元|亿元|件|人|个|条|次|项|户)?|(?:19|20)\d\d[-./年]\d{1,2}[-./月]\d{1,2}日?"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_UNIT = re.compile(
    r"(?:^|[^\u4e00-\u9fff]|计量|金额|货币)单位[：:]((?:人民币)?[百千万亿]{0,2}(?:元|人次|人|件|个|条|次|户|项|公顷|平方米|平方公里|公里|亩|吨|辆|台|家|[%％]))"
)


def read_tables(dom: Dom, items: tuple[Item, ...]) -> tuple[Table, ...]:
    """Tables of at least two rows and two columns that hold no other table, no form and some data: not the page's list,
    title and date side by side."""
    tables: list[Table] = []
    titles = {item.title for item in items}
    for node in dom.tagged("table"):
        if next(node.iterdescendants("table"), None) is not None:
            continue
        if next(node.iter("input", "select"), None) is not None:
            continue
        grid = _grid(dom, node)
        if len(grid) >= 2 and len(grid[0]) >= 2 and _is_filled(grid) and not _is_list(grid, titles):
            dom.note("tables.last" if tables else "tables", "有数据的<table>", node)
            tables.append(as_table(grid, _above(dom, node)))
        if len(tables) == _MAX_TABLES:
            break
    return tuple(tables)


def _above(dom: Dom, table: Element) -> list[str]:
    first = dom.place_of(table).first
    return [line.text for line in dom.lines[max(0, first - _ABOVE) : first]] if first > 0 else []


def as_table(cells: tuple[tuple[str, ...], ...], above: list[str]) -> Table:
    """A table of a grid whose spans are resolved. ``above`` are the lines right above it, which may name its unit."""
    return Table(len(cells), len(cells[0]), cells, _head(cells), _unit(cells, above))


def _head(cells: tuple[tuple[str, ...], ...]) -> int:
    """The rows above the first that holds a number or a date. In a table of words alone it is one row, whole, below such
    as say one thing over all columns."""
    for number, row in enumerate(cells[: _MAX_HEAD + 1]):
        if any(_is_value(text) for text in row):
            return number
    notes = next((number for number, row in enumerate(cells) if len(set(row)) > 1), 0)
    names = cells[notes]
    return notes + 1 if all(names) and len(set(names)) == len(names) and notes + 1 < len(cells) else 0


@remembering_words
def _is_value(text: str) -> bool:
    flat = fold(text)
    return _VALUE.fullmatch(flat) is not None and _YEAR.fullmatch(flat) is None


def _unit(cells: tuple[tuple[str, ...], ...], above: list[str]) -> str:
    """The unit that one note names; of several that differ none is that of all numbers."""
    notes = [*above, *dict.fromkeys(text for row in cells[:_ABOVE] for text in row)]
    texts = (fold(text) for text in notes if "单位" in text and len(text) <= _LONGEST_NOTE)
    found = {unit for text in texts for unit in _UNIT.findall(text)}
    return found.pop() if len(found) == 1 else ""


def _is_list(grid: tuple[tuple[str, ...], ...], titles: set[str]) -> bool:
    rows = grid[1:] if len(set(grid[0])) == 1 else grid  # below the column's name
    return len(grid[0]) == 2 and bool(titles) and all(not titles.isdisjoint(row) for row in rows)


def _is_filled(grid: tuple[tuple[str, ...], ...]) -> bool:
    """Whether a grid holds data: one that sets out pictures and links is mostly blank, and a box of 索引号,
    发布日期 ... tells of the document. An empty form has its labels."""
    cells = [text for row in grid for text in row]
    labels = sum(1 for text in cells if len(text) <= _LABEL and word(text) in FIELD_OF)
    return sum(map(bool, cells)) >= _FILLED * len(cells) and 3 * labels < len(cells)


def _grid(dom: Dom, table: Element) -> tuple[tuple[str, ...], ...]:
    filled: dict[tuple[int, int], str] = {}
    width = 0
    rows = list(table.iter("tr"))
    for y, row in enumerate(rows):
        x = 0
        for cell in row.iterchildren("td", "th"):
            while (y, x) in filled:
                x += 1
            text = dom.text_of(cell)
            down, across = min(_span(cell, "rowspan"), len(rows) - y), _span(cell, "colspan")
            for dy in range(down):
                for dx in range(across):
                    filled.setdefault((y + dy, x + dx), text)
            x += across
            width = max(width, x)
            if len(filled) > _MAX_CELLS:
                return ()
    return tuple(tuple(filled.get((y, x), "") for x in range(width)) for y in range(len(rows)))


def _span(cell: Element, name: str) -> int:
    value = cell.get(name)
    if not value:
        return 1
    value = value.strip()
    return min(max(int(value), 1), _MAX_SPAN) if value.isdecimal() and len(value) < 6 else 1
