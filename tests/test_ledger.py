"""The life of a problem: what opens it, what closes it, what does not; deadlines in working days."""

import datetime as dt
from collections.abc import Callable

import pytest

from audit.ledger import Failure, Opinion, Said, Slot, Standing, State, Status, advance, reminder, standing
from rules.findings import Outcome

KEY = ("GW19-D04", "栏目:工作动态")
F, P, C, N = Outcome.FAILED, Outcome.PASSED, Outcome.CANT_TELL, Outcome.INAPPLICABLE
DAYS = [dt.date(2022, month, 25) for month in range(1, 13)]
URL = "http://a.gov.cn/dt/"


def _slot(
    number: int, outcomes: dict[tuple[str, str], Outcome], said: Said | None = None,
    saw: Callable[[str], bool] = lambda url: url == URL,
) -> Slot:  # fmt: skip
    failures = {key: Failure("三个月没有更新", URL, 2.0) for key, outcome in outcomes.items() if outcome is F}
    return Slot(DAYS[number], f"m{number}", outcomes, failures, saw, {KEY: said} if said else {})


def _life(*slots: Slot) -> State:
    states: dict[tuple[str, str], State] = {}
    for slot in slots:
        advance(states, slot)
    return states[KEY]


def _said(opinion: Opinion, number: int, **more: object) -> Said:
    return Said(opinion, DAYS[number], "张三", "说明", **more)  # type: ignore[arg-type]


def test_found_seen_again_mended_and_back() -> None:
    slots = [_slot(0, {KEY: F}), _slot(1, {KEY: F}), _slot(2, {KEY: P}), _slot(3, {KEY: P}), _slot(4, {KEY: F})]
    new = _life(*slots[:1])
    assert (new.status, new.first_seen, new.times) == (Status.OPEN, DAYS[0], 1)
    assert standing(new, DAYS[0], exempt=False) is Standing.NEW
    again = _life(*slots[:2])
    assert (again.first_seen, again.last_seen, again.times, again.opened) == (DAYS[0], DAYS[1], 2, DAYS[0])
    mended = _life(*slots[:4])
    assert (mended.status, mended.closed, mended.closed_by) == (Status.MENDED, DAYS[2], "m2")
    back = _life(*slots)
    assert (back.status, back.reopened, back.opened, back.first_seen, back.closed) == (
        Status.OPEN,
        1,
        DAYS[4],
        DAYS[0],
        None,
    )
    assert standing(back, DAYS[4], exempt=False) is Standing.REOPENED


@pytest.mark.parametrize("outcome", [C, N, Outcome.UNTESTED])
def test_what_was_not_seen_to_pass_closes_nothing(outcome: Outcome) -> None:
    state = _life(_slot(0, {KEY: F}), _slot(1, {KEY: outcome}))
    assert (state.status, state.unseen, state.last_seen) == (Status.OPEN, DAYS[1], DAYS[0])
    assert standing(state, DAYS[0], exempt=False) is Standing.OPEN
    seen_again = _life(_slot(0, {KEY: F}), _slot(1, {KEY: outcome}), _slot(2, {KEY: F}))
    assert seen_again.unseen is None


@pytest.mark.parametrize(
    ("others", "saw", "closed"),
    [
        ({("GW19-D04", "栏目:公告"): P}, True, True),
        ({("GW19-D04", "栏目:公告"): P}, False, False),
        ({("GW19-D04", "栏目:公告"): P, ("GW19-D04", "栏目:x"): C}, True, False),
        ({("GW19-D04", "栏目:公告"): F}, True, False),
        ({("GW19-D04", "栏目:公告"): N}, True, False),
        ({("GW19-D05", "栏目:公告"): P}, True, False),
        ({}, True, False),
    ],
)
def test_a_subject_that_vanished(others: dict[tuple[str, str], Outcome], saw: bool, closed: bool) -> None:
    """It passed only when its page was seen again and everything its mandate met there passed."""
    state = _life(_slot(0, {KEY: F}), _slot(1, others, saw=lambda url: saw))
    assert (state.status is Status.MENDED) is closed


def test_claims_are_checked_by_the_next_inspection() -> None:
    claimed = _slot(0, {KEY: F}, _said(Opinion.CLAIMED, 1))
    state = _life(claimed)
    assert (state.status, state.claimed) == (Status.CLAIMED, DAYS[1])
    assert standing(state, DAYS[11], exempt=False) is Standing.CLAIMED
    assert _life(claimed, _slot(1, {KEY: C})).status is Status.CLAIMED
    assert _life(claimed, _slot(1, {KEY: P})).status is Status.MENDED
    refuted = _life(claimed, _slot(1, {KEY: F}))
    assert (refuted.status, refuted.claimed, refuted.refuted) == (Status.OPEN, None, 1)


def test_a_false_alarm_is_put_by_until_it_is_found_again() -> None:
    state = _life(_slot(0, {KEY: F}, _said(Opinion.FALSE_ALARM, 1)))
    assert (state.status, state.closed_by) == (Status.DISMISSED, "张三")
    assert standing(state, DAYS[11], exempt=False) is Standing.DISMISSED
    again = _life(_slot(0, {KEY: F}, _said(Opinion.FALSE_ALARM, 1)), _slot(1, {KEY: F}))
    assert (again.status, again.reopened, again.times, again.first_seen) == (Status.OPEN, 0, 1, DAYS[1])
    assert standing(again, DAYS[1], exempt=False) is Standing.NEW, "no relapse of what never was"


def test_people_may_find_and_close_what_the_machine_left_open() -> None:
    found = _slot(0, {KEY: Outcome.UNTESTED}, _said(Opinion.FAILED, 0))
    state = _life(found)
    assert (state.status, state.message) == (Status.OPEN, "说明")
    assert _life(found, _slot(1, {KEY: Outcome.UNTESTED})).status is Status.OPEN
    closed = _life(found, _slot(1, {KEY: Outcome.UNTESTED}, _said(Opinion.PASSED, 1)))
    assert (closed.status, closed.closed_by) == (Status.MENDED, "张三")
    assert _life(found, _slot(1, {KEY: C}, _said(Opinion.UNKNOWN, 1))).status is Status.OPEN


def test_deadlines_are_working_days_and_people_may_set_others() -> None:
    holidays = Slot(dt.date(2022, 9, 30), "m", {KEY: F}, {KEY: Failure("x", URL)}, lambda url: True)
    states: dict[tuple[str, str], State] = {}
    advance(states, holidays)
    assert states[KEY].deadline == dt.date(2022, 10, 19)  # 国庆放假七天，8日、9日上班
    set_ = _life(_slot(0, {KEY: F}, _said(Opinion.CONFIRMED, 0, deadline=dt.date(2022, 3, 1), responsible="办公室")))
    assert (set_.deadline, set_.responsible) == (dt.date(2022, 3, 1), "办公室")
    far = Slot(dt.date(2031, 1, 5), "m", {KEY: F}, {KEY: Failure("x", URL)}, lambda url: True)
    states = {}
    advance(states, far)
    assert states[KEY].deadline is None
    notice = _slot(1, {KEY: F})
    notice.notice_deadline = dt.date(2022, 4, 1)
    assert _life(_slot(0, {KEY: F}), notice).deadline == dt.date(2022, 4, 1)


@pytest.mark.parametrize(
    ("day", "called", "said"),
    [
        (dt.date(2022, 10, 12), Standing.NEW, ""),
        (dt.date(2022, 10, 14), Standing.NEW, "还剩3个工作日"),
        (dt.date(2022, 10, 18), Standing.NEW, "还剩1个工作日"),
        (dt.date(2022, 10, 19), Standing.NEW, "今天到期"),
        (dt.date(2022, 10, 20), Standing.OVERDUE, "已逾期1个工作日"),
        (dt.date(2022, 10, 24), Standing.OVERDUE, "已逾期3个工作日"),
    ],
)
def test_reminders(day: dt.date, called: Standing, said: str) -> None:
    state = State(Status.OPEN, day, day, day, "m", "x", URL, 0.0, deadline=dt.date(2022, 10, 19))
    assert standing(state, day, exempt=False) is called
    assert reminder(state, day, called) == said
    assert standing(state, day, exempt=True) is Standing.EXEMPTED
    assert reminder(state, day, Standing.EXEMPTED) == ""
