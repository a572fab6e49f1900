"""Labelled values: 索引号, 文号, 来源, 发布日期, 成文日期, and the breadcrumb."""

import re
from itertools import pairwise

from crawler.facts.body import Body
from crawler.facts.dom import Dom, Line
from crawler.facts.labels import NAMES_OF, Values, first
from crawler.facts.text import DATE, find_date, fold, only_date, squeeze
from crawler.facts.traces import Notes

_HERE = re.compile(
    r"^Location\s?[：:]|(?:您)?(?:现在|当前|目前)?(?:所在|所处|的)?(?:的)?(?:当前)?位置(?:是|为)?[：:》>]?"
)
_CRUMB_SPLIT = re.compile(r"\s*(?:>>|»|›|>|＞|→|/|\\|::|·|\||-(?=\s))\s*")
_DOC_NUMBER = re.compile(
    r"([\u4e00-\u9fffA-Za-z（）()]{1,24}?)\s*[〔\[［(（【﹝]\s*((?:19|20)\d\d)\s*[〕\]］)）】﹞]\s*(?:第\s*)?(\d{1,4})\s*号"
)
_ORDER_NUMBER = re.compile(r"([\u4e00-\u9fff]{1,24}令)\s*(?:第\s*)?(\d{1,4})\s*号")
_FRONT = ("首页", "网站首页")
_NO_COLUMN = {"正文", "详情", "详细信息", "内容", "信息内容", "查看", "列表", *_FRONT}
_SIGNED = re.compile(r"(?:19|20)\d\d年\d{1,2}月\d{1,2}日")
_ORGAN = re.compile(
    r"(?:政府|办公室|办公厅|局|委|委员会|厅|院|中心|处|所|办|站|领导小组|街道办事处|公司|集团|会|队|馆|部|网)$"
)


def outside_body(dom: Dom, body: Body) -> list[Line]:
    """Lines that may carry metadata: all but the body's own and the foot's."""
    around = dom.lines[: body.first] + dom.lines[body.last :]
    return [line for line in around if line.area not in ("footer", "crumb")]


def read_published(values: Values, meta: dict[str, str], dom: Dom, body: Body) -> str | None:
    """Publication date: ``PubDate``, else what stands behind 发布日期, else behind 时间 or 日期 (not where many
    rows carry such labels), else a date beside another label or alone on a line above the body. Never the address."""
    if date := find_date(meta.get("PubDate", "")):
        dom.note("published", "页面标签PubDate", dom.where("meta.PubDate"))
        return date
    for field in ("published", "date"):
        dates = [(date, value) for value in values.get(field, ()) if (date := find_date(value.text[:40]))]
        if dates and len(dates) <= 2:
            date, value = dates[0]
            dom.note("published", value.how, value.line, value.text)
            return date
    for line in reversed(dom.lines[max(0, body.first - 6) : body.first]):
        if line.area in ("footer", "crumb") or len(line.text) > 160 or line.link_chars > 20:
            continue
        if date := only_date(line.text) or (find_date(line.text) if line.labels else None):
            dom.note("published", "正文上方带标签一行里的日期" if line.labels else "正文上方单独一行的日期", line)
            return date
    dom.note("published", "没有找到发布日期标签，正文上方也没有单独一行的日期")
    return None


def read_written(values: Values, doc_number: str | None, body: Body, notes: Notes) -> str | None:
    """成文日期: behind its label; for a numbered document also the date it is signed with: a line of its own
    under the issuer's name, or of the number's year (GB/T 9704)."""
    for value in values.get("written", ()):
        if date := find_date(value.text[:40]):
            notes.note("written", value.how, value.line, value.text)
            return date
    notes.note("written", "没有找到成文日期标签，也没有带文号的文件的落款日期")
    if not doc_number:
        return None
    year = int(doc_number[doc_number.find("〔") + 1 :][:4]) if "〔" in doc_number else None
    for place, (before, text) in enumerate(pairwise(body.text.split("\n")), 1):
        date = only_date(text) if _SIGNED.fullmatch(fold(text)) else None
        signed = len(before) <= 60 and _ORGAN.search(fold(before))
        if date and (signed or (year is not None and 0 <= int(date[:4]) - year <= 1)):
            notes.note("written", "落款单独一行的日期", body.lines[place])
            return date
    return None


def read_doc_number(values: Values, body: Body, notes: Notes) -> str | None:
    """发文字号, normalised: behind its label, else a line near the top of the body that is nothing else."""
    for value in values.get("doc_number", ()):
        if number := normalise_doc_number(value.text):
            notes.note("doc_number", value.how, value.line, value.text)
            return number
    for place, text in enumerate(body.text[:600].split("\n")[:8]):
        number = normalise_doc_number(text)
        if number and len(fold(text)) <= len(fold(number)) + 2:
            notes.note("doc_number", "正文开头单独一行的文号", body.lines[place])
            return number
    notes.note("doc_number", "没有找到文号标签，正文开头也没有单独一行的文号")
    return None


def normalise_doc_number(text: str) -> str | None:
    """``渝府发〔2022〕32 号`` in all its spellings -> ``渝府发〔2022〕32号``; None for dummies (〔9999〕) and for none."""
    if "号" not in text:
        return None
    flat = fold(text).replace("﹝", "〔").replace("﹞", "〕")
    for name in NAMES_OF["doc_number"]:
        flat = flat.removeprefix(name + "：").removeprefix(name + ":")
    if found := _DOC_NUMBER.search(flat):
        prefix, year, number = found.groups()
        return f"{prefix}〔{year}〕{int(number)}号"
    if found := _ORDER_NUMBER.fullmatch(flat):
        return f"{found.group(1)}第{int(found.group(2))}号"
    return None


def read_index_number(values: Values, dom: Dom) -> str | None:
    """索引号 behind its label, blanks taken out; None for what cannot be one."""
    value = first(values, "index_number")
    if not value:
        dom.note("index_number", "没有找到索引号标签，或标签后面是空的")
        return None
    number = fold(value.text)
    if 4 <= len(number) <= 60 and re.search(r"\d", number) and not DATE.fullmatch(number):
        dom.note("index_number", value.how, value.line, value.text)
        return number
    dom.note("index_number", "索引号标签后面的不像索引号", value.line, value.text)
    return None


def read_source(values: Values, meta: dict[str, str], dom: Dom) -> str | None:
    """来源 behind its label, else ``ContentSource``."""
    if shown := first(values, "source"):
        text = shown.text
        dom.note("source", shown.how, shown.line, text)
    else:
        text = meta.get("ContentSource", "")
        dom.note("source", "页面标签ContentSource", dom.where("meta.ContentSource"))
    value = squeeze(DATE.split(text, maxsplit=1)[0]).strip("【】[]（）() ")
    if value and len(value) <= 60:
        return value
    dom.note("source", "来源标签后面太长，不像来源" if value else "没有找到来源标签，或标签后面是空的")
    return None


def read_breadcrumbs(dom: Dom) -> tuple[str, ...]:
    """Names from the home page down to this page's column, as the page shows them."""
    for line in dom.lines:
        if line.area != "crumb" and "位置" not in line.text and not line.text.startswith("Location"):
            continue
        head = line.text[:20]
        marker = _HERE.search(head) if "位置" in head or head[:8] == "Location" else None
        if not marker and not (line.area == "crumb" and "首页" in line.text):
            continue
        text = dom.text_of(line.element) if line.element.tag not in ("body", "html", "td") else line.text
        if len(text) > 200:
            text = line.text
        dom.note(
            "breadcrumbs", "“当前位置”一行" if marker else "面包屑区块", line.element if text != line.text else line
        )
        if marker := _HERE.search(text):
            text = text[marker.end() :]
        names = [name.strip(" \u3000:：>") for name in _CRUMB_SPLIT.split(text)]
        names = [name for name in names if 0 < len(name) <= 40]
        if names:
            return tuple(names)
    dom.note("breadcrumbs", "没有找到“当前位置”一行")
    return ()


def read_column(breadcrumbs: tuple[str, ...], title: str | None, meta: dict[str, str], dom: Dom) -> str | None:
    """The column a page belongs to: the last breadcrumb that is no title, else ``ColumnName``."""
    for name in reversed(breadcrumbs):
        if name in _NO_COLUMN:
            continue
        if title and len(name) > 12 and fold(name)[:12] in fold(title):
            continue
        dom.note("column", "面包屑里的栏目名", dom.where("breadcrumbs"), name)
        return name
    if meta.get("ColumnName", "") not in ("", *_FRONT):
        dom.note("column", "页面标签ColumnName", dom.where("meta.ColumnName"))
        return meta["ColumnName"]
    dom.note("column", "面包屑里没有栏目名，也没有页面标签ColumnName")
    return None
