"""One visit to one unit: the home page, what stands below it, and on the day's first good visit its columns."""

import asyncio
import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from time import monotonic
from urllib.parse import urljoin, urlsplit

from protego import Protego

from crawler.facts.text import label
from crawler.facts.vocabulary import concept_of, tells_nothing
from crawler.frontier import Budget
from crawler.outcome import MAX_REDIRECTS, Fetched, Verdict, should_retry
from crawler.records import Facts, PageStatus, Site, Task
from crawler.scan.fetch import Fetcher, Timed
from crawler.scan.network import addresses_of, certificate_of, connects, usable
from crawler.urls import host_of, page_key
from crawler.visits import Certificate, ColumnSeen, Visit, day_of
from crawler.walk import AGENT, UnitWalk

#: Reached by everybody: whoever cannot reach it has no network.
CONTROL = "https://www.gov.cn/"
_MAX_COLUMNS = 60
_MAX_ROBOTS = 500_000
_PORTS = {"http": 80, "https": 443}
_NETWORK = 10.0


@dataclass(slots=True)
class Known:
    """What one run remembers of a unit: the walk that holds its scope, what its hosts' robots.txt said on a day, its
    columns as (name, address) pairs, and the day they were last looked at."""

    site: Site
    columns: list[tuple[str, str]] = field(default_factory=list)
    walk: UnitWalk = field(init=False)
    robots: dict[str, Protego] = field(default_factory=dict)
    robots_day: dt.date | None = None
    columns_day: dt.date | None = None

    def __post_init__(self) -> None:
        self.walk = UnitWalk(self.site, Budget())


async def visit(fetcher: Fetcher, known: Known, number: int, now: dt.datetime, control: str = CONTROL) -> Visit:
    """Makes one visit; ``now`` is when. Never raises for what servers do."""
    site, day = known.site, day_of(now)
    if known.robots_day != day:
        known.robots, known.robots_day = {}, day
    verdict, answer, first_byte, total = await _open_home(fetcher, known)
    seen = Visit(
        unit=site.id,
        url=site.url,
        day=day.isoformat(),
        number=number,
        at=now.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        status=verdict.status,
        detail=verdict.detail[:200],
        http_status=answer.http_status,
        final_url=answer.url,
        first_byte=first_byte,
        total=total,
    )
    seen = await _network(seen, answer.url, control, private=site.allow_private)
    if verdict.facts is None or verdict.status is not PageStatus.OK:
        return seen
    seen = replace(seen, newest=_newest(verdict.facts, day), digest=_digest(verdict.facts))
    if known.columns_day != day:
        known.columns_day = day
        known.columns = known.columns or _menu(known.walk, verdict.facts)
        seen = replace(seen, columns=tuple([await _column(fetcher, known, *c, day) for c in known.columns]))
    return seen


# --- the home page ----------------------------------------------------------------------------------------------------


async def _open_home(fetcher: Fetcher, known: Known) -> tuple[Verdict, Fetched, float | None, float | None]:
    """The home page within the time a visitor would wait, tried again where it fails at once."""
    task = Task(known.site.url, "home")
    if not await _may(fetcher, known, task.url):
        return Verdict(PageStatus.ROBOTS, "robots.txt不允许访问"), Fetched(task.url, ""), None, None
    await fetcher.wait_turn(task.url)
    start = monotonic()
    deadline = start + fetcher.pace.limit
    verdict, timed = await _chain(fetcher, known, task, deadline)
    for wait in fetcher.pace.waits:
        if not should_retry(timed.answer) or monotonic() + wait >= deadline:
            break
        await asyncio.sleep(wait)
        verdict, timed = await _chain(fetcher, known, task, deadline)
    first_byte = None if timed.first_byte is None else round(timed.first_byte - start, 3)
    return verdict, timed.answer, first_byte, round(monotonic() - start, 3)


async def _chain(fetcher: Fetcher, known: Known, task: Task, deadline: float) -> tuple[Verdict, Timed]:
    """An address and the redirects within the unit that it begins with."""
    walk = known.walk
    timed = await fetcher.get(task.url, deadline, task.parent if task.role == "data" else "")
    verdict = walk.judge(task, timed.answer)
    met = {task.url}
    while (target := walk.follow(task, timed.answer, verdict)) and target not in met and len(met) <= MAX_REDIRECTS:
        met.add(target)
        if not await _may(fetcher, known, target):
            return Verdict(PageStatus.ROBOTS, "robots.txt不允许访问"), timed
        timed = await fetcher.get(target, deadline)
        verdict = walk.judge(task, timed.answer)
    return verdict, timed


async def _may(fetcher: Fetcher, known: Known, url: str) -> bool:
    """What the host's robots.txt says, read once a day. One that does not answer or answers with a server error forbids
    nothing here: whether the home page opens all the same is what a visit is to find out."""
    host = host_of(url)
    if host not in known.robots:
        address = urljoin(url, "/robots.txt")
        await fetcher.wait_turn(address)
        answer = (await fetcher.get(address, monotonic() + fetcher.pace.limit)).answer
        if answer.http_status is None or answer.http_status >= 500:
            return True
        good = answer.http_status == 200 and answer.error is None
        known.robots[host] = Protego.parse(answer.body[:_MAX_ROBOTS].decode("utf-8", "replace") if good else "")
        if delay := known.robots[host].crawl_delay(AGENT):
            fetcher.slow_down(host, min(float(delay), 60.0))
    return bool(known.robots[host].can_fetch(url, AGENT))


# --- columns ----------------------------------------------------------------------------------------------------------


async def _column(fetcher: Fetcher, known: Known, name: str, url: str, day: dt.date) -> ColumnSeen:
    """A column's newest row as its own page or its data shows it."""
    walk, task = known.walk, Task(url, "column", 1, name, known.site.url)
    if not walk.admits(url):
        return ColumnSeen(name, url, PageStatus.NOT_TRIED)
    if not await _may(fetcher, known, url):
        return ColumnSeen(name, url, PageStatus.ROBOTS)
    await fetcher.wait_turn(url)
    verdict, _ = await _chain(fetcher, known, task, monotonic() + fetcher.pace.limit)
    facts = verdict.facts
    if facts is None or verdict.status is not PageStatus.OK:
        return ColumnSeen(name, url, verdict.status)
    newest = _newest(facts, day)
    for address in facts.endpoints[:1]:
        data = Task(address, "data", 2, name, url)
        if walk.admits(address) and await _may(fetcher, known, address):
            await fetcher.wait_turn(address)
            read, _ = await _chain(fetcher, known, data, monotonic() + fetcher.pace.limit)
            newest = _newest(read.facts, day) if read.facts else newest
    return ColumnSeen(name, url, verdict.status, newest)


def _menu(walk: UnitWalk, facts: Facts) -> list[tuple[str, str]]:
    """Columns as the home page names them, where no inspection knows better."""
    found: dict[str, str] = {}
    home = {page_key(walk.site.url), page_key(facts.url)}
    for link in facts.links:
        text = label(link.text)
        named = 2 <= len(text) <= 12 and not tells_nothing(link.text)
        fits = named and walk.admits(link.url) and page_key(link.url) not in home
        if fits and (link.area == "nav" or concept_of(link.text, walk.site.name)):
            found.setdefault(link.url, link.text)
    return [(name, url) for url, name in found.items()][:_MAX_COLUMNS]


def _newest(facts: Facts, day: dt.date) -> str | None:
    return max((item.date for item in facts.items if item.date and item.date <= day.isoformat()), default=None)


def _digest(facts: Facts) -> str:
    rows = sorted({f"{item.title}\n{item.url}" for item in facts.items})
    return hashlib.sha256("\n\n".join(rows).encode()).hexdigest()[:16] if rows else ""


# --- below the page ---------------------------------------------------------------------------------------------------


async def _network(seen: Visit, url: str, control: str, *, private: bool) -> Visit:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    found = await addresses_of(host, _NETWORK)
    four, six = usable(found.ipv4, private=private), usable(found.ipv6, private=private)
    secure = port if parts.scheme == "https" else 443 if port == 80 else None
    certificate = await _certificate([*four, *six], secure, host)
    seen = replace(
        seen,
        ipv4=found.ipv4,
        ipv6=found.ipv6,
        ipv6_open=await connects(six[0], port, _NETWORK) if six else None,
        https=certificate is not None if secure is not None and (four or six) else None,
        certificate=certificate or seen.certificate,
    )
    if seen.status is PageStatus.OK and found.ipv6:
        return seen
    aim = urlsplit(control)
    there = await addresses_of(aim.hostname or "", _NETWORK)
    tries = [await connects(a, aim.port or _PORTS[aim.scheme], _NETWORK) for a in (there.ipv4 or ())[:2]]
    return replace(seen, control=any(tries), control_ipv6=None if there.ipv6 is None else bool(there.ipv6))


async def _certificate(addresses: Sequence[str], port: int | None, host: str) -> Certificate | None:
    if port is None or not addresses:
        return None
    return await certificate_of(addresses[0], port, host, _NETWORK)
