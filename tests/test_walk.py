"""The walk over made portals: what it looks at, what it leaves alone."""

from typing import Any

from portal import HOST, site_of, walk_pages

from crawler.frontier import Budget
from crawler.outcome import Fetched
from crawler.records import Page, PageStatus, Task
from crawler.walk import UnitWalk

MENU = {"政府信息公开": "/zwgk/", "工作动态": "/gzdt/"}
HOME = {"home": {"lists": {"要闻": [["区委召开常务会议研究部署工作", "/gzdt/a.html", "2022-10-28"]]}}}
ARTICLE = {
    "article": {"title": "区委召开常务会议研究部署工作", "published": "2022-10-28", "body": "会议研究了有关工作。" * 20}
}
LIST = {"list": {"title": "工作动态", "rows": [["区委召开常务会议研究部署工作", "/gzdt/a.html", "2022-10-28"]]}}
BASE: dict[str, Any] = {
    "/": HOME,
    "/gzdt/": LIST,
    "/gzdt/a.html": ARTICLE,
    "/zwgk/": {"list": {"title": "政府信息公开"}},
}


def _by_path(pages: list[Page]) -> dict[str, Page]:
    return {page.task.url.removeprefix(HOST): page for page in pages}


def test_roles() -> None:
    pages = _by_path(walk_pages(BASE, site_of(), MENU))
    assert {path: page.task.role for path, page in pages.items() if page.ok} == {
        "/": "home",
        "/zwgk/": "platform",
        "/gzdt/": "column",
        "/gzdt/a.html": "article",
    }
    assert pages["/robots.txt"].task.role == "robots"


def test_robots_decides_and_is_kept() -> None:
    robots = "User-agent: *\nDisallow: /gzdt/\nCrawl-delay: 3\n"
    pages = _by_path(walk_pages({**BASE, "/robots.txt": robots}, site_of(), MENU))
    assert pages["/gzdt/"].status is PageStatus.ROBOTS
    assert pages["/zwgk/"].ok


def test_robots_behind_a_server_error_allows_nothing() -> None:
    pages = _by_path(walk_pages({**BASE, "/robots.txt": {"http": 503}}, site_of(), MENU))
    assert pages["/"].status is PageStatus.ROBOTS


def test_nothing_outside_the_scope_is_asked_for() -> None:
    outside = {**MENU, "外站": "http://evil.example.com/x/", "上级": "http://unit.example.gov.cn.evil.com/"}
    asked = [page.task.url for page in walk_pages(BASE, site_of(), outside)]
    assert all(url.startswith(HOST + "/") for url in asked)


def test_www_and_https_are_learned_at_the_home_page() -> None:
    walk = UnitWalk(site_of(), Budget())
    task = Task(HOST + "/", "home")
    answer = Fetched(HOST + "/", "", 301, headers=(("Location", "https://www.unit.example.gov.cn/"),))
    assert not walk.admits("https://www.unit.example.gov.cn/gzdt/")
    assert walk.follow(task, answer, walk.judge(task, answer)) == "https://www.unit.example.gov.cn/"
    assert walk.admits("https://www.unit.example.gov.cn/gzdt/")
    assert not walk.admits("https://other.example.gov.cn/")


def test_a_menu_under_the_twin_host_is_the_sites_own() -> None:
    menu = {"工作动态": "http://www.unit.example.gov.cn/gzdt/", "外站": "http://www.other.example.gov.cn/gzdt/"}
    pages = walk_pages(BASE, site_of(), menu)
    assert any(page.ok and page.task.url == "http://www.unit.example.gov.cn/gzdt/" for page in pages)
    assert not any("other" in page.task.url for page in pages)


def test_redirect_out_of_scope_is_no_page() -> None:
    pages = _by_path(walk_pages({"/": {"to": "http://elsewhere.example.com/"}}, site_of(), MENU))
    assert pages["/"].status is PageStatus.HTTP_ERROR
    assert "范围外" in pages["/"].detail


def test_redirect_loop_ends() -> None:
    pages = _by_path(walk_pages({"/": {"to": "/a/"}, "/a/": {"to": "/b/"}, "/b/": {"to": "/a/"}}, site_of(), MENU))
    assert pages["/"].status is PageStatus.HTTP_ERROR


def test_meta_refresh_is_followed() -> None:
    shell = '<html><head><meta http-equiv="Refresh" content="0;URL=./dt/"></head></html>'
    written = "<html><head><script>var lm='x'; if(lm=='x'){document.write('<meta http-equiv=\"Refresh\" content=\"0;URL=/gzdt/dt/\" />');}</script></head></html>"
    for body in (shell, written):
        pages = _by_path(walk_pages({**BASE, "/gzdt/": body, "/gzdt/dt/": LIST}, site_of(), MENU))
        page = pages["/gzdt/"]
        assert page.ok
        assert page.url == HOST + "/gzdt/dt/"
        assert page.facts is not None
        assert len(page.facts.items) == 1


def test_not_found_page_with_200_is_recognised() -> None:
    pages = walk_pages(BASE, site_of(), {**MENU, "机构职能": "/none/"}, not_found=SOFT)
    page = _by_path(pages)["/none/"]
    assert page.status is PageStatus.SOFT_404


SOFT = {
    "list": {
        "title": "提示信息",
        "html": "<div>您要看的内容换了地方</div><div>请从首页重新进入</div><div>或者联系网站管理员</div>",
    }
}


def test_missing_pages_are_asked_for_twice() -> None:
    pages = [
        page for page in walk_pages(BASE, site_of(), {**MENU, "机构职能": "/none/"}) if page.task.url == HOST + "/none/"
    ]
    assert [page.task.attempt for page in pages] == [1, 2]


def test_budget_leaves_the_rest_untried() -> None:
    rows = [[f"第{n}号文件关于做好有关工作的通知", f"/gzdt/{n}.html", "2022-10-01"] for n in range(30)]
    table = {**BASE, "/gzdt/": {"list": {"title": "通知公告", "rows": rows}}}
    pages = walk_pages(table, site_of(), {**MENU, "通知公告": "/gzdt/"}, budget=Budget(pages=6))
    tried = [
        page
        for page in pages
        if page.status is not PageStatus.NOT_TRIED
        and page.task.attempt == 1
        and page.task.role not in ("robots", "probe")
    ]
    left = [page for page in pages if page.status is PageStatus.NOT_TRIED]
    assert len(tried) == 6
    assert left
    assert all(page.detail == "超出这个单位的页数预算" for page in left)


def test_the_same_portal_gives_the_same_walk() -> None:
    one, two = (walk_pages(BASE, site_of(), MENU) for _ in range(2))
    assert one == two
