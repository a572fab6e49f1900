"""Marks in the foot of a page (国办秘函〔2019〕19号, 功能设计·网站标识)."""

import re
from functools import lru_cache

from crawler.facts.dom import Dom
from crawler.facts.text import fold
from crawler.records import Footer, Link

_PROVINCE = "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川蜀黔滇宁琼]"
_CODE = re.compile(r"(?:网站)?标识编?码(?:编号)?[:：为]?((?:bm|BM|CA)?\d{8,10})")
_ICP = re.compile(rf"({_PROVINCE})ICP[备证](?:案)?(?:号|编号)?[:：]?(\d{{6,10}})(号?)(?:-(\d{{1,3}}))?", re.I)
_POLICE = re.compile(
    rf"({_PROVINCE}?)(?:公网安?备|公安网备|公安(?:机关)?(?:联网|互联网)?备)(?:案)?(?:编?号)?[:：]?(\d{{11,14}})"
)
_POLICE_LINK = re.compile(r"beian\.(?:gov|mps\.gov)\.cn\S*?code=(\d{11,14})")
_STOP = r"(?=承办|主办|协办|技术支持|技术|联系|电话|地址|邮编|邮箱|网站标识|网站备案|版权|[\u4e00-\u9fff]?ICP|[\u4e00-\u9fff]?公网安备|传真|维护|备案|建议|Copyright|$|[|｜;；])"
_SPONSOR = re.compile(rf"(?:主\s?办\s?单\s?位|主\s?办\s?机\s?关|主\s?办)\s?[:：]?\s*(.{{2,40}}?)\s*{_STOP}")
_SPONSORED = re.compile(
    r"([\u4e00-\u9fff]{2,30}(?:政府|办公室|办公厅|委员会|局|委|厅|院|中心|办事处|街道|镇|乡))\s?主\s?办(?!\s?单|\s?机|\s?[:：])"
)
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
_BARE_PHONE = re.compile(r"(?<!\d)(0(?:10|2\d|[3-9]\d{2}))[-—–－]([2-9]\d{6,7})(?!\d)")
_COUNTRY = re.compile(r"(?<!\d)[(（]?\+?86[)）]?[-—–－]?0?(?=\d{2,3}[-—–－])")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.A)
_SIGNAL = re.compile(r"网站标识码|ICP[备证]|公网安备|主办单位|主办[:：]|版权所有|Copyright", re.I)
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
_FOOT_LOAD = re.compile(r"""\.load\s*\(\s*['"][^'"]*(?:foot|copyright|banquan|yejiao|dibu|bottom)""", re.I)
_BADGE = re.compile(r"/CA\d{15,}\.js")
_TAIL_LINES = 40


def read_footer(dom: Dom, links: tuple[Link, ...]) -> Footer:
    """Reads the foot from its element, or from the page's last lines when no element is named like one.
    Comments never count; a badge that a script writes does."""
    text = _foot_text(dom)
    hrefs = " ".join(link.url for link in links).lower()
    report_error, mark = _badges(dom, links, hrefs)
    scripted, partial = _loads_unknown_script(dom), _comes_in_parts(dom)
    if text is None:
        return Footer(report_error=report_error, party_gov_mark=mark, scripted=scripted, partial=partial)
    flat = fold(text)
    icp = _ICP.search(flat)
    police, police_link = _POLICE.search(flat), _POLICE_LINK.search(hrefs)
    numbers = _COUNTRY.sub("0", flat)
    numbers = _OTHERS_PHONE.sub("", numbers)
    phone, email = _PHONE.search(numbers) or _BARE_PHONE.search(numbers), _EMAIL.search(text)
    code = _CODE.search(flat)
    return Footer(
        seen=True,
        site_code=code.group(1).lower() if code else None,
        icp=f"{icp.group(1)}ICP备{icp.group(2)}{icp.group(3)}" + (f"-{icp.group(4)}" if icp.group(4) else "")
        if icp
        else None,
        police=f"{police.group(1)}公网安备{police.group(2)}号" if police else police_link and police_link.group(1),
        sponsor=_name(_SPONSORED, text) or _name(_SPONSOR, text),
        undertaker=_name(_UNDERTAKER, text),
        phone="-".join(part for part in phone.groups() if part) if phone else None,
        email=email.group() if email else None,
        report_error=report_error,
        party_gov_mark=mark,
        scripted=scripted,
        partial=partial,
    )


def _badges(dom: Dom, links: tuple[Link, ...], hrefs: str) -> tuple[bool, bool]:
    """Whether the page bears the link to report errors, and the mark of 党政机关."""
    scripts = "\n".join(dom.scripts).lower()
    sources = " ".join(node.get("src") or "" for node in dom.root.iter("script", "img", "iframe")).lower()
    everywhere = f"{scripts} {sources} {hrefs}"
    errors = any("政府网站找错" in fold(f"{x.text}{x.title}") for x in links if "找错" in x.text or "找错" in x.title)
    errors = errors or any(host in everywhere for host in _ERROR_HOSTS) or _has_id(dom, "_jiucuo_")
    mark = any(sign in everywhere for sign in ("bszs.conac.cn", "dcs.conac.cn", "_ideconac")) or _has_id(
        dom, "imgConac"
    )
    return errors, mark


def _has_id(dom: Dom, identity: str) -> bool:
    if identity not in dom.text:
        return False
    return any(node.get("id") == identity for node in dom.root.iter("script", "span", "img"))


def _loads_unknown_script(dom: Dom) -> bool:
    """Whether the last part of the page loads a script that may draw the marks: any but libraries and counters."""
    body = dom.root.find("body")
    scripts = body.iter("script") if body is not None else ()
    sources = [source for node in scripts if (source := node.get("src"))]
    return any(_unknown(source) for source in sources[-6:])


@lru_cache(maxsize=5_000)
def _unknown(source: str) -> bool:
    known = ("conac.cn", *_ERROR_HOSTS)
    return not (_HARMLESS.search(source) or _BADGE.search(source) or any(host in source for host in known))


def _comes_in_parts(dom: Dom) -> bool:
    """Whether a script or a frame brings the foot or a part of it."""
    for node in dom.root.iter("script", "iframe"):
        source = node.get("src") or ""
        if source and (_FOOT_FILE.search(source) or (_unknown(source) and dom.area_of(node) == "footer")):
            return True
    return any(_FOOT_LOAD.search(script) for script in dom.scripts)


def _foot_text(dom: Dom) -> str | None:
    """The foot's text; None when the page as fetched shows none."""
    foot = [line.text for line in dom.lines if line.area == "footer"]
    tail = dom.lines[-_TAIL_LINES:]
    start = next((i for i, line in enumerate(tail) if line.area not in ("crumb",) and _SIGNAL.search(line.text)), None)
    if start is not None:
        below = [line.text for line in tail[max(0, start - 3) :]]
        return " ".join(dict.fromkeys(foot + below))
    return " ".join(foot) if any(_SIGNAL.search(text) for text in foot) else None


def _name(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(re.sub(r"[\s\u3000\xa0]+", " ", text))
    name = found.group(1).strip(" :：,，.。") if found else ""
    return name or None
