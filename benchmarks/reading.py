"""What reading a page costs against a bare ``lxml.html.fromstring`` of the same bytes, and where the time goes."""

import cProfile
import csv
import functools
import gc
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
_ROWS, _ROUNDS = 20, 4


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
    bare, once, again = _timed(bodies)
    few = range(0, len(bodies), max(1, len(bodies) // 60))
    soup = [best_of(lambda b=bodies[n][0]: BeautifulSoup(b, "lxml").get_text(), 1) / bare[n] for n in few]
    size = statistics.median(len(body) for body, _ in bodies) / 1024
    print(f"{name}: {len(bodies)} pages, median of {size:.0f} KB; medians, and the median of the ratios")
    print(f"  lxml.html.fromstring        {statistics.median(bare) * 1e3:6.2f} ms   1.0")
    print(f"  BeautifulSoup text                 {statistics.median(soup):8.1f}")
    ratio = _row("all facts, as in a crawl", once, bare)
    _row("all facts, page seen before", again, bare)
    _profile(bodies, ratio)


def _row(name: str, times: list[float], bare: list[float]) -> float:
    ratio = statistics.median(time / base for time, base in zip(times, bare, strict=True))
    print(f"  {name:<27} {statistics.median(times) * 1e3:6.2f} ms {ratio:5.1f}")
    return ratio


def _timed(bodies: list[Body]) -> tuple[list[float], list[float], list[float]]:
    """The best of some rounds, page by page: of a bare parse; of all facts, when a page finds remembered only what pages
    before it had in common with it; of all facts once more. The three are timed in turn: what else the machine does
    touches all alike."""
    bare, once, again = ([float("inf")] * len(bodies) for _ in range(3))
    for _ in range(_ROUNDS):
        _forget()
        for place, (body, url) in enumerate(bodies):
            bare[place] = min(bare[place], best_of(lambda b=body: lxml.html.fromstring(b), 2))
            once[place] = min(once[place], best_of(lambda b=body, u=url: read_page(b, u), 1))
            again[place] = min(again[place], best_of(lambda b=body, u=url: read_page(b, u), 1))
    return bare, once, again


def _forget() -> None:
    """Empties what readers remember of texts; word lists and patterns stay."""
    for known in gc.get_objects():
        if isinstance(known, functools._lru_cache_wrapper) and known.cache_parameters()["maxsize"] is not None:
            known.cache_clear()


def _parses(body: bytes) -> bool:
    try:
        lxml.html.fromstring(body)
    except (lxml.etree.ParserError, ValueError):
        return False
    return True


def _profile(bodies: list[Body], ratio: float) -> None:
    """Where the time of all facts goes, by source file, in multiples of the bare parse: what a file calls in C counts as
    its own. The cost of measuring is included, which makes much of many small calls."""
    _forget()
    profile = cProfile.Profile()
    profile.enable()
    for body, url in bodies:
        read_page(body, url)
    profile.disable()
    spent: Counter[str] = Counter()
    for (file, _, _), (_, _, own, _, callers) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        if file == "~":
            for (caller, _, _), (_, _, part, _) in callers.items():
                spent[_place(caller)] += part
        else:
            spent[_place(file)] += own
    total = sum(spent.values())
    shares = ", ".join(f"{place} {ratio * own / total:.2f}" for place, own in spent.most_common(_ROWS))
    print(f"  the {ratio:.1f} by source file: {shares}")


def _place(file: str) -> str:
    return file.split("/crawler/")[-1] if "/crawler/" in file else "libraries"
