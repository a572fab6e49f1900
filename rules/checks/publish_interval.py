"""政府信息自形成之日起20个工作日内公开。

查什么：本单位制发的、页面同时写明成文日期和发布日期的文件，两个日期之间有几个工作日（按国务院节假日安排，含调休）。
怎样判：不超过规定的工作日数，合格；超过，每份文件记一项不合格。成文当天不算，第20个工作日当天公开算按时。转载上级的文件不判。
什么时候待核：没有同时写明两个日期的文件；间隔过长（可能是迁移补录）；发布早于成文；涉及的年份还没有节假日安排。
怎样改：文件形成后及时公开；属于历史文件补录的，在页面注明。
"""

import datetime as dt
from collections.abc import Iterator

from rules import checks
from rules.documents import Paper, policy_papers
from rules.findings import Verdict, cant_tell, failed, passed
from rules.unit import Unit
from rules.workdays import UnknownYear, workdays_between

NEEDS = ("home",)


class Params(checks.Params):
    """``workdays``: the limit; ``credible_days``: a longer interval in calendar days is a migration, not a delay."""

    workdays: int
    credible_days: int


def judge(unit: Unit, params: Params, home: object) -> Iterator[Verdict]:
    good = []
    seen: set[str] = set()
    for paper in policy_papers(unit):
        facts = paper.facts
        number = facts.doc_number or ""
        if number in seen or not (facts.written and facts.published):
            continue
        seen.add(number)
        written, published = dt.date.fromisoformat(facts.written), dt.date.fromisoformat(facts.published)
        verdict = _judge_one(paper, written, published, params, unit.as_of)
        if verdict is None:
            good.append(number)
        else:
            yield verdict
    if good:
        yield passed(
            f"{len(good)}份文件都在{params.workdays}个工作日内公开", subject="按期公开的文件", seen="、".join(good[:10])
        )
    if not seen:
        yield cant_tell("没有见到同时写明成文日期和发布日期的本单位文件")


def _judge_one(paper: Paper, written: dt.date, published: dt.date, params: Params, as_of: dt.date) -> Verdict | None:
    number = paper.facts.doc_number or ""
    subject = f"文件:{number}"
    seen = f"成文{written}，发布{published}"
    if published > as_of or written > published:
        return cant_tell(f"{number}的日期不可用：{seen}", subject=subject, seen=seen, page=paper.page)
    if (published - written).days > params.credible_days:
        return cant_tell(
            f"{number}间隔{(published - written).days}天，可能是迁移补录，须人工核对",
            subject=subject,
            seen=seen,
            page=paper.page,
        )
    try:
        taken = workdays_between(written, published)
    except UnknownYear as error:
        return cant_tell(f"{number}：{error}，不能计算工作日", subject=subject, seen=seen, page=paper.page)
    if taken <= params.workdays:
        return None
    text = f"{number}{seen}，用了{taken}个工作日，超过{params.workdays}个"
    return failed(
        text,
        subject=subject,
        quote=paper.facts.title or "",
        seen=seen,
        wanted=f"{params.workdays}个工作日内",
        page=paper.page,
    )
