"""政府信息公开平台的栏目名称。

查什么：网站首页上通往公开平台的入口，名称是否就是规定的“政府信息公开”。
怎样判：首页有名称完全一致的入口，合格；只有“信息公开”“政务公开”等其他名称的入口，不合格。
什么时候待核：首页没有见到；首页链接可能由脚本生成；入口是没有文字的图片，看不到名称。
怎样改：把入口名称改为“政府信息公开”，位置不变；“政务公开”可以作为上级栏目保留。
"""

from collections.abc import Iterator

from crawler.facts.columns import Column
from crawler.facts.text import label
from crawler.facts.vocabulary import spellings
from rules import checks
from rules.findings import Verdict, cant_tell, failed, passed
from rules.unit import Unit

NEEDS = ("home", "platform")


class Params(checks.Params):
    """``name``: the mandated name; ``also``: spellings that count as it."""

    name: str
    also: tuple[str, ...] = ()


def judge(unit: Unit, params: Params, home: object, platform: Column) -> Iterator[Verdict]:
    page = unit.home.value
    wanted = {label(name) for name in (params.name, *params.also)}
    for link in unit.home_links:
        if wanted & set(spellings(link.text, unit.site.name)):
            yield passed(f"首页有名称为“{link.text}”的入口", quote=link.text, page=page)
            return
    names = [name for name in platform.names if any(link.text == name for link in unit.home_links)]
    if names:
        text = f"首页的公开平台入口名称是“{names[0]}”，不是“{params.name}”"
        yield failed(text, quote=names[0], seen=names[0], wanted=params.name, page=page)
    elif any(not link.text for link in unit.home_links):
        yield cant_tell("首页的公开平台入口可能是图片，看不到名称", wanted=params.name, page=page)
    elif unit.menu_gap:
        yield cant_tell(unit.menu_gap, wanted=params.name, page=page)
    elif platform.names and wanted & {form for name in platform.names for form in spellings(name, unit.site.name)}:
        yield passed(f"公开平台名称为“{platform.name}”（首页没有入口，另行判定）", page=platform.page)
    else:
        yield failed(
            f"公开平台的名称是“{platform.name}”，不是“{params.name}”",
            seen=platform.name,
            wanted=params.name,
            page=platform.page or page,
        )
