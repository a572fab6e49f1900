"""One unit's walk: home page -> navigation -> platform and columns -> lists -> articles -> attachments.

Pure: it is asked for the next task, told what came of it, and remembers. The same answers in the same order give the
same walk, so a walk that was cut off is resumed by telling it its kept answers again. Who fetches (Scrapy, a WARC
file, a test's table of pages) does not matter to it.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from protego import Protego

from crawler.facts.endpoints import is_catalogue_address, is_data_address
from crawler.facts.lists import file_type
from crawler.facts.text import fold, label
from crawler.facts.vocabulary import concept_of
from crawler.frontier import Budget, Frontier
from crawler.outcome import Fetched, Likenesses, Verdict, judge
from crawler.records import DRAWING, LATER, SECOND, Facts, Link, Mark, Page, PageStatus, Site, Task
from crawler.urls import absolute, host_of, in_scope, normalise, page_key, with_twins

AGENT = "gongkai"
KEY_CONCEPTS = {
    "guide", "system", "statutory", "report", "catalogue", "basis", "news", "notice", "policy", "interpretation", "public_institution",
}  # fmt: skip
#: Articles looked at per list, and list pages turned, by concept.
_ARTICLES = {
    "policy": 30,
    "interpretation": 30,
    "report": 12,
    "guide": 6,
    "statutory": 10,
    "catalogue": 20,
    "notice": 15,
}
_PAGES = {"policy": 5, "interpretation": 5, "report": 4, "catalogue": 3, "notice": 3}
_ARTICLES_ELSE, _PAGES_ELSE = 6, 2
_LEADING = ("home", "platform", "column", "list", "data")
_WITH_FILES = {"guide", "report", "public_institution"}
_MAX_CONFIRMED = 300
#: Refusals and silences that are tried once more at the end, slowly; after so many in vain the rest is left.
_REFUSED = (PageStatus.BLOCKED, PageStatus.TIMEOUT)
_MAX_LATER, _VAIN = 30, 5
_VALIDATOR = 200
_NOT_COLUMNS = re.compile(
    r"^(?:首页|网站首页|返回.*|上一.|下一.|上一篇.*|下一篇.*|尾页|末页|第一页|最后一页|最末页|打印.*|关闭.*|登录.*|注册.*|退出|加入收藏|收藏本站|设为首页|english|en|rss.*|网站地图|无障碍.*"
    r"|长者.*|适老.*|繁體.*|繁体.*|简体.*|手机.*|微信.*|微博.*|客户端.*|.*app|扫一扫.*|分享.*|搜索|高级搜索|查询|更换|隐藏|展开.*|收起.*|大|中|小|\d+)$",
    re.I,
)
_MORE = re.compile(r"^(?:更多|more|\+|查看更多|更多内容|更多信息)$", re.I)
_KEY_PAPER = re.compile(r"信息公开(?:指南|.{0,10}(?:年报|年度报告))")
_REPORT_TITLE = re.compile(r"年度?报告?|年报")
_LOGOUT = re.compile(r"log(?:out|off)|signout|delete|remove|/search|/so\.|searchword=|keyword=|calendar", re.I)


class UnitWalk:
    """The state of one unit's walk: a function of the answers it was told."""

    def __init__(self, site: Site, budget: Budget, *, confirms: bool = True) -> None:
        """``confirms``: missing pages are asked for a second time; senseless where every answer is a kept one."""
        self.site = site
        self.confirms = confirms
        self.scope = site.scope
        self._outside = site.outside
        self.frontier = Frontier(budget)
        self.known = Likenesses()
        self.delays: dict[str, float] = {}
        self._robots: dict[str, Protego | None] = {}
        self._held: dict[str, list[tuple[Task, str]]] = {}
        self._seq = 0
        self._confirmed = 0
        self._later = 0
        self._vain = 0
        self._fillings: dict[str, Task] = {}
        self.drawn = 0
        home = Task(site.url, "home")
        self._offer(home, "home")
        if site.platform_url:
            self._offer(Task(site.platform_url, "platform", 1, parent=site.url), "platform")
        probe = hashlib.blake2b(site.id.encode(), digest_size=6).hexdigest()
        self._offer(Task(urljoin(site.scope[0].rstrip("/") + "/", f"{probe}.html"), "probe", 1), "probe")

    # --- asking -----------------------------------------------------------------------------------------------------

    def next(self) -> Task | None:
        task = self.frontier.next()
        while task is not None and task.attempt == LATER and self._vain >= _VAIN:
            task = self.frontier.next()
        return task

    def allowed(self, task: Task) -> bool:
        """What the host's robots.txt says; a host whose robots.txt a server error hides allows nothing (RFC 9309)."""
        if task.role == "robots":
            return True
        host = host_of(task.url)
        if host not in self._robots:
            return True
        rules = self._robots[host]
        return rules is not None and rules.can_fetch(task.url, AGENT)

    def unasked_robots(self, url: str) -> Task | None:
        """The robots.txt to be read before ``url``, when its host's is not known yet."""
        host = host_of(url)
        return None if host in self._robots or host in self._held else self._robots_task(host, url)

    def _robots_task(self, host: str, url: str) -> Task:
        return Task(normalise(f"{urlsplit(url).scheme}://{host}/robots.txt"), "robots")

    def admits(self, url: str) -> bool:
        """Whether an address belongs to the unit, its host's learned aliases included, and to no other of the list."""
        return in_scope(url, self.scope) and not in_scope(url, self._outside)

    def judge(self, task: Task, fetched: Fetched) -> Verdict:
        return judge(task, fetched, self.known)

    def follow(self, task: Task, fetched: Fetched, verdict: Verdict) -> str | None:
        """Where a redirect (HTTP, meta refresh, script) leads, when that is the unit's own; learns the home page's
        alias on the way (``www`` or not, http or https)."""
        target = absolute(fetched.url, fetched.location) if fetched.location else None
        if target is None and verdict.facts is not None and verdict.facts.kind == "redirect":
            target = verdict.facts.redirect
        if target is None:
            return None
        if task.role == "home":
            self._learn_aliases(task, [target])
        return target if self.admits(target) else None

    def _learn_aliases(self, task: Task, urls: Iterable[str]) -> None:
        """A host's twin (``www`` or not) that its home page leads to, by redirect or by link, is the same site."""
        host, others = host_of(task.url), {host_of(url) for url in urls}
        self.scope = with_twins(self.scope, host, others)
        self._outside = with_twins(self._outside, host, others)

    # --- being told -------------------------------------------------------------------------------------------------

    def page(self, task: Task, fetched: Fetched, verdict: Verdict) -> Page:
        """The record of one answered task; the archive adds where its bytes lie."""
        self._seq += 1
        return Page(
            unit=self.site.id,
            seq=self._seq,
            task=task,
            status=verdict.status,
            detail=verdict.detail,
            final_url=fetched.url,
            http_status=fetched.http_status,
            content_type=fetched.header("content-type")[:100],
            fetched_at=fetched.fetched_at,
            sha256=hashlib.sha256(fetched.body).hexdigest() if fetched.error is None else "",
            facts=verdict.facts,
            marks=fetched.marks,
            etag=fetched.header("etag")[:_VALIDATOR],
            modified=fetched.header("last-modified")[:_VALIDATOR],
        )

    def unchanged(self, task: Task, fetched: Fetched, old: Page) -> Page:
        """The record of a page that the server says is as it was; where its bytes lie is added by the archive."""
        self._seq += 1
        marks = tuple(dict.fromkeys((*old.marks, *fetched.marks, Mark.UNCHANGED)))
        return replace(old, unit=self.site.id, seq=self._seq, task=task, fetched_at=fetched.fetched_at, marks=marks)

    def absorb(self, page: Page, lines: frozenset[str] = frozenset()) -> None:
        """Learns from an answered task, fresh or kept: new tasks, robots.txt, the not-found page. ``lines`` is the
        page's outline; only the home page's is needed."""
        self._seq = max(self._seq, page.seq)
        self.drawn += page.rendered or Mark.RENDER_FAILED in page.marks
        task, facts = page.task, page.facts
        if task.role == "home":
            self._learn_aliases(task, [page.url, *(link.url for link in (facts.links if facts else ()))])
        if task.role == "robots":
            self._take_robots(page)
        elif task.role == "probe":
            if page.http_status == 200 and facts is not None and facts.text:
                self.known.not_found = frozenset(facts.text.split("\n"))
        elif page.gone and task.attempt == 1 and self.confirms and self._confirmed < _MAX_CONFIRMED:
            self._confirmed += 1
            self.frontier.again(replace(task, attempt=SECOND, rank=self._confirmed))
        elif page.ok and task.attempt != SECOND:
            self.frontier.learn(page_key(page.url))
            if facts is not None:
                if task.role == "home":
                    self.known.home, self.known.ended = lines, facts.ended
                self._discover(task, facts)

        if task.attempt == LATER:
            self._vain = 0 if page.ok else self._vain + 1
        elif page.status in _REFUSED and task.role not in ("robots", "probe") and task.attempt == 1:
            self._try_later(task)
        if task.role == "data" and not (page.ok and facts is not None and facts.items):
            self._draw_instead(task)

    def _try_later(self, task: Task) -> None:
        """A page that was refused or gave no answer is asked for once more, after all others."""
        if self.confirms and self._later < _MAX_LATER:
            self._later += 1
            self.frontier.again(replace(task, attempt=LATER, rank=_MAX_CONFIRMED + self._later))

    def _draw_instead(self, data: Task) -> None:
        """A list whose data did not come is looked at once more, by a browser."""
        page = self._fillings.pop(data.url, None)
        if page is not None and self.confirms and page.attempt == 1:
            self._fillings = {url: task for url, task in self._fillings.items() if task != page}
            self.frontier.again(replace(page, attempt=DRAWING))

    def _take_robots(self, page: Page) -> None:
        host = host_of(page.task.url)
        if page.ok and page.facts is not None:
            rules = Protego.parse(page.facts.text)
            delay = rules.crawl_delay(AGENT)
            if delay:
                self.delays[host] = min(float(delay), 60.0)
        elif page.http_status is not None and page.http_status >= 500:
            rules = None
        else:
            rules = Protego.parse("")
        self._robots[host] = rules
        for task, kind in self._held.pop(host, []):
            self.frontier.offer(task, kind, page_key(task.url))

    def _offer(self, task: Task, kind: str) -> None:
        """Hands a task to the frontier; the first of a host waits for the host's robots.txt."""
        host = host_of(task.url)
        if host in self._robots:
            self.frontier.offer(task, kind, page_key(task.url))
            return
        if host not in self._held:
            self._held[host] = []
            self.frontier.offer(self._robots_task(host, task.url), "robots", "robots:" + host)
        self._held[host].append((task, kind))

    # --- finding the way --------------------------------------------------------------------------------------------

    def _discover(self, task: Task, facts: Facts) -> None:
        concept = self._concept(task)
        if task.role in _LEADING:
            if task.role not in ("list", "data"):
                self._columns(task, facts)
            self._articles(task, facts, concept)
            if task.role != "home":
                self._endpoints(task, facts, concept)
                self._list_pages(task, facts, concept)
                self._frames(task, facts)
        if self._wants_files(task):
            framed = [(url, "") for url in facts.frames if file_type(url)]
            for number, (url, name) in enumerate([*((file.url, file.name) for file in facts.attachments), *framed][:8]):
                self._go(task, url, "attachment", "key_article", label=name, rank=number)
        if task.role == "home":
            for number, link in enumerate(facts.links):
                if not _LOGOUT.search(link.url):
                    self._go(task, link.url, "link", "link", label=link.text[:80], rank=number)

    def goes_on_from(self, task: Task) -> bool:
        """Whether the facts of a task's page can lead to others."""
        return task.role in _LEADING or self._wants_files(task)

    def _wants_files(self, task: Task) -> bool:
        if task.role not in ("article", "column", "platform"):
            return False
        return self._concept(task) in _WITH_FILES or (
            task.role == "article" and _KEY_PAPER.search(fold(task.label)) is not None
        )

    def _concept(self, task: Task) -> str | None:
        return "platform" if task.role == "platform" else concept_of(task.column or task.label, self.site.name)

    def _columns(self, task: Task, facts: Facts) -> None:
        rows = {*(item.url for item in facts.items), *facts.paging}
        for link in facts.links:
            if link.area in ("footer", "crumb") or link.url in rows or self.frontier.knows(page_key(link.url)):
                continue
            name = label(link.text)
            if file_type(link.url) and concept_of(name, self.site.name) != "guide":
                continue
            if not self._names_column(name, link, task):
                continue
            concept = concept_of(name, self.site.name)
            text = "" if _MORE.match(name) else link.text[:80]
            role, kind, rank = "column", "key" if concept in KEY_CONCEPTS else "column", 0
            if is_data_address(link.url):
                role = "data"
            elif concept == "platform" or (concept == "platform_variants" and task.role == "home"):
                role = kind = "platform"
            elif kind == "column":
                rank = task.depth + 1
            self._go(task, link.url, role, kind, label=text, column=text, rank=rank)

    def _names_column(self, name: str, link: Link, task: Task) -> bool:
        if _NOT_COLUMNS.match(name) or _LOGOUT.search(link.url):
            return False
        if not name:  # an image without a text: on the front pages it may be the entry of a column
            return task.role in ("home", "platform")
        return (2 <= len(name) <= 20 and not name.isascii()) or _MORE.match(name) is not None

    def _articles(self, task: Task, facts: Facts, concept: str | None) -> None:
        limit = _ARTICLES.get(concept or "", _ARTICLES_ELSE)
        if task.role == "home":
            limit = 40
        column = facts.column or task.column if task.role != "home" else "首页"
        for number, item in enumerate(facts.items):
            if item.url is None or (file_type(item.url) and concept not in _WITH_FILES):
                continue
            is_report = concept == "report" and _REPORT_TITLE.search(fold(item.title)) is not None
            if number >= limit and not is_report:
                break
            kind = "key_article" if is_report or concept == "guide" else "article"
            self._go(task, item.url, "article", kind, label=item.title[:200], column=column or "", rank=number)

    def _endpoints(self, task: Task, facts: Facts, concept: str | None) -> None:
        """Asks for the data a script fills this list from, as early as for the list itself."""
        kind = "key" if task.role == "platform" or concept in KEY_CONCEPTS else "column"
        for url in facts.endpoints:
            self._fillings[url] = task
            self._go(task, url, "data", kind, label=task.label, depth=task.depth, page_no=task.page_no, rank=task.rank)

    def _list_pages(self, task: Task, facts: Facts, concept: str | None) -> None:
        limit = _PAGES.get(concept or "", _PAGES_ELSE)
        if task.page_no >= limit or not facts.items:
            return
        for number, url in enumerate(facts.paging[: limit - task.page_no], task.page_no + 1):
            role = "data" if task.role == "data" or is_data_address(url) else "list"
            parent = task.parent if task.role == "data" and not is_catalogue_address(url) else task.url
            self._go(task, url, role, "list", label=task.label, depth=task.depth, page_no=number, rank=number, parent=parent)  # fmt: skip

    def _frames(self, task: Task, facts: Facts) -> None:
        if not facts.items:
            for url in facts.frames[:3]:
                self._go(task, url, "list", "list", label=task.label, depth=task.depth)

    def _go(
        self, task: Task, url: str, role: str, kind: str, *, label: str = "", column: str | None = None, rank: int = 0,
        depth: int | None = None, page_no: int = 1, parent: str | None = None,
    ) -> None:  # fmt: skip
        """Offers an address that an answered task's page names. Most of a page's links are known: they cost next to nothing."""
        if self.frontier.knows(page_key(url)):
            return
        try:
            url = normalise(url)
        except ValueError:
            return
        if self.admits(url):
            column = task.column if column is None else column
            depth = task.depth + 1 if depth is None else depth
            parent = task.url if parent is None else parent
            self._offer(Task(url, role, depth, label, parent, column, rank, page_no), kind)
