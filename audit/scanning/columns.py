"""Which columns the scan looks at, and by when each owes its next update."""

import datetime as dt
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from audit.files import write_text
from audit.inspection import NAME, Inspection
from crawler.facts.columns import ColumnState
from crawler.facts.vocabulary import concept_of
from crawler.records import BadInput, Site
from rules.applicability import why_inapplicable
from rules.mandate import MandateSet
from rules.unit import Unit
from rules.workdays import months_before

#: So many columns of a unit are looked at, those with a limit first.
_MOST = 60
_CACHE = "columns.json"
#: A column is near its limit so many days before it.
NEAR = 3


class _Cached(msgspec.Struct):
    source: dict[str, str]
    columns: dict[str, list[tuple[str, str]]]


def known_columns(output: Path, sites: Iterable[Site]) -> dict[str, list[tuple[str, str]]]:
    """Columns by unit as (name, address), from the newest inspection in ``output`` that crawled the unit. Read once
    per inspection and kept in ``output/scan/columns.json``."""
    newest = _newest_inspections(output)
    source = {i.record.id: f"{i.record.started} {i.record.ended}" for i in newest}
    sites = list(sites)
    cache = output / "scan" / _CACHE
    try:
        cached = msgspec.json.decode(cache.read_bytes(), type=_Cached)
    except (OSError, msgspec.DecodeError):
        cached = _Cached({}, {})
    if cached.source == source and all(site.id in cached.columns for site in sites):
        return cached.columns
    columns = {site.id: _columns_of(site, newest) for site in sites}
    write_text(cache, msgspec.json.encode(_Cached(source, columns)).decode())
    return columns


def _newest_inspections(output: Path) -> list[Inspection]:
    found = []
    for path in sorted(output.glob(f"*/{NAME}")):
        try:
            inspection = Inspection.load(path.parent)
        except BadInput:
            continue  # not ours to judge here: check and report name it when it is asked for
        if inspection.record.ended:
            found.append(inspection)
    return sorted(found, key=lambda i: (i.record.as_of, i.record.started), reverse=True)


def _columns_of(site: Site, inspections: Iterable[Inspection]) -> list[tuple[str, str]]:
    for inspection in inspections:
        for kept in inspection.sites:
            if (kept.id, kept.url) == (site.id, site.url) and (pages := inspection.pages(kept)):
                normal = [
                    c for c in Unit(kept, pages, inspection.record.as_of).columns if c.state is ColumnState.NORMAL
                ]
                normal.sort(key=lambda c: (c.concept is None, c.page.task.depth if c.page else 9))
                return [(c.name, c.page.task.url if c.page else c.url) for c in normal[:_MOST]]
    return []


def limit_of(mandates: MandateSet, site: Site, name: str, today: dt.date) -> Callable[[dt.date], dt.date] | None:
    """For a column of this name: a day -> the earliest date of a newest row that is still in time on that day. None
    where no mandate that binds the unit sets a limit."""
    concept = concept_of(name, site.name)
    limits: list[Callable[[dt.date], dt.date]] = []
    for mandate in mandates.mandates:
        of_this = mandate.check == "column_fresh" and mandate.params["concept"] == concept
        if of_this and not why_inapplicable(mandate, site, today):
            limits.append(_earliest(mandate.params.get("days"), mandate.params.get("months")))
    return max(limits, key=lambda limit: limit(today), default=None)


def home_limit(mandates: MandateSet) -> Callable[[dt.date], dt.date]:
    """As ``limit_of``, for the home page."""
    return _earliest(int(mandates.by_id["GW19-V3"].params["days"]), None)


def _earliest(days: int | None, months: int | None) -> Callable[[dt.date], dt.date]:
    return lambda day: day - dt.timedelta(days) if days is not None else months_before(day, months or 0)


def days_to_limit(newest: dt.date, limit: Callable[[dt.date], dt.date], today: dt.date) -> int | None:
    """Whole days in which the row ``newest`` still is in time: 0 when today is the last, -1 when it no longer is, None
    when more than ``NEAR`` are left."""
    late = next((days for days in range(NEAR + 2) if newest < limit(today + dt.timedelta(days))), None)
    return None if late is None else late - 1
