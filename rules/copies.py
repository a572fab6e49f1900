"""One page as a copy of an official document or of an interpretation: what it is called, numbered and dated there, its
text's hash, what it links. Pure."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache

from crawler.facts.lists import file_type
from crawler.facts.text import fold, label, squeeze
from crawler.facts.vocabulary import concept_of
from crawler.records import Attachment, Facts, Page
from crawler.urls import in_scope, page_key
from rules.paper import Paper, unsure
from rules.papers import bare_title
from rules.unit import Unit

POLICY = "policy"
INTERPRETATION = "interpretation"
#: A name of fewer characters is many documents'.
SHORTEST = 5
#: A title alone tells documents apart from so many characters on.
_TELLING = 8
#: A page with less text than this only points to its file.
_POINTER = 40
_MARKS = re.compile(r"[\W_]+")
_BOOK = re.compile(r"《([^《》]{2,120})》")
_EXPLAINS = re.compile(r"解读|图解|读懂|看懂|问答")
_EXPLAINS_FIRST = re.compile(r"(?:一图|[一二三四五六七八九十\d]+张图)?(?:图解|读懂|看懂|解读|问答)")
_GENRE = re.compile(
    r"(?:通知|公告|通告|决定|决议|命令|令|意见|批复|函|纪要|通报|办法|规定|规则|细则|方案|规划|计划|要点|纲要|预案|措施|条例|章程|制度|规程|规范|标准|目录|清单)"
    r"(?:[(（【\[][^()（）【】\[\]]{1,20}[)）】\]])*$"
)
_NEWS = re.compile(r"(?:新闻|要闻|动态|资讯|播报|快讯|头条|简讯)$")
_VALIDITY = ("有效性", "文件状态")
_RETRACTED = re.compile(
    r"[(（\[【〔]((?:已|现已|全文)(?:宣布)?(?:废止|失效|作废|停止执行|修改|修订)|废止|失效|作废)[)）\]】〕]"
)
_NUMBER = re.compile(r"(.+?)(?:〔(\d{4})〕|第)(\d+)号")
_NUMBER_TAIL = re.compile(r"(?:[〔\[(（【﹝](\d{4})[〕\])）】﹞])?第?0*(\d{1,4})号[)）]?")
_FORMS = re.compile(r"申请表|申请书|流程图|样表|样式|样本|回执|承诺书|委托书")
#: Lines that stand round a document's text on one site and not on another.
_BESIDE = re.compile(
    r"[(（]此件.{0,12}[)）]|附件\d{0,2}(?:[：:、.].*)?|(?:相关|文件)?(?:附件|下载|信息|链接|文件|解读|政策|阅读|新闻)(?:附件|下载|链接|解读)?[：:]?"
    r"|(?:分享到?|扫一扫.{0,20}|打印(?:本页|此页)?|关闭(?:窗口|本页)?|文件下载)[：:]?"
    r"|(?:责任编辑|编辑|上一篇|下一篇|来源|信息来源|浏览次数|字体)[：:].{0,60}"
)
_ENDING = re.compile(r"\.\w{2,4}$")
_PAGE_NUMBER = re.compile(r"[-—–一\s]*\d{1,3}[-—–一\s]*")
_TO_PAPER = re.compile(
    r"(?:政策|文件|查看|相关)?(?:原文|全文)(?:链接|下载)?|(?:政策|相关)?文件(?:原文|链接)|相关政策(?:文件)?|解读文件"
)
_TO_NOTE = re.compile(
    r"(?:相关|政策|文件|文字|图文|图片|视频|专家|部门|解读)?(?:解读|图解)(?:链接|材料|材料链接)?|一图读懂|政策问答"
)


@dataclass(frozen=True, slots=True)
class Pointer:
    """A link to another page by ``page_key``; ``named``: its words say that there is the original, or the
    interpretation."""

    place: str
    named: bool


@dataclass(frozen=True, slots=True)
class Quoted:
    """A 《name》 in an interpretation's title, whole and without its issuer and wrapping."""

    whole: str
    bare: str


@dataclass(frozen=True, slots=True)
class Copy:
    """A document or an interpretation at one address of one unit. ``key`` is equal for all copies of one. ``body`` is
    the SHA-256 of its folded text, None where too little was read; texts of one ``form`` may be compared, those of
    form "" may hold more than was read. ``row_date`` is the earliest date beside its title in a list."""

    key: str
    kind: str
    doc_number: str | None
    title: str
    unit: str
    url: str
    column: str | None
    written: str | None
    published: str | None
    index_number: str | None
    validity: str | None
    body: str | None
    form: str
    row_date: str | None
    whole: str
    """The title folded."""
    bare: str
    """The title without issuer, wrapping and the unit's own name, folded; and with its place in ``named``."""
    named: str
    quoted: tuple[Quoted, ...]
    places: frozenset[str]
    links: tuple[Pointer, ...]


def copies_of(unit: Unit) -> list[Copy]:
    """The documents and interpretations among a unit's pages that were seen, each address once."""
    rows = _row_dates(unit)
    attached = {page_key(file.url) for page in unit.ok_pages("article") for file in unit.facts(page).attachments}
    found: dict[str, tuple[Copy, Facts]] = {}
    for page in unit.ok_pages("article", "document"):
        facts, place, asked = unit.facts(page), page_key(page.url), page_key(page.task.url)
        if facts.kind == "document" and (page.task.role == "attachment" or place in attached):
            continue
        if place in found:
            old, read = found[place]
            both = replace(old, places=old.places | {asked}, row_date=_first(old.row_date, rows.get(asked)))
            found[place] = (both, read)
        elif copy := _read(unit, page, _first(rows.get(place), rows.get(asked))):
            found[place] = (copy, facts)
    own = {place: copy.kind for copy, _ in found.values() for place in copy.places}
    keys: dict[str, str] = {}
    return [replace(copy, links=_links(unit, copy.kind, facts, own, keys)) for copy, facts in found.values()]


def title_key(text: str) -> str:
    """A title folded: no blanks, marks or brackets, no （已废止）; the issuer in front and 关于印发…的通知 stay."""
    return _key(_RETRACTED.sub("", squeeze(text)))


@lru_cache(maxsize=50_000)
def _key(text: str) -> str:
    return _bare_text(text).casefold()


def canonical_validity(text: str) -> str:
    """废止 for 已废止, 有效 for 现行有效: for comparing."""
    return re.sub(r"^(?:现行|现已|全文|已|宣布)+", "", fold(text))


def _bare_text(text: str) -> str:
    text = _MARKS.sub("", text)  # first: without its punctuation most text is normal as it stands
    if unicodedata.is_normalized("NFKC", text):
        return text
    return _MARKS.sub("", unicodedata.normalize("NFKC", text))


def _first(*dates: str | None) -> str | None:
    return min((date for date in dates if date), default=None)


# --- recognition ----------------------------------------------------------------------------------------------------


def _read(unit: Unit, page: Page, row_date: str | None) -> Copy | None:
    facts = unit.facts(page)
    title = _title(page, facts)
    concepts, columns = _concepts(unit, page, facts)
    kind = _kind(title, facts, concepts, columns)
    plain = _plain(title, facts.doc_number)
    whole = title_key(plain)
    number = facts.doc_number if kind == POLICY else None
    if page.task.role != "article" and label(title) in columns:
        return None  # a column's own page: what it holds is called otherwise
    if not kind or not whole or (kind == POLICY and not number and len(whole) < _TELLING):
        return None
    key = f"{number or ''}#{whole}" if kind == POLICY else f"解读#{whole}"
    if kind == INTERPRETATION and len(whole) < _TELLING:
        key += f"#{page_key(page.url)}"
    body, form = _body(unit, page, facts, whole, plain)
    return Copy(
        key=key,
        kind=kind,
        doc_number=number,
        title=squeeze(title),
        unit=unit.site.id,
        url=page.url,
        column=facts.column or page.task.column or None,
        written=facts.written,
        published=facts.published,
        index_number=facts.index_number,
        validity=_validity(title, facts),
        body=body,
        form=form,
        row_date=row_date,
        whole=whole,
        bare=title_key(bare_title(plain, unit)),
        named=_unwrapped(plain),
        quoted=_quoted(unit, title) if kind == INTERPRETATION else (),
        places=frozenset({page_key(page.url), page_key(page.task.url)}),
        links=(),
    )


def _title(page: Page, facts: Facts) -> str:
    """A file is called what the list calls it, where that is a document's title."""
    row = _ENDING.sub("", page.task.label) if facts.kind == "document" else ""
    return row if row and _GENRE.search(fold(row).rstrip("》")) else facts.title or ""


@lru_cache(maxsize=5_000)
def _plain(title: str, number: str | None) -> str:
    """A title folded, without （已废止） and without the document's number."""
    flat = fold(_RETRACTED.sub("", title))
    parts = _NUMBER.fullmatch(number or "")
    for found in _NUMBER_TAIL.finditer(flat) if parts else ():
        before = flat[: found.start()]
        if parts and found.groups() == parts.groups()[1:] and before.endswith(parts.group(1)):
            return before.removesuffix(parts.group(1)).rstrip("(（") + flat[found.end() :] or flat
    return flat


def _concepts(unit: Unit, page: Page, facts: Facts) -> tuple[set[str | None], set[str]]:
    """What the page's own columns stand for, and the labels of all columns it lies in."""
    names = [name for name in (page.task.column, facts.column) if name]
    above = {label(name) for name in (*names, *facts.breadcrumbs)}
    return {concept_of(name, unit.site.name) for name in names}, above


def _kind(title: str, facts: Facts, concepts: set[str | None], columns: set[str]) -> str:
    """``policy`` for a numbered paper, or one that its title's last word and its column or its table of metadata make
    plainly official; ``interpretation``; or ""."""
    flat = _plain(title, facts.doc_number).removesuffix("》")
    official = _GENRE.search(flat) is not None
    explains = _EXPLAINS.search(flat) is not None
    opens = _EXPLAINS_FIRST.match(flat) is not None
    if explains and facts.kind == "article" and (opens or not (official and facts.doc_number)):
        if "interpretation" in concepts or ("policy" in concepts and (opens or not official)):
            return INTERPRETATION
        if opens:
            return ""
    if facts.doc_number:
        return POLICY if official or label(title) not in columns else ""
    if not official or (explains and not title.endswith("通知")):
        return ""
    if any(_NEWS.search(name) for name in columns) or "interpretation" in concepts:
        return ""
    tabled = facts.index_number and facts.written and "关于" in flat
    return POLICY if "policy" in concepts or tabled else ""


def _quoted(unit: Unit, title: str) -> tuple[Quoted, ...]:
    names = (_RETRACTED.sub("", name) for name in _BOOK.findall(title))
    found = (Quoted(title_key(name), title_key(bare_title(name, unit))) for name in names)
    return tuple(dict.fromkeys(one for one in found if len(one.bare) >= SHORTEST))


def _unwrapped(title: str) -> str:
    """What a document is called within 关于印发…的通知, its place kept; "" where nothing is wrapped."""
    _, about, rest = title.partition("关于")
    inner = (
        re.fullmatch(r"(?:印发|公布|发布|下发|颁布)(.+?)(?:的通知|的公告|的通告|的命令|的决定)", rest)
        if about
        else None
    )
    return title_key(inner.group(1)) if inner else ""


def _validity(title: str, facts: Facts) -> str | None:
    """What a label says of the document's validity, as it stands, else what stands in brackets in the title."""
    for name in _VALIDITY:
        value = squeeze(facts.fields.get(name, ""))
        if value and len(value) <= 12 and label(value):
            return value
    mark = _RETRACTED.search(title)
    return mark.group(1) if mark else None


# --- the text -------------------------------------------------------------------------------------------------------


def _body(unit: Unit, page: Page, facts: Facts, whole: str, plain: str) -> tuple[str | None, str]:
    """The hash of a document's text and its form; of a page that only points to one file, the file's."""
    number = _key(facts.doc_number or "")
    issuer = title_key(plain.partition("关于")[0]) if "关于" in plain else ""
    heads = tuple(head for head in (whole, number, issuer) if head)
    text = _folded(facts, heads)
    if facts.kind == "document":
        return _hash(text), "" if unsure(facts) else "document"
    framed = [Attachment("", url, kind) for url in facts.frames if (kind := file_type(url))]
    files = [file for file in (*facts.attachments, *framed) if not _FORMS.search(fold(file.name))]
    if len(text) >= _POINTER:
        boxes = len(facts.around) > max(500, len(facts.text) // 2)
        doubtful = boxes or facts.scripted or not facts.ended or Paper(page, facts, lacking="").unread
        return _hash(text), "" if doubtful else "page and files" if files else "page"
    read = [found for file in files if (found := unit.page_at(file.url)) is not None]
    if len(files) == 1 and read and read[0].ok and read[0].facts is not None and read[0].facts.kind == "document":
        return _hash(_folded(read[0].facts, heads)), "" if unsure(read[0].facts) else "document"
    return (None if files or facts.media or facts.scripted else _hash(text)), ""


def _hash(text: str) -> str | None:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest() if text else None


def _folded(facts: Facts, heads: tuple[str, ...]) -> str:
    """A document's text without blanks and marks, and without what sites put round it: the heading, the list of files,
    rows of other documents."""
    names = {_key(_ENDING.sub("", file.name)) for file in facts.attachments}
    rows = {link.text for link in facts.links if link.area in ("body", "side") and len(link.text) >= 6}
    kept = []
    value = None
    for line in facts.text.split("\n"):
        is_value, value = line == value, facts.fields.get(label(line)) if len(line) <= 14 else None
        if is_value or value is not None or (len(line) <= 200 and _is_beside(line, facts.kind, names, rows)):
            continue
        kept.append(line)
    text = _bare_text("\n".join(kept)).casefold()
    while head := next((head for head in heads if text.startswith(head)), ""):
        text = text[len(head) :].removeprefix("文件")
    return text


def _is_beside(line: str, kind: str, names: set[str], rows: set[str]) -> bool:
    flat = "".join(line.split())
    if line in rows or _BESIDE.fullmatch(flat) or (kind == "document" and _PAGE_NUMBER.fullmatch(flat)):
        return True
    if names and _key(_ENDING.sub("", flat)) in names:
        return True
    if len(flat) < 14 or not flat[-2:].strip("])）】").isdigit():
        return False
    rest = line
    for row in sorted(rows, key=lambda row: (-len(row), row)):
        rest = rest.replace(row, "")
    return rest != line and (not (rest := _bare_text(rest)) or rest.isdigit())


# --- links ----------------------------------------------------------------------------------------------------------


def _row_dates(unit: Unit) -> dict[str, str]:
    """The earliest date of the rows that lead to each article's address."""
    wanted = {url for page in unit.ok_pages("article", "document") for url in (page.url, page.task.url)}
    dates: dict[str, str] = {}
    for page in unit.pages:
        for item in page.facts.items if page.ok and page.facts else ():
            if item.url in wanted and item.date:
                place = page_key(item.url)
                dates[place] = min(item.date, dates.get(place, item.date))
    return dates


def _links(unit: Unit, kind: str, facts: Facts, own: dict[str, str], keys: dict[str, str]) -> tuple[Pointer, ...]:
    """Links to pages of the other kind, and out of the unit's scope, where pages of other units lie."""
    words = _TO_NOTE if kind == POLICY else _TO_PAPER
    found: dict[str, bool] = {}
    for link in facts.links:
        if link.area not in ("body", "side"):
            continue
        place = keys.get(link.url) or keys.setdefault(link.url, page_key(link.url))
        if place not in own and in_scope(link.url, unit.scope) and not in_scope(link.url, unit.site.outside):
            continue
        if own.get(place) != kind:
            texts = (label(re.split("[：:]", text, maxsplit=1)[0]) for text in (link.text, link.title))
            found[place] = found.get(place, False) or any(words.fullmatch(text) for text in texts)
    return tuple(Pointer(place, named) for place, named in found.items())
