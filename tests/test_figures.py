"""The figures of the time series: read where they are plainly there, reported and measured apart."""

import datetime as dt
from typing import Any

from portal import site_of, walk_pages

from rules.figures import MEASURED, REPORTED, figure_rows
from rules.mandate import load_mandates
from rules.unit import Unit

DAY = dt.date(2022, 10, 31)
MENU = {
    "政府信息公开": "/zwgk/",
    "通知公告": "/tzgg/",
    "机构职能": "/jgzn/",
    "办事服务": "/bsfw/",
    "工作动态": "/gzdt/",
}
TITLE = "江北区人民政府2021年政府信息公开工作年度报告"


def _rows(**more: Any) -> list[list[object]]:
    pages = {
        "/": {"home": {}},
        "/zwgk/": {"list": {"title": "政府信息公开", "side": {"政府信息公开年报": "/zwgk/nb/"}}},
        "/zwgk/nb/": {"list": {"title": "政府信息公开年报", "rows": [[TITLE, "/zwgk/nb/2021.html", "2022-03-20"]]}},
        "/zwgk/nb/2021.html": {"report": {"published": "2022-03-20"}},
        **more,
    }
    unit = Unit(site_of(), walk_pages(pages, site_of(), MENU), DAY)
    return list(figure_rows(unit, load_mandates().mandates))


def test_the_report_s_figures_are_rows() -> None:
    rows = [row for row in _rows() if row[3] == REPORTED]
    assert [
        "unit",
        "CQ2019AR-M02",
        "新收",
        REPORTED,
        2021,
        13,
        "http://unit.example.gov.cn/zwgk/nb/2021.html",
    ] in rows, rows
    assert {row[4] for row in rows} == {2021}


def test_what_was_not_read_is_no_row() -> None:
    rows = _rows(**{"/zwgk/nb/2021.html": {"file": "application/pdf"}})
    assert [row for row in rows if row[3] == REPORTED] == []
    assert [row for row in _rows(**{"/": "challenge"}) if row[3] == REPORTED] == []


def test_what_the_crawl_measured_stands_apart() -> None:
    (all_answered,) = [row for row in _rows() if row[3] == MEASURED]
    assert all_answered[:5] == ["unit", "CQ2020-5.6.4b", "有应答的网址占比", MEASURED, DAY]
    assert all_answered[5] == "1.0000"
    (some,) = [row for row in _rows(**{"/tzgg/": {"fault": "timeout"}}) if row[3] == MEASURED]
    assert 0 < float(str(some[5])) < 1
