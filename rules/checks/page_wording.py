"""页面上不应出现的表述（如办事指南里的“其他材料”“有关部门”）。

查什么：规定的栏目里认得出的这类文件（如办事指南），在规定的部分（如申请材料、办理条件、办理流程）有没有不应出现的表述。
怎样判：在规定的部分出现，不合格，写明原句；读到的文件里都没有，合格。写在设定依据里的，引用法律、法规、文件原文的，“不得要求提供其他材料”之类否定的，不算。
什么时候待核：没有见到认得出的这类文件；出现了该表述，但不在规定的部分，或者不能确定在哪个部分；文件没有读全。
怎样改：把该表述换成具体的材料、部门、条件；没有的写“无”。
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from crawler.facts.columns import ColumnState
from rules import checks
from rules.checks._holders import Sheet, columns_below, sheet_of
from rules.checks.page_elements import Element, Pattern
from rules.findings import Verdict, cant_tell, failed, passed
from rules.unit import Unit

NEEDS = ("home",)
#: Quoted law, and what is said not to be asked for.
_QUOTED = re.compile(r"《|》|法律|法规|规章|条例|第[一二三四五六七八九十百零\d]+[条款项]")
_DENIED = re.compile(
    r"(?:不得|不再|无需|无须|不需|不用|不必|没有|禁止|杜绝|取消|减少|以外|之外|除外)|[:：]?无[。；;]?$"
)
_LABEL = re.compile(
    r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})?[、.．:：]?[(（]?[\u4e00-\u9fff]{0,3}[)）]?[【\[]?"
    r"([\u4e00-\u9fff]{0,8}(?:依据|条件|材料|流程|程序|步骤|时限|时间|地点|地址|机构|机关|单位|收费|标准|电话|方式|对象|形式|表格|结果|范围|名称|须知|说明|事项|类型|编码|渠道|网址))"
    r"[】\]]?(?:[:：]|$)"
)
#: A heading that names none of these parts, and so many lines, end one.
_HEADING = re.compile(r"[一二三四五六七八九十]{1,3}[、.．]|[(（][一二三四五六七八九十]{1,3}[)）].{0,12}$")
_FAR = 15


class Params(checks.Params):
    """``column``: where such documents stand. ``words``: what must not be said, each with its spellings, and hints:
    spellings that are a question only. ``parts``: how the parts are called in which it must not be said. ``marks``: how
    such a document is known: ``least`` of these are on it. ``titles``/``not_titles``: which rows count."""

    column: tuple[str, ...]
    words: dict[str, Element]
    parts: tuple[Pattern, ...]
    marks: tuple[Pattern, ...]
    least: int = 3
    titles: tuple[Pattern, ...] = ()
    not_titles: tuple[Pattern, ...] = ()


class _Line(NamedTuple):
    text: str
    label: str


def judge(unit: Unit, params: Params, home: object) -> Iterator[Verdict]:
    sheets = _papers(unit, params)
    if not sheets:
        yield cant_tell("没有见到认得出的这类文件，须人工核对（站外平台上的未检查）", page=unit.home.value)
        return
    lines = {sheet.page.url: _lines(sheet) for sheet in sheets}
    for word, known in params.words.items():
        strict = known.words or (re.escape(word),)
        hits = [(s, x) for s in sheets for x in lines[s.page.url] if _says(x.text, (*strict, *known.hints))]
        right = [(s, x) for s, x in hits if any(re.search(part, x.label) for part in params.parts)]
        clear = [(s, x) for s, x in right if _says(x.text, strict)]
        if clear:
            sheet, line = clear[0]
            papers = len({sheet.page.url for sheet, _ in clear})
            text = f"看过的{len(sheets)}篇里有{papers}篇的“{line.label}”写有“{word}”，如《{sheet.title[:60]}》"
            wanted = f"不写“{word}”，写明具体内容"
            yield failed(text, subject=word, quote=line.text[:200], seen=sheet.title, wanted=wanted, page=sheet.page)
        elif hits:
            sheet, line = hits[0]
            text = f"《{sheet.title[:60]}》里有“{word}”，在哪个部分、是不是引用须人工核对"
            yield cant_tell(text, subject=word, quote=line.text[:200], page=sheet.page)
        elif doubt := next((sheet.doubt for sheet in sheets if sheet.doubt), ""):
            yield cant_tell(f"看过的{len(sheets)}篇里没有“{word}”，但{doubt}", subject=word, page=sheets[0].page)
        else:
            yield passed(f"看过的{len(sheets)}篇都没有“{word}”", subject=word, page=sheets[0].page)


def _papers(unit: Unit, params: Params) -> list[Sheet]:
    """The documents of the kind that were read, by their marks."""
    columns = columns_below(unit, params.column)
    items = [item for column in columns for item in column.items]
    if params.titles:
        items = [item for item in items if any(re.search(pattern, item.title) for pattern in params.titles)]
    items = [item for item in items if not any(re.search(pattern, item.title) for pattern in params.not_titles)]
    pages = {page.url: (page, item.title) for item in items if (page := unit.page_at(item.url)) is not None}
    pages |= {c.page.url: (c.page, c.name) for c in columns if c.page is not None and c.state is ColumnState.ARTICLE}
    sheets = [sheet_of(unit, page, title) for page, title in pages.values() if page.ok and page.facts is not None]
    return [s for s in sheets if sum(1 for m in params.marks if re.search(m, s.text)) >= params.least]


def _says(text: str, patterns: tuple[str, ...]) -> bool:
    for pattern in patterns:
        if found := re.search(pattern, text):
            return not (_QUOTED.search(text) or _DENIED.search(text[: found.start()] + text[found.end() :]))
    return False


def _lines(sheet: Sheet) -> list[_Line]:
    """The lines of the text, each with the label of the part it stands in."""
    label, since, found = "", 0, []
    for number, text in enumerate(sheet.text.split("\n")):
        if part := _LABEL.match(text):
            label, since = part.group(1), number
        elif _HEADING.match(text) or number - since > _FAR:
            label = ""
        found.append(_Line(text, label))
    return found
