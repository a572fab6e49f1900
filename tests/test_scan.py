"""The daily scan: its plan, its visits to real servers on loopback, its series, its service."""

import asyncio
import datetime as dt
import itertools
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st
from server import Handler, Server, serving

from crawler.records import BadInput, PageStatus, Site
from crawler.run import private_hosts
from crawler.scan.fetch import Fetcher, Pace
from crawler.scan.network import days_left
from crawler.scan.plan import GAP, day_plan, still_due
from crawler.scan.series import Series
from crawler.scan.service import Plan, Service
from crawler.scan.visit import Known, visit
from crawler.visits import ZONE, Visit, day_of
from examples.visits import visits_of

NOON = dt.datetime(2022, 10, 31, 12, tzinfo=ZONE)
QUICK = Pace(limit=0.4, waits=(0.01,), rate=10_000)
ROWS = "".join(
    f"<li><a href=/a{n}.html>关于做好第{n}项工作有关事项的通知</a><span>2022-10-{n:02}</span></li>" for n in (3, 28, 5)
)
HOME = (
    "<html><head><meta charset=utf-8><title>江北区人民政府</title></head><body><div class=nav><a href=/>首页</a>"
    f"<a href=/tzgg/>通知公告</a><a href=/zwgk/>政府信息公开</a></div><ul>{ROWS}</ul><p>欢迎来到门户网站</p></body></html>"
)
LIST = f"<html><head><meta charset=utf-8><title>通知公告</title></head><body><ul>{ROWS.replace('2022-10-28', '2022-10-20')}</ul></body></html>"
ROUTES: dict[str, Any] = {"/": HOME, "/tzgg/": LIST}


def site_at(base: str, **fields: Any) -> Site:
    values = {"id": "u", "name": "江北区人民政府", "level": "区县政府", "url": base + "/", "scope": (base,)}
    return Site(**{**values, "allow_private": True, **fields})


def go(site: Site, control: str, now: dt.datetime = NOON, columns: list[tuple[str, str]] | None = None) -> Visit:
    async def one() -> Visit:
        async with Fetcher(private_hosts([site]), QUICK) as fetcher:
            return await visit(fetcher, Known(site, columns or []), 1, now, control)

    return asyncio.run(one())


@contextmanager
def dead() -> Iterator[str]:
    """An address that refuses connections."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


class FakeClock:
    """Rests in no time; ``stop_after`` rests it is interrupted, as by a signal."""

    def __init__(self, start: dt.datetime, stop_after: int | None = None) -> None:
        self.time, self.rests, self.stop_after = start, 0, stop_after

    def now(self) -> dt.datetime:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.rests += 1
        if self.rests == self.stop_after:
            raise KeyboardInterrupt
        self.time += dt.timedelta(seconds=max(seconds, 0.001))


# --- the plan ---------------------------------------------------------------------------------------------------------


def test_a_plan_covers_the_day_and_is_the_same_each_time() -> None:
    plan = day_plan(NOON.date(), "u", 20, "seed")
    assert plan == day_plan(NOON.date(), "u", 20, "seed")
    assert plan != day_plan(NOON.date(), "other", 20, "seed")
    assert plan != day_plan(NOON.date(), "u", 20, "another seed")
    part = dt.timedelta(days=1) / 20
    start = dt.datetime.combine(NOON.date(), dt.time(), ZONE)
    assert all(start + n * part <= moment <= start + (n + 1) * part for n, moment in enumerate(plan))
    assert all(later - earlier >= GAP for earlier, later in itertools.pairwise(plan))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 86_399), st.sets(st.integers(1, 20)))
def test_what_was_missed_is_made_up_for_within_the_day(second: int, done: set[int]) -> None:
    plan = day_plan(NOON.date(), "u", 20, "seed")
    now = dt.datetime.combine(NOON.date(), dt.time(), ZONE) + dt.timedelta(seconds=second)
    due = still_due(plan, done, now, "seed")
    assert due == still_due(plan, done, now, "seed")
    assert {number for _, number in due} <= set(range(1, 21)) - done
    assert all(now <= moment and day_of(moment) == NOON.date() for moment, _ in due)
    assert all(later[0] - earlier[0] >= GAP for earlier, later in itertools.pairwise(due))
    if second < 12 * 3600:
        assert len(due) == 20 - len(done)


# --- one visit --------------------------------------------------------------------------------------------------------


def test_a_visit_sees_the_home_page_and_its_columns() -> None:
    with serving({**ROUTES, "/zwgk/": (404, {}, b"")}) as server:
        seen = go(site_at(server.base), server.base)
        assert server.asked["/robots.txt"] == server.asked["/"] == server.asked["/tzgg/"] == 1
        assert all("gongkai" in agent for agent in server.agents)
    assert (seen.status, seen.http_status, seen.newest, seen.day) == (PageStatus.OK, 200, "2022-10-28", "2022-10-31")
    assert seen.first_byte is not None
    assert seen.total is not None
    assert 0 <= seen.first_byte <= seen.total < 5
    assert seen.ipv4 == ("127.0.0.1",)
    assert seen.digest
    columns = {column.name: (column.status, column.newest) for column in seen.columns}
    assert columns == {
        "通知公告": (PageStatus.OK, "2022-10-20"),
        "政府信息公开": (PageStatus.HTTP_ERROR, None),
    }


def test_dates_after_the_day_of_the_visit_are_no_updates() -> None:
    with serving(ROUTES) as server:
        assert go(site_at(server.base), server.base, NOON - dt.timedelta(days=10)).newest == "2022-10-05"


def _stall(handler: Handler) -> None:
    handler.server.gone.wait(20)  # type: ignore[attr-defined]


def test_a_server_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving({"/": _stall}) as server, serving({}) as control:
        server.gone = threading.Event()  # type: ignore[attr-defined]
        seen = go(site_at(server.base), control.base)
        server.gone.set()  # type: ignore[attr-defined]
    assert (seen.status, seen.first_byte, seen.control) == (PageStatus.TIMEOUT, None, True)
    assert seen.total is not None
    assert seen.total >= QUICK.limit
    assert seen.columns == ()


def test_a_body_that_breaks_off_has_begun_to_open() -> None:
    def torn(handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 90000\r\n\r\n")
        handler.wfile.write(HOME[:-40].encode())

    with serving({"/": torn}) as server:
        seen = go(site_at(server.base), server.base)
    assert seen.status is PageStatus.TIMEOUT
    assert seen.first_byte is not None


def test_a_dead_site_and_a_dead_network_are_told_apart() -> None:
    with dead() as gone, serving({}) as control:
        seen = go(site_at(gone), control.base)
        assert (seen.status, seen.detail, seen.control) == (PageStatus.TIMEOUT, "连接不上", True)
        with dead() as also_gone:
            assert go(site_at(gone), also_gone).control is False


def test_a_fault_that_passes_is_no_fault() -> None:
    def first_fails(handler: Handler) -> Any:
        return (502, {}, b"bad gateway") if handler.server.asked["/"] == 1 else (200, {}, HOME.encode())

    with serving({"/": first_fails}) as server:
        assert go(site_at(server.base), server.base).status is PageStatus.OK
        assert server.asked["/"] == 2
    with serving({"/": (503, {}, b"down")}) as server:
        seen = go(site_at(server.base), server.base)
    assert (seen.status, seen.http_status) == (PageStatus.HTTP_ERROR, 503)


def test_refusals_are_named_and_not_tried_again() -> None:
    with serving({"/": (412, {}, b"<html>x</html>")}) as server:
        assert go(site_at(server.base), server.base).status is PageStatus.BLOCKED
        assert server.asked["/"] == 1
    with serving({**ROUTES, "/robots.txt": "User-agent: *\nDisallow: /"}) as server:
        assert go(site_at(server.base), server.base).status is PageStatus.ROBOTS
        assert server.asked["/"] == 0
    with serving({**ROUTES, "/robots.txt": (503, {}, b"")}) as server:
        assert go(site_at(server.base), server.base).status is PageStatus.OK


def test_redirects_stay_with_the_unit_and_private_addresses_are_refused() -> None:
    with serving(ROUTES) as elsewhere:
        with serving({"/": (302, {"Location": elsewhere.base + "/"}, b"")}) as server:
            assert go(site_at(server.base), server.base).status is PageStatus.HTTP_ERROR
        assert elsewhere.asked["/"] == 0
    with serving({"/": (302, {"Location": "/index.html"}, b""), "/index.html": HOME}) as server:
        seen = go(site_at(server.base), server.base)
        assert (seen.status, seen.final_url) == (PageStatus.OK, server.base + "/index.html")
    with serving(ROUTES) as server:
        for base in (server.base, server.base.replace("127.0.0.1", "localhost")):
            seen = go(site_at(base, allow_private=False), server.base)
            assert seen.status is PageStatus.NOT_TRIED
            assert seen.https is None
        assert not server.asked


def test_known_columns_outside_the_unit_are_not_asked_for() -> None:
    with serving(ROUTES) as elsewhere, serving(ROUTES) as server:
        known = [("通知公告", server.base + "/tzgg/"), ("外部", elsewhere.base + "/tzgg/")]
        seen = go(site_at(server.base), server.base, columns=known)
        assert [c.status for c in seen.columns] == [PageStatus.OK, PageStatus.NOT_TRIED]
        assert not elsewhere.asked


def _certificate(folder: Path, ends: dt.datetime) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(7).not_valid_before(ends - dt.timedelta(days=90)).not_valid_after(ends)
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    return path


@contextmanager
def secure(folder: Path, ends: dt.datetime) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(folder, ends))
    server: ThreadingHTTPServer = Server(ROUTES)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_certificates_near_and_past_their_end(tmp_path: Path) -> None:
    now = dt.datetime.now(dt.UTC)
    for left, fault in ((9, "证书是自签名的"), (-2, "证书")):
        with secure(tmp_path, now + dt.timedelta(days=left)) as base:
            seen = go(site_at(base), base, now)
        assert seen.status is PageStatus.OK  # read all the same
        assert seen.https is True
        assert seen.certificate.trusted is False
        assert seen.certificate.fault.startswith(fault)
        assert days_left(seen.certificate, day_of(now)) in (left, left - 1, left + 1)


def test_ipv6_is_tried_where_there_is_an_address() -> None:
    with serving(ROUTES) as server:
        seen = go(site_at(f"http://localhost:{server.server_port}"), server.base)
    if not seen.ipv6:
        pytest.skip("localhost has no IPv6 address on this machine")
    assert seen.ipv6_open in (False, None)  # the server listens on IPv4 alone


# --- the series -------------------------------------------------------------------------------------------------------


def test_the_series_only_grows_and_knows_whose_visits_are_whose(tmp_path: Path) -> None:
    site = site_at("http://a.example.gov.cn")
    visits = visits_of([{"from": "2022-10-30", "to": "2022-10-31", "each": 2}], site)
    with Series(tmp_path) as series:
        for one in (*visits, *visits):
            series.add(one)
        assert series.visits(site, dt.date(2022, 10, 1), dt.date(2022, 10, 31)) == visits
        assert series.visits(site_at("http://b.example.gov.cn"), dt.date(2022, 10, 1), dt.date(2022, 10, 31)) == []
        assert series.done("u", dt.date(2022, 10, 30)) == {1, 2}
        assert (series.seed("one"), series.seed("two")) == ("one", "one")
        with series.locked(), Series(tmp_path) as second, pytest.raises(BadInput, match="正在运行"), second.locked():
            pass
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "series.sqlite").write_text("no database" * 100)
    with pytest.raises(BadInput, match="损坏"):
        Series(tmp_path / "bad")


# --- the service ------------------------------------------------------------------------------------------------------


def _service(series: Series, clock: FakeClock, sites: list[Site], control: str, visits: int = 20) -> Service:
    return Service(sites, series, Plan(visits, "seed", control, QUICK), clock, {})


def test_a_day_that_was_cut_off_goes_on_with_its_plan(tmp_path: Path) -> None:
    start = dt.datetime(2022, 10, 30, tzinfo=ZONE)
    end = start + dt.timedelta(days=2)
    with serving(ROUTES) as server:
        site = site_at(server.base)
        with Series(tmp_path) as series:
            cut = FakeClock(start, stop_after=90)
            with pytest.raises(KeyboardInterrupt):
                asyncio.run(_service(series, cut, [site], server.base).run(end))
            before = len(series.done("u", start.date()))
            assert 5 < before < 15
        with Series(tmp_path) as series:
            later = FakeClock(cut.time + dt.timedelta(hours=3))  # two or three visits were missed meanwhile
            asyncio.run(_service(series, later, [site], server.base).run(end))
            visits = series.visits(site, start.date(), end.date())
        assert server.asked["/tzgg/"] == 2  # columns once a day, whichever process
    for day in ("2022-10-30", "2022-10-31"):
        of_day = [v for v in visits if v.day == day]
        assert len(of_day) == 20
        times = [dt.datetime.fromisoformat(v.at) for v in of_day]
        assert all(b - a >= GAP - dt.timedelta(seconds=2) for a, b in itertools.pairwise(times))
        assert len([v for v in of_day if v.columns]) == 1


def test_visits_missed_while_the_machine_slept_are_spread_not_heaped(tmp_path: Path) -> None:
    class Sleeper(FakeClock):
        async def sleep(self, seconds: float) -> None:
            await super().sleep(6 * 3600 if self.rests == 20 else seconds)

    start = dt.datetime(2022, 10, 30, tzinfo=ZONE)
    with serving(ROUTES) as server, Series(tmp_path) as series:
        site = site_at(server.base)
        asyncio.run(_service(series, Sleeper(start), [site], server.base).run(start + dt.timedelta(days=1)))
        times = [dt.datetime.fromisoformat(v.at) for v in series.visits(site, start.date(), start.date())]
    assert len(times) == 20
    assert max(b - a for a, b in itertools.pairwise(times)) > dt.timedelta(hours=5)
    assert all(b - a >= GAP - dt.timedelta(seconds=2) for a, b in itertools.pairwise(times))


def test_a_round_visits_every_unit_once(tmp_path: Path) -> None:
    with serving(ROUTES) as server, dead() as gone, Series(tmp_path) as series:
        sites = [site_at(server.base), site_at(gone, id="v")]
        heard: list[str] = []
        service = Service(
            sites, series, Plan(20, "s", server.base, QUICK), FakeClock(NOON), {}, lambda v: heard.append(v.unit)
        )
        asyncio.run(service.once())
        asyncio.run(service.once())
        assert sorted(heard) == ["u", "u", "v", "v"]
        assert series.done("u", NOON.date()) == series.done("v", NOON.date()) == {1, 2}


def test_a_killed_scan_loses_nothing_and_leaves_no_lock(tmp_path: Path) -> None:
    run = "import sys; from audit.cli import main; main(sys.argv[1:])"
    with serving(ROUTES) as server:
        (tmp_path / "sites.csv").write_text(
            f"id,name,level,url,allow_private\nu,江北区人民政府,区县政府,{server.base}/,1\n"
            f"v,沙坪坝区人民政府,区县政府,{server.base}/v/,1\n",
            "utf-8",
        )
        args = [sys.executable, "-c", run, "scan", str(tmp_path / "sites.csv"), "--output", str(tmp_path / "output")]
        args += ["--control", server.base]
        running = subprocess.Popen([*args, "--visits", "200"], stderr=subprocess.PIPE, text=True)
        assert running.stderr is not None
        assert (
            "开始日扫描：2个单位" in running.stderr.readline()
        )  # it holds the series; when its first visit is due depends on the hour
        second = subprocess.run([*args, "--once"], capture_output=True, text=True, timeout=60, check=False)
        assert (second.returncode, "正在运行" in second.stderr) == (2, True)
        os.kill(running.pid, signal.SIGKILL)
        running.wait()
        running.stderr.close()
        done = subprocess.run([*args, "--once"], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
    with Series(tmp_path / "output" / "scan", read_only=True) as series:
        (count,) = series.db.execute("SELECT COUNT(*) FROM visits").fetchone()
        assert series.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert count >= 2
