"""What the scan has seen, a row per unit and day. The same series gives the same bytes."""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from statistics import median

from audit.files import write_csv
from audit.texts import STATUSES, text_table
from crawler.records import Site
from crawler.scan.network import days_left
from crawler.scan.series import Series
from crawler.visits import Visit
from rules.availability import Day, by_day
from rules.mandate import load_mandates

HEADER = [
    "unit", "name", "day", "visits", "opened", "down", "unclear", "availability", "enough", "first_byte", "home_newest",
    "columns_newest", "certificate_days", "certificate_fault", "ipv6",
]  # fmt: skip
_COLUMNS = ["unit", "day", "column", "url", "status", "newest"]


def write_scan_report(series: Series, sites: list[Site], first: dt.date, last: dt.date, folder: Path) -> str:
    """Writes ``report.csv`` and ``columns.csv`` and returns the report as text."""
    veto = load_mandates().by_id["GW19-V2"].params
    rows: list[list[object]] = []
    columns: list[list[object]] = []
    for site in sites:
        visits = series.visits(site, first, last)
        counted = {day.day: day for day in by_day(visits, veto["seconds"])}
        for back in range((last - first).days + 1):
            day = first + dt.timedelta(back)
            of_day = [visit for visit in visits if visit.day == day.isoformat()]
            rows.append(_row(site, day, counted.get(day, Day(day, 0, 0, 0)), of_day, veto["visits"]))
            seen = {column.url: column for visit in of_day for column in visit.columns}
            columns += [[site.id, day, c.name, c.url, STATUSES[c.status], c.newest] for c in seen.values()]
    write_csv(folder / "report.csv", HEADER, rows)
    write_csv(folder / "columns.csv", _COLUMNS, columns)
    return "\n\n".join(_table(site, [row for row in rows if row[0] == site.id], veto["visits"]) for site in sites)


def _table(site: Site, rows: list[list[object]], enough: int) -> str:
    header = ["日期", "访问", "打开", "打不开", "看不清", "可用率", "首页最新", "栏目最新", "证书剩余", "IPv6", "说明"]
    shown = [[*r[2:8], r[10], r[11], r[12], r[14], "" if r[8] == "是" else f"不足{enough}次，不判定"] for r in rows]
    return f"{site.name}（{site.id}）\n{text_table(header, shown, right=(1, 2, 3, 4, 5, 8))}"


def _row(site: Site, day: dt.date, count: Day, visits: list[Visit], enough: int) -> list[object]:
    decided = count.opened + count.down
    times = [visit.first_byte for visit in visits if visit.first_byte is not None]
    shown = [visit.certificate for visit in visits if visit.https]
    newest = (c.newest for visit in visits for c in visit.columns if c.newest)
    return [
        site.id,
        site.name,
        day,
        count.visits,
        count.opened,
        count.down,
        count.unclear,
        f"{count.opened / decided:.1%}" if decided else "",
        "是" if count.visits >= enough else "否",
        f"{median(times):.3f}" if times else "",
        max((visit.newest for visit in visits if visit.newest), default=""),
        max(newest, default=""),
        days_left(shown[-1], day) if shown else "",
        shown[-1].fault if shown else "",
        _ipv6(visits),
    ]


def _ipv6(visits: Iterable[Visit]) -> str:
    known = [visit for visit in visits if visit.ipv6 is not None]
    if not known:
        return "未知"
    if not any(visit.ipv6 for visit in known):
        return "无AAAA记录"
    tried = [visit.ipv6_open for visit in known if visit.ipv6_open is not None]
    return "有记录，本机没有IPv6" if not tried else "连得上" if any(tried) else "有记录，连不上"
