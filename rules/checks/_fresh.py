"""Whether a column was updated within its limit."""

import datetime as dt
import re

from crawler.facts.columns import Column, ColumnState
from crawler.facts.text import label
from rules.findings import Outcome
from rules.unit import Unit
from rules.workdays import months_before

#: A column that leads elsewhere owes its updates elsewhere.
EXEMPT = (ColumnState.LINKS_OUT, ColumnState.NAVIGATION)
#: Collections of campaigns: the columns of a campaign that is over owe nothing.
_CAMPAIGNS = re.compile(
    r"(?:热点|重点|往期|历史|历届|归档|已归档|精彩)?专题(?:专栏|专区|回顾|集锦|集萃|报道|列表|栏目|归档|汇总)?|专栏专题|(?:往期|历史)(?:回顾|专栏)"
)


def limit_of(unit: Unit, days: int | None, months: int | None) -> dt.date:
    """The earliest date that still counts: ``days`` back, or so many calendar months."""
    return unit.as_of - dt.timedelta(days) if days is not None else months_before(unit.as_of, months or 0)


def freshness(unit: Unit, column: Column, limit: dt.date) -> tuple[Outcome, str, dt.date | None]:
    """Outcome, what was seen, and the newest date. A row without a date, one dated after the day of inspection, or an
    unread end of a list that does not begin with its newest rows leaves a stale column open."""
    if column.state in EXEMPT:
        return Outcome.INAPPLICABLE, column.reason or "通往下级栏目", None
    if _of_campaign(unit, column):
        return Outcome.INAPPLICABLE, "属于专题专栏，不按经常性栏目要求更新", None
    if column.state is ColumnState.EMPTY:
        return Outcome.FAILED, f"空白栏目：{column.reason}", None
    if column.state is not ColumnState.NORMAL:
        return Outcome.CANT_TELL, column.reason or "栏目页是一篇文章，没有列表", None
    newest, unclear = unit.newest(column)
    if newest is None:
        return Outcome.CANT_TELL, f"{len(column.items)}条内容都没有可用的日期", None
    if newest >= limit:
        return Outcome.PASSED, f"最新一条{newest}", newest
    if unclear:
        return Outcome.CANT_TELL, f"看得出的最新日期是{newest}，但有条目没有日期或日期在检查日之后", newest
    if not column.complete and not _newest_first(column, newest):
        return Outcome.CANT_TELL, f"看过的条目里最新日期是{newest}，但列表不是新的在前，又没有翻完", newest
    return Outcome.FAILED, f"最新一条{newest}，距检查日{(unit.as_of - newest).days}天", newest


def _newest_first(column: Column, newest: dt.date) -> bool:
    """Whether the newest row stands in the first half: a few rows may be kept on top."""
    dates = [item.date for item in column.items]
    return dates.index(newest.isoformat()) * 2 < len(dates)


def _of_campaign(unit: Unit, column: Column) -> bool:
    page = column.page
    names = list(page.facts.breadcrumbs[:-1]) if page and page.facts else []
    for _ in range(10):
        page = unit.page_at(page.task.parent) if page else None
        if page is None or page.task.role == "home":
            break
        names.append(page.task.label)
    return any(_CAMPAIGNS.fullmatch(label(name)) for name in names)
