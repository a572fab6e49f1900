"""Single requests of the scan: timed, paced per host, guarded as the crawl's are. Nothing here raises for what a server
does; it becomes a page status."""

import asyncio
import datetime as dt
import ssl
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from time import monotonic
from types import TracebackType

import aiohttp
from yarl import URL

from crawler.decompress import ACCEPTED, decompress
from crawler.download import GuardedResolver, refused_as_private
from crawler.outcome import Fetched
from crawler.records import PageStatus
from crawler.settings import USER_AGENT
from crawler.tls import Way
from crawler.urls import host_of, is_private_host

#: Larger home pages and column pages do not exist among those seen.
_MAX_BODY = 4 * 1024 * 1024
_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Pace:
    """``limit``: seconds after which a page that shows nothing has failed to open; its body may take as long again.
    ``waits``: pauses before further tries within that time; ``rate``: requests a second per host."""

    limit: float = 15.0
    waits: tuple[float, ...] = (2.0, 5.0)
    rate: float = 2.0


@dataclass(slots=True)
class Timed:
    """An answer; ``first_byte`` is when its head came (monotonic clock), None where none came."""

    answer: Fetched
    first_byte: float | None = None


class Fetcher:
    """Requests of one run. ``private``: host names that may lead to private addresses."""

    def __init__(self, private: Collection[str], pace: Pace) -> None:
        self.pace = pace
        self._private = frozenset(private)
        self._next: dict[str, float] = {}
        self._delays: dict[str, float] = {}
        self._ways: dict[str, Way] = {}

    async def __aenter__(self) -> "Fetcher":
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=GuardedResolver(self._private), force_close=True, use_dns_cache=False
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            headers={
                "User-Agent": USER_AGENT,
                "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                "Accept-Language": "zh-CN,zh;q=0.9",
                "Accept-Encoding": ACCEPTED,
            },
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    def slow_down(self, host: str, delay: float) -> None:
        """What a host's robots.txt asks for, in seconds between requests."""
        self._delays[host] = delay

    async def wait_turn(self, url: str) -> None:
        """Waits until the host may be asked again."""
        host, now = host_of(url), monotonic()
        turn = max(now, self._next.get(host, 0.0))
        self._next[host] = turn + max(1 / self.pace.rate, self._delays.get(host, 0.0))
        if turn > now:
            await asyncio.sleep(turn - now)

    async def get(self, url: str, deadline: float, referer: str = "") -> Timed:
        """One request without redirects. ``deadline`` (monotonic) is for the head; the body may take ``limit`` more."""
        host = host_of(url)
        if is_private_host(host) and host.rsplit(":", 1)[0] not in self._private:
            return Timed(_failed(url, PageStatus.NOT_TRIED, "内网或本机地址，未访问"))
        first_byte: float | None = None
        try:
            async with asyncio.timeout(max(deadline - monotonic(), 0.01)):
                response = await self._ask(url, {"Referer": referer} if referer else {})
            first_byte = monotonic()
            async with response:
                return Timed(await self._read(url, response), first_byte)
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            return Timed(_failed(url, *_fault_of(error)), first_byte)

    async def _ask(self, url: str, headers: dict[str, str]) -> aiohttp.ClientResponse:
        """The head of the answer; a server that speaks only old TLS is spoken to in its way. Certificates are looked at
        apart."""
        host = host_of(url)
        way = self._ways.get(host, Way(checked=False))
        while True:
            try:
                response = await self._session.get(
                    URL(url, encoded=True), allow_redirects=False, headers=headers, ssl=way.context
                )
            except aiohttp.ClientConnectorSSLError as error:
                fault = error.os_error
                other = way.after(fault) if isinstance(fault, ssl.SSLError) else None
                if other is None:
                    raise
                way = other
            else:
                self._ways[host] = way
                return response

    async def _read(self, url: str, response: aiohttp.ClientResponse) -> Fetched:
        raw, torn = bytearray(), False
        try:
            async with asyncio.timeout(self.pace.limit):
                async for piece in response.content.iter_chunked(_CHUNK):
                    raw += piece
                    if len(raw) > _MAX_BODY:
                        return _failed(url, PageStatus.TOO_BIG, "内容过大")
        except (TimeoutError, aiohttp.ClientError, OSError):
            torn = True
        headers = tuple((str(name), value) for name, value in _plain(response.headers.items()))
        return decompress(
            Fetched(url, _now(), response.status, "", headers, raw=bytes(raw), torn=torn), limit=2 * _MAX_BODY
        )


def _plain(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")) for name, value in headers]


def _fault_of(error: BaseException) -> tuple[PageStatus, str]:
    if refused_as_private(error):
        return PageStatus.NOT_TRIED, "域名指向内网或本机地址，未访问"
    if isinstance(error, aiohttp.ClientSSLError):
        return PageStatus.TLS, "安全连接（TLS）建立失败"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return PageStatus.DNS, "域名解析失败"
    if isinstance(error, aiohttp.ClientConnectorError):
        return PageStatus.TIMEOUT, "连接不上"
    if isinstance(error, TimeoutError):
        return PageStatus.TIMEOUT, "超时无响应"
    if isinstance(error, aiohttp.InvalidURL | ValueError):
        return PageStatus.HTTP_ERROR, "网址无法访问"
    return PageStatus.TIMEOUT, "连接中断"


def _failed(url: str, status: PageStatus, detail: str) -> Fetched:
    return Fetched(url, _now(), error=status, detail=detail)


def _now() -> str:
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
