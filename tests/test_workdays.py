"""Working days with 调休, against the State Council's notices, and calendar months."""

import datetime as dt

import pytest

from rules.workdays import UnknownYear, add_workdays, is_workday, months_before, workdays_between


def d(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2022-09-30", True),
        ("2022-10-01", False),
        ("2022-10-07", False),
        ("2022-10-08", True),  # a Saturday, worked
        ("2022-10-09", True),  # a Sunday, worked
        ("2022-10-15", False),
        ("2023-01-21", False),  # 除夕
        ("2023-01-27", False),  # a Friday, off
        ("2023-01-28", True),  # a Saturday, worked
        ("2023-01-29", True),
        ("2024-02-09", True),  # 除夕 was no holiday in 2024
        ("2024-02-18", True),
        ("2020-01-31", False),  # the holiday was made longer when the epidemic began
        ("2022-01-29", True),
    ],
)
def test_holidays_and_worked_weekends(day: str, works: bool) -> None:
    assert is_workday(d(day)) is works


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        ("2022-09-30", "2022-09-30", 0),
        ("2022-09-30", "2022-10-07", 0),
        ("2022-09-30", "2022-10-08", 1),
        ("2022-09-30", "2022-10-09", 2),
        ("2022-09-13", "2022-10-14", 20),
        ("2022-09-13", "2022-10-17", 21),
        ("2023-01-20", "2023-01-28", 1),
        ("2023-01-03", "2023-02-03", 20),
        ("2022-10-14", "2022-09-13", -20),
        ("2022-12-30", "2023-01-03", 1),
    ],
)
def test_working_days_between(start: str, end: str, count: int) -> None:
    assert workdays_between(d(start), d(end)) == count


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2022-09-13", 20, "2022-10-14"),
        ("2022-09-13", 21, "2022-10-17"),
        ("2022-09-30", 1, "2022-10-08"),
        ("2023-01-20", 1, "2023-01-28"),
        ("2022-10-01", 0, "2022-10-01"),
    ],
)
def test_adding_working_days(start: str, count: int, end: str) -> None:
    assert add_workdays(d(start), count) == d(end)


def test_adding_and_counting_agree() -> None:
    start = d("2022-08-31")
    for count in range(1, 60):
        assert workdays_between(start, add_workdays(start, count)) == count


@pytest.mark.parametrize("year", [2003, 2027])
def test_a_year_without_a_notice_is_said(year: int) -> None:
    with pytest.raises(UnknownYear) as said:
        is_workday(dt.date(year, 6, 1))
    assert said.value.year == year
    assert str(said.value) == f"还没有{year}年的节假日安排"


def test_a_period_that_runs_into_an_unknown_year() -> None:
    assert workdays_between(d("2026-12-28"), d("2026-12-31")) == 3
    for end in ("2027-01-04", "2027-12-31"):
        with pytest.raises(UnknownYear):
            workdays_between(d("2026-12-28"), d(end))
    with pytest.raises(UnknownYear):
        add_workdays(d("2026-12-28"), 20)
    with pytest.raises(UnknownYear):  # asked again: the answer is not remembered as a number
        is_workday(d("2027-01-04"))


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        ("2022-10-31", 6, "2022-04-30"),
        ("2022-10-30", 6, "2022-04-30"),
        ("2022-08-31", 6, "2022-02-28"),
        ("2024-08-31", 6, "2024-02-29"),
        ("2024-08-29", 6, "2024-02-29"),
        ("2022-03-31", 1, "2022-02-28"),
        ("2022-05-31", 1, "2022-04-30"),
        ("2022-01-15", 1, "2021-12-15"),
        ("2022-12-31", 12, "2021-12-31"),
        ("2024-02-29", 12, "2023-02-28"),
        ("2022-10-31", 0, "2022-10-31"),
        ("2022-01-31", 25, "2019-12-31"),
    ],
)
def test_months_before(day: str, months: int, before: str) -> None:
    assert months_before(d(day), months) == d(before)
