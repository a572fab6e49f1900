"""Prints how right reading is and what reading and judging cost. Absolute times differ from machine to machine: quote
the ratios."""

import os
import tempfile
from pathlib import Path

from benchmarks import gold, judging, reading
from crawler.frontier import Budget
from crawler.records import Page, Site
from crawler.run import crawl
from crawler.sites import read_sites
from examples import MONTHS, serve

SHARED = Path(os.environ.get("GONGKAI_SHARED", Path(__file__).parent.parent.parent / "shared")) / "pages"


def _sample() -> tuple[list[reading.Body], list[tuple[Site, list[Page]]]]:
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


def main() -> None:
    bodies, units = _sample()
    reading.report("sample district", bodies)
    if SHARED.exists():
        reading.report("real pages", reading.real_pages(SHARED))
        gold.report(SHARED)
    else:
        print(f"real pages: skipped, nothing at {SHARED} (set GONGKAI_SHARED)")
    judging.report(units)


if __name__ == "__main__":
    main()
