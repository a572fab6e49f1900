"""What is worth waking somebody for: a site that is down, a certificate about to end, a column near its limit. Each is
raised once and stays until what was seen clears it; what was not seen does neither."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from audit.scanning.columns import days_to_limit, home_limit, limit_of
from crawler.records import PageStatus, Site
from crawler.scan.network import days_left
from crawler.visits import ZONE, Visit
from rules.availability import opened, spaced
from rules.mandate import MandateSet

#: So many visits in a row that found nothing make a site down.
_IN_A_ROW = 2
_CERTIFICATE_DAYS = 30


@dataclass(frozen=True, slots=True)
class Condition:
    """A thing that ``holds`` or not; ``key`` is the same from visit to visit."""

    key: str
    kind: str
    unit: str
    holds: bool
    text: str


def conditions(site: Site, visits: Sequence[Visit], mandates: MandateSet, today: dt.date) -> Iterator[Condition]:
    """What a unit's latest visits let one say; what they leave open is not yielded."""
    seconds = mandates.by_id["GW19-V2"].params["seconds"]
    latest = spaced(visits)[-_IN_A_ROW:]
    said = [opened(visit, seconds) for visit in latest]
    if said and said[-1]:
        yield Condition(f"down:{site.id}", "down", site.id, False, f"{site.name}恢复访问")
    elif len(said) == _IN_A_ROW and not any(one is not False for one in said):
        times = "、".join(_beijing(visit.at) for visit in latest)
        text = f"{site.name}（{site.url}）连续{_IN_A_ROW}次打不开（{times}）：{latest[-1].detail or latest[-1].status}"
        yield Condition(f"down:{site.id}", "down", site.id, True, text)
    yield from _certificate(site, visits, today)
    yield from _dates(site, visits, mandates, today)


def _certificate(site: Site, visits: Sequence[Visit], today: dt.date) -> Iterator[Condition]:
    """Only of a certificate that is in use: the home page is opened with it, or it is trusted."""
    used = [v for v in visits if v.https and (v.final_url.startswith("https:") or v.certificate.trusted)]
    left = days_left(used[-1].certificate, today) if used else None
    if left is None:
        return
    ends = used[-1].certificate.expires
    text = f"{site.name}的HTTPS证书还有{left}天到期（{ends}）" if left >= 0 else f"{site.name}的HTTPS证书已于{ends}过期"
    yield Condition(f"certificate:{site.id}", "certificate", site.id, left <= _CERTIFICATE_DAYS, text)


def _dates(site: Site, visits: Sequence[Visit], mandates: MandateSet, today: dt.date) -> Iterator[Condition]:
    good = [visit for visit in visits if visit.status is PageStatus.OK]
    found = [("首页", site.url, good[-1].newest, home_limit(mandates))] if good else []
    looked = next((visit for visit in reversed(good) if visit.columns), None)
    for column in looked.columns if looked else ():
        limit = limit_of(mandates, site, column.name, today)
        if limit is not None and column.status is PageStatus.OK:
            found.append((f"栏目“{column.name}”", column.url, column.newest, limit))
    for name, url, newest, limit in found:
        if not newest:
            continue
        left = days_to_limit(dt.date.fromisoformat(newest), limit, today)
        said = "已超过更新期限" if left is not None and left < 0 else f"还有{left}天到更新期限"
        text = f"{site.name}{name}最新一条是{newest}，{said}（{url}）"
        yield Condition(f"column:{site.id}:{url}", "column", site.id, left is not None, text)


def _beijing(moment: str) -> str:
    return dt.datetime.fromisoformat(moment).astimezone(ZONE).strftime("%m-%d %H:%M")
