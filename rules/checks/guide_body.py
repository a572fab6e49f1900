"""指南写明的政府信息公开工作机构是谁。

查什么：指南里“工作机构”“机构名称”“受理机构”“主管部门”之后写的机构名称，是否是规定的机构（如政府办公室、本机关办公室或内设机构），是否是下属事业单位。
怎样判：名称符合规定，合格；明确写成别的机构（本机关的其他部门，或者本单位网站写明是下属事业单位的），不合格。
什么时候待核：指南没有见到或没有读全；没有认出机构名称；写了几个名称，有的符合有的不符合；只写了受理机构而它不是规定的机构；名称以“中心”“站”“所”结尾而网站没有写明是下属事业单位，或者认不出是哪一类机构。
怎样改：由规定的机构承担政府信息公开日常工作，并修改指南。
"""

import re
from collections.abc import Iterator
from typing import Literal

from crawler.facts.text import fold
from rules import checks
from rules.findings import Verdict, cant_tell, failed, passed
from rules.paper import Paper
from rules.unit import Unit

NEEDS = ("guide",)
_NAMED = re.compile(
    r"(?<!上级)((?:政府信息公开)?(?:工作|受理|承办|日常工作)机构(?:名称)?|机构名称|(?:政府信息公开)?(?:工作)?主管部门(?:名称)?)"
    r"[^。；;:：\n]{0,6}(?:[:：]|为|是)([\u4e00-\u9fff、()（）]{3,40})"
)
#: Another body may take the applications in.
_COUNTER = re.compile("受理|承办")
_OFFICE = re.compile(r"办公室|政府办(?!事)|府办(?!事)|(?:公开|综合|党政|政务)办(?!事)|办公厅")
_INNER = re.compile(r"[科处股室]$|(?:科|处|股|室)[(（]")
_INSTITUTION = re.compile(r"(?:中心|站|所|馆|大队|学校|医院)$")
_BUREAU = re.compile(r"(?:局|委员会|服务局)$")
_WHOLE = re.compile(r"(?:人民政府|街道办事处|管理委员会)$")
_CUT = re.compile(r"(?:负责|承担|统一|具体|办公地址|地址|联系|电话|受理|工作时间).*$")


class Params(checks.Params):
    """``wanted``: government_office (the district government's own office), inner (the body's office or a department
    within it), no_institution (no subordinate institution)."""

    wanted: Literal["government_office", "inner", "no_institution"]


_WANTED = {
    "government_office": "政府办公室",
    "inner": "办公室或本机关的内设机构",
    "no_institution": "不是下属事业单位",
}


def judge(unit: Unit, params: Params, guide: Paper) -> Iterator[Verdict]:
    names = _names(guide)
    wanted = _WANTED[params.wanted]
    if not names:
        reason = guide.unread or "写法可能不同"
        yield cant_tell(f"指南里没有认出工作机构的名称，{reason}，须人工核对", wanted=wanted, page=guide.page)
        return
    marks = {name: _mark(unit, name, params.wanted) for name in names}
    shown = "、".join(names)
    said = {"quote": shown, "seen": shown, "wanted": wanted, "page": guide.page}
    good = [name for name, mark in marks.items() if mark == "good"]
    bad = [name for name, mark in marks.items() if mark == "bad" and names[name]]
    if good and len(good) == len(names):
        yield passed(f"指南写明的工作机构是“{shown}”", **said)
    elif bad and len(bad) == len(names) and not guide.unread:
        yield failed(f"指南写明的工作机构是“{shown}”，应是{wanted}", **said)
    else:
        yield cant_tell(f"指南写明的工作机构是“{shown}”，是否{wanted.removeprefix('不')}须人工核对", **said)


def _names(guide: Paper) -> dict[str, bool]:
    """Names written behind the labels, each line for itself, and whether the label means the body in charge."""
    lines = [fold(line) for line in f"{guide.facts.text}\n{guide.beside}".split("\n")]
    joined = [
        f"{one}{two}" if one.endswith((":", "：", "名称", "机构")) else one
        for one, two in zip(lines, [*lines[1:], ""], strict=True)
    ]
    hits = [hit for line in joined for hit in _NAMED.finditer(line)]
    named = [(_CUT.sub("", hit.group(2)).strip("、()（）"), not _COUNTER.search(hit.group(1))) for hit in hits]
    return {name: any(sure for one, sure in named if one == name) for name, _ in named if len(name) >= 3}


def _mark(unit: Unit, name: str, wanted: str) -> str:
    """``good``, ``bad`` or ``open``."""
    if wanted == "government_office":
        if _OFFICE.search(name) and (("府" in name) or "政务公开" in name or "党政" in name or name.endswith("办公室")):
            return "good"
        return "bad" if _BUREAU.search(name) or _subordinate(unit, name) else "open"
    if _OFFICE.search(name) or (_INNER.search(name) and not _INSTITUTION.search(name)):
        return "good"
    if _subordinate(unit, name):
        return "bad"
    if wanted == "no_institution" and not _INSTITUTION.search(name) and (_WHOLE.search(name) or _BUREAU.search(name)):
        return "good"
    return "open"


def _subordinate(unit: Unit, name: str) -> bool:
    """Whether a page of the unit's says that this is one of its institutions."""
    bare = re.escape(name)
    told = re.compile(
        rf"(?:下属|直属|所属)(?:事业)?(?:单位|机构)[^。]{{0,120}}?{bare}|{bare}[^。;；]{{0,20}}?(?:是|为|系)[^。;；]{{0,20}}?事业单位"
    )
    return any(told.search(fold(unit.facts(page).text)) for page in unit.ok_pages("article"))
