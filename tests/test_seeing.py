"""Whether a page is what was asked for: challenges, error pages, logins and shells are never called ``ok``, and no page
of a site's own is called anything else."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from crawler.facts import outline, read_page
from crawler.facts.dom import Dom
from crawler.outcome import Fetched, Likenesses, judge
from crawler.records import Page, PageStatus, Task

URL = "http://www.shili.gov.cn/zwgk/tzgg/index.html"
ENTRIES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "seeing.yaml").read_text("utf-8"))
MENU = "".join(
    f'<li><a href="/{n}/">{name}</a></li>'
    for n, name in enumerate(
        ("首页", "政务公开", "政务服务", "互动交流", "走进示例", "机构职能", "通知公告", "政策文件", "登录")
    )
)
FOOT = '<div class="footer"><p>主办单位：示例区人民政府办公室 网站标识码：5001990001</p><p>渝ICP备00000001号-1 渝公网安备 50019900000001号</p></div>'
SITE = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title><script src="/js/jquery.js"></script></head><body>'
    '<div class="header"><h2>示例区人民政府</h2></div><ul class="nav">{menu}</ul>{crumb}<div class="main">{inner}</div>{foot}</body></html>'
)
HOME = SITE.format(
    title="示例区人民政府", menu=MENU, crumb="", foot=FOOT,
    inner="<ul>" + "".join(f'<li><a href="/a{n}.html">示例区召开第{n}次专题会议部署工作</a><span>2024-05-{n:02d}</span></li>' for n in range(10, 24)) + "</ul>",
)  # fmt: skip


def _body(entry: dict[str, Any]) -> bytes:
    if "html" in entry:
        return str(entry["html"]).encode("utf-8")
    if entry.get("home"):
        return HOME.encode()
    crumb = f'<div class="position">当前位置：首页 &gt; {entry["crumb"]}</div>' if "crumb" in entry else ""
    page = SITE.format(title=entry["title"], menu=MENU, crumb=crumb, inner=entry["site"], foot=FOOT)
    return page.encode()


def _seen(entry: dict[str, Any]) -> Page:
    headers = {"Content-Type": "text/html; charset=utf-8", **entry.get("headers", {})}
    url = entry.get("url", URL)
    fetched = Fetched(
        entry.get("final", url),
        "2024-06-01T00:00:00Z",
        entry.get("http", 200),
        "",
        tuple(headers.items()),
        _body(entry),
    )
    known = Likenesses(home=outline(Dom(HOME.encode(), "http://www.shili.gov.cn/")))
    task = Task(url, entry.get("role", "column"), label="通知公告")
    verdict = judge(task, fetched, known)
    return Page("u", 1, task, verdict.status, verdict.detail, fetched.url, fetched.http_status, facts=verdict.facts)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["name"])
def test_seeing(entry: dict[str, Any]) -> None:
    page = _seen(entry)
    assert page.status == entry["status"], page.detail
    assert page.gone == entry.get("gone", False)
    if page.ok:
        assert page.detail == ""
    else:
        assert any("\u4e00" <= char <= "\u9fff" for char in page.detail), "a reason an inspector can read"


@pytest.mark.parametrize(
    "entry", [e for e in ENTRIES if e["status"] != "ok" and "html" in e], ids=lambda entry: entry["name"]
)
def test_nothing_unseen_is_ok_by_its_content_alone(entry: dict[str, Any]) -> None:
    """A server may send any of them with HTTP 200."""
    assert read_page(_body(entry), URL).status is not PageStatus.OK


def test_there_are_enough_of_each() -> None:
    assert len({entry["name"] for entry in ENTRIES}) == len(ENTRIES)
    count = Counter(entry["status"] for entry in ENTRIES)
    assert count["ok"] >= 25
    assert min(count["blocked"], count["soft_404"], count["hollow"], count["login"]) >= 5
    assert sum(count.values()) - count["ok"] >= 60
