"""Files that mean harm, and files broken in every way: none stops a run."""

import contextlib
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from papers import (
    FOLDER,
    WRITERS,
    as_docx,
    as_xls,
    as_xlsx,
    doc,
    parts_of,
    pdf_of,
    read,
    reason,
    replaced,
    zipped,
)

from crawler.documents.draft import Draft, Refused
from crawler.documents.reading import read_draft
from crawler.documents.sniff import kind_of
from crawler.records import PageStatus

BOMB = b"0" * (30 << 20)
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><x>&c;</x>'
)
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'


@pytest.mark.parametrize(
    ("form", "part"), [("docx", "word/document.xml"), ("docx", "word/styles.xml"), ("xlsx", "xl/workbook.xml"), ("xlsx", "xl/sharedStrings.xml"), ("ofd", "OFD.xml"), ("ofd", "Doc_0/Document.xml")]
)  # fmt: skip
@pytest.mark.parametrize(
    "xml", [LAUGHS, OUTSIDE, LAUGHS.decode().encode("utf-16")], ids=["laughs", "outside", "utf-16"]
)
def test_no_entity_is_expanded(form: str, part: str, xml: bytes) -> None:
    body = replaced(WRITERS[form](parts_of("guide")), part, xml)
    with pytest.raises(Refused, match="不安全"):
        read_draft(body, "zip", form)


@pytest.mark.parametrize(
    ("form", "part"), [("docx", "word/document.xml"), ("xlsx", "xl/worksheets/sheet1.xml"), ("ofd", "Doc_0/Pages/Page_0/Content.xml"), ("zip", "a.txt")]
)  # fmt: skip
def test_zip_bombs(form: str, part: str) -> None:
    whole = zipped({}) if form == "zip" else WRITERS[form](parts_of("guide"))
    assert reason(replaced(whole, part, BOMB), f"a.{form}") == "文件过大，未读取"


def test_a_bomb_that_lies_about_its_size() -> None:
    body = bytearray(zipped({"a.txt": BOMB}))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = body.find(mark) + offset
        body[place : place + 4] = (1000).to_bytes(4, "little")
    assert reason(bytes(body), "a.zip")


def test_more_entries_than_anyone_packs() -> None:
    assert reason(zipped({f"{n}.txt": b"" for n in range(5001)}), "a.zip") == "文件过大，未读取"


def test_ten_thousand_pages() -> None:
    kids = b" ".join([b"3 0 R"] * 10_000)
    stream = b"BT /F1 12 Tf 72 700 Td (one page like all the others, with some words on it) Tj ET"
    facts = read(
        pdf_of(
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[" + kids + b"]/Count 10000>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
            b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        )
    )
    assert (facts.status, facts.status_reason) == (PageStatus.OK, "共10000页，只读了前200页")
    claimed = pdf_of(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 2000000000>>")
    assert reason(claimed)


def test_endless_work_is_cut_off() -> None:
    stream = b"q " * 200 + b"0 0 m 1 1 l S " * 3_000_000
    body = pdf_of(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
    )
    start = time.monotonic()
    assert reason(body, seconds=0.4) == "读取超时"
    assert time.monotonic() - start < 3
    assert reason(body, seconds=0) == "读取超时"


def test_forms_that_hold_themselves_end() -> None:
    stream = b"/F Do"
    form = (
        b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F 5 0 R>>>>/Length %d>>stream\n%s\nendstream"
    )
    body = pdf_of(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        form % (len(stream), stream),
    )
    assert reason(body)


def test_memory_is_bound() -> None:
    body = as_xlsx(parts_of("report"))
    words = "".join(f"<w:p><w:r><w:t>{n * n}</w:t></w:r></w:p>" for n in range(300_000)).encode()
    xml = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>%s</w:body></w:document>'
    large = replaced(as_docx(["x"]), "word/document.xml", xml % words)
    assert reason(large, "a.docx", memory=160 << 20) in ("文件过大，未读取", "文件损坏，无法读取")
    far = replaced(
        body, "xl/worksheets/sheet1.xml",
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>',
    )  # fmt: skip
    assert reason(far, "a.xlsx")


@pytest.mark.parametrize(
    "act",
    [
        "import socket; socket.socket()",
        "import subprocess; subprocess.run(['true'])",
        "open('/tmp/x','w').write('x' * 9)",
        "import os; os.system('true')",
    ],
)
def test_the_child_may_do_nothing_but_read(act: str, tmp_path: Path) -> None:
    act = act.replace("/tmp/x", str(tmp_path / "x"))
    code = f"from crawler.documents.__main__ import bind; bind(1 << 30, 5); {act}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=Path(__file__).parent.parent)
    assert done.returncode != 0
    assert not (tmp_path / "x").exists() or (tmp_path / "x").stat().st_size == 0


def test_a_child_that_dies_or_babbles_is_a_torn_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for script in ("exit 3", "echo no json", "kill -11 $$"):
        fake = tmp_path / "python"
        fake.write_text(f"#!/bin/sh\ncat > /dev/null; {script}\n")
        fake.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(fake))
        assert reason(b"%PDF-1.4") == "文件损坏，无法读取"


@settings(max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(
    head=st.sampled_from([b"", b"%PDF-1.4\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]),
    tail=st.binary(max_size=3000),
    form=st.sampled_from(["pdf", "docx", "xls", "txt", "csv", "ofd"]),
)
def test_random_bytes(head: bytes, tail: bytes, form: str) -> None:
    _survives(head + tail, form)


@settings(max_examples=120, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(
    form=st.sampled_from(["doc", "xls", "pdf"]),
    places=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=30),
)
def test_flipped_bytes(form: str, places: list[tuple[float, int]]) -> None:
    body = bytearray(_SAMPLES[form])
    for place, value in places:
        body[int(place * len(body))] = value
    _survives(bytes(body), form)


_SAMPLES = {"doc": doc("short"), "xls": as_xls(parts_of("guide")), "pdf": (FOLDER / "short.pdf").read_bytes()}


def _survives(body: bytes, form: str) -> None:
    """Reads in this process: nothing but a draft, a refusal, or an exception that ends the child."""
    draft = Draft()
    with contextlib.suppress(Refused, ValueError, LookupError, ArithmeticError, AttributeError, TypeError, OSError):
        draft = read_draft(body, kind_of(body, f"a.{form}") or form, form)
    assert msgspec.json.decode(msgspec.json.encode(draft), type=Draft) == draft


def test_reading_leaves_no_process_behind() -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        read(b"%PDF-1.4 ...")
    assert len(list(Path("/proc/self/fd").iterdir())) <= before


@pytest.mark.parametrize("form", [*WRITERS, "doc"])
def test_files_cut_off_anywhere(form: str) -> None:
    """In this process: whatever a library raises is the child's to die of."""
    whole = doc("short") if form == "doc" else WRITERS[form](parts_of("guide"))
    for tenth in range(10):
        _survives(whole[: len(whole) * tenth // 10], form)
    assert read(whole[: len(whole) // 2], f"a.{form}").kind == "document"
