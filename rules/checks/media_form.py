"""政策解读的形式：图解、视频、音频、发布会等。

查什么：解读栏目一定期限内的条目，按标题和页面看有没有规定的形式：图解（一图读懂、漫画、以图为主的页面）、视频、音频、新闻发布会、H5、文字。
怎样判：找到规定形式之一，合格，列出例子；要求必须有的，解读栏目看全了、条目够多、每篇都打开过、都是没有图片和嵌入内容的文字，全站标题里也没有，不合格。
什么时候待核：栏目没有见到或没有翻完；有的页面没有访问、由脚本加载、有图片或嵌入的内容（可能就是）；条目太少；要求是鼓励的，没有找到也只待核。
怎样改：对涉及面广的政策配发图解、短视频，标题写明“一图读懂”“视频解读”。
"""

import re
from collections.abc import Iterator
from typing import Literal

from crawler.facts.columns import Column
from crawler.facts.text import fold
from crawler.facts.vocabulary import concepts
from crawler.records import Facts, Item
from crawler.urls import in_scope
from rules import checks
from rules.checks._holders import unseen, within
from rules.checks._titles import pattern_of, titled
from rules.findings import Verdict, cant_tell, failed, passed
from rules.unit import Unit
from rules.workdays import months_before

NEEDS = ("home",)
_NAMED = {
    "图解": re.compile(r"图解|一图|[一二三四五六七八九十\d]+张图|图说|图读|长图|漫画|卡通|海报|图表|图文"),
    "视频": re.compile(r"视频|微课|动漫|动画|短片|直播|微电影|vlog", re.I),
    "音频": re.compile(r"音频|广播|有声|听政策|播客"),
    "发布会": re.compile(r"新闻发布(?:会|活动)|吹风会|新闻通气会|媒体通气会|新闻发布厅"),
    "H5": re.compile(r"(?<![A-Za-z])H5", re.I),
    "文字": re.compile(r"(?!)"),
}
_FILES = {
    "视频": re.compile(r"\.(?:mp4|flv|wmv|avi|mov|m3u8|webm|rmvb)(?:$|[?#])", re.I),
    "音频": re.compile(r"\.(?:mp3|wav|m4a|wma|ogg)(?:$|[?#])", re.I),
}
#: A page with less text than this beside its pictures is a picture.
_BRIEF = 200
Form = Literal["图解", "视频", "音频", "发布会", "H5", "文字"]


class Params(checks.Params):
    """``forms``: any of these; ``months``: rows so new count; ``columns``: names of the columns, those of 政策解读 where
    none are given; ``topics``: only titles with one of these phrases; ``must``: a lack is a failure where at least
    ``least`` interpretations were all seen to be plain text."""

    forms: tuple[Form, ...]
    months: int = 12
    columns: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    must: bool = False
    least: int = 5

    @property
    def only_asks(self) -> bool:
        return not self.must


def judge(unit: Unit, params: Params, home: object) -> Iterator[Verdict]:
    labels = params.columns or concepts()["interpretation"]
    columns = unit.columns.named(labels)
    what = "、".join(params.forms)
    if not columns:
        why = unit.column(labels).reason or "没有这个栏目，栏目的有无由相应要求判定"
        yield cant_tell(f"没有见到“{labels[0]}”栏目：{why}")
        return
    since = months_before(unit.as_of, params.months)
    topic = pattern_of(params.topics) if params.topics else None
    rows = {i.url: (i, c) for c in columns for i in c.items if i.date is None or within(i, since, unit.as_of)}
    rows = {url: (i, c) for url, (i, c) in rows.items() if not topic or topic.search(fold(i.title))}
    shown = [(i, c, said) for i, c in rows.values() if (said := _form_of(unit, i, params))]
    dated = [one for one in shown if one[0].date]
    if dated:
        item, column, said = dated[0]
        told = "；".join(f"{one.title[:50]}（{one.date}）" for one, _, _ in dated[:3])
        text = f"{since}以来的{len(rows)}篇里有{len(dated)}篇是{what}：{said}"
        yield passed(text, quote=item.title, seen=told, page=unit.page_at(item.url) or column.source)
        return
    doubt = _doubt(unit, params, columns, [item for item, _ in rows.values()], bool(shown))
    text = f"“{columns[0].name}”{since}以来的{len(rows)}篇里没有认出{what}"
    page = columns[0].source
    if doubt:
        yield cant_tell(f"{text}：{doubt}", wanted=what, page=page)
    else:
        seen = "；".join(item.title[:40] for item, _ in list(rows.values())[:5])
        looked = tuple(item.url for item, _ in rows.values() if item.url)
        yield failed(f"{text}，都是文字", seen=seen, wanted=what, page=page, looked=looked)


def _form_of(unit: Unit, item: Item, params: Params) -> str:
    """How a row shows one of the forms, or ""."""
    page = unit.page_at(item.url)
    facts = page.facts if page is not None and page.ok else None
    for form in params.forms:
        if found := _NAMED[form].search(fold(item.title)):
            return f"标题有“{found.group()}”"
        if facts is not None and (said := _shown(facts, form)):
            return said
    return ""


def _shown(facts: Facts, form: Form) -> str:
    if form == "文字":
        return "正文是文字" if len(facts.text) >= _BRIEF else ""
    if form == "图解":
        return "页面以图片为主" if facts.media and len(facts.text) < _BRIEF and not facts.frames else ""
    if form in _FILES:
        urls = [*(file.url for file in facts.attachments), *(link.url for link in facts.links if link.area == "body")]
        return f"页面有{form}文件" if any(_FILES[form].search(url) for url in urls) else ""
    return ""


def _doubt(unit: Unit, params: Params, columns: list[Column], rows: list[Item], undated: bool) -> str:
    """Why one of the forms may be there though none was recognised, or why its lack is no failure."""
    if lost := unseen(columns) or next(iter(unit.gaps), ""):
        return lost
    if undated or any(item.date is None for item in rows):
        return "有条目没有日期"
    if any(_NAMED[form].search(fold(one.title)) for one in titled(unit) for form in params.forms):
        return "别的栏目有标题相符的内容，是否就是解读须人工核对"
    for item in rows:
        page = unit.page_at(item.url)
        facts = page.facts if page is not None and page.ok else None
        if facts is None:
            return f"“{item.title[:30]}”的页面没有见到"
        if facts.kind != "article" or facts.media or facts.scripted or facts.attachments or not facts.ended:
            return f"“{item.title[:30]}”有图片、附件或由脚本加载的内容，须人工核对"
        if facts.frames or any(link.area == "body" and not in_scope(link.url, unit.scope) for link in facts.links):
            return f"“{item.title[:30]}”嵌有或链接着别处的内容，须人工核对"
    if len(rows) < params.least:
        return f"条目少于{params.least}篇，须人工核对"
    return "" if params.must else "要求不是硬性的"
