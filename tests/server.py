"""A real HTTP server on loopback whose answers are functions, for crawl tests."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = tuple[int, dict[str, str], bytes]
Route = bytes | str | Answer | Callable[["Handler"], Answer | None]


class Handler(BaseHTTPRequestHandler):
    """Answers from ``routes``; a route may write to the connection itself and return None."""

    protocol_version = "HTTP/1.1"
    server: "Server"

    def do_GET(self) -> None:
        self.server.asked[self.path] += 1
        self.server.agents.add(self.headers.get("User-Agent", ""))
        route = self.server.routes.get(self.path.split("?")[0], (404, {}, b"<html><title>404</title></html>"))
        answer = route(self) if callable(route) else route
        if isinstance(answer, str):
            answer = answer.encode()
        if isinstance(answer, bytes):
            answer = (200, {"Content-Type": "text/html; charset=utf-8"}, answer)
        if answer is None:
            self.close_connection = True
            return
        status, headers, body = answer
        self.send_response(status)
        for name, value in {"Content-Type": "text/html", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.do_GET()

    def log_message(self, *args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    """``asked`` counts requests by path, ``agents`` holds the user agents seen."""

    daemon_threads = True

    def __init__(self, routes: dict[str, Route], host: str = "127.0.0.1", port: int = 0) -> None:
        super().__init__((host, port), Handler)
        self.routes = routes
        self.asked: Counter[str] = Counter()
        self.agents: set[str] = set()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # clients that hang up are part of the tests


@contextmanager
def serving(routes: dict[str, Route], host: str = "127.0.0.1", port: int = 0) -> Iterator[Server]:
    server = Server(routes, host, port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
