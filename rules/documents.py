"""The documents a unit's checks are about: its disclosure guide, its annual reports, its policy papers. Pure."""

import datetime as dt
import re
from dataclasses import dataclass

from crawler.facts.columns import Column, ColumnState
from crawler.facts.text import fold
from crawler.records import Facts, Item, Page
from rules.unit import Look, Unit

_GUIDE_TITLE = re.compile(r"(?:信息|政务)公开指南")
_REPORT_TITLE = re.compile(
    r"((?:19|20)\d\d)年?度?.{0,30}?(?:信息|政务)公开.{0,10}?(?:年度)?(?:工作)?(?:年度)?(?:报告|年报)"
)
_OTHER_REPORT = re.compile(r"网站工作年度报表|网站年度|法治政府|依法行政|解读|图解|征求|通知|说明")
_ORGAN = re.compile(
    r"[\u4e00-\u9fff]{1,24}?(?:人民政府|政府|办公室|委员会|管委会|局|委|厅|院|中心|街道办事处|街道|办事处|镇|乡|公司|大队|支队|队|站|所|处|医院|学校|中学|小学|法院|检察院)"
)
_VAGUE_TITLE = re.compile(r"信息公开(?:工作)?(?:年度报告|年报)")
_READ = (ColumnState.NORMAL, ColumnState.EMPTY)
_THIN = 200


@dataclass(frozen=True, slots=True)
class Paper:
    """One document: its page as seen, and the row that led to it."""

    page: Page
    facts: Facts
    item: Item | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A unit's own annual report for ``year``. ``paper`` is None when only its row in a list was seen; ``dates`` are
    all publication dates the site shows for it."""

    year: int
    title: str
    dates: tuple[dt.date, ...]
    paper: Paper | None
    reason: str
    url: str


def find_guide(unit: Unit) -> Look[Paper]:
    """The unit's 政府信息公开指南: the column that is the guide, else the newest guide in the column, else any article
    of that title."""
    columns = unit.columns.of_concept("guide")
    reasons = []
    for column in columns:
        if (
            column.state is ColumnState.ARTICLE
            and column.page
            and column.page.facts
            and len(column.page.facts.text) >= _THIN
        ):
            return Look(Paper(column.page, column.page.facts), looked=(column.page.url,))
        look = _newest_guide(unit, column)
        if look.value is not None:
            return look
        if look.reason:
            reasons.append(look.reason)
    for page in unit.ok_pages("article"):
        facts = unit.facts(page)
        if _GUIDE_TITLE.search(fold(facts.title or "")) and _own(facts.title or "", unit) and len(facts.text) >= _THIN:
            return Look(Paper(page, facts), looked=(page.url,))
    if reasons:
        return Look(reason=reasons[0])
    unseen = [
        column for column in columns if column.state in (ColumnState.UNSEEN, ColumnState.UNSURE, ColumnState.LINKS_OUT)
    ]
    if unseen:
        return Look(reason=f"指南栏目未见到内容：{unseen[0].reason}")
    if unit.gaps:
        return Look(reason="；".join(unit.gaps[:3]))
    return Look(absent=True, looked=unit.looked)


def _newest_guide(unit: Unit, column: Column) -> Look[Paper]:
    pairs = unit.columns.articles(column)
    guides = [(item, page) for item, page in pairs if _GUIDE_TITLE.search(fold(item.title))]
    if not guides and len(column.items) == 1:
        guides = pairs
    if not guides:
        named = [item for item in column.items if _GUIDE_TITLE.search(fold(item.title))]
        return Look(reason="指南的页面没有访问到") if named else Look()
    guides.sort(
        key=lambda pair: pair[0].date or (pair[1].facts.published if pair[1].facts else None) or "", reverse=True
    )
    item, page = guides[0]
    if not page.ok or page.facts is None:
        return Look(reason=f"指南页未见到：{page.detail or page.status}")
    if page.facts.kind == "document" or (len(page.facts.text) < _THIN and page.facts.attachments):
        return Look(reason="指南的内容在附件里，附件未读取")
    return Look(Paper(page, page.facts, item), looked=(page.url,))


@dataclass(frozen=True, slots=True)
class Reports:
    """A unit's annual reports by reporting year. ``complete``: the lists they stand in were read to their end, so a
    year not here is not there. ``vague``: titles of reports without a year."""

    by_year: dict[int, Report]
    complete: bool
    vague: tuple[str, ...]
    looked: tuple[str, ...]


def find_reports(unit: Unit) -> Look[Reports]:
    """The unit's own annual reports. A portal's column also holds its departments' and towns' reports: those are left
    out. Absent only where no such column exists on a site that was seen whole."""
    columns = unit.columns.of_concept("report")
    found: dict[int, Report] = {}
    vague = []
    items = [item for column in columns for item in column.items]
    articles = ((unit.facts(page), page.url) for page in unit.ok_pages("article"))
    items += [Item(facts.title or "", url, facts.published) for facts, url in articles]
    for item in items:
        year = report_year(item.title)
        if year and _own(item.title, unit):
            _keep(found, _report(unit, year, item))
        elif not year and _VAGUE_TITLE.search(fold(item.title)) and _own(item.title, unit):
            vague.append(item.title)
    looked = tuple(column.url for column in columns)
    if columns:
        unread = next((c for c in columns if c.state not in _READ or (c.items and not c.complete)), None)
        if unread is not None and not found:
            return Look(reason=f"年报栏目没有看全：{unread.reason or '列表没有翻完，或栏目下没有列表'}")
        return Look(Reports(found, unread is None, tuple(vague), looked), looked=looked)
    if found:
        return Look(Reports(found, False, tuple(vague), ()), looked=tuple(r.url for r in found.values()))
    if unit.gaps:
        return Look(reason="；".join(unit.gaps[:3]))
    return Look(absent=True, looked=unit.looked)


def _keep(found: dict[int, Report], report: Report) -> None:
    known = found.get(report.year)
    if known is None or (known.paper is None and report.paper is not None):
        found[report.year] = report


def _report(unit: Unit, year: int, item: Item) -> Report:
    page = unit.page_at(item.url)
    dates = [item.date] if item.date else []
    paper, reason = None, "年报页面没有访问到"
    if page is not None and page.ok and page.facts is not None:
        if page.facts.published:
            dates.append(page.facts.published)
        if page.facts.kind == "article" and (len(page.facts.text) >= _THIN or page.facts.tables):
            paper, reason = Paper(page, page.facts, item), ""
        else:
            reason = "年报的内容在附件里，附件未读取"
    elif page is not None:
        reason = f"年报页未见到：{page.detail or page.status}"
    days = tuple(sorted({dt.date.fromisoformat(date) for date in dates}))
    return Report(year, item.title, days, paper, reason, item.url or "")


def report_year(title: str) -> int | None:
    """The reporting year when a title is that of a disclosure report."""
    flat = fold(title)
    found = _REPORT_TITLE.search(flat)
    return int(found.group(1)) if found and not _OTHER_REPORT.search(flat) else None


def _own(title: str, unit: Unit) -> bool:
    """Whether a title names this unit or nobody: another body's name in it makes it that body's paper."""
    flat = fold(title)
    names = own_names(unit)
    for name in names:
        flat = flat.replace(name, "")
    flat = re.sub(r"关于(?:公布|发布|印发)?|政府信息公开|政务公开|信息公开|政府", "", flat)
    return _ORGAN.search(re.split(r"(?:19|20)\d\d|指南", flat)[0]) is None


def own_names(unit: Unit) -> list[str]:
    """The unit's name as titles write it, longest first: with and without the places it lies in, and its office."""
    name = fold(unit.site.name)
    forms = {name, re.sub(r"^[\u4e00-\u9fff]{2,3}(?:省|市|自治区)(?=[\u4e00-\u9fff]{4,})", "", name)}
    for form in list(forms):
        forms |= {
            form + "办公室",
            form + "办公厅",
            form.removesuffix("人民政府") + "政府",
            form.removesuffix("人民政府"),
        }
        forms |= {form.removesuffix("办事处"), form + "政务公开办公室"}
    region = fold(unit.site.region)
    forms |= {region + form for form in list(forms) if region and not form.startswith(region)}
    return sorted((form for form in forms if len(form) >= 2), key=len, reverse=True)


def policy_papers(unit: Unit) -> list[Paper]:
    """Numbered documents of this unit itself, not its superiors': the title begins with the unit's name, or the
    number's prefix is one under which the unit issues such titles."""
    papers = [Paper(page, unit.facts(page)) for page in unit.ok_pages("article") if unit.facts(page).doc_number]
    names = own_names(unit)

    def mine(paper: Paper) -> bool:
        issuer = fold(
            paper.facts.fields.get("发布机构")
            or paper.facts.fields.get("制发机构")
            or paper.facts.fields.get("发文机构")
            or ""
        )
        return fold(paper.facts.title or "").startswith(tuple(names)) or issuer in names

    prefixes = {_prefix(paper) for paper in papers if mine(paper)}
    return [paper for paper in papers if mine(paper) or _prefix(paper) in prefixes]


def _prefix(paper: Paper) -> str:
    return (paper.facts.doc_number or "").split("〔", 1)[0]
