"""``gongkai mandates``: all mandates in a list, one explained whole."""

import json

from audit.texts import MODULES, SEVERITIES, text_table
from crawler.records import LEVELS, BadInput
from rules.checks import HEADINGS
from rules.mandate import AGENCIES, Mandate, MandateSet


def listing(mandates: MandateSet) -> str:
    """Every mandate on a line."""
    rows = [[m.id, m.title, MODULES.get(m.module, m.module), _levels(m), m.check] for m in mandates.mandates]
    return (
        text_table(["编号", "要求", "类别", "适用", "检查"], rows)
        + f"\n共{len(rows)}条。用 gongkai mandates 编号 看其中一条。"
    )


def explain(mandates: MandateSet, identity: str) -> str:
    """Words, clause, check, parameters of one mandate. Raises ``BadInput`` with near ids for an unknown one."""
    mandate = mandates.by_id.get(identity)
    if mandate is None:
        near = [m for m in mandates.by_id if identity.split("-")[0].upper() == m.split("-")[0]][:8]
        raise BadInput(
            f"没有要求“{identity}”" + (f"，同一文件的有 {'、'.join(near)}" if near else "，用 gongkai mandates 看全部")
        )
    document, check = mandate.document, mandate.checker
    force = mandate.in_force
    lines = [
        f"{mandate.id}  {mandate.title}",
        f"文件：{document.title}" + (f"（{document.number}）" if document.number else ""),
        f"条款：{mandate.clause}",
        f"原文：{mandate.quote}",
        f"适用：{_levels(mandate)}" + ("（仅限独立开设的网站）" if mandate.own_site else ""),
        f"时间：{force.since or '—'} 至 {force.until or '长期'}",
        f"类别：{MODULES.get(mandate.module, mandate.module)}  重要程度：{SEVERITIES[mandate.severity]}",
        f"牵头：{mandate.lead or '—'}  责任：{mandate.responsible or '—'}",
        f"核对：{'参数或措辞未经核对' if mandate.confidence == 'unverified' else '已核对'}"
        + (f"（{mandate.note}）" if mandate.note else ""),
        "",
        f"检查：{mandate.check}　{check.title}",
        *(f"{heading}：{check.section(heading)}" for heading in HEADINGS),
        "参数：" + (json.dumps(mandate.params, ensure_ascii=False) if mandate.params else "无"),
    ]
    return "\n".join(lines)


def _levels(mandate: Mandate) -> str:
    if set(AGENCIES) <= set(mandate.levels):
        return "全部行政机关" + ("、公共企事业单位" if set(LEVELS) == set(mandate.levels) else "")
    return "、".join(mandate.levels)
