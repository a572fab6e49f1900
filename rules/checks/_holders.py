"""What a column holds as a check of its contents sees it: its pages, those of the columns below it, its rows with
their pages and files, and why something missing there may stand where nobody looked."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from crawler.facts.columns import Column, ColumnState
from crawler.facts.text import fold
from crawler.records import Facts, Item, Page
from crawler.urls import in_scope, page_key
from rules.paper import Paper, unsure
from rules.unit import Unit

_OPEN = (ColumnState.UNSEEN, ColumnState.UNSURE, ColumnState.LINKS_OUT, ColumnState.MAINTENANCE, ColumnState.DEAD)
_POINTS = re.compile(
    r"详见|见(?:附件|全文|正文|下[图表]|链接|原文)|另行(?:公布|公告|通知|发布)|扫描.{0,6}二维码|扫码|长按.{0,6}识别|点击.{0,8}(?:查看|下载|进入|链接|登录)"
)
_POINTER = re.compile(r"点击|查看|详[见情细]|原文|全文|下载|进入|登录|平台|系统|网上|在线|附件|https?:")
_STATEMENT = re.compile(
    r"[^。；\n]{0,20}(?:暂无|没有|尚无|不涉及|无)(?:此|该|上述|本|相关)?(?:项|类|方面|相关)?[^。；\n]{0,10}(?:信息|内容|事项|职能|项目|资金)"
)
_SHORT = 200


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page with what hangs on it: everything it shows as folded lines, and why that may not be all, or ""."""

    title: str
    page: Page
    text: str
    doubt: str


def columns_below(unit: Unit, labels: Iterable[str]) -> list[Column]:
    """The columns of these names and all that hang below them."""
    found = unit.columns.named(labels)
    keys = {page_key(column.page.task.url) for column in found if column.page is not None}
    left = [column for column in unit.columns if column not in found and column.page is not None]
    while new := [c for c in left if c.page is not None and page_key(c.page.task.parent) in keys]:
        found += new
        keys |= {page_key(column.page.task.url) for column in new if column.page is not None}
        left = [column for column in left if column not in new]
    return found


def sheet_of(unit: Unit, page: Page, title: str = "") -> Sheet:
    facts = page.facts
    name = title or (facts.title if facts else "") or page.url
    if not page.ok or facts is None:
        return Sheet(name, page, "", f"“{name[:40]}”没有见到（{page.detail or page.status}）")
    files = [(file, unit.page_at(file.url)) for file in facts.attachments]
    read = [f.facts for _, f in files if f is not None and f.ok and f.facts is not None and f.facts.text]
    lacking = next((f.name for f, got in files if got is None or not got.ok or not (got.facts and got.facts.text)), "")
    text = "\n".join(_shown(one) for one in (facts, *read))
    unread = f"附件“{lacking[:40]}”没有读到" if lacking else ""
    doubt = Paper(page, facts, None, tuple(read), unread).unread or _doubt(unit, facts, text)
    return Sheet(name, page, text, f"“{name[:40]}”：{doubt}" if doubt else "")


def _doubt(unit: Unit, facts: Facts, text: str) -> str:
    if facts.kind == "document":
        return unsure(facts)
    if facts.scripted or any(in_scope(url, unit.scope) for url in facts.frames):
        return "内容可能由脚本或框架页加载"
    if facts.media:
        return "页面里有图片或嵌入的文件，里面的内容未读取"
    if not facts.ended:
        return "页面没有传完"
    if facts.kind == "article" and (pointed := _POINTS.search(text)):
        return f"正文写有“{pointed.group()}”，内容可能在别处"
    if facts.kind == "article":
        files = {file.url for file in facts.attachments}
        links = (x for x in facts.links if x.area == "body" and x.url not in files and _POINTER.search(fold(x.text)))
        if link := next(links, None):
            return f"正文里有链接“{link.text[:20]}”，内容可能在链接的页面"
    return ""


def _shown(facts: Facts) -> str:
    """Everything a page shows of its own, a folded line each."""
    parts = [facts.title or "", facts.text, facts.around, *(f"{name}：{value}" for name, value in facts.fields.items())]
    parts += [cell for table in facts.tables for row in table.cells for cell in row]
    parts += [*facts.labels, *(link.text for link in facts.links if link.area == "body")]
    parts += [file.name for file in facts.attachments]
    return "\n".join(fold(line) for part in parts for line in part.split("\n"))


def unseen(columns: Iterable[Column]) -> str:
    """Why some of the columns, or rows of theirs, were not seen, or ""."""
    for column in columns:
        if column.state in _OPEN:
            return f"“{column.name}”没有见到内容（{column.reason or column.state}）"
        if column.items and not column.complete:
            return f"“{column.name}”没有翻完"
    return ""


def statement(columns: Iterable[Column]) -> tuple[str, Page] | None:
    """Where a column says that the unit has nothing of the kind."""
    for column in columns:
        facts = column.page.facts if column.page is not None and column.page.ok else None
        short = facts is not None and column.state is ColumnState.ARTICLE and len(facts.text) < _SHORT
        if column.page and facts and short and (found := _STATEMENT.search(facts.text)):
            return found.group().strip(), column.page
    return None


def within(item: Item, since: dt.date | None, as_of: dt.date) -> bool:
    """Whether a row is dated in a span that ends with the day of inspection."""
    return since is None or (item.date is not None and since <= dt.date.fromisoformat(item.date) <= as_of)
