"""Whole inspections of the sample district: cut off and resumed, stable to the byte, without the network where promised."""

import csv
import hashlib
import json
import os
import random
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from audit.heartbeat import Heartbeat
from examples import MONTHS, Served, serve

KILLS = int(os.environ.get("GONGKAI_KILLS", "3"))
RUN = "import sys; from audit.cli import main; main(sys.argv[1:])"
# Refuses every socket but the pair an event loop makes for itself.
NO_SOCKETS = """
import sys
def hook(event, args):
    if event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto"):
        raise RuntimeError(f"network used: {event} {args}")
sys.addaudithook(hook)
""" + RUN  # fmt: skip


def _command(*args: object, code: str = RUN) -> list[str]:
    return [sys.executable, "-W", "error::DeprecationWarning:audit", "-c", code, *map(str, args)]


def _run(*args: object, code: str = RUN) -> subprocess.CompletedProcess[str]:
    return subprocess.run(_command(*args, code=code), capture_output=True, text=True, timeout=240, check=False)


def _findings(folder: Path) -> list[dict[str, Any]]:
    """Findings without what differs between two crawls of one site: the time of fetching and the inspection's name."""
    lines = (folder / "findings.jsonl").read_text("utf-8").splitlines()
    return [{k: v for k, v in json.loads(line).items() if k not in ("fetched_at", "inspection")} for line in lines]


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serve(port=0) as running:
        yield running


def _inspect(served: Served, folder: Path, identity: str) -> list[object]:
    served.show(MONTHS[0])
    served.write_sites(folder / "sites.csv")
    return [
        "inspect",
        folder / "sites.csv",
        "--rate",
        "200",
        "--output",
        folder,
        "--id",
        identity,
        "--as-of",
        MONTHS[0],
    ]


@pytest.fixture(scope="module")
def undisturbed(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("undisturbed")
    done = _run(*_inspect(served, folder, "whole"))
    assert done.returncode == 3, done.stderr  # 龙泉镇's platform stands on another site this month: too little seen
    return folder / "whole"


def test_kills_change_nothing(
    served: Served, undisturbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SIGKILL after so many requests, again and again (make chaos: twenty times); the same command ends with the same findings, and what was kept is
    not asked for again."""
    requests = sum(1 for line in (undisturbed / "pages.csv").read_text("utf-8").splitlines())
    moments = sorted(random.Random(20221031).sample(range(10, requests * 3 // 4), KILLS))
    running: list[subprocess.Popen[str]] = []
    killed: set[int] = set()
    asked: dict[tuple[str, str], int] = {}
    count = 0

    def count_and_kill(name: str, path: str) -> None:
        nonlocal count
        count += 1
        asked[name, path] = asked.get((name, path), 0) + 1
        if moments and count >= moments[0] and running and running[-1].pid not in killed:
            moments.pop(0)
            killed.add(running[-1].pid)
            os.kill(running[-1].pid, signal.SIGKILL)

    for name, server in served._servers.items():
        plain = server.answer
        monkeypatch.setattr(
            server, "answer", lambda path, name=name, plain=plain: (count_and_kill(name, path), plain(path))[1]
        )
    command = _command(*_inspect(served, tmp_path, "whole"))
    for _ in range(KILLS + 1):
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            running.append(process)
            out, err = process.communicate(timeout=240)
    assert [process.returncode for process in running] == [-signal.SIGKILL] * KILLS + [3], err
    assert "云溪区" in out
    assert _findings(tmp_path / "whole") == _findings(undisturbed)
    again = sum(times - 1 for times in asked.values() if times > 1)
    missing_twice = sum(1 for line in (undisturbed / "pages.csv").read_text("utf-8").splitlines() if ",404," in line)
    in_flight = KILLS * 8 * 6  # kills x window x units
    assert again <= in_flight + missing_twice + 6


def test_check_and_report_use_no_network_and_give_the_same_bytes(undisturbed: Path) -> None:
    before = _digests(undisturbed)
    for command, code in (("check", 3), ("report", 0), ("check", 3), ("report", 0)):
        done = _run(command, undisturbed, code=NO_SOCKETS)
        assert done.returncode == code, done.stderr
        assert _digests(undisturbed) == before


def _digests(folder: Path) -> dict[str, str]:
    files = (
        path for path in folder.rglob("*") if path.is_file() and "archive" not in path.parts and path.name != ".lock"
    )
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_documents_it_was_judged_by_are_recorded(undisturbed: Path) -> None:
    profile = {p["document"]: p for p in json.loads((undisturbed / "inspection.json").read_text("utf-8"))["profile"]}
    assert (profile["CQ2020"]["jurisdiction"], profile["CQ2020"]["valid_from"]) == ("重庆市", "2020-07-13")
    assert "《贯彻落实国务院办公厅2020年政务公开工作要点任务分工》（渝府办发〔2020〕89号）" in (
        (undisturbed / "index.html").read_text("utf-8")
    )


def test_every_file_of_the_contract_is_there(undisturbed: Path) -> None:
    names = set(_digests(undisturbed))
    assert {
        "inspection.json",
        "figures.csv",
        "findings.jsonl",
        "scores.csv",
        "pages.csv",
        "index.html",
        "scorecards.xlsx",
        "bulletin.docx",
    } <= names
    assert {f"scorecards/{unit}.html" for unit in ("yunxi", "jyw", "rsj", "bs", "lq", "rmyy")} <= names
    assert any(name.startswith("charts/") for name in names)
    assert (undisturbed / "scores.csv").read_text("utf-8").splitlines()[0] == (
        "unit,name,level,scheme,score,low,high,veto,rank,coverage,failed,cant_tell,untested,"
        "confirmed,grade,level_units,level_median,level_above"
    )
    assert (undisturbed / "pages.csv").read_text("utf-8").splitlines()[0] == (
        "unit,url,status,http_status,kind,column,title,published,fetched_at,sha256,warc,offset,marks"
    )
    keys = [
        "inspection",
        "unit",
        "mandate",
        "check",
        "subject",
        "outcome",
        "message",
        "quote",
        "seen",
        "wanted",
        "url",
        "sha256",
        "fetched_at",
        "points",
    ]
    first = json.loads((undisturbed / "findings.jsonl").read_text("utf-8").splitlines()[0])
    assert list(first)[: len(keys)] == keys


def test_every_unit_s_score_can_be_added_up_by_hand(undisturbed: Path) -> None:
    points: dict[str, list[dict[str, str]]] = {}
    for row in csv.DictReader((undisturbed / "points.csv").read_text("utf-8").splitlines()):
        points.setdefault(row["unit"], []).append(row)
    base = yaml.safe_load((undisturbed / "scheme.yaml").read_text("utf-8"))["base"]
    findings = _findings(undisturbed)
    scores = list(csv.DictReader((undisturbed / "scores.csv").read_text("utf-8").splitlines()))
    assert len(points) >= 5
    for score in scores:
        left = base
        for row in points.get(score["unit"], []):
            lost = min(int(row["count"]) * float(row["each"]), float(row["cap"])) * float(row["factor"])
            assert lost == pytest.approx(float(row["points"]))
            assert row["clauses"]
            left -= lost
        assert score["score"] in ("", f"{left:.2f}")
        assert score["high"] == f"{left:.2f}"
        assert sum(f["points"] for f in findings if f["unit"] == score["unit"]) == pytest.approx(base - left)


def test_no_file_asks_for_anything_outside(undisturbed: Path) -> None:
    for path in undisturbed.rglob("*.html"):
        text = path.read_text("utf-8")
        assert "<script" not in text
        assert "@import" not in text
        assert 'src="http' not in text
        assert "default-src 'none'" in text


def test_findings_are_unique_and_reconcile(undisturbed: Path) -> None:
    keys = [(f["unit"], f["mandate"], f["subject"]) for f in _findings(undisturbed)]
    assert len(keys) == len(set(keys))
    units = json.loads((undisturbed / "inspection.json").read_text("utf-8"))["units"]
    for counts in units.values():
        assert counts["expected"] == sum(n for status, n in counts.items() if status != "expected")


def test_a_finished_inspection_asks_for_nothing_again(
    served: Served, undisturbed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(path: str) -> None:
        raise AssertionError(f"asked again: {path}")

    for server in served._servers.values():
        monkeypatch.setattr(server, "answer", forbidden)
    before = _digests(undisturbed)
    folder = undisturbed.parent
    command = [
        "inspect",
        folder / "sites.csv",
        "--rate",
        "200",
        "--output",
        folder,
        "--id",
        "whole",
        "--as-of",
        MONTHS[0],
    ]
    done = _run(*command, code=NO_SOCKETS.replace('"socket.bind", ', ""))
    assert done.returncode == 3, done.stderr
    assert _digests(undisturbed) == before


def test_a_full_disk_is_told_and_the_same_command_goes_on(served: Served, undisturbed: Path, tmp_path: Path) -> None:
    """No file may grow beyond 150 kB: what a full disk does to a run, without filling one."""
    command = _command(*_inspect(served, tmp_path, "whole"))
    full = subprocess.run(
        ["bash", "-c", f"ulimit -f 150; exec {shlex.join(command)}"],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert full.returncode == 130, full.stderr
    assert "磁盘写不进去了" in full.stderr
    assert "Traceback" not in full.stderr
    done = _run(*_inspect(served, tmp_path, "whole"))
    assert done.returncode == 3, done.stderr
    assert _findings(tmp_path / "whole") == _findings(undisturbed)


def test_two_runs_on_one_folder_the_second_is_refused(undisturbed: Path) -> None:
    from filelock import FileLock

    with FileLock(undisturbed / ".lock"):
        silent = _run("check", undisturbed)
        Heartbeat(undisturbed).beat("3/6个单位，120页，2页未见到")
        done = _run("check", undisturbed)
    Heartbeat(undisturbed).stop()
    assert (silent.returncode, done.returncode) == (2, 2)
    assert silent.stderr.endswith("请等它结束\n")
    assert f"上的进程{os.getpid()}，" in done.stderr
    assert "秒前：3/6个单位，120页，2页未见到）" in done.stderr
