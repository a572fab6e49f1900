"""Real crawls of real HTTP servers on loopback: what comes over the wire, and what must not."""

import gzip
import resource
import socket
import subprocess
import sys
import zlib
from pathlib import Path

import brotli
import pytest
from server import Answer, Handler, Route, Server, serving
from warcio.archiveiterator import ArchiveIterator

from crawler.archive import Archive
from crawler.frontier import Budget
from crawler.records import Page, PageStatus, Site
from crawler.run import crawl

LIST = (
    "<html><head><title>{0}</title></head><body><div class=nav><a href=/>首页</a></div><ul>"
    + "".join(
        f"<li><a href=/a{n}.html>关于做好第{n}项工作有关事项的通知</a><span>2022-10-{n:02}</span></li>"
        for n in range(1, 6)
    )
    + "</ul></body></html>"
)


def _home(*paths: str) -> str:
    links = "".join(f"<li><a href='{path}'>栏目{chr(0x4E00 + n)}</a></li>" for n, path in enumerate(paths))
    return f"<html><head><meta charset=utf-8><title>江北区人民政府</title></head><body><ul>{links}</ul><p>欢迎来到江北区人民政府门户网站</p></body></html>"


def _site(server: Server, **fields: object) -> Site:
    base = {
        "id": "u",
        "name": "江北区人民政府",
        "level": "区县政府",
        "url": server.base + "/",
        "scope": (server.base,),
        "allow_private": True,
    }
    return Site(**{**base, **fields})  # type: ignore[arg-type]


def _crawl(folder: Path, site: Site, pages: int = 60) -> dict[str, Page]:
    assert crawl([site], folder, Budget(pages=pages), 500, lambda _unit, _page: None)
    with Archive(folder / site.id, site.id, read_only=True) as archive:
        kept = list(archive.pages())
    return {"/" + page.task.url.split("/", 3)[3]: page for page in kept}


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.settings.DOWNLOAD_TIMEOUT", 1)


def test_charsets_declared_wrong_or_not_at_all(tmp_path: Path) -> None:
    def page(charset: str, header: str, meta: str) -> Answer:
        text = LIST.format("通知公告").replace("<head>", f"<head>{meta}")
        return 200, {"Content-Type": header}, text.encode(charset)

    routes: dict[str, Route] = {
        "/": _home("/gbk", "/gbk-none", "/gbk-as-utf8", "/utf8-as-gbk", "/bom"),
        "/gbk": page("gb18030", "text/html", "<meta charset=gb2312>"),
        "/gbk-none": page("gb18030", "text/html", ""),
        "/gbk-as-utf8": page("gb18030", "text/html; charset=utf-8", "<meta charset=utf-8>"),
        "/utf8-as-gbk": page("utf-8", "text/html; charset=gbk", "<meta charset=gb2312>"),
        "/bom": page("utf-8-sig", "text/html", ""),
    }
    with serving(routes) as server:
        pages = _crawl(tmp_path, _site(server))
    for path in routes:
        facts = pages[path].facts
        assert facts is not None, path
        if path != "/":
            assert (facts.title, len(facts.items)) == ("通知公告", 5), path


def test_content_encodings_and_the_bytes_kept_as_transferred(tmp_path: Path) -> None:
    body = LIST.format("通知公告").encode()
    bare = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    coded = {
        "/gzip": ("gzip", gzip.compress(body)),
        "/deflate": ("deflate", zlib.compress(body)),
        "/raw-deflate": ("deflate", bare.compress(body) + bare.flush()),
        "/br": ("br", brotli.compress(body)),
        "/twice": ("gzip, gzip", gzip.compress(gzip.compress(body))),
        "/lie": ("gzip", body),
        "/torn": ("gzip", gzip.compress(body)[:-20]),
    }
    routes: dict[str, Route] = {
        path: (200, {"Content-Encoding": name, "Content-Type": "text/html; charset=utf-8"}, data)
        for path, (name, data) in coded.items()
    }
    with serving({"/": _home(*coded), **routes}) as server:
        pages = _crawl(tmp_path, _site(server))
    assert pages["/torn"].status is PageStatus.TIMEOUT
    for path in coded.keys() - {"/torn"}:
        assert pages[path].status is PageStatus.OK, path
        assert len(pages[path].facts.items) >= 3, path  # type: ignore[union-attr]
    with (tmp_path / "u" / "pages.warc.gz").open("rb") as file:
        kept = {
            r.rec_headers.get_header("WARC-Target-URI"): r.raw_stream.read()
            for r in ArchiveIterator(file)
            if r.rec_type == "response"
        }
    assert kept[server.base + "/gzip"] == coded["/gzip"][1]


def test_what_breaks_off_or_is_no_page_is_not_seen(tmp_path: Path) -> None:
    page = LIST.format("通知公告").encode()

    def short(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html; charset=utf-8")
        handler.send_header("Content-Length", str(len(page) + 999))
        handler.end_headers()
        handler.wfile.write(page[:-200] if handler.path == "/short" else page)

    routes: dict[str, Route] = {
        "/": _home("/short", "/long", "/json", "/json-as-html", "/picture", "/cut", "/pdf"),
        "/short": short,
        "/long": short,
        "/json": (200, {"Content-Type": "application/json"}, b'{"code":500}'),
        "/json-as-html": '{"code":500,"message":"系统异常，请稍后再试"}',
        "/picture": (200, {"Content-Type": "image/png"}, b"\x89PNG\r\n\x1a\n1234567890"),
        "/cut": page[:-60],
        "/pdf": (200, {"Content-Type": "application/pdf"}, b"%PDF-1.4 1 0 obj"),
    }
    with serving(routes) as server:
        pages = _crawl(tmp_path, _site(server))
    assert {path: str(pages[path].status) for path in routes if path not in ("/", "/pdf")} == {
        "/short": "timeout",
        "/long": "ok",
        "/json": "hollow",
        "/json-as-html": "hollow",
        "/picture": "hollow",
        "/cut": "timeout",
    }


def test_gzip_bomb_and_big_files_become_too_big(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.decompress.MAX_BODY", 1_000_000)
    bomb = gzip.compress(gzip.compress(b"0" * 60_000_000))
    big = b"<html>" + b"x" * 13_000_000
    routes: dict[str, Route] = {
        "/": _home("/bomb", "/big"),
        "/bomb": (200, {"Content-Encoding": "gzip, gzip"}, bomb),
        "/big": (200, {}, big),
    }
    with serving(routes) as server:
        pages = _crawl(tmp_path, _site(server))
    assert pages["/bomb"].status is PageStatus.TOO_BIG
    assert pages["/big"].status is PageStatus.TOO_BIG


def _reset(handler: Handler) -> None:
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    handler.connection.close()


@pytest.mark.parametrize(
    ("status", "wanted"),
    [
        (401, "blocked"),
        (403, "blocked"),
        (412, "blocked"),
        (429, "blocked"),
        (521, "blocked"),
        (404, "http_error"),
        (500, "http_error"),
        (502, "http_error"),
    ],
)
def test_http_statuses(tmp_path: Path, status: int, wanted: str) -> None:
    routes: dict[str, Route] = {"/": _home("/x"), "/x": (status, {"Retry-After": "0"}, b"<html>no</html>")}
    with serving(routes) as server:
        pages = _crawl(tmp_path, _site(server))
        assert server.asked["/x"] == 2, "a retry, a second look, or a try at the end"
    assert pages["/x"].status == wanted


def test_connections_that_break(tmp_path: Path) -> None:
    with serving({"/": _home("/reset"), "/reset": _reset}) as server:
        pages = _crawl(tmp_path, _site(server))
        assert server.asked["/reset"] >= 2
    assert pages["/reset"].status is PageStatus.TIMEOUT


def test_a_port_where_nobody_listens(tmp_path: Path) -> None:
    with serving({}) as server:
        site = _site(server)
    pages = _crawl(tmp_path, site)
    assert pages["/"].status is PageStatus.TIMEOUT


def test_partial_body_is_kept(tmp_path: Path) -> None:
    body = LIST.format("通知公告").encode()

    def short(handler: Handler) -> None:
        handler.wfile.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 99999\r\n\r\n" + body
        )

    with serving({"/": _home("/short"), "/short": short}) as server:
        pages = _crawl(tmp_path, _site(server))
    assert pages["/short"].status is PageStatus.OK
    assert len(pages["/short"].facts.items) == 5  # type: ignore[union-attr]


def test_redirects_within_and_out_of_scope(tmp_path: Path) -> None:
    routes: dict[str, Route] = {
        "/": _home("/in", "/out", "/meta-data", "/loop"),
        "/in": (302, {"Location": "/list"}, b""),
        "/list": LIST.format("通知公告"),
        "/out": (302, {"Location": "http://127.0.0.2:9/x"}, b""),
        "/meta-data": (302, {"Location": "http://169.254.169.254/latest/meta-data/"}, b""),
        "/loop": (302, {"Location": "/loop2"}, b""),
        "/loop2": (302, {"Location": "/loop"}, b""),
    }
    with serving(routes) as server:
        pages = _crawl(tmp_path, _site(server))
    assert pages["/in"].ok
    assert pages["/in"].final_url.endswith("/list")
    for path in ("/out", "/meta-data", "/loop"):
        assert pages[path].status is PageStatus.HTTP_ERROR, path
        assert "跳转" in pages[path].detail


def test_private_addresses_are_never_asked_without_leave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving({"/": _home()}) as server:
        literal = _site(server, allow_private=False)
        named = _site(server, id="n", url=f"http://portal.example.gov.cn:{server.server_port}/", allow_private=False)
        named = Site(**{**{f: getattr(named, f) for f in Site.__slots__}, "scope": (named.url.rstrip("/"),)})
        real = socket.getaddrinfo

        def rebound(host: str, *args: object, **kwargs: object) -> object:
            return real("127.0.0.1" if host == "portal.example.gov.cn" else host, *args, **kwargs)  # type: ignore[arg-type]

        monkeypatch.setattr(socket, "getaddrinfo", rebound)
        for site in (literal, named):
            page = _crawl(tmp_path, site)["/"]
            assert page.status is PageStatus.NOT_TRIED
            assert "内网" in page.detail
        assert not server.asked


def test_who_asks_and_what_robots_allows(tmp_path: Path) -> None:
    routes: dict[str, Route] = {
        "/": _home("/open", "/secret/x"),
        "/robots.txt": (200, {"Content-Type": "text/plain"}, b"User-agent: gongkai\nDisallow: /secret/\n"),
        "/open": LIST.format("公开"),
    }
    with serving(routes) as server:
        pages = _crawl(tmp_path, _site(server))
        assert server.asked["/secret/x"] == 0
        assert server.asked["/robots.txt"] == 1
        assert all(agent.startswith("gongkai/") for agent in server.agents)
    assert pages["/secret/x"].status is PageStatus.ROBOTS


def test_an_interrupted_crawl_fetches_nothing_twice(tmp_path: Path) -> None:
    routes: dict[str, Route] = {"/": _home("/x", "/y"), "/x": LIST.format("甲"), "/y": LIST.format("乙")}
    with serving(routes) as server:
        site = _site(server)
        first = _crawl(tmp_path, site)
        with Archive(tmp_path / "u", "u") as archive:
            archive.db.execute("DELETE FROM info")
            archive.db.execute("DELETE FROM pages WHERE seq > 4")
        server.asked.clear()
        again = _crawl(tmp_path, site)
        assert server.asked["/"] == 0
        assert server.asked["/robots.txt"] == 0
    strip = {path: (p.status, p.sha256, p.facts, p.task) for path, p in first.items()}
    assert {path: (p.status, p.sha256, p.facts, p.task) for path, p in again.items()} == strip


def test_more_units_than_the_system_lets_have_their_files_open(tmp_path: Path) -> None:
    count, files = 150, 300
    with serving({f"/u{number}/": _home("/x") for number in range(count)}) as server:
        rows = (f"u{number},单位{number},区县政府,{server.base}/u{number}/,1\n" for number in range(count))
        (tmp_path / "sites.csv").write_text("id,name,level,url,allow_private\n" + "".join(rows), "utf-8")
        command = "from audit.cli import main; main()", "crawl", tmp_path / "sites.csv", "--rate", "10000"
        done = subprocess.run(
            [sys.executable, "-c", *command, "--output", tmp_path / "out", "--id", "x"],
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files)),
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr[-300:].count(f"{count}/{count}个单位")) == (0, 2), done.stderr[-2000:]
    kept = list((tmp_path / "out" / "x" / "archive").glob("*/pages.warc.gz"))
    assert len(kept) == count
