"""网站上有没有某件事的公开痕迹。

查什么：看过的列表条目和文章里，有没有标题（或者正文）写明某件事的，例如政务公开培训、监督检查通报、工作方案；或者有没有不应做的事的痕迹，例如区县自己采购第三方评估。
怎样判：应有痕迹的：有，合格，列出标题、日期和网址；没有，不算不合格（内部开展的不一定上网），交由人核对。不应有的：标题写明本单位做了，不合格（经批准可以做的只待核）；没有见到，也交由人核对。转载的其他机关文件不算。
什么时候待核：不应有的痕迹，标题没有写明是本单位，或者经批准可以做，或没有日期。
怎样改：应有痕迹的，把开展情况在本单位网站公开；不应做的，停止并按规定整改。
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pydantic import field_validator, model_validator

from crawler.facts.text import fold
from crawler.records import Page
from rules import checks
from rules.checks._titles import titled
from rules.findings import Verdict, cant_tell, failed, passed, untested
from rules.papers import issuer_names
from rules.unit import Unit

NEEDS = ("home",)


class Params(checks.Params):
    """``words``: regular expressions that all have to be in the title (``where: text``: within one sentence of an
    article's text); ``without``: none of these; ``within``: what the title, the column or the way to it must match. ``days``: not older than so many days; ``first``, ``last``: dated
    between these days. ``least``: so many traces. ``forbidden``: the
    thing must not be done (or only so), and what a trace of it amounts to. ``question``, ``look_at``: what a
    person answers where nothing was met."""

    words: tuple[str, ...]
    question: str
    look_at: str = ""
    without: tuple[str, ...] = ()
    within: str = ""
    where: Literal["title", "text"] = "title"
    days: int | None = None
    first: dt.date | None = None
    last: dt.date | None = None
    least: int = 1
    forbidden: Literal["", "failed", "cant_tell"] = ""

    @field_validator("words", "without", "within")
    @classmethod
    def _compile(cls, words: tuple[str, ...] | str) -> tuple[str, ...] | str:
        for word in (words,) if isinstance(words, str) else words:
            try:
                re.compile(word)
            except re.error as error:
                raise ValueError(f"“{word}”不是有效的正则表达式：{error}") from error
        return words

    @model_validator(mode="after")
    def _dates(self) -> "Params":
        if not self.words:
            raise ValueError("words至少要有一个")
        if self.days is not None and self.first is not None:
            raise ValueError("days和first只能写一个")
        return self

    @property
    def only_asks(self) -> bool:
        return self.forbidden != "failed"


@dataclass(frozen=True, slots=True)
class _Trace:
    title: str
    quote: str
    date: dt.date | None
    page: Page
    url: str


def judge(unit: Unit, params: Params, home: object) -> Iterator[Verdict]:
    first = unit.as_of - dt.timedelta(params.days) if params.days is not None else params.first
    last = min(params.last or unit.as_of, unit.as_of)
    found = [trace for trace in _traces(unit, params) if _dated(trace, first, last)]
    if params.forbidden:
        yield _forbidden(unit, params, found, first)
        return
    if len(found) >= params.least:
        best = max(found, key=lambda trace: trace.date or dt.date.min)
        few = "；".join(f"{t.title[:40]}（{t.date or '无日期'}）" for t in found[:5])
        text = f"网站上有{len(found)}条：{few}"
        yield passed(text, quote=best.quote, seen=best.url, page=best.page)
        return
    some = f"（只见到{len(found)}条：{found[0].title[:40]}）" if found else ""
    yield untested(f"{params.question}{some}", wanted=params.look_at)


def _forbidden(unit: Unit, params: Params, found: list[_Trace], first: dt.date | None) -> Verdict:
    names = issuer_names(unit)
    own = next((t for t in found if any(name in fold(t.title) for name in names) and (t.date or first is None)), None)
    trace = own or next(iter(found), None)
    if trace is None:
        return untested(params.question, wanted=params.look_at)
    said = {"quote": trace.quote, "seen": trace.url, "page": trace.page}
    if own is not None and params.forbidden == "failed":
        return failed(f"网站上有“{own.title}”（{own.date or '无日期'}）", **said)
    return cant_tell(
        f"网站上有“{trace.title}”（{trace.date or '无日期'}），是否本单位所为、是否符合规定须人工核对", **said
    )


def _dated(trace: _Trace, first: dt.date | None, last: dt.date) -> bool:
    """Whether a trace lies within the days asked for; one without a date only where none are asked for."""
    if trace.date is None:
        return first is None
    return (first is None or trace.date >= first) and trace.date <= last


def _traces(unit: Unit, params: Params) -> list[_Trace]:
    """Rows and articles that tell of it, each address once, another issuer's documents left out."""
    found: dict[str, _Trace] = {}
    for one in titled(unit) if params.where == "title" else ():
        if _tells(one.title, params):
            old = found.get(one.url)
            date = one.date or (old.date if old else None)
            found[one.url] = _Trace(one.title, one.title, date, one.page, one.url)
    for page in unit.ok_pages("article", "document") if params.where == "text" else ():
        facts = unit.facts(page)
        names = (facts.title or "", facts.column or "", page.task.column, *facts.breadcrumbs)
        if not any(re.search(params.within, fold(name)) for name in names):
            continue
        told = next((line for line in re.split(r"[。\n]", facts.text) if _tells(line, params)), "")
        if told:
            date = dt.date.fromisoformat(facts.published) if facts.published else None
            found[page.url] = _Trace(facts.title or "", told.strip()[:120], date, page, page.url)
    return list(found.values())


def _tells(text: str, params: Params) -> bool:
    flat = fold(text)
    return all(re.search(word, flat) for word in params.words) and not any(re.search(w, flat) for w in params.without)
