"""The papers an office sends and files: scorecards as PDF, notices as Word, evidence packs that check themselves."""

import csv
import datetime as dt
import io
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pypdfium2
import pytest
from docx import Document
from server import serving
from test_reports import EVIL, _inspection

from audit.cli import main
from audit.decisions import decisions_of
from audit.inspection import Inspection
from audit.reports.model import ReportData
from audit.reports.notices import write_notices
from audit.reports.pdf_layout import Paper, font_for, printable
from audit.reports.scorecard_pdf import write_scorecards
from audit.stages import begin, check
from audit.stages import crawl as run_crawl
from crawler.records import BadInput
from crawler.sites import read_sites
from rules.findings import Outcome

DAY = dt.date(2022, 10, 31)
MANY = {("GW19-D22", f"首页：第{n}项工作有关事项的通知"): Outcome.FAILED for n in range(300)}


def _data(inspection: Inspection) -> ReportData:
    return ReportData(inspection, decisions_of(inspection.path.parent), None)


def _pages(path: Path) -> list[str]:
    paper = pypdfium2.PdfDocument(path)
    try:
        found = []
        for page in paper:
            words = page.get_textpage()
            found.append(words.get_text_range())
            words.close()
            page.close()
        return found
    finally:
        paper.close()


# --- scorecards -------------------------------------------------------------------------------------------------------


def test_the_scorecard_says_what_the_findings_say_on_pages_of_its_own(tmp_path: Path) -> None:
    outcomes = {**MANY, ("PT61-1", "x"): Outcome.CANT_TELL, ("GW19-V3", "首页不更新"): Outcome.FAILED}
    data = _data(_inspection(tmp_path, "2022-10-31", outcomes, message="没有找到“政府集中采购”栏目𠮷😀"))
    write_scorecards(data, tmp_path)
    first = (tmp_path / "unit.pdf").read_bytes()
    write_scorecards(data, tmp_path)
    assert first == (tmp_path / "unit.pdf").read_bytes()
    pages = _pages(tmp_path / "unit.pdf")
    assert len(pages) > 5
    assert all("评分参数未经核对" in page for page in pages)
    assert [f"第 {n} 页 / 共 {len(pages)} 页" in page for n, page in enumerate(pages, 1)] == [True] * len(pages)
    whole = "".join(pages)
    assert "江北区人民政府" in pages[0]
    assert "单项否决候选：首页不更新（GW19-V3）" in pages[0].replace("\r\n", "")
    squeezed = "".join(whole.split())
    assert all(f"第{n}项工作有关事项的通知" in squeezed for n in (0, 150, 299))
    assert "□" in whole  # what the font cannot show is not left out silently
    assert b"/FontFile3" in first or b"/FontFile2" in first
    assert len(first) < 600_000


def test_hostile_text_is_text_in_the_papers(tmp_path: Path) -> None:
    made = _inspection(tmp_path, "2022-10-31", {("GW19-D22", EVIL * 40): Outcome.FAILED}, message=EVIL * 60, quote=EVIL)
    write_scorecards(_data(made), tmp_path)
    assert "HYPERLINK" in "".join(_pages(tmp_path / "unit.pdf"))
    raw = (tmp_path / "unit.pdf").read_bytes()
    assert b"/URI" not in raw
    assert b"/JavaScript" not in raw
    write_notices(_data(made), tmp_path / "notices")
    notice = Document(str(tmp_path / "notices" / "unit.docx"))
    assert "HYPERLINK" in notice.tables[0].cell(1, 2).text


def test_no_line_begins_with_a_stop_or_ends_with_a_bracket(tmp_path: Path) -> None:
    text = "（一）依据《条例》第二十条，公开“重大项目”、财政预算。" * 9
    font = tmp_path / "font.otf"
    font.write_bytes(font_for([text, "第页共/ "]))
    paper = Paper(font, "t", "", "", DAY)
    paper.set_font("sans", size=10)
    for width in range(12, 80):
        lines = paper.wrapped(text, width)
        assert "".join(lines) == text
        assert all(paper.get_string_width(line) <= width + 0.01 for line in lines)
        assert not [line for line in lines[1:] if line[0] in "，。、）》”"], width
        assert not [line for line in lines[:-1] if line[-1] in "（《“"], width
    assert paper.finished().startswith(b"%PDF")
    assert printable("a\x07b\n c　d") == "a□b c　d"


# --- notices ----------------------------------------------------------------------------------------------------------


def test_a_notice_lists_each_problem_with_its_evidence(tmp_path: Path) -> None:
    outcomes = {("GW19-D22", "首页：甲"): Outcome.FAILED, ("PT61-1", "x"): Outcome.CANT_TELL}
    data = _data(_inspection(tmp_path, "2022-10-31", outcomes, quote="原文如此"))
    folder = tmp_path / "notices"
    folder.mkdir()
    (folder / "gone.docx").write_bytes(b"of a unit that has mended everything")
    write_notices(data, folder)
    first = (folder / "unit.docx").read_bytes()
    write_notices(data, folder)
    assert first == (folder / "unit.docx").read_bytes()
    assert [path.name for path in folder.iterdir()] == ["unit.docx"]
    notice = Document(str(folder / "unit.docx"))
    text = "\n".join(paragraph.text for paragraph in notice.paragraphs)
    assert text.startswith("草稿（待审批）\n政府信息公开问题整改通知书")
    assert "江北区人民政府：" in text
    assert "共发现需要整改的问题1个，另有1条待核事项未计入" in text
    problems, evidence = notice.tables
    assert [cell.text for cell in problems.rows[0].cells] == ["序号", "问题", "情况", "依据", "怎样改", "整改期限"]
    assert len(problems.rows) == len(evidence.rows) == 2
    row = [cell.text for cell in evidence.rows[1].cells]
    assert row == ["1", "http://unit.example.gov.cn/", "2022-10-31 01:00:00", "“原文如此”", "ab" * 32]


def test_a_unit_without_problems_gets_no_notice(tmp_path: Path) -> None:
    data = _data(_inspection(tmp_path, "2022-10-31", {("PT61-1", "x"): Outcome.PASSED}))
    write_notices(data, tmp_path / "notices")
    assert not list((tmp_path / "notices").glob("*"))


# --- evidence ---------------------------------------------------------------------------------------------------------

HOME = (
    "<html><head><meta charset=utf-8><title>江北区人民政府</title></head><body><div class=nav>"
    + "".join(
        f"<a href=/c{n}/>{name}</a>"
        for n, name in enumerate(("通知公告", "工作动态", "政策文件", "政务服务", "互动交流", "机构职能"))
    )
    + "</div><ul>"
    + "".join(
        f"<li><a href=/a{n}.html>关于做好第{n}项工作有关事项的通知</a><span>2020-10-1{n}</span></li>" for n in range(5)
    )
    + "</ul><p>欢迎来到江北区人民政府门户网站</p></body></html>"
)
LIST = HOME.replace("<title>江北区人民政府", "<title>栏目")
ARTICLE = "<html><head><meta charset=utf-8><title>通知</title></head><body><h1>关于做好有关事项的通知</h1><p>各单位要认真做好工作。</p></body></html>"


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Inspection:
    """A crawl of a small stale site, gzip and plain answers among its pages."""
    import gzip

    folder = tmp_path_factory.mktemp("evidence")
    routes = {f"/c{n}/": LIST for n in range(6)} | {f"/a{n}.html": ARTICLE for n in range(5)}
    home = (200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, gzip.compress(HOME.encode(), mtime=0))
    with serving({**routes, "/": home}) as server:
        (folder / "sites.csv").write_text(
            f"id,name,level,url,allow_private\nu,江北区人民政府,区县政府,{server.base}/,1\n", "utf-8"
        )
        inspection = begin(folder / "one", "one", "monthly", DAY, read_sites(folder / "sites.csv"), 60)
        assert run_crawl(inspection, 500, lambda _unit, _page: None)
    check(inspection)
    return Inspection.load(folder / "one")


def _pack(judged: Inspection, capsys: pytest.CaptureFixture[str], folder: Path) -> Path:
    with pytest.raises(SystemExit) as ended:
        main(["evidence", "u", "--output", str(judged.path.parent)])
    assert ended.value.code == 0, capsys.readouterr().err
    with zipfile.ZipFile(judged.path / "evidence" / "u.zip") as pack:
        pack.extractall(folder)
    return folder / "u"


def _verify(folder: Path) -> subprocess.CompletedProcess[str]:
    """With Python's own library alone."""
    command = [sys.executable, "-I", "-S", str(folder / "verify.py")]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd="/")


def test_an_evidence_pack_proves_its_findings(
    judged: Inspection, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = _pack(judged, capsys, tmp_path)
    first = (judged.path / "evidence" / "u.zip").read_bytes()
    failed = [f for f in judged.findings() if f.outcome is Outcome.FAILED]
    assert any(f.mandate == "GW19-V3" for f in failed)
    lines = (folder / "findings.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["mandate"] for line in lines] == [f.mandate for f in failed]
    done = _verify(folder)
    assert (done.returncode, f"判定{len(failed)}条" in done.stdout, "全部相符" in done.stdout) == (0, True, True), done
    from warcio.archiveiterator import ArchiveIterator

    with (folder / "evidence.warc.gz").open("rb") as file:
        kept = [r.rec_headers.get_header("WARC-Target-URI") for r in ArchiveIterator(file) if r.rec_type == "response"]
    with (folder / "pages.csv").open(encoding="utf-8") as file:
        assert kept == [row["url"] for row in csv.DictReader(file) if row["record"]]
    _pack(judged, capsys, tmp_path / "again")
    assert (judged.path / "evidence" / "u.zip").read_bytes() == first


def _flip(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


def _resum(folder: Path) -> None:
    """A forger who also writes the sums anew."""
    import hashlib

    names = [line.split("  ", 1)[1] for line in (folder / "SHA256SUMS").read_text().splitlines()]
    sums = (f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names)
    (folder / "SHA256SUMS").write_text("".join(sums))


def test_whatever_is_changed_in_a_pack_is_found(
    judged: Inspection, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = _pack(judged, capsys, tmp_path / "whole")

    def spoilt(name: str) -> Path:
        return Path(shutil.copytree(whole, tmp_path / name))

    flipped = spoilt("flipped")
    _flip(flipped / "evidence.warc.gz", 400)
    assert "evidence.warc.gz" in (done := _verify(flipped)).stdout
    assert done.returncode == 1
    lacking = spoilt("lacking")
    (lacking / "inspection.json").unlink()
    (lacking / "more.txt").write_text("x")
    assert {"缺少文件 inspection.json", "多出的文件 more.txt"} <= {
        line.removeprefix("不符：") for line in _verify(lacking).stdout.splitlines()
    }
    forged = spoilt("forged")
    text = (forged / "findings.jsonl").read_text("utf-8")
    sha = json.loads(text.splitlines()[0])["sha256"]
    (forged / "findings.jsonl").write_text(text.replace(sha, "0" * 64), "utf-8")
    _resum(forged)
    assert "所指的页面不在证据包里" in _verify(forged).stdout
    dated = spoilt("dated")
    rows = (dated / "pages.csv").read_text("utf-8")
    time = next(csv.DictReader(io.StringIO(rows)))["fetched_at"]
    (dated / "pages.csv").write_text(rows.replace(time, "2020-01-01T00:00:00Z"), "utf-8")
    _resum(dated)
    assert "的时间是" in _verify(dated).stdout
    cut = spoilt("cut")
    data = (cut / "evidence.warc.gz").read_bytes()
    (cut / "evidence.warc.gz").write_bytes(data[: len(data) // 2])
    _resum(cut)
    assert _verify(cut).returncode == 1


def test_wrong_units_and_inspections_are_one_message(
    judged: Inspection, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for args, says in (
        (["nobody", "--inspection", str(judged.path)], "没有单位“nobody”"),
        (["u", "--output", str(tmp_path)], "--inspection"),
        (["u", "--inspection", str(tmp_path)], "不是检查结果的文件夹"),
        (["../u", "--inspection", str(judged.path)], "没有单位"),
    ):
        with pytest.raises(SystemExit) as ended:
            main(["evidence", *args])
        assert ended.value.code == 2
        assert says in capsys.readouterr().err
    broken = Path(shutil.copytree(judged.path, tmp_path / "broken"))
    warc = next((broken / "archive" / "u").glob("*.warc.gz"))
    warc.write_bytes(warc.read_bytes()[:200])
    from audit.evidence.pack import write_evidence

    with pytest.raises(BadInput, match="存档短了"):
        write_evidence(Inspection.load(broken), "u", tmp_path / "x.zip")
    assert not (tmp_path / "x.zip").exists()
