"""目录类栏目应列明的项目。

查什么：目录（政府信息公开目录、信息公开标准目录等）的表头或条目里，有没有规定的各项。
怎样判：表头和抽看的目录条目里，规定的项目都有，合格（列表里的标题就是名称，列表里的日期就是发布日期）；缺哪项，哪项不合格。
什么时候待核：栏目没有见到；栏目里没有表格，条目也没有元数据；目录在读不出来的附件里；只认出一项，可能不是目录表；列表里缺的项目可能在条目里，而条目没有见到。
怎样改：在目录的表头或每条信息的属性区补上缺少的项目。
"""

import re
from collections.abc import Iterator

from crawler.facts.columns import Column
from crawler.facts.text import label
from crawler.records import Facts, Page
from rules import checks
from rules.findings import Verdict, cant_tell, failed, inapplicable, passed
from rules.unit import Unit

NEEDS = ("home",)
_HEADER_ROWS = 6
_LONGEST = 20
_REMARK = re.compile(r"[（(].*$")


class Params(checks.Params):
    """``column``: names of the catalogue's column; ``fields``: each field with the labels that count as it. ``entries``:
    the catalogue is a list of documents, whose own labels count too; else it is a table."""

    column: tuple[str, ...]
    fields: dict[str, tuple[str, ...]]
    entries: bool = True


def judge(unit: Unit, params: Params, home: object) -> Iterator[Verdict]:
    look = unit.column(params.column)
    if look.value is None:
        text = f"没有找到“{params.column[0]}”栏目"
        yield inapplicable(f"{text}，栏目的有无由相应要求判定") if look.absent else cant_tell(f"{text}：{look.reason}")
        return
    found, seen = _found(unit, params, look.value)
    page = next(iter(found.values()))[1] if found else look.value.page
    if not seen:
        reason = look.value.reason or "可能在附件里"
        yield cant_tell(f"没有见到目录的表头{'或条目的属性区' if params.entries else ''}（{reason}）", page=page)
        return
    shown = "、".join(sorted(seen)[:12])
    if len(found) < min(2, len(params.fields)):
        yield cant_tell("目录里没有识别出规定的项目，可能不是目录表", page=page, seen=shown)
        return
    for name, labels in params.fields.items():
        if name in found:
            yield passed(f"目录有“{name}”", subject=name, quote=found[name][0], page=found[name][1])
        elif params.entries and (row := _row_shows(look.value, {name, *labels})):
            yield passed(f"目录的列表写明了“{name}”", subject=name, quote=row, page=look.value.page)
        elif reason := _doubt(unit, look.value):
            yield cant_tell(f"目录的列表没有“{name}”，{reason}", subject=name, seen=shown, wanted=name, page=page)
        else:
            yield failed(f"目录没有“{name}”", subject=name, seen=shown, wanted=name, page=page)


def _found(unit: Unit, params: Params, column: Column) -> tuple[dict[str, tuple[str, Page]], set[str]]:
    """Where each field stands in the catalogue or its entries, and the labels of tables and values met there."""
    found: dict[str, tuple[str, Page]] = {}
    seen: set[str] = set()
    for page in _sources(unit, column):
        if not page.ok or page.facts is None:
            continue
        names = _labels_of(page.facts) if params.entries else _heads_of(page.facts, params)
        seen |= names
        names |= {_bare(text) for text in page.facts.labels} if params.entries else set()
        for field, labels in params.fields.items():
            hit = next((name for name in map(_bare, (field, *labels)) if name in names), None)
            if hit and field not in found:
                found[field] = (hit, page)
                seen.add(hit)
    return found, seen


def _sources(unit: Unit, column: Column) -> list[Page]:
    """The column's pages, its entries, and the files attached to them that were fetched."""
    pages = [*column.pages, *(page for _, page in unit.columns.articles(column))]
    linked = [file.url for page in pages if page.facts is not None for file in page.facts.attachments]
    return [*pages, *(page for url in dict.fromkeys(linked) if (page := unit.page_at(url)) is not None)]


def _labels_of(facts: Facts) -> set[str]:
    """Labels of a page's tables, in their first rows and first column, and of its labelled values."""
    cells = [cell for table in facts.tables for row in table.cells[:_HEADER_ROWS] for cell in row]
    cells += [row[0] for table in facts.tables for row in table.cells]
    return {_bare(text) for text in (*cells, *facts.fields) if 0 < len(text) <= _LONGEST}


def _heads_of(facts: Facts, params: Params) -> set[str]:
    """The heads of tables that have two of the fields side by side; ``公开方式：`` with a colon labels a document."""
    wanted = {_bare(text) for field, labels in params.fields.items() for text in (field, *labels)}
    found: set[str] = set()
    for table in facts.tables:
        rows = [{_bare(c) for c in row if 0 < len(c) <= _LONGEST and c[-1] not in "：:"} for row in table.cells]
        if any(len(row & wanted) > 1 for row in rows[:_HEADER_ROWS]):
            found = found.union(*rows[:_HEADER_ROWS])
    return found


def _row_shows(column: Column, labels: set[str]) -> str:
    """What a row of the list shows without a label: its title is the name, its date the day of publication."""
    rows = column.items
    title = next((row.title for row in rows), "") if labels & {"名称", "标题"} else ""
    return title or (next((row.date for row in rows if row.date), "") if labels & {"公开日期", "发布日期"} else "")


def _bare(text: str) -> str:
    """公开内容（要素） -> 公开内容."""
    return label(_REMARK.sub("", text)) or label(text)


def _doubt(unit: Unit, column: Column) -> str:
    """Why a field that was not found may be there all the same, or ""."""
    entries = [page for _, page in unit.columns.articles(column)]
    if any(item.url for item in column.items) and not any(page.ok for page in entries):
        return "条目页没有见到"
    sources = _sources(unit, column)
    for page in sources:
        if page.facts is not None and page.facts.kind == "document" and (page.detail or page.facts.media):
            return f"附件没有读全（{page.detail or '里面有图片'}）"
    facts = [page.facts for page in (*column.pages, *entries) if page.facts is not None]
    held = [f for f in facts if f.attachments and not (f.tables or f.fields)]
    read = {page.task.url for page in sources if page.ok}
    return "目录可能在附件里" if any(file.url not in read for f in held for file in f.attachments) else ""
