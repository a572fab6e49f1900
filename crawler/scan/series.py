"""The series of visits: an SQLite file that only grows. A visit is one transaction; what a kill interrupts was not."""

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout

from crawler.records import BadInput, Site, why_unread
from crawler.visits import Visit

NAME = "series.sqlite"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS visits (
    unit TEXT NOT NULL, day TEXT NOT NULL, number INTEGER NOT NULL, url TEXT NOT NULL, status TEXT NOT NULL,
    first_byte REAL, total REAL, visit BLOB NOT NULL, PRIMARY KEY (unit, day, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS info (key TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class Series:
    """``folder/series.sqlite``. Raises ``BadInput`` where it cannot be opened."""

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        self.folder = folder
        path = folder / NAME
        try:
            if read_only:
                self.db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
            else:
                folder.mkdir(parents=True, exist_ok=True)
                self.db = sqlite3.connect(path, isolation_level=None)
                self.db.execute("PRAGMA journal_mode=WAL")
                self.db.execute("PRAGMA synchronous=FULL")
                self.db.executescript(_SCHEMA)
            self.db.execute("SELECT 1 FROM visits LIMIT 1")
        except OSError as error:
            raise BadInput(f"{folder}: 不能在这里写监测数据（{why_unread(error)}），请换一个 --output") from error
        except sqlite3.Error as error:
            raise BadInput(f"{path}: 不是日扫描的数据文件，或已损坏（{error}）") from error

    def __enter__(self) -> "Series":
        return self

    def __exit__(self, *_: object) -> None:
        self.db.close()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Holds the series for one run; a second run is refused. Raises ``BadInput``."""
        try:
            with FileLock(self.folder / ".lock", timeout=0):
                yield
        except Timeout as error:
            raise BadInput(f"{self.folder}: 另一个日扫描正在运行，请等它结束") from error

    def seed(self, wanted: str) -> str:
        """The seed of the plans: the first ever given stays."""
        self.db.execute("INSERT OR IGNORE INTO info VALUES ('seed', ?)", (wanted,))
        (kept,) = self.db.execute("SELECT value FROM info WHERE key = 'seed'").fetchone()
        return str(kept)

    def add(self, visit: Visit) -> None:
        """Keeps a visit; one of the same unit, day and number stays as it was."""
        self.db.execute(
            "INSERT OR IGNORE INTO visits VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (visit.unit, visit.day, visit.number, visit.url, visit.status, visit.first_byte, visit.total,
             msgspec.json.encode(visit)),
        )  # fmt: skip

    def done(self, unit: str, day: dt.date) -> set[int]:
        """Numbers of a unit's visits made on a day."""
        rows = self.db.execute("SELECT number FROM visits WHERE unit = ? AND day = ?", (unit, day.isoformat()))
        return {number for (number,) in rows}

    def visits(self, site: Site, first: dt.date, last: dt.date) -> list[Visit]:
        """A unit's visits of the days from ``first`` to ``last``, in order; those made to another address before the
        list was changed are left out."""
        rows = self.db.execute(
            "SELECT visit FROM visits WHERE unit = ? AND url = ? AND day BETWEEN ? AND ? ORDER BY day, number",
            (site.id, site.url, first.isoformat(), last.isoformat()),
        )
        return sorted((msgspec.json.decode(blob, type=Visit) for (blob,) in rows), key=lambda visit: visit.at)
