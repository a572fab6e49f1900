"""政府信息公开指南应写明的内容。

查什么：指南正文（页面只给出附件的，看附件）里有没有规定的内容，如申请的渠道、办理的步骤和时限、监督投诉的渠道。
怎样判：规定的内容都有，合格；指南完整读到而没有，不合格，列出缺哪些。写法不固定的内容，没有看到也只待核。
什么时候待核：指南没有见到；内容在读不出来的附件（扫描件、加密文件等）或图片里；正文框以外还有文字，或正文分成几页；写法不固定的内容没有看到。没有硬性规定的内容没有看到的，交由人核对。
怎样改：在指南的相应部分补写该内容，更新后重新发布。
"""

from collections.abc import Iterator

from rules.checks._contents import Contents, judge_contents
from rules.findings import Verdict, cant_tell
from rules.paper import Paper
from rules.unit import Unit

NEEDS = ("guide",)
_SHORT = 300


class Params(Contents):
    """``words`` as in report_content."""


def judge(unit: Unit, params: Params, guide: Paper) -> Iterator[Verdict]:
    verdict = judge_contents(guide, params, "指南", "")
    if verdict.outcome == "failed" and len(guide.facts.text) < _SHORT:
        text = f"指南正文只有{len(guide.facts.text)}个字，可能没有读全"
        verdict = cant_tell(text, wanted=verdict.wanted, page=guide.page)
    yield verdict
