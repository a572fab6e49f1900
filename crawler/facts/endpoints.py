"""Where a page's list comes from when a script fetches it: addresses of data, found by the marks of the systems that
make such pages. Only what the page itself says goes into an address; where a part of it is not known there is none.
"""

import json
import re
from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from crawler.facts import datastore
from crawler.facts.calls import Call, balanced, calls_in, literals, value_of
from crawler.facts.dom import Dom, Element
from crawler.facts.fieldnames import words
from crawler.facts.text import label, number, remembering, squeeze
from crawler.records import Link
from crawler.urls import absolute

_UNIT = "/front/page/build/unit"
_CHANNEL_MARKS = ("/common/search/", "/searchList/", "listPage.js")
_TEXT_MARKS = (_UNIT, "listPage.js", "dataproxy.jsp")
_SCRIPT_MARKS = (*_CHANNEL_MARKS, "ajax", "getJSON", "fetch(", "axios", "$.get", "XMLHttpRequest")
_DATA_ADDRESS = re.compile(
    r"/jpage/dataproxy\.jsp\?|/gkmlpt/api/|/front/page/build/unit\?|/(?:common/search|searchList)/[\w-]+\?.*_isJson=true"
)
_SYSTEM = re.compile(
    r"/igs/front/|/govsearch/|/was5/|/queryList\b|/jpage/dataproxy\.jsp|/gkmlpt/api/|/front/page/build/unit|/(?:common/search|searchList)/[\w-]{6,}"
)
_SID = re.compile(r"""\bS(?:ITE_)?ID['"]?\s*:\s*['"]?(\d{1,12})\b""")
_TREE = re.compile(r"""\b(?:TREE|COLUMNS)['"]?\s*:\s*(?=\[)""")
_PAIR = re.compile(r"""['"](\w+)['"]\s*:\s*['"]([^'"]*)['"]""")
_CHANNEL = re.compile(r"""\b(?:_?channel_?id|_id)\s*[:=]\s*['"]([\w-]{6,64})['"]""", re.I)
_TEMPLATE = re.compile(r"""['"](/(?:common/search|searchList)/)['"]\s*\+""")
_SIZE_VARIABLE = re.compile(
    r"""_pageSize=(?:(\d{1,3})|['"]\s*\+\s*(?:parseInt\s*\(\s*)?([$\w.]+(?:\([^()]*\)\.val\(\))?))"""
)
_DATA_FILE = re.compile(r"\.(?:json|jsonp|xml)$", re.I)
_LIST_SCRIPT = re.compile(r"/listPage\.js(?:[?#]|$)")
_GROUP = 3  # jpage asks for so many of its pages at once where it is not told
_MAX_TREE = 300
_MAX_PAGES = 30


class Sources(NamedTuple):
    """``endpoints`` are what the page's own list is filled from; ``paging`` further parts of a list whose first rows
    stand in the page; ``links`` the columns of a catalogue whose menu only a script draws."""

    endpoints: tuple[str, ...] = ()
    paging: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()


def is_data_address(url: str) -> bool:
    """Whether an address is known to answer with a list's data, by its form."""
    return _DATA_ADDRESS.search(url) is not None


def is_catalogue_address(url: str) -> bool:
    """Whether an address is that of a column of a catalogue: a column of its own, not the filling of another page."""
    return "/gkmlpt/api/" in url


def _is_marked(dom: Dom) -> bool:
    """Whether anything of what is looked for is there at all: most pages cost no more than this."""
    return "/gkmlpt/" in dom.url or any(map(_is_asking, dom.scripts)) or any(mark in dom.text for mark in _TEXT_MARKS)


@remembering
def _is_asking(script: str) -> bool:
    return any(mark in script for mark in _SCRIPT_MARKS)


def read_sources(dom: Dom, has_rows: bool) -> Sources:
    """``has_rows``: a list was found in the page as fetched."""
    if not _is_marked(dom):
        return Sources()
    if links := _catalogue(dom):
        return Sources(links=links)
    stored = [script for script in dom.scripts if datastore.is_datastore(script)]
    if stored and has_rows:
        known = len(datastore.records(stored[0]))
        return Sources(paging=_next_groups(dom, stored) or _jpage_groups(dom, known))
    if _UNIT in dom.text:
        units = _units(dom)
        return Sources(endpoints=units) if units else Sources(paging=_unit_paging(dom))
    found = _jpage_groups(dom, 0)[:1] if "dataproxy.jsp" in dom.text else ()
    if not found and any(mark in dom.text for mark in _CHANNEL_MARKS):
        found = _channel(dom)
    return Sources(endpoints=found or (() if has_rows else _requested(dom)))


# --- 大汉 jpage ------------------------------------------------------------------------------------------------------


def _next_groups(dom: Dom, stored: list[str]) -> tuple[str, ...]:
    dom.note("sources", "大汉jpage的数据区里写的下一组", dom.script_of(stored[0]), "nextgroup")
    urls = (dom.url_of(datastore.next_group(text)) for text in stored)
    return tuple(dict.fromkeys(url for url in urls if url and is_data_address(url)))


def _jpage_groups(dom: Dom, known: int) -> tuple[str, ...]:
    """The groups of records behind the first ``known`` ones, as the page's call of jpage would ask for them."""
    for script in dom.scripts:
        start = script.find(".jpage(")
        options = balanced(script, script.find("{", start)) if start >= 0 else None
        if options is None or not (proxy := value_of(options, "proxyUrl")) or "dataproxy.jsp" not in proxy:
            continue
        params = balanced(options, options.find("{", options.find("ajaxParam"))) if "ajaxParam" in options else None
        per_page, total = number(value_of(options, "perPage")), number(value_of(options, "totalRecord"))
        pairs = literals(params) if params else None
        url = dom.url_of(proxy)
        if url is None or not pairs or not per_page:
            return ()
        step = per_page * (number(value_of(options, "groupSize")) or _GROUP)
        last = known + step if total is None else total
        dom.note("sources", "脚本jpage的取数参数", dom.script_of(script), proxy)
        starts = range(known + 1, last + 1, step)[:_MAX_PAGES]
        return _addresses(url, ({**_range(first, step, per_page), **pairs} for first in starts))
    return ()


def _range(first: int, step: int, per_page: int) -> dict[str, str]:
    return {"startrecord": str(first), "endrecord": str(first + step - 1), "perpage": str(per_page)}


def _addresses(url: str, queries: Iterator[dict[str, str]]) -> tuple[str, ...]:
    found = (absolute(url, f"{url}{'&' if '?' in url else '?'}{urlencode(query)}") for query in queries)
    return tuple(address for address in found if address)


# --- 广东 gkmlpt ------------------------------------------------------------------------------------------------------


def _catalogue(dom: Dom) -> tuple[Link, ...]:
    """The columns of a 广东 catalogue, each with the address its rows come from."""
    base, found, _ = dom.url.partition("/gkmlpt/")
    if not found:
        return ()
    sid, tree = _SID.search(dom.text), _TREE.search(dom.text)
    if not (sid and tree):
        return ()
    try:
        nodes, _ = json.JSONDecoder(strict=False).raw_decode(dom.text, tree.end())
    except (ValueError, RecursionError):
        return ()
    links: dict[str, Link] = {}
    for node in _nodes(nodes):
        name, number, jump = node.get("name"), node.get("id"), node.get("jump_url")
        if not isinstance(name, str) or not squeeze(name):
            continue
        if isinstance(jump, str) and jump.strip():
            url = dom.url_of(jump)
        elif isinstance(number, int) and number > 0 and not isinstance(number, bool):
            url = absolute(base, f"{base}/gkmlpt/api/all/{number}?page=1&sid={sid.group(1)}")
        else:
            url = None
        if url:
            links.setdefault(url, Link(url, squeeze(name)[:200]))
    dom.note("sources", "目录树写在脚本里，由脚本画出", partial(_script_with, part=tree.group()), tree.group())
    return tuple(links.values())


def _script_with(dom: Dom, part: str) -> Element | None:
    return next((dom.script_of(script) for script in dom.scripts if part in script), None)


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    waiting = list(reversed(tree)) if isinstance(tree, list) else []
    for _ in range(_MAX_TREE):
        if not waiting:
            return
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            children = node.get("children")
            if isinstance(children, list):
                waiting += reversed(children[:_MAX_TREE])


# --- jpaas -----------------------------------------------------------------------------------------------------------


def _units(dom: Dom) -> tuple[str, ...]:
    """The parts of a page that jpaas builds on demand; of several, those whose name says that they are the list."""
    found: dict[str, str] = {}
    nodes: dict[str, Element] = {}
    for node in dom.tagged("script", "div"):
        if _UNIT not in (node.get("url") or ""):
            continue
        params = _query_data(node)
        url = dom.url_of(node.get("url"))
        if url and params.get("pageId") and "?" not in url and (address := absolute(url, f"{url}?{urlencode(params)}")):
            found.setdefault(address, label(params.get("tagId", "")).lower())
            nodes.setdefault(address, node)
    rest = {url: name for url, name in found.items() if not any(word in name for word in words("other_parts"))}
    lists = [url for url, name in rest.items() if any(word in name for word in words("list_parts"))]
    units = tuple(lists[:3] if lists else rest if len(rest) == 1 else ())
    if units:
        dom.note("sources", "jpaas按需生成的区块", nodes[units[0]])
    return units


def _query_data(node: Element) -> dict[str, str]:
    return dict(_PAIR.findall(node.get("querydata") or ""))


def _unit_paging(dom: Dom) -> tuple[str, ...]:
    """Further pages of a list that jpaas has built into the page: its pager names the unit and all it wants."""
    for node in dom.tagged("div", "table", "ul"):
        unit = dom.url_of(node.get("uniturl") or node.get("url")) if node.get("querydata") else None
        if unit and _UNIT in unit and "?" not in unit:
            params = _query_data(node)
            dom.note("sources", "jpaas的翻页区块", node)
            return unit_pages(node, f"{unit}?{urlencode(params)}") if params.get("pageId") else ()
    return ()


def unit_pages(pager: Element, url: str) -> tuple[str, ...]:
    """The pages behind the one whose ``pager`` this is: ``rows`` a page, ``count`` in all, ``pageNo`` from 1."""
    inner = {key.lower(): value for key, value in _query_data(pager).items()}
    rows, count, current = (number(pager.get(name) or inner.get(name)) for name in ("rows", "count", "pageno"))
    if rows is None or count is None or current is None:
        return ()
    parts = urlsplit(url)
    kept = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k != "paramJson"]
    last = -(-count // rows) if rows else 0
    pages = (
        urlencode([*kept, ("paramJson", json.dumps({"pageNo": page, "pageSize": rows}, separators=(",", ":")))])
        for page in range(current + 1, min(last, current + _MAX_PAGES) + 1)
    )
    found = (absolute(url, parts._replace(query=query).geturl()) for query in pages)
    return tuple(address for address in found if address)


def unit_total(pager: Element) -> int | None:
    """How many rows a jpaas pager says there are."""
    return number(pager.get("count") or {k.lower(): v for k, v in _query_data(pager).items()}.get("count"))


# --- 开普 -------------------------------------------------------------------------------------------------------------


def _channel(dom: Dom) -> tuple[str, ...]:
    """A 开普 channel's list: the search its inline script composes, or that of the system's ``listPage.js``."""
    template = next((m for script in dom.scripts for m in _TEMPLATE.finditer(script)), None)
    sources = (node.get("src") or "" for node in dom.tagged("script"))
    path = template.group(1) if template else None
    if template:
        dom.note("sources", "开普频道的检索地址写在脚本里", dom.script_of(template.string), template.group())
    if path is None and any(_LIST_SCRIPT.search(source) for source in sources):
        dom.note("sources", "开普频道的listPage.js")
        path = "/common/search/"
    channel, size = _channel_id(dom), _page_size(dom)
    if not (path and channel and size):
        return ()
    query = f"_isAgg=true&_isJson=true&_pageSize={size}&_template=index&_rangeTimeGte=&_channelName=&page=1"
    url = dom.url_of(urljoin(path, f"{channel}?{query}"))
    return (url,) if url else ()


def _channel_id(dom: Dom) -> str | None:
    for tag in dom.tagged("meta"):
        if (tag.get("name") or "").lower() == "channelid" and re.fullmatch(r"[\w-]{6,64}", tag.get("content") or ""):
            return str(tag.get("content"))
    found = {m.group(1) for script in dom.scripts for m in _CHANNEL.finditer(script)}
    return found.pop() if len(found) == 1 else None


def _page_size(dom: Dom) -> str | None:
    for script in dom.scripts:
        if found := _SIZE_VARIABLE.search(script):
            name = re.sub(r"\W", "", found.group(2) or "")
            value = found.group(1) or (value_of(script, found.group(2)) if name == found.group(2) else None)
            if value and value.isdecimal() and len(value) <= 3:
                return value
    for node in dom.tagged("input"):
        value = (node.get("value") or "").strip()
        if (node.get("id") or "") == "pageSize" and value.isdecimal() and len(value) <= 3:
            return str(value)
    return None


# --- any other literal request ---------------------------------------------------------------------------------------


def _requested(dom: Dom) -> tuple[str, ...]:
    """The one address a script of the page asks for by GET, written out in full: a data file in the page's own folder,
    or the address of a known search system. Of several requests it cannot be told which one is the list."""
    wanted: list[str] = []
    for script in dom.scripts:
        for call in calls_in(script) if _is_asking(script) else ():
            if any(word in call.text.lower() for word in words("no_list")):
                continue
            url = _asked(dom, call)
            if url is None:
                return ()
            if not wanted:
                dom.note("sources", "脚本用GET请求的地址", dom.script_of(script), call.url or "")
            wanted.append(url)
    unique = list(dict.fromkeys(wanted))
    return tuple(unique) if len(unique) == 1 and _is_list_data(dom, unique[0]) else ()


def _asked(dom: Dom, call: Call) -> str | None:
    url = dom.url_of(call.url) if call.url and call.params is not None and call.method == "GET" else None
    if url is None or not call.params:
        return url
    return absolute(url, f"{url}{'&' if '?' in url else '?'}{urlencode(call.params)}")


def _is_list_data(dom: Dom, url: str) -> bool:
    if _SYSTEM.search(url):
        return True
    folder = urljoin(dom.url, ".")
    return url.startswith(folder) and _DATA_FILE.search(urlsplit(url).path) is not None
