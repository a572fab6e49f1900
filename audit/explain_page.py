"""``gongkai page --explain``: each fact of one page, by what it was known and where it stands, for people to read."""

import dataclasses
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from audit.texts import STATUSES
from crawler.facts.charset import told_by
from crawler.facts.dom import Dom, Element, Line, text_of
from crawler.facts.text import fold, squeeze
from crawler.facts.traces import Notes, Trace, Where
from crawler.records import Attachment, Facts, Footer, Item, Link, Section, Table

NAMES = {
    "url": "网址", "charset": "编码", "title": "标题", "kind": "页面类型", "status": "页面状态", "published": "发布日期",
    "written": "成文日期", "doc_number": "文号", "index_number": "索引号", "source": "来源", "column": "栏目",
    "breadcrumbs": "当前位置", "meta": "页面标签", "fields": "带标签的值", "items": "列表条目", "attachments": "附件",
    "sections": "正文小标题", "tables": "表格", "links": "链接", "paging": "翻页网址",
    "endpoints": "取数网址", "total": "列表总条数", "frames": "框架", "redirect": "转向", "scripted": "内容由脚本取来",
    "template": "模板", "labels": "不带链接的短文字", "ended": "页面传完", "media": "图片和视频",
    "hidden": "看不见的站外链接", "scripts": "站外脚本", "text": "正文",
    "around": "正文之外的文字", "text_length": "可见字数",
    "footer.seen": "见到页脚", "footer.site_code": "网站标识码", "footer.icp": "ICP备案号", "footer.police": "公安备案号",
    "footer.sponsor": "主办单位", "footer.undertaker": "承办单位", "footer.phone": "联系电话", "footer.email": "电子邮箱",
    "footer.report_error": "“我为政府网站找错”", "footer.party_gov_mark": "党政机关标识",
    "footer.scripted": "页脚有来历不明的脚本", "footer.partial": "页脚由脚本或框架取来",
}  # fmt: skip
#: Facts that stand in no one place.
WHOLE = {
    "url": "读取时的网址（转向以后）",
    "total": "取数接口的应答，只有列表数据有",
    "template": "页面载入的脚本和样式文件名的摘要，同一模板的页面相同",
    "labels": "没有链接的标题、页签和菜单项",
    "ended": "末尾有没有</html>或</body>",
    "media": "页面主体里的图片、视频和嵌入文件个数",
    "around": "文章页上正文、链接、菜单、页脚以外的文字",
    "text_length": "整个页面看得见的字数，不计空白",
}
KINDS = {
    "home": "首页", "list": "列表页", "article": "文章页", "navigation": "导航页", "redirect": "转向页",
    "document": "文件", "other": "其他",
}  # fmt: skip
#: What is read from files, all from their text.
OF_FILES = {
    "url": WHOLE["url"], "title": "", "kind": "内容不是网页", "status": "", "written": "", "doc_number": "",
    "sections": "带编号或用标题样式的段落", "tables": "文件里的表格", "media": "文件里的图片个数", "text": "文件的全部文字",
    "text_length": "文件的全部字数，不计空白",
}  # fmt: skip
_FILE = "这是文件，不是网页：事实都来自文件里的文字，位置按段落数。"
UNSEEN = "没有看到"
_CUT = 80
_LEAD = 20


class Spot(NamedTuple):
    """Where a value stands: its line and path in the page, and the whole text of the place."""

    position: str
    text: str


def explain(facts: Facts, notes: Notes) -> str:
    """All facts in order, one block each. ``notes`` are those of the reading: the page's ``Dom``, or a file's."""
    wanted = list(_facts(facts))
    if isinstance(notes, Dom):
        return "\n\n".join(_block(fact, value, facts, notes) for fact, value in wanted)
    blocks = [_block(fact, value, facts, notes) for fact, value in wanted if fact in OF_FILES]
    return "\n\n".join([_FILE, *blocks, "其余各项只在网页上读取。"])


def _facts(facts: Facts) -> Iterator[tuple[str, Any]]:
    for field in dataclasses.fields(Facts):
        value = getattr(facts, field.name)
        if field.name == "footer":
            yield from ((f"footer.{one.name}", getattr(value, one.name)) for one in dataclasses.fields(Footer))
        elif field.name != "status_reason":
            yield field.name, value


def _block(fact: str, value: Any, facts: Facts, notes: Notes) -> str:
    lines = [f"{NAMES[fact]}  {fact}"]
    lines += (_row("读到" if number == 0 else "", text) for number, text in enumerate(_shown(fact, value, facts)))
    trace = _charset(notes) if fact == "charset" and isinstance(notes, Dom) else notes.traces.get(fact)
    empty = value in (None, "", (), False) or value == {}
    known = WHOLE if isinstance(notes, Dom) else OF_FILES
    how = trace.how if trace else known.get(fact) or (UNSEEN if empty else "")
    if isinstance(value, dict):
        lines += _entries(fact, value, notes)
    lines += [_row("依据", how)] if how else []
    spots = _spots(fact, value, trace, facts, notes)
    for name, spot, words in spots:
        lines.append(_row(name, spot.position))
        if spot.text:
            lines.append(_row("原文", f"“{_around(spot.text, words)}”"))
    return "\n".join(lines)


def _spots(fact: str, value: Any, trace: Trace | None, facts: Facts, notes: Notes) -> list[tuple[str, Spot, str]]:
    """The places to show for a fact: one, of a list that of its first and of its last."""
    if fact == "sections" and value:
        ends = [value[0], value[-1]] if len(value) > 1 else [value[0]]
        lines = trace.where if trace else facts.text.split("\n")
        return [
            (name, spot, one.heading)
            for name, one in zip(("位置", "末项"), ends, strict=False)
            if (spot := section_spot(lines, one, notes))
        ]
    found = []
    for name, known in (("位置", trace), ("末项", notes.traces.get(f"{fact}.last"))):
        if (
            known
            and (name == "位置" or (isinstance(value, tuple) and len(value) > 1))
            and (spot := locate(known, notes))
        ):
            found.append((name, spot, known.words))
    return found


def _charset(dom: Dom) -> Trace:
    metas = (node for node in dom.root.iter("meta") if "charset" in f"{node.attrib}".lower())
    return Trace(told_by(dom.body, dom.content_type, dom.charset), next(metas, None))


def locate(trace: Trace, notes: Notes) -> Spot | None:
    """Line, path and text of a trace's place; None where it has none."""
    where: Where = trace.where
    if where is None:
        return None
    if isinstance(where, int):
        return Spot(f"文件正文第{where}段", "")
    if not isinstance(notes, Dom):
        return None
    if callable(where):
        where = where(notes)
        if where is None:
            return None
    if isinstance(where, Line):
        return Spot(_position(where.element, where.text, notes), where.text)
    if isinstance(where, Sequence) and not hasattr(where, "tag"):
        lines = _lines_with(where, trace.words)
        text = " ".join(line.text for line in lines)
        return Spot(_position(lines[0].element, trace.words, notes), text) if lines else None
    text = _text(where, trace.words, notes)
    return Spot(_position(where, trace.words or text, notes), text)


def section_spot(lines: Sequence[Any], section: Section, notes: Notes) -> Spot | None:
    """Where a heading stands: the line at its offset, in a file as its text."""
    end = 0
    for number, line in enumerate(lines, 1):
        end += len(line if isinstance(line, str) else line.text) + 1
        if section.start < end and isinstance(line, str):
            return Spot(f"文件正文第{number}段", line)
        if section.start < end and isinstance(notes, Dom):
            return Spot(_position(line.element, section.heading, notes), line.text)
    return None


def _lines_with(lines: Sequence[Line], words: str) -> list[Line]:
    """The line that has the words, or the lines they run over."""
    wanted, unique = fold(words).lower(), list({line.text: line for line in lines}.values())
    flat = [fold(line.text).lower() for line in unique]
    for line, text in zip(unique, flat, strict=True):
        if wanted in text:
            return [line]
    start = "".join(flat).find(wanted)
    if start < 0:
        return unique
    found, end = [], 0
    for line, text in zip(unique, flat, strict=True):
        if end + len(text) > start and end < start + len(wanted):
            found.append(line)
        end += len(text)
    return found


def _text(element: Element, words: str, dom: Dom) -> str:
    """What an element says: its text, of a script what stands in it; else the attribute that has the words."""
    if element.tag == "meta":
        return squeeze(element.get("content") or element.get("charset") or "")
    text = dom.scripts[dom.script_elements.index(element)] if element in dom.script_elements else text_of(element)
    if text and words in text:
        return squeeze(text)
    if text and words.lower() in text.lower():
        return squeeze(text)
    said = [f"{name}={value}" for node in element.iter() for name, value in node.items()]
    return squeeze(next((one for one in said if words.lower() in one.lower()), text))


def _position(element: Element, words: str, dom: Dom) -> str:
    path = dom.root.getroottree().getpath(element)
    return f"由脚本写入  {path}" if _is_written(element, words, dom) else f"第{element.sourceline or '?'}行  {path}"


def _is_written(element: Element, words: str, dom: Dom) -> bool:
    texts = [node for node in dom.written if node in dom.script_elements]
    pieces = [node for node in dom.written if node not in dom.script_elements]
    if any(node is element for node in pieces) or any(node in pieces for node in element.iterancestors()):
        return True
    behind = (node for node in texts if any(above is element for above in node.iterancestors()))
    return any(words and fold(words)[:40] in fold(node.tail or "") for node in behind)


def _entries(fact: str, value: dict[str, str], notes: Notes) -> list[str]:
    """One line for each label, with its place."""
    width = max(map(_width, value), default=0)
    lines = []
    for name, text in value.items():
        trace = notes.traces.get(f"{fact}.{name}")
        spot = locate(trace, notes) if trace else None
        said = f"“{_cut(text)}”" if text else "（空）"
        lines.append(f"  {name}{' ' * (width - _width(name))}  {said}" + (f"  {spot.position}" if spot else ""))
    return lines


def _shown(fact: str, value: Any, facts: Facts) -> list[str]:
    """The value as people read it."""
    if fact == "kind":
        return [f"{value}（{KINDS.get(value, value)}）"]
    if fact == "status":
        said = [f"{value.value}，{STATUSES.get(value.value, value.value)}"]
        return said + ([f"原因：{_cut(facts.status_reason)}"] if facts.status_reason else [])
    if isinstance(value, bool):
        return ["是" if value else "否"]
    if value in (None, "", ()) or value == {}:
        return ["没有"]
    if fact == "breadcrumbs":
        return [_cut(" > ".join(value))]
    if isinstance(value, dict):
        return [f"共{len(value)}个"]
    if isinstance(value, tuple):
        ends = [f"首项：{_cut(_one(value[0]))}"] + ([f"末项：{_cut(_one(value[-1]))}"] if len(value) > 1 else [])
        return [f"共{len(value)}项", *ends]
    if fact in ("text", "around"):
        return [f"共{len(value)}字：{_cut(squeeze(value))}"]
    return [_cut(str(value))]


def _one(value: Any) -> str:
    match value:
        case Item():
            return f"{value.title}  {value.date or '无日期'}  {value.url or '无链接'}"
        case Attachment():
            return f"{value.name}  {value.url}"
        case Section():
            return f"{'  ' * (value.level - 1)}{value.heading}"
        case Table():
            said = f"，前{value.head}行是表头" if value.head else ""
            return f"{value.rows}行{value.columns}列{said}" + (f"，单位：{value.unit}" if value.unit else "")
        case Link():
            return f"{value.text or '（无文字）'}  {value.url}"
    return str(value)


def _row(name: str, text: str) -> str:
    return f"  {name}{' ' * (6 - _width(name))}{text}"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _cut(text: str) -> str:
    return text if len(text) <= _CUT else f"{text[: _CUT - 1]}…"


def _around(text: str, words: str) -> str:
    """The part of a text that has the words."""
    places = [number for number, char in enumerate(text) for _ in fold(char)]
    start = "".join(fold(char).lower() for char in text).find(fold(words).lower())
    first = places[start] if words and start >= 0 else 0
    if first + min(len(words), _CUT - _LEAD) < _CUT:
        return _cut(text)
    return f"…{_cut(text[first - _LEAD :])[: _CUT - 1]}"
