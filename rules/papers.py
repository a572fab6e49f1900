"""Policy papers: which documents are the unit's own, and what a document is called without its wrapping. Pure."""

import re
from itertools import pairwise

from crawler.facts.text import fold, only_date
from rules.documents import own_names
from rules.paper import Paper
from rules.unit import Unit

_ORGAN = re.compile(
    r"[\u4e00-\u9fff]{1,24}?(?:政府|办公室|办公厅|委员会|管委会|局|委|厅|院|中心|街道|办事处|镇|乡|公司|队|站|所|处|校|学)"
)
_WITHIN = re.compile(r"^[\u4e00-\u9fff]{2,3}(?:省|市|自治区)(?=[\u4e00-\u9fff]{4,})")
_WRAPPING = re.compile(r"^关于(?:印发|公布|发布|下发|颁布)?|(?:的通知|的公告|的通告|通知)$|[《》<>“”\"]")


def policy_papers(unit: Unit) -> list[Paper]:
    """Numbered documents of this unit itself, not its superiors' or its departments': the title begins with the
    unit's name, the issuer's field or the signature is the unit's, or the number's prefix is one of such documents.
    发布机构 says who put a page up, not who issued the document."""
    papers = [Paper(page, unit.facts(page)) for page in unit.ok_pages("article") if unit.facts(page).doc_number]
    names = issuer_names(unit)
    issued = [issued_by(paper.facts.title or "", names) for paper in papers]
    own = [said or (said is None and _signed(paper, names)) for paper, said in zip(papers, issued, strict=True)]
    prefixes = {_prefix(paper) for paper, mine in zip(papers, own, strict=True) if mine}
    return [
        paper
        for paper, said, mine in zip(papers, issued, own, strict=True)
        if mine or (said is None and _prefix(paper) in prefixes)
    ]


def issuer_names(unit: Unit) -> list[str]:
    """The unit's names that are an organ's, not only a place's: 江北区 stands in front of every department."""
    return [name for name in own_names(unit) if _ORGAN.fullmatch(name)]


def issued_by(title: str, names: list[str]) -> bool | None:
    """Whether one of the issuers that a document's title begins with is among ``names``; None where it begins with
    none."""
    head, about, _ = title.partition("关于")
    if not about or not _ORGAN.match(fold(head)):
        return None
    issuers = [fold(part) for part in re.split(r"[\s、，,]+", head.strip())]
    return any(issuer in names or _WITHIN.sub("", issuer) in names for issuer in issuers)


def _signed(paper: Paper, names: list[str]) -> bool:
    fields = paper.facts.fields
    if any(fold(fields.get(name, "")) in names for name in ("制发机构", "发文机构")):
        return True
    lines = [fold(line) for line in paper.facts.text.split("\n")]
    return any(line in names and only_date(below) for line, below in pairwise(lines))


def _prefix(paper: Paper) -> str:
    return (paper.facts.doc_number or "").split("〔", 1)[0]


def bare_title(title: str, unit: Unit) -> str:
    """What a document is called without its issuer, 关于印发 … 的通知, quotation marks and the unit's place:
    江北区人民政府关于印发《江北区防汛抗旱方案》的通知 and 防汛抗旱方案 are one."""
    flat = fold(title)
    head, about, rest = flat.partition("关于")
    if about and "转发" not in head and (not head or _ORGAN.match(head)):
        flat = about + rest
    while (shorter := _WRAPPING.sub("", flat)) != flat:
        flat = shorter
    for start in (flat, _WITHIN.sub("", flat)):
        for name in own_names(unit):
            if start.startswith(name) and len(start) > len(name) + 4:
                return start[len(name) :]
    return flat
