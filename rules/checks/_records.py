"""Records of decisions as pages show them: a row of a table, or a page for one decision."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from crawler.facts.columns import Column
from crawler.facts.labels import NAMES_OF
from crawler.facts.text import find_date, fold, label
from crawler.records import Facts, Page, Table
from rules.unit import Unit

_HEADER_ROWS = 4
_NUMBERED = re.compile(r"^(?:[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．])+")
_REMARK = re.compile(r"[（(].*$")
_ORGAN = re.compile(
    r"(?:作出)?(?:行政)?(?:处罚|许可|执法|强制|检查|决定|实施|审批|发证)(?:决定)?(?:机关|单位|机构|部门)(?:名称)?"
)
_YEAR = re.compile(r"[〔\[(【﹝]((?:19|20)\d\d)[〕\])】﹞]")
_NUMBER = re.compile(r"(?:行政)?(?:处罚|许可|强制|执法)?(?:决定)?(?:书|文书)?(?:文号|编号|字号|案号)")


@dataclass(frozen=True, slots=True)
class Record:
    """One decision. ``shown`` is the day of its publication, as it says itself (``own_date``) or as its page does
    (``dated``: behind a label that says so); ``summed``: one of several on an article. ``told`` is what the page says of its maker, ``about`` what names its kind: label, number and title."""

    page: Page
    title: str
    number: str
    organ: str
    told: str
    about: str
    decided: dt.date
    shown: dt.date
    own_date: bool
    dated: bool
    summed: bool

    @property
    def subject(self) -> str:
        return f"记录:{self.number}" if self.number and not self.summed else f"记录:{self.title[:60]}"

    @property
    def seen(self) -> str:
        return f"{self.number or self.title[:40]}决定{self.decided}，公示{self.shown}"


def records_of(unit: Unit, columns: list[Column], decided: tuple[str, ...], shown: tuple[str, ...]) -> Iterator[Record]:
    """All records with both dates in these columns' pages and articles, each page once."""
    wanted, ours = {label(name) for name in decided}, {label(name) for name in shown}
    pages = {page.url: page for column in columns for page in column.pages}
    pages |= {page.url: page for column in columns for _, page in unit.columns.articles(column)}
    for page in pages.values():
        if page.ok and page.facts is not None and page.facts.kind != "document":
            rows = [row for table in page.facts.tables for row in _rows(table, wanted, ours)]
            one = [] if rows or _listed(page.facts, wanted) else _single(page.facts, wanted, ours)
            for values in rows or one:
                if record := _record(page, page.facts, values, len(rows or one) > 1):
                    yield record


@dataclass(frozen=True, slots=True)
class _Values:
    label: str
    decided: str
    shown: str | None
    number: str
    organ: str


def _record(page: Page, facts: Facts, values: _Values, several: bool) -> Record | None:
    """A list's own date is no record's: only an article's is."""
    shown = values.shown or (facts.published if facts.kind == "article" else None)
    if not shown:
        return None
    return Record(
        page=page,
        title=facts.title or page.task.label,
        number=_plain(values.number) or ("" if several else _plain(facts.doc_number or "")),
        organ=fold(values.organ),
        about=fold(f"{values.label} {values.number} {facts.title or page.task.label}"),
        told=fold(f"{facts.source or ''}\n{facts.title or ''}\n{facts.text}"),
        decided=dt.date.fromisoformat(values.decided),
        shown=dt.date.fromisoformat(shown),
        own_date=values.shown not in (None, facts.published),
        dated=bool(facts.meta.get("PubDate") or any(facts.fields.get(name) for name in NAMES_OF["published"])),
        summed=several and values.shown is None,
    )


def _plain(number: str) -> str:
    """A number with its year in the brackets of official ones, in whatever brackets it is written."""
    return _YEAR.sub(r"〔\1〕", fold(number))


def _bare(text: str) -> str:
    return label(_REMARK.sub("", _NUMBERED.sub("", fold(text)))) or label(text)


def _heads(table: Table, wanted: set[str]) -> tuple[int, list[str]] | None:
    """The row that heads a table with a column of decision dates: other labels stand beside, a date below."""
    for number, row in enumerate(table.cells[:_HEADER_ROWS]):
        heads = [_bare(cell) for cell in row]
        place = next((at for at, head in enumerate(heads) if head in wanted), None)
        below = table.cells[number + 1 : number + 2]
        if place is not None and len(row) > 2 and not any(find_date(cell) for cell in row) and below:
            return number, heads
    return None


def _listed(facts: Facts, wanted: set[str]) -> bool:
    return any(_heads(table, wanted) for table in facts.tables)


def _rows(table: Table, wanted: set[str], ours: set[str]) -> Iterator[_Values]:
    headed = _heads(table, wanted)
    if headed is None:
        return
    number, heads = headed
    for row in table.cells[number + 1 :]:
        cells = dict(zip(reversed(heads), reversed(row), strict=False))  # of equal heads the first
        told = next(((head, date) for head in heads if head in wanted and (date := find_date(cells[head]))), None)
        if told:
            shown = next((date for head in heads if head in ours and (date := find_date(cells[head]))), None)
            yield _Values(*told, shown, _cell(cells, _NUMBER), _cell(cells, _ORGAN))


def _cell(cells: dict[str, str], head: re.Pattern[str]) -> str:
    return next((value for name, value in cells.items() if head.fullmatch(name)), "")


def _single(facts: Facts, wanted: set[str], ours: set[str]) -> list[_Values]:
    """The one decision of a page: its dates behind their labels, in the line or the next. Several dates: several."""
    values = list(_labelled(facts))
    found = ((name, date) for name, value in values if name in wanted and (date := find_date(value)))
    dates = {date: name for name, date in found}
    shown = next((date for name, value in values if name in ours and (date := find_date(value))), None)
    number = next((value for name, value in values if _NUMBER.fullmatch(name) and len(value) <= 60), "")
    organ = next((value for name, value in values if _ORGAN.fullmatch(name) and len(value) <= 60), "")
    if len(dates) > 1:
        return [_Values(name, date, None, "", organ) for date, name in dates.items()]
    return [_Values(name, date, shown, number, organ) for date, name in dates.items()]


def _labelled(facts: Facts) -> Iterator[tuple[str, str]]:
    """Labels with what stands behind their colon, or in the next line where they fill one."""
    lines = [fold(line) for line in facts.text.split("\n")]
    for line, below in pairwise([*lines, ""]):
        name, colon, value = line.replace("：", ":").partition(":")
        if len(name) <= 24:
            yield _bare(name), value if colon and value else below
    for name, value in facts.fields.items():
        yield _bare(name), value
