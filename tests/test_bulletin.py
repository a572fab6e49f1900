"""The 通报: a draft until it is approved, in the standard's page form, from a template an office can edit."""

import datetime as dt
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from held import C, F, P, U, held

from audit.approval import approval_of, approve
from audit.decisions import Decisions, Exemption, Review
from audit.inspection import Inspection
from audit.reports.bulletin import write_bulletin
from audit.reports.bulletin_form import TEMPLATE, make
from audit.reports.model import ReportData
from audit.reports.write import write_reports
from audit.scheme import confirm, load_scheme
from crawler.records import BadInput
from rules.mandate import load_mandates

DEADLINE, NAME, NEWS, ERROR = (
    ("CQ2020-5.4b", "2021年度报告"),
    ("PT61-1", "公开平台统一名称"),
    ("GW19-D04", "栏目:要闻"),
    ("GW19-D21", "我为政府网站找错"),
)
UNITS = {
    "yx": {DEADLINE: F, NAME: P, NEWS: F, ERROR: P, ("GW19-V3", "首页不更新"): F, ("GW19-D12", "内容准确"): U},
    "bs": {DEADLINE: P, NAME: F, NEWS: C, ERROR: F},
}


def _made(output: Path, **more: str) -> Inspection:
    return held(output, "2022-10-31", UNITS, **more)  # type: ignore[arg-type]


def _texts(path: Path) -> str:
    paper = Document(str(path))
    cells = (cell.text for table in paper.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(p.text for p in paper.paragraphs), *cells])


def _bulletin(made: Inspection, decisions: Decisions | None = None, template: Path | None = None) -> str:
    path = made.path / "x.docx"
    write_bulletin(ReportData(made, decisions), path, template)
    return _texts(path)


def test_a_draft_tells_problems_by_class_and_ranks_nobody(tmp_path: Path) -> None:
    text = _bulletin(_made(tmp_path))
    for words in (
        "草稿（待审批）", "关于2022年10月政府网站和政府信息公开检查情况的通报", "一、总体情况", "二、发现的主要问题", "三、整改要求",
        "年度报告（1个）", "1．yx区人民政府：情况2021年度报告（渝府办发〔2020〕89号 五（四）；http://yx.example.gov.cn/p.html；—）",
        "有单项否决候选情形、须按监测期确认的单位1个：yx区人民政府", "看清的2个网站中有1个设置，占50.0%", "评分参数未经核对", "附件1　问题清单",
    ):  # fmt: skip
        assert words in text, words
    for words in ("得分和名次", "批准", "判定为不合格的单位", "{", "}"):
        assert words not in text, words
    assert text.index("首页不更新") < text.index("1．yx区人民政府：情况2021年度报告"), "the worst class comes first"


def test_the_page_form_of_the_standard(tmp_path: Path) -> None:
    made = _made(tmp_path)
    _bulletin(made)
    paper = Document(str(made.path / "x.docx"))
    first = paper.sections[0]
    assert (round(first.page_width.mm), round(first.page_height.mm)) == (210, 297)
    assert [round(m.mm) for m in (first.top_margin, first.bottom_margin, first.left_margin, first.right_margin)] == [37, 35, 28, 26]  # fmt: skip
    assert first._sectPr.find(qn("w:docGrid")).get(qn("w:linePitch")) == "579"
    assert paper.settings.odd_and_even_pages_header_footer
    assert "PAGE" in first.even_page_footer._element.xml
    body = next(p for p in paper.paragraphs if p.text.startswith("依据"))
    assert body.runs[0].font.size.pt == 16
    assert body.runs[0]._element.rPr.rFonts.get(qn("w:eastAsia")) == "仿宋_GB2312"


def test_the_template_is_what_its_maker_makes(tmp_path: Path) -> None:
    make(tmp_path / "made.docx")
    assert (tmp_path / "made.docx").read_bytes() == TEMPLATE.read_bytes()


def test_approval_is_whole_and_of_these_results_and_ranks_only_by_confirmed_numbers(tmp_path: Path) -> None:
    made = _made(tmp_path)
    assert approve(made, None, None, None) is None
    with pytest.raises(BadInput, match="批准要写全"):
        approve(made, "李四", None, "签报1号")
    assert not (made.path / "approval.json").exists()
    approve(made, "李四（区长）", dt.date(2022, 11, 8), "云溪府签〔2022〕118号")
    text = _bulletin(made)
    assert "草稿" not in text
    assert "本通报经李四（区长）于2022年11月8日批准（云溪府签〔2022〕118号）。" in text
    assert "平均得分" not in text, "numbers nobody vouched for cost no published point"
    assert "得分和名次" not in text
    scheme = load_scheme("disclosure", load_mandates())
    confirm(scheme, "张三", dt.date(2022, 11, 1), tmp_path)
    text = _bulletin(made)
    assert "附件4　得分和名次" in text
    assert "评分参数由张三于2022-11-01确认" in text
    assert "平均得分" in text
    lines = (made.path / "findings.jsonl").read_text("utf-8")
    (made.path / "findings.jsonl").write_text(lines.replace("情况", "另一情况"), "utf-8")
    assert approval_of(made) is None
    assert "草稿（待审批）" in _bulletin(made)


def _review(mandate: str, subject: str, unit: str, opinion: str, outcome: str = "failed") -> Review:
    day = dt.date(2022, 11, 3)
    return Review(inspection="monthly-2022-10-31", unit=unit, mandate=mandate, subject=subject, check_id="x", outcome=outcome, opinion=opinion, reviewer="王五", day=day)  # fmt: skip


def test_people_are_heard(tmp_path: Path) -> None:
    made = _made(tmp_path)
    leave = Exemption(inspection="monthly-2022-10-31", unit="bs", mandate=NAME[0], subject=NAME[1], reason="改版", document="文1号", approver="李四", expires=dt.date(2023, 1, 1), day=dt.date(2022, 10, 1))  # fmt: skip
    decisions = Decisions([
        _review(*DEADLINE, "yx", "误报"), leave, _review("GW19-V3", "首页不更新", "yx", "属实"), _review(*NEWS, "yx", "已报整改"),
        _review("GW19-D12", "内容准确", "yx", "不合格", "untested"),
    ])  # fmt: skip
    text = _bulletin(made, decisions)
    assert "2021年度报告" not in text
    assert "经人工复核，1个为误报，已剔除；1个有批准的例外，不再列入。" in text
    assert "【单位已报整改，待核实】" in text
    assert "出现单项否决情形、判定为不合格的单位：yx区人民政府。" in text
    assert "人工核查发现不合格1项：yx区人民政府：内容准确" in text


def test_words_of_pages_are_words(tmp_path: Path) -> None:
    evil = "{{ 7*7 }}{% for x in y %}<w:p/>&amp;\x07\ufffe{%p if z %}"
    text = _bulletin(_made(tmp_path, message=evil))
    assert "{{ 7*7 }}{% for x in y %}<w:p/>&amp;{%p if z %}" in text


def test_an_office_edits_its_own_template(tmp_path: Path) -> None:
    made = _made(tmp_path)
    own = tmp_path / "own.docx"
    paper = Document(str(TEMPLATE))
    next(p for p in paper.paragraphs if p.text.startswith("（发文机关）")).runs[0].text = "云溪区人民政府办公室"
    paper.save(str(own))
    write_reports(made, own)
    assert "云溪区人民政府办公室" in _texts(made.path / "bulletin.docx")
    write_reports(made)
    assert "云溪区人民政府办公室" in _texts(made.path / "bulletin.docx"), "it is used for the next ones too"
    first = (made.path / "bulletin.docx").read_bytes()
    write_reports(made)
    assert (made.path / "bulletin.docx").read_bytes() == first


@pytest.mark.parametrize(
    ("tag", "words"),
    [("{{ nothing }}", "'nothing' is undefined"), ("{{ title", "标记不对"), ("{{ ''.__class__.__mro__ }}", "标记不对"), (None, "不是Word模板")],
)  # fmt: skip
def test_a_faulty_template_is_one_message_and_leaves_all_as_it_was(tmp_path: Path, tag: str | None, words: str) -> None:
    made = _made(tmp_path)
    write_reports(made)
    before = {p: p.read_bytes() for p in made.path.rglob("*") if p.is_file()}
    own = tmp_path / "own.docx"
    if tag is None:
        own.write_text("not a word file", "utf-8")
    else:
        paper = Document(str(TEMPLATE))
        paper.add_paragraph(tag)
        paper.save(str(own))
    with pytest.raises(BadInput, match=words) as error:
        write_reports(made, own)
    assert str(own) in str(error.value)
    assert {p: p.read_bytes() for p in made.path.rglob("*") if p.is_file()} == before
    assert not (tmp_path / "templates").exists()
