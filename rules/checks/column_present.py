"""规定的栏目（或法定公开事项）是否设有并有内容。

查什么：网站上有没有以规定名称（或同义名称）命名的栏目，栏目里有没有内容。
怎样判：有这样的栏目，且有条目、有正文、有附件、通往下级栏目或链接到集中公开的站外栏目，合格；写明“本单位无此类信息”也合格。网站的导航、平台和各级栏目都见到而没有这样的栏目，或栏目两次打不开，或确认为空白，不合格。
什么时候待核：首页、平台或任何一个上级栏目没有见到（可能藏有这个栏目），或其下级栏目由脚本、框架页加载；栏目没有条目但可能由脚本加载，或内容是图片；名称只是不带链接的文字；有包含规定名称的相近名称。
怎样改：在“法定主动公开内容”下设置该栏目并发布内容；确无此类信息的，在栏目里写明。
"""

from collections.abc import Iterator
from dataclasses import replace

from rules import checks
from rules.checks._columns import GOOD, state_verdict
from rules.findings import Outcome, Verdict, cant_tell, failed, untested
from rules.unit import Unit

NEEDS = ("home",)


class Params(checks.Params):
    """``labels``: names that count, the mandated one first. ``lenient``: levels at which a missing or empty column is
    only a question, because such units often have no such matter; with ``ask``, a question for the worksheet."""

    labels: tuple[str, ...]
    lenient: tuple[str, ...] = ()
    ask: str = ""


def judge(unit: Unit, params: Params, home: object) -> Iterator[Verdict]:
    look = unit.column(params.labels)
    if params.ask and unit.site.level in params.lenient and (look.value is None or look.value.state not in GOOD):
        yield untested(params.ask, wanted=params.labels[0])
    elif look.value is not None:
        verdict = state_verdict(unit, look.value, "")
        if verdict.outcome is Outcome.FAILED and unit.site.level in params.lenient:
            verdict = replace(
                verdict, outcome=Outcome.CANT_TELL, message=f"{verdict.message}（是否有此类信息须人工核对）"
            )
        yield verdict
    elif look.absent and unit.site.level in params.lenient:
        yield cant_tell(f"没有找到“{params.labels[0]}”栏目，是否有此类信息须人工核对", wanted=params.labels[0])
    elif look.absent:
        wanted = "、".join(params.labels[:6])
        text = f"没有找到“{params.labels[0]}”栏目，看过{len(look.looked)}个栏目页"
        yield failed(text, wanted=f"名称为 {wanted} 之一的栏目", page=unit.home.value, looked=look.looked)
    else:
        yield cant_tell(f"“{params.labels[0]}”栏目待核：{look.reason}", wanted=params.labels[0])
