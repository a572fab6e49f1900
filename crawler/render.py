"""Pages as a browser draws them (extra ``render``, Debian's chromium).

The browser has no network of its own: its resolver knows no name and no address, the page's own document is handed to it
as it was fetched, and what the page's scripts ask for is fetched by who asked for the drawing, under the rules of every other
request, or refused. Plain Playwright, because scrapy-playwright's handler is built on Twisted's, which wants a reactor.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.facts.charset import decode
from crawler.outcome import DRAWN_TYPE, Drawing, Fetched

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium
    from playwright.async_api import BrowserContext, Page, Playwright, Request, Route

_FLAGS = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND", "--js-flags=--max-old-space-size=256",
)  # fmt: skip
#: What may bring content; pictures, styles, fonts, frames and counters are left out.
_WANTED = ("script", "xhr", "fetch")
_MISSED = (*_WANTED, "eventsource", "websocket")
_METHODS = ("GET", "POST")
_HEADERS = ("accept", "content-type", "x-requested-with")
_PAGES_AT_ONCE = 2
_MAX_ASKED = 60
_MAX_BYTES = 30 * 1024 * 1024
_MAX_DOM = 12 * 1024 * 1024
_CLOSING = 5.0


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of a page's script."""

    url: str
    method: str = "GET"
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


#: Fetches what a page asks for; None where it may not have it.
Ask = Callable[[Asked], Awaitable[Fetched | None]]


def find_browser(path: str, recycle: int, seconds: float) -> "Browser | None":
    """The browser at ``path``, or None where it or the extra ``render`` is not installed."""
    if not path or not os.access(path, os.X_OK) or find_spec("playwright") is None:
        return None
    return Browser(Path(path), recycle, seconds)


@dataclass(slots=True)
class _Running:
    """One process of the browser. ``drawn`` counts pages begun in it, ``active`` those not ended."""

    playwright: "Playwright"
    chromium: "Chromium"
    drawn: int = 0
    active: int = 0
    stuck: bool = False

    async def close(self) -> None:
        from playwright.async_api import Error

        for end in (self.chromium.close, self.playwright.stop):
            with suppress(Error, OSError, TimeoutError):  # it may be gone already
                await asyncio.wait_for(end(), _CLOSING)


class Browser:
    """Headless Chromium, begun with the first page and anew after every ``recycle`` pages; ``seconds`` bounds a page."""

    def __init__(self, path: Path, recycle: int, seconds: float) -> None:
        self._path, self._recycle, self._seconds = path, recycle, seconds
        self._running: _Running | None = None
        self._lock = asyncio.Lock()
        self._places = asyncio.Semaphore(_PAGES_AT_ONCE)

    async def draw(self, answer: Fetched, ask: Ask) -> Drawing:
        """The page of an answer once its scripts have come to rest. Never raises for what a page does."""
        from playwright.async_api import Error

        detail = ""
        async with self._places:
            for _ in range(2):  # once more where the browser itself went down
                try:
                    running = await self._take()
                except (Error, OSError) as error:
                    return Drawing(detail=f"浏览器没有启动（{type(error).__name__}）")
                try:
                    return await _drawn(running, answer, ask, self._seconds)
                except TimeoutError:
                    running.stuck = True
                    return Drawing(detail=f"{self._seconds:g}秒没有画完")
                except Error as error:
                    detail = f"浏览器出错（{error.message.splitlines()[0][:60]}）"
                    if running.chromium.is_connected():
                        break
                finally:
                    await self._leave(running)
        return Drawing(detail=detail)

    async def _take(self) -> _Running:
        async with self._lock:
            now = self._running
            if now is None or now.drawn >= self._recycle or now.stuck or not now.chromium.is_connected():
                self._running = None
                if now is not None and not now.active:
                    await now.close()
                now = self._running = await self._start()
            now.drawn += 1
            now.active += 1
            return now

    async def _leave(self, running: _Running) -> None:
        running.active -= 1
        if not running.active and (running is not self._running or running.stuck):
            if running is self._running:
                self._running = None
            await running.close()

    async def _start(self) -> _Running:
        from playwright.async_api import async_playwright

        async with AsyncExitStack() as stack:
            playwright = await async_playwright().start()
            stack.push_async_callback(playwright.stop)
            chromium = await playwright.chromium.launch(
                executable_path=self._path,
                args=_FLAGS,
                chromium_sandbox=os.geteuid() != 0,
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
            )
            stack.pop_all()
        return _Running(playwright, chromium)

    async def close(self) -> None:
        if self._running is not None:
            await self._running.close()
            self._running = None


async def _drawn(running: _Running, answer: Fetched, ask: Ask, seconds: float) -> Drawing:
    async with asyncio.timeout(seconds):
        context = await running.chromium.new_context(
            accept_downloads=False, service_workers="block", locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        try:
            return await _Sheet(context, answer, ask).draw(seconds * 0.8)
        finally:
            try:
                await asyncio.wait_for(context.close(), _CLOSING)
            except TimeoutError:
                running.stuck = True


class _Sheet:
    """One page being drawn in a context of its own, without cookies or anything else of other pages."""

    def __init__(self, context: "BrowserContext", answer: Fetched, ask: Ask) -> None:
        self._context, self._answer, self._ask = context, answer, ask
        self._page: Page | None = None
        self._begun = False
        self._asked = self._bytes = 0
        self._whole = True

    async def draw(self, seconds: float) -> Drawing:
        from playwright.async_api import TimeoutError as TookTooLong

        await self._context.route("**/*", self._route)
        await self._context.route_web_socket("**/*", self._refuse_socket)
        page = self._page = await self._context.new_page()
        self._context.on("page", lambda other: asyncio.ensure_future(other.close()))
        try:
            async with asyncio.timeout(seconds):
                await page.goto(self._answer.url, wait_until="load", timeout=seconds * 1000)
                await page.wait_for_load_state("networkidle", timeout=seconds * 1000)
        except (TookTooLong, TimeoutError):
            self._whole = False
        size = await page.evaluate("document.documentElement ? document.documentElement.outerHTML.length : 0")
        if not isinstance(size, int) or size > _MAX_DOM:
            return Drawing(detail="画出的页面过大")
        if page.url.startswith("chrome-error:"):
            return Drawing(detail="页面没有载入")
        html = await page.content()
        return Drawing(html.encode("utf-8", "replace"), whole=self._whole)

    async def _refuse_socket(self, _socket: object) -> None:
        self._whole = False  # a socket that nobody routes on is connected to nothing

    async def _route(self, route: "Route") -> None:
        from playwright.async_api import Error

        with suppress(Error):  # the page was closed meanwhile
            if not self._begun and route.request.is_navigation_request():
                self._begun = True
                text, _ = decode(self._answer.body, self._answer.header("content-type"))
                await route.fulfill(status=200, content_type=DRAWN_TYPE, body=text.encode("utf-8", "replace"))
            elif (fetched := await self._fetched(route.request)) is not None:
                names = ("content-type", "access-control-allow-origin")
                headers = {name: value for name in names if (value := fetched.header(name))}
                await route.fulfill(status=fetched.http_status or 200, headers=headers, body=fetched.body)
            else:
                await route.abort("aborted")  # a page that is to be left stays as it is

    async def _fetched(self, request: "Request") -> Fetched | None:
        """What a script asked for, within the page's limits; what is refused or fails leaves the drawing a part."""
        if request.resource_type not in _WANTED or request.method not in _METHODS:
            self._whole = self._whole and request.resource_type not in _MISSED
            return None
        self._asked += 1
        headers = tuple((name, request.headers[name]) for name in _HEADERS if name in request.headers)
        fetched = None
        if self._asked <= _MAX_ASKED and self._bytes < _MAX_BYTES:
            asked = Asked(request.url.split("#", 1)[0], request.method, request.post_data_buffer or b"", headers)
            fetched = await self._ask(asked)
        if fetched is None or fetched.error is not None or (fetched.http_status or 500) >= 400:
            self._whole = False
        if fetched is None or fetched.error is not None:
            return None
        self._bytes += len(fetched.body)
        return fetched
