"""When the visits of a day are due: spread over the day, each unit at moments of its own. Pure."""

import datetime as dt
import random
from collections.abc import Collection

from crawler.visits import ZONE

#: Visits nearer than this are no separate visits.
GAP = dt.timedelta(minutes=5)
_DAY = dt.timedelta(days=1)


def day_plan(day: dt.date, unit: str, visits: int, seed: str) -> list[dt.datetime]:
    """Moments of a unit's visits: one at random in each of ``visits`` equal parts of the day, ``GAP`` kept. The same
    day, unit and seed give the same plan."""
    start = dt.datetime.combine(day, dt.time(), ZONE)
    part = _DAY / visits
    room = max(part - GAP, dt.timedelta(0))
    chance = random.Random(f"{seed}/{day}/{unit}")  # noqa: S311  no secret
    return [start + number * part + chance.random() * room for number in range(visits)]


def still_due(
    plan: list[dt.datetime], done: Collection[int], now: dt.datetime, seed: str
) -> list[tuple[dt.datetime, int]]:
    """Moments and numbers of the visits still to be made: those to come at their time; those missed while nothing ran
    are made up for at random moments of the day's rest, as far as ``GAP`` leaves room."""
    start = dt.datetime.combine(plan[0].date(), dt.time(), ZONE)
    end = start + _DAY
    due = [(moment, number) for number, moment in enumerate(plan, 1) if number not in done and moment >= now]
    missed = [number for number, moment in enumerate(plan, 1) if number not in done and moment < now]
    if missed and now < end:
        chance = random.Random(f"{seed}/{plan[0].isoformat()}/{len(due)}/{len(missed)}")  # noqa: S311
        step = (end - now) / len(missed)
        due += [(now + step * (place + chance.random() * 0.5), number) for place, number in enumerate(missed)]
    kept: list[tuple[dt.datetime, int]] = []
    for moment, number in sorted(due):
        later = max(moment, kept[-1][0] + GAP) if kept else moment
        if later < end:
            kept.append((later, number))
    return kept
