"""Named contents of a document: which of them its text and tables hold, and why one not found may be there all the same."""

import re
from typing import Any, Literal

from pydantic import Field, model_validator

from crawler.facts.text import fold
from crawler.records import Section
from rules import checks
from rules.findings import Verdict, cant_tell, failed, inapplicable, passed, untested
from rules.paper import Paper

#: So much text beside the document's own may be a part of it.
_AROUND = 300
_HAS_WORDS = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]")
_FIRST = re.compile(r"[（(]?(?:一|1)(?:[)）、.．]|$)")
_BREAKING = (".pdf", ".ofd")


class Contents(checks.Params):
    """``words``: each content with the regular expression that shows it (blanks, line breaks and table borders left
    out). ``section``: stems of the heading under which alone it counts. ``when``: only documents in which this stands are
    judged. ``nothing``: what a document says that has nothing of the kind. ``lacking``: what a lack amounts to."""

    words: dict[str, str] = Field(default_factory=dict)
    section: tuple[str, ...] = ()
    when: str = ""
    nothing: str = ""
    lacking: Literal["failed", "cant_tell", "untested"] = "failed"

    @model_validator(mode="after")
    def _compile(self) -> "Contents":
        for name, word in {**self.words, "when": self.when, "nothing": self.nothing}.items():
            try:
                re.compile(word)
            except re.error as error:
                raise ValueError(f"“{name}”不是有效的正则表达式：{error}") from error
        if not self.words and not self.section:
            raise ValueError("words和section至少要写一个")
        return self

    @property
    def only_asks(self) -> bool:
        return self.lacking != "failed" and not self.section


def judge_contents(paper: Paper, params: Contents, what: str, subject: str) -> Verdict:
    """One verdict on all the contents; ``what`` is how messages call the document."""
    said: dict[str, Any] = {"subject": subject, "page": paper.page}
    text = whole_text(paper)
    if params.when and not re.search(params.when, text):
        return inapplicable(f"{what}里没有这一部分，有无由相应要求判定", **said)
    if params.section:
        body = section_text(paper, params.section)
        if body is None:
            return cant_tell(f"{what}里没有认出“{params.section[0]}”部分，有无由六部分的要求判定", **said)
        if not _HAS_WORDS.search(body):
            return _bare(paper, params.section[0], what, said)
        text = body
    found = {name: hit.group() for name, word in params.words.items() if (hit := re.search(word, text))}
    lack = [name for name in params.words if name not in found]
    quote = next((hit for hit in found.values()), "") or text[:60]
    if not lack:
        shown = f"有{'、'.join(found)}" if found else f"“{params.section[0]}”有内容"
        return passed(f"{what}{shown}", quote=quote[:120], **said)
    return _lacking(paper, params, "、".join(lack), what, {**said, "seen": f"已有：{'、'.join(found) or '无'}"})


def _bare(paper: Paper, name: str, what: str, said: dict[str, Any]) -> Verdict:
    """Of a heading with nothing under it."""
    if reason := doubt(paper):
        return cant_tell(f"{what}的“{name}”下没有读到内容，但{reason}", wanted=name, **said)
    return failed(f"{what}的“{name}”只有标题，没有内容", seen="标题下没有文字", wanted=f"“{name}”有内容", **said)


def _lacking(paper: Paper, params: Contents, missing: str, what: str, said: dict[str, Any]) -> Verdict:
    """Of contents that were not found."""
    said = {**said, "wanted": missing}
    if reason := doubt(paper):
        return cant_tell(f"{what}里没有看到{missing}，但{reason}", **said)
    if params.nothing and (nothing := re.search(params.nothing, whole_text(paper))):
        text = f"{what}里没有{missing}，但写明“{nothing.group()[:40]}”，是否还要列出须人工核对"
        return cant_tell(text, quote=nothing.group(), **said)
    if params.lacking == "cant_tell":
        return cant_tell(f"{what}里没有看到{missing}，写法可能不同，须人工核对正文是否写了这一内容", **said)
    if params.lacking == "untested":
        return untested(f"{what}里没有看到{missing}，请核对是否写了这一内容", **said)
    return failed(f"{what}没有{missing}", **said)


def whole_text(paper: Paper) -> str:
    """Everything read of a document, the cells of its tables too, folded into one line."""
    cells = "".join(cell for table in paper.facts.tables for row in table.cells for cell in row)
    return "".join(fold(part) for part in (paper.facts.text, paper.facts.around, paper.beside, cells))


def section_text(paper: Paper, stems: tuple[str, ...]) -> str | None:
    """What stands under a heading, folded; of several such headings (a table of contents) the longest. None where no
    heading bears one of these stems."""
    text, found = paper.facts.text, paper.facts.sections
    cells = {fold(cell) for table in paper.facts.tables for row in table.cells for cell in row}
    heads = [head for head in found if fold(head.heading) not in cells]
    bodies = [
        fold(text[head.start : _end(heads, number, len(text))]).removeprefix(fold(head.heading))
        for number, head in enumerate(heads)
        if any(stem in fold(head.heading) for stem in stems)
    ]
    return max(bodies, key=len, default=None)


def _end(heads: list[Section], number: int, last: int) -> int:
    """Where a heading's part ends. A heading of the same level that counts from one again stands within it."""
    level = heads[number].level
    after = (head for head in heads[number + 1 :] if head.level <= level and not _FIRST.match(fold(head.heading)))
    return next((head.start for head in after), last)


def doubt(paper: Paper) -> str:
    """Why what is not in the text read of a document may be in it all the same, or ""."""
    if reason := paper.unread:
        return reason
    if paper.facts.url.lower().endswith(_BREAKING):
        return "内容在PDF或OFD文件里，断开的文字可能没有认全"
    if paper.facts.media:
        return "正文里有图片，图片里的内容未读取"
    if len(paper.facts.around) >= _AROUND:
        return "正文框以外还有文字，可能是正文的一部分"
    return ""
