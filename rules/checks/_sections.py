"""Sections of a document against a mandated list: present, renamed, missing, out of order."""

import re
from collections.abc import Iterator, Mapping

from crawler.facts.text import fold
from crawler.records import Section
from rules.findings import Verdict, cant_tell, failed, passed
from rules.paper import Paper

_DIGITS = "一二三四五六七八九十"
_NUMBER = re.compile(
    rf"^(?:第([{_DIGITS}]{{1,3}})(?:部分|章|节)|[（(]([{_DIGITS}]{{1,3}}|\d{{1,2}})[)）]|([{_DIGITS}]{{1,3}}|\d{{1,2}})[、.．:：，,])[、.．:：，,]?"
)
_MARKS = re.compile(r"[^\w]+")


def judge_sections(
    paper: Paper, sections: dict[str, tuple[str, ...]], what: str, prefix: str = ""
) -> Iterator[Verdict]:
    """``sections``: each name with the stems by which a renamed one is known, in the mandated order; ``what`` is how
    messages call the document, ``prefix`` stands before every subject."""
    places = {name: place for name in sections if (place := _place(paper, name)) is not None}
    headings = _main_headings(paper, sections)
    if not headings and not places:
        yield cant_tell(f"{what}正文里没有识别出标题，不能判断章节", subject=f"{prefix}章节", page=paper.page)
        return
    free = [h for h in headings if not any(_plain(name) in _plain(h.heading) for name in places)]
    for number, (name, stems) in enumerate(sections.items(), 1):
        subject = prefix + name
        near = next((h for h in free if any(fold(stem) in fold(h.heading) for stem in stems)), None)
        if name in places:
            yield passed(f"有“{name}”", subject=subject, quote=name, page=paper.page)
        elif near is not None:
            places[name] = near.start
            free.remove(near)
            text = f"“{name}”写成了“{_bare(near.heading)}”"
            yield failed(text, subject=subject, quote=near.heading, seen=near.heading, wanted=name, page=paper.page)
        elif reason := paper.unread or _skipped(headings, number):
            text = f"{what}正文里没有“{name}”，但{reason}"
            yield cant_tell(text, subject=subject, wanted=name, page=paper.page)
        else:
            seen = "现有标题：" + "；".join(h.heading for h in headings[:8])
            yield failed(f"{what}缺少“{name}”部分", subject=subject, seen=seen, wanted=name, page=paper.page)
    order = [places[name] for name in sections if name in places and places[name] < len(paper.facts.text)]
    if order != sorted(order):
        seen = "、".join(sorted(places, key=lambda name: places[name]))
        text = f"{what}各部分的次序与规定不一致"
        yield failed(text, subject=f"{prefix}章节次序", seen=seen, wanted="、".join(sections), page=paper.page)


def _place(paper: Paper, name: str) -> int | None:
    """Where a section begins: its name on a line of its own, or behind a number anywhere, marks and breaks between
    the words left aside. What stands beside the text has a place behind all of it."""
    text = f"{paper.facts.text}\n{paper.facts.around}\n{paper.beside}"
    wanted = _plain(name)
    offset = 0
    for line in text.split("\n"):
        if _plain(_bare(line)) == wanted:
            return offset
        offset += len(line) + 1
    found = re.search(rf"[{_DIGITS}\d节章分]\W{{0,3}}" + r"\W{0,3}".join(map(re.escape, wanted)), text)
    return found.start() if found else None


def _main_headings(paper: Paper, sections: Mapping[str, tuple[str, ...]]) -> list[Section]:
    """Headings of the level the mandated ones stand on, else of the highest; numbered ones where there are several.
    Numbered rows of a table (四、结转下年度继续办理) are none."""
    cells = {fold(cell) for table in paper.facts.tables for row in table.cells for cell in row}
    headings = [h for h in paper.facts.sections if fold(h.heading) not in cells]
    names = {_plain(name) for name in sections}
    known = [h.level for h in headings if _plain(_bare(h.heading)) in names]
    level = min(known or [h.level for h in headings], default=0)
    main = [h for h in headings if h.level <= level]
    numbered = [h for h in main if _NUMBER.match(fold(h.heading))]
    return numbered if len(numbered) >= 2 else main


def lost_part(paper: Paper, sections: Mapping[str, tuple[str, ...]]) -> str:
    """Why one of a document's numbered main parts may have been lost in reading, or ""."""
    headings = _main_headings(paper, sections)
    reasons = (_skipped(headings, number) for number in range(2, len(_DIGITS)))
    return next(filter(None, reasons), "")


def _skipped(headings: list[Section], number: int) -> str:
    """Why a section may have been lost in reading: the numbers of the headings leave its place out."""
    found = [_NUMBER.match(fold(h.heading)) for h in headings]
    numbers = {_DIGITS.find(mark) + 1 for m in found if m and len(mark := m.group(m.lastindex or 0)) == 1}
    if number not in numbers and number - 1 in numbers and number + 1 in numbers:
        return f"标题编号从“{_DIGITS[number - 2]}”跳到“{_DIGITS[number]}”，可能没有读全"
    return ""


def _bare(heading: str) -> str:
    return _NUMBER.sub("", fold(heading)).strip("：:。.")


def _plain(text: str) -> str:
    return _MARKS.sub("", fold(text))
