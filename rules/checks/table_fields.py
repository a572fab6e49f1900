"""目录类栏目应列明的项目。

查什么：目录（政府信息公开目录、信息公开标准目录等）的表头或条目里，有没有规定的各项。
怎样判：表头（或抽看的目录条目）里规定的项目都有，合格；缺哪项，哪项不合格。
什么时候待核：栏目没有见到；栏目里没有表格，条目也没有元数据；目录在附件里。
怎样改：在目录的表头或每条信息的属性区补上缺少的项目。
"""

from collections.abc import Iterator

from crawler.facts.columns import Column
from crawler.facts.text import label
from crawler.records import Page
from rules import checks
from rules.findings import Verdict, cant_tell, failed, inapplicable, passed
from rules.unit import Unit

NEEDS = ("home",)
_HEADER_ROWS = 3


class Params(checks.Params):
    """``column``: names of the catalogue's column; ``fields``: each field with the labels that count as it."""

    column: tuple[str, ...]
    fields: dict[str, tuple[str, ...]]


def judge(unit: Unit, params: Params, home: object) -> Iterator[Verdict]:
    look = unit.column(params.column)
    if look.value is None:
        text = f"没有找到“{params.column[0]}”栏目"
        yield inapplicable(f"{text}，栏目的有无由相应要求判定") if look.absent else cant_tell(f"{text}：{look.reason}")
        return
    best = max(_headers(unit, look.value), key=lambda found: len(_fields(params, found[1])), default=None)
    if best is None:
        yield cant_tell("目录里没有表格，条目页也没有属性区（可能在附件里）", page=look.value.page)
        return
    page, names = best
    present = _fields(params, names)
    if not present:
        yield cant_tell("目录里没有识别出规定的任何一项，可能不是目录表", page=page, seen="、".join(sorted(names)[:12]))
        return
    for name in params.fields:
        if name in present:
            yield passed(f"目录有“{name}”", subject=name, quote=present[name], page=page)
        else:
            yield failed(f"目录没有“{name}”", subject=name, seen="、".join(sorted(names)[:12]), wanted=name, page=page)


def _headers(unit: Unit, column: Column) -> Iterator[tuple[Page, set[str]]]:
    """Header labels of each table of the catalogue, and the labelled values of each of its entries."""
    pages = [*column.pages, *(page for _, page in unit.columns.articles(column))]
    for page in pages:
        if not page.ok or page.facts is None:
            continue
        for table in page.facts.tables:
            yield page, {label(cell) for row in table.cells[:_HEADER_ROWS] for cell in row if cell and len(cell) <= 20}
        if page.facts.fields:
            yield page, {label(name) for name in page.facts.fields}


def _fields(params: Params, names: set[str]) -> dict[str, str]:
    found = {}
    for field, labels in params.fields.items():
        hit = next((name for name in map(label, (field, *labels)) if name in names), None)
        if hit:
            found[field] = hit
    return found
