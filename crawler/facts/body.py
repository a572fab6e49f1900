"""Where a page's own text stands, and its title."""

import re
from dataclasses import dataclass

from crawler.facts.dom import Dom, Element, Line, text_of
from crawler.facts.labels import FIELD_OF, labels_in
from crawler.facts.text import fold, label, only_date, squeeze

_BODY_NAME = re.compile(
    r"^(?:trs_editor|trs_ueditor|ucap-content|zoom|zoomcon|ozoom|fontzoom|vsb_content\w*|easysite-news-text|maintext"
    r"|(?:article|art|news|text|detail|xl|wz|zw|nr|pages|page|info|view|cont|con|content|xxgk|post)[-_]?"
    r"(?:content|cont|con|body|text|txt|article|nr|detail|zw|box|main|editor|info)\d*)$",
    re.I,
)
_SEPARATORS = re.compile(r"\s*(?:[|｜_»>]|--+|——|\s[-–—]\s|(?<=[\u4e00-\u9fff）)》”])[-–—](?=[\u4e00-\u9fff]))\s*")
_NO_TITLE = re.compile(r"[:：]\s*\S|^(?:当前位置|您|首页|打印|关闭|字体|分享|上一篇|下一篇|相关|附件|扫一扫)")
_HEAD_LINES = 8
_HEAD_FIELDS = {"published", "date", "source"}
_CUT = re.compile(r"(?:\.{2,}|…+)$")


@dataclass(slots=True)
class Body:
    """``first``/``last`` delimit the body's lines in ``dom.lines`` (last exclusive); ``own_chars`` of its text
    are no links."""

    first: int
    last: int
    text: str
    own_chars: int
    element: Element | None


def find_body(dom: Dom) -> Body:
    """The block that holds the page's own text: a container with one of the usual names, else the densest one."""
    lines = dom.lines
    own: dict[Element, int] = {}
    named: set[Element] = set()
    beside = _metadata(lines)
    for index, line in enumerate(lines):
        if line.area not in ("body", "side") or not line.own_chars or index in beside:
            continue
        node, step = line.element, 0
        while node is not None and node.tag != "body" and step < 60:
            own[node] = own.get(node, 0) + line.own_chars
            if step < 40 and node not in named and _is_named(node):
                named.add(node)
            node, step = node.getparent(), step + 1
    element = _named_container(named, own)
    if element is None:
        element = _densest(dom, own)
    return _body(dom, element)


def _metadata(lines: list[Line]) -> set[int]:
    """Lines that are no body's, however much text they hold: the cells of a table of labels and values, the title,
    the line of date and source."""
    found = set()
    for index, line in enumerate(lines):
        if line.element.tag == "h1" or _is_head(line.text):
            found.add(index)
        elif len(line.text) <= 14 and label(line.text) in FIELD_OF:
            found |= {index, index + 1}
    return found


def _is_named(node: Element) -> bool:
    names = f"{node.get('class') or ''} {node.get('id') or ''}"
    return len(names) > 1 and any(_BODY_NAME.match(name) for name in names.split())


def _named_container(named: set[Element], own: dict[Element, int]) -> Element | None:
    """The named container with most text; of nested ones with nearly the same text, the innermost."""
    best = None
    for node in sorted(named, key=lambda n: -own[n]):
        if best is None:
            if own[node] < 20:
                return None
            best = node
        elif own[node] >= 0.85 * own[best] and any(parent is best for parent in node.iterancestors()):
            best = node
    return best


def _densest(dom: Dom, own: dict[Element, int]) -> Element | None:
    """The deepest block that holds most of the text that is no link."""
    total = sum(line.own_chars for line in dom.lines if line.area == "body")
    if total < 30:
        return None
    best, best_size = None, total + 1
    for node, size in own.items():
        if size >= 0.6 * total and size <= best_size and node.tag not in ("p", "html"):
            best, best_size = node, size
    return best


def _body(dom: Dom, element: Element | None) -> Body:
    if element is None:  # no block of text, but perhaps a few words: 本单位无此类信息
        few = (line.text for line in dom.lines if line.area == "body" and line.own_chars)
        return Body(len(dom.lines), len(dom.lines), "\n".join(few), 0, None)
    inside = [index for index, line in enumerate(dom.lines) if _is_under(line.element, element)]
    if not inside:
        return Body(len(dom.lines), len(dom.lines), "", 0, None)
    start = _after_head(dom, inside[0], inside[-1] + 1)
    chosen = dom.lines[start : inside[-1] + 1]
    return Body(
        start, inside[-1] + 1, "\n".join(line.text for line in chosen), sum(line.own_chars for line in chosen), element
    )


def _after_head(dom: Dom, first: int, last: int) -> int:
    """A container may begin with the title and the line of date and source: the body begins behind them."""
    start = first
    for index in range(first, min(first + _HEAD_LINES, last)):
        text = dom.lines[index].text
        if len(text) > 160:
            break
        if only_date(text) or _is_head(text):
            start = index + 1
    return start if start < last else first


def _is_head(text: str) -> bool:
    return len(text) <= 160 and any(FIELD_OF[fold(found.group(1))] in _HEAD_FIELDS for found in labels_in(text))


def _is_under(node: Element, ancestor: Element) -> bool:
    while node is not None:
        if node is ancestor:
            return True
        node = node.getparent()
    return False


def read_title(dom: Dom, body: Body, meta: dict[str, str]) -> str | None:
    """The title of the document, or of the column where the page is a list.

    ``ArticleTitle``, else the heading that agrees with ``<title>``, else the heading right above the body.
    """
    if meta.get("ArticleTitle"):
        return _whole(_strip_tags(meta["ArticleTitle"]), dom)
    tag = dom.title_tag
    folded_tag = fold(tag)
    headings = [text_of(node) for node in dom.root.iter("h1", "h2", "h3")]
    headings = [h for h in headings if 3 < len(h) <= 200]
    above = [line.text for line in dom.lines[max(0, body.first - 14) : body.first + 3] if line.area != "crumb"]
    agreeing = [
        text
        for text in headings + above
        if len(folded := fold(_CUT.sub("", text))) >= 4 and folded in folded_tag and not _NO_TITLE.search(text)
    ]
    if agreeing:
        return _whole(max(agreeing, key=len), dom)
    first = _first_segment(tag)
    if first and body.own_chars < 100:
        return first
    one = [text_of(node) for node in dom.root.iter("h1")]
    if len(one) == 1 and 3 < len(one[0]) <= 200 and not _NO_TITLE.search(one[0]):
        return one[0]
    for line in reversed(dom.lines[max(0, body.first - 8) : body.first]):
        text = line.text
        if line.area == "body" and not line.link_chars and 5 < len(text) <= 120 and not _NO_TITLE.search(text):
            return text
    return first or None


def _strip_tags(text: str) -> str:
    return squeeze(re.sub(r"<[^<>]{1,20}>", " ", text))


def _first_segment(tag: str) -> str:
    segments = [part for part in _SEPARATORS.split(tag) if part]
    return segments[0] if segments else ""


def _whole(text: str, dom: Dom) -> str:
    """A title that was cut with dots, completed from ``<title>`` when that begins with it."""
    stem = _CUT.sub("", text)
    if stem != text and fold(dom.title_tag).startswith(fold(stem)) and len(dom.title_tag) > len(stem):
        return _first_segment(dom.title_tag)
    return squeeze(text)
