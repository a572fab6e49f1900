"""某一类栏目是否开设并及时更新。

查什么：动态要闻、政策文件、政策解读等类的栏目有没有，最新一条内容的日期。
怎样判：规定期限内有更新，合格；列表里全部条目的日期都早于期限，或确认为空白栏目，不合格；网站看全了而没有这类栏目，不合格。期限的最后一天更新算更新。
什么时候待核：栏目没有见到或由脚本加载；条目没有日期、日期在检查日之后；网站没有看全而没有找到这类栏目。链接到站外的、只通往下级的、专题专栏下的栏目不判。
怎样改：恢复更新；没有可更新内容的栏目与相近栏目合并。
"""

from collections.abc import Iterator

from pydantic import model_validator

from crawler.facts.vocabulary import concepts
from rules import checks
from rules.checks._fresh import freshness, limit_of
from rules.findings import Outcome, Verdict, cant_tell, failed
from rules.unit import Unit

NEEDS = ("home",)


class Params(checks.Params):
    """``concept``: which columns (see the vocabulary); ``kind``: how messages call them; the limit in ``days`` or
    calendar ``months``; ``first_level``: only columns linked from the home page."""

    concept: str
    kind: str
    days: int | None = None
    months: int | None = None
    first_level: bool = False

    @model_validator(mode="after")
    def _one_limit(self) -> "Params":
        if (self.days is None) == (self.months is None):
            raise ValueError("days和months要且只能写一个")
        if self.concept not in concepts():
            raise ValueError(f"不认识栏目类别“{self.concept}”，可用的有 {'、'.join(concepts())}")
        return self


def judge(unit: Unit, params: Params, home: object) -> Iterator[Verdict]:
    limit = limit_of(unit, params.days, params.months)
    columns = [c for c in unit.columns.of_concept(params.concept) if c.first_level or not params.first_level]
    judged = False
    for column in columns:
        outcome, said, _ = freshness(unit, column, limit)
        if outcome is Outcome.INAPPLICABLE and len(columns) > 1:
            continue
        judged = True
        wanted = f"{limit}以后有更新"
        page = column.source or (column.parents[0] if column.parents else None)
        if page is not None and page.task.role == "data":
            said += f"（列表取自数据接口，栏目页是 {column.url}）"
        yield Verdict(outcome, f"栏目“{column.name}”{said}", f"栏目:{column.name}", column.name, said, wanted, page)
    if columns and not judged:
        yield cant_tell(f"{params.kind}栏目都只通往下级、站外，或者属于专题", subject=f"{params.kind}栏目")
    if not columns:
        look = unit.column(concepts()[params.concept])
        if look.value is None and look.absent:
            wanted = "、".join(concepts()[params.concept][:5])
            yield failed(
                f"没有开设{params.kind}栏目",
                subject=f"{params.kind}栏目",
                wanted=f"名称如 {wanted} 的栏目",
                page=unit.home.value,
                looked=look.looked,
            )
        else:
            yield cant_tell(look.reason or f"{params.kind}栏目在站外或不在首页一级", subject=f"{params.kind}栏目")
