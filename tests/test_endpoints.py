"""Lists that a script fetches: where the page says they are, the walk that asks for them, the columns made of them. Pages
after the real grammar of each system."""

import json
from pathlib import Path
from typing import Any

import pytest
from portal import HOST, day, site_of, walk_pages
from server import Answer, Handler, Route, serving
from test_crawl_http import _crawl, _site
from test_data import PAGE, RECORD, SEARCH, rows_of, store

from crawler.facts import read_page
from crawler.facts.columns import Columns, ColumnState
from crawler.records import Facts, Page, PageStatus
from rules.checks._fresh import freshness
from rules.findings import Outcome
from rules.unit import Unit

TEXT = "<div class='nav'><a href='/'>首页</a> <a href='/xw/'>新闻中心</a></div><p>本栏目公开本机关的通知公告，欢迎监督。</p>"


def page(inner: str, url: str = PAGE, head: str = "") -> Facts:
    html = f"<!doctype html><html><head><title>通知公告</title>{head}</head><body>{TEXT}{inner}</body></html>"
    return read_page(html.encode(), url, "text/html; charset=utf-8")


# --- the pages -------------------------------------------------------------------------------------------------------

NEXT = "/module/web/jpage/dataproxy.jsp?page=1&amp;appid=1&amp;webid=55&amp;path=/&amp;columnid=30516&amp;unitid=32978&amp;permissiontype=0"


def test_jpage_rows_in_the_page_are_read_and_the_next_group_is_paging() -> None:
    facts = page(f'<div id="32978"><ul class="list"></ul><script type="text/xml">{store(10, 20, NEXT)}</script></div>')
    assert rows_of(facts)[0] == (
        "关于做好第10项工作的通知", "http://a.gov.cn/art/2022/10/10/art_1.html", "2022-10-10",
    )  # fmt: skip
    assert (facts.kind, len(facts.items), facts.status, facts.endpoints) == ("list", 10, PageStatus.OK, ())
    assert facts.paging == (
        "http://a.gov.cn/module/web/jpage/dataproxy.jsp?page=1&appid=1&webid=55&path=/&columnid=30516&unitid=32978&permissiontype=0",
    )


JPAGE = (
    "$(function(){$('#32978').jpage({themeName:'default',showMode:'full',totalRecord:%s,groupSize:3,perPage:15,"
    "proxyUrl:'/module/web/jpage/dataproxy.jsp',ajaxParam:{col:1,appid:'1',webid:55,path:'/',columnid:30516,"
    "unitid:'32978',webname:'射阳县人民政府',permissiontype:%s}});});"
)


def test_jpage_call_gives_the_address_of_all_parameters() -> None:
    facts = page(f'<div id="32978"></div><script>{JPAGE % (100, 0)}</script>')
    assert facts.scripted
    (url,) = facts.endpoints
    assert url.startswith(
        "http://a.gov.cn/module/web/jpage/dataproxy.jsp?startrecord=1&endrecord=45&perpage=15&col=1&appid=1&webid=55"
        "&path=%2F&columnid=30516&unitid=32978&webname=%E5%B0%84"
    )
    stored = f'<script type="text/xml">{store(10, 25)}</script>'
    later = page(f'<div id="32978">{stored}</div><script>{JPAGE % (100, 0)}</script>')
    assert [url.split("?")[1].split("&col")[0] for url in later.paging] == [
        "startrecord=16&endrecord=60&perpage=15",
        "startrecord=61&endrecord=105&perpage=15",
    ]


def test_jpage_call_with_an_unknown_parameter_gives_nothing() -> None:
    assert page(f"<script>{JPAGE % (100, 'perm')}</script>").endpoints == ()


CONFIG = """window._CONFIG = { SITE: 'x', SID: '755001', HAS: true, TREE: [{"id": 2570, "name": "政策文件", "children":
[{"id": 2571, "name": "通知公告", "post_count": 8}, {"id": 2572, "name": "公报", "jump_url": "/gb/index.html"}]}],
SERVICE_AREA_ID: 1 };"""


def test_gkmlpt_catalogue_gives_its_columns_with_their_addresses() -> None:
    facts = page(f"<div id=app></div><script>{CONFIG}</script>", "http://a.gov.cn/jyj/gkmlpt/index")
    found = {link.text: link.url for link in facts.links[-3:]}
    assert found == {
        "政策文件": "http://a.gov.cn/jyj/gkmlpt/api/all/2570?page=1&sid=755001",
        "通知公告": "http://a.gov.cn/jyj/gkmlpt/api/all/2571?page=1&sid=755001",
        "公报": "http://a.gov.cn/gb/index.html",
    }
    assert facts.endpoints == ()
    assert facts.scripted
    assert not page(f"<script>{CONFIG.replace('SID', 'XID')}</script>", "http://a.gov.cn/gkmlpt/index").endpoints


def test_gkmlpt_catalogue_that_nests_without_end_or_is_broken() -> None:
    for tree in ("[" * 100_000, '[{"name": 5, "id": "x", "children": {}}, null, 3]', '[{"id":1,"name":'):
        facts = page(f"<script>window._CONFIG={{SID:'1',TREE:{tree}</script>", "http://a.gov.cn/gkmlpt/index")
        assert all("/api/" not in link.url for link in facts.links)


UNIT_PATH = "/api-gateway/jpaas-publish-server/front/page/build/unit"
UNIT = (
    '<script id="4e3a" src="/cms_files/unitbuild.js" webId="8d82" parseType="buildstatic" '
    "url=\"/api-gateway/jpaas-publish-server/front/page/build/unit\" queryData=\"{{'parseType':'buildstatic',"
    "'webId':'8d82','tplSetId':'2097','pageType':'column','tagId':'{0}','editType':'null','pageId':'ca51'}}\"></script>"
)


def test_jpaas_unit_of_the_list_is_chosen_by_its_name() -> None:
    facts = page(UNIT.format("当前位置") + UNIT.format("右侧内容"))
    assert facts.endpoints == (
        f"http://a.gov.cn{UNIT_PATH}?parseType=buildstatic&webId=8d82&tplSetId=2097&pageType=column&tagId=%E5%8F%B3%E4%BE%A7%E5%86%85%E5%AE%B9&editType=null&pageId=ca51",
    )
    assert page(UNIT.format("部件一") + UNIT.format("部件二")).endpoints == ()
    assert page(UNIT.format("栏目导航")).endpoints == ()


def test_a_bare_shell_is_no_failure_where_its_data_is_known() -> None:
    bare = (
        "<html><head><title>通知</title><script src='/a.js'></script></head><body><div id=app></div>{0}</body></html>"
    )
    known = read_page(bare.format(UNIT.format("列表")).encode(), PAGE)
    assert (known.status, known.scripted, len(known.endpoints)) == (PageStatus.OK, True, 1)
    assert read_page(bare.format("").encode(), PAGE).status is PageStatus.HOLLOW


CHANNEL = '<meta name="channelId" content="72986a1db9604235af9171cb4a34c7ca">'
TEMPLATE = (
    "$.ajax({url:'/common/search/'+this.channelId+'?_isAgg=true&_isJson=true&_pageSize='+parseInt($(\"#pageSize\").val())"
    "+'&_template=index&_rangeTimeGte=&_channelName=&page='+parseInt($(\"#page\").val()),type:'get'})"
)


@pytest.mark.parametrize(
    "script", [f"<script>{TEMPLATE}</script>", '<script src="/gdj/xhtml/js/listPage.js"></script>']
)
def test_kaipu_channel(script: str) -> None:
    size = '<input type="hidden" id="pageSize" value="20"><ul id="list"></ul>'
    facts = page(size + script, head=CHANNEL)
    assert facts.endpoints == (f"http://a.gov.cn/common/search/72986a1db9604235af9171cb4a34c7ca?{SEARCH}",)
    assert page(size + script).endpoints == ()
    assert page(script, head=CHANNEL).endpoints == ()
    assert page(size + '<script src="http://[x/listPage.js"></script>').endpoints == ()


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ('$.ajax({url: "./ZUIXINZHENGCE.json", success:function(d){show(d)}})', "col/col30516/ZUIXINZHENGCE.json"),
        ("$.getJSON('list.json', function(d){})", "col/col30516/list.json"),
        ("fetch('./data_list.json').then(r=>r.json())", "col/col30516/data_list.json"),
        ("axios.get('index.json').then(f)", "col/col30516/index.json"),
        ("var x=new XMLHttpRequest();x.open('GET','a.json',true)", "col/col30516/a.json"),
        (
            "$.ajax({url:'/igs/front/search/list.html',data:{index:'i','filter[CHANNELID]':'625',pageNumber:1,pageSize:10},type:'get'})",
            "igs/front/search/list.html?index=i&filter%5BCHANNELID%5D=625&pageNumber=1&pageSize=10",
        ),
        (
            "$.ajax({url:'/govsearch/jsonp/zf_list.jsp?page=1&lb=58855',dataType:'jsonp',jsonpCallback:'result'})",
            "govsearch/jsonp/zf_list.jsp?page=1&lb=58855&callback=result",
        ),
        ("$.getJSON('/cnt/visit_count.json');$.getJSON('list.json')", "col/col30516/list.json"),
    ],
)  # fmt: skip
def test_literal_requests(script: str, expected: str) -> None:
    assert page(f"<ul id=list></ul><script>{script}</script>").endpoints == (f"http://a.gov.cn/{expected}",)


@pytest.mark.parametrize(
    "script",
    [
        "$.getJSON('/other/list.json')",  # not of this page's folder: may be anything
        "$.getJSON(base + 'list.json')",
        "$.getJSON('list_' + n + '.json')",
        "$.getJSON(`list_${n}.json`)",
        "$.post('list.json', {})",
        "$.ajax({url:'list.json',type:'POST'})",
        "$.ajax({url:'list.json',data:{page:n}})",
        "$.ajax({url:'list.json',type:how})",
        "$.getJSON('list.json', query, show)",
        "fetch('list.json', {...options})",
        "fetch('list.json', options)",
        "$.ajax({url:'list.json',data:JSON.stringify(q)})",
        "fetch('list.json',{method:'POST',body:q})",
        "$.getJSON('a.json');$.getJSON('b.json')",  # which is the list?
        "$.getJSON('a.json');$.post('/query', q);$.get('/visit_count')",
        "$.getJSON('http://[::1/list.json')",
        "$.ajax({url:'./list.json'" + ",x:{" * 5000,
    ],
)
def test_requests_that_name_no_list(script: str) -> None:
    assert page(f"<ul id=list></ul><script>{script}</script>").endpoints == ()


def test_a_page_with_rows_needs_no_literal_request() -> None:
    rows = "".join(f"<li><a href='{n}.html'>关于第{n}项工作的通知公告</a> 2022-10-{n}</li>" for n in range(10, 15))
    assert page(f"<ul>{rows}</ul><script>$.getJSON('list.json')</script>").endpoints == ()


# --- walked ----------------------------------------------------------------------------------------------------------

SHELL = f"<div id=list></div>{UNIT.format('列表')}"


def _html(inner: str, title: str = "通知公告", head: str = "") -> str:
    return f"<!doctype html><html><head><meta charset=utf-8><title>{title}</title>{head}</head><body>{TEXT}{inner}</body></html>"


def _json(value: Any) -> Answer:
    return 200, {"Content-Type": "application/json"}, json.dumps(value).encode()


def _items(kind: str, month: str) -> list[dict[str, str]]:
    return [
        {"title": f"关于{kind}第{n}项工作的通知", "url": f"/{kind}/{n}.html", "date": f"{month}-{n}", "publishedTimeStr": f"{month}-{n}"}
        for n in range(28, 18, -1)
    ]  # fmt: skip


def _portal(month: str) -> dict[str, Route]:
    """A portal of four columns, each of another system, whose newest rows are of one month."""
    menu = {"通知公告": "/tzgg/", "公示公告": "/gsgg/", "政府信息公开": "/gkmlpt/index", "公告公示": "/ggg/"}
    links = "".join(f"<li><a href='{url}'>{name}</a></li>" for name, url in menu.items())
    rows = "".join(RECORD.replace("2022-10-{0}", f"{month}-{{0}}").format(number) for number in range(28, 18, -1))
    markup = "".join(
        f'<li><a href="/art/{n}.html">关于第{n}批公告的通知</a><span>{month}-{n}</span></li>' for n in range(28, 18, -1)
    )
    size = '<input id="pageSize" value="20"><script src="/xhtml/js/listPage.js"></script>'
    return {
        "/": _html(f"<ul>{links}</ul>", "江北区人民政府"),
        "/robots.txt": b"",
        "/tzgg/": _html(f"<script>{JPAGE % (10, 0)}</script>"),
        "/module/web/jpage/dataproxy.jsp": (
            200, {"Content-Type": "text/xml"}, f"<datastore><totalrecord>10</totalrecord><recordset>{rows}</recordset></datastore>".encode(),
        ),
        "/gsgg/": _html(SHELL, "公示公告"),
        UNIT_PATH: _json({"success": True, "data": {"html": f"<ul>{markup}</ul>"}}),
        "/gkmlpt/index": _html(f"<script>{CONFIG}</script>", "政府信息公开"),
        "/gkmlpt/api/all/2570": _json({"total": 10, "articles": _items("zcwj", month)}),
        "/gkmlpt/api/all/2571": _json({"total": 10, "articles": _items("gk", month)}),
        "/ggg/": _html(size, "公告公示", CHANNEL),
        "/common/search/72986a1db9604235af9171cb4a34c7ca": _json(
            {"data": {"page": 1, "rows": 20, "total": 10, "results": _items("gg", month)}}
        ),
    }  # fmt: skip


COLUMNS = {
    "/tzgg/": "/module/web/jpage/dataproxy.jsp",
    "/gsgg/": UNIT_PATH,
    "/gkmlpt/api/all/2571": "/gkmlpt/api/all/2571",
    "/ggg/": "/common/search/72986a1db9604235af9171cb4a34c7ca",
}


def _crawled(folder: Path, routes: dict[str, Route]) -> tuple[dict[str, Outcome], dict[str, str], list[Page]]:
    with serving(routes) as server:
        site = _site(server)
        pages = list(_crawl(folder, site).values())
    unit = Unit(site, pages, day("2022-10-31"))
    found, said = {}, {}
    for column in unit.columns:
        path = "/" + column.url.split("/", 3)[3].split("?")[0]
        if path in COLUMNS:
            found[path], said[path], _ = freshness(unit, column, day("2022-10-01"))
    return found, said, pages


def test_columns_of_four_systems_fresh_and_stale(tmp_path: Path) -> None:
    found, said, pages = _crawled(tmp_path / "fresh", _portal("2022-10"))
    assert found == dict.fromkeys(COLUMNS, Outcome.PASSED), said
    assert all("2022-10-28" in text for text in said.values())
    asked = [page for page in pages if page.task.role == "data"]
    assert len(asked) == 5
    assert all(page.ok and page.warc for page in asked)
    found, said, _ = _crawled(tmp_path / "stale", _portal("2022-05"))
    assert found == dict.fromkeys(COLUMNS, Outcome.FAILED), said


@pytest.mark.parametrize(
    "bad",
    [
        (403, {}, b"Forbidden"),
        (404, {}, b"<html><title>404</title></html>"),
        (200, {"Content-Type": "text/html"}, "<html><body>请开启JavaScript并刷新该页.</body></html>".encode()),
        (200, {"Content-Type": "application/json"}, b'{"total":0,"data":[]}'),
        (200, {"Content-Type": "application/json"}, b""),
    ],
)
def test_an_endpoint_that_fails_leaves_the_column_open(tmp_path: Path, bad: Answer) -> None:
    routes = {**_portal("2022-05"), **dict.fromkeys(COLUMNS.values(), bad)}
    found, said, _ = _crawled(tmp_path, routes)
    assert found == dict.fromkeys(COLUMNS, Outcome.CANT_TELL), said


def test_data_is_asked_for_in_the_name_of_its_page_and_kept(tmp_path: Path) -> None:
    asked: list[str | None] = []

    def answer(handler: Handler) -> Answer:
        asked.append(handler.headers.get("Referer"))
        return _json({"success": True, "data": {"html": ""}})

    routes = {**_portal("2022-10"), UNIT_PATH: answer}
    with serving(routes) as server:
        _crawl(tmp_path, _site(server))
        first = sum(server.asked.values())
        assert asked == [server.base + "/gsgg/"]
        _crawl(tmp_path, _site(server))
        assert sum(server.asked.values()) == first


def test_rows_beside_the_list_do_not_stand_for_it() -> None:
    """A side list with old rows, and an endpoint that is not seen: nothing is known of the column."""
    old = "".join(f"<li><a href='/r/{n}.html'>推荐阅读的第{n}篇文章</a> 2019-01-{n}</li>" for n in range(10, 16))
    pages = walk_pages(
        {"/": {"home": {}}, "/tzgg/": _html(f"<ul>{old}</ul>{SHELL}")}, site_of(), {"通知公告": "/tzgg/"}
    )
    (column,) = Columns(pages, (HOST,)).named(["通知公告"])
    assert column.state is ColumnState.UNSURE
    assert "接口" in column.reason


def test_paging_goes_on_through_the_endpoint_within_the_limits() -> None:
    def answer(number: int) -> str:
        rows = [
            {"title": f"第{number}页第{n}号通知公告", "url": f"/a/{number}-{n}.html", "date": "2022-10-01"}
            for n in range(10)
        ]
        return json.dumps({"total": 95, "pageSize": 10, "data": rows})

    shell = _html("<script>$.getJSON('/igs/front/search/list.html?pageNumber=1&pageSize=10')</script>")
    table: dict[str, Any] = {f"/igs/front/search/list.html?pageNumber={n}&pageSize=10": answer(n) for n in range(1, 11)}
    pages = walk_pages({"/": {"home": {}}, "/tzgg/": shell, **table}, site_of(), {"通知公告": "/tzgg/"})
    asked = [page for page in pages if page.task.role == "data"]
    assert [page.task.page_no for page in asked] == [1, 2, 3]
    assert {page.task.label for page in asked} == {"通知公告"}
    (column,) = Columns(pages, (HOST,)).named(["通知公告"])
    assert (column.state, len(column.items), column.complete) == (ColumnState.NORMAL, 30, False)


def test_robots_and_scope_hold_for_endpoints() -> None:
    table = {"/": {"home": {}}, "/tzgg/": _html(SHELL), "/robots.txt": "User-agent: *\nDisallow: /api-gateway/\n"}
    pages = walk_pages(table, site_of(), {"通知公告": "/tzgg/"})
    (page,) = [page for page in pages if page.task.role == "data"]
    assert page.status is PageStatus.ROBOTS
    away = SHELL.replace('url="/api', 'url="http://elsewhere.example.com/api')
    pages = walk_pages({"/": {"home": {}}, "/tzgg/": _html(away)}, site_of(), {"通知公告": "/tzgg/"})
    assert not [page for page in pages if page.task.role == "data"]
    (column,) = Columns(pages, (HOST,)).named(["通知公告"])
    assert (column.state, "没有访问" in column.reason) == (ColumnState.UNSURE, True)


def test_the_same_walk_twice() -> None:
    table = {"/": {"home": {}}, "/tzgg/": _html(SHELL), UNIT_PATH: "x"}
    assert walk_pages(table, site_of(), {"通知公告": "/tzgg/"}) == walk_pages(table, site_of(), {"通知公告": "/tzgg/"})
