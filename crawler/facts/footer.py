"""Marks in the foot of a page (国办秘函〔2019〕19号, 功能设计·网站标识)."""

import functools
import re
from functools import lru_cache
from itertools import islice

from crawler.facts.dom import Dom, Element, Line
from crawler.facts.text import fold, remembering
from crawler.records import Footer, Link

_PROVINCE = "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川蜀黔滇宁琼]"
_CODE = re.compile(r"(?:网站)?标识编?码(?:编号)?[:：为]?((?:bm|BM|CA)?\d{8,10})")
_ICP = re.compile(rf"({_PROVINCE})ICP[备证](?:案)?(?:号|编号)?[:：]?(\d{{6,10}})(号?)(?:-(\d{{1,3}}))?", re.I)
_POLICE = re.compile(
    rf"({_PROVINCE}?)(?:公网安?备|公安网备|公安(?:机关)?(?:联网|互联网)?备)(?:案)?(?:编?号)?[:：]?(\d{{11,14}})"
)
_POLICE_LINK = re.compile(r"beian\.(?:gov|mps\.gov)\.cn\S*?code=(\d{11,14})")
_STOP = r"(?=承办|主办|协办|技术支持|技术|联系|电话|地址|邮编|邮箱|(?<=\s)政府网站标识|网站标识|网站备案|版权|[\u4e00-\u9fff]?ICP|[\u4e00-\u9fff]?公网安备|传真|维护|备案|建议|Copyright|$|[|｜;；])"
_SPONSOR = re.compile(rf"(?:主\s?办\s?单\s?位|主\s?办\s?机\s?关|主\s?办)\s?[:：]?\s*(.{{2,40}}?)\s*{_STOP}")
_SPONSORED = re.compile(
    r"([\u4e00-\u9fff]{2,30}(?:政府|办公室|办公厅|委员会|局|委|厅|院|中心|办事处|街道|镇|乡))\s?主\s?办(?!\s?单|\s?机|\s?[:：])"
)
#: How what the pattern above looks for ends: looked for alone, that costs a tenth.
_HOSTED = re.compile(r"主\s?办(?!\s?单|\s?机|\s?[:：])")
_UNDERTAKER = re.compile(rf"(?:承办单位|承办(?=\s?[:：])|维护单位|运维单位|管理单位)[:：]?\s*(.{{2,40}}?)\s*{_STOP}")
_PHONE = re.compile(
    r"(?:联系电话|联系方式|联系我们|咨询电话|服务电话|值班电话|网站电话|办公电话|热线|电话|Tel)[^\d(（]{0,12}[(（]?(0(?:10|2\d|[3-9]\d{2}))?[)）]?"
    r"[-—–－]{0,3}([2-9]\d{6,7}|1[3-9]\d{9}|400-?\d{3}-?\d{4}|12[0-9]{3})(?!\d)",
    re.I,
)
#: A fax, and the numbers of those who made the site or sell room on it.
_OTHERS_PHONE = re.compile(
    r"(?:传真|fax)[^\d]{0,8}[\d—-]{7,16}|(?:广告|推广|技术支持|技术服务|设计制作)[^\d]{2,40}?(?:电话|热线)?[:：]?[(（]?0\d{2,3}[)）]?[-—–－]?\d{7,8}",
    re.I,
)
_OTHERS = ("传真", "fax", "广告", "推广", "技术支持", "技术服务", "设计制作")
_BARE_PHONE = re.compile(r"(?<!\d)(0(?:10|2\d|[3-9]\d{2}))[-—–－]([2-9]\d{6,7})(?!\d)")
_COUNTRY = re.compile(r"(?<!\d)[(（]?\+?86[)）]?[-—–－]?0?(?=\d{2,3}[-—–－])")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.A)
#: In both cases by hand: searched so, a page's end is read five times as fast.
_SIGNAL = re.compile(
    r"网站标识码|[Iiİı][Cc][Pp][备证]|公网安备|主办单位|主办[:：]|版权所有|[Cc][Oo][Pp][Yy][Rr][Iiİı][Gg][Hh][Tt]"
)
_ERROR_HOSTS = (
    "pucha.kaipuyun.cn",
    "zfwzgl.www.gov.cn",
    "zfwzzc.www.gov.cn",
    "114.55.181.28/errorinfo",
    "121.43.68.40/exposure",
)
_HARMLESS = re.compile(
    r"jquery|cnzz|hm\.baidu|51\.la|google|analytics|swiper|slide|layer|bootstrap|superslide|createpage|page|search|count|click|ta-\d+|ta\.trs"
    r"|_trs_ta|share|bdshare|weixin|kpyfx|webdig|stat|jiathis|nav|menu|tab|scroll|marquee|focus|index|main|common|datepicker|My97|player|video",
    re.I,
)
_FOOT_FILE = re.compile(r"foot|copyright|banquan|yejiao|dibu|bottom", re.I)
_FOOT_LOAD = remembering(
    re.compile(r"""\.load\s*\(\s*['"][^'"]*(?:foot|copyright|banquan|yejiao|dibu|bottom)""", re.I).search
)
_BADGE = re.compile(r"/CA\d{15,}\.js")
_TAIL_LINES = 40
_CONAC = ("bszs.conac.cn", "dcs.conac.cn", "_ideconac")
_FACT = {name: f"footer.{name}" for name in ("site_code", "icp", "police", "phone", "email", "sponsor", "undertaker")}


def read_footer(dom: Dom, links: tuple[Link, ...]) -> Footer:
    """Reads the foot from its element, or from the page's last lines when no element is named like one.
    Comments never count; a badge that a script writes does."""
    foot = _foot_lines(dom)
    text = None if foot is None else " ".join(dict.fromkeys([line.text for line in foot]))
    hrefs = " ".join([link.url for link in links]).lower()
    report_error, mark = _badges(dom, links, hrefs)
    scripted, partial = _loads_unknown_script(dom), _comes_in_parts(dom)
    if text is None:
        dom.note("footer.seen", "没有找到页脚区块，页面末尾也没有标识码、备案号、主办单位等字样")
        return Footer(report_error=report_error, party_gov_mark=mark, scripted=scripted, partial=partial)
    dom.note("footer.seen", "名为页脚的区块，或页面末尾有标识码、备案号、主办单位等字样的几行", foot)
    said = _said(text)
    for name, (_, words) in said.items():
        dom.note(_FACT[name], "页脚文字", dom.where("footer.seen"), words)
    found: dict[str, str | None] = {name: value for name, (value, _) in said.items()}
    police_link = _POLICE_LINK.search(hrefs) if "beian." in hrefs and "police" not in found else None
    if police_link:
        found["police"] = police_link.group(1)
        dom.note(
            "footer.police",
            "链接到备案平台的网址",
            functools.partial(_linking, part=police_link.group()),
            police_link.group(),
        )
    return Footer(
        seen=True, **found, report_error=report_error, party_gov_mark=mark, scripted=scripted, partial=partial
    )


@remembering
def _said(text: str) -> dict[str, tuple[str, str]]:
    """What a foot's text, squeezed, tells: the value and the words that hold it, by fact. A search costs more than a look
    whether its plainest word is there at all."""
    flat = fold(text)
    numbers = _COUNTRY.sub("0", flat) if "86" in flat else flat
    if any(map(flat.lower().__contains__, _OTHERS)):
        numbers = _OTHERS_PHONE.sub("", numbers)
    found = {}
    if "标识" in flat and (code := _CODE.search(flat)):
        found["site_code"] = code.group(1).lower(), code.group()
    if icp := _ICP.search(flat):
        province, number, mark, part = icp.groups()
        found["icp"] = f"{province}ICP备{number}{mark}" + (f"-{part}" if part else ""), icp.group()
    if ("公安" in flat or "公网" in flat) and (police := _POLICE.search(flat)):
        found["police"] = f"{police.group(1)}公网安备{police.group(2)}号", police.group()
    if phone := _PHONE.search(numbers) or _BARE_PHONE.search(numbers):
        found["phone"] = "-".join(part for part in phone.groups() if part), phone.group()
    if "@" in text and (email := _EMAIL.search(text)):
        found["email"] = email.group(), email.group()
    if sponsor := (_HOSTED.search(text) and _name(_SPONSORED, text)) or _name(_SPONSOR, text):
        found["sponsor"] = sponsor
    if undertaker := _name(_UNDERTAKER, text):
        found["undertaker"] = undertaker
    return found


def _name(pattern: re.Pattern[str], text: str) -> tuple[str, str] | None:
    found = pattern.search(text)
    name = found.group(1).strip(" :：,，.。") if found else ""
    return (name, found.group()) if found and name else None


def _badges(dom: Dom, links: tuple[Link, ...], hrefs: str) -> tuple[bool, bool]:
    """Whether the page bears the link to report errors, and the mark of 党政机关."""
    sources = " ".join([source for _, source in dom.loaded]).lower()
    everywhere = " ".join((*map(_signs_in, dom.scripts), sources, hrefs))
    named = [x for x in links if "找错" in x.text or "找错" in x.title]
    link = next((x for x in named if "政府网站找错" in fold(f"{x.text}{x.title}")), None)
    host = next((host for host in _ERROR_HOSTS if host in everywhere), None)
    if link:
        dom.note(
            "footer.report_error", "文字为“政府网站找错”的链接", functools.partial(_linking, part=link.url.lower())
        )
    elif host:
        dom.note("footer.report_error", "指向找错平台的链接、图片或脚本", functools.partial(_bearing, part=host), host)
    sign = next((sign for sign in _CONAC if sign in everywhere), None)
    if sign:
        dom.note(
            "footer.party_gov_mark", "党政机关标识的链接、图片或脚本", functools.partial(_bearing, part=sign), sign
        )
    errors = bool(link or host) or _has_id(dom, "_jiucuo_", "footer.report_error")
    return errors, bool(sign) or _has_id(dom, "imgConac", "footer.party_gov_mark")


@remembering
def _signs_in(script: str) -> str:
    """The signs that a script holds."""
    small = script.lower()
    return " ".join(sign for sign in (*_ERROR_HOSTS, *_CONAC) if sign in small)


def _has_id(dom: Dom, identity: str, fact: str) -> bool:
    nodes = dom.tagged("script", "span", "img") if identity in dom.text else ()
    node = next((node for node in nodes if node.get("id") == identity), None)
    if node is not None:
        dom.note(fact, "标识的id", node)
    return node is not None


def _linking(dom: Dom, part: str) -> Element | None:
    """The link whose address has a part."""
    return next((one.element for one in dom.anchors if one.url and part in one.url.lower()), None)


def _bearing(dom: Dom, part: str) -> Element | None:
    """What has a part: an inline script, else what is loaded, else a link."""
    script = next((script for script in dom.scripts if part in script.lower()), None)
    if script is not None:
        return dom.script_of(script)
    node = next((node for node, source in dom.loaded if part in source.lower()), None)
    return node if node is not None else _linking(dom, part)


def _loads_unknown_script(dom: Dom) -> bool:
    """Whether the last part of the page loads a script that may draw the marks: any but libraries and counters."""
    scripts = (one for one in reversed(dom.loaded) if one[0].tag == "script" and _in_body(one[0]))
    last = list(islice(scripts, 6))
    node = next((node for node, source in reversed(last) if _is_unknown(source)), None)
    if node is not None:
        dom.note("footer.scripted", "页面末尾载入的脚本，不知道是做什么的", node)
    return node is not None


def _in_body(node: Element) -> bool:
    return next(node.iterancestors("body"), None) is not None


@lru_cache(maxsize=5_000)
def _brings_foot(source: str) -> bool:
    return _FOOT_FILE.search(source) is not None


@lru_cache(maxsize=5_000)
def _is_unknown(source: str) -> bool:
    known = ("conac.cn", *_ERROR_HOSTS)
    return not (_HARMLESS.search(source) or _BADGE.search(source) or any(host in source for host in known))


def _comes_in_parts(dom: Dom) -> bool:
    """Whether a script or a frame brings the foot or a part of it."""
    for node, source in dom.loaded:
        if node.tag == "img":
            continue
        if _brings_foot(source) or (_is_unknown(source) and dom.area_of(node) == "footer"):
            dom.note("footer.partial", "页脚由脚本或框架载入", node)
            return True
    for script in dom.scripts:
        if found := _FOOT_LOAD(script):
            dom.note("footer.partial", "脚本载入页脚", dom.script_of(script), found.group())
            return True
    return False


def _foot_lines(dom: Dom) -> list[Line] | None:
    """The foot's lines; None when the page as fetched shows none."""
    foot = [line for line in dom.lines if line.area == "footer"]
    tail = dom.lines[-_TAIL_LINES:]
    text = "\n".join(["" if line.area == "crumb" else line.text for line in tail])
    if signal := _SIGNAL.search(text):
        start = text.count("\n", 0, signal.start())
        return foot + tail[max(0, start - 3) :]
    return foot if _SIGNAL.search("\n".join([line.text for line in foot])) else None
