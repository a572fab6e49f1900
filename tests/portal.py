"""A portal made of a table of pages, walked by the real walk and read by the real parser, without a network."""

import asyncio
import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, Undefined

from crawler.crawl import crawl_unit
from crawler.frontier import Budget
from crawler.outcome import Fetched
from crawler.records import Mark, Page, PageStatus, Site, Task
from crawler.urls import page_key
from crawler.walk import UnitWalk

HOST = "http://unit.example.gov.cn"
SHELL = '<!DOCTYPE html><html><head><title>加载中</title></head><body><div id="app"></div><script src="/static/app.js"></script></body></html>'
CHALLENGE = (
    "<!DOCTYPE html><html><head><meta charset='utf-8'><script>var _$td='x';window.$_ts=window.$_ts||{};</script></head>"
    "<body>请开启JavaScript并刷新该页.</body></html>"
)
WORDS = {"shell": SHELL, "challenge": CHALLENGE, "empty": ""}
_ENV = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "cases" / "_pages"), autoescape=True, undefined=Undefined
)


class MemoryArchive:
    """The archive's part that the walk's driver uses, kept in memory."""

    resumed = False

    def __init__(self) -> None:
        self.pages: list[Page] = []

    def add(self, page: Page, answers: object, drawing: object = None) -> Page:
        self.pages.append(page)
        return page

    def kept(self, task: Task) -> None:
        return None

    def answer(self, page: Page) -> None:
        return None

    def note(self, key: str, value: str) -> None:
        pass


def site_of(**fields: Any) -> Site:
    base = {"id": "unit", "name": "江北区人民政府", "level": "区县政府", "url": HOST + "/", "scope": (HOST,)}
    return Site(**{**base, **fields})


def render(spec: dict[str, Any] | str, site: Site, menu: dict[str, str]) -> str:
    """A page of a case as HTML: raw text, one of the words ``shell``/``challenge``/``empty``, or a template's fields."""
    if isinstance(spec, str):
        return WORDS.get(spec, spec)
    ((kind, page),) = spec.items()
    page = page or {}
    return _ENV.get_template(f"{kind}.html").render(page=page, site=site.name, menu=page.get("menu", menu))


def walk_pages(
    pages: dict[str, Any],
    site: Site,
    menu: dict[str, str] | None = None,
    budget: Budget | None = None,
    not_found: Any = None,
) -> list[Page]:
    """Walks a portal given as ``path: page`` and returns the pages looked at.

    A page is HTML, a word, a template's fields, or ``{http: 403}``, ``{fault: timeout}``, ``{to: /new/}`` (redirect),
    ``{file: application/pdf}`` (a broken one), ``{paper: docx, guide: {...}}`` (a template's text as a file, see papers.py); a template's ``charset`` is declared in the page only, its
    ``marks`` are the page's. Or ``{once: page, then: page}`` for an address that answers differently the second
    time. An address that is not listed answers 404, or the page ``not_found``.
    """
    table = {page_key(HOST + path if path.startswith("/") else path): spec for path, spec in pages.items()}
    asked: Counter[str] = Counter()

    async def fetch(task: Task, url: str) -> Fetched:
        now = "2022-10-31T01:00:00Z"
        asked[page_key(url)] += 1
        spec = table.get(page_key(url), not_found or {"http": 404})
        if isinstance(spec, dict) and "once" in spec:
            spec = spec["once" if asked[page_key(url)] == 1 else "then"]
        if isinstance(spec, dict) and "fault" in spec:
            return Fetched(url, now, error=PageStatus(spec["fault"]), detail="测试故障")
        if isinstance(spec, dict) and "http" in spec:
            return Fetched(url, now, spec["http"], headers=(("content-type", "text/html"),), body=b"<html>error</html>")
        if isinstance(spec, dict) and "to" in spec:
            return Fetched(url, now, 302, headers=(("location", spec["to"]),))
        if isinstance(spec, dict) and "file" in spec:
            return Fetched(url, now, 200, headers=(("content-type", spec["file"]),), body=b"%PDF-1.4 ...")
        if isinstance(spec, dict) and "paper" in spec:
            from papers import written

            return Fetched(url, now, 200, headers=(("content-type", "application/octet-stream"),), body=written(spec))
        more = (next(iter(spec.values()), None) if isinstance(spec, dict) else None) or {}
        charset = more.get("charset", "utf-8")
        body = render(spec, site, menu or {}).encode(charset)
        marks = tuple(Mark(mark) for mark in more.get("marks", ()))
        kind = "text/html; charset=utf-8" if charset == "utf-8" else "text/html"
        return Fetched(url, now, 200, headers=(("content-type", kind),), body=body, raw=body, marks=marks)

    archive = MemoryArchive()
    asyncio.run(crawl_unit(UnitWalk(site, budget or Budget()), archive, fetch, lambda page: None))  # type: ignore[arg-type]
    return archive.pages


def day(value: dt.date | str) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)
