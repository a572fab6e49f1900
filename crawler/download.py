"""Scrapy's aiohttp download handler with a guard: no connection to an address outside the public internet unless the
unit allows it, checked on the very addresses that are connected to (so neither a redirect nor a DNS change gets past).
"""

import socket
from collections.abc import Collection
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler, _ClientResponse
from scrapy.crawler import Crawler

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

    async def close(self) -> None:
        await self._unguarded.close()
        await super().close()


def refused_as_private(error: BaseException | None) -> bool:
    """Whether a failed request failed on the guard."""
    while error is not None:
        inner: Any = getattr(error, "os_error", None)
        if isinstance(error, PrivateAddress) or isinstance(inner, PrivateAddress):
            return True
        error = error.__cause__
    return False
