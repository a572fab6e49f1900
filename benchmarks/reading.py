"""What reading a page costs against a bare ``lxml.html.fromstring`` of the same bytes, and where the time goes."""

import cProfile
import csv
import pstats
import statistics
from collections import Counter
from pathlib import Path

import lxml.etree
import lxml.html
from bs4 import BeautifulSoup

from benchmarks.timing import best_of
from crawler.facts import read_page

Body = tuple[bytes, str]
_ROWS = 16


def real_pages(shared: Path) -> list[Body]:
    """All saved pages with the address each was saved from."""
    with (shared / "manifest.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    found = []
    for row in rows:
        url = f"http://{row['site_domain'].strip('?')}/{row['path_in_repo']}"
        found.append(((shared / row["file"]).read_bytes(), url))
    return found


def report(name: str, bodies: list[Body]) -> None:
    """Prints medians over the pages: bare parse, BeautifulSoup's text, all facts; and a profile by source file."""
    bodies = [(body, url) for body, url in bodies if _parses(body)]
    for body, url in bodies:
        read_page(body, url)  # what is known of a site's menus is known after a few pages
    bare = [best_of(lambda b=body: lxml.html.fromstring(b), 5) for body, _ in bodies]
    facts = [best_of(lambda b=body, u=url: read_page(b, u)) for body, url in bodies]
    few = range(0, len(bodies), max(1, len(bodies) // 60))
    soup = [best_of(lambda b=bodies[n][0]: BeautifulSoup(b, "lxml").get_text(), 1) / bare[n] for n in few]
    size = statistics.median(len(body) for body, _ in bodies) / 1024
    print(f"{name}: {len(bodies)} pages, median of {size:.0f} KB; medians, and the median of the ratios")
    print(f"  lxml.html.fromstring {statistics.median(bare) * 1e3:6.2f} ms   1.0")
    print(f"  BeautifulSoup text          {statistics.median(soup):8.1f}")
    ratio = statistics.median(f / b for f, b in zip(facts, bare, strict=True))
    print(f"  all facts            {statistics.median(facts) * 1e3:6.2f} ms {ratio:5.1f}")
    _profile(bodies)


def _parses(body: bytes) -> bool:
    try:
        lxml.html.fromstring(body)
    except (lxml.etree.ParserError, ValueError):
        return False
    return True


def _profile(bodies: list[Body]) -> None:
    """Where the time of all facts goes, by source file, the cost of measuring included."""
    profile = cProfile.Profile()
    profile.enable()
    for body, url in bodies:
        read_page(body, url)
    profile.disable()
    spent: Counter[str] = Counter()
    for (file, _, function), (_, _, own, _, _) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        place = file.split("/crawler/")[-1] if "/crawler/" in file else f"({function})" if file == "~" else "other"
        spent[place] += own
    total = sum(spent.values())
    shares = ", ".join(f"{place} {100 * own / total:.0f} %" for place, own in spent.most_common(_ROWS))
    print(f"  profile of all facts: {shares}")
