"""The columns of one unit's site, put together from its pages: names, place, rows, state. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from crawler.facts.text import fold, label
from crawler.facts.vocabulary import concept_of, spellings, telling_words, tells_nothing
from crawler.records import Facts, Item, Link, Page
from crawler.urls import in_scope, page_key

#: So many dead columns are links gone stale.
_FEW_GONE = 3
_BRANCHES = ("home", "platform", "column", "list")
_STATEMENT = re.compile(
    r"(?:本|我|该)(?:单位|机关|部门|局|委|镇|乡|街道|院|校|中心|办|区|县|市|行政机关)[^。；]{0,30}(?:无|没有|不涉及|未发生|未产生|未实施|不具有|不具备|不承担|不实施|不行使|不开展)"
    r"|(?:无|没有|不涉及)(?:此|该|上述)(?:项|类|方面)[^。；]{0,10}(?:信息|内容|事项|职能)"
)
_MAINTENANCE = re.compile(
    r"(?:栏目|页面|内容|系统|正在|网站).{0,6}(?:建设中|维护中|升级中|整理中|完善中|更新中|筹建中|筹备中)|正在(?:建设|维护|升级|完善)"
)
_MORE = re.compile(r"^(?:更多|more|查看更多|\+)$|^\W*$", re.I)
_NOTICE = re.compile(
    r"^.{0,8}(?:暂无|没有|尚无|无)(?:相关|更多|任何|最新|新增|其他|的)*(?:内容|信息|数据|记录|文章|资料|消息|更新).{0,6}$"
    r"|[共第]?\d+[条页](?:记录|信息|数据)?|首页|[上下]一页|尾页|末页|更多|打印|关闭|\W"
)
_BLANK_CHARS = 60
_FEW_WORDS = 8
_NAME_CHARS = 20


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
    def source(self) -> Page | None:
        """The page that shows the column's rows: its own, or the data they come from."""
        data = (page for page in self.pages if page.ok and page.task.role == "data")
        return next(data, self.page) if self.page and self.page.facts and self.page.facts.endpoints else self.page

    @property
    def first_level(self) -> bool:
        """Linked from the home page."""
        return self.page is not None and self.page.task.depth <= 1

    @property
    def complete(self) -> bool:
        """Whether all its list pages were seen; behind one drawn by scripts there may be more."""
        if not self.pages or not all(page.ok and not page.rendered for page in self.pages):
            return False
        if any(page.facts and page.facts.total and page.facts.total > len(self.items) for page in self.pages):
            return False
        known = {page_key(url) for page in self.pages for url in (page.url, page.task.url)}
        last = max(self.pages, key=lambda page: (page.task.page_no, page.task.role == "data"))
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
        self._scope = scope
        self._others: dict[str, dict[str, tuple[Link, list[Page]]]] = {}
        self._collect()
        self._link()
        for column in self._columns.values():
            self._fill(column)
        self._rich: dict[str, list[Facts]] = {}
        for column in self:
            if column.items and column.page and column.page.facts and column.page.facts.template:
                self._rich.setdefault(column.page.facts.template, []).append(column.page.facts)
        for column in self._columns.values():
            column.state, column.reason = self._state(column)

    @cached_property
    def outage(self) -> bool:
        """Whether so many columns were gone that the server may have answered so for all."""
        columns = [page for page in self.pages if page.task.role in ("platform", "column")]
        gone = sum(1 for page in columns if page.gone_twice)
        return gone > max(_FEW_GONE, len(columns) // 5)

    def __iter__(self) -> Iterator[Column]:
        return iter(self._columns.values())

    # --- looking up -------------------------------------------------------------------------------------------------

    def named(self, labels: Iterable[str], below: set[str] | None = None) -> list[Column]:
        """Columns whose name is, as a whole, one of ``labels``: seen ones with rows first, then other seen ones, then
        those that lead out, then those not seen. ``below`` limits them to columns linked from these addresses."""
        wanted = dict.fromkeys(label(name) for name in labels)
        found: dict[str, Column] = {}
        for column in self:
            if any(form in wanted for name in column.names for form in spellings(name, self.unit_name)):
                found.setdefault(column.url, column)
        for name in wanted:
            for url, (link, pages) in self._others.get(name, {}).items():
                if url not in found:
                    found[url] = self._other(link, pages)
        kept = [c for c in found.values() if below is None or any(page_key(p.url) in below for p in c.parents)]
        return sorted(kept, key=lambda c: _RANK[c.state])

    def like(self, labels: Iterable[str]) -> str | None:
        """The name of a column that may be what ``labels`` name: it shares a telling word with one of them (采购招标 and
        政府采购, 教育要闻 and 今日要闻)."""
        wanted = {word for name in labels for word in telling_words(name)}
        names = (name for column in self for name in column.names if len(name) <= _NAME_CHARS)
        return next((name for name in names if wanted & telling_words(name)), None)

    def unlinked(self, labels: Iterable[str]) -> tuple[str, Page] | None:
        """One of ``labels`` where a page shows it as a text that leads nowhere: a heading, a tab, a script's entry."""
        wanted = {label(name) for name in labels}
        for page in self.pages:
            if page.ok and page.facts is not None and page.task.role in _BRANCHES and page.facts.kind != "article":
                for text in page.facts.labels:
                    if wanted.intersection(spellings(text, self.unit_name)):
                        return text, page
        return None

    def of_concept(self, *concepts: str) -> list[Column]:
        return [column for column in self if column.concept in concepts]

    def articles(self, column: Column) -> list[tuple[Item, Page]]:
        """The rows of a column whose pages were asked for, with those pages."""
        pairs = ((item, self.by_key.get(page_key(item.url))) for item in column.items if item.url)
        return [(item, page) for item, page in pairs if page is not None]

    # --- putting together -------------------------------------------------------------------------------------------

    def _collect(self) -> None:
        for page in self.pages:
            if page.task.role not in ("column", "platform") and not self._in_catalogue(page):
                continue
            key = page_key(page.url)
            column = self._columns.get(key)
            if column is None:
                column = self._columns.setdefault(page_key(page.task.url), Column(page.url, page))
                self._columns[key] = column
            if page.task.label not in column.names and not tells_nothing(page.task.label):
                column.names.append(page.task.label)
            column.pages.append(page)
        unique = {id(column): column for column in self._columns.values()}
        self._alias = dict(self._columns)
        self._columns = {page_key(column.url): column for column in unique.values()}

    def _in_catalogue(self, page: Page) -> bool:
        """Whether a page of data is a column of its own: one that a catalogue's menu leads to."""
        above = self.by_key.get(page_key(page.task.parent)) if page.task.role == "data" else None
        links = above.facts.links if above is not None and above.facts is not None else ()
        return any(link.url == page.task.url for link in links)

    def _link(self) -> None:
        for page in self.pages:
            if page.facts is None or not page.ok or page.task.role not in _BRANCHES:
                continue
            rows = {item.url for item in page.facts.items if item.date}
            for link in page.facts.links:
                column = self._alias.get(page_key(link.url))
                if column is None:
                    if link.url not in rows:
                        self._note(link, page)
                elif link.area not in ("footer", "crumb"):
                    _link_column(column, link, page)
        for page in self.pages:
            if (
                page.task.role in ("list", "data")
                and page_key(page.task.url) not in self._alias
                and (root := self._root(page)) is not None
            ):
                root.pages.append(page)

    def _note(self, link: Link, page: Page) -> None:
        """Keeps a link to what was not walked as a column; one in a foot or breadcrumb only where it is the unit's."""
        if len(link.text) > 40 or (link.area in ("footer", "crumb") and not in_scope(link.url, self._scope)):
            return
        for name in spellings(link.text, self.unit_name):
            pages = self._others.setdefault(name, {}).setdefault(link.url, (link, []))[1]
            if page not in pages:
                pages.append(page)

    def _other(self, link: Link, pages: list[Page]) -> Column:
        """A column known by its link only: it leads out, was read as an article, or was not seen."""
        target = self.by_key.get(page_key(link.url))
        column = Column(link.url, target, [link.text], list(pages), [target] if target else [])
        if target is not None:
            self._fill(column)
            column.state, column.reason = self._state(column)
            if column.state in (ColumnState.EMPTY, ColumnState.DEAD):  # an article may be gone, that blanks no column
                column.state, column.reason = ColumnState.UNSEEN, f"有这个名称的链接，{column.reason}"
        elif in_scope(link.url, self._scope):
            column.state, column.reason = ColumnState.UNSEEN, "有这个名称的链接，链接的页面没有访问"
        else:
            column.state, column.reason = ColumnState.LINKS_OUT, "链接到本单位范围以外的地址"
        return column

    def _root(self, page: Page) -> Column | None:
        """The column a further list page belongs to."""
        for _ in range(40):
            column = self._alias.get(page_key(page.task.parent))
            if column is not None:
                return column
            parent = self.by_key.get(page_key(page.task.parent))
            if parent is None or parent is page or parent.task.role not in ("list", "data"):
                return None
            page = parent
        return None

    def _fill(self, column: Column) -> None:
        facts = column.page.facts if column.page else None
        own = (facts.column or facts.title or "") if facts is not None else ""
        if own and all(name.isascii() or tells_nothing(name) for name in column.names):
            column.names.insert(0, own)
        seen: set[tuple[str, str | None]] = set()
        fetched = [page for page in column.pages if page.ok and page.task.role == "data"]
        from_data = facts is not None and bool(facts.endpoints) and bool(fetched)
        for page in fetched if from_data else column.pages:
            for item in page.facts.items if page.facts and page.ok and page.facts.kind != "home" else ():
                if (item.title, item.url) not in seen:
                    seen.add((item.title, item.url))
                    column.items.append(item)
        concepts = [concept_of(name, self.unit_name) for name in column.names]
        column.concept = next((c for c in concepts if c), None)
        if column.concept is None and column.first_level and concept_of(own, self.unit_name) == "platform":
            column.concept = "platform"  # called 公开 in the menu, 政府信息公开 on its own page
        if column.page and column.page.task.role == "platform":
            column.concept = column.concept or "platform"

    def _state(self, column: Column) -> tuple[ColumnState, str]:
        page = column.page
        if page is None:
            return ColumnState.LINKS_OUT, "链接到本单位范围以外的地址"
        facts = page.facts
        if facts is not None and facts.kind == "document" and facts.media and not page.ok:
            return ColumnState.ARTICLE, page.detail  # a file that people can read and we cannot
        if not page.ok or facts is None:
            state, reason = _not_met(page)
            outage = state is ColumnState.DEAD and self.outage
            return (
                (ColumnState.UNSEEN, f"{reason}，但打不开的栏目太多，可能是故障或防护") if outage else (state, reason)
            )
        if unseen := _unseen_data(column, facts):
            return ColumnState.UNSURE, unseen
        if column.items:
            return ColumnState.NORMAL, ""
        if page.task.role == "home":
            return ColumnState.UNSURE, "链接指向本单位首页，不能确定内容在哪里"
        if facts.kind == "home":
            return ColumnState.NAVIGATION, "指向首页"
        if facts.kind == "redirect":
            return ColumnState.LINKS_OUT, f"跳转到 {facts.redirect}"
        text = fold(facts.text)
        if (
            _STATEMENT.search(text)
            or facts.kind in ("article", "document")
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
        return self._blank(facts)

    def _blank(self, facts: Facts) -> tuple[ColumnState, str]:
        """What a page without rows, text or ways on is: blank only where a page of its template shows the difference."""
        twins = self._rich.get(facts.template) if facts.template else None
        if not twins:
            return ColumnState.UNSURE, "栏目页没有条目，但没有同模板的栏目可以对照，不能确定不是脚本加载"
        common = {fold(line) for twin in twins for line in twin.text.split("\n")}
        lines = (fold(line) for line in facts.text.split("\n"))
        own = [_NOTICE.sub("", line) for line in lines if line not in common and line != fold(facts.title or "")]
        if sum(map(len, own)) >= _FEW_WORDS:
            return ColumnState.ARTICLE, ""
        if facts.media > max(twin.media for twin in twins):
            return ColumnState.UNSURE, "栏目页没有文字条目，有图片或嵌入的文件，内容可能在里面"
        return ColumnState.EMPTY, "栏目页正常打开，没有任何条目；同一模板的其他栏目有条目"

    def _leads_on(self, column: Column) -> bool:
        """Whether the page leads on to the unit's further pages: by links of its own part, by a menu that names what
        lies below its address, or by pages whose breadcrumb passes through it."""
        page = column.page
        if page is None or page.facts is None:
            return False
        here = page_key(page.url)
        above = {here, page_key(page.task.parent)}
        links = (link for link in page.facts.links if link.area == "body" and link.text not in page.facts.breadcrumbs)
        body = {page_key(link.url) for link in links} - above
        if sum(1 for key in body if key in self.by_key) >= 2 or self._own_links(page.facts, body):
            return True
        folder = here.split("?", 1)[0].rsplit("/", 1)[0] + "/"
        menu = {page_key(link.url) for link in page.facts.links if link.area in ("nav", "side")} - above
        if folder.count("/") > 1 and any(key.startswith(folder) and key in self.by_key for key in menu):
            return True
        return any(name in self._passed for name in map(label, column.names))

    def _own_links(self, facts: Facts, body: set[str]) -> bool:
        """Whether the page's own part has links that the full pages of its template do not all have: rows too few or
        too plain to be taken for a list."""
        twins = self._rich.get(facts.template, []) if facts.template else []
        common = [{page_key(link.url) for link in twin.links} for twin in twins]
        return bool(common) and any(not all(key in links for links in common) for key in body)

    @cached_property
    def _passed(self) -> set[str]:
        """Names that stand in breadcrumbs before the last."""
        trails = (page.facts.breadcrumbs for page in self.pages if page.facts is not None and page.ok)
        return {label(name) for trail in trails for name in trail[:-1]}


def _not_met(page: Page) -> tuple[ColumnState, str]:
    if not page.gone or page.task.role == "data":  # the address of data is no link of the site's: it is never dead
        return ColumnState.UNSEEN, page.detail or f"页面状态为{page.status}"
    if page.second_look:
        return ColumnState.DEAD, f"两次访问都是HTTP {page.http_status}"
    return ColumnState.UNSEEN, f"HTTP {page.http_status}，尚未复核"


def _unseen_data(column: Column, facts: Facts) -> str:
    """Why the rows of a column that a script fills were not all seen, or ""."""
    asked = {page.task.url: page for page in column.pages if page.task.role == "data"}
    for url in facts.endpoints:
        page = asked.get(url)
        if page is None or not page.ok:
            why = (page.detail or page.status) if page else "没有访问"
            return f"列表由脚本从数据接口取得，接口的内容没有见到（{why}）"
    return ""


def _link_column(column: Column, link: Link, page: Page) -> None:
    name = label(link.text)
    if (
        link.text not in column.names
        and len(link.text) <= _NAME_CHARS
        and not (_MORE.match(name) or tells_nothing(name))
    ):
        column.names.append(link.text)
    if page not in column.parents and page is not column.page:
        column.parents.append(page)


_RANK = {
    state: rank
    for rank, state in enumerate(
        (
            ColumnState.NORMAL, ColumnState.ARTICLE, ColumnState.NAVIGATION, ColumnState.LINKS_OUT, ColumnState.UNSURE,
            ColumnState.MAINTENANCE, ColumnState.UNSEEN, ColumnState.EMPTY, ColumnState.DEAD,
        )
    )
}  # fmt: skip
