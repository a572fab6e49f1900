"""政府信息公开指南是否及时更新。

查什么：指南的发布（更新）日期，正文引用的条例文号，标题里的年份。
怎样判：页面、列表和正文写的日期里最新的一个距检查日不超过规定天数，合格；都超过，不合格；施行新条例之后仍只引用旧条例文号（国务院令第492号），不合格。
什么时候待核：指南没有见到；没有日期也没有年份；只有年份，而该年部分日子在期限之内；有日期晚于检查日。
怎样改：核对机构、地址、电话和引用的条例（国务院令第711号），更新后重新发布，并写明更新日期。
"""

import datetime as dt
import re
from collections.abc import Iterator

from crawler.facts.text import find_date, fold
from rules import checks
from rules.findings import Verdict, cant_tell, failed, passed
from rules.paper import Paper
from rules.unit import Unit

NEEDS = ("guide",)
_OLD_LAW = re.compile(r"国务院(?:令)?[（(]?第?492号(?:令)?")
_NEW_LAW = re.compile(r"711号|修订")
_NEW_LAW_SINCE = dt.date(2019, 5, 15)
_YEAR_OF_TITLE = re.compile(r"(20\d\d)年?(?:版|修订|更新|[)）])")
_MENDED = re.compile(
    r"(?:更新|修订|修改)(?:日期|时间)?[^\d\n国]{0,6}(?P<after>20\d\d[-年./]\d{1,2}(?:[-月./]\d{1,2})?)"
    r"|(?P<before>20\d\d[-年./]\d{1,2}(?:[-月./]\d{1,2})?)[^\d\n国]{0,6}(?:更新|修订|修改)"
)


class Params(checks.Params):
    """``max_days``: greatest age in days on the day of inspection."""

    max_days: int


def judge(unit: Unit, params: Params, guide: Paper) -> Iterator[Verdict]:
    flat = fold(f"{guide.facts.text}{guide.facts.around}")
    old = _OLD_LAW.search(flat)
    if old and unit.as_of >= _NEW_LAW_SINCE and not _NEW_LAW.search(flat):
        text = "指南仍引用已被修订的旧条例文号"
        yield failed(
            text, subject="引用的条例", quote=old.group(), seen=old.group(), wanted="国务院令第711号", page=guide.page
        )
    yield _by_date(unit, params.max_days, guide)


def _by_date(unit: Unit, max_days: int, guide: Paper) -> Verdict:
    page, limit = guide.page, unit.as_of - dt.timedelta(max_days)
    dates, year = _dates(guide), _title_year(guide)
    newest = max((day for day in dates if day <= unit.as_of), default=None)
    shown = f"指南日期{newest}"
    if year and year <= unit.as_of.year and (newest is None or newest.year < year):
        newest, shown = min(dt.date(year, 12, 31), unit.as_of), f"指南标题写明{year}年"
        if dt.date(year, 1, 1) < limit <= newest:
            return cant_tell(f"{shown}，没有日期，不能确定在{max_days}天以内", seen=str(year), page=page)
    if newest is None:
        text = f"指南日期{min(dates)}晚于检查日" if dates else "指南没有日期，标题也没有年份"
        return cant_tell(text, page=page)
    age = (unit.as_of - newest).days
    if newest >= limit:
        return passed(f"{shown}，距检查日{age}天", seen=shown, page=page)
    if any(day > unit.as_of for day in dates):
        return cant_tell(f"{shown}，但也有日期晚于检查日", seen=shown, page=page)
    return failed(f"{shown}，距检查日{age}天，超过{max_days}天", seen=shown, wanted=f"{max_days}天以内", page=page)


def _dates(guide: Paper) -> set[dt.date]:
    """Every date at which the guide says to be put up or mended; of a month alone its first day."""
    facts = guide.facts
    told = [facts.published, guide.item.date if guide.item else None]
    told += [find_date(facts.fields.get(name, "")) for name in ("更新日期", "更新时间")]
    for found in _MENDED.finditer("\n".join(fold(line) for line in facts.text.split("\n"))):
        parts = re.findall(r"\d+", found.group("after") or found.group("before"))
        told.append(find_date("-".join([*parts, "1"][:3])))
    return {dt.date.fromisoformat(date) for date in told if date}


def _title_year(guide: Paper) -> int | None:
    titles = (guide.facts.title or "", guide.item.title if guide.item else "")
    years = [int(found.group(1)) for title in titles if (found := _YEAR_OF_TITLE.search(fold(title)))]
    return max(years, default=None)
