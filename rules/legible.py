"""Pages whose characters the mandates' words can be compared with. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from crawler.records import Facts, Page, PageStatus

#: Common characters in government pages whose two forms differ, traditional and simplified side by side.
_TRADITIONAL = "國務門開關與會發機構資訊條規劃對應業號書產區縣處辦員為個時長農經濟財"
_SIMPLIFIED = "国务门开关与会发机构资讯条规划对应业号书产区县处办员为个时长农经济财"
_FEW = 8


def _is_traditional(text: str) -> bool:
    """Whether a text is written in traditional characters: names of columns and marks in it are spelled otherwise. False
    for one with too few telling characters."""
    old = sum(map(text.count, _TRADITIONAL))
    return old >= _FEW and old > sum(map(text.count, _SIMPLIFIED))


def legible(pages: Iterable[Page]) -> Iterator[Page]:
    """Pages, those in traditional characters as ones not seen: what they do not seem to hold may be there under its
    other spelling. A traditional edition beside the portal (繁體版), and what is linked from it, is left out."""
    editions: set[str] = set()
    for page in pages:
        facts = page.facts
        if not page.ok or facts is None or not _is_traditional(_shown(facts)):
            yield page
        elif page.task.role != "home" and ("繁" in page.task.label or page.task.parent in editions):
            editions |= {page.task.url, page.url}
        else:
            why = "页面是繁体字，规定的名称是简体字，程序没有比对"
            yield replace(page, status=PageStatus.HOLLOW, detail=why)


def _shown(facts: Facts) -> str:
    return "".join((facts.title or "", *(link.text for link in facts.links), facts.text))
