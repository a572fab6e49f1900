"""The only code that reads HTML: bytes of a page -> ``Facts``. One parse a page.

``FACTS_VERSION`` goes up whenever the same bytes would give other facts; kept facts of an older version are read anew.
"""

import hashlib
import re

from crawler.facts.body import Body, find_body, headline, read_title
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
from crawler.facts.labels import by_field, labelled_values
from crawler.facts.lists import file_type, read_attachments, read_frames, read_links, read_paging
from crawler.facts.meta import read_meta
from crawler.facts.rows import read_items
from crawler.facts.sections import read_sections
from crawler.facts.shown import count_media, read_labels
from crawler.facts.status import page_status
from crawler.facts.tables import read_tables
from crawler.facts.text import fold
from crawler.records import Facts, Item, PageStatus
from crawler.urls import is_root

FACTS_VERSION = 3

_REFRESH = re.compile(r"^\s*(\d+)\s*[;,]\s*(?:url\s*=)?\s*['\"]?([^'\"\s]+)", re.I)
_LOCATION = re.compile(
    r"""(?<![\w$])(?:(?:window|self|top|document|parent)\.)?location(?:\.href|\.replace|\.assign)?\s*(?:=|\()\s*['"]([^'"]{1,500})['"]"""
)
_FETCHES = re.compile(
    r"\$\.(?:ajax|get|post|getJSON)\s*\(|\bfetch\s*\(|XMLHttpRequest|axios|dataproxy|gkmlpt|new\s+Vue|createApp|queryList|jsonp"
    r"|\b(?:load|get|query|fetch|render)\w{0,60}?(?:List|Data|Content|News|Article)s?\w{0,40}\s{0,8}\(",
    re.I,
)
_TEMPLATE_MARK = re.compile(r"\{\{[^{}]{1,80}\}\}")
_BINDING = ("v-for", "ng-repeat", "ms-repeat", "ms-for", "data-bind")
_RELATED = re.compile(r"相关|解读|related|xg(?:jd|wj|zc|wd)|jiedu", re.I)
_END = re.compile(r"</(?:html|body|frameset)", re.I)
_FRONT = re.compile(r"(?:首页|网站首页|home)\s*(?:[-_|–—]|$)", re.I)
_SUFFIX = re.compile(r"[?#].*$", re.S)
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
    title = read_title(dom, body, meta, head, breadcrumbs[-1] if breadcrumbs else None)
    labelled = labelled_values(outside_body(dom, body))
    values = by_field(labelled)
    published = read_published(values, meta, dom, body)
    home = home or is_root(dom.url) or meta.get("ColumnType") == "首页" or _FRONT.match(dom.title_tag) is not None
    items = read_items(dom, is_portal=home)
    attachments = read_attachments(dom)
    redirect = _redirect(dom)
    titled = bool(meta.get("ArticleTitle")) or (published is not None and head is not None)
    told = published is not None and any(values.get("published", ()))
    kind = _kind(dom, body, home, items, published, titled, told, bool(attachments), redirect)
    if kind == "article":
        items = ()
    else:
        published = None
    status, reason = page_status(dom, body.own_chars, bool(items), titled=titled)
    is_text = kind == "article" and (titled or published is not None)
    sources = Sources() if is_text or kind in ("home", "redirect") else read_sources(dom, bool(items))
    if status is PageStatus.HOLLOW and (sources.endpoints or sources.links):
        status, reason = PageStatus.OK, ""  # what it lacks is known to be elsewhere, and is asked for there
    column = read_column(breadcrumbs, title if kind == "article" else None, meta)
    if kind in ("list", "navigation", "other") and column:
        title = column
    elif kind == "home":
        title = dom.title_tag or title
    doc_number = read_doc_number(values, body) if kind == "article" else None
    return Facts(
        url=dom.url,
        charset=dom.charset,
        title=title,
        kind=kind,
        status=status,
        status_reason=reason,
        published=published,
        written=read_written(values, doc_number, body) if kind == "article" else None,
        doc_number=doc_number,
        index_number=read_index_number(values) if kind == "article" else None,
        source=read_source(values, meta) if kind == "article" else None,
        column=column,
        breadcrumbs=breadcrumbs,
        meta=meta,
        fields={name: next((t for t in texts if t), "")[:200] for name, texts in labelled.items()}
        if kind == "article"
        else {},
        items=items,
        attachments=attachments,
        sections=read_sections(dom, body, (title, column)) if kind == "article" else (),
        tables=read_tables(dom) if kind != "home" else (),
        footer=read_footer(dom, links),
        links=(*links, *sources.links),
        paging=sources.paging or (read_paging(dom, dom.url) if kind != "article" else ()),
        endpoints=sources.endpoints,
        frames=read_frames(dom),
        redirect=redirect,
        scripted=_is_scripted(dom, body, items)
        or bool(sources.endpoints or sources.links)
        or (kind == "article" and _links_by_script(dom)),
        template=_template(dom),
        labels=read_labels(dom),
        media=count_media(dom),
        ended=_END.search(dom.text, max(0, len(dom.text) - 3000)) is not None,
        text=body.text[:_TEXT_LIMIT],
        around=_around(dom, body) if kind == "article" else "",
        text_length=dom.text_length,
    )


def _kind(
    dom: Dom, body: Body, home: bool, items: tuple[Item, ...], published: str | None,
    titled: bool, told: bool, has_files: bool, redirect: str | None,
) -> str:  # fmt: skip
    """``titled``: the page's labels or its head name an article; ``told``: the date stands behind 发布时间 and not by itself, so
    that rows below it are those of 相关信息."""
    if redirect and dom.text_length < 50:
        return "redirect"
    if home:
        return "home"
    dated = sum(1 for item in items if item.date)
    row_text = sum(len(item.title) for item in items)
    dated_text = published is not None and (body.own_chars >= 20 or has_files)
    if titled or (dated_text and (told or not (dated >= 5 and body.own_chars < 100))):
        return "article"
    if body.own_chars >= 300 and body.own_chars > 2 * row_text and dated < 3:
        return "article"
    if items:
        return "list"
    if body.own_chars >= 150:
        return "article"
    return "navigation" if len(dom.anchors) >= 5 else "other"


def _redirect(dom: Dom) -> str | None:
    """Where the page sends its reader: by meta refresh, or by a script on a page that shows next to nothing."""
    for tag in dom.root.iter("meta"):
        if (tag.get("http-equiv") or "").strip().lower() == "refresh":
            found = _REFRESH.match(tag.get("content") or "")
            target = dom.url_of(found.group(2)) if found and int(found.group(1)[:4]) <= 30 else None
            if target and target != dom.url:
                return target
    if dom.text_length < 300:
        for script in dom.scripts:
            found = _LOCATION.search(script)
            if found and (dom.text_length < 50 or "setTimeout" in script):
                target = dom.url_of(found.group(1))
                if target and target != dom.url:
                    return target
    return None


def _around(dom: Dom, body: Body) -> str:
    lines = dom.lines[: body.first] + dom.lines[body.last :]
    return "\n".join(line.text for line in lines if line.area in ("body", "side") and line.own_chars)[:_AROUND_LIMIT]


def _is_scripted(dom: Dom, body: Body, items: tuple[Item, ...]) -> bool:
    if items or body.own_chars >= 300:
        return False
    if any(_FETCHES.search(script) for script in dom.scripts):
        return True
    if _TEMPLATE_MARK.search(body.text) or any(_TEMPLATE_MARK.search(line.text) for line in dom.lines[:200]):
        return True
    return any(node.get(name) is not None for node in dom.root.iter("li", "tr", "div", "ul") for name in _BINDING)


def _links_by_script(dom: Dom) -> bool:
    """Whether an article's links to what belongs to it come by a script: 相关解读, 相关文件."""
    sources = " ".join(node.get("src") or "" for node in dom.root.iter("script"))
    return _RELATED.search(sources) is not None or any(
        _RELATED.search(script) and _FETCHES.search(script) for script in dom.scripts
    )


def _template(dom: Dom) -> str:
    names = set()
    for node in dom.root.iter("script", "link"):
        source = node.get("src") or (node.get("href") if "stylesheet" in (node.get("rel") or "").lower() else None)
        if source:
            names.add(_SUFFIX.sub("", source).rsplit("/", 1)[-1])
    return hashlib.blake2b("|".join(sorted(names)).encode(), digest_size=6).hexdigest() if names else ""


def outline(dom: Dom) -> frozenset[str]:
    """The page's title and visible lines, folded: two pages with nearly the same outline are the same page."""
    return frozenset((f"<title>{fold(dom.title_tag)}", *(fold(line.text)[:80] for line in dom.lines)))


def unread(url: str, status: PageStatus, reason: str) -> Facts:
    """Facts of a file that is no page: its address, nothing else."""
    return Facts(url=url, charset=None, title=None, kind="document", status=status, status_reason=reason)
