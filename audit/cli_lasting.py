"""Commands over many inspections: what lasts, the ledger, review, judging anew, schedules."""

import datetime as dt
from pathlib import Path

import click

from audit.cli import DONE, UNASSESSED, cli
from audit.cli_types import Day

_OUTPUT = click.option(
    "--output", type=click.Path(path_type=Path), default=Path("output"), show_default=True, metavar="DIR",
    help="各次检查的文件夹和数据库所在的文件夹。",
)  # fmt: skip
_AS_OF = click.option("--as-of", type=Day(), default=None, metavar="DATE", help="按哪一天算，默认今天。")
_INSPECTIONS = click.argument(
    "inspections", type=click.Path(path_type=Path), nargs=-1, required=True, metavar="INSPECTION..."
)


@cli.command("import")
@_INSPECTIONS
def import_(inspections: tuple[Path, ...]) -> None:
    """把检查结果记入数据库（inspect和report会自动做）；重复做没有坏处。"""
    from audit.history import echo, import_inspections
    from audit.inspection import Inspection

    import_inspections([Inspection.load(path) for path in inspections], echo)


@cli.command()
@_OUTPUT
def rebuild(output: Path) -> None:
    """由各次检查的文件夹重建数据库；人工复核意见和例外保留。"""
    from audit.history import echo
    from audit.history import rebuild as run

    run(output, echo)
    click.echo(f"已重建 {output} 的数据库")


@cli.command()
@_OUTPUT
@_AS_OF
@click.option("--unit", default=None, metavar="ID", help="只看一个单位。")
@click.option(
    "--export",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    metavar="FILE",
    help="写成表格：.xlsx 或 .csv。",
)
def ledger(output: Path, as_of: dt.date | None, unit: str | None, export: Path | None) -> None:
    """整改台账：每个问题从发现到核实整改；到期提醒；各检查的误报率。"""
    from audit.reports.ledger import read_ledger
    from crawler.records import BadInput, why_unread

    if export is not None and export.suffix.lower() not in (".csv", ".xlsx"):
        raise BadInput(f"{export}: 文件名要以 .xlsx 或 .csv 结尾")
    found = read_ledger(output, as_of or _today(), unit)
    click.echo(found.text())
    if export is not None:
        try:
            found.write(export)
        except OSError as error:
            raise BadInput(f"{export}: 不能写（{why_unread(error)}），请换一个文件名") from error
        click.echo(f"台账在 {export}")


@cli.group()
def review() -> None:
    """人工复核：工作簿里填好的“复核”和“人工核查”表。"""


@review.command("import")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@_OUTPUT
@_AS_OF
def review_import(file: Path, output: Path, as_of: dt.date | None) -> None:
    """导入填好的工作簿；有一行不对，就一行也不导入，并列出在哪个表哪一格。"""
    from audit.review import import_reviews

    taken = import_reviews(file, output, as_of or _today())
    click.echo(f"读到{taken.rows}行意见，{taken.new}行是新的，涉及{taken.units}个单位；已记入台账。")


@cli.command()
@_INSPECTIONS
def rejudge(inspections: tuple[Path, ...]) -> int:
    """按现在的要求和评分办法重新判定以前的存档；原来的结果不动，新的放在旁边的文件夹。"""
    from audit.history import echo, import_inspections
    from audit.inspection import Inspection
    from audit.rejudge import rejudge as run
    from audit.stages import unassessed
    from audit.texts import score_table

    code = DONE
    for old in [Inspection.load(path) for path in inspections]:
        done = run(old)
        if done is None:
            click.echo(f"{old.record.id}：要求和评分办法没有变动，不用重新判定")
            continue
        new, scores = done
        import_inspections([new], echo)
        click.echo(score_table(scores))
        click.echo(f"{old.record.id}的重新判定在 {new.path}；与原来的比较：gongkai compare {old.path} {new.path}")
        code = UNASSESSED if unassessed(scores) else code
    return code


@cli.command()
@click.argument("sites", type=click.Path(path_type=Path), metavar="SITES")
@_OUTPUT
@click.option(
    "--sample", type=click.IntRange(1), default=30, show_default=True, metavar="N", help="季抽查抽多少个单位。"
)
def schedule(sites: Path, output: Path, sample: int) -> None:
    """打印定时运行四种检查的cron行和systemd定时器（只打印，不安装）。"""
    import sys

    from audit.schedule import cron, systemd
    from audit.units import read_units

    sample = min(sample, len(read_units(sites)))
    beside = Path(sys.executable).with_name("gongkai")  # cron and systemd know no PATH of ours
    program = str(beside) if beside.exists() else "gongkai"
    click.echo(cron(program, sites, output, sample))
    click.echo()
    click.echo(systemd(program, sites, output, sample))


def _today() -> dt.date:
    return dt.datetime.now().astimezone().date()
