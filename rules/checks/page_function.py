"""网站或者栏目应有的功能入口。

查什么：信箱、留言、咨询、检索、下载、征集、问答库、热线一类的功能，在首页、公开平台、各级栏目（或规定的栏目）里有没有入口。按链接名称、域名或者页面上的写法认，不提交任何内容。
怎样判：有名称一致的链接且链接的页面能打开（通往站外的，有链接即可），或页面上写明了规定的内容，合格；该有入口的页面都完整见到而没有，或者入口两次都打不开，不合格。
什么时候待核：首页、平台或栏目没有见到、没有翻完，或由脚本、框架页加载；规定的写法只出现在条目标题或长链接里；入口的页面没有见到；名称只是不带链接的文字；有没有文字的图片链接，或名称相近的链接；功能是搜索框、按钮一类的表单，程序看不到；要求不是硬性的，或本级单位可能不设；期限未到。
怎样改：在规定的位置设置入口，名称与文件一致，保证能打开；由上级平台统一提供的，设置通往该平台的链接。
"""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Literal

from crawler.facts.text import fold, label
from crawler.facts.vocabulary import concepts, spellings
from crawler.records import Facts, Link, Page
from crawler.urls import in_scope
from rules import checks
from rules.checks._holders import columns_below, unseen
from rules.checks.page_elements import Pattern
from rules.findings import Outcome, Verdict, cant_tell, failed, inapplicable, passed
from rules.unit import Unit

NEEDS = ("home",)
_HOST = re.compile(r"//(?:[^/@]*@)?([^/:?#]+)")
_LONGEST_NEAR = 16
_FRONTS = ("home", "platform", "column", "list", "data")
_DEPARTMENTS = ("市政府部门", "区县政府部门")


class Function(checks.Params):
    """``labels``: names of its link that count; ``pattern``: what such a name as a whole must match; ``hosts``: host
    names (or their endings) it may lie on; ``words``: what a page itself says where the function stands there (regular
    expressions, blanks left out); ``near``: words that in a short label leave it open; ``form``: it may be a box or a
    button, which is not seen: a lack is only a question."""

    labels: tuple[str, ...] = ()
    pattern: Pattern = ""
    hosts: tuple[str, ...] = ()
    words: tuple[Pattern, ...] = ()
    near: tuple[str, ...] = ()
    form: bool = False


class Params(checks.Params):
    """``functions``: by name. ``where``: the home page alone, the platform's pages, or all front pages; ``column``: only
    the pages of these columns and of those below them. ``lenient``: levels at which a lack is only a question, ``soft``:
    it is one everywhere. ``bodies``: of departments only those with one of these words in their names are bound.
    ``due``: up to this day a lack is only a question."""

    functions: dict[str, Function]
    where: Literal["home", "platform", "site"] = "site"
    column: tuple[str, ...] = ()
    lenient: tuple[str, ...] = ()
    soft: bool = False
    bodies: tuple[str, ...] = ()
    due: dt.date | None = None

    @property
    def only_asks(self) -> bool:
        return self.soft


def judge(unit: Unit, params: Params, home: Page) -> Iterator[Verdict]:
    if params.bodies and unit.site.level in _DEPARTMENTS and not any(w in unit.site.name for w in params.bodies):
        yield inapplicable(f"由名称含“{'、'.join(params.bodies)}”的部门负责，本单位不是")
        return
    if params.column and (look := unit.column(params.column)).value is None:
        text = f"没有找到“{params.column[0]}”栏目"
        yield cant_tell(f"{text}，是否设在别处须人工核对" if look.absent else f"{text}：{look.reason}", page=home)
        return
    pages, doubt = _pages(unit, params, home)
    for name, function in params.functions.items():
        yield _judge_one(unit, params, name, function, pages, doubt)


def _pages(unit: Unit, params: Params, home: Page) -> tuple[list[Page], str]:
    """Where a function may have its entry, and why some of these places were not seen, or ""."""
    if params.column:
        columns = columns_below(unit, params.column)
        found = [page for column in columns for page in column.pages]
        found += [page for column in columns for _, page in unit.columns.articles(column)]
        frames = any(in_scope(url, unit.scope) for page in found if page.facts for url in page.facts.frames)
        doubt = unseen(columns) or ("栏目嵌有框架页" if frames else "")
    elif params.where == "home":
        found, doubt = [home], unit.menu_gap
    else:
        found, doubt = [page for page in unit.pages if page.task.role in _FRONTS], "；".join(unit.gaps[:3]) or unit.away
        if params.where == "platform":
            columns = columns_below(unit, (*concepts()["platform"], *concepts()["platform_variants"]))
            own = {page.task.url for column in columns for page in column.pages}
            found = [page for page in found if page.task.url in own]
            doubt = doubt or ("" if found else "政府信息公开平台没有见到")
    return [page for page in _unique(found) if page.ok and page.facts is not None], doubt


def _unique(pages: list[Page]) -> list[Page]:
    return list({page.task.url: page for page in pages}.values())


def _judge_one(
    unit: Unit, params: Params, name: str, function: Function, pages: list[Page], doubt: str
) -> Verdict:  # fmt: skip
    subject = name if len(params.functions) > 1 else ""
    gentle = params.soft or unit.site.level in params.lenient
    wanted = f"有“{name}”的入口"
    names = {label(one) for one in function.labels}
    entries = [(p, link) for p in pages for link in unit.facts(p).links if _is_entry(unit, link, names, function)]
    states = [(_state(unit, page, link), page, link) for page, link in entries]
    rank = {Outcome.PASSED: 0, Outcome.CANT_TELL: 1, Outcome.FAILED: 2}
    best = min(states, key=lambda state: rank[state[0][0]], default=None)
    if best is not None and best[0][0] is Outcome.PASSED:
        (_, said), page, link = best
        quote = link.text or link.title
        return passed(f"有“{quote}”，{said}", subject=subject, quote=quote, seen=link.url, page=page)
    if spoken := _spoken(unit, function, pages, rows=bool(params.column)):
        return passed(f"页面上写有“{spoken[0]}”", subject=subject, quote=spoken[0], page=spoken[1])
    if best is not None:
        (outcome, said), page, link = best
        text = f"“{link.text or link.title}”的入口{said}"
        if outcome is Outcome.FAILED and (gentle or doubt):
            outcome, text = Outcome.CANT_TELL, f"{text}，是否另有入口须人工核对"
        return Verdict(outcome, text, subject, link.text, link.url, f"{wanted}，能打开", page)
    reason = (
        doubt
        or _reason(unit, function, pages)
        or _told_of(unit, function, pages)
        or _pardon(unit, params, function, gentle)
    )
    front = pages[0] if pages else unit.home.value
    if reason:
        return cant_tell(f"没有见到“{name}”的入口：{reason}", subject=subject, wanted=wanted, page=front)
    text = f"没有“{name}”的入口，看过{len(pages)}个页面"
    looked = tuple(page.url for page in pages)
    return failed(text, subject=subject, wanted=_wanted(name, function), page=front, looked=looked)


def _is_entry(unit: Unit, link: Link, wanted: set[str], function: Function) -> bool:
    for text in (link.text, link.title):
        for form in spellings(text, unit.site.name) if text else ():
            if form in wanted or (function.pattern and re.fullmatch(function.pattern, form)):
                return True
    host = found.group(1).lower() if (found := _HOST.search(link.url)) else ""
    return any(host == wanted or host.endswith("." + wanted) for wanted in function.hosts)


def _state(unit: Unit, source: Page, link: Link) -> tuple[Outcome, str]:
    """What is known of where an entry on a page leads."""
    if not in_scope(link.url, unit.scope):
        return Outcome.PASSED, "链接到站外，站外内容未检查"
    page = unit.page_at(link.url)
    if page is None and any(file.url == link.url for file in unit.facts(source).attachments):
        return Outcome.PASSED, "是文件链接，没有试下载"
    if page is None:
        return Outcome.CANT_TELL, "所链接的页面没有访问"
    if page.ok and page.task.role != "home" and page.facts is not None and page.facts.kind == "home":
        return Outcome.CANT_TELL, "指向首页，不能确定功能在哪里"
    if page.ok:
        return Outcome.PASSED, "能打开"
    if page.gone_twice and not unit.columns.outage:
        return Outcome.FAILED, f"打不开（两次访问都是HTTP {page.http_status}）"
    return Outcome.CANT_TELL, f"所链接的页面没有见到（{page.detail or page.status}）"


def _spoken(unit: Unit, function: Function, pages: list[Page], *, rows: bool) -> tuple[str, Page] | None:
    """Where a page itself shows the function, and in which words; in the titles of its rows and of news only with ``rows``."""
    for page in pages if function.words else ():
        facts = unit.facts(page)
        texts = [facts.text, facts.around, *facts.labels, facts.footer.phone or "", *(x.text for x in facts.links)]
        texts += [cell for table in facts.tables for row in table.cells for cell in row]
        lines = [fold(line) for text in texts for line in text.split("\n")]
        found = [(line, hit.group()) for line in lines for p in function.words if (hit := re.search(p, line))]
        if not found:
            continue
        news = () if rows else _titles(facts)
        for line, words in found:
            if not any(words in title and title in line for title in news):
                return words[:80], page
    return None


def _titles(facts: Facts) -> set[str]:
    """What a page leads on to, folded: rows, and links with names too long for a menu's."""
    return {fold(item.title) for item in facts.items} | {
        fold(x.text) for x in facts.links if len(x.text) > _LONGEST_NEAR
    }


def _reason(unit: Unit, function: Function, pages: list[Page]) -> str:
    """Why a function may be there although no entry of its name was seen, or ""."""
    wanted = {label(name) for name in function.labels}
    for page in pages:
        facts = unit.facts(page)
        for text in facts.labels:
            forms = spellings(text, unit.site.name)
            if wanted & set(forms) or (function.pattern and any(re.fullmatch(function.pattern, f) for f in forms)):
                return f"页面上有“{text}”字样，但不是链接，可能由脚本打开（{page.url}）"
        rows = {item.url for item in facts.items}
        for name in (*(link.text for link in facts.links if link.url not in rows), *facts.labels):
            if len(label(name)) <= _LONGEST_NEAR and any(word in fold(name) for word in function.near):
                return f"有名称相近的“{name}”，是否就是它须人工核对（{page.url}）"
        if page.task.role in ("home", "platform") and unit.blind(x for x in facts.links if x.area != "footer"):
            return f"有没有文字的图片链接，可能就是入口（{page.url}）"
    return ""


def _told_of(unit: Unit, function: Function, pages: list[Page]) -> str:
    told = _spoken(unit, function, pages, rows=True)
    return f"标题或长链接里提到“{told[0]}”，是不是入口须人工核对（{told[1].url}）" if told else ""


def _pardon(unit: Unit, params: Params, function: Function, gentle: bool) -> str:
    if function.form:
        return "搜索框、按钮一类的表单程序看不到，须人工打开页面核对"
    if gentle:
        return "要求不是硬性的，或本级单位可能由上级平台统一提供，须人工核对"
    if params.due is not None and unit.as_of <= params.due:
        return f"期限是{params.due}，还没有到"
    return ""


def _wanted(name: str, function: Function) -> str:
    more = "、".join(function.labels[:6])
    return f"有“{name}”的入口" + (f"（名称如 {more}）" if more else "")
