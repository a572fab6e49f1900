"""A portal gone mad: every fault ends in its named status, within bounds of time, memory and requests."""

import gzip
import json
import socket
import subprocess
import sys
import threading
from email.utils import formatdate
from pathlib import Path

import pytest
from server import Answer, Handler, Route, Server, serving
from test_crawl_http import LIST, _crawl, _home, _site

from crawler.frontier import Budget
from crawler.records import LATER, BadInput, Page, PageStatus
from crawler.run import crawl
from crawler.sites import read_sites

ROOT = Path(__file__).parent.parent
_MEGA = 1 << 20


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.settings.DOWNLOAD_TIMEOUT", 1)


def _raw(handler: Handler, head: str, body: bytes = b"") -> None:
    handler.wfile.write(f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n{head}\r\n\r\n".encode() + body)


def _reset(handler: Handler) -> None:
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    handler.connection.close()


class _Faults:
    """Routes that stall, drip and pour, and what they sent; ``over`` lets those that wait go."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self.sent = 0

    def stall(self, handler: Handler) -> None:
        self.over.wait(20)

    def drip(self, handler: Handler) -> None:
        _raw(handler, "Content-Length: 100000")
        try:
            while not self.over.wait(0.05):
                handler.wfile.write(b"<p>")
                handler.wfile.flush()
        except OSError:
            return

    def pour(self, handler: Handler) -> None:
        """200 MB, as long as somebody takes them."""
        _raw(handler, "Connection: close")
        try:
            for _ in range(200):
                handler.wfile.write(b"<p>" + b"x" * (_MEGA - 3))
                self.sent += 1
        except OSError:
            return

    def pour_head(self, handler: Handler) -> None:
        try:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for n in range(100_000):
                handler.wfile.write(f"X-{n}: {'y' * 500}\r\n".encode())
        except OSError:
            return


def _long(handler: Handler) -> None:
    _raw(handler, "Content-Length: 5000", b"<html><body>" + b"<p>short</p>" * 20)
    _reset(handler)


def _overlong(handler: Handler) -> None:
    body = LIST.format("多出来").encode()
    _raw(handler, f"Content-Length: {len(body) - 60}", body)
    handler.close_connection = True


def _chunks(handler: Handler) -> None:
    _raw(handler, "Transfer-Encoding: chunked", b"400\r\n<html>" + b"z" * 20)
    _reset(handler)


def _bomb(handler: Handler) -> Answer:
    return 200, {"Content-Encoding": "gzip"}, gzip.compress(b"0" * (80 * _MEGA))


def _to(url: str) -> Answer:
    return 302, {"Location": url}, b""


def test_each_fault_ends_in_its_named_status(tmp_path: Path) -> None:
    faults, late, error, blocked = _Faults(), PageStatus.TIMEOUT, PageStatus.HTTP_ERROR, PageStatus.BLOCKED
    wanted: dict[str, tuple[Route, PageStatus]] = {
        "/stall": (faults.stall, late), "/reset": (_reset, late), "/drip": (faults.drip, late), "/long": (_long, late), "/chunks": (_chunks, late),
        "/pour": (faults.pour, PageStatus.TOO_BIG), "/bomb": (_bomb, PageStatus.TOO_BIG), "/head": (faults.pour_head, late),
        "/self": (lambda h: _to("/self"), error), "/round": (lambda h: _to("/about"), error), "/about": (lambda h: _to("/round"), error),
        "/meta": (_to("http://169.254.169.254/latest/meta-data/"), error), "/local": (_to("http://127.0.0.1:1/"), error), "/file": (_to("file:///etc/passwd"), error),
        "/slow-down": ((429, {"Retry-After": "0"}, b""), blocked), "/busy": ((503, {"Retry-After": "0"}, b""), error),
        "/cookies": (lambda h: (302, {"Location": "/cookies", "Set-Cookie": "a=1"}, b""), error),
    }  # fmt: skip
    routes: dict[str, Route] = {path: route for path, (route, _) in wanted.items()}
    routes |= {"/": _home(*wanted, "/fine"), "/fine": LIST.format("好的"), "/overlong": _overlong}
    with serving(routes) as server:
        pages = _crawl(tmp_path, _site(server))
        faults.over.set()
    assert {path: pages[path].status for path in wanted} == {path: status for path, (_, status) in wanted.items()}
    assert pages["/fine"].status is PageStatus.OK, "nothing else suffers"
    assert all(page.detail for page in pages.values() if not page.ok)
    assert faults.sent < 40, "the rest of 200 MB was not taken"


def test_memory_stays_bounded(tmp_path: Path) -> None:
    """In a process of its own: pages of 200 MB, bombs and ten thousand links, a dozen of each."""
    faults = _Faults()
    paths = [f"/{kind}{n}" for n in range(12) for kind in ("pour", "bomb", "many")]
    many = LIST.format("多") + "".join(f"<a href='/l/{n}.html'>第{n}条链接的标题文字</a>" for n in range(10_000))
    kinds: dict[str, Route] = {"/pour": faults.pour, "/bomb": _bomb, "/many": many}
    routes: dict[str, Route] = {"/": _home(*paths)} | {path: kinds[path.rstrip("0123456789")] for path in paths}
    with serving(routes) as server:
        site = _site(server)
        script = (
            "import json,resource,sys,pathlib; import crawler.settings as s; s.DOWNLOAD_TIMEOUT=30; s.GONGKAI_RETRY_WAITS=[]\n"
            "from crawler.run import crawl; from crawler.records import Site; from crawler.frontier import Budget\n"
            "site=Site(**json.loads(sys.argv[1])); site=Site(**{**json.loads(sys.argv[1]),'scope':tuple(site.scope)}); n=[]\n"
            "crawl([site], pathlib.Path(sys.argv[2]), Budget(pages=80), 500, lambda u,p: n.append(p and str(p.status)))\n"
            "print(json.dumps([resource.getrusage(resource.RUSAGE_SELF).ru_maxrss//1024, n]))"
        )
        fields = {name: getattr(site, name) for name in ("id", "name", "level", "url", "scope", "allow_private")}
        command = [sys.executable, "-c", script, json.dumps(fields), str(tmp_path)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-900:]
    peak, statuses = json.loads(done.stdout.splitlines()[-1])
    assert statuses.count("too_big") == 24
    assert peak < 500, f"{peak} MB"


def test_an_endless_calendar_ends_with_the_budget(tmp_path: Path) -> None:
    def day(handler: Handler) -> bytes:
        n = int(handler.path.rsplit("/", 1)[1] or 0)
        return (
            LIST.format("日历")
            .replace("</ul>", f"</ul><a href='/rl/{n + 1}'>下一天</a><a href='/rl/{n - 1}'>前一天</a>")
            .encode()
        )

    class Calendar(dict[str, Route]):
        def get(self, key: str, default: object = None) -> object:  # type: ignore[override]
            return day if key.startswith("/rl/") else super().get(key, default)  # type: ignore[arg-type]

    with serving(Calendar({"/": _home("/rl/0")})) as server:
        pages = _crawl(tmp_path, _site(server), pages=25)
        asked = sum(server.asked.values())
    assert asked <= 25 + 5
    assert sum(page.ok for page in pages.values()) <= 27


def test_what_is_refused_is_asked_for_once_more_at_the_end(tmp_path: Path) -> None:
    visits: dict[str, int] = {}

    def once(status: int) -> Route:
        def answer(handler: Handler) -> Answer:
            visits[handler.path] = visits.get(handler.path, 0) + 1
            if visits[handler.path] == 1:
                return status, {"Retry-After": "0"}, b"<html>no</html>"
            return 200, {}, LIST.format(f"栏目{handler.path[1:]}").encode()

        return answer

    routes: dict[str, Route] = {
        "/": _home("/403", "/429", "/521", "/412", "/401"),
        **{f"/{n}": once(n) for n in (403, 429, 521, 412, 401)},
    }
    with serving(routes) as server:
        pages = _crawl(tmp_path, _site(server))
        asked = list(server.asked)
    for path in ("/403", "/429", "/521", "/412", "/401"):
        assert (pages[path].status, pages[path].task.attempt) == (PageStatus.OK, LATER), path
    assert pages["/a1.html"].status is not None, "what the page links to is followed"
    assert asked.index("/403") < asked.index("/401")


def test_a_site_that_refuses_everything_is_not_pressed(tmp_path: Path) -> None:
    paths = [f"/c{n}" for n in range(25)]
    routes: dict[str, Route] = {"/": _home(*paths), **dict.fromkeys(paths, (403, {}, b"<html>denied</html>"))}
    with serving(routes) as server:
        pages = _crawl(tmp_path, _site(server))
        twice = [path for path in paths if server.asked[path] > 1]
    assert {pages[path].status for path in paths} == {PageStatus.BLOCKED}
    assert len(twice) <= 5 + 8, "five in vain, and those under way by then"


def test_a_page_that_was_refused_and_then_gone_is_not_called_dead(tmp_path: Path) -> None:
    visits: list[str] = []

    def answer(handler: Handler) -> Answer:
        visits.append(handler.path)
        return (403 if len(visits) == 1 else 404), {}, b"<html>no</html>"

    with serving({"/": _home("/x"), "/x": answer}) as server:
        pages: dict[str, Page] = _crawl(tmp_path, _site(server))
    assert len(visits) == 2, "what refuses once may also say that there is nothing"
    assert pages["/x"].gone
    assert not pages["/x"].gone_twice


def _dated(server: Server) -> Answer:
    return 503, {"Retry-After": formatdate(usegmt=True)}, b""


def test_retry_after_as_a_date_that_has_come(tmp_path: Path) -> None:
    with serving({"/": _home("/x"), "/x": lambda h: _dated(h.server)}) as server:
        pages = _crawl(tmp_path, _site(server))
    assert pages["/x"].status is PageStatus.HTTP_ERROR


def test_a_deadline_breaks_a_run_off_and_the_next_goes_on(tmp_path: Path) -> None:
    paths = [f"/c{n}" for n in range(30)]
    routes: dict[str, Route] = {"/": _home(*paths), **{path: LIST.format(f"栏目{path}") for path in paths}}
    with serving(routes) as server:
        site = _site(server)
        assert not crawl([site], tmp_path, Budget(), 20, lambda _unit, _page: None, seconds=0.6)
        first = sum(server.asked.values())
        pages = _crawl(tmp_path, site)
        twice = sum(times - 1 for path, times in server.asked.items() if path in paths)
    assert 2 < first < 25
    assert all(pages[path].ok for path in paths)
    assert twice <= 8, "what was under way"


def test_a_unit_may_ask_for_a_pace_of_its_own(tmp_path: Path) -> None:
    listed = tmp_path / "sites.csv"
    listed.write_text(
        "id,name,level,url,rate\na,甲区,区县政府,http://a.gov.cn/,0.5\nb,乙区,区县政府,http://b.gov.cn/,\n", "utf-8"
    )
    assert [site.rate for site in read_sites(listed)] == [0.5, 0.0]
    for wrong in ("fast", "-1", "nan", "1000"):
        listed.write_text(f"id,name,level,url,rate\na,甲区,区县政府,http://a.gov.cn/,{wrong}\n", "utf-8")
        with pytest.raises(BadInput, match=f"sites.csv:2: rate“{wrong}”不可用"):
            read_sites(listed)
