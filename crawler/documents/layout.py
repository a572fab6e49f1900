"""Letters and lines of a page, by their places, put into paragraphs and tables: for PDF and OFD. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from crawler.documents.draft import Draft
from crawler.documents.grid import Glyph, Grid, Rule, find_grids

_PAGE_NUMBER = re.compile(r"[-—–－·\s]*(?:第?\s*\d{1,4}\s*页?)[-—–－·\s]*(?:[/，,]?\s*(?:共\s*)?\d{1,4}\s*页?)?")
_NUMBERED = re.compile(
    r"(?:第[一二三四五六七八九十百]{1,4}[章节编条部]|[一二三四五六七八九十]{1,3}\s*[、．.]|[（(][一二三四五六七八九十]{1,3}[)）]|\d{1,2}\s*[、．.](?!\d)|[（(]\d{1,2}[)）])"
)
_NUMBERS = re.compile(r"[\d.,]+(?: [\d.,]+)+")
_MARGIN = 0.09
_FULL = 0.75
_SAME_COLUMNS = 3.0


@dataclass(slots=True)
class Sheet:
    """One page: its size, its letters, its lines."""

    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    lying: list[Rule] = field(default_factory=list)
    standing: list[Rule] = field(default_factory=list)


@dataclass(slots=True)
class _Line:
    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    reaches: float = 0.0
    """Its right end, as a share of the page's width."""

    @property
    def height(self) -> float:
        return self.y1 - self.y0


@dataclass(slots=True)
class _Cells:
    """A table being put together, over page breaks perhaps."""

    xs: list[float]
    texts: list[list[str]]
    own: list[list[bool]]


_Block = list[_Line] | _Cells


def lay_out(draft: Draft, sheets: Sequence[Sheet]) -> None:
    """Writes all pages into ``draft``: paragraphs joined over their lines, tables over their pages."""
    blocks: list[_Block] = []
    for sheet in sheets:
        for number, block in enumerate(_blocks(sheet)):
            last = blocks[-1] if blocks else None
            if number == 0 and isinstance(last, _Cells) and isinstance(block, _Cells) and _goes_on(last, block):
                _append(last, block)
            elif isinstance(last, list) and isinstance(block, list):
                last += block
            else:
                blocks.append(block)
    margins = _margins([line for block in blocks if isinstance(block, list) for line in block])
    for block in blocks:
        if isinstance(block, _Cells):
            draft.table(block.texts, block.own)
        else:
            for text in _paragraphs(block, *margins):
                draft.paragraph(text)


def _margins(lines: list[_Line]) -> tuple[float, float]:
    """Where most lines begin, those that are not indented, and where the full ones end."""
    begins, ends = sorted(line.x0 for line in lines), sorted(line.x1 for line in lines)
    return (begins[len(lines) // 10], ends[int(0.9 * (len(lines) - 1))]) if lines else (0.0, 0.0)


def _goes_on(last: _Cells, block: _Cells) -> bool:
    pairs = zip(last.xs, block.xs, strict=False)
    return len(last.xs) == len(block.xs) and all(abs(a - b) <= _SAME_COLUMNS for a, b in pairs)


def _append(last: _Cells, block: _Cells) -> None:
    """Puts the next page's part behind a table. A page break may fall within a row: the rest of its words stands alone
    in the first row there, its numbers above."""
    first, above = block.texts[0], last.texts[-1]
    words = [x for x, text in enumerate(first) if text]
    broken = (
        words
        and all(above[x] and not _NUMBERED.match(first[x]) and not first[x].isdecimal() for x in words)
        and any(above[x].isdecimal() and not first[x] for x in range(len(first)))
    )
    if broken:
        last.texts[-1] = [text + more for text, more in zip(above, first, strict=True)]
    last.texts += block.texts[1:] if broken else block.texts
    last.own += block.own[1:] if broken else block.own


def _blocks(sheet: Sheet) -> list[_Block]:
    """The page's tables and the lines between them, top to bottom."""
    grids = find_grids(sheet.lying, sheet.standing)
    free = []
    for glyph in sheet.glyphs:
        for grid in grids:
            if (region := grid.region_at(glyph.cx, glyph.cy)) is not None:
                grid.glyphs[region].append(glyph)
                break
        else:
            free.append(glyph)
    lines = [line for line in lines_of(free) if not _is_page_number(line, sheet)]
    for line in lines:
        line.reaches = line.x1 / max(sheet.width, 1.0)
    parts: list[tuple[float, _Line | Grid]] = [(line.y0, line) for line in lines]
    parts += [(grid.top, grid) for grid in grids if any(g.char.strip() for r in grid.glyphs.values() for g in r)]
    blocks: list[_Block] = []
    for _, part in sorted(parts, key=lambda pair: pair[0]):
        if isinstance(part, Grid):
            blocks.append(_cells(part))
        elif blocks and isinstance(blocks[-1], list):
            blocks[-1].append(part)
        else:
            blocks.append([part])
    return blocks


def _is_page_number(line: _Line, sheet: Sheet) -> bool:
    at_edge = line.y0 > (1 - _MARGIN) * sheet.height or line.y1 < _MARGIN * sheet.height
    return at_edge and _PAGE_NUMBER.fullmatch(line.text) is not None


def _cells(grid: Grid) -> _Cells:
    texts = {region: _joined(lines_of(glyphs)) for region, glyphs in grid.glyphs.items()}
    for region, text in texts.items():
        wide = any(row.count(region) > 1 for row in grid.regions)
        if wide and _NUMBERS.fullmatch(text):  # a line between two cells was not seen: these are two numbers
            texts[region] = text.replace(" ", " | ")
    seen: set[int] = set()
    cells, own = [], []
    for row in grid.regions:
        cells.append([texts.get(region, "") for region in row])
        firsts = []
        for region in row:
            firsts.append(region not in seen)
            seen.add(region)
        own.append(firsts)
    return _Cells(grid.xs, cells, own)


def _joined(lines: list[_Line]) -> str:
    """Lines of one cell: broken words come together again, a blank only between Latin ones."""
    text = ""
    for line in lines:
        glue = " " if text and text[-1].isascii() and text[-1].isalpha() and line.text[:1].isascii() else ""
        text += glue + line.text
    return text


def lines_of(glyphs: Sequence[Glyph]) -> list[_Line]:
    """Letters put into lines by their height on the page, blanks where they stand apart."""
    rows: list[list[Glyph]] = []
    spans: list[tuple[float, float]] = []
    for glyph in sorted(glyphs, key=lambda g: g.cy):
        if rows and spans[-1][0] <= glyph.cy <= spans[-1][1]:
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
            third = (glyph.y1 - glyph.y0) / 3
            spans.append((glyph.cy - third, glyph.cy + 2 * third * 0.75))
    lines = [_line(row) for row in rows]
    return [line for line in lines if line.text.strip()]


def _line(row: list[Glyph]) -> _Line:
    row = sorted(row, key=lambda g: g.x0)
    height = max(g.y1 - g.y0 for g in row)
    text, last = "", None
    for glyph in row:
        if last is not None:
            size = max(glyph.y1 - glyph.y0, 1.0)
            if glyph.char == last.char and glyph.x0 - last.x0 < 0.2 * size and abs(glyph.cy - last.cy) < 0.2 * size:
                continue  # one letter printed twice to look bold
            wide = 0.25 if glyph.char.isascii() and last.char.isascii() else 0.8
            if glyph.x0 - last.x1 > wide * size:
                text += " "
        text += glyph.char
        last = glyph
    y0 = min(g.y0 for g in row)
    return _Line(plain(text).strip(), row[0].x0, y0, max(g.x1 for g in row), y0 + height)


def plain(text: str) -> str:
    """Radicals and presentation forms, which fonts bring in place of letters, as the letters people type."""
    if text.isascii():
        return text
    return "".join(
        unicodedata.normalize("NFKC", c) if "\u2e80" <= c <= "\u2fdf" or "\uf900" <= c <= "\ufaff" else c for c in text
    )


def _paragraphs(lines: list[_Line], left: float, right: float) -> list[str]:
    """A line that reaches the right margin goes on in the next, unless that is indented or numbered."""
    paragraphs = [lines[0].text]
    for before, line in pairwise(lines):
        size = min(before.height, line.height)
        full = before.x1 >= right - 1.6 * size and before.reaches >= _FULL
        begins = line.x0 > left + 1.2 * size or _NUMBERED.match(line.text) is not None
        alike = max(before.height, line.height) < 1.25 * size
        if full and not begins and alike:
            glue = " " if paragraphs[-1][-1:].isascii() and line.text[:1].isascii() else ""
            paragraphs[-1] += glue + line.text
        else:
            paragraphs.append(line.text)
    return paragraphs
