"""Where a page's own text stands, and its title."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from crawler.facts.dom import Dom, Element, Line, Place
from crawler.facts.labels import FIELD_OF
from crawler.facts.text import find_date, fold, only_date, squeeze, word

_BODY_NAME = re.compile(
    r"^(?:trs_editor|trs_ueditor|ucap-content|zoom|zoomcon|ozoom|fontzoom|vsb_content\w*|easysite-news-text|maintext"
    r"|(?:article|art|news|text|detail|xl|wz|zw|nr|pages|page|info|view|cont|con|content|xxgk|post)[-_]?"
    r"(?:content|cont|con|body|text|txt|article|nr|detail|zw|box|main|editor|info)\d*)$",
    re.I,
)
_SEPARATORS = re.compile(r"\s*(?:[|｜_»>]|--+|——|\s[-–—]\s|(?<=[\u4e00-\u9fff）)》”])[-–—](?=[\u4e00-\u9fff]))\s*")
_NO_TITLE = re.compile(r"[:：]\s*\S|^(?:当前位置|您|首页|打印|关闭|字体|分享|上一篇|下一篇|相关|附件|扫一扫)")
_FEW = 20
_HEAD_LINES = 8
_PROPERTIES, _PROPERTY_LINES, _LONGEST_VALUE = 3, 60, 120
_LETTER = re.compile(r"[：:]$|[〔\[［(（]\s?(?:19|20)\d\d\s?[〕\]］)）]\s?(?:第\s?)?\d{1,4}\s?号$")
_HEAD_FIELDS = {"published", "date", "source"}
_TITLE_END = re.compile(
    r"(?:通知|公告|通告|决定|意见|办法|规定|规则|细则|条例|方案|规划|计划|指南|目录|清单|制度|报告|职能|职责|简介|概况)(?:[（(][^（()）]{1,12}[)）])?$"
)
_SENTENCE = re.compile("[。；;！!？?]|[：:]$")
_CUT = re.compile(r"(?:\.{2,}|…+)$")


@dataclass(slots=True)
class Body:
    """``first``/``last`` delimit the body's lines in ``dom.lines`` (last exclusive); ``own_chars`` of its text
    are no links. ``lines`` are those of ``text``, of a file their numbers."""

    first: int
    last: int
    text: str
    own_chars: int
    element: Element | None
    lines: Sequence[Line | int]


def find_body(dom: Dom) -> Body:
    """The block that holds the page's own text: a container with one of the usual names, else the densest one."""
    _count_lines(dom.lines)
    full = []
    for place in reversed(dom.places):
        if (last := place.last) < 0 or (above := place.parent) is None:
            continue
        if (own := place.own) >= _FEW:
            full.append(place)
            above.own += own
        elif own:
            above.own += own
        if last > above.last:
            above.last = last
        if place.first < above.first or above.first < 0:
            above.first = place.first
    if named := _named_container(reversed(full)):
        dom.note("text", "以class或id标明的正文容器", named.element)
        return _body(dom, named)
    if densest := _densest(dom):
        dom.note("text", "非链接文字最集中的区块", densest.element)
    return _body(dom, densest)


def _count_lines(lines: list[Line]) -> None:
    """Tells each place which lines stand in it and how much text. Some are no body's, however much text they hold: the
    cells of a table of labels and values, the title, the line of date and source."""
    behind = -1
    for index, line in enumerate(lines):
        place, text = line.place, line.text
        if place.first < 0:
            place.first = index
        place.last = index
        if place.tag == "h1" or (("：" in text or ":" in text) and _is_head(line)):
            continue
        if len(text) <= 14 and word(text) in FIELD_OF:
            behind = index + 1
        elif index != behind and line.area in ("body", "side"):
            place.own += len(text) - line.link_chars


@lru_cache(maxsize=5_000)
def _is_named(names: str | None, identity: str | None) -> bool:
    return any(_BODY_NAME.match(name) for name in f"{names or ''} {identity or ''}".split())


def _named_container(places: Iterable[Place]) -> Place | None:
    """Of places with text, the named container with most of it; of nested ones with nearly the same text, the innermost."""
    best: Place | None = None
    named = [place for place in places if _is_named(place.element.get("class"), place.element.get("id"))]
    for place in sorted(named, key=lambda p: -p.own):
        if best is None or (place.own >= 0.85 * best.own and _is_within(place, best)):
            best = place
    return best


def _is_within(place: Place, other: Place) -> bool:
    above = place.parent
    while above is not None and above is not other:
        above = above.parent
    return above is not None


def _densest(dom: Dom) -> Place | None:
    """The deepest block that holds most of the text that is no link."""
    total = sum([line.own_chars for line in dom.lines if line.area == "body"])
    if total < 30:
        return None
    best, best_size = None, total + 1
    for place in dom.places:
        if 0.6 * total <= place.own <= best_size and place.tag not in ("p", "html", "body"):
            best, best_size = place, place.own
    return best


def _body(dom: Dom, place: Place | None) -> Body:
    lines = dom.lines
    if place is None:  # no block of text, but perhaps a few words: 本单位无此类信息
        few = [line for line in lines if line.area == "body" and line.own_chars]
        dom.note("text", "没有成块的正文，只有菜单和链接之外的零散文字", few)
        return Body(len(lines), len(lines), "\n".join(line.text for line in few), 0, None, few)
    first, end = _after_properties(lines, place.first, place.last + 1), place.last + 1
    start = _after_head(dom, first, end)
    chosen = lines[start:end]
    text = "\n".join([line.text for line in chosen])
    return Body(start, end, text, sum([line.own_chars for line in chosen]), place.element, chosen)


def _after_properties(lines: list[Line], first: int, last: int) -> int:
    """A container may begin with the table of the document's properties, a cell a line: the body begins behind it."""
    labels, end = 0, first
    for index in range(first, min(first + _PROPERTY_LINES, last)):
        if len(text := lines[index].text) <= 14 and word(text) in FIELD_OF:
            value = (
                index + 1 < last
                and len(below := lines[index + 1].text) <= _LONGEST_VALUE
                and word(below) not in FIELD_OF
            )
            labels, end = labels + 1, index + 1 + value
        elif index > end + 2:  # neither a value nor what may stand above the table
            break
    return end if labels >= _PROPERTIES and end < last else first


def _after_head(dom: Dom, first: int, last: int) -> int:
    """A container may begin with the title and the line of date and source: the body begins behind them."""
    start = first
    for index in range(first, min(first + _HEAD_LINES, last)):
        line = dom.lines[index]
        text = line.text
        if _is_head(line):
            start = index + 1
        elif len(text) > 160 or _LETTER.search(text):  # the document itself: its number, whom it is addressed to
            break
        elif index - start <= 2 and only_date(text):
            start = index + 1
    return start if start < last else first


def _is_head(line: Line) -> bool:
    text = line.text
    if len(text) > 160 or not ("：" in text or ":" in text) or not line.labels:
        return False
    return any(FIELD_OF[one.name] in _HEAD_FIELDS for one in line.labels)


def headline(dom: Dom) -> Line | None:
    """The heading right above a line of labels with a date: such is the head of an article, be its text ever so short.
    In a list such a line belongs to a row, whose heading is a link."""
    tag = fold(dom.title_tag)
    for before, line in pairwise(dom.lines):
        if (
            ("：" in line.text or ":" in line.text)
            and _is_head(line)
            and line.link_chars < 20
            and find_date(line.text)
            and not before.link_chars
        ):
            text = fold(before.text)
            if before.element.tag in ("h1", "h2", "h3") or (len(text) >= 4 and text in tag):
                return before
    return None


def read_title(dom: Dom, body: Body, meta: dict[str, str], head: Line | None, column: str | None) -> str | None:
    """The title of the document, or of the column where the page is a list.

    ``ArticleTitle``, else the heading over the line of date and source, else the one that agrees with ``<title>``,
    else the heading right above the body, the column's name if that stands there.
    """
    if meta.get("ArticleTitle"):
        dom.note("title", "页面标签ArticleTitle", dom.where("meta.ArticleTitle"))
        return _whole(_strip_tags(meta["ArticleTitle"]), dom)
    if head:
        dom.note("title", "日期、来源一行上方的标题", head)
        return _whole(head.text, dom)
    tag = dom.title_tag
    folded_tag = fold(tag)
    headings = [(dom.text_of(node), node) for node in dom.tagged("h1", "h2", "h3")]
    headings = [h for h in headings if 3 < len(h[0]) <= 200]
    above = [(line.text, line) for line in dom.lines[max(0, body.first - 14) : body.first + 3] if line.area != "crumb"]
    agreeing = [
        (text, where)
        for text, where in headings + above
        if len(folded := fold(_CUT.sub("", text))) >= 4 and folded in folded_tag and not _NO_TITLE.search(text)
    ]
    if agreeing:
        text, where = max(agreeing, key=lambda one: len(one[0]))
        dom.note("title", "与<title>相符的标题", where)
        return _whole(text, dom)
    first = _first_segment(tag)
    if first and body.own_chars < 100:
        dom.note("title", "<title>的第一段", dom.title_element, first)
        return first
    return _title_above(dom, body, column) or _noted(dom, first)


def own_title(dom: Dom, body: Body) -> str | None:
    """The title that a text brings with it where the page only names its column: a line at its beginning, alone or under
    a number (道府办发〔2014〕134号), that ends as titles of documents do."""
    for line in dom.lines[body.first : min(body.first + 3, body.last)]:
        text = line.text
        if line.link_chars or not (8 <= len(text) <= 100) or _SENTENCE.search(text):
            return None
        if _TITLE_END.search(text):
            dom.note("title", "正文开头单独一行的标题，页面上方只有栏目名", line)
            return text
        if not _LETTER.search(text):
            return None
    return None


def _title_above(dom: Dom, body: Body, column: str | None) -> str | None:
    """A title that ``<title>`` does not know."""
    one = dom.tagged("h1")
    if len(one) == 1 and 3 < len(text := dom.text_of(one[0])) <= 200 and not _NO_TITLE.search(text):
        dom.note("title", "页面唯一的<h1>", one[0])
        return text
    for line in dom.lines[max(0, body.first - 4) : body.first] if column else ():
        if fold(line.text).startswith(fold(column or "")):
            dom.note("title", "正文上方的栏目名", line, column or "")
            return column
    for line in reversed(dom.lines[max(0, body.first - 8) : body.first]):
        text = line.text
        if line.area == "body" and not line.link_chars and 5 < len(text) <= 120 and not _NO_TITLE.search(text):
            dom.note("title", "正文上方单独一行的标题", line)
            return text
    return None


def _noted(dom: Dom, first: str) -> str | None:
    if first:
        dom.note("title", "<title>的第一段", dom.title_element, first)
    else:
        dom.note("title", "没有<title>，也没有看到标题")
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
        dom.note("title", "页面上的标题被省略号截断，按<title>补全", dom.title_element)
        return _first_segment(dom.title_tag)
    return squeeze(text)
