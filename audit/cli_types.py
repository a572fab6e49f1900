"""What options take."""

import datetime as dt
import math
from typing import Any

import click


class Day(click.ParamType):  # type: ignore[type-arg]  # not generic at run time
    """A day written YYYY-MM-DD, not after today: columns would look stale that are not."""

    name = "DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        if isinstance(value, dt.date):
            return value
        try:
            day = dt.date.fromisoformat(value)
        except ValueError:
            self.fail(f"“{value}”不是日期，应写作 2022-10-31", param, ctx)
        if day > dt.datetime.now().astimezone().date():
            self.fail(f"{day}还没有到，检查日不能晚于今天", param, ctx)
        return day


class Hours(click.ParamType):  # type: ignore[type-arg]  # not generic at run time
    """Hours of the day, 22:00-06:00."""

    name = "hours"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from crawler.pace import Window

        try:
            start, end = (dt.time.fromisoformat(part.strip()) for part in str(value).split("-"))
        except ValueError:
            self.fail(f"“{value}”不是一段时间，应写作 22:00-06:00", param, ctx)
        return Window(start, end)


class Rate(click.FloatRange):
    """A finite number of requests a second."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        rate = super().convert(value, param, ctx)
        return rate if math.isfinite(rate) else self.fail(f"“{value}”不是一个数，应写作 2", param, ctx)
