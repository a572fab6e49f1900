"""What is made of the visits: alerts and their delivery by real servers on loopback, the report, an inspection's use."""

import asyncio
import base64
import configparser
import datetime as dt
import hmac
import json
import re
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiosmtpd.controller import Controller
from server import Answer, Handler, serving

from audit.cli import main
from audit.cli_scan import scan
from audit.scanning.alerts import conditions
from audit.scanning.book import AlertBook
from audit.scanning.columns import days_to_limit, home_limit, known_columns, limit_of
from audit.scanning.delivery import load_channels
from audit.scanning.report import write_scan_report
from audit.scanning.watching import Watching
from crawler.records import BadInput, PageStatus, Site
from crawler.scan.series import Series
from crawler.visits import ZONE, ColumnSeen, Visit
from examples.visits import visits_of
from rules.mandate import load_mandates

ROOT = Path(__file__).parent.parent
SITE = Site("u", "江北区人民政府", "区县政府", "http://www.cqjb.gov.cn/", ("http://www.cqjb.gov.cn",))
TODAY = dt.date(2022, 10, 31)
NOON = dt.datetime(2022, 10, 31, 12, tzinfo=ZONE)


class Clock:
    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> dt.datetime:
        return self.time

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("nobody waits here")


def said(*specs: dict[str, Any], today: dt.date = TODAY) -> dict[str, tuple[bool, str]]:
    found = conditions(
        SITE, visits_of([{"from": TODAY, "to": TODAY, **spec} for spec in specs], SITE), load_mandates(), today
    )
    return {condition.key: (condition.holds, condition.text) for condition in found}


# --- conditions -------------------------------------------------------------------------------------------------------


def test_a_site_is_down_after_two_visits_in_a_row() -> None:
    assert "down:u" not in said({"status": "timeout"})
    holds, text = said({"each": 2, "status": "timeout", "detail": "超时无响应"})["down:u"]
    assert holds
    assert "连续2次打不开（10-31 00:00、10-31 01:00）：超时无响应" in text
    assert said({"each": 3})["down:u"][0] is False
    assert "down:u" not in said({"each": 2, "status": "timeout", "control": False})  # our own network
    assert "down:u" not in said({"each": 2, "status": "blocked"})
    mixed = said({"each": 1, "status": "timeout"}, {"each": 1, "status": "blocked"})
    assert "down:u" not in mixed  # neither raised nor cleared


@pytest.mark.parametrize(("expires", "holds"), [("2022-11-30", True), ("2022-12-01", False), ("2022-10-30", True)])
def test_a_certificate_about_to_end(expires: str, holds: bool) -> None:
    secure = {"https": True, "expires": expires, "final_url": "https://www.cqjb.gov.cn/"}
    assert said(secure)["certificate:u"][0] is holds
    assert "certificate:u" not in said({"https": True, "expires": expires})  # some other site's, on a shared port


@pytest.mark.parametrize(
    ("newest", "left"), [("2022-10-21", None), ("2022-10-20", 3), ("2022-10-17", 0), ("2022-10-16", -1)]
)
def test_columns_near_their_limit(newest: str, left: int | None) -> None:
    limit = limit_of(load_mandates(), SITE, "工作动态", TODAY)
    assert limit is not None
    assert days_to_limit(dt.date.fromisoformat(newest), limit, TODAY) == left
    assert days_to_limit(dt.date.fromisoformat(newest), home_limit(load_mandates()), TODAY) == left
    assert limit_of(load_mandates(), SITE, "机构职能", TODAY) is None
    columns = (
        ColumnSeen("工作动态", "http://www.cqjb.gov.cn/gzdt/", PageStatus.OK, newest),
        ColumnSeen("政策文件", "http://www.cqjb.gov.cn/zcwj/", PageStatus.TIMEOUT),
    )
    found = said({"columns": columns, "newest": "2022-10-31"})
    assert found["column:u:http://www.cqjb.gov.cn/gzdt/"][0] is (left is not None)
    assert found["column:u:http://www.cqjb.gov.cn/"][0] is False
    assert len([key for key in found if key.startswith("column")]) == 2  # what was not seen is not spoken of


# --- delivery ---------------------------------------------------------------------------------------------------------


class Inbox:
    def __init__(self) -> None:
        self.messages: list[str] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        from email import message_from_bytes, policy

        message = message_from_bytes(envelope.content, policy=policy.default)
        self.messages.append(f"{message['To']}|{message['Subject']}|{message.get_content()}")
        return "250 OK"


def _watch(series: Series, channels: Any, clock: Clock, *visits: Visit) -> None:
    watching = Watching([SITE], series, channels, clock)
    for visit in visits:
        series.add(visit)
        watching.note(visit.unit)
    asyncio.run(watching.look())


def test_each_alert_goes_out_once_by_mail_and_robot_until_it_clears(tmp_path: Path) -> None:
    inbox, posted, clock = Inbox(), [], Clock()

    def robot(handler: Handler) -> Answer:
        posted.append(json.loads(handler.body))
        return 200, {"Content-Type": "application/json"}, b'{"errcode":0,"errmsg":"ok"}'

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    mail = Controller(inbox, hostname="127.0.0.1", port=port)
    mail.start()
    try:
        with serving({"/robot": robot}) as server, Series(tmp_path) as series:
            settings = tmp_path / "alerts.yaml"
            settings.write_text(
                f"email: {{host: 127.0.0.1, port: {port}, sender: a@example.com, to: [b@example.com]}}\n"
                f"webhooks: ['{server.base}/robot']\n"
            )
            channels = load_channels(settings, {})
            down = visits_of([{"from": TODAY, "to": TODAY, "each": 4, "status": "timeout"}], SITE)
            _watch(series, channels, clock, *down[:2])
            _watch(series, channels, clock, *down[2:])
            assert len(inbox.messages) == len(posted) == 1
            assert inbox.messages[0].startswith("b@example.com|【政府网站日扫描】1条提醒|江北区人民政府（")
            assert posted[0]["msgtype"] == "text"
            assert "连续2次打不开" in posted[0]["text"]["content"]
            later = {"from": TODAY, "to": TODAY, "minutes": 60}
            good = [v for v in visits_of([{**later, "each": 6}], SITE) if v.number > 4]
            _watch(series, channels, clock, *good)
            lines = [json.loads(line) for line in (tmp_path / "alerts.jsonl").read_text("utf-8").splitlines()]
            assert [(line["kind"], bool(line["cleared"])) for line in lines] == [("down", True)]
            assert "已消除的提醒（1条）" in (tmp_path / "alerts.txt").read_text("utf-8")
            again = [v for v in visits_of([{**later, "each": 9, "status": "dns"}], SITE) if v.number > 6]
            _watch(series, channels, clock, *again)
            assert len(inbox.messages) == len(posted) == 2
    finally:
        mail.stop()


@pytest.mark.parametrize(
    ("answer", "why"),
    [((500, {}, b""), "HTTP 500"), ((200, {}, b'{"errcode":93000,"errmsg":"invalid"}'), "errcode 93000")],
)
def test_what_is_not_delivered_is_recorded_and_tried_again(tmp_path: Path, answer: Answer, why: str) -> None:
    clock = Clock()
    with serving({"/robot": answer}) as server, Series(tmp_path) as series:
        channels = load_channels(None, {"GONGKAI_WEBHOOKS": f"{server.base}/robot?key=secret http://127.0.0.1:9/"})
        _watch(series, channels, clock, *visits_of([{"from": TODAY, "to": TODAY, "each": 2, "status": "dns"}], SITE))
        text = (tmp_path / "alerts.txt").read_text("utf-8")
        assert why in text
        assert "webhook2未送达：127.0.0.1：ClientConnectorError" in text
        assert "secret" not in text + (tmp_path / "alerts.jsonl").read_text("utf-8")
        _watch(series, channels, clock)
        assert sum(server.asked.values()) == 1  # not yet time to try again
        clock.time += dt.timedelta(minutes=6)
        server.routes["/robot"] = b"{}"
        _watch(series, channels, clock)
        assert AlertBook(series.db).waiting("webhook1", NOON + dt.timedelta(days=9)) == []
        assert len(AlertBook(series.db).waiting("webhook2", NOON + dt.timedelta(days=9))) == 1
        clock.time += dt.timedelta(minutes=6)
        _watch(series, channels, clock)
        assert server.asked["/robot?key=secret"] == 2


def test_a_robot_that_wants_signatures_gets_them(tmp_path: Path) -> None:
    asked: list[dict[str, list[str]]] = []

    def robot(handler: Handler) -> bytes:
        asked.append(parse_qs(urlsplit(handler.path).query))
        return b'{"errcode": 0}'

    with serving({"/robot/send": robot}) as server:
        url = f"{server.base}/robot/send?access_token=t#SECret"
        send = load_channels(None, {"GONGKAI_WEBHOOKS": url})["webhook1"]
        for second in range(20):  # some signatures have + and / in them
            asyncio.run(send("标题", "网站打不开", NOON + dt.timedelta(seconds=second)))
    assert len(asked) == 20
    for query in asked:
        told = f"{query['timestamp'][0]}\nSECret".encode()
        assert base64.b64decode(query["sign"][0]) == hmac.digest(b"SECret", told, "sha256")
        assert query["access_token"] == ["t"]
    assert asked[0]["timestamp"] == [str(int(NOON.timestamp() * 1000))]
    assert any("+" in query["sign"][0] for query in asked)


def test_a_long_message_is_cut_at_a_line(tmp_path: Path) -> None:
    posted: list[str] = []

    def robot(handler: Handler) -> bytes:
        posted.append(json.loads(handler.body)["text"]["content"])
        return b"{}"

    with serving({"/": robot}) as server:
        send = load_channels(None, {"GONGKAI_WEBHOOKS": server.base + "/"})["webhook1"]
        asyncio.run(send("标题", "\n".join(["网站打不开" * 10] * 40), NOON))
    assert len(posted[0].encode()) < 2048
    assert posted[0].endswith("打不开\n其余见 alerts.txt")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("email: {host: a}", "sender"),
        ("webhooks: [ftp://x]", "https://"),
        ("- 1", "应写 email"),
        ("a: [", "不是YAML"),
        ("email: {host: a, sender: 'a@b\\nBcc: c@d', to: [a@b]}", "不是邮箱地址"),
    ],
)
def test_bad_settings_are_one_message(tmp_path: Path, text: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "alerts.yaml"
    path.write_text(text)
    with pytest.raises(BadInput, match="alerts") as caught:
        load_channels(path, {})
    assert says in str(caught.value)
    (tmp_path / "sites.csv").write_text("id,name,level,url\nu,江北区人民政府,区县政府,http://www.cqjb.gov.cn/\n")
    with pytest.raises(SystemExit) as ended:
        main(["scan", str(tmp_path / "sites.csv"), "--once", "--alerts", str(path), "--output", str(tmp_path / "o")])
    assert ended.value.code == 2
    assert not (tmp_path / "o").exists()
    assert "Traceback" not in capsys.readouterr().err


# --- report and inspections -------------------------------------------------------------------------------------------


def _series(folder: Path) -> None:
    column = ColumnSeen("=SUM(A1)", SITE.url + "x/", PageStatus.OK, "2022-10-20")
    with Series(folder) as series:
        for visit in visits_of(
            [
                {"from": "2022-10-24", "to": "2022-10-30", "each": 19, "newest": "2022-10-22", "ipv6": []},
                {"from": "2022-10-24", "to": "2022-10-29", "status": "timeout", "columns": (column,)},
                {"from": "2022-10-30", "to": "2022-10-30", "status": "http_error", "http_status": 503},
            ],
            SITE,
        ):
            series.add(visit)


def test_the_report_says_per_day_what_was_seen(tmp_path: Path) -> None:
    _series(tmp_path)
    with Series(tmp_path, read_only=True) as series:
        first, last = dt.date(2022, 10, 23), dt.date(2022, 10, 30)
        text = write_scan_report(series, [SITE], first, last, tmp_path)
        kept = (tmp_path / "report.csv").read_bytes(), (tmp_path / "columns.csv").read_bytes()
        assert write_scan_report(series, [SITE], first, last, tmp_path) == text
        assert kept == ((tmp_path / "report.csv").read_bytes(), (tmp_path / "columns.csv").read_bytes())
    rows = kept[0].decode().splitlines()
    assert rows[1] == "u,江北区人民政府,2022-10-23,0,0,0,0,,否,,,,,,未知"
    assert rows[2] == "u,江北区人民政府,2022-10-24,20,19,1,0,95.0%,是,0.200,2022-10-22,2022-10-20,,,无AAAA记录"
    assert text.startswith("江北区人民政府（u）\n日期")
    assert text.splitlines()[3].endswith("不足20次，不判定")
    assert "'=SUM(A1)" in kept[1].decode()


def test_an_inspection_keeps_the_visits_it_is_judged_by(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _series(tmp_path / "scan")
    sites = tmp_path / "sites.csv"
    sites.write_text("id,name,level,url\nu,江北区人民政府,区县政府,http://www.cqjb.gov.cn/\n")
    from audit.stages import begin
    from crawler.sites import read_sites

    begin(tmp_path / "one", "one", "monthly", TODAY, read_sites(sites), 600)
    for _ in range(2):
        with pytest.raises(SystemExit):
            main(["check", str(tmp_path / "one")])
    record = json.loads((tmp_path / "one" / "inspection.json").read_text())
    assert re.fullmatch("[0-9a-f]{64}", record["digests"]["scan"])
    found = [json.loads(line) for line in (tmp_path / "one" / "findings.jsonl").read_text("utf-8").splitlines()]
    (veto,) = [f for f in found if f["mandate"] == "GW19-V2"]
    assert (veto["outcome"], veto["points"]) == ("failed", 0)
    assert "访问140次，7次超过15秒打不开，占5.0%" in veto["message"]
    assert "GW19-V2" in (tmp_path / "one" / "scores.csv").read_text("utf-8")

    kept = tmp_path / "one" / "scan.jsonl"
    kept.write_bytes(kept.read_bytes().replace(b"timeout", b"blocked"))
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main(["check", str(tmp_path / "one")])
    assert ended.value.code == 2
    assert "--scan" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        main(["check", str(tmp_path / "one"), "--scan", str(tmp_path / "scan")])
    assert ended.value.code != 2


def test_without_a_series_nothing_is_recorded_and_nothing_known(tmp_path: Path) -> None:
    assert known_columns(tmp_path, [SITE]) == {"u": []}
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "inspection.json").write_text("{")
    assert known_columns(tmp_path, [SITE]) == {"u": []}


# --- files for the machine --------------------------------------------------------------------------------------------


def test_unit_files_name_what_exists(tmp_path: Path) -> None:
    options = {name for parameter in scan.params for name in parameter.opts}
    for path in sorted((ROOT / "docs" / "systemd").iterdir()):
        unit = configparser.ConfigParser(strict=True, interpolation=None)
        unit.optionxform = str  # type: ignore[assignment,method-assign]
        unit.read_string(path.read_text("utf-8"))
        assert unit["Unit"]["Description"]
        if path.suffix == ".service":
            words = unit["Service"]["ExecStart"].split()
            assert words[1] == "scan"
            assert {word for word in words if word.startswith("--")} <= options
        else:
            assert (path.parent / f"{path.stem}.service").exists()
    guide = (ROOT / "docs" / "scan.zh-CN.md").read_text("utf-8")
    (cron,) = re.findall(r"```cron\n(.+)\n```", guide)
    fields = cron.split(" ", 5)
    assert all(re.fullmatch(r"\*|\d+", field) for field in fields[:5])
    assert set(re.findall(r"(?<!-)--[a-z]+", guide)) <= options | {"--scan"}


def test_systemd_accepts_the_unit_files(tmp_path: Path) -> None:
    if (systemd := shutil.which("systemd-analyze")) is None:
        pytest.skip("systemd-analyze is not on this machine")
    for path in (ROOT / "docs" / "systemd").iterdir():
        text = path.read_text("utf-8").replace("/opt/gongkai/.venv/bin/gongkai", "/bin/true")
        (tmp_path / path.name).write_text(text)
    done = subprocess.run(
        [systemd, "verify", "--man=no", *sorted(map(str, tmp_path.iterdir()))],
        capture_output=True,
        text=True,
        check=False,
    )
    mine = [line for line in done.stderr.splitlines() if "gongkai-scan" in line and "User" not in line]
    assert not mine, done.stderr
