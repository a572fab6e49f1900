"""The readers against what people read on the labelled pages: the floors that the project promises."""

from pathlib import Path

import pytest

from benchmarks.gold import Labelled, Tally, against_rivals, labelled_pages, ours

FLOORS = {
    "title": 98,
    "published": 98,
    "written": 98,
    "doc_number": 98,
    "index_number": 98,
    "source": 98,
    "status": 98,
    "rows.count (+-1)": 95,
    "rows.newest": 97,
    "meta": 99,
    "footer.site_code": 99,
    "footer.icp": 99,
    "footer.police": 99,
    "footer.sponsor": 99,
    "footer.phone": 99,
    "footer.report_error": 99,
    "footer.party_gov_mark": 99,
}


@pytest.fixture(scope="module")
def pages(shared: Path) -> list[Labelled]:
    return labelled_pages(shared / "pages")


@pytest.fixture(scope="module")
def tallies(pages: list[Labelled]) -> dict[str, Tally]:
    return ours(pages)


@pytest.mark.parametrize("field", FLOORS)
def test_floor(tallies: dict[str, Tally], field: str) -> None:
    tally = tallies[field]
    assert 100 * tally.right >= FLOORS[field] * tally.total, tally.faults


def test_hardly_a_date_is_wrong(tallies: dict[str, Tally]) -> None:
    assert tallies["published"].wrong * 1000 < 5 * tallies["published"].total


def test_nothing_hollow_or_blocked_is_called_ok(tallies: dict[str, Tally]) -> None:
    assert [fault for fault in tallies["status"].faults if fault[1] != "ok" and fault[2] == "ok"] == []


def test_better_than_every_other_library(pages: list[Labelled]) -> None:
    right: dict[tuple[str, str], int] = {(lib, name): tally.right for lib, name, tally in against_rivals(pages)}
    for name in ("title", "published"):
        others = [n for (lib, field), n in right.items() if field == name and lib != "gongkai"]
        assert right["gongkai", name] > max(others)


def test_pages_never_tuned_on(shared: Path) -> None:
    tallies = ours(labelled_pages(shared / "pages", held_out=True))
    for field in ("title", "published", "status", "rows.newest", "rows.count (+-1)", "meta"):
        assert tallies[field].right == tallies[field].total, tallies[field].faults
    assert tallies["published"].wrong == 0


def test_the_sample_district_without_shared_material() -> None:
    tallies = ours(labelled_pages(Path("nowhere")))
    assert tallies["status"].right == tallies["status"].total > 15
    for field in ("title", "published", "doc_number", "index_number", "written", "meta"):
        assert tallies[field].right == tallies[field].total, tallies[field].faults
