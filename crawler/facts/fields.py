"""Labelled values: 索引号, 文号, 来源, 发布日期, 成文日期, and the breadcrumb."""

import re
from itertools import pairwise

from crawler.facts.body import Body
from crawler.facts.dom import Dom, Line, text_of
from crawler.facts.labels import NAMES_OF, first
from crawler.facts.text import DATE, find_date, fold, only_date, squeeze

_HERE = re.compile(
    r"^Location\s?[：:]|(?:您)?(?:现在|当前|目前)?(?:所在|所处|的)?(?:的)?(?:当前)?位置(?:是|为)?[：:》>]?"
)
_CRUMB_SPLIT = re.compile(r"\s*(?:>>|»|›|>|＞|→|/|\\|::|·|\||-(?=\s))\s*")
_DOC_NUMBER = re.compile(
    r"([\u4e00-\u9fffA-Za-z（）()]{1,24}?)\s*[〔\[［(（【﹝]\s*((?:19|20)\d\d)\s*[〕\]］)）】﹞]\s*(?:第\s*)?(\d{1,4})\s*号"
)
_ORDER_NUMBER = re.compile(r"([\u4e00-\u9fff]{1,24}令)\s*(?:第\s*)?(\d{1,4})\s*号")
_SIGNED = re.compile(r"(?:19|20)\d\d年\d{1,2}月\d{1,2}日")
_ORGAN = re.compile(
    r"(?:政府|办公室|办公厅|局|委|委员会|厅|院|中心|处|所|办|站|领导小组|街道办事处|公司|集团|会|队|馆|部|网)$"
)


def outside_body(dom: Dom, body: Body) -> list[Line]:
    """Lines that may carry metadata: all but the body's own and the foot's."""
    around = dom.lines[: body.first] + dom.lines[body.last :]
    return [line for line in around if line.area not in ("footer", "crumb")]


def read_published(values: dict[str, list[str]], meta: dict[str, str], dom: Dom, body: Body) -> str | None:
    """Publication date: ``PubDate``, else what stands behind 发布日期, else behind 时间 or 日期 (not where many
    rows carry such labels), else a date beside another label or alone on a line above the body. Never the address."""
    if date := find_date(meta.get("PubDate", "")):
        return date
    for field in ("published", "date"):
        dates = [date for value in values.get(field, ()) if (date := find_date(value[:40]))]
        if dates and len(dates) <= 2:
            return dates[0]
    for line in reversed(dom.lines[max(0, body.first - 6) : body.first]):
        if line.area in ("footer", "crumb") or len(line.text) > 160 or line.link_chars > 20:
            continue
        if date := only_date(line.text) or (find_date(line.text) if line.labels else None):
            return date
    return None


def read_written(values: dict[str, list[str]], doc_number: str | None, body: Body) -> str | None:
    """成文日期: behind its label; for a numbered document also the date it is signed with: a line of its own
    under the issuer's name, or of the number's year (GB/T 9704)."""
    for value in values.get("written", ()):
        if date := find_date(value[:40]):
            return date
    if not doc_number:
        return None
    year = int(doc_number[doc_number.find("〔") + 1 :][:4]) if "〔" in doc_number else None
    for before, text in pairwise(body.text.split("\n")):
        date = only_date(text) if _SIGNED.fullmatch(fold(text)) else None
        signed = len(before) <= 60 and _ORGAN.search(fold(before))
        if date and (signed or (year is not None and 0 <= int(date[:4]) - year <= 1)):
            return date
    return None


def read_doc_number(values: dict[str, list[str]], body: Body) -> str | None:
    """发文字号, normalised: behind its label, else a line near the top of the body that is nothing else."""
    for value in values.get("doc_number", ()):
        if number := normalise_doc_number(value):
            return number
    for text in body.text[:600].split("\n")[:8]:
        number = normalise_doc_number(text)
        if number and len(fold(text)) <= len(fold(number)) + 2:
            return number
    return None


def normalise_doc_number(text: str) -> str | None:
    """``渝府发〔2022〕32 号`` in all its spellings -> ``渝府发〔2022〕32号``; None for dummies (〔9999〕) and for none."""
    flat = fold(text).replace("﹝", "〔").replace("﹞", "〕")
    for name in NAMES_OF["doc_number"]:
        flat = flat.removeprefix(name + "：").removeprefix(name + ":")
    if found := _DOC_NUMBER.search(flat):
        prefix, year, number = found.groups()
        return f"{prefix}〔{year}〕{int(number)}号"
    if found := _ORDER_NUMBER.fullmatch(flat):
        return f"{found.group(1)}第{int(found.group(2))}号"
    return None


def read_index_number(values: dict[str, list[str]]) -> str | None:
    """索引号 behind its label, blanks taken out; None for what cannot be one."""
    value = first(values, "index_number")
    if not value:
        return None
    value = fold(value)
    return value if 4 <= len(value) <= 60 and re.search(r"\d", value) and not DATE.fullmatch(value) else None


def read_source(values: dict[str, list[str]], meta: dict[str, str]) -> str | None:
    """来源 behind its label, else ``ContentSource``."""
    value = first(values, "source") or meta.get("ContentSource")
    value = squeeze(DATE.split(value or "", maxsplit=1)[0]).strip("【】[]（）() ")
    return value if value and len(value) <= 60 else None


def read_breadcrumbs(dom: Dom) -> tuple[str, ...]:
    """Names from the home page down to this page's column, as the page shows them."""
    for line in dom.lines:
        marker = _HERE.search(line.text[:20])
        if not marker and not (line.area == "crumb" and "首页" in line.text):
            continue
        text = text_of(line.element) if line.element.tag not in ("body", "html", "td") else line.text
        if len(text) > 200:
            text = line.text
        if marker := _HERE.search(text):
            text = text[marker.end() :]
        names = [name.strip(" \u3000:：>") for name in _CRUMB_SPLIT.split(text)]
        names = [name for name in names if 0 < len(name) <= 40]
        if names:
            return tuple(names)
    return ()


def read_column(breadcrumbs: tuple[str, ...], title: str | None, meta: dict[str, str]) -> str | None:
    """The column a page belongs to: the last breadcrumb that is no title, else ``ColumnName``."""
    for name in reversed(breadcrumbs):
        if name in ("正文", "详情", "详细信息", "内容", "首页", "网站首页", "信息内容", "查看", "列表"):
            continue
        if title and len(name) > 12 and fold(name)[:12] in fold(title):
            continue
        return name
    return meta.get("ColumnName") or None
