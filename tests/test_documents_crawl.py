"""Documents on the way through a crawl: read beside the loop, kept, judged from what is kept."""

import asyncio
import json
import threading
from pathlib import Path

import pytest
from papers import as_docx, as_pdf, parts_of, scanned_pdf
from portal import HOST, render, site_of

import crawler.crawl
import crawler.outcome
from audit.onepage import page_json
from crawler.archive import Archive
from crawler.crawl import crawl_unit
from crawler.documents import read_document
from crawler.facts import FACTS_VERSION
from crawler.frontier import Budget
from crawler.outcome import Fetched, Likenesses, awaits_reading, judge
from crawler.records import BadInput, Facts, PageStatus, Task
from crawler.walk import UnitWalk

NOW = "2022-10-31T01:00:00Z"
MENU = {"政府信息公开": "/zwgk/", "通知公告": "/tzgg/"}
POINTER = {
    "article": {
        "title": "江北区人民政府政府信息公开指南",
        "published": "2022-03-01",
        "html": '<p><a href="/a.docx">指南.docx</a> <a href="/b.pdf">指南.pdf</a></p>',
    }
}
PAGES = {
    "/": render({"home": {"lists": {"工作动态": [["区委召开常务会议研究部署重点工作", "/gzdt/a.html", "2022-10-28"]]}}}, site_of(), MENU).encode(),
    "/zwgk/": render({"list": {"title": "政府信息公开", "side": {"政府信息公开指南": "/zn/"}}}, site_of(), MENU).encode(),
    "/zn/": render(POINTER, site_of(), MENU).encode(),
    "/a.docx": as_docx(parts_of("guide")),
    "/b.pdf": scanned_pdf(),
}  # fmt: skip


async def _answer(_task: Task, url: str) -> Fetched:
    body = PAGES.get(url.removeprefix(HOST))
    if body is None:
        return Fetched(url, NOW, 404, headers=(("Content-Type", "text/html"),), body=b"<html>404</html>", raw=b"x")
    kind = "text/html; charset=utf-8" if body.startswith(b"<") else "application/octet-stream"
    return Fetched(url, NOW, 200, headers=(("Content-Type", kind),), body=body, raw=body)


def _crawl(folder: Path) -> dict[str, tuple[str, str, str]]:
    with Archive(folder, "unit") as archive:
        asyncio.run(crawl_unit(UnitWalk(site_of(), Budget()), archive, _answer, lambda page: None))
        pages = list(archive.pages())
    return {
        page.url.removeprefix(HOST): (str(page.status), page.detail, page.facts.text if page.facts else "")
        for page in pages
        if page.task.role == "attachment"
    }


def test_attachments_of_a_guide_have_facts_that_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = _crawl(tmp_path)
    assert found["/a.docx"][:2] == ("ok", "")
    assert "五、其他事项" in found["/a.docx"][2]
    assert found["/b.pdf"] == ("hollow", "扫描件，没有文字层", "")

    def again(*_: object) -> Facts:
        raise AssertionError("read twice")

    monkeypatch.setattr(crawler.crawl, "read_document", again)
    monkeypatch.setattr(crawler.outcome, "read_document", again)
    with Archive(tmp_path, "unit") as archive:
        archive.note("finished", "0")
    assert _crawl(tmp_path) == found
    with Archive(tmp_path, "unit", read_only=True) as archive:
        assert [page.status for page in archive.current() if page.task.role == "attachment"] == ["ok", "hollow"]


def test_facts_of_an_older_version_are_read_anew(tmp_path: Path) -> None:
    _crawl(tmp_path)
    with Archive(tmp_path, "unit") as archive:
        archive.db.execute("UPDATE pages SET facts_version = ?", (FACTS_VERSION - 1,))
        (page,) = [page for page in archive.current() if page.url.endswith("/a.docx")]
    assert page.facts is not None
    assert page.facts.title == "江北区人民政府政府信息公开指南"


def test_reading_does_not_hold_the_loop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first document is read for as long as the second is not asked for."""
    asked = threading.Event()

    def slow(body: bytes, url: str, kind: str) -> Facts:
        assert asked.wait(20)
        return read_document(body, url, kind)

    async def answer(task: Task, url: str) -> Fetched:
        if url.endswith("/b.pdf"):
            asked.set()
        return await _answer(task, url)

    monkeypatch.setattr(crawler.crawl, "read_document", slow)
    with Archive(tmp_path, "unit") as archive:
        asyncio.run(crawl_unit(UnitWalk(site_of(), Budget()), archive, answer, lambda page: None))
        order = [page.url.removeprefix(HOST) for page in archive.pages() if page.task.role == "attachment"]
    assert order == ["/a.docx", "/b.pdf"]


def _fetched(body: bytes, path: str, status: int = 200, kind: str = "", **more: bool) -> Fetched:
    return Fetched(HOST + path, NOW, status, headers=(("Content-Type", kind),), body=body, raw=body, **more)


def test_what_awaits_reading() -> None:
    task, body = Task(HOST + "/a.pdf", "attachment"), as_pdf(["指南"])
    assert awaits_reading(task, _fetched(body, "/a.pdf"))
    assert awaits_reading(task, _fetched(body, "/download?id=1", kind="application/octet-stream"))
    assert not awaits_reading(task, _fetched(body, "/a.pdf", 404))
    assert not awaits_reading(task, _fetched(body, "/a.pdf", torn=True))
    assert not awaits_reading(task, _fetched(b"", "/a.pdf"))
    assert not awaits_reading(task, _fetched(b"<html><body>404</body></html>", "/a.pdf", kind="text/html"))
    assert not awaits_reading(task, _fetched(b"\x89PNG\r\n\x1a\n", "/a.png", kind="image/png"))
    assert not awaits_reading(Task(HOST + "/robots.txt", "robots"), _fetched(body, "/robots.txt"))


def test_a_broken_file_is_hollow_and_says_why() -> None:
    verdict = judge(Task(HOST + "/a.pdf", "attachment"), _fetched(b"%PDF-1.4 ...", "/a.pdf"), Likenesses())
    assert (verdict.status, verdict.detail) == (PageStatus.HOLLOW, "文件损坏，无法读取")
    assert verdict.facts is not None
    assert verdict.facts.kind == "document"


def test_page_prints_a_documents_facts(tmp_path: Path) -> None:
    file = tmp_path / "指南.pdf"
    file.write_bytes(as_pdf(parts_of("guide")))
    facts = json.loads(page_json(str(file), None, allow_private=False))
    assert (facts["kind"], facts["status"], facts["title"]) == ("document", "ok", "江北区人民政府政府信息公开指南")
    assert facts["sections"][0] == {
        "heading": "一、本机关持有政府信息基本情况",
        "level": 1,
        "start": facts["sections"][0]["start"],
    }
    file.write_bytes(scanned_pdf())
    facts = json.loads(page_json(str(file), None, allow_private=False))
    assert (facts["status"], facts["status_reason"]) == ("hollow", "扫描件，没有文字层")
    picture = tmp_path / "a.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\0")
    with pytest.raises(BadInput, match="不是网页"):
        page_json(str(picture), None, allow_private=False)
