"""The register of documents: portals of a few pages through the real walk and parser, and the sample district's own."""

import csv
import datetime as dt
import hashlib
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from portal import HOST, site_of, walk_pages

from audit.inspection import Inspection
from audit.stages import begin, check, crawl
from crawler.records import Facts, Item, Link, Page, PageStatus, Task
from crawler.sites import read_sites
from examples import MONTHS, serve
from rules.copies import Copy, copies_of, title_key
from rules.register import HEADER, Record, document_rows, make_register
from rules.unit import Unit

AS_OF = dt.date(2022, 10, 31)
TITLE = "江北区人民政府办公室关于印发江北区防汛抗旱工作方案的通知"
NUMBER = "江北府办发〔2022〕30号"
KEY = f"{NUMBER}#{TITLE}"
BODY = "各街道办事处，各镇人民政府：\n为进一步做好防汛抗旱工作，现将《江北区防汛抗旱工作方案》印发给你们，请结合实际认真贯彻落实，重大情况及时报告。\n江北区人民政府办公室\n2022年10月8日"
NOTE = "为便于理解方案的内容，现就出台背景、主要内容、重点举措作如下说明，请各单位对照落实。"
DISTRICT: dict[str, Any] = {"id": "district"}
OFFICE: dict[str, Any] = {
    "id": "office",
    "name": "江北区应急管理局",
    "level": "区县政府部门",
}


def paper(title: str = TITLE, number: str | None = NUMBER, **more: Any) -> dict[str, Any]:
    fields = {"索引号": "11500105009270000X/2022-00030", "发文字号": number, "成文日期": "2022-10-08"} if number else {}
    fields |= {"发布日期": "2022-10-14", **more.pop("fields", {})}
    return {"article": {"title": title, "above": {"政策文件": "/zc/"}, "fields": fields, "body": BODY, **more}}


def note(title: str, **more: Any) -> dict[str, Any]:
    return {
        "article": {
            "title": title,
            "above": {"政策解读": "/jd/"},
            "published": "2022-10-15",
            "body": NOTE,
            **more,
        }
    }


def portal(papers: dict[str, Any], notes: dict[str, Any] | None = None, other: Any = None) -> dict[str, Any]:
    """A home page, a column of documents and one of interpretations, whose rows are the pages given."""

    def rows(pages: dict[str, Any]) -> list[list[str]]:
        return [[_title(page), path, f"2022-10-{14 + n}"] for n, (path, page) in enumerate(pages.items())]

    notes = notes or {}
    return {
        "/": {"home": {"lists": {"政策文件": rows(papers)}}},
        "/zc/": {"list": {"title": "政策文件", "rows": rows(papers)}},
        "/jd/": {"list": {"title": "政策解读", "rows": rows(notes)}},
        **papers,
        **notes,
        **(other or {}),
    }


def _title(page: Any) -> str:
    return str(page["article"]["title"]) if "article" in page else "江北区防汛抗旱工作方案"


def unit_of(pages: dict[str, Any], site: dict[str, Any] | None = None, host: str = HOST) -> list[Copy]:
    site = site_of(**(site or DISTRICT))
    walked = walk_pages(pages, site, {"政策文件": "/zc/", "政策解读": "/jd/", "通知公告": "/tz/"})
    moved = [_moved(page, host) for page in walked] if host != HOST else walked
    there = replace(site, url=site.url.replace(HOST, host), scope=(host,)) if host != HOST else site
    return copies_of(Unit(there, moved, AS_OF))


def _moved(page: Page, host: str) -> Page:
    """The page as it would have been read on another host."""
    facts = page.facts
    if facts is not None:
        links = tuple(replace(link, url=link.url.replace(HOST, host)) for link in facts.links)
        items = tuple(replace(item, url=item.url and item.url.replace(HOST, host)) for item in facts.items)
        facts = replace(facts, url=facts.url.replace(HOST, host), links=links, items=items)
    task = replace(page.task, url=page.task.url.replace(HOST, host))
    return replace(page, task=task, final_url=page.final_url.replace(HOST, host), facts=facts)


def of_kind(records: list[Record], kind: str) -> list[Record]:
    return [record for record in records if record.kind == kind]


def papers_of(*units: list[Copy]) -> list[Record]:
    return of_kind(make_register([copy for unit in units for copy in unit]), "policy")


OTHER = "http://office.example.gov.cn"


# --- one document -----------------------------------------------------------------------------------------------------


def test_one_document_on_two_sites_is_one_record_with_two_copies() -> None:
    district = unit_of(portal({"/zc/a.html": paper()}))
    office = unit_of(portal({"/zc/b.html": paper(fields={"发布日期": "2022-10-20"})}), OFFICE, OTHER)
    (record,) = papers_of(district, office)
    assert (record.key, record.doc_number, record.title) == (KEY, NUMBER, TITLE)
    assert [(copy.unit, copy.url) for copy in record.copies] == [
        ("district", f"{HOST}/zc/a.html"),
        ("office", f"{OTHER}/zc/b.html"),
    ]
    one, two = record.copies
    assert (one.column, one.written, one.published) == ("政策文件", "2022-10-08", "2022-10-14")
    assert (one.index_number, one.row_date, one.validity) == ("11500105009270000X/2022-00030", "2022-10-14", None)
    assert one.body == two.body
    assert [(d.field, d.values) for d in record.disagree] == [
        ("published", (("2022-10-14", (one.url,)), ("2022-10-20", (two.url,))))
    ]


@pytest.mark.parametrize(
    "spelling",
    [
        "江北府办发〔2022〕30 号",
        "江北府办发[2022]30号",
        "江北府办发（2022）第30号",
        "\u200b江北府办发【２０２２】３０号",
        "发文字号：江北府办发﹝2022﹞030号",
    ],
)
def test_spellings_of_a_number_and_a_title_are_one(spelling: str) -> None:
    title = "江北区人民政府办公室 关于印发《江北区防汛抗旱工作方案》的通知"
    (record,) = papers_of(unit_of(portal({"/zc/a.html": paper(), "/zc/b.html": paper(title, spelling)})))
    assert record.key == KEY
    assert len(record.copies) == 2
    assert not record.disagree


def test_a_number_in_the_title_is_no_part_of_it() -> None:
    (record,) = papers_of(
        unit_of(portal({"/zc/a.html": paper(), "/zc/b.html": paper(f"{TITLE}（江北府办发[2022]30号）")}))
    )
    assert len(record.copies) == 2


@pytest.mark.parametrize("dummy", ["江北府办发〔9999〕99号", "无", "—"])
def test_a_dummy_is_no_number(dummy: str) -> None:
    (record,) = papers_of(unit_of(portal({"/zc/a.html": paper(number=dummy)})))
    assert (record.key, record.doc_number) == (f"#{TITLE}", None)


def test_one_title_under_two_numbers_is_two_documents_that_know_of_each_other() -> None:
    pages = {"/zc/a.html": paper(), "/zc/b.html": paper(number="江北府办发〔2021〕28号")}
    one, two = papers_of(unit_of(portal(pages)))
    assert {one.doc_number, two.doc_number} == {NUMBER, "江北府办发〔2021〕28号"}
    assert (one.alike, two.alike) == ((two.key,), (one.key,))


def test_a_renamed_copy_is_a_record_of_its_own_that_is_named() -> None:
    pages = {"/zc/a.html": paper(), "/zc/b.html": paper(TITLE.replace("工作方案", "应急预案"))}
    one, two = papers_of(unit_of(portal(pages)))
    assert one.doc_number == two.doc_number == NUMBER
    assert one.alike == (two.key,)


def test_a_copy_without_number_is_not_guessed_to_be_the_numbered_one() -> None:
    one, two = papers_of(unit_of(portal({"/zc/a.html": paper(), "/zc/b.html": paper(number=None)})))
    assert (one.key, one.alike) == (f"#{TITLE}", (KEY,))
    assert two.key == KEY


def test_retracted_by_title_and_by_label() -> None:
    pages = {
        "/zc/a.html": paper(fields={"有效性": "有效"}),
        "/zc/b.html": paper(TITLE + "（已废止）"),
        "/zc/c.html": paper(fields={"有效性": "废止"}),
        "/zc/d.html": paper(fields={"有效性": ""}),
    }
    (record,) = papers_of(unit_of(portal(pages)))
    assert [copy.validity for copy in record.copies] == ["有效", "已废止", "废止", None]
    (differing,) = record.disagree
    assert (differing.field, [value for value, _ in differing.values]) == ("validity", ["废止", "有效"])
    assert [len(urls) for _, urls in differing.values] == [2, 1]


# --- what is a document -------------------------------------------------------------------------------------------------


def test_without_number_only_what_is_plainly_official() -> None:
    news = {
        "title": "区政府召开防汛抗旱工作会议",
        "above": {"工作动态": "/dt/"},
        "body": BODY,
        "published": "2022-10-14",
    }
    stray = "江北区财政局关于调整会计从业登记的通知"
    table = {"索引号": "11500105009270000X/2022-00031", "成文日期": "2022-10-09"}
    pages = {
        "/zc/a.html": paper("江北区扶持柑橘产业若干措施", None),
        "/zc/b.html": {"article": {**news, "above": {"政策文件": "/zc/"}}},
        "/zc/c.html": {
            "article": {**news, "title": "江北要闻关于做好防汛抗旱工作的通知", "above": {"政务要闻": "/dt/"}}
        },
        "/zc/d.html": paper("通知", None),
    }
    lists = {"/tz/": {"list": {"title": "通知公告", "rows": [[stray, "/tz/a.html", "2022-10-14"], [f"{stray}二", "/tz/b.html", "2022-10-14"], ["关于停水的通知通知", "/tz/c.html", "2022-10-14"]]}}}  # fmt: skip
    tz = {"above": {"通知公告": "/tz/"}, "body": BODY}
    other = {
        **lists,
        "/tz/a.html": {"article": {**tz, "title": stray, "fields": table}},
        "/tz/b.html": {"article": {**tz, "title": "江北区防汛抗旱工作动态", "fields": table}},
        "/tz/c.html": {"article": {**tz, "title": "关于龙泉水厂停水检修的通知", "published": "2022-10-14"}},
    }
    assert {record.title for record in papers_of(unit_of(portal(pages, other=other)))} == {
        "江北区扶持柑橘产业若干措施",
        stray,
    }


@pytest.mark.parametrize(("body", "copies"), [(f"{NUMBER}\n{BODY}", 1), (f"{NUMBER}\n{TITLE}\n{BODY}", 2)])
def test_a_columns_own_page_is_no_document_of_the_columns_name(body: str, copies: int) -> None:
    """It is that of the title that its text brings with it, if any."""
    page = {
        "article": {
            "title": "制度规定",
            "above": {"制度规定": "/gd/"},
            "published": "2022-10-01",
            "body": body,
        }
    }
    pages = portal({"/zc/a.html": paper()}, other={"/gd/": page})
    walked = walk_pages(pages, site_of(**DISTRICT), {"政策文件": "/zc/", "制度规定": "/gd/"})
    assert any(page.url.endswith("/gd/") and page.facts and page.facts.doc_number for page in walked)
    found = copies_of(Unit(site_of(**DISTRICT), walked, AS_OF))
    assert len(found) == copies
    assert {copy.title for copy in found} == {TITLE}
    assert len({copy.key for copy in found}) == 1


def test_a_paper_about_interpretations_is_no_interpretation() -> None:
    title = "江北区人民政府办公室关于做好政策解读工作的通知"
    (record,) = make_register(unit_of(portal({"/zc/a.html": paper(title)})))
    assert record.kind == "policy"


def test_unseen_pages_contribute_nothing() -> None:
    pages = {"/zc/a.html": paper(), "/zc/b.html": paper(TITLE + "（二）", "江北府办发〔2022〕31号")}
    for unseen in ("shell", "challenge", "empty", {"http": 403}, {"fault": "timeout"}):
        table = {**portal(pages), "/zc/a.html": unseen}
        assert [record.doc_number for record in papers_of(unit_of(table))] == ["江北府办发〔2022〕31号"], unseen
    assert not unit_of({"/": {"fault": "dns"}})


def test_gbk_pages_are_the_same_documents() -> None:
    plain, gbk = (papers_of(unit_of(portal({"/zc/a.html": paper(charset=c)}))) for c in ("utf-8", "gb2312"))
    assert [(r.key, r.copies[0].body) for r in plain] == [(r.key, r.copies[0].body) for r in gbk]


def test_an_address_met_twice_is_one_copy() -> None:
    pages = portal({"/zc/a.html": paper()})
    pages["/"]["home"]["lists"]["政策文件"].append([TITLE, "/old/a.html", "2022-10-12"])
    (copy,) = unit_of({**pages, "/old/a.html": {"to": "/zc/a.html"}})
    assert copy.row_date == "2022-10-12"


# --- the text -----------------------------------------------------------------------------------------------------------


def _bodies(*pages: dict[str, Any]) -> list[str | None]:
    (record,) = papers_of(unit_of(portal({f"/zc/{n}.html": page for n, page in enumerate(pages)})))
    return [copy.body for copy in record.copies]


def test_the_hash_is_of_the_text_not_of_what_stands_round_it() -> None:
    same = _bodies(
        paper(),
        paper(body=f"江北区人民政府办公室文件\n{NUMBER}\n江北区人民政府办公室\n关于印发江北区防汛抗旱工作方案的通知\n{BODY}\n（此件公开发布）"),
        paper(body=BODY.replace("，", ", ").replace("《", "〈").replace("》", "〉").replace("2022年", "２０２２ 年 ")),
        paper(html='<p>附件：<a href="/zc/P020.docx">江北区防汛抗旱责任表.docx</a></p><p>相关信息</p><p><a href="/zc/9.html">江北区人民政府关于做好秋季森林防火工作的通知</a>2022-09-01</p>'),
    )  # fmt: skip
    assert len(set(same)) == 1
    assert same[0] is not None
    assert len(same[0]) == len(hashlib.sha256().hexdigest())


def test_an_edited_text_differs() -> None:
    pages = {"/zc/a.html": paper(), "/zc/b.html": paper(body=BODY.replace("10月8日", "10月9日"))}
    (record,) = papers_of(unit_of(portal(pages)))
    assert [one.field for one in record.disagree] == ["body"]


def test_texts_of_which_a_part_may_be_unseen_are_not_compared() -> None:
    picture = paper(html='<p><img src="/zc/scan.jpg" width="800" height="1200"></p>')
    (record,) = papers_of(unit_of(portal({"/zc/a.html": paper(), "/zc/b.html": picture})))
    assert not record.disagree
    files = '<p>附件：<a href="/zc/a.pdf">工作方案.pdf</a></p>'
    short = paper(body=BODY.replace("，重大情况及时报告", ""), html=files)
    (record,) = papers_of(unit_of(portal({"/zc/a.html": paper(), "/zc/b.html": short})))
    assert len({copy.body for copy in record.copies}) == 2
    assert not record.disagree


def test_a_page_that_only_points_to_an_unread_file_has_no_text() -> None:
    page = paper(body="", html='<p><a href="/zc/a.pdf">江北区防汛抗旱工作方案.pdf</a></p>')
    (record,) = papers_of(unit_of(portal({"/zc/a.html": page})))
    assert record.copies[0].body is None


def _page(path: str, facts: dict[str, Any], **task: Any) -> Page:
    base = {"url": f"{HOST}{path}", "charset": "utf-8", "status": PageStatus.OK, "status_reason": ""}
    read = Facts(**{**base, **facts})
    role = Task(**{"url": read.url, "role": "article", "column": "政策文件", **task})
    return Page(unit="district", seq=0, task=role, status=PageStatus.OK, facts=read)


def _file(**more: Any) -> Page:
    text = f"{NUMBER}\n{TITLE}\n{BODY}\n— 2 —"
    facts = {"kind": "document", "title": TITLE, "doc_number": NUMBER, "text": text, "written": "2022-10-08", **more}
    return _page("/files/30.pdf", facts, label=f"{TITLE}.pdf")


def test_a_file_in_a_list_is_a_copy_and_an_attached_one_is_its_pages_text() -> None:
    site = site_of(**DISTRICT)
    (alone,) = copies_of(Unit(site, [_file()], AS_OF))
    assert (alone.key, alone.form, alone.written) == (KEY, "document", "2022-10-08")
    (shown,) = unit_of(portal({"/zc/a.html": paper()}))
    assert alone.body == shown.body
    walked = walk_pages(portal({"/zc/a.html": paper(body="", html='<a href="/files/30.pdf">工作方案.pdf</a>')}), site, {"政策文件": "/zc/"})  # fmt: skip
    attached = [page for page in walked if not page.url.endswith(".pdf")]
    (pointing,) = copies_of(Unit(site, [*attached, _file()], AS_OF))
    assert pointing.url == f"{HOST}/zc/a.html"
    assert (pointing.body, pointing.form) == (alone.body, "document")
    (torn,) = copies_of(Unit(site, [_file(status_reason="文件很长，只读了前30万字")], AS_OF))
    assert torn.form == ""


# --- interpretations ----------------------------------------------------------------------------------------------------


def paired(
    papers: dict[str, Any], notes: dict[str, Any]
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """What each interpretation explains, and what explains each document."""
    records = make_register(unit_of(portal(papers, notes)))
    explains = {record.title: record.interprets for record in of_kind(records, "interpretation")}
    return explains, {record.key: record.interpretations for record in of_kind(records, "policy")}


OF_PLAN = "一图读懂《江北区防汛抗旱工作方案》"
WITHOUT_NAME = "防汛抗旱工作政策问答"
LINKED = {"政策原文": "/zc/a.html"}
TWIN = "江北府办发〔2021〕28号"


@pytest.mark.parametrize(
    ("title", "related", "back"),
    [
        (OF_PLAN, {}, {}),
        ("《江北区人民政府办公室关于印发江北区防汛抗旱工作方案的通知》政策解读", {}, {}),
        (WITHOUT_NAME, LINKED, {}),
        (WITHOUT_NAME, {TITLE: "/zc/a.html"}, {}),
        (WITHOUT_NAME, {}, {"相关解读": "/jd/a.html"}),
        ("《江北区防汛方案》解读", LINKED, {}),
        (OF_PLAN, {**LINKED, "江北区防火办法": "/zc/b.html"}, {}),
    ],
    ids=["title", "whole title", "link", "bare link", "link back", "link with another name", "link and one more"],
)
def test_an_interpretation_and_its_document(title: str, related: dict[str, str], back: dict[str, str]) -> None:
    second = paper("江北区人民政府关于印发江北区森林防火办法的通知", "江北府发〔2022〕9号")
    papers = {"/zc/a.html": paper(related=back), "/zc/b.html": second}
    explains, explained = paired(papers, {"/jd/a.html": note(title, related=related)})
    assert explains == {title: (KEY,)}
    assert explained.pop(KEY) == (f"{HOST}/jd/a.html",)
    assert not any(explained.values())


@pytest.mark.parametrize(
    ("title", "related"),
    [
        (OF_PLAN, {}),
        (WITHOUT_NAME, {"原文": "/zc/a.html", "政策原文": "/zc/b.html"}),
        (WITHOUT_NAME, {"一": "/zc/a.html", "二": "/zc/b.html"}),
        (WITHOUT_NAME, {}),
        ("《江北区防汛物资储备规定》解读", {"另一文件": "/zc/a.html"}),
        ("《方案》解读", {}),
    ],
    ids=["two of one name", "two originals", "two links", "nothing", "another name than linked", "a name of many"],
)
def test_what_is_ambiguous_is_no_pair(title: str, related: dict[str, str]) -> None:
    papers = {"/zc/a.html": paper(), "/zc/b.html": paper(number=TWIN)}
    explains, explained = paired(papers, {"/jd/a.html": note(title, related=related)})
    assert explains == {title: ()}
    assert not any(explained.values())


def test_a_link_tells_which_of_two_of_one_name() -> None:
    papers = {"/zc/a.html": paper(), "/zc/b.html": paper(number=TWIN)}
    explains, _ = paired(papers, {"/jd/a.html": note(OF_PLAN, related=LINKED)})
    assert explains == {OF_PLAN: (KEY,)}


def test_title_and_link_that_contradict_each_other_are_no_pair() -> None:
    second = paper("江北区人民政府关于印发江北区森林防火办法的通知", "江北府发〔2022〕9号")
    explains, _ = paired({"/zc/a.html": paper(), "/zc/b.html": second}, {"/jd/a.html": note(OF_PLAN, related={"政策原文": "/zc/b.html"})})  # fmt: skip
    assert explains == {OF_PLAN: ()}


def test_copies_of_one_title_with_and_without_number_are_all_explained() -> None:
    explains, explained = paired({"/zc/a.html": paper(), "/zc/b.html": paper(number=None)}, {"/jd/a.html": note(OF_PLAN)})  # fmt: skip
    assert explains == {OF_PLAN: (f"#{TITLE}", KEY)}
    assert all(explained.values())


def test_one_interpretation_of_two_documents() -> None:
    second = paper("江北区人民政府关于印发江北区森林防火办法的通知", "江北府发〔2022〕9号")
    title = "《江北区防汛抗旱工作方案》《江北区森林防火办法》政策解读"
    explains, _ = paired({"/zc/a.html": paper(), "/zc/b.html": second}, {"/jd/a.html": note(title)})
    assert len(explains[title]) == 2


def test_across_units_by_the_whole_name_and_by_link() -> None:
    district = unit_of(portal({"/zc/a.html": paper()}))
    for title, related, found in (
        (OF_PLAN, {}, (KEY,)),
        ("《防汛抗旱工作方案》解读", {}, ()),
        (WITHOUT_NAME, {"政策原文": "http://unit.example.gov.cn/zc/a.html"}, (KEY,)),
    ):
        site = {**OFFICE, "url": OTHER + "/", "scope": (OTHER,)}
        pages = portal({}, {"/jd/a.html": note(title, related=related)})
        office = copies_of(Unit(site_of(**site), _elsewhere(pages), AS_OF))
        (one,) = of_kind(make_register([*district, *office]), "interpretation")
        assert one.interprets == found, title


def _elsewhere(pages: dict[str, Any]) -> list[Page]:
    """Pages walked on another host; links with a host of their own stay."""
    own = {f"{HOST}/zc/a.html"}
    walked = walk_pages(pages, site_of(**OFFICE), {"政策文件": "/zc/", "政策解读": "/jd/"})
    moved = [_moved(page, OTHER) for page in walked if page.task.url not in own]
    kept = []
    for page in moved:
        facts = page.facts
        if facts is not None:
            links = tuple(replace(x, url=f"{HOST}/zc/a.html") if x.text == "政策原文" else x for x in facts.links)
            facts = replace(facts, links=links)
        kept.append(replace(page, facts=facts))
    return kept


# --- the file, and speed ------------------------------------------------------------------------------------------------


def test_the_order_of_units_and_pages_changes_nothing() -> None:
    one = unit_of(portal({"/zc/a.html": paper(), "/zc/b.html": paper(number=TWIN)}, {"/jd/a.html": note(OF_PLAN)}))
    two = unit_of(portal({"/zc/a.html": paper()}), OFFICE, OTHER)
    rows = list(document_rows(make_register([*one, *two])))
    assert rows == list(document_rows(make_register([*reversed(two), *reversed(one)])))
    assert rows == sorted(rows, key=lambda row: (str(row[0]), str(row[4]), str(row[5])))
    assert all(len(row) == len(HEADER) for row in rows)


def test_a_unit_of_300_pages_is_read_in_no_time() -> None:
    side = tuple(Link(f"{HOST}/zc/{n}.html", f"江北区人民政府关于做好第{n}项重点工作的通知") for n in range(60))
    pages = []
    for n in range(300):
        items = tuple(Item(link.text, link.url, "2022-10-14") for link in side)
        plain = {"kind": "list", "title": "政策文件", "items": items, "links": side}
        text = "\n".join(f"第{line}条 各单位要切实履行职责，加强协作配合，形成工作合力。" for line in range(80))
        title = f"江北区人民政府关于做好第{n}项重点工作的通知"
        full = {"kind": "article", "title": title, "doc_number": f"江北府发〔2022〕{n}号", "text": text, "links": side}
        pages.append(replace(_page(f"/zc/{n}.html", full if n % 3 == 0 else plain), seq=n))
    times = []
    for turn in range(4):
        unit = Unit(site_of(id=f"unit{turn}"), pages, AS_OF)
        start = time.process_time()
        assert len(make_register(copies_of(unit))) == 100
        times.append(time.process_time() - start)
    assert min(times) < 0.25  # 30 ms; room for slow machines


def test_titles_fold() -> None:
    assert title_key("关于印发《 江北区\u3000防汛方案（试行）》的通知（已废止）") == "关于印发江北区防汛方案试行的通知"
    assert title_key("ＡＢＣ－１") == title_key("abc 1")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Inspection:
    """The sample district in its last month, crawled and checked."""
    folder = tmp_path_factory.mktemp("demo")
    with serve(port=0) as served:
        served.show(MONTHS[-1])
        served.write_sites(folder / "sites.csv")
        sites = read_sites(folder / "sites.csv")
        inspection = begin(folder / "demo", "demo", "monthly", MONTHS[-1], sites, 600)
        assert crawl(inspection, 200, lambda unit, page: None)
    check(inspection)
    return inspection


def _rows(inspection: Inspection) -> list[dict[str, str]]:
    with (inspection.path / "documents.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
        assert reader.fieldnames == HEADER
        return rows


def test_the_sample_districts_documents(demo: Inspection) -> None:
    rows = _rows(demo)
    papers = {(row["unit"], row["doc_number"]): row for row in rows if row["kind"] == "policy"}
    known = {
        "yunxi": ["府〔2015〕12号", "府〔2022〕39号", "府〔2022〕47号", "府办〔2022〕77号", "府办发〔2022〕31号", "府办发〔2022〕52号", "府发〔2021〕27号", "府发〔2022〕18号", "府发〔2022〕4号"],
        "jyw": ["教发〔2021〕58号", "教发〔2022〕21号", "教发〔2022〕46号"],
        "rsj": ["人社发〔2022〕3号", "人社发〔2022〕41号", "人社发〔2022〕63号"],
        "bs": ["府办发〔2022〕12号"],
    }  # fmt: skip
    expected = {(unit, "云溪" + number) for unit, numbers in known.items() for number in numbers}
    expected |= {("bs", f"白石府发〔{number}号") for number in ("2016〕3", "2022〕9", "2022〕17")}
    expected |= {("lq", f"龙泉府发〔{number}号") for number in ("2021〕31", "2022〕8", "2022〕29")}
    expected |= {("yunxi", "渝府办发〔2022〕901号"), ("jyw", "渝教基发〔2022〕902号")}
    nanping = [
        "发〔2018〕8号",
        "发〔2022〕6号",
        "发〔2022〕18号",
        "发〔2022〕20号",
        "办〔2022〕77号",
        "办发〔2022〕31号",
    ]
    expected |= {("np", f"南屏府{number}") for number in nanping}
    assert set(papers) == expected
    renters = papers["yunxi", "云溪府发〔2022〕18号"]
    assert (renters["written"], renters["published"]) == ("2022-09-09", "2022-09-20")
    assert all(len(row["body_sha256"]) == 64 for row in rows)
    assert {row["doc_number"] for row in rows if "废止" in row["validity"]} == {"南屏府发〔2018〕8号"}
    assert {row["unit"] for row in rows if row["validity"]} == {"np"}


def test_the_sample_districts_interpretations(demo: Inspection) -> None:
    rows = _rows(demo)
    notes = {row["title"]: row for row in rows if row["kind"] == "interpretation"}
    by_key = {row["key"]: row for row in rows}
    pairs = {
        "《云溪区人才公寓租赁管理办法》政策解读": "云溪府发〔2022〕18号",
        "一图读懂《云溪区柑橘产业扶持办法》": "云溪府办发〔2022〕31号",
        "《南屏区人才引进办法》政策解读": "南屏府发〔2022〕18号",
        "一图读懂《南屏区人才引进办法》": "南屏府发〔2022〕18号",
        "《南屏区城市更新办法》政策解读": "南屏府发〔2022〕20号",
        "《南屏区柑橘产业扶持办法》政策解读": "南屏府办发〔2022〕31号",
    }
    for title, number in pairs.items():
        paper = by_key[notes.pop(title)["interprets"]]
        assert paper["doc_number"] == number
        assert paper["interpretations"].endswith(".html")
    assert set(notes) == {
        "燃气安全管理问答",
        "社会保险费缓缴政策问答",
        "城镇燃气安全检查问答",
        "小微企业税费优惠政策解读",
    }
    assert not any(row["interprets"] for row in notes.values())


def test_the_file_is_the_same_to_the_byte(demo: Inspection) -> None:
    path: Path = demo.path / "documents.csv"
    before = path.read_bytes()
    path.unlink()
    check(demo)
    assert path.read_bytes() == before
    assert b"\r" not in before
    keys = [(row["key"], row["unit"], row["url"]) for row in _rows(demo)]
    assert keys == sorted(keys)
    assert len(keys) == len(set(keys))
