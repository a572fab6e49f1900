"""规定的信息在期限内有没有发布（按标题）。

查什么：全站各栏目的列表和看过的内容页里，有没有标题写明某一事项的信息，例如年度重大行政决策事项目录、规范性文件清理结果、政府常务会议。转载的其他机关文件不算。
怎样判：在规定的期间（某年，或者最近若干个月）内找到规定的条数，合格，列出标题；要求按届次全部公开的，标题里“第N次”还要连续（至少两次），有缺号的按没有找到处理；要求必须公开的事项，全站各栏目都见到并翻到期间开始以前而没有，不合格。
什么时候待核：没有找到，而有名称相近的标题；有栏目没有见到、没有翻完或在站外；标题相符的条目没有日期；要求属于探索、鼓励的，或者可能依法不公开、以别的标题公开的，没有找到也只待核。
怎样改：发布该项信息，标题写明事项和年份。
"""

import datetime as dt
import re
from collections.abc import Iterator
from functools import cache

from pydantic import model_validator

from crawler.facts.text import fold
from rules import checks
from rules.checks._titles import Titled, pattern_of, titled, unseen_since
from rules.documents import YEAR, plain_year
from rules.findings import Verdict, cant_tell, failed, passed
from rules.unit import Unit
from rules.workdays import months_before

NEEDS = ("home",)
_FEWEST = 2
_FIRST_ONES = 5
_HAN = "零一二三四五六七八九"


class Params(checks.Params):
    """``what``: how messages call it; ``titles``: phrases of which one stands in the title (parts between blanks in
    this order), ``but``: phrases that make it something else, ``near``: phrases that leave it open; ``year``: of this year, by title or date, or the last
    ``months`` (neither: any time); ``least``: so many items; ``numbered``: each is 第N次, and no number may be missing between
    the first and the last; ``must``: not finding it is a failure where everything
    was seen, but at the levels in ``lenient``, and up to the day ``due``; ``look_at``: where a person looks."""

    what: str
    titles: tuple[str, ...]
    but: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    year: int | None = None
    months: int | None = None
    least: int = 1
    numbered: bool = False
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
    gaps, said_numbers = _numbers(found, params)
    if len(found) >= params.least and not gaps:
        first = next(iter(found.values()))
        yield passed(
            f"有{said}{params.what}{len(found)}条{said_numbers}：{told}", quote=first.title, seen=told, page=first.page
        )
        return
    reason = (
        (f"“{undated}”没有日期" if undated else "")
        or (f"有名称相近的“{like}”" if like else "")
        or unseen_since(unit, start)
        or ("没有见到不等于没有做" if not params.must or unit.site.level in params.lenient else "")
        or (f"期限是{params.due}" if params.due and unit.as_of <= params.due else "")
    )
    lacking = gaps or (f"只见到{len(found)}条{said}{params.what}" if found else f"没有见到{said}{params.what}")
    if reason:
        look = f"，请查看{params.look_at}" if params.look_at else "，须人工核对"
        yield cant_tell(f"{lacking}：{reason}{look}", seen=told, wanted=wanted_text)
    else:
        text = f"{lacking}，各栏目都看到{start or '最早一条'}以前"
        yield failed(text, seen=told, wanted=wanted_text, page=unit.home.value, looked=unit.looked)


def _numbers(found: dict[str, Titled], params: Params) -> tuple[str, str]:
    """Which numbers are missing or that too few are told, or ""; and from which to which they run."""
    if not params.numbered:
        return "", ""
    dated = [(one.date or dt.date.min, number) for one in found.values() if (number := _number(one.title))]
    count = len({number for _, number in dated})
    if count < _FEWEST:
        return f"标题写有届次的{params.what}只有{count}条，看不出是否连续", ""
    terms = _terms(dated)
    lost = [n for term in terms for n in range(term[0], term[-1]) if n not in term]
    spans = "、".join(f"第{term[0]}次至第{term[-1]}次" if len(term) > 1 else f"第{term[0]}次" for term in terms)
    if lost:
        named = "、".join(f"第{n}次" for n in lost[:8]) + ("等" if len(lost) > 8 else "")
        return f"见到{params.what}{spans}，缺{named}（{len(lost)}次）", ""
    return "", f"（{spans}，没有缺号）"


def _terms(dated: list[tuple[dt.date, int]]) -> list[list[int]]:
    """Numbers of each term: they begin anew with the next government."""
    terms: list[list[int]] = []
    for _, number in sorted(dated):
        if not terms or (number <= _FIRST_ONES and max(terms[-1]) > number + _FIRST_ONES):
            terms.append([])
        terms[-1].append(number)
    return [sorted(set(term)) for term in terms]


def _number(title: str) -> int | None:
    """N of 第N次, in either kind of digits."""
    found = re.search(r"第([\d一二三四五六七八九十百零〇]{1,6})次", fold(title))
    if found is None:
        return None
    text = found.group(1)
    return int(text) if text.isdecimal() else _numerals().get(text)


@cache
def _numerals() -> dict[str, int]:
    return {_han(number): number for number in range(1, 400)}


def _han(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    head = _HAN[hundreds] + "百" if hundreds else ""
    middle = ("" if tens == 1 and not hundreds else _HAN[tens]) + "十" if tens else "零" if hundreds and ones else ""
    return head + middle + (_HAN[ones] if ones else "")


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
