"""What a reader of one format hands over, and the limits all of them keep. Nothing here opens a file."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from crawler.facts.tables import as_table
from crawler.records import Table

MAX_TEXT = 300_000
MAX_PAGES = 200
MAX_CELLS = 20_000
MAX_ALL_CELLS = 80_000
MAX_TABLES = 200
MAX_COLUMNS = 300
MAX_MEMBERS = 30

TORN = "文件损坏，无法读取"
LOCKED = "文件已加密，无法读取"
TOO_BIG = "文件过大，未读取"
SLOW = "读取超时"
SCANNED = "扫描件，没有文字层"
HOSTILE = "文件含有不安全的内容，未读取"
UNMAPPED = "文字层的字符没有对应的编码，读不出来"
EMPTY = "文件里没有文字"

_BLANKS = re.compile(r"[ \t\r\f\v\u3000\xa0]+")
_UNPRINTED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Refused(Exception):
    """A file that is not read, with the reason in Chinese. ``whole``: it holds content all the same, for people."""

    def __init__(self, reason: str, *, whole: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.whole = whole


@dataclass(slots=True)
class Member:
    """A file within an archive."""

    name: str
    body: bytes


@dataclass(slots=True)
class Draft:
    """``lines``: a paragraph each, or a table's row with tabs between its cells. ``rows`` are the numbers of the lines
    that are rows, ``marked`` those of lines that the file's own styles make headings, by level. ``media`` counts
    pictures that may hold content, ``partial`` says in Chinese what was left unread or is not to be relied on."""

    lines: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    marked: dict[int, int] = field(default_factory=dict)
    tables: list[Table] = field(default_factory=list)
    media: int = 0
    partial: str = ""
    refused: str = ""
    whole: bool = False
    members: list[Member] = field(default_factory=list)
    _chars: int = 0
    _cells: int = 0

    def paragraph(self, text: str, level: int = 0) -> None:
        for line in text.split("\n"):
            if kept := tidy(line):
                self._line(kept)
                if level:
                    self.marked[len(self.lines) - 1] = level

    def _line(self, text: str) -> None:
        self._chars += len(text) + 1
        if self._chars > MAX_TEXT:
            self.partial = self.partial or f"文件很长，只读了前{MAX_TEXT // 10_000}万字"
            return
        self.lines.append(text)

    @property
    def full(self) -> bool:
        return self._chars > MAX_TEXT

    def table(self, cells: Sequence[Sequence[str]], own: Sequence[Sequence[bool]] | None = None) -> None:
        """A grid whose merged cells repeat their text; ``own`` tells the cells where a text begins. A grid of one
        column or row is paragraphs."""
        grid = [[tidy(cell.replace("\n", " ")) for cell in row] for row in cells]
        width = max((len(row) for row in grid), default=0)
        grid = [row + [""] * (width - len(row)) for row in grid]
        size = len(grid) * width
        is_table = len(grid) >= 2 and width >= 2
        if is_table and not self._room(size, width):
            self.partial = self.partial or "表格太大，没有全部读取"
            is_table = False
        above = self.lines[-2:]
        for y, row in enumerate(grid):
            texts = [text for x, text in enumerate(row) if text and (own is None or (x < len(own[y]) and own[y][x]))]
            if texts:
                before = len(self.lines)
                self._line("\t".join(texts))
                if is_table and len(self.lines) > before:
                    self.rows.append(before)
        if is_table:
            self._cells += size
            self.tables.append(as_table(tuple(map(tuple, grid)), above))

    def _room(self, size: int, width: int) -> bool:
        return (
            size <= MAX_CELLS
            and width <= MAX_COLUMNS
            and self._cells + size <= MAX_ALL_CELLS
            and len(self.tables) < MAX_TABLES
        )


def tidy(text: str) -> str:
    """Blanks made one, unprintable characters gone; tabs become blanks: they part a row's cells."""
    return _BLANKS.sub(" ", _UNPRINTED.sub("", text)).strip()


def distinct(row: Sequence[str]) -> Iterator[str]:
    """The texts of a row, one that repeats over merged cells once."""
    last = ""
    for text in row:
        if text and text != last:
            yield text
        last = text
