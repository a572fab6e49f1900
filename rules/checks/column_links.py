"""栏目里应有的链接。

查什么：规定的栏目里有没有通往规定去处的链接（按链接名称和域名）。
怎样判：栏目页有名称一致的链接或通往规定域名的链接，合格；栏目页完整见到而没有，不合格。站外页面不访问，只判有没有链接。
什么时候待核：栏目没有见到；栏目内容可能由脚本加载；栏目有没有文字的图片链接。
怎样改：在该栏目里加上链接，名称与文件一致，指向所列网站的对应栏目。
"""

from collections.abc import Iterator

from crawler.facts.columns import ColumnState
from crawler.facts.vocabulary import matches
from crawler.records import Link
from crawler.urls import host_of
from rules import checks
from rules.findings import Verdict, cant_tell, failed, inapplicable, passed
from rules.unit import Unit

NEEDS = ("home",)


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
    pages = [page for page in column.pages if page.ok and page.facts is not None]
    links = [link for page in pages for link in (page.facts.links if page.facts else ()) if link.area != "footer"]
    links += [Link(item.url, item.title) for item in column.items if item.url]
    for name, target in params.targets.items():
        subject = name if len(params.targets) > 1 else ""
        found = next((link for link in links if _leads_to(link, name, target)), None)
        if found is not None:
            yield passed(
                f"“{column.name}”里有通往“{name}”的链接",
                subject=subject,
                quote=found.text,
                seen=found.url,
                page=column.page,
            )
        elif not pages or column.state in (ColumnState.UNSURE, ColumnState.LINKS_OUT):
            yield cant_tell(
                f"“{column.name}”的内容没有见到：{column.reason}", subject=subject, wanted=name, page=column.page
            )
        elif any(not link.text and link.area == "body" for link in links):
            yield cant_tell(
                f"“{column.name}”里有没有文字的图片链接，可能通往“{name}”",
                subject=subject,
                wanted=name,
                page=column.page,
            )
        else:
            yield failed(
                f"“{column.name}”里没有通往“{name}”的链接",
                subject=subject,
                wanted=_wanted(name, target),
                page=column.page,
                looked=tuple(p.url for p in pages),
            )


def _leads_to(link: Link, name: str, target: Target) -> bool:
    if matches(link.text, (name, *target.labels)) or matches(link.title, (name, *target.labels)):
        return True
    host = host_of(link.url).rsplit(":", 1)[0]
    return any(host == wanted or host.endswith("." + wanted) for wanted in target.hosts)


def _wanted(name: str, target: Target) -> str:
    return f"通往“{name}”的链接" + (f"（{'、'.join(target.hosts)}）" if target.hosts else "")
