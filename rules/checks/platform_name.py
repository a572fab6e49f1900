"""政府信息公开平台的栏目名称。

查什么：网站首页上通往公开平台的入口，名称是否就是规定的“政府信息公开”。
怎样判：首页有名称完全一致的入口（前面带本单位名称、后面带“专栏”的也算），合格；首页完整见到，只有“信息公开”“政务公开”等其他名称的入口，不合格。
什么时候待核：首页没有见到；首页链接可能由脚本或框架页生成；入口是没有文字的图片；规定名称只出现在页脚、不是链接的文字、平台页自己的标题里，或链接到本单位范围以外。
怎样改：把入口名称改为“政府信息公开”，位置不变；“政务公开”可以作为上级栏目保留。
"""

from collections.abc import Callable, Iterator

from crawler.facts.columns import Column
from crawler.facts.text import label
from crawler.facts.vocabulary import spellings, tells_nothing
from crawler.records import Link, Page
from crawler.urls import in_scope
from rules import checks
from rules.findings import Verdict, cant_tell, failed, passed
from rules.unit import Unit

NEEDS = ("home", "platform")


class Params(checks.Params):
    """``name``: the mandated name; ``also``: spellings that count as it."""

    name: str
    also: tuple[str, ...] = ()


def judge(unit: Unit, params: Params, home: Page, platform: Column) -> Iterator[Verdict]:
    wanted = {label(name) for name in (params.name, *params.also)}

    def right(name: str) -> bool:
        return not wanted.isdisjoint(spellings(name, unit.site.name))

    named = [link for link in unit.home_links if right(link.text) or right(link.title)]
    own = [link for link in named if unit.leads_to(link, platform) or in_scope(link.url, unit.scope)]
    entries = [link for link in unit.home_links if unit.leads_to(link, platform)]
    shown = next((link.text for link in entries if link.text in platform.names), platform.name)
    if own or (named and platform.page is None):
        text = (own or named)[0].text
        yield passed(f"首页有名称为“{text}”的入口", quote=text, page=home)
    elif named:
        text = f"首页的“{named[0].text}”链接到本单位范围以外，本单位的公开平台名称是“{shown}”"
        yield cant_tell(text, quote=named[0].text, wanted=params.name, page=home)
    elif reason := _doubt(unit, home, platform, entries, right):
        yield cant_tell(f"{reason}（见到的名称是“{shown}”）", wanted=params.name, page=home)
    elif not entries and any(right(name) for name in platform.names):
        yield passed(f"公开平台名称为“{platform.name}”（首页没有入口，另行判定）", page=platform.page)
    else:
        text = f"{'首页的公开平台入口' if entries else '公开平台的'}名称是“{shown}”，不是“{params.name}”"
        page = home if entries else platform.page or home
        yield failed(text, quote=shown if entries else "", seen=shown, wanted=params.name, page=page)


def _doubt(unit: Unit, home: Page, platform: Column, entries: list[Link], right: Callable[[str], bool]) -> str:
    """Why the mandated name may be on the home page all the same, or ""."""
    if unit.menu_gap:
        return unit.menu_gap
    if any(tells_nothing(link.text) for link in entries):
        return "首页的公开平台入口是没有文字的图片，看不到名称"
    if any(in_scope(link.url, unit.scope) for link in unit.blind(unit.home_links)):
        return "首页有没有文字的图片链接，链接的页面没有见到，可能就是公开平台入口"
    if any(right(link.text) for link in unit.foot_links):
        return "规定名称的入口只在首页的页脚"
    if any(right(text) for text in unit.facts(home).labels):
        return "首页有规定的名称，但不是链接，可能由脚本打开"
    facts = platform.page.facts if platform.page else None
    if entries and facts and any(right(name) for name in (facts.column or "", facts.title or "")):
        return "平台页自己的名称是规定的名称，首页入口用了另外的名称"
    return ""
