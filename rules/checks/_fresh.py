"""Whether a column was updated within its limit."""

import datetime as dt

from crawler.facts.columns import Column, ColumnState
from rules.findings import Outcome
from rules.unit import Unit
from rules.workdays import months_before

#: A column that leads elsewhere owes its updates elsewhere.
EXEMPT = (ColumnState.LINKS_OUT, ColumnState.NAVIGATION)


def limit_of(unit: Unit, days: int | None, months: int | None) -> dt.date:
    """The earliest date that still counts: ``days`` back, or so many calendar months."""
    return unit.as_of - dt.timedelta(days) if days is not None else months_before(unit.as_of, months or 0)


def freshness(unit: Unit, column: Column, limit: dt.date) -> tuple[Outcome, str, dt.date | None]:
    """Outcome, what was seen, and the newest date. A row without a date, or dated after the day of inspection, leaves
    a stale column open."""
    if column.state in EXEMPT:
        return Outcome.INAPPLICABLE, column.reason or "通往下级栏目", None
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
    return Outcome.FAILED, f"最新一条{newest}，距检查日{(unit.as_of - newest).days}天", newest
