"""What data endpoints answer, read: after the real grammar of each system, and what no such system would send."""

import json
import time
from typing import Any

import pytest

from crawler.facts.data import read_data
from crawler.facts.dates import data_date
from crawler.records import Facts, PageStatus

PAGE = "http://a.gov.cn/col/col30516/index.html"
SEARCH = "_isAgg=true&_isJson=true&_pageSize=20&_template=index&_rangeTimeGte=&_channelName=&page=1"
RECORD = "<record><![CDATA[<li><a href='/art/2022/10/{0}/art_1.html' title='关于做好第{0}项工作的通知'>关于做好第{0}项…</a><span>2022-10-{0}</span></li>]]></record>"


def store(first: int, last: int, more: str = "", total: int = 60) -> str:
    rows = "\n".join(RECORD.format(number) for number in range(first, last))
    return (
        f"<datastore><totalrecord>{total}</totalrecord><totalpage>4</totalpage>"
        f'<nextgroup><![CDATA[<a href="{more}"></a>]]></nextgroup><recordset>{rows}</recordset></datastore>'
    )


def data(value: Any, url: str = "http://a.gov.cn/api/list?page=1&pageSize=2", base: str = PAGE) -> Facts:
    body = (
        value if isinstance(value, bytes) else value.encode() if isinstance(value, str) else json.dumps(value).encode()
    )
    return read_data(body, url, "application/json", base)


def rows_of(facts: Facts) -> list[tuple[str, str | None, str | None]]:
    assert facts.status is PageStatus.OK, facts.status_reason
    return [(item.title, item.url, item.date) for item in facts.items]


def test_datastore_answer() -> None:
    url = "http://a.gov.cn/module/web/jpage/dataproxy.jsp?page=1&columnid=30516"
    facts = read_data(store(10, 15, "./dataproxy.jsp?page=2&amp;columnid=30516").encode(), url, "text/xml", PAGE)
    assert rows_of(facts)[0] == ("关于做好第10项工作的通知", "http://a.gov.cn/art/2022/10/10/art_1.html", "2022-10-10")
    assert facts.total == 60
    assert facts.paging == ("http://a.gov.cn/module/web/jpage/dataproxy.jsp?page=2&columnid=30516",)
    last = read_data(store(10, 15).encode(), url, "text/xml", PAGE)
    assert last.paging == ()
    ranged = "http://a.gov.cn/module/web/jpage/dataproxy.jsp?startrecord=1&endrecord=45&perpage=15&columnid=1"
    assert read_data(store(10, 15).encode(), ranged, "text/xml", PAGE).paging == (
        "http://a.gov.cn/module/web/jpage/dataproxy.jsp?startrecord=46&endrecord=90&perpage=15&columnid=1",
    )


ARTICLE = {
    "id": 963149, "title": "2026年5月份工程造价信息", "url": "http://a.gov.cn/gkmlpt/content/0/963/post_963149.html",
    "created_at": "2026-06-18 16:25:04", "create_time": 1781771108, "date": 1700000000, "display_publish_time": 1781625600,
    "publisher": "住房和城乡建设局", "identifier": "x", "document_number": "", "attachment": [{"name": "a.pdf", "url": "/a.pdf"}],
}  # fmt: skip


def test_gkmlpt_answer() -> None:
    url = "http://a.gov.cn/gkmlpt/api/all/721?page=1&sid=662021"
    many = [{**ARTICLE, "id": n, "title": f"{n}号", "url": f"/gkmlpt/content/post_{n}.html"} for n in range(100)]
    facts = data({"total": 145, "classify": {"post_count": 145}, "articles": many}, url)
    assert rows_of(facts)[3] == ("3号", "http://a.gov.cn/gkmlpt/content/post_3.html", "2026-06-17")  # in China
    assert facts.paging == ("http://a.gov.cn/gkmlpt/api/all/721?page=2&sid=662021",)
    rest = data({"total": 145, "articles": many[:45]}, facts.paging[0])
    assert (rest.total, rest.paging) == (145, ())


def test_kaipu_answer() -> None:
    result = {
        "title": "全面清除<em>虚假</em>宣传", "url": "//a.gov.cn/gdj/c1/202604/1.shtml", "publishedTime": 1,
        "publishedTimeStr": "2026-04-10 09:30:03", "domainMetaList": [{"resultList": [{"name": "来源", "url": "/x"}]}],
    }  # fmt: skip
    url = f"http://a.gov.cn/common/search/72986a1d?{SEARCH}"
    answer = {"data": {"page": 1, "rows": 20, "total": 41, "results": [{**result, "title": f"{n}"} for n in range(20)]}}
    facts = data(answer, url)
    assert rows_of(facts)[0] == ("0", "http://a.gov.cn/gdj/c1/202604/1.shtml", "2026-04-10")
    assert [page.rsplit("=", 1)[1] for page in facts.paging] == ["2", "3"]
    answer["data"]["results"] = [result]
    assert rows_of(data(answer, url))[0][0] == "全面清除虚假宣传"


def test_jpaas_answer() -> None:
    markup = (
        '<div class="page-content"><ul>'
        + "".join(
            f'<li class="cf"><a class="fl" href="/art/2026/art_{n}.html" title="关于第{n}批公告的通知">关于第{n}批…</a>'
            f'<span class="fr">2026-09-{n}</span></li>'
            for n in range(10, 18)
        )
        + '</ul></div><div class="pagination" queryData="{\'pageId\':\'3e3a\'}" rows="8" count="20" pageNo="1"></div>'
    )
    url = "http://a.gov.cn/api-gateway/jpaas-publish-server/front/page/build/unit?webId=1&pageId=3e3a"
    facts = data({"success": True, "code": "200", "data": {"html": markup}}, url)
    assert rows_of(facts)[0] == ("关于第10批公告的通知", "http://a.gov.cn/art/2026/art_10.html", "2026-09-10")
    assert facts.total == 20
    assert facts.paging == tuple(url + f"&paramJson=%7B%22pageNo%22%3A{n}%2C%22pageSize%22%3A8%7D" for n in (2, 3))
    failed = data({"success": False, "code": "500", "data": {"html": markup}}, url)
    assert failed.status is PageStatus.HOLLOW


@pytest.mark.parametrize(
    ("answer", "row"),
    [
        (
            '[{"TITLE":"条例","SUB_TITLE":"","URL":"https://a.gov.cn/1.htm","DOCRELPUBTIME":"2026-09-11"},]',
            ("条例", "https://a.gov.cn/1.htm", "2026-09-11"),
        ),
        (
            '\ufeff\r\n result({"num":1,"nPage":1,"data":[{"title":"公告","puburl":"/t_1.html","tip":{"dates":"2026-09-30"}}]});',
            ("公告", "http://a.gov.cn/t_1.html", "2026-09-30"),
        ),
        (
            {"page": {"total": 1, "content": [{"DOCTITLE": "意见", "DOCPUBURL": "/w.html", "PUBDATE": "2021-03-01T16:00:00.000+0000"}]}},
            ("意见", "http://a.gov.cn/w.html", "2021-03-02"),
        ),
        ({"rows": [{"bt": "通知", "fbrq": "/Date(1667145600000+0800)/"}]}, ("通知", None, "2022-10-31")),
        ({"d": [{"name": "报告", "publishDate": "2026-06-11 00:00:00"}]}, ("报告", None, "2026-06-11")),
    ],
)  # fmt: skip
def test_other_answers(answer: Any, row: tuple[str, str | None, str | None]) -> None:
    assert rows_of(data(answer)) == [row]


def test_addresses_of_a_file_beside_the_page_and_of_an_interface() -> None:
    answer = [{"title": "通知", "url": "./t_1.html", "date": "2026-01-01"}]
    assert (
        data(answer, "http://a.gov.cn/col/col30516/list.json").items[0].url == "http://a.gov.cn/col/col30516/t_1.html"
    )
    assert data(answer, "http://a.gov.cn/api/list.json").items[0].url == "http://a.gov.cn/api/t_1.html"


@pytest.mark.parametrize(
    ("value", "date"),
    [
        (1667145600, "2022-10-31"), (1667145600000, "2022-10-31"), ("1667145600000", "2022-10-31"), (1667145600.5, "2022-10-31"),
        ("20221031", "2022-10-31"), (20221031, "2022-10-31"), ("20221031101500", "2022-10-31"), ("2022/10/31", "2022-10-31"),
        ("2022-10-31 23:59:59", "2022-10-31"), ("2022-10-30T16:00:00Z", "2022-10-31"), ("2022-10-31T10:00:00", "2022-10-31"),
        ({"time": 1667145600000}, "2022-10-31"), ("Oct 31", None), (0, None), (True, None), (-5, None), (5, None), (10**400, None),
        (float("nan"), None), (float("inf"), None), ("", None), ("2022-13-45", None), ([], None), ("9" * 99, None),
    ],
)  # fmt: skip
def test_dates(value: Any, date: str | None) -> None:
    assert data_date(value) == date


# --- hostile answers -------------------------------------------------------------------------------------------------

ROW = {"title": "关于做好工作的通知", "url": "/1.html", "date": "2022-10-31"}


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (b"", PageStatus.HOLLOW),
        (b"   \r\n", PageStatus.HOLLOW),
        (b"\x00\x01\x02", PageStatus.HOLLOW),
        ("[" * 200_000, PageStatus.HOLLOW),
        ('{"a":' * 200_000, PageStatus.HOLLOW),
        ("[" * 900 + "]" * 900, PageStatus.HOLLOW),
        ("5", PageStatus.HOLLOW),
        ('"title"', PageStatus.HOLLOW),
        ("null", PageStatus.HOLLOW),
        ("alert(1)", PageStatus.HOLLOW),
        ('{"total":0,"articles":[]}', PageStatus.HOLLOW),
        ({"code": 500, "msg": "error"}, PageStatus.HOLLOW),
        ({"data": [{"title": 5, "url": [], "date": {}}]}, PageStatus.HOLLOW),
        ({"data": [{"title": "只有名称"}]}, PageStatus.HOLLOW),
        ({"menu": [{"name": "首页", "url": "/"}, {"name": "新闻", "url": "/xw/"}]}, PageStatus.HOLLOW),
        ({"a": [ROW, ROW], "b": [ROW, ROW]}, PageStatus.HOLLOW),
        ({"a": [ROW, {"x": 1}]}, PageStatus.HOLLOW),
        ([ROW, 5, "x"], PageStatus.HOLLOW),
        ({"data": {"html": 5}}, PageStatus.HOLLOW),
        ('{"data":[{"title":"甲","url":"/1","date":' + "9" * 5000 + "}]}", PageStatus.HOLLOW),
        ("<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1></body></html>", PageStatus.SOFT_404),
        ("<html><body>请开启JavaScript并刷新该页.</body></html>", PageStatus.BLOCKED),
        ("<html><body><h1>系统维护</h1>" + "文" * 3000 + "</body></html>", PageStatus.HOLLOW),
        ("<record>" * 100_000, PageStatus.HOLLOW),
        ("<datastore>" + "<record>" * 100_000, PageStatus.HOLLOW),
        ("<datastore><recordset></recordset></datastore>", PageStatus.HOLLOW),
        (
            '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]><datastore><record>&b;&f;</record></datastore>',
            PageStatus.HOLLOW,
        ),
    ],
)  # fmt: skip
def test_what_is_no_list_says_so(answer: Any, status: PageStatus) -> None:
    facts = data(answer)
    assert (facts.status, facts.items, facts.paging) == (status, (), ())
    assert facts.status_reason


def test_a_store_of_open_tags_is_read_in_time() -> None:
    started = time.process_time()
    data("<datastore><record>" + "<record><![CDATA[" * 500_000)
    data(b"[" + b'{"title":' * 500_000)
    assert time.process_time() - started < 10


def test_fifty_megabytes_are_not_read() -> None:
    facts = data(b'[{"title":"' + b"x" * 50_000_000 + b'"}]')
    assert (facts.status, facts.items) == (PageStatus.TOO_BIG, ())


def test_rows_and_pages_are_capped() -> None:
    many = [{**ROW, "title": f"第{n}号通知"} for n in range(5000)]
    facts = data({"total": 10**7, "list": many})
    assert (len(facts.items), len(facts.paging)) == (2000, 30)


def test_an_address_that_is_none_leads_nowhere() -> None:
    for url in ("javascript:alert(1)", "http://[::1", "x" * 5000, "data:text/html,x"):
        item = data([{**ROW, "url": url}]).items[0]
        assert item.url is None or item.url.startswith("http://a.gov.cn/")
