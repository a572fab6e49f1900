"""栏目、文件或办事指南里应写明的要素（按名称或写法识别）。

查什么：规定的栏目里，内容页、附件、标题或栏目页本身有没有规定的各项要素（例如义务教育招生七要素、办事指南十要素）；专题类要求查一定期限内有没有发布有关内容。
怎样判：认出该要素的名称、同义写法或标签，合格；栏目和可能写有它的每个页面、附件都完整读到，是文字，而没有，不合格。逐篇判定的（如办事指南），只看认得出是这类文件的页面，读到的各篇里有一篇完整而缺少，不合格。按标题判定的专题，期限内有标题与之相符的内容，合格，否则待核，不判不合格。
什么时候待核：栏目没有见到、没有翻完或通往站外；有内容页没有访问到；页面有图片、由脚本加载，或有没读到的附件；正文写“详见”别处；提到相近的词；页面上认出的要素太少，可能不是这类文件；要求是鼓励、探索性质，或本级单位可能没有此类信息。
怎样改：在该栏目的内容里补充缺少的要素；确无此类信息的，在栏目里写明。
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, model_validator

from crawler.facts.columns import Column, ColumnState
from crawler.facts.text import fold
from crawler.records import Item, Page
from rules import checks
from rules.checks._holders import Sheet, columns_below, sheet_of, statement, unseen, within
from rules.findings import Verdict, cant_tell, failed, inapplicable, passed
from rules.unit import Unit
from rules.workdays import months_before

NEEDS = ("home",)
#: A page with fewer characters may not have been read whole.
_THIN = 100
_DEPARTMENTS = ("市政府部门", "区县政府部门")
_MEMORY = 12


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"不是有效的写法：{text}（{error}）") from error
    return text


Pattern = Annotated[str, AfterValidator(_pattern)]


class Element(checks.Params):
    """``words``: spellings (regular expressions, blanks left out) besides the element's name by which it is recognised,
    ``hints``: words after which something unrecognised may still be it. A plain list are ``words``."""

    words: tuple[Pattern, ...] = ()
    hints: tuple[Pattern, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _list_of_words(cls, value: Any) -> Any:
        return {"words": value} if isinstance(value, list | tuple) else value or {}


class Params(checks.Params):
    """``column``: names of the column, none for the whole site (then nothing is failed). ``elements``: by name.

    ``scope``: ``any``: each element on some page, file or row of the column or of those below it; ``each``: all of them
    on every sampled article; ``column``: on the column's own page; ``titles``: a row of the last ``months`` whose title
    has it. ``titles``/``not_titles``: which rows count, by their titles. ``months``: only rows so new count. ``least``:
    a page (with ``any``: the whole column) that shows fewer elements is not taken for what is meant.
    ``missing``: what an absent column means. ``lenient``: levels at which a lack is only a question; ``soft``: it is one
    everywhere (探索、鼓励). ``bodies``: of departments only those with one of these words in their names are bound.
    """

    column: tuple[str, ...] = ()
    elements: dict[str, Element]
    scope: Literal["any", "each", "column", "titles"] = "any"
    titles: tuple[Pattern, ...] = ()
    not_titles: tuple[Pattern, ...] = ()
    months: int | None = None
    least: int = 1
    missing: Literal["inapplicable", "cant_tell", "failed"] = "cant_tell"
    lenient: tuple[str, ...] = ()
    soft: bool = False
    bodies: tuple[str, ...] = ()

    def gentle(self, unit: Unit) -> bool:
        return self.soft or unit.site.level in self.lenient or not self.column

    @property
    def only_asks(self) -> bool:
        return self.soft or not self.column


def judge(unit: Unit, params: Params, home: Page) -> Iterator[Verdict]:
    if params.bodies and unit.site.level in _DEPARTMENTS and not any(w in unit.site.name for w in params.bodies):
        yield inapplicable(f"由名称含“{'、'.join(params.bodies)}”的主管部门公开，本单位不是")
        return
    columns = columns_below(unit, params.column) if params.column else list(unit.columns)
    if params.scope == "titles":
        yield from _by_titles(unit, params, columns)
        return
    if params.column and (look := unit.column(params.column)).value is None:
        yield _no_column(unit, params, look.absent, look.reason, look.looked)
        return
    if said := statement(columns if params.column else ()):
        yield inapplicable(f"栏目写明“{said[0][:60]}”", quote=said[0], page=said[1])
        return
    if params.scope == "each":
        yield from _each(unit, params, columns)
    else:
        yield from _somewhere(unit, params, columns)


def _no_column(unit: Unit, params: Params, absent: bool, reason: str, looked: tuple[str, ...]) -> Verdict:
    name = params.column[0]
    if not absent:
        return cant_tell(f"“{name}”栏目待核：{reason}", wanted=name)
    text = f"没有找到“{name}”栏目，看过{len(looked)}个栏目页"
    if params.missing == "inapplicable":
        return inapplicable(f"没有找到“{name}”栏目，栏目的有无由相应要求判定")
    if params.missing == "cant_tell" or params.gentle(unit):
        return cant_tell(f"{text}，是否有此类信息、公开在哪里须人工核对", wanted=name)
    wanted = f"名称为 {'、'.join(params.column[:6])} 之一的栏目"
    return failed(text, wanted=wanted, page=unit.home.value, looked=looked)


# --- rows -----------------------------------------------------------------------------------------------------------


def _since(unit: Unit, params: Params) -> dt.date | None:
    months = _MEMORY if params.scope == "titles" and params.months is None else params.months
    return None if months is None else months_before(unit.as_of, months)


def _wanted_row(title: str, params: Params) -> bool:
    flat = fold(title)
    right = not params.titles or any(re.search(pattern, flat) for pattern in params.titles)
    return right and not any(re.search(pattern, flat) for pattern in params.not_titles)


def _rows(unit: Unit, params: Params, columns: list[Column]) -> list[tuple[Item, Column]]:
    """The rows that count. Without a date a row may be as new as is asked for."""
    since = _since(unit, params)
    rows = [(item, column) for column in columns for item in column.items if _wanted_row(item.title, params)]
    return [(item, column) for item, column in rows if item.date is None or within(item, since, unit.as_of)]


def _by_titles(unit: Unit, params: Params, columns: list[Column]) -> Iterator[Verdict]:
    """One verdict on all elements: most units owe but some of a policy's matters."""
    since = _since(unit, params)
    rows = [(item, column) for item, column in _rows(unit, params, columns) if item.date]
    rows.sort(key=lambda row: row[0].date or "", reverse=True)
    found: dict[str, tuple[Item, Column]] = {}
    for name, element in params.elements.items():
        words = (re.escape(fold(name)), *element.words)
        hits = ((item, column) for item, column in rows if _hit(fold(item.title), words))
        if first := next(hits, None):
            found[name] = first
    lack = [name for name in params.elements if name not in found]
    seen = "；".join(f"{name}：{item.title[:40]}（{item.date}）" for name, (item, _) in found.items())
    item, column = next(iter(found.values()), (None, None))
    page, quote = (column.source if column else unit.home.value), item.title if item else ""
    if not lack:
        text = f"{since}以来有关于{_list(found)}的内容"
        yield passed(text, quote=quote, seen=seen, page=page)
        return
    where = f"“{params.column[0]}”栏目" if params.column else "各栏目"
    text = f"{where}里看过{since}以来的{len(rows)}条标题，没有提到{_list(lack)}，"
    text = text if rows else f"{where}里没有见到{since}以来有日期的标题，{_list(lack)}"
    text += "是否公开、公开在哪里须人工核对" + (f"（已见到关于{_list(found)}的内容）" if found else "")
    yield cant_tell(text, quote=quote, seen=seen, wanted="、".join(lack), page=page)


def _list(names: Iterable[str]) -> str:
    return "、".join(f"“{name}”" for name in names)


# --- texts ----------------------------------------------------------------------------------------------------------


def _hit(text: str, patterns: tuple[str, ...]) -> str:
    """What one of the patterns finds in folded text, or "": in its lines, and over their breaks, for papers break words;
    not so where a pattern leaves anything between its words."""
    for flat, loose in ((text, True), (text.replace("\n", ""), False)):
        for pattern in patterns:
            if (loose or ".{" not in pattern) and (found := re.search(pattern, flat)):
                return found.group()
    return ""


def _spots(sheets: list[Sheet], params: Params) -> dict[str, tuple[str, Sheet]]:
    """Where each element was first recognised."""
    found: dict[str, tuple[str, Sheet]] = {}
    for name, element in params.elements.items():
        words = (re.escape(fold(name)), *element.words)
        hits = ((hit, sheet) for sheet in sheets if (hit := _hit(sheet.text, words)))
        if first := next(hits, None):
            found[name] = first
    return found


def _hint(sheets: list[Sheet], element: Element) -> str:
    hit = next((hit for sheet in sheets if (hit := _hit(sheet.text, element.hints))), "") if element.hints else ""
    return f"有“{hit[:40]}”字样，是否就是它须人工核对" if hit else ""


def _somewhere(unit: Unit, params: Params, columns: list[Column]) -> Iterator[Verdict]:
    sheets, doubt = _sheets(unit, params, columns)
    spots = _spots(sheets, params)
    name = columns[0].name if params.column else "全站"
    page = columns[0].page if params.column else unit.home.value
    if len(spots) < params.least:
        why = doubt or "内容里认出的要素太少，可能不在这个栏目"
        yield cant_tell(f"“{name}”里没有认出“{'、'.join(params.elements)}”：{why}", page=page)
        return
    for element, known in params.elements.items():
        if element in spots:
            quote, sheet = spots[element]
            text = f"“{name}”里写明了“{element}”"
            yield passed(text, subject=element, quote=quote, seen=sheet.title, page=sheet.page)
        elif reason := _hint(sheets, known) or doubt or ("要求不是硬性的" if params.gentle(unit) else ""):
            yield cant_tell(f"“{name}”里没有认出“{element}”：{reason}", subject=element, wanted=element, page=page)
        else:
            looked = tuple(sheet.page.url for sheet in sheets)
            text = f"“{name}”里没有“{element}”，看过全部{len(sheets)}个页面"
            yield failed(text, subject=element, wanted=element, page=page, looked=looked)


def _sheets(unit: Unit, params: Params, columns: list[Column]) -> tuple[list[Sheet], str]:
    """What was read, and why it may not be all there is, or ""."""
    own = columns[:1] if params.scope == "column" else columns
    listed = params.scope == "column" or (not params.titles and params.months is None)
    plain = (ColumnState.ARTICLE, ColumnState.NAVIGATION)
    pages = [page for column in own for page in column.pages if listed or column.state in plain]
    pages += [unit.home.value] if not params.column and unit.home.value else []
    sheets = [sheet_of(unit, page) for page in pages]
    doubts = [unseen(own)] if params.scope != "column" else [own[0].reason if own[0].state not in _SEEN else ""]
    for item, _ in _rows(unit, params, own) if params.scope == "any" else ():
        page = unit.page_at(item.url)
        if page is None:
            doubts.append(f"“{item.title[:40]}”的页面没有访问")
            sheets += [Sheet(item.title, c.page, fold(item.title), "") for c in own if c.page and item in c.items][:1]
        else:
            sheets.append(sheet_of(unit, page, item.title))
    doubts += [sheet.doubt for sheet in sheets]
    if sum(len(sheet.text) for sheet in sheets) < _THIN:
        doubts.append("读到的文字很少，可能没有读全")
    return sheets, next(filter(None, doubts), "")


_SEEN = (ColumnState.NORMAL, ColumnState.ARTICLE, ColumnState.NAVIGATION)


def _each(unit: Unit, params: Params, columns: list[Column]) -> Iterator[Verdict]:
    rows = _rows(unit, params, columns)
    pages = {page.url: (page, i.title) for i, _ in rows if (page := unit.page_at(i.url)) and page.ok and page.facts}
    pages |= {c.page.url: (c.page, c.name) for c in columns if c.page and c.state is ColumnState.ARTICLE and c.page.ok}
    papers = [sheet_of(unit, page, title) for page, title in pages.values()]
    papers = [sheet for sheet in papers if len(_spots([sheet], params)) >= params.least]
    if not papers:
        why = unseen(columns) or (f"看过{len(pages)}篇" if pages else "条目页没有访问")
        yield cant_tell(f"没有见到认得出的这类文件（{why}），须人工核对", page=unit.home.value)
        return
    for name, element in params.elements.items():
        bare = [sheet for sheet in papers if name not in _spots([sheet], params)]
        doubts = [(sheet, _open(unit, params, sheet, element)) for sheet in bare]
        clear = [sheet for sheet, doubt in doubts if not doubt]
        if clear:
            text = f"看过的{len(papers)}篇里有{len(clear)}篇没有“{name}”，如《{clear[0].title[:60]}》"
            seen = "；".join(f"{sheet.title[:40]} {sheet.page.url}" for sheet in clear[:4])
            yield failed(text, subject=name, quote=clear[0].title, seen=seen, wanted=name, page=clear[0].page)
        elif doubts:
            sheet, doubt = doubts[0]
            text = f"《{sheet.title[:60]}》里没有认出“{name}”：{doubt}"
            yield cant_tell(text, subject=name, quote=sheet.title, wanted=name, page=sheet.page)
        else:
            quote, sheet = _spots(papers, params)[name]
            yield passed(f"看过的{len(papers)}篇都有“{name}”", subject=name, quote=quote, page=sheet.page)


def _open(unit: Unit, params: Params, sheet: Sheet, element: Element) -> str:
    """Why an element that was not recognised on a page may be there all the same, or ""."""
    thin = "读到的文字很少，可能没有读全" if len(sheet.text) < _THIN else ""
    return _hint([sheet], element) or sheet.doubt or thin or ("要求不是硬性的" if params.gentle(unit) else "")
