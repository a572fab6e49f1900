"""What a check says (``Verdict``) and what the engine makes of it (``Finding``)."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from crawler.records import Page


class Outcome(StrEnum):
    """W3C EARL's five outcomes."""

    PASSED = "passed"  # 合格
    FAILED = "failed"  # 不合格
    CANT_TELL = "cant_tell"  # 待核
    INAPPLICABLE = "inapplicable"  # 不适用
    UNTESTED = "untested"  # 需人工


@dataclass(frozen=True, slots=True)
class Verdict:
    """One judgement of a check.

    ``subject`` is what was judged, equal from run to run ("" stands for the mandate itself); ``message`` says it in
    Chinese for an editor; ``quote`` are the words on the page, ``seen``/``wanted`` what was there and what should be;
    ``page`` is the page that proves it, ``looked`` the addresses an absence was looked for on; ``monitored``: seen all through the
    monitoring window of a veto, not in one inspection only.
    """

    outcome: Outcome
    message: str
    subject: str = ""
    quote: str = ""
    seen: str = ""
    wanted: str = ""
    page: Page | None = None
    looked: tuple[str, ...] = ()
    monitored: bool = False


def passed(message: str, **more: Any) -> Verdict:
    """合格."""
    return Verdict(Outcome.PASSED, message, **more)


def failed(message: str, **more: Any) -> Verdict:
    """不合格."""
    return Verdict(Outcome.FAILED, message, **more)


def cant_tell(message: str, **more: Any) -> Verdict:
    """待核."""
    return Verdict(Outcome.CANT_TELL, message, **more)


def inapplicable(message: str, **more: Any) -> Verdict:
    """不适用."""
    return Verdict(Outcome.INAPPLICABLE, message, **more)


def untested(message: str, **more: Any) -> Verdict:
    """需人工."""
    return Verdict(Outcome.UNTESTED, message, **more)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of ``findings.jsonl``. ``points`` is what the scheme takes off for it, filled in by scoring."""

    inspection: str
    unit: str
    mandate: str
    check: str
    subject: str
    outcome: Outcome
    message: str
    quote: str = ""
    seen: str = ""
    wanted: str = ""
    url: str = ""
    sha256: str = ""
    fetched_at: str = ""
    points: float = 0.0
    looked: tuple[str, ...] = field(default_factory=tuple)
    monitored: bool = False
