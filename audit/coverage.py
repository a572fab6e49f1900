"""What becomes of each clause: judged, asked of a person, kept as a figure, or held as a setting. Counted and listed."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from audit.texts import text_table
from rules.mandate import PERSON, Mandate, MandateSet

JUDGED, PARTLY, ASKED, SERIES, SETTING = WAYS = ("判定", "部分判定", "人工核查", "时间序列", "设置")
TIERS = {"core": "核心", "extended": "扩展", "alias": "重复", "reference": "参考", "": "其他文件"}
_FIGURES = "report_figure"


def way(mandate: Mandate) -> str:
    """How far the machine takes a mandate: to a verdict; to a pass or a question; to a figure that is kept from year to
    year; or to a line of the worksheet. An alias goes the way of the record it stands for."""
    if mandate.parameters.may_fail(mandate.levels):
        return JUDGED
    if mandate.check == _FIGURES or (mandate.check == PERSON and mandate.params.get("figure", False)):
        return SERIES
    return ASKED if mandate.check == PERSON else PARTLY


def entries(mandates: MandateSet) -> Iterator[tuple[str, str, str, str, str]]:
    """File, id, title, tier and way of every mandate and setting, each id once."""
    for mandate in mandates.mandates:
        yield Path(mandate.file).stem, mandate.id, mandate.title, TIERS[mandate.tier], way(mandate)
    for setting in mandates.settings:
        yield setting.id.split("-")[0], setting.id, setting.title, TIERS[""], SETTING


def coverage_counts(mandates: MandateSet, by: str = "file") -> dict[str, list[int]]:
    """By file (or ``tier``) how many ids go each of ``WAYS``, and how many there are."""
    place = 3 if by == "tier" else 0
    found = list(entries(mandates))
    counted = Counter((entry[place], entry[4]) for entry in found)
    names = dict.fromkeys(entry[place] for entry in found)
    return {name: [*(counted[name, how] for how in WAYS), sum(counted[name, how] for how in WAYS)] for name in names}


def coverage(mandates: MandateSet) -> str:
    """Every id with its way, then the counts by file and by tier."""
    found = list(entries(mandates))
    ids = text_table(["编号", "名称", "层次", "方式"], [entry[1:] for entry in found])
    tables = (ids, _counts("文件", coverage_counts(mandates)), _counts("层次", coverage_counts(mandates, by="tier")))
    return "\n\n".join((*tables, f"共{len(found)}条，每条只有一种方式；重复的与所重复的要求方式相同。"))


def _counts(name: str, counted: dict[str, list[int]]) -> str:
    rows: list[list[object]] = [[row, *numbers] for row, numbers in counted.items()]
    rows.append(["合计", *(sum(column) for column in zip(*counted.values(), strict=True))])
    return text_table([name, *WAYS, "合计"], rows, right=range(1, len(WAYS) + 2))
