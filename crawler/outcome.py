"""Exception or response -> page status, and whether to try again: one table. Also soft errors that need a second
page to be seen: the site's not-found page and the home page in place of the page asked for. Pure."""

import re
from dataclasses import dataclass, field, replace

from crawler.documents import is_readable, read_document
from crawler.facts import facts_of, is_document, is_markup, outline, title_line, unread
from crawler.facts.data import read_data
from crawler.facts.dom import Dom
from crawler.facts.endpoints import is_data_address
from crawler.facts.status import refusal
from crawler.records import Facts, Mark, Page, PageStatus, Task
from crawler.urls import is_root

DRAWN_TYPE = "text/html; charset=utf-8"
BLOCKING = {
    401: "要求登录授权",
    403: "拒绝访问",
    405: "拒绝访问",
    412: "防护拦截",
    418: "防护拦截",
    429: "要求放慢访问",
    521: "防护节点连不上源站",
}
OK, NOT_MODIFIED = 200, 304
REDIRECTS = {301, 302, 303, 307, 308}
_RETRIED = {PageStatus.TIMEOUT, PageStatus.DNS}
RETRY_SERVER_ERRORS = range(500, 600)
MAX_REDIRECTS = 6
DRAWN_ROLES = ("home", "platform", "column", "list", "article")
_ALIKE = 0.9
_MAX_NOTICE = 200_000
_FEW_LINKS = 15
_HOME_NAMES = re.compile(r"^$|首页|主页|门户|网站|政府|home", re.I)


@dataclass(slots=True)
class Fetched:
    """What one request brought. ``body`` is decoded, ``raw`` is as transferred; ``error`` is set where no response
    came, with ``detail`` in Chinese. ``fetched_at`` is UTC, ISO 8601. ``torn``: the body broke off before its end.
    ``document``: its facts, where it is a file that was read already. ``known``: the page of an earlier crawl that it is the same
    as, whose facts hold."""

    url: str
    fetched_at: str
    http_status: int | None = None
    reason: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    raw: bytes = b""
    error: PageStatus | None = None
    detail: str = ""
    ip: str = ""
    torn: bool = False
    document: Facts | None = None
    marks: tuple[Mark, ...] = ()
    known: Page | None = None

    @property
    def unchanged(self) -> bool:
        """Whether the server sent nothing, for it is as it was."""
        return self.known is not None and self.http_status == NOT_MODIFIED

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")

    @property
    def location(self) -> str:
        return self.header("location") if self.http_status in REDIRECTS else ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A page as a browser drew it: ``html`` in UTF-8, empty where it could not be, and then ``detail`` says why in
    Chinese. ``whole``: nothing its scripts asked for was refused or failed, and they came to rest in time."""

    html: bytes = b""
    whole: bool = True
    detail: str = ""


@dataclass(slots=True)
class Likenesses:
    """Outlines of a unit's not-found page (only where it came with HTTP 200) and of its home page. ``ended``: the home page was sent to its
    end mark, so one that lacks it was cut."""

    not_found: frozenset[str] = frozenset()
    ended: bool = False
    home: frozenset[str] = frozenset()


@dataclass(slots=True)
class Verdict:
    """What one answer amounts to. ``outline`` is set for the pages others are held against: the home page and the probe."""

    status: PageStatus
    detail: str = ""
    facts: Facts | None = None
    outline: frozenset[str] = field(default_factory=frozenset)


def should_retry(fetched: Fetched) -> bool:
    """Faults that often pass by themselves; refusals are not among them."""
    if fetched.error is not None:
        return fetched.error in _RETRIED
    if fetched.torn:
        return True
    return fetched.http_status in RETRY_SERVER_ERRORS and fetched.http_status not in BLOCKING


def judge(task: Task, fetched: Fetched, known: Likenesses) -> Verdict:
    """Status and facts of one fetched address."""
    if fetched.error is not None:
        return Verdict(fetched.error, fetched.detail)
    status = fetched.http_status or 0
    if status in BLOCKING:
        return Verdict(PageStatus.BLOCKED, f"HTTP {status}，{BLOCKING[status]}")
    content_type = fetched.header("content-type")
    if not 200 <= status < 300:
        if task.role != "robots" and (reason := _refused(fetched, content_type)):
            return Verdict(PageStatus.BLOCKED, f"HTTP {status}，{reason}")
        return Verdict(PageStatus.HTTP_ERROR, _http_detail(fetched))
    if task.role == "robots":
        text = fetched.body[:500_000].decode("utf-8", "replace")
        return Verdict(PageStatus.OK, "", replace(unread(fetched.url, PageStatus.OK, ""), text=text))
    if task.role == "data":
        if fetched.torn:
            return Verdict(PageStatus.TIMEOUT, "内容没有传完")
        data = read_data(fetched.body, fetched.url, content_type, task.parent)
        return Verdict(data.status, data.status_reason, data)
    if not is_markup(fetched.body, fetched.url, content_type):
        return _judge_file(fetched, content_type)
    dom = Dom(fetched.body, fetched.url, content_type)
    facts = facts_of(dom, home=task.role == "home")
    if facts.status is PageStatus.OK and (fetched.torn or known.ended) and not facts.ended:
        return Verdict(PageStatus.TIMEOUT, "内容没有传完，页面没有结尾", replace(facts, status=PageStatus.TIMEOUT))
    verdict = Verdict(facts.status, facts.status_reason, facts)
    if task.role in ("home", "probe"):
        verdict.outline = outline(dom)
    if task.role == "probe":
        verdict.facts = replace(facts, text="\n".join(sorted(verdict.outline)))
    elif facts.status is PageStatus.OK and (reason := _in_place_of(task, dom, known)):
        verdict.status, verdict.detail = PageStatus.SOFT_404, reason
        verdict.facts = replace(facts, status=PageStatus.SOFT_404, status_reason=reason)
    return verdict


def needs_browser(task: Task, fetched: Fetched, verdict: Verdict) -> bool:
    """Whether a browser may show what the answer as fetched does not: scripts draw the page or its list, and no address
    of its data is known. Challenges are never run."""
    facts = verdict.facts
    if facts is None or fetched.torn or task.role not in DRAWN_ROLES or facts.kind in ("document", "redirect"):
        return False
    if verdict.status is PageStatus.HOLLOW:
        return b"<script" in fetched.body.lower()
    if verdict.status is not PageStatus.OK or not facts.scripted or facts.items or facts.endpoints:
        return False
    if facts.kind == "home":
        return len(facts.links) < _FEW_LINKS
    return facts.kind != "article" and not any(is_data_address(link.url) for link in facts.links)


def judge_drawn(task: Task, fetched: Fetched, drawing: Drawing, known: Likenesses) -> Verdict:
    """As ``judge``, of the page as a browser drew it. What it lacks may still come later or be hidden: only what it
    shows is known, so a page without rows stays a scripted one."""
    headers = (("content-type", DRAWN_TYPE),)
    verdict = judge(task, replace(fetched, body=drawing.html, headers=headers, torn=False), known)
    if verdict.facts is not None:
        shown = bool(verdict.facts.items)
        scripted = verdict.facts.scripted or not (drawing.whole and shown)
        endpoints = () if shown else verdict.facts.endpoints
        verdict.facts = replace(verdict.facts, scripted=scripted, endpoints=endpoints)
    return verdict


def _refused(fetched: Fetched, content_type: str) -> str:
    """Protections answer with any status, 404 among them: what they say counts."""
    if len(fetched.body) > _MAX_NOTICE or not is_markup(fetched.body, fetched.url, content_type):
        return ""
    return refusal(Dom(fetched.body, fetched.url, content_type))


def awaits_reading(task: Task, fetched: Fetched) -> bool:
    """Whether an answer is a document that ``judge`` would read, in a process of its own: who must not wait for that
    reads it beforehand and sets ``fetched.document``."""
    if fetched.error is not None or fetched.torn or fetched.document is not None or task.role in ("robots", "data"):
        return False
    content_type = fetched.header("content-type")
    return (
        200 <= (fetched.http_status or 0) < 300
        and not is_markup(fetched.body, fetched.url, content_type)
        and is_document(fetched.body, fetched.url)
        and is_readable(fetched.body, fetched.url, content_type)
    )


def _judge_file(fetched: Fetched, content_type: str) -> Verdict:
    if not fetched.body:
        return Verdict(PageStatus.HOLLOW, "文件是空的", unread(fetched.url, PageStatus.HOLLOW, "文件是空的"))
    if fetched.torn:
        return Verdict(PageStatus.TIMEOUT, "内容没有传完")
    if not is_document(fetched.body, fetched.url):
        return Verdict(PageStatus.HOLLOW, "应答不是网页", unread(fetched.url, PageStatus.HOLLOW, "应答不是网页"))
    facts = fetched.document
    if facts is None and is_readable(fetched.body, fetched.url, content_type):
        facts = read_document(fetched.body, fetched.url, content_type)
    if facts is None:
        facts = unread(fetched.url, PageStatus.OK, "")
    return Verdict(facts.status, facts.status_reason, facts)


def _in_place_of(task: Task, dom: Dom, known: Likenesses) -> str:
    if task.role in ("home", "probe") or is_root(task.url) or (is_root(dom.url) and _HOME_NAMES.search(task.label)):
        return ""
    title = title_line(dom)
    if title in known.not_found and alike(outline(dom), known.not_found):
        return "返回的是网站的“页面不存在”提示页"
    if title in known.home and alike(outline(dom), known.home):
        return "返回的是首页，不是所要的页面"
    return ""


def alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two pages show nearly the same lines; that their titles are the same is known."""
    return len(one & other) / len(one | other) >= _ALIKE


def _http_detail(fetched: Fetched) -> str:
    status = fetched.http_status
    if status in REDIRECTS:
        return f"HTTP {status}，跳转到范围外或循环跳转：{fetched.location[:200]}"
    if status in (404, 410):
        return f"HTTP {status}，页面不存在"
    if status in RETRY_SERVER_ERRORS:
        return f"HTTP {status}，服务器出错"
    return f"HTTP {status}"
