"""Rows of Word's old binary tables put together: cells by their edges, merged ones by the flags of each row."""

import struct
from dataclasses import dataclass, field

from crawler.documents.draft import Draft

_STARTS_DOWN, _GOES_ON_DOWN = 0x0040, 0x0020
_GOES_ON_RIGHT = 0x0002
_MAX_COLUMNS = 64
_MAX_ROWS = 5_000
_NEAR = 8  # twentieths of a point


@dataclass(frozen=True, slots=True)
class RowLayout:
    """Edges of a row's cells, one more than cells, and which of them go on a cell to the left or above."""

    edges: tuple[int, ...]
    right: tuple[bool, ...]
    down: tuple[bool, ...]


def row_layout(operand: bytes) -> RowLayout | None:
    """The operand of sprmTDefTable."""
    if not operand or not 0 < operand[0] <= _MAX_COLUMNS or len(operand) < 1 + 2 * (operand[0] + 1):
        return None
    count = operand[0]
    edges = struct.unpack_from(f"<{count + 1}h", operand, 1)
    flags = []
    for number in range(count):
        place = 1 + 2 * (count + 1) + 20 * number
        flags.append(struct.unpack_from("<H", operand, place)[0] if place + 2 <= len(operand) else 0)
    down = tuple(bool(flag & _GOES_ON_DOWN) and not flag & _STARTS_DOWN for flag in flags)
    return RowLayout(edges, tuple(bool(flag & _GOES_ON_RIGHT) for flag in flags), down)


@dataclass(slots=True)
class Rows:
    """The table being read: cells of the row at hand, and the rows before."""

    cells: list[str] = field(default_factory=list)
    cell: str = ""
    rows: list[tuple[list[str], RowLayout | None]] = field(default_factory=list)

    def take(self, draft: Draft, text: str, mark: str, depth: int, ends: bool, layout: RowLayout | None) -> str:
        """Takes a finished paragraph; returns what the next one begins with: nothing."""
        if depth < 1 and mark != "\x07":
            self.close(draft)
            draft.paragraph(text)
        elif ends and depth <= 1:
            self.rows.append((self.cells, layout))
            self.cells, self.cell = [], ""
            if len(self.rows) >= _MAX_ROWS:
                self.close(draft)
        elif mark == "\x07" and depth <= 1:
            self.cells.append(f"{self.cell}{text}".strip("\n"))
            self.cell = ""
        elif not ends:
            self.cell += text + "\n"
        return ""

    def close(self, draft: Draft) -> None:
        """The table is at its end."""
        rows, self.rows = self.rows, []
        if not rows and (self.cells or self.cell):
            draft.paragraph("\n".join([*self.cells, self.cell]))
        self.cells, self.cell = [], ""
        if rows:
            draft.table(*_gridded(rows))


def _gridded(rows: list[tuple[list[str], RowLayout | None]]) -> tuple[list[list[str]], list[list[bool]]]:
    """All rows on the columns that their edges make together; cells that span or go on repeat their text."""
    if any(layout is None or len(layout.edges) != len(cells) + 1 for cells, layout in rows):
        return [cells for cells, _ in rows], [[True] * len(cells) for cells, _ in rows]
    edges = _edges([layout for _, layout in rows if layout is not None])
    grid: list[list[str]] = []
    own: list[list[bool]] = []
    for cells, layout in rows:
        texts, firsts = [""] * (len(edges) - 1), [False] * (len(edges) - 1)
        if layout is None:
            continue
        for number, text in enumerate(cells):
            start, end = _place(edges, layout.edges[number]), _place(edges, layout.edges[number + 1])
            if layout.right[number] and start:
                text = texts[start - 1]
            elif layout.down[number] and grid:
                text = grid[-1][start] if start < len(grid[-1]) else text
            elif start < end:
                firsts[start] = True
            texts[start:end] = [text] * (end - start)
        grid.append(texts)
        own.append(firsts)
    return grid, own


def _edges(layouts: list[RowLayout]) -> list[int]:
    edges: list[int] = []
    for edge in sorted({edge for layout in layouts for edge in layout.edges}):
        if not edges or edge - edges[-1] > _NEAR:
            edges.append(edge)
    return edges


def _place(edges: list[int], edge: int) -> int:
    return min(range(len(edges)), key=lambda n: abs(edges[n] - edge))
