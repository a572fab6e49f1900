"""错链、断链。

查什么：本次访问过的站内链接（栏目、文章、附件、列表分页），打开是否为“不存在”。
怎样判：同一地址两次访问都是HTTP 404或410，记一处不合格，写明链接文字和所在页面；一处也没有，合格。
什么时候待核：只访问到一次；页面返回“不存在”的提示而状态码正常；网站没有看全。拒绝访问、要求验证、超时、服务器出错都不算断链；站外链接不访问。
怎样改：修正链接地址，或撤下已删除内容的链接。
"""

from collections.abc import Iterator

from crawler.records import Page, PageStatus
from rules import checks
from rules.findings import Verdict, cant_tell, failed, passed
from rules.unit import Unit

NEEDS = ("home",)


class Params(checks.Params):
    """No parameters."""


def judge(unit: Unit, params: Params, home: Page) -> Iterator[Verdict]:
    dead: list[Page] = []
    soft: list[Page] = []
    open_: list[Page] = []
    for page in unit.pages:
        if page.task.role == "home":
            continue
        if page.gone:
            (dead if page.task.attempt > 1 else open_).append(page)
        elif page.status is PageStatus.SOFT_404:
            soft.append(page)
    for page in dead:
        source = unit.page_at(page.task.parent)
        where = "首页" if source is None or source.task.role == "home" else _title(source)
        name = page.task.label or "（没有文字的链接）"
        text = f"{where}上的链接“{name}”打不开（两次访问都是HTTP {page.http_status}）：{page.task.url}"
        yield failed(
            text,
            subject=f"{where}：{name}",
            quote=name,
            seen=f"HTTP {page.http_status}",
            wanted="链接能打开",
            page=page,
        )
    for page in soft:
        name = page.task.label or page.task.url
        yield cant_tell(f"链接“{name}”打开后{page.detail}，状态码正常，须人工确认", subject=f"疑似：{name}", page=page)
    if open_:
        names = "、".join(page.task.label or page.task.url for page in open_[:5])
        yield cant_tell(f"有{len(open_)}处链接访问一次不存在，尚未复核：{names}", subject="待复核的链接", page=open_[0])
    if not dead and not soft and not open_:
        yield passed(f"访问过的{sum(1 for p in unit.pages if p.ok)}个站内地址没有断链", page=home)


def _title(page: Page) -> str:
    return (page.facts.title if page.facts else None) or page.task.label or "栏目页"
