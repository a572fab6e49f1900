"""A draft -> ``Facts``: title, sections, number and date as the text plainly shows them."""

import re
from dataclasses import replace

from crawler.documents.draft import EMPTY, MAX_TABLES, MAX_TEXT, Draft
from crawler.facts.body import Body
from crawler.facts.fields import read_doc_number, read_written
from crawler.facts.sections import headings
from crawler.facts.text import fold, only_date
from crawler.facts.traces import Notes
from crawler.records import Facts, PageStatus, Section

_TITLE_ENDS = re.compile(
    r"(?:报告|年报|指南|通知|公告|通告|决定|意见|办法|规定|细则|方案|规划|计划|纲要|要点|预案|目录|清单|预算|决算|说明|总结|函|批复|令|公报|报表|情况表|申请表|登记表|一览表|名单"
    r"|条例|章程|制度|标准|规程|流程|手册|简介|职责|分工)(?:[（(][^（）()]{1,20}[)）])?$"
)
_NO_TITLE = re.compile(r"[。；：;:]$|^(?:附件|附表|主送|抄送|目\s*录)|^[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]")
_NUMBER_LINE = re.compile(r"号$|文件$|^[\d\s.-]+$|^(?:秘密|机密|特急|急件|加急|内部)")
_LOOKED = 12
_LONGEST = 60


def hollow(url: str, reason: str, *, whole: bool) -> Facts:
    """Facts of a document that could not be read. ``whole``: it holds content all the same, which people can see."""
    return Facts(
        url=url, charset=None, title=None, kind="document", status=PageStatus.HOLLOW, status_reason=reason,
        media=int(whole),
    )  # fmt: skip


def assemble(url: str, draft: Draft, notes: Notes | None = None) -> Facts:
    """Facts of a document that was read; ``status_reason`` then says what of it was not. ``notes`` takes the numbers of
    the lines they stand in."""
    notes = Notes() if notes is None else notes
    text = "\n".join(draft.lines)[:MAX_TEXT]
    length = sum(1 for char in text if not char.isspace())
    if not length:
        return hollow(url, EMPTY, whole=draft.media > 0)
    body = Body(0, 0, text, length, None, range(1, len(draft.lines) + 1))
    number, title = read_doc_number({}, body, notes), _title(draft.lines, notes)
    return Facts(
        url=url,
        charset=None,
        title=title,
        kind="document",
        status=PageStatus.OK,
        status_reason=draft.partial,
        written=read_written({}, number, body, notes),
        doc_number=number,
        sections=_sections(text, draft, title),
        tables=tuple(draft.tables),
        media=draft.media,
        text=text,
        text_length=length,
    )


def merged(url: str, draft: Draft, read: list[tuple[str, Draft]], notes: Notes | None = None) -> Facts:
    """Facts of a zip file: those of its members one behind the other, each under its name where there are several."""
    kept = [(name, inner) for name, inner in read if not inner.refused and inner.lines]
    unread = [(name, inner.refused or EMPTY) for name, inner in read if (name, inner) not in kept]
    if not kept:
        name, reason = unread[0]
        return hollow(url, f"压缩包里的“{name[-40:]}”：{reason}", whole=any(inner.whole for _, inner in read))
    notes = Notes() if notes is None else notes
    whole = Draft(partial=draft.partial, media=sum(inner.media for _, inner in kept))
    if unread:
        whole.partial = whole.partial or f"压缩包里的“{unread[0][0][-40:]}”未读取（{unread[0][1]}）"
    for name, inner in kept:
        if len(kept) > 1:
            whole.paragraph(name)
        start = len(whole.lines)
        for line in inner.lines:
            whole._line(line)
        whole.rows += [start + row for row in inner.rows]
        whole.marked |= {start + line: level for line, level in inner.marked.items()}
        whole.tables += inner.tables
        whole.partial = whole.partial or inner.partial
    whole.tables = whole.tables[:MAX_TABLES]
    facts = assemble(url, whole, notes)
    if len(kept) == 1:
        return facts
    for fact in ("title", "doc_number", "written"):
        notes.note(fact, "压缩包里有几个文件，不取其中一个的")
    return replace(facts, title=None, doc_number=None, written=None)


def _sections(text: str, draft: Draft, title: str | None) -> tuple[Section, ...]:
    """Headings, but for those that are rows of a table."""
    rows, marked = set(draft.rows), draft.marked
    lines = [(line, -1 if number in rows else marked.get(number, 0)) for number, line in enumerate(text.split("\n"))]
    return headings(lines, (title,))


def _title(lines: list[str], notes: Notes) -> str | None:
    """The document's title among its first lines: one that ends as titles do, with the lines right above that begin
    it; None where nothing plainly is it."""
    for number, line in enumerate(lines[:_LOOKED]):
        if "\t" in line or (len(line) > _LONGEST and number):
            return None
        if _is_title(line) and _TITLE_ENDS.search(fold(line)):
            parts = [line]
            for above in reversed(lines[:number]):
                whole = "".join([above, *parts])
                if not _is_title(above) or "\t" in above or len(whole) > _LONGEST or _TITLE_ENDS.search(fold(above)):
                    break
                parts.insert(0, above)
            notes.note("title", "文件开头的标题行", number - len(parts) + 2)
            return "".join(parts)
    return None


def _is_title(line: str) -> bool:
    flat = fold(line)
    return 2 <= len(flat) <= _LONGEST and not (_NO_TITLE.search(flat) or _NUMBER_LINE.search(flat) or only_date(line))
