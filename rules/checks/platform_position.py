"""政府信息公开平台在首页的位置。

查什么：首页上有没有直接通往公开平台的链接。
怎样判：首页（页脚除外）的链接里有公开平台的地址或名称，合格；首页完整见到而没有这样的链接，不合格。
什么时候待核：首页没有见到；链接可能由脚本或框架页生成；首页有没有文字、目标也没有见到的图片链接；入口只在页脚，或名称不是链接；首页的同名链接通往本单位范围以外。
怎样改：在首页主导航或显著位置设置“政府信息公开”入口，直接链接到平台页。
"""

from collections.abc import Iterator

from crawler.facts.columns import Column
from crawler.facts.vocabulary import concept_of
from crawler.records import Link, Page
from crawler.urls import in_scope
from rules import checks
from rules.findings import Verdict, cant_tell, failed, passed
from rules.unit import Unit

NEEDS = ("home",)


class Params(checks.Params):
    """No parameters."""


def judge(unit: Unit, params: Params, home: Page) -> Iterator[Verdict]:
    platform = unit.platform.value
    entries = [link for link in unit.home_links if _is_entry(unit, link, platform)]
    own = [link for link in entries if _is_own(unit, link, platform)]
    if own or (entries and platform is None):
        name = (own or entries)[0].text or "（图片）"
        yield passed(f"首页有公开平台入口“{name}”", quote=name, page=home)
    elif entries:
        text = f"首页的“{entries[0].text}”链接到本单位范围以外，没有见到通往本单位公开平台的链接"
        yield cant_tell(text, quote=entries[0].text, page=home)
    elif reason := _doubt(unit, home, platform):
        yield cant_tell(reason, page=home)
    else:
        yield failed(
            "首页没有通往政府信息公开平台的链接",
            wanted="首页显著位置有“政府信息公开”入口",
            page=home,
            looked=(home.url,),
        )


def _is_entry(unit: Unit, link: Link, platform: Column | None) -> bool:
    named = concept_of(link.text, unit.site.name) in ("platform", "platform_variants")
    return named or (platform is not None and unit.leads_to(link, platform))


def _is_own(unit: Unit, link: Link, platform: Column | None) -> bool:
    return in_scope(link.url, unit.scope) or (platform is not None and unit.leads_to(link, platform))


def _doubt(unit: Unit, home: Page, platform: Column | None) -> str:
    """Why there may be an entry all the same, or ""."""
    if unit.menu_gap:
        return unit.menu_gap
    if unit.blind(unit.home_links):
        return "首页有没有文字的图片链接，链接的页面没有见到，可能就是公开平台入口"
    if any(_is_entry(unit, link, platform) for link in unit.foot_links):
        return "公开平台的入口只在首页的页脚，位置是否显著须人工核对"
    if any(concept_of(text, unit.site.name) == "platform" for text in unit.facts(home).labels):
        return "首页有“政府信息公开”字样，但不是链接，可能由脚本打开"
    return unit.platform.reason if platform is None else unit.veiled
