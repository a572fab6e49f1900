"""Sections of a document against a mandated list: present, renamed, missing, out of order."""

import re
from collections.abc import Iterator

from crawler.facts.text import fold, label
from rules.documents import Paper
from rules.findings import Verdict, cant_tell, failed, passed

_NUMBER = re.compile(
    r"^(?:第?[一二三四五六七八九十]{1,3}(?:部分|章|节)?[、.．:：，]?|[（(][一二三四五六七八九十]{1,3}[)）]|\d{1,2}[、.．])"
)


def judge_sections(
    paper: Paper, sections: dict[str, tuple[str, ...]], what: str, prefix: str = ""
) -> Iterator[Verdict]:
    """``sections``: each name with the stems by which a renamed one is known, in the mandated order; ``what`` is how
    messages call the document, ``prefix`` stands before every subject."""
    headings = [(section.start, _bare(section.heading), section.heading) for section in paper.facts.sections]
    if not headings:
        yield cant_tell(f"{what}正文里没有识别出标题，不能判断章节", subject=f"{prefix}章节", page=paper.page)
        return
    places: dict[str, int] = {}
    for name, stems in sections.items():
        exact = next((h for h in headings if label(h[1]) == label(name)), None)
        near = exact or next((h for h in headings if any(fold(stem) in h[1] for stem in stems)), None)
        subject = prefix + name
        if near:
            places[name] = near[0]
        if exact:
            yield passed(f"有“{name}”", subject=subject, quote=exact[2], page=paper.page)
        elif near:
            text = f"“{name}”写成了“{near[1]}”"
            yield failed(text, subject=subject, quote=near[2], seen=near[1], wanted=name, page=paper.page)
        else:
            seen = "现有标题：" + "；".join(h[2] for h in headings[:8])
            yield failed(f"{what}缺少“{name}”部分", subject=subject, seen=seen, wanted=name, page=paper.page)
    order = [places[name] for name in sections if name in places]
    if len(order) > 1 and order != sorted(order):
        seen = "、".join(sorted(places, key=lambda name: places[name]))
        text = f"{what}各部分的次序与规定不一致"
        yield failed(text, subject=f"{prefix}章节次序", seen=seen, wanted="、".join(sections), page=paper.page)


def _bare(heading: str) -> str:
    return _NUMBER.sub("", fold(heading)).strip("：:。.")
