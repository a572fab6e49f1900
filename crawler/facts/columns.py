"""The columns of one unit's site, put together from its pages: names, place, rows, state. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from crawler.facts.text import fold, label
from crawler.facts.vocabulary import concept_of, matches, spellings
from crawler.records import Item, Link, Page
from crawler.urls import in_scope, page_key

_BRANCHES = ("home", "platform", "column", "list")
_STATEMENT = re.compile(
    r"(?:本|我|该)(?:单位|机关|部门|局|委|镇|乡|街道|院|校|中心|办|区|县|市|行政机关)[^。；]{0,30}(?:无|没有|不涉及|未发生|未产生|不具有|不承担)"
    r"|(?:无|没有)(?:此|该|上述)(?:项|类|方面)[^。；]{0,10}(?:信息|内容|事项|职能)"
)
_MAINTENANCE = re.compile(
    r"(?:栏目|页面|内容|系统|正在|网站).{0,6}(?:建设中|维护中|升级中|整理中|完善中)|正在(?:建设|维护|升级|完善)"
)
_MORE = re.compile(r"^(?:更多|more|查看更多|\+)$|^\W*$", re.I)
_BLANK_CHARS = 60


class ColumnState(StrEnum):
    """What a column turned out to be. Whether a normal one is stale depends on the day: the rules judge that."""

    NORMAL = "normal"
    ARTICLE = "article"
    NAVIGATION = "navigation"
    EMPTY = "empty"
    UNSURE = "unsure"  # shows nothing, but a script may fill it
    MAINTENANCE = "maintenance"
    LINKS_OUT = "links_out"
    DEAD = "dead"
    UNSEEN = "unseen"


@dataclass(slots=True)
class Column:
    """``names`` are all labels it is linked by, the first met first; ``parents`` the pages that link to it; ``pages``
    its list pages in order; ``page`` is None where it leads out of the unit's scope."""

    url: str
    page: Page | None
    names: list[str] = field(default_factory=list)
    parents: list[Page] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    state: ColumnState = ColumnState.UNSEEN
    reason: str = ""
    concept: str | None = None

    @property
    def name(self) -> str:
        return self.names[0] if self.names else self.url

    @property
    def first_level(self) -> bool:
        """Linked from the home page."""
        return self.page is not None and self.page.task.depth <= 1

    @property
    def complete(self) -> bool:
        """Whether all its list pages were seen."""
        if not self.pages or not all(page.ok for page in self.pages):
            return False
        known = {page_key(url) for page in self.pages for url in (page.url, page.task.url)}
        last = max(self.pages, key=lambda page: page.task.page_no)
        return last.facts is not None and all(page_key(url) in known for url in last.facts.paging)


class Columns:
    """All columns of a unit, and every label that links to one of them or leads out."""

    def __init__(self, pages: Iterable[Page], scope: tuple[str, ...], unit_name: str = "") -> None:
        self.unit_name = unit_name
        self.pages = list(pages)
        self.by_key: dict[str, Page] = {}
        for page in self.pages:
            self.by_key[page_key(page.task.url)] = page
            self.by_key.setdefault(page_key(page.url), page)
        self._columns: dict[str, Column] = {}
        self._labels: dict[str, list[tuple[Link, Page]]] = {}
        self._collect()
        self._link(scope)
        for column in self._columns.values():
            self._fill(column)
        rich = {c.page.facts.template for c in self if c.items and c.page and c.page.facts and c.page.facts.template}
        for column in self._columns.values():
            column.state, column.reason = self._state(column, rich)

    def __iter__(self) -> Iterator[Column]:
        return iter(self._columns.values())

    # --- looking up -------------------------------------------------------------------------------------------------

    def named(self, labels: Iterable[str], below: set[str] | None = None) -> list[Column]:
        """Columns whose name is, as a whole, one of ``labels``: seen ones with rows first, then other seen ones, then
        those that lead out, then those not seen. ``below`` limits them to columns linked from these addresses."""
        wanted = [label(name) for name in labels]
        found: dict[str, Column] = {}
        for column in self:
            if any(matches(name, wanted, self.unit_name) for name in column.names):
                found.setdefault(column.url, column)
        for name in wanted:
            for link, page in self._labels.get(name, ()):
                if page_key(link.url) not in self._columns and link.url not in found:
                    state = (ColumnState.LINKS_OUT, "链接到本单位范围以外的地址")
                    found[link.url] = Column(link.url, None, [link.text], [page], state=state[0], reason=state[1])
        kept = [c for c in found.values() if below is None or any(page_key(p.url) in below for p in c.parents)]
        return sorted(kept, key=lambda c: _RANK[c.state])

    def of_concept(self, *concepts: str) -> list[Column]:
        return [column for column in self if column.concept in concepts]

    def articles(self, column: Column) -> list[tuple[Item, Page]]:
        """The rows of a column whose pages were asked for, with those pages."""
        pairs = ((item, self.by_key.get(page_key(item.url))) for item in column.items if item.url)
        return [(item, page) for item, page in pairs if page is not None]

    # --- putting together -------------------------------------------------------------------------------------------

    def _collect(self) -> None:
        for page in self.pages:
            if page.task.role not in ("column", "platform"):
                continue
            key = page_key(page.url)
            column = self._columns.get(key)
            if column is None:
                column = self._columns.setdefault(page_key(page.task.url), Column(page.url, page))
                self._columns[key] = column
            if page.task.label and page.task.label not in column.names:
                column.names.append(page.task.label)
            column.pages.append(page)
        unique = {id(column): column for column in self._columns.values()}
        self._alias = dict(self._columns)
        self._columns = {page_key(column.url): column for column in unique.values()}

    def _link(self, scope: tuple[str, ...]) -> None:
        for page in self.pages:
            if page.facts is None or not page.ok or page.task.role not in _BRANCHES:
                continue
            for link in page.facts.links:
                if link.area in ("footer", "crumb") or not link.text or len(link.text) > 40:
                    continue
                column = self._alias.get(page_key(link.url))
                if column is None:
                    if not in_scope(link.url, scope):
                        for name in spellings(link.text, self.unit_name):
                            self._labels.setdefault(name, []).append((link, page))
                    continue
                if link.text not in column.names and len(link.text) <= 20 and not _MORE.match(label(link.text)):
                    column.names.append(link.text)
                if page not in column.parents and page is not column.page:
                    column.parents.append(page)
        for page in self.pages:
            if page.task.role == "list" and (root := self._root(page)) is not None:
                root.pages.append(page)

    def _root(self, page: Page) -> Column | None:
        """The column a further list page belongs to."""
        for _ in range(40):
            column = self._alias.get(page_key(page.task.parent))
            if column is not None:
                return column
            parent = self.by_key.get(page_key(page.task.parent))
            if parent is None or parent is page or parent.task.role != "list":
                return None
            page = parent
        return None

    def _fill(self, column: Column) -> None:
        facts = column.page.facts if column.page else None
        if facts is not None and facts.title and not any(name and not name.isascii() for name in column.names):
            column.names.insert(0, facts.column or facts.title)
        seen: set[tuple[str, str | None]] = set()
        for page in column.pages:
            for item in page.facts.items if page.facts and page.ok and page.facts.kind != "home" else ():
                if (item.title, item.url) not in seen:
                    seen.add((item.title, item.url))
                    column.items.append(item)
        concepts = [concept_of(name, self.unit_name) for name in column.names]
        column.concept = next((c for c in concepts if c), None)
        if column.page and column.page.task.role == "platform":
            column.concept = column.concept or "platform"

    def _state(self, column: Column, rich: set[str]) -> tuple[ColumnState, str]:
        page = column.page
        if page is None:
            return ColumnState.LINKS_OUT, "链接到本单位范围以外的地址"
        if page.gone:
            if page.task.attempt > 1:
                return ColumnState.DEAD, f"两次访问都是HTTP {page.http_status}"
            return ColumnState.UNSEEN, f"HTTP {page.http_status}，尚未复核"
        if not page.ok or page.facts is None:
            return ColumnState.UNSEEN, page.detail or f"页面状态为{page.status}"
        facts = page.facts
        if column.items:
            return ColumnState.NORMAL, ""
        if facts.kind == "home":
            return ColumnState.NAVIGATION, "指向首页"
        if facts.kind == "redirect":
            return ColumnState.LINKS_OUT, f"跳转到 {facts.redirect}"
        text = fold(facts.text)
        if (
            _STATEMENT.search(text)
            or facts.kind == "article"
            or facts.attachments
            or (facts.tables and len(text) > _BLANK_CHARS)
        ):
            return ColumnState.ARTICLE, ""
        if _MAINTENANCE.search(text):
            return ColumnState.MAINTENANCE, "页面提示建设或维护中"
        if self._leads_on(column):
            return ColumnState.NAVIGATION, ""
        if facts.scripted or facts.frames:
            return ColumnState.UNSURE, "列表可能由脚本或框架页加载，抓取的页面里看不到"
        if len(text) >= _BLANK_CHARS:
            return ColumnState.ARTICLE, ""
        if facts.template and facts.template in rich:
            return ColumnState.EMPTY, "栏目页正常打开，没有任何条目；同一模板的其他栏目有条目"
        return ColumnState.UNSURE, "栏目页没有条目，但没有同模板的栏目可以对照，不能确定不是脚本加载"

    def _leads_on(self, column: Column) -> bool:
        """Whether the page's own part links to further columns or pages of the unit."""
        page = column.page
        if page is None or page.facts is None:
            return False
        own = {page_key(link.url) for link in page.facts.links if link.area == "body"}
        return sum(1 for key in own if key in self.by_key and key != page_key(page.url)) >= 2


_RANK = {
    state: rank
    for rank, state in enumerate(
        (
            ColumnState.NORMAL, ColumnState.ARTICLE, ColumnState.NAVIGATION, ColumnState.LINKS_OUT, ColumnState.UNSURE,
            ColumnState.MAINTENANCE, ColumnState.UNSEEN, ColumnState.EMPTY, ColumnState.DEAD,
        )
    )
}  # fmt: skip
