"""``gongkai scan``: the daily scan as a command."""

import asyncio
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from audit.cli import cli
from audit.cli_types import Day
from crawler.records import BadInput


class SystemClock:
    """The machine's own time."""

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@cli.command()
@click.argument("sites", type=click.Path(path_type=Path), metavar="SITES")
@click.option("--once", is_flag=True, help="每个单位访问一次就结束，供 cron 或 systemd 定时器调用。")
@click.option("--report", is_flag=True, help="不访问网络，列出已有数据：每个单位每天的可用率、最新日期、证书、IPv6。")
@click.option(
    "--visits",
    type=click.IntRange(1, 200),
    default=20,
    show_default=True,
    metavar="N",
    help="常驻运行时每个单位每天访问几次；判定站点无法访问至少要20次。",
)
@click.option(
    "--seed", default="gongkai", show_default=True, metavar="TEXT", help="访问时刻的随机种子；第一次的会一直用下去。"
)
@click.option(
    "--days", type=click.IntRange(1, 400), default=7, show_default=True, metavar="N", help="--report 列几天。"
)
@click.option("--as-of", type=Day(), default=None, metavar="DATE", help="--report 列到哪一天，默认今天。")
@click.option(
    "--alerts", type=click.Path(path_type=Path), default=None, metavar="FILE", help="提醒的邮件和群机器人设置（YAML）。"
)
@click.option("--control", default="", metavar="URL", help="对照网址：访问失败时看它通不通，分清是网站还是本机的网络。")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    default=Path("output"),
    show_default=True,
    metavar="DIR",
    help="数据放在这个文件夹的 scan 子文件夹里。",
)
def scan(
    sites: Path, once: bool, report: bool, visits: int, seed: str, days: int, as_of: dt.date | None,
    alerts: Path | None, control: str, output: Path,
) -> None:  # fmt: skip
    """日扫描：多日里多次短访问首页，记录可用率、更新日期、证书和IPv6。不加选项就一直运行，停了再开会接着做。"""
    from audit.units import read_units
    from crawler.scan.series import NAME, Series
    from crawler.visits import day_of

    found, folder, clock = read_units(sites), output / "scan", SystemClock()
    if report:
        from audit.scanning.report import write_scan_report

        if not (folder / NAME).exists():
            raise BadInput(f"{folder}: 还没有日扫描的数据，请先运行 gongkai scan {sites}")
        last = as_of or day_of(clock.now())
        with Series(folder, read_only=True) as series:
            click.echo(write_scan_report(series, found, last - dt.timedelta(days - 1), last, folder))
        click.echo(f"报表在 {folder / 'report.csv'} 和 {folder / 'columns.csv'}")
        return
    _run(found, output, clock, once=once, visits=visits, seed=seed, alerts=alerts, control=control)


def _run(
    sites: list[Any], output: Path, clock: SystemClock, *, once: bool, visits: int, seed: str, alerts: Path | None,
    control: str,
) -> None:  # fmt: skip
    from audit.scanning.columns import known_columns
    from audit.scanning.delivery import load_channels
    from audit.scanning.watching import Watching
    from crawler.scan.series import Series
    from crawler.scan.service import Plan, Service
    from crawler.scan.visit import CONTROL
    from crawler.urls import normalise

    channels = load_channels(alerts)
    try:
        plan = Plan(visits, seed, normalise(control) if control else CONTROL)
    except ValueError as error:
        raise BadInput(f"--control “{control}”不是网址，应写作 {CONTROL}") from error
    with Series(output / "scan") as series, series.locked():
        watching = Watching(sites, series, channels, clock)
        tell = _telling(sites, watching.note)
        if not once:
            click.echo(f"开始日扫描：{len(sites)}个单位，每天{visits}次；按Ctrl-C停止", err=True)
        service = Service(sites, series, plan, clock, known_columns(output, sites), tell)
        asyncio.run(_round(service, watching) if once else service.run(after=watching.look))


async def _round(service: Any, watching: Any) -> None:
    await service.once()
    await watching.look()


def _telling(sites: list[Any], note: Callable[[str], None]) -> Callable[[Any], None]:
    from audit.texts import STATUSES

    names = {site.id: site.name for site in sites}

    def tell(visit: Any) -> None:
        note(visit.unit)
        took = f"，{visit.first_byte:.2f}秒" if visit.first_byte is not None else ""
        click.echo(f"{visit.at}  {names[visit.unit]}  {STATUSES[visit.status]}{took}", err=True)

    return tell
