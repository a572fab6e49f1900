"""解读材料与政策文件相互关联。

查什么：解读稿和它所解读的文件，两个页面是否互相有链接。按解读稿标题里的《文件名》与文件标题配对。
怎样判：两个方向都有链接，合格；少一个方向，不合格，写明缺哪个方向。正文里只提到标题而没有链接不算关联。
什么时候待核：解读稿和文件的页面有一个没有见到；没有能够配对的解读稿；页面的相关链接可能由脚本生成。
怎样改：在文件页加“相关解读”链接，在解读页加“政策原文”链接。
"""

import re
from collections.abc import Iterator

from crawler.facts.text import fold
from crawler.facts.vocabulary import concept_of
from crawler.records import Page
from crawler.urls import page_key
from rules import checks
from rules.findings import Verdict, cant_tell, failed, passed
from rules.unit import Unit

NEEDS = ("home",)
_BOOK = re.compile(r"《([^《》]{4,120})》")
_EXPLAINS = re.compile(r"解读|图解|一图读懂|问答")


class Params(checks.Params):
    """No parameters."""


def judge(unit: Unit, params: Params, home: object) -> Iterator[Verdict]:
    articles = unit.ok_pages("article")
    notes = [page for page in articles if _is_interpretation(unit, page)]
    papers = [page for page in articles if not _EXPLAINS.search(unit.facts(page).title or "")]
    pairs = 0
    for note in notes:
        title = fold(unit.facts(note).title or "")
        for name in _BOOK.findall(title):
            paper = _paper_named(unit, papers, name)
            if paper is not None:
                pairs += 1
                yield _judge_pair(unit, paper, note, name)
    if not pairs:
        yield cant_tell(f"看到{len(notes)}篇解读，没有能与本站文件配对的")


def _is_interpretation(unit: Unit, page: Page) -> bool:
    facts = unit.facts(page)
    names = (page.task.column, facts.column or "")
    return _EXPLAINS.search(facts.title or "") is not None and any(
        concept_of(name, unit.site.name) == "interpretation" for name in names
    )


def _paper_named(unit: Unit, papers: list[Page], name: str) -> Page | None:
    wanted = fold(name).removesuffix("的通知").removesuffix("通知")
    for page in papers:
        title = fold(unit.facts(page).title or "")
        if wanted in title and len(wanted) >= 6:
            return page
    return None


def _judge_pair(unit: Unit, paper: Page, note: Page, name: str) -> Verdict:
    subject = f"《{name}》"
    missing = []
    if not _links(unit, paper, note):
        missing.append("文件页没有链接到解读")
    if not _links(unit, note, paper):
        missing.append("解读页没有链接到文件")
    page = paper if len(missing) != 1 or missing[0].startswith("文件") else note
    if not missing:
        return passed("文件与解读相互链接", subject=subject, quote=unit.facts(note).title or "", page=paper)
    return failed(
        "；".join(missing),
        subject=subject,
        quote=unit.facts(page).title or "",
        seen=f"文件页 {paper.url}；解读页 {note.url}",
        wanted="双向链接",
        page=page,
    )


def _links(unit: Unit, source: Page, target: Page) -> bool:
    keys = {page_key(target.url), page_key(target.task.url)}
    return any(page_key(link.url) in keys for link in unit.facts(source).links)
