"""A portal inspected again: what did not change is not sent and not read again, and nothing is judged otherwise for it."""

import hashlib
from pathlib import Path

import pytest
from server import Answer, Handler, Route, serving
from test_crawl_http import LIST, _home, _site
from warcio.archiveiterator import ArchiveIterator

from crawler.archive import Archive
from crawler.earlier import Earlier
from crawler.frontier import Budget
from crawler.records import Mark, Page, PageStatus, Site, Task
from crawler.run import crawl


def _crawl(folder: Path, site: Site, earlier: Path | None = None) -> dict[str, Page]:
    assert crawl([site], folder, Budget(pages=60), 500, lambda _unit, _page: None, earlier=earlier)
    with Archive(folder / site.id, site.id, read_only=True) as archive:
        return {"/" + page.task.url.split("/", 3)[3]: page for page in archive.current()}


class _Served:
    """Pages with validators; ``sent`` counts bytes of bodies, ``told`` the paths answered with 304."""

    def __init__(self, pages: dict[str, str], *, lies: bool = False) -> None:
        self.pages, self.lies = pages, lies
        self.sent = 0
        self.told: list[str] = []

    def routes(self) -> dict[str, Route]:
        return dict.fromkeys(self.pages, self._answer)

    def _answer(self, handler: Handler) -> Answer:
        body = self.pages[handler.path].encode()
        tag = '"constant"' if self.lies else f'"{hashlib.sha256(body).hexdigest()[:12]}"'
        if handler.headers.get("If-None-Match") == tag:
            self.told.append(handler.path)
            return 304, {"ETag": tag}, b""
        self.sent += len(body)
        return 200, {"ETag": tag, "Content-Type": "text/html; charset=utf-8"}, body


def _portal() -> dict[str, str]:
    article = "<html><head><meta charset=utf-8><title>关于做好第{0}项工作的通知</title></head><body><h1>关于做好第{0}项工作的通知</h1><p>发布时间：2022-10-{0:02}</p><p>" + "请遵照执行，确保各项任务落到实处。" * 20 + "</p></body></html>"  # fmt: skip
    return {"/": _home("/x", "/y"), "/x": LIST.format("甲"), "/y": LIST.format("乙"), **{f"/a{n}.html": article.format(n) for n in range(1, 6)}}  # fmt: skip


def _bare(pages: dict[str, Page]) -> dict[str, object]:
    return {path: (p.status, p.sha256, p.facts, p.task, p.http_status, p.content_type) for path, p in pages.items()}


def test_an_unchanged_portal_sends_next_to_nothing_and_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Earlier, "_sampled", lambda _, page: page.url.endswith("/a2.html"))
    served = _Served(_portal())
    with serving(served.routes()) as server:
        site = _site(server)
        first = _crawl(tmp_path / "a", site)
        whole, served.sent = served.sent, 0
        again = _crawl(tmp_path / "b", site, tmp_path / "a")
        third = _crawl(tmp_path / "c", site, tmp_path / "b")
    assert _bare(again) == _bare(third) == _bare(first)
    assert sorted(served.told) == sorted(["/x", "/y", "/a1.html", "/a3.html", "/a4.html", "/a5.html"] * 2)
    assert served.sent < whole * 0.5, "home page and sample twice"
    unchanged = [page for page in again.values() if Mark.UNCHANGED in page.marks]
    assert {page.url.rsplit("/", 1)[1] for page in unchanged} == {"x", "y", "a1.html", "a3.html", "a4.html", "a5.html"}
    with Archive(tmp_path / "b" / "u", "u", read_only=True) as archive:
        for page in unchanged:
            answer = archive.answer(page)
            assert answer is not None
            assert hashlib.sha256(answer.body).hexdigest() == page.sha256, "the folder stands alone"
            assert page.fetched_at >= first["/x"].fetched_at
    with (tmp_path / "b" / "u" / "pages.warc.gz").open("rb") as file:
        kinds = [record.rec_type for record in ArchiveIterator(file)]
    assert kinds.count("revisit") == len(unchanged)


def test_one_page_in_twenty_is_drawn_to_be_fetched_whole(tmp_path: Path) -> None:
    Archive(tmp_path / "u", "u").close()
    with Earlier(tmp_path, "u", "seed") as earlier:
        urls = [f"http://a.gov.cn/{n}.html" for n in range(2_000)]
        drawn = [url for url in urls if earlier._sampled(Page("u", 1, Task(url, "article"), PageStatus.OK))]
    assert 60 <= len(drawn) <= 140


def test_what_changed_is_read_anew(tmp_path: Path) -> None:
    served = _Served(_portal())
    with serving(served.routes()) as server:
        site = _site(server)
        _crawl(tmp_path / "a", site)
        served.pages["/a3.html"] = served.pages["/a3.html"].replace("第3项", "第3项紧急")
        served.pages["/x"] = LIST.format("丙")
        again, fresh = _crawl(tmp_path / "b", site, tmp_path / "a"), _crawl(tmp_path / "c", site)
    assert _bare(again) == _bare(fresh)
    assert again["/a3.html"].facts is not None
    assert again["/a3.html"].facts.title == "关于做好第3项紧急工作的通知"
    assert "/x" not in served.told


def test_a_body_that_is_the_same_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain: dict[str, Route] = dict(_portal())
    with serving(plain) as server:
        site = _site(server)
        first = _crawl(tmp_path / "a", site)
        read: list[str] = []
        real = __import__("crawler.walk", fromlist=["judge"]).judge
        monkeypatch.setattr("crawler.walk.judge", lambda task, *rest: (read.append(task.role), real(task, *rest))[1])
        again = _crawl(tmp_path / "b", site, tmp_path / "a")
    assert _bare(again) == _bare(first)
    assert set(read) <= {"home", "probe", "robots"}
    assert not any(Mark.UNCHANGED in page.marks for page in again.values())


def test_a_host_that_says_so_falsely_is_found_out_by_the_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.earlier._SAMPLE", 2)
    served = _Served(_portal(), lies=True)
    with serving(served.routes()) as server:
        site = _site(server)
        _crawl(tmp_path / "a", site)
        served.pages = {path: body.replace("通知", "通告") for path, body in served.pages.items()}
        again = _crawl(tmp_path / "b", site, tmp_path / "a")
    seen = [page for page in again.values() if page.facts and page.facts.title and "通告" in page.facts.title]
    assert seen, "some pages were fetched whole and tell the change"


def test_nothing_but_pages_that_were_seen_stands_for_itself(tmp_path: Path) -> None:
    """Refused, gone, redirected or missing then: asked for as if for the first time."""
    pages = _portal()
    routes: dict[str, Route] = {
        **pages,
        "/x": (403, {"ETag": '"x"'}, b"no"),
        "/y": (302, {"Location": "/z", "ETag": '"y"'}, b""),
        "/z": LIST.format("乙"),
    }
    with serving(routes) as server:
        site = _site(server)
        _crawl(tmp_path / "a", site)
        asked: list[str] = []

        def answer(handler: Handler) -> Answer:
            asked.append(handler.headers.get("If-None-Match") or "")
            return 200, {}, LIST.format("甲").encode()

        server.routes = {**routes, "/x": answer, "/y": answer}
        again = _crawl(tmp_path / "b", site, tmp_path / "a")
    assert asked
    assert not any(asked)
    assert again["/x"].status is PageStatus.OK
