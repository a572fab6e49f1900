"""政府信息公开指南应写明的要素（条例第十二条）。

查什么：指南正文里有没有写明规定的要素，如工作机构名称、办公地址、办公时间、联系电话、传真号码、互联网联系方式。
怎样判：正文里有该要素的标签和值（或能认出的号码、邮箱、网址、时间），合格；正文完整读到而没有，不合格。
什么时候待核：指南没有见到，或内容在附件、图片里；正文太短，可能没有读全。
怎样改：在指南的“政府信息公开工作机构情况”里补充该要素；没有传真的写明“无传真”。
"""

import re
from collections.abc import Iterator

from pydantic import field_validator

from crawler.facts.text import fold
from rules import checks
from rules.documents import Paper
from rules.findings import Verdict, cant_tell, failed, passed
from rules.unit import Unit

NEEDS = ("guide",)
_PHONE = r"[（(]?(?:0\d{2,3})?[)）]?[-—–－]{0,3}[2-9]\d{6,7}"
_ELEMENTS = {
    "政府信息的分类": r"(?:信息|目录)(?:的)?分类|分类(?:为|如下|编排|和编排|情况|目录)|分为.{0,20}类|按照.{0,30}分类|包括以下.{0,4}类",
    "编排体系": r"编排体系|编排(?:说明|方式|结构|情况)|目录.{0,10}编排|编码规则|索引号",
    "获取方式": r"获取(?:方式|途径|渠道|形式)|公开形式|公开方式|(?:可|可以)(?:通过|登录|到|在).{0,40}(?:查阅|获取|查询|查看)",
    "工作机构的名称": r"(?:工作机构|受理机构|负责机构|主管部门|机构名称|受理单位|工作机构名称)[^。\n]{0,4}(?:名称)?[:：为是]\s*\S{2,}|(?:由|向).{2,20}(?:办公室|科|股|处|局|中心).{0,10}(?:负责|受理|提出)",
    "办公地址": r"(?:办公地址|通[讯信]地址|联系地址|地址|地点|邮寄地址)[^。\n]{0,3}[:：为]\s*\S{4,}",
    "办公时间": r"(?:办公时间|工作时间|受理时间|接待时间|服务时间)[^。\n]{0,12}[:：为]?\s*.{0,30}\d{1,2}\s*[:：时点]",
    "联系电话": rf"(?:联系电话|咨询电话|电话号码|电话|联系方式)[^\d\n]{{0,12}}{_PHONE}(?!\d)",
    "传真号码": rf"传真[^\d\n]{{0,12}}{_PHONE}(?!\d)|(?:无|没有)传真",
    "互联网联系方式": r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:电子邮箱|电子邮件|邮箱|网址|网站|互联网)[^。\n]{0,10}(?:https?:|www\.|[\w-]+\.gov)|(?:https?://|www\.)[\w.-]+",
}  # fmt: skip
_PATTERNS = {name: re.compile(pattern, re.I) for name, pattern in _ELEMENTS.items()}
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
    flat = "\n".join(fold(line) for line in guide.facts.text.split("\n"))
    for name in params.elements:
        subject = name if len(params.elements) > 1 else ""
        found = _PATTERNS[name].search(flat)
        if found:
            yield passed(f"指南写明了{name}", subject=subject, quote=found.group(), page=guide.page)
        elif len(flat) < _SHORT:
            yield cant_tell(f"指南正文只有{len(flat)}个字，可能没有读全", subject=subject, wanted=name, page=guide.page)
        else:
            yield failed(f"指南没有写明{name}", subject=subject, seen="正文里没有这一项", wanted=name, page=guide.page)
