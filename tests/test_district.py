"""The sample district: crawled over loopback HTTP and judged, month by month, against what was planted in it."""

import datetime as dt
import socket
from collections.abc import Callable, Iterator
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from audit.scheme import load_scheme
from crawler.records import Page, PageStatus
from examples import MONTHS, Served, accuracy, answered, serve, truth
from rules.findings import Finding, Outcome
from rules.mandate import PERSON, load_mandates

UNITS = ("yunxi", "jyw", "rsj", "bs", "lq", "rmyy", "np")
Judged = tuple[list[Finding], dict[str, list[Page]]]


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serve(port=0) as running:
        yield running


@pytest.fixture(scope="module")
def inspect(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Callable[[dt.date], Judged]:
    """Crawls and judges the district in a month, once."""
    known: dict[dt.date, Judged] = {}

    def once(month: dt.date) -> Judged:
        if month not in known:
            known[month] = accuracy.inspect(served, month, tmp_path_factory.mktemp("district"))
        return known[month]

    return once


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("month", MONTHS, ids=str)
def test_findings_are_what_was_planted(inspect: Callable[[dt.date], Judged], month: dt.date, unit: str) -> None:
    findings = [f for f in inspect(month)[0] if f.unit == unit and not load_mandates().by_id[f.mandate].alias_of]
    expected, known = truth()[month][unit], answered()
    said = {(f.mandate, f.subject): f"{f.outcome}: {f.message} {f.url}" for f in findings}
    if expected.unseen:
        known = frozenset()
        judged = [f for f in findings if f.outcome is Outcome.PASSED]
        assert not judged, judged
    for outcome, wanted in ((Outcome.FAILED, expected.failed), (Outcome.CANT_TELL, expected.cant_tell)):
        asked = [f for f in findings if outcome is Outcome.FAILED or f.mandate in known]
        found = {(f.mandate, f.subject) for f in asked if f.outcome is outcome}
        assert found == wanted, {key: said.get(key, "not judged") for key in found ^ wanted}


def test_truth_is_about_these_units_and_months() -> None:
    assert tuple(truth()) == MONTHS
    assert all(set(units) == set(UNITS) for units in truth().values())
    assert all(expected.traps for units in truth().values() for expected in units.values())


@pytest.fixture(scope="module")
def over(tmp_path_factory: pytest.TempPathFactory) -> list[accuracy.Over]:
    """The unit with most defects, as the other families show it."""
    return [
        accuracy.made_over(family, month, tmp_path_factory.mktemp(family))
        for family in accuracy.OTHERS
        for month in (MONTHS[0], MONTHS[-1])
    ]


def test_other_families_show_the_same_defects(over: list[accuracy.Over]) -> None:
    assert {one.family for one in over} == set(accuracy.FAMILIES) - {"trs"}
    for one in over:
        assert not one.wrong, (one.family, one.wrong)
        assert len(one.lost) <= 4, (one.family, one.lost)
        told = {(f.mandate, f.subject): f.outcome for f in one.findings}
        assert {told[key] for key in one.lost} <= {Outcome.CANT_TELL}, "what is not told for certain is a question"


def test_accuracy_is_what_the_document_says(inspect: Callable[[dt.date], Judged], over: list[accuracy.Over]) -> None:
    judged = {month: inspect(month)[0] for month in MONTHS}
    tallies = accuracy.tallies(judged)
    every = accuracy.total(tallies.values())
    assert every.wrong == 0
    assert every.planted > 100
    assert (every.recall or 0) >= 0.98
    lacking = {
        outcome: {check for check, tally in tallies.items() if outcome in tally.lacking} for outcome in accuracy.SHOWN
    }
    assert lacking[Outcome.FAILED] <= {PERSON, "listed_units", "publish_burst"}
    assert lacking[Outcome.PASSED] <= {PERSON, "listed_units"}
    assert lacking[Outcome.CANT_TELL] <= {PERSON}
    assert accuracy.document(judged, over) == accuracy.DOCUMENT.read_text("utf-8"), "run make accuracy"


def test_what_several_documents_ask_alike_costs_once(inspect: Callable[[dt.date], Judged]) -> None:
    mandates = load_mandates()
    scheme, found = load_scheme("disclosure", mandates), dict[tuple[str, ...], set[str]]()
    for finding in (f for month in MONTHS for f in inspect(month)[0] if f.outcome is Outcome.FAILED):
        place = scheme.place(mandates.meant(finding.mandate))
        if place is not None:
            found.setdefault((finding.unit, finding.check, finding.message, finding.url), set()).add(place[1].title)
    assert not {key: titles for key, titles in found.items() if len(titles) > 1}


def test_every_failure_has_its_proof(inspect: Callable[[dt.date], Judged]) -> None:
    for finding in inspect(MONTHS[0])[0]:
        if finding.outcome is Outcome.FAILED:
            assert finding.url, finding
            assert finding.sha256 or finding.looked, finding


def test_the_months_differ_and_get_better(inspect: Callable[[dt.date], Judged]) -> None:
    known = answered()
    failed = [
        {(f.unit, f.mandate, f.subject) for f in inspect(m)[0] if f.outcome is Outcome.FAILED and f.mandate in known}
        for m in MONTHS
    ]
    first, second, third = failed
    assert 25 <= len(first) <= 40
    assert len(first) > len(second) > len(third)
    assert first - second, "something mended"
    assert second - first, "something new"
    assert first & third - second, "something reopened"


def test_the_traps_are_really_there(inspect: Callable[[dt.date], Judged]) -> None:
    pages = inspect(MONTHS[0])[1]
    by_status = {(unit, page.status, page.http_status) for unit, kept in pages.items() for page in kept}
    assert ("jyw", PageStatus.SOFT_404, 200) in by_status
    assert ("jyw", PageStatus.BLOCKED, 403) in by_status
    assert (PageStatus.BLOCKED, 200) in {(page.status, page.http_status) for page in inspect(MONTHS[1])[1]["lq"]}
    twice = [page for page in pages["rsj"] if page.task.attempt == 2]
    assert [page.status for page in twice] == [PageStatus.OK]
    assert {p.facts.charset for p in pages["jyw"] if p.facts and p.facts.kind != "document"} == {"gb18030"}
    assert any(p.facts and p.facts.scripted for p in pages["yunxi"])
    assert any(p.facts and p.facts.frames for p in pages["jyw"])
    assert sum(1 for p in pages["rsj"] if p.url != p.task.url) >= 3, "redirect shells"
    rows = next(p.facts.items for p in pages["rsj"] if p.facts and p.task.label == "通知公告")
    assert len({row.date for row in rows}) == len(rows) > 1
    last = inspect(MONTHS[2])[1]
    turned = {unit for unit, kept in last.items() for page in kept if page.task.page_no == 2 and page.ok}
    assert turned == {"yunxi", "jyw", "rsj", "lq", "rmyy", "np"}, "every family's paging"
    assert not any("/jz/bsz/" in page.url for page in pages["yunxi"])


def test_headers_and_unknown_addresses(served: Served) -> None:
    served.show(MONTHS[0])
    with urlopen(served.address("jyw")) as answer:
        assert answer.headers["Content-Type"] == "text/html"
        assert "charset=gb2312" in answer.read().decode("gbk")
    with urlopen(served.bases["jyw"] + "/nowhere.htm") as answer:
        assert answer.status == 200
    with pytest.raises(HTTPError) as refused, urlopen(served.bases["rsj"] + "/nowhere.html"):
        pass
    assert refused.value.code == 404
    refused.value.close()


def test_switching_months_keeps_the_ports_and_changes_the_pages(served: Served) -> None:
    bases, texts = dict(served.bases), []
    for month in MONTHS:
        served.show(month)
        with urlopen(served.address("yunxi")) as answer:
            texts.append(answer.read())
    assert served.bases == bases
    assert len(set(texts)) == len(MONTHS)


def test_ports_that_are_taken_are_replaced() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with serve(port=port) as running:
            ports = {int(base.rsplit(":", 1)[1]) for base in running.bases.values()}
            assert port not in ports
            assert len(ports) == len(running.bases)
            with urlopen(running.address("bs")) as answer:
                assert "白石镇" in answer.read().decode()
