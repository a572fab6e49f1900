"""The tables of an annual report, from a few numbers: table 3 in the forms of 60号 and 30号, table 4."""

from typing import Any

COLUMNS = 6
#: Rows of item three: name, group, label. ``R21``/``R22`` are in the form of 30号 only.
_RESULTS = (
    ("R3", "", "（一）予以公开"),
    ("R4", "", "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"),
    ("R5", "（三）不予公开", "1.属于国家秘密"),
    ("R6", "（三）不予公开", "2.其他法律行政法规禁止公开"),
    ("R7", "（三）不予公开", "3.危及“三安全一稳定”"),
    ("R8", "（三）不予公开", "4.保护第三方合法权益"),
    ("R9", "（三）不予公开", "5.属于三类内部事务信息"),
    ("R10", "（三）不予公开", "6.属于四类过程性信息"),
    ("R11", "（三）不予公开", "7.属于行政执法案卷"),
    ("R12", "（三）不予公开", "8.属于行政查询事项"),
    ("R13", "（四）无法提供", "1.本机关不掌握相关政府信息"),
    ("R14", "（四）无法提供", "2.没有现成信息需要另行制作"),
    ("R15", "（四）无法提供", "3.补正后申请内容仍不明确"),
    ("R16", "（五）不予处理", "1.信访举报投诉类申请"),
    ("R17", "（五）不予处理", "2.重复申请"),
    ("R18", "（五）不予处理", "3.要求提供公开出版物"),
    ("R19", "（五）不予处理", "4.无正当理由大量反复申请"),
    ("R20", "（五）不予处理", "5.要求行政机关确认或重新出具已获取信息"),
    ("R21", "（六）其他处理", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"),
    ("R22", "（六）其他处理", "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"),
    ("R23", "（六）其他处理", "3.其他"),
)
_NOTHING = [0] * COLUMNS
_PARTS = {
    "overview": ("text", "总体情况"),
    "published": ("published", "主动公开政府信息情况"),
    "applications": ("applications", "收到和处理政府信息公开申请情况"),
    "reviews": ("reviews", "政府信息公开行政复议、行政诉讼情况"),
    "problems": ("text", "存在的主要问题及改进情况"),
    "other": ("text", "其他需要报告的事项"),
}


def parts(report: dict[str, Any]) -> list[dict[str, str]]:
    """The six parts of a report: ``key``, what it ``is``, ``name``. ``order`` names other parts or another order,
    ``names`` other headings."""
    names = report.get("names", {})
    return [
        {"key": key, "is": _PARTS[key][0], "name": names.get(key, _PARTS[key][1])}
        for key in report.get("order", _PARTS)
    ]


def table3(numbers: dict[str, Any], form: int) -> list[dict[str, Any]]:
    """Rows of table 3: ``name``, ``group``, ``span`` (rows the group's cell covers, 0 below its first), ``label`` and
    ``cells``. ``numbers`` gives six numbers for R1, R2, R25 and each result but R3, which is the rest; a row's seventh
    number is their sum. ``wrong`` puts other numbers into cells: row -> place -> number."""
    rows = {name: list(numbers.get(name, _NOTHING)) for name in ("R1", "R2", "R25", *(r for r, _, _ in _RESULTS))}
    handled = [sum(rows[name][i] for name, _, _ in _RESULTS[1:]) for i in range(COLUMNS)]
    rows["R3"] = [rows["R1"][i] + rows["R2"][i] - rows["R25"][i] - handled[i] for i in range(COLUMNS)]
    rows["R24"] = [rows["R3"][i] + handled[i] for i in range(COLUMNS)]
    cells = {name: [*values, sum(values)] for name, values in rows.items()}
    for name, places in numbers.get("wrong", {}).items():
        for place, number in places.items():
            cells[name][place] = number
    results = [row for row in _RESULTS if (form >= 30 and form < 60) or row[0] not in ("R21", "R22")]
    table = [
        _row("R1", "", "一、本年新收政府信息公开申请数量", cells),
        _row("R2", "", "二、上年结转政府信息公开申请数量", cells),
    ]
    for index, (name, group, text) in enumerate(results):
        alone = form == 60 and name == "R23"
        row = _row(name, "" if alone else group, "（六）其他处理" if alone else text, cells)
        if row["group"] and (index == 0 or results[index - 1][1] != group):
            row["span"] = sum(1 for _, other, _ in results if other == group)
        table.append(row)
    table.append(_row("R24", "", "（七）总计", cells))
    table[2]["outer"] = len(results) + 1
    return [*table, _row("R25", "", "四、结转下年度继续办理", cells)]


def _row(name: str, group: str, label: str, cells: dict[str, list[int]]) -> dict[str, Any]:
    return {"name": name, "group": group, "label": label, "cells": cells[name], "span": 0, "outer": 0}


def reviews(blocks: list[list[int]], wrong: dict[int, int] | None = None) -> list[int]:
    """The fifteen numbers of table 4: three blocks of four results and their sum; ``wrong`` replaces some."""
    numbers = [number for block in blocks for number in (*block, sum(block))]
    for place, number in (wrong or {}).items():
        numbers[place] = number
    return numbers
