"""政府信息公开平台的四个部分。

查什么：平台页能否直接进入规定的各部分（指南、制度、法定主动公开内容、年报）。
怎样判：平台页有该部分的栏目，且打得开、有内容（或通往下级栏目），合格；平台页完整见到而没有，或两次打开都不存在，或确认为空白，不合格。
什么时候待核：平台页没有见到，或内容由脚本或框架页生成；该栏目没有见到；栏目没有条目但可能由脚本加载；平台页上有这个名称但不是链接，或只有“指南”“年报”这样的简称。
怎样改：在平台页补上缺少的部分，名称与61号文件一致；空白的部分补充内容，确无内容的写明“本单位无此类信息”。
"""

from collections.abc import Iterator

from crawler.facts.columns import Column
from crawler.facts.text import label
from crawler.facts.vocabulary import matches, spellings
from crawler.records import Page
from crawler.urls import page_key
from rules import checks
from rules.checks._columns import state_verdict
from rules.findings import Verdict, cant_tell, failed
from rules.unit import Unit

NEEDS = ("platform",)


class Params(checks.Params):
    """``parts``: each part's name with the names that count as it (the name itself need not be repeated)."""

    parts: dict[str, tuple[str, ...]]


def judge(unit: Unit, params: Params, platform: Column) -> Iterator[Verdict]:
    page = platform.page
    if page is None or not page.ok or page.facts is None:
        yield cant_tell(f"平台页未见到：{platform.reason or '在本单位范围以外'}")
        return
    here = {page_key(page.url), page_key(page.task.url)}
    for part, names in params.parts.items():
        everywhere = unit.columns.named((part, *names))
        found = unit.columns.named((part, *names), below=here)
        found = found or [c for c in everywhere if c is platform or _within_two_clicks(unit, page, c)]
        if found:
            yield state_verdict(unit, found[0], part)
        elif reason := _doubt(unit, page, (part, *names)):
            yield cant_tell(reason, subject=part, wanted=part, page=page)
        else:
            also = f"（站内有“{everywhere[0].name}”，但从平台页进不去）" if everywhere else ""
            yield failed(f"平台页没有“{part}”{also}", subject=part, wanted=part, page=page, looked=(page.url,))


def _doubt(unit: Unit, page: Page, names: tuple[str, ...]) -> str:
    """Why the page may hold the part all the same, or ""."""
    facts = unit.facts(page)
    if facts.scripted or facts.frames or len(facts.links) < 5:
        return "平台页的栏目可能由脚本或框架页生成，抓取的页面里看不到"
    if unit.blind(link for link in facts.links if link.area != "footer"):
        return "平台页有没有文字的图片链接，可能包含这一部分"
    if shown := next((text for text in facts.labels if matches(text, names, unit.site.name)), ""):
        return f"平台页有“{shown}”字样，但不是链接，可能是分组标题或由脚本打开"
    for link in facts.links:
        if link.area not in ("footer", "crumb") and _is_short(spellings(link.text, unit.site.name), names):
            return f"平台页有“{link.text}”，是不是这一部分的简称须人工核对"
    return ""


def _is_short(forms: tuple[str, ...], names: tuple[str, ...]) -> bool:
    """Whether a label is the end of a part's name: 指南, 年报; of its other names it takes four characters, 主动公开."""
    part, *others = map(label, names)
    return any(
        (len(form) >= 2 and part.endswith(form)) or (len(form) >= 4 and any(name.endswith(form) for name in others))
        for form in forms
    )


def _within_two_clicks(unit: Unit, platform: Page, column: Column) -> bool:
    """Whether some page the platform links to leads on to the column: a menu may name its sub-columns only."""
    target = page_key(column.url)
    steps = [unit.page_at(link.url) for link in unit.facts(platform).links]
    return any(
        page_key(onward.url) == target
        for step in steps
        if step is not None and step.ok and step.facts is not None and step.task.role == "column"
        for onward in step.facts.links
    )
