"""空白栏目。

查什么：网站上各栏目有没有内容。
怎样判：没有空白栏目，合格；栏目页正常打开、没有任何条目和正文，同一模板的其他栏目有条目的，每个空白栏目记一处不合格。
什么时候待核：有栏目没有见到、由脚本加载或看不清；导航由脚本生成，看不到栏目；有内容的栏目一个也没有见到。链接到站外的、只通往下级的、写明没有此类信息的栏目不算空白。
怎样改：补充内容；没有内容可发布的栏目与相近栏目合并，或写明没有此类信息。
"""

from collections.abc import Iterator

from crawler.facts.columns import ColumnState
from rules import checks
from rules.findings import Verdict, cant_tell, failed, passed
from rules.unit import Unit

NEEDS = ("home",)
_SUBJECT = "其余栏目"


class Params(checks.Params):
    """No parameters."""


def judge(unit: Unit, params: Params, home: object) -> Iterator[Verdict]:
    blank = [column for column in unit.columns if column.state is ColumnState.EMPTY]
    unseen = [column for column in unit.columns if column.state in (ColumnState.UNSURE, ColumnState.UNSEEN)]
    for column in blank:
        text = f"栏目“{column.name}”是空白的：栏目页正常打开，没有任何内容"
        yield failed(text, subject=f"栏目:{column.name}", quote=column.name, wanted="栏目有内容", page=column.source)
    good = sum(column.state is ColumnState.NORMAL for column in unit.columns)
    page = unit.home.value
    if unit.menu_gap or not good:
        yield cant_tell(unit.menu_gap or "没有见到有内容的栏目", subject=_SUBJECT, page=page)
    elif unseen:
        names = "、".join(column.name for column in unseen[:8])
        yield cant_tell(f"有{len(unseen)}个栏目没有见到或看不清：{names}", subject=_SUBJECT, page=page)
    elif not blank:
        yield passed(f"见到的栏目都有内容或通往别处，其中{good}个有条目", subject=_SUBJECT, page=page)
