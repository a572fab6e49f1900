"""个人信息去标识化、限定范围的名单不上网。

查什么：看过的页面和附件的文字、表格里，有没有完整的公民身份号码（按校验位）、手机号码、银行卡号（按校验位）、详细住址，有没有带这些内容的人员名单。结果里的号码一律打码。
怎样判：完整的公民身份号码，校验位正确、出生日期成立，旁边写明是身份证件或个人名单，每个页面一项不合格。看过的页面没有发现，合格。
什么时候待核：号码旁边没有写明是什么；在处罚、失信、送达一类惩戒性或强制披露的公告里（依法可以公开，但身份证号码仍宜隐去）；在填写样例里；手机号码、银行卡号、住址、名单是不是个人隐私、依法该不该公开，须人工看；没有见到内容页。单位的联系电话、工作人员和责任人的联系电话、统一社会信用代码不算。
怎样改：撤下或隐去号码的中间几位（如500112********1234），附件一并替换；只涉及特定对象的名单改在特定范围内公示。
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from crawler.facts.text import fold
from crawler.records import Facts, Page, Table
from rules import checks
from rules.checks.page_elements import Pattern
from rules.findings import Verdict, cant_tell, failed, inapplicable, passed
from rules.unit import Unit

NEEDS = ("home",)
Kind = Literal["身份证号", "手机号", "银行卡号", "住址", "名单"]
_ALL: tuple[Kind, ...] = ("身份证号", "手机号", "银行卡号", "住址", "名单")
_MOST = 20
_BEFORE = 30
_FEW_ROWS = 5
_HEADS_WITHIN = 3
_PROVINCES = {11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54,
              61, 62, 63, 64, 65, 71, 81, 82}  # fmt: skip
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_MARKS = "10X98765432"
_CREDIT_MARKS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ID = re.compile(r"(?<![0-9A-Za-z.\-])\d{17}[0-9Xx](?![0-9A-Za-z\-])")
_MOBILE = re.compile(r"(?<![0-9A-Za-z.\-])1[3-9]\d{9}(?![0-9A-Za-z\-])")
_CARD = re.compile(r"(?<![0-9A-Za-z.\-])(?:62|60|95|45|52|35|37)\d{14,17}(?![0-9A-Za-z\-])")
_HOME = re.compile(
    r"[\u4e00-\u9fff]{2,12}(?:路|街|巷|小区|花园|苑|村|组|社)[\u4e00-\u9fff]{0,8}\d+(?:号|栋|幢|组|社)[\u4e00-\u9fff\d\-—]{0,12}(?:单元|楼|室|户|附\d+号)"
)
_PERSONAL = re.compile(r"身份证|证件号|公民身份|身份号|户主|姓名|持证人|被征收人|受益人|申请人|本人|家庭成员")
_CREDIT = re.compile(
    r"信用代码|机构代码|注册号|登记号|许可证号|项目编[码号]|合同编?号|订单|条[形]?码|批准文号|备案号|文书号"
)
_OFFICIAL = re.compile(
    r"联系|电话|咨询|热线|举报|投诉|监督|传真|值班|手机|责任人|负责人|经办|网格|河长|路长|林长|驻村|帮扶|书记|主任|局长|队长|科长|干部|代理|采购|招标|报名|客服|微信|邮箱"
)
_RESIDENT = re.compile(r"家庭住址|户籍|住址|现住|住所地|居住地|家住|住[于在]")
_BANK = re.compile(r"银行卡|银行账?[号户]|卡号|账号|帐号|开户|存折|一卡通")
_OWN_ACCOUNT = re.compile(r"户名|单位|公司|财政|专户|保证金|基本户|缴纳|捐|收款人|对公")
_LAWFUL = re.compile(
    r"处罚|失信|被执行|黑名单|曝光|通缉|悬赏|协查|终本|限制消费|限高|吊销|注销|送达|催告|强制|欠税|欠薪|判决|裁定|警示|红名单|惩戒|逾期"
)
_SAMPLE = re.compile(r"样表|样例|示例|范本|范例|填写说明|模板|填表")
_HEADS = re.compile(
    r"^(?:姓名|户主(?:姓名)?|申请人|受益人(?:姓名)?|学生姓名|补贴对象|领取人|发放对象|补助对象|被征收人|贫困户)$"
)
_PRIVATE_HEADS = re.compile(
    r"身份证|证件号|电话|手机|住址|家庭地址|银行|账号|帐号|卡号|出生(?:日期|年月)|致贫原因|残疾(?:类别|等级|证)|病[种情]|家庭成员|监护人"
)


class Params(checks.Params):
    """``kinds``: what to look for. ``about``: only pages whose title or text has this, called ``topic`` in messages.
    ``strict``: whether a number in full is a failure; else everything is a question."""

    kinds: tuple[Kind, ...] = _ALL
    about: Pattern = ""
    topic: str = ""
    strict: bool = True

    @property
    def only_asks(self) -> bool:
        return not self.strict or "身份证号" not in self.kinds


@dataclass(frozen=True, slots=True)
class _Hit:
    page: Page
    kind: str
    masked: str
    sure: bool
    why: str = ""

    @property
    def title(self) -> str:
        facts = self.page.facts
        return ((facts.title if facts else "") or self.page.task.label or self.page.url)[:60]


def judge(unit: Unit, params: Params, home: Page) -> Iterator[Verdict]:
    pages = [page for page in unit.pages if page.ok and page.facts is not None and page.facts.text]
    read = [page for page in pages if unit.facts(page).kind in ("article", "document", "list")]
    read = [page for page in read if not params.about or _about(unit.facts(page), params.about)]
    what = f"“{params.topic}”的" if params.topic else ""
    if not read and params.about and any(unit.facts(page).kind in ("article", "document") for page in pages):
        yield inapplicable(f"看过的{len(pages)}个页面里没有{what}内容", page=home)
        return
    if not read:
        yield cant_tell(f"没有见到{what}内容页，不能判断有没有泄露个人信息", page=home)
        return
    hits = [hit for page in read for hit in _hits(unit, page, params)]
    sure = {hit.page.url: hit for hit in reversed(hits) if hit.sure}
    for hit in list(sure.values())[::-1][:_MOST]:
        count = sum(1 for other in hits if other.page is hit.page and other.kind == hit.kind)
        text = f"《{hit.title}》里有{count}个完整的公民身份号码，如{hit.masked}"
        wanted = "去标识化处理"
        yield failed(
            text, subject=f"身份证号:{hit.title}", quote=hit.masked, seen=hit.why, wanted=wanted, page=hit.page
        )
    open_ = [hit for hit in hits if hit.page.url not in sure]
    for kind in dict.fromkeys(hit.kind for hit in open_):
        yield _lead(kind, [hit for hit in open_ if hit.kind == kind])
    if not hits:
        yield passed(f"看过的{len(read)}个{what}页面和附件里没有发现{'、'.join(params.kinds)}", page=read[0])


def _lead(kind: str, hits: list[_Hit]) -> Verdict:
    pages = {hit.page.url: hit for hit in reversed(hits)}
    first = hits[0]
    text = f"{len(pages)}个页面里有像{kind}的内容，如《{first.title}》：{first.masked}（{first.why}），须人工核对"
    seen = "；".join(f"{hit.title[:30]} {hit.masked} {hit.page.url}" for hit in list(pages.values())[:5])
    return cant_tell(text, subject=f"{kind}线索", quote=first.masked, seen=seen, page=first.page)


def _about(facts: Facts, pattern: str) -> bool:
    return re.search(pattern, fold(facts.title or "")) is not None or re.search(pattern, fold(facts.text)) is not None


# --- finding --------------------------------------------------------------------------------------------------------


def _hits(unit: Unit, page: Page, params: Params) -> Iterator[_Hit]:
    facts = unit.facts(page)
    title = _names(unit, page)
    lawful = "惩戒性或强制披露的公告" if _LAWFUL.search(title) else ""
    sample = "像是填写样例" if _SAMPLE.search(title) or _SAMPLE.search(facts.text[:200]) else ""
    excuse = lawful or sample
    seen: set[str] = set()
    for before, text in _texts(facts):
        for kind, masked, sure, why in _in_text(before, text, unit.as_of):
            if kind in params.kinds and masked not in seen:
                seen.add(masked)
                yield _Hit(page, kind, masked, sure and params.strict and not excuse, excuse or why)
    if "名单" in params.kinds:
        for table in facts.tables:
            if heads := _roster(table):
                yield _Hit(
                    page, "名单", f"{table.rows - 1}行，表头有{heads}", sure=False, why=excuse or "是否应公开须核对"
                )


def _names(unit: Unit, page: Page) -> str:
    """What the page, its column and the page it hangs on are called."""
    parent = unit.page_at(page.task.parent) if page.task.role == "attachment" else None
    above = parent.facts if parent is not None else None
    return " ".join(
        name
        for facts in (page.facts, above)
        if facts is not None
        for name in (facts.title or "", facts.column or "", *facts.breadcrumbs, page.task.label, page.task.column)
    )


def _texts(facts: Facts) -> Iterator[tuple[str, str]]:
    """Pieces of what the page shows, each with what stands before it: the head of its column, or the line above."""
    for table in facts.tables:
        for row in table.cells:
            for place, cell in enumerate(row):
                name = " ".join(head[place][:_BEFORE] for head in table.cells[:_HEADS_WITHIN] if place < len(head))
                yield f"{name} {row[place - 1] if place else ''}", cell
    above = ""
    for line in f"{facts.text}\n{facts.around}".split("\n"):
        yield above, line
        above = line[-_BEFORE:]


def _in_text(before: str, text: str, as_of: dt.date) -> Iterator[tuple[str, str, bool, str]]:
    if len(text) < 8:
        return
    for found in _ID.finditer(text):
        number, around = found.group().upper(), f"{before} {text[max(0, found.start() - _BEFORE) : found.start()]}"
        if not is_citizen_number(number, as_of) or _CREDIT.search(around):
            continue
        clear = _PERSONAL.search(around) is not None and not is_credit_code(number)
        yield "身份证号", mask(number, 6, 4), clear, "旁边写明是证件或人员" if clear else "旁边没有写明是什么号码"
    for found in _MOBILE.finditer(text):
        around = f"{before} {text[max(0, found.start() - _BEFORE) : found.end() + 10]}"
        if not _OFFICIAL.search(around):
            yield "手机号", mask(found.group(), 3, 4), False, "不像单位或工作人员的联系电话"
    for found in _CARD.finditer(text):
        around = f"{before} {text[max(0, found.start() - _BEFORE) : found.start()]}"
        if passes_luhn(found.group()) and _BANK.search(around) and not _OWN_ACCOUNT.search(around):
            yield "银行卡号", mask(found.group(), 4, 4), False, "像是个人的银行卡"
    for found in _HOME.finditer(text) if _RESIDENT.search(before + text) else ():
        if _RESIDENT.search(f"{before} {text[max(0, found.start() - _BEFORE) : found.start()]}"):
            yield "住址", mask(found.group(), 4, 0), False, "写明是住址，且到门牌"


def _roster(table: Table) -> str:
    """Heads by which a table is a list of persons with their private data, or ""."""
    for row in table.cells[:_HEADS_WITHIN]:
        heads = [fold(cell) for cell in row]
        private = [head for head in dict.fromkeys(heads) if len(head) <= _MOST and _PRIVATE_HEADS.search(head)]
        if table.rows > _FEW_ROWS and private and any(_HEADS.match(head) for head in heads):
            return "、".join(private[:4])
    return ""


# --- numbers --------------------------------------------------------------------------------------------------------


def is_citizen_number(number: str, as_of: dt.date) -> bool:
    """Whether 18 marks are a 公民身份号码: region, date of birth and check mark are right (GB 11643)."""
    if int(number[:2]) not in _PROVINCES or len(set(number[6:17])) == 1:
        return False
    try:
        born = dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(int(mark) * weight for mark, weight in zip(number, _WEIGHTS, strict=False))
    return dt.date(1900, 1, 1) <= born <= as_of and _CHECK_MARKS[total % 11] == number[17]


def is_credit_code(number: str) -> bool:
    """Whether 18 marks may be a 统一社会信用代码 (GB 32100)."""
    values = [_CREDIT_MARKS.find(mark) for mark in number]
    if min(values) < 0:
        return False
    total = sum(value * pow(3, place, 31) for place, value in enumerate(values[:17]))
    return (31 - total % 31) % 31 == values[17]


def passes_luhn(number: str) -> bool:
    """Whether a card number's check digit is right."""
    digits = [int(mark) for mark in reversed(number)]
    return (sum(digits[::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])) % 10 == 0


def mask(text: str, front: int, back: int) -> str:
    """The text with its middle hidden: nothing printed may leak what it accuses a page of leaking."""
    hidden = max(4, len(text) - front - back)
    return text[:front] + "*" * hidden + (text[-back:] if back else "")
