"""Dates as data writes them: texts of many forms, and times as numbers, told in China's time. Pure."""

import datetime as dt
import re
from typing import Any

from crawler.facts.text import find_date, iso_date

_CHINA = dt.timezone(dt.timedelta(hours=8))
_COMPACT = re.compile(r"^((?:19|20)\d\d)(\d\d)(\d\d)(?:\d{4}|\d{6})?$")
_MICROSOFT = re.compile(r"^/?\\?/Date\((-?\d{9,14})(?:[+-]\d{4})?\)\\?/$")
_MOMENT = re.compile(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d{1,9})?)?\s?(Z|[+-]\d\d:?\d\d)$", re.I)
_EARLIEST, _LATEST = 315_532_800, 4_102_444_800  # 1980 and 2100, in seconds


def data_date(value: Any) -> str | None:
    """The day a value of list data names, or None: a text with a date in it, seconds or milliseconds since 1970,
    ``/Date(...)/``, or an object that holds one under ``time``."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, dict):
        time = value.get("time")
        return data_date(time) if isinstance(time, (int, float, str)) else None
    if isinstance(value, int) and 0 < value < 10**8:
        value = str(value)
    if isinstance(value, (int, float)):
        return _of_number(value)
    if not isinstance(value, str) or len(value) > 100:
        return None
    text = value.strip()
    if found := _MICROSOFT.match(text):
        return _of_number(int(found.group(1)))
    if (found := _COMPACT.match(text)) and (date := iso_date(*found.groups())):
        return date
    if text.isascii() and text.isdigit():
        return _of_number(int(text))
    return _of_moment(text) or find_date(text)


def _of_number(value: float) -> str | None:
    """Seconds or milliseconds; a number that would be neither within a lifetime is no time."""
    if not 0 < value < 10**14:
        return None
    for seconds in (value, value / 1000):
        if _EARLIEST <= seconds <= _LATEST:
            return dt.datetime.fromtimestamp(seconds, _CHINA).date().isoformat()
    return None


def _of_moment(text: str) -> str | None:
    """A moment with its offset: midnight in China is four in the afternoon of the day before in UTC."""
    found = _MOMENT.match(text)
    if not found:
        return None
    zone = found.group(3).upper().replace("Z", "+00:00")
    try:
        moment = dt.datetime.fromisoformat(f"{found.group(1)}T{found.group(2)}{zone}")
        return moment.astimezone(_CHINA).date().isoformat()
    except (ValueError, OverflowError):
        return None
