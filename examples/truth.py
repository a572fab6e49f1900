"""What an honest inspector would find in the sample district, written from what was planted there."""

import datetime as dt
from dataclasses import dataclass

import yaml

from examples.state import TRUTH

Subject = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Expected:
    """One unit in one month: ``failed`` and ``cant_tell`` hold (mandate, subject); every other duty is met or does not
    bind. A record that is an alias of another is left out. ``unseen``: why the whole unit was not seen, so that nothing may be
    said of it. ``traps`` say what looks like a defect and is none."""

    failed: frozenset[Subject]
    cant_tell: frozenset[Subject]
    traps: tuple[str, ...]
    unseen: str = ""


def truth() -> dict[dt.date, dict[str, Expected]]:
    """By month and unit."""
    data = yaml.safe_load(TRUTH.read_text("utf-8"))
    return {
        month: {
            unit: Expected(
                _pairs(found.get("failed")),
                _pairs(found.get("cant_tell")),
                tuple(found.get("traps") or ()),
                found.get("unseen", ""),
            )
            for unit, found in units.items()
        }
        for month, units in data.items()
    }


def answered() -> frozenset[str]:
    """The mandates for which ``cant_tell`` is complete; ``failed`` is for all."""
    return frozenset(yaml.safe_load((TRUTH.parent.parent / "answered.yaml").read_text("utf-8"))["answered"])


def _pairs(rows: list[dict[str, str]] | None) -> frozenset[Subject]:
    return frozenset((row["mandate"], row["subject"]) for row in rows or ())
