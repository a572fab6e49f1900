"""Prints what reading and judging cost. Absolute times differ from machine to machine: quote the ratios."""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import lxml.etree
import lxml.html
from bs4 import BeautifulSoup

from crawler.facts import read_page
from crawler.frontier import Budget
from crawler.records import Page
from crawler.run import crawl
from crawler.sites import read_sites
from examples import MONTHS, serve
from rules.engine import Engine
from rules.mandate import load_mandates

SHARED = Path(os.environ.get("GONGKAI_SHARED", Path(__file__).parent.parent.parent / "shared")) / "pages" / "html"
ROUNDS = 3


def _cpu(work: Callable[[], object]) -> float:
    """CPU seconds of the best of some rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def _sample() -> tuple[list[tuple[bytes, str]], list[tuple[object, list[Page]]]]:
    """Pages of the sample district as fetched, and its units with their pages."""
    with tempfile.TemporaryDirectory() as folder, serve(MONTHS[0], port=0) as served:
        served.write_sites(Path(folder) / "sites.csv")
        sites = read_sites(Path(folder) / "sites.csv")
        pages: dict[str, list[Page]] = {site.id: [] for site in sites}
        crawl(sites, Path(folder), Budget(), 500, lambda unit, page: pages[unit].append(page) if page else None)
        bodies = [
            (answer.body, page.url)
            for base in served.bases
            for page in pages.get(base, [])
            if page.ok and page.facts and page.facts.kind != "document"
            for answer in [served._servers[base].answers.get("/" + page.url.split("/", 3)[3])]
            if answer is not None
        ]
    return bodies, [(site, pages[site.id]) for site in sites]


def _reading(name: str, bodies: list[tuple[bytes, str]]) -> None:
    def parse() -> None:
        for body, _ in bodies:
            try:
                lxml.html.fromstring(body)
            except (lxml.etree.ParserError, ValueError):
                continue

    def soup() -> None:
        for body, _ in bodies[:: max(1, len(bodies) // 60)]:
            BeautifulSoup(body, "lxml").get_text()

    def facts() -> None:
        for body, url in bodies:
            read_page(body, url)

    n, few = len(bodies), len(bodies[:: max(1, len(bodies) // 60)])
    size = statistics.mean(len(body) for body, _ in bodies) / 1024
    a, b, c = _cpu(parse) / n, _cpu(soup) / few, _cpu(facts) / n
    print(f"{name}: {n} pages of {size:.0f} KB")
    print(f"  lxml.html.fromstring {a * 1e3:6.2f} ms   1.0")
    print(f"  BeautifulSoup text   {b * 1e3:6.2f} ms {b / a:5.1f}")
    print(f"  all facts            {c * 1e3:6.2f} ms {c / a:5.1f}")


def _judging(units: list[tuple[object, list[Page]]]) -> None:
    mandates = load_mandates().mandates
    pages = sum(len(p) for _, p in units)

    def judge() -> None:
        engine = Engine(mandates, MONTHS[0], "bench")
        for site, own in units:
            engine.judge(site, own)  # type: ignore[arg-type]

    seconds = _cpu(judge)
    print(
        f"judging: {len(mandates)} mandates, {len(units)} units, {pages} pages: {seconds * 1e3:.0f} ms, {seconds / pages * 300:.3f} s per 300 pages"
    )


def main() -> None:
    bodies, units = _sample()
    _reading("sample district", bodies)
    if SHARED.exists():
        _reading(
            "real pages",
            [(path.read_bytes(), f"http://x.gov.cn/{path.name}") for path in sorted(SHARED.rglob("*.html"))],
        )
    else:
        print(f"real pages: skipped, nothing at {SHARED} (set GONGKAI_SHARED)")
    _judging(units)


if __name__ == "__main__":
    main()
