"""What a series of visits says of a site: how often it opened, whether its home page changed. Pure."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crawler.records import PageStatus
from crawler.visits import ZONE, Visit
from rules.workdays import is_workday

#: Visits nearer to each other than this count as one: the indicator asks for visits at intervals.
_GAP = dt.timedelta(minutes=4)
_DAY_BEGINS, _DAY_ENDS = 7, 22


@dataclass(frozen=True, slots=True)
class Day:
    """Visits of one day: ``opened``, ``down``, and the rest, of which neither can be said."""

    day: dt.date
    visits: int
    opened: int
    down: int

    @property
    def unclear(self) -> int:
        return self.visits - self.opened - self.down


@dataclass(frozen=True, slots=True)
class Watch:
    """What the visits of a window saw of the home page. ``missing`` are days on which it was not seen."""

    first: dt.date
    last: dt.date
    seen: int
    missing: tuple[dt.date, ...]
    newest: dt.date | None
    changed: bool


def opened(visit: Visit, seconds: float) -> bool | None:
    """Whether the site opened within ``seconds``. None where that cannot be told: a refusal, a protection, a page cut
    off, or a fault at a moment when nothing else could be reached either."""
    if visit.status is PageStatus.OK:
        fast = visit.first_byte is not None and visit.first_byte < seconds
        return True if fast else False if visit.control else None
    faulty = visit.status in (PageStatus.TIMEOUT, PageStatus.DNS) and visit.first_byte is None
    broken = visit.status is PageStatus.HTTP_ERROR and (visit.http_status or 0) >= 500
    return False if (faulty or broken) and visit.control else None


def spaced(visits: Iterable[Visit]) -> list[Visit]:
    """Visits in order of time, those that follow another at once left out."""
    kept: list[Visit] = []
    for visit in sorted(visits, key=lambda v: v.at):
        if not kept or _moment(visit) - _moment(kept[-1]) >= _GAP:
            kept.append(visit)
    return kept


def is_off_hours(visit: Visit) -> bool:
    """Whether a visit fell into the night (22:00 to 07:00) or on a day off. Raises ``UnknownYear``."""
    moment = _moment(visit).astimezone(ZONE)
    return not _DAY_BEGINS <= moment.hour < _DAY_ENDS or not is_workday(moment.date())


def by_day(visits: Iterable[Visit], seconds: float) -> list[Day]:
    """Counts of each day that has visits, in order."""
    found: dict[str, list[bool | None]] = {}
    for visit in spaced(visits):
        found.setdefault(visit.day, []).append(opened(visit, seconds))
    return [
        Day(dt.date.fromisoformat(day), len(said), said.count(True), said.count(False))
        for day, said in sorted(found.items())
    ]


def window(visits: Sequence[Visit], as_of: dt.date, days: int, each: int) -> list[dt.date]:
    """The ``days`` days judged: up to ``as_of`` where that day already has ``each`` visits, else up to the day before."""
    today = sum(1 for visit in spaced(visits) if visit.day == as_of.isoformat())
    last = as_of if today >= each else as_of - dt.timedelta(1)
    return [last - dt.timedelta(back) for back in reversed(range(days))]


def watch(visits: Sequence[Visit], as_of: dt.date, days: int) -> Watch:
    """What was seen of the home page in the last ``days`` days."""
    wanted = window(visits, as_of, days, 1)
    names = {day.isoformat() for day in wanted}
    seen = [visit for visit in visits if visit.day in names and visit.status is PageStatus.OK]
    on = {visit.day for visit in seen}
    newest = max((visit.newest for visit in seen if visit.newest), default=None)
    return Watch(
        first=wanted[0],
        last=wanted[-1],
        seen=len(seen),
        missing=tuple(day for day in wanted if day.isoformat() not in on),
        newest=dt.date.fromisoformat(newest) if newest else None,
        changed=len({visit.digest for visit in seen}) > 1,
    )


def _moment(visit: Visit) -> dt.datetime:
    return dt.datetime.fromisoformat(visit.at)
