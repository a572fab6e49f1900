"""栏目不更新（单项否决指标的三种情形）。

查什么：stale：动态、要闻类栏目规定天数内未更新的，加上通知公告、政策文件类一级栏目规定月数内未更新的，共几个；long_stale：应更新而长期未更新的栏目几个；blank：空白栏目几个。
怎样判：数目没有达到否决线，合格；达到，不合格（单次检查的结果是“候选”，须按监测期确认）。
什么时候待核：已确认的没有达到否决线，但连同没有见到、看不清的栏目一起可能达到；导航由脚本生成，看不到栏目。专题专栏下的栏目、链接到站外或只通往下级的栏目不计。
怎样改：逐个恢复更新；没有内容的栏目撤并。
"""

from collections.abc import Iterator
from typing import Literal

from crawler.facts.columns import Column, ColumnState
from rules import checks
from rules.checks._fresh import freshness, limit_of
from rules.findings import Outcome, Verdict, cant_tell, failed, passed
from rules.unit import Unit

NEEDS = ("home",)
_SUBJECTS = {"stale": "动态要闻、通知公告、政策文件类未更新", "long_stale": "长期未更新", "blank": "空白栏目"}

_UNSEEN = (ColumnState.UNSURE, ColumnState.UNSEEN)


class Params(checks.Params):
    """``limits``: count at which each kind vetoes; ``news_days``, ``policy_months``: as in the indicator."""

    limits: dict[Literal["stale", "long_stale", "blank"], int]
    news_days: int
    policy_months: int


def judge(unit: Unit, params: Params, home: object) -> Iterator[Verdict]:
    stale, open_ = _stale(unit, params)
    blank = [c for c in unit.columns if c.state is ColumnState.EMPTY]
    unsure = [c for c in unit.columns if c.state in _UNSEEN]
    counted = {
        "stale": (stale, open_),
        "long_stale": (
            list({c.url: c for c in (*stale, *blank)}.values()),
            list({c.url: c for c in (*open_, *unsure)}.values()),
        ),
        "blank": (blank, unsure),
    }
    for kind, limit in params.limits.items():
        found, maybe = counted[kind]
        subject = _SUBJECTS[kind]
        names = "、".join(c.name for c in found[:12])
        page = found[0].source if found else unit.home.value
        if len(found) >= limit:
            text = f"{subject}：{len(found)}个，达到{limit}个：{names}（单次检查，否决候选，须按监测期确认）"
            yield failed(text, subject=subject, seen=names, wanted=f"少于{limit}个", page=page)
        elif len(found) + len(maybe) >= limit:
            text = f"{subject}：已确认{len(found)}个，另有{len(maybe)}个看不清，合起来可能达到{limit}个"
            yield cant_tell(text, subject=subject, seen=names, page=page)
        elif unit.menu_gap or not any(c.state not in _UNSEEN for c in unit.columns):
            yield cant_tell(unit.menu_gap or "没有见到任何栏目", subject=subject, page=page)
        else:
            yield passed(f"{subject}：{len(found)}个，没有达到{limit}个", subject=subject, seen=names, page=page)


def _stale(unit: Unit, params: Params) -> tuple[list[Column], list[Column]]:
    """Columns past their limit, and those that cannot be told."""
    stale, open_ = [], []
    for column in unit.columns:
        if column.concept == "news":
            limit = limit_of(unit, params.news_days, None)
        elif column.concept in ("notice", "policy") and column.first_level:
            limit = limit_of(unit, None, params.policy_months)
        else:
            continue
        outcome, _, _ = freshness(unit, column, limit)
        if outcome is Outcome.FAILED:
            stale.append(column)
        elif outcome is Outcome.CANT_TELL:
            open_.append(column)
    return stale, open_
