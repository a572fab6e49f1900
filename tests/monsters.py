"""Pages nobody should send, and what reading each of them costs. Run as a program (``part`` of ``parts``; the ``seconds``
that are not too many), each page is read in a process of its own: a line of JSON with name, status, reason, seconds of
CPU and megabytes above the base."""

import json
import os
import random
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

MB = 1024 * 1024
TAGS, LINKS = 149_000, 14_900  # just under what is read
_LABELS = (
    "发布日期：", "（一）", "document.write('", "createPageHTML(", "(", "{", "一、", ">>", "当前位置：", "来源：x ", "2024-", "渝府发〔2024〕",
    "主办 ", "电话：", '"', "'", "渝ICP备", "标识码", "a.", "a@a.", "传真", "。一", "\\", "  ", "location.href='", "Pager({", "<record>", "var a=",
    "a='b'", "$.ajax({url:'", "%u4e00", ".jpage({", "loadList", "loadData ", "{{", "TREE:[", "您的访问", "您访问的页面", "请输入验证码", "网站", "ip", "\\'",
)  # fmt: skip


def page(inner: str | bytes, head: str = "<title>t</title>") -> bytes:
    body = inner.encode() if isinstance(inner, str) else inner
    return f"<html><head>{head}</head><body>".encode() + body + b"</body></html>"


def _fill(unit: str, count: int = 0) -> bytes:
    return page(unit * (count or TAGS // max(1, unit.count("<"))))


def _rows(pattern: str) -> bytes:
    return page("".join(pattern.format(n) for n in range(LINKS)))


def _words() -> dict[str, Callable[[], bytes]]:
    """Each label repeated: on one line, in a script, and in short paragraphs that hold a third of the labels each."""
    found: dict[str, Callable[[], bytes]] = {}
    for word in _LABELS:
        found[f"line of {word}"] = lambda w=word: page(w * ((5 if w in _LABELS[:6] else 1) * MB // len(w.encode())))
        found[f"script of {word}"] = lambda w=word: page(f"<script>{w * (95_000 // len(w))}</script>")
    for third in range(3):
        texts = "".join(f"<p>{word * (500 // len(word))}</p>" for word in _LABELS[third::3])
        found[f"paragraphs {third}"] = lambda t=texts: page(t * 100)
    return found


MONSTERS: dict[str, Callable[[], bytes]] = {
    **{f"10000 nested {tag}": lambda t=tag: page(f"<{t}>" * 10_000 + "x") for tag in ("div", "table", "span", "a", "ul")},
    **{f"2000 nested {tag}": lambda t=tag: page(f"<{t}>正文文字" * 2_000 + "<p>正文</p>" * 50_000) for tag in ("div", "span", "h1", "b")},
    "600 nested tables": lambda: page("<table><tr><td>正文</td><td>" * 600 + "正文"),
    "600 nested links": lambda: page("<div><a href=/x><b>标" * 600 + "<p>x</p>" * 50_000),
    "900 nested rows": lambda: page("<ul><li><a href=/x>标题标题标题标题</a>2024-01-02" * 900),
    "a cell of many lines": lambda: page("<table><tr><td>a</td><td>" + "<p>一、正文正文</p>" * 70_000),
    "50 MB of text": lambda: page("正文。" * (50 * MB // 9)),
    "11 MB of text": lambda: page("正文。一、" * (11 * MB // 15)),
    "50 MB of links": lambda: page("<a href=/x>标题</a>" * (50 * MB // 22)),
    "links": lambda: _rows("<a href=/p{0}.html>标题{0}</a>"),
    "list": lambda: _rows("<li><a href=/p{0}.html>标题标题标题{0}</a><span>2024-01-02</span></li>"),
    "page numbers": lambda: _rows("<a href=/p{0}.html>{0}</a>"),
    "files": lambda: _rows("<a href=/p{0}.pdf>附件{0}</a>"),
    "clicks": lambda: _rows("<a onclick=\"window.open('/p{0}.htm')\">标题标题{0}</a>"),
    "200000 rows": lambda: page("<table>" + "<tr><td>1<td>2</tr>" * 200_000),
    "rows": lambda: page("<table>" + "<tr><td>1<td>2</tr>" * (TAGS // 4)),
    "wide rows": lambda: page("<table>" + "<tr><td colspan=60 rowspan=60>1<td>2</tr>" * (TAGS // 4)),
    "tables": lambda: _fill("<table><tr><td>1<td>2<tr><td>1<td>2</table>"),
    "10 MB class": lambda: page(f'<div class="{"a b " * (10 * MB // 4)}">x</div>'),
    "10 MB id": lambda: page(f'<div id="{"foo " * (10 * MB // 4)}">x</div>'),
    "10 MB address": lambda: page(f'<a href="{"../" * (10 * MB // 3)}">x</a>'),
    "10 MB label": lambda: page(f'<a href=/x><img alt="{"发 " * (10 * MB // 4)}"></a>'),
    "10 MB click": lambda: page(f'<a onclick="{"location.href=" * (10 * MB // 14)}">x</a>'),
    "10 MB meta": lambda: page("x", f'<meta name=ArticleTitle content="{"<a" * (5 * MB)}">'),
    "10 MB title": lambda: page("x", f"<title>{'发布_ ' * MB}</title>"),
    "100000 scripts": lambda: page("<script>var a=1;</script>" * 100_000),
    "scripts": lambda: _fill("<script>var a=1;</script>"),
    "scripts that write": lambda: _fill("<script>document.write('<p>x</p>')</script>"),
    "one script that writes": lambda: page(("<script>" + "document.write('<p>x</p>');" * 3500 + "</script>") * 10),
    **{unit: lambda u=unit: _fill(u) for unit in (
        "x<br>", "<p>2024-01-02</p>", "<p>发布日期：2024-01-02</p>", "<h1>标题标题</h1><p>发布日期：2024-01-02</p>", "<p><strong>一、标题标题</strong></p>",
        "<div class=foot>主办单位：某某局</div>", "<div class=crumb>首页 &gt; a</div>", "<iframe src=/a></iframe>", "<img src=/a.png>",
        "<input type=password>", "<select><option>x</select>", "<?php x ?>", "<!-- x -->x", "<meta name=SiteName content=x>",
    )},
    "many classes": lambda: page("".join(f"<div class=c{n}>x</div>" for n in range(TAGS // 2))),
    "surrogates": lambda: page("&#xD800;&#xDFFF;&#0;&#x110000;" * 100_000),
    "NUL bytes": lambda: page(b"\x00a" * MB),
    "entity declarations": lambda: b'<!DOCTYPE html [<!ENTITY a "aaaa">' + b"".join(b'<!ENTITY b%d "&a;&a;">' % n for n in range(9_000)) + b"]><p>&b1;</p>",
    "noise": lambda: random.Random(1).randbytes(3 * MB),
    "noise of ASCII": lambda: bytes(byte & 0x7F for byte in random.Random(1).randbytes(MB)),
    **_words(),
}  # fmt: skip


def _memory(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


def _cost(name: str) -> dict[str, Any]:
    from crawler.facts import read_page

    body = MONSTERS[name]()
    Path("/proc/self/clear_refs").write_text("5")  # forgets the peak
    base, start = _memory("VmRSS"), time.process_time()
    try:
        facts = read_page(body, "http://www.shili.gov.cn/zwgk/index.html")
        status, reason = str(facts.status), facts.status_reason
    except Exception as error:  # noqa: BLE001  the finding
        status, reason = "raised", repr(error)[:200]
    return {
        "name": name,
        "status": status,
        "reason": reason,
        "cpu": time.process_time() - start,
        "mb": _memory("VmHWM") - base,
    }


def _in_a_child(name: str) -> dict[str, Any]:
    end, start = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(end)
        resource.setrlimit(resource.RLIMIT_CPU, (15, 16))
        os.write(start, json.dumps(_cost(name)).encode())
        os._exit(0)
    os.close(start)
    with os.fdopen(end, "rb") as told:
        said = told.read()
    killed: dict[str, Any] = {"name": name, "status": "killed", "reason": "", "cpu": 99.0, "mb": 0.0}
    return killed if os.waitpid(child, 0)[1] else json.loads(said)


def _least(name: str, seconds: float) -> dict[str, Any]:
    """What a page costs; where that is more than ``seconds`` the least of three times: a busy machine makes CPUs slow."""
    costs = [_in_a_child(name)]
    while len(costs) < 3 and costs[-1]["status"] != "killed" and min(cost["cpu"] for cost in costs) > seconds:
        costs.append(_in_a_child(name))
    return min(costs, key=lambda cost: cost["cpu"])


def main(part: int, parts: int, seconds: float) -> None:
    from crawler.facts import read_page

    read_page(page("<p>x</p>"), "http://www.shili.gov.cn/")
    for name in list(MONSTERS)[part::parts]:
        print(json.dumps(_least(name, seconds)), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
