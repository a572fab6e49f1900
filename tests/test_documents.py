"""Files that are no web pages: every format read right, no file whatever stops a run."""

import io
import zipfile

import pytest
from papers import (
    FOLDER,
    WRITERS,
    Part,
    as_docx,
    as_pdf,
    as_xlsx,
    doc,
    numbered_docx,
    page_of,
    parts_of,
    pdf_of,
    read,
    reason,
    replaced,
    scanned_pdf,
    zipped,
)

from crawler.documents import is_readable
from crawler.documents.reading import read_draft
from crawler.documents.sniff import ending_of, kind_of
from crawler.facts import read_page
from crawler.records import PageStatus
from rules.annual_report import applications, reviews

# --- what is read -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["report", "report60"])
@pytest.mark.parametrize("form", [*WRITERS, "doc"])
def test_the_report_is_read_from_every_format_as_from_html(form: str, kind: str) -> None:
    page = read_page(page_of(kind).encode(), "http://unit.example.gov.cn/nb/1.html")
    facts = read(doc(kind) if form == "doc" else WRITERS[form](parts_of(kind)), f"a.{form}")
    assert (facts.status, facts.status_reason, facts.kind) == (PageStatus.OK, "", "document")
    assert facts.title == "江北区人民政府2021年政府信息公开工作年度报告"
    assert applications(facts.tables) == applications(page.tables)
    assert reviews(facts.tables) == reviews(page.tables)
    cells = {cell for table in page.tables for row in table.cells for cell in row}
    wanted = [section.heading for section in page.sections if section.heading not in cells]
    assert [section.heading for section in facts.sections] == wanted
    assert all(facts.text[section.start :].startswith(section.heading) for section in facts.sections)
    if form not in ("pdf", "ofd"):  # where a page ends within a merged cell, its text is only above the break
        grids = [[[cell.replace(" ", "") for cell in row] for row in table.cells] for table in facts.tables]
        assert grids == [[[cell.replace(" ", "") for cell in row] for row in table.cells] for table in page.tables]


@pytest.mark.parametrize("form", WRITERS)
def test_paragraphs_come_in_order_and_whole(form: str) -> None:
    parts = parts_of("guide")
    facts = read(WRITERS[form](parts), f"a.{form}")
    assert facts.text.split("\n") == parts
    assert facts.title == "江北区人民政府政府信息公开指南"
    assert len(facts.sections) == 5
    assert facts.text_length == sum(1 for char in facts.text if not char.isspace())


@pytest.mark.parametrize("body", [(FOLDER / "short.pdf").read_bytes(), doc("short")], ids=["pdf", "doc"])
def test_files_as_word_makes_them(body: bytes) -> None:
    facts = read(body, "a")
    assert facts.title == "江北区财政局2021年部门决算说明"
    (table,) = facts.tables
    assert table.cells == (
        ("项目", "金额（万元）", "金额（万元）"),
        ("项目", "年初数", "年末数"),
        ("一般公共预算", "552.94", "613.07"),
    )
    lines = facts.text.split("\n")
    assert lines[1:3] == [
        "一、部门基本情况",
        "本部门负责全区财政收支管理，内设机构十二个，所属事业单位三个，年末在职人员一百二十六人，比上年减少四人，主要原因是正常退休。",
    ]
    assert lines[3:] == ["项目\t金额（万元）", "年初数\t年末数", "一般公共预算\t552.94\t613.07", "二、其他说明"]
    assert [section.heading for section in facts.sections] == ["一、部门基本情况", "二、其他说明"]


def test_a_page_that_lies_on_its_side() -> None:
    facts = read(as_pdf(parts_of("report"), rotate=90))
    assert applications(facts.tables) == applications(read(as_docx(parts_of("report"))).tables)


def test_numbers_that_word_counts_itself() -> None:
    facts = read(numbered_docx(["总体情况", " 主动公开", " 依申请公开", "其他事项"]), "a.docx")
    assert facts.text.split("\n") == ["一、总体情况", "（一）主动公开", "（二）依申请公开", "二、其他事项"]
    assert [section.level for section in facts.sections] == [1, 2, 2, 1]


def test_number_and_date_of_a_numbered_paper() -> None:
    parts: list[Part] = [
        "江北府发〔2022〕8号", "江北区人民政府", "关于印发防汛抗旱方案的通知", "各镇人民政府，各街道办事处：", "现将方案印发给你们，请认真执行。", "江北区人民政府", "2022年3月1日",
    ]  # fmt: skip
    facts = read(as_docx(parts), "a.docx")
    assert (facts.title, facts.doc_number, facts.written) == (
        "江北区人民政府关于印发防汛抗旱方案的通知", "江北府发〔2022〕8号", "2022-03-01",
    )  # fmt: skip
    assert facts.published is None


def test_what_is_no_title_is_none() -> None:
    assert read(as_docx(["各科室：", "请于周五前报送材料。"]), "a.docx").title is None


def test_hidden_sheets_and_what_stands_in_them_are_not_read() -> None:
    facts = read(as_xlsx([*parts_of("report")], hidden="底稿数字"), "a.xlsx")
    assert "底稿" not in facts.text


def test_text_and_csv_in_any_charset() -> None:
    for charset in ("gb18030", "utf-8", "utf-8-sig", "utf-16"):
        assert read("公开指南\r\n\r\n一、总体情况".encode(charset), "a.txt").text == "公开指南\n一、总体情况"
    facts = read("单位,金额\n财政局,12\n教委,7".encode("gb18030"), "a.csv")
    assert facts.tables[0].cells == (("单位", "金额"), ("财政局", "12"), ("教委", "7"))
    assert facts.text == "单位\t金额\n财政局\t12\n教委\t7"


def test_a_zip_file_is_its_members() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("guide.docx", as_docx(parts_of("guide")))
        package.writestr("读我.txt", "请先阅读本文件。".encode("gb18030"))
        package.writestr("photo.jpg", b"\xff\xd8\xff")
        package.writestr("inner.zip", zipped({"a.txt": b"deep"}))
    facts = read(out.getvalue(), "a.zip")
    assert facts.status is PageStatus.OK
    assert "读我.txt\n请先阅读本文件。" in facts.text
    assert "deep" not in facts.text
    assert "压缩包里的压缩包不读取" in facts.status_reason
    assert len(facts.sections) == 5


def test_names_in_gbk_within_a_zip_file() -> None:
    body = zipped({"xxxx.txt": b"text of it"}).replace(b"xxxx.txt", "指南.".encode("gbk")[:4] + b".txt")
    draft = read_draft(body, "zip", "zip")
    assert [member.name for member in draft.members] == ["指南.txt"]


def test_the_bytes_decide_not_the_name() -> None:
    assert read(as_docx(parts_of("guide")), "a.pdf").title == "江北区人民政府政府信息公开指南"
    assert read(as_pdf(parts_of("guide")), "download?id=3").status is PageStatus.OK
    assert (kind_of(b"\x89PNG\r\n", "http://a/b.png"), is_readable(b"{}", "http://a/list.json")) == ("", False)
    assert (ending_of("http://a/d.jsp?f=%E6%8C%87.DOCX"), ending_of("http://[bad")) == ("docx", "")


# --- what is not --------------------------------------------------------------------------------------------------------


def test_locked_files() -> None:
    assert reason(as_pdf(parts_of("guide"), password="x")) == "文件已加密，无法读取"
    locked = bytearray(doc("short"))
    place = locked.find(b"\xec\xa5")
    locked[place + 0x0B] |= 0x01
    assert reason(bytes(locked), "a.doc") == "文件已加密，无法读取"
    flagged = bytearray(zipped({"a.txt": b"secret"}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        flagged[flagged.find(mark) + offset] |= 1
    assert "已加密" in reason(bytes(flagged), "a.zip")


def test_a_file_that_only_its_owner_may_change_is_read() -> None:
    facts = read(as_pdf(parts_of("guide"), owner="secret"))
    assert facts.title == "江北区人民政府政府信息公开指南"


def test_words_drawn_as_shapes_may_be_words() -> None:
    stream = (
        b"BT /F1 12 Tf 72 700 Td (some words that are read, more than thirty letters of them) Tj ET "
        + b"0 0 m 1 1 2 2 3 0 c f " * 400
    )
    facts = read(
        pdf_of(
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
            b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        )
    )
    assert (facts.status, facts.media) == (PageStatus.OK, 1)


def test_a_scan_with_words_by_machine_is_not_relied_on() -> None:
    """A picture over the whole page with text behind it."""
    picture = b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>stream\n\x99\nendstream"
    stream = b"q 595 0 0 842 0 0 cm /I Do Q BT /F1 12 Tf 72 700 Td (words that a machine made out, more than thirty of them) Tj ET"
    facts = read(
        pdf_of(
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>/XObject<</I 6 0 R>>>>>>",
            b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            picture,
        )
    )
    assert (facts.status, facts.status_reason) == (PageStatus.OK, "扫描件，文字由识别软件生成，可能有错")


def test_a_locked_workbook() -> None:
    body = (FOLDER / "locked.xlsx").read_bytes()
    assert reason(body, "a.xlsx") == "文件已加密，无法读取"


def test_scans_and_letters_without_codes() -> None:
    facts = read(scanned_pdf())
    assert (facts.status_reason, facts.media) == ("扫描件，没有文字层", 1)
    assert "编码" in reason(unmapped_pdf())


def unmapped_pdf() -> bytes:
    """A font whose letters have no Unicode: shown right, read as nothing."""
    stream = b"BT /F1 12 Tf 72 700 Td <" + b"".join(b"%04X" % n for n in range(0xE000, 0xE060)) + b"> Tj ET"
    cmap = b"begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfrange <E000> <E0FF> <E000> endbfrange endcmap"
    return pdf_of(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[6 0 R]/ToUnicode 7 0 R>>",
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/X/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/DW 500>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(cmap), cmap),
    )


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("a.rar", b"Rar!\x1a\x07\x01\x00....", "暂不支持读取rar文件"), ("a.7z", b"7z\xbc\xaf\x27\x1c....", "暂不支持读取7z文件"),
        ("a.ceb", b"Founder CEB 2.0", "暂不支持读取ceb文件"), ("a.doc", b"MIME-Version: 1.0\r\n", "暂不支持读取mht文件"), ("a.doc", b"{\\rtf1 x}", "暂不支持读取rtf文件"), ("a.docx", b"no zip at all", "文件损坏，无法读取"),
        ("a.pptx", zipped({"ppt/presentation.xml": b"<x/>"}), "暂不支持读取pptx文件"), ("a.pdf", b"%PDF-1.4 ...", "文件损坏，无法读取"), ("a.zip", zipped({"a.exe": b"MZ"}), "压缩包里没有可以读取的文件"),
        ("a.txt", bytes(range(256)) * 40, "文件损坏，无法读取"), ("a.docx", as_docx([]), "文件里没有文字"), ("a.xlsx", zipped({"xl/workbook.xml": b"<x/>"}), "文件损坏，无法读取"),
        ("a.ofd", zipped({"OFD.xml": b"<OFD><DocBody><DocRoot>../../etc/passwd</DocRoot></DocBody></OFD>"}), "文件损坏，无法读取"), ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "文件损坏，无法读取"),
    ],
)  # fmt: skip
def test_what_is_not_read_says_why(name: str, body: bytes, said: str) -> None:
    assert reason(body, name) == said


def test_what_word_hides_in_a_paragraph() -> None:
    xml = """<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
     xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:body>
    <w:p><w:r><w:t>写</w:t></w:r><w:del><w:r><w:delText>删</w:delText></w:r></w:del><w:ins><w:r><w:t>加</w:t></w:r></w:ins>
     <w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:tab/><w:t>后</w:t><w:br/><w:t>下行</w:t></w:r></w:p>
    <w:sdt><w:sdtContent><w:p><w:r><w:t>控件里</w:t></w:r></w:p></w:sdtContent></w:sdt>
    <w:p><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>框里</w:t></w:r></w:p></w:txbxContent></mc:Choice>
     <mc:Fallback><w:txbxContent><w:p><w:r><w:t>框里</w:t></w:r></w:p></w:txbxContent></mc:Fallback></mc:AlternateContent></w:p>
    <w:tbl><w:tr><w:tc><w:p><w:r><w:t>外</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>甲</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>乙</w:t></w:r></w:p></w:tc></w:tr>
     <w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr><w:tc><w:p><w:r><w:t>丙</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:tc></w:tr></w:tbl>
    <w:p><w:pPr><w:outlineLvl w:val="1"/></w:pPr><w:r><w:t>无号标题</w:t></w:r></w:p></w:body></w:document>"""
    facts = read(replaced(as_docx(["x"]), "word/document.xml", xml.encode()), "a.docx")
    assert facts.text.split("\n") == ["写加 后", "下行", "控件里", "框里", "外", "甲\t乙", "丙", "无号标题"]
    assert [table.cells for table in facts.tables] == [(("甲", "乙"), ("", "丙"))]
    assert [section.heading for section in facts.sections] == ["无号标题"]
