"""A unit as its checks see it: pages, columns, the documents every unit owes, and what was not seen of them. Pure."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from crawler.facts.columns import Column, Columns, ColumnState
from crawler.facts.vocabulary import concept_of, concepts, tells_nothing
from crawler.records import Facts, Link, Mark, Page, Site
from crawler.urls import host_of, in_scope, page_key, with_twins
from crawler.visits import Visit
from rules.legible import legible

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
    ``as_of`` is today for everything judged here; ``visits`` are those of the daily scan, later ones left out; ``listed``
    are all units of the inspection."""

    def __init__(
        self, site: Site, pages: Iterable[Page], as_of: dt.date, visits: Iterable[Visit] = (),
        listed: Iterable[Site] = (),
    ) -> None:  # fmt: skip
        self.site = site
        self.listed = tuple(listed)
        self.as_of = as_of
        self.visits = tuple(visit for visit in visits if visit.day <= as_of.isoformat())
        latest: dict[str, Page] = {}
        for page in pages:
            if page.task.role not in ("robots", "probe"):
                latest[page.task.url] = page
        self.pages = list(legible(sorted(latest.values(), key=lambda page: page.seq)))

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
        return Columns(self.pages, self.scope, self.site.name)

    @cached_property
    def scope(self) -> tuple[str, ...]:
        """The unit's prefixes, under the home page's other host name (``www`` or not) too where it turned out to have one."""
        scope = self.site.scope
        for page in self.pages:
            if page.task.role == "home":
                links = page.facts.links if page.facts else ()
                scope = with_twins(scope, host_of(page.task.url), (host_of(page.url), *(host_of(x.url) for x in links)))
        return scope

    @cached_property
    def gaps(self) -> tuple[str, ...]:
        """Why nothing may be called absent from this unit's site: front pages and columns that were not seen."""
        if self.home.value is None:
            return (self.home.reason,)
        found = []
        if self.menu_gap:
            found.append(self.menu_gap)
        branches = [p for p in self.pages if p.task.role in ("platform", "column") and p.task.depth <= 3]
        found += [
            f"“{page.task.label or page.task.url}”未见到（{page.detail or page.status}）"
            for page in branches
            if not page.ok and not (_dead(page) and not self._is_trunk(page) and not self.columns.outage)
        ]
        found += [
            f"“{page.task.label or page.url}”上没有任何链接，可能没有显示完整"
            for page in branches
            if page.ok
            and page.facts is not None
            and not page.facts.links
            and page.facts.kind in ("navigation", "other")
        ]
        found += [
            f"“{page.task.label or page.url}”的下级栏目可能由脚本或框架页加载"
            for page in self.pages
            if self._is_trunk(page) and self._hides(page)
        ]
        found += [
            f"“{page.task.label or page.url}”由浏览器渲染，有的内容没有取到"
            for page in branches
            if Mark.RENDERED_PART in page.marks
        ]
        return tuple(found)

    def _is_trunk(self, page: Page) -> bool:
        """Whether other columns hang on this page: the platform's, and that of the matters to be disclosed."""
        concept = concept_of(page.task.label, self.site.name)
        return page.task.role == "platform" or (page.task.role == "column" and concept in _TRUNKS)

    def _hides(self, page: Page) -> bool:
        """Whether a script or a frame of the unit's own may show links the page as fetched does not."""
        facts = page.facts
        return page.ok and facts is not None and (facts.scripted or bool(self._own_frames(facts)))

    def _own_frames(self, facts: Facts) -> list[str]:
        return [url for url in facts.frames if in_scope(url, self.scope)]

    @cached_property
    def menu_gap(self) -> str:
        """Why links may be missing from the home page as fetched, or ""."""
        page = self.home.value
        if page is None or page.facts is None:
            return self.home.reason
        if Mark.RENDERED_PART in page.marks:
            return "首页由浏览器渲染，有的内容没有取到，导航可能不完整"
        if page.facts.scripted and len(page.facts.links) < 15:
            return "首页的链接可能由脚本生成，抓取的页面里看不到"
        if len(page.facts.links) < 5:
            return "首页只有很少的链接，导航可能由脚本或图片生成"
        if self._own_frames(page.facts):
            return "首页嵌有本站的框架页，导航可能在框架页里"
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
    def foot_links(self) -> list[Link]:
        page = self.home.value
        return [link for link in self.facts(page).links if link.area == "footer"] if page else []

    def blind(self, links: Iterable[Link]) -> list[Link]:
        """Links whose label tells nothing (pictures) and whose target was not seen: they may be anything."""
        return [
            link
            for link in links
            if tells_nothing(link.text)
            and tells_nothing(link.title)
            and not ((page := self.page_at(link.url)) and page.ok)
            and page_key(link.url) != page_key(_prefix(self.site.url) + "/")
        ]

    def leads_to(self, link: Link, column: Column) -> bool:
        """Whether a link leads to a column, by a redirect perhaps."""
        page = self.page_at(link.url)
        targets = {page_key(link.url), *([page_key(page.url)] if page else [])}
        return bool(targets & {page_key(column.url), *([page_key(column.page.task.url)] if column.page else [])})

    @cached_property
    def away(self) -> str:
        """Why a column may stand on another site, or "": the platform, or what holds the matters to be disclosed, leads
        out of the unit's scope and was not looked at."""
        holders = [self.platform.value, *self.columns.named(concepts()["statutory"])[:1]]
        out = next((c for c in holders if c is not None and c.state is ColumnState.LINKS_OUT), None)
        return f"“{out.name}”在本单位范围以外，站外内容未检查" if out else ""

    @cached_property
    def veiled(self) -> str:
        """Why some entry of the home page may lead to the platform though its name does not say so, or ""."""
        for column in self.columns:
            if column.first_level and column.state is ColumnState.UNSEEN and _HINT.search(column.name):
                return f"首页的“{column.name}”未见到（{column.reason}），可能通往公开平台"
        return ""

    @cached_property
    def platform(self) -> Look[Column]:
        """The 政府信息公开 platform: under its mandated name, else under one of the names used in its place."""
        own = page_key(self.site.platform_url) if self.site.platform_url else None
        candidates = [
            column
            for column in (*self.columns.of_concept("platform"), *self.columns.of_concept("platform_variants"))
            if column.page is not None and not (column.page.facts and column.page.facts.kind == "home")
        ]
        candidates.sort(key=lambda c: (page_key(c.url) != own, not self._is_entry(c), c.state in _UNSEEN, _depth(c)))
        seen = [column for column in candidates if column.state not in _UNSEEN]
        if seen:
            return Look(seen[0], looked=(seen[0].url,))
        if candidates:
            return Look(reason=f"平台页未见到：{candidates[0].reason}")
        linked = self.columns.named((*concepts()["platform"], *concepts()["platform_variants"]))
        linked = [column for column in linked if self.home.value in column.parents]
        linked.sort(key=lambda c: (c.state in _UNSEEN, not _named(c, "platform")))
        if linked and linked[0].state not in _UNSEEN and linked[0].page is not self.home.value:
            return Look(linked[0], looked=(linked[0].url,))
        if linked:
            return Look(reason=f"平台页未见到：{linked[0].reason}")
        if self.menu_gap or self.veiled:
            return Look(reason=self.menu_gap or self.veiled)
        if self.columns.unlinked(concepts()["platform"]):
            return Look(reason="页面上有“政府信息公开”字样，但不是链接，可能由脚本打开")
        return Look(absent=True, looked=self.home.looked)

    def _is_entry(self, column: Column) -> bool:
        """Whether a column bears the platform's name and is linked from the home page or what stands for the platform
        there; below a town's page on its district's portal the name means the town's."""
        fronts = (parent for parent in column.parents if parent.task.depth == 0 or parent.task.role == "platform")
        return _named(column, "platform") and next(fronts, None) is not None

    def column(self, labels: Iterable[str]) -> Look[Column]:
        """The column with one of these names, wherever it is linked."""
        labels = tuple(labels)
        found = self.columns.named(labels)
        if found and found[0].state is ColumnState.UNSEEN:
            return Look(reason=f"栏目“{found[0].name}”未见到：{found[0].reason}")
        if found:
            return Look(found[0], looked=(found[0].url,))
        if self.gaps:
            return Look(reason="；".join(self.gaps[:3]) + ("等" if len(self.gaps) > 3 else ""))
        if unlinked := self.columns.unlinked(labels):
            return Look(reason=f"页面上有“{unlinked[0]}”字样，但不是链接，内容可能由脚本打开（{unlinked[1].url}）")
        if like := self.columns.like(labels):
            return Look(reason=f"有名称相近的栏目“{like}”，是否就是它须人工核对")
        if self.away:
            return Look(reason=self.away)
        return Look(absent=True, looked=self.looked)

    def page_at(self, url: str | None) -> Page | None:
        return self.columns.by_key.get(page_key(url)) if url else None

    def newest(self, column: Column) -> tuple[dt.date | None, bool]:
        """The newest date of a column's rows up to ``as_of``, and whether rows without a usable date leave it open."""
        dates = [dt.date.fromisoformat(item.date) for item in column.items if item.date]
        usable = [date for date in dates if date <= self.as_of]
        return (max(usable, default=None), len(usable) < len(column.items))


_UNSEEN = (ColumnState.UNSEEN, ColumnState.DEAD)
_HINT = re.compile("公开|政务|信息")
_TRUNKS = ("platform", "platform_variants", "statutory")


def _dead(page: Page) -> bool:
    return page.gone_twice


def _named(column: Column, concept: str) -> bool:
    return any(concept_of(name) == concept for name in column.names)


def _depth(column: Column) -> int:
    return column.page.task.depth if column.page else 99


def _prefix(url: str) -> str:
    return "/".join(url.split("/", 3)[:3])
