"""From visits to alerts to messages, while the scan runs."""

import datetime as dt
from collections.abc import Mapping

from audit.scanning.alerts import conditions
from audit.scanning.book import AlertBook
from audit.scanning.delivery import Send, deliver
from crawler.records import Site
from crawler.scan.series import Series
from crawler.scan.service import Clock
from crawler.visits import day_of
from rules.mandate import load_mandates

#: Days of visits that alerts are made from.
_DAYS = 2


class Watching:
    """``note`` hears which units were visited; ``look`` thinks about those and sends what waits."""

    def __init__(self, sites: list[Site], series: Series, channels: Mapping[str, Send], clock: Clock) -> None:
        self._sites = {site.id: site for site in sites}
        self._series, self._channels, self._clock = series, channels, clock
        self._book = AlertBook(series.db)
        self._visited: set[str] = set()

    def note(self, unit: str) -> None:
        self._visited.add(unit)

    async def look(self) -> None:
        now = self._clock.now()
        today, mandates = day_of(now), load_mandates()
        for unit in sorted(self._visited):
            site = self._sites[unit]
            visits = self._series.visits(site, today - dt.timedelta(_DAYS), today)
            self._book.take(conditions(site, visits, mandates, today), self._channels, now)
        self._visited.clear()
        await deliver(self._book, self._channels, now)
        self._book.write(self._series.folder)
