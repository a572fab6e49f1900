"""Kinds of inspection: samples that anyone can draw again, days rolled into months and months into years, schedules; and old
archives judged anew beside the old results."""

import csv
import datetime as dt
import hashlib
import json
import shlex
from collections import Counter
from pathlib import Path

import pytest
from held import F, P, dump, held, site
from hypothesis import given
from hypothesis import strategies as st

from audit.cli import cli, main
from audit.database import database
from audit.history import import_inspections
from audit.inspection import Inspection
from audit.rejudge import rejudge
from audit.reports.write import write_reports
from audit.rollup import month_rows, year_rows
from audit.sample import draw
from crawler.records import LEVELS, BadInput, Site

KEY = ("GW19-D04", "栏目:工作动态")


def quiet(_: str) -> None:
    """Progress nobody reads."""


def _sites(counts: dict[str, int]) -> list[Site]:
    return [site(f"{LEVELS.index(level)}-{n}", level=level) for level, count in counts.items() for n in range(count)]


# --- samples --------------------------------------------------------------------------------------------------------


def test_a_sample_is_the_same_whatever_the_order_of_the_list() -> None:
    sites = _sites({"区县政府": 10, "区县政府部门": 60, "乡镇街道": 30})
    drawn = draw(sites, 20, "2022年第4季度")
    assert drawn.strata == {"区县政府": (10, 2), "区县政府部门": (60, 12), "乡镇街道": (30, 6)}
    assert set(draw(sites[::-1], 20, "2022年第4季度").units) == set(drawn.units)
    assert set(draw(sites, 20, "2023年第1季度").units) != set(drawn.units)
    assert [u for u in (s.id for s in sites) if u in drawn.units] == list(drawn.units)
    assert hashlib.sha256(" ".join(drawn.units).encode()).hexdigest()[:16] == "c21b1382f89497b2", (
        "the draw of a season never changes"
    )


@given(st.lists(st.integers(1, 40), min_size=1, max_size=6), st.data())
def test_shares_add_up(counts: list[int], data: st.DataObject) -> None:
    sites = _sites(dict(zip(LEVELS, counts, strict=False)))
    size = data.draw(st.integers(1, len(sites)))
    drawn = draw(sites, size, "x")
    assert len(drawn.units) == size == sum(taken for _, taken in drawn.strata.values())
    by_level = Counter(s.level for s in sites if s.id in drawn.units)
    for level, (listed, taken) in drawn.strata.items():
        assert by_level[level] == taken <= listed
        assert taken or size < len(counts)
        assert abs(taken - size * listed / len(sites)) < len(counts) + 1


def test_too_large_a_sample_is_refused() -> None:
    with pytest.raises(BadInput, match="只有3个单位"):
        draw(_sites({"区县政府": 3}), 4, "x")


def _run(capsys: pytest.CaptureFixture[str], *args: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as exit_:
        main([str(arg) for arg in args])
    return (int(exit_.value.code or 0), *capsys.readouterr())


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    """A list of six units at an address where nobody answers."""
    path = tmp_path / "sites.csv"
    rows = "".join(f"u{n},第{n}镇人民政府,乡镇街道,http://127.0.0.1:9/{n}/,1\n" for n in range(6))
    path.write_text("id,name,level,url,allow_private\n" + rows, "utf-8")
    return path


def test_a_quarterly_inspection_keeps_its_sample(
    capsys: pytest.CaptureFixture[str], listed: Path, tmp_path: Path
) -> None:
    output = tmp_path / "output"
    command = ("crawl", listed, "--kind", "quarterly", "--as-of", "2022-12-30", "--output", output, "--rate", 200)
    code, _, err = _run(capsys, *command)
    assert (code, output.exists()) == (2, False)
    assert "--sample" in err
    assert _run(capsys, *command, "--sample", 2)[0] == 0
    folder = output / "quarterly-2022-12-30"
    kept = json.loads((folder / "sample.json").read_text("utf-8"))
    assert (kept["seed"], kept["size"], kept["strata"]) == ("quarterly-2022-12-30", 2, {"乡镇街道": [6, 2]})
    assert [s.id for s in Inspection.load(folder).sites] == kept["units"]
    assert _run(capsys, *command, "--sample", 2)[0] == 0, "the same command takes the same sample up again"
    code, _, err = _run(capsys, *command, "--sample", 3)
    assert code == 2
    assert "名单不同" in err


# --- figures put together -------------------------------------------------------------------------------------------


def test_days_roll_into_their_month_and_months_into_the_year(tmp_path: Path) -> None:
    days = [
        held(tmp_path, f"2022-10-{d:02}", {"yx": {KEY: F if d == 12 else P}}, "daily", seen=d != 13)
        for d in (11, 12, 13)
    ]
    outside = held(tmp_path, "2022-09-30", {"yx": {KEY: F}}, "daily")
    months = [held(tmp_path, day, {"yx": {KEY: outcome}}) for day, outcome in (("2021-12-30", F), ("2022-09-29", P), ("2022-10-31", F))]  # fmt: skip
    year = held(tmp_path, "2022-12-31", {"yx": {KEY: P}}, "yearly")
    import_inspections([*days, outside, *months, year], quiet)
    named = ["yx", "yx区人民政府", "区县政府"]
    with database(tmp_path):
        first, last = dt.date(2022, 10, 1), dt.date(2022, 10, 31)
        assert month_rows(last) == [[*named, first, last, 3, 2, "2022-10-13", 1, 1]]
        first, last = dt.date(2022, 1, 1), dt.date(2022, 12, 31)
        assert year_rows(last, 99) == [[*named, first, last, 2, 99.0, 98.0, 98.0, 1, 0, 1, 1, 0, 4, 3]]
    write_reports(months[-1])
    write_reports(year)
    with (months[-1].path / "daily.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.DictReader(file))["unseen_days"] == "2022-10-13"
    with (year.path / "months.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.DictReader(file))["mean"] == "99.0"


# --- schedules ------------------------------------------------------------------------------------------------------


def test_the_schedule_is_of_commands_that_exist(
    capsys: pytest.CaptureFixture[str], listed: Path, tmp_path: Path
) -> None:
    code, out, _ = _run(capsys, "schedule", listed, "--output", tmp_path / "a b%c", "--sample", 4)
    assert code == 0
    lines = [line for line in out.splitlines() if line[:1].isdigit()]
    services = [line.removeprefix("ExecStart=") for line in out.splitlines() if line.startswith("ExecStart=")]
    cron = [line.split(" ", 5)[5].replace("\\%", "%") for line in lines]
    assert len(lines) == len(services) == out.count("OnCalendar=") == 4
    kinds = []
    for command, service in zip(cron, services, strict=True):
        words = shlex.split(command)
        assert shlex.split(service.replace("%%", "%")) == words
        assert words[0].endswith("gongkai")
        context = cli.commands["inspect"].make_context("inspect", words[2:])
        assert context.params["output"] == tmp_path / "a b%c"
        kinds.append((context.params["kind"], context.params["sample"]))
    assert kinds == [("daily", None), ("monthly", None), ("quarterly", 4), ("yearly", None)]


# --- judged anew ----------------------------------------------------------------------------------------------------


def test_an_old_archive_is_judged_anew_beside_the_old_results(
    capsys: pytest.CaptureFixture[str], listed: Path, tmp_path: Path
) -> None:
    output = tmp_path / "output"
    assert _run(capsys, "inspect", listed, "--as-of", "2022-10-31", "--output", output, "--rate", 200)[0] == 3
    old = Inspection.load(output / "monthly-2022-10-31")
    assert rejudge(old) is None
    old.update(digests={**old.record.digests, "mandates": "0" * 64})
    import_inspections([old], quiet)
    files = {p: p.read_bytes() for p in old.path.rglob("*") if p.is_file() and p.name != ".lock"}
    before = dump(output)
    code, out, _ = _run(capsys, "rejudge", old.path)
    assert code == 3
    assert {p: p.read_bytes() for p in old.path.rglob("*") if p.is_file() and p.name != ".lock"} == files
    (folder,) = output.glob("monthly-2022-10-31.rejudged-*")
    assert str(folder) in out
    new = Inspection.load(folder)
    assert new.record.rejudged_of == "monthly-2022-10-31"
    assert new.record.digests["mandates"] != "0" * 64
    assert new.record.digests["sites"] == old.record.digests["sites"]
    lines = [json.loads(line) for line in (folder / "findings.jsonl").read_text("utf-8").splitlines()]
    first = [json.loads(line) for line in (old.path / "findings.jsonl").read_text("utf-8").splitlines()]
    assert [{**line, "inspection": old.record.id} for line in lines] == first
    after = dump(output)
    assert after["Problem"] == before["Problem"], "the ledger stays as it was"
    assert len(after["Inspection"]) == 2, "both series are kept"
    again = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    assert _run(capsys, "rejudge", old.path)[0] == 3
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == again
    with pytest.raises(BadInput, match="请写原来的检查"):
        rejudge(new)
    assert _run(capsys, "report", folder)[0] == 0
    assert "要求有变动" in _run(capsys, "compare", old.path, folder)[1]


def test_without_its_archive_nothing_is_judged_anew(tmp_path: Path) -> None:
    made = held(tmp_path, "2022-10-31", {"yx": {KEY: P}})
    made.update(digests={**made.record.digests, "mandates": "0" * 64})
    with pytest.raises(BadInput, match="没有单位 yx 的存档"):
        rejudge(made)
    assert [p.name for p in tmp_path.iterdir()] == ["monthly-2022-10-31"]
