"""Which address of a unit next, within its budget. Pure: no Scrapy, no clock, no network.

The same tasks offered in the same order come out in the same order: a crawl cut short by its budget looks at the
same pages every time.
"""

import heapq
from dataclasses import dataclass

from crawler.records import KINDS, Task

#: Pages per unit where the command line names no number.
PAGES = dict(zip(KINDS, (30, 600, 600, 1500), strict=True))

# Order of service, and the share of the budget after which a class waits until the later ones are served.
_CLASSES = (
    ("robots", 1.0),
    ("home", 1.0),
    ("probe", 1.0),
    ("platform", 1.0),
    ("key", 0.4),
    ("column", 0.4),
    ("key_article", 0.2),
    ("list", 0.15),
    ("article", 0.5),
    ("link", 0.2),
    ("confirm", 1.0),
)
_ORDER = {name: index for index, (name, _) in enumerate(_CLASSES)}
_FREE = ("robots", "probe", "confirm")


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits of one unit's walk. ``pages`` counts addresses asked for, ``depth`` links from the home page,
    ``seconds`` wall time (kept by the caller), ``drawings`` pages drawn by a browser."""

    pages: int = 600
    depth: int = 6
    seconds: float = 7200.0
    drawings: int = 60


class Frontier:
    """What waits, by class, and what is known."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.seen: set[str] = set()
        self.taken = 0
        self._heaps: dict[str, list[tuple[int, int, int, Task]]] = {name: [] for name, _ in _CLASSES}
        self._served: dict[str, int] = dict.fromkeys(_ORDER, 0)
        self._count = 0

    def offer(self, task: Task, kind: str, key: str) -> bool:
        """Takes a task unless its address (``key``, one spelling per page) is known or lies too deep."""
        if key in self.seen or task.depth > self.budget.depth:
            return False
        self.seen.add(key)
        self._push(task, kind)
        return True

    def again(self, task: Task) -> None:
        """Takes a task whose address is known: a second look."""
        self._push(task, "confirm")

    def _push(self, task: Task, kind: str) -> None:
        self._count += 1
        heapq.heappush(self._heaps[kind], (task.rank, task.depth, self._count, task))

    def next(self) -> Task | None:
        """The next task, or None when nothing waits or the budget is spent."""
        kind = self._choose()
        if kind is None:
            return None
        self._served[kind] += 1
        if kind not in _FREE:
            self.taken += 1
        return heapq.heappop(self._heaps[kind])[3]

    def _choose(self) -> str | None:
        waiting = [name for name, _ in _CLASSES if self._heaps[name]]
        if self.taken >= self.budget.pages:
            waiting = [name for name in waiting if name in _FREE]
        for name in waiting:
            if self._served[name] < _CLASSES[_ORDER[name]][1] * self.budget.pages:
                return name
        return waiting[0] if waiting else None

    def leftover(self) -> list[Task]:
        """Tasks never taken, in the order they would have been."""
        return [entry[3] for name, _ in _CLASSES for entry in sorted(self._heaps[name], key=lambda e: e[:3])]
