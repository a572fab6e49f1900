"""Walks the portals of all units of an inspection at once, in one process."""

import asyncio
import datetime as dt
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from time import monotonic
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response

from crawler.archive import Archive
from crawler.crawl import Draw, crawl_unit
from crawler.decompress import ACCEPTED, decompress
from crawler.download import refused_as_private
from crawler.earlier import Earlier
from crawler.frontier import Budget
from crawler.outcome import MAX_REDIRECTS, Drawing, Fetched, should_retry
from crawler.pace import Pace
from crawler.records import LATER, Mark, Page, PageStatus, Site, Task
from crawler.render import Asked, Browser, find_browser
from crawler.sites import read_sites
from crawler.urls import absolute, host_of, is_private_host, is_public_address
from crawler.walk import UnitWalk

_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9",
    "Accept-Encoding": ACCEPTED,
}
_TICK = 0.001  # seconds: no clock of an event loop knows less
#: Scripts kept of one unit while it is walked; how much slower what was refused is asked for again.
_SCRIPTS, _LATER_PACE = 100, 4.0
_FAULTS: tuple[tuple[type[BaseException], PageStatus, str], ...] = (
    (CannotResolveHostError, PageStatus.DNS, "域名解析失败"),
    (DownloadTimeoutError, PageStatus.TIMEOUT, "超时无响应"),
    (DownloadCancelledError, PageStatus.TOO_BIG, "内容过大"),
    (UnsupportedURLSchemeError, PageStatus.HTTP_ERROR, "网址无法访问"),
    (DownloadConnectionRefusedError, PageStatus.TIMEOUT, "连接不上"),
    (DownloadFailedError, PageStatus.TIMEOUT, "连接中断"),
)


class PortalSpider(Spider):
    """``sites``: the units, ``at_once`` of them at a time; ``folder``: where their archives lie; ``tell(unit_id, page)`` hears of every page, and
    of a unit's end with ``page=None``; after ``seconds`` the walks are broken off, to be gone on with; ``earlier``: archives of
    an inspection before. From ``scrapy crawl portal``: ``-a unit_list=sites.csv -a folder=DIR``."""

    name = "portal"
    _pace: Pace
    _waits: list[float]
    _private: set[str]
    _headers: dict[str, str]
    _timeout: float
    _connections: asyncio.Semaphore
    _turns: defaultdict[str, asyncio.Semaphore]  # by host
    _browser: Browser | None

    def __init__(
        self, sites: list[Site] | None = None, folder: str | Path = "archive", budget: Budget | None = None,
        tell: Callable[[str, Page | None], None] | None = None, unit_list: str = "", seconds: float | None = None,
        earlier: Path | None = None, at_once: int = 50, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(**kwargs)
        self.sites = sites if sites is not None else read_sites(Path(unit_list))
        self.folder = Path(folder)
        self.budget = budget or Budget()
        self._tell = tell or (lambda _unit, _page: None)
        self.failures: dict[str, BaseException] = {}
        self._seconds = seconds
        self._earlier = earlier
        self._addresses: dict[str, str] = {}
        self._places = asyncio.Semaphore(at_once)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "PortalSpider":
        spider = super().from_crawler(crawler, *args, **kwargs)
        settings = crawler.settings
        own = {host_of(prefix): site.rate for site in spider.sites if site.rate for prefix in site.scope}
        spider._pace = Pace(settings.getfloat("GONGKAI_RATE"), own)
        spider._waits = [float(wait) for wait in settings.getlist("GONGKAI_RETRY_WAITS")]
        spider._private = set(settings.getlist("GONGKAI_PRIVATE_HOSTS"))
        spider._headers = {**_HEADERS, "User-Agent": settings["USER_AGENT"]}
        spider._timeout = settings.getfloat("DOWNLOAD_TIMEOUT")
        spider._connections = asyncio.Semaphore(settings.getint("CONCURRENT_REQUESTS"))
        each = settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")
        spider._turns = defaultdict(lambda: asyncio.Semaphore(each))
        spider._browser = find_browser(
            settings["GONGKAI_CHROMIUM"],
            settings.getint("GONGKAI_RENDER_RECYCLE"),
            settings.getfloat("GONGKAI_RENDER_SECONDS"),
        )
        return spider

    async def start(self) -> AsyncIterator[Any]:
        try:
            walks = asyncio.gather(*(self._walk(site) for site in self.sites), return_exceptions=True)
            results = await asyncio.wait_for(walks, self._seconds)
        except TimeoutError:
            return
        finally:
            if self._browser is not None:
                await self._browser.close()
        for site, result in zip(self.sites, results, strict=True):
            if result is not None:
                self.failures[site.id] = result
        return
        yield  # Scrapy wants an asynchronous generator; pages go to the archive, not through it

    async def _walk(self, site: Site) -> None:
        async with self._places:
            await self._walk_now(site)
        self._tell(site.id, None)

    async def _walk_now(self, site: Site) -> None:
        with Archive(self.folder / site.id, site.id) as archive:
            if not archive.finished:
                walk = UnitWalk(site, self.budget)

                async def fetch(task: Task, url: str, headers: Mapping[str, str] = MappingProxyType({}), /) -> Fetched:
                    slower = _LATER_PACE if task.attempt == LATER else 1.0
                    return await self._fetch(walk, url, task.parent if task.role == "data" else "", slower, headers)

                with self._earlier_of(site) as earlier:
                    tell = partial(self._tell, site.id)
                    await crawl_unit(walk, archive, fetch, tell, self._drawer(walk), earlier)

    def _earlier_of(self, site: Site) -> "AbstractContextManager[Earlier | None]":
        if self._earlier is None or not Earlier.there(self._earlier, site.id):
            return nullcontext()
        return Earlier(self._earlier, site.id, str(self.folder))

    def _drawer(self, walk: UnitWalk) -> Draw | None:
        """Draws pages of one unit. A page's scripts may have what lies on the unit's hosts and robots.txt allows, at the
        pace of every other request; a script that several pages load is fetched once."""
        browser, kept = self._browser, dict[str, Fetched]()
        if browser is None:
            return None

        def admits(url: str) -> bool:
            hosts = {host_of(prefix) for prefix in walk.scope}
            known = url.startswith(("http://", "https://")) and host_of(url) in hosts and not walk.unasked_robots(url)
            return known and walk.allowed(Task(url, "link"))

        async def ask(page: str, asked: Asked) -> Fetched | None:
            if asked.url in kept:
                return kept[asked.url]
            fetched = Fetched(asked.url, "", 302, headers=(("location", asked.url),))
            for _ in range(MAX_REDIRECTS):
                target = absolute(fetched.url, fetched.location)
                if target is None or not admits(target):
                    return None
                fetched = await self._request(walk, target, page, asked)
                if not fetched.location:
                    break
            if asked.method == "GET" and len(kept) < _SCRIPTS and urlsplit(asked.url).path.endswith(".js"):
                kept[asked.url] = fetched
            return fetched

        async def draw(answer: Fetched) -> Drawing:
            return await browser.draw(answer, partial(ask, answer.url))

        return draw

    async def _fetch(self, walk: UnitWalk, url: str, page: str, slower: float, headers: Mapping[str, str]) -> Fetched:
        """One address, tried again after faults that often pass. ``page`` is the one whose script asks for it; ``slower``: how
        much further apart from the request before."""
        asked = Asked("", headers=tuple(headers.items()))
        fetched = await self._request(walk, url, page, asked, slower)
        for wait in self._waits:
            if not should_retry(fetched):
                break
            await asyncio.sleep(wait)
            fetched = await self._request(walk, url, page, asked, slower)
        return fetched

    async def _request(
        self, walk: UnitWalk, url: str, page: str, asked: Asked = Asked(""), slower: float = 1.0  # noqa: B008
    ) -> Fetched:  # fmt: skip
        host = host_of(url)
        name = host.rsplit(":", 1)[0]
        if is_private_host(host) and name not in self._private:
            return Fetched(url, _now(), error=PageStatus.NOT_TRIED, detail="内网或本机地址，未访问")
        engine = self.crawler.engine
        if engine is None:
            raise RuntimeError("the spider runs without an engine")
        wait = self._pace.reserve(
            host, self._addresses.get(host, host), monotonic(), walk.delays.get(host, 0.0), slower
        )
        if wait > _TICK:
            await asyncio.sleep(wait)
        meta = {"download_timeout": self._timeout, "verbatim_url": True}
        headers = {**self._headers, "Referer": page} if page else self._headers
        request = Request(
            url, method=asked.method, headers={**headers, **dict(asked.headers)}, body=asked.body, meta=meta
        )
        try:
            # Straight to the handler: the engine's own way tells and counts what nobody here asks for, for a sixth of a request's cost.
            async with self._turns[host], self._connections:
                asked_at = monotonic()
                response = await engine.downloader.handlers.download_request_async(request)
        except Exception as error:  # noqa: BLE001  mapped to a page status by the one table above
            self._pace.heard(host, monotonic(), None, 0.0)
            return _failed(url, error)
        fetched = _fetched(url, response, request.meta.get("marks", ()))
        self._heard(host, fetched, monotonic() - asked_at)
        return decompress(fetched)

    def _heard(self, host: str, fetched: Fetched, seconds: float) -> None:
        """Hosts of one public address share its pace from their first answers on."""
        if fetched.ip and is_public_address(fetched.ip):
            self._addresses[host] = fetched.ip
        after, today = fetched.header("retry-after"), dt.datetime.now(dt.UTC)
        self._pace.heard(host, monotonic(), fetched.http_status, seconds, after, today)


def _fetched(url: str, response: Response, marks: tuple[Mark, ...]) -> Fetched:
    headers = tuple(
        (name.decode("latin-1"), value.decode("utf-8", "replace"))
        for name, values in dict.items(response.headers)  # its own would look each name up once more
        for value in values
    )
    ip = str(response.ip_address or "")
    torn = "dataloss" in response.flags
    return Fetched(url, _now(), response.status, "", headers, b"", response.body, ip=ip, torn=torn, marks=marks)


def _failed(url: str, error: Exception) -> Fetched:
    if refused_as_private(error):
        return Fetched(url, _now(), error=PageStatus.NOT_TRIED, detail="域名指向内网或本机地址，未访问")
    if isinstance(error.__cause__, aiohttp.ClientSSLError):
        detail = f"安全连接（TLS）建立失败，旧版安全连接也不行（{getattr(error.__cause__.os_error, 'reason', None) or '连接中断'}）"
        return Fetched(url, _now(), error=PageStatus.TLS, detail=detail)
    for kind, status, detail in _FAULTS:
        if isinstance(error, kind):
            return Fetched(url, _now(), error=status, detail=detail)
    raise error


def _now() -> str:
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
