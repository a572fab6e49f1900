"""Series of visits made up from a few lines."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from crawler.records import PageStatus, Site
from crawler.visits import ZONE, Certificate, Visit


def visits_of(specs: Iterable[dict[str, Any]], site: Site) -> list[Visit]:
    """Each line is ``{from, to, each, ...}``: ``each`` visits on every day from ``from`` to ``to``, with the visit's
    other fields as given (``expires`` and ``fault`` are its certificate's). Unless said otherwise a visit is good."""
    made: list[Visit] = []
    for place, spec in enumerate(specs):
        fields = dict(spec)
        first, last, each = _day(fields.pop("from")), _day(fields.pop("to")), fields.pop("each", 1)
        step = fields.pop("minutes", 60)
        certificate = Certificate(fields.pop("expires", None), None, fields.pop("fault", ""))
        if isinstance(certificate.expires, dt.date):
            certificate = Certificate(certificate.expires.isoformat(), None, certificate.fault)
        status = PageStatus(fields.pop("status", "ok"))
        good = {"first_byte": 0.2, "total": 0.5} if status is PageStatus.OK else {"control": True}
        for key in ("ipv4", "ipv6"):
            if fields.get(key) is not None:
                fields[key] = tuple(fields[key])
        if isinstance(fields.get("newest"), dt.date):
            fields["newest"] = fields["newest"].isoformat()
        base = {"url": site.url, "final_url": site.url, "status": status, "certificate": certificate, **good, **fields}
        for back in range((last - first).days + 1):
            day = first + dt.timedelta(back)
            for number in range(each):
                at = dt.datetime.combine(day, dt.time(), ZONE) + dt.timedelta(minutes=step * number + 6 * place)
                made.append(
                    Visit(
                        unit=site.id,
                        day=day.isoformat(),
                        number=100 * place + number + 1,
                        at=at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                        **base,
                    )
                )
    return sorted(made, key=lambda visit: visit.at)


def _day(value: Any) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)
