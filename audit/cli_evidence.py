"""``gongkai evidence``: what a unit's failed findings rest on, as one file to hand over; ``gongkai template``: the bulletin's Word template."""

from pathlib import Path

import click

from audit.cli import cli
from crawler.records import BadInput, why_unread


@cli.command()
@click.argument("unit", metavar="UNIT")
@click.option(
    "--inspection",
    type=click.Path(path_type=Path),
    default=None,
    metavar="INSPECTION",
    help="哪次检查的文件夹，默认 --output 里检查过这个单位的最近一次。",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    default=Path("output"),
    show_default=True,
    metavar="DIR",
    help="各次检查所在的文件夹。",
)
def evidence(unit: str, inspection: Path | None, output: Path) -> None:
    """一个单位的证据包（zip）：不合格的判定、页面的原始应答、摘要清单和核对程序。"""
    from audit.evidence.pack import newest_with, write_evidence
    from audit.inspection import Inspection

    chosen = Inspection.load(inspection) if inspection is not None else newest_with(unit, output)
    path = chosen.path / "evidence" / f"{unit}.zip"
    try:
        count = write_evidence(chosen, unit, path)
    except OSError as error:
        raise BadInput(f"{path}: 证据包写不了（{error.strerror}）") from error
    click.echo(f"{count}条不合格判定的证据在 {path}")
    click.echo("核对：解压后运行 python3 verify.py")


@cli.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
def template(file: Path) -> None:
    """把通报的Word模板写到一个文件，供修改；改好后用 report --template。"""
    from audit.files import whole
    from audit.reports.bulletin_form import TEMPLATE

    if file.suffix.lower() != ".docx" or file.exists():
        raise BadInput(f"{file}: 要写一个还不存在的 .docx 文件名")
    try:
        with whole(file) as temporary:
            temporary.write_bytes(TEMPLATE.read_bytes())
    except OSError as error:
        raise BadInput(f"{file}: 不能写在这里（{why_unread(error)}）") from error
    click.echo(f"模板在 {file}")
