"""Ruled tables of a page that only knows where letters and lines lie: PDF and OFD. Pure.

Places run to the right and downwards, in points.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

_SNAP = 2.0
_REACH = 3.0
_SHORTEST = 4.0
_MAX_LINES = 400


@dataclass(frozen=True, slots=True)
class Glyph:
    """One letter and its box."""

    char: str
    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def cx(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def cy(self) -> float:
        return (self.y0 + self.y1) / 2


@dataclass(frozen=True, slots=True)
class Rule:
    """A drawn line: ``at`` is its y where it lies and its x where it stands, from ``start`` to ``end``."""

    at: float
    start: float
    end: float


@dataclass(slots=True)
class Grid:
    """A ruled table: its lines' places, and for every field the number of the region (merged cells) it lies in."""

    xs: list[float]
    ys: list[float]
    regions: list[list[int]]
    glyphs: dict[int, list[Glyph]] = field(default_factory=lambda: defaultdict(list))

    @property
    def top(self) -> float:
        return self.ys[0]

    @property
    def bottom(self) -> float:
        return self.ys[-1]

    def region_at(self, x: float, y: float) -> int | None:
        if not (self.xs[0] <= x < self.xs[-1] and self.ys[0] <= y < self.ys[-1]):
            return None
        return self.regions[bisect_right(self.ys, y) - 1][bisect_right(self.xs, x) - 1]


def find_grids(lying: Iterable[Rule], standing: Iterable[Rule]) -> list[Grid]:
    """Tables by their lines, top to bottom. Lines that cross or touch make one table; where the line between two
    fields is missing they are one merged cell."""
    flat, upright = _joined(lying), _joined(standing)
    if len(flat) > _MAX_LINES * 10 or len(upright) > _MAX_LINES * 10:
        return []
    grids = [
        grid for rules in _components(flat, upright) if (grid := _grid(*rules)) is not None
    ]  # fmt: skip
    return sorted(grids, key=lambda grid: (grid.top, grid.xs[0]))


def _joined(rules: Iterable[Rule]) -> list[Rule]:
    """Lines nearly on one another made one; pieces that touch put together."""
    ordered = sorted(rules, key=lambda rule: rule.at)
    groups: list[list[Rule]] = []
    for rule in ordered:
        if groups and rule.at - groups[-1][0].at <= _SNAP:
            groups[-1].append(rule)
        else:
            groups.append([rule])
    result = []
    for group in groups:
        at = sum(rule.at for rule in group) / len(group)
        pieces: list[list[float]] = []
        for rule in sorted(group, key=lambda rule: rule.start):
            if pieces and rule.start <= pieces[-1][1] + _REACH:
                pieces[-1][1] = max(pieces[-1][1], rule.end)
            else:
                pieces.append([rule.start, rule.end])
        result += [Rule(at, start, end) for start, end in pieces if end - start >= _SHORTEST]
    return result


def _components(flat: list[Rule], upright: list[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Lines that hang together, by union-find over their crossings."""
    parent = list(range(len(flat) + len(upright)))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for number, line in enumerate(flat):
        for other, post in enumerate(upright, len(flat)):
            if (
                line.start - _REACH <= post.at <= line.end + _REACH
                and post.start - _REACH <= line.at <= post.end + _REACH
            ):
                parent[root(number)] = root(other)
    parts: dict[int, tuple[list[Rule], list[Rule]]] = defaultdict(lambda: ([], []))
    for number, line in enumerate(flat):
        parts[root(number)][0].append(line)
    for other, post in enumerate(upright, len(flat)):
        parts[root(other)][1].append(post)
    return [part for part in parts.values() if len(part[0]) >= 2 and len(part[1]) >= 2]


def _grid(flat: list[Rule], upright: list[Rule]) -> Grid | None:
    xs, ys = _places(upright), _places(flat)
    if not (2 <= len(xs) <= _MAX_LINES and 2 <= len(ys) <= _MAX_LINES) or len(xs) + len(ys) < 5:
        return None
    columns, rows = len(xs) - 1, len(ys) - 1
    parent = list(range(rows * columns))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    posts, lines = _by_place(upright, xs), _by_place(flat, ys)
    for y in range(rows):
        for x in range(columns):
            here = y * columns + x
            if x + 1 < columns and not _covers(posts[x + 1], (ys[y] + ys[y + 1]) / 2):
                parent[root(here + 1)] = root(here)
            if y + 1 < rows and not _covers(lines[y + 1], (xs[x] + xs[x + 1]) / 2):
                parent[root(here + columns)] = root(here)
    regions = [[root(y * columns + x) for x in range(columns)] for y in range(rows)]
    return Grid(xs, ys, regions) if len({r for row in regions for r in row}) > 1 else None


def _places(rules: Sequence[Rule]) -> list[float]:
    places: list[float] = []
    for at in sorted(rule.at for rule in rules):
        if not places or at - places[-1] > _SNAP:
            places.append(at)
    return places


def _by_place(rules: Sequence[Rule], places: list[float]) -> list[list[Rule]]:
    found: list[list[Rule]] = [[] for _ in places]
    for rule in rules:
        found[min(range(len(places)), key=lambda n: abs(places[n] - rule.at))].append(rule)
    return found


def _covers(rules: list[Rule], place: float) -> bool:
    return any(rule.start <= place <= rule.end for rule in rules)
