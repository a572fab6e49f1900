"""文件的前后环节：出台前征求意见、出台时同步解读、解读由谁作出。

查什么：本单位制发的、有文号的文件，和它的征求意见公告、解读材料（按标题里的《文件名》和页面链接配对）之间的关系：发布相隔几天、解读的份数和来源、有没有办事入口、出台前有没有征求意见，以及有解读的文件占多少。
怎样判：同步解读看第一篇解读晚于文件几天，在规定天数以内，合格；晚得多（超过规定的上限），解读栏目看全了而没有更早的解读，不合格。其余各项找到就合格，并写明份数。
什么时候待核：没有能配对的文件和解读；相隔天数在两个限度之间；页面没有发布日期，或者可能是迁移补录（同一天多篇、相隔过长、地址里的日期更早）；解读栏目没有看全；没有见到有关环节（没有见到不等于没有做）。
怎样改：解读与文件同时发布，注明解读单位，互相加上链接；出台前公开征求意见并保留公告。
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from crawler.facts.text import fold
from crawler.records import Facts, Page
from crawler.urls import date_in_path
from rules import checks
from rules.checks._consultations import consultations
from rules.checks._holders import unseen
from rules.checks._register import own_numbers, records_of
from rules.copies import INTERPRETATION, Copy
from rules.documents import own_names
from rules.findings import Verdict, cant_tell, failed, passed
from rules.register import Record
from rules.unit import Unit

NEEDS = ("home",)
_BATCH = 5
_CREDIBLE = 400
_SERVICE = re.compile(r"渝快办|网上办事|办事大厅|政务服务|在线办理|办事入口|办事指南")
_BY = ("解读单位", "解读机关", "解读机构", "解读部门", "解读人", "来源", "信息来源", "发布机构", "作者")


class Params(checks.Params):
    """``measure``: ``gap`` 同步解读, ``share`` 解读比例, ``times`` 多次解读, ``source`` 谁起草谁解读, ``service`` 关联办事,
    ``consulted`` 出台前征求意见. ``within_days`` is 同步, from ``late_days`` on it is not; ``least``: so many
    interpretations of one document; ``since``: documents published from this day on."""

    measure: Literal["gap", "share", "times", "source", "service", "consulted"]
    within_days: int = 3
    late_days: int = 30
    least: int = 2
    since: dt.date | None = None

    @property
    def only_asks(self) -> bool:
        return self.measure != "gap"


@dataclass(frozen=True, slots=True)
class _Paper:
    record: Record
    published: dt.date | None
    notes: tuple[Copy, ...]
    page: Page | None

    @property
    def name(self) -> str:
        return self.record.doc_number or self.record.title


def judge(unit: Unit, params: Params, home: object) -> Iterator[Verdict]:
    papers = _papers(unit, params.since)
    if not papers:
        yield cant_tell("没有见到本单位有文号的文件，须人工核对")
    elif params.measure == "gap":
        explained = [paper for paper in papers if paper.notes]
        yield from _gaps(unit, explained, params)
        if not explained:
            yield cant_tell(f"看到{len(papers)}份文件，没有能配对的解读")
    else:
        yield _counted(unit, papers, params)


def _papers(unit: Unit, since: dt.date | None) -> list[_Paper]:
    records, own = records_of(unit), own_numbers(unit)
    notes = {copy.url: copy for r in records if r.kind == INTERPRETATION for copy in r.copies}
    found = []
    for record in records:
        if record.doc_number not in own or record.kind == INTERPRETATION:
            continue
        day = min((day for copy in record.copies if (day := _day(copy))), default=None)
        if since is None or (day and day >= since):
            explaining = tuple(notes[url] for url in record.interpretations if url in notes)
            found.append(_Paper(record, day, explaining, unit.page_at(record.copies[0].url)))
    return found


def _day(copy: Copy) -> dt.date | None:
    days = [dt.date.fromisoformat(day) for day in (copy.published, copy.row_date) if day]
    return min(days, default=None)


# --- 同步解读 -------------------------------------------------------------------------------------------------------


def _gaps(unit: Unit, papers: list[_Paper], params: Params) -> Iterator[Verdict]:
    firsts = {id(paper): min((d for n in paper.notes if (d := _day(n))), default=None) for paper in papers}
    days = Counter(day for day in firsts.values() if day)
    lost = unseen(unit.columns.of_concept("interpretation")) or next(iter(unit.gaps), "")
    for paper in papers:
        first, subject = firsts[id(paper)], f"文件:{paper.name}"
        if first is None or paper.published is None or max(first, paper.published) > unit.as_of:
            yield cant_tell(f"{paper.name}或它的解读没有可用的发布日期", subject=subject, page=paper.page)
            continue
        gap = (first - paper.published).days
        seen = f"文件{paper.published}发布，第一篇解读{first}发布"
        doubt = _migrated(paper, first, days[first]) or lost
        if gap <= params.within_days:
            yield passed(f"{paper.name}：{seen}", subject=subject, seen=seen, page=paper.page)
        elif gap < params.late_days or doubt:
            why = doubt or f"“同步”没有规定天数，晚{gap}天是否算同步须人工核对"
            yield cant_tell(f"{paper.name}：{seen}，{why}", subject=subject, seen=seen, page=paper.page)
        else:
            yield failed(
                f"{paper.name}的解读晚于文件{gap}天发布，没有同步",
                subject=subject,
                quote=paper.notes[0].title,
                seen=seen,
                wanted=f"解读与文件同步发布（{params.within_days}天以内）",
                page=paper.page,
                looked=tuple(note.url for note in paper.notes),
            )


def _migrated(paper: _Paper, first: dt.date, same_day: int) -> str:
    """Why the dates may be those of a migration, or ""."""
    if same_day >= _BATCH:
        return f"同一天发布了{same_day}篇解读，可能是迁移补录"
    if paper.published and (first - paper.published).days > _CREDIBLE:
        return f"相隔超过{_CREDIBLE}天，可能是迁移补录"
    hints = [hint for note in paper.notes if (hint := date_in_path(note.url))]
    early = min(hints, default="")
    return f"地址里的日期{early}早于页面写的发布日期" if early and early < first.isoformat() else ""


# --- what is counted ------------------------------------------------------------------------------------------------


def _counted(unit: Unit, papers: list[_Paper], params: Params) -> Verdict:
    what, hits = _hits(unit, papers, params)
    seen = "；".join(f"{paper.name} {said}" for paper, said in hits[:4])
    asked = papers if params.measure in ("share", "consulted") else [paper for paper in papers if paper.notes]
    if hits:
        rate = f"（{100 * len(hits) // len(asked)}%）"
        text = f"看过的{len(asked)}份文件里有{len(hits)}份{what}{rate}"
        return passed(text, quote=hits[0][0].record.title, seen=seen, page=hits[0][0].page)
    return cant_tell(f"看过的{len(papers)}份文件里没有见到{what}的，须人工核对", page=papers[0].page)


def _hits(unit: Unit, papers: list[_Paper], params: Params) -> tuple[str, list[tuple[_Paper, str]]]:
    """What is counted, and the documents it holds for, with the words that show it."""
    if params.measure == "share":
        return "有解读", [(paper, paper.notes[0].title) for paper in papers if paper.notes]
    if params.measure == "times":
        many = [
            (p, f"{n}篇") for p in papers if (n := len({(note.whole, note.body) for note in p.notes})) >= params.least
        ]
        return f"解读{params.least}次以上", many
    if params.measure == "consulted":
        return "出台前公开征求过意见", [(paper, said) for paper in papers if (said := _consulted(unit, paper))]
    named = _author if params.measure == "source" else _service
    what = "由本单位解读" if params.measure == "source" else "关联了办事入口"
    pages = ((p, page) for p in papers for page in (*_pages(unit, p.notes), *([p.page] if named is _service else [])))
    found: dict[str, tuple[_Paper, str]] = {}
    for paper, page in pages:
        if paper.notes and page is not None and page.facts is not None and (said := named(unit, page.facts)):
            found.setdefault(paper.name, (paper, said))
    return what, list(found.values())


def _pages(unit: Unit, notes: tuple[Copy, ...]) -> list[Page | None]:
    return [unit.page_at(note.url) for note in notes]


def _author(unit: Unit, facts: Facts) -> str:
    """The unit where an interpretation names it as its source."""
    said = [facts.source or "", *(facts.fields.get(name, "") for name in _BY)]
    names = [name for name in own_names(unit) if len(name) >= 3]
    return next((text for text in said if any(name in fold(text) for name in names)), "")


def _service(unit: Unit, facts: Facts) -> str:
    links = (link for link in facts.links if link.area in ("body", "side"))
    return next((link.text for link in links if _SERVICE.search(fold(link.text))), "")


def _consulted(unit: Unit, paper: _Paper) -> str:
    """The notice by which a document's draft was published for opinions before the document."""
    for notice in consultations(unit, None):
        names = {copy.bare for copy in paper.record.copies} | {fold(copy.title) for copy in paper.record.copies}
        before = notice.published and paper.published and notice.published <= paper.published
        if before and len(notice.subject) >= 5 and any(notice.subject in name for name in names):
            return notice.sheet.title
    return ""
