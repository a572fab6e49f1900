"""Labels that stand before values on government pages, and the values behind them."""

import re
from typing import TYPE_CHECKING, NamedTuple

from crawler.facts.text import word

if TYPE_CHECKING:
    from crawler.facts.dom import Line

NAMES_OF = {
    "index_number": ("索引号", "信息索引号", "公开索引号", "索取号"),
    "doc_number": ("发文字号", "文号", "文件编号", "发文文号", "文件文号", "公文文号", "文件号", "文件字号", "发文号"),
    "published": ("发布日期", "发布时间", "公开日期", "公开时间", "公布日期", "发表时间", "信息发布时间", "上网时间", "上传时间", "Releasetime", "Publishtime"),
    "date": ("时间", "日期", "日间", "更新时间", "更新日期"),
    "written": ("成文日期", "成文时间", "生成日期", "生成时间", "产生日期", "印发日期", "发文日期", "发文时间", "制发日期", "签发日期"),
    "source": ("来源", "信息来源", "文章来源", "稿源", "稿件来源", "新闻来源", "内容来源", "出处", "Origin"),
    "other": (
        "作者", "浏览次数", "浏览量", "点击量", "点击数", "点击率", "阅读次数", "访问量", "字体", "字体大小", "字号", "发布机构", "发文机构",
        "公开机构", "制发机构", "公开类别", "主题分类", "体裁分类", "公开方式", "公开形式", "有效性", "公开程序", "责任编辑", "编辑", "审核",
        "分享", "打印", "标题", "名称", "信息名称", "主题词", "关键词", "内容概述", "内容概要", "信息内容概述", "文件名称", "失效日期", "实施日期", "生效日期", "废止日期",
        "公开时限", "公开范围", "责任部门", "视力保护色", "分类", "浏览", "摄影", "记者", "供稿", "信息分类", "文件状态", "发布人", "发布者",
    ),
}  # fmt: skip
FIELD_OF = {name: field for field, names in NAMES_OF.items() for name in names}
BEHIND = {name: f"“{name}：”后面" for name in FIELD_OF}
_COLON = re.compile(r"[：:]\s*")
_LAST = frozenset(name[-1] for name in FIELD_OF)
_LONGEST = max(map(len, FIELD_OF))
_SHORTEST = min(map(len, FIELD_OF))
_BLANK = " \u3000|｜[]【】"
_GAP = 4  # blanks that may stand between two characters of a label
_HAN = re.compile("[\u4e00-\u9fff]")
# Too short to be trusted behind another word: 报名时间, 资金来源.
_WEAK = set(NAMES_OF["date"]) | {
    "来源",
    "作者",
    "编辑",
    "标题",
    "名称",
    "分类",
    "出处",
    "记者",
    "文号",
    "浏览",
    "打印",
    "审核",
}
_LONGEST_LINE = 600


class Label(NamedTuple):
    """A label in a line: its name without blanks, where it begins, where what stands behind its colon begins."""

    name: str
    start: int
    end: int


class Value(NamedTuple):
    """What stands behind a label, empty where nothing does, and the line it stands in."""

    text: str
    line: "Line"
    name: str

    @property
    def how(self) -> str:
        return BEHIND[self.name]


Values = dict[str, list[Value]]


def by_field(values: Values) -> Values:
    """Values by field (``index_number``, ``published`` ...), in page order."""
    found: Values = {}
    for name, texts in values.items():
        found.setdefault(FIELD_OF[name], []).extend(texts)
    return found


def labelled_values(lines: "list[Line]") -> Values:
    """Values by label, in page order. A value stands behind its label, or in the next block where the label
    fills a block of its own (cells of a metadata table)."""
    values: Values = {}
    for index, line in enumerate(lines):
        text = line.text
        if len(text) > _LONGEST_LINE:
            continue
        found = line.labels
        for position, one in enumerate(found):
            end = found[position + 1].start if position + 1 < len(found) else len(text)
            value = Value(text[one.end : end].strip(_BLANK), line, one.name)
            if not value.text and end == len(text) and len(found) == 1:
                value = _value_of_next(lines, index, one.name)
            values.setdefault(one.name, []).append(value)
        if not found and len(text) <= 14 and (name := word(text)) in FIELD_OF:
            values.setdefault(name, []).append(_value_of_next(lines, index, name))
    return values


def labels_in(text: str) -> list[Label]:
    """The labels of a line, left to right. A short one glued to a word before it counts only behind another label."""
    found: list[Label] = []
    passed = 0
    for colon in _COLON.finditer(text):
        # Most colons stand behind no label, as their last character tells.
        last = text[colon.start() - 1] if colon.start() > passed else ""
        if last and last not in _LAST and last not in "]】" and not last.isspace():
            passed = colon.end()
            continue
        before = text[passed : colon.start()].rstrip()
        if before.endswith(("]", "】")):
            before = before[:-1].rstrip()
        one = _label_before(text, passed + len(before), colon.end())
        passed = colon.end()
        if one is None:
            continue
        glued = one.start > 0 and _HAN.match(text[one.start - 1]) is not None
        if glued and one.name in _WEAK and (not found or one.name in NAMES_OF["date"]):
            continue
        found.append(one)
    return found


def _label_before(text: str, end: int, behind: int) -> Label | None:
    """The longest label that ends at ``end``, with blanks or without."""
    if end == 0 or text[end - 1] not in _LAST:
        return None
    name, start, gap = "", end, 0
    best: Label | None = None
    while start > 0 and len(name) < _LONGEST:
        start -= 1
        if text[start].isspace():
            gap += 1
            if gap > _GAP or not name:
                break
            continue
        name, gap = text[start] + name, 0
        if len(name) >= _SHORTEST and name in FIELD_OF:
            best = Label(name, start, behind)
    return best


def _value_of_next(lines: "list[Line]", index: int, name: str) -> Value:
    if index + 1 < len(lines):
        line = lines[index + 1]
        text = line.text if line.text.strip(_BLANK) else ""
        if text and len(text) <= 120 and word(text) not in FIELD_OF and not line.labels:
            return Value(text, line, name)
    return Value("", lines[index], name)


def first(values: Values, field: str) -> Value | None:
    """The first value of a field that is not empty."""
    return next((value for value in values.get(field, ()) if value.text), None)
