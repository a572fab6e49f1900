"""Public consultations among a unit's articles: what they are about, when they end, whether they are of a major
administrative decision."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from crawler.facts.text import fold
from rules.checks._holders import Sheet, sheet_of
from rules.papers import issued_by, issuer_names
from rules.unit import Unit

_NOTICE = re.compile(
    r"征求意见稿|(?:公开|广泛|再次|重新)?(?:征求|征集).{0,60}(?:意见|建议)|意见(?:征集|征求)|听证会?公告"
)
_DRAFT = re.compile(r"征求意见稿|送审稿|草案|讨论稿")
_ABOUT_RESULT = re.compile(
    r"采纳|反馈(?!意见)|结果|(?:意见|建议|征集|征求)(?:的)?(?:情况|汇总|处理|回复|答复)|未收到|线索|作品|问卷|民生实事|名单|征文|标识|口号|供应商|候选|函$"
)
_BOOK = re.compile(r"《([^《》]{4,120})》")
_ABOUT = re.compile(r"(?:关于|对)(?:公开)?(?:征求|征集)?(.{4,80}?)(?:公开|广泛)?(?:征求|征集|意见|的公告|的通知|$)")
_WRAP = re.compile(r"[(（][^()（）]{0,12}(?:稿|草案)[^()（）]{0,6}[)）]|[《》]|(?:征求意见稿|送审稿|草案)$")
_DECISION = re.compile(r"(?<!不属于)(?<!非)重大行政决策(?!程序|暂行)")
_CATALOGUE = re.compile(r"重大行政决策.{0,12}(?:目录|事项|清单)")
_DAY = r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日"
_END = re.compile(
    rf"(?:至|到|[—–~-]+|截止(?:时间|日期)?[为至到：]?|截至|于|在){_DAY}(?:\d{{1,2}}[时点:：]\d{{0,2}}分?)?|{_DAY}(?:\d{{1,2}}[时点:：]\d{{0,2}}分?)?(?:前|之前|以前|止|为止|截止)"
)
_SPAN = re.compile(
    r"(?:期限|为期|公示期|征集期|征求意见期|时间)?[为：]?(\d{1,3})(?:个)?(自然日|日|天)(?:内|以内|$|[。，；)）])"
)


_KNOWN: "WeakKeyDictionary[Unit, dict[dt.date | None, list[Consultation]]]" = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Consultation:
    """One notice. ``subject`` is what it consults on, folded; ``end`` its last day where that is plainly told;
    ``decision``: the notice, or the unit's catalogue, calls it a major administrative decision."""

    sheet: Sheet
    subject: str
    published: dt.date | None
    end: dt.date | None
    decision: bool

    @property
    def days(self) -> int | None:
        return (self.end - self.published).days if self.end and self.published else None


def consultations(unit: Unit, since: dt.date | None) -> list[Consultation]:
    """The unit's own notices published from ``since`` on, each subject once, oldest page first. Read once for all who ask."""
    known = _KNOWN.setdefault(unit, {})
    if since not in known:
        known[since] = _consultations(unit, since)
    return known[since]


def _consultations(unit: Unit, since: dt.date | None) -> list[Consultation]:
    names = issuer_names(unit)
    found: dict[str, Consultation] = {}
    catalogue = "".join(sheet.text for sheet in catalogues(unit))
    for page in sorted(unit.ok_pages("article"), key=lambda page: unit.facts(page).published or ""):
        facts = unit.facts(page)
        title, day = fold(facts.title or ""), dt.date.fromisoformat(facts.published) if facts.published else None
        if not is_notice(title) or issued_by(facts.title or "", names) is False:
            continue
        if day and (day > unit.as_of or (since and day < since)):
            continue
        sheet, subject = sheet_of(unit, page), subject_of(title)
        said = _DECISION.search(f"{title}\n{fold(facts.text)}")
        known = said is not None or (len(subject) >= 6 and subject in catalogue)
        found.setdefault(subject or title, Consultation(sheet, subject, day, _end_of(sheet.text, day), known))
    return list(found.values())


def is_notice(title: str) -> bool:
    """Whether a folded title announces a consultation on a draft, not its result, a survey or a call for proposals."""
    return (
        bool(_NOTICE.search(title))
        and bool(_DRAFT.search(title) or _BOOK.search(title))
        and not _ABOUT_RESULT.search(title)
    )


def subject_of(title: str) -> str:
    """What a folded title consults on: the name within 《》, else what stands behind 关于."""
    book = _BOOK.search(title) or _ABOUT.search(title)
    return _WRAP.sub("", book.group(1)) if book else ""


def catalogues(unit: Unit) -> list[Sheet]:
    """The unit's catalogues of major decisions."""
    return [
        sheet_of(unit, page)
        for page in unit.ok_pages("article")
        if _CATALOGUE.search(fold(unit.facts(page).title or ""))
    ]


def _end_of(text: str, published: dt.date | None) -> dt.date | None:
    """The last day on which opinions are taken: the latest written as such, or so many days after publication."""
    flat = text.replace("\n", "")
    days = [day for found in _END.finditer(flat) for day in _days(found.groups(), published)]
    if days:
        return max(days)
    if published and (span := _SPAN.search(flat)):
        return published + dt.timedelta(int(span.group(1)))
    return None


def _days(parts: tuple[str | None, ...], published: dt.date | None) -> Iterator[dt.date]:
    """A day from the parts of a match; one without a year is the next such day after publication. Days before it are
    none, and of later than a year after it: they are of the draft's own text."""
    year, month, day = parts[:3] if parts[1] else parts[3:]
    if not month or not day or published is None:
        return
    for guess in (int(year),) if year else (published.year, published.year + 1):
        try:
            one = dt.date(guess, int(month), int(day))
        except ValueError:
            continue
        if published <= one <= published + dt.timedelta(366):
            yield one
            return
