"""Papers: hostile text stays text, no cell is a formula, the workbook and the bulletin hold what they promise."""

import csv
import datetime as dt
import json
from pathlib import Path

import msgspec
import pytest
from docx import Document
from openpyxl import load_workbook
from portal import site_of

from audit.compare import Change, compare_inspections
from audit.files import plain_cell, write_csv
from audit.inspection import Inspection
from audit.reports.comparison import write_comparison
from audit.reports.write import write_reports
from audit.scheme import DEFAULT, load_scheme
from audit.score import with_points
from audit.stages import begin
from crawler.records import BadInput
from rules.findings import Finding, Outcome
from rules.mandate import load_mandates

EVIL = "=HYPERLINK(\"http://x\")<script>alert('坏')</script>\x07&amp;"
MANDATES = load_mandates()


def _inspection(folder: Path, day: str, outcomes: dict[tuple[str, str], Outcome], **more: str) -> Inspection:
    """An inspection of one unit with these findings, as ``check`` would have left it."""
    made = begin(folder / day, day, "monthly", dt.date.fromisoformat(day), [site_of()], 600)
    scheme = load_scheme(DEFAULT, MANDATES)
    findings = [
        Finding(
            day,
            "unit",
            m,
            MANDATES.by_id[m].check,
            s,
            o,
            more.get("message", "情况"),
            more.get("quote", ""),
            url="http://unit.example.gov.cn/",
            sha256="ab" * 32,
            fetched_at="2022-10-31T01:00:00Z",
        )
        for (m, s), o in outcomes.items()
    ]
    lines = (msgspec.json.encode(f).decode() for f in with_points(findings, scheme, MANDATES))
    (made.path / "findings.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    made.update(digests={**made.record.digests, "mandates": MANDATES.digest, "scheme": scheme.digest})
    return made


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    made = _inspection(
        tmp_path,
        "2022-10-31",
        {("GW19-D22", EVIL): Outcome.FAILED, ("PT61-1", "x"): Outcome.CANT_TELL},
        message=EVIL,
        quote=EVIL,
    )
    write_reports(made)
    for name in ("index.html", "scorecards/unit.html"):
        text = (made.path / name).read_text("utf-8")
        assert "<script" not in text
        assert "alert(&#39;坏&#39;)" in text or name == "index.html"
    book = load_workbook(made.path / "scorecards.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert all(cell.data_type in ("s", "n") for cell in cells)
    assert all(cell.hyperlink is None for cell in cells)
    assert any(str(cell.value).startswith("'=HYPERLINK") for cell in cells)
    assert any("HYPERLINK" in paragraph.text for paragraph in Document(str(made.path / "bulletin.docx")).paragraphs)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(tmp_path: Path, text: str) -> None:
    plain = "'" + text.replace("\t", " ").replace("\r", " ")
    assert plain_cell(text) == plain
    write_csv(tmp_path / "x.csv", ["a"], [[text]])
    with (tmp_path / "x.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file))[1] == [plain]


def test_workbook(tmp_path: Path) -> None:
    made = _inspection(
        tmp_path,
        "2022-10-31",
        {("CQ2020-5.4b", "2021年度报告"): Outcome.FAILED, ("GW19-D04", "栏目:工作动态"): Outcome.CANT_TELL},
    )
    write_reports(made)
    book = load_workbook(made.path / "scorecards.xlsx")
    assert book.sheetnames == [
        "汇总",
        "排名",
        "扣分明细",
        "问题清单",
        "待核清单",
        "复核",
        "人工核查",
        "栏目更新情况",
        "年报勾稽核查",
        "各类判定情况",
        "跨期线索",
        "没有见到的页面",
        "说明",
    ]
    assert all(sheet.freeze_panes == "B2" and sheet.auto_filter.ref for sheet in book)
    problems = list(book["问题清单"].iter_rows(values_only=True))
    assert problems[1][:5] == ("江北区人民政府", 1, "年度报告", "年报按时发布", "2021年度报告")
    assert problems[1][11] == 5


def test_bulletin_is_a_draft_without_ranking(tmp_path: Path) -> None:
    made = _inspection(tmp_path, "2022-10-31", {("CQ2020-5.4b", "2021年度报告"): Outcome.FAILED})
    write_reports(made)
    text = "\n".join(paragraph.text for paragraph in Document(str(made.path / "bulletin.docx")).paragraphs)
    for words in (
        "草稿（待审批）",
        "一、总体情况",
        "二、发现的主要问题",
        "三、整改要求",
        "渝府办发〔2020〕89号",
        "评分参数未经核对",
    ):
        assert words in text
    for words in ("排名", "第一名", "名次"):
        assert words not in text


def test_reports_want_findings_of_these_mandates(tmp_path: Path) -> None:
    made = begin(tmp_path / "x", "x", "monthly", dt.date(2022, 10, 31), [site_of()], 600)
    with pytest.raises(BadInput, match=r"要求文件在判定之后有变动"):
        write_reports(made)


def test_comparison(tmp_path: Path) -> None:
    f, p, c = Outcome.FAILED, Outcome.PASSED, Outcome.CANT_TELL
    keys = {
        "mended": ("PT61-1", "a"),
        "new": ("PT61-2", "b"),
        "unseen": ("CQ2020-5.4b", "2021年度报告"),
        "still": ("GW19-D04", "栏目:x"),
        "back": ("PT61-3", "c"),
    }
    first = _inspection(
        tmp_path,
        "2022-10-31",
        {keys["mended"]: f, keys["new"]: p, keys["unseen"]: f, keys["still"]: f, keys["back"]: f},
    )
    second = _inspection(
        tmp_path,
        "2022-11-30",
        {keys["mended"]: f, keys["new"]: p, keys["unseen"]: f, keys["still"]: f, keys["back"]: p},
    )
    third = _inspection(
        tmp_path,
        "2022-12-30",
        {keys["mended"]: p, keys["new"]: f, keys["unseen"]: c, keys["still"]: f, keys["back"]: f},
    )
    result = compare_inspections([third, first, second])
    assert {move.finding.subject: move.change for move in result.moves} == {
        "a": Change.MENDED, "b": Change.NEW, "2021年度报告": Change.UNSEEN, "栏目:x": Change.STILL, "c": Change.REOPENED,
    }  # fmt: skip
    page = write_comparison(result, tmp_path / "cmp")
    assert page.exists()
    assert (tmp_path / "cmp" / "charts" / "trend.png").stat().st_size > 5_000
    assert "未能复核1项" in result.text()


def test_only_units_of_both_are_compared_and_breaks_come_first(tmp_path: Path) -> None:
    first = _inspection(tmp_path, "2022-10-31", {("PT61-1", "a"): Outcome.FAILED})
    second = _inspection(tmp_path, "2022-11-30", {("PT61-1", "a"): Outcome.PASSED})
    sites = json.loads((second.path / "sites.json").read_text("utf-8"))
    sites.append({**sites[0], "id": "other", "name": "江南区人民政府"})
    (second.path / "sites.json").write_text(json.dumps(sites), "utf-8")
    second = Inspection.load(second.path)
    second.update(digests={**second.record.digests, "scheme": "0" * 64})
    result = compare_inspections([first, second])
    assert any("新增单位：江南区人民政府" in note for note in result.notes)
    assert any("评分办法有变动" in note for note in result.notes)
    assert result.text().index("注意：") < result.text().index("各单位得分")
    with pytest.raises(BadInput, match="写了两遍"):
        compare_inspections([first, first])
