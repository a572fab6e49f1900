"""网站底部的标识。

查什么：首页底部功能区有没有规定的标识：党政机关网站标识、“我为政府网站找错”入口、网站标识码、ICP备案编号、公安机关备案标识、主办单位、联系方式。
怎样判：首页底部有（文字、链接、图片地址或写出标识的脚本都算，注释里的不算），合格；底部完整见到而没有，不合格。
什么时候待核：首页没有见到；首页里没有识别出底部；底部有一部分由脚本或框架页加载；党政机关标识和找错入口可能由底部加载的脚本画出来。
怎样改：按统一样式在所有页面底部补上该标识。
"""

import re
from collections.abc import Iterator

from pydantic import field_validator

from crawler.facts.text import label
from crawler.records import Footer, Page
from crawler.urls import host_of
from rules import checks
from rules.findings import Verdict, cant_tell, failed, passed
from rules.unit import Unit

NEEDS = ("home",)
_MARKS = {
    "党政机关网站标识": "party_gov_mark",
    "我为政府网站找错": "report_error",
    "网站标识码": "site_code",
    "ICP备案编号": "icp",
    "公安机关备案标识": "police",
    "网站主办单位": "sponsor",
    "联系方式": "phone",
}
_CONTACT = re.compile(r"(?:网站)?联系(?:我们|方式|本站|网站|站长)")
_POLICE_HOSTS = ("beian.gov.cn", "beian.mps.gov.cn")
_DRAWN = ("party_gov_mark", "report_error")


class Params(checks.Params):
    """``marks``: which of the seven to judge."""

    marks: tuple[str, ...]

    @field_validator("marks")
    @classmethod
    def _known(cls, marks: tuple[str, ...]) -> tuple[str, ...]:
        for mark in marks:
            if mark not in _MARKS:
                raise ValueError(f"不认识标识“{mark}”，可用的有 {'、'.join(_MARKS)}")
        return marks


def judge(unit: Unit, params: Params, home: Page) -> Iterator[Verdict]:
    foot = unit.facts(home).footer
    links = [link for link in unit.facts(home).links if link.area != "nav"]
    other = {
        "联系方式": foot.email or any(_CONTACT.fullmatch(label(link.text)) for link in links),
        "公安机关备案标识": any(host_of(link.url).removeprefix("www.") in _POLICE_HOSTS for link in links),
    }
    for mark in params.marks:
        name = _MARKS[mark]
        value = getattr(foot, name) or other.get(mark)
        if value:
            shown = value if isinstance(value, str) else mark
            yield passed(f"底部有{mark}", subject=mark, quote=shown, page=home)
        elif not foot.seen:
            yield cant_tell("首页里没有识别出底部功能区（可能由脚本或框架加载）", subject=mark, wanted=mark, page=home)
        elif foot.partial:
            text = f"看到的底部没有{mark}，但底部有一部分由脚本或框架页加载"
            yield cant_tell(text, subject=mark, wanted=mark, page=home)
        elif name in _DRAWN and foot.scripted:
            yield cant_tell(
                f"底部没有看到{mark}，但底部加载了脚本，可能由脚本画出", subject=mark, wanted=mark, page=home
            )
        else:
            yield failed(f"首页底部没有{mark}", subject=mark, seen=_shown(foot), wanted=mark, page=home)


def _shown(foot: Footer) -> str:
    present = [mark for mark, name in _MARKS.items() if getattr(foot, name)]
    return "底部已有：" + ("、".join(present) or "无")
