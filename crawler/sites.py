"""``sites.csv`` -> ``Site``. Every bad row is named by its line; one bad row refuses the whole list."""

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from crawler.records import LEVELS, BadInput, Site, why_unread
from crawler.urls import host_of, in_scope, is_private_host, normalise

REQUIRED = ("id", "name", "level", "url")
OPTIONAL = (
    "parent",
    "scope",
    "platform_url",
    "site_code",
    "region",
    "group",
    "allow_private",
    "rate",
    "without",
    "also",
)
_ID = re.compile(r"[0-9A-Za-z\u4e00-\u9fff][0-9A-Za-z\u4e00-\u9fff._-]{0,63}")
_SITE_CODE = re.compile(r"(?:\d{2}|bm)\d{8}", re.I)
_YES = {"1", "是", "yes", "true"}
_NO = {"", "0", "否", "no", "false"}
_FASTEST = 20.0


def read_sites(path: Path, known: Mapping[str, Collection[str]] | None = None) -> list[Site]:
    """Reads a list of units in UTF-8, with or without BOM, or in GBK as older Excel saves it. ``known``: what the columns
    ``without`` and ``also`` may hold; anything where it is not given.

    Raises ``BadInput`` with one line per fault: ``file:line: what is wrong, how to mend it``.
    """
    rows = _rows(path)
    faults: list[str] = []
    sites: list[Site] = []
    lines: dict[str, int] = {}
    for number, row in rows:
        row_faults: list[str] = []
        row_faults += _unknown(row, known or {})
        site = _site(row, row_faults)
        faults += [f"{path}:{number}: {text}" for text in row_faults]
        if site is None:
            continue
        folded = site.id.casefold()  # ids name folders, and some file systems fold case
        if folded in lines:
            faults.append(f"{path}:{number}: id“{site.id}”与第{lines[folded]}行重复，请改成不同的id")
        lines.setdefault(folded, number)
        sites.append(site)
    faults += [f"{path}:{lines[site.id.casefold()]}: {fault}" for site, fault in _parent_faults(sites)]
    if faults:
        raise BadInput("\n".join(sorted(faults, key=_line_of)))
    if not sites:
        raise BadInput(f"{path}: 名单是空的，请至少写一个单位")
    return [replace(site, outside=_outside(site, sites)) for site in sites]


def _parent_faults(sites: list[Site]) -> Iterator[tuple[Site, str]]:
    """A parent that is not in the list, and a chain of parents that leads back to the unit itself."""
    parents = {site.id: site.parent for site in sites}
    for site in sites:
        if site.parent and site.parent not in parents:
            yield site, f"parent“{site.parent}”不在名单里，请填已有单位的id或留空"
        above, met = site.parent, set[str]()
        while above in parents and above not in met and above != site.id:
            met.add(above)
            above = parents[above]
        if above == site.id:
            yield site, f"parent“{site.parent}”绕回了“{site.id}”自己，请改成真正的上级或留空"


def _outside(site: Site, sites: list[Site]) -> tuple[str, ...]:
    others = (prefix for other in sites if other is not site for prefix in other.scope)
    return tuple(dict.fromkeys(p for p in others if p not in site.scope and in_scope(p, site.scope)))


def _line_of(fault: str) -> int:
    found = re.search(r":(\d+): ", fault)
    return int(found.group(1)) if found else 0


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path}: 读不了这个文件（{why_unread(error)}），请检查路径和权限") from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = raw.decode("gb18030")
        except UnicodeDecodeError as error:
            raise BadInput(f"{path}: 编码既不是UTF-8也不是GBK，请在Excel里另存为“CSV UTF-8”") from error
    if "\x00" in text:
        raise BadInput(f"{path}: 不是CSV文本文件，请在Excel里另存为“CSV UTF-8”")
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="_more", restval="")
    header = [name.strip() for name in reader.fieldnames or ()]
    reader.fieldnames = header
    missing = [name for name in REQUIRED if name not in header]
    known = REQUIRED + OPTIONAL
    typos = [(n, close[0]) for n in header if n not in known and (close := get_close_matches(n.lower(), known, 1, 0.8))]
    faults = [f"{path}:1: 缺少列“{name}”，必需的列是 {','.join(REQUIRED)}" for name in missing]
    faults += [f"{path}:1: 不认识列“{name}”，是不是“{meant}”？" for name, meant in typos]
    faults += [f"{path}:1: 列“{name}”出现了两次" for name in {n for n in header if n and header.count(n) > 1}]
    if faults:
        raise BadInput("\n".join(faults))
    rows = []
    for row in _lines(reader, path):
        if row.get("_more"):
            raise BadInput(f"{path}:{reader.line_num}: 这一行的格子比表头多，含逗号的内容请加双引号")
        clean = {key: (value or "").strip() for key, value in row.items() if key}
        if any(clean.values()):
            rows.append((reader.line_num, clean))
    return rows


def _lines(reader: "csv.DictReader[str]", path: Path) -> Iterator[dict[str, Any]]:
    try:
        yield from reader
    except csv.Error as error:
        raise BadInput(
            f"{path}:{reader.line_num}: 这一行读不了，多半是少了一个双引号，请在Excel里检查后另存为“CSV UTF-8”"
        ) from error


def _site(row: dict[str, str], faults: list[str]) -> Site | None:
    """One row, or None when it was faulty; every fault of the row is added to ``faults``."""
    if not _ID.fullmatch(row["id"]):
        faults.append(f"id“{row['id']}”不可用：用字母、数字、汉字、点、横线，最长64个字，会用作文件名")
    if not row["name"]:
        faults.append("name是空的，请填单位名称")
    if row["level"] not in LEVELS:
        faults.append(f"不认识level“{row['level']}”，只能是 {'、'.join(LEVELS)}")
    allow = row.get("allow_private", "").lower()
    if allow not in _YES | _NO:
        faults.append(f"allow_private“{allow}”只能是1或留空")
    code = row.get("site_code", "")
    if code and not _SITE_CODE.fullmatch(code):
        faults.append(f"site_code“{code}”不是网站标识码：应为10位数字，或bm加8位数字")
    url = _address("url", row["url"], allow in _YES, faults)
    platform = _address("platform_url", row.get("platform_url", ""), allow in _YES, faults)
    scope = [_address("scope", one, allow in _YES, faults) for one in row.get("scope", "").split()]
    rate = _rate(row.get("rate", ""), faults)
    if faults:
        return None
    return Site(
        id=row["id"],
        name=row["name"],
        level=row["level"],
        url=url,
        scope=tuple(scope) or tuple(dict.fromkeys(_host_prefix(u) for u in (url, platform) if u)),
        parent=row.get("parent", ""),
        platform_url=platform,
        site_code=row.get("site_code", ""),
        region=row.get("region", ""),
        group=row.get("group", ""),
        allow_private=allow in _YES,
        rate=rate,
        without=_words(row, "without"),
        also=_words(row, "also"),
    )


def _words(row: dict[str, str], column: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(re.split(r"[\s、，,；;]+", row[column]))) if row.get(column) else ()


def _unknown(row: dict[str, str], known: Mapping[str, Collection[str]]) -> Iterator[str]:
    for column, names in known.items():
        for word in _words(row, column):
            if word not in names:
                close = get_close_matches(word, names, 1, 0.5)
                meant = f"，是不是“{close[0]}”？" if close else ""
                yield f"{column}里的“{word}”不是要求的编号{'或本单位可以没有的事项' if column == 'without' else ''}{meant}（见 gongkai mandates）"


def _rate(text: str, faults: list[str]) -> float:
    try:
        rate = float(text or 0)
    except ValueError:
        rate = -1.0
    if not 0 <= rate <= _FASTEST:  # also false of NaN
        faults.append(f"rate“{text}”不可用：写每秒请求数，如 0.5，最多{_FASTEST:g}，不写就按整次检查的")
        return 0.0
    return rate


def _host_prefix(url: str) -> str:
    scheme = url.split("://", 1)[0]
    return f"{scheme}://{host_of(url)}"


def _address(column: str, text: str, allow_private: bool, faults: list[str]) -> str:
    if not text:
        if column == "url":
            faults.append("url是空的，请填网站首页地址，如 http://www.example.gov.cn/")
        return ""
    try:
        url = normalise(text)
    except ValueError:
        faults.append(f"{column}“{text}”不是网址，应以 http:// 或 https:// 开头")
        return ""
    if is_private_host(host_of(url)) and not allow_private:
        faults.append(f"{column}“{text}”是内网或本机地址；确需检查请把allow_private填1")
        return ""
    return url
