"""What several checks say about a column's state."""

from crawler.facts.columns import Column, ColumnState
from rules.findings import Verdict, cant_tell, failed, passed
from rules.unit import Unit

GOOD = {
    ColumnState.NORMAL: "有{count}条内容",
    ColumnState.ARTICLE: "栏目页就是内容页",
    ColumnState.NAVIGATION: "通往下级栏目",
    ColumnState.LINKS_OUT: "链接到站外，站外内容未检查",
}


def state_verdict(unit: Unit, column: Column, subject: str) -> Verdict:
    """Passed for a column that shows something or leads on, failed for one that is proved empty or dead."""
    proof = column.page or (column.parents[0] if column.parents else None)
    if column.state in GOOD:
        said = GOOD[column.state].format(count=len(column.items))
        return passed(f"有栏目“{column.name}”，{said}", subject=subject, quote=column.name, seen=column.url, page=proof)
    if column.state is ColumnState.EMPTY:
        return failed(
            f"栏目“{column.name}”是空白的：{column.reason}",
            subject=subject,
            quote=column.name,
            seen="没有任何条目",
            wanted="栏目有内容",
            page=proof,
        )
    if column.state is ColumnState.DEAD:
        source = column.parents[0] if column.parents else proof
        return failed(
            f"栏目“{column.name}”打不开：{column.reason}",
            subject=subject,
            quote=column.name,
            seen=column.url,
            wanted="栏目能打开",
            page=source,
        )
    return cant_tell(f"栏目“{column.name}”待核：{column.reason}", subject=subject, quote=column.name, page=proof)
