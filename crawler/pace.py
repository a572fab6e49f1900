"""How fast to ask: per host and per address, slower where a site asks for it or strains. Pure: the caller waits and tells the time.

A city's platform serves many units from one address, so what is polite to each host may be too much for the machine behind
them all: hosts of one address share a pace as well.
"""

import datetime as dt
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

#: Answers that ask for patience.
_STRAINED = (429, 503)
#: A slow answer, in seconds; how much slower one asks where a site says so, and where it is slow or silent, the slowest of each,
#: and how quickly that is forgotten.
_SLOW, _BRAKE, _SLOWEST, _SOFT_BRAKE, _SOFT_SLOWEST, _EASE = 8.0, 2.0, 16.0, 1.5, 4.0, 0.9
#: Seconds to leave a host alone that asks for patience and does not say how long; the longest it is given.
_PAUSE, _LONGEST = 15.0, 600.0
#: An address bears so many hosts' worth of requests.
SHARE = 3


@dataclass(slots=True)
class _Host:
    next: float = 0.0
    until: float = 0.0
    factor: float = 1.0


class Pace:
    """``rate``: requests a second and host; ``own``: another rate of some hosts. Times are seconds of any steady clock."""

    def __init__(self, rate: float, own: dict[str, float] | None = None, share: int = SHARE) -> None:
        self.rate = rate
        self._own = own or {}
        self._share = share
        self._hosts: dict[str, _Host] = {}
        self._addresses: dict[str, float] = {}

    def delay(self, host: str, asked: float = 0.0) -> float:
        """Seconds between two requests to a host; ``asked``: what its robots.txt asks for."""
        return max(1 / self._own.get(host, self.rate), asked) * self._host(host).factor

    def reserve(self, host: str, address: str, now: float, asked: float = 0.0, slower: float = 1.0) -> float:
        """Takes the next turn of a host and its address (its IP; the host itself where that is not known); returns how many
        seconds to wait for it. ``slower``: by what factor this request keeps further away from the one before."""
        known = self._host(host)
        start = max(now, known.next, known.until, self._addresses.get(address, 0.0))
        known.next = start + self.delay(host, asked) * slower
        if address != host:
            self._addresses[address] = start + 1 / (self._own.get(host, self.rate) * self._share)
        return start - now

    def heard(
        self,
        host: str,
        now: float,
        status: int | None,
        seconds: float,
        retry_after: str = "",
        today: dt.datetime | None = None,
    ) -> None:
        """Learns from an answer that took ``seconds``; ``status`` is None where none came. ``retry_after``: the header;
        ``today``: the time of day it is counted from, where it is a date."""
        known = self._host(host)
        if status in _STRAINED:
            known.factor = min(known.factor * _BRAKE, _SLOWEST)
            known.until = max(known.until, now + _wait(retry_after, today))
        elif status is None or seconds > _SLOW:
            known.factor = max(known.factor, min(known.factor * _SOFT_BRAKE, _SOFT_SLOWEST))
        else:
            known.factor = max(1.0, known.factor * _EASE)

    def _host(self, host: str) -> _Host:
        return self._hosts.setdefault(host, _Host())


def _wait(retry_after: str, today: dt.datetime | None) -> float:
    """Seconds a Retry-After asks for: a number, or a date; bounded."""
    text = retry_after.strip()
    if text.isdecimal():
        return min(float(text[:6]), _LONGEST)
    try:
        day = parsedate_to_datetime(text)
    except ValueError:
        return _PAUSE
    if today is None or day.tzinfo is None:
        return _PAUSE
    return min(max((day - today).total_seconds(), 0.0), _LONGEST)


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of the day in which sites may be asked, such as 22:00-06:00; local time."""

    start: dt.time
    end: dt.time

    def opens_in(self, now: dt.datetime) -> float:
        """Seconds until it is open; 0 while it is."""
        if self._open(now.time()):
            return 0.0
        start = now.replace(hour=self.start.hour, minute=self.start.minute, second=0, microsecond=0)
        return ((start - now) % dt.timedelta(days=1)).total_seconds()

    def closes_in(self, now: dt.datetime) -> float:
        """Seconds until it closes, from a moment at which it is open."""
        end = now.replace(hour=self.end.hour, minute=self.end.minute, second=0, microsecond=0)
        return ((end - now) % dt.timedelta(days=1)).total_seconds() or 86400.0

    def _open(self, at: dt.time) -> bool:
        if self.start < self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end
