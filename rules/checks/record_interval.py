"""执法、许可决定应在规定的工作日内公示。

查什么：规定的栏目（如行政处罚、行政许可）里，一条决定写明的作出日期与公示日期之间有几个工作日（按国务院节假日安排，含调休）。表格的一行、一篇决定书都是一条；有自己的“公示日期”的按它，没有的按页面的发布日期；同一文号在几处公示的，按最早一处。
怎样判：不超过规定的工作日数，合格；超过，不合格，同一页面的合为一项。作出决定当天不算，期限的最后一个工作日当天公示算按时。
什么时候待核：栏目没有见到，或者没有同时写明两个日期的记录；间隔过长，或同一天公示了多条逾期记录（可能是迁移补录）；汇总表里的记录没有各自的公示日期；作出机关不是本单位或看不出；页面只写更新日期，地址里的日期早于发布日期，决定年份与文号年份不符，公示早于决定；涉及的年份还没有节假日安排。
怎样改：作出决定后按期公示，并在公示内容里写明决定日期和公示日期；属于历史记录补录的，在页面注明。
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator

from crawler.urls import date_in_path
from rules import checks
from rules.checks._holders import columns_below
from rules.checks._records import Record, records_of
from rules.documents import own_names
from rules.findings import Verdict, cant_tell, failed, inapplicable, passed
from rules.unit import Unit
from rules.workdays import UnknownYear, workdays_between

NEEDS = ("home",)
_BATCH = 5


class Params(checks.Params):
    """``column``: names of the columns that hold the records; ``decided``: whole labels of the date of a decision,
    ``shown``: of its publication where a record has its own; ``about``/``not_about``: words one of which, or none of
    which, stands in a record's label, number or title (行政处罚 and 行政强制 share columns); ``workdays``: the limit;
    ``credible_days``: a longer interval in calendar days is a migration; ``since``: earlier decisions owe nothing."""

    column: tuple[str, ...]
    decided: tuple[str, ...]
    shown: tuple[str, ...] = ("公示日期", "公示时间", "公开日期", "公开时间", "发布日期", "发布时间")
    about: tuple[str, ...] = ()
    not_about: tuple[str, ...] = ()
    workdays: int
    credible_days: int = 400
    since: dt.date


def judge(unit: Unit, params: Params, home: object) -> Iterator[Verdict]:
    columns = columns_below(unit, params.column)
    if not columns:
        look = unit.column(params.column)
        text = f"没有找到“{params.column[0]}”栏目"
        yield inapplicable(f"{text}，栏目的有无由相应要求判定") if look.absent else cant_tell(f"{text}：{look.reason}")
        return
    records = _earliest(r for r in records_of(unit, columns, params.decided, params.shown) if _bound(r, params))
    if not records:
        text = f"“{columns[0].name}”里没有见到同时写明决定日期和公示日期的记录"
        yield cant_tell(f"{text}，是否按期公示须人工核对", page=columns[0].page)
        return
    taken = [(record, *_taken(record, params, unit)) for record in records]
    crowd = Counter(_day(record) for record, days, _ in taken if days > params.workdays)
    late: dict[str, list[tuple[Record, int]]] = {}
    open_: dict[str, tuple[Record, str]] = {}
    good: list[Record] = []
    for record, days, doubt in taken:
        if doubt or (days > params.workdays and (doubt := _excuse(record, crowd[_day(record)]))):
            open_.setdefault(record.subject, (record, doubt))
        elif days > params.workdays:
            late.setdefault(record.subject, []).append((record, days))
        else:
            good.append(record)
    yield from (_late(subject, found, params) for subject, found in late.items())
    for subject, (record, doubt) in open_.items():
        if subject not in late:
            yield cant_tell(f"{record.seen}：{doubt}", subject=subject, seen=record.seen, page=record.page)
    if good:
        text = f"{len(good)}条记录都在{params.workdays}个工作日内公示"
        yield passed(text, subject="按期公示的记录", seen=good[0].seen, page=good[0].page)


def _bound(record: Record, params: Params) -> bool:
    named = not params.about or any(word in record.about for word in params.about)
    return record.decided >= params.since and named and not any(word in record.about for word in params.not_about)


def _earliest(records: Iterable[Record]) -> list[Record]:
    """Of records of one number and one decision the one shown first."""
    found: dict[object, Record] = {}
    for place, record in enumerate(records):
        key = (record.number, record.decided) if record.number else place
        if key not in found or record.shown < found[key].shown:
            found[key] = record
    return list(found.values())


def _day(record: Record) -> tuple[str, dt.date]:
    """Where and when: rows of one table may all come from one decision of a day's work, pages from one migration."""
    return record.page.url if record.own_date else "", record.shown


def _taken(record: Record, params: Params, unit: Unit) -> tuple[int, str]:
    """How many working days it took, or why that cannot be told."""
    days = (record.shown - record.decided).days
    if record.shown > unit.as_of or days < 0:
        return 0, "日期不可用"
    if days > params.credible_days:
        return 0, f"间隔{days}天，可能是迁移补录，须人工核对"
    try:
        taken = workdays_between(record.decided, record.shown)
    except UnknownYear as error:
        return 0, f"{error}，不能计算工作日"
    return taken, _foreign(record, unit) if taken > params.workdays else ""


def _foreign(record: Record, unit: Unit) -> str:
    """Why a decision may be another body's, or "". A district answers for the bodies of its place."""
    names = own_names(unit)
    if record.organ:
        return "" if any(name in record.organ for name in names) else f"作出机关是“{record.organ[:30]}”，须人工核对"
    return "" if any(name in record.told for name in names) else "看不出是不是本单位作出的决定"


def _excuse(record: Record, crowd: int) -> str:
    """Why a record that seems late may not be."""
    if crowd >= _BATCH:
        return f"同一天公示了{crowd}条逾期记录，可能是迁移补录"
    if "〔" in record.number and f"〔{record.decided.year}〕" not in record.number:
        return "决定日期与文号的年份不符"
    if record.own_date:
        return ""
    if record.summed:
        return "记录在汇总表里，没有各自的公示日期，是否另行逐条公示须人工核对"
    if not record.dated:
        return "页面没有标明发布日期，只有更新日期或其他日期"
    hint = date_in_path(record.page.url)
    if hint and str(record.decided) <= hint < str(record.shown):
        return f"地址里的日期{hint}早于页面写的发布日期"
    return ""


def _late(subject: str, found: list[tuple[Record, int]], params: Params) -> Verdict:
    record, days = max(found, key=lambda pair: pair[1])
    many = f"有{len(found)}条记录逾期，最多的一条" if len(found) > 1 else ""
    return failed(
        f"{many}{record.seen}，用了{days}个工作日，超过{params.workdays}个",
        subject=subject,
        quote=record.title,
        seen=record.seen,
        wanted=f"{params.workdays}个工作日内公示",
        page=record.page,
    )
