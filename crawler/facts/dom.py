"""One parse of a page and one walk over it: the tree, its visible lines, what its inline scripts write.

Every reader in this package works on the ``Dom`` made here; no page is parsed twice.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple
from urllib.parse import unquote

from lxml import etree, html

from crawler.facts import datastore
from crawler.facts.charset import decode
from crawler.facts.text import squeeze
from crawler.urls import absolute

Element = Any  # lxml's elements carry no useful types

_PARSER = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
_SKIP = {"script", "style", "noscript", "template", "object", "option", "textarea", "head"}
_INLINE = {
    "a", "abbr", "b", "bdo", "big", "cite", "code", "em", "font", "i", "ins", "label", "o:p", "q", "s", "small",
    "span", "strong", "sub", "sup", "u", "var", "st1:chsdate", "img", "input", "button", "nobr",
}  # fmt: skip
_FOOT = re.compile(r"foot|copyright|copyr|banquan|yejiao|dibu|^(?:bottom|bot|bq)\d*$", re.I)
_NAV = re.compile(
    r"^(?:header|head|hd_top|top|topbar|banner|logo|search|sousuo|toolbar|nav|menu)|nav(?:bar|_|-|$)|menu|daohang", re.I
)
_SIDE = re.compile(r"^side|sidebar|left_?nav|leftmenu|xgzl|xglj|tuijian|related", re.I)
_CRUMB = re.compile(r"crumb|curmb|position|location|weizhi|dqwz|curpos|^(?:dz|path|pos)\d*$", re.I)
_TAG_AREA = {"footer": "footer", "nav": "nav", "aside": "side", "header": "nav"}
_SCRIPT_LIMIT = 100_000
_TEXT_NODES: Any = etree.XPath("//text()[normalize-space()]")

_VAR = re.compile(r"""(?:var\s+)?([A-Za-z_$][\w$]*)\s*=\s*(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)")(?!\s*\+)""")
_OPERAND = re.compile(
    r"""\s*(?:(unescape|decodeURIComponent)\(\s*)?(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|([A-Za-z_$][\w$.]*(?:\([^()]*\))?))\s*\)?\s*([+,)])?"""
)
_PLACEHOLDER = re.compile(r"\{\{|\}\}|\$\{|<%|\{%")
_IN_ADDRESS = re.compile(r"""(?:href|src)\s*=\s*["']?[^"'<>\s]*$""", re.I)
_JS_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)")
_SAME_LOOK = re.compile(r"""\s(?:class|target|style|id)=(?:"[^"]*"|'[^']*')""")


@dataclass(slots=True)
class Line:
    """Visible text between two block boundaries. ``link_chars`` of it stand inside links."""

    text: str
    link_chars: int
    element: Element
    area: str

    @property
    def own_chars(self) -> int:
        return len(self.text) - self.link_chars


class Dom:
    """A page as its readers see it. ``root`` has no comments; what scripts write stands where they stand."""

    def __init__(self, body: bytes, url: str, content_type: str = "") -> None:
        self.url = url
        self.text, self.charset = decode(body, content_type)
        self.root = _parse(self.text)
        self.scripts = _expand_scripts(self.root)
        _hush(self.root)
        base = self.root.find(".//base[@href]")
        self.base = (absolute(url, base.get("href")) if base is not None else None) or url

    @cached_property
    def lines(self) -> list[Line]:
        lines = list(_lines(self.root))
        return _unflag_wrappers(lines)

    @cached_property
    def text_length(self) -> int:
        """Visible characters, blanks not counted."""
        return sum(len(line.text) - line.text.count(" ") for line in self.lines)

    @cached_property
    def title_tag(self) -> str:
        found = self.root.find(".//title")
        return squeeze(text_of(found)) if found is not None else ""

    @cached_property
    def _areas(self) -> dict[Element, str]:
        areas: dict[Element, str] = {}
        for line in self.lines:
            areas.setdefault(line.element, line.area)
        return areas

    @cached_property
    def _told(self) -> frozenset[str]:
        return frozenset(self._areas.values())

    def area_of(self, node: Element) -> str:
        """Where an element stands; one without a text, such as a picture's link, by the names of what is around it."""
        while node is not None and node.tag != "body":
            area = self._areas.get(node) or (_area(node) if node.tag not in _INLINE else None)
            if area in self._told:
                return area
            node = node.getparent()
        return self._areas.get(node, "body")

    def url_of(self, href: str | None) -> str | None:
        return _absolute(self.base, href) if href and not _PLACEHOLDER.search(href) else None


@lru_cache(maxsize=20_000)
def _absolute(base: str, href: str) -> str | None:
    return absolute(base, href)


def text_of(element: Element) -> str:
    """All text below an element, spans joined without a gap, scripts left out."""
    return squeeze("".join(element.itertext()))


def _parse(text: str) -> Element:
    data = text.replace("\x00", "").encode("utf-8", "replace")
    try:
        root = html.document_fromstring(data, parser=_PARSER) if data.strip() else None
    except (etree.ParserError, etree.XMLSyntaxError, AssertionError):
        root = None
    return html.Element("html") if root is None else root


def _lines(root: Element) -> Iterator[Line]:
    """Visible lines in document order. Blocks and ``br`` end lines; inline tags do not, so words broken over
    spans come out whole."""
    places: dict[Element, _Place] = {}
    parts: list[str] = []
    link_chars = 0
    current: _Place | None = None
    nodes: list[Any] = _TEXT_NODES(root)
    for node in nodes:
        holder = node.getparent()
        place = _place(holder, places)
        breaks = False
        if node.is_tail:
            breaks = holder.tag not in _INLINE and holder.tag not in _SKIP
            holder = holder.getparent()
            place = _place(holder, places)
        if place.hidden:
            continue
        if parts and current is not None and (breaks or place.block is not current.block):
            if line := _line(parts, link_chars, current):
                yield line
            parts, link_chars = [], 0
        current = place
        parts.append(node)
        if place.link:
            link_chars += len(node.strip())
    if parts and current is not None and (line := _line(parts, link_chars, current)):
        yield line


def _line(parts: list[str], link_chars: int, place: "_Place") -> Line | None:
    text = squeeze("".join(parts))
    return Line(text, min(link_chars, len(text)), place.block, place.area) if text else None


class _Place(NamedTuple):
    block: Element
    area: str
    hidden: bool
    link: bool


def _place(element: Element, places: dict[Element, _Place]) -> _Place:
    """Where an element stands, worked out from its ancestors once."""
    chain = []
    node = element
    while node is not None and node not in places:
        chain.append(node)
        node = node.getparent()
    place = places[node] if node is not None else _Place(element, "body", False, False)
    for node in reversed(chain):
        tag = node.tag
        if tag in _SKIP or not isinstance(tag, str):
            place = place._replace(hidden=True)
        elif tag == "a":
            place = place._replace(link=True)
        elif tag not in _INLINE:
            area = _area(node) if tag != "body" else None
            place = _Place(node, area or place.area, place.hidden, place.link)
        places[node] = place
    return place


def _area(node: Element) -> str | None:
    tag_area = _TAG_AREA.get(node.tag)
    if tag_area:
        return tag_area
    names = f"{node.get('class') or ''} {node.get('id') or ''}"
    return _area_of_names(names) if len(names) > 1 else None


@lru_cache(maxsize=5_000)
def _area_of_names(names: str) -> str | None:
    for name in names.split():
        for pattern, area in ((_FOOT, "footer"), (_CRUMB, "crumb"), (_SIDE, "side"), (_NAV, "nav")):
            if pattern.search(name):
                return area
    return None


def _unflag_wrappers(lines: list[Line]) -> list[Line]:
    """A class name like ``header`` on an element that wraps the whole page says nothing."""
    own: dict[str, int] = {}
    for line in lines:
        own[line.area] = own.get(line.area, 0) + line.own_chars
    for area in ("nav", "side", "crumb", "footer"):
        if own.get(area, 0) > 400 and own.get(area, 0) > 4 * own.get("body", 0):
            for line in lines:
                if line.area == area:
                    line.area = "body"
    return lines


# --- inline scripts -------------------------------------------------------------------------------------------------


def _expand_scripts(root: Element) -> list[str]:
    """Texts of all inline scripts. What ``document.write`` writes, and the rows kept in a store for a script to show,
    are put into the tree behind their script."""
    texts = []
    for script in list(root.iter("script")):
        text = script.text
        if not text or (len(text) > _SCRIPT_LIMIT and not datastore.is_datastore(text)):
            continue
        texts.append(text)
        if datastore.is_datastore(text) and (stored := datastore.markup(text)):
            _insert_after(script, stored)
        if "document.write" in text and (written := written_by(text)):
            _insert_after(script, written)
    return texts


def _hush(root: Element) -> None:
    """Takes out text that is never seen, so that all text below an element is its visible text."""
    for script in root.iter("script"):
        script.text = None
    etree.strip_elements(root, "style", "noscript", "template", "textarea", "option", with_tail=False)
    for br in root.iter("br"):
        br.tail = " " + (br.tail or "")


def written_by(script: str) -> str:
    """The HTML that a script's ``document.write`` calls put into the page, as far as it is made of string
    literals and of variables that hold one. Both arms of an ``if`` that write the same link count once."""
    assigned = [
        (m.start(), m.group(1), _unquote(m.group(2) if m.group(2) is not None else m.group(3)))
        for m in _VAR.finditer(script)
    ]
    variables = {name: value for _, name, value in reversed(assigned)}
    passed = 0
    written: list[str] = []
    seen: set[str] = set()
    position = script.find("document.write")
    while position >= 0:
        opening = script.find("(", position)
        if opening < 0:
            break
        while passed < len(assigned) and assigned[passed][0] < position:  # one script may write row after row
            variables[assigned[passed][1]] = assigned[passed][2]
            passed += 1
        piece, known = _concatenation(script, opening + 1, variables)
        look = _SAME_LOOK.sub("", piece)
        if known and not (("href" in look or len(look) > 20) and look in seen):
            written.append(piece)
        seen.add(look)
        position = script.find("document.write", opening)
    return "".join(written)


def _concatenation(script: str, position: int, variables: dict[str, str]) -> tuple[str, bool]:
    """The value of ``"a" + b + "c"`` from ``position`` on, and whether anything of it was known."""
    parts, known = [], False
    while found := _OPERAND.match(script, position):
        function, single, double, name, after = found.groups()
        literal = single if single is not None else double
        if literal is not None:
            text = _unquote(literal)
            parts.append(unquote(text) if function else text)
            known = True
        elif name in variables:
            parts.append(variables[name])
            known = True
        else:
            parts.append(_gap(parts))
        position = found.end()
        if after not in ("+", ","):
            break
    else:
        parts.append(_gap(parts))
    return "".join(parts), known


def _gap(parts: list[str]) -> str:
    """What stands for an unknown value: an address with one is no address."""
    return "{{}}" if _IN_ADDRESS.search("".join(parts)) else ""


def _unquote(literal: str) -> str:
    return _JS_ESCAPE.sub(_escape, literal) if "\\" in literal else literal


def _escape(found: re.Match[str]) -> str:
    code = found.group(1)
    if len(code) > 1:
        return chr(int(code[1:], 16))
    return {"n": "\n", "t": "\t", "r": ""}.get(code, code)


def _insert_after(script: Element, markup: str) -> None:
    parent = script.getparent()
    if parent is None:
        return
    try:
        written = html.fragments_fromstring(markup.encode("utf-8", "replace"), parser=_PARSER)
    except (etree.ParserError, etree.XMLSyntaxError, AssertionError):
        return
    index = parent.index(script) + 1
    tail, script.tail = script.tail, None
    last = None
    for piece in written:
        if isinstance(piece, str):
            script.tail = (script.tail or "") + piece
        else:
            parent.insert(index, piece)
            index += 1
            last = piece
    if last is None:
        script.tail = (script.tail or "") + (tail or "") or None
    else:
        last.tail = (last.tail or "") + (tail or "") or None
