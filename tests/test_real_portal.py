"""A whole real portal, saved in 2018, served again over HTTP on loopback and inspected end to end."""

import csv
import functools
import json
import shutil
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from audit.cli import main


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def portal(shared: Path) -> Iterator[str]:
    handler = functools.partial(_Quiet, directory=str(shared / "pages" / "html" / "zhecheng"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def inspected(portal: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("zhecheng")
    (folder / "sites.csv").write_text(
        f"id,name,level,url,allow_private\nzc,柘城县人民政府,区县政府,{portal},1\n", "utf-8"
    )
    with pytest.raises(SystemExit) as exit_:
        main(
            [
                "inspect",
                str(folder / "sites.csv"),
                "--rate",
                "500",
                "--output",
                str(folder),
                "--id",
                "zc",
                "--as-of",
                "2022-10-31",
            ]
        )
    assert exit_.value.code == 0
    return folder / "zc"


def _findings(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "findings.jsonl").read_text("utf-8").splitlines()]


def test_it_reconciles(inspected: Path) -> None:
    (counts,) = json.loads((inspected / "inspection.json").read_text("utf-8"))["units"].values()
    with (inspected / "pages.csv").open(encoding="utf-8") as file:
        by_status = Counter(row["status"] for row in csv.DictReader(file))
    expected = counts.pop("expected")
    assert expected == sum(counts.values()) == sum(by_status.values())
    assert counts == dict(by_status)
    assert counts["ok"] > 100


def test_what_a_reader_of_the_pages_would_say(inspected: Path) -> None:
    """Each of these was looked up on the pages by a person."""
    outcome = {(f["mandate"], f["subject"]): f["outcome"] for f in _findings(inspected)}
    assert outcome["CQ2020-5.1.2a", "公开平台统一名称"] == "failed"  # the entry is called 信息公开
    assert outcome["PT61-4", "政府信息公开指南"] == "passed"
    assert outcome["PT61-4", "政府信息公开年报"] == "passed"  # reached through 政府年报
    assert outcome["PT61-4", "法定主动公开内容"] == "failed"
    assert outcome["CQ2020-5.3a", "引用的条例"] == "failed"  # the guide cites 国务院令第492号
    assert outcome["CQ2020-5.3b", "政府信息公开工作机构情况"] == "failed"  # called 一、工作机构
    for element in ("办公地址", "办公时间", "联系电话", "传真号码", "互联网联系方式"):
        assert outcome["CQ2020-5.3d", element] == "passed"
    blank = next(f for f in _findings(inspected) if f["mandate"] == "GW19-V4" and f["subject"] == "空白栏目")
    assert blank["outcome"] == "failed"
    assert "安平镇" in blank["message"]
    assert outcome["GW19-D21", "网站标识码"] == "passed"
    assert outcome["CQ2020-5.4b", "2021年度报告"] in ("cant_tell", "failed")


def test_every_failure_has_its_proof(inspected: Path) -> None:
    for finding in _findings(inspected):
        if finding["outcome"] == "failed":
            assert finding["url"].startswith("http://127.0.0.1"), finding
            assert finding["sha256"], finding
            assert finding["wanted"], finding


def test_an_archive_made_by_wget_gives_the_same_verdicts_without_the_network(
    portal: str, inspected: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wget = shutil.which("wget")
    if wget is None:
        pytest.skip("wget is not installed")
    command = [
        wget,
        "-q",
        "-r",
        "-l",
        "6",
        "-e",
        "robots=off",
        "--warc-file",
        str(tmp_path / "other"),
        "-P",
        str(tmp_path / "copy"),
        portal,
    ]
    assert subprocess.run(command, check=False, timeout=120).returncode in (0, 8)  # 8: some pages were 404
    (tmp_path / "sites.csv").write_text(
        f"id,name,level,url,allow_private\nzc,柘城县人民政府,区县政府,{portal},1\n", "utf-8"
    )
    with pytest.raises(SystemExit) as exit_:
        main(
            [
                "inspect",
                "--from-warc",
                str(tmp_path / "other.warc.gz"),
                str(tmp_path / "sites.csv"),
                "--output",
                str(tmp_path),
                "--id",
                "w",
                "--as-of",
                "2022-10-31",
            ]
        )
    assert exit_.value.code == 0
    ours = {(f["mandate"], f["subject"]): f["outcome"] for f in _findings(inspected)}
    theirs = {(f["mandate"], f["subject"]): f["outcome"] for f in _findings(tmp_path / "w")}
    # One archive holds each answer once: what wants two visits cannot be told from it; nothing else may be accused.
    accused = {key for key, outcome in theirs.items() if outcome == "failed"}
    assert accused <= {key for key, outcome in ours.items() if outcome == "failed"}
    assert len(accused) > 15
    assert not any(mandate == "GW19-D22" for mandate, _ in accused)
