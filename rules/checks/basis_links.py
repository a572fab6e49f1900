"""办事指南、权责清单引用的政策依据与集中公开的文件相互关联。

查什么：办事指南、权责清单里用书名号写明的依据文件，本网站政策文件类栏目里公开了的，两处有没有链接关联。按《文件名》与文件标题配对：去掉发文机关、“关于印发……的通知”后，两个名称须完全相同。
怎样判：指南（清单）页有通往该文件的链接，或以该文件名为名称的链接，合格；指南页完整读到、是文字而没有链接，文件又确在本网站公开，不合格。国家和上级的法律、法规本网站没有公开的，不在此列。
什么时候待核：没有见到认得出的指南；指南没有引用本网站公开的文件；指南页有图片、附件未读，或由脚本加载；有“政策依据”之类的链接通往没有见到的页面。
怎样改：在指南、清单的依据处加上通往文件页的链接，在文件页加上通往办事指南的链接。
"""

import re
from collections.abc import Iterator

from crawler.facts.text import fold, label
from crawler.records import Page
from crawler.urls import page_key
from rules import checks
from rules.checks._holders import Sheet, columns_below, sheet_of
from rules.checks.page_elements import Pattern
from rules.findings import Verdict, cant_tell, failed, passed
from rules.papers import bare_title
from rules.unit import Unit

NEEDS = ("home",)
_BOOK = re.compile(r"《([^《》]{4,120})》")
_TO_BASIS = re.compile(
    r"(?:政策|文件|设定|法律|办理|实施)?(?:依据|原文|全文)(?:链接|查看)?|查看(?:原文|依据|文件)|相关(?:政策|文件)"
)
_SHORTEST = 5


class Params(checks.Params):
    """``column``: where the guides or lists stand. ``marks``: how such a page is known: ``least`` of these are on it.
    ``papers``: names of the columns that hold the documents, besides those of policies."""

    column: tuple[str, ...]
    marks: tuple[Pattern, ...]
    least: int = 2
    papers: tuple[str, ...] = ()


def judge(unit: Unit, params: Params, home: object) -> Iterator[Verdict]:
    guides = _guides(unit, params)
    if not guides:
        yield cant_tell("没有见到认得出的办事指南或清单，须人工核对（站外平台上的未检查）", page=unit.home.value)
        return
    papers = _papers(unit, params)
    pairs = [(guide, name) for guide in guides for name in _quoted(unit, guide) if name in papers]
    for guide, name in pairs:
        yield _judge_pair(unit, guide, name, papers[name])
    if not pairs:
        text = f"看过{len(guides)}篇，没有引用本网站政策文件栏目里公开的文件，依据是否关联须人工核对"
        yield cant_tell(text, page=guides[0].page)


def _guides(unit: Unit, params: Params) -> list[Sheet]:
    rows = [item for column in columns_below(unit, params.column) for item in column.items]
    found: dict[str, tuple[Page, str]] = {}
    for item in rows:
        page = unit.page_at(item.url)
        if page is not None and page.ok and page.facts is not None:
            found.setdefault(page.url, (page, item.title))
    sheets = [sheet_of(unit, page, title) for page, title in found.values()]
    return [s for s in sheets if sum(1 for mark in params.marks if re.search(mark, s.text)) >= params.least]


def _papers(unit: Unit, params: Params) -> dict[str, set[str]]:
    """The documents of the site by their bare names, with the addresses they have."""
    columns = [*unit.columns.of_concept("policy", "basis"), *columns_below(unit, params.papers)]
    found: dict[str, set[str]] = {}
    for item in (item for column in columns for item in column.items if item.url):
        name = bare_title(item.title, unit)
        if len(name) >= _SHORTEST and item.url:
            found.setdefault(name, set()).add(page_key(item.url))
    return found


def _quoted(unit: Unit, guide: Sheet) -> list[str]:
    return list(dict.fromkeys(bare_title(name, unit) for name in _BOOK.findall(guide.text.replace("\n", ""))))


def _judge_pair(unit: Unit, guide: Sheet, name: str, urls: set[str]) -> Verdict:
    subject = f"{guide.title[:40]}·《{name}》"
    for link in unit.facts(guide.page).links:
        named = any(bare_title(fold(text).strip("《》"), unit) == name for text in (link.text, link.title) if text)
        if named or page_key(link.url) in urls:
            text = f"依据《{name}》有链接"
            return passed(text, subject=subject, quote=link.text or name, seen=link.url, page=guide.page)
    if doubt := guide.doubt or _pointer(unit, guide):
        return cant_tell(
            f"没有见到通往《{name}》的链接，但{doubt}", subject=subject, quote=f"《{name}》", page=guide.page
        )
    text = f"引用了《{name}》，没有链接到本网站公开的该文件"
    seen = f"文件页 {min(urls)}"
    return failed(text, subject=subject, quote=f"《{name}》", seen=seen, wanted="通往该文件的链接", page=guide.page)


def _pointer(unit: Unit, guide: Sheet) -> str:
    for link in unit.facts(guide.page).links:
        if link.area == "body" and _TO_BASIS.fullmatch(label(link.text)):
            return f"有“{link.text}”链接，通往{link.url}，须人工核对"
    return ""
