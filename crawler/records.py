"""The frozen records that flow from the crawl to the reports. Standard library only.

Dates are ISO strings (``YYYY-MM-DD``), times are ISO 8601 in UTC, unknown is ``None``.
"""

import errno
from dataclasses import dataclass, field
from enum import StrEnum

LEVELS = ("市政府", "市政府部门", "区县政府", "区县政府部门", "乡镇街道", "公共企事业单位")
KINDS = ("daily", "monthly", "quarterly", "yearly")


class BadInput(Exception):
    """Input a person has to mend. The command line prints each line of it and exits 2."""


_OS_FAULTS = {
    errno.ENOENT: "没有这个文件",
    errno.EACCES: "没有权限",
    errno.EISDIR: "这是文件夹",
    errno.ENOTDIR: "路径中间有一段不是文件夹",
    errno.ENOSPC: "磁盘满了",
    errno.ENAMETOOLONG: "名字太长",
}


def why_unread(error: OSError) -> str:
    """What the system said of a file, in words for the command line."""
    return _OS_FAULTS.get(error.errno or 0) or str(error.strerror or error)


class PageStatus(StrEnum):
    """What came of one address. ``ok`` must be earned: HTTP 200 alone is not enough."""

    OK = "ok"
    HOLLOW = "hollow"
    SOFT_404 = "soft_404"
    BLOCKED = "blocked"
    LOGIN = "login"
    HTTP_ERROR = "http_error"
    TIMEOUT = "timeout"
    DNS = "dns"
    TLS = "tls"
    TOO_BIG = "too_big"
    ROBOTS = "robots"
    NOT_TRIED = "not_tried"


class Mark(StrEnum):
    """What must be known of how a page was got: each is told wherever the page is shown."""

    OLD_TLS = "old_tls"
    CERT_EXPIRED = "cert_expired"
    CERT_UNTRUSTED = "cert_untrusted"
    CERT_INCOMPLETE = "cert_incomplete"
    CERT_WRONG_HOST = "cert_wrong_host"
    CERT_OTHER = "cert_other"
    RENDERED = "rendered"  # its facts are those of the page as a browser drew it
    RENDERED_PART = "rendered_part"  # likewise, and not all that its scripts asked for came
    RENDER_FAILED = "render_failed"
    UNCHANGED = (
        "unchanged"  # the server said that it is as it was at the inspection before: its bytes are those of then
    )
    RENDER_WANTED = "render_wanted"  # a browser may show more, and there was none or its budget was spent


@dataclass(frozen=True, slots=True)
class Site:
    """One row of the site list: a unit that owes disclosure and where it does so.

    ``scope`` holds URL prefixes (``http://host/path``): only addresses under one of them belong to the unit.
    """

    id: str
    name: str
    level: str
    url: str
    scope: tuple[str, ...]
    parent: str = ""
    platform_url: str = ""
    site_code: str = ""
    region: str = ""
    group: str = ""
    allow_private: bool = False
    rate: float = 0.0
    """Requests a second its hosts bear; 0: as the run's."""
    without: tuple[str, ...] = ()
    """What it does not have (a gazette, a sector) or owe (ids of mandates)."""
    also: tuple[str, ...] = ()
    """Ids of mandates that bind it though its level alone would not."""
    outside: tuple[str, ...] = ()
    """Prefixes within ``scope`` that belong to other units of the list: a town's part of its district's portal."""


@dataclass(frozen=True, slots=True)
class Link:
    """``text`` is the visible label (else the image's ``alt``, else the title), ``title`` the attribute, ``area`` one of
    ``nav``, ``crumb``, ``footer``, ``side``, ``body``."""

    url: str
    text: str
    title: str = ""
    area: str = "body"


@dataclass(frozen=True, slots=True)
class HiddenLink:
    """A link to another host that the page's own style keeps out of sight, and ``how``, in Chinese."""

    url: str
    text: str
    how: str


@dataclass(frozen=True, slots=True)
class Item:
    """One row of a list; ``url`` is None where the row leads nowhere."""

    title: str
    url: str | None
    date: str | None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A linked document; ``type`` is its ending: pdf, docx ..."""

    name: str
    url: str
    type: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the body. ``level`` counts from 1; ``start`` is its offset in ``Facts.text``."""

    heading: str
    level: int
    start: int


@dataclass(frozen=True, slots=True)
class Table:
    """``cells`` has ``rows`` rows of ``columns`` texts; a spanned cell repeats its text where it spans."""

    rows: int
    columns: int
    cells: tuple[tuple[str, ...], ...]
    head: int = 0
    """So many rows at the top name the columns: a title or a note of the unit above them counts with them."""
    unit: str = ""
    """What the numbers count, where the table or the lines above it say so for all of them: 万元."""


@dataclass(frozen=True, slots=True)
class Footer:
    """Marks of the page's foot. ``seen`` is false when no foot was found in the page as fetched, and then
    nothing may be said of what it lacks."""

    seen: bool = False
    site_code: str | None = None
    icp: str | None = None
    police: str | None = None
    sponsor: str | None = None
    undertaker: str | None = None
    phone: str | None = None
    email: str | None = None
    report_error: bool = False
    party_gov_mark: bool = False
    scripted: bool = False
    """A script of unknown purpose is loaded in the foot: marks it would draw cannot be seen."""
    partial: bool = False
    """A script or a frame brings the foot or a part of it: nothing may be said of what it lacks."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything read out of one page, once.

    ``kind`` is ``home``, ``list``, ``article``, ``navigation``, ``redirect``, ``document`` (a file) or ``other``.
    """

    url: str
    charset: str | None
    title: str | None
    kind: str
    status: PageStatus
    status_reason: str
    published: str | None = None
    written: str | None = None
    doc_number: str | None = None
    index_number: str | None = None
    source: str | None = None
    column: str | None = None
    breadcrumbs: tuple[str, ...] = ()
    meta: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    """Labelled values as the page shows them: 索引号, 发布机构, 内容概述 ..., empty where the label has no value."""
    items: tuple[Item, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    sections: tuple[Section, ...] = ()
    tables: tuple[Table, ...] = ()
    footer: Footer = Footer()
    links: tuple[Link, ...] = ()
    paging: tuple[str, ...] = ()
    endpoints: tuple[str, ...] = ()
    """Addresses of data that a script fills this page's own list from: its rows are there, not in the page."""
    total: int | None = None
    """How many rows the whole list has, where a data endpoint says so."""
    frames: tuple[str, ...] = ()
    redirect: str | None = None
    scripted: bool = False
    """True when a script seems to fetch the page's content: what is missing may only be unseen."""
    template: str = ""
    """Equal for pages that load the same scripts and styles: made by one template."""
    labels: tuple[str, ...] = ()
    """Short texts that lead nowhere: headings, tabs, menu entries that only a script follows."""
    ended: bool = True
    """The page was sent to its end mark, which all saved government pages have."""
    media: int = 0
    """Pictures, films and embedded files in the page's own part: content that cannot be read."""
    hidden: tuple[HiddenLink, ...] = ()
    scripts: tuple[str, ...] = ()
    """Scripts of other hosts, one address for each host."""
    text: str = ""
    """The page's own text, a line per block."""
    around: str = ""
    """Text of an article page that stands neither in ``text`` nor in links, menus and foot: a document may be laid
    out in several boxes, and what lies in the smaller ones is not absent."""
    text_length: int = 0
    """Visible characters of the whole page, blanks not counted."""


#: Values of ``Task.attempt`` after the first visit: a second look at an address that was gone, a look by a browser, one more try
#: late in the run and at a slower pace where the first was refused or had no answer.
SECOND, DRAWING, LATER = 2, 3, 4


@dataclass(frozen=True, slots=True)
class Task:
    """One address to fetch and why. ``rank`` is the place in its list, ``page_no`` counts list pages from 1."""

    url: str
    role: str
    depth: int = 0
    label: str = ""
    parent: str = ""
    column: str = ""
    rank: int = 0
    page_no: int = 1
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Page:
    """One looked-at address of a unit: the task, what came of it, where its bytes lie, what was read."""

    unit: str
    seq: int
    task: Task
    status: PageStatus
    detail: str = ""
    final_url: str = ""
    http_status: int | None = None
    content_type: str = ""
    fetched_at: str = ""
    sha256: str = ""
    warc: str = ""
    offset: int = 0
    length: int = 0
    facts: Facts | None = None
    marks: tuple[Mark, ...] = ()
    drawn_offset: int = 0
    drawn_length: int = 0
    """Where the page as a browser drew it lies in the WARC file; 0 long where it was not."""
    etag: str = ""
    modified: str = ""
    """What the server named this state of the page by (ETag, Last-Modified)."""

    @property
    def url(self) -> str:
        return self.final_url or self.task.url

    @property
    def ok(self) -> bool:
        return self.status is PageStatus.OK

    @property
    def rendered(self) -> bool:
        return Mark.RENDERED in self.marks or Mark.RENDERED_PART in self.marks

    @property
    def gone(self) -> bool:
        """The server said there is no such page; a verdict wants this twice (``gone_twice``)."""
        return self.http_status in (404, 410) and self.status is not PageStatus.BLOCKED

    @property
    def second_look(self) -> bool:
        """Whether this is the second visit to an address that was gone at the first."""
        return self.task.attempt == SECOND

    @property
    def gone_twice(self) -> bool:
        return self.gone and self.second_look
