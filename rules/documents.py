"""Whose a document is, and the document every unit owes: its disclosure guide. Pure."""

import re
from enum import IntEnum

from crawler.facts.columns import Column, ColumnState
from crawler.facts.text import fold
from crawler.facts.vocabulary import concepts
from crawler.records import Item, Page
from rules.paper import THIN, Paper, Wanted, open_paper
from rules.unit import Look, Unit

_GUIDE_TITLE = re.compile(r"(?:信息|政务)公开指南")
_OTHER_GUIDE = re.compile(r"解读|图解|流程|编制|通知|说明|申请指南")
YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)年?度?")
_HAN_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_HAN_YEAR = re.compile("二[〇○零][〇○零一二三][〇○零一二三四五六七八九](?=年)")
_ORGAN = re.compile(
    r"[\u4e00-\u9fff]{1,24}?(?:人民政府|政府|办公室|委员会|管委会|局|委|厅|院|中心|街道办事处|街道|办事处|镇|乡|公司|大队|支队|队|站|所|处|医院|学校|中学|小学|法院|检察院)"
)
_WITHIN = re.compile(r"^[\u4e00-\u9fff]{2,3}(?:省|市|自治区)(?=[\u4e00-\u9fff]{4,})")
_PLACE = re.compile(r"[\u4e00-\u9fff]{1,8}(?:省|市|自治区|自治县|区|县|旗|州)$")
_BOILER = re.compile(
    r"关于(?:公布|发布|印发|公开)?|(?:依申请|主动)?(?:政府)?(?:信息|政务)公开(?!办|科)(?:专栏)?|年度|本机关|门户网站|(?:我|本|全)(?:市|区|县|局|委|办|厅|院|镇|乡|街道|单位|部门|级)"
)
_OFFICE = re.compile("[\u4e00-\u9fff]{2,24}办")
_DISTRICT = re.compile("[\u4e00-\u9fff]{0,12}?[区县市旗]")
_DISCLOSURE = re.compile(r"(?:(?<!人民)政府)?(?:信息|政务)公开(?!办|科)")
_HAN = re.compile("[\u4e00-\u9fff]+")
_AMONG = ("含", "附", "及", "暨")
_SHORT_FORMS = (
    ("管委会", "管委"), ("委员会", "委"), ("街道办事处", "街道"), ("街道办", "街道"), ("人民政府", "政府"), ("办公室", "办"),
)  # fmt: skip
#: Columns this many links from the home page are the unit's own; further down only those the platform links to.
_NEAR_HOME = 2


class Kin(IntEnum):
    """Whose paper a title says it is."""

    NAMED = 0
    NAMELESS = 1
    NEAR = 2  # the unit's name abbreviated, or its office
    UNCLEAR = 3  # the unit's name with more behind it
    FOREIGN = 4


# --- the guide ------------------------------------------------------------------------------------------------------


def find_guide(unit: Unit) -> Look[Paper]:
    """The unit's 政府信息公开指南: the column that is the guide, else the newest guide in the column, else any article
    of that title. A portal also holds its departments' guides: those are left out."""
    columns, others = columns_of(unit, "guide")
    reasons = []
    for column in columns:
        look = _guide_of(unit, column)
        if look.value is not None:
            return look
        reasons += [look.reason] if look.reason else []
    if reasons:
        return Look(reason=reasons[0])
    kin_wanted = Kin.NAMED if columns or others else Kin.NAMELESS
    for page in unit.ok_pages("article", "document"):
        title = unit.facts(page).title or ""
        if _is_guide(title) and kin_of(title, unit) <= kin_wanted:
            look = _open(unit, page, None)
            if look.value is not None:
                return look
            reasons.append(f"“{title[:40]}”没有读到：{look.reason or '正文太短'}")
    reason = elsewhere(unit, "guide") or next(iter(reasons), "")
    return Look(reason=reason) if reason else Look(absent=True, looked=unit.looked)


def _open(unit: Unit, page: Page, item: Item | None) -> Look[Paper]:
    return open_paper(unit, page, item, Wanted(_GUIDE_TITLE, lambda title: kin_of(title, unit) <= Kin.NEAR))


def _guide_of(unit: Unit, column: Column) -> Look[Paper]:
    page = column.page
    if column.state is ColumnState.ARTICLE and page and page.facts:
        if kin_of(page.facts.title or "", unit) > Kin.NEAR:
            return Look(reason=f"指南栏目里是“{page.facts.title}”，不能确定是本单位的指南")
        return _opened(unit, page, None)
    if column.state is not ColumnState.NORMAL:
        return Look(reason=f"指南栏目“{column.name}”没有见到内容：{column.reason or column.state}")
    return _newest_guide(unit, column)


def _opened(unit: Unit, page: Page, item: Item | None) -> Look[Paper]:
    """As ``_open``, never without a reason."""
    look = _open(unit, page, item)
    if look.value is not None:
        if len(look.value.facts.text) >= THIN:
            return look
        look = Look(reason=look.value.unread)
    if look.reason or page.facts is None:
        return look
    thin = f"指南正文只有{len(page.facts.text)}个字，可能没有读全"
    return Look(reason=Paper(page, page.facts, item).unread or thin)


def _newest_guide(unit: Unit, column: Column) -> Look[Paper]:
    kin = {item: kin_of(item.title, unit) for item in column.items}
    rows = [item for item in column.items if _is_guide(item.title) and kin[item] <= Kin.NEAR]
    if not rows and len(column.items) == 1 and kin[column.items[0]] <= Kin.NEAR:
        page = unit.page_at(column.items[0].url)
        if page and page.facts and _GUIDE_TITLE.search(fold(page.facts.text[:300])):
            rows = list(column.items)
    if not rows:
        return Look(reason="指南栏目里没有认出本单位的政府信息公开指南")
    rows = [item for item in rows if kin[item] < Kin.NEAR] or rows
    newest = max(rows, key=lambda item: (item.date or _shown(unit, item) or "", -rows.index(item)))
    page = unit.page_at(newest.url)
    if page is None:
        return Look(reason="指南的页面没有访问到")
    if not page.ok or page.facts is None:
        return Look(reason=f"指南页未见到：{page.detail or page.status}")
    return _opened(unit, page, newest)


def _is_guide(title: str) -> bool:
    flat = fold(title)
    return _GUIDE_TITLE.search(flat) is not None and not _OTHER_GUIDE.search(flat)


def _shown(unit: Unit, item: Item) -> str | None:
    page = unit.page_at(item.url)
    return page.facts.published if page and page.facts else None


# --- whose it is ----------------------------------------------------------------------------------------------------


def columns_of(unit: Unit, concept: str) -> tuple[list[Column], list[Column]]:
    """The unit's own columns of a concept, and others: a portal's departments and towns have theirs further down."""
    columns = sorted(unit.columns.of_concept(concept), key=lambda column: _depth(column))
    platform = unit.platform.value.page if unit.platform.value else None
    own = [c for c in columns if _depth(c) == _depth(columns[0]) and (_depth(c) <= _NEAR_HOME or platform in c.parents)]
    return own, [column for column in columns if column not in own]


def _depth(column: Column) -> int:
    return column.page.task.depth if column.page else 99


def elsewhere(unit: Unit, concept: str) -> str:
    """Why a document that was not found may lie where nobody looked, or ""."""
    look = unit.column(concepts()[concept])
    if look.value is not None:
        return f"“{look.value.name}”{look.value.reason or '栏目里没有见到'}"
    return look.reason


def plain_year(title: str) -> str:
    """A title folded, with 二〇二一年 as 2021年."""
    return _HAN_YEAR.sub(lambda year: year.group().translate(_HAN_DIGITS), fold(title))


def kin_of(title: str, unit: Unit) -> Kin:
    """Whose paper a title says it is: another body's name in it makes it that body's. Bodies are named in front of
    the words 政府信息公开, or alone between marks behind them."""
    flat = YEAR.sub("", plain_year(title))
    about = _DISCLOSURE.search(flat)
    head, tail = (flat[: about.start()], flat[about.end() :]) if about else (flat, "")
    parts = ["".join(_HAN.findall(head)), *(part for part in _HAN.findall(tail) if not part.startswith(_AMONG))]
    named = unclear = False
    office = "办公室" in title and "办公室" not in unit.site.name
    for number, part in enumerate(parts):
        left = whole = _BOILER.sub("", part)
        own = next((name for name in own_names(unit) if name in left), "")
        behind = left.partition(own)[2] if own else left
        named = named or bool(own)
        if own and behind in ("员会", "公室", ""):  # the unit's name in the list of sites is a short one, or whole
            continue
        if own and behind in ("办", "办公室", "办公厅"):
            office = True
        elif _OFFICE.fullmatch(behind) or (_ORGAN.fullmatch(behind) if number else _strange(left, own)):
            return Kin.NEAR if _abbreviates(whole, unit) else Kin.FOREIGN
        elif own and not number and len(behind) >= 2:
            unclear = True
    return Kin.UNCLEAR if unclear else Kin.NEAR if office else Kin.NAMED if named else Kin.NAMELESS


def _strange(head: str, own: str) -> bool:
    """Whether what stands in front of 政府信息公开 names a body or a place besides the unit's own name."""
    rest = head.partition(own)[2] if own else head
    return bool(_ORGAN.search(head.replace(own, "")) or _PLACE.search(rest))


def _abbreviates(organ: str, unit: Unit) -> bool:
    """Whether one of two names is the other, shortened (江北区教委, 江北区教育委员会), and that of the unit. The letters
    come in order, the first and the last are kept, and the place is none but the unit's."""
    for place, core in _cores(organ):
        for own_place, own_core in _cores(fold(unit.site.name)):
            ends_alike = min(len(core), len(own_core)) >= 2 and core[0] == own_core[0] and core[-1] == own_core[-1]
            if ends_alike and _one_in_other(core, own_core) and _one_in_other(place, own_place):
                return True
    return False


def _cores(name: str) -> set[tuple[str, str]]:
    """A body's name in short as its place and the rest, in each way it can be split."""
    for long, short in _SHORT_FORMS:
        name = name.replace(long, short)
    forms = {form for one in (name, _WITHIN.sub("", name)) for form in (one, one.replace("政府", ""))}
    places = [(form, _DISTRICT.match(form)) for form in forms]
    return {(found.group(), form[found.end() :]) if found else ("", form) for form, found in places}


def _one_in_other(one: str, other: str) -> bool:
    """Whether the shorter's letters all come in the longer, in order."""
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    rest = iter(long)
    return all(letter in rest for letter in short)


def own_names(unit: Unit) -> list[str]:
    """The unit's name as titles write it, longest first: with and without the places it lies in, and its office."""
    name = fold(unit.site.name)
    forms = {name, _WITHIN.sub("", name)}
    for form in list(forms):
        forms |= {
            form + "办公室",
            form + "办公厅",
            form.removesuffix("人民政府") + "政府",
            form.removesuffix("人民政府"),
        }
        forms |= {form.removesuffix("办事处"), form + "政务公开办公室"}
    region = fold(unit.site.region)
    forms |= {region + form for form in list(forms) if region and not form.startswith(region)}
    return sorted((form for form in forms if len(form) >= 2), key=len, reverse=True)
