"""政府信息公开平台在首页的位置。

查什么：首页上有没有直接通往公开平台的链接。
怎样判：首页的链接里有公开平台的地址或名称，合格；首页完整见到而没有这样的链接，不合格。
什么时候待核：首页没有见到；链接可能由脚本生成；首页有没有文字的图片入口，且平台页没有找到。
怎样改：在首页主导航或显著位置设置“政府信息公开”入口，直接链接到平台页。
"""

from collections.abc import Iterator

from crawler.facts.vocabulary import concept_of
from crawler.records import Page
from crawler.urls import page_key
from rules import checks
from rules.findings import Verdict, cant_tell, failed, passed
from rules.unit import Unit

NEEDS = ("home",)


class Params(checks.Params):
    """No parameters."""


def judge(unit: Unit, params: Params, home: Page) -> Iterator[Verdict]:
    platform = unit.platform.value
    keys = (
        {page_key(platform.url), *([page_key(platform.page.task.url)] if platform.page else [])} if platform else set()
    )
    for link in unit.home_links:
        concept = concept_of(link.text, unit.site.name)
        if page_key(link.url) in keys or concept in ("platform", "platform_variants"):
            name = link.text or link.title or "（图片）"
            yield passed(f"首页有公开平台入口“{name}”", quote=name, page=home)
            return
    if unit.menu_gap:
        yield cant_tell(unit.menu_gap, page=home)
    elif platform is None and any(not link.text for link in unit.home_links):
        yield cant_tell("首页有没有文字的图片链接，可能包含公开平台入口", page=home)
    elif platform is None and not unit.platform.absent:
        yield cant_tell(unit.platform.reason, page=home)
    else:
        yield failed(
            "首页没有通往政府信息公开平台的链接",
            wanted="首页显著位置有“政府信息公开”入口",
            page=home,
            looked=(home.url,),
        )
