"""Portals made for measuring crawlers, and servers for them on loopback."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_ARTICLES = 6  # as many as our walk looks at of any list
_SIDE = 40
_WORDS = "公开信息政策文件通知公告工作动态规划计划财政预算决算行政许可处罚事业招考应急管理民生实事教育卫生住房交通环境"
_TEXT = "为深入贯彻落实关于全面推进政务公开工作的部署要求，结合本地实际，现就有关事项通知如下：各单位要加强组织领导，明确责任分工，确保各项任务落到实处。"


def _name(number: int) -> str:
    """A column's name, four characters, a different one for every number below a million or so."""
    size = len(_WORDS)
    return "".join(_WORDS[(number // size**place + place * 7) % size] for place in range(4))


class Portal:
    """A home page, sections, columns and articles: ``pages`` of them or a few more, of some 23 KB and 118 links each, every
    one of which every crawler meets."""

    def __init__(self, pages: int) -> None:
        self.columns = max(1, -(-(pages - 1) // (_ARTICLES + 1)))
        self.sections = max(1, min(36, self.columns // 20))
        self.subs = -(-self.columns // self.sections)
        self.paths = ["/", *(f"/s{n}/" for n in range(self.sections))]
        for number in range(self.columns):
            self.paths.append(f"/s{number // self.subs}/c{number}/")
            self.paths += (f"/s{number // self.subs}/c{number}/t{number:06}_{row}.html" for row in range(_ARTICLES))

    def page(self, path: str) -> bytes:
        parts = path.strip("/").split("/")
        if path == "/":
            title, body = "测试区人民政府", ""
        elif len(parts) == 1:
            title, body = _name(int(parts[0][1:]) + 500_000), self._subs(int(parts[0][1:]))
        elif path.endswith("/"):
            title, body = self._column(int(parts[1][1:]))
        else:
            title, body = self._article(parts[2])
        here = int(parts[0][1:]) if path != "/" else 0
        side = "".join(
            f"<li><a href='{self._at(here * self.subs + n)}'>{_name((here * self.subs + n) % self.columns)}</a></li>"
            for n in range(_SIDE)
        )
        foot = "".join(f"<a href='/s{n % self.sections}/'>关于我们之{n}</a> " for n in range(10))
        style = "<style>" + ".list li{line-height:28px;border-bottom:1px dashed #ccc}\n" * 200 + "</style>"
        return (
            f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title>{style}</head><body><div class='nav'><ul>{self._menu()}</ul></div>"
            f"<div class='main'>{body}</div><div class='side'><ul>{side}</ul></div><div class='footer'><p>{foot}</p>"
            "<p>主办单位：测试区人民政府办公室 网站标识码：5001180001 渝ICP备12345678号</p></div></body></html>"
        ).encode()

    def _at(self, column: int) -> str:
        column %= self.columns
        return f"/s{column // self.subs}/c{column}/"

    def _menu(self) -> str:
        return "<li><a href='/'>首页</a></li>" + "".join(
            f"<li><a href='/s{n}/'>{_name(n + 500_000)}</a></li>" for n in range(self.sections)
        )

    def _subs(self, section: int) -> str:
        own = range(section * self.subs, min((section + 1) * self.subs, self.columns))
        return "<ul>" + "".join(f"<li><a href='{self._at(n)}'>{_name(n)}</a></li>" for n in own) + "</ul>"

    def _column(self, number: int) -> tuple[str, str]:
        rows = "".join(
            f"<li><a href='{self._at(number)}t{number:06}_{row}.html'>关于做好{_name(number)}第{row + 1}项工作的通知</a><span>2022-10-{row + 10}</span></li>"
            for row in range(_ARTICLES)
        )
        return _name(
            number
        ), f"<div class='crumb'>当前位置：<a href='/'>首页</a> &gt; {_name(number)}</div><ul class='list'>{rows}</ul>"

    def _article(self, name: str) -> tuple[str, str]:
        number, row = int(name[1:7]), int(name[8])
        title = f"关于做好{_name(number)}第{row + 1}项工作的通知"
        text = "".join(f"<p>{n}.{_TEXT}</p>" for n in range(30))
        near = "".join(
            f"<li><a href='{self._at(number + n)}'>{_name((number + n) % self.columns)}</a></li>" for n in range(20)
        )
        return title, (
            f"<div class='crumb'>当前位置：<a href='/'>首页</a> &gt; <a href='{self._at(number)}'>{_name(number)}</a></div><h1>{title}</h1>"
            f"<div class='info'>发布日期：2022-10-{row + 10} 来源：区政府办公室</div><div class='content'>{text}</div><ul>{near}</ul>"
        )

    def write(self, folder: Path) -> None:
        for path in self.paths:
            file = folder / (path.lstrip("/") + ("index.html" if path.endswith("/") else ""))
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(self.page(path))


@contextmanager
def nginx(folder: Path, port: int) -> Iterator[None]:
    """Serves a folder with nginx on 127.0.0.1."""
    with tempfile.TemporaryDirectory(prefix="nginx") as place:
        kept = "".join(
            f"{name}_temp_path {place}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = "user root;" if os.geteuid() == 0 else ""
        (Path(place) / "nginx.conf").write_text(
            f"{user} worker_processes 1; daemon off; pid {place}/pid; error_log {place}/error.log; events {{}} http {{ {kept} access_log off; sendfile on;"
            f"keepalive_requests 1000000; default_type text/html; types {{ text/html html; }} server {{ listen 127.0.0.1:{port}; root {folder}; }} }}"
        )
        with _running(
            [shutil.which("nginx") or "/usr/sbin/nginx", "-c", f"{place}/nginx.conf"], f"http://127.0.0.1:{port}/"
        ):
            yield


@contextmanager
def own_server(pages: int, hosts: list[str], port: int, delay: float) -> Iterator[None]:
    """Serves a generated portal from memory on each of some loopback addresses, every answer ``delay`` seconds late."""
    command = [sys.executable, "-m", "benchmarks.portals", str(pages), str(port), str(delay), *hosts]
    with _running(command, f"http://{hosts[-1]}:{port}/"):
        yield


@contextmanager
def _running(command: list[str], url: str) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 60
        while True:
            with suppress(OSError), urllib.request.urlopen(url, timeout=5) as answer:
                answer.read()
                break
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{command[0]} does not serve {url}")
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait()


class _Answers(asyncio.Protocol):
    """GET from a table, keep-alive, nothing else: the least that crawlers need."""

    def __init__(self, table: dict[bytes, bytes], missing: bytes, delay: float) -> None:
        self._table, self._missing, self._delay = table, missing, delay
        self._got = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._got += data
        while (end := self._got.find(b"\r\n\r\n")) >= 0:
            path = self._got.split(b" ", 2)[1]
            self._got = self._got[end + 4 :]
            answer = self._table.get(path, self._missing)
            asyncio.get_running_loop().call_later(self._delay, self._transport.write, answer)  # type: ignore[attr-defined]


def _http(status: str, body: bytes) -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


async def _serve(pages: int, port: int, delay: float, hosts: list[str]) -> None:
    portal = Portal(pages)
    table = {path.encode(): _http("200 OK", portal.page(path)) for path in portal.paths}
    missing = _http("404 Not Found", b"<html><title>404</title></html>")
    loop = asyncio.get_running_loop()
    servers = [await loop.create_server(lambda: _Answers(table, missing, delay), host, port) for host in hosts]
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), sys.argv[4:]))
