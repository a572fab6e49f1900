"""Which address of a unit next, within its budget. Pure: no Scrapy, no clock, no network.

The same tasks offered in the same order come out in the same order: a crawl cut short by its budget looks at the
same pages every time. What waits lies in a temporary database, so that a portal five times as large takes no more memory.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

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


_WAITING = """
PRAGMA journal_mode=OFF;
PRAGMA cache_size=-512;
CREATE TABLE waiting (class INTEGER, rank INTEGER, depth INTEGER, number INTEGER, task BLOB NOT NULL,
    PRIMARY KEY (class, rank, depth, number)) WITHOUT ROWID;
"""
_FIRST = "DELETE FROM waiting WHERE (class, rank, depth, number) = (SELECT class, rank, depth, number FROM waiting WHERE class = ? ORDER BY rank, depth, number LIMIT 1) RETURNING task"


class Frontier:
    """What waits, by class, and what is known."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.taken = 0
        self._seen: set[int] = set()  # hashes: a third of what the addresses would take
        self._waiting = [0] * len(_CLASSES)
        self._served = [0] * len(_CLASSES)
        self._count = 0
        self._db = sqlite3.connect("", isolation_level=None)  # in memory while it is small, then a file without a name
        self._db.executescript(_WAITING)

    def knows(self, key: str) -> bool:
        """Whether an address (``key``, one spelling per page) was offered before."""
        return hash(key) in self._seen

    def learn(self, key: str) -> None:
        """Takes an address for offered: its page came by another one."""
        self._seen.add(hash(key))

    def offer(self, task: Task, kind: str, key: str) -> bool:
        """Takes a task unless its address is known or lies too deep."""
        if self.knows(key) or task.depth > self.budget.depth:
            return False
        self.learn(key)
        self._push(task, kind)
        return True

    def again(self, task: Task) -> None:
        """Takes a task whose address is known: a second look."""
        self._push(task, "confirm")

    def _push(self, task: Task, kind: str) -> None:
        self._count += 1
        place = _ORDER[kind]
        self._waiting[place] += 1
        row = (place, task.rank, task.depth, self._count, msgspec.msgpack.encode(task))
        self._db.execute("INSERT INTO waiting VALUES (?, ?, ?, ?, ?)", row)

    def next(self) -> Task | None:
        """The next task, or None when nothing waits or the budget is spent."""
        place = self._choose()
        if place is None:
            return None
        self._waiting[place] -= 1
        self._served[place] += 1
        if _CLASSES[place][0] not in _FREE:
            self.taken += 1
        (task,) = self._db.execute(_FIRST, (place,)).fetchone()
        return _task(task)

    def _choose(self) -> int | None:
        waiting = [place for place, count in enumerate(self._waiting) if count]
        if self.taken >= self.budget.pages:
            waiting = [place for place in waiting if _CLASSES[place][0] in _FREE]
        for place in waiting:
            if self._served[place] < _CLASSES[place][1] * self.budget.pages:
                return place
        return waiting[0] if waiting else None

    def leftover(self) -> Iterator[Task]:
        """Tasks never taken, in the order they would have been."""
        for (task,) in self._db.execute("SELECT task FROM waiting ORDER BY class, rank, depth, number"):
            yield _task(task)

    def close(self) -> None:
        self._db.close()


def _task(packed: bytes) -> Task:
    return msgspec.msgpack.decode(packed, type=Task)
