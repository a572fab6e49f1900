"""The XML a 大汉 (jpage) list is kept in: in the page, inside a script of type ``text/xml``, and as its endpoint's answer.

Read by searching, never by an XML parser: nothing in it is expanded, and what surrounds the records does not matter.
"""

import html
import re

_MAX_RECORDS = 2_000
_CDATA = re.compile(r"^\s*<!\[CDATA\[(.*)\]\]>\s*$", re.S)
_NUMBER = re.compile(r"^\s*(?:<!\[CDATA\[)?\s*(\d{1,9})\s*(?:\]\]>)?\s*$")
_HREF = re.compile(r"""href\s*=\s*["']([^"'<>]{1,1500})["']""", re.I)


def is_datastore(text: str) -> bool:
    """Whether a script or an answer holds such a store."""
    return "<datastore" in text or "<recordset" in text


def records(text: str) -> list[str]:
    """The HTML of each record, in order."""
    found: list[str] = []
    position = 0
    while len(found) < _MAX_RECORDS and (piece := _element(text, "record", position)) is not None:
        content, position = piece
        if content.strip():
            found.append(_plain(content))
    return found


def markup(text: str) -> str:
    """All records as one list, as the page's script puts them into the page."""
    rows = "\n".join(records(text))
    if not rows:
        return ""
    start = rows.lstrip()[:3].lower()
    wrap = "table" if start == "<tr" else "ul" if start == "<li" else "div"
    return f"<{wrap}>{rows}</{wrap}>"


def total(text: str) -> int | None:
    """How many records the whole list has."""
    piece = _element(text, "totalrecord", 0)
    found = _NUMBER.match(piece[0]) if piece else None
    return int(found.group(1)) if found else None


def next_group(text: str) -> str | None:
    """The address of the next records, as the store names it."""
    piece = _element(text, "nextgroup", 0)
    found = _HREF.search(_plain(piece[0])) if piece else None
    return html.unescape(found.group(1)) if found else None


def _plain(content: str) -> str:
    if found := _CDATA.match(content):
        return found.group(1)
    return html.unescape(content) if "&lt;" in content else content


def _element(text: str, tag: str, position: int) -> tuple[str, int] | None:
    """The content of the next such element, and where it ends. Each search starts where the last one ended, so that a
    store of open tags only costs one look at each character."""
    start = text.find(f"<{tag}>", position)
    if start < 0:
        return None
    start += len(tag) + 2
    end = text.find(f"</{tag}>", start)
    return (text[start:end], end + len(tag) + 3) if end >= 0 else None
