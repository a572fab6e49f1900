"""群众来信、网民留言的公开和答复。

查什么：信箱、来信选登、留言类栏目里公开的信件，有没有答复，来信和答复各是哪一天。
怎样判：replied（件件有回音）：看过的信件都有答复，合格；页面写明未答复，而来信距检查日已超过规定天数，每封一项不合格。interval（答复时限）：写明两个日期的信件都在时限内，合格。published（公开办理情况）：能看到写有来信和答复的信件，合格；栏目确认为空白，不合格。第几天以来信次日起算，最后一天答复算按时。
什么时候待核：没有见到这类栏目或信件；列表由脚本加载；信件看不出有没有答复、是哪一天来信；答复日期早于来信；有信件答复超过时限（可能不是咨询，或答复后又修改过）；最近的信件太旧；涉及的年份还没有节假日安排。
怎样改：逐件答复并公布来信时间、答复时间、答复单位和答复内容；按规定选登有代表性的来信。
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from pydantic import model_validator

from crawler.facts.columns import Column, ColumnState
from crawler.facts.text import find_date, fold, squeeze
from crawler.facts.vocabulary import spellings
from crawler.records import Facts, Page
from rules import checks
from rules.checks._columns import state_verdict
from rules.checks._holders import columns_below
from rules.checks.page_elements import Pattern
from rules.findings import Verdict, cant_tell, failed, passed
from rules.unit import Unit
from rules.workdays import UnknownYear, months_before, workdays_between

NEEDS = ("home",)
_MOST = 10
_WHO = "来信|写信|信件|留言|咨询|提问|提交|反映|投诉|诉求|受理|登记"
_ASKED = re.compile(rf"^(?:{_WHO})(?:时间|日期)$")
_ANSWERED = re.compile(r"^(?:回复|答复|办结|办理|处理|反馈|回应)(?:时间|日期)$")
_STATUS = re.compile(r"^(?:(?:信件|来信|留言|办理|处理|回复|答复|当前|受理)?(?:状态|情况))$")
_ANSWER = re.compile(r"^(?:官方|单位|部门|办理|处理)?(?:回复|答复|结果|意见|反馈)(?:内容|意见|情况|结果|信息)?$")
_DONE = re.compile(r"^(?:已|全部)(?:回复|答复|办结|办理|反馈|处理|公开)|^办结$")
_OPEN = re.compile(r"^(?:未|待|尚未|暂未|没有)(?:回复|答复|办结|办理|处理|受理)|^(?:暂无|尚无)(?:回复|答复)")
_TITLE = re.compile(r"^(?:信件|来信|留言|咨询|诉求)?(?:标题|主题|名称)$")
_PAIR = re.compile(r"([\u4e00-\u9fff]{2,8})\s*[】\]]?\s*[:：]")
_CONTENT = 4
_KEY = 20


class Params(checks.Params):
    """``column``: names of the letters' columns, ``pattern``: what such a name as a whole may match. ``judges``: see the
    docstring. ``overdue``: days after which a letter without an answer is a failure; ``days`` or ``workdays``: the limit
    of ``interval``; ``kinds``: only letters whose page has this word; ``months``: how new the newest published letter
    should be."""

    column: tuple[str, ...]
    pattern: Pattern = ""
    judges: Literal["replied", "interval", "published"]
    overdue: int = 92
    days: int | None = None
    workdays: int | None = None
    kinds: Pattern = ""
    months: int = 3

    @model_validator(mode="after")
    def _one_limit(self) -> "Params":
        if (self.judges == "interval") != ((self.days is None) != (self.workdays is None)):
            raise ValueError("judges为interval时，days和workdays要且只能写一个；其他情形都不写")
        return self

    @property
    def only_asks(self) -> bool:
        return self.judges == "interval"


@dataclass(frozen=True, slots=True)
class _Letter:
    title: str
    page: Page
    asked: dt.date | None
    answered: dt.date | None
    replied: bool | None


def judge(unit: Unit, params: Params, home: Page) -> Iterator[Verdict]:
    columns = _columns(unit, params)
    if not columns:
        look = unit.column(params.column)
        reason = "网站上没有这样的栏目，信件是否公开、公开在哪里须人工核对" if look.absent else look.reason
        yield cant_tell(f"没有见到来信、留言栏目：{reason or '栏目没有访问'}", page=home)
        return
    letters = _unique(letter for page in _pages(unit, columns) for letter in _letters(page))
    letters = [letter for letter in letters if not params.kinds or _of_kind(letter, params.kinds)]
    if not letters:
        blank = params.judges == "published" and all(column.state is ColumnState.EMPTY for column in columns)
        why = next((c.reason for c in columns if c.reason), "条目没有访问，或页面上没有来信、答复的日期和状态")
        text = f"“{columns[0].name}”里没有见到可以判定的信件：{why}"
        yield state_verdict(unit, columns[0], "") if blank else cant_tell(text, page=columns[0].page)
        return
    judges = {"replied": _replied, "interval": _interval, "published": _published}
    yield from judges[params.judges](unit, params, letters)


def _columns(unit: Unit, params: Params) -> list[Column]:
    found = columns_below(unit, params.column)
    if params.pattern:
        names = [column.names for column in unit.columns]
        alike = {
            name
            for group in names
            for name in group
            if any(re.fullmatch(params.pattern, form) for form in spellings(name, unit.site.name))
        }
        found += [column for column in columns_below(unit, sorted(alike)) if column not in found]
    return [column for column in found if column.page is not None]


def _pages(unit: Unit, columns: list[Column]) -> list[Page]:
    pages = [page for column in columns for page in column.pages]
    pages += [page for column in columns for _, page in unit.columns.articles(column)]
    return [page for page in {page.task.url: page for page in pages}.values() if page.ok and page.facts is not None]


# --- reading --------------------------------------------------------------------------------------------------------


def _letters(page: Page) -> list[_Letter]:
    facts = page.facts
    if facts is None:
        return []
    rows = [letter for table in facts.tables for letter in _rows(page, table.cells)]
    if rows:
        return rows
    if facts.kind in ("list", "home", "navigation"):
        return []
    values = _values(facts)
    letter = _letter(facts.title or page.url, page, values)
    return [letter] if letter else []


def _unique(letters: Iterable[_Letter]) -> list[_Letter]:
    """One record a letter: its row in a list and its own page tell the same; what they tell differently is open."""
    found: dict[tuple[str, dt.date | None], _Letter] = {}
    for letter in letters:
        key = (fold(letter.title)[:_KEY], letter.asked)
        known = found.setdefault(key, letter)
        if known is not letter:
            agreed = known.replied if known.replied is not None else letter.replied
            agreed = None if letter.replied is not None and letter.replied != agreed else agreed
            found[key] = replace(known, replied=agreed, answered=known.answered or letter.answered)
    return list(found.values())


def _rows(page: Page, cells: tuple[tuple[str, ...], ...]) -> list[_Letter]:
    """Letters of a table with one in each row, known by its head."""
    if len(cells) < 2:
        return []
    head = [fold(cell) for cell in cells[0]]
    if not any(_ASKED.match(name) for name in head) or not any(_ANSWERED.match(n) or _STATUS.match(n) for n in head):
        return []
    place = next((i for i, name in enumerate(head) if _TITLE.match(name)), 0)
    rows = ((row[place] if place < len(row) else "", list(zip(head, row, strict=False))) for row in cells[1:])
    return [letter for title, values in rows if (letter := _letter(title, page, values))]


def _values(facts: Facts) -> list[tuple[str, str]]:
    """Labels of a letter's page with what stands behind them, in the same line, the next one, or the next cell."""
    lines = [squeeze(line) for line in f"{facts.text}\n{facts.around}".split("\n") if line.strip()]
    found = []
    for number, line in enumerate(lines):
        marks = list(_PAIR.finditer(line))
        for place, mark in enumerate(marks):
            last = place + 1 == len(marks)
            value = line[mark.end() : None if last else marks[place + 1].start()].strip()
            following = lines[number + 1] if last and number + 1 < len(lines) else ""
            found.append((mark.group(1), value or ("" if _PAIR.match(following) else following)))
        if not marks and number + 1 < len(lines) and _ANSWER.match(fold(line)):
            found.append((fold(line), lines[number + 1]))
    for table in facts.tables:
        for row in table.cells:
            found += [(fold(a).rstrip(":："), b) for a, b in pairwise(row) if len(a) <= _MOST]
    return found


def _letter(title: str, page: Page, values: list[tuple[str, str]]) -> _Letter | None:
    asked = _date(values, _ASKED)
    answered = _date(values, _ANSWERED)
    done, open_ = answered is not None, False
    for name, value in values:
        flat = fold(value)
        told = _STATUS.match(name) or _ANSWER.match(name)
        if told and _OPEN.match(flat):
            open_ = True
        elif (_STATUS.match(name) and _DONE.match(flat)) or (_ANSWER.match(name) and len(flat) >= _CONTENT):
            done = True
    replied = None if done == open_ else done
    if asked is None and replied is None:
        return None
    return _Letter(squeeze(title)[:80] or page.url, page, asked, answered, replied)


def _date(values: list[tuple[str, str]], names: re.Pattern[str]) -> dt.date | None:
    dates = (find_date(value) for name, value in values if names.match(name))
    date = next(filter(None, dates), None)
    return dt.date.fromisoformat(date) if date else None


def _of_kind(letter: _Letter, kinds: str) -> bool:
    facts = letter.page.facts
    texts = (letter.title, facts.text if facts and facts.kind == "article" else "")
    return any(re.search(kinds, fold(text)) for text in texts)


# --- judging --------------------------------------------------------------------------------------------------------


def _replied(unit: Unit, params: Params, letters: list[_Letter]) -> Iterator[Verdict]:
    limit = unit.as_of - dt.timedelta(params.overdue)
    bare = [letter for letter in letters if letter.replied is False]
    late = [letter for letter in bare if letter.asked and letter.asked < limit]
    unclear = [letter for letter in letters if letter.replied is None] + [x for x in bare if x.asked is None]
    for letter in late[:_MOST]:
        days = (unit.as_of - letter.asked).days if letter.asked else 0
        text = f"来信《{letter.title}》{letter.asked}提交，页面写明未答复，已{days}天"
        wanted = f"{params.overdue}天内答复"
        yield failed(text, subject=f"来信:{letter.title}", quote=letter.title, wanted=wanted, page=letter.page)
    answered = sum(1 for letter in letters if letter.replied)
    if late:
        return
    if unclear:
        text = f"看过{len(letters)}封信，{answered}封有答复，{len(unclear)}封看不出有没有答复或何时来信，须人工核对"
        yield cant_tell(f"{text}，如《{unclear[0].title}》", page=unclear[0].page)
    elif not answered:
        yield cant_tell(f"看过{len(letters)}封信，都还没有答复，来信都在{params.overdue}天之内", page=bare[0].page)
    else:
        waiting = f"，{len(bare)}封未答复但在{params.overdue}天之内" if bare else ""
        yield passed(f"看过的{len(letters)}封公开信件里{answered}封有答复{waiting}", page=letters[0].page)


def _interval(unit: Unit, params: Params, letters: list[_Letter]) -> Iterator[Verdict]:
    limit = f"{params.workdays}个工作日" if params.workdays else f"{params.days}天"
    late, count, odd = [], 0, []
    for letter in letters:
        if letter.asked is None or letter.answered is None:
            continue
        if letter.answered < letter.asked:
            odd.append(letter)
            continue
        count += 1
        try:
            taken = _taken(letter.asked, letter.answered, params)
        except UnknownYear as error:
            yield cant_tell(f"来信《{letter.title}》{error}，不能计算工作日", page=letter.page)
            return
        if taken > (params.workdays or params.days or 0):
            late.append((taken, letter))
    if odd:
        text = f"有{len(odd)}封信的答复日期早于来信日期，如《{odd[0].title}》，日期须人工核对"
        yield cant_tell(text, page=odd[0].page)
    elif not count:
        yield cant_tell("看过的信件没有同时写明来信和答复的日期，不能计算答复用时", page=letters[0].page)
    elif late:
        taken, worst = max(late, key=lambda pair: pair[0])
        text = (
            f"写明两个日期的{count}封信里有{len(late)}封答复超过{limit}，最长的《{worst.title}》"
            f"{worst.asked}来信、{worst.answered}答复；是否属于这类咨询、答复日期有没有改动须人工核对"
        )
        seen = "；".join(f"{x.title[:30]}（{x.asked}→{x.answered}）" for _, x in late[:5])
        yield cant_tell(text, quote=worst.title, seen=seen, wanted=f"{limit}内答复", page=worst.page)
    else:
        yield passed(f"写明两个日期的{count}封信都在{limit}内答复", page=letters[0].page)


def _taken(asked: dt.date, answered: dt.date, params: Params) -> int:
    return workdays_between(asked, answered) if params.workdays else (answered - asked).days


def _published(unit: Unit, params: Params, letters: list[_Letter]) -> Iterator[Verdict]:
    shown = [letter for letter in letters if letter.replied]
    if not shown:
        yield cant_tell(f"看过{len(letters)}封信，都没有见到答复内容", page=letters[0].page)
        return
    limit = months_before(unit.as_of, params.months)
    dates = [date for x in shown if (date := x.answered or x.asked) and date <= unit.as_of]
    newest = max(dates, default=None)
    if newest is not None and newest < limit:
        text = f"公开的信件里最近的一封是{newest}，早于{limit}，是否还在定期公开须人工核对"
        yield cant_tell(text, seen=str(newest), page=shown[0].page)
    else:
        more = f"，最近的一封{newest}" if newest else ""
        yield passed(f"公开了{len(shown)}封信件的来信和答复{more}", quote=shown[0].title, page=shown[0].page)
