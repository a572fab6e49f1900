"""Writing files: whole or not at all, the same bytes for the same content."""

import csv
import io
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

#: The first of these in a cell makes a spreadsheet take it for a formula.
_FORMULA = ("=", "+", "-", "@")
#: The time of everything in a zip: same content, same bytes.
EPOCH = (1980, 1, 1, 0, 0, 0)


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A temporary file beside ``path`` that takes its place when the block ends well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """UTF-8, line ends as given."""
    with whole(path) as temporary:
        temporary.write_bytes(text.encode("utf-8"))


@contextmanager
def csv_rows(path: Path, header: Iterable[str]) -> Iterator[Callable[[Iterable[Iterable[object]]], None]]:
    """Writes rows as they come. UTF-8 without BOM; texts that a spreadsheet would run are made plain."""
    with whole(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        yield lambda rows: writer.writerows([plain_cell(value) for value in row] for row in rows)


def write_csv(path: Path, header: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """A whole file of rows, as ``csv_rows`` writes them."""
    with csv_rows(path, header) as write:
        write(rows)


def plain_cell(value: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    if value is None or not isinstance(value, str):
        return "" if value is None else value
    text = value.replace("\r", " ").replace("\t", " ")
    return "'" + text if text.lstrip().startswith(_FORMULA) else text


def cell_text(text: str) -> str:
    """What was meant by a cell that ``plain_cell`` wrote."""
    return text[1:] if text.startswith("'") and text[1:].lstrip().startswith(_FORMULA) else text


def freeze_zip(path: Path) -> None:
    """Rewrites an Office file without the time it was written at: same content, same bytes."""
    source = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
    with whole(path) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            target.writestr(info, source.read(name))
