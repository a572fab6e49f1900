"""PDF files, through PDFium: its text layer and the lines that make tables. No page is drawn."""

import ctypes
import math
from collections.abc import Iterator
from importlib.resources import files
from itertools import pairwise

import pypdfium2
import pypdfium2.raw as c

from crawler.documents.draft import (
    EMPTY,
    LOCKED,
    MAX_PAGES,
    MAX_TEXT,
    SCANNED,
    TORN,
    UNMAPPED,
    Draft,
    Refused,
)
from crawler.documents.grid import Glyph, Rule
from crawler.documents.layout import Sheet, lay_out

_MAX_OBJECTS = 30_000
_MAX_SEGMENTS = 60_000
_MAX_DEPTH = 4
_THIN = 3.0
_STRAIGHT = 0.6
_FEW = 30
_GARBAGE = 0.2
_STRAY = 3
#: So many curves on a page may be words drawn as shapes.
_LETTERING = 300
_FIGURE, _WHOLE_PAGE = 0.12, 0.7
_SKEW = math.radians(8)

_BLANKS = (9, 10, 13, 32, 0xA0, 0x3000)
_BULLETS = range(0xF000, 0xF100)  # of symbol fonts
_HYPHEN = 2  # what PDFium makes of a hyphen at a line's end

_Matrix = tuple[float, float, float, float, float, float]
_UNMOVED: _Matrix = (1, 0, 0, 1, 0, 0)


def _use_own_fonts() -> None:
    """PDFium leaves out letters of fonts a file does not bring where the machine has none in their place: the fonts of
    a package serve, and no others, so that a file reads alike everywhere."""
    folder = ctypes.cast(ctypes.c_char_p(str(files("pylopdf_fonts_zh_cn")).encode()), ctypes.POINTER(ctypes.c_char))
    paths = (ctypes.POINTER(ctypes.c_char) * 2)(folder)  # the rest of an array is null
    c.FPDF_DestroyLibrary()
    c.FPDF_InitLibraryWithConfig(c.FPDF_LIBRARY_CONFIG(version=2, m_pUserFontPaths=paths))


_use_own_fonts()


class _Page:
    """One page with its places turned the way people see them."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        self.raw = page.raw
        self.left, self.bottom, self.right, self.top = page.get_bbox()
        self.turn = page.get_rotation() % 360
        width, height = self.right - self.left, self.top - self.bottom
        self.sheet = Sheet(*((height, width) if self.turn in (90, 270) else (width, height)))
        self.pictures = 0.0
        self.unmapped = 0
        self.curves = 0
        self._objects = self._segments = 0

    def place(self, x: float, y: float) -> tuple[float, float]:
        if self.turn == 90:
            return y - self.bottom, x - self.left
        if self.turn == 180:
            return self.right - x, y - self.bottom
        if self.turn == 270:
            return self.top - y, self.right - x
        return x - self.left, self.top - y

    # --- letters ----------------------------------------------------------------------------------------------------

    def read_letters(self) -> None:
        text = c.FPDFText_LoadPage(self.raw)
        if not text:
            return
        try:
            box = c.FS_RECTF()
            for index in range(min(c.FPDFText_CountChars(text), MAX_TEXT)):
                code = c.FPDFText_GetUnicode(text, index)
                if code in _BLANKS or code in _BULLETS or c.FPDFText_IsGenerated(text, index) == 1:
                    continue
                if code in (_HYPHEN, 0xFFFE):
                    code = 0x2D
                if code < 32 or not _is_letter(code) or self._lacks_code(text, index):
                    self.unmapped += 1
                    continue
                if not self.turn and _SKEW < c.FPDFText_GetCharAngle(text, index) % (math.pi / 2) < math.pi / 2 - _SKEW:
                    continue  # a watermark across the page
                if c.FPDFText_GetLooseCharBox(text, index, ctypes.byref(box)):
                    self._add(chr(code), box.left, box.bottom, box.right, box.top)
        finally:
            c.FPDFText_ClosePage(text)

    @staticmethod
    def _lacks_code(text: object, index: int) -> bool:
        return c.FPDFText_HasUnicodeMapError(text, index) == 1  # type: ignore[no-any-return]

    def _add(self, char: str, left: float, bottom: float, right: float, top: float) -> None:
        (ax, ay), (bx, by) = self.place(left, bottom), self.place(right, top)
        if all(map(math.isfinite, (ax, ay, bx, by))):
            self.sheet.glyphs.append(Glyph(char, min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)))

    # --- lines and pictures -----------------------------------------------------------------------------------------

    def read_drawings(self) -> None:
        count = c.FPDFPage_CountObjects(self.raw)
        for index in range(min(count, _MAX_OBJECTS)):
            self._take(c.FPDFPage_GetObject(self.raw, index), _UNMOVED, 0)

    def _take(self, drawn: object, above: _Matrix, depth: int) -> None:
        self._objects += 1
        if not drawn or self._objects > _MAX_OBJECTS:
            return
        kind = c.FPDFPageObj_GetType(drawn)
        if kind == c.FPDF_PAGEOBJ_PATH:
            self._take_path(drawn, _times(_matrix(drawn), above))
        elif kind == c.FPDF_PAGEOBJ_IMAGE:
            a, b, cc, d, _, _ = _times(_matrix(drawn), above)
            self.pictures += abs(a * d - b * cc)
        elif kind == c.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
            matrix = _times(_matrix(drawn), above)
            for index in range(min(c.FPDFFormObj_CountObjects(drawn), _MAX_OBJECTS)):
                self._take(c.FPDFFormObj_GetObject(drawn, index), matrix, depth + 1)

    def _take_path(self, path: object, matrix: _Matrix) -> None:
        fill, stroke = ctypes.c_int(), c.FPDF_BOOL()
        if not c.FPDFPath_GetDrawMode(path, ctypes.byref(fill), ctypes.byref(stroke)):
            return
        for points in self._shapes(path, matrix):
            xs, ys = [x for x, _ in points], [y for _, y in points]
            width, height = max(xs) - min(xs), max(ys) - min(ys)
            if min(width, height) <= _THIN:
                if height <= width:
                    self.sheet.lying.append(Rule((min(ys) + max(ys)) / 2, min(xs), max(xs)))
                else:
                    self.sheet.standing.append(Rule((min(xs) + max(xs)) / 2, min(ys), max(ys)))
            elif stroke.value:
                for (ax, ay), (bx, by) in pairwise(points):
                    self._edge(ax, ay, bx, by)

    def _edge(self, ax: float, ay: float, bx: float, by: float) -> None:
        if abs(ay - by) <= _STRAIGHT < abs(ax - bx):
            self.sheet.lying.append(Rule((ay + by) / 2, min(ax, bx), max(ax, bx)))
        elif abs(ax - bx) <= _STRAIGHT < abs(ay - by):
            self.sheet.standing.append(Rule((ax + bx) / 2, min(ay, by), max(ay, by)))

    def _shapes(self, path: object, matrix: _Matrix) -> Iterator[list[tuple[float, float]]]:
        """The path's parts, each a run of points without curves, closed where the path closes it."""
        points: list[tuple[float, float]] = []
        x, y = ctypes.c_float(), ctypes.c_float()
        for index in range(c.FPDFPath_CountSegments(path)):
            self._segments += 1
            if self._segments > _MAX_SEGMENTS:
                return
            segment = c.FPDFPath_GetPathSegment(path, index)
            if not c.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y)):
                continue
            kind = c.FPDFPathSegment_GetType(segment)
            self.curves += kind == c.FPDF_SEGMENT_BEZIERTO
            if kind != c.FPDF_SEGMENT_LINETO:
                if len(points) > 1:
                    yield points
                points = []
            moved = self.place(*_moved(x.value, y.value, matrix))
            if all(map(math.isfinite, moved)):
                points.append(moved)
            if c.FPDFPathSegment_GetClose(segment) and len(points) > 1:
                points.append(points[0])
        if len(points) > 1:
            yield points


def _is_letter(code: int) -> bool:
    return code <= 0x10FFFF and code != 0xFFFD and not (0xD800 <= code <= 0xDFFF or 0xE000 <= code <= 0xF8FF)


def _matrix(drawn: object) -> _Matrix:
    matrix = c.FS_MATRIX()
    if not c.FPDFPageObj_GetMatrix(drawn, ctypes.byref(matrix)):
        return _UNMOVED
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _times(one: _Matrix, other: _Matrix) -> _Matrix:
    a, b, cc, d, e, f = one
    g, h, i, j, k, m = other
    return a * g + b * i, a * h + b * j, cc * g + d * i, cc * h + d * j, e * g + f * i + k, e * h + f * j + m


def _moved(x: float, y: float, matrix: _Matrix) -> tuple[float, float]:
    a, b, cc, d, e, f = matrix
    return a * x + cc * y + e, b * x + d * y + f


def read_pdf(body: bytes) -> Draft:
    """Text and tables of the text layer. Raises ``Refused`` for scans, locked and torn files."""
    try:
        book = pypdfium2.PdfDocument(body)
        count = len(book)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) in (c.FPDF_ERR_PASSWORD, c.FPDF_ERR_SECURITY)
        raise Refused(LOCKED if locked else TORN, whole=locked) from error
    draft = Draft()
    if count > MAX_PAGES:
        draft.partial = f"共{count}页，只读了前{MAX_PAGES}页"
    pages = []
    for index in range(min(count, MAX_PAGES)):
        try:
            pages.append(_read_page(book[index]))
        except pypdfium2.PdfiumError:
            draft.partial = draft.partial or f"第{index + 1}页损坏，没有读到"
        if sum(len(page.sheet.glyphs) for page in pages) > MAX_TEXT:
            draft.partial = draft.partial or f"共{count}页，只读了前{index + 1}页"
            break
    _weigh(draft, pages)
    lay_out(draft, [page.sheet for page in pages])
    return draft


def _read_page(raw: pypdfium2.PdfPage) -> _Page:
    page = _Page(raw)
    page.read_letters()
    page.read_drawings()
    raw.close()
    return page


def _weigh(draft: Draft, pages: list[_Page]) -> None:
    """Whether the letters are there and can be relied on. Raises ``Refused``."""
    if not pages:
        raise Refused(TORN)
    letters = sum(len(page.sheet.glyphs) for page in pages)
    unmapped = sum(page.unmapped for page in pages)
    if unmapped > _GARBAGE * (letters + unmapped):
        raise Refused(UNMAPPED, whole=True)
    shares = [page.pictures / max(1.0, page.sheet.width * page.sheet.height) for page in pages]
    bare = [share >= _FIGURE and len(page.sheet.glyphs) < _FEW for page, share in zip(pages, shares, strict=True)]
    if letters < _FEW * max(1, len(pages) // 4) and any(share >= _FIGURE for share in shares):
        raise Refused(SCANNED, whole=True)
    if not letters:
        raise Refused(EMPTY, whole=any(page.sheet.lying or page.sheet.standing for page in pages))
    drawn = [share >= _FIGURE or page.curves > _LETTERING for page, share in zip(pages, shares, strict=True)]
    draft.media = sum(drawn)
    if any(share >= _WHOLE_PAGE and not blank for share, blank in zip(shares, bare, strict=True)):
        draft.partial = draft.partial or "扫描件，文字由识别软件生成，可能有错"
    elif any(bare):
        draft.partial = draft.partial or f"有{sum(bare)}页是图片，没有文字层"
    if unmapped > _STRAY:
        draft.partial = draft.partial or "有些字符没有对应的编码，没有读出来"
