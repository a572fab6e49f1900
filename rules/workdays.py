"""Working days with 调休, from the State Council's yearly notices as ``chinesecalendar`` holds them."""

import datetime as dt
from functools import cache

import chinese_calendar


class UnknownYear(Exception):
    """The calendar does not hold the holidays of a year yet; no count can be trusted."""

    def __init__(self, year: int) -> None:
        super().__init__(f"还没有{year}年的节假日安排")
        self.year = year


@cache
def is_workday(day: dt.date) -> bool:
    """Raises ``UnknownYear``."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError as error:
        raise UnknownYear(day.year) from error


def workdays_between(start: dt.date, end: dt.date) -> int:
    """Working days after ``start`` up to and with ``end``; the day a period starts does not count (民法典201条).

    Negative where ``end`` lies before ``start``. Raises ``UnknownYear``.
    """
    if end < start:
        return -workdays_between(end, start)
    return sum(1 for n in range(1, (end - start).days + 1) if is_workday(start + dt.timedelta(n)))


def add_workdays(start: dt.date, count: int) -> dt.date:
    """The ``count``-th working day after ``start``. Raises ``UnknownYear``."""
    day = start
    while count > 0:
        day += dt.timedelta(1)
        count -= is_workday(day)
    return day


def months_before(day: dt.date, months: int) -> dt.date:
    """The same day of the month ``months`` earlier, or that month's last day."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return dt.date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise ValueError(f"no such month before {day}")
