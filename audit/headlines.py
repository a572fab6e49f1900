"""The three failures for which CQ2022-5.17.5 has units criticised by name, each summed up from the duties that show it. A lead, no verdict."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from rules.findings import Finding, Outcome

CLAUSE = "CQ2022-5.17.5"
RAISED, CLEAR, UNSURE, IDLE = "有线索", "未发现", "看不全", "不适用"
_FILE = Path(__file__).with_suffix(".yaml")


@dataclass(frozen=True, slots=True)
class Headline:
    """``state`` is one of the four words; ``failed`` the mandates behind ``RAISED``, ``open`` how many duties could not be told."""

    name: str
    state: str
    failed: tuple[str, ...]
    open: int


@cache
def table() -> dict[str, tuple[str, ...]]:
    """Mandates by headline."""
    return {name: tuple(ids) for name, ids in yaml.safe_load(_FILE.read_text("utf-8")).items()}


def headlines(findings: Iterable[Finding]) -> list[Headline]:
    """Of one unit's findings."""
    found = [(f.mandate, f.outcome) for f in findings]
    told = []
    for name, ids in table().items():
        own = [(mandate, outcome) for mandate, outcome in found if mandate in ids]
        failed = tuple(dict.fromkeys(m for m, outcome in own if outcome is Outcome.FAILED))
        open_ = sum(outcome in (Outcome.CANT_TELL, Outcome.UNTESTED) for _, outcome in own)
        passed = any(outcome is Outcome.PASSED for _, outcome in own)
        state = RAISED if failed else UNSURE if open_ else CLEAR if passed else IDLE
        told.append(Headline(name, state, failed, open_))
    return told
