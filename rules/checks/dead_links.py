"""错链、断链。

查什么：本次访问过的站内链接（栏目、文章、附件、列表分页），打开是否为“不存在”。
怎样判：同一地址两次访问都是HTTP 404或410，记一处不合格，写明链接文字和所在页面；一处也没有，合格。
什么时候待核：只访问到一次，或者两次结果不同；页面返回“不存在”的提示而状态码正常；地址是由脚本拼出或者名单里给的，页面上没有这个链接；打不开的比打得开的还多（可能是防护设施的应答）；一成以上的地址没有见到。拒绝访问、要求验证、超时、服务器出错都不算断链；站外链接不访问。
怎样改：修正链接地址，或撤下已删除内容的链接。
"""

from collections.abc import Iterator

from crawler.records import Link, Page, PageStatus
from crawler.urls import page_key
from rules import checks
from rules.findings import Verdict, cant_tell, failed, passed
from rules.unit import Unit

NEEDS = ("home",)
_MANY = 10
_UNTRIED = (PageStatus.NOT_TRIED, PageStatus.ROBOTS)


class Params(checks.Params):
    """No parameters."""


def judge(unit: Unit, params: Params, home: Page) -> Iterator[Verdict]:
    pages = [page for page in unit.pages if page.task.role not in ("home", "data") and page.status not in _UNTRIED]
    good = sum(1 for page in pages if page.ok)
    soft = [page for page in pages if page.status is PageStatus.SOFT_404]
    gone = [page for page in pages if page.gone_twice]
    open_ = [page for page in pages if not page.ok and page.gone != page.second_look]
    if len(gone) >= _MANY and len(gone) > good:
        text = f"{len(gone)}处地址打不开，比打得开的{good}处还多，可能是防护设施对程序访问的应答"
        yield cant_tell(text, subject="大量地址打不开", page=gone[0])
        return
    linked = _linked(unit)
    for page in gone:
        yield _dead(page, *linked.get(page_key(page.task.url), (None, None)))
    for page in soft:
        name = page.task.label or page.task.url
        yield cant_tell(f"链接“{name}”打开后{page.detail}，状态码正常，须人工确认", subject=f"疑似：{name}", page=page)
    if open_:
        names = "、".join(page.task.label or page.task.url for page in open_[:5])
        text = f"有{len(open_)}处链接一次访问不存在，尚未复核，或者两次结果不同：{names}"
        yield cant_tell(text, subject="待复核的链接", page=open_[0])
    if gone or soft or open_:
        return
    if good * 10 < len(pages) * 9 or not pages:
        yield cant_tell(f"试过{len(pages)}个站内地址，见到{good}个，没有看全", page=home)
    else:
        yield passed(f"访问过的{good}个站内地址没有断链", page=home)


def _linked(unit: Unit) -> dict[str, tuple[Page, Link]]:
    """The first page, and its link, that leads to each address."""
    found: dict[str, tuple[Page, Link]] = {}
    for page in unit.pages:
        for link in page.facts.links if page.ok and page.facts else ():
            found.setdefault(page_key(link.url), (page, link))
    return found


def _dead(page: Page, source: Page | None, link: Link | None) -> Verdict:
    if source is None or link is None:
        name = page.task.label or page.task.url
        text = f"“{name}”两次访问都是HTTP {page.http_status}，但地址不是页面上的链接：{page.task.url}"
        return cant_tell(text, subject=f"疑似：{name}", page=page)
    where = "首页" if source.task.role == "home" else _title(source)
    name = link.text or link.title or "（没有文字的链接）"
    return failed(
        f"{where}上的链接“{name}”打不开（两次访问都是HTTP {page.http_status}）：{page.task.url}",
        subject=f"{where}：{name}",
        quote=name,
        seen=f"HTTP {page.http_status}",
        wanted="链接能打开",
        page=page,
    )


def _title(page: Page) -> str:
    return (page.facts.title if page.facts else None) or page.task.label or "栏目页"
