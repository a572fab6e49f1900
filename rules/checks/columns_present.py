"""规定的一组栏目是否都设有并有内容。

查什么：文件点名的几个领域或栏目，网站上有没有以规定名称（或同义名称）命名的栏目，栏目里有没有内容。
怎样判：每个栏目分别判：有这样的栏目，且有条目、有正文、通往下级栏目或链接到集中公开的站外栏目，合格；网站完整见到而没有，或栏目两次打不开，或确认为空白，不合格。合并判定的（如标准目录的26个领域），各栏目都有，合格，否则列出没有找到的，不判不合格。
什么时候待核：首页、平台或任何一个上级栏目没有见到；栏目没有条目但可能由脚本加载；有名称相近的栏目；本级单位可能没有此类信息，或文件没有规定栏目名称，内容可能公开在别处。
怎样改：设置缺少的栏目并发布内容；确无此类信息的，在栏目里写明。
"""

from collections.abc import Iterator
from dataclasses import replace

from rules import checks
from rules.checks import column_present
from rules.findings import Outcome, Verdict, cant_tell, inapplicable, passed
from rules.unit import Unit

NEEDS = ("home",)
_DEPARTMENTS = ("市政府部门", "区县政府部门")


class Params(checks.Params):
    """``columns``: each column with the names that count besides its own. ``lenient``: levels at which a missing or
    empty one is only a question. ``together``: one judgement on all, which is never a failure. ``some``: levels that owe
    but some of them, also judged together. ``bodies``: of departments only those with one of these words in their names
    are bound."""

    columns: dict[str, tuple[str, ...]]
    lenient: tuple[str, ...] = ()
    together: bool = False
    some: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()


def judge(unit: Unit, params: Params, home: object) -> Iterator[Verdict]:
    if params.bodies and unit.site.level in _DEPARTMENTS and not any(w in unit.site.name for w in params.bodies):
        yield inapplicable(f"由名称含“{'、'.join(params.bodies)}”的主管部门公开，本单位不是")
        return
    verdicts = []
    for name, labels in params.columns.items():
        one = column_present.Params(labels=(name, *labels), lenient=params.lenient)
        verdicts += [replace(verdict, subject=name) for verdict in column_present.judge(unit, one, home)]
    if not params.together and unit.site.level not in params.some:
        yield from verdicts
        return
    yield _on_all(unit, params, verdicts)


def _on_all(unit: Unit, params: Params, verdicts: list[Verdict]) -> Verdict:
    good = [verdict for verdict in verdicts if verdict.outcome is Outcome.PASSED]
    lack = [verdict.subject for verdict in verdicts if verdict.outcome is not Outcome.PASSED]
    page, seen = (good[0].page if good else unit.home.value), "、".join(verdict.quote for verdict in good)
    if not lack:
        return passed(f"{len(good)}个栏目都有", seen=seen, page=page)
    if unit.site.level in params.some:
        text = f"认出{'、'.join(v.subject for v in good) or '0个栏目'}；本单位负责其中哪些、是否都有须人工核对"
        return cant_tell(text, seen=seen, page=page)
    text = f"{len(verdicts)}个栏目认出{len(good)}个，没有找到或没有见到内容的须人工核对：{'、'.join(lack)}"
    return cant_tell(text, seen=seen, wanted="、".join(lack), page=page)
