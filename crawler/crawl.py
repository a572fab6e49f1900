"""Driving a walk: ask it for tasks, have them fetched some at a time, tell it the answers in the order asked.

Answers are taken in that order, and a new task is asked for exactly when one is answered. So the pages looked at
depend on the site and the budget alone, not on which answer came first.
"""

import asyncio
import hashlib
import os
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from time import monotonic
from typing import Protocol

from crawler.archive import Archive
from crawler.documents import read_document
from crawler.earlier import Earlier
from crawler.facts import outline
from crawler.facts.dom import Dom
from crawler.outcome import (
    MAX_REDIRECTS,
    NOT_MODIFIED,
    OK,
    Drawing,
    Fetched,
    Verdict,
    awaits_reading,
    judge_drawn,
    needs_browser,
)
from crawler.records import DRAWING, LATER, Mark, Page, PageStatus, Task
from crawler.walk import UnitWalk

#: Requests of one unit under way at once; the rate per host is kept elsewhere.
WINDOW = 8
#: Threads that wait for the processes in which documents are read.
_READERS = ThreadPoolExecutor(os.cpu_count() or 1, "documents")


class Fetch(Protocol):
    """Fetches one address of a task, with further headers."""

    def __call__(self, task: Task, url: str, headers: Mapping[str, str] = ..., /) -> Awaitable[Fetched]: ...


#: Draws the page of an answer in a browser; None where it cannot be tried.
Draw = Callable[[Fetched], Awaitable[Drawing | None]]


async def crawl_unit(
    walk: UnitWalk,
    archive: Archive,
    fetch: Fetch,
    tell: Callable[[Page], None],
    draw: Draw | None = None,
    earlier: Earlier | None = None,
) -> None:
    """Walks one unit to its end, keeping every answer. What ``archive`` already holds is not fetched again, what ``earlier`` holds
    only as far as it changed.

    ``fetch(task, url, headers)`` and ``draw(answer)`` never raise; ``tell`` hears of every page, kept or new. Without ``draw`` pages
    that a browser would show more of are marked.
    """
    window: deque[tuple[Task, asyncio.Future[Page | Fetched]]] = deque()
    deadline = monotonic() + walk.frontier.budget.seconds
    out_of_time = False
    try:
        while True:
            out_of_time = out_of_time or monotonic() > deadline
            while len(window) < WINDOW and not out_of_time and (task := walk.next()) is not None:
                window.append((task, asyncio.ensure_future(_answer(walk, archive, fetch, task, earlier))))
            if not window:
                break
            task, pending = window.popleft()
            tell(await _take(walk, archive, fetch, task, await pending, draw, earlier))
    finally:
        for _, pending in window:
            pending.cancel()
    for task in walk.frontier.leftover():
        if task.attempt == LATER:
            continue  # its first answer stands
        reason = "超出这个单位的时间预算" if out_of_time else "超出这个单位的页数预算"
        verdict = Verdict(PageStatus.NOT_TRIED, reason)
        tell(archive.add(walk.page(task, Fetched(task.url, ""), verdict), ()))
    walk.frontier.close()
    archive.note("finished", "1")


async def _answer(
    walk: UnitWalk, archive: Archive, fetch: Fetch, task: Task, earlier: Earlier | None = None
) -> Page | Fetched:
    if archive.resumed and (kept := archive.kept(task)):
        return kept
    if (
        task.attempt == DRAWING
        and (first := archive.kept(replace(task, attempt=1)))
        and (known := archive.answer(first))
    ):
        return known
    if not walk.allowed(task):
        return Fetched(task.url, "", error=PageStatus.ROBOTS, detail="robots.txt不允许访问")
    old = earlier.known(task) if earlier else None
    if earlier is None or old is None:
        return await _read(task, await fetch(task, task.url))
    conditions = earlier.conditions(old)
    answer = await fetch(task, task.url, conditions)
    sha256 = hashlib.sha256(answer.body).hexdigest() if answer.http_status == OK else ""
    if (answer.http_status == NOT_MODIFIED and conditions) or (sha256 == old.sha256 and not answer.torn):
        return replace(answer, known=old)
    if sha256 and not conditions:
        earlier.heard(old, answer.header("etag"), answer.header("last-modified"), sha256)
    return await _read(task, answer)


async def _read(task: Task, answer: Fetched) -> Fetched:
    """An answer; a document among them comes read, while the loop goes on."""
    if not awaits_reading(task, answer):
        return answer
    content_type = answer.header("content-type")
    loop = asyncio.get_running_loop()
    facts = await loop.run_in_executor(_READERS, read_document, answer.body, answer.url, content_type)
    return replace(answer, document=facts)


async def _take(
    walk: UnitWalk,
    archive: Archive,
    fetch: Fetch,
    task: Task,
    answer: Page | Fetched,
    draw: Draw | None = None,
    earlier: Earlier | None = None,
) -> Page:
    """Tells the walk of one answer, following redirects within the unit first."""
    if isinstance(answer, Page):
        walk.absorb(answer, _kept_outline(archive, answer))
        return answer
    if (old := answer.known) is not None and earlier is not None:
        return _take_known(walk, archive, task, answer, old, earlier)
    answers = [answer]
    verdict = walk.judge(task, answer)
    met = {answer.url}
    while (target := walk.follow(task, answers[-1], verdict)) and target not in met and len(answers) <= MAX_REDIRECTS:
        met.add(target)
        if (robots := walk.unasked_robots(target)) is not None:
            await _take(walk, archive, fetch, robots, await _answer(walk, archive, fetch, robots))
        hop = await _hop(walk, fetch, task, target)
        answers.append(hop)
        verdict = walk.judge(task, hop)
    drawing = None
    if task.attempt == DRAWING or needs_browser(task, answers[-1], verdict):
        answers[-1], verdict, drawing = await _look_drawn(walk, task, answers[-1], verdict, draw)
    page = archive.add(walk.page(task, answers[-1], verdict), answers, drawing)
    walk.absorb(page, verdict.outline)
    return page


def _take_known(walk: UnitWalk, archive: Archive, task: Task, answer: Fetched, old: Page, earlier: Earlier) -> Page:
    """A page that is what it was: nothing is read, and its facts are looked at only where the walk goes on from them."""
    if answer.unchanged:
        page = archive.add_unchanged(walk.unchanged(task, answer, old), earlier.archive, old)
        shown = replace(page, facts=earlier.archive.facts(old)) if walk.goes_on_from(task) else page
    else:
        verdict = Verdict(old.status, old.detail, earlier.archive.facts(old))
        page = shown = archive.add(walk.page(task, answer, verdict), [answer])
    walk.absorb(shown)
    return page


async def _look_drawn(
    walk: UnitWalk, task: Task, answer: Fetched, verdict: Verdict, draw: Draw | None
) -> tuple[Fetched, Verdict, Drawing | None]:
    """What a browser makes of an answer, where there is one and the unit has drawings left; what was read without it
    stands where the browser shows no page either."""
    drawing = await draw(answer) if draw is not None and walk.drawn < walk.frontier.budget.drawings else None
    if drawing is None:
        return replace(answer, marks=(*answer.marks, Mark.RENDER_WANTED)), verdict, None
    drawn = judge_drawn(task, answer, drawing, walk.known) if drawing.html else None
    if drawn is not None and drawn.status is PageStatus.OK:
        mark = Mark.RENDERED if drawing.whole else Mark.RENDERED_PART
        return replace(answer, marks=(*answer.marks, mark)), drawn, drawing
    why = drawing.detail or (drawn.detail if drawn else "")
    failed = replace(verdict, detail="；".join(filter(None, (verdict.detail, f"浏览器渲染也没有看到（{why}）"))))
    return replace(answer, marks=(*answer.marks, Mark.RENDER_FAILED)), failed, None


async def _hop(walk: UnitWalk, fetch: Fetch, task: Task, target: str) -> Fetched:
    if not walk.allowed(replace(task, url=target)):
        return Fetched(target, "", error=PageStatus.ROBOTS, detail="robots.txt不允许访问")
    return await _read(task, await fetch(task, target))


def _kept_outline(archive: Archive, page: Page) -> frozenset[str]:
    if page.task.role != "home" or (answer := archive.shown(page)) is None:
        return frozenset()
    return outline(Dom(answer.body, answer.url, answer.header("content-type")))
