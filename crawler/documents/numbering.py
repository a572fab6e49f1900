"""Numbers that Word writes before paragraphs by itself: 一、 （一） 1. (1)."""

from collections import defaultdict
from dataclasses import dataclass, field

from lxml import etree

from crawler.documents.unpack import attribute, local

_DIGITS = "〇一二三四五六七八九"
_CHINESE = {
    "chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting", "taiwaneseCountingThousand",
    "ideographDigital", "japaneseDigitalTenThousand",
}  # fmt: skip
_CIRCLED = {"decimalEnclosedCircle", "decimalEnclosedCircleChinese"}
_MOST = 9_999


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    form: str
    text: str


@dataclass(slots=True)
class Numbering:
    """The lists of ``word/numbering.xml``, and how far each has been counted."""

    lists: dict[str, dict[int, _Level]] = field(default_factory=dict)
    abstract_of: dict[str, str] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))

    def next(self, number: str, level: int) -> str:
        """The number of the next paragraph of a list at a level, as Word prints it, or ""."""
        key = self.abstract_of.get(number, "")
        levels = self.lists.get(key, {})
        if level not in levels:
            return ""
        counts = self._counts[key]
        counts[level] = min(counts.get(level, levels[level].start - 1) + 1, _MOST)
        for deeper in [n for n in counts if n > level]:
            del counts[deeper]
        text = levels[level].text
        for above in range(9):
            if (mark := f"%{above + 1}") in text and above in levels:
                text = text.replace(mark, written(counts.get(above, levels[above].start), levels[above].form))
        return "" if levels[level].form in ("bullet", "none") else text


def read_numbering(root: etree._Element) -> Numbering:
    """The lists a ``numbering.xml`` defines."""
    found = Numbering()
    for node in root:
        if local(node) == "abstractNum":
            found.lists[attribute(node, "abstractNumId")] = _levels(node)
        elif local(node) == "num":
            target = next((attribute(child, "val") for child in node if local(child) == "abstractNumId"), "")
            found.abstract_of[attribute(node, "numId")] = target
    return found


def _levels(node: etree._Element) -> dict[int, _Level]:
    levels = {}
    for child in node:
        place = attribute(child, "ilvl")
        if local(child) == "lvl" and place.isdecimal() and len(place) == 1:
            values = {local(part): attribute(part, "val") for part in child}
            start = values.get("start", "1")
            levels[int(place)] = _Level(
                int(start) if start.isdecimal() and len(start) < 5 else 1,
                values.get("numFmt", "decimal"),
                values.get("lvlText", ""),
            )
    return levels


def written(number: int, form: str) -> str:
    """12 -> 十二 in Chinese forms; other forms than these and letters are left to digits."""
    if form in _CHINESE:
        return chinese(number)
    if form in _CIRCLED and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    if form in ("lowerLetter", "upperLetter") and 1 <= number <= 26:
        return chr((97 if form == "lowerLetter" else 65) + number - 1)
    return str(number)


def chinese(number: int) -> str:
    """Numbers to 99 as they are counted; greater ones digit by digit."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _DIGITS[ones]
    if tens > 9:
        return "".join(_DIGITS[int(digit)] for digit in str(number))
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")
