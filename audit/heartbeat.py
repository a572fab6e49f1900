"""A run's sign of life in its inspection's folder: another process reads there whether it goes on, and how far it is."""

import datetime as dt
import os
import socket
from pathlib import Path
from time import monotonic

import msgspec

from audit.files import write_text

_EVERY = 5.0


class _Beat(msgspec.Struct, frozen=True):
    """``at`` is UTC."""

    host: str
    process: int
    at: dt.datetime
    said: str


class Heartbeat:
    """Written at most every five seconds, and taken away at the end."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / ".heartbeat.json"
        self._last = float("-inf")

    def beat(self, said: str) -> None:
        """``said``: how far the run is, in Chinese."""
        if monotonic() - self._last < _EVERY:
            return
        self._last = monotonic()
        beat = _Beat(socket.gethostname(), os.getpid(), dt.datetime.now(dt.UTC), said)
        write_text(self._path, msgspec.json.encode(beat).decode())

    def stop(self) -> None:
        self._path.unlink(missing_ok=True)

    def seen(self) -> str:
        """The last sign of another run's life in words; "" without one."""
        try:
            beat = msgspec.json.decode(self._path.read_bytes(), type=_Beat)
        except (OSError, msgspec.DecodeError):
            return ""
        ago = max(0, round((dt.datetime.now(dt.UTC) - beat.at).total_seconds()))
        return f"（{beat.host}上的进程{beat.process}，{ago}秒前：{beat.said}）"
