"""A real report, made a page: Chongqing's annual report for 2019 gives what was worked out by hand, and no more."""

import datetime as dt
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
import yaml
from portal import site_of, walk_pages

from rules.annual_report import applications
from rules.engine import Engine
from rules.findings import Finding, Outcome
from rules.mandate import load_mandates
from rules.reports import find_reports
from rules.unit import Unit

TITLE = "重庆市2019年政府信息公开工作年度报告"
MENU = {
    "政府信息公开": "/zwgk/",
    "通知公告": "/tzgg/",
    "机构职能": "/jgzn/",
    "办事服务": "/bsfw/",
    "互动交流": "/hdjl/",
}
SITE = site_of(name="重庆市人民政府", level="市政府")
DAY = dt.date(2020, 4, 30)


def _row(line: str) -> str:
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in line.split("\t")) + "</tr>"


def _page(text: str) -> str:
    """The document as an article: a paragraph a line, lines with tabs as rows of tables."""
    lines = [line for line in text.splitlines() if line.strip()]
    parts = []
    for table, some in groupby(lines[1:], key=lambda line: "\t" in line):
        if table:
            parts.append("<table>" + "".join(map(_row, some)) + "</table>")
        else:
            parts += [f"<p>{escape(line)}</p>" for line in some]
    head = f'<title>{lines[0]}</title><meta name="ArticleTitle" content="{lines[0]}">'
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}</head><body><h1>{lines[0]}</h1><div class='content'>{''.join(parts)}</div></body></html>"


@pytest.fixture(scope="module")
def unit(shared: Path) -> Unit:
    report = _page((shared / "documents" / "CQ2019AR.txt").read_text("utf-8"))
    columns = {"政府信息公开年报": "/zwgk/nb/", "政府信息公开指南": "/zwgk/zn.html", "政府信息公开制度": "/zwgk/zd/", "法定主动公开内容": "/zwgk/fd/"}  # fmt: skip
    pages = {
        "/": {"home": {}},
        "/zwgk/": {"list": {"title": "政府信息公开", "side": columns}},
        "/zwgk/nb/": {"list": {"title": "政府信息公开年报", "rows": [[TITLE, "/zwgk/nb/1.html", "2020-03-30"]]}},
        "/zwgk/nb/1.html": report,
    }  # fmt: skip
    return Unit(SITE, walk_pages(pages, SITE, MENU), DAY)


@pytest.fixture(scope="module")
def verified(shared: Path) -> dict[str, Any]:
    data = yaml.safe_load((shared / "mandates" / "mandates.yaml").read_text("utf-8"))
    return data["annual_report_2019_verification"]


@pytest.fixture(scope="module")
def findings(unit: Unit) -> list[Finding]:
    mandates = [m for m in load_mandates().mandates if m.check.startswith("report_") and m.check != "report_deadline"]
    return Engine(mandates, DAY, "x", strict=True).judge(SITE, unit.pages)


def _numbers(unit: Unit) -> dict[str, tuple[object, ...]]:
    report = (find_reports(unit).value or pytest.fail("no report")).by_year[2019]
    found = applications(report.paper.facts.tables) if report.paper else None
    return dict(found.rows) if found else {}


def test_the_table_of_applications_is_read_to_the_number(unit: Unit, verified: dict[str, Any]) -> None:
    table = verified["table_3"]
    assert list(_numbers(unit).values()) == [tuple(row["values"]) for row in table["rows"]]
    rows = _numbers(unit)
    assert [a + b for a, b in zip(rows["R1"], rows["R2"], strict=True)] == table["item1_plus_item2"]
    shown = [sum(column) for column in zip(*(rows[f"R{n}"] for n in range(3, 10)), strict=True)]
    assert shown == table["item3_present_rows_sum"]


@pytest.mark.parametrize(
    ("mandate", "outcome", "says"),
    [
        ("CQ2019AR-A1", "cant_tell", "三（七）总计、四、结转下年度"),  # cannot be verified: rows are missing
        ("CQ2019AR-A2", "passed", "共9处全部相等"),
        ("CQ2019AR-A3", "cant_tell", "三（三）6.过程性信息"),
        ("CQ2019AR-A6", "passed", "规范性文件新制作1510＋结转5，新公开1515"),
        ("CQ2019AR-A7", "passed", "7522"),
        ("CQ2019AR-A8", "passed", ""),
        ("CQ2019AR-M06", "passed", "规范性文件8617；规章186"),
        ("CQ2019AR-S0c", "passed", "2019年1月1日"),
        ("CQ2019AR-T6", "passed", "行政处罚·上一年项目数量3835；行政处罚·本年增减-105"),
        ("CQ2019AR-S4", "cant_tell", "标题编号从“三”跳到“五”"),
        ("CQ2019AR-T3", "cant_tell", "标题编号从“三”跳到“五”"),
    ],
)
def test_relations_and_figures(findings: list[Finding], mandate: str, outcome: str, says: str) -> None:
    (found,) = [finding for finding in findings if finding.mandate == mandate]
    assert (found.outcome, says in found.message) == (outcome, True), found.message


def test_sections_are_present_or_open_as_worked_out(findings: list[Finding], verified: dict[str, Any]) -> None:
    said = {f.subject.partition("·")[2]: f.outcome for f in findings if f.mandate == "CQ2019AR-S"}
    missing = verified["sections"]["missing"][0]
    for name, outcome in said.items():
        assert outcome is (Outcome.CANT_TELL if name in missing else Outcome.PASSED), name
    present = {name.partition("、")[2] for name in verified["sections"]["present"]}
    assert present == {name for name, outcome in said.items() if outcome is Outcome.PASSED}


def test_a_report_torn_in_reading_is_accused_of_nothing(findings: list[Finding]) -> None:
    assert [f"{f.mandate} {f.message}" for f in findings if f.outcome is Outcome.FAILED] == []
