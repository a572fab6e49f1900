"""The only code that reads HTML: bytes of a page -> ``Facts``. One parse a page.

``FACTS_VERSION`` goes up whenever the same bytes would give other facts; kept facts of an older version are read anew.
"""

import hashlib
import re
from typing import TypeVar

from crawler.facts.body import Body, find_body, headline, own_title, read_title
from crawler.facts.dom import Dom
from crawler.facts.endpoints import Sources, read_sources
from crawler.facts.fields import (
    outside_body,
    read_breadcrumbs,
    read_column,
    read_doc_number,
    read_index_number,
    read_published,
    read_source,
    read_written,
)
from crawler.facts.footer import read_footer
from crawler.facts.hidden import read_hidden, read_scripts
from crawler.facts.labels import FIELD_OF, Values, by_field, labelled_values
from crawler.facts.lists import file_type, read_attachments, read_frames, read_links, read_paging
from crawler.facts.meta import read_meta
from crawler.facts.rows import read_items
from crawler.facts.sections import read_sections
from crawler.facts.shown import count_media, read_labels
from crawler.facts.status import page_status
from crawler.facts.tables import read_tables
from crawler.facts.text import fold, remembering
from crawler.records import Facts, Item, PageStatus
from crawler.urls import is_root

FACTS_VERSION = 9

_REFRESH = re.compile(r"^\s*(\d+)\s*[;,]\s*(?:url\s*=)?\s*['\"]?([^'\"\s]+)", re.I)
_LOCATION = remembering(
    re.compile(
        r"""(?<![\w$])(?:(?:window|self|top|document|parent)\.)?location(?:\.href|\.replace|\.assign)?\s*(?:=|\()\s*['"]([^'"]{1,500})['"]"""
    ).search
)
_FETCHES = remembering(
    re.compile(
        r"\$\.(?:ajax|get|post|getJSON)\s*\(|\bfetch\s*\(|XMLHttpRequest|axios|dataproxy|gkmlpt|new\s+Vue|createApp|queryList|jsonp"
        r"|\b(?:load|get|query|fetch|render)\w{0,60}?(?:List|Data|Content|News|Article)s?\w{0,40}\s{0,8}\(",
        re.I,
    ).search
)
_TEMPLATE_MARK = re.compile(r"\{\{[^{}]{1,80}\}\}")
_BINDING = ("v-for", "ng-repeat", "ms-repeat", "ms-for", "data-bind")
_RELATED = remembering(re.compile(r"相关|解读|related|xg(?:jd|wj|zc|wd)|jiedu", re.I).search)
_ENDS = ("</html", "</body", "</frameset")
_FRONT = re.compile(r"(?:首页|网站首页|home)\s*(?:[-_|–—]|$)", re.I)
_SUFFIX = re.compile(r"[?#].*$", re.S)
_OF_ARTICLES = ("published", "written", "doc_number", "index_number", "source", "fields", "sections")
_FIELD_FACT = {name: f"fields.{name}" for name in FIELD_OF}
_FIELDS = ("text", "password", "tel", "email", "file", "date")
_TEXT_LIMIT = 300_000
_AROUND_LIMIT = 20_000
_DOCUMENTS = (b"%pdf", b"pk\x03\x04", b"\xd0\xcf\x11\xe0", b"rar!", b"7z\xbc\xaf", b"{\\rtf")
_HTML_TYPES = ("text/", "html", "xml", "octet-stream", "unknown")


def is_markup(body: bytes, url: str, content_type: str) -> bool:
    """Whether a body is a page to be read: by its type, and where that lies, by its first bytes."""
    head = body[:1024].lstrip().lower()
    if head.startswith((*_DOCUMENTS, b"\x89png", b"\xff\xd8\xff", b"gif8", b"\x1f\x8b")):
        return False
    declared = content_type.split(";")[0].strip().lower()
    if b"<html" in head or b"<!doctype html" in head or b"<body" in head or b"<head" in head:
        return True
    if declared and not any(kind in declared for kind in _HTML_TYPES):
        return False
    return file_type(url) is None and b"\x00" not in head


def is_document(body: bytes, url: str) -> bool:
    """Whether a body that is no page is a file people read: Word, PDF, a packed folder ..."""
    return file_type(url) is not None or body[:1024].lstrip().lower().startswith(_DOCUMENTS)


def read_page(body: bytes, url: str, content_type: str = "", *, home: bool = False) -> Facts:
    """All facts of one page.

    ``url`` is the address it was fetched from (final, after redirects), ``content_type`` the header as sent,
    ``home`` marks a unit's entry page. Never raises for any bytes; what the page does not show is ``None`` or empty.
    """
    return facts_of(Dom(body, url, content_type), home=home)


def facts_of(dom: Dom, *, home: bool = False) -> Facts:
    """As ``read_page``, for a page already parsed."""
    meta = read_meta(dom)
    links = read_links(dom)
    body = find_body(dom)
    breadcrumbs = read_breadcrumbs(dom)
    head = headline(dom)
    labelled = labelled_values(outside_body(dom, body))
    values = by_field(labelled)
    published = read_published(values, meta, dom, body)
    home = _is_front(dom, meta, home)
    attachments = read_attachments(dom)
    redirect = _redirect(dom)
    titled = bool(meta.get("ArticleTitle")) or (published is not None and head is not None)
    told = published is not None and any(value.text for value in values.get("published", ()))
    with_text = published is not None and (body.own_chars >= 20 or bool(attachments))
    named = _kind_named(dom, home, titled, told and with_text, redirect)
    items = () if named and named[0] == "article" else read_items(dom, is_portal=home)
    kind, how, by = named or _kind_shown(dom, body, items, with_text)
    over = breadcrumbs[-1] if breadcrumbs else None
    title = read_title(dom, body, meta, head, over) if kind == "article" else None
    dom.note("kind", how, dom.where(by))
    if kind == "article":
        items = ()
        dom.note("items", "文章页上的列表是相关信息，不算条目")
    else:
        published = None
        for fact in _OF_ARTICLES:
            dom.note(fact, "只在文章页上读取，本页不是文章页")
    status, reason = page_status(dom, body.own_chars, bool(items), titled=titled)
    is_text = kind == "article" and (titled or published is not None)
    sources = Sources() if is_text or kind in ("home", "redirect") else read_sources(dom, bool(items))
    if sources.endpoints and kind in ("navigation", "other"):
        kind = "list"
        dom.note("kind", "没有列表条目，列表由脚本另取，取数地址已知", dom.where("sources"))
    if status is PageStatus.HOLLOW and (sources.endpoints or sources.links):
        status, reason = PageStatus.OK, ""  # what it lacks is known to be elsewhere, and is asked for there
        dom.note("status", "页面的内容由脚本另取，取数地址已知", dom.where("sources"))
    column = read_column(breadcrumbs, title, meta, dom)
    if kind == "article":
        if title and column and fold(title) == fold(column):
            title = own_title(dom, body) or title
    elif kind in ("list", "navigation", "other") and column:
        title = column
        dom.note("title", "不是文章页，取栏目名", dom.where("column"), column)
    elif kind == "home" and dom.title_tag:
        title = dom.title_tag
        dom.note("title", "首页取<title>", dom.title_element)
    else:
        title = read_title(dom, body, meta, head, over)
    doc_number = read_doc_number(values, body, dom) if kind == "article" else None
    return Facts(
        url=dom.url,
        charset=dom.charset,
        title=title,
        kind=kind,
        status=status,
        status_reason=reason,
        published=published,
        written=read_written(values, doc_number, body, dom) if kind == "article" else None,
        doc_number=doc_number,
        index_number=read_index_number(values, dom) if kind == "article" else None,
        source=read_source(values, meta, dom) if kind == "article" else None,
        column=column,
        breadcrumbs=breadcrumbs,
        meta=meta,
        fields=_fields(labelled, dom) if kind == "article" else {},
        items=items,
        attachments=attachments,
        sections=read_sections(dom, body, (title, column)) if kind == "article" else (),
        tables=read_tables(dom, items) if kind != "home" else (),
        footer=read_footer(dom, links),
        links=(*links, *sources.links),
        paging=_by_source(dom, "paging", sources.paging) or (read_paging(dom, dom.url) if kind != "article" else ()),
        endpoints=_by_source(dom, "endpoints", sources.endpoints),
        frames=read_frames(dom),
        redirect=redirect,
        scripted=_is_scripted(dom, body, items)
        or bool(_by_source(dom, "scripted", sources.endpoints or sources.links))
        or (kind == "article" and _links_by_script(dom)),
        template=_template(dom),
        labels=read_labels(dom),
        media=count_media(dom),
        hidden=read_hidden(dom),
        scripts=read_scripts(dom),
        ended=_has_end(dom.text[-3000:]),
        text=body.text[:_TEXT_LIMIT],
        around=_around(dom, body) if kind == "article" else "",
        text_length=dom.text_length,
    )


def _is_front(dom: Dom, meta: dict[str, str], home: bool) -> bool:
    if home:
        dom.note("front", "名单里单位的网址")
    elif is_root(dom.url):
        dom.note("front", "网址是网站的根目录")
    elif meta.get("ColumnType") == "首页":
        dom.note("front", "页面标签ColumnType是“首页”", dom.where("meta.ColumnType"))
    elif _FRONT.match(dom.title_tag):
        dom.note("front", "<title>以“首页”开头", dom.title_element)
    else:
        return False
    return True


def _fields(labelled: Values, dom: Dom) -> dict[str, str]:
    found = {}
    for name, values in labelled.items():
        value = next((value for value in values if value.text), values[0])
        found[name] = value.text[:200]
        dom.note(_FIELD_FACT[name], value.how, value.line, value.text)
    return found


_T = TypeVar("_T")


def _by_source(dom: Dom, fact: str, value: _T) -> _T:
    """Names a fact's trace that of the source it comes from."""
    if value and "sources" in dom.traces:
        dom.traces[fact] = dom.traces["sources"]
    return value


_Kind = tuple[str, str, str]


def _kind_named(dom: Dom, home: bool, titled: bool, told: bool, redirect: str | None) -> _Kind | None:
    """The kind of a page that is known without a look at its lists, how it is known, the fact that decided it.
    ``titled``: the page's labels or its head name an article; ``told``: the date of a text stands behind 发布时间 and not
    by itself, so that rows below it are those of 相关信息."""
    if redirect and dom.text_length < 50:
        return "redirect", "页面几乎没有文字，只把人引到别处", "redirect"
    if home:
        return "home", dom.traces["front"].how, "front"
    if titled:
        return "article", "有文章的标题和日期，或有页面标签ArticleTitle", "title"
    return ("article", "有发布日期，并有正文或附件", "published") if told else None


def _kind_shown(dom: Dom, body: Body, items: tuple[Item, ...], dated_text: bool) -> _Kind:
    """The kind by what the page shows, as above. ``dated_text``: it has a date, and a text or a file."""
    dated = sum(1 for item in items if item.date)
    row_text = sum(len(item.title) for item in items)
    if dated_text and not (dated >= 5 and body.own_chars < 100):
        return "article", "有发布日期，并有正文或附件", "published"
    if body.own_chars >= 300 and body.own_chars > 2 * row_text and dated < 3:
        return "article", "正文的字数远多于列表", "text"
    if items:
        return "list", "有列表条目，没有文章的标志", "items"
    if body.own_chars >= 150:
        return "article", "有成段的正文，没有列表", "text"
    if _is_form(dom):
        return "other", "没有列表和正文，只有供人填写的表单", ""
    if len(dom.anchors) >= 5:
        return "navigation", "没有列表和正文，只有链接", "links"
    return "other", "没有列表和正文，链接也很少", ""


def _has_end(tail: str) -> bool:
    """Whether a page came whole. Most write tags small."""
    return any(mark in tail for mark in _ENDS) or any(mark in tail.lower() for mark in _ENDS)


def _is_form(dom: Dom) -> bool:
    """Whether a page asks its reader to fill in something: more fields than a search has."""
    fields = (node for node in dom.tagged("input") if (node.get("type") or "text").lower() in _FIELDS)
    return sum(1 for node in fields if dom.area_of(node) == "body") >= 3


def _redirect(dom: Dom) -> str | None:
    """Where the page sends its reader: by meta refresh, or by a script on a page that shows next to nothing."""
    for tag in dom.tagged("meta"):
        if (tag.get("http-equiv") or "").strip().lower() == "refresh":
            found = _REFRESH.match(tag.get("content") or "")
            target = dom.url_of(found.group(2)) if found and int(found.group(1)[:4]) <= 30 else None
            if target and target != dom.url:
                dom.note("redirect", "<meta http-equiv=refresh>", tag)
                return target
    if dom.text_length < 300:
        for script in dom.scripts:
            found = _LOCATION(script)
            if found and (dom.text_length < 50 or "setTimeout" in script):
                target = dom.url_of(found.group(1))
                if target and target != dom.url:
                    dom.note("redirect", "脚本转到另一网址", dom.script_of(script), found.group())
                    return target
    return None


def _around(dom: Dom, body: Body) -> str:
    lines = dom.lines[: body.first] + dom.lines[body.last :]
    return "\n".join(line.text for line in lines if line.area in ("body", "side") and line.own_chars)[:_AROUND_LIMIT]


def _is_scripted(dom: Dom, body: Body, items: tuple[Item, ...]) -> bool:
    if items or body.own_chars >= 300:
        return False
    for script in dom.scripts:
        if found := _FETCHES(script):
            dom.note("scripted", "脚本里取数据的语句", dom.script_of(script), found.group())
            return True
    if "{{" in dom.text and any(
        _TEMPLATE_MARK.search(text) for text in (body.text, *(line.text for line in dom.lines[:200]))
    ):
        dom.note("scripted", "页面上留着模板标记{{…}}")
        return True
    for node in dom.tagged("li", "tr", "div", "ul"):
        if any(node.get(name) is not None for name in _BINDING):
            dom.note("scripted", "带有v-for一类属性的元素", node)
            return True
    return False


def _links_by_script(dom: Dom) -> bool:
    """Whether an article's links to what belongs to it come by a script: 相关解读, 相关文件."""
    for node, source in dom.loaded:
        if node.tag == "script" and _RELATED(source):
            dom.note("scripted", "相关文件、解读由脚本文件取来", node)
            return True
    for script in dom.scripts:
        if (found := _RELATED(script)) and _FETCHES(script):
            dom.note("scripted", "相关文件、解读由脚本取来", dom.script_of(script), found.group())
            return True
    return False


def _template(dom: Dom) -> str:
    names = {_file_name(source) for node, source in dom.loaded if node.tag == "script"}
    for node in dom.tagged("link"):
        if "stylesheet" in (node.get("rel") or "").lower() and (source := node.get("href")):
            names.add(_file_name(source))
    return hashlib.blake2b("|".join(sorted(names)).encode(), digest_size=6).hexdigest() if names else ""


@remembering
def _file_name(source: str) -> str:
    return _SUFFIX.sub("", source).rsplit("/", 1)[-1]


def outline(dom: Dom) -> frozenset[str]:
    """The page's title and visible lines, folded: two pages with nearly the same outline are the same page."""
    return frozenset((title_line(dom), *(fold(line.text)[:80] for line in dom.lines)))


def title_line(dom: Dom) -> str:
    """The title as it stands in an outline."""
    return f"<title>{fold(dom.title_tag)}"


def unread(url: str, status: PageStatus, reason: str) -> Facts:
    """Facts of a file that is no page: its address, nothing else."""
    return Facts(url=url, charset=None, title=None, kind="document", status=status, status_reason=reason)
