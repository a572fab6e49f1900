"""Headings of a page's body, by numbering and by markup."""

import re
from collections.abc import Iterable, Iterator

from crawler.facts.body import Body
from crawler.facts.dom import Dom, Element, Line, Place, text_of
from crawler.facts.text import fold
from crawler.records import Section

_NUM = "[一二三四五六七八九十百]{1,4}"
#: Numberings from the highest down (GB/T 9704: 一、 over （一） over 1. over （1）).
_NUMBERING = re.compile(
    rf"(第{_NUM}(?:[章编]|部分))|(第{_NUM}节)|({_NUM}\s*[、．.，])|([（(]\s*{_NUM}\s*[)）])"
    r"|(\d{1,2}\s*[、．.](?!\d))|([（(]\s*\d{1,2}\s*[)）])"
)
_MAIN = 2  # the last of the numberings that always head something; the lower ones may only count items
_INNER = re.compile(rf"(?<=[。；;！!])\s*(?={_NUM}、|第{_NUM}(?:章|部分)\s)")
_END = re.compile(r"[。；;]|(?<=.{4})[（(]\s*[一1]\s*[)）]|(?<=.{4})(?<!\d)1\s*[．.](?!\d)|(?<=.{6})\s(?=.{15})")
_MAY_END = re.compile(r"[。；;（(1\s]")  # what each of those begins with: searched for alone, that costs a tenth
_LONGEST, _LONGEST_ITEM = 60, 20
_LONGEST_CELL = 100
_NO_HEADING = re.compile(
    r"相关(?:信息|阅读|链接|新闻|文章|附件)|热点推荐|附件|目录|(?:二[〇○Oo零]|20)[\d〇○Oo零一二三四五六七八九十]{2}年.{0,9}"
)
_FIRST = re.compile(r"[（(]?\s*[一1](?!\d)")
_DIGITS = "〇一二三四五六七八九"
_PART = 6  # characters of a title that are its line and no word that it shares
_MAX_SECTIONS = 300


def read_sections(dom: Dom, body: Body, names: tuple[str | None, ...]) -> tuple[Section, ...]:
    """Headings in order: numbered lines, ``h1``-``h6``, and lines that are bold throughout. A numbered sentence
    counts up to its first full stop when that is short enough. ``names``: the page's title and column, no headings."""
    if body.element is None:
        return ()
    marked = {dom.text_of(node) for node in body.element.iter("strong", "b", "h1", "h2", "h3", "h4", "h5", "h6")}
    lines, cells = dom.lines[body.first : body.last], dict[Place, bool]()
    found = headings(((line.text, -1 if _in_cell(line, cells) else int(line.text in marked)) for line in lines), names)
    if found:
        dom.note("sections", "正文里带编号、整行加粗或用<h1>至<h6>标出的行", body.lines)
    return found


def _in_cell(line: Line, known: dict[Place, bool]) -> bool:
    """Whether a line is one of several cells of a row. Each place is looked at once: text may lie deep or in one cell."""
    chain: list[Place] = []
    place: Place | None = line.place
    while place is not None and place not in known and place.tag not in ("td", "th", "table"):
        chain.append(place)
        place = place.parent
    if place is None:
        verdict = False
    elif place in known:
        verdict = known[place]
    else:
        verdict = known[place] = place.tag != "table" and _is_cell(place.element)
    known.update(dict.fromkeys(chain, verdict))
    return verdict


def _is_cell(cell: Element) -> bool:
    """A cell that holds the whole text only lays it out."""
    row: Element = cell.getparent()
    return row is not None and len(row) > 1 and len(text_of(cell)) <= _LONGEST_CELL


def headings(lines: Iterable[tuple[str, int]], names: tuple[str | None, ...] = ()) -> tuple[Section, ...]:
    """Headings among the lines of a text, each given with the level that markup or a style makes it: 0 for none, -1
    for a line that is no heading whatever it looks like. ``names`` are none either."""
    found: list[tuple[str, int | None, int]] = []
    offset, titles = 0, [fold(name) for name in names if name]
    for text, marked in lines:
        numbered = list(_numbered(text)) if marked >= 0 else []
        if numbered:
            found += [(heading, rank, offset + start) for heading, rank, start in numbered]
        if not numbered and marked > 0 and 2 <= len(text) <= 40 and not _END.search(text):
            flat = fold(text)
            if not _is_of_title(flat, titles) and not _NO_HEADING.fullmatch(flat.rstrip("：:")):
                found.append((text, None, offset))
        offset += len(text) + 1
    plain = [one for one in found if one[1] is None]
    if len(plain) == 1 and plain[0][2] == 0:  # it stands over the whole text: the title that the text brings itself
        found.remove(plain[0])
    return _levelled(_nested(found[:_MAX_SECTIONS]))


def _is_of_title(text: str, titles: list[str]) -> bool:
    """Whether a line is a title once more, or one line of a title set in several."""
    return any(text == one or (len(text) >= _PART and (one.startswith(text) or one.endswith(text))) for one in titles)


def _nested(found: list[tuple[str, int | None, int]]) -> list[tuple[str, int | None, int]]:
    """What is counted from 一 once more behind a heading that announces it (四、注意事项：) stands below that heading:
    its numbering is taken for the next lower one."""
    result: list[tuple[str, int | None, int]] = []
    outer = inner = 0
    announced = False
    for heading, rank, start in found:
        if rank == _MAIN:
            number = _value(heading)
            if (announced and outer > 1 and number == 1) or (inner and number == inner + 1):
                inner, rank = number, _MAIN + 1
            else:
                outer, inner = number, 0
            announced = heading.endswith(("：", ":"))
        result.append((heading, rank, start))
    return result


def _value(heading: str) -> int:
    """The number up to 99 that a heading begins with, as Chinese numerals write it."""
    tens, ten, ones = re.match(_NUM, heading).group().rpartition("十")  # type: ignore[union-attr]
    return (_DIGITS.find(tens) if tens else 1) * 10 * bool(ten) + (_DIGITS.find(ones) if ones else 0)


def _numbered(text: str) -> Iterator[tuple[str, int, int]]:
    """Numbered headings of a line with the rank of their numbering and their offset: the line's beginning, and where a
    paragraph runs on into the next heading."""
    starts = [0]
    if len(text) > _LONGEST_ITEM and ("、" in text or "第" in text):
        starts += [found.end() for found in _INNER.finditer(text)]
    for start in starts:
        if numbering := _NUMBERING.match(text, start):
            near = _MAY_END.search(text, start + 2)
            ended = _END.search(text, near.start()) if near else None
            heading = text[start : ended.start() if ended else len(text)].strip()
            if len(heading) <= _LONGEST:
                yield heading, (numbering.lastindex or 1) - 1, start


def _levelled(found: list[tuple[str, int | None, int]]) -> tuple[Section, ...]:
    """Levels from 1 down by the numberings that occur. Unnumbered headings stand above numberings that may only count
    items, below those that head something. Counted items with no heading above them are no headings."""
    ranks = sorted({rank for _, rank, _ in found if rank is not None})
    plain = any(rank is None for _, rank, _ in found)
    heads = [rank for rank in ranks if rank <= _MAIN]
    if not heads and not plain:
        found = [one for one in found if len(one[0]) <= _LONGEST_ITEM and "《" not in one[0]]
        begun = [bool(_FIRST.match(one[0])) for one in found]
        found = found if found and begun[0] and sum(begun) == 1 else []  # counted twice from 1: lists of items
    level_of: dict[int | None, int] = {rank: n for n, rank in enumerate(heads, 1)}
    level_of[None] = len(heads) + 1
    below = len(heads) + (2 if plain else 1)
    level_of |= {rank: n for n, rank in enumerate(ranks[len(heads) :], below)}
    return tuple(Section(heading, level_of[rank], start) for heading, rank, start in found)
