"""Small text tools all readers share: folding, dates, whole-label comparison. Pure."""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad\ud800-\udfff]")
_SHORT = 80
_T = TypeVar("_T")
_FULLWIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
# Kept wide: they are ordinary Chinese punctuation and labels are compared with them.
for _mark in "，：；？！（）":
    del _FULLWIDTH[ord(_mark)]
_WIDE = re.compile("[\uff02-\uff07\uff0a\uff0b\uff0d-\uff19\uff1c-\uff1e\uff20-\uff5e]")
_LABEL_TRIM = "[]【】［］()（）〔〕《》<>〈〉「」『』“”\"':：·•.。、，…|｜»›*※★☆◆◇●○■□▲△▼▽▶►▸▾→⇒↗-—_~ "
DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)\s?(?:[-/.]|年)\s?(0?[1-9]|1[0-2])\s?(?:[-/.]|月)\s?(0?[1-9]|[12]\d|3[01])(?!\d)(?:\s?日)?"
)
MONTH_DAY = re.compile(r"(?<![\d-])(0?[1-9]|1[0-2])(?:[-/.]|月)(0?[1-9]|[12]\d|3[01])(?![\d-])日?")


_SPLIT = (
    (re.compile(r"\D{0,4}((?:19|20)\d\d)年?(?:\s|\s?--+\s?)(\d{1,2})[-./月](\d{1,2})(?!\d)"), (0, 1, 2)),
    (re.compile(r"\D{0,2}(\d{1,2})日?\s+((?:19|20)\d\d)[-./年](\d{1,2})月?(?![-./\d])"), (1, 2, 0)),
    (re.compile(r"\D{0,2}(0[1-9]|[12]\d|3[01])((?:19|20)\d\d)[-./年](\d{1,2})月?(?![-./\d])"), (1, 2, 0)),
    (re.compile(r"\D{0,2}(\d{1,2})[-./月](\d{1,2})日?\s+((?:19|20)\d\d)年?(?!\d)"), (2, 0, 1)),
)


def remembering(read: Callable[[str], _T], most: int = 500, longest: int = 8_000) -> Callable[[str], _T]:
    """``read``, which remembers what it read out of texts up to a length: the scripts, menus and feet of a site stand on
    every page of it."""
    known = lru_cache(maxsize=most)(read)

    @wraps(read)
    def remembered(text: str) -> _T:
        return known(text) if len(text) <= longest else read(text)

    return remembered


def remembering_words(read: Callable[[str], _T]) -> Callable[[str], _T]:
    """``remembering`` for what is asked of single lines and labels."""
    return remembering(read, 20_000, _SHORT)


def squeeze(text: str) -> str:
    """Visible text on one line: no invisible characters, every run of blanks one space, none at the ends."""
    if text.isprintable():  # no blanks but U+0020, nothing invisible
        return text if " " not in text else " ".join(text.split())
    if not text.isascii() and _INVISIBLE.search(text):
        text = _INVISIBLE.sub("", text)
    return " ".join(text.split())


def _folded(text: str) -> str:
    """Text for comparing: full-width letters and digits made narrow, all blanks and invisible characters gone."""
    if text.isascii():
        return "".join(text.split())
    text = unicodedata.normalize("NFC", text)
    if _WIDE.search(text):
        text = text.translate(_FULLWIDTH)
    text = "".join(text.split())
    return text if text.isprintable() else _INVISIBLE.sub("", text)


fold = remembering_words(_folded)


@lru_cache(maxsize=10_000)
def word(text: str) -> str:
    """``label`` of a text that is known to be short."""
    return _folded(text).strip(_LABEL_TRIM)


def label(text: str) -> str:
    """A link's or heading's text as a whole label: folded, without the marks that decorate labels."""
    return word(text) if len(text) <= _SHORT else _folded(text).strip(_LABEL_TRIM)


def iso_date(year: str, month: str, day: str) -> str | None:
    """ISO date, or None when no such day exists."""
    try:
        return dt.date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def number(text: str | None) -> int | None:
    """The number that ``text`` is, where it is one of a few plain digits: ① and ² are digits too, and no numbers."""
    return int(text) if text and len(text) < 10 and text.isdecimal() else None


def find_date(text: str) -> str | None:
    """The first full date written in ``text``."""
    if "19" not in text and "20" not in text:
        return None
    for found in DATE.finditer(text):
        if date := iso_date(*found.groups()):
            return date
    return None


def split_date(text: str) -> str | None:
    """The date that stands in two parts at the beginning of a row: ``23 2020-12`` (also glued), ``2021 06-09``, ``06-09 2021``."""
    if "19" not in text and "20" not in text:
        return None
    for pattern, order in _SPLIT:
        if found := pattern.match(text):
            parts = found.groups()
            return iso_date(*(parts[place] for place in order))
    return None


def only_date(text: str) -> str | None:
    """The date when ``text`` is nothing but one date, with or without brackets and a time."""
    found = DATE.search(text)
    if not found:
        return None
    rest = re.sub(
        r"[\s\[\]()（）【】:：/|日·,，-]|\d{1,2}:\d\d(:\d\d)?", "", text[: found.start()] + text[found.end() :]
    )
    return iso_date(*found.groups()) if not rest else None
