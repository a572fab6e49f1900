"""A unit's annual reports (政府信息公开工作年度报告): which of the reports a site shows are its own. Pure."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from crawler.facts.columns import Column, ColumnState
from crawler.facts.text import fold
from crawler.records import Facts, Item
from rules.annual_report import applications, reviews
from rules.documents import YEAR, Kin, columns_of, elsewhere, kin_of, plain_year
from rules.paper import THIN, Paper, Wanted, open_paper, unsure
from rules.unit import Look, Unit

_REPORT_TITLE = re.compile(r"信息公开(.{0,10}?)(?:报告|年报)")
_ANY_REPORT = re.compile(r"报告|年报|(?:\.{2,}|…)$")
#: Of another kind altogether: in the whole title, and between the words of ``_REPORT_TITLE``.
_OTHER_REPORT = re.compile(r"网站(?:工作)?年度|法治政府|依法行政|季度|上半年|下半年")
_OTHER_WORD = re.compile(r"评估|考核|调研|自查|检查|整改|审计|述职|测评|培训|调查")
#: About a report, or perhaps the report itself.
_ABOUT_REPORT = re.compile(r"解读|图解|一图|征求|通知|说明|编制(?!委|办)")
_READ = (ColumnState.NORMAL, ColumnState.EMPTY)


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


@dataclass(frozen=True, slots=True)
class Reports:
    """A unit's annual reports by reporting year. ``complete``: the lists they stand in were read to their end, so a
    year not here is not there. ``vague``: titles that may be a report of an untold year, or only about one;
    ``foreign``: years for which the column holds reports under other bodies' names, with their titles; ``rows`` are
    all rows of the column."""

    by_year: dict[int, Report]
    complete: bool
    vague: tuple[str, ...]
    foreign: dict[int, tuple[str, ...]]
    rows: tuple[Item, ...]
    looked: tuple[str, ...]


def find_reports(unit: Unit) -> Look[Reports]:
    """The unit's own annual reports. A portal's column also holds its departments' and towns' reports: those are left
    out. Absent only where no such column exists on a site whose lists were seen whole."""
    columns, _ = columns_of(unit, "report")
    found: dict[int, tuple[bool, Report]] = {}
    vague: list[str] = []
    foreign: dict[int, list[str]] = {}
    for item, own in _rows(unit, columns):
        flat, kin = fold(item.title), kin_of(item.title, unit)
        year = report_year(item.title)
        if year and kin <= Kin.NEAR and (own or kin is not Kin.NAMELESS):
            _keep(found, _report(unit, year, item), near=kin is Kin.NEAR)
        elif year and own and kin is Kin.FOREIGN:
            foreign.setdefault(year, []).append(item.title)
        elif kin is not Kin.FOREIGN and not _is_other(flat) and _ANY_REPORT.search(flat):
            vague += [item.title] if own or "公开" in flat else []
    reports = Reports(
        {year: report for year, (_, report) in found.items()},
        False,
        tuple(dict.fromkeys(vague)),
        {year: tuple(dict.fromkeys(titles)) for year, titles in foreign.items()},
        tuple(item for column in columns for item in column.items),
        tuple(column.url for column in columns),
    )
    if columns:
        unread = next((c for c in columns if c.state not in _READ or (c.items and not c.complete)), None)
        if unread is not None and not found:
            return Look(reason=f"年报栏目没有看全：{unread.reason or '列表没有翻完，或栏目下没有列表'}")
        return Look(replace(reports, complete=unread is None), looked=reports.looked)
    if found or vague:
        return Look(reports, looked=tuple(report.url for _, report in found.values()))
    if reason := elsewhere(unit, "report"):
        return Look(reason=reason)
    unread = next((column for column in unit.columns if column.items and not column.complete), None)
    if unread is not None:
        return Look(reason=f"没有年报栏目，而“{unread.name}”等栏目的列表没有翻完，报告可能在其中")
    return Look(absent=True, looked=unit.looked)


def _rows(unit: Unit, columns: list[Column]) -> Iterator[tuple[Item, bool]]:
    """Every row and article that may be a report, and whether it stands in the unit's own report column."""
    for column in columns:
        yield from ((item, True) for item in column.items)
    own_pages = {page.task.url for column in columns for page in column.pages}
    own_urls = {column.url for column in columns}
    for column in unit.columns:
        if column.url not in own_urls:
            yield from ((item, False) for item in column.items)
    for page in unit.ok_pages("article"):
        facts = unit.facts(page)
        if facts.title:
            yield Item(facts.title, page.url, facts.published), bool({page.task.url, page.task.parent} & own_pages)


def _keep(found: dict[int, tuple[bool, Report]], report: Report, near: bool) -> None:
    """One report a year, with the dates of all its copies; what is under the unit's full name goes first."""
    known = found.get(report.year)
    if known is None or (known[0] and not near):
        found[report.year] = (near, report)
    elif known[0] == near:
        best = known[1] if known[1].paper is not None or report.paper is None else report
        dates = tuple(sorted({*known[1].dates, *report.dates}))
        found[report.year] = (near, replace(best, dates=dates))


def _report(unit: Unit, year: int, item: Item) -> Report:
    page = unit.page_at(item.url)
    dates = [item.date] if item.date else []
    paper, reason = None, "年报页面没有访问到"
    if page is not None and page.ok and page.facts is not None:
        facts = page.facts
        if facts.published:
            dates.append(facts.published)
        look = open_paper(unit, page, item, _wanted(unit, year))
        paper = _with_tables(look.value, year) if look.value else None
        thin = f"年报正文只有{len(facts.text)}个字，内容可能在图片里或由脚本加载"
        reason = "" if paper else f"年报的内容在附件里：{look.reason}" if look.reason else thin
    elif page is not None:
        reason = f"年报页未见到：{page.detail or page.status}"
    days = tuple(sorted({dt.date.fromisoformat(date) for date in dates}))
    return Report(year, item.title, days, paper, reason, item.url or "")


def _wanted(unit: Unit, year: int) -> Wanted:
    return Wanted(
        _REPORT_TITLE,
        lambda title: kin_of(title, unit) <= Kin.NEAR and report_year(title) in (None, year),
        lambda facts: len(facts.text) >= THIN or _has_tables(facts),
        _has_tables,
    )


def _has_tables(facts: Facts) -> bool:
    return applications(facts.tables) is not None or reviews(facts.tables) is not None


def _with_tables(paper: Paper, year: int) -> Paper:
    """A report whose page lacks the tables, with those of a file attached to it."""
    if _has_tables(paper.facts):
        return paper
    for facts in paper.files:
        if _has_tables(facts) and not unsure(facts) and report_year(facts.title or "") in (None, year):
            return replace(paper, facts=replace(paper.facts, tables=facts.tables))
    return paper


def report_year(title: str) -> int | None:
    """The reporting year when a title is that of a disclosure report: the year before the words, else behind them."""
    flat = plain_year(title)
    found = _REPORT_TITLE.search(flat)
    if not found or _is_other(flat) or _ABOUT_REPORT.search(flat):
        return None
    years = YEAR.findall(flat[: found.start()]) or YEAR.findall(flat[found.start() :])
    return int(years[0]) if len(set(years)) == 1 else None


def _is_other(flat: str) -> bool:
    found = _REPORT_TITLE.search(flat)
    return bool(_OTHER_REPORT.search(flat) or (found and _OTHER_WORD.search(found.group(1))))


def years_in(title: str) -> set[int]:
    """All years a title names."""
    return {int(year) for year in YEAR.findall(plain_year(title))}
