"""The tables of an annual report (国办公开办函〔2019〕60号 and 〔2021〕30号) as numbers. Pure.

Columns of table 3: 自然人, 商业企业, 科研机构, 社会公益组织, 法律服务机构, 其他, 总计. A row that is missing, torn or not
wholly numeric makes what depends on it incomplete, never wrong.
"""

import re
from dataclasses import dataclass, field

from crawler.facts.text import fold
from crawler.records import Table

COLUMNS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
#: Rows by their number in the form: stem of the label, name in messages.
ROWS = {
    "R1": (r"本年新收", "一、本年新收"),
    "R2": (r"上年结转", "二、上年结转"),
    "R3": (r"(?<!不)予以公开", "三（一）予以公开"),
    "R4": (r"部分公开", "三（二）部分公开"),
    "R5": (r"国家秘密", "三（三）1.国家秘密"),
    "R6": (r"法律.?行政法规禁止", "三（三）2.法律行政法规禁止公开"),
    "R7": (r"三安全一稳定", "三（三）3.三安全一稳定"),
    "R8": (r"第三方合法权益", "三（三）4.第三方合法权益"),
    "R9": (r"内部事务", "三（三）5.内部事务信息"),
    "R10": (r"过程性信息", "三（三）6.过程性信息"),
    "R11": (r"执法案卷", "三（三）7.行政执法案卷"),
    "R12": (r"行政查询", "三（三）8.行政查询事项"),
    "R13": (r"不掌握", "三（四）1.不掌握"),
    "R14": (r"没有现成|另行制作", "三（四）2.需要另行制作"),
    "R15": (r"补正后", "三（四）3.补正后仍不明确"),
    "R16": (r"信访举报投诉", "三（五）1.信访举报投诉"),
    "R17": (r"重复申请", "三（五）2.重复申请"),
    "R18": (r"公开出版物", "三（五）3.公开出版物"),
    "R19": (r"大量反复", "三（五）4.大量反复申请"),
    "R20": (r"确认或重新出具", "三（五）5.确认或重新出具"),
    "R21": (r"逾期不补正", "三（六）1.逾期不补正"),
    "R22": (r"收费通知", "三（六）2.逾期未缴费"),
    "R23": (r"^(?:3[.、．])?其他$|其他处理", "三（六）其他处理"),
    "R25": (r"结转下年度", "四、结转下年度"),
    "R24": (r"总计", "三（七）总计"),
}  # fmt: skip
LEAVES_30 = tuple(f"R{n}" for n in range(3, 24))
LEAVES_60 = (*(f"R{n}" for n in range(3, 21)), "R23")
_PATTERNS = {row: re.compile(stem) for row, (stem, _) in ROWS.items()}
_NUMBER = re.compile(r"^(-?(?:\d{1,3}(?:[,，]\d{3})+|\d+))(?:\.0+)?(?:[（(][^()（）]*[)）])?(?:件|条|万元)?$")
_NOTHING = {"无", "零", "无数据", "未发生", "不涉及"}
_RESULTS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
_HAN = re.compile("[\u4e00-\u9fff]")


@dataclass(slots=True)
class Applications:
    """Table 3: seven numbers per row by row name. ``torn`` names rows whose cells are not seven numbers, or that stand
    there twice with different ones; ``strange`` holds the labels of counted rows the forms do not know."""

    rows: dict[str, tuple[int, ...]] = field(default_factory=dict)
    torn: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    form_30: bool = False

    @property
    def leaves(self) -> tuple[str, ...]:
        """The rows item 3 is made of. 30号 splits its last kind in three, 60号 does not."""
        return LEAVES_30 if self.form_30 else LEAVES_60


def number(text: str) -> int | None:
    """``8（含2018年结转1件）`` -> 8; None for what is no whole number."""
    found = _NUMBER.match(fold(text))
    return int(re.sub("[,，]", "", found.group(1))) if found else None


def applications(tables: tuple[Table, ...]) -> Applications | None:
    """Table 3 of a report, put together from all tables that hold its rows (a page may tear it); None if none does,
    or if its columns stand in another order."""
    result = Applications()
    for table in tables:
        flat = fold("".join(cell for row in table.cells for cell in row))
        if "本年新收" not in flat and "不予公开" not in flat and "结转下年度" not in flat:
            continue
        if any(_other_order([fold(cell) for cell in cells]) for cells in table.cells):
            return None
        for cells in table.cells:
            _take_row(result, [fold(cell) for cell in cells])
    return result if result.rows or result.torn else None


def _other_order(texts: list[str]) -> bool:
    """Whether a row of column names ends otherwise than the form's."""
    names = [text for text in texts if text]
    return "自然人" in names and names[-1] not in ("总计", "合计")


def _take_row(result: Applications, texts: list[str]) -> None:
    places = [i for i, text in enumerate(texts) if _HAN.search(text) and number(text) is None and text not in _NOTHING]
    if not places:
        return
    text = texts[places[-1]]
    values = [number(value) for value in texts[places[-1] + 1 :] if value]
    name = next((row for row, pattern in _PATTERNS.items() if pattern.search(text)), None)
    whole = tuple(value for value in values if value is not None)
    fits = len(values) == len(whole) == len(COLUMNS)
    if name is None:
        if fits and any(whole):
            result.strange.append(text[:30])
        return
    if not values or name in result.torn:
        return
    if name in ("R21", "R22") or (name == "R23" and "其他处理" not in text):
        result.form_30 = True
    if fits and result.rows.get(name, whole) == whole:
        result.rows[name] = whole
    else:
        result.rows.pop(name, None)
        result.torn.append(name)


def reviews(tables: tuple[Table, ...]) -> list[tuple[int, ...]] | None:
    """Table 4: 行政复议, 未经复议直接起诉, 复议后起诉, five numbers each; None when it is not there, [] when torn."""
    for table in tables:
        rows = [[fold(cell) for cell in cells] for cells in table.cells]
        names = [tuple(text for text in row if text in _RESULTS) for row in rows if "结果维持" in row]
        if not names:
            continue
        if any(row != _RESULTS * (len(row) // len(_RESULTS)) for row in names):
            return []
        for row in reversed(rows):
            values = [number(text) for text in row if text]
            whole = [value for value in values if value is not None]
            if len(values) == len(whole) == 15:
                return [tuple(whole[start : start + 5]) for start in (0, 5, 10)]
        return []
    return None
