"""首页应设的专门栏目。

查什么：首页有没有规定名称的栏目入口。
怎样判：首页有名称一致的链接（或图片的替代文字、提示文字一致），合格；首页完整见到而没有，不合格。
什么时候待核：首页没有见到；首页链接可能由脚本生成；首页有没有文字的图片链接（轮播图常见）。
怎样改：在首页设置该栏目，名称与文件一致。
"""

from collections.abc import Iterator

from crawler.facts.vocabulary import matches
from crawler.records import Page
from rules import checks
from rules.findings import Verdict, cant_tell, failed, passed
from rules.unit import Unit

NEEDS = ("home",)


class Params(checks.Params):
    """``labels``: names that count, the mandated one first."""

    labels: tuple[str, ...]


def judge(unit: Unit, params: Params, home: Page) -> Iterator[Verdict]:
    for link in unit.home_links:
        if matches(link.text, params.labels, unit.site.name) or matches(link.title, params.labels, unit.site.name):
            yield passed(f"首页有“{link.text or link.title}”", quote=link.text or link.title, page=home)
            return
    wanted = f"首页有“{params.labels[0]}”栏目"
    if unit.menu_gap:
        yield cant_tell(unit.menu_gap, wanted=wanted, page=home)
    elif any(not link.text and not link.title for link in unit.home_links):
        yield cant_tell("首页有没有文字的图片链接，可能包含这个栏目", wanted=wanted, page=home)
    else:
        yield failed(f"首页没有“{params.labels[0]}”栏目", wanted=wanted, page=home, looked=(home.url,))
