"""The records of the daily scan: one short timed visit to a unit's home page, and what was seen on it. Standard library
only; times are ISO 8601 in UTC, days are those of Beijing, durations are seconds, unknown is ``None``."""

import datetime as dt
from dataclasses import dataclass

from crawler.records import PageStatus

#: The day a visit belongs to is the day in Beijing, wherever the machine stands.
ZONE = dt.timezone(dt.timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class ColumnSeen:
    """A column looked at on a visit; ``newest`` is the newest date of its rows up to that day."""

    name: str
    url: str
    status: PageStatus
    newest: str | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a server's port for HTTPS showed. ``trusted`` is None where no judgement was possible; ``fault`` says why it
    is not trusted, ``expires`` is the day of its end."""

    expires: str | None = None
    trusted: bool | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit. ``number`` counts from 1 within ``day``.

    ``first_byte`` and ``total`` are counted from the first try, waits between tries included. ``ipv4`` and ``ipv6`` are
    the addresses DNS gave, empty where it says there are none, None where it did not answer. ``ipv6_open`` is None
    where this machine has no IPv6. ``https``: whether the HTTPS port answered with a certificate. ``control``: on a
    visit that failed, whether a well-known address could be reached at that moment; ``control_ipv6``: whether the same
    DNS server gave that address an IPv6 address. ``digest`` stands for the rows of the home page.
    """

    unit: str
    url: str
    day: str
    number: int
    at: str
    status: PageStatus
    detail: str = ""
    http_status: int | None = None
    final_url: str = ""
    first_byte: float | None = None
    total: float | None = None
    ipv4: tuple[str, ...] | None = None
    ipv6: tuple[str, ...] | None = None
    ipv6_open: bool | None = None
    https: bool | None = None
    certificate: Certificate = Certificate()
    control: bool | None = None
    control_ipv6: bool | None = None
    newest: str | None = None
    digest: str = ""
    columns: tuple[ColumnSeen, ...] = ()


def day_of(moment: dt.datetime) -> dt.date:
    """The day a moment belongs to."""
    return moment.astimezone(ZONE).date()
