"""Every mandate of a portal of which nothing can be told: nothing passes, nothing fails, nothing breaks."""

import datetime as dt
from functools import cache
from typing import Any

import pytest
from portal import CHALLENGE, SHELL, site_of, walk_pages

from crawler.frontier import Budget
from crawler.records import LEVELS
from rules.engine import Engine
from rules.findings import Outcome
from rules.mandate import load_mandates

DAY = dt.date(2022, 10, 31)
DECIDED = {Outcome.PASSED, Outcome.FAILED}
HUGE = "<!DOCTYPE html><html><head><title>江北区人民政府</title></head><body>" + "<div>" * 40_000

TRADITIONAL = (
    "<!DOCTYPE html><html><head><title>江北區人民政府</title></head><body><ul>"
    + "".join(f'<li><a href="/{n}/">{name}</a></li>' for n, name in enumerate(
        ("政府信息公開", "機構職能", "辦事服務", "財政預決算", "應急管理", "農業農村", "國務院要聞", "通知公告", "經濟發展", "長江保護")
    ))
    + "</ul><p>江北區人民政府辦公室主辦　聯繫電話：023-67850000</p></body></html>"
)  # fmt: skip

#: Front pages that show nothing, each on all of a portal's addresses.
PORTALS: dict[str, Any] = {
    "unseen": {"fault": "timeout"},
    "forbidden": {"http": 403},
    "broken": {"http": 502},
    "empty": "",
    "hollow": SHELL,
    "challenge": CHALLENGE,
    "huge": HUGE,
    "traditional": TRADITIONAL,
}


@cache
def _portal(name: str) -> tuple[Any, ...]:
    return tuple(walk_pages({"/": PORTALS[name]}, site_of(), budget=Budget(pages=20), not_found=PORTALS[name]))


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", PORTALS)
def test_nothing_is_decided_of_a_portal_nobody_saw(name: str, level: str) -> None:
    engine = Engine(load_mandates().mandates, DAY, "blind", strict=True)
    found = engine.judge(site_of(level=level), _portal(name))
    assert {finding.mandate for finding in found} == set(load_mandates().by_id)
    assert [f"{f.mandate} {f.outcome} {f.message}" for f in found if f.outcome in DECIDED] == []
    assert all(finding.message for finding in found)


#: Checks that judge nothing but how old something is (columns_update, which counts columns, may say that too few are left).
TIMED = ("home_update", "column_fresh", "publish_interval", "record_interval", "publish_burst")


def _dated(date: str) -> tuple[Any, ...]:
    """A portal whose columns' rows all bear this date, or none."""
    names = {
        "工作动态": "/gzdt/",
        "通知公告": "/tzgg/",
        "政策文件": "/zcwj/",
        "政策解读": "/zcjd/",
        "行政处罚": "/xzcf/",
        "政府信息公开": "/zwgk/",
    }
    rows = [[f"江北区召开第{n}次工作会议部署重点工作", f"/a/{n}.html", date] for n in range(6)]
    pages: dict[str, Any] = {url: {"list": {"title": name, "rows": rows}} for name, url in names.items()}
    pages |= {
        f"/a/{n}.html": {"article": {"title": rows[n][0], "published": date, "paragraphs": ["正文。"] * 5}}
        for n in range(6)
    }
    return tuple(walk_pages({"/": {"home": {"lists": {"工作动态": rows}}}, **pages}, site_of(), names))


@pytest.mark.parametrize("date", ["", "2031-05-01"], ids=["undated", "future"])
def test_no_age_is_told_without_a_usable_date(date: str) -> None:
    timed = [m for m in load_mandates().mandates if m.check in TIMED]
    found = Engine(timed, DAY, "blind", strict=True).judge(site_of(), _dated(date))
    assert {finding.check for finding in found} == set(TIMED)
    assert [f"{f.mandate} {f.outcome} {f.message}" for f in found if f.outcome in DECIDED] == []


def test_a_traditional_column_of_a_simplified_portal_is_not_absent() -> None:
    menu = {
        "政府信息公开": "/zwgk/",
        "通知公告": "/tzgg/",
        "机构职能": "/jgzn/",
        "办事服务": "/bsfw/",
        "工作动态": "/gzdt/",
    }
    pages = {"/": {"home": {}}, "/zwgk/": TRADITIONAL}
    part = [m for m in load_mandates().mandates if m.check in ("platform_parts", "column_present", "columns_present")]
    found = Engine(part, DAY, "blind", strict=True).judge(site_of(), walk_pages(pages, site_of(), menu))
    assert not [f.message for f in found if f.outcome is Outcome.FAILED]


def test_a_traditional_edition_beside_the_portal_leaves_nothing_open() -> None:
    menu = {"政府信息公开": "/zwgk/", "通知公告": "/tzgg/", "机构职能": "/jgzn/", "工作动态": "/gzdt/"}
    duty = [m for m in load_mandates().mandates if m.id == "PT61-4"]
    pages = {"/": {"home": {}}, "/zwgk/": {"list": {"title": "政府信息公开", "rows": []}}, "/big5/": TRADITIONAL}
    with_edition, without = (
        Engine(duty, DAY, "blind", strict=True).judge(site_of(), walk_pages(pages, site_of(), names))
        for names in ({**menu, "繁體版": "/big5/"}, menu)
    )
    assert [(f.subject, f.outcome) for f in with_edition] == [(f.subject, f.outcome) for f in without]
