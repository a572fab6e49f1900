"""首页是否更新。

查什么：首页上看得到的最新日期；首页只是栏目导航的，看各二级栏目的最新日期。
怎样判：检查日前规定天数内有更新，合格；首页所有条目的日期（含点开后页面上的日期）都更早，不合格（单次检查的结果是单项否决的“候选”，须按监测期确认）。
什么时候待核：首页没有见到；有条目看不出日期；首页没有条目而二级栏目没有看全。
怎样改：恢复首页信息更新；首页条目标注发布日期。
"""

import datetime as dt
from collections.abc import Iterator

from rules import checks
from rules.findings import Verdict, cant_tell, failed, passed
from rules.unit import Unit

NEEDS = ("home",)
_FEW = 3


class Params(checks.Params):
    """``days``: an update no more than so many days before the day of inspection counts."""

    days: int


def judge(unit: Unit, params: Params, home: object) -> Iterator[Verdict]:
    page = unit.home.value
    limit = unit.as_of - dt.timedelta(params.days)
    dates, undated = _home_dates(unit)
    where = "首页"
    if len(dates) < _FEW and undated < _FEW:
        dates, undated = _column_dates(unit)
        where = "首页只是导航，各二级栏目"
    newest = max((date for date in dates if date <= unit.as_of), default=None)
    if newest is not None and newest >= limit:
        yield passed(f"{where}最新日期{newest}", seen=str(newest), page=page)
    elif newest is None:
        yield cant_tell(f"{where}看不出任何条目的日期", page=page)
    elif undated or any(date > unit.as_of for date in dates):
        yield cant_tell(
            f"{where}看得出的最新日期是{newest}，但有条目看不出日期或日期在检查日之后", seen=str(newest), page=page
        )
    else:
        text = f"{where}最新日期{newest}，距检查日{(unit.as_of - newest).days}天（单次检查，否决候选，须按监测期确认）"
        yield failed(text, seen=str(newest), wanted=f"{limit}以后有更新", page=page)


def _home_dates(unit: Unit) -> tuple[list[dt.date], int]:
    """Dates of the home page's rows, by the row or by the page behind it, and how many rows have neither."""
    page = unit.home.value
    dates, undated = [], 0
    for item in unit.facts(page).items if page else ():
        target = unit.page_at(item.url)
        date = item.date or (target.facts.published if target and target.ok and target.facts else None)
        if date:
            dates.append(dt.date.fromisoformat(date))
        else:
            undated += 1
    return dates, undated


def _column_dates(unit: Unit) -> tuple[list[dt.date], int]:
    dates, unsure = [], len(unit.gaps)
    for column in unit.columns:
        dates += [dt.date.fromisoformat(item.date) for item in column.items if item.date]
        unsure += sum(1 for item in column.items if not item.date)
    return dates, unsure
