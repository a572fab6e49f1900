"""The site list as the stages use it: read by the crawler, what it says of mandates held against the mandates."""

from dataclasses import replace
from pathlib import Path

from crawler.records import Site
from crawler.sites import read_sites
from rules.mandate import MandateSet, load_mandates


def read_units(path: Path) -> list[Site]:
    """Raises ``BadInput`` with one line per fault. A mandate that sums up others stands for those too."""
    sites = read_sites(path)
    if not any(site.without or site.also for site in sites):
        return sites  # the mandates take half a second to read: not for a crawl that needs none
    mandates = load_mandates()
    sites = read_sites(path, {"without": mandates.names, "also": mandates.by_id.keys()})
    return [replace(site, without=_whole(site.without, mandates), also=_whole(site.also, mandates)) for site in sites]


def _whole(names: tuple[str, ...], mandates: MandateSet) -> tuple[str, ...]:
    parts = (mandates.parts(name) if name in mandates.by_id else (name,) for name in names)
    return tuple(dict.fromkeys(part for one in parts for part in one))
