"""What only time shows: one inspection of a unit beside the one before. Leads for a person to look into, never verdicts: a document
may be gone because it was repealed, and an entry late because it was added to the archive."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from crawler.facts.columns import Column, ColumnState
from crawler.records import Facts, Item, Page
from crawler.urls import page_key
from rules.checks._fresh import freshness, limit_of
from rules.copies import title_key
from rules.findings import Outcome
from rules.mandate import Mandate
from rules.unit import Unit
from rules.workdays import months_before

#: Leads of one kind and column; days by which a list may lag behind the day of inspection; days a warning looks ahead.
MOST, _GRACE, AHEAD = 20, 3, 7
#: So many articles, and this share of them, that changed at once are a new design, not edits.
_SOME, _DESIGN = 4, 0.5
_ENDED = re.compile(r"废止|失效|停止执行|已修改")
_WORDS = re.compile(r"[\u4e00-\u9fff]")
_SENTENCE, _NAME = 10, 6


class Kind(StrEnum):
    """What may be behind it is for a person to find out."""

    GONE = "内容消失"
    LATE = "补发或日期存疑"
    CHANGED = "发布后改动"
    NEAR = "栏目快到期"


@dataclass(frozen=True, slots=True)
class Lead:
    """``subject`` is what it is about, ``before`` and ``now`` what was and is there."""

    kind: Kind
    subject: str
    message: str
    url: str
    before: str = ""
    now: str = ""


def leads(now: Unit, earlier: Unit | None, mandates: Iterable[Mandate]) -> list[Lead]:
    """All leads of a unit; ``earlier`` is None where it was not inspected before; then only columns near their limits are told."""
    found = list(_near(now, mandates))
    if earlier is not None:
        found += [*_gone(now, earlier), *_late(now, earlier), *_changed(now, earlier)]
    return found


# --- columns near their limits ------------------------------------------------------------------------------------------


def _near(unit: Unit, mandates: Iterable[Mandate]) -> Iterator[Lead]:
    told: set[str] = set()
    for mandate in mandates:
        params = mandate.params
        if mandate.check != "column_fresh" or mandate.alias_of or unit.site.level not in mandate.levels:
            continue
        days, months = params.get("days"), params.get("months")
        for column in unit.columns.of_concept(params["concept"]):
            outcome, _, newest = freshness(unit, column, limit_of(unit, days, months))
            left = _left(unit.as_of, newest, days, months) if outcome is Outcome.PASSED and newest else None
            if left is not None and column.url not in told:
                told.add(column.url)
                text = f"栏目“{column.name}”最新一条{newest}，再过{left}天没有更新就超过规定期限（{mandate.title}）"
                yield Lead(Kind.NEAR, column.name, text, column.url, now=str(newest))


def _left(as_of: dt.date, newest: dt.date, days: int | None, months: int | None) -> int | None:
    """Days until ``newest`` is too old, where that is soon."""
    for ahead in range(1, AHEAD + 1):
        day = as_of + dt.timedelta(ahead)
        if newest < _limit(day, days, months):
            return ahead
    return None


def _limit(day: dt.date, days: int | None, months: int | None) -> dt.date:
    return day - dt.timedelta(days) if days is not None else months_before(day, months or 0)


# --- what was there before ----------------------------------------------------------------------------------------------


def _articles(unit: Unit) -> Iterator[tuple[Page, Facts]]:
    for page in unit.pages:
        if (
            page.ok
            and page.facts is not None
            and page.task.role == "article"
            and page.facts.kind == "article"
            and page.facts.title
        ):
            yield page, page.facts


def _titles(unit: Unit) -> set[str]:
    """Titles of everything seen: pages and rows."""
    pages = {title_key(p.facts.title) for p in unit.pages if p.ok and p.facts and p.facts.title}
    return pages | {title_key(item.title) for column in unit.columns for item in column.items}


def _ended(facts: Facts, now: Unit) -> bool:
    """Whether it was said to be repealed, on it or in a title seen now."""
    if _ENDED.search(" ".join((facts.title or "", *facts.fields.values()))):
        return True
    number = facts.doc_number
    repeals = (p.facts for p in now.pages if p.ok and p.facts and p.facts.title and _ENDED.search(p.facts.title))
    return any((number and number in f.text) or (facts.title or "") in f.text for f in repeals)


def _gone(now: Unit, earlier: Unit) -> Iterator[Lead]:
    titles, rows, day = _titles(now), _rows(earlier), earlier.as_of
    for page, facts in _articles(earlier):
        title = facts.title or ""
        if title_key(title) in titles or _ended(facts, now):
            continue
        here = now.page_at(page.url)
        if here is not None and here.gone_twice and not now.columns.outage:
            text = f"“{title}”{day}检查时能看到，这次两次访问都是HTTP {here.http_status}，也没有在别处见到；是否依法撤下、废止须人工核对"
            yield Lead(Kind.GONE, title, text, page.url, before=str(day), now=f"HTTP {here.http_status}")
        elif here is None and (column := _dropped(now, rows.get(page_key(page.url)))):
            text = f"“{title}”{day}检查时列在“{column.name}”里，这次列表翻完了没有它，更早的条目还在；是否依法撤下须人工核对"
            yield Lead(Kind.GONE, title, text, page.url, before=str(day), now="列表里没有")


def _rows(unit: Unit) -> dict[str, tuple[Column, Item]]:
    return {page_key(item.url): (column, item) for column in unit.columns for item in column.items if item.url}


def _dropped(now: Unit, row: tuple[Column, Item] | None) -> Column | None:
    """The column that lists a row no more though it was seen whole and still lists older ones."""
    if row is None or not row[1].date:
        return None
    column = _same(now, row[0])
    if column is None or column.state is not ColumnState.NORMAL or not column.complete:
        return None
    older = [item for item in column.items if item.date and item.date < row[1].date]
    return column if older else None


def _same(unit: Unit, column: Column) -> Column | None:
    key = page_key(column.url)
    return next((one for one in unit.columns if page_key(one.url) == key), None)


def _late(now: Unit, earlier: Unit) -> Iterator[Lead]:
    """Rows dated before the inspection before, which did not list them though it looked that far back."""
    before, known = _rows(earlier), _titles(earlier)
    limit = (earlier.as_of - dt.timedelta(_GRACE)).isoformat()
    for column in now.columns:
        old = _same(earlier, column)
        if old is None or old.state is not ColumnState.NORMAL or any(not item.date for item in old.items):
            continue
        dates = sorted(item.date for item in old.items if item.date)
        told = 0
        for item in column.items:
            if (
                not item.date
                or not item.url
                or item.date > limit
                or page_key(item.url) in before
                or title_key(item.title) in known
            ):
                continue
            if not old.complete and not (dates and dates[0] < item.date):
                continue
            told += 1
            if told > MOST:
                break
            text = f"“{column.name}”里“{item.title}”列表日期{item.date}，{earlier.as_of}检查时这个日期前后的条目都看过，没有它；是补录还是日期有误须人工核对"
            yield Lead(Kind.LATE, item.title, text, item.url, before=f"{earlier.as_of}没有", now=item.date)


def _changed(now: Unit, earlier: Unit) -> Iterator[Lead]:
    was = {page_key(page.url): (page, facts) for page, facts in _articles(earlier)}
    both = [(page, facts, was[page_key(page.url)][1]) for page, facts in _articles(now) if page_key(page.url) in was]
    found = [lead for page, facts, old in both if (lead := _difference(page, facts, old, earlier.as_of))]
    if len(both) >= _SOME and len(found) > _DESIGN * len(both):
        return  # so many at once are a new design of the site
    yield from found


def _difference(page: Page, facts: Facts, old: Facts, day: dt.date) -> Lead | None:
    title = facts.title or ""
    if title_key(title) != title_key(old.title or ""):
        text = f"标题由“{old.title}”改为“{title}”（上次检查{day}）"
        return Lead(Kind.CHANGED, title, text, page.url, before=old.title or "", now=title)
    names = _leading(facts) | _leading(old)
    mine, others = _sentences(facts, names), _sentences(old, names)
    added, taken = sorted(mine - others), sorted(others - mine)
    if not added and not taken:
        return None
    text = f"“{title}”的正文与{day}检查时不同：增加{len(added)}处，减少{len(taken)}处；是否依法更正须人工核对"
    return Lead(Kind.CHANGED, title, text, page.url, before=(taken or [""])[0][:80], now=(added or [""])[0][:80])


def _sentences(facts: Facts, names: set[str]) -> set[str]:
    """Lines of text that say something: no numbers of visits, and nothing that leads to other pages."""
    lines = (_bare(line) for line in facts.text.split("\n"))
    return {
        line for line in lines if len(_WORDS.findall(line)) >= _SENTENCE and not any(name in line for name in names)
    }


def _leading(facts: Facts) -> set[str]:
    """What links and rows of a page are called."""
    names = (_bare(text) for text in (*(link.text for link in facts.links), *(item.title for item in facts.items)))
    return {name for name in names if len(name) >= _NAME}


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)
