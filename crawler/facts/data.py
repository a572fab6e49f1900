"""What a data endpoint answered -> ``Facts`` of kind ``list``: JSON, JSONP, JSON with HTML in it, 大汉's XML.

Rows are read only from objects that say what a row is called and where it leads or when it was published; anything
else is no list, and says so. Never raises for any bytes.
"""

import html
import json
import re
from collections import deque
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from crawler.facts import datastore
from crawler.facts.charset import decode
from crawler.facts.dates import data_date
from crawler.facts.dom import Dom
from crawler.facts.endpoints import is_data_address, unit_pages, unit_total
from crawler.facts.fieldnames import words
from crawler.facts.rows import read_items
from crawler.facts.status import page_status
from crawler.facts.text import number, squeeze
from crawler.records import Facts, Item, PageStatus
from crawler.urls import absolute

_MAX_BYTES = 12 * 1024 * 1024
_MAX_NODES = 200_000
_MAX_DEPTH = 8
_MAX_ROWS = 2_000
_MAX_PAGES = 30
_JSONP = re.compile(r"^(?:/\*.{0,20}\*/\s*)?(?:try\s*\{\s*)?[\w$.]{1,80}\s*\(\s*(?=[\[{])")
_COMMA = re.compile(r",(\s*[\]}])")
_TAG = re.compile(r"<[^<>]{1,300}>")
_PLAIN = re.compile(r"[_-]")
_RANGE = ("startrecord", "endrecord", "perpage")
_USUAL = 100  # 广东's catalogue has a hundred rows a page and does not say so
_NO_LIST = "接口返回的数据里认不出列表"


class _Read(NamedTuple):
    """``total``: rows of the whole list as the answer says; ``size``: rows a page as it says."""

    items: tuple[Item, ...] = ()
    total: int | None = None
    size: int | None = None
    paging: tuple[str, ...] | None = None
    reason: str = ""


def read_data(body: bytes, url: str, content_type: str = "", base: str = "") -> Facts:
    """``url`` is the endpoint's address, ``base`` that of the page whose list it fills: addresses in HTML and of files
    beside the page are relative to that."""
    if len(body) > _MAX_BYTES:
        return _facts(url, None, PageStatus.TOO_BIG, f"接口返回的数据过大（{len(body) // 1024 // 1024} MB）")
    text, charset = decode(body, content_type)
    text = text.strip().lstrip("\ufeff").strip()
    if not text:
        return _facts(url, charset, PageStatus.HOLLOW, "接口返回的内容是空的")
    if text[0] == "<":
        if not datastore.is_datastore(text):
            return _no_data(body, url, content_type, charset)
        read = _of_store(text, url, base or url)
    else:
        read = _of_json(text, url, base or url)
    if not read.items:
        reason = read.reason or (_NO_LIST if read.total != 0 else "接口返回的列表是空的")
        return _facts(url, charset, PageStatus.HOLLOW, reason)
    paging = _paging(url, read) if read.paging is None else read.paging
    return _facts(url, charset, PageStatus.OK, "", read.items, paging, read.total)


def _facts(
    url: str, charset: str | None, status: PageStatus, reason: str,
    items: tuple[Item, ...] = (), paging: tuple[str, ...] = (), total: int | None = None,
) -> Facts:  # fmt: skip
    return Facts(
        url=url, charset=charset, title=None, kind="list", status=status, status_reason=reason, items=items,
        paging=paging, total=total,
    )  # fmt: skip


def _no_data(body: bytes, url: str, content_type: str, charset: str | None) -> Facts:
    """A page where data was asked for: a challenge, an error, a login, or something else."""
    status, reason = page_status(Dom(body, url, content_type), 0, False)
    if status in (PageStatus.OK, PageStatus.HOLLOW, PageStatus.TOO_BIG):
        status, reason = PageStatus.HOLLOW, "接口返回的是网页，不是数据"
    return _facts(url, charset, status, reason)


# --- XML and HTML ----------------------------------------------------------------------------------------------------


def _of_store(text: str, url: str, base: str) -> _Read:
    following = datastore.next_group(text)
    target = absolute(url, following) if following else None
    paging: tuple[str, ...] | None = (target,) if target and target != url and is_data_address(target) else ()
    if not paging and "startrecord=" in url:
        paging = None
    return _Read(_rows_of(datastore.markup(text), base), datastore.total(text), paging=paging)


def _rows_of(markup: str, base: str) -> tuple[Item, ...]:
    """The rows of a piece of HTML, read as those of a page are."""
    if not markup.strip():
        return ()
    page = f"<html><body><div>{markup}</div></body></html>"
    return read_items(Dom(page.encode("utf-8", "replace"), base, "text/html; charset=utf-8"), is_portal=False)[
        :_MAX_ROWS
    ]


def _of_markup(markup: str, url: str, base: str) -> _Read:
    """The list that jpaas built: its HTML, and its pager."""
    items = _rows_of(markup, base)
    dom = Dom(f"<html><body>{markup}</body></html>".encode("utf-8", "replace"), base, "text/html; charset=utf-8")
    for node in dom.root.iter("div", "table", "ul"):
        if "pagination" in (node.get("class") or "") and (total := unit_total(node)) is not None:
            return _Read(items, total, paging=unit_pages(node, url))
    return _Read(items, paging=())


# --- JSON ------------------------------------------------------------------------------------------------------------


def _of_json(text: str, url: str, base: str) -> _Read:
    data = _parsed(text)
    if data is None:
        return _Read(reason="接口返回的既不是网页也不是完好的数据")
    found = _lists(data)
    if not found:
        if markup := _html_in(data):
            return _of_markup(markup, url, base)
        return _Read(total=_number(data, "total") if isinstance(data, dict) else None)
    found.sort(key=lambda rows: -len(rows.items))
    if len(found) > 1 and len(found[1].items) == len(found[0].items):
        return _Read(reason="接口返回的数据里有几个列表，分不清哪个是栏目的")
    best = found[0]
    folder = base if urljoin(url, ".") == urljoin(base, ".") else url
    items = (item for row in best.items if (item := _item(row, folder)) is not None)
    unique = tuple(dict.fromkeys(items))[:_MAX_ROWS]
    return _Read(unique, _above(best.above, "total", len(unique)), _above(best.above, "size", 1))


def _parsed(text: str) -> Any:
    """The value, or None. Depth is limited by the parser; a comma before a closing bracket is forgiven."""
    if found := _JSONP.match(text):
        text = text[found.end() :]
    elif text[0] not in "[{":
        return None
    for mended in (False, True):
        text = _COMMA.sub(r"\1", text) if mended else text
        try:
            value, end = json.JSONDecoder(strict=False).raw_decode(text)
        except (ValueError, RecursionError):
            continue
        return value if found or not text[end:].strip(" ;\r\n\t") else None
    return None


class _Rows(NamedTuple):
    items: list[dict[str, Any]]
    above: tuple[dict[str, Any], ...]


def _lists(data: Any) -> list[_Rows]:
    """Every list of rows in the data, with the objects it stands in, innermost first."""
    found: list[_Rows] = []
    waiting: deque[tuple[Any, tuple[dict[str, Any], ...]]] = deque([(data, ())])
    seen = 0
    while waiting and seen < _MAX_NODES:
        node, above = waiting.popleft()
        seen += 1
        if isinstance(node, list):
            rows = [row for row in node if row]
            if rows and all(isinstance(row, dict) and _is_row(row) for row in rows):
                found.append(_Rows(rows, above))
            elif len(above) <= _MAX_DEPTH:
                waiting.extend((part, above) for part in node if isinstance(part, (dict, list)))
        elif isinstance(node, dict) and len(above) < _MAX_DEPTH:
            inner = (node, *above)
            waiting.extend((part, inner) for part in node.values() if isinstance(part, (dict, list)))
    return found


def _is_row(row: dict[str, Any]) -> bool:
    fields = _fields(row)
    if _text(fields, "title"):
        return bool(_text(fields, "address")) or _date(fields) is not None
    return bool(_text(fields, "name")) and _date(fields) is not None


def _fields(row: dict[str, Any]) -> dict[str, Any]:
    """A row's values by plain name; those of an object within it where the row itself has none of that name."""
    fields: dict[str, Any] = {}
    inner = [part for part in row.values() if isinstance(part, dict)][:5]
    for part in (row, *inner):
        for name, value in list(part.items())[:200]:
            fields.setdefault(_PLAIN.sub("", name).lower(), value)
    return fields


def _text(fields: dict[str, Any], kind: str) -> str:
    values = (fields.get(name) for name in words(kind))
    return next((value for value in values if isinstance(value, str) and value.strip()), "")


def _date(fields: dict[str, Any]) -> str | None:
    dates = (data_date(fields[name]) for name in words("date") if name in fields)
    return next((date for date in dates if date), None)


def _item(row: dict[str, Any], base: str) -> Item | None:
    fields = _fields(row)
    title = _text(fields, "title") or _text(fields, "name")
    if "<" in title or "&" in title:
        title = html.unescape(_TAG.sub("", title))
    title = squeeze(title)
    return Item(title[:300], absolute(base, _text(fields, "address")[:1500]), _date(fields)) if title else None


def _html_in(data: Any) -> str:
    """The HTML that jpaas answers with: ``data.html``, where it says that it succeeded."""
    if not isinstance(data, dict) or data.get("success") is False:
        return ""
    inner = data.get("data")
    markup = inner.get("html") if isinstance(inner, dict) else None
    return markup if isinstance(markup, str) and "<a" in markup else ""


# --- how it goes on --------------------------------------------------------------------------------------------------


def _number(fields: dict[str, Any], kind: str) -> int | None:
    plain = {_PLAIN.sub("", name).lower(): value for name, value in fields.items()}
    for name in words(kind):
        value = plain.get(name)
        if isinstance(value, str):
            value = number(value)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**8:
            return value
    return None


def _above(above: tuple[dict[str, Any], ...], kind: str, least: int) -> int | None:
    numbers = (_number(fields, kind) for fields in above)
    return next((one for one in numbers if one is not None and one >= least), None)


def _paging(url: str, read: _Read) -> tuple[str, ...]:
    """Addresses of the pages behind this one, by the page number in its own address; none where it has no number."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    plain = {_PLAIN.sub("", name).lower(): value for name, value in query}
    values = {k.lower(): number(v) for k, v in query if k.lower() in _RANGE}
    if all(values.get(name) is not None for name in _RANGE):
        turned = _ranges(query, values["startrecord"] or 0, values["endrecord"] or 0, read.total)
    else:
        named = (k for k, v in query if _PLAIN.sub("", k).lower() in words("page") and number(v) is not None)
        name = next(named, "")
        current = number(dict(query).get(name))
        if current is None or current >= 10**6:
            return ()
        turned = _numbered(
            query, name, current, _last_page(current, plain, read, _USUAL if "/gkmlpt/" in url else None)
        )
    pages = (absolute(url, parts._replace(query=urlencode(pairs)).geturl()) for pairs in turned)
    return tuple(page for page in pages if page and page != url)


def _last_page(current: int, plain: dict[str, str], read: _Read, usual: int | None) -> int:
    """The number of the last page; one more than this where it is not told how many rows there are. A first page with
    fewer rows than it should have shows how many a page really has."""
    if read.total is None:
        return current + 1
    said = (plain.get(name, "") for name in words("size"))
    size = next((n for v in said if (n := number(v)) and n < 10**4), None) or read.size or usual
    rows = len(read.items)
    if size is None or size < rows or (current <= 1 and rows < min(size, read.total)):
        size = rows
    return -(-read.total // size)


def _numbered(query: list[tuple[str, str]], name: str, current: int, last: int) -> Iterator[list[tuple[str, str]]]:
    for page in range(current + 1, min(last, current + _MAX_PAGES) + 1):
        yield [(k, str(page) if k == name else v) for k, v in query]


def _ranges(query: list[tuple[str, str]], start: int, end: int, total: int | None) -> Iterator[list[tuple[str, str]]]:
    step, first = end - start + 1, end + 1
    if step < 1 or total is None:
        return
    for start in range(first, min(total, first + step * _MAX_PAGES) + 1, step):
        yield [
            (k, str(start) if k.lower() == "startrecord" else str(start + step - 1) if k.lower() == "endrecord" else v)
            for k, v in query
        ]
