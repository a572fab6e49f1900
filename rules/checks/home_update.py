"""首页是否更新。

查什么：首页上看得到的最新日期；首页只是栏目导航的，连同各二级栏目的最新日期。
怎样判：检查日前规定天数内有更新，合格；首页所有条目的日期（含点开后页面上的日期）都更早，不合格（单次检查的结果是单项否决的“候选”；有日扫描数据、监测期内每天都见到首页而条目没有变化的，即已确认）。
什么时候待核：首页没有见到；有条目看不出日期或日期在检查日之后；首页嵌有框架页；动态、公告类栏目有更新或由脚本加载，而首页上看不到它的条目；首页只是导航而二级栏目没有看全；日扫描见到首页的条目变过。
怎样改：恢复首页信息更新；首页条目标注发布日期。
"""

import datetime as dt
from collections.abc import Iterator

from crawler.facts.columns import ColumnState
from crawler.facts.vocabulary import concepts
from crawler.records import Page
from crawler.urls import in_scope, page_key
from rules import checks
from rules.availability import watch
from rules.findings import Verdict, cant_tell, failed, passed
from rules.unit import Unit

NEEDS = ("home",)
_FEW = 3
_HEADLINE = 10


class Params(checks.Params):
    """``days``: an update no more than so many days before the day of inspection counts."""

    days: int


def judge(unit: Unit, params: Params, home: Page) -> Iterator[Verdict]:
    limit = unit.as_of - dt.timedelta(params.days)
    dates, undated = _home_dates(unit, home)
    doubts = [f"有{undated}条看不出日期"] if undated else []
    where = "首页"
    if len(dates) < _FEW and undated < _FEW:
        where = "首页只是导航，各二级栏目"
        dates += [dt.date.fromisoformat(i.date) for column in unit.columns for i in column.items if i.date]
        doubts += _unseen_below(unit)
    else:
        doubts += _unseen_on_home(unit, home, limit)
    if any(date > unit.as_of for date in dates):
        doubts.append("有日期在检查日之后")
    newest = max((date for date in dates if date <= unit.as_of), default=None)
    if newest is None:
        yield cant_tell(f"{where}看不出任何条目的日期", page=home)
    elif newest >= limit:
        yield passed(f"{where}最新日期{newest}", seen=str(newest), page=home)
    elif doubts:
        text = f"{where}看得出的最新日期是{newest}，但{'；'.join(doubts[:3])}"
        yield cant_tell(text, seen=str(newest), page=home)
    else:
        yield _stale(unit, params, home, f"{where}最新日期{newest}，距检查日{(unit.as_of - newest).days}天", newest)


def _stale(unit: Unit, params: Params, home: Page, text: str, newest: dt.date) -> Verdict:
    """What the visits of the monitoring window make of a home page that looks stale once."""
    limit, seen = unit.as_of - dt.timedelta(params.days), watch(unit.visits, unit.as_of, params.days)
    if seen.newest and seen.newest >= limit:
        return cant_tell(f"{text}，但日扫描在首页见过{seen.newest}的条目", seen=str(newest), page=home)
    if seen.changed:
        return cant_tell(f"{text}，但日扫描见到首页的条目有过变化", seen=str(newest), page=home)
    note = "单次检查，否决候选，须按监测期确认"
    monitored = bool(unit.visits) and not seen.missing
    if monitored:
        note = f"日扫描{seen.first}至{seen.last}见到首页{seen.seen}次，条目没有变化"
    elif unit.visits:
        note += f"；日扫描有{len(seen.missing)}天没有见到首页，不足以确认"
    text = f"{text}（{note}）"
    return failed(text, seen=str(newest), wanted=f"{limit}以后有更新", page=home, monitored=monitored)


def _home_dates(unit: Unit, home: Page) -> tuple[list[dt.date], int]:
    """Dates of the home page's rows and of the articles it links to, pictures included; and how many rows, pictures
    and single headlines tell none."""
    facts = unit.facts(home)
    found = {page_key(link.url): _published(unit, link.url) for link in facts.links if link.area != "footer"}
    dates = [date for date in found.values() if date]
    dates += [item.date for item in facts.items if item.date]
    undated = sum(1 for item in facts.items if not item.date and not (item.url and found.get(page_key(item.url))))
    rows = {item.url for item in facts.items}
    for link in facts.links:
        target = unit.page_at(link.url)
        if link.url in rows or link.area not in ("body", "side") or 0 < len(link.text) < _HEADLINE:
            continue
        undated += in_scope(link.url, unit.scope) and (target is None or not target.ok)
    return [dt.date.fromisoformat(date) for date in dates], undated


def _published(unit: Unit, url: str) -> str | None:
    target = unit.page_at(url)
    return target.facts.published if target and target.ok and target.facts else None


def _unseen_on_home(unit: Unit, home: Page, limit: dt.date) -> list[str]:
    """Signs that the home page shows news which its source does not hold: frames, and columns with news of which it
    holds no row at all."""
    facts = unit.facts(home)
    shown = {page_key(item.url) for item in facts.items if item.url}
    doubts = ["首页嵌有框架页"] if any(in_scope(url, unit.scope) for url in facts.frames) else []
    for column in unit.columns.of_concept("news", "notice"):
        if shown & {page_key(item.url) for item in column.items if item.url}:
            continue
        newest, _ = unit.newest(column)
        if newest and newest >= limit:
            doubts.append(f"栏目“{column.name}”在{newest}有更新，首页的源代码里没有它的条目，可能由脚本或图片显示")
        elif column.state is ColumnState.UNSURE:
            doubts.append(f"栏目“{column.name}”由脚本加载，首页也可能如此")
    return doubts


def _unseen_below(unit: Unit) -> list[str]:
    """Why a column may have been updated although no row seen says so."""
    undated = (c for c in unit.columns if c.state is ColumnState.UNSURE or any(not item.date for item in c.items))
    outside = (c for c in unit.columns.named(concepts()["news"]) if c.state is ColumnState.LINKS_OUT)
    return [
        *unit.gaps,
        *(f"栏目“{column.name}”看不出日期" for column in undated),
        *(f"栏目“{column.name}”在站外" for column in outside),
    ]
