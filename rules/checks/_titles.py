"""Dated titles of a unit, from its lists and pages, and whether all there are were seen."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from crawler.facts.columns import Column, ColumnState
from crawler.facts.text import fold
from crawler.records import Page
from rules.papers import issued_by, issuer_names
from rules.unit import Unit

_LOST = (ColumnState.UNSEEN, ColumnState.UNSURE, ColumnState.MAINTENANCE)


@dataclass(frozen=True, slots=True)
class Titled:
    """A title with the date beside it, and the page that shows it."""

    title: str
    date: dt.date | None
    url: str
    page: Page


def titled(unit: Unit) -> Iterator[Titled]:
    """The rows of all lists and the articles that were seen, another issuer's documents left out. A row and its
    article are both told."""
    names = issuer_names(unit)
    for page in unit.pages:
        facts = page.facts
        if not page.ok or facts is None:
            continue
        for item in facts.items if facts.kind != "article" else ():
            if issued_by(item.title, names) is not False:
                yield Titled(item.title, _day(item.date), item.url or page.url, page)
        if facts.kind in ("article", "document") and facts.title and issued_by(facts.title, names) is not False:
            yield Titled(facts.title, _day(facts.published), page.url, page)


def pattern_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern for any of ``phrases``; of one with blanks all parts stand in the title, in this order."""
    return re.compile("|".join(".*?".join(map(re.escape, map(fold, one.split()))) for one in phrases))


def unseen_since(unit: Unit, start: dt.date | None) -> str:
    """Why rows from ``start`` on may stand where nobody looked, or "": then every list was seen that far back."""
    if unit.gaps:
        return unit.gaps[0]
    if unit.away:
        return unit.away
    for column in unit.columns:
        if column.state in _LOST:
            return f"“{column.name}”没有见到内容（{column.reason}）"
        if column.items and not column.complete and not _reaches(column, start):
            return f"“{column.name}”的列表没有翻完"
    return ""


def _reaches(column: Column, start: dt.date | None) -> bool:
    """Whether the rows seen of a list that begins with its newest go back beyond ``start``."""
    dates = [item.date for item in column.items]
    told = [date for date in dates if date]
    if start is None or len(told) < len(dates) or len(told) < 2:
        return False
    falling = sum(1 for one, two in pairwise(told) if one >= two)
    return falling >= 0.9 * (len(told) - 1) and told[-1] < start.isoformat() and min(told) == told[-1]


def _day(date: str | None) -> dt.date | None:
    return dt.date.fromisoformat(date) if date else None
