"""OFD files (GB/T 33190): text objects and drawn lines of each page, in page order."""

import posixpath
import re
from itertools import pairwise

from lxml import etree

from crawler.documents.draft import EMPTY, LOCKED, MAX_PAGES, MAX_TEXT, SCANNED, TORN, Draft, Refused
from crawler.documents.grid import Glyph, Rule
from crawler.documents.layout import Sheet, lay_out
from crawler.documents.unpack import Zip, attribute, local

_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_POINTS = 72 / 25.4
_A4 = (210.0, 297.0)
_THIN = 1.0
_DEPTH = 8


def read_ofd(body: bytes) -> Draft:
    """All pages. Raises ``Refused``."""
    package = Zip(body)
    if any(name.lower().endswith(("encryptions.xml", "entries.dat")) for name in package.names):
        raise Refused(LOCKED, whole=True)
    draft = Draft()
    sheets: list[Sheet] = []
    pictures = 0
    root = next((name for name in package.names if name.lower() == "ofd.xml"), "")
    for entry in _texts(package.xml(root), "DocRoot"):
        document = _resolve(package, "", entry)
        folder = posixpath.dirname(document)
        tree = package.xml(document)
        size = _page_size(tree)
        pages = [page for page in tree.iter() if local(page) == "Page" and attribute(page, "BaseLoc")]
        for page in pages:
            if len(sheets) >= MAX_PAGES or sum(len(sheet.glyphs) for sheet in sheets) > MAX_TEXT:
                draft.partial = f"共{len(pages)}页，只读了前{len(sheets)}页"
                break
            content = package.xml(_resolve(package, folder, attribute(page, "BaseLoc")))
            width, height = _page_size(content) or size or _A4
            sheet = Sheet(width * _POINTS, height * _POINTS)
            pictures += _read_objects(content, sheet, 0)
            sheets.append(sheet)
    if not any(sheet.glyphs for sheet in sheets):
        raise Refused(SCANNED if pictures else EMPTY, whole=bool(pictures))
    draft.media = pictures
    lay_out(draft, sheets)
    return draft


def _texts(root: etree._Element, name: str) -> list[str]:
    return [(node.text or "").strip() for node in root.iter() if local(node) == name and node.text]


def _resolve(package: Zip, folder: str, place: str) -> str:
    """A place named in the package, relative to its folder or from the top."""
    candidates = [place.lstrip("/"), posixpath.normpath(posixpath.join(folder, place))]
    if not place.startswith("/"):
        candidates.reverse()
    for name in candidates:
        if name in package:
            return name
    raise Refused(TORN)


def _numbers(text: str) -> list[float]:
    return [float(found) for found in _NUMBER.findall(text)[:20_000]]


def _page_size(tree: etree._Element) -> tuple[float, float] | None:
    for text in _texts(tree, "PhysicalBox"):
        box = _numbers(text)
        if len(box) == 4 and 0 < box[2] < 5000 and 0 < box[3] < 5000:
            return box[2], box[3]
    return None


def _read_objects(node: etree._Element, sheet: Sheet, depth: int) -> int:
    """Takes the objects below a node; returns how many large pictures there are."""
    pictures = 0
    for child in node:
        name = local(child)
        if name == "TextObject":
            _read_text(child, sheet)
        elif name == "PathObject":
            _read_path(child, sheet)
        elif name == "ImageObject":
            box = _numbers(attribute(child, "Boundary"))
            pictures += len(box) == 4 and box[2] * box[3] * _POINTS**2 > 0.12 * sheet.width * sheet.height
        elif depth < _DEPTH:
            pictures += _read_objects(child, sheet, depth + 1)
    return pictures


def _read_text(node: etree._Element, sheet: Sheet) -> None:
    box = _numbers(attribute(node, "Boundary"))
    if len(box) != 4:
        return
    size = (_numbers(attribute(node, "Size")) or [4.0])[0]
    matrix = _numbers(attribute(node, "CTM"))
    a, b, c, d, e, f = matrix if len(matrix) == 6 else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    for code in node:
        if local(code) != "TextCode" or not code.text:
            continue
        x = (_numbers(attribute(code, "X")) or [0.0])[0]
        y = (_numbers(attribute(code, "Y")) or [size])[0]
        steps, falls = _deltas(attribute(code, "DeltaX")), _deltas(attribute(code, "DeltaY"))
        for number, char in enumerate(code.text):
            if char.strip():
                left, base = box[0] + a * x + c * y + e, box[1] + b * x + d * y + f
                high, wide = abs(size * d) or size, abs(size * a) or size
                step = steps[number] * abs(a) if number < len(steps) else 0.0
                wide = step if 0.2 * wide < step < 1.2 * wide else wide * (0.5 if char.isascii() else 1.0)
                places = (left, base - 0.88 * high, left + wide, base + 0.12 * high)
                sheet.glyphs.append(Glyph(char, *(place * _POINTS for place in places)))
            x += steps[number] if number < len(steps) else (0.0 if falls else size * (0.5 if char.isascii() else 1.0))
            y += falls[number] if number < len(falls) else 0.0


def _deltas(text: str) -> list[float]:
    """``g 3 5.0 4`` stands for 5.0 5.0 5.0 4."""
    steps: list[float] = []
    parts = text.split()[:20_000]
    while parts and len(steps) < 20_000:
        part = parts.pop(0)
        if part == "g" and len(parts) >= 2:
            times, value = parts.pop(0), parts.pop(0)
            found = _numbers(value)
            steps += (found[:1] or [0.0]) * min(int(times) if times.isdecimal() and len(times) < 6 else 1, 5_000)
        else:
            steps += _numbers(part)[:1] or [0.0]
    return steps


def _read_path(node: etree._Element, sheet: Sheet) -> None:
    """Straight strokes, and filled boxes so thin that they are lines."""
    box = _numbers(attribute(node, "Boundary"))
    data = next((child.text or "" for child in node if local(child) == "AbbreviatedData"), "")
    if len(box) != 4:
        return
    matrix = _numbers(attribute(node, "CTM"))
    a, b, c, d, e, f = matrix if len(matrix) == 6 else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

    def place(x: float, y: float) -> tuple[float, float]:
        return (box[0] + a * x + c * y + e) * _POINTS, (box[1] + b * x + d * y + f) * _POINTS

    for points in _strokes(data):
        moved = [place(x, y) for x, y in points]
        xs, ys = [x for x, _ in moved], [y for _, y in moved]
        if min(max(xs) - min(xs), max(ys) - min(ys)) <= _THIN * _POINTS:
            _add_rule(sheet, min(xs), min(ys), max(xs), max(ys))
        elif attribute(node, "Stroke") != "false":
            for (ax, ay), (bx, by) in pairwise(moved):
                if min(abs(ax - bx), abs(ay - by)) <= 0.6:
                    _add_rule(sheet, min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))


def _add_rule(sheet: Sheet, x0: float, y0: float, x1: float, y1: float) -> None:
    if x1 - x0 >= y1 - y0:
        sheet.lying.append(Rule((y0 + y1) / 2, x0, x1))
    else:
        sheet.standing.append(Rule((x0 + x1) / 2, y0, y1))


def _strokes(data: str) -> list[list[tuple[float, float]]]:
    """The straight parts of abbreviated path data: M and S begin one, L goes on, C closes; curves part them."""
    strokes: list[list[tuple[float, float]]] = []
    current: list[tuple[float, float]] = []
    for letter, rest in re.findall(r"([A-Za-z])([^A-Za-z]*)", data[:200_000]):
        numbers = _numbers(rest)
        if letter in "MS" and len(numbers) >= 2:
            current = [(numbers[0], numbers[1])]
            strokes.append(current)
        elif letter == "L" and len(numbers) >= 2 and current:
            current.append((numbers[0], numbers[1]))
        elif letter in "Cc" and not numbers and current:
            current.append(current[0])
        elif numbers:
            current = [(numbers[-2], numbers[-1])] if len(numbers) >= 2 else []
            strokes.append(current)
    return [stroke for stroke in strokes if len(stroke) > 1]
