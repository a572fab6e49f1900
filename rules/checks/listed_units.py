"""检查名单是否包括规定的全部单位，级别是否写对。

查什么：文件列明的单位（按名称里的地名或机构名认）在检查名单（sites.csv）里有没有，级别写的是不是规定的一级。
怎样判：本单位在列而级别写对，合格；上级单位看整个名单，规定的单位都在而级别都对，合格；缺少或者级别不对，不合格（soft的要求除外）。文件没有列的单位不适用。
什么时候待核：soft的要求，缺少或者级别不对的，由检查人核对名单（只检查一部分单位的名单本来就不全）。这是名单的事，不是网站的问题。
怎样改：检查人在名单里补上缺的单位，改正级别。
"""

import re
from collections.abc import Iterator

from crawler.facts.text import fold
from crawler.records import Page, Site
from rules import checks
from rules.findings import Verdict, cant_tell, failed, inapplicable, passed
from rules.unit import Unit

NEEDS = ("home",)
_NAMED = 12


class Params(checks.Params):
    """``names``: what the names of the units have in them, a group of spellings (``|`` between) for each; ``level``: at
    which they are inspected. ``soft``: a fault of the list is only a question."""

    names: tuple[str, ...]
    level: str
    soft: bool = False

    @property
    def only_asks(self) -> bool:
        return self.soft


def judge(unit: Unit, params: Params, home: Page) -> Iterator[Verdict]:
    own = next((name for name in params.names if _is(unit.site, name)), "")
    if not own and unit.site.level == params.level:
        yield inapplicable("文件没有列本单位")
        return
    if own:
        right = unit.site.level == params.level
        faults = [] if right else [f"“{unit.site.name}”在名单里的级别是{unit.site.level}，应为{params.level}"]
        said = f"本单位在列，名单按{params.level}检查"
    else:
        faults = _faults(unit.listed, params)
        said = f"{len(params.names)}个单位都在名单里，级别都是{params.level}"
    wanted = f"名单里有{len(params.names)}个单位，级别都是{params.level}"
    if not faults:
        yield passed(said, wanted=wanted, page=home)
    elif params.soft:
        yield cant_tell(f"{'；'.join(faults)}。请检查人核对名单，不是网站的问题", wanted=wanted)
    else:
        yield failed("；".join(faults), wanted=wanted, page=home)


def _faults(listed: tuple[Site, ...], params: Params) -> list[str]:
    """What of the list is not as the document says."""
    lacking = [name.split("|")[0] for name in params.names if not any(_is(site, name) for site in listed)]
    wrong = [s.name for s in listed if s.level != params.level and any(_is(s, name) for name in params.names)]
    faults = []
    if lacking:
        named = "、".join(lacking[:_NAMED]) + ("等" if len(lacking) > _NAMED else "")
        faults.append(f"名单里没有{named}（{len(lacking)}个；只检查一部分单位的不必理会）")
    if wrong:
        faults.append(f"级别不是{params.level}：{'、'.join(wrong[:_NAMED])}")
    return faults


def _is(site: Site, name: str) -> bool:
    """Whether a unit is the government of a place or a committee, not a department or a town of it."""
    return (
        re.fullmatch(rf"(?:..{{1,3}}[省市])?(?:{name})(?:人民政府|政府|管委会|管理委员会)?", fold(site.name))
        is not None
    )
