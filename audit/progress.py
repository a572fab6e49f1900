"""How far a crawl is: a bar on a terminal, plain lines elsewhere. Always on stderr."""

import sys
from collections.abc import Callable
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from crawler.records import Page, PageStatus, Site

_EVERY = 100


class CrawlProgress:
    """Counts pages and errors of all units; use as a context and hand ``tell`` to the crawl. ``beat`` hears how far it is."""

    def __init__(self, sites: list[Site], beat: Callable[[str], None] = lambda _said: None) -> None:
        self._beat = beat
        self._names = {site.id: site.name for site in sites}
        self._pages = 0
        self._errors = 0
        self._done = 0
        self._own: dict[str, tuple[int, int]] = {}
        self._bar: Progress | None = None
        if sys.stderr.isatty():
            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.fields[said]}"),
                TimeElapsedColumn(),
            )
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task("抓取", total=len(sites), said="")

    def __enter__(self) -> "CrawlProgress":
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
        self._line(f"抓取结束：{self._said()}")

    def tell(self, unit: str, page: Page | None) -> None:
        """Hears of a page, or of a unit's end."""
        if page is None:
            self._done += 1
            pages, errors = self._own.get(unit, (0, 0))
            if self._bar is None:
                self._line(
                    f"完成 {self._names[unit]}：{pages}页，{errors}页未见到（{self._done}/{len(self._names)}个单位）"
                )
        else:
            self._count(unit, page)
        self._beat(self._said())
        if self._bar is not None:
            self._bar.update(self._task, completed=self._done, said=self._said())

    def _count(self, unit: str, page: Page) -> None:
        self._pages += 1
        bad = page.status is not PageStatus.OK and page.task.role not in ("robots", "probe")
        self._errors += bad
        pages, errors = self._own.get(unit, (0, 0))
        self._own[unit] = (pages + 1, errors + bad)
        if self._bar is None and self._pages % _EVERY == 0:
            self._line(f"抓取中：{self._said()}")

    def _said(self) -> str:
        return f"{self._done}/{len(self._names)}个单位，{self._pages}页，{self._errors}页未见到"

    @staticmethod
    def _line(text: str) -> None:
        print(text, file=sys.stderr, flush=True)  # noqa: T201  this is the command line's own voice
