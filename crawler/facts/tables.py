"""Data tables as grids: row and column spans resolved, layout tables left out."""

from crawler.facts.dom import Dom, Element
from crawler.facts.labels import FIELD_OF
from crawler.facts.text import label
from crawler.records import Table

_MAX_SPAN = 60
_MAX_CELLS = 20_000
_MAX_TABLES = 40
_FILLED = 0.3
_LABEL = 12


def read_tables(dom: Dom) -> tuple[Table, ...]:
    """Tables of at least two rows and two columns that hold no other table, no form and some data."""
    tables: list[Table] = []
    for node in dom.tagged("table"):
        if next(node.iterdescendants("table"), None) is not None:
            continue
        if next(node.iter("input", "select"), None) is not None:
            continue
        grid = _grid(dom, node)
        if len(grid) >= 2 and len(grid[0]) >= 2 and _is_filled(grid):
            dom.note("tables.last" if tables else "tables", "有数据的<table>", node)
            tables.append(Table(len(grid), len(grid[0]), grid))
        if len(tables) == _MAX_TABLES:
            break
    return tuple(tables)


def _is_filled(grid: tuple[tuple[str, ...], ...]) -> bool:
    """Whether a grid holds data: one that sets out pictures and links is mostly blank, and a box of 索引号,
    发布日期 ... tells of the document. An empty form has its labels."""
    cells = [text for row in grid for text in row]
    labels = sum(1 for text in cells if len(text) <= _LABEL and label(text) in FIELD_OF)
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
            for dy in range(min(_span(cell, "rowspan"), len(rows) - y)):
                for dx in range(_span(cell, "colspan")):
                    filled.setdefault((y + dy, x + dx), text)
            x += _span(cell, "colspan")
            width = max(width, x)
            if len(filled) > _MAX_CELLS:
                return ()
    return tuple(tuple(filled.get((y, x), "") for x in range(width)) for y in range(len(rows)))


def _span(cell: Element, name: str) -> int:
    value = (cell.get(name) or "1").strip()
    return min(max(int(value), 1), _MAX_SPAN) if value.isdecimal() and len(value) < 6 else 1
