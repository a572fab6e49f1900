"""政府信息公开平台不得另设专门网站。

查什么：公开平台的地址是否在本单位网站之内。
怎样判：平台地址与网站首页同一主机（有无www不论），或在名单写明的本单位范围内，合格；平台是另设的下级域名的首页，或在名称就是信息公开的主机（如zfxxgk开头）上，不合格。
什么时候待核：首页没有见到；平台没有见到；平台是另一个网站里的栏目或另一个门户（可能是上级统一建设，不是专门网站）。
怎样改：把公开平台建在网站已有的“政府信息公开”栏目里，撤销专门网站，原地址跳转过来。
"""

import re
from collections.abc import Iterator

from crawler.facts.columns import Column
from crawler.records import Page
from crawler.urls import host_of, in_scope, is_root, twin_hosts
from rules import checks
from rules.findings import Verdict, cant_tell, failed, passed
from rules.unit import Unit

NEEDS = ("home", "platform")
_DEDICATED = re.compile(r"(?:[a-z]{1,6}-?)?(?:zfxxgk|xxgk|zwgk)\d*\.")
_DOTS_BELOW = 3  # gk.jb.gov.cn


class Params(checks.Params):
    """No parameters."""


def judge(unit: Unit, params: Params, home: Page, platform: Column) -> Iterator[Verdict]:
    ours, theirs = host_of(home.url), host_of(platform.url)
    page = platform.page or home
    if twin_hosts(ours, theirs) or in_scope(platform.url, unit.scope):
        yield passed(f"公开平台在本单位网站内（{theirs}）", seen=platform.url, page=page)
        return
    text = f"公开平台在另外的主机{theirs}上，网站主机是{ours}"
    wanted = f"与网站同一主机{ours}"
    if _is_dedicated(platform.url, theirs):
        yield failed(text, quote=platform.name, seen=theirs, wanted=wanted, page=page)
    else:
        text += "，可能是上级门户里的栏目，是不是专门网站须人工核对"
        yield cant_tell(text, quote=platform.name, seen=platform.url, wanted=wanted, page=page)


def _is_dedicated(url: str, host: str) -> bool:
    """A host named for disclosure, or the front page of a host below an organ's domain: not another organ's portal."""
    portal = host.startswith("www.") or host.count(".") < _DOTS_BELOW
    return _DEDICATED.match(host.removeprefix("www.")) is not None or (is_root(url) and not portal)
