"""A unit as its checks see it: pages, columns, the documents every unit owes, and what was not seen of them. Pure."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from crawler.facts.columns import Column, Columns, ColumnState
from crawler.facts.vocabulary import concept_of, concepts
from crawler.records import Facts, Link, Page, Site
from crawler.urls import page_key

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Look(Generic[T]):
    """The result of looking for something: found (``value``), not there (``absent``, on the pages ``looked``), or
    not to be told (``reason``)."""

    value: T | None = None
    absent: bool = False
    reason: str = ""
    looked: tuple[str, ...] = ()


class Unit:
    """``pages`` are all pages of one unit in the order looked at; of a page asked for twice the later answer counts.
    ``as_of`` is today for everything judged here."""

    def __init__(self, site: Site, pages: Iterable[Page], as_of: dt.date) -> None:
        self.site = site
        self.as_of = as_of
        latest: dict[str, Page] = {}
        for page in pages:
            if page.task.role not in ("robots", "probe"):
                latest[page.task.url] = page
        self.pages = sorted(latest.values(), key=lambda page: page.seq)

    # --- what was seen ----------------------------------------------------------------------------------------------

    @cached_property
    def home(self) -> Look[Page]:
        page = next((page for page in self.pages if page.task.role == "home"), None)
        if page is None:
            return Look(reason="没有访问首页")
        if not page.ok or page.facts is None:
            return Look(reason=f"首页没有见到：{page.detail or page.status}")
        return Look(page, looked=(page.url,))

    @cached_property
    def columns(self) -> Columns:
        scope = tuple(
            dict.fromkeys((*self.site.scope, *(_prefix(page.url) for page in self.pages if page.task.role == "home")))
        )
        return Columns(self.pages, scope, self.site.name)

    @cached_property
    def gaps(self) -> tuple[str, ...]:
        """Why nothing may be called absent from this unit's site: front pages and columns that were not seen."""
        if self.home.value is None:
            return (self.home.reason,)
        found = []
        if self.menu_gap:
            found.append(self.menu_gap)
        branches = (p for p in self.pages if p.task.role in ("platform", "column") and p.task.depth <= 3)
        found += [
            f"“{page.task.label or page.task.url}”未见到（{page.detail or page.status}）"
            for page in branches
            if not page.ok and not _dead(page)
        ]
        return tuple(found)

    @cached_property
    def menu_gap(self) -> str:
        """Why links may be missing from the home page as fetched, or ""."""
        page = self.home.value
        if page is None or page.facts is None:
            return self.home.reason
        if page.facts.scripted and len(page.facts.links) < 15:
            return "首页的链接可能由脚本生成，抓取的页面里看不到"
        if len(page.facts.links) < 5:
            return "首页只有很少的链接，导航可能由脚本或图片生成"
        return ""

    @property
    def looked(self) -> tuple[str, ...]:
        """The pages on which an absence was looked for."""
        return tuple(page.url for page in self.pages if page.ok and page.task.role in ("home", "platform", "column"))

    def facts(self, page: Page) -> Facts:
        if page.facts is None:
            raise ValueError(f"page without facts: {page.url}")
        return page.facts

    def ok_pages(self, *kinds: str) -> list[Page]:
        return [page for page in self.pages if page.ok and page.facts is not None and page.facts.kind in kinds]

    # --- places -----------------------------------------------------------------------------------------------------

    @cached_property
    def home_links(self) -> list[Link]:
        """Links of the home page, its foot left out."""
        page = self.home.value
        return [link for link in self.facts(page).links if link.area != "footer"] if page else []

    @cached_property
    def platform(self) -> Look[Column]:
        """The 政府信息公开 platform: under its mandated name, else under one of the names used in its place."""
        own = page_key(self.site.platform_url) if self.site.platform_url else None
        candidates = [
            column
            for column in (*self.columns.of_concept("platform"), *self.columns.of_concept("platform_variants"))
            if column.page is not None and not (column.page.facts and column.page.facts.kind == "home")
        ]
        candidates.sort(key=lambda c: (page_key(c.url) != own, not _named(c, "platform"), c.state in _UNSEEN))
        seen = [column for column in candidates if column.state not in _UNSEEN]
        if seen:
            return Look(seen[0], looked=(seen[0].url,))
        if candidates:
            return Look(reason=f"平台页未见到：{candidates[0].reason}")
        outside = self.columns.named(concepts()["platform"])
        if outside:
            return Look(outside[0], looked=(outside[0].url,))
        if self.menu_gap:
            return Look(reason=self.menu_gap)
        return Look(absent=True, looked=self.home.looked)

    def column(self, labels: Iterable[str]) -> Look[Column]:
        """The column with one of these names, wherever it is linked."""
        found = self.columns.named(labels)
        seen = [column for column in found if column.state is not ColumnState.UNSEEN]
        if seen:
            return Look(seen[0], looked=(seen[0].url,))
        if found:
            return Look(reason=f"栏目“{found[0].name}”未见到：{found[0].reason}")
        if self.gaps:
            return Look(reason="；".join(self.gaps[:3]) + ("等" if len(self.gaps) > 3 else ""))
        return Look(absent=True, looked=self.looked)

    def page_at(self, url: str | None) -> Page | None:
        return self.columns.by_key.get(page_key(url)) if url else None

    def newest(self, column: Column) -> tuple[dt.date | None, bool]:
        """The newest date of a column's rows up to ``as_of``, and whether rows without a usable date leave it open."""
        dates = [dt.date.fromisoformat(item.date) for item in column.items if item.date]
        usable = [date for date in dates if date <= self.as_of]
        return (max(usable, default=None), len(usable) < len(column.items))


_UNSEEN = (ColumnState.UNSEEN, ColumnState.DEAD)


def _dead(page: Page) -> bool:
    return page.gone and page.task.attempt > 1


def _named(column: Column, concept: str) -> bool:
    return any(concept_of(name) == concept for name in column.names)


def _prefix(url: str) -> str:
    return "/".join(url.split("/", 3)[:3])
