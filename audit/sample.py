"""A sample of units for a quarterly inspection: by level, from a seed, the same on every machine, kept with the inspection."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from audit.files import write_text
from audit.inspection import digest_of
from crawler.records import LEVELS, BadInput, Site

NAME = "sample.json"


@dataclass(frozen=True, slots=True)
class Sample:
    """What was drawn and from what: anyone can draw it again. ``strata``: level -> (units listed, units drawn);
    ``frame``: digest of the whole list."""

    seed: str
    size: int
    frame: str
    strata: dict[str, tuple[int, int]]
    units: tuple[str, ...]


def draw(sites: Sequence[Site], size: int, seed: str) -> Sample:
    """``size`` units, shared among levels in proportion (largest remainders first, a level with units gets at least one
    where there are enough); within a level those whose SHA-256 of seed and id comes first. Raises ``BadInput``."""
    if size > len(sites):
        raise BadInput(f"名单里只有{len(sites)}个单位，抽不出{size}个，请改小 --sample")
    by_level = {level: [s for s in sites if s.level == level] for level in LEVELS}
    strata = {level: own for level, own in by_level.items() if own}
    shares = _shares({level: len(own) for level, own in strata.items()}, size)
    drawn: set[str] = set()
    for level, own in strata.items():
        drawn |= {site.id for site in sorted(own, key=lambda s: (_rank(seed, s.id), s.id))[: shares[level]]}
    counts = {level: (len(own), shares[level]) for level, own in strata.items()}
    return Sample(seed, size, digest_of(list(sites)), counts, tuple(site.id for site in sites if site.id in drawn))


def _rank(seed: str, unit: str) -> str:
    return hashlib.sha256(f"{seed}\n{unit}".encode()).hexdigest()


def _shares(counts: dict[str, int], size: int) -> dict[str, int]:
    total = sum(counts.values())
    least = 1 if size >= len(counts) else 0
    shares = {level: max(least, size * n // total) for level, n in counts.items()}
    by_remainder = sorted(counts, key=lambda level: (-(size * counts[level] % total), list(counts).index(level)))
    while sum(shares.values()) < size:
        level = next(x for x in by_remainder if shares[x] < counts[x])
        shares[level] += 1
        by_remainder.append(by_remainder.pop(by_remainder.index(level)))
    while sum(shares.values()) > size:
        level = max(shares, key=lambda x: (shares[x], -list(counts).index(x)))
        shares[level] -= 1
    return shares


def keep(sample: Sample, folder: Path) -> None:
    """Writes ``sample.json`` into an inspection's folder."""
    write_text(folder / NAME, msgspec.json.format(msgspec.json.encode(sample), indent=1).decode() + "\n")
