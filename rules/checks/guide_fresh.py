"""政府信息公开指南是否及时更新。

查什么：指南的发布（更新）日期，正文引用的条例文号，标题里的年份。
怎样判：日期距检查日不超过规定天数，合格；超过，不合格；施行新条例之后仍引用旧条例文号（国务院令第492号），不合格。
什么时候待核：指南没有见到；没有日期也没有年份；日期晚于检查日。
怎样改：核对机构、地址、电话和引用的条例（国务院令第711号），更新后重新发布，并写明更新日期。
"""

import datetime as dt
import re
from collections.abc import Iterator

from crawler.facts.text import fold
from rules import checks
from rules.documents import Paper
from rules.findings import Verdict, cant_tell, failed, passed
from rules.unit import Unit

NEEDS = ("guide",)
_OLD_LAW = re.compile(r"(?:国务院令)?第?492号")
_NEW_LAW_SINCE = dt.date(2019, 5, 15)
_YEAR_OF_TITLE = re.compile(r"(20\d\d)年?(?:版|修订)")


class Params(checks.Params):
    """``max_days``: greatest age in days on the day of inspection."""

    max_days: int


def judge(unit: Unit, params: Params, guide: Paper) -> Iterator[Verdict]:
    flat = fold(guide.facts.text)
    old = _OLD_LAW.search(flat)
    if old and unit.as_of >= _NEW_LAW_SINCE and "711号" not in flat:
        text = "指南仍引用已被修订的旧条例文号"
        yield failed(
            text, subject="引用的条例", quote=old.group(), seen=old.group(), wanted="国务院令第711号", page=guide.page
        )
    title = _YEAR_OF_TITLE.search(fold(guide.facts.title or ""))
    date = guide.facts.published or (guide.item.date if guide.item else None)
    if date is None and title is None:
        yield cant_tell("指南没有日期，标题也没有年份", page=guide.page)
        return
    if date is None and title is not None:
        date = f"{title.group(1)}-12-31" if int(title.group(1)) < unit.as_of.year else f"{title.group(1)}-01-01"
    day = dt.date.fromisoformat(str(date))
    age = (unit.as_of - day).days
    if age < 0:
        yield cant_tell(f"指南日期{day}晚于检查日", seen=str(day), page=guide.page)
    elif age <= params.max_days:
        yield passed(f"指南日期{day}，距检查日{age}天", seen=str(day), page=guide.page)
    else:
        wanted = f"{params.max_days}天以内"
        yield failed(
            f"指南日期{day}，距检查日{age}天，超过{params.max_days}天", seen=str(day), wanted=wanted, page=guide.page
        )
