"""A printed page of A4 in Chinese: lines that never begin with a stop, tables whose header is repeated, the page's number
and notes at its foot. Fonts come from a package and are embedded; the same text gives the same bytes."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import TextMode
from fpdf.fonts import TTFFont

INK, SOFT, LINE, PALE = (31, 39, 51), (91, 102, 117), (214, 219, 226), (244, 246, 249)
RED, AMBER, GREEN, BLUE = (143, 29, 23), (150, 104, 10), (28, 111, 75), (31, 95, 168)
_FONT = "NotoSansSC-Regular.otf"
#: Marks that do not begin a line, and those that do not end one.
_NOT_FIRST = frozenset("。，、；：？！）〕》〉」』】”’…—％%·,.;:?!)]}")
_NOT_LAST = frozenset("（〔《〈「『【“‘([{")
_BLANK = re.compile(r"[^\S\u3000]+")
_MARGIN = 16.0
#: Letters a break may move back by.
_BACK = 16
#: Lines of one table cell.
_MOST = 24


@cache
def _covered() -> frozenset[int]:
    with TTFont(str(files("pylopdf_fonts_zh_cn").joinpath(_FONT)), lazy=True) as font:
        return frozenset(font.getBestCmap())


def font_for(texts: Iterable[str]) -> bytes:
    """The font with the letters of ``texts`` alone: made once for many papers, each of which is then quick to write."""
    options = subset.Options()
    options.layout_features = []
    options.notdef_outline = True
    options.recalc_timestamp = False
    options.desubroutinize = True  # each paper's own subset is then quick to make
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "GDEF", "GPOS", "GSUB"]
    letters = {ord(char) for text in texts for char in text} | set(range(32, 127)) | {ord("□"), ord("—")}
    chosen = subset.Subsetter(options)
    chosen.populate(unicodes=sorted(letters & _covered()))
    out = BytesIO()
    with subset.load_font(str(files("pylopdf_fonts_zh_cn").joinpath(_FONT)), options) as font:
        chosen.subset(font)
        font.save(out)
    return out.getvalue()


def printable(text: str) -> str:
    """Text in one line that the font can show: what it cannot is a box."""
    folded = _BLANK.sub(" ", text).strip()
    return "".join(char if ord(char) in _covered() else "□" for char in folded)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a paper: the method of ``Paper`` that prints it, and what is handed to it."""

    kind: str
    args: tuple[Any, ...]

    @property
    def texts(self) -> Iterator[str]:
        return _texts(self.args)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)


def _break_of(line: str) -> int:
    """Where to break a line whose last letter no longer fits."""
    end = len(line) - 1
    fits = [
        p for p in range(end, max(end - _BACK, 0), -1) if line[p] not in _NOT_FIRST and line[p - 1] not in _NOT_LAST
    ]
    whole = (p for p in fits if not (_in_word(line[p - 1]) and _in_word(line[p])))
    return next(whole, fits[0] if fits else end)


def _in_word(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char in "-_.")


class Paper(FPDF):
    """``foot`` is printed at the left of every page's foot, ``warning`` above it."""

    def __init__(self, font: Path, title: str, foot: str, warning: str, day: dt.date) -> None:
        super().__init__(format="A4")
        self._widths: dict[str, float] = {}
        self.foot, self.warning = printable(foot), printable(warning)
        self.set_creation_date(dt.datetime.combine(day, dt.time(), dt.UTC))
        self.set_title(title)
        self.set_lang("zh-CN")
        self.set_producer("gongkai")
        self.set_margins(_MARGIN, 15, _MARGIN)
        self.set_auto_page_break(True, 20)
        self.add_font("sans", fname=font)
        for loaded in self._loaded:
            loaded.ttfont.recalcBBoxes = False  # they are those of the font the letters were taken from
        self.set_draw_color(*LINE)
        self.add_page()

    def finished(self) -> bytes:
        """The paper's bytes; nothing is added after."""
        made = bytes(self.output())
        for loaded in self._loaded:
            loaded.ttfont.close()
        return made

    @property
    def _loaded(self) -> list[TTFFont]:
        return [font for font in self.fonts.values() if isinstance(font, TTFFont)]

    def footer(self) -> None:
        self.set_y(-15)
        if self.warning:
            self._ink(8, RED)
            self.cell(0, 4, self.warning, new_x="LMARGIN", new_y="NEXT")
        self._ink(8, SOFT)
        self.cell(self.epw / 2, 4, self.foot)
        self.cell(self.epw / 2, 4, f"第 {self.page_no()} 页 / 共 {{nb}} 页", align="R")

    def draw(self, pieces: Iterable[Piece]) -> None:
        for piece in pieces:
            getattr(self, piece.kind)(*piece.args)

    # --- pieces -------------------------------------------------------------------------------------------------------

    def say(
        self, text: str, size: float = 10, colour: tuple[int, int, int] = INK, bold: bool = False, after: float = 1.5
    ) -> None:  # fmt: skip
        """A paragraph."""
        self._ink(size, colour)
        self._lines(self.wrapped(text, self.epw), size * 0.56, bold=bold)
        self.ln(after)

    def heading(self, text: str) -> None:
        self.room(40)
        self.ln(3)
        self.say(text, 13, bold=True, after=0.5)
        self.set_draw_color(*INK)
        self.line(self.l_margin, self.get_y(), self.l_margin + self.epw, self.get_y())
        self.set_draw_color(*LINE)
        self.ln(2.5)

    def notice(self, text: str, colour: tuple[int, int, int]) -> None:
        """A boxed remark with a coloured edge."""
        self._ink(9.5, colour)
        lines = self.wrapped(text, self.epw - 8)
        height = len(lines) * 5.3 + 3
        self.room(height)
        top = self.get_y()
        self.set_fill_color(*PALE)
        self.rect(self.l_margin, top, self.epw, height, style="F")
        self.set_fill_color(*colour)
        self.rect(self.l_margin, top, 1.2, height, style="F")
        self.set_xy(self.l_margin + 4, top + 1.5)
        self._lines(lines, 5.3, self.l_margin + 4)
        self.set_y(top + height + 2.5)

    def figures(self, shown: Sequence[tuple[str, str, tuple[int, int, int]]]) -> None:
        """Big numbers in a row, each with what it counts."""
        top, width = self.get_y() + 1, self.epw / len(shown)
        for place, (number, label, colour) in enumerate(shown):
            left = self.l_margin + place * width
            self.set_xy(left, top)
            self._ink(19, colour)
            with self._bold():
                self.cell(width, 9, number)
            self._ink(8, SOFT)
            self.set_xy(left, top + 9)
            self._lines(self.wrapped(label, width - 3), 4, left)
        self.set_y(top + 19)

    def gauge(self, low: float, high: float, mark: float) -> None:
        """A bar of 100 points: sure up to ``low``, open up to ``high``; the pass line at ``mark``."""
        top, unit = self.get_y(), self.epw / 100
        for width, colour in ((100.0, PALE), (high, (169, 196, 228)), (low, BLUE)):
            self.set_fill_color(*colour)
            self.rect(self.l_margin, top, max(width, 0.01) * unit, 4, style="F")
        self.set_draw_color(*RED)
        self.line(self.l_margin + mark * unit, top - 1, self.l_margin + mark * unit, top + 5)
        self.set_draw_color(*LINE)
        self.set_y(top + 7)

    def pairs(self, rows: Iterable[tuple[str, str]], label_width: float = 18) -> None:
        """Labels and texts beside them."""
        width = self.epw - label_width - 2
        for label, text in rows:
            self._ink(9, INK)
            lines = self.wrapped(text, width)
            self.room(min(len(lines), 3) * 4.9)
            top = self.get_y()
            self._ink(9, SOFT)
            self.cell(label_width, 4.9, label)
            self._ink(9, INK)
            self.set_xy(self.l_margin + label_width, top)
            self._lines(lines, 4.9, self.l_margin + label_width)

    def grid(
        self, header: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[float], right: Sequence[int] = ()
    ) -> None:
        """A table; ``widths`` are shares of the page, columns in ``right`` are numbers."""
        sizes = [share * self.epw / sum(widths) for share in widths]
        self._row(header, sizes, right, head=True)
        for row in rows:
            self._ink(8.5, INK)
            height = max(map(len, self._cells(row, sizes))) * 4.5 + 1.4
            if self.get_y() + height > self.page_break_trigger:
                self.add_page()
                self._row(header, sizes, right, head=True)
            self._row(row, sizes, right)
        self.ln(2)

    def _row(self, texts: Sequence[str], sizes: Sequence[float], right: Sequence[int], *, head: bool = False) -> None:
        self._ink(8.5, SOFT if head else INK)
        cells = self._cells(texts, sizes)
        height = max(map(len, cells)) * 4.5 + 1.4
        top, left = self.get_y(), self.l_margin
        if head:
            self.room(height + 8)
            top = self.get_y()
            self.set_fill_color(*PALE)
            self.rect(left, top, self.epw, height, style="F")
        for place, (lines, size) in enumerate(zip(cells, sizes, strict=True)):
            for number, line in enumerate(lines):
                self.set_xy(left, top + 0.7 + number * 4.5)
                self.cell(size - 1.5, 4.5, line, align="R" if place in right else "L")
            left += size
        self.set_xy(self.l_margin, top + height)
        self.line(self.l_margin, top + height, self.l_margin + self.epw, top + height)

    def _cells(self, texts: Sequence[str], sizes: Sequence[float]) -> list[list[str]]:
        """Lines of each cell; one too long for a page is cut, for the whole stands on the page for the screen."""
        cells = [self.wrapped(text, size - 2) for text, size in zip(texts, sizes, strict=True)]
        return [[*lines[: _MOST - 1], "……（全文见网页成绩单）"] if len(lines) > _MOST else lines for lines in cells]

    # --- lines --------------------------------------------------------------------------------------------------------

    def room(self, height: float) -> None:
        """A new page where less than ``height`` (mm) is left."""
        if self.get_y() + height > self.page_break_trigger:
            self.add_page()

    def wrapped(self, text: str, width: float) -> list[str]:
        """Lines no wider than ``width`` in the current size; no stop begins one, no opening bracket ends one, and words
        and numbers stay whole where they can."""
        lines, line, used = [], "", 0.0
        for char in printable(text):
            step = self._wide(char)
            line, used = line + char, used + step
            if used > width and len(line) > 1:
                place = _break_of(line)
                lines.append(line[:place])
                line = line[place:]
                used = sum(map(self._wide, line))
        return [*lines, line]

    def _wide(self, char: str) -> float:
        """A letter's width in the current size, measured once."""
        if char not in self._widths:
            self._widths[char] = self.get_string_width(char) / self.font_size
        return self._widths[char] * self.font_size

    def _lines(self, lines: Sequence[str], height: float, left: float | None = None, *, bold: bool = False) -> None:
        for line in lines:
            if left is not None:
                self.set_x(left)
            with self._bold() if bold else nullcontext():
                self.cell(0, height, line)
            self.ln(height)

    def _ink(self, size: float, colour: tuple[int, int, int]) -> None:
        self.set_font("sans", size=size)
        self.set_text_color(*colour)
        self._colour = colour

    def _bold(self) -> AbstractContextManager[None]:
        """The letters with an edge: the font has one weight."""
        return self.local_context(
            text_mode=TextMode.FILL_STROKE, line_width=self.font_size_pt * 0.012, draw_color=self._colour
        )
