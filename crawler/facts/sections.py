"""Headings of a page's body, by numbering and by markup."""

import re
from collections.abc import Iterable

from crawler.facts.body import Body
from crawler.facts.dom import text_of
from crawler.records import Section

_NUM = "[一二三四五六七八九十百]{1,4}"
_PATTERNS = (
    (re.compile(rf"第{_NUM}[章编]"), 1),
    (re.compile(rf"第{_NUM}(?:部分|节)"), 1),
    (re.compile(rf"{_NUM}\s*[、．.，]"), 1),
    (re.compile(rf"[（(]\s*{_NUM}\s*[)）]"), 2),
    (re.compile(r"\d{1,2}\s*[、．.](?!\d)"), 3),
    (re.compile(r"[（(]\s*\d{1,2}\s*[)）]"), 4),
)
_LONGEST = 60
_SENTENCE_END = re.compile(r"[。；;]")
_MAX_SECTIONS = 300


def read_sections(body: Body) -> tuple[Section, ...]:
    """Headings in order: numbered lines, ``h1``-``h6``, and lines that are bold throughout. A numbered sentence
    counts up to its first full stop when that is short enough."""
    if body.element is None:
        return ()
    bold = {text_of(node) for node in body.element.iter("strong", "b")}
    marked = {text_of(node) for node in body.element.iter("h1", "h2", "h3", "h4", "h5", "h6")}
    return headings((text, int(text in bold or text in marked)) for text in body.text.split("\n"))


def headings(lines: Iterable[tuple[str, int]]) -> tuple[Section, ...]:
    """Headings among the lines of a text, each given with the level that markup or a style makes it: 0 for none, -1
    for a line that is no heading whatever it looks like."""
    sections, offset = [], 0
    for text, marked in lines:
        heading, level = _numbered(text) if marked >= 0 else ("", 0)
        if not heading and marked > 0 and 2 <= len(text) <= 40 and not _SENTENCE_END.search(text):
            heading, level = text, marked
        if heading:
            sections.append(Section(heading, level, offset))
        offset += len(text) + 1
    return tuple(sections[:_MAX_SECTIONS])


def _numbered(text: str) -> tuple[str, int]:
    for pattern, level in _PATTERNS:
        if pattern.match(text):
            heading = _SENTENCE_END.split(text, maxsplit=1)[0]
            return (heading, level) if len(heading) <= _LONGEST else ("", 0)
    return "", 0
