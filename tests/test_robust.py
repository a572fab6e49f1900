"""No bytes make the readers fail, and none make them slow or greedy: ``read_page`` answers for whatever a server sends."""

import json
import os
import random
import subprocess
import sys
from functools import cache
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.facts import read_page
from crawler.facts.data import read_data
from crawler.facts.limits import MAX_BYTES, MAX_LINKS, MAX_TAGS
from crawler.outcome import Fetched, Likenesses, judge
from crawler.records import Facts, PageStatus, Task
from examples.portal import District
from examples.state import hosts

ROOT = Path(__file__).parent.parent
URL = "http://www.shili.gov.cn/zwgk/tzgg/index.html"
CHARSETS = ("gbk", "utf-16", "utf-16-be", "big5", "latin-1", "utf-8")
ODD = (
    "no-such-charset",
    "hex",
    "zlib",
    "undefined",
    "idna",
    "punycode",
    "utf-7",
    "utf-32",
    "hz-gb-2312",
    "unicode_escape",
    "\x00",
    "rot13",
)
SECONDS, MEGABYTES = 2.0, 300
PLANTS = (
    b"\x00", b"&#xD800;", b"&#0;", b"<?php x ?>", b"<?xml version='1.0'?>", b"<!ENTITY a 'b'>", "x<br>\x0b\x1f\uffff".encode(), b"<script>document.write('<b>x</b>\x0b')</script>\x0c", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<", b">", b"'", b'"',
    b"<script>", b"</script>", b"<table>", b"</td>", b"<a href='http://['>", "<a href=/zwgk/x.html>①</a>".encode(), b"<meta charset=utf-16>", b"\xff\xfe", b"\xed\xa0\x80",
    b"<script>createPageHTML(" + b"9" * 5000 + b",0,'i','h')</script>", "<script>Pager({size:²,prefix:'i',suffix:'h'})</script>".encode(),
    b"<script>document.write('\\ud800<a href=\"/\\ud800\">\\ud800</a>')</script>", "<td rowspan=²>".encode(), b"<base href='//['>",
)  # fmt: skip
bounded = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@cache
def district_pages() -> tuple[bytes, ...]:
    """The sample district's pages: those that differ in more than their text."""
    answers = District().answers({host: f"http://{host}" for host in hosts()})
    pages = [answer.body for host in answers.values() for answer in host.values() if "html" in answer.type]
    return tuple({len(body) // 50: body for body in pages}.values())


def _read(body: bytes, content_type: str = "") -> Facts:
    facts = read_page(body, URL, content_type)
    msgspec.json.encode(facts)  # as the archive keeps it
    return facts


def _judge(body: bytes, content_type: str = "text/html") -> None:
    fetched = Fetched(URL, "2024-06-01T00:00:00Z", 200, "", (("Content-Type", content_type),), body)
    judge(Task(URL, "column"), fetched, Likenesses())


def test_pages_cut_at_ten_places() -> None:
    assert len(district_pages()) > 30
    for body in district_pages():
        for tenth in range(10):
            _read(body[: len(body) * tenth // 10])


def test_pages_in_other_charsets_under_wrong_names() -> None:
    for body in district_pages()[::4]:
        text = body.decode("utf-8", "replace")
        for number, charset in enumerate(CHARSETS):
            for wrong in ("", CHARSETS[number - 1], *ODD[number % 3 :: 3]):
                _read(text.encode(charset, "replace"), f"text/html; charset={wrong}" if wrong else "")


@bounded
@given(st.data())
def test_pages_with_bytes_flipped_and_things_put_in(data: st.DataObject) -> None:
    body = bytearray(data.draw(st.sampled_from(district_pages())))
    for place in data.draw(st.lists(st.integers(0, len(body) - 1), max_size=40)):
        body[place] ^= data.draw(st.integers(1, 255))
    for place in data.draw(st.lists(st.integers(0, len(body)), max_size=8)):
        body[place:place] = data.draw(st.sampled_from(PLANTS))
    _read(bytes(body))
    _judge(bytes(body))


@bounded
@given(
    st.binary(max_size=3000),
    st.sampled_from(
        ("", "text/html", "text/html; charset=gb2312", "text/html; charset=utf-16", "text/html; charset=\xff")
    ),
)
def test_any_bytes(body: bytes, content_type: str) -> None:
    _read(body, content_type)
    _judge(body, content_type)


@bounded
@given(st.lists(st.sampled_from(PLANTS), max_size=30))
def test_any_plants(parts: list[bytes]) -> None:
    _read(b"".join(parts))


@bounded
@given(
    st.sampled_from(
        (
            "page=1",
            "page=1&page=x",
            "page=²",
            "startrecord=1&endrecord=9&perpage=²",
            "start_record=1&endrecord=2&perpage=3",
            "pageSize=" + "9" * 5000,
            "startrecord=1&startrecord=x&endrecord=5&perpage=5",
        )
    ),
    st.sampled_from(("²", "9" * 5000, -1, 0, 7, 10**30, None, "x", 1.5, [], {})),
    st.sampled_from(("a", "\ud800", "<b>", "&#xD800;", "")),
)
def test_any_data(query: str, total: object, title: str) -> None:
    rows = [{"title": title + "标题", "url": f"/{n}.html\ud800", "date": total} for n in range(3)]
    body = json.dumps({"total": total, "pageSize": total, "data": {"rows": rows}}).encode()
    msgspec.json.encode(read_data(body, f"{URL}?{query}", "application/json"))


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: repr(plant[:20]))
def test_one_thing_put_in(plant: bytes) -> None:
    _read(b"<html><body><p>x</p>" + plant + b"<p>y</p></body></html>")


def test_real_pages_cut_flipped_and_in_other_charsets(shared: Path) -> None:
    for number, path in enumerate(sorted((shared / "pages" / "html").rglob("*.html"))):
        body, chance = bytearray(path.read_bytes()), random.Random(number)
        for tenth in range(10):
            _read(bytes(body[: len(body) * tenth // 10]))
        text, charset = body.decode("utf-8", "replace"), CHARSETS[number % len(CHARSETS)]
        _read(text.encode(charset, "replace"), f"text/html; charset={CHARSETS[number % len(CHARSETS) - 1]}")
        for _ in range(60 if body else 0):
            body[chance.randrange(len(body))] = chance.randrange(256)
        _read(bytes(body))


@pytest.mark.parametrize("depth", [300, 1000, 1900])
def test_nothing_behind_deep_tags_is_lost(depth: int) -> None:
    """The parser leaves out what lies deeper than 255 tags unless it is told not to."""
    body = (
        "<html><body>"
        + "<font>" * depth
        + "深处的文字"
        + "</font>" * depth
        + "<div class=foot>网站标识码：5001990001</div></body></html>"
    )
    facts = _read(body.encode())
    assert (facts.footer.site_code, "深处的文字" in facts.text) == ("5001990001", True)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<p>x</p>" * (MAX_BYTES // 8 + 1), "页面过大（12 MB），没有读取"),
        (b"<p>" * (MAX_TAGS + 1), f"页面里的标签过多（{MAX_TAGS + 1}个），没有读取"),
        (b"<a href=/>" * (MAX_LINKS + 1), f"页面里的链接过多（{MAX_LINKS + 1}个），没有读取"),
        (b"<html><body>" + b"<div>" * 2100 + b"x", "页面里的标签套得过深，没有读取"),
    ],
    ids=["bytes", "tags", "links", "depth"],
)
def test_pages_beyond_the_limits_say_so(body: bytes, reason: str) -> None:
    facts = _read(body)
    assert (facts.status, facts.status_reason, facts.text, facts.links) == (PageStatus.TOO_BIG, reason, "", ())


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="wants Linux's account of memory")
def test_monsters_cost_little() -> None:
    """Each in a process of its own; those beyond a limit are refused, all others read."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    runs = [
        subprocess.Popen(
            [sys.executable, str(ROOT / "tests" / "monsters.py"), str(part), "2", str(SECONDS)],
            stdout=subprocess.PIPE,
            env=env,
            cwd=ROOT,
        )
        for part in range(2)
    ]
    results = [json.loads(line) for run in runs for line in run.communicate(timeout=240)[0].splitlines()]
    assert len(results) > 120
    assert not [r for r in results if r["status"] in ("raised", "killed")]
    assert not [r for r in results if r["cpu"] > SECONDS or r["mb"] > MEGABYTES]
    assert all(
        r["status"] == "too_big" for r in results if r["name"] in ("50 MB of text", "50 MB of links", "200000 rows")
    )
