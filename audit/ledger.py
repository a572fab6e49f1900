"""The life of a problem across inspections. Pure: inspections in order in, states out; today is an argument.

A problem is (unit, mandate, subject). It opens when it is found, and is mended only when a later inspection saw the page and
it passed: a duty that cannot be told, does not apply or was not asked closes nothing.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from rules.findings import Outcome
from rules.workdays import UnknownYear, add_workdays, workdays_between

#: Working days to mend a problem where nobody set another day; what draft bulletins ask for.
WORKDAYS = 10
#: Reminders go out in the last working days before a deadline.
REMIND = 3


class Opinion(StrEnum):
    """What a person may say: of a failed finding the first four, of one the machine left open the others."""

    CONFIRMED = "属实"
    FALSE_ALARM = "误报"
    CLAIMED = "已报整改"
    EXEMPT = "例外"
    PASSED = "合格"
    FAILED = "不合格"
    INAPPLICABLE = "不适用"
    UNKNOWN = "无法核实"


#: What a finding comes to when a person has said so.
VERDICTS = {
    Opinion.FALSE_ALARM: Outcome.PASSED,
    Opinion.PASSED: Outcome.PASSED,
    Opinion.FAILED: Outcome.FAILED,
    Opinion.INAPPLICABLE: Outcome.INAPPLICABLE,
}


class Status(StrEnum):
    """What is kept of a problem's standing; the rest depends on the day one asks."""

    OPEN = "open"
    CLAIMED = "claimed"
    MENDED = "mended"
    DISMISSED = "dismissed"


class Standing(StrEnum):
    """What a problem is called on a day."""

    OVERDUE = "逾期"
    REOPENED = "复发"
    NEW = "新增"
    OPEN = "未整改"
    CLAIMED = "已报整改待核实"
    EXEMPTED = "例外"
    MENDED = "已核实整改"
    DISMISSED = "误报"


#: Those that somebody still has to do something about.
WAITING = (Standing.OVERDUE, Standing.REOPENED, Standing.NEW, Standing.OPEN, Standing.CLAIMED)


@dataclass(slots=True)
class State:
    """One problem. ``opened``: the day it was found this time; ``times``: inspections that found it; ``reopened``: how often
    it came back after it was closed; ``refuted``: how often it was found again after the unit had called it mended;
    ``unseen``: the last inspection day it could not be looked at again, if none saw it since; ``closed_by``: the
    inspection that saw it mended, or the reviewer."""

    status: Status
    first_seen: dt.date
    last_seen: dt.date
    opened: dt.date
    last_inspection: str
    message: str
    url: str
    points: float
    times: int = 1
    reopened: int = 0
    refuted: int = 0
    claimed: dt.date | None = None
    closed: dt.date | None = None
    closed_by: str = ""
    unseen: dt.date | None = None
    deadline: dt.date | None = None
    responsible: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """What a failed finding said."""

    message: str
    url: str
    points: float = 0.0


@dataclass(frozen=True, slots=True)
class Said:
    """A person's word on one duty in one inspection."""

    opinion: Opinion
    day: dt.date
    reviewer: str = ""
    note: str = ""
    responsible: str = ""
    deadline: dt.date | None = None


@dataclass(slots=True)
class Slot:
    """What one inspection and the people who reviewed it found about one unit. ``outcomes`` by mandate and subject, aliases
    folded into what they stand for, the gravest counting; ``saw(url)``: whether that page was looked at and was ok."""

    day: dt.date
    inspection: str
    outcomes: Mapping[tuple[str, str], Outcome]
    failures: Mapping[tuple[str, str], Failure]
    saw: Callable[[str], bool]
    said: Mapping[tuple[str, str], Said] = field(default_factory=dict)
    notice_deadline: dt.date | None = None


def advance(states: dict[tuple[str, str], State], slot: Slot) -> set[tuple[str, str]]:
    """Moves one unit's problems on by one inspection, later than all before; returns the keys of those that changed."""
    changed = set()
    by_mandate: dict[str, set[Outcome]] = {}
    for key in dict.fromkeys((*states, *slot.failures, *slot.said)):
        state, said = states.get(key), slot.said.get(key)
        outcome = slot.outcomes.get(key)
        if said and said.opinion in VERDICTS:
            outcome = VERDICTS[said.opinion]
        elif outcome is None and state is not None and _is_open(state):
            if not by_mandate:
                for (mandate, _), one in slot.outcomes.items():
                    by_mandate.setdefault(mandate, set()).add(one)
            outcome = _vanished(state, by_mandate.get(key[0], set()), slot)
        moved = _moved(state, slot, key, outcome, said)
        if moved is not None:
            states[key] = moved
            changed.add(key)
    return changed


def _is_open(state: State) -> bool:
    return state.status in (Status.OPEN, Status.CLAIMED)


def _vanished(state: State, now: set[Outcome], slot: Slot) -> Outcome | None:
    """A subject that no longer comes up passed only when its page was seen again and all that its mandate met there passed."""
    if not now:
        return None
    return Outcome.PASSED if now == {Outcome.PASSED} and state.url and slot.saw(state.url) else Outcome.CANT_TELL


def _moved(
    state: State | None, slot: Slot, key: tuple[str, str], outcome: Outcome | None, said: Said | None
) -> State | None:
    """The state after a slot; None where there is no problem or nothing is new."""
    false_alarm = said is not None and said.opinion is Opinion.FALSE_ALARM
    if outcome is Outcome.FAILED or (false_alarm and slot.outcomes.get(key) is Outcome.FAILED):
        failure = slot.failures.get(key) or Failure(said.note if said else "", "")
        state = _found(state, slot, failure)
        if said:
            _reviewed(state, said)
        return state
    if state is None or not _is_open(state):
        return None
    if outcome is Outcome.PASSED:
        state.status, state.closed, state.unseen = Status.MENDED, slot.day, None
        state.closed_by = said.reviewer if said else slot.inspection
    else:
        if outcome is not None:
            state.unseen = slot.day
        if said:
            _reviewed(state, said)
    return state


def _found(state: State | None, slot: Slot, failure: Failure) -> State:
    """A problem that was found in a slot, new or again."""
    if state is None:
        state = State(Status.OPEN, slot.day, slot.day, slot.day, slot.inspection, failure.message, failure.url, failure.points)  # fmt: skip
        state.deadline = slot.notice_deadline or _deadline(slot.day)
        return state
    if _is_open(state):
        if state.status is Status.CLAIMED:
            state.refuted += 1
        state.deadline = slot.notice_deadline or state.deadline
    elif state.status is Status.DISMISSED:  # what was a false alarm is no relapse
        state.first_seen = state.opened = slot.day
        state.times, state.deadline = 0, slot.notice_deadline or _deadline(slot.day)
    else:
        state.reopened += 1
        state.opened = slot.day
        state.deadline = slot.notice_deadline or _deadline(slot.day)
    state.status, state.claimed, state.closed, state.closed_by, state.unseen = Status.OPEN, None, None, "", None
    state.last_seen, state.last_inspection, state.times = slot.day, slot.inspection, state.times + 1
    state.message, state.url, state.points = failure.message, failure.url, failure.points
    return state


def _reviewed(state: State, said: Said) -> None:
    state.responsible = said.responsible or state.responsible
    state.deadline = said.deadline or state.deadline
    if said.opinion is Opinion.CLAIMED:
        state.status, state.claimed = Status.CLAIMED, said.day
    elif said.opinion is Opinion.FALSE_ALARM:
        state.status, state.closed, state.closed_by = Status.DISMISSED, said.day, said.reviewer


def _deadline(day: dt.date) -> dt.date | None:
    """None where the holidays of the year are not known yet."""
    try:
        return add_workdays(day, WORKDAYS)
    except UnknownYear:
        return None


def standing(state: State, as_of: dt.date, *, exempt: bool) -> Standing:
    """What to call a problem on a day. An exemption holds back chasing, it closes nothing."""
    if state.status is Status.DISMISSED:
        return Standing.DISMISSED
    if state.status is Status.MENDED:
        return Standing.MENDED
    if exempt:
        return Standing.EXEMPTED
    if state.status is Status.CLAIMED:
        return Standing.CLAIMED
    if state.deadline is not None and state.deadline < as_of:
        return Standing.OVERDUE
    if state.reopened:
        return Standing.REOPENED
    return Standing.NEW if state.times == 1 and state.unseen is None else Standing.OPEN


def reminder(state: State, as_of: dt.date, called: Standing) -> str:
    """What to remind a unit of on a day, or ""."""
    if called not in WAITING or called is Standing.CLAIMED or state.deadline is None:
        return ""
    try:
        left, unit = workdays_between(as_of, state.deadline), "个工作日"
    except UnknownYear:
        left, unit = (state.deadline - as_of).days, "天"
    if state.deadline < as_of:
        return f"已逾期{max(-left, 1)}{unit}"
    if left > REMIND:
        return ""
    return f"还剩{left}{unit}" if left else "今天到期"
