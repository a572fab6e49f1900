"""The archive: readable by others, whole after every kind of cut."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from audit.inspection import counts
from crawler.archive import Archive
from crawler.facts import FACTS_VERSION, read_page
from crawler.outcome import Fetched, Likenesses, judge
from crawler.records import Page, PageStatus, Task

URL = "http://unit.example.gov.cn/"
BODY = "<html><head><title>江北区人民政府</title></head><body><p>欢迎来到江北区人民政府门户网站。</p></body></html>".encode()


def _page(number: int, body: bytes = BODY) -> tuple[Page, Fetched]:
    url = f"{URL}{number}.html"
    answer = Fetched(
        url,
        "2022-10-31T01:00:00Z",
        200,
        "OK",
        (("Content-Type", "text/html; charset=utf-8"), ("Transfer-Encoding", "chunked")),
        body,
        body,
    )
    task = Task(url, "column", 1, label="栏目")
    verdict = judge(task, answer, Likenesses())
    return Page(
        "u",
        number,
        task,
        verdict.status,
        facts=verdict.facts,
        final_url=url,
        http_status=200,
        fetched_at=answer.fetched_at,
    ), answer


def _fill(folder: Path, count: int) -> None:
    with Archive(folder, "u") as archive:
        for number in range(1, count + 1):
            page, answer = _page(number)
            archive.add(page, [answer])


def test_what_goes_in_comes_out(tmp_path: Path) -> None:
    _fill(tmp_path, 3)
    with Archive(tmp_path, "u", read_only=True) as archive:
        pages = list(archive.pages())
        assert [page.seq for page in pages] == [1, 2, 3]
        assert pages[1].facts == read_page(BODY, f"{URL}2.html", "text/html; charset=utf-8")
        answer = archive.answer(pages[1])
        assert answer is not None
        assert (answer.body, answer.http_status, answer.url) == (BODY, 200, f"{URL}2.html")
        assert archive.kept(Task(f"{URL}9.html", "column")) is None


def test_records_stand_alone_and_any_tool_reads_them(tmp_path: Path) -> None:
    _fill(tmp_path, 3)
    raw = (tmp_path / "pages.warc.gz").read_bytes()
    with Archive(tmp_path, "u", read_only=True) as archive:
        for page in archive.pages():
            record = next(
                iter(ArchiveIterator(io.BytesIO(raw[page.offset : page.offset + page.length]), check_digests=True))
            )
            assert record.rec_type == "response"
            assert record.content_stream().read() == BODY
            assert record.http_headers.get_header("X-Archive-Orig-Transfer-Encoding") == "chunked"
    types = [record.rec_type for record in ArchiveIterator(io.BytesIO(raw), check_digests=True)]
    assert types == ["warcinfo", "response", "response", "response"]


def test_a_record_in_flight_is_cut_away(tmp_path: Path) -> None:
    _fill(tmp_path, 2)
    path = tmp_path / "pages.warc.gz"
    whole = path.read_bytes()
    for rest in (b"\x1f\x8b\x08", whole[-400:]):
        path.write_bytes(whole + rest)
        with Archive(tmp_path, "u") as archive:
            assert len(list(archive.pages())) == 2
        assert path.read_bytes() == whole
    _fill_more(tmp_path)


def _fill_more(folder: Path) -> None:
    with Archive(folder, "u") as archive:
        page, answer = _page(3)
        archive.add(page, [answer])
    with Archive(folder, "u", read_only=True) as archive:
        assert [page.seq for page in archive.pages()] == [1, 2, 3]
        last = list(archive.pages())[-1]
        assert archive.answer(last).body == BODY  # type: ignore[union-attr]


@pytest.mark.parametrize("lost", [1, 100, 300])
def test_pages_whose_bytes_never_reached_the_disk_are_asked_for_again(tmp_path: Path, lost: int) -> None:
    _fill(tmp_path, 3)
    path = tmp_path / "pages.warc.gz"
    path.write_bytes(path.read_bytes()[:-lost])
    with Archive(tmp_path, "u") as archive:
        assert [page.seq for page in archive.pages()] == [1, 2]


def test_a_lost_warc_file_means_all_again(tmp_path: Path) -> None:
    _fill(tmp_path, 3)
    (tmp_path / "pages.warc.gz").unlink()
    with Archive(tmp_path, "u") as archive:
        assert not list(archive.pages())


def test_untried_pages_of_a_cut_run_are_forgotten(tmp_path: Path) -> None:
    with Archive(tmp_path, "u") as archive:
        page, _ = _page(1)
        archive.add(replace(page, status=PageStatus.NOT_TRIED, facts=None), ())
    with Archive(tmp_path, "u") as archive:
        assert not list(archive.pages())
        archive.add(replace(page, status=PageStatus.NOT_TRIED, facts=None), ())
        archive.note("finished", "1")
    with Archive(tmp_path, "u") as archive:
        assert len(list(archive.pages())) == 1


def test_facts_of_an_older_version_are_read_anew(tmp_path: Path) -> None:
    _fill(tmp_path, 2)
    with Archive(tmp_path, "u") as archive:
        archive.db.execute(
            "UPDATE pages SET facts_version = ?, facts = (SELECT facts FROM pages WHERE seq = 1)", (FACTS_VERSION - 1,)
        )
        stale = list(archive.pages())
        fresh = archive.current()
    assert stale[1].facts.url == f"{URL}1.html"  # type: ignore[union-attr]
    assert fresh[1].facts.url == f"{URL}2.html"  # type: ignore[union-attr]


def test_read_only_writes_nothing(tmp_path: Path) -> None:
    _fill(tmp_path, 1)
    with Archive(tmp_path, "u", read_only=True) as archive, pytest.raises(ValueError, match="reading only"):
        archive.add(*[_page(2)[0], []])


def test_addresses_are_counted_by_their_last_answer_without_our_own(tmp_path: Path) -> None:
    with Archive(tmp_path, "u") as archive:
        for number, (address, role, status, attempt) in enumerate(
            (
                ("a", "column", PageStatus.HTTP_ERROR, 1),
                ("b", "article", PageStatus.OK, 1),
                ("a", "column", PageStatus.OK, 2),
                ("c", "article", PageStatus.TIMEOUT, 1),
                ("robots.txt", "robots", PageStatus.HTTP_ERROR, 1),
                ("nowhere", "probe", PageStatus.HTTP_ERROR, 1),
            ),
            1,
        ):
            archive.add(Page("u", number, Task(URL + address, role, attempt=attempt), status), ())
        assert archive.counts() == {PageStatus.OK: 2, PageStatus.TIMEOUT: 1}
        pages = list(archive.pages())
    assert counts(pages) == {"expected": 3, PageStatus.OK: 2, PageStatus.TIMEOUT: 1}
