"""须由人核对的要求。

查什么：程序看不到或不应由程序下结论的事：内部工作、内容质量、线下事项。
怎样判：不判，列入人工核查清单，由检查人员看过后填写。
什么时候待核：不产生待核；结论一律是“需人工”。
怎样改：按文件原文核对，把结论和依据填进工作簿的“人工核查”表。
"""

from collections.abc import Iterator

from rules import checks
from rules.findings import Verdict, untested
from rules.unit import Unit


class Params(checks.Params):
    """``question``: what the inspector has to answer; ``look_at``: where to look, "" where the question says it;
    ``figure``: the answer is a number that is kept from year to year."""

    question: str
    look_at: str = ""
    figure: bool = False

    @property
    def only_asks(self) -> bool:
        return True


def judge(unit: Unit, params: Params) -> Iterator[Verdict]:
    yield untested(params.question, wanted=params.look_at)
