"""Word's old binary files (.doc, WPS's .wps): text by the piece table, tables by the paragraphs' properties.

Names of structures are those of Microsoft's published description, [MS-DOC].
"""

import struct
from bisect import bisect_right
from dataclasses import dataclass, field

from crawler.documents.doc_tables import RowLayout, Rows, row_layout
from crawler.documents.draft import EMPTY, LOCKED, TORN, Draft, Refused
from crawler.documents.ole import Ole

_ENCRYPTED = 0x0100
_TABLE_1 = 0x0200
_CCP_TEXT = 0x004C
_PLCF_PAPX = 0x0102
_CLX = 0x01A2
_PAGE = 512
_MAX_CHARS = 2_000_000
_MAX_PAGES = 60_000
_IN_TABLE, _ROW_END, _INNER_DEPTH, _HUGE, _TABLE_DEF = 0x2416, 0x2417, 0x6649, 0x6646, 0xD608
_TAB_CHANGES = 0xC615
_SIZES = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}


@dataclass(slots=True)
class _Piece:
    """Characters ``start`` to ``end`` of the text lie at ``offset``, one byte each where ``narrow``."""

    start: int
    end: int
    offset: int
    narrow: bool


@dataclass(slots=True)
class _Paragraphs:
    """Where paragraphs of the file begin, by offset, and what their properties say of tables."""

    starts: list[int] = field(default_factory=list)
    properties: list[bytes] = field(default_factory=list)

    def at(self, offset: int) -> bytes:
        index = bisect_right(self.starts, offset) - 1
        return self.properties[index] if index >= 0 else b""


def read_doc(ole: Ole) -> Draft:
    """All text of the main part. Raises ``Refused``."""
    main = ole.read("WordDocument")
    if len(main) < 0x0200 or struct.unpack_from("<H", main)[0] not in (0xA5EC, 0xA5DC, 0xA59C):
        raise Refused(TORN)
    (flags,) = struct.unpack_from("<H", main, 0x0A)
    if flags & _ENCRYPTED:
        raise Refused(LOCKED, whole=True)
    if struct.unpack_from("<H", main, 0x02)[0] < 0x00C1:
        raise Refused("暂不支持读取Word 97以前的doc文件", whole=True)
    try:
        table = ole.read("1Table" if flags & _TABLE_1 else "0Table")
        pieces = _pieces(main, table)
        paragraphs = _paragraphs(main, table)
    except (struct.error, IndexError) as error:
        raise Refused(TORN) from error
    data = ole.read("Data") if ole.has("Data") else b""
    draft = _compose(main, data, pieces, paragraphs)
    if not draft.lines:
        raise Refused(EMPTY, whole=draft.media > 0)
    return draft


def _pieces(main: bytes, table: bytes) -> list[_Piece]:
    (length,) = struct.unpack_from("<i", main, _CCP_TEXT)
    where, size = struct.unpack_from("<II", main, _CLX)
    clx = table[where : where + size]
    place = 0
    while place < len(clx) and clx[place] == 1:  # Prc: properties of whole pieces
        place += 3 + struct.unpack_from("<H", clx, place + 1)[0]
    if place >= len(clx) or clx[place] != 2 or not 0 <= length <= _MAX_CHARS:
        raise Refused(TORN)
    (size,) = struct.unpack_from("<I", clx, place + 1)
    plc = clx[place + 5 : place + 5 + size]
    count = (len(plc) - 4) // 12
    ends = struct.unpack_from(f"<{count + 1}I", plc)
    pieces = []
    for number in range(count):
        (offset,) = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * number + 2)
        narrow = bool(offset & 0x40000000)
        offset = (offset & 0x3FFFFFFF) // (2 if narrow else 1)
        start, end = ends[number], min(ends[number + 1], length)
        if start < end:
            pieces.append(_Piece(start, end, offset, narrow))
    return pieces


def _paragraphs(main: bytes, table: bytes) -> _Paragraphs:
    where, size = struct.unpack_from("<II", main, _PLCF_PAPX)
    plc = table[where : where + size]
    count = min((len(plc) - 4) // 8, _MAX_PAGES)
    found: list[tuple[int, bytes]] = []
    for number in range(max(count, 0)):
        (page,) = struct.unpack_from("<I", plc, 4 * (count + 1) + 4 * number)
        found += _page_of(main[(page & 0x3FFFFF) * _PAGE :][:_PAGE])
    found.sort(key=lambda pair: pair[0])
    return _Paragraphs([start for start, _ in found], [properties for _, properties in found])


def _page_of(page: bytes) -> list[tuple[int, bytes]]:
    """The paragraphs of one PapxFkp: where they begin, their sprms."""
    if len(page) < _PAGE:
        return []
    count = page[-1]
    if 4 * (count + 1) + 13 * count > _PAGE - 1:
        return []
    found = []
    for number in range(count):
        (start,) = struct.unpack_from("<I", page, 4 * number)
        place = 2 * page[4 * (count + 1) + 13 * number]
        properties = b""
        if place:
            size, place = 2 * page[place] - 1, place + 1
            if size < 0:
                size, place = 2 * page[place], place + 1
            properties = page[place + 2 : place + size]  # behind the style's number
        found.append((start, properties))
    return found


def sprms(properties: bytes) -> dict[int, bytes]:
    """Operands by code; of a code that comes twice the later counts."""
    found: dict[int, bytes] = {}
    place = 0
    while place + 2 <= len(properties):
        (code,) = struct.unpack_from("<H", properties, place)
        place += 2
        kind = code >> 13
        if kind != 6:
            size = _SIZES[kind]
        elif code == _TABLE_DEF and place + 2 <= len(properties):
            size = struct.unpack_from("<H", properties, place)[0] - 1
            place += 2
        elif place < len(properties):
            size = properties[place]
            place += 1
            if code == _TAB_CHANGES and size == 255:
                break
        else:
            break
        found[code] = properties[place : place + max(size, 0)]
        place += max(size, 0)
    return found


def _table_marks(properties: bytes, data: bytes) -> tuple[int, bool, RowLayout | None]:
    """How deep in tables a paragraph lies, whether it ends a row, and the row's layout then."""
    found = sprms(properties)
    huge = found.get(_HUGE, b"")
    if len(huge) == 4:
        (place,) = struct.unpack("<I", huge)
        if place + 2 <= len(data):
            (size,) = struct.unpack_from("<H", data, place)
            found |= sprms(data[place + 2 : place + 2 + size])
    inside = any(found.get(_IN_TABLE, b""))
    inner = found.get(_INNER_DEPTH, b"")
    depth = struct.unpack("<i", inner)[0] if len(inner) == 4 else int(inside)
    ends = any(found.get(_ROW_END, b""))
    return depth, ends, row_layout(found.get(_TABLE_DEF, b"")) if ends else None


def _compose(main: bytes, data: bytes, pieces: list[_Piece], paragraphs: _Paragraphs) -> Draft:
    """Walks the text: paragraphs to lines, cells to rows, rows to tables. Field codes are left out."""
    draft, rows, text, fields = Draft(), Rows(), "", [True]
    for piece in pieces:
        width = 1 if piece.narrow else 2
        raw = main[piece.offset : piece.offset + width * (piece.end - piece.start)]
        chars = raw.decode("cp1252" if piece.narrow else "utf-16-le", "replace")
        for number, char in enumerate(chars):
            if char == "\x13":
                fields.append(False)
            elif char == "\x14":
                fields[-1] = True
            elif char == "\x15":
                fields = fields[:-1] if len(fields) > 1 else fields
            elif not all(fields):
                continue
            elif char in "\r\x07\x0c":
                marks = _table_marks(paragraphs.at(piece.offset + width * number), data)
                text = rows.take(draft, text, char, *marks)
            elif char in "\x0b\x1e\x1f":
                text += {"\x0b": "\n", "\x1e": "-"}.get(char, "")
            elif char in "\x01\x08":
                draft.media += 1
            else:
                text += " " if char == "\t" else char
        if draft.full:
            break
    rows.close(draft)
    draft.paragraph(text)
    return draft
