"""Commands about scoring schemes."""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.cli import cli
from audit.cli_types import Day

if TYPE_CHECKING:
    from audit.scheme import Group, Scheme
    from rules.mandate import MandateSet

_CHECKED = {"verified": "已核对", "unverified": "未核对"}

_OUTPUT = click.option(
    "--output", type=click.Path(path_type=Path), default=Path("output"), show_default=True, metavar="DIR",
    help="各次检查所在的文件夹，确认记录也在这里。",
)  # fmt: skip
_NAME = click.argument("name", metavar="NAME|FILE")


@cli.group()
def scheme() -> None:
    """评分办法：列出、查看、确认分值。"""


@scheme.command("list")
@_OUTPUT
def list_(output: Path) -> None:
    """列出自带的评分办法。"""
    from audit.scheme import load_scheme, packaged
    from audit.texts import text_table
    from rules.mandate import load_mandates

    mandates = load_mandates()
    found = [load_scheme(name, mandates, output) for name in packaged()]
    rows = [[s.id, s.title, f"{s.base:g}", f"{s.pass_line:g}", s.vouched] for s in found]
    click.echo(text_table(["名称", "标题", "满分", "合格线", "分值"], rows, right=(2, 3)))


@scheme.command()
@_NAME
@_OUTPUT
def show(name: str, output: Path) -> None:
    """查看一个评分办法：各组各项的分值，哪些没有核对。"""
    from audit.scheme import load_scheme
    from rules.mandate import load_mandates

    mandates = load_mandates()
    click.echo(_described(load_scheme(name, mandates, output), mandates))


@scheme.command()
@_NAME
@click.option("--by", required=True, metavar="TEXT", help="谁确认的，写姓名和单位。")
@click.option("--on", type=Day(), default=None, metavar="DATE", help="确认的日期，默认今天。")
@_OUTPUT
def confirm(name: str, by: str, on: dt.date | None, output: Path) -> None:
    """确认评分办法的分值：此后的报告不再印“评分参数未经核对”，改印谁在哪天确认。文件改动后要重新确认。"""
    from audit.scheme import confirm as run
    from audit.scheme import load_scheme
    from rules.mandate import load_mandates

    loaded = load_scheme(name, load_mandates(), output)
    kept = run(loaded, by, on or dt.datetime.now().astimezone().date(), output)
    numbers = f"其中{len(loaded.unverified_numbers)}项原来没有核对过" if loaded.unverified_numbers else "原来都已核对"
    click.echo(f"“{loaded.title}”{kept.words}（{numbers}），记在 {output / 'confirmed.yaml'}")


def _described(scheme: "Scheme", mandates: "MandateSet") -> str:
    from audit.texts import SEVERITIES, text_table

    rows = [row for group in scheme.groups for row in _rows(scheme, group, mandates)]
    named = "、".join(f"{mandates.by_id[m].title}（{m}）" for m in scheme.vetoes)
    heads = [f"{scheme.title}（{scheme.id}），{scheme.vouched}", scheme.note, f"单项否决：{named or '没有'}"]
    if scheme.default:
        rest = [f"{SEVERITIES[s]}每处{each:g}分、最多{cap:g}分" for s, (each, cap) in scheme.default.items()]
        heads.append(f"没有单列的要求按严重程度扣分：{'；'.join(rest)}")
    return "\n".join(heads) + "\n\n" + text_table(["项目", "要求", "每处", "最多", "核对"], rows, right=(3,))


def _rows(scheme: "Scheme", group: "Group", mandates: "MandateSet") -> list[list[str]]:
    name = group.name + ("（加分）" if group.bonus else "")
    rows = [[name, "", "", f"{group.weight:g}", _CHECKED[group.confidence]]]
    for item in group.items:
        rates = [f"{item.each:g}", *(f"{start.rstrip('：')}{each:g}" for start, each in item.each_on.items())]
        rows.append(
            ["　" + item.title, " ".join(item.mandates), "、".join(rates), f"{item.cap:g}", _CHECKED[item.confidence]]
        )
    named = {mandate for item in group.items for mandate in item.mandates}
    others = [m for m in mandates.mandates if not m.alias_of and m.module in group.modules and m.id not in named]
    if scheme.default and others:
        rows.append([f"　其余{len(others)}条", "", "按严重程度", "", "未核对"])
    return rows
