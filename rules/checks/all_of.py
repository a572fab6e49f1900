"""由多项要求合成的总要求。

查什么：一条总的要求（例如“二十条15项全面公开”）所含的各项是否都合格。
怎样判：各项都合格（或不适用），合格；有一项不合格，不合格，并列出是哪些项。
什么时候待核：没有不合格的项，但有待核、需人工核对或这次没有检查的项。
怎样改：按所列各项分别整改。
"""

from collections.abc import Iterator

from rules import checks
from rules.findings import Outcome, Verdict, cant_tell, failed, inapplicable, passed


class Params(checks.Params):
    """``parts``: ids of the mandates this one is made of."""

    parts: tuple[str, ...]


def judge(parts: dict[str, tuple[str, list[Verdict]]], params: Params) -> Iterator[Verdict]:
    """``parts``: title and verdicts of each mandate, by id."""
    bad = _titles(parts, Outcome.FAILED)
    open_ = [title for title in _titles(parts, Outcome.CANT_TELL, Outcome.UNTESTED) if title not in bad]
    open_ += [part for part in params.parts if part not in parts]
    good = _titles(parts, Outcome.PASSED)
    if bad:
        proof = next(v for _, verdicts in parts.values() for v in verdicts if v.outcome is Outcome.FAILED)
        text = f"{len(bad)}项不合格：{'、'.join(bad)}" + (f"；另有{len(open_)}项待核" if open_ else "")
        yield failed(
            text, seen="、".join(bad), wanted=f"{len(params.parts)}项全部合格", page=proof.page, looked=proof.looked
        )
    elif open_:
        yield cant_tell(f"{len(open_)}项待核：{'、'.join(open_)}", seen="、".join(open_))
    elif good:
        yield passed(f"{len(good)}项全部合格")
    else:
        yield inapplicable("所含各项都不适用")


def _titles(parts: dict[str, tuple[str, list[Verdict]]], *outcomes: Outcome) -> list[str]:
    return [title for title, verdicts in parts.values() if any(v.outcome in outcomes for v in verdicts)]
