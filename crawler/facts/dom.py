"""One parse of a page and one walk over it: the tree, its visible lines, its links, what its inline scripts write.

Every reader in this package works on the ``Dom`` made here; no page is parsed twice, no link is read twice.
"""

import re
from codecs import BOM_UTF8
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any

from lxml import etree

from crawler.facts.charset import decode
from crawler.facts.labels import Label, labels_in
from crawler.facts.limits import TOO_DEEP, excess
from crawler.facts.scripts import PARSER, expand_scripts, settable
from crawler.facts.scripts import Element as Element
from crawler.facts.text import squeeze
from crawler.facts.traces import Notes
from crawler.urls import absolute

_SKIP = {"script", "style", "noscript", "noframes", "template", "object", "option", "textarea", "head"}
_INLINE = {
    "a", "abbr", "b", "bdo", "big", "cite", "code", "em", "font", "i", "ins", "label", "o:p", "q", "s", "small",
    "span", "strong", "sub", "sup", "u", "var", "st1:chsdate", "img", "input", "button", "nobr",
}  # fmt: skip
#: They hold no text of their own: what stands behind them stands where they stand.
_LEAVES = {"br", "hr", "meta", "link", "base", "script", "param", "col"}
_PLACELESS = _LEAVES | _INLINE
_FOOT = re.compile(r"foot|copyright|copyr|banquan|yejiao|dibu|^(?:bottom|bot|bq)\d*$", re.I)
_NAV = re.compile(
    r"^(?:header|head|hd_top|top|topbar|banner|logo|search|sousuo|toolbar|nav|menu)|nav(?:bar|_|-|$)|menu|daohang", re.I
)
_SIDE = re.compile(r"^side|sidebar|left_?nav|leftmenu|xgzl|xglj|tuijian|related", re.I)
_CRUMB = re.compile(r"crumb|curmb|position|location|weizhi|dqwz|curpos|^(?:dz|path|pos)\d*$", re.I)
_TAG_AREA = {"footer": "footer", "nav": "nav", "aside": "side", "header": "nav"}
_MANY, _MAX_LONG, _FEW_PIECES = 3_000, 100, 100
_MAX_PIECES, _MAX_TEXT, _MAX_NAMES, _MAX_HREF = 2_000, 50_000, 1_000, 4_000
_WRAPPED = ("nav", "side", "crumb", "footer")
#: What is asked for by its tag on nearly every page.
_ASKED = frozenset((
    "a", "area", "base", "canvas", "embed", "frame", "h1", "h2", "h3", "iframe", "img", "input", "link", "meta", "object",
    "script", "table", "title", "video",
))  # fmt: skip
_ELEMENTS: Any = etree.XPath("count(//*)")
_TEXT_NODES: Any = etree.XPath("/descendant::text()[normalize-space()]")
_BREAK = "\u2028"  # a blank to Python and none to XPath: what stands behind it is never passed over
_NO_LABELS: list[Label] = []
_PLACEHOLDER = re.compile(r"\{\{|\}\}|\$\{|<%|\{%")
_ONCLICK = re.compile(
    r"""(?:(?:location(?:\.href)?|window\.open|open|encodeURI|location\.replace)\s*[=(]+\s*(?:encodeURI\()?\s*['"])([^'"]+)['"](?!\s*\+)"""
)


class Place:
    """Where an element stands, worked out from its ancestors once: the block around its text, the part of the page,
    whether it is hidden or within a link. ``own``, ``first`` and ``last`` are for counting lines below it, ``targets``
    and ``target`` for counting links."""

    __slots__ = (
        "_block", "_looks", "area", "element", "first", "hidden", "last", "link", "own", "parent", "tag", "target", "targets",
    )  # fmt: skip

    def __init__(self, element: Element, tag: str, parent: "Place | None") -> None:
        self.element = element
        self.parent = parent
        self.tag = tag
        self.own = self.targets = 0
        self.first = self.last = -1
        self.target: str | None = None
        self._looks: tuple[str, str] | None = None
        if parent is None:
            self.area, self.hidden, self.link, self._block = "body", tag in _SKIP, False, None
        elif tag in _INLINE:
            self.area = parent.area
            self.hidden = parent.hidden
            self.link = parent.link or tag == "a"
            self._block = parent._block or parent
        else:
            self.area = (_area(element, tag) or parent.area) if tag != "body" else parent.area
            self.hidden = parent.hidden or tag in _SKIP
            self.link = parent.link
            self._block = None

    @property
    def block(self) -> "Place":
        """The block around its text: itself, which it does not name, lest it keep itself and the page alive."""
        return self._block or self

    @property
    def looks(self) -> tuple[str, str]:
        """Tag and classes, its own and those of what is around it: equal for blocks of one look."""
        if self._looks is None:
            self._looks = self._look(), self.parent._look() if self.parent is not None else ""
        return self._looks

    def _look(self) -> str:
        return f"{self.tag}.{self.element.get('class') or ''}"


@dataclass(slots=True)
class Line:
    """Visible text between two block boundaries. ``link_chars`` of it stand inside links."""

    text: str
    link_chars: int
    place: Place
    area: str
    _labels: list[Label] | None = None

    @property
    def labels(self) -> list[Label]:
        """The labels that stand in it (发布日期：...)."""
        if self._labels is None:
            self._labels = labels_in(self.text) if "：" in self.text or ":" in self.text else _NO_LABELS
        return self._labels

    @property
    def element(self) -> Element:
        return self.place.element

    @property
    def own_chars(self) -> int:
        return len(self.text) - self.link_chars


@dataclass(slots=True)
class Anchor:
    """A link as the page has it: the place it stands in, its visible text, where a click leads by ``href`` or ``onclick``
    (``url``; None: nowhere on the web), which of these words it has (``href``), its ``title``."""

    element: Element
    around: Place
    text: str
    url: str | None
    href: str
    title: str | None
    area: str


class Dom(Notes):
    """A page as its readers see it. ``root`` has no comments; what scripts write stands where they stand."""

    def __init__(self, body: bytes, url: str, content_type: str = "") -> None:
        super().__init__()
        self.url = url
        self.body, self.content_type = body, content_type
        self.excess = excess(body)
        self.text, self.charset = decode(b"" if self.excess else body, content_type)
        self.root, too_deep = _parse(body, self.text, self.charset)
        self.excess = self.excess or too_deep
        self.scripts, self.script_elements, self.written = expand_scripts(self.root)
        options = self.root.iter("option") if "<option" in self.text or "<OPTION" in self.text else ()
        self.choices = [(node.get("value") or "", squeeze(node.text or ""), node.getparent()) for node in options]
        _hush(self.root)
        self.places: list[Place] = []  # of those asked for, parents before their children
        self._place_of: dict[Element, Place] = {}
        self._tagged: dict[str, list[Element]] = {}
        for node in self.root.iter(*_ASKED):
            self._tagged.setdefault(node.tag, []).append(node)
        self._plain: set[str] = set()
        self._is_large = _ELEMENTS(self.root) > _MANY
        self._long_texts = 0
        base = next((href for node in self.tagged("base") if (href := node.get("href")) is not None), None)
        self.base = (absolute(url, base) if base is not None else None) or url

    def tagged(self, *tags: str) -> list[Element]:
        """The elements with one of these tags, in page order."""
        if len(tags) == 1 and tags[0] in _ASKED:
            return self._tagged.get(tags[0]) or []
        found = [nodes for tag in tags if (nodes := self._tagged.get(tag))]
        if len(found) > 1 or not _ASKED.issuperset(tags):
            return list(self.root.iter(*tags))
        return found[0] if found else []

    def text_of(self, element: Element) -> str:
        """As the function ``text_of``, at a third of its cost where a page is too small to be made costly; of a large one
        that lays long texts into one another less and less is read."""
        if not self._is_large:
            text: str = etree.tostring(element, method="text", encoding="unicode", with_tail=False)
            return squeeze(text)[:_MAX_TEXT]
        pieces = list(islice(element.itertext(), _MAX_PIECES if self._long_texts < _MAX_LONG else _FEW_PIECES))
        self._long_texts += len(pieces) == _MAX_PIECES
        return squeeze("".join(pieces)[:_MAX_TEXT])

    def place_of(self, element: Element) -> Place:
        return self._place_of.get(element) or self._settle(element)

    def _settle(self, element: Element) -> Place:
        """Gives an element its place, and those around it that have none. An inline tag that holds no other, and what
        holds nothing, has none of its own and stands where its parent stands."""
        known = self._place_of
        above = element.getparent()
        place = known.get(above)
        if place is None and above is not None:
            waiting = [above]
            while (above := above.getparent()) is not None and known.get(above) is None:
                waiting.append(above)
            for node in reversed(waiting):  # what is around each is known by now
                place = self._settle(node)
        tag = element.tag
        if tag not in _PLACELESS or place is None or (tag in _INLINE and len(element)):
            place = Place(element, tag, place)
            self.places.append(place)
        known[element] = place
        return place

    @cached_property
    def lines(self) -> list[Line]:
        """Visible lines in document order. Blocks and ``br`` end lines; inline tags do not, so words broken over
        spans come out whole."""
        lines: list[Line] = []
        parts: list[str] = []
        link_chars = 0
        current: Place | None = None
        known, settle = self._place_of, self._settle
        for node in _TEXT_NODES(self.root):
            holder = node.getparent()
            place = known.get(holder) or settle(holder)
            breaks = False
            if node.is_tail:
                tag = holder.tag
                breaks = tag not in _INLINE and tag not in _SKIP
                place = (place.parent or place) if place.element is holder else place
            if place.hidden:
                continue
            block = place._block or place
            if current is not None and (breaks or block is not current):
                if text := squeeze("".join(parts)):  # joining makes plain text of what would keep the tree alive
                    lines.append(Line(text, min(link_chars, len(text)), current, current.area))
                parts, link_chars = [], 0
            current = block
            parts.append(node)
            if place.link or (holder.tag == "a" and not node.is_tail):
                link_chars += len(node.strip())
        if current is not None and (text := squeeze("".join(parts))):
            lines.append(Line(text, min(link_chars, len(text)), current, current.area))
        return self._unflag_wrappers(lines)

    def _unflag_wrappers(self, lines: list[Line]) -> list[Line]:
        """A class name like ``header`` on an element that wraps the whole page says nothing."""
        own: dict[str, int] = {}
        for line in lines:
            area = line.area
            own[area] = own.get(area, 0) + len(line.text) - line.link_chars
        self._plain = {area for area in _WRAPPED if own.get(area, 0) > 400 and own[area] > 4 * own.get("body", 0)}
        if self._plain:
            for line in lines:
                if line.area in self._plain:
                    line.area = "body"
        return lines

    @cached_property
    def words(self) -> str:
        """All visible text, line behind line."""
        return "".join([line.text for line in self.lines])

    @cached_property
    def text_length(self) -> int:
        """Visible characters, blanks not counted."""
        return len(self.words) - self.words.count(" ")

    @cached_property
    def title_element(self) -> Element | None:
        return next(iter(self.tagged("title")), None)

    @cached_property
    def title_tag(self) -> str:
        found = self.title_element
        return self.text_of(found) if found is not None else ""

    @cached_property
    def loaded(self) -> list[tuple[Element, str]]:
        """The scripts, pictures and frames that the page loads, and from where, as it writes it."""
        nodes = self.root.iter("script", "img", "iframe")
        return [(node, source) for node in nodes if (source := node.get("src"))]

    def script_of(self, text: str) -> Element:
        """The element of one of ``scripts``."""
        return self.script_elements[self.scripts.index(text)]

    @cached_property
    def anchors(self) -> list[Anchor]:
        """Every ``a`` and ``area``, in page order."""
        self.lines  # noqa: B018  tells which areas are plain
        anchors = []
        known, settle, plain = self._place_of, self._settle, self._plain
        for node in self.tagged("a", "area"):
            place = known.get(node) or settle(node)
            area = "body" if place.area in plain else place.area
            text = self.text_of(node) if len(node) else squeeze(node.text or "")
            href = node.get("href")
            url = self.url_of(href) if href else None
            if url is None and (onclick := node.get("onclick")):
                href = href or onclick
                url = self._clicked(onclick)
            around = (place.parent or place) if place.element is node else place
            anchors.append(Anchor(node, around, text, url, href or "", node.get("title"), area))
        return anchors

    def area_of(self, node: Element) -> str:
        """The part of the page an element stands in."""
        self.lines  # noqa: B018  tells which areas are plain
        area = self.place_of(node).area
        return "body" if area in self._plain else area

    def _clicked(self, onclick: str) -> str | None:
        found = _ONCLICK.search(onclick)
        return self.url_of(found.group(1)) if found else None

    def url_of(self, href: str | None) -> str | None:
        if not href or len(href) > _MAX_HREF:
            return None
        rooted = href[1:2] != "/" if href[0] == "/" else href.startswith(("http://", "https://"))
        return _absolute(self._root if rooted else self.base, href)

    @cached_property
    def _root(self) -> str:
        """The site's root: what a menu's links resolve to is the same from all its pages, and is remembered."""
        return "/".join(self.base.split("/", 3)[:3]) + "/"


@lru_cache(maxsize=10_000)
def _absolute(base: str, href: str) -> str | None:
    marked = "{" in href or "}" in href or "<%" in href
    return None if marked and _PLACEHOLDER.search(href) else absolute(base, href)


def text_of(element: Element) -> str:
    """All text below an element, spans joined without a gap, scripts left out; only so much that links laid into one
    another do not cost their square."""
    return squeeze("".join(islice(element.itertext(), _MAX_PIECES))[:_MAX_TEXT])


def _parse(body: bytes, text: str, charset: str | None) -> tuple[Element, str]:
    """The tree, and why there is none where the parser would leave out a part of the page. The bytes are taken as they
    are where they are sound UTF-8."""
    sound = charset == "utf-8" and "\ufffd" not in text and b"\x00" not in body and not body.startswith(BOM_UTF8)
    data = body if sound and text else text.replace("\x00", "").encode("utf-8", "replace")
    try:
        root = etree.fromstring(data, PARSER) if data and not data.isspace() else None
    except (etree.ParserError, etree.XMLSyntaxError):
        root = None
    if root is None:
        return etree.Element("html"), ""
    _adopt(root)
    fault = PARSER.error_log.last_error
    too_deep = fault is not None and "Excessive depth" in fault.message
    return (etree.Element("html"), TOO_DEEP) if too_deep else (root, "")


def _adopt(root: Element) -> None:
    """What stands behind ``</html>`` belongs to the page as browsers show it; the parser lays it beside the tree."""
    extras = [node for node in root.itersiblings() if isinstance(node.tag, str)]
    if not extras:
        return
    body = root.find("body")
    home = root if body is None else body
    for extra in extras:
        for node in (extra, *extra.findall("body"), *extra.findall("head")):
            node.tag = "div"
        home.append(extra)


def _hush(root: Element) -> None:
    """Takes out text that is never seen, so that all text below an element is its visible text."""
    for script in root.iter("script"):
        script.text = None
    etree.strip_elements(root, "style", "noscript", "noframes", "template", "textarea", "option", with_tail=False)
    for br in root.iter("br"):
        tail = br.tail
        br.tail = _BREAK + settable(tail) if tail else _BREAK


def _area(node: Element, tag: str) -> str | None:
    if tag in _TAG_AREA:
        return _TAG_AREA[tag]
    has = node.keys()  # asking for what is not there costs more
    if not has:
        return None
    names, identity = "class" in has and node.get("class"), "id" in has and node.get("id")
    return _area_of_names(names or "", identity or "") if names or identity else None


@lru_cache(maxsize=5_000)
def _area_of_names(names: str, identity: str) -> str | None:
    for name in f"{names} {identity}"[:_MAX_NAMES].split():
        for pattern, area in ((_FOOT, "footer"), (_CRUMB, "crumb"), (_SIDE, "side"), (_NAV, "nav")):
            if pattern.search(name):
                return area
    return None
