"""公开征求意见的公告是否完整，结果是否公布。

查什么：本单位就文件草案、决策草案公开征求意见的公告，有没有草案、说明（依据）、提出意见的方式、期限；期限届满后有没有公布意见收集和采纳情况。问卷、建议征集、线索征集不算。
怎样判：写明或附有，合格。公告或者本单位的目录表明属于重大行政决策，公告及其附件完整读到而没有写明，不合格；期限届满超过规定天数，正式文件已经公布，全站各栏目都看到公告发布以前，没有同一事项的采纳情况，不合格。“未收到意见”也算公布。
什么时候待核：不能确定属于重大行政决策；正式文件还没有见到；公告有图片、有没读到的附件、指向别的页面；期限少于规定天数（紧急情况可以缩短）；栏目没有看全；没有见到征求意见的公告。
怎样改：在公告里补上草案、说明、方式和期限；期满后发布意见采纳情况，没有收到意见的也要说明。
"""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Literal

from crawler.facts.text import fold
from rules import checks
from rules.checks._consultations import Consultation, consultations, is_notice
from rules.checks._titles import titled, unseen_since
from rules.findings import Verdict, cant_tell, failed, passed
from rules.unit import Unit

NEEDS = ("home",)
Element = Literal["草案", "说明", "方式", "期限", "采纳情况"]
_WORDS: dict[str, re.Pattern[str]] = {
    "说明": re.compile(r"说明|背景|必要性|起草情况|依据|根据《|按照《"),
    "方式": re.compile(
        r"@|邮箱|邮件|电话|传真|来信|信函|寄[至到]|邮寄|地址|留言|在线|网上|登录|平台|书面|来电|当面|现场|联系人|座谈|听证"
    ),
    "期限": re.compile(
        r"截止|截至|为期|期限|(?:征集|征求意见|公示|反馈|起止)(?:的)?(?:时间|日期|期)|\d日?(?:\d+[时点:：]\d*分?)?(?:前|之前|以前|止|为止|截止)|\d{1,3}个?(?:工作日|自然日|日|天)(?:内|以内)|至(?:\d{4}年)?\d{1,2}月\d{1,2}日|[一二三四五六七八九十]{1,3}个?(?:工作日|日|天|个月)(?:内|以内)"
    ),
}
_DRAFT = re.compile(r"第[一二三四五六七八九十]+条|征求意见稿|草案|(?:规划|方案|办法)全文")
_ANSWERED = re.compile(r"收到.{0,20}(?:意见|建议)|未收到|没有收到|(?:意见|建议).{0,10}采纳情况(?:如下|：)|予以采纳")
_RESULT = re.compile(r"采纳|反馈|结果|(?:意见|建议|征集|征求)(?:的)?(?:情况|汇总|处理|回复|答复)|未收到")
_ISSUED = re.compile(r"印发|公布|发布|的通知$|的决定$")
_INLINE = 600


class Params(checks.Params):
    """``elements``: what is looked for; ``since``: notices published from this day on;
    ``least_days``: a shorter period is a question; ``feedback_days``: so long after the end the result is owed."""

    elements: tuple[Element, ...]
    since: dt.date | None = None
    least_days: int = 0
    feedback_days: int = 60


def judge(unit: Unit, params: Params, home: object) -> Iterator[Verdict]:
    notices = consultations(unit, params.since)
    if not notices:
        yield cant_tell("没有见到就草案公开征求意见的公告，是否有应当征求意见的事项须人工核对")
    for notice in notices:
        for element in params.elements:
            if element == "采纳情况":
                yield _answered(unit, notice, params)
            else:
                yield _element(notice, element, params)


def _element(notice: Consultation, element: str, params: Params) -> Verdict:
    sheet, subject = notice.sheet, f"{element}：{notice.sheet.title[:60]}"
    if shown := _shown(notice, element):
        short = element == "期限" and notice.days is not None and 0 <= notice.days < params.least_days
        if short:
            text = f"从发布到截止只有{notice.days}天，少于{params.least_days}天，有无缩短的理由须人工核对"
            return cant_tell(text, subject=subject, quote=shown, page=sheet.page)
        return passed(f"公告有{element}", subject=subject, quote=shown, page=sheet.page)
    reason = sheet.doubt or ("" if notice.decision else "不能确定是否属于重大行政决策，须人工核对")
    if reason:
        return cant_tell(f"公告里没有认出{element}：{reason}", subject=subject, wanted=element, page=sheet.page)
    return failed(
        f"公告里没有{element}",
        subject=subject,
        quote=sheet.title,
        seen=sheet.text[:200],
        wanted=element,
        page=sheet.page,
    )


def _shown(notice: Consultation, element: str) -> str:
    """The words that show an element of a notice, or ""."""
    sheet = notice.sheet
    body = sheet.text.replace(fold(sheet.title), "")
    flat = body.replace("\n", "")
    if element != "草案":
        found = _WORDS[element].search(flat)
        return flat[max(0, found.start() - 10) : found.end() + 20] if found else ""
    facts = sheet.page.facts
    if facts and facts.attachments:
        return facts.attachments[0].name
    if "第一条" in flat or len(flat) >= _INLINE:
        return flat[:40]
    links = (x for x in (facts.links if facts else ()) if x.area == "body" and not is_notice(fold(x.text)))
    link = next((x for x in links if _DRAFT.search(fold(x.text))), None)
    return link.text if link else ""


def _answered(unit: Unit, notice: Consultation, params: Params) -> Verdict:
    sheet, subject = notice.sheet, f"采纳情况：{notice.sheet.title[:60]}"
    flat = sheet.text.replace("\n", "")
    if said := _ANSWERED.search(flat):
        return passed("公告页写明了意见采纳情况", subject=subject, quote=said.group(), page=sheet.page)
    for one in titled(unit):
        title = fold(one.title)
        if notice.subject and notice.subject in title and _RESULT.search(title) and not is_notice(title):
            return passed("公布了意见采纳情况", subject=subject, quote=one.title, page=one.page)
    ended = notice.end
    if ended is None or ended + dt.timedelta(params.feedback_days) >= unit.as_of:
        why = "看不出征求意见的截止日" if ended is None else f"截止日{ended}，期满未超过{params.feedback_days}天"
        return cant_tell(f"还没有见到意见采纳情况：{why}", subject=subject, page=sheet.page)
    reason = unseen_since(unit, notice.published)
    reason = reason or sheet.doubt or ("" if _adopted(unit, notice) else "没有见到正式文件，可能尚未出台")
    reason = reason or ("" if notice.decision else "不能确定是否属于重大行政决策，须人工核对")
    seen = f"截止日{ended}，距检查日{(unit.as_of - ended).days}天"
    if reason:
        text = f"没有见到意见采纳情况（{seen}）：{reason}"
        return cant_tell(text, subject=subject, seen=seen, page=sheet.page)
    return failed(
        f"征求意见已结束，没有公布意见收集和采纳情况（{seen}）",
        subject=subject,
        quote=sheet.title,
        seen=seen,
        wanted="公布意见收集和采纳情况",
        page=sheet.page,
        looked=(sheet.page.url, *unit.looked),
    )


def _adopted(unit: Unit, notice: Consultation) -> bool:
    """Whether what was consulted on has been issued."""
    titles = (fold(one.title) for one in titled(unit))
    return bool(notice.subject) and any(
        notice.subject in t and not is_notice(t) and not _RESULT.search(t) and _ISSUED.search(t) for t in titles
    )
