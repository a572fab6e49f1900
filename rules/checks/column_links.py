"""栏目里应有的链接。

查什么：规定的栏目里有没有通往规定去处的链接（按链接名称和域名）。同名栏目、其下级栏目和内容页都看。
怎样判：有名称一致的链接或通往规定域名的链接，合格；栏目完整见到而没有，不合格。站外页面不访问，只判有没有链接。
什么时候待核：栏目或者下级栏目没有见到、没有翻完；栏目内容可能由脚本或框架页加载；栏目有没有文字的图片链接，或者名称相近的链接。
怎样改：在该栏目里加上链接，名称与文件一致，指向所列网站的对应栏目。
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from crawler.facts.columns import Column, ColumnState
from crawler.facts.text import fold
from crawler.facts.vocabulary import matches
from crawler.records import Link, Page
from crawler.urls import in_scope
from rules import checks
from rules.findings import Verdict, cant_tell, failed, inapplicable, passed
from rules.unit import Unit

NEEDS = ("home",)
_HOST = re.compile(r"//(?:[^/@]*@)?([^/:?#]+)")
_OPEN = (ColumnState.UNSEEN, ColumnState.UNSURE, ColumnState.LINKS_OUT, ColumnState.MAINTENANCE)


class Target(checks.Params):
    """``labels``: names that count; ``hosts``: host names (or their endings) that count."""

    labels: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()


class Params(checks.Params):
    """``column``: names of the column; ``targets``: what it must link to, by name."""

    column: tuple[str, ...]
    targets: dict[str, Target]


def judge(unit: Unit, params: Params, home: object) -> Iterator[Verdict]:
    look = unit.column(params.column)
    if look.value is None:
        text = f"没有找到“{params.column[0]}”栏目"
        yield inapplicable(f"{text}，栏目的有无由相应要求判定") if look.absent else cant_tell(f"{text}：{look.reason}")
        return
    column = look.value
    columns = unit.columns.named(params.column)
    columns += [child for child in unit.columns if _below(child, columns)]
    pages = [page for one in columns for page in _pages(unit, one)]
    links = [(link, page) for page in pages for link in unit.facts(page).links if link.area != "footer"]
    unseen = next(filter(None, (_unseen(unit, one) for one in columns)), "")
    for name, target in params.targets.items():
        found = next((pair for pair in links if _leads_to(pair[0], name, target)), None)
        if found is not None:
            link, page = found
            text = f"“{column.name}”里有通往“{name}”的链接"
            yield passed(text, subject=name, quote=link.text, seen=link.url, page=page)
        elif doubt := unseen or _doubt(unit, [link for link, _ in links], name):
            yield cant_tell(f"“{column.name}”{doubt}", subject=name, wanted=name, page=column.page)
        else:
            yield failed(
                f"“{column.name}”里没有通往“{name}”的链接",
                subject=name,
                wanted=_wanted(name, target),
                page=column.page,
                looked=tuple(page.url for page in pages),
            )


def _below(child: Column, columns: list[Column]) -> bool:
    """Whether a column was found on one of these columns' pages, not on the home page."""
    page = child.page
    return page is not None and any(c.page is not None and page.task.parent == c.page.task.url for c in columns)


def _pages(unit: Unit, column: Column) -> list[Page]:
    articles = [page for _, page in unit.columns.articles(column)]
    return [page for page in (*column.pages, *articles) if page.ok and page.facts is not None]


def _unseen(unit: Unit, column: Column) -> str:
    """Why a column may hold links that were not seen, or ""."""
    if column.state in _OPEN:
        return f"的“{column.name}”没有见到内容：{column.reason}"
    if column.items and not column.complete:
        return f"的“{column.name}”没有翻完"
    if any(in_scope(url, unit.scope) for page in _pages(unit, column) for url in unit.facts(page).frames):
        return f"的“{column.name}”嵌有框架页"
    return ""


def _doubt(unit: Unit, links: list[Link], name: str) -> str:
    if unit.blind(link for link in links if link.area == "body"):
        return f"里有没有文字的图片链接，可能通往“{name}”"
    near = next((link.text for link in links if fold(name) in fold(link.text + link.title)), "")
    return f"里有名称相近的链接“{near}”，须人工核对" if near else ""


def _leads_to(link: Link, name: str, target: Target) -> bool:
    if matches(link.text, (name, *target.labels)) or matches(link.title, (name, *target.labels)):
        return True
    hosts = _HOST.findall(unquote(link.url).lower())  # the way out may lead over a page of the unit's own
    return any(host == wanted or host.endswith("." + wanted) for host in hosts for wanted in target.hosts)


def _wanted(name: str, target: Target) -> str:
    return f"通往“{name}”的链接" + (f"（{'、'.join(target.hosts)}）" if target.hosts else "")
