"""解读材料与政策文件相互关联。

查什么：解读稿和它所解读的本单位文件，两个页面是否互相有链接。按解读稿标题里的《文件名》与文件标题配对：去掉发文机关、“关于印发……的通知”后，两个名称须完全相同。
怎样判：文件页链接到至少一篇解读，每篇解读都链接到文件，合格；少一个方向，不合格，写明缺哪个方向。图片链接也算；正文里只提到标题而没有链接不算关联。同一文件、同一解读在几处发布的，有一处链接即可。
什么时候待核：解读稿和文件的页面有一个没有见到；没有能够配对的解读稿；页面的相关链接可能由脚本或框架页加载；页面有“政策原文”“相关解读”之类或者名称相同的链接，但通往别的页面。
怎样改：在文件页加“相关解读”链接，在解读页加“政策原文”链接。
"""

import re
from collections.abc import Iterator

from crawler.facts.text import fold, label
from crawler.facts.vocabulary import concept_of
from crawler.records import Page
from crawler.urls import page_key
from rules import checks
from rules.findings import Verdict, cant_tell, failed, passed
from rules.papers import bare_title, issued_by, issuer_names, policy_papers
from rules.unit import Unit

NEEDS = ("home",)
_BOOK = re.compile(r"《([^《》]{4,120})》")
_EXPLAINS = re.compile(r"解读|图解|读懂|看懂|问答")
_TO_PAPER = re.compile(
    r"(?:政策|文件|查看|相关)?(?:原文|全文)(?:链接|下载)?|(?:政策|相关)?文件(?:原文|链接)|相关政策(?:文件)?"
)
_TO_NOTE = re.compile(
    r"(?:相关|政策|文件|文字|图文|图片|视频|专家|部门|解读)?(?:解读|图解)(?:链接|材料|材料链接)?|一图读懂|政策问答"
)
_FILE = re.compile(r"^附件\d*[：:.、]?|\.\w{2,4}$")
_SHORTEST = 5


class Params(checks.Params):
    """No parameters."""


def judge(unit: Unit, params: Params, home: object) -> Iterator[Verdict]:
    articles = unit.ok_pages("article")
    notes = [page for page in articles if _is_interpretation(unit, page)]
    papers: dict[str, list[Page]] = {}
    for page in _papers(unit, articles):
        papers.setdefault(bare_title(unit.facts(page).title or "", unit), []).append(page)
    pairs: dict[str, list[Page]] = {}
    for note in notes:
        for name in dict.fromkeys(bare_title(name, unit) for name in _BOOK.findall(unit.facts(note).title or "")):
            if name in papers and len(name) >= _SHORTEST:
                pairs.setdefault(name, []).append(note)
    for name, explaining in pairs.items():
        yield _judge_pair(unit, name, papers[name], explaining)
    if not pairs:
        yield cant_tell(f"看到{len(notes)}篇解读，没有能与本单位文件配对的")


def _is_interpretation(unit: Unit, page: Page) -> bool:
    facts = unit.facts(page)
    names = (page.task.column, facts.column or "")
    return _EXPLAINS.search(facts.title or "") is not None and any(
        concept_of(name, unit.site.name) == "interpretation" for name in names
    )


def _papers(unit: Unit, articles: list[Page]) -> list[Page]:
    """Pages of the unit's own documents: numbered ones, and unnumbered ones in a column of documents that name no
    other issuer."""
    own = {paper.page.url for paper in policy_papers(unit)}
    names = issuer_names(unit)

    def is_one(page: Page) -> bool:
        facts = unit.facts(page)
        title = facts.title or ""
        listed = any(concept_of(n, unit.site.name) == "policy" for n in (page.task.column, facts.column or ""))
        plain = facts.doc_number is None and listed and issued_by(title, names) is not False
        return not _EXPLAINS.search(title) and (page.url in own or plain)

    return [page for page in articles if is_one(page)]


def _judge_pair(unit: Unit, name: str, papers: list[Page], notes: list[Page]) -> Verdict:
    lacking: list[tuple[str, list[Page], re.Pattern[str]]] = []
    if not _linked(unit, papers, notes):
        lacking.append(("文件页没有链接到解读", papers, _TO_NOTE))
    by_title: dict[str, list[Page]] = {}
    for note in notes:
        by_title.setdefault(fold(unit.facts(note).title or ""), []).append(note)
    bare = [alike for alike in by_title.values() if not _linked(unit, alike, papers)]
    lacking += [("解读页没有链接到文件", alike, _TO_PAPER) for alike in bare]
    subject = f"《{name}》"
    title = unit.facts(notes[0]).title or ""
    if not lacking:
        return passed("文件与解读相互链接", subject=subject, quote=title, page=papers[0])
    for said, pages, words in lacking:
        if reason := next(filter(None, (_unseen(unit, page, name, words) for page in pages)), ""):
            return cant_tell(f"{said}，但{reason}", subject=subject, quote=title, page=pages[0])
    page = lacking[0][1][0]
    return failed(
        "；".join(dict.fromkeys(said for said, _, _ in lacking)),
        subject=subject,
        quote=unit.facts(page).title or "",
        seen=f"文件页 {papers[0].url}；解读页 {notes[0].url}",
        wanted="双向链接",
        page=page,
    )


def _linked(unit: Unit, sources: list[Page], targets: list[Page]) -> bool:
    keys = {page_key(url) for page in targets for url in (page.url, page.task.url)}
    return any(page_key(link.url) in keys for source in sources for link in unit.facts(source).links)


def _unseen(unit: Unit, page: Page, name: str, words: re.Pattern[str]) -> str:
    """Why a page that shows no link to its counterpart may have one, or ""."""
    facts = unit.facts(page)
    if facts.scripted or facts.frames:
        return "相关链接可能由脚本或框架页加载"
    own = {page_key(page.url), page_key(page.task.url)}
    for link in facts.links:
        seen = unit.page_at(link.url)
        for text in (link.text, link.title):
            bare = bare_title(_FILE.sub("", fold(text)), unit)
            named = bare == name if words is _TO_PAPER else name in bare and _EXPLAINS.search(bare)
            pointed = words.fullmatch(label(text)) and (seen is None or not seen.ok)
            if (named or pointed) and page_key(link.url) not in own:
                return f"有“{text}”链接，通往{link.url}，须人工核对"
    return ""
