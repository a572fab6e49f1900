"""Links, frames, paging and attachments of a page."""

import re
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from crawler.facts.dom import Anchor, Dom, Element
from crawler.facts.text import number, squeeze, word
from crawler.records import Attachment, Link

FILE_TYPES = (
    "pdf", "doc", "docx", "wps", "xls", "xlsx", "et", "ppt", "pptx", "ofd", "zip", "rar", "7z", "txt", "csv", "ceb",
)  # fmt: skip
_TYPES = frozenset(FILE_TYPES)
_PAGES = (".html", ".htm", ".shtml", "/")
_FILE = re.compile(rf"//[^/?#]+[/?][^#]*?\.({'|'.join(FILE_TYPES)})(?:\?|#|$)", re.I)
_FILE_IN_TEXT = re.compile(rf"\.({'|'.join(FILE_TYPES)})\b", re.I)
_NEXT = {"下一页", "下页", "后一页", "下一頁", "next", "nextpage", "»", ">"}
_LONGEST_WORD = 16  # of those, with what decorates them
_CREATE_PAGE = re.compile(
    r"""createPage(?:HTML|Html|Nav)?\w*\(\s*['"]?(\d+)['"]?\s*,\s*['"]?(\d+)['"]?\s*,\s*['"]([\w-]+)['"]\s*,\s*['"](\w+)['"]"""
)
_PAGER = re.compile(r"Pager\(\s*\{([^{}]*)\}")
_COUNT_PAGE = re.compile(r"var\s+(?:countPage|pageCount|totalPage|page_count)\s*=\s*(\d+)")
_PAGE, _ADDRESS = re.compile(r"[第页\s]"), re.compile(r"[./?]")
_MAX_PAGES = 30


def read_links(dom: Dom) -> tuple[Link, ...]:
    """Every web address the page links to, once per label, in page order; areas of a picture included."""
    found: dict[tuple[str, str], Link] = {}
    for anchor in dom.anchors:
        url = anchor.url
        if url is None:
            continue
        text = anchor.text or _picture(anchor.element)
        key = (url, text)
        if key not in found:
            if not found:
                dom.note("links", "页面上的全部链接", anchor.element)
            title = anchor.title
            found[key] = _link(url, text[:200], squeeze(title)[:300] if title else "", anchor.area)
    return tuple(found.values())


_link = lru_cache(maxsize=10_000)(Link)  # a site's menus stand on every page


def _picture(node: Element) -> str:
    """What a link without text says of its picture."""
    for one in (*node.iter("img"), node):
        if said := squeeze(one.get("alt") or one.get("title") or ""):
            return said
    return ""


def read_frames(dom: Dom) -> tuple[str, ...]:
    """Addresses of the page's frames, in order."""
    urls = [(url, node) for node in dom.tagged("iframe", "frame") if (url := dom.url_of(node.get("src")))]
    if urls:
        dom.note("frames", "页面里的框架（iframe、frame）", urls[0][1])
    return tuple(dict.fromkeys(url for url, _ in urls))


# --- paging ---------------------------------------------------------------------------------------------------------


def read_paging(dom: Dom, url: str) -> tuple[str, ...]:
    """Addresses of this list's further pages, nearest first, as links name them or as the page's script would
    write them. Names are never guessed: ``_1`` is TRS's second page and 帝国's first."""
    scripted = _scripted_pages(dom)
    if scripted:
        return scripted
    numbered: dict[int, Anchor] = {}
    following: list[Anchor] = []
    for anchor in dom.anchors:
        if len(anchor.text) > _LONGEST_WORD:
            continue
        text = word(anchor.text) or ("next" if "next" in (anchor.element.get("class") or "").lower() else "")
        page = number(text) if len(text) <= 3 else None
        if page is None and text.lower() not in _NEXT:
            continue
        target = anchor.url
        if target is None or target == url or not _same_list(target, url):
            continue
        if page is not None:
            numbered.setdefault(page, anchor)
        elif not following:
            following.append(anchor)
    pages = following + [numbered[page] for page in sorted(numbered) if page > 1]
    if not pages:
        return _chosen_pages(dom, url)
    dom.note("paging", "“下一页”或页码链接", pages[0].element)
    return tuple(dict.fromkeys(page.url for page in pages if page.url))[:_MAX_PAGES]


def _chosen_pages(dom: Dom, url: str) -> tuple[str, ...]:
    """Pages that a drop-down list leads to by their addresses; where it holds bare numbers only its script knows them."""
    found: dict[int, str] = {}
    for value, said, select in dom.choices:
        page = number(_PAGE.sub("", said)) or 0
        target = dom.url_of(value) if page > 1 and _ADDRESS.search(value) else None
        if target and target != url and _same_list(target, url):
            if not found:
                dom.note("paging", "下拉框里的页码，选项值是网址", select)
            found.setdefault(page, target)
    return tuple(dict.fromkeys(found[page] for page in sorted(found)))[:_MAX_PAGES]


def _same_list(target: str, url: str) -> bool:
    """Page numbers lead within the list's own folder or address; digits elsewhere are something else."""
    a, b = urlsplit(target), urlsplit(url)
    return a.netloc == b.netloc and (a.path.rsplit("/", 1)[0] == b.path.rsplit("/", 1)[0] or bool(a.query))


def _scripted_pages(dom: Dom) -> tuple[str, ...]:
    for script in dom.scripts:
        if found := _CREATE_PAGE.search(script):
            dom.note("paging", "脚本createPageHTML里的页数", dom.script_of(script), found.group())
            count, current, name, ext = found.groups()
            return _trs_pages(dom, number(count), number(current), name, ext)
        for found in _PAGER.finditer(script):
            options = dict(re.findall(r"""(\w+)\s*:\s*['"]?([\w-]+)""", found.group(1)))
            if {"size", "prefix", "suffix"} <= options.keys() and (count := number(options["size"])) is not None:
                dom.note("paging", "脚本Pager里的页数", dom.script_of(script), found.group())
                current = number(options.get("current")) or 0
                return _trs_pages(dom, count, current, options["prefix"], options["suffix"])
        if (found := _COUNT_PAGE.search(script)) and re.search(r"""['"]index_?['"]|index_""", script):
            dom.note("paging", "脚本变量里的页数", dom.script_of(script), found.group())
            ext = "shtml" if ".shtml" in script else "htm" if re.search(r"\.htm\b", script) else "html"
            return _trs_pages(dom, number(found.group(1)), 0, "index", ext)
    return ()


def _trs_pages(dom: Dom, count: int | None, current: int | None, name: str, ext: str) -> tuple[str, ...]:
    if count is None or current is None:
        return ()
    numbers = range(current + 1, min(count, current + 1 + _MAX_PAGES))
    urls = (dom.url_of(f"{name}_{page}.{ext}") for page in numbers)
    return tuple(url for url in urls if url)


# --- attachments ----------------------------------------------------------------------------------------------------


def file_type(url: str) -> str | None:
    """The document type an address ends in, or None for a page."""
    if "?" not in url and "#" not in url and (url.endswith(_PAGES) or url.rpartition(".")[2].lower() not in _TYPES):
        return None
    found = _FILE.search(url)
    return found.group(1).lower() if found else None


def read_attachments(dom: Dom) -> tuple[Attachment, ...]:
    """Linked documents: by the address's ending, or by the ending in the label where the address hides it."""
    found: dict[str, Attachment] = {}
    for anchor in dom.anchors:
        url, text = anchor.url, anchor.text
        if url is None:
            continue
        kind = file_type(url)
        if kind is None and "." in text and (named := _FILE_IN_TEXT.search(text)):
            kind = named.group(1).lower()
        if kind:
            name = text or unquote(urlsplit(url).path.rsplit("/", 1)[-1])
            if not found:
                dom.note("attachments", "链接的网址或文字以文件类型结尾", anchor.element)
            if url not in found:
                dom.note("attachments.last", "链接的网址或文字以文件类型结尾", anchor.element)
            found.setdefault(url, Attachment(name[:200], url, kind))
    return tuple(found.values())
