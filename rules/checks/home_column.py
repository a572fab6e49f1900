"""首页应设的专门栏目。

查什么：首页有没有规定名称的栏目入口。
怎样判：首页有名称一致的链接（或图片的替代文字、提示文字、所链接页面的名称一致），合格；首页完整见到而没有，不合格。
什么时候待核：首页没有见到；首页链接可能由脚本或框架页生成；首页有没有文字的图片链接，目标没有见到（轮播图常见）；名称只出现在页脚、不是链接的文字里，或首页有包含规定名称的相近名称。
怎样改：在首页设置该栏目，名称与文件一致。
"""

from collections.abc import Iterator

from crawler.facts.text import label
from crawler.facts.vocabulary import matches, tells_nothing
from crawler.records import Link, Page
from rules import checks
from rules.findings import Verdict, cant_tell, failed, passed
from rules.unit import Unit

NEEDS = ("home",)
_LONGEST_LIKE = 12


class Params(checks.Params):
    """``labels``: names that count, the mandated one first."""

    labels: tuple[str, ...]


def judge(unit: Unit, params: Params, home: Page) -> Iterator[Verdict]:
    def right(name: str | None) -> bool:
        return bool(name) and matches(name or "", params.labels, unit.site.name)

    for link in unit.home_links:
        if right(link.text) or right(link.title) or (tells_nothing(link.text) and any(map(right, _names(unit, link)))):
            name = link.text or link.title or "（图片）"
            yield passed(f"首页有“{name}”", quote=name, page=home)
            return
    wanted = f"首页有“{params.labels[0]}”栏目"
    facts = unit.facts(home)
    shown = next((text for text in facts.labels if right(text)), "")
    rows = {item.url for item in facts.items}
    likes = (link.text for link in unit.home_links if link.url not in rows and _is_like(link, params.labels))
    if unit.menu_gap:
        reason = unit.menu_gap
    elif unit.blind(unit.home_links):
        reason = "首页有没有文字的图片链接，可能包含这个栏目"
    elif any(right(link.text) for link in unit.foot_links):
        reason = "首页只在页脚有这个栏目的链接"
    elif shown:
        reason = f"首页有“{shown}”字样，但不是链接，可能由脚本打开"
    elif like := next(likes, ""):
        reason = f"首页有名称相近的“{like}”，是否就是它须人工核对"
    else:
        yield failed(f"首页没有“{params.labels[0]}”栏目", wanted=wanted, page=home, looked=(home.url,))
        return
    yield cant_tell(reason, wanted=wanted, page=home)


def _names(unit: Unit, link: Link) -> tuple[str | None, ...]:
    """What the page behind a picture calls itself."""
    page = unit.page_at(link.url)
    return (page.facts.column, page.facts.title) if page is not None and page.ok and page.facts is not None else ()


def _is_like(link: Link, labels: tuple[str, ...]) -> bool:
    name = label(link.text)
    return len(name) <= _LONGEST_LIKE and any(label(wanted) in name for wanted in labels)
