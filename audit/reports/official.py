"""The page form of official papers (GB/T 9704): A4, 仿宋 三号, 28 points a line. The same text gives the same bytes."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from audit.files import freeze_zip, whole

CENTRE, RIGHT, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT
TITLE_FONT, BODY_FONT, HEADING_FONT, SUB_FONT = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
_ALTERNATIVES = {TITLE_FONT: "宋体", BODY_FONT: "仿宋", SUB_FONT: "楷体"}
RED = RGBColor(0xB3, 0x26, 0x1E)


def new_paper(title: str) -> Any:
    """An empty paper with the margins of the standard and page numbers."""
    paper = Document()
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(28)
    _grid(section)
    _normal(paper)
    _alternatives(paper)
    paper.settings.odd_and_even_pages_header_footer = True
    properties = paper.core_properties
    properties.author = properties.last_modified_by = "gongkai"
    properties.created = properties.modified = datetime(2000, 1, 1, tzinfo=UTC)
    properties.title = title
    number_pages(section)
    return paper


def _normal(paper: Any) -> None:
    """仿宋 三号, drawn together by a fifth of a point: 28 characters fill a line of 156 mm."""
    style = paper.styles["Normal"]
    style.font.name, style.font.size = BODY_FONT, Pt(16)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), BODY_FONT)
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), "-4")
    style.element.get_or_add_rPr().append(spacing)


def _alternatives(paper: Any) -> None:
    """Which font stands in where the standard's is not installed."""
    part = next(p for p in paper.part.package.iter_parts() if p.partname.endswith("fontTable.xml"))
    table = parse_xml(part.blob)
    for name, other in _ALTERNATIVES.items():
        font, alternative = OxmlElement("w:font"), OxmlElement("w:altName")
        font.set(qn("w:name"), name)
        alternative.set(qn("w:val"), other)
        font.append(alternative)
        table.append(font)
    part._blob = serialize_part_xml(table)


def _grid(section: Any) -> None:
    """22 lines a page (GB/T 9704-2012, 5.2.3); the 28 characters of a line come from the spacing of the normal style: a grid of
    characters is drawn differently by different programs."""
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    for name, value in (("type", "lines"), ("linePitch", "579")):
        grid.set(qn(f"w:{name}"), value)


def number_pages(section: Any) -> None:
    """— 1 — at the outer edge of the foot: right on odd pages, left on even ones."""
    _number(section.footer.paragraphs[0], RIGHT)
    _number(section.even_page_footer.paragraphs[0], LEFT)


def _number(paragraph: Any, side: Any) -> None:
    paragraph.alignment = side
    indent = paragraph.paragraph_format
    indent.left_indent = indent.right_indent = Pt(16)
    _run(paragraph, "— ", "宋体", 14)
    run = _run(paragraph, "", "宋体", 14)
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._element.append(element)
    _run(paragraph, " —", "宋体", 14)


def line(
    paper: Any, text: str, *, font: str = BODY_FONT, size: float = 16, bold: bool = False,
    colour: RGBColor | None = None, align: Any = None, indent: bool = True, spacing: float = 28, keep: bool = False,
) -> None:  # fmt: skip
    """A paragraph. ``keep``: on one page with what follows."""
    paragraph = paper.add_paragraph()
    paragraph.paragraph_format.line_spacing = Pt(spacing)
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.keep_with_next = keep
    if align is not None:
        paragraph.alignment = align
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(size * 2)
    run = _run(paragraph, text, font, size)
    run.bold = bold
    if colour is not None:
        run.font.color.rgb = colour


def heading(paper: Any, text: str) -> None:
    """一、 …"""
    line(paper, text, font=HEADING_FONT, keep=True)


def wide_section(paper: Any) -> None:
    """What follows stands on pages turned on their side, for tables."""
    section = paper.add_section()
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.top_margin, section.bottom_margin = Mm(26), Mm(24)
    section.left_margin, section.right_margin = Mm(25), Mm(25)
    section.footer_distance = Mm(14)


def table(paper: Any, header: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[float]) -> None:
    """A ruled table whose header is repeated on each page; ``widths`` in mm."""
    made = paper.add_table(rows=1, cols=len(header), style="Table Grid")
    made.autofit = False
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Mm(width)
    _fill(made.rows[0], header, widths, font=HEADING_FONT)
    properties = made.rows[0]._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:tblHeader"))
    for cells in rows:
        row = made.add_row()
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        _fill(row, cells, widths)


def _fill(row: Any, texts: Sequence[str], widths: Sequence[float], font: str = BODY_FONT) -> None:
    for cell, text, width in zip(row.cells, texts, widths, strict=True):
        cell.width = Mm(width)
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.paragraph_format.line_spacing = Pt(14)
        snap = OxmlElement("w:snapToGrid")
        snap.set(qn("w:val"), "0")
        paragraph._element.get_or_add_pPr().append(snap)
        _run(paragraph, text, font, 10)


def _run(paragraph: Any, text: str, font: str, size: float) -> Any:
    run = paragraph.add_run("".join(char for char in text if char >= " " or char in "\t\n"))
    run.font.name, run.font.size = font, Pt(size)
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)
    return run


def save(paper: Any, path: Path) -> None:
    """Writes it whole or not at all, without the time it was written at."""
    with whole(path) as temporary:
        paper.save(str(temporary))
        freeze_zip(temporary)
