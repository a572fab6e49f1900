"""政府信息公开平台不得另设专门网站。

查什么：公开平台的地址是否在本单位网站之内。
怎样判：平台地址与网站首页同一主机（有无www不论），或在名单写明的本单位范围内，合格；在别的主机上，不合格。
什么时候待核：首页没有见到；平台没有见到。
怎样改：把公开平台建在网站已有的“政府信息公开”栏目里，撤销专门网站，原地址跳转过来。
"""

from collections.abc import Iterator

from crawler.facts.columns import Column
from crawler.records import Page
from crawler.urls import host_of, in_scope, twin_hosts
from rules import checks
from rules.findings import Verdict, failed, passed
from rules.unit import Unit

NEEDS = ("home", "platform")


class Params(checks.Params):
    """No parameters."""


def judge(unit: Unit, params: Params, home: Page, platform: Column) -> Iterator[Verdict]:
    ours, theirs = host_of(home.url), host_of(platform.url)
    if twin_hosts(ours, theirs) or in_scope(platform.url, unit.site.scope):
        yield passed(f"公开平台在本单位网站内（{theirs}）", seen=platform.url, page=platform.page or home)
    else:
        text = f"公开平台在另外的主机{theirs}上，网站主机是{ours}"
        yield failed(text, quote=platform.name, seen=theirs, wanted=f"与网站同一主机{ours}", page=platform.page or home)
