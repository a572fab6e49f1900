"""Links, list rows, paging and attachments of a page."""

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from crawler.facts.dom import Dom, Element, text_of
from crawler.facts.text import MONTH_DAY, find_date, iso_date, label, squeeze
from crawler.records import Attachment, Item, Link
from crawler.urls import date_in_path

FILE_TYPES = (
    "pdf",
    "doc",
    "docx",
    "wps",
    "xls",
    "xlsx",
    "et",
    "ppt",
    "pptx",
    "ofd",
    "zip",
    "rar",
    "7z",
    "txt",
    "csv",
    "ceb",
)
_FILE = re.compile(rf"\.({'|'.join(FILE_TYPES)})$", re.I)
_FILE_IN_TEXT = re.compile(rf"\.({'|'.join(FILE_TYPES)})\b", re.I)
_ONCLICK = re.compile(
    r"""(?:(?:location(?:\.href)?|window\.open|open|encodeURI|location\.replace)\s*[=(]+\s*(?:encodeURI\()?\s*['"])([^'"]+)['"](?!\s*\+)"""
)
_NEXT = {"下一页", "下页", "后一页", "下一頁", "next", "nextpage", "»", ">"}
_LAST = {"尾页", "末页", "最后一页", "最末页", "last", "末頁"}
_PAGE_WORDS = _NEXT | _LAST | {"首页", "上一页", "上页", "前一页", "第一页", "prev", "first", "go", "跳转", "确定"}
_MORE_WORDS = {"更多", "查看更多", "更多内容", "more", "+"}
_CREATE_PAGE = re.compile(
    r"""createPage(?:HTML|Html|Nav)?\w*\(\s*['"]?(\d+)['"]?\s*,\s*['"]?(\d+)['"]?\s*,\s*['"]([\w-]+)['"]\s*,\s*['"](\w+)['"]"""
)
_PAGER = re.compile(r"Pager\(\s*\{([^{}]*)\}")
_COUNT_PAGE = re.compile(r"var\s+(?:countPage|pageCount|totalPage|page_count)\s*=\s*(\d+)")
_MAX_PAGES = 30
_ROW_TAGS = {"li", "tr", "dd", "dl"}
_MAX_ROW_TEXT = 600
_TODAY = re.compile(r"今天是|今日是|现在是|当前时间|现在时间|系统时间")


def read_links(dom: Dom) -> tuple[Link, ...]:
    """Every web address the page links to, once per label, in page order; frames and areas included."""
    found: dict[tuple[str, str], Link] = {}
    for node in dom.root.iter("a", "area"):
        url = target_of(dom, node)
        if url is None:
            continue
        text = text_of(node) or next(
            (squeeze(img.get("alt") or img.get("title") or "") for img in node.iter("img")), ""
        )
        text = text or squeeze(node.get("alt") or node.get("title") or "")
        key = (url, text)
        if key not in found:
            found[key] = Link(url, text[:200], squeeze(node.get("title") or "")[:300], dom.area_of(node))
    return tuple(found.values())


def target_of(dom: Dom, node: Element) -> str | None:
    """Where a click leads: ``href``, or the address in ``onclick`` where ``href`` is none."""
    url = dom.url_of(node.get("href"))
    if url is None and (onclick := node.get("onclick")) and (found := _ONCLICK.search(onclick)):
        url = dom.url_of(found.group(1))
    return url


def read_frames(dom: Dom) -> tuple[str, ...]:
    """Addresses of the page's frames, in order."""
    urls = (dom.url_of(node.get("src")) for node in dom.root.iter("iframe", "frame"))
    return tuple(dict.fromkeys(url for url in urls if url))


# --- rows -----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Row:
    item: Item
    group: tuple[str, ...]
    element: Element
    area: str


def read_items(dom: Dom, *, is_portal: bool) -> tuple[Item, ...]:
    """The rows of the page's list. On a front page (``is_portal``, or many lists side by side) the rows of all
    lists; else those of the main one."""
    rows = _rows(dom)
    groups: dict[tuple[str, ...], list[_Row]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    lists = [group for group in groups.values() if _is_list(group)]
    if not lists:
        return ()
    main = max(lists, key=_weight)
    total = sum(len(group) for group in lists)
    if is_portal or (len(lists) >= 4 and len(main) < 0.5 * total):
        chosen = [row for group in lists for row in group]
    else:
        chosen = [row for group in lists for row in group if group is main or _alike(group, main)]
    unique: dict[tuple[str, str | None], Item] = {}
    for row in sorted(chosen, key=lambda row: rows.index(row) if len(rows) < 400 else 0):
        unique.setdefault((row.item.title, row.item.url), row.item)
    return tuple(unique.values())


def _rows(dom: Dom) -> list[_Row]:
    """Every link with the largest block around it that holds no other link: its row. A link without a date that
    leads where a 更多 leads is the heading of a block, though it may stand in one table with the block's rows."""
    links = [node for node in dom.root.iter("a") if node.get("href") or node.get("onclick")]
    targets = {node: node.get("href") or node.get("onclick") for node in links}
    more = (node for node in links if label(text_of(node)).lower() in _MORE_WORDS)
    headings = {targets[node] for node in more if target_of(dom, node) is not None}
    below: dict[Element, set[str]] = {}
    for node in links:
        parent = node.getparent()
        for _ in range(6):
            if parent is None or parent.tag == "body":
                break
            below.setdefault(parent, set()).add(targets[node])
            parent = parent.getparent()
    rows: dict[Element, _Row] = {}
    for node in links:
        area = dom.area_of(node)
        if area in ("footer", "crumb"):
            continue
        element = _row_element(node, below)
        row = _row(dom, node, element, area)
        if row is not None and (row.item.date or targets[node] not in headings):
            known = rows.get(element)
            if known is None or len(row.item.title) > len(known.item.title):
                rows[element] = row
    return list(rows.values())


def _row_element(node: Element, below: dict[Element, set[str]]) -> Element:
    element = node
    for _ in range(5):
        parent = element.getparent()
        if parent is None or parent.tag in ("body", "html", "ul", "ol", "tbody", "table"):
            break
        many = len(below.get(parent, ()))
        if many > 3 or (many > 1 and parent.tag not in _ROW_TAGS):
            break
        element = parent
        if parent.tag in _ROW_TAGS:
            break
    return element


def _row(dom: Dom, node: Element, element: Element, area: str) -> _Row | None:
    text = text_of(element)
    if len(text) > _MAX_ROW_TEXT:
        return None
    title = text_of(node)
    full = squeeze(node.get("title") or "")
    if len(full) > len(title) or (not title and full):
        title = full if not title or full[:6] == title[:6] or title.endswith(("...", "…")) else title
    if not title:
        title = next((squeeze(img.get("alt") or "") for img in node.iter("img")), "")
    url = target_of(dom, node)
    beside = text.replace(title, " ", 1)
    date = find_date(beside) or (find_date(text) if element is not node else None) or _month_day(beside, url)
    date = None if _TODAY.search(beside) else date
    title = _without_date(title).lstrip("•·●■◆★▪▶►→-—>» ")
    if len(title) < 2 or label(title) in _PAGE_WORDS or label(title).isdigit():
        return None
    parent = element.getparent()
    grand = parent.getparent() if parent is not None else None
    group = tuple(
        f"{x.tag}.{x.get('class') or ''}" if x is not None else ""
        for x in (element if element is not node else None, parent, grand)
    )
    group = (group[0].split(".")[0], *group[1:], area)
    return _Row(Item(title[:300], url, date), group, element, area)


def _without_date(title: str) -> str:
    """A row's link may hold its date behind the title: ``…大事记(2020-01-02)``."""
    return (
        squeeze(
            re.sub(
                r"[\[(（]?\s*(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}(?:\s+\d\d:\d\d(?::\d\d)?)?\s*[\])）]?\s*$", "", title
            )
        )
        or title
    )


def _month_day(text: str, url: str | None) -> str | None:
    """``07-26`` has a year only where the row's address tells one that fits: the nearest not after it by a year."""
    hint = date_in_path(url) if url else None
    found = MONTH_DAY.search(text) if hint else None
    if not found or not hint:
        return None
    for year in (int(hint[:4]), int(hint[:4]) - 1):
        date = iso_date(str(year), *found.groups())
        if date and date <= hint and (int(hint[:4]) == year or hint[5:7] < "03"):
            return date
    return None


def _is_list(group: list[_Row]) -> bool:
    dated = sum(1 for row in group if row.item.date)
    if dated >= 1 and 2 * dated >= len(group):
        return True
    if group[0].area in ("nav", "side") or len(group) < 3:
        return False
    long_titles = sum(1 for row in group if len(row.item.title) >= 10)
    return long_titles >= 3 and 2 * long_titles >= len(group)


def _weight(group: list[_Row]) -> tuple[int, int]:
    dated = sum(1 for row in group if row.item.date)
    in_body = group[0].area == "body"
    return (3 * dated + len(group)) * (3 if in_body else 1), sum(len(row.item.title) for row in group)


def _alike(group: list[_Row], main: list[_Row]) -> bool:
    """Lists split into several blocks of one look: groups of five rows each."""
    return group[0].group[1:3] == main[0].group[1:3] and group[0].area == main[0].area


# --- paging ---------------------------------------------------------------------------------------------------------


def read_paging(dom: Dom, url: str) -> tuple[str, ...]:
    """Addresses of this list's further pages, nearest first, as links name them or as the page's script would
    write them. Names are never guessed: ``_1`` is TRS's second page and 帝国's first."""
    scripted = _scripted_pages(dom)
    if scripted:
        return scripted
    numbered: dict[int, str] = {}
    following: list[str] = []
    for node in dom.root.iter("a"):
        text = label(text_of(node)) or ("next" if "next" in (node.get("class") or "").lower() else "")
        if not (text.isdigit() and len(text) <= 3) and text.lower() not in _NEXT:
            continue
        target = target_of(dom, node)
        if target is None or target == url or not _same_list(target, url):
            continue
        if text.isdigit():
            numbered.setdefault(int(text), target)
        elif target not in following:
            following.append(target)
    pages = following[:1] + [numbered[number] for number in sorted(numbered) if number > 1]
    return tuple(dict.fromkeys(pages))[:_MAX_PAGES]


def _same_list(target: str, url: str) -> bool:
    """Page numbers lead within the list's own folder or address; digits elsewhere are something else."""
    a, b = urlsplit(target), urlsplit(url)
    return a.netloc == b.netloc and (a.path.rsplit("/", 1)[0] == b.path.rsplit("/", 1)[0] or bool(a.query))


def _scripted_pages(dom: Dom) -> tuple[str, ...]:
    for script in dom.scripts:
        if found := _CREATE_PAGE.search(script):
            count, current, name, ext = found.groups()
            return _trs_pages(dom, int(count), int(current), name, ext)
        for found in _PAGER.finditer(script):
            options = dict(re.findall(r"""(\w+)\s*:\s*['"]?([\w-]+)""", found.group(1)))
            if {"size", "prefix", "suffix"} <= options.keys() and options["size"].isdigit():
                current = options.get("current", "0")
                return _trs_pages(
                    dom,
                    int(options["size"]),
                    int(current) if current.isdigit() else 0,
                    options["prefix"],
                    options["suffix"],
                )
        if (found := _COUNT_PAGE.search(script)) and re.search(r"""['"]index_?['"]|index_""", script):
            ext = "shtml" if ".shtml" in script else "htm" if re.search(r"\.htm\b", script) else "html"
            return _trs_pages(dom, int(found.group(1)), 0, "index", ext)
    return ()


def _trs_pages(dom: Dom, count: int, current: int, name: str, ext: str) -> tuple[str, ...]:
    numbers = range(current + 1, min(count, current + 1 + _MAX_PAGES))
    urls = (dom.url_of(f"{name}_{number}.{ext}") for number in numbers)
    return tuple(url for url in urls if url)


# --- attachments ----------------------------------------------------------------------------------------------------


def file_type(url: str) -> str | None:
    """The document type an address ends in, or None for a page."""
    parts = urlsplit(url)
    found = _FILE.search(parts.path) or _FILE.search(parts.query)
    return found.group(1).lower() if found else None


def read_attachments(dom: Dom) -> tuple[Attachment, ...]:
    """Linked documents: by the address's ending, or by the ending in the label where the address hides it."""
    found: dict[str, Attachment] = {}
    for node in dom.root.iter("a"):
        url = target_of(dom, node)
        if url is None:
            continue
        text = text_of(node)
        kind = file_type(url)
        if kind is None and (named := _FILE_IN_TEXT.search(text)):
            kind = named.group(1).lower()
        if kind:
            name = text or unquote(urlsplit(url).path.rsplit("/", 1)[-1])
            found.setdefault(url, Attachment(name[:200], url, kind))
    return tuple(found.values())
