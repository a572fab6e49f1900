"""One document as a check judges it: its page, or the file its page only points to, and what was not read of it. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from crawler.facts.lists import file_type
from crawler.facts.text import fold, label
from crawler.records import Attachment, Facts, Item, Page
from rules.unit import Look, Unit

_FORMS = re.compile(r"申请表|申请书|流程图|收费|样表|样式|样本|委托书|承诺书|回执")
#: A text of fewer characters is not taken for a document.
THIN = 200
#: A document names itself within so many characters.
_HEAD = 600


@dataclass(frozen=True, slots=True)
class Paper:
    """One document: the page or file that holds it, the row that led to it. ``files`` are files attached to it that
    were read; ``lacking`` says why others may hold more, None where nobody looked."""

    page: Page
    facts: Facts
    item: Item | None = None
    files: tuple[Facts, ...] = ()
    lacking: str | None = None

    @property
    def beside(self) -> str:
        """The text of the files attached to it."""
        return "\n".join(facts.text for facts in self.files)

    @property
    def unread(self) -> str:
        """Why something missing from the text may stand where it was not read, or ""."""
        if self.lacking is None:
            names = [file.name for file in self.facts.attachments if not _is_form(file)]
            if names:
                return f"页面另有附件“{names[0][:40]}”，附件未读取"
        elif self.lacking:
            return self.lacking
        if reason := next((said for facts in (self.facts, *self.files) if (said := unsure(facts))), ""):
            return reason
        own = urlsplit(self.facts.url).path
        stem = re.sub(r"\.\w+$", "", own)
        for link in self.facts.links:
            path = urlsplit(link.url).path
            if label(link.text) in ("下一页", "下页", "2") and path != own and path.startswith(stem):
                return "正文分成几页，其余各页未读取"
        if any(re.search(r"pdf|ofd|viewer", frame, re.I) for frame in self.facts.frames):
            return "页面嵌有文件，文件未读取"
        if self.facts.media and len(self.facts.text) < 5 * THIN:
            return "正文里有图片，图片里的内容未读取"
        return ""


def unsure(facts: Facts) -> str:
    """Why what was read of a file may not be all of it, or not what stands there, or ""; a page is what it is."""
    if facts.kind != "document":
        return ""
    return facts.status_reason or ("文件里有图片，图片里的内容未读取" if facts.media else "")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What kind of document is looked for: how its title names it, whether a title is no other body's, whether a page
    or file holds enough to be it, and what only such a document holds."""

    title: re.Pattern[str]
    is_own: Callable[[str], bool]
    is_whole: Callable[[Facts], bool] = lambda facts: len(facts.text) >= THIN
    is_known: Callable[[Facts], bool] = lambda facts: False  # noqa: ARG005


def open_paper(unit: Unit, page: Page, item: Item | None, wanted: Wanted) -> Look[Paper]:
    """The document a page shows. A page that only points to an attached file stands for that file, when that, or its
    name, says it is what is wanted. Never absent; without a reason where the page itself shows too little."""
    facts = page.facts
    if facts is None:
        return Look(reason=page.detail or str(page.status))
    if facts.kind == "document":
        return _file_itself(page, item, wanted)
    framed = [Attachment("嵌入的文件", url, kind) for url in facts.frames if (kind := file_type(url))]
    files = [(file, unit.page_at(file.url)) for file in (*facts.attachments, *framed) if not _is_form(file)]
    read = [(file, found) for file, found in files if found is not None and _was_read(found)]
    lacking = next((_why_unread(file, found) for file, found in files if (file, found) not in read), "")
    facts = replace(facts, frames=tuple(url for url in facts.frames if not file_type(url)))
    if facts.kind == "article" and wanted.is_whole(facts):
        beside = tuple(_lined(found.facts) for _, found in read if found.facts is not None)
        return Look(Paper(page, facts, item, beside, lacking), looked=(page.url,))
    held = [(file, found) for file, found in read if _holds(file, found.facts, wanted)]
    if not held:
        return Look(reason=lacking or ("附件里没有认出本单位的这份文件" if read else ""))
    chosen = held[0][1]
    rest = tuple(_lined(found.facts) for _, found in read if found is not chosen and found.facts is not None)
    whole = replace(
        _lined(chosen.facts or facts), title=facts.title, published=facts.published, fields=facts.fields, meta=facts.meta
    )  # fmt: skip
    lacking = lacking or Paper(page, facts, item, lacking="").unread  # the page's own pictures, further pages
    return Look(Paper(chosen, whole, item, rest, lacking), looked=(page.url, chosen.url))


def _is_form(file: Attachment) -> bool:
    return _FORMS.search(fold(file.name)) is not None


def _was_read(page: Page) -> bool:
    return page.ok and page.facts is not None and page.facts.kind == "document" and bool(page.facts.text)


def _why_unread(file: Attachment, page: Page | None) -> str:
    why = f"（{page.detail}）" if page is not None and page.detail else ""
    return f"页面另有附件“{file.name[:40]}”，附件未读取{why}"


def _file_itself(page: Page, item: Item | None, wanted: Wanted) -> Look[Paper]:
    facts = page.facts
    if facts is None or not _was_read(page):
        return Look(reason=f"内容是附件，附件未读取（{page.detail}）" if page.detail else "内容是附件，附件未读取")
    if not wanted.is_own(facts.title or ""):
        return Look(reason=f"附件的标题是“{facts.title}”，不能确定是本单位的这份文件")
    if not wanted.is_whole(facts):
        return Look(reason=f"附件里只有{len(facts.text)}个字，可能没有读全")
    if not _is_named("", facts, wanted):
        return Look(reason="附件里没有认出这份文件的标题")
    return Look(Paper(page, _lined(facts), item, lacking=""), looked=(page.url,))


def _holds(file: Attachment, facts: Facts | None, wanted: Wanted) -> bool:
    """Whether an attached file is the document itself."""
    if facts is None or not wanted.is_whole(facts):
        return False
    if not (wanted.is_own(file.name) and wanted.is_own(facts.title or "")):
        return False
    return _is_named(file.name, facts, wanted)


def _is_named(name: str, facts: Facts, wanted: Wanted) -> bool:
    """Whether a file says what it is, by its name, its first words or what it holds."""
    texts = (name, facts.title or "", facts.text[:_HEAD])
    return wanted.is_known(facts) or any(wanted.title.search(fold(text)) for text in texts)


def _lined(facts: Facts | None) -> Facts:
    """A file's facts with each cell of a table's row on a line of its own, as pages have it; offsets stay."""
    if facts is None:
        raise ValueError("a file that was not read")
    return replace(facts, text=facts.text.replace("\t", "\n"))
