"""Scrapy's aiohttp download handler with a guard: no connection to an address outside the public internet unless the
unit allows it, checked on the very addresses that are connected to (so neither a redirect nor a DNS change gets past).
"""

import socket
import ssl
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from scrapy import Request
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler, _ClientResponse
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadConnectionRefusedError

from crawler.tls import Way
from crawler.urls import is_public_address


class PrivateAddress(OSError):
    """A host name led to an address outside the public internet."""


class GuardedResolver(AbstractResolver):
    """Resolves in a thread and refuses private addresses, but for the host names in ``allowed``."""

    def __init__(self, allowed: Collection[str]) -> None:
        self._allowed = frozenset(allowed)
        self._resolver = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        if host in self._allowed:
            return found
        public = [result for result in found if is_public_address(result["host"])]
        if not public:
            raise PrivateAddress(f"{host} -> {', '.join(result['host'] for result in found)}")
        return public

    async def close(self) -> None:
        await self._resolver.close()


class GuardedDownloadHandler(AiohttpDownloadHandler):
    """As Scrapy's handler, with the guarded resolver in place of the plain one."""

    experimental = False  # its warning is not for our users

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._unguarded = self._session
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=self._pool_size_total,
                limit_per_host=self._pool_size_per_host,
                resolver=GuardedResolver(crawler.settings.getlist("GONGKAI_PRIVATE_HOSTS")),
                ttl_dns_cache=60,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            response_class=_ClientResponse,
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
        )

        self._ways: dict[str, Way] = {}

    @asynccontextmanager
    async def _make_request(self, request: Request, timeout: float) -> AsyncIterator[_ClientResponse]:
        """As Scrapy's, and where the secure connection fails once more in the next way there is (``crawler.tls``). The
        way that led to an answer is kept for the host, and its marks are left in ``request.meta["marks"]``."""
        host = urlsplit(request.url).netloc
        way: Way | None = self._ways.get(host, Way())
        async with AsyncExitStack() as stack:
            while way is not None:
                self._ssl_context = way.context  # read before the first await of what follows
                try:
                    response = await stack.enter_async_context(super()._make_request(request, timeout))
                    break
                except DownloadConnectionRefusedError as error:
                    fault = _tls_fault(error)
                    way = way.after(fault) if fault else None
                    if way is None:
                        raise
            if way is not None and response._ssl_object is not None:
                self._ways[host] = way = way.met(response._ssl_object.version())
                request.meta["marks"] = way.marks
            yield response

    async def close(self) -> None:
        await self._unguarded.close()
        await super().close()


def _tls_fault(error: BaseException) -> ssl.SSLError | None:
    cause = error.__cause__
    fault = cause.os_error if isinstance(cause, aiohttp.ClientSSLError) else None
    return fault if isinstance(fault, ssl.SSLError) else None


def refused_as_private(error: BaseException | None) -> bool:
    """Whether a failed request failed on the guard."""
    while error is not None:
        inner: Any = getattr(error, "os_error", None)
        if isinstance(error, PrivateAddress) or isinstance(inner, PrivateAddress):
            return True
        error = error.__cause__
    return False
