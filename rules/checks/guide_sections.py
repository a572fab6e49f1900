"""政府信息公开指南的规定章节。

查什么：指南正文（页面只给出附件的，看附件）的标题里有没有规定的各部分，名称和次序是否一致。
怎样判：五个部分都有且次序一致，合格；缺少的、改了名称的、次序不对的，各记一项不合格。名称只多出“一、”等序号、标点或断行不同不算改名；包含规定名称主干的标题算改名，不算缺少。
什么时候待核：指南没有见到；指南内容在图片或读不出来的附件（扫描件、加密文件等）里；正文里一个标题也没有识别出来；缺少的部分可能在附件或其余各页里，或标题编号跳过了它（可能没有读全）。
怎样改：按规定的五个部分和次序重新编排指南，标题用规定的名称。
"""

from collections.abc import Iterator

from rules import checks
from rules.checks._sections import judge_sections
from rules.findings import Verdict
from rules.paper import Paper
from rules.unit import Unit

NEEDS = ("guide",)


class Params(checks.Params):
    """``sections``: each section's name with the stems by which a renamed one is known; in the mandated order."""

    sections: dict[str, tuple[str, ...]]


def judge(unit: Unit, params: Params, guide: Paper) -> Iterator[Verdict]:
    yield from judge_sections(guide, params.sections, "指南")
