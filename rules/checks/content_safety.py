"""页面内容的安全和差错线索。

查什么：injected：标题、页面标签、正文和链接里的博彩、色情等非法推广字样；outside：站外链接里少见的域名、名为政府机关而不在政府域名上的链接；hidden：页面自己的样式让人看不见的站外链接（移到屏幕外、大小为零、与底色同色，或不显示而又带有非法推广字样、少见域名）；scripts：从不常见的站外主机载入的脚本；code：网站标识码在页面标签、页脚、名单之间是否一致，与所在省份、域名是否相符；secrecy：文件开头的密级、内部资料标志；wording：严重表述错误和错别字；residue：列表标题里露出的网页代码和乱码；rows：列表里日期在检查日之后、同题重复的条目；dates：内容页有没有发布日期。词表见rules/words.yaml。
怎样判：看过的页面没有发现，合格。列表标题把“<br>”一类的网页代码显示给了读者，不合格（soft的要求除外）。
什么时候待核：发现了线索（标出字样和页面，由人看上下文后认定）；没有见到可看的页面。词表只能提示，不能定性：打击、查处、反诈一类的报道和法规不算。
怎样改：核实后立即清除被注入的内容和链接，排查后台；更正差错；撤下不应公开的文件。
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal
from urllib.parse import urlsplit

import yaml

from crawler.facts.text import fold, label
from crawler.records import Facts, Link, Page
from crawler.urls import in_scope, is_private_host, page_key, twin_hosts
from rules import checks
from rules.findings import Verdict, cant_tell, failed, passed
from rules.unit import Unit

NEEDS = ("home",)
Look = Literal["injected", "outside", "hidden", "scripts", "code", "secrecy", "wording", "residue", "rows", "dates"]
_AROUND = 24
_HEAD_LINES = 6
_SHOWN = 5
_TAG = re.compile(
    r"</?(?:br|p|div|span|font|strong|b|table|tr|td|img|a|h[1-6])(?:\s[^<>]{0,200})?/?>|&(?:nbsp|quot|ldquo|rdquo|mdash|middot);",
    re.I,
)
_CODE = re.compile(r"(\d\d)\d{8}")


class Params(checks.Params):
    """``looks``: what to look for. ``soft``: nothing is failed."""

    looks: tuple[Look, ...]
    soft: bool = False

    @property
    def only_asks(self) -> bool:
        return self.soft or "residue" not in self.looks


@dataclass(frozen=True, slots=True)
class _Lead:
    """``what`` is the kind of thing found, ``quote`` the words with the hit in 【】."""

    what: str
    quote: str
    page: Page
    proven: bool = False


@cache
def _words() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(files("rules").joinpath("words.yaml").read_text("utf-8"))
    return data


@cache
def _pattern(*names: str) -> re.Pattern[str]:
    """The patterns under a key, or under one within it, as one."""
    words: Any = _words()
    for name in names:
        words = words[name]
    return re.compile("|".join(f"(?:{word})" for word in words), re.I)


def judge(unit: Unit, params: Params, home: Page) -> Iterator[Verdict]:
    pages = [page for page in unit.pages if page.ok and page.facts is not None]
    texts = [page for page in pages if unit.facts(page).text_length]
    if not texts:
        yield cant_tell("没有见到有文字的页面", page=home)
        return
    for look in params.looks:
        leads = list(_LOOKS[look](unit, texts))
        kinds = dict.fromkeys(lead.what for lead in leads)
        for kind in kinds:
            yield _verdict(kind, [lead for lead in leads if lead.what == kind], params)
        if not leads:
            yield passed(f"看过的{len(texts)}个页面没有发现{_NAMES[look]}", subject=_NAMES[look], page=home)


def _verdict(kind: str, leads: list[_Lead], params: Params) -> Verdict:
    proven = [] if params.soft else [lead for lead in leads if lead.proven]
    first = (proven or leads)[0]
    facts = first.page.facts
    title = ((facts.title if facts else "") or first.page.task.label or first.page.url)[:40]
    seen = "；".join(f"{lead.quote} {lead.page.url}" for lead in leads[:_SHOWN])
    count = len({lead.page.url for lead in leads})
    text = f"{kind}：《{title}》里有“{first.quote}”" + (f"，共{count}个页面" if count > 1 else "")
    if proven:
        return failed(text, subject=kind, quote=first.quote, seen=seen, wanted=f"没有{kind}", page=first.page)
    return cant_tell(f"{text}，须人工看上下文后认定", subject=kind, quote=first.quote, seen=seen, page=first.page)


def _marked(line: str, found: re.Match[str]) -> str:
    return f"{line[max(0, found.start() - _AROUND) : found.start()]}【{found.group()}】{line[found.end() : found.end() + _AROUND]}"


def _lines(facts: Facts) -> list[str]:
    """What a page shows and says of itself, a folded line each."""
    texts = [facts.title or "", *(facts.meta.get(name, "") for name in ("Keywords", "Description", "ArticleTitle"))]
    texts += [*facts.text.split("\n"), *facts.around.split("\n"), *facts.labels]
    texts += [text for link in facts.links for text in (link.text, link.title)] + [item.title for item in facts.items]
    return list(dict.fromkeys(fold(text) for text in texts if text.strip()))


# --- the looks ------------------------------------------------------------------------------------------------------


def _injected(unit: Unit, pages: list[Page]) -> Iterator[_Lead]:
    excused = _pattern("injected_unless")
    clean: set[str] = set()  # menus recur on every page
    for page in pages:
        facts = unit.facts(page)
        if facts.kind in ("article", "document") and excused.search(fold(facts.title or "")):
            continue
        for line in _lines(facts):
            hits = [] if line in clean else list(_promoted(line, excused))
            if not hits:
                clean.add(line)
            yield from (_Lead(f"{kind}字样", _marked(line, found), page) for kind, found in hits)


def _promoted(line: str, excused: re.Pattern[str]) -> Iterator[tuple[str, re.Match[str]]]:
    for kind in _words()["injected"]:
        found = _pattern("injected", kind).search(line)
        if found and not excused.search(line[max(0, found.start() - 60) : found.end() + 60]):
            yield kind, found


def _outside(unit: Unit, pages: list[Page]) -> Iterator[_Lead]:
    odd, homes = tuple(_words()["odd_hosts"]), tuple(_words()["organ_hosts"])
    seen: set[str] = set()
    for page in pages:
        for link in unit.facts(page).links:
            host = (urlsplit(link.url).hostname or "").lower()
            if host in seen or not host or in_scope(link.url, unit.scope) or is_private_host(host):
                continue
            if host.endswith(odd):
                seen.add(host)
                yield _Lead("少见域名的站外链接", f"{link.text[:30]}【{host}】", page)
            elif _names_organ(link) and not _is_organ(host, homes):
                seen.add(host)
                yield _Lead("名为政府机关、不在政府域名上的链接", f"{link.text[:30]}【{host}】", page)


def _hidden(unit: Unit, pages: list[Page]) -> Iterator[_Lead]:
    odd, homes = tuple(_words()["odd_hosts"]), tuple(_words()["organ_hosts"])
    for page in pages:
        for link in unit.facts(page).hidden:
            host = (urlsplit(link.url).hostname or "").lower()
            if not host or in_scope(link.url, unit.scope) or is_private_host(host) or _is_organ(host, homes):
                continue
            promoted = any(_promoted(fold(link.text), _pattern("injected_unless"))) or host.endswith(odd)
            if link.how != "不显示" or promoted:  # menus and tabs are not displayed until they are opened
                yield _Lead("看不见的站外链接", f"{link.text[:30]}【{host}】（{link.how}）", page)


def _scripts(unit: Unit, pages: list[Page]) -> Iterator[_Lead]:
    known = (*_words()["organ_hosts"], *_words()["script_hosts"])
    seen: set[str] = set()
    for page in pages:
        for url in unit.facts(page).scripts:
            host = (urlsplit(url).hostname or "").lower()
            if host in seen or not host or in_scope(url, unit.scope) or is_private_host(host) or _is_organ(host, known):
                continue
            seen.add(host)
            yield _Lead("不常见的站外脚本", f"【{host}】{urlsplit(url).path[:60]}", page)


def _names_organ(link: Link) -> bool:
    return _pattern("organs").fullmatch(label(link.text)) is not None


def _is_organ(host: str, homes: tuple[str, ...]) -> bool:
    return f".{host}".endswith(tuple(f".{home.lstrip('.')}" for home in homes)) or host.rsplit(".", 1)[-1].isdigit()


def _code(unit: Unit, pages: list[Page]) -> Iterator[_Lead]:
    known = unit.site.site_code.strip().lower()
    for page in pages:
        facts = unit.facts(page)
        if facts.kind == "document":
            continue
        meta, foot = (facts.meta.get("SiteIDCode") or "").strip().lower(), (facts.footer.site_code or "").lower()
        if meta and foot and meta != foot:
            yield _Lead("标识码前后不一", f"页面标签【{meta}】，页脚【{foot}】", page)
        shown = foot or meta
        if known and shown and shown != known:
            yield _Lead("标识码与名单不一", f"页面【{shown}】，名单{known}", page)
        if said := _elsewhere(unit, shown):
            yield _Lead("标识码与地区不符", said, page)
        if said := _other_domain(unit, page, facts):
            yield _Lead("页面标签的域名与网址不符", said, page)


def _elsewhere(unit: Unit, code: str) -> str:
    """What a code says of its province, where that is not the unit's."""
    found = _CODE.fullmatch(code)
    place = f"{unit.site.region} {unit.site.name}"
    own = next((digits for name, digits in _words()["provinces"].items() if place.strip().startswith(name)), "")
    return (
        f"标识码【{code}】以{found.group(1)}开头，{place.strip()}应为{own}" if found and own and found[1] != own else ""
    )


def _other_domain(unit: Unit, page: Page, facts: Facts) -> str:
    domain = re.sub(r"^https?://", "", (facts.meta.get("SiteDomain") or "").strip().lower())
    named = [name.strip().rstrip("/") for name in re.split(r"[,，;；\s]+", domain) if "." in name]
    host = (urlsplit(page.url).hostname or "").lower()
    if not named or unit.site.allow_private or is_private_host(host):
        return ""
    near = any(twin_hosts(host, name) or host.endswith("." + name.removeprefix("www.")) for name in named)
    return "" if near else f"SiteDomain【{domain[:60]}】，网址是{host}"


def _secrecy(unit: Unit, pages: list[Page]) -> Iterator[_Lead]:
    for page in pages:
        facts = unit.facts(page)
        if facts.kind not in ("article", "document"):
            continue
        for line in [fold(line) for line in facts.text.split("\n") if line.strip()][:_HEAD_LINES]:
            if len(line) <= 40 and (found := _pattern("secrecy").search(line)):
                yield _Lead("密级或内部资料标志", _marked(line, found), page)
                break


def _wording(unit: Unit, pages: list[Page]) -> Iterator[_Lead]:
    rules = [("严重表述错误", *_rule(entry)) for entry in _words()["serious"]]
    rules += [("错别字", re.compile(re.escape(wrong)), right, None) for wrong, right in _words()["typos"].items()]
    quick = re.compile("|".join(rule[1].pattern for rule in rules))
    clean: set[str] = set()
    for page in pages:
        for line in _lines(unit.facts(page)):
            if line in clean or not quick.search(line):
                clean.add(line)
                continue
            for kind, wrong, right, unless in rules:
                found = wrong.search(line)
                if found and not (unless and unless.search(line)):
                    yield _Lead(f"疑似{kind}", f"{_marked(line, found)}（应为{right}）", page)


def _rule(entry: dict[str, str]) -> tuple[re.Pattern[str], str, re.Pattern[str] | None]:
    return (
        re.compile(entry["wrong"]),
        entry["right"],
        re.compile(entry["unless"]) if "unless" in entry else None,
    )


def _residue(unit: Unit, pages: list[Page]) -> Iterator[_Lead]:
    for page in pages:
        facts = unit.facts(page)
        shown = [" ".join(line.split()) for line in facts.text.split("\n")]
        rows = [title for item in facts.items if facts.kind == "list" and _TAG.search(title := item.title)]
        for title in rows:
            visible = any(title in line for line in shown)  # the title's attribute alone shows nothing
            if found := _TAG.search(title):
                yield _Lead("标题里的网页代码", _marked(title, found), page, proven=visible)
        if not rows and facts.kind == "article" and (found := _TAG.search(facts.title or "")):
            yield _Lead("标题里的网页代码", _marked(facts.title or "", found), page)
        for line in _lines(facts):
            if found := _pattern("mojibake").search(line):
                yield _Lead("乱码", _marked(line, found), page)
                break


def _rows(unit: Unit, pages: list[Page]) -> Iterator[_Lead]:
    for page in pages:
        facts = unit.facts(page)
        if facts.kind != "list":
            continue
        seen: dict[tuple[str, str], str] = {}
        for item in facts.items:
            if item.date and item.date > unit.as_of.isoformat():
                yield _Lead("日期在检查日之后的条目", f"{item.title[:40]}【{item.date}】", page)
            key = (fold(item.title), item.date or "")
            other = seen.setdefault(key, page_key(item.url or ""))
            if item.date and item.url and other != page_key(item.url):
                yield _Lead("同题同日的重复条目", f"【{item.title[:40]}】{item.date}", page)


def _dates(unit: Unit, pages: list[Page]) -> Iterator[_Lead]:
    for page in pages:
        facts = unit.facts(page)
        if facts.kind == "article" and page.task.role == "article" and not facts.published:
            yield _Lead("没有看到发布日期的内容页", (facts.title or page.url)[:40], page)


_LOOKS: dict[str, Callable[[Unit, list[Page]], Iterator[_Lead]]] = {
    "injected": _injected,
    "outside": _outside,
    "hidden": _hidden,
    "scripts": _scripts,
    "code": _code,
    "secrecy": _secrecy,
    "wording": _wording,
    "residue": _residue,
    "rows": _rows,
    "dates": _dates,
}
_NAMES = {
    "injected": "博彩色情字样",
    "outside": "可疑的站外链接",
    "hidden": "看不见的站外链接",
    "scripts": "不常见的站外脚本",
    "code": "标识码矛盾",
    "secrecy": "密级或内部资料标志",
    "wording": "严重表述错误和错别字",
    "residue": "标题里的网页代码和乱码",
    "rows": "日期错误和重复的条目",
    "dates": "没有发布日期的内容页",
}
