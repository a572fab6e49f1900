"""Plain text and CSV files, whatever charset they are in."""

import csv
import re

from crawler.documents.draft import MAX_COLUMNS, MAX_TEXT, TORN, Draft, Refused
from crawler.facts.charset import decode

_STRANGE = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd]")
_UNREADABLE = 0.02


def read_text(body: bytes) -> Draft:
    """A paragraph a line."""
    draft = Draft()
    for line in _decoded(body).splitlines():
        draft.paragraph(line)
        if draft.full:
            break
    return draft


def read_csv(body: bytes) -> Draft:
    """One table."""
    draft = Draft()
    text = _decoded(body)
    if len(text) > MAX_TEXT:
        text, draft.partial = text[:MAX_TEXT], f"文件很长，只读了前{MAX_TEXT // 10_000}万字"
    first = text.split("\n", 1)[0]
    mark = max(",;\t，", key=first.count)
    try:
        rows = [row[:MAX_COLUMNS] for row in csv.reader(text.splitlines(), delimiter=mark) if any(row)]
    except csv.Error as error:
        raise Refused(TORN) from error
    draft.table(rows)
    return draft


def _decoded(body: bytes) -> str:
    text, _ = decode(body)
    if len(_STRANGE.findall(text)) > _UNREADABLE * len(text) + 2:
        raise Refused(TORN)
    return text
