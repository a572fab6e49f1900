"""Serves the sample district on 127.0.0.1: every host on a port of its own, the month switched while running."""

import csv
import datetime as dt
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from crawler.records import Site
from crawler.visits import Visit
from examples.portal import Answer, District
from examples.state import MONTHS, State, header, hosts, unit_ids
from examples.visits import visits_of

BASE_PORT = 8770
_COLUMNS = ("id", "name", "level", "url", "parent", "scope", "site_code", "region", "allow_private")


class _Host(ThreadingHTTPServer):
    """One host. ``answers`` is replaced whole when the month changes; ``visited`` are paths asked for since then."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.answers: dict[str, Answer] = {}
        self.visited: set[str] = set()
        self.lock = threading.Lock()

    def handle_error(self, request: object, client_address: object) -> None:
        """A reader that hangs up is no fault; anything else is."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    def answer(self, path: str) -> tuple[Answer, int]:
        """The answer to a path, and its HTTP status on this visit."""
        found = self.answers.get(path) or self.answers.get("") or Answer(b"", status=404)
        with self.lock:
            new = path not in self.visited
            self.visited.add(path)
        return found, found.first if new and found.first else found.status


class _Handler(BaseHTTPRequestHandler):
    """Answers from the table of its host; says nothing on the terminal."""

    protocol_version = "HTTP/1.1"
    server_version = "nginx"
    sys_version = ""
    timeout = 10
    wbufsize = -1
    server: _Host

    def do_GET(self) -> None:
        answer, status = self.server.answer(unquote(urlsplit(self.path).path))
        self.send_response(status)
        self.send_header("Content-Type", answer.type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    do_HEAD = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name is http.server's
        """Quiet."""


def _named(host: str) -> str:
    """What a host is called in addresses: most of the sample's go by their number."""
    named = {header(one).get("host", one): header(one).get("named") for one in unit_ids()}
    return named.get(host) or "127.0.0.1"


class Served:
    """The running district. ``bases`` are the hosts' addresses, without a slash at their end."""

    def __init__(self, servers: dict[str, _Host], month: dt.date, units: tuple[str, ...], family: str) -> None:
        self._servers = servers
        self.units = units or unit_ids()
        self.family = family
        self.bases = {name: f"http://{_named(name)}:{server.server_port}" for name, server in servers.items()}
        self.month = month
        self.show(month)

    def show(self, month: dt.date) -> None:
        """Switches to the state of a month; the ports stay."""
        self.month = month
        for name, answers in District(month, self.units, self.family).answers(self.bases).items():
            server = self._servers[name]
            with server.lock:
                server.answers, server.visited = answers, set()

    def address(self, unit_id: str) -> str:
        """The address of a unit's home page."""
        unit = header(unit_id)
        return f"{self.bases[unit.get('host', unit_id)]}{unit.get('root', '/')}"

    def visits(self, site: Site) -> list[Visit]:
        """What the daily scan of the weeks before the month's end would have seen of a unit's home page."""
        return visits_of(State(site.id, self.month).data.get("visits", ()), site)

    def write_sites(self, path: Path) -> None:
        """Writes the district's ``sites.csv``."""
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, _COLUMNS, restval="", extrasaction="ignore", lineterminator="\n")
            writer.writeheader()
            for one in self.units:
                unit = header(one)
                home = self.address(one)
                scope = home if unit.get("root") else ""
                writer.writerow({**unit, "id": one, "url": home, "scope": scope, "allow_private": 1})


@contextmanager
def serve(
    month: dt.date = MONTHS[0], port: int = BASE_PORT, units: tuple[str, ...] = (), family: str = ""
) -> Iterator[Served]:
    """Serves the district, or some of its ``units`` as another ``family`` of systems shows them, until the block ends. The hosts take the ports from ``port`` on; a port that is taken is
    replaced by a free one, and 0 asks for free ones throughout."""
    servers: dict[str, _Host] = {}
    try:
        for number, name in enumerate(hosts(units)):
            servers[name] = _listen(port + number if port else 0)
        served = Served(servers, month, units, family)
        for server in servers.values():
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield served
        finally:
            for server in servers.values():
                server.shutdown()
    finally:
        for server in servers.values():
            server.server_close()


def _listen(port: int) -> _Host:
    try:
        return _Host(port)
    except OSError:
        return _Host(0)
