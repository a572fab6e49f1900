"""废止、失效的文件是否标注。

查什么：本单位发布的废止决定、清理结果里列为废止或失效的本单位文件（按文号），它们在网站上的页面有没有标注废止、失效。
怎样判：页面的有效性、标题或所在栏目写明废止或失效，合格；废止决定发布已超过规定天数，页面的属性栏仍写“有效”，所在栏目也不是失效废止文件库，不合格。
什么时候待核：页面没有写有效性；标注为有效而超过规定天数不久；没有见到废止决定或其中没有列出文号；清理结果是没有读到的附件；列表分不清是废止还是继续有效，一行里有几个文号，后来的文件又提到它。
怎样改：把文件的有效性改为废止或失效，移入失效废止文件库。
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from crawler.facts.text import fold
from crawler.records import Page
from rules import checks
from rules.checks._holders import sheet_of
from rules.checks._register import own_numbers, records_of
from rules.copies import POLICY, Copy, canonical_validity
from rules.findings import Verdict, cant_tell, failed, passed
from rules.papers import issued_by, issuer_names
from rules.unit import Unit

NEEDS = ("home",)
_NOTICE = re.compile(r"废止|失效|清理结果|文件清理")
_ONLY = re.compile(r"(?:废止|宣布失效|宣布废止).{0,60}(?:决定|通知|公告|通告)$")
_ENDED = re.compile(r"废止|失效|作废|停止执行")
_GOES_ON = re.compile(r"继续有效|现行有效|保留|修改|修订|拟|继续执行|予以延期")
_NUMBER = re.compile(r"[\u4e00-\u9fff]{2,12}〔\d{4}〕(?:第)?\d+号")
_BESIDE = re.compile(r"根据|按照|依据|施行|实施|代替|替代|修改|修订|执行|为准|延长|延期")
_HEADING = 40


class Params(checks.Params):
    """``days``: so many days after the repeal the mark is owed."""

    days: int = 30


@dataclass(frozen=True, slots=True)
class _Repeal:
    number: str
    title: str
    day: dt.date | None
    page: Page


def judge(unit: Unit, params: Params, home: object) -> Iterator[Verdict]:
    notices, repeals = _repeals(unit)
    copies: dict[str, list[Copy]] = {}
    for record in records_of(unit):
        if record.kind == POLICY and record.doc_number:
            copies.setdefault(record.doc_number, []).extend(record.copies)
    listed = [repeal for repeal in repeals.values() if repeal.number in copies]
    for repeal in listed:
        yield _judge(unit, repeal, copies[repeal.number], params.days)
    if not listed:
        said = (
            f"看到{notices}份废止或清理文件，里面没有认出本网站上还有的本单位文件"
            if notices
            else "没有见到废止或清理文件"
        )
        yield cant_tell(f"{said}，失效废止的文件是否标注、移库须人工核对")


def _repeals(unit: Unit) -> tuple[int, dict[str, _Repeal]]:
    """How many notices there are, and the unit's documents they repeal, by number. A number that the same or a later
    notice lists otherwise is left out."""
    names, own, count = issuer_names(unit), own_numbers(unit), 0
    found: dict[str, _Repeal] = {}
    listed: list[tuple[dt.date | None, set[str]]] = []
    for page in unit.ok_pages("article"):
        facts = unit.facts(page)
        title = fold(facts.title or "")
        if not _NOTICE.search(title) or issued_by(facts.title or "", names) is False or "征求" in title:
            continue
        count += 1
        day = dt.date.fromisoformat(facts.published) if facts.published else None
        ended, others = _listed(sheet_of(unit, page).text, bool(_ONLY.search(title)))
        listed.append((day, others))
        for number in (ended - others) & own - {facts.doc_number}:
            found.setdefault(number, _Repeal(number, facts.title or "", day, page))
    later = {
        n: any(n in rest and (not day or not r.day or day >= r.day) for day, rest in listed) for n, r in found.items()
    }
    return count, {number: repeal for number, repeal in found.items() if not later[number]}


def _listed(text: str, only: bool) -> tuple[set[str], set[str]]:
    """The numbers listed as repealed and those listed otherwise. A heading tells what the rows below it are; in a
    notice that does nothing else, rows that name the document are of repealed ones."""
    ended: set[str] = set()
    others: set[str] = set()
    mode: bool | None = True if only else None
    for line in text.split("\n"):
        numbers = set(_NUMBER.findall(line))
        if not numbers and len(line) <= _HEADING and (_ENDED.search(line) or _GOES_ON.search(line)):
            mode = bool(_ENDED.search(line)) and not _GOES_ON.search(line)
        row = "《" in line or len(line) <= _HEADING
        if len(numbers) == 1 and mode is True and row and not _BESIDE.search(line):
            ended |= numbers
        else:
            others |= numbers
    return ended, others


def _judge(unit: Unit, repeal: _Repeal, copies: list[Copy], days: int) -> Verdict:
    subject = f"文件:{repeal.number}"
    for copy in copies:
        names = [copy.column or "", copy.title]
        if _ENDED.search(canonical_validity(copy.validity or "")) or any(map(_ENDED.search, names)):
            page = unit.page_at(copy.url)
            return passed(f"{repeal.number}已标注“{copy.validity or copy.column}”", subject=subject, page=page)
    valid = [copy for copy in copies if canonical_validity(copy.validity or "") in ("有效", "是")]
    page = unit.page_at((valid or copies)[0].url)
    seen = f"废止文件《{repeal.title}》{repeal.day or '日期不明'}；{(valid or copies)[0].url}"
    if not valid or len(valid) < len(copies):
        text = f"{repeal.number}已列为废止或失效，页面没有写有效性，是否移库须人工核对"
    elif repeal.day is None or repeal.day + dt.timedelta(days) >= unit.as_of:
        text = f"{repeal.number}列为废止或失效不到{days}天（或日期不明），页面仍写“有效”"
    else:
        return failed(
            f"{repeal.number}已列为废止或失效，页面仍标注“{valid[0].validity}”",
            subject=subject,
            quote=valid[0].title,
            seen=seen,
            wanted="标注废止或失效，移入失效废止文件库",
            page=page,
            looked=(repeal.page.url, valid[0].url),
        )
    return cant_tell(text, subject=subject, seen=seen, page=page)
