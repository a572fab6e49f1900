"""政府信息公开指南应写明的要素（条例第十二条）。

查什么：指南正文（页面只给出附件的，看附件）里有没有写明规定的要素，如工作机构名称、办公地址、办公时间、联系电话、传真号码、互联网联系方式。
怎样判：正文里有该要素的标签和值（或能认出的号码、邮箱、网址、时间），合格，写明“无传真”的也合格；正文完整读到而没有，或标签后面是空的，不合格。
什么时候待核：指南没有见到，或内容在图片或读不出来的附件（扫描件、加密文件等）里；正文太短或分成几页，可能没有读全；提到了该要素而认不出它的值；要素写在正文框以外。
怎样改：在指南的“政府信息公开工作机构情况”里补充该要素；没有传真的写明“无传真”。
"""

import re
from collections.abc import Iterator

from pydantic import field_validator

from crawler.facts.text import fold
from rules import checks
from rules.findings import Verdict, cant_tell, failed, passed
from rules.paper import Paper
from rules.unit import Unit

NEEDS = ("guide",)
_PHONE = r"(?:\+?86[-—]?)?[（(]?(?:0?\d{2,3})?[)）]?[-—–]{0,3}(?:[2-9]\d{2,3}[-—]?\d{4}|1[3-9]\d{9}|12\d{3}|[48]00[-—]?\d{3}[-—]?\d{4})(?!\d)"
_CLOCK = r"(?:\d{1,2}|[一二三四五六七八九十两]{1,3})[:：时点]"
_OFFICE = r"(?:办公室|公开办|委员会|中心|[科股处局委办院])"
_BODY = r"(?:(?:工作|受理|负责|承办|责任|管理|公开|主管)(?:机构|单位|部门|科室|处室)|机构)"
_ADDRESS = r"(?<!邮箱)(?<!邮件)(?<!网站)(?<!网络)(?<!互联网)(?:地址|地点|办公场所)"
_HOURS = r"(?:办公|工作|受理|接待|服务|接收|上班)时间"
_CALL = r"(?:电话|联系方式|联系人|热线|座机)"
_SITE = r"(?:电子邮[箱件]|邮箱|网址|网站|互联网)"
#: How an element is recognised, and the words after which something unrecognised may still be it.
_ELEMENTS = {
    "政府信息的分类": (
        (r"(?:信息|目录)(?:的)?分类|分类(?:为|如下|编排|和编排|情况|目录)|分为.{0,20}类|按照.{0,30}分类|包括以下.{0,4}类"
         r"|信息[^。\n]{0,20}(?:包括|包含|分为|有)(?:以下|如下|下列)?[^。\n]{0,12}[:：]"),
        r"分类|类别|种类|各类|包括",
    ),
    "编排体系": (r"编排体系|编排(?:说明|方式|结构|情况|规则)|目录.{0,10}编排|编码规则|索引号", r"编排|目录体系|索引"),
    "获取方式": (
        (r"(?:获取|公开|查阅|查询|发布)(?:方式|途径|渠道|形式|场所|点)"
         r"|(?:可|可以)(?:通过|登录|到|在).{0,40}(?:查阅|获取|查询|查看)"),
        r"查阅|查询|公报",
    ),
    "工作机构的名称": (
        (rf"{_BODY}[^。\n]{{0,4}}(?:名称)?(?:[:：]|为|是)\S{{2,}}|(?:由|向).{{2,30}}{_OFFICE}.{{0,12}}(?:负责|受理|承担|提出|申请)"
         rf"|{_OFFICE}(?:是|为|负责|承担|统一受理|具体负责)[^。\n]{{0,30}}(?:信息公开|受理)"),
        rf"{_BODY}.{{0,6}}名称|办公室",
    ),
    "办公地址": (
        rf"{_ADDRESS}[^。\n:：]{{0,10}}(?:[:：]|为)(?!https?:|www)\S{{4,}}|位于\S{{4,}}",
        rf"{_ADDRESS}[^。\n:：]{{0,10}}[:：]\S",
    ),
    "办公时间": (
        (rf"{_HOURS}[^。\n:：]{{0,12}}(?:[:：]|为)\S{{4,}}|{_HOURS}[^。\n]{{0,30}}{_CLOCK}"
         rf"|(?:工作日|(?:周|星期)一(?:至|到|-|—)(?:周|星期)?五)[^。\n]{{0,20}}{_CLOCK}"),
        rf"{_HOURS}[^。\n:：]{{0,10}}[:：]\S",
    ),
    "联系电话": (
        rf"{_CALL}[^\d\n]{{0,16}}{_PHONE}|(?<!传真)(?<!传真[:：])(?<!传真号码[:：])(?<!\d)0\d{{2,3}}[-—–)）]+[2-9]\d{{6,7}}(?!\d)",
        rf"{_CALL}[^。\n:：]{{0,10}}[:：]\S",
    ),
    "传真号码": (
        (rf"传真[^\d\n]{{0,12}}{_PHONE}|{_PHONE}[（(][^()（）\n]{{0,8}}传真"
         r"|(?:无|没有|未设|不设|未开通|不提供|未配备)[^。\n]{0,4}传真|传真[^。\n]{0,8}(?:无|没有|未设|不设|未开通|停用|同上|同号|同电话|同联系电话)"),
        r"传真[^。\n:：]{0,10}[:：]\S",
    ),
    "互联网联系方式": (
        rf"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|{_SITE}[^。\n]{{0,10}}(?:https?:|www\.|[\w-]+\.gov)|(?:https?[:：]//|www\.)[\w.-]+",
        rf"{_SITE}[^。\n:：]{{0,10}}[:：]\S|(?:网上|在线)(?:提交|申请|受理|填写)|网站|公众号",
    ),
}  # fmt: skip
_PATTERNS = {name: (re.compile(strong, re.I), re.compile(weak)) for name, (strong, weak) in _ELEMENTS.items()}
#: A label on a line of its own (a cell of a table): its value is the next line, unless that is labelled too.
_LABEL_ALONE = re.compile(
    r"\S{0,12}(?:名称|机构|地址|地点|时间|电话|热线|号码|传真|邮箱|邮件|网址|网站|方式)(?:[（(][^()（）]*[)）])?[:：]?"
)
_LABELLED = re.compile(r"[^:：\d]{2,12}[:：]")
_SHORT = 300


class Params(checks.Params):
    """``elements``: which of the known elements to judge (their names are this check's own list)."""

    elements: tuple[str, ...]

    @field_validator("elements")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if name not in _PATTERNS:
                raise ValueError(f"不认识要素“{name}”，可用的有 {'、'.join(_PATTERNS)}")
        return names


def judge(unit: Unit, params: Params, guide: Paper) -> Iterator[Verdict]:
    flat, around, beside = _flat(guide.facts.text), _flat(guide.facts.around), _flat(guide.beside)
    for name in params.elements:
        strong, weak = _PATTERNS[name]
        found = strong.search(flat) or strong.search(beside)
        if found:
            yield passed(f"指南写明了{name}", subject=name, quote=found.group(), page=guide.page)
        elif reason := _doubt(guide, flat, weak.search(flat), strong.search(around)):
            yield cant_tell(f"没有认出{name}：{reason}", subject=name, wanted=name, page=guide.page)
        else:
            yield failed(f"指南没有写明{name}", subject=name, seen="正文里没有这一项", wanted=name, page=guide.page)


def _doubt(guide: Paper, flat: str, weak: re.Match[str] | None, beside: re.Match[str] | None) -> str:
    if beside:
        return f"正文框以外有“{beside.group()[:40]}”"
    if len(flat) < _SHORT:
        return f"指南正文只有{len(flat)}个字，可能没有读全"
    if weak:
        line = flat[weak.start() :].split("\n", 1)[0]
        return f"正文提到“{line[:40]}”，是否写明须人工核对"
    return guide.unread


def _flat(text: str) -> str:
    lines: list[str] = []
    for line in map(fold, text.split("\n")):
        if lines and _LABEL_ALONE.fullmatch(lines[-1]) and not _LABELLED.match(line):
            lines[-1] = f"{lines[-1].rstrip(':：')}：{line}"
        else:
            lines.append(line)
    return "\n".join(lines)
