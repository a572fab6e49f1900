"""Word files (.docx, also WPS's): paragraphs and tables in the document's order, merged cells resolved."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from crawler.documents.draft import EMPTY, MAX_CELLS, MAX_COLUMNS, Draft, Refused
from crawler.documents.numbering import Numbering, read_numbering
from crawler.documents.unpack import Zip, attribute, local

#: A picture of this many EMU² (8 cm by 6 cm) may hold content; smaller ones are seals and marks.
_LARGE = (8 * 360_000) * (6 * 360_000)
_DEPTH = 12
_WRAPPERS = {"sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml", "hyperlink", "fldSimple", "bdo", "dir", "r"}
_SKIPPED = {"del", "moveFrom", "Fallback", "instrText", "delText", "pPr", "rPr"}
_HEADING_STYLES = {str(n): n for n in range(1, 7)}


@dataclass(slots=True)
class _Word:
    """The document being read: its lists' counts, heading levels and list places by style."""

    draft: Draft
    numbering: Numbering
    headings: dict[str, int] = field(default_factory=dict)
    listed: dict[str, tuple[str, int]] = field(default_factory=dict)


@dataclass(slots=True)
class _Cell:
    text: str
    span: int
    goes_on: bool


def read_docx(body: bytes) -> Draft:
    """The document's body. Raises ``Refused``."""
    package = Zip(body)
    main = _main_part(package)
    root = package.xml(main)
    folder = main.rsplit("/", 1)[0]
    lists = f"{folder}/numbering.xml"
    word = _Word(Draft(), read_numbering(package.xml(lists)) if lists in package else Numbering())
    if (styles := f"{folder}/styles.xml") in package:
        _read_styles(word, package.xml(styles))
    content = next((node for node in root if local(node) == "body"), root)
    _read_blocks(word, content, 0)
    word.draft.media = _large_pictures(root)
    if not word.draft.lines:
        raise Refused(EMPTY, whole=_has_pictures(root))
    return word.draft


def _main_part(package: Zip) -> str:
    if "word/document.xml" in package:
        return "word/document.xml"
    named = (name for name in package.names if name.startswith("word/document") and name.endswith(".xml"))
    return next(named, "word/document.xml")


def _read_styles(word: _Word, root: etree._Element) -> None:
    """Which paragraph styles are headings (``heading 1``, 标题 1, or an outline level), and which are numbered."""
    for style in root:
        if local(style) != "style" or attribute(style, "type") not in ("paragraph", ""):
            continue
        key = attribute(style, "styleId")
        for node in style:
            if local(node) == "name":
                name = attribute(node, "val").lower()
                for mark, level in _HEADING_STYLES.items():
                    if name in (f"heading {mark}", f"标题 {mark}", f"标题{mark}"):
                        word.headings[key] = level
            elif local(node) == "pPr":
                number = _list_place(node)
                if number:
                    word.listed[key] = number


def _read_blocks(word: _Word, parent: etree._Element, depth: int) -> None:
    for node in parent:
        if word.draft.full:
            return
        name = local(node)
        if name == "p":
            _read_paragraph(word, node)
        elif name == "tbl":
            _read_table(word, node, depth)
        elif name in _WRAPPERS and depth < _DEPTH:
            _read_blocks(word, node, depth + 1)


def _read_paragraph(word: _Word, node: etree._Element) -> None:
    properties = next((child for child in node if local(child) == "pPr"), None)
    style = _value(properties, "pStyle") if properties is not None else ""
    text = text_of(node)
    number = ""
    if text.strip():
        place = (_list_place(properties) if properties is not None else None) or word.listed.get(style)
        number = word.numbering.next(*place) if place else ""
    outline = _value(properties, "outlineLvl") if properties is not None else ""
    level = word.headings.get(style, 0) or (int(outline) + 1 if outline in ("0", "1", "2", "3", "4", "5") else 0)
    word.draft.paragraph(number + text, level)
    for box in _boxes(node):
        _read_blocks(word, box, _DEPTH - 2)


def _value(parent: etree._Element, name: str) -> str:
    return next((attribute(child, "val") for child in parent if local(child) == name), "")


def _list_place(properties: etree._Element) -> tuple[str, int] | None:
    for node in properties:
        if local(node) == "numPr":
            number, level = _value(node, "numId"), _value(node, "ilvl") or "0"
            return (number, int(level)) if number and number != "0" and level.isdecimal() and len(level) == 1 else None
    return None


def text_of(node: etree._Element) -> str:
    """A paragraph's text; that of text boxes in it, of deleted words and field codes left out."""
    return "".join(_pieces(node))


def _pieces(node: etree._Element) -> Iterator[str]:
    for child in node:
        name = local(child)
        if name == "t":
            yield child.text or ""
        elif name in ("tab", "ptab"):
            yield " "
        elif name in ("br", "cr"):
            yield "\n"
        elif name == "noBreakHyphen":
            yield "-"
        elif name not in _SKIPPED and name != "txbxContent":
            yield from _pieces(child)


def _boxes(node: etree._Element) -> Iterator[etree._Element]:
    for child in node:
        name = local(child)
        if name == "txbxContent":
            yield child
        elif name not in _SKIPPED:
            yield from _boxes(child)


def _read_table(word: _Word, table: etree._Element, depth: int) -> None:
    """One that holds other tables only lays out the page: its parts are read one by one."""
    if depth < _DEPTH and any(local(inner) == "tbl" for inner in table.iterdescendants()):
        for holder in _children(table, "tc"):
            _read_blocks(word, holder, depth + 1)
        return
    rows = [_row(word, row) for row in _children(table, "tr")]
    if sum(cell.span for row in rows for cell in row) > 4 * MAX_CELLS:
        word.draft.partial = word.draft.partial or "表格太大，没有全部读取"
        return
    grid: list[list[str]] = []
    own: list[list[bool]] = []
    for row in rows:
        texts: list[str] = []
        firsts: list[bool] = []
        for cell in row:
            place = len(texts)
            above = grid[-1][place] if grid and place < len(grid[-1]) else ""
            texts += [above if cell.goes_on else cell.text] * cell.span
            firsts += [not cell.goes_on] + [False] * (cell.span - 1)
        grid.append(texts)
        own.append(firsts)
    word.draft.table(grid, own)


def _children(node: etree._Element, name: str) -> Iterator[etree._Element]:
    """Rows of a table, cells of a row: also within content controls, not within further tables."""
    for child in node:
        if local(child) == name:
            yield child
        elif local(child) in ("sdt", "sdtContent", "ins", "customXml", "tr") and local(child) not in _SKIPPED:
            yield from _children(child, name)


def _row(word: _Word, row: etree._Element) -> list[_Cell]:
    cells = []
    before = next((_value(node, "gridBefore") for node in row if local(node) == "trPr"), "")
    if before.isdecimal() and 0 < int(before[:4]) <= MAX_COLUMNS:
        cells.append(_Cell("", int(before), False))
    for cell in _children(row, "tc"):
        properties = next((child for child in cell if local(child) == "tcPr"), None)
        span, goes_on = "", False
        if properties is not None:
            span = _value(properties, "gridSpan")
            merge = next((node for node in properties if local(node) == "vMerge"), None)
            goes_on = merge is not None and attribute(merge, "val") in ("", "continue")
        width = min(int(span), MAX_COLUMNS) if span.isdecimal() and len(span) < 5 else 1
        cells.append(_Cell(_cell_text(word, cell), max(1, width), goes_on))
    return cells


def _cell_text(word: _Word, cell: etree._Element) -> str:
    lines = []
    for paragraph in cell.iterdescendants():
        if local(paragraph) == "p":
            properties = next((child for child in paragraph if local(child) == "pPr"), None)
            place = _list_place(properties) if properties is not None else None
            text = text_of(paragraph).strip()
            lines.append((word.numbering.next(*place) if place and text else "") + text)
    return "\n".join(line for line in lines if line)


def _large_pictures(root: etree._Element) -> int:
    count = 0
    for node in root.iter():
        if local(node) == "extent":
            wide, high = attribute(node, "cx"), attribute(node, "cy")
            if wide.isdecimal() and high.isdecimal() and len(wide + high) < 24 and int(wide) * int(high) > _LARGE:
                count += 1
        elif local(node) in ("imagedata", "OLEObject"):
            count += 1
    return count


def _has_pictures(root: etree._Element) -> bool:
    return any(local(node) in ("blip", "imagedata", "pic") for node in root.iter())
