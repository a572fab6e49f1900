"""页面标签（meta）是否齐全。

查什么：站点、栏目、内容页的源代码里有没有规定的页面标签，值是不是空的，写法是否合规定。
怎样判：所看同类页面中，缺标签、值为空或写法不对的不到规定比例，合格；达到，不合格，列出例子。标签名不分大小写。栏目页上的内容页标签为空不算错。
什么时候待核：没有见到这一类页面。
怎样改：在网站模板里补上该标签并填入正确的值。
"""

import re
from collections.abc import Iterator
from typing import Literal

from pydantic import field_validator

from crawler.facts.meta import NAMES
from crawler.records import Page
from rules import checks
from rules.findings import Verdict, cant_tell, failed, passed
from rules.unit import Unit

NEEDS = ("home",)


class Params(checks.Params):
    """``label``: the canonical name; ``pages``: the pages it belongs on; ``pattern``: what the value must match in full;
    ``share``: from which share of faulty pages on it is a failure."""

    label: str
    pages: Literal["site", "column", "article"]
    pattern: str = r".+"
    share: float = 0.5

    @field_validator("label")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in NAMES:
            raise ValueError(f"不认识页面标签“{name}”，可用的有 {'、'.join(NAMES)}")
        return name


def judge(unit: Unit, params: Params, home: Page) -> Iterator[Verdict]:
    pages = _pages(unit, params.pages, home)
    if not pages:
        yield cant_tell("没有见到应有这个标签的页面")
        return
    faults = [(page, fault) for page in pages if (fault := _fault(unit, page, params))]
    if len(faults) < params.share * len(pages) or not faults:
        few = f"，个别页有问题（{len(faults)}页）" if faults else ""
        yield passed(
            f"看过的{len(pages)}页有{params.label}{few}",
            page=pages[0],
            quote=unit.facts(pages[0]).meta.get(params.label, ""),
        )
        return
    page, fault = faults[0]
    text = f"看过的{len(pages)}页里有{len(faults)}页的{params.label}{fault}"
    seen = f"{params.label}={unit.facts(page).meta.get(params.label, '（没有）')}"
    yield failed(
        text,
        seen=seen,
        wanted=f'<meta name="{params.label}" content="…">',
        page=page,
        looked=tuple(p.url for p, _ in faults[:10]),
    )


def _pages(unit: Unit, where: str, home: Page) -> list[Page]:
    if where == "site":
        return [home]
    if where == "column":
        return [page for page in unit.ok_pages("list") if page.task.role == "column"]
    return [page for page in unit.ok_pages("article") if page.task.role == "article"]


def _fault(unit: Unit, page: Page, params: Params) -> str:
    value = unit.facts(page).meta.get(params.label)
    if value is None:
        return "没有"
    if not value:
        return "是空的"
    return "" if re.fullmatch(params.pattern, value) else f"写法不对（{value[:40]}）"
