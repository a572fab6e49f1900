"""同一文件在各处的内容是否一致。

查什么：文号和标题相同的文件，在本单位网站几处发布时，成文日期、有效性和正文是否相同（去掉空白和标点后比较）。不同网站之间的比对见documents.csv。
怎样判：几处一致，合格；两个页面的属性栏写明的成文日期不同，或者一处写有效、一处写失效或废止，不合格，列出各页写的值。
什么时候待核：没有一份文件在两处发布；成文日期不是从属性栏读出的；正文不同（可能有一处没有读全）。
怎样改：以原文为准统一各处的内容，几个栏目引用同一页面。
"""

from collections.abc import Iterator

from crawler.facts.labels import NAMES_OF
from rules import checks
from rules.checks._register import records_of
from rules.findings import Verdict, cant_tell, failed, passed
from rules.register import Difference, Record
from rules.unit import Unit

NEEDS = ("home",)
_CALLED = {"written": "成文日期", "validity": "有效性", "body": "正文"}
_ENDED = ("失效", "废止", "作废", "停止执行")


class Params(checks.Params):
    """No parameters."""


def judge(unit: Unit, params: Params, home: object) -> Iterator[Verdict]:
    alike = 0
    records = [record for record in records_of(unit) if record.doc_number and len(record.copies) > 1]
    for record in records:
        differences = [one for one in record.disagree if one.field in _CALLED]
        for one in differences:
            yield _judge(unit, record, one)
        alike += not differences
    if alike:
        yield passed(f"{alike}份在几处发布的文件，各处一致", subject="各处一致的文件")
    if not records:
        yield cant_tell("没有见到同一文件在本单位网站几处发布，不同网站之间是否一致须对照documents.csv核对")


def _judge(unit: Unit, record: Record, one: Difference) -> Verdict:
    name, subject = _CALLED[one.field], f"文件:{record.doc_number}·{_CALLED[one.field]}"
    page = unit.page_at(one.values[0][1][0])
    places = [(value, urls[0]) for value, urls in one.values]
    seen = "；".join(url if one.field == "body" else f"{value} {url}" for value, url in places[:4])
    if one.field == "body":
        reason = "正文不同，可能有一处没有读全，须对照核对"
    elif one.field == "written" and not all(_labelled(unit, url, value) for value, url in places):
        reason = "成文日期不同，但不都是从属性栏读出的，须人工核对"
    elif one.field == "validity" and len({value.startswith(_ENDED) for value, _ in places}) == 1:
        reason = "有效性的写法不同，须人工核对"
    else:
        text = f"{record.doc_number}在{len(places)}处写的{name}不同：{'、'.join(value for value, _ in places)}"
        looked = tuple(url for _, url in places)
        return failed(
            text, subject=subject, quote=record.title, seen=seen, wanted=f"各处{name}一致", page=page, looked=looked
        )
    return cant_tell(f"{record.doc_number}各处{reason}", subject=subject, seen=seen, page=page)


def _labelled(unit: Unit, url: str, value: str) -> bool:
    """Whether a page tells a date beside a label, not only below its text."""
    page = unit.page_at(url)
    fields = page.facts.fields if page is not None and page.facts is not None else {}
    digits = [part.lstrip("0") for part in value.split("-")]
    return any(all(part in fields.get(name, "") for part in digits) for name in NAMES_OF["written"])
