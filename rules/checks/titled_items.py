"""规定的信息在期限内有没有发布（按标题）。

查什么：全站各栏目的列表和看过的内容页里，有没有标题写明某一事项的信息，例如年度重大行政决策事项目录、规范性文件清理结果、政府常务会议。转载的其他机关文件不算。
怎样判：在规定的期间（某年，或者最近若干个月）内找到规定的条数，合格，列出标题；要求必须公开的事项，全站各栏目都见到并翻到期间开始以前而没有，不合格。
什么时候待核：没有找到，而有名称相近的标题；有栏目没有见到、没有翻完或在站外；标题相符的条目没有日期；要求属于探索、鼓励的，或者可能依法不公开、以别的标题公开的，没有找到也只待核。
怎样改：发布该项信息，标题写明事项和年份。
"""

import datetime as dt
from collections.abc import Iterator

from pydantic import model_validator

from crawler.facts.text import fold
from rules import checks
from rules.checks._titles import Titled, pattern_of, titled, unseen_since
from rules.documents import YEAR, plain_year
from rules.findings import Verdict, cant_tell, failed, passed
from rules.unit import Unit
from rules.workdays import months_before

NEEDS = ("home",)


class Params(checks.Params):
    """``what``: how messages call it; ``titles``: phrases of which one stands in the title (parts between blanks in
    this order), ``but``: phrases that make it something else, ``near``: phrases that leave it open; ``year``: of this year, by title or date, or the last
    ``months`` (neither: any time); ``least``: so many items; ``must``: not finding it is a failure where everything
    was seen, but at the levels in ``lenient``, and up to the day ``due``; ``look_at``: where a person looks."""

    what: str
    titles: tuple[str, ...]
    but: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    year: int | None = None
    months: int | None = None
    least: int = 1
    must: bool = False
    lenient: tuple[str, ...] = ()
    due: dt.date | None = None
    look_at: str = ""

    @model_validator(mode="after")
    def _one_period(self) -> "Params":
        if self.year is not None and self.months is not None:
            raise ValueError("year和months只能写一个")
        return self

    @property
    def only_asks(self) -> bool:
        return not self.must


def judge(unit: Unit, params: Params, home: object) -> Iterator[Verdict]:
    wanted, other = pattern_of(params.titles), pattern_of(params.but) if params.but else None
    start = _start(unit, params)
    found: dict[str, Titled] = {}
    near, like, undated = pattern_of(params.near) if params.near else None, "", ""
    for one in titled(unit):
        flat = fold(one.title)
        if not wanted.search(flat) or (other and other.search(flat)):
            like = one.title if near and near.search(flat) and _within(one, params, start, unit.as_of) else like
            continue
        within = _within(one, params, start, unit.as_of)
        if within:
            found.setdefault(flat, one)
        elif within is None:
            undated = undated or one.title
    said = f"{params.year}年的" if params.year else f"近{params.months}个月的" if params.months else ""
    told = "；".join(_told(one) for one in list(found.values())[:3])
    wanted_text = f"{said}{params.what}" + (f"至少{params.least}条" if params.least > 1 else "")
    if len(found) >= params.least:
        first = next(iter(found.values()))
        yield passed(f"有{said}{params.what}{len(found)}条：{told}", quote=first.title, seen=told, page=first.page)
        return
    reason = (
        (f"“{undated}”没有日期" if undated else "")
        or (f"有名称相近的“{like}”" if like else "")
        or unseen_since(unit, start)
        or ("没有见到不等于没有做" if not params.must or unit.site.level in params.lenient else "")
        or (f"期限是{params.due}" if params.due and unit.as_of <= params.due else "")
    )
    lacking = f"只见到{len(found)}条{said}{params.what}" if found else f"没有见到{said}{params.what}"
    if reason:
        look = f"，请查看{params.look_at}" if params.look_at else "，须人工核对"
        yield cant_tell(f"{lacking}：{reason}{look}", seen=told, wanted=wanted_text)
    else:
        text = f"{lacking}，各栏目都看到{start or '最早一条'}以前"
        yield failed(text, seen=told, wanted=wanted_text, page=unit.home.value, looked=unit.looked)


def _start(unit: Unit, params: Params) -> dt.date | None:
    if params.year is not None:
        return dt.date(params.year - 1, 10, 1)  # a year's catalogue may be out before the year begins
    return months_before(unit.as_of, params.months) if params.months is not None else None


def _within(one: Titled, params: Params, start: dt.date | None, as_of: dt.date) -> bool | None:
    """Whether a title belongs to the period; None where no date tells."""
    if params.year is not None:
        named = [int(year) for year in YEAR.findall(plain_year(one.title))]
        if named:
            return params.year in named
        return one.date.year == params.year if one.date else None
    if start is None:
        return True
    return start <= one.date <= as_of if one.date else None


def _told(one: Titled) -> str:
    return f"{one.title}（{one.date}）" if one.date else one.title
