"""Rows of a page's lists: title, address, date."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from crawler.facts.dom import Anchor, Dom, Element, Place
from crawler.facts.text import MONTH_DAY, find_date, iso_date, split_date, squeeze, word
from crawler.records import Item
from crawler.urls import date_in_path

PAGE_WORDS = {
    "下一页", "下页", "后一页", "下一頁", "next", "nextpage", "»", ">", "尾页", "末页", "最后一页", "最末页", "last", "末頁", "首页", "上一页", "上页",
    "前一页", "第一页", "prev", "first", "go", "跳转", "确定",
}  # fmt: skip
_MORE_WORDS = {"更多", "查看更多", "更多内容", "more", "+"}
_NO_ROW = PAGE_WORDS | _MORE_WORDS
_LONGEST_WORD = 16  # of those, with what decorates them
_ROW_TAGS = {"li", "tr", "dd", "dl"}
_AROUND_ROWS = {"body", "html", "ul", "ol", "tbody", "table"}
_BLOCKS = ("div", "p", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "li")
_DATE_LIKE = re.compile(r"[\d\s年月日/.:\[\]()-]+")
_DIGIT = re.compile(r"\d")
_LAST_DATE = re.compile(r"[\[(（]?\s*(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}(?:\s+\d\d:\d\d(?::\d\d)?)?\s*[\])）]?\s*$")
_TODAY = re.compile(r"今天是|今日是|现在是|当前时间|现在时间|系统时间")
_RANKING = re.compile(r"hot|rank|paihang|phb(?![a-z])", re.I)
_MAX_ROW_TEXT = 600
_CLIMB = 6
_UNDATED = "列表条目，没有日期"


_Look = tuple[str, tuple[str, str], str]


@dataclass(slots=True)
class _Row:
    """``group`` is equal for rows of one look: the row's tag, the looks of what it stands in, the part of the page.
    ``order`` is the place of its link among the page's links."""

    title: str
    url: str | None
    date: str | None
    group: _Look
    around: Place
    element: Element
    area: str
    order: int
    ordinal: bool
    how: str


def read_items(dom: Dom, *, is_portal: bool) -> tuple[Item, ...]:
    """The rows of the page's list. On a front page (``is_portal``, or many lists side by side) the rows of all
    lists, of the dated ones where there are such; else those of the main one."""
    groups: dict[_Look, list[_Row]] = {}
    for row in _rows(dom):
        groups.setdefault(row.group, []).append(row)
    lists = [part for group in groups.values() for part in _parts(group) if _is_list(part)]
    if not lists:
        return ()
    ranked = [group for group in lists if not _is_ranking(group)]
    lists = lists if ranked else [group for group in lists if not _is_named_ranking(group)]
    if not lists:
        return ()
    main = max(ranked or lists, key=_weight)
    total = sum(len(group) for group in lists)
    if is_portal or (len(lists) >= 4 and len(main) < 0.5 * total):
        dated = [group for group in lists if _is_dated(group)]
        chosen = [row for group in dated or lists for row in group]
    else:
        chosen = [row for group in lists for row in group if group is main or _alike(group, main)]
    rows = _once(sorted(chosen, key=lambda row: row.order))
    dom.note("items", rows[0].how, rows[0].element)
    dom.note("items.last", rows[-1].how, rows[-1].element)
    return tuple(Item(row.title[:300], row.url, row.date) for row in rows)


def _once(rows: Iterable[_Row]) -> list[_Row]:
    """Each row once; a dated row goes before a picture of the same page above it."""
    unique: dict[tuple[str, str | None], _Row] = {}
    for row in rows:
        key = (row.title, row.url) if row.url else (row.title[:18], row.date)
        if key not in unique or (row.date and not unique[key].date):
            unique[key] = row
    return list(unique.values())


def _parts(group: list[_Row]) -> list[list[_Row]]:
    """Dated rows, and rows of one look beside them in blocks that show no date at all."""
    dated = {row.around for row in group if row.date}
    beside = [row for row in group if row.around not in dated] if dated else []
    if not beside:
        return [group]
    return [[row for row in group if row.around in dated], beside]


def _rows(dom: Dom) -> list[_Row]:
    """Every link with the largest block around it that holds no other link: its row. A link without a date that
    leads where a 更多 leads is the heading of a block, though it may stand in one table with the block's rows."""
    links = [link for link in dom.anchors if link.href and link.element.tag == "a"]
    headings = {x.href for x in links if len(x.text) <= _LONGEST_WORD and word(x.text).lower() in _MORE_WORDS and x.url}
    _count_targets(links)
    rows: dict[Element, _Row] = {}
    for order, link in enumerate(links):
        if link.area in ("footer", "crumb"):
            continue
        row = _row(dom, link, _row_place(link.around), order)
        if row is not None and (row.date or link.href not in headings):
            known = rows.get(row.element)
            if known is None or len(row.title) > len(known.title):
                rows[row.element] = row
    return list(rows.values())


def _count_targets(links: list[Anchor]) -> None:
    """How many different addresses the links below a place lead to, those of one address in a row counted once."""
    for link in links:
        place: Place | None = link.around
        href = link.href
        for _ in range(_CLIMB):
            if place is None or place.tag == "body":
                break
            if place.target != href:
                place.target = href
                place.targets += 1
            place = place.parent


def _row_place(around: Place | None) -> Place | None:
    """The row of a link that stands in ``around``; None where the link is the whole of it."""
    place = None
    for _ in range(_CLIMB - 1):
        if around is None or around.tag in _AROUND_ROWS:
            break
        is_row = around.tag in _ROW_TAGS
        if around.targets > 3 or (around.targets > 1 and not is_row):
            break
        place = around
        if is_row:
            break
        around = around.parent
    return place


def _row(dom: Dom, link: Anchor, place: Place | None, order: int) -> _Row | None:
    if place is None:
        text = link.text
    elif place.first == place.last >= 0 and place.block is place:
        text = dom.lines[place.first].text
    else:
        text = dom.text_of(place.element)
    if len(text) > _MAX_ROW_TEXT:
        return None
    title = _title(dom, link)
    date, how, ordinal = None, _UNDATED, False
    if _DIGIT.search(text):
        beside = text.replace(title, " ", 1)
        (date, how), ordinal = _date(text, beside, link.url, place is None), beside.strip(" .、").isdigit()
        if title[-1:] in "0123456789)]）":
            title = squeeze(_LAST_DATE.sub("", title)) or title
    title = title.lstrip("•·●■◆★▪▶►→-—>» ")
    if len(title) < 2 or (len(title) <= _LONGEST_WORD and _is_word(title)):
        return None
    if place is None:
        around, element, tag = link.around, link.element, ""
    else:
        around, element, tag = place.parent or place, place.element, place.tag
    group = tag, around.looks, link.area
    return _Row(title, link.url, date, group, around, element, link.area, order, ordinal, how)


def _date(text: str, beside: str, url: str | None, alone: bool) -> tuple[str | None, str]:
    """The row's date and how it was read."""
    if date := split_date(beside):
        how = "列表条目，日期分成年和月日两处"
    elif date := find_date(beside):
        how = "列表条目，日期写在标题旁边"
    elif date := None if alone else find_date(text):
        how = "列表条目，日期写在标题里"
    elif date := _month_day(beside, url):
        how = "列表条目，标题旁边只有月日，年份取自链接的网址"
    return (None, _UNDATED) if not date or _TODAY.search(beside) else (date, how)


def _is_word(title: str) -> bool:
    """Whether a label only turns pages or leads to more."""
    small = word(title).lower()
    return small in _NO_ROW or small.isdigit()


def _title(dom: Dom, link: Anchor) -> str:
    """The link's text, whole where ``title`` has what dots cut off; else its picture's."""
    node, title = link.element, link.text
    if len(title) > 12 and len(node):
        title = _title_in(dom, node, title)
    full = link.title
    if full and (len(full) > len(title) or title.endswith(("...", "…"))):
        full = squeeze(full)
        if full and (not title or full[:6] == title[:6]):
            title = full
    return title or next((squeeze(img.get("alt") or "") for img in node.iter("img")), "")


def _title_in(dom: Dom, node: Element, title: str) -> str:
    """Of a link that holds a whole row in blocks (date, title, digest) the first block that is a title."""
    if not any(child.tag in _BLOCKS for child in node):
        return title
    leaves = (dom.text_of(block) for block in node.iter(*_BLOCKS) if not any(child.tag in _BLOCKS for child in block))
    return next((text for text in leaves if len(text) >= 6 and not _DATE_LIKE.fullmatch(text)), title)


def _month_day(text: str, url: str | None) -> str | None:
    """``07-26`` has a year only where the row's address tells one that fits: the nearest not after it by a year."""
    found = MONTH_DAY.search(text) if url else None
    hint = date_in_path(url) if url and found else None
    if not found or not hint:
        return None
    for year in (int(hint[:4]), int(hint[:4]) - 1):
        date = iso_date(str(year), *found.groups())
        if date and date <= hint and (int(hint[:4]) == year or hint[5:7] < "03"):
            return date
    return None


def _is_list(group: list[_Row]) -> bool:
    dated = sum(1 for row in group if row.date)
    if dated >= 1 and 2 * dated >= len(group):
        return True
    if group[0].area in ("nav", "side") or len(group) < 3:
        return False
    long_titles = sum(1 for row in group if len(row.title) >= 10)
    return long_titles >= 3 and 2 * long_titles >= len(group)


def _weight(group: list[_Row]) -> tuple[int, int]:
    dated = sum(1 for row in group if row.date)
    in_body = group[0].area == "body"
    return (3 * dated + len(group)) * (3 if in_body else 1), sum(len(row.title) for row in group)


def _alike(group: list[_Row], main: list[_Row]) -> bool:
    """Lists split into several blocks of one look: groups of five rows each. A ranking beside a dated list has none."""
    same_look = group[0].group[1:] == main[0].group[1:]
    return same_look and _is_dated(group) == _is_dated(main)


def _is_dated(group: list[_Row]) -> bool:
    return 2 * sum(1 for row in group if row.date) >= len(group)


def _is_ranking(group: list[_Row]) -> bool:
    """Most read pages, numbered from 1: no list of the page's own. A table's rows may be numbered."""
    return len(group) >= 3 and group[0].group[0] != "tr" and all(row.ordinal for row in group)


def _is_named_ranking(group: list[_Row]) -> bool:
    """A ranking whose block is named so: where a page has no other rows, its own list is empty."""
    return not any(row.date for row in group) and _RANKING.search(group[0].group[1][0]) is not None
