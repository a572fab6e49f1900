"""The alerts raised so far and what became of telling them, beside the series; ``alerts.jsonl`` and ``alerts.txt`` are
written from it."""

import datetime as dt
import sqlite3
from collections.abc import Iterable
from pathlib import Path

import msgspec

from audit.files import write_text
from audit.scanning.alerts import Condition
from crawler.visits import ZONE

_SCHEMA = """
CREATE TABLE IF NOT EXISTS alerts (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL, kind TEXT NOT NULL, unit TEXT NOT NULL, text TEXT NOT NULL,
    raised TEXT NOT NULL, cleared TEXT
);
CREATE UNIQUE INDEX IF NOT EXISTS open_alerts ON alerts (key) WHERE cleared IS NULL;
CREATE TABLE IF NOT EXISTS deliveries (
    alert INTEGER NOT NULL, channel TEXT NOT NULL, sent TEXT, tries INTEGER NOT NULL, next TEXT NOT NULL,
    error TEXT NOT NULL, PRIMARY KEY (alert, channel)
) WITHOUT ROWID;
"""
_FIRST_WAIT, _LONGEST_WAIT = dt.timedelta(minutes=5), dt.timedelta(hours=6)


class AlertBook:
    """``db`` is the series' own, so that one lock holds both."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        db.executescript(_SCHEMA)

    def take(self, found: Iterable[Condition], channels: Iterable[str], now: dt.datetime) -> None:
        """Raises what holds and is not raised yet, clears what no longer holds; each in one transaction."""
        channels = list(channels)
        for condition in found:
            with self.db:
                self.db.execute("BEGIN")
                self._take(condition, channels, _stamp(now))

    def _take(self, condition: Condition, channels: list[str], now: str) -> None:
        if not condition.holds:
            self.db.execute("UPDATE alerts SET cleared = ? WHERE key = ? AND cleared IS NULL", (now, condition.key))
            return
        made = self.db.execute(
            "INSERT OR IGNORE INTO alerts (key, kind, unit, text, raised) VALUES (?, ?, ?, ?, ?)",
            (condition.key, condition.kind, condition.unit, condition.text, now),
        )
        if made.rowcount:
            for channel in channels:
                self.db.execute("INSERT INTO deliveries VALUES (?, ?, NULL, 0, ?, '')", (made.lastrowid, channel, now))

    def waiting(self, channel: str, now: dt.datetime) -> list[tuple[int, str]]:
        """Alerts still to be told on a channel, whose time to try (again) has come: id and text."""
        return self.db.execute(
            "SELECT alerts.id, text FROM alerts JOIN deliveries ON alert = alerts.id"
            " WHERE channel = ? AND sent IS NULL AND next <= ? ORDER BY alerts.id",
            (channel, _stamp(now)),
        ).fetchall()

    def told(self, channel: str, alerts: Iterable[int], now: dt.datetime, error: str = "") -> None:
        """Records that a message went out, or why it did not and when it is tried again."""
        with self.db:
            self.db.execute("BEGIN")
            for alert in alerts:
                (tries,) = self.db.execute(
                    "SELECT tries FROM deliveries WHERE alert = ? AND channel = ?", (alert, channel)
                ).fetchone()
                wait = min(_FIRST_WAIT * 2**tries, _LONGEST_WAIT) if tries < 10 else _LONGEST_WAIT
                self.db.execute(
                    "UPDATE deliveries SET sent = ?, tries = ?, next = ?, error = ? WHERE alert = ? AND channel = ?",
                    (None if error else _stamp(now), tries + 1, _stamp(now + wait), error[:300], alert, channel),
                )

    def write(self, folder: Path) -> None:
        """``alerts.jsonl``: all alerts, an object a line; ``alerts.txt``: for people, the open ones first."""
        lines: list[str] = []
        open_: list[str] = []
        closed: list[str] = []
        rows = self.db.execute("SELECT id, kind, unit, text, raised, cleared FROM alerts ORDER BY id")
        for identity, kind, unit, text, raised, cleared in rows.fetchall():
            told = self.db.execute(
                "SELECT channel, sent, tries, error FROM deliveries WHERE alert = ? ORDER BY channel", (identity,)
            ).fetchall()
            names = ("channel", "sent", "tries", "error")
            deliveries = [dict(zip(names, one, strict=True)) for one in told]
            line = {"id": identity, "kind": kind, "unit": unit, "text": text, "raised": raised, "cleared": cleared}
            lines.append(msgspec.json.encode({**line, "deliveries": deliveries}).decode() + "\n")
            failed = "".join(f"；{c}未送达：{e}" for c, sent, _, e in told if e and not sent)
            since = f"{_local(raised)}起" if not cleared else f"{_local(raised)}至{_local(cleared)}"
            (closed if cleared else open_).append(f"{since}  {text}{failed}\n")
        write_text(folder / "alerts.jsonl", "".join(lines))
        parts = [f"未消除的提醒（{len(open_)}条）\n", *open_, f"\n已消除的提醒（{len(closed)}条）\n", *closed]
        write_text(folder / "alerts.txt", "".join(parts))


def _stamp(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _local(stamp: str) -> str:
    return dt.datetime.fromisoformat(stamp).astimezone(ZONE).strftime("%Y-%m-%d %H:%M")
