"""Real numbers and dates of 1,520 documents: 文号 normalised, working days summed."""

import csv
import datetime as dt
import re
from collections import Counter
from pathlib import Path

import pytest

from crawler.facts.fields import normalise_doc_number
from rules.workdays import UnknownYear, add_workdays, workdays_between

_PLAIN = re.compile(r"[\u4e00-\u9fff]+〔(?:19|20)\d\d〕[1-9]\d*号|[\u4e00-\u9fff]+令第\d+号")


@pytest.fixture(scope="module")
def rows(shared: Path) -> list[dict[str, str]]:
    with (shared / "data" / "chongqing_document_numbers.csv").open(encoding="utf-8-sig") as lines:
        return list(csv.DictReader(lines))


def test_every_number_has_one_spelling(rows: list[dict[str, str]]) -> None:
    assert len(rows) == 1520
    found = {row["doc_number"]: normalise_doc_number(row["doc_number"]) for row in rows if row["doc_number"].strip()}
    odd = {raw: number for raw, number in found.items() if number is None or not _PLAIN.fullmatch(number)}
    assert not odd
    assert all(normalise_doc_number(number) == number for number in found.values() if number)
    assert Counter(n.split("〔")[0] for n in found.values() if n)["渝府办发"] > 300


def test_working_days_of_real_dates(rows: list[dict[str, str]]) -> None:
    counted = 0
    for row in rows:
        day = re.search(r"\d{4}-\d\d-\d\d", row["pub_date"])
        if day is None:
            continue
        start = dt.date.fromisoformat(day.group())
        try:
            last = add_workdays(start, 20)
        except UnknownYear:
            continue
        counted += 1
        assert workdays_between(start, last) == 20
        assert workdays_between(start, last - dt.timedelta(1)) == 19
        assert 26 <= (last - start).days <= 45
    assert counted > 1000
