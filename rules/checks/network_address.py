"""网站的域名和网络协议。

查什么：domain：网站的主机名是不是.gov.cn域名（或“.政务”中文域名），门户网站是不是“www.名称.gov.cn”一级；https：首页是不是用HTTPS打开的；ipv6：是不是支持互联网协议第6版。
怎样判：domain：是.gov.cn域名，合格；名单里的网址是其他后缀的域名或公网IP地址，并且首页确实在那里打开，不合格。https：首页的最后地址是https，证书和连接没有毛病，合格；访问时（检查或日扫描）证书不在有效期内，不合格。ipv6：日扫描三天以上都查不到AAAA记录（同时查别的网站查得到），不合格；有AAAA记录、用IPv6连得上，合格。
什么时候待核：首页没有见到；网址是本机、内网地址（如试运行、镜像），或者教育、公益机构的域名；门户网站的域名多了一级；首页用HTTP打开（可能另有HTTPS，访问时没有试）；证书没有通过验证（签发机构、证书链、域名）或只能用旧版安全连接打开（可能只是访问工具不认识）；没有日扫描数据，看不出IPv6；本机没有IPv6网络，或者要求及于首页以外的页面。
怎样改：按规定注册和使用.gov.cn域名，原域名跳转后注销；配置有效证书并把HTTP访问跳转到HTTPS；为全部子域名配置AAAA记录。
"""

import datetime as dt
import ipaddress
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal
from urllib.parse import urlsplit

from crawler.records import Mark, Page
from crawler.urls import is_private_host
from rules import checks
from rules.findings import Outcome, Verdict, cant_tell, failed, passed
from rules.unit import Unit

NEEDS = ("home",)
_GOV = (".gov.cn", ".政务", ".政务.cn", ".政府.cn")
_OF_SCHOOLS = (".edu.cn", ".org.cn", ".ac.cn", ".公益")
_FAULTS = {
    Mark.OLD_TLS: "只能用旧版安全连接",
    Mark.CERT_UNTRUSTED: "证书不是受信任的机构签发",
    Mark.CERT_INCOMPLETE: "证书链不完整或签发机构不受信任",
    Mark.CERT_WRONG_HOST: "证书上的域名不符",
    Mark.CERT_OTHER: "证书没有通过验证",
}
_PORTALS = ("市政府", "区县政府")
#: So many days of visits within the window make sure of what DNS lacks; and the share of connections that succeed.
_DAYS, _WINDOW, _MOSTLY = 3, 14, 0.9
_SUBJECTS = {"domain": "域名", "https": "HTTPS", "ipv6": "IPv6"}
_TEST = (".example", ".test", ".invalid", ".localhost", "example.com", "example.net", "example.org")


class Params(checks.Params):
    """``aspect``: which of the three; ``pages``: what messages call the pages that owe IPv6."""

    aspect: Literal["domain", "https", "ipv6"]
    pages: str = "网站"


def judge(unit: Unit, params: Params, home: Page) -> Iterator[Verdict]:
    host = urlsplit(home.url).hostname or ""
    if params.aspect == "ipv6":
        verdict = _ipv6(unit, params, home, host)
    else:
        verdict = _https(unit, home, host) if params.aspect == "https" else _domain(unit, home, host)
    yield replace(verdict, subject=_SUBJECTS[params.aspect])


def _ipv6(unit: Unit, params: Params, home: Page, host: str) -> Verdict:
    wanted = "有AAAA记录，并能用IPv6打开"
    since = (unit.as_of - dt.timedelta(_WINDOW)).isoformat()
    known = [v for v in unit.visits if v.day > since and v.ipv6 is not None and _host(v.final_url) == host]
    without = {v.day for v in known if v.ipv6 == () and v.ipv4 and v.control_ipv6}
    if any(v.ipv6 for v in known):
        tried = [v.ipv6_open for v in known if v.ipv6_open is not None]
        seen = f"{host}有AAAA记录，用IPv6连接{len(tried)}次，{tried.count(True)}次连上"
        if tried and tried.count(True) >= _MOSTLY * len(tried) and params.pages == "网站":
            return passed(seen, seen=seen, wanted=wanted, page=home)
        why = "本机没有IPv6网络，没有试过打开" if not tried else f"{params.pages}能否用IPv6打开须人工抽查"
        return cant_tell(f"{seen}；{why}", seen=seen, wanted=wanted, page=home)
    if len(without) >= _DAYS and not _is_address(host):
        seen = f"{min(without)}至{max(without)}有{len(without)}天查询{host}，都没有AAAA记录"
        return failed(seen, quote=host, seen=seen, wanted=wanted, page=home)
    text = f"{params.pages}（{host}）是否支持IPv6，程序没有足够的日扫描数据：须查AAAA记录，并用IPv6打开首页和抽查的内页"
    return cant_tell(text, seen=host, wanted=wanted, page=home)


def _https(unit: Unit, home: Page, host: str) -> Verdict:
    since = (unit.as_of - dt.timedelta(_DAYS)).isoformat()
    shown = [v for v in unit.visits if v.https and v.day >= since and _host(v.final_url) == host]
    if urlsplit(home.url).scheme == "https":
        verdict = _kept_up(home, host)
        if verdict.outcome is not Outcome.PASSED or not shown:
            return verdict
        certificate = shown[-1].certificate
        if certificate.expires and certificate.expires < shown[-1].day:
            text = f"{host}的证书已于{certificate.expires}过期，{shown[-1].day}日扫描时还在使用"
            return failed(text, quote=host, seen=certificate.expires, wanted="有效的证书", page=home)
        if certificate.fault:
            return cant_tell(f"首页用HTTPS打开（{host}），但日扫描时{certificate.fault}", seen=home.url, page=home)
        return verdict
    text = f"首页用HTTP打开（{home.url}），没有跳转到HTTPS；是否另外支持HTTPS、证书是否有效须人工核对"
    return cant_tell(text, seen=home.url, wanted="HTTPS", page=home)


def _kept_up(home: Page, host: str) -> Verdict:
    """Of a home page that came over HTTPS: by what the connection was marked with."""
    if Mark.CERT_EXPIRED in home.marks:
        text = f"首页用HTTPS打开，证书不在有效期内（{host}，{home.fetched_at}访问）"
        return failed(text, quote=host, seen=home.url, wanted="有效的证书", page=home)
    if faults := [_FAULTS[mark] for mark in home.marks if mark in _FAULTS]:
        text = f"首页用HTTPS打开（{host}），但{'，'.join(faults)}，是否合规须人工用浏览器核对"
        return cant_tell(text, seen=home.url, wanted="有效的证书", page=home)
    return passed(f"首页用HTTPS打开（{host}）", seen=home.url, page=home)


def _domain(unit: Unit, home: Page, host: str) -> Verdict:
    shown = _shown(host)
    if unit.site.allow_private or is_private_host(host) or shown.endswith(_TEST):
        return cant_tell(f"网址{host}是本机、内网或试验地址，正式域名须人工核对", seen=host, page=home)
    if shown.endswith(_GOV):
        if unit.site.level in _PORTALS and _deep(shown):
            text = f"门户网站的域名{shown}不是“www.名称.gov.cn”一级，是否合规须人工核对"
            return cant_tell(text, seen=shown, wanted="www.名称.gov.cn", page=home)
        return passed(f"网站使用政府域名{shown}", seen=shown, page=home)
    if shown.endswith(_OF_SCHOOLS):
        return cant_tell(
            f"网站的域名{shown}是教育、公益机构的域名，本单位该不该用.gov.cn须人工核对", seen=shown, page=home
        )
    kind = "公网IP地址" if _is_address(host) else "其他后缀的域名"
    text = f"网站的网址{shown}是{kind}，不是.gov.cn域名"
    return failed(text, quote=shown, seen=home.url, wanted=".gov.cn域名", page=home, looked=(home.url,))


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _deep(host: str) -> bool:
    """Whether a portal's name has more parts than ``www.name.gov.cn``."""
    return host.endswith(".gov.cn") and host.removeprefix("www.").removesuffix(".gov.cn").count(".") > 0


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _shown(host: str) -> str:
    """The host as people write it: Chinese where it is encoded."""
    try:
        return host.encode("ascii").decode("idna").lower()
    except UnicodeError:
        return host.lower()
