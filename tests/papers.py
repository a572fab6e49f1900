"""One paper written in every format the crawler reads: from a page's HTML to Word, Excel, PDF and OFD files."""

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter
import xlwt
from docx import Document
from docx.oxml.ns import qn
from lxml import html
from portal import render, site_of
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from crawler.documents import read_document
from crawler.records import Facts, PageStatus

FOLDER = Path(__file__).parent / "documents"
_FONT = "STSong-Light"
_WIDE, _HIGH, _MARGIN = 595, 842, 40
_POINT = 25.4 / 72


@dataclass(frozen=True)
class Cell:
    """A cell of a table: its first row and column, how far it spans, its text."""

    y: int
    x: int
    down: int
    right: int
    text: str


@dataclass(frozen=True)
class Grid:
    rows: int
    columns: int
    cells: tuple[Cell, ...]


Part = str | Grid


def page_of(kind: str, **page: Any) -> str:
    return render({kind: page}, site_of(), {})


def parts_of(kind: str, **page: Any) -> list[Part]:
    """A template's body as paragraphs and tables, its title first."""
    root = html.fromstring(page_of(kind, **page))
    parts: list[Part] = [root.xpath("//h1")[0].text_content().strip()]
    (body,) = root.xpath('//div[@class="article-content"]')
    for node in body:
        if node.tag == "table":
            parts.append(_grid(node))
        elif text := node.text_content().strip():
            parts.append(text)
    return parts


def _grid(table: Any) -> Grid:
    taken: set[tuple[int, int]] = set()
    cells = []
    rows = list(table.iter("tr"))
    for y, row in enumerate(rows):
        x = 0
        for node in row.iterchildren("td", "th"):
            while (y, x) in taken:
                x += 1
            down, right = int(node.get("rowspan") or 1), int(node.get("colspan") or 1)
            text = "".join(node.itertext()).strip()
            cells.append(Cell(y, x, down, right, text))
            taken |= {(y + dy, x + dx) for dy in range(down) for dx in range(right)}
    return Grid(len(rows), max(x for _, x in taken) + 1, tuple(cells))


def as_docx(parts: list[Part], *, styled: bool = False) -> bytes:
    """``styled``: headings by style and by Word's own numbering, not typed."""
    document = Document()
    for part in parts:
        if isinstance(part, str):
            document.add_paragraph(part)
        else:
            table = document.add_table(part.rows, part.columns, style="Table Grid")
            for cell in part.cells:
                first = table.cell(cell.y, cell.x)
                if cell.down * cell.right > 1:
                    first = first.merge(table.cell(cell.y + cell.down - 1, cell.x + cell.right - 1))
                first.text = cell.text
    return _saved(document)


def _saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def numbered_docx(headings: list[str]) -> bytes:
    """Headings that Word numbers itself: 一、 二、 … with （一） below the first."""
    document = Document()
    numbering = document.part.numbering_part.element
    xml = (
        '<w:abstractNum xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" w:abstractNumId="77">'
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="%1、"/></w:lvl>'
        '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl></w:abstractNum>'
    )
    from docx.oxml import parse_xml

    numbering.insert(0, parse_xml(xml))
    numbering.append(
        parse_xml(
            '<w:num xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" w:numId="77"><w:abstractNumId w:val="77"/></w:num>'
        )
    )
    for heading in headings:
        level = 1 if heading.startswith(" ") else 0
        properties = document.add_paragraph(heading.strip())._p.get_or_add_pPr()
        number = properties._add_numPr()
        number._add_ilvl().set(qn("w:val"), str(level))
        number._add_numId().set(qn("w:val"), "77")
    return _saved(document)


def as_xlsx(parts: list[Part], **options: Any) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("报告")
    y = 0
    for part in parts:
        if isinstance(part, str):
            sheet.merge_range(y, 0, y, 9, part) if len(part) > 12 else sheet.write(y, 0, part)
            y += 1
            continue
        for cell in part.cells:
            value = int(cell.text) if cell.text.isdecimal() else cell.text
            if cell.down * cell.right > 1:
                sheet.merge_range(
                    y + cell.y, cell.x, y + cell.y + cell.down - 1, cell.x + cell.right - 1, value, book.add_format()
                )
            else:
                sheet.write(y + cell.y, cell.x, value)
        y += part.rows + 1
    if options.get("hidden"):
        secret = book.add_worksheet("底稿")
        secret.write(0, 0, options["hidden"])
        secret.write(1, 1, options["hidden"])
        secret.hide()
    book.close()
    return out.getvalue()


def as_xls(parts: list[Part]) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("报告")
    y = 0
    for part in parts:
        if isinstance(part, str):
            sheet.write_merge(y, y, 0, 9, part)
            y += 1
            continue
        for cell in part.cells:
            value = int(cell.text) if cell.text.isdecimal() else cell.text
            sheet.write_merge(y + cell.y, y + cell.y + cell.down - 1, cell.x, cell.x + cell.right - 1, value)
        y += part.rows + 1
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


class _Drawing:
    """Where a paper's letters and lines go, page by page: what PDF and OFD share."""

    def __init__(self, parts: list[Part]) -> None:
        self.pages: list[tuple[list[tuple[float, float, float, str]], list[tuple[float, float, float, float]]]] = []
        self._new_page()
        for part in parts:
            if isinstance(part, str):
                self._paragraph(part)
            else:
                self._table(part)

    def _new_page(self) -> None:
        self.texts: list[tuple[float, float, float, str]] = []
        self.lines: list[tuple[float, float, float, float]] = []
        self.pages.append((self.texts, self.lines))
        self.y = float(_MARGIN + 20)

    def _room(self, height: float) -> None:
        if self.y + height > _HIGH - _MARGIN - 20:
            self._new_page()

    def _paragraph(self, text: str) -> None:
        size, left = 14.0, float(_MARGIN)
        first = text[:34]
        rest = [text[34:][n : n + 36] for n in range(0, len(text) - 34, 36)] if len(text) > 34 else []
        for number, line in enumerate([first, *rest]):
            self._room(24)
            self.texts.append((left + (28 if not number else 0), self.y + size, size, line))
            self.y += 24

    def _table(self, grid: Grid) -> None:
        """Rows that no longer fit go to the next page, with the cells that span the break drawn on both."""
        wide = (_WIDE - 2 * _MARGIN) / grid.columns
        high = [16.0] * grid.rows
        for cell in grid.cells:
            if cell.down == 1:
                lines = -(-len(cell.text) // _per_line(cell, wide))
                high[cell.y] = max(high[cell.y], 6.0 + 10 * lines)
        start = 0
        while start < grid.rows:
            self._room(high[start] + 16)
            end, left = start, _HIGH - _MARGIN - 20 - self.y
            while end < grid.rows and (end == start or sum(high[start : end + 1]) <= left):
                end += 1
            self._rows(grid, start, end, wide, high)
            if end < grid.rows:
                self._new_page()
            start = end
        self.y += 12

    def _rows(self, grid: Grid, start: int, end: int, wide: float, high: list[float]) -> None:
        top = self.y
        for cell in grid.cells:
            first, last = max(cell.y, start), min(cell.y + cell.down, end)
            if first >= last:
                continue
            x0, x1 = _MARGIN + cell.x * wide, _MARGIN + (cell.x + cell.right) * wide
            y0, y1 = top + sum(high[start:first]), top + sum(high[start:last])
            self.lines += [(x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)]
            if cell.y >= start:
                step = _per_line(cell, wide)
                for number in range(0, len(cell.text), step):
                    self.texts.append((x0 + 2, y0 + 11 + number / step * 10, 8.0, cell.text[number : number + step]))
        self.y = top + sum(high[start:end])


def _per_line(cell: Cell, wide: float) -> int:
    return max(1, int((cell.right * wide - 4) // 8))


def as_pdf(parts: list[Part], *, password: str = "", owner: str = "", rotate: int = 0, pages: bool = True) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    out = io.BytesIO()
    lock = StandardEncryption(password, owner) if password or owner else None
    canvas = Canvas(out, (_WIDE, _HIGH), pageCompression=1, encrypt=lock, invariant=1)
    for number, (texts, lines) in enumerate(_Drawing(parts).pages, 1):
        if rotate == 90:  # drawn lying, shown upright
            canvas.setPageSize((_HIGH, _WIDE))
            canvas.setPageRotation(90)
            canvas.translate(_HIGH, 0)
            canvas.rotate(90)
        for x, y, size, text in texts:
            canvas.setFont(_FONT, size)
            canvas.drawString(x, _HIGH - y, text)
        for x0, y0, x1, y1 in lines:
            canvas.line(x0, _HIGH - y0, x1, _HIGH - y1)
        if pages:
            canvas.drawString(_WIDE / 2, 20, f"- {number} -")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def as_ofd(parts: list[Part], **extra: bytes) -> bytes:
    head = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    files = {
        "OFD.xml": f'<?xml version="1.0" encoding="UTF-8"?><ofd:OFD {head} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo/>'
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    }
    drawing = _Drawing(parts)
    listed = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(drawing.pages)))
    files["Doc_0/Document.xml"] = (
        f"<ofd:Document {head}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
        f"</ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>"
    )
    for number, (texts, lines) in enumerate(drawing.pages):
        objects = []
        for x, y, size, text in texts:
            box = f"{x * _POINT:.3f} {(y - size) * _POINT:.3f} {len(text) * size * _POINT:.3f} {size * _POINT:.3f}"
            step = f"{size * _POINT:.4f}"
            deltas = f'DeltaX="g {len(text) - 1} {step}"' if len(text) > 1 else ""
            shown = text.replace("&", "&amp;").replace("<", "&lt;")
            objects.append(
                f'<ofd:TextObject Boundary="{box}" Font="1" Size="{step}"><ofd:TextCode X="0" Y="{step}" {deltas}>{shown}</ofd:TextCode></ofd:TextObject>'
            )
        for x0, y0, x1, y1 in lines:
            box = f"{x0 * _POINT:.3f} {y0 * _POINT:.3f} {(x1 - x0) * _POINT:.3f} {(y1 - y0) * _POINT:.3f}"
            data = f"M 0 0 L {(x1 - x0) * _POINT:.3f} {(y1 - y0) * _POINT:.3f}"
            objects.append(
                f'<ofd:PathObject Boundary="{box}"><ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>'
            )
        files[f"Doc_0/Pages/Page_{number}/Content.xml"] = (
            f'<ofd:Page {head}><ofd:Content><ofd:Layer ID="9">{"".join(objects)}</ofd:Layer></ofd:Content></ofd:Page>'
        )
    return zipped({**{name: text.encode() for name, text in files.items()}, **extra})


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in files.items():
            package.writestr(name, data)
    return out.getvalue()


def replaced(package: bytes, name: str, data: bytes) -> bytes:
    """A zip file with one entry's bytes replaced."""
    with zipfile.ZipFile(io.BytesIO(package)) as old:
        return zipped({**{entry: old.read(entry) for entry in old.namelist()}, name: data})


def scanned_pdf(pages: int = 2) -> bytes:
    """Pages that are pictures."""
    from PIL import Image

    out = io.BytesIO()
    image = Image.new("L", (400, 600), 200)
    image.save(out, "PDF", save_all=True, append_images=[image] * (pages - 1))
    return out.getvalue()


WRITERS = {"docx": as_docx, "xlsx": as_xlsx, "xls": as_xls, "pdf": as_pdf, "ofd": as_ofd}


def written(spec: dict[str, Any]) -> bytes:
    """A case's file: ``paper`` is its format, or ``scan``/``locked``/``torn``; the other key a template with its fields."""
    form = spec["paper"]
    if form == "scan":
        return scanned_pdf()
    ((kind, page),) = ((key, value) for key, value in spec.items() if key != "paper")
    parts = parts_of(kind, **(page or {}))
    if form == "locked":
        return as_pdf(parts, password="secret")
    if form == "torn":
        return as_docx(parts)[:3000]
    return WRITERS[form](parts)


def pdf_of(*objects: bytes) -> bytes:
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))


def read(body: bytes, name: str = "a.pdf", **limits: float) -> Facts:
    return read_document(body, f"http://unit.example.gov.cn/{name}", "", **limits)


def doc(name: str) -> bytes:
    with zipfile.ZipFile(FOLDER / "doc.zip") as package:
        return package.read(f"{name}.doc")


def reason(body: bytes, name: str = "a.pdf", **limits: float) -> str:
    facts = read(body, name, **limits)
    assert (facts.status, facts.kind, facts.text, facts.tables) == (PageStatus.HOLLOW, "document", "", ())
    return facts.status_reason
