"""``gongkai mandates``: all mandates in a list, one explained whole."""

import json
from collections.abc import Container
from pathlib import Path

from audit.coverage import TIERS, way
from audit.inspection import Inspection
from audit.texts import MODULES, OUTCOMES, SEVERITIES, text_table
from crawler.records import LEVELS, BadInput
from rules.checks import HEADINGS
from rules.findings import Outcome
from rules.mandate import AGENCIES, Mandate, MandateSet


def listing(
    mandates: MandateSet, document: str = "", level: str = "", module: str = "", only: Container[str] | None = None
) -> str:
    """Mandates on a line each: those of a file (its code), a level, a module, of these ids. Raises ``BadInput`` for a
    name there is not, with those there are."""
    _known("--document", document, {Path(m.file).stem: m.document.title for m in mandates.mandates})
    _known("--module", module, {m.module: MODULES.get(m.module, m.module) for m in mandates.mandates})
    found = [
        m
        for m in mandates.mandates
        if (not document or Path(m.file).stem == document)
        and (not level or level in m.levels)
        and (not module or module in (m.module, MODULES.get(m.module)))
        and (only is None or m.id in only)
    ]
    rows = [[m.id, m.title, MODULES.get(m.module, m.module), _levels(m), way(m), m.check] for m in found]
    return (
        text_table(["编号", "要求", "类别", "适用", "方式", "检查"], rows)
        + f"\n共{len(rows)}条。用 gongkai mandates 编号 看其中一条。"
    )


def _known(option: str, asked: str, names: dict[str, str]) -> None:
    if asked and asked not in names and asked not in (names.values() if option == "--module" else ()):
        known = "、".join(f"{name}（{title}）" for name, title in names.items())
        raise BadInput(f"{option} 没有“{asked}”，可用的有 {known}")


def having(inspection: str, outcome: str) -> set[str]:
    """Ids of the mandates with an outcome (its Chinese or its English name) in an inspection. Raises ``BadInput``."""
    wanted = next((o for o, name in OUTCOMES.items() if outcome in (name, o.value)), None)
    if wanted is None:
        raise BadInput(f"没有结论“{outcome}”，可用的有 {'、'.join(OUTCOMES.values())}")
    return {finding.mandate for finding in Inspection.load(Path(inspection)).findings() if finding.outcome is wanted}


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
        *([f"事项：{mandate.about}（名单的without写了它的单位不适用）"] if mandate.about else []),
        *([f"代替：{'、'.join(mandate.instead_of)}（在{document.jurisdiction}）"] if mandate.instead_of else []),
        f"时间：{force.since or '—'} 至 {force.until or '长期'}",
        *([f"重复：与{mandate.alias_of}相同，只判一次，在两处列出"] if mandate.alias_of else []),
        f"方式：{way(mandate)}" + (f"  层次：{TIERS[mandate.tier]}" if mandate.tier else ""),
        f"类别：{MODULES.get(mandate.module, mandate.module)}  重要程度：{SEVERITIES[mandate.severity]}",
        f"牵头：{mandate.lead or '—'}  责任：{mandate.responsible or '—'}",
        f"核对：{'参数或措辞未经核对' if mandate.confidence == 'unverified' else '已核对'}"
        + (f"（{mandate.note}）" if mandate.note else ""),
        "",
        f"检查：{mandate.check}　{check.title}",
        *(f"{heading}：{check.section(heading)}" for heading in HEADINGS),
        *(f"例（{OUTCOMES[Outcome(outcome)]}）：{said}" for outcome, said in check.examples.items()),
        "参数：" + (json.dumps(mandate.params, ensure_ascii=False) if mandate.params else "无"),
    ]
    return "\n".join(lines)


def _levels(mandate: Mandate) -> str:
    if set(AGENCIES) <= set(mandate.levels):
        return "全部行政机关" + ("、公共企事业单位" if set(LEVELS) == set(mandate.levels) else "")
    return "、".join(mandate.levels)
