"""How fast sites are asked, by numbers."""

import datetime as dt
from email.utils import format_datetime

import pytest

from crawler.pace import Pace, Window

NOON = dt.datetime(2026, 11, 26, 12, 0, tzinfo=dt.UTC)


def _at(time: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"2026-11-26T{time}:00+08:00")


def test_a_host_is_asked_at_its_rate() -> None:
    pace = Pace(2.0)
    assert [pace.reserve("a", "a", now) for now in (0.0, 0.0, 0.0, 5.0)] == [0.0, 0.5, 1.0, 0.0]


def test_robots_and_the_list_may_ask_for_less() -> None:
    pace = Pace(2.0, {"b": 0.5})
    assert [pace.reserve("a", "a", 0.0, asked=3.0) for _ in range(2)] == [0.0, 3.0]
    assert [pace.reserve("b", "b", 0.0) for _ in range(2)] == [0.0, 2.0]


def test_hosts_of_one_address_share_a_pace() -> None:
    pace = Pace(2.0, share=3)
    waits = [pace.reserve(f"h{n}", "10.0.0.1", 0.0) for n in range(12)]
    assert waits == pytest.approx([n / 6 for n in range(12)])
    assert pace.reserve("other", "10.0.0.2", 0.0) == 0.0


@pytest.mark.parametrize("status", [429, 503])
def test_a_strained_site_is_left_alone_and_then_asked_more_slowly(status: int) -> None:
    pace = Pace(2.0)
    pace.heard("a", 100.0, status, 0.1, "30")
    assert pace.reserve("a", "a", 100.0) == 30.0
    assert pace.reserve("a", "a", 100.0) == 31.0
    for _ in range(30):
        pace.heard("a", 140.0, 200, 0.1)
    assert pace.delay("a") == 0.5, "patience is forgotten after good answers"


def test_slow_and_missing_answers_slow_down_up_to_a_limit() -> None:
    pace = Pace(2.0)
    for _ in range(10):
        pace.heard("a", 0.0, 200, 9.0)
    assert pace.delay("a") == 2.0
    pace.heard("b", 0.0, None, 30.0)
    assert pace.delay("b") == 0.75
    pace.heard("c", 0.0, 200, 8.0)
    assert pace.delay("c") == 0.5


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("7", 7.0), ("0", 0.0), ("99999999", 600.0), ("", 15.0), ("soon", 15.0), ("-5", 15.0),
        (format_datetime(NOON + dt.timedelta(seconds=42), usegmt=True), 42.0),
        (format_datetime(NOON - dt.timedelta(seconds=42), usegmt=True), 0.0),
        (format_datetime(NOON + dt.timedelta(days=2), usegmt=True), 600.0),
    ],
)  # fmt: skip
def test_retry_after_is_obeyed_within_reason(header: str, wait: float) -> None:
    pace = Pace(2.0)
    pace.heard("a", 0.0, 429, 0.1, header, NOON)
    assert pace.reserve("a", "a", 0.0) == pytest.approx(wait)


@pytest.mark.parametrize(
    ("at", "opens", "closes"),
    [("21:59", 60.0, None), ("22:00", 0.0, 8 * 3600), ("03:00", 0.0, 3 * 3600), ("05:59", 0.0, 60), ("06:00", 16 * 3600, None)],
)  # fmt: skip
def test_a_window_over_midnight(at: str, opens: float, closes: float | None) -> None:
    window = Window(dt.time(22), dt.time(6))
    now = _at(at)
    assert window.opens_in(now) == opens
    if closes is not None:
        assert window.closes_in(now) == closes


def test_a_window_within_a_day() -> None:
    window = Window(dt.time(9), dt.time(17))
    assert window.opens_in(_at("18:00")) == 15 * 3600
    assert window.opens_in(_at("09:00")) == 0
    assert window.closes_in(_at("16:30")) == 1800
