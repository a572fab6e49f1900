"""The ``gongkai`` command. The only place that reads the clock; everything a person sees is Chinese."""

import datetime as dt
import errno
import gettext
import io
import os
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from audit.cli_types import Day, Hours, Rate
from crawler.frontier import PAGES
from crawler.records import KINDS, LEVELS, BadInput, why_unread

LOCALE = Path(__file__).parent / "locale"
DONE, BAD_INPUT, UNASSESSED, INTERRUPTED = 0, 2, 3, 130
_KIND_NAMES = "daily 日扫描、monthly 月通报、quarterly 季抽查、yearly 年考核"


def main(args: list[str] | None = None) -> None:
    """Entry point: runs the command, prints faults of input as they are and exits 2."""
    gettext.bindtextdomain("messages", str(LOCALE))
    os.environ["LANGUAGE"] = "zh_CN"
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that knows no Chinese ends no run
    try:
        code = cli.main(args, prog_name="gongkai", standalone_mode=False)
    except BadInput as error:
        click.echo(str(error), err=True)
        sys.exit(BAD_INPUT)
    except (OSError, sqlite3.OperationalError) as error:
        if not _is_full(error):
            raise
        click.echo(f"磁盘写不进去了（{error}）：腾出空间后用同样的命令接着做，已经抓到的都在。", err=True)
        sys.exit(INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(BAD_INPUT)
    except (click.Abort, KeyboardInterrupt):
        click.echo("已中断；用同样的命令可以接着做。", err=True)
        sys.exit(INTERRUPTED)
    sys.exit(code if isinstance(code, int) else DONE)


def _is_full(error: OSError | sqlite3.OperationalError) -> bool:
    """Whether there was no room to write."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="gongkai", message="%(prog)s %(version)s", help="显示版本号。")
def cli() -> None:
    """政府网站信息公开合规检查：抓取、判定、评分、出报告。"""


_SITES = click.argument("sites", type=click.Path(path_type=Path), metavar="SITES")
_INSPECTION = click.argument("inspection", type=click.Path(path_type=Path), metavar="INSPECTION")
_SCHEME = click.option(
    "--scheme", default=None, metavar="NAME|FILE",
    help="按哪个评分办法评分（见 gongkai scheme list），或者一个 .yaml 文件；默认用这次检查上次用的，没有就用 disclosure。",
)  # fmt: skip


def _run_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(
        (
            click.option("--kind", type=click.Choice(KINDS), default="monthly", show_default=True, help=f"检查类型：{_KIND_NAMES}。"),
            click.option("--as-of", type=Day(), default=None, metavar="DATE", help="检查日，默认今天。"),
            click.option("--pages", type=click.IntRange(1), default=None, metavar="N", help="每个单位最多看多少页，monthly 默认600。"),
            click.option("--rate", type=Rate(0.01), default=2.0, show_default=True, metavar="R", help="每个主机每秒请求数；网站robots.txt要求更慢的，按网站要求。"),
            click.option("--output", type=click.Path(path_type=Path), default=Path("output"), show_default=True, metavar="DIR", help="结果放在这个文件夹里，每次检查一个子文件夹。"),
            click.option("--id", "identity", default=None, metavar="ID", help="这次检查的名字，默认“类型-检查日”。用同样的名字再运行一次会接着做。"),
            click.option("--sample", type=click.IntRange(1), default=None, metavar="N", help="只抽查这么多个单位，按级别分层；quarterly 必须写。"),
            click.option("--seed", default=None, metavar="TEXT", help="抽样的种子，默认是检查的名字；同样的名单和种子抽出同样的单位。"),
            click.option("--window", type=Hours(), default=None, metavar="START-END", help="只在每天这段时间访问网站，如 22:00-06:00；没到时间先等，到时间没有做完就停下，用同样的命令接着做。"),
            click.option("--fresh", is_flag=True, help="全部重新抓取；不写时，服务器说与上次检查相比没有变动的页沿用上次的。"),
            click.option("--deadline", type=click.IntRange(1), default=None, metavar="MINUTES", help="最多抓取这么多分钟，没有做完就停下，用同样的命令接着做。"),
            click.option("--from-warc", type=click.Path(path_type=Path), multiple=True, metavar="FILE...", help="不访问网络，检查这些WARC文件（写在名单之前，可以写多个）。"),
        )
    ):  # fmt: skip
        command = option(command)
    return click.argument("paths", type=click.Path(path_type=Path), nargs=-1, required=True, metavar="SITES")(command)


@cli.command()
@_run_options
@_SCHEME
def inspect(**options: Any) -> int:
    """检查名单里的单位：抓取、判定、评分、出报告。中断后用同样的命令接着做。"""
    from audit.database import database, is_file
    from audit.scheme import DEFAULT, load_scheme
    from audit.stages import check as run_check
    from audit.stages import unassessed
    from rules.mandate import load_mandates

    if not is_file():
        with database(options["output"]):
            pass  # a server that cannot be reached is told before anything is fetched
    scheme = options.pop("scheme")
    load_scheme(scheme or DEFAULT, load_mandates())  # what cannot be judged by is told before anything is fetched, too
    inspection = _crawled(**options)
    with inspection.locked():
        scores = run_check(inspection, scheme)
        _write_reports(inspection)
    _print_scores(inspection, scores)
    return UNASSESSED if unassessed(scores) else DONE


@cli.command()
@_run_options
def crawl(**options: Any) -> int:
    """只抓取，不判定。"""
    inspection = _crawled(**options)
    click.echo(f"抓取结果在 {inspection.path}")
    return DONE


@cli.command()
@_INSPECTION
@click.option(
    "--scan",
    type=click.Path(path_type=Path),
    default=None,
    metavar="DIR",
    help="从这个文件夹重新取日扫描数据；默认用检查时留下的，没有就取旁边的 scan。",
)
@_SCHEME
def check(inspection: Path, scan: Path | None, scheme: str | None) -> int:
    """判定并评分已抓取的检查（不访问网络）。"""
    from audit.inspection import Inspection
    from audit.scanning.kept import keep_visits
    from audit.stages import check as run_check
    from audit.stages import unassessed

    loaded = Inspection.load(inspection)
    with loaded.locked():
        if scan is not None or "scan" not in loaded.record.digests:
            keep_visits(loaded, scan or loaded.path.parent / "scan")
        scores = run_check(loaded, scheme)
    _print_scores(loaded, scores)
    return UNASSESSED if unassessed(scores) else DONE


@cli.command()
@_INSPECTION
@click.option(
    "--template",
    type=click.Path(path_type=Path),
    default=None,
    metavar="FILE",
    help="通报用这个Word模板；留在结果文件夹的 templates 里，以后都用它。",
)
@click.option(
    "--approved-by",
    default=None,
    metavar="TEXT",
    help="批准公布的主要负责人；写了批准的三项，通报不再标草稿，附得分和名次。",
)
@click.option("--approved-on", type=Day(), default=None, metavar="DATE", help="批准日期。")
@click.option("--approval-doc", default=None, metavar="TEXT", help="批准文件，如签报号。")
def report(
    inspection: Path,
    template: Path | None,
    approved_by: str | None,
    approved_on: dt.date | None,
    approval_doc: str | None,
) -> None:
    """由判定结果生成成绩单、工作簿、图表和通报草稿（不访问网络）。"""
    from audit.approval import approve
    from audit.inspection import Inspection

    loaded = Inspection.load(inspection)
    with loaded.locked():
        approve(loaded, approved_by, approved_on, approval_doc)
        _write_reports(loaded, template)
    click.echo(f"报告在 {loaded.path / 'index.html'}")


@cli.command()
@click.argument(
    "inspections", type=click.Path(path_type=Path), nargs=-1, required=True, metavar="INSPECTION INSPECTION..."
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    default=None,
    metavar="DIR",
    help="把比较结果（网页、CSV、图）写到这个文件夹。",
)
def compare(inspections: tuple[Path, ...], output: Path | None) -> None:
    """比较两次或多次检查：哪些改了、哪些新出现、谁进步谁退步。"""
    from audit.compare import compare_inspections
    from audit.inspection import Inspection

    if len(inspections) < 2:
        raise BadInput("至少要写两次检查的文件夹")
    result = compare_inspections([Inspection.load(path) for path in inspections])
    click.echo(result.text())
    if output is not None:
        from audit.reports.comparison import write_comparison

        try:
            click.echo(f"比较结果在 {write_comparison(result, output)}")
        except OSError as error:
            raise BadInput(f"{output}: 不能在这里写结果（{why_unread(error)}），请换一个 --output") from error


@cli.command()
@click.argument("source", metavar="FILE_OR_URL")
@click.option("--url", default=None, metavar="URL", help="文件原来的网址，用来还原相对链接。")
@click.option("--allow-private", is_flag=True, help="允许读取内网或本机地址。")
@click.option("--explain", is_flag=True, help="不输出JSON，逐项说明每个事实是在页面的什么地方读到的。")
def page(source: str, url: str | None, allow_private: bool, explain: bool) -> None:
    """读一个页面，把读到的事实按JSON输出。"""
    from audit.onepage import page_explained, page_json

    show = page_explained if explain else page_json
    click.echo(show(source, url, allow_private=allow_private))


@cli.command()
@click.argument("identity", required=False, metavar="[ID]")
@click.option("--document", default="", metavar="CODE", help="只列一个文件的，如 CQ2020、GW19。")
@click.option(
    "--level",
    type=click.Choice(LEVELS),
    default=None,
    metavar="LEVEL",
    help=f"只列适用于一个级别的：{'、'.join(LEVELS)}。",
)
@click.option("--module", default="", metavar="MODULE", help="只列一个类别的，如 年度报告。")
@click.option(
    "--outcome",
    nargs=2,
    type=str,
    default=None,
    metavar="INSPECTION OUTCOME",
    help="只列在一次检查里有这种结论的，如 output/monthly-2022-10-31 不合格。",
)
@click.option(
    "--coverage",
    is_flag=True,
    help="列出全部编号各用什么方式：判定、部分判定、人工核查、时间序列、设置，并按文件和层次计数。",
)
def mandates(
    identity: str | None,
    document: str,
    level: str | None,
    module: str,
    outcome: tuple[str, str] | None,
    *,
    coverage: bool,
) -> None:
    """列出全部要求，或解释其中一条。"""
    from audit.coverage import coverage as covered
    from audit.explain import explain, having, listing
    from rules.mandate import load_mandates

    loaded = load_mandates()
    filters = bool(document or level or module or outcome)
    if (identity is not None) + filters + coverage > 1:
        raise BadInput("编号、--coverage 和筛选（--document、--level、--module、--outcome）只能用一种")
    if coverage:
        click.echo(covered(loaded))
    elif identity:
        click.echo(explain(loaded, identity))
    else:
        click.echo(listing(loaded, document, level or "", module, having(*outcome) if outcome else None))


@cli.command()
@_SITES
def sites(sites: Path) -> None:
    """检查名单的格式，列出其中的单位。"""
    from audit.units import read_units

    found = read_units(sites)
    for site in found:
        scope = (
            ""
            if len(site.scope) == 1 and site.url.startswith(site.scope[0])
            else "（范围 " + " ".join(site.scope) + "）"
        )
        lacks = f"（没有：{'、'.join(site.without)}）" if site.without else ""
        lacks += f"（另须：{'、'.join(site.also)}）" if site.also else ""
        click.echo(f"{site.id}  {site.level}  {site.name}  {site.url}{scope}{lacks}")
    click.echo(f"共{len(found)}个单位，格式正确。")


@cli.command()
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    default=Path("output/demo"),
    show_default=True,
    metavar="DIR",
    help="结果放在这个文件夹里。",
)
def demo(output: Path) -> int:
    """样例区：在本机提供七个小网站，检查三个月，打印成绩和主要问题。"""
    from audit.demo import run_demo

    return run_demo(output)


def _crawled(
    paths: tuple[Path, ...], kind: str, as_of: dt.date | None, pages: int | None, rate: float, output: Path,
    identity: str | None, sample: int | None, seed: str | None, from_warc: tuple[Path, ...], window: Any, deadline: int | None, fresh: bool,
) -> Any:  # fmt: skip
    """An inspection with its archive complete. Raises ``BadInput``, or ``KeyboardInterrupt`` when it was cut off."""
    from audit.progress import CrawlProgress
    from audit.sample import keep
    from audit.scanning.kept import keep_visits
    from audit.stages import begin, crawl, crawl_warc
    from audit.units import read_units
    from crawler.warc_input import WarcFiles

    *more, list_file = paths
    if more and not from_warc:
        raise BadInput(f"只能写一个名单，多出了 {more[0]}")
    as_of = as_of or dt.datetime.now().astimezone().date()
    name = identity or f"{kind}-{as_of}"
    found, drawn = _sampled(read_units(list_file), kind, sample, seed or name)
    files = WarcFiles([*from_warc, *more]) if from_warc else None
    source = "warc" if files else "crawl"
    inspection = begin(output / name, name, kind, as_of, found, pages or PAGES[kind], source)
    if drawn is not None:
        keep(drawn, inspection.path)
    with inspection.locked() as heartbeat, CrawlProgress(found, heartbeat.beat) as progress:
        if files:
            done, seconds = crawl_warc(inspection, files, progress.tell), None
        else:
            seconds = _allowed(window, deadline)
            done = crawl(inspection, rate, progress.tell, seconds, fresh=fresh)
        if done:
            keep_visits(inspection, output / "scan")
    if not done:
        if seconds is not None:
            click.echo("到了规定的时间，抓取停下。", err=True)
        raise KeyboardInterrupt
    return inspection


def _allowed(window: Any, deadline: int | None) -> float | None:
    """Seconds that may be spent on the crawl, after waiting for the window to open; None for no limit."""
    limits = [deadline * 60.0] if deadline else []
    if window is not None:
        if wait := window.opens_in(dt.datetime.now().astimezone()):
            click.echo(f"{window.start:%H:%M}开始访问，先等{wait / 60:.0f}分钟", err=True)
            time.sleep(wait)
        limits.append(window.closes_in(dt.datetime.now().astimezone()))
    return min(limits, default=None)


def _sampled(sites: list[Any], kind: str, sample: int | None, seed: str) -> tuple[list[Any], Any]:
    """The units to inspect and how they were drawn; all of them and None where no sample is asked for."""
    from audit.sample import draw

    if sample is None:
        if kind == "quarterly":
            raise BadInput("季抽查要写抽多少个单位，例如 --sample 30；要查全部单位就写名单的单位数")
        return sites, None
    drawn = draw(sites, sample, seed)
    return [site for site in sites if site.id in set(drawn.units)], drawn


def _write_reports(inspection: Any, template: Path | None = None) -> None:
    """What lasts first: papers show what people decided and what other inspections found."""
    from audit.history import echo, import_inspections
    from audit.reports.write import write_reports

    import_inspections([inspection], echo)
    write_reports(inspection, template)


def _print_scores(inspection: Any, scores: Any) -> None:
    from audit.texts import score_table

    click.echo(score_table(scores))
    click.echo(f"结果在 {inspection.path}")


import audit.cli_evidence  # noqa: E402
import audit.cli_lasting  # noqa: E402  its commands join those above
import audit.cli_scan  # noqa: E402
import audit.cli_scheme  # noqa: E402, F401
