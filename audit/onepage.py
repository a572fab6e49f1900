"""``gongkai page``: the facts of one page, from a file or an address, as JSON or explained."""

import json
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from audit.explain_page import explain
from crawler.archive import Archive
from crawler.documents import is_readable, read_document
from crawler.facts import facts_of, is_markup
from crawler.facts.dom import Dom
from crawler.facts.traces import Notes
from crawler.frontier import Budget
from crawler.records import BadInput, Facts, Site, why_unread
from crawler.urls import host_of, is_private_host, normalise


def page_json(source: str, url: str | None, *, allow_private: bool) -> str:
    """Facts as JSON. ``source`` is a file, or an address that is fetched as a crawl would fetch it (robots.txt, limits,
    redirects within its host). Raises ``BadInput``."""
    facts, _ = _facts(source, url, allow_private)
    return json.dumps(_plain(facts), ensure_ascii=False, indent=1)


def page_explained(source: str, url: str | None, *, allow_private: bool) -> str:
    """The same facts for people: each with its place in the page. Raises ``BadInput``."""
    return explain(*_facts(source, url, allow_private))


def _facts(source: str, url: str | None, allow_private: bool) -> tuple[Facts, Notes]:
    return _fetch(source, allow_private) if source.startswith(("http://", "https://")) else _read(Path(source), url)


def _read(path: Path, url: str | None) -> tuple[Facts, Notes]:
    try:
        body = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path}: 读不了这个文件（{why_unread(error)}），请检查路径") from error
    try:
        # Without --url relative links are resolved as if the file lay on a server of this machine.
        address = normalise(url or f"http://localhost/{path.name}")
    except ValueError as error:
        raise BadInput(f"--url “{url}”不是网址，应以 http:// 或 https:// 开头") from error
    if not is_markup(body, address, ""):
        if not is_readable(body, address):
            raise BadInput(f"{path}: 不是网页，也不是能读取的文件")
        notes = Notes()
        return read_document(body, address, notes=notes), notes
    dom = Dom(body, address)
    return facts_of(dom), dom


def _fetch(source: str, allow_private: bool) -> tuple[Facts, Notes]:
    from crawler.run import crawl  # Scrapy takes half a second to import: only here

    try:
        address = normalise(source)
    except ValueError as error:
        raise BadInput(f"“{source}”不是网址，应以 http:// 或 https:// 开头") from error
    host = host_of(address)
    if is_private_host(host) and not allow_private:
        raise BadInput(f"“{source}”是内网或本机地址；确需读取请加 --allow-private")
    site = Site("page", "page", "", address, (f"{address.split('://')[0]}://{host}",), allow_private=allow_private)
    with tempfile.TemporaryDirectory() as folder:
        crawl([site], Path(folder), Budget(pages=1), 2.0, lambda _unit, _page: None)
        with Archive(Path(folder) / site.id, site.id, read_only=True) as archive:
            page = next((page for page in archive.pages() if page.task.role == "home"), None)
            answer = archive.answer(page) if page else None
    if page is None or page.facts is None or answer is None:
        raise BadInput(f"{source}: 没有取到页面（{page.detail if page else '没有应答'}）")
    if page.facts.kind == "document":
        notes = Notes()
        read_document(answer.body, answer.url, answer.header("content-type"), notes=notes)
        return page.facts, notes
    dom = Dom(answer.body, answer.url, answer.header("content-type"))
    facts = facts_of(dom)
    # The crawl took it for a unit's front page.
    return (facts if page.facts.kind == "home" else page.facts), dom


def _plain(facts: Facts) -> dict[str, Any]:
    data: dict[str, Any] = msgspec.to_builtins(facts)
    return data
