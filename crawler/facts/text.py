"""Small text tools all readers share: folding, dates, whole-label comparison. Pure."""

import datetime as dt
import re
import unicodedata

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]")
_BLANKS = re.compile(r"\s+")
_FULLWIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
# Kept wide: they are ordinary Chinese punctuation and labels are compared with them.
for _mark in "，：；？！（）":
    del _FULLWIDTH[ord(_mark)]
_LABEL_TRIM = "[]【】［］()（）〔〕《》<>〈〉「」『』“”\"':：·•.。、，…|｜»›*※★☆◆◇●○■□▲△▼▽▶►▸▾→⇒↗-—_~ "
DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)\s?(?:[-/.]|年)\s?(0?[1-9]|1[0-2])\s?(?:[-/.]|月)\s?(0?[1-9]|[12]\d|3[01])(?!\d)(?:\s?日)?"
)
MONTH_DAY = re.compile(r"(?<![\d-])(0?[1-9]|1[0-2])(?:[-/.]|月)(0?[1-9]|[12]\d|3[01])(?![\d-])日?")


def squeeze(text: str) -> str:
    """Visible text on one line: no invisible characters, every run of blanks one space, none at the ends."""
    if not text.isascii():
        text = _INVISIBLE.sub("", text)
    return _BLANKS.sub(" ", text).strip()


def fold(text: str) -> str:
    """Text for comparing: full-width letters and digits made narrow, all blanks and invisible characters gone."""
    if text.isascii():
        return _BLANKS.sub("", text)
    return _BLANKS.sub("", _INVISIBLE.sub("", unicodedata.normalize("NFC", text).translate(_FULLWIDTH)))


def label(text: str) -> str:
    """A link's or heading's text as a whole label: folded, without the marks that decorate labels."""
    return fold(text).strip(_LABEL_TRIM)


def iso_date(year: str, month: str, day: str) -> str | None:
    """ISO date, or None when no such day exists."""
    try:
        return dt.date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def find_date(text: str) -> str | None:
    """The first full date written in ``text``."""
    for found in DATE.finditer(text):
        if date := iso_date(*found.groups()):
            return date
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
