"""Pages drawn by a real Chromium: what it adds, what it may not have, what is kept. Skips where there is none."""

import json
from importlib.util import find_spec
from pathlib import Path

import pytest
from server import Answer, Handler, Route, serving
from test_crawl_http import _crawl, _home, _site
from warcio.archiveiterator import ArchiveIterator
from warcio.warcwriter import WARCWriter

from crawler.archive import Archive
from crawler.frontier import Budget
from crawler.records import Mark, PageStatus
from crawler.run import crawl
from crawler.warc_input import WarcFiles, walk_warc

CHROMIUM = Path("/usr/bin/chromium")
chromium = pytest.mark.skipif(
    not CHROMIUM.exists() or find_spec("playwright") is None,
    reason="no /usr/bin/chromium: apt-get install --no-install-recommends chromium",
)

ROWS = [{"t": f"关于做好第{n}项工作有关事项的通知", "u": f"/a{n}.html", "d": f"2022-10-{n:02}"} for n in range(1, 7)]
SHELL = "<html><head><meta charset=utf-8><title>通知公告</title></head><body><div id=app></div><script src=/js/{0}.js></script></body></html>"
DRAW = """{0}(function (rows) {{
  document.getElementById('app').innerHTML = '<div class=nav><a href=/>首页</a></div><ul>' + rows.map(function (r) {{
    return '<li><a href=' + r.u + '>' + r.t + '</a><span>' + r.d + '</span></li>';
  }}).join('') + '</ul>';
}});"""
GET = "(f => fetch('/api/rows?n=' + 6).then(r => r.json()).then(f))"
POST = "(f => fetch('/api/post', {method: 'POST', body: 'n=6', headers: {'Content-Type': 'application/x-www-form-urlencoded'}}).then(r => r.json()).then(f))"


def _api(_handler: Handler) -> Answer:
    return 200, {"Content-Type": "application/json"}, json.dumps(ROWS).encode()


def _routes(**more: Route) -> dict[str, Route]:
    return {
        "/": _home("/tzgg/", "/ps/"),
        "/tzgg/": SHELL.format("get"),
        "/ps/": SHELL.format("post"),
        "/js/get.js": (200, {"Content-Type": "text/javascript"}, DRAW.format(GET).encode()),
        "/js/post.js": (200, {"Content-Type": "text/javascript"}, DRAW.format(POST).encode()),
        "/api/rows": _api,
        "/api/post": _api,
        **more,
    }


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.settings.GONGKAI_CHROMIUM", str(CHROMIUM))
    monkeypatch.setattr("crawler.settings.GONGKAI_RENDER_SECONDS", 20)


def test_without_a_browser_a_shell_is_hollow_and_counted(tmp_path: Path) -> None:
    with serving(_routes()) as server:
        pages = _crawl(tmp_path, _site(server))
    assert pages["/tzgg/"].status is PageStatus.HOLLOW
    assert pages["/tzgg/"].marks == (Mark.RENDER_WANTED,)
    assert pages["/"].marks == ()


@chromium
@pytest.mark.usefixtures("browser")
def test_a_shell_is_read_as_drawn_and_kept_so(tmp_path: Path) -> None:
    with serving(_routes()) as server:
        pages = _crawl(tmp_path, _site(server))
        assert server.asked["/tzgg/"] == 1
        assert server.asked["/api/rows?n=6"] == 1
        assert all(agent.startswith("gongkai/") for agent in server.agents)
    for path in ("/tzgg/", "/ps/"):
        page = pages[path]
        assert (page.status, page.marks) == (PageStatus.OK, (Mark.RENDERED,)), path
        assert page.facts is not None
        assert [item.date for item in page.facts.items] == [row["d"] for row in ROWS]
        assert "/a1.html" in pages  # its rows lead on
    with (tmp_path / "u" / "pages.warc.gz").open("rb") as file:
        records = [
            (
                r.rec_type,
                r.rec_headers.get_header("WARC-Refers-To"),
                r.rec_headers.get_header("WARC-Record-ID"),
                r.content_stream().read(),
            )
            for r in ArchiveIterator(file)
            if (r.rec_headers.get_header("WARC-Target-URI") or "").endswith("/tzgg/")
        ]
    (kind, _, identity, bare), (drawn_kind, refers, _, drawn) = records
    assert (kind, drawn_kind, refers) == ("response", "conversion", identity)
    assert bare == SHELL.format("get").encode()
    assert "第6项工作".encode() in drawn


@chromium
@pytest.mark.usefixtures("browser")
def test_what_was_drawn_is_taken_from_our_own_archive_given_as_a_warc_file(tmp_path: Path) -> None:
    with serving(_routes()) as server:
        site = _site(server)
        pages = _crawl(tmp_path, site)
    files = WarcFiles([tmp_path / "u" / "pages.warc.gz"])
    walk_warc([site], files, tmp_path / "again", Budget(pages=60), lambda _unit, _page: None)
    with Archive(tmp_path / "again" / "u", "u", read_only=True) as archive:
        again = {"/" + page.task.url.split("/", 3)[3]: page for page in archive.pages()}
    for path in ("/tzgg/", "/ps/"):
        assert (again[path].status, again[path].marks) == (PageStatus.OK, (Mark.RENDERED,))
        assert again[path].facts == pages[path].facts
    shell = tmp_path / "shell.warc.gz"  # as another tool makes them: without drawings
    with shell.open("wb") as out, (tmp_path / "u" / "pages.warc.gz").open("rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type == "response":
                WARCWriter(out, gzip=True).write_record(record)
    walk_warc([site], WarcFiles([shell]), tmp_path / "bare", Budget(pages=60), lambda _unit, _page: None)
    with Archive(tmp_path / "bare" / "u", "u", read_only=True) as archive:
        bare = {"/" + page.task.url.split("/", 3)[3]: page for page in archive.pages()}
    assert (bare["/tzgg/"].status, bare["/tzgg/"].marks) == (PageStatus.HOLLOW, (Mark.RENDER_WANTED,))


@chromium
@pytest.mark.usefixtures("browser")
def test_what_was_drawn_is_read_again_from_the_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(_routes()) as server:
        pages = _crawl(tmp_path, _site(server))
    monkeypatch.setattr("crawler.archive.FACTS_VERSION", -1)
    with Archive(tmp_path / "u", "u", read_only=True) as archive:
        again = {"/" + page.task.url.split("/", 3)[3]: page for page in archive.current()}
    assert again == pages


@chromium
@pytest.mark.usefixtures("browser")
def test_a_resumed_crawl_draws_nothing_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(_routes()) as server:
        site = _site(server)
        first = _crawl(tmp_path, site)
        with Archive(tmp_path / "u", "u") as archive:
            archive.db.execute("DELETE FROM info")
            archive.db.execute("DELETE FROM pages WHERE seq > 6")
        monkeypatch.setattr("crawler.render.Browser.draw", None)
        again = _crawl(tmp_path, site)
    kept = [path for path, page in first.items() if page.rendered]
    assert kept
    for path, page in first.items():
        other = again[path]
        assert (other.status, other.sha256, other.facts, other.marks) == (
            page.status,
            page.sha256,
            page.facts,
            page.marks,
        )


REACHES_OUT = """
['http://127.0.0.2:{port}/a', 'http://169.254.169.254/latest/', 'http://localhost:{port}/b', '//example.org/c'].forEach(u => {{
  fetch(u).catch(e => 0);
  var s = document.createElement('script'); s.src = u; document.head.append(s);
}});
fetch('/away').catch(e => 0);
fetch('/secret/x').catch(e => 0);
fetch('/tzgg/', {{method: 'DELETE'}}).catch(e => 0);
new WebSocket('ws://127.0.0.1:{port}/socket');
navigator.sendBeacon('/beacon');
new Image().src = '/picture.png';
window.open('/popup');
setTimeout(() => location.href = 'http://127.0.0.2:{port}/gone', 50);
"""


@chromium
@pytest.mark.usefixtures("browser")
def test_a_page_reaches_nothing_but_its_units_hosts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.settings.GONGKAI_RENDER_SECONDS", 8)
    routes = _routes()
    with serving(routes) as server, serving({}, host="127.0.0.2", port=server.server_port) as other:
        routes["/js/get.js"] = (
            200, {"Content-Type": "text/javascript"},
            (DRAW.format(GET) + REACHES_OUT.format(port=server.server_port)).encode(),
        )  # fmt: skip
        routes["/away"] = (302, {"Location": f"http://127.0.0.2:{server.server_port}/private"}, b"")
        routes["/robots.txt"] = (200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /secret/\n")
        pages = _crawl(tmp_path, _site(server))
        assert not other.asked
        assert server.asked["/away"] == 1
        assert not {"/secret/x", "/socket", "/beacon", "/picture.png", "/popup", "/b"} & set(server.asked)
    page = pages["/tzgg/"]
    assert page.marks == (Mark.RENDERED_PART,)
    assert page.facts is not None
    assert len(page.facts.items) == 6
    assert page.facts.scripted


@chromium
@pytest.mark.usefixtures("browser")
def test_pages_that_never_rest_or_grow_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.settings.GONGKAI_RENDER_SECONDS", 6)
    monkeypatch.setattr("crawler.settings.GONGKAI_RENDER_RECYCLE", 1)
    monkeypatch.setattr("crawler.render._MAX_DOM", 1_000_000)
    bad = {
        "/stuck/": "for (;;) {}",
        "/huge/": "document.body.innerHTML = '<p>' + '大'.repeat(2000000) + '</p>'",
        "/polls/": "setInterval(() => fetch('/api/rows?' + Math.random()), 20)",
    }
    routes: dict[str, Route] = {
        path: f"<html><title>通知</title><body><div id=app></div><script>{code}</script></body></html>"
        for path, code in bad.items()
    }
    with serving({**_routes(), "/": _home("/tzgg/", *bad), **routes}) as server:
        pages = _crawl(tmp_path, _site(server))
        assert sum(n for path, n in server.asked.items() if path.startswith("/api/rows?0")) <= 60
    assert {path: (str(pages[path].status), pages[path].marks) for path in bad} == dict.fromkeys(
        bad, ("hollow", (Mark.RENDER_FAILED,))
    )
    assert "秒没有画完" in pages["/stuck/"].detail
    assert "过大" in pages["/huge/"].detail
    assert pages["/tzgg/"].rendered


@chromium
@pytest.mark.usefixtures("browser")
def test_a_unit_has_so_many_drawings_and_no_more(tmp_path: Path) -> None:
    with serving(_routes()) as server:
        site = _site(server)
        assert crawl([site], tmp_path, Budget(pages=60, drawings=1), 500, lambda _unit, _page: None)
        with Archive(tmp_path / "u", "u", read_only=True) as archive:
            pages = list(archive.pages())
    assert sorted(page.marks for page in pages if page.marks) == [(Mark.RENDER_WANTED,), (Mark.RENDERED,)]


@chromium
@pytest.mark.usefixtures("browser")
def test_a_list_whose_data_did_not_come_is_drawn(tmp_path: Path) -> None:
    """The address written in the page answers with an error; the one its script goes on to has the rows."""
    draw = DRAW.format("$.getJSON").replace("(function", "('list.json', function", 1)
    code = "$ = {getJSON: (u, f) => fetch(u).then(r => r.json()).catch(() => fetch('/api/rows?n=6').then(r => r.json())).then(f)};"
    page = (
        "<html><head><meta charset=utf-8><title>通知公告</title></head><body><div class=nav><a href=/>首页</a> <a href=/xw/>新闻中心</a></div>"
        f"<p>本栏目公开本机关的通知公告，欢迎监督。</p><div id=app></div><script src=/js/shim.js></script><script>{draw}</script></body></html>"
    )
    with serving(
        _routes(
            **{
                "/tzgg/": page,
                "/tzgg/list.json": (500, {}, b"no"),
                "/js/shim.js": (200, {"Content-Type": "text/javascript"}, code.encode()),
            }
        )
    ) as server:
        pages = _crawl(tmp_path, _site(server))
        assert server.asked["/tzgg/"] == 1
        assert server.asked["/tzgg/list.json"] >= 2
    drawn = pages["/tzgg/"]
    assert drawn.task.attempt == 3
    assert drawn.facts is not None
    assert len(drawn.facts.items) == 6
    assert drawn.facts.endpoints == ()


@chromium
@pytest.mark.usefixtures("browser")
def test_challenges_are_not_run(tmp_path: Path) -> None:
    challenge = "<html><head><script>window.$_ts={};document.cookie='pass=1';location.reload()</script></head><body>请开启JavaScript并刷新该页.</body></html>"
    with serving(_routes(**{"/tzgg/": challenge})) as server:
        page = _crawl(tmp_path, _site(server))["/tzgg/"]
    assert (page.status, page.marks) == (PageStatus.BLOCKED, ())
