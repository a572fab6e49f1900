"""What judging costs: the sample district, and one unit's pages grown tenfold and tenfold again."""

from collections.abc import Sequence
from dataclasses import replace

from benchmarks.timing import best_of
from crawler.records import Page, Site
from examples import MONTHS
from rules.engine import Engine
from rules.mandate import load_mandates

_SIZES = (300, 3_000, 30_000)


def report(units: Sequence[tuple[Site, list[Page]]]) -> None:
    """Prints seconds for each 300 pages: of all units, then of one unit at growing sizes, where the figure should not
    rise."""
    mandates = load_mandates().mandates
    pages = sum(len(p) for _, p in units)

    def judge(of: Sequence[tuple[Site, list[Page]]]) -> None:
        engine = Engine(mandates, MONTHS[0], "bench")
        for site, own in of:
            engine.judge(site, own)

    seconds = best_of(lambda: judge(units))
    print(f"judging: {len(mandates)} mandates, {len(units)} units, {pages} pages: {seconds * 1e3:.0f} ms,", end=" ")
    print(f"{seconds / pages * 300:.3f} s per 300 pages")
    site, own = max(units, key=lambda unit: len(unit[1]))
    for size in _SIZES:
        one = [(site, _grown(own, size))]
        seconds = best_of(lambda one=one: judge(one), 3 if size < _SIZES[-1] else 1)  # type: ignore[misc]
        print(f"judging: one unit of {size:,} pages: {seconds:.2f} s, {seconds / size * 300:.3f} s per 300 pages")


def _grown(pages: list[Page], size: int) -> list[Page]:
    """A unit's pages and copies of its articles under addresses and titles of their own, so many in all."""
    articles = [(page, page.facts) for page in pages if page.ok and page.facts and page.facts.kind == "article"]
    last = pages[-1].seq
    found = list(pages)
    for number in range(size - len(pages)):
        page, facts = articles[number % len(articles)]
        url, title = f"{page.task.url}?{number}", f"{facts.title}（{number}）"
        copy = replace(facts, url=url, title=title)
        found.append(replace(page, seq=last + 1 + number, final_url=url, task=replace(page.task, url=url), facts=copy))
    return found
