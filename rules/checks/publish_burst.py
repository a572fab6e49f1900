"""突击式公开：一个栏目一年的内容集中在几天里发布。

查什么：各栏目近一段时间（一般为一年）的条目日期，最集中的几天里发布的占多少。
怎样判：看全了的栏目里没有一个达到规定比例，合格；有达到的，按日期列出，不合格；文件没有规定比例的（只说“严禁”），只列为待核。条目太少、没有翻完、专题专栏、依法集中发布的栏目（预决算、年度报告等）不看。
什么时候待核：没有可以判断的栏目；有达到比例的栏目而比例不是文件规定的，是不是突击补发、迁移或者依法集中发布，须人工核对。
怎样改：信息形成后随时公开，不在检查前集中补发；确属依法集中发布或者历史内容迁移的，在栏目里注明。
"""

import datetime as dt
from collections.abc import Iterator

from crawler.facts.columns import Column, ColumnState
from crawler.facts.vocabulary import matches
from rules import checks
from rules.checks._fresh import freshness, limit_of
from rules.findings import Outcome, Verdict, cant_tell, failed, passed
from rules.unit import Unit

NEEDS = ("home",)
_MOST_NAMED = 6


class Params(checks.Params):
    """``share`` of a column's rows of the last ``months`` within ``days`` in a row is a burst; columns of fewer than
    ``least`` rows are left out, and ``exempt`` ones, whose rows lawfully come at once. ``lenient``: levels at which a
    burst is only a question, because no document names the share."""

    share: float
    days: int
    months: int = 12
    least: int = 20
    exempt: tuple[str, ...] = ()
    lenient: tuple[str, ...] = ()


def judge(unit: Unit, params: Params, home: object) -> Iterator[Verdict]:
    since = limit_of(unit, None, params.months)
    judged: list[Column] = []
    bursts: list[tuple[Column, str]] = []
    for column in unit.columns:
        if dates := _dates(unit, column, params, since):
            judged.append(column)
            if said := _burst(dates, params):
                bursts.append((column, said))
    if not judged:
        yield cant_tell(f"没有{since}以来满{params.least}条又看全了的栏目，不能判断", page=unit.home.value)
    elif not bursts:
        text = f"看全了的{len(judged)}个栏目，{since}以来没有一半内容集中在{params.days}天里发布的"
        yield passed(text.replace("一半", f"{params.share:.0%}"), page=unit.home.value)
    else:
        names = "；".join(f"“{column.name}”{said}" for column, said in bursts[:_MOST_NAMED])
        wanted = f"{params.days}天内发布的不到全部的{params.share:.0%}"
        page = bursts[0][0].source
        if unit.site.level in params.lenient:
            text = f"{len(bursts)}个栏目的内容集中发布：{names}。是突击补发，还是依法集中发布或者迁移，须人工核对"
            yield cant_tell(text, seen=names, wanted=wanted, page=page)
        else:
            yield failed(f"{len(bursts)}个栏目突击公开：{names}", seen=names, wanted=wanted, page=page)


def _dates(unit: Unit, column: Column, params: Params, since: dt.date) -> list[dt.date]:
    """The dates since then, in order; none where the column is not to be judged or was not seen back to that day."""
    if column.state is not ColumnState.NORMAL or any(matches(n, params.exempt, unit.site.name) for n in column.names):
        return []
    if freshness(unit, column, since)[0] is Outcome.INAPPLICABLE:  # a campaign's
        return []
    shown = [dt.date.fromisoformat(item.date) for item in column.items if item.date]
    whole = column.complete or (bool(shown) and shown[-1] < since)
    dates = sorted(date for date in shown if since <= date <= unit.as_of)
    return dates if whole and len(dates) >= params.least else []


def _burst(dates: list[dt.date], params: Params) -> str:
    """What to say of the fullest days when they hold the share, or ""."""
    width = dt.timedelta(params.days - 1)
    first, count = max(
        ((day, sum(day <= d <= day + width for d in dates)) for day in dict.fromkeys(dates)), key=lambda p: p[1]
    )
    if count < params.share * len(dates):
        return ""
    last = max(date for date in dates if date <= first + width)
    return f"{len(dates)}条里有{count}条在{first}至{last}发布"
