"""What only time shows: two inspections of one portal, and what may be said of the difference."""

import datetime as dt
from typing import Any

import pytest
from portal import HOST, site_of, walk_pages

from rules.leads import Kind, Lead, leads
from rules.mandate import load_mandates
from rules.unit import Unit

MENU = {"要闻": "/n/", "通知公告": "/tz/"}
BODY = "会议研究了全区重点工作，听取了有关情况的汇报，部署了下一阶段各项重点任务。"
SEPTEMBER, OCTOBER = dt.date(2022, 9, 30), dt.date(2022, 10, 31)
ROWS = [
    ["关于开展消防安全大检查的通知", "/tz/c.html", "2022-09-20"],
    ["关于做好秋季防汛工作的通知", "/tz/b.html", "2022-09-10"],
    ["关于做好夏季防暑工作的通知", "/tz/a.html", "2022-06-01"],
]
NEW = ["关于召开年度总结会议的通知", "/tz/d.html", "2022-10-20"]


def _article(title: str, day: str, body: str = BODY) -> dict[str, Any]:
    return {"article": {"title": title, "published": day, "body": body}}


def _pages(rows: list[list[str]], **more: Any) -> dict[str, Any]:
    news = [["区委召开常务会议研究部署重点工作", "/n/a.html", "2022-10-28"]]
    pages: dict[str, Any] = {
        "/": {"home": {"lists": {"要闻": news}}},
        "/n/": {"list": {"title": "要闻", "rows": news}},
        "/tz/": {"list": {"title": "通知公告", "rows": rows}},
        "/n/a.html": _article("区委召开常务会议研究部署重点工作", "2022-10-28"),
        **{url: _article(title, day) for title, url, day in rows},
    }
    return {
        **pages,
        **{f"/{key.replace('_', '/')}.html" if not key.startswith("/") else key: v for key, v in more.items()},
    }


def _unit(day: dt.date, pages: dict[str, Any]) -> Unit:
    site = site_of()
    return Unit(site, walk_pages(pages, site, MENU), day)


def _found(before: dict[str, Any], after: dict[str, Any]) -> list[Lead]:
    return leads(_unit(OCTOBER, after), _unit(SEPTEMBER, before), [])


def test_nothing_changed_nothing_told() -> None:
    assert _found(_pages(ROWS), _pages([NEW, *ROWS])) == []


def test_a_document_that_is_gone_twice_and_nowhere_else() -> None:
    after = {**_pages(ROWS), "/tz/b.html": {"http": 404}}
    found = _found(_pages(ROWS), {**after, "/tz/": {"list": {"title": "通知公告", "rows": [ROWS[0], ["秋季防汛", "/tz/b.html", "2022-09-10"], ROWS[2]]}}})  # fmt: skip
    assert [(lead.kind, lead.subject, lead.url) for lead in found] == [
        (Kind.GONE, "关于做好秋季防汛工作的通知", f"{HOST}/tz/b.html")
    ]
    assert "须人工核对" in found[0].message


@pytest.mark.parametrize("now", [{"fault": "timeout"}, {"http": 403}, {"http": 500}, "challenge", "shell", "empty", {"once": {"http": 404}, "then": {"http": 403}}])  # fmt: skip
def test_what_was_not_seen_is_not_gone(now: Any) -> None:
    after = {**_pages(ROWS), "/tz/b.html": now}
    after["/tz/"] = {
        "list": {"title": "通知公告", "rows": [ROWS[0], ["秋季防汛", "/tz/b.html", "2022-09-10"], ROWS[2]]}
    }
    assert _found(_pages(ROWS), after) == []


def test_a_row_that_a_whole_list_shows_no_more() -> None:
    found = _found(_pages(ROWS), _pages([NEW, ROWS[0], ROWS[2]]))
    assert [(lead.kind, lead.subject, lead.now) for lead in found] == [
        (Kind.GONE, "关于做好秋季防汛工作的通知", "列表里没有")
    ]


@pytest.mark.parametrize("column", [{"fault": "timeout"}, "challenge", "shell", "empty", {"http": 404}])
def test_a_list_that_was_not_seen_dropped_nothing(column: Any) -> None:
    assert _found(_pages(ROWS), {**_pages([NEW, ROWS[0], ROWS[2]]), "/tz/": column}) == []


def test_a_list_that_shows_only_its_newest_rows_dropped_nothing() -> None:
    assert _found(_pages(ROWS), _pages([NEW, ROWS[0]])) == []


def test_what_was_repealed_or_moved_may_go() -> None:
    repeal = _article(
        "关于废止一批文件的通知",
        "2022-10-20",
        "现决定废止《关于做好秋季防汛工作的通知》，自发布之日起停止执行，请遵照办理。",
    )
    rows = [["关于废止一批文件的通知", "/tz/d.html", "2022-10-20"], ROWS[0], ROWS[2]]
    assert _found(_pages(ROWS), {**_pages(rows), "/tz/d.html": repeal}) == []
    moved = [NEW, ROWS[0], ["关于做好秋季防汛工作的通知", "/tz/new.html", "2022-09-10"], ROWS[2]]
    assert _found(_pages(ROWS), _pages(moved)) == []


@pytest.mark.parametrize(
    ("day", "late"),
    [("2022-09-15", True), ("2022-09-27", True), ("2022-09-28", False), ("2022-10-05", False), ("2022-01-01", True)],
)
def test_a_row_dated_before_an_inspection_that_did_not_show_it(day: str, late: bool) -> None:
    rows = sorted([*ROWS, ["关于补录的一件事项的通知", "/tz/x.html", day]], key=lambda row: row[2], reverse=True)
    found = _found(_pages(ROWS), _pages(rows))
    assert [lead.kind for lead in found] == ([Kind.LATE] if late else [])
    assert not late or "补录还是日期有误须人工核对" in found[0].message


def test_a_list_that_did_not_look_so_far_back_says_nothing_of_it() -> None:
    before = _pages(ROWS[:2])
    before["/tz/"] = {"list": {"title": "通知公告", "rows": ROWS[:2], "pages": ["/tz/index_2.html"]}}
    before["/tz/index_2.html"] = {"fault": "timeout"}
    old = ["关于补录的一件事项的通知", "/tz/x.html", "2022-01-01"]
    assert _found(before, _pages([*ROWS[:2], old])) == []


def test_titles_and_texts_that_changed() -> None:
    after = _pages(ROWS)
    after["/tz/c.html"] = _article("关于开展消防安全检查的紧急通知", "2022-09-20")
    after["/tz/b.html"] = _article(ROWS[1][0], "2022-09-10", BODY.replace("各项重点任务", "各项重点任务和责任分工安排"))
    found = {lead.url.rsplit("/", 1)[1]: lead for lead in _found(_pages(ROWS), after)}
    assert {name: lead.kind for name, lead in found.items()} == {"b.html": Kind.CHANGED, "c.html": Kind.CHANGED}
    assert "标题由“关于开展消防安全大检查的通知”改为" in found["c.html"].message
    assert "责任分工" in found["b.html"].now


def test_counters_of_visits_are_no_change() -> None:
    before, after = (
        _pages(ROWS, **{"/tz/b.html": _article(ROWS[1][0], "2022-09-10", f"{BODY}\n浏览次数：{n}")}) for n in (3, 4711)
    )
    assert _found(before, after) == []


def test_a_new_design_is_no_edit() -> None:
    after = _pages(ROWS)
    for title, url, day in ROWS:
        after[url] = _article(title, day, BODY + "本网站已全新改版上线，欢迎广大市民朋友提出宝贵意见和建议。")
    after["/n/a.html"] = _article(
        "区委召开常务会议研究部署重点工作",
        "2022-10-28",
        BODY + "本网站已全新改版上线，欢迎广大市民朋友提出宝贵意见和建议。",
    )
    assert _found(_pages(ROWS), after) == []


@pytest.mark.parametrize(("newest", "left"), [("2022-10-18", 2), ("2022-10-17", 1), ("2022-10-23", 7), ("2022-10-24", None), ("2022-10-16", None)])  # fmt: skip
def test_columns_near_their_limits(newest: str, left: int | None) -> None:
    pages = _pages(ROWS)
    pages["/n/"] = {"list": {"title": "要闻", "rows": [["区委召开常务会议研究部署重点工作", "/n/a.html", newest]]}}
    found = leads(_unit(OCTOBER, pages), None, [load_mandates().by_id["GW19-D04"]])
    assert [lead.message.split("再过")[1].split("天")[0] for lead in found] == ([str(left)] if left else [])
