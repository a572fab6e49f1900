"""政府信息自形成之日起20个工作日内公开。

查什么：本单位制发的、页面同时写明成文日期和发布日期的文件，两个日期之间有几个工作日（按国务院节假日安排，含调休）。同一文件在几处发布的，按最早一处。
怎样判：不超过规定的工作日数，合格；超过，每份文件记一项不合格。成文当天不算，第20个工作日当天公开算按时。转载上级或者其他机关的文件、2008年5月1日以前成文的文件不判。
什么时候待核：没有同时写明两个日期的文件；间隔过长，或同一天发布了多份逾期文件（可能是迁移补录）；页面只写更新日期；成文日期与文号年份不符；地址里的日期早于发布日期；发布早于成文；涉及的年份还没有节假日安排。
怎样改：文件形成后及时公开；属于历史文件补录的，在页面注明。
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from crawler.facts.labels import NAMES_OF
from crawler.urls import date_in_path
from rules import checks
from rules.findings import Verdict, cant_tell, failed, passed
from rules.paper import Paper
from rules.papers import policy_papers
from rules.unit import Unit
from rules.workdays import UnknownYear, workdays_between

NEEDS = ("home",)
_BATCH = 5


class Params(checks.Params):
    """``workdays``: the limit; ``credible_days``: a longer interval in calendar days is a migration, not a delay;
    ``since``: the duty's first day (政府信息公开条例, 2008), documents written before it owe nothing."""

    workdays: int
    credible_days: int
    since: dt.date = dt.date(2008, 5, 1)


@dataclass(frozen=True, slots=True)
class _Dated:
    paper: Paper
    number: str
    written: dt.date
    published: dt.date

    @property
    def seen(self) -> str:
        return f"成文{self.written}，发布{self.published}"


def judge(unit: Unit, params: Params, home: object) -> Iterator[Verdict]:
    papers = [paper for paper in _dated(unit) if paper.written >= params.since]
    good: list[str] = []
    late: list[tuple[_Dated, int]] = []
    for paper in papers:
        taken, doubt = 0, _doubt(paper, params, unit.as_of)
        try:
            taken = 0 if doubt else workdays_between(paper.written, paper.published)
        except UnknownYear as error:
            doubt = f"{error}，不能计算工作日"
        if doubt:
            yield _open(paper, doubt)
        elif taken <= params.workdays:
            good.append(paper.number)
        else:
            late.append((paper, taken))
    days = Counter(paper.published for paper, _ in late)
    for paper, taken in late:
        if reason := _excuse(paper, days[paper.published]):
            yield _open(paper, f"用了{taken}个工作日，但{reason}")
        else:
            yield _late(paper, taken, params.workdays)
    if good:
        text = f"{len(good)}份文件都在{params.workdays}个工作日内公开"
        yield passed(text, subject="按期公开的文件", seen="、".join(good[:10]))
    if not papers:
        yield cant_tell("没有见到同时写明成文日期和发布日期的本单位文件")


_date = dt.date.fromisoformat


def _dated(unit: Unit) -> list[_Dated]:
    """The unit's documents with both dates; of one that stands in several places, the page published first."""
    found: dict[str, _Dated] = {}
    for paper in policy_papers(unit):
        facts = paper.facts
        if facts.written and facts.published:
            number = facts.doc_number or ""
            dated = _Dated(paper, number, _date(facts.written), _date(facts.published))
            if number not in found or dated.published < found[number].published:
                found[number] = dated
    return list(found.values())


def _doubt(paper: _Dated, params: Params, as_of: dt.date) -> str:
    """Why a document's dates cannot be used, or ""."""
    days = (paper.published - paper.written).days
    if paper.published > as_of or days < 0:
        return "日期不可用"
    return f"间隔{days}天，可能是迁移补录，须人工核对" if days > params.credible_days else ""


def _excuse(paper: _Dated, same_day: int) -> str:
    """Why a document that seems late may not be."""
    facts = paper.paper.facts
    if same_day >= _BATCH:
        return f"同一天发布了{same_day}份逾期文件，可能是迁移补录"
    if "〔" in paper.number and f"〔{paper.written.year}〕" not in paper.number:
        return "成文日期与文号的年份不符"
    told = any(facts.fields.get(name) for name in NAMES_OF["published"]) or facts.meta.get("PubDate")
    if not told and any(facts.fields.get(name) for name in ("更新日期", "更新时间")):
        return "页面只写了更新日期，没有写发布日期"
    hint = date_in_path(paper.paper.page.url)
    if hint and str(paper.written) <= hint < str(paper.published):
        return f"地址里的日期{hint}早于页面写的发布日期"
    return ""


def _open(paper: _Dated, why: str) -> Verdict:
    text = f"{paper.number}{paper.seen}：{why}"
    return cant_tell(text, subject=f"文件:{paper.number}", seen=paper.seen, page=paper.paper.page)


def _late(paper: _Dated, taken: int, limit: int) -> Verdict:
    return failed(
        f"{paper.number}{paper.seen}，用了{taken}个工作日，超过{limit}个",
        subject=f"文件:{paper.number}",
        quote=paper.paper.facts.title or "",
        seen=paper.seen,
        wanted=f"{limit}个工作日内",
        page=paper.paper.page,
    )
