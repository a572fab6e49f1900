"""The command line: contracts, exit codes, bad input, and that it speaks Chinese."""

import datetime as dt
import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from held import held

from audit.cli import main
from audit.inspection import Inspection, Record
from rules.findings import Finding, Outcome

ROOT = Path(__file__).parent.parent


def _run(capsys: pytest.CaptureFixture[str], *args: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as exit_:
        main([str(arg) for arg in args])
    out, err = capsys.readouterr()
    return int(exit_.value.code or 0), out, err


@pytest.fixture
def sites(tmp_path: Path) -> Path:
    path = tmp_path / "sites.csv"
    path.write_text("id,name,level,url,allow_private\na,江北区人民政府,区县政府,http://127.0.0.1:9/,1\n", "utf-8")
    return path


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["inspect"],
        ["crawl"],
        ["check"],
        ["report"],
        ["compare"],
        ["page"],
        ["mandates"],
        ["sites"],
        ["demo"],
        ["import"],
        ["rebuild"],
        ["ledger"],
        ["review"],
        ["review", "import"],
        ["rejudge"],
        ["schedule"],
        ["scheme"],
        ["template"],
        ["scheme", "show"],
        ["scheme", "confirm"],
    ],
)
def test_help_is_chinese(capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    code, out, _ = _run(capsys, *command, "--help")
    assert code == 0
    assert out.startswith("用法：")
    assert "显示这段帮助" in out
    for english in ("Usage", "Options", "Show this", "default", "Commands"):
        assert english not in out


def test_sites(capsys: pytest.CaptureFixture[str], sites: Path) -> None:
    assert _run(capsys, "sites", sites)[:2] == (
        0,
        "a  区县政府  江北区人民政府  http://127.0.0.1:9/\n共1个单位，格式正确。\n",
    )


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["inspect"], "缺少参数"),
        (["inspekt", "x"], "没有命令"),
        (["inspect", "{sites}", "--as-of", "2022-13-01"], "不是日期"),
        (["inspect", "{sites}", "--as-of", "last week"], "不是日期"),
        (["inspect", "{sites}", "--as-of", "2999-01-01"], "还没有到"),
        (["inspect", "{sites}", "--kind", "weekly"], "不在可选的值里"),
        (["inspect", "{sites}", "--pages", "0"], "不在范围"),
        (["inspect", "{sites}", "--rate", "fast"], "不是数字"),
        (["inspect", "{sites}", "--id", "../up"], "不可用"),
        (["inspect", "{sites}", "{sites}"], "只能写一个名单"),
        (["inspect", "nowhere.csv"], "读不了这个文件"),
        (["inspect", "--from-warc", "{sites}", "{sites}"], "WARC"),
        (["inspect", "--from-warc", "nowhere.warc.gz", "{sites}"], "读不了这个文件"),
        (["check", "nowhere"], "不是检查结果的文件夹"),
        (["report", "nowhere"], "不是检查结果的文件夹"),
        (["compare", "nowhere"], "至少要写两次检查"),
        (["page", "nowhere.html"], "读不了这个文件"),
        (["page", "{sites}", "--url", "nothing"], "不是网址"),
        (["page", "http://127.0.0.1:9/"], "内网或本机地址"),
        (["mandates", "--document", "CQ2021"], "--document 没有“CQ2021”，可用的有 AR30"),
        (["mandates", "--module", "platfrom"], "--module 没有“platfrom”，可用的有 "),
        (["mandates", "--outcome", "nowhere", "不合格"], "不是检查结果的文件夹"),
        (["mandates", "--outcome", "nowhere", "坏"], "没有结论“坏”，可用的有 合格、不合格"),
        (["mandates", "CQ2020-5.3b", "--coverage"], "只能用一种"),
        (["mandates", "CQ2020-9.9"], "没有要求“CQ2020-9.9”"),
    ],
)
def test_bad_input_is_one_clear_message(
    capsys: pytest.CaptureFixture[str], sites: Path, tmp_path: Path, args: list[str], said: str
) -> None:
    full = [arg.format(sites=sites) for arg in args]
    if args[0] == "inspect" and len(args) > 1:
        full += ["--output", str(tmp_path / "out")]
    code, out, err = _run(capsys, *full)
    assert code == 2
    assert said in err
    assert not out
    assert "Traceback" not in err
    assert not (tmp_path / "out").exists()


def test_a_folder_of_another_inspection_is_refused(
    capsys: pytest.CaptureFixture[str], sites: Path, tmp_path: Path
) -> None:
    common = ["--output", tmp_path / "out", "--id", "x", "--as-of", "2022-10-31"]
    assert _run(capsys, "inspect", sites, *common)[0] == 3
    before = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*.json*")}
    for other in (["--as-of", "2022-11-30"], ["--kind", "yearly"], ["--pages", "7"]):
        code, _, err = _run(capsys, "inspect", sites, *common, *other)
        assert code == 2
        assert "属于另一次检查" in err
    sites.write_text(sites.read_text("utf-8").replace("江北", "江南"), "utf-8")
    assert _run(capsys, "inspect", sites, *common)[0] == 2
    (tmp_path / "out2" / "x").mkdir(parents=True)
    (tmp_path / "out2" / "x" / "mine.txt").write_text("keep")
    code, _, err = _run(capsys, "inspect", sites, "--output", tmp_path / "out2", "--id", "x")
    assert code == 2
    assert "已有别的东西" in err
    assert {path: path.read_bytes() for path in (tmp_path / "out").rglob("*.json*")} == before


def test_a_unit_that_cannot_be_assessed_is_exit_3(
    capsys: pytest.CaptureFixture[str], sites: Path, tmp_path: Path
) -> None:
    code, out, _ = _run(capsys, "inspect", sites, "--output", tmp_path, "--as-of", "2022-10-31")
    assert code == 3
    assert "未评" in out
    row = (tmp_path / "monthly-2022-10-31" / "scores.csv").read_text("utf-8").splitlines()[1]
    assert row.startswith("a,江北区人民政府,区县政府,disclosure,,,,,,0.0000,0,")


def test_page_prints_the_contract(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    page = tmp_path / "p.html"
    page.write_bytes(
        "<html><meta name=sitename content=江北><title>通知公告</title><ul><li><a href=a.html>关于做好工作的通知</a><span>2022-10-01</span></ul>".encode(
            "gb18030"
        )
    )
    code, out, _ = _run(capsys, "page", page, "--url", "http://a.gov.cn/tzgg/")
    facts = json.loads(out)
    assert code == 0
    wanted = "url charset title kind status published written doc_number index_number source column breadcrumbs meta items attachments sections tables footer links text_length"
    assert set(wanted.split()) <= set(facts)
    assert (facts["charset"], facts["kind"], facts["published"], facts["meta"]) == (
        "gb18030",
        "list",
        None,
        {"SiteName": "江北"},
    )
    assert facts["items"] == [
        {"title": "关于做好工作的通知", "url": "http://a.gov.cn/tzgg/a.html", "date": "2022-10-01"}
    ]
    marks = "site_code icp police sponsor undertaker phone report_error party_gov_mark"
    assert set(marks.split()) <= set(facts["footer"])


def test_mandates(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = _run(capsys, "mandates")
    assert "CQ2020-5.3b" in out
    _, out, _ = _run(capsys, "mandates", "CQ2020-5.3b")
    for words in ("渝府办发〔2020〕89号", "五（三）", "指南应包括", "怎样判", "什么时候待核", "怎样改", "参数"):
        assert words in out


def test_mandates_are_filtered(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = _run(capsys, "mandates", "--document", "PT61")
    assert "共9条" in out
    assert "PT61-1" in out
    assert "CQ2020" not in out
    _, out, _ = _run(capsys, "mandates", "--module", "年度报告", "--level", "乡镇街道", "--document", "CQ2020")
    assert "CQ2020-5.4b" in out
    assert "CQ2020-5.3b" not in out
    _, out, _ = _run(capsys, "mandates", "--coverage")
    assert "共736条" in out


def test_mandates_of_an_inspection_by_outcome(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    record = Record("x", "monthly", dt.date(2022, 10, 31), "", None, "0", 1, {"sites": ""})
    inspection = Inspection.begin(tmp_path / "x", record, [])
    code, _, err = _run(capsys, "mandates", "--outcome", tmp_path / "x", "不合格")
    assert code == 2
    assert "还没有检查结论" in err
    lines = [Finding("x", "a", m, "c", "s", o, "") for m, o in (("PT61-1", Outcome.FAILED), ("PT61-2", Outcome.PASSED))]
    text = b"\n".join(msgspec.json.encode(line) for line in lines)
    (inspection.path / "findings.jsonl").write_bytes(text)
    _, out, _ = _run(capsys, "mandates", "--outcome", tmp_path / "x", "不合格")
    assert "PT61-1" in out
    assert "PT61-2" not in out
    assert "共1条" in out


def test_bad_mandates_stop_a_run_before_it_starts(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, sites: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "mandates"
    folder.mkdir()
    (folder / "X.yaml").write_text(
        "document: {code: X, title: 试}\nmandates:\n  - id: XX-1\n    title: 试\n    clause: 一\n    quote: 试\n    levels: 全部\n    module: x\n    check: no_such_check\n",
        "utf-8",
    )
    from rules import mandate

    load = mandate.load_mandates
    monkeypatch.setattr(mandate, "load_mandates", lambda: load(folder))
    code, _, err = _run(capsys, "inspect", sites, "--output", tmp_path / "out")
    assert code == 2
    assert "X.yaml:3: XX-1 的check：没有检查“no_such_check”" in err
    assert not (tmp_path / "out").exists()


def test_fast_commands_do_not_import_the_heavy_libraries() -> None:
    code = (
        "import sys\nfrom audit.cli import main\ntry:\n    main(sys.argv[1:])\nexcept SystemExit: pass\n"
        "print([m for m in ('scrapy', 'pandas', 'matplotlib', 'twisted', 'django') if m in sys.modules])"
    )
    for args in (["--help"], ["mandates"], ["page", str(ROOT / "README.md")]):
        done = subprocess.run([sys.executable, "-c", code, *args], capture_output=True, text=True, cwd=ROOT, check=True)
        assert done.stdout.strip().splitlines()[-1] == "[]", args


@pytest.mark.parametrize("output", ["a_file", "a_file/below"])
def test_an_output_that_cannot_be_written_is_named(
    capsys: pytest.CaptureFixture[str], sites: Path, tmp_path: Path, output: str
) -> None:
    (tmp_path / "a_file").write_text("keep")
    code, _, err = _run(capsys, "inspect", sites, "--output", tmp_path / output, "--id", "x", "--as-of", "2022-10-31")
    assert code == 2
    assert "请换一个 --id 或 --output" in err
    assert (tmp_path / "a_file").read_text() == "keep"


def test_schemes_are_listed_shown_and_confirmed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = _run(capsys, "scheme", "list", "--output", tmp_path)
    assert code == 0
    assert "national" in out
    assert out.count("评分参数未经核对") == 2
    code, out, _ = _run(capsys, "scheme", "show", "national", "--output", tmp_path)
    assert (code, "可用性" in out, "0.1、首页1" in out, "未核对" in out) == (0, True, True, True)
    assert "其余" in _run(capsys, "scheme", "show", "disclosure", "--output", tmp_path)[1]
    code, out, _ = _run(
        capsys, "scheme", "confirm", "national", "--by", "张三", "--on", "2026-01-05", "--output", tmp_path
    )
    assert (code, "张三于2026-01-05确认" in out) == (0, True)
    assert "张三于2026-01-05确认" in _run(capsys, "scheme", "list", "--output", tmp_path)[1]
    code, _, err = _run(capsys, "scheme", "confirm", "none", "--by", "张三", "--output", tmp_path)
    assert (code, "可用的有" in err) == (2, True)


def test_an_inspection_is_scored_anew_by_another_scheme(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    made = held(tmp_path, "2022-10-31", {"u": {("GW19-D05", "x"): Outcome.FAILED}})
    (made.archive / "u").mkdir(parents=True)
    assert _run(capsys, "check", made.path)[0] in (0, 3)
    assert Inspection.load(made.path).record.scheme == "disclosure"
    assert _run(capsys, "check", made.path, "--scheme", "national")[0] in (0, 3)
    record = Inspection.load(made.path).record
    assert record.scheme == "national"
    assert record.digests["scheme"] == sha256((made.path / "scheme.yaml").read_bytes()).hexdigest()
    assert _run(capsys, "check", made.path)[0] in (0, 3)
    assert Inspection.load(made.path).record.scheme == "national"
    (made.path / "scheme.yaml").write_text((made.path / "scheme.yaml").read_text("utf-8") + "# changed\n", "utf-8")
    code, _, err = _run(capsys, "report", made.path)
    assert (code, "评分之后有改动" in err) == (2, True)


def test_a_bad_scheme_stops_a_run_before_it_starts(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, sites: Path
) -> None:
    code, _, err = _run(capsys, "inspect", "--output", tmp_path / "o", "--scheme", "nothing", sites)
    assert (code, "可用的有" in err) == (2, True)
    assert not (tmp_path / "o" / "monthly").exists()
    assert not list((tmp_path / "o").glob("*/inspection.json"))


def test_the_template_is_given_once(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert _run(capsys, "template", tmp_path / "own.docx")[0] == 0
    assert (tmp_path / "own.docx").stat().st_size > 10_000
    for wrong in ("own.docx", "own.doc"):
        code, _, err = _run(capsys, "template", tmp_path / wrong)
        assert (code, "还不存在的 .docx" in err) == (2, True)


@pytest.mark.parametrize("hours", ["22:00", "22-6x", "夜里", "25:00-06:00"])
def test_hours_are_checked(capsys: pytest.CaptureFixture[str], tmp_path: Path, sites: Path, hours: str) -> None:
    code, _, err = _run(capsys, "crawl", "--output", tmp_path / "o", "--window", hours, sites)
    assert (code, "22:00-06:00" in err) == (2, True)
    assert not (tmp_path / "o").exists()
