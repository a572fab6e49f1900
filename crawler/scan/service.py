"""Runs the visits: one round of all units (for cron), or day after day by plan. Time and rest come from a clock that
is handed in."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from crawler.records import Site
from crawler.run import private_hosts
from crawler.scan.fetch import Fetcher, Pace
from crawler.scan.plan import GAP, day_plan, still_due
from crawler.scan.series import Series
from crawler.scan.visit import CONTROL, Known, visit
from crawler.visits import ZONE, Visit, day_of

#: Visits under way at once.
_AT_ONCE = 8
#: Alerts are thought of at least so often.
_REST = dt.timedelta(minutes=10)


class Clock(Protocol):
    """Tells the time (with its zone) and rests for seconds."""

    def now(self) -> dt.datetime: ...

    async def sleep(self, seconds: float) -> None: ...


@dataclass(frozen=True, slots=True)
class Plan:
    """How often and from where: ``visits`` a day, ``seed`` of the moments, ``control`` the address that tells a dead
    site from a dead network."""

    visits: int = 20
    seed: str = "gongkai"
    control: str = CONTROL
    pace: Pace = field(default_factory=Pace)


class Service:
    """The scan of a list of units. ``columns`` are the known columns by unit; ``tell`` hears of every visit kept."""

    def __init__(
        self, sites: list[Site], series: Series, plan: Plan, clock: Clock,
        columns: dict[str, list[tuple[str, str]]], tell: Callable[[Visit], None] = lambda _visit: None,
    ) -> None:  # fmt: skip
        self.series, self.plan, self.clock, self.tell = series, plan, clock, tell
        self.known = {site.id: Known(site, columns.get(site.id, [])) for site in sites}
        self.seed = series.seed(plan.seed)

    async def once(self) -> None:
        """One visit to each unit, now."""
        day = day_of(self.clock.now())
        async with self._fetcher() as fetcher:
            numbers = ((unit, max(self.series.done(unit, day), default=0) + 1) for unit in self.known)
            await self._visits(fetcher, list(numbers))

    async def run(self, until: dt.datetime | None = None, after: Callable[[], Awaitable[None]] | None = None) -> None:
        """Visits by plan until told to stop, or ``until``; what is missing of the day's plan is made up for. ``after``
        is run after every batch of visits and at rest."""
        async with self._fetcher() as fetcher:
            plan: list[tuple[dt.datetime, str, int]] = []
            day: dt.date | None = None
            while until is None or self.clock.now() < until:
                now = self.clock.now()
                late = bool(plan) and now - plan[0][0] > GAP  # the machine slept, or visits took long
                if late or day != day_of(now):
                    day = day_of(now)
                    plan = self.due(now)
                ready = [(unit, number) for moment, unit, number in plan if moment <= now]
                plan = plan[len(ready) :]
                if ready:
                    await self._visits(fetcher, ready)
                if after is not None:
                    await after()
                await self._rest(plan, until)

    def due(self, now: dt.datetime) -> list[tuple[dt.datetime, str, int]]:
        """What is still to be done of the day ``now`` lies in: moment, unit, number."""
        day = day_of(now)
        found = []
        for unit in self.known:
            plan = day_plan(day, unit, self.plan.visits, self.seed)
            found += [(m, unit, n) for m, n in still_due(plan, self.series.done(unit, day), now, self.seed)]
        return sorted(found)

    async def _rest(self, plan: list[tuple[dt.datetime, str, int]], until: dt.datetime | None) -> None:
        now = self.clock.now()
        midnight = dt.datetime.combine(day_of(now) + dt.timedelta(1), dt.time(), ZONE)
        ends = [now + _REST, plan[0][0] if plan else midnight, midnight, *([until] if until else [])]
        await self.clock.sleep(max((min(ends) - now).total_seconds(), 0.0))

    async def _visits(self, fetcher: Fetcher, wanted: list[tuple[str, int]]) -> None:
        room = asyncio.Semaphore(_AT_ONCE)

        async def one(unit: str, number: int) -> None:
            async with room:
                self._remember_columns(self.known[unit])
                made = await visit(fetcher, self.known[unit], number, self.clock.now(), self.plan.control)
                self.series.add(made)
                self.tell(made)

        await asyncio.gather(*(one(unit, number) for unit, number in wanted))

    def _remember_columns(self, known: Known) -> None:
        """Columns are looked at once a day, by whichever process comes first."""
        day = day_of(self.clock.now())
        if known.columns_day != day and any(v.columns for v in self.series.visits(known.site, day, day)):
            known.columns_day = day

    def _fetcher(self) -> Fetcher:
        return Fetcher(private_hosts([known.site for known in self.known.values()]), self.plan.pace)
