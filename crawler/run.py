"""Runs the portal spider over a list of units, in this process, to its end."""

import gc
import resource
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

import crawler.settings
from crawler.frontier import Budget
from crawler.records import Page, Site
from crawler.spiders.portal import PortalSpider

#: Units walked at once: more than one core can read of at the usual rate. Each holds some files open, so do all others together.
_UNITS, _FILES_EACH, _FILES_ELSE = 150, 8, 250


def crawl(
    sites: list[Site], folder: Path, budget: Budget, rate: float, tell: Callable[[str, Page | None], None],
    seconds: float | None = None, earlier: Path | None = None,
) -> bool:  # fmt: skip
    """Crawls the units, many at once, into ``folder/<unit>/``; goes on where an earlier run was cut off.

    ``rate`` is requests a second per host. ``tell(unit, page)`` hears of every page and, with None, of a unit's end.
    ``earlier``: archives of the same units from before: pages that did not change since are taken from there.

    Returns whether all units came to their end; a signal, or ``seconds`` gone by, stops the run before that. Raises what broke a unit's walk.
    """
    gc.freeze()  # a crawl's objects are many and short-lived: looking through all that was imported again and again costs a tenth
    gc.set_threshold(20_000, 20, 50)
    done: set[str] = set()

    def hear(unit: str, page: Page | None) -> None:
        if page is None:
            done.add(unit)
        tell(unit, page)

    settings = Settings()
    settings.setmodule(crawler.settings, priority="project")
    settings.set("GONGKAI_RATE", rate, priority="cmdline")
    settings.set("GONGKAI_PRIVATE_HOSTS", private_hosts(sites), priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    run = process.create_crawler(PortalSpider)
    process.crawl(
        run,
        sites=sites,
        folder=folder,
        budget=budget,
        tell=hear,
        seconds=seconds,
        earlier=earlier,
        at_once=_units_at_once(),
    )
    process.start(stop_after_crawl=True)
    failures = run.spider.failures if isinstance(run.spider, PortalSpider) else {}
    for error in failures.values():
        raise error
    return len(done) == len(sites)


def _units_at_once() -> int:
    """As many as this process may have files open for; that limit is raised first as far as the system allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _UNITS * _FILES_EACH + _FILES_ELSE
    unlimited = resource.RLIM_INFINITY
    if soft != unlimited and soft < wanted:
        soft = wanted if hard == unlimited else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return _UNITS if soft == unlimited else max(1, min(_UNITS, (soft - _FILES_ELSE) // _FILES_EACH))


def private_hosts(sites: list[Site]) -> list[str]:
    """Host names of the units that may live on a private address."""
    names = {urlsplit(url).hostname or "" for site in sites if site.allow_private for url in (*site.scope, site.url)}
    return sorted(names - {""})
