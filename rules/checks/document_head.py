"""公文页面应写明的标注和属性。

查什么：本单位制发的、有文号的文件（可以只限某些栏目），页面有没有规定的标注（如“此件公开发布”）、属性（索引号、成文日期、有效性等）和文件下载。转载的文件不看。
怎样判：看过的文件达到规定比例写明，合格；要求格式统一的，同一时期的文件多数写明某项而有的没有，没有的页面又完整读到，不合格，列出例子。
什么时候待核：没有见到本单位有文号的文件；文件太少；多数文件没有这一项（规定的格式里有没有它，须人工核对）；没有写明的页面有图片、附件没有读到或者由脚本加载。
怎样改：按统一格式发布文件，补齐各项属性和标注。
"""

import datetime as dt
import re
from collections.abc import Iterator

from crawler.facts.text import fold, label
from crawler.urls import page_key
from rules import checks
from rules.checks._holders import Sheet, sheet_of
from rules.findings import Verdict, cant_tell, failed, passed
from rules.paper import Paper
from rules.papers import policy_papers
from rules.unit import Unit

NEEDS = ("home",)
_COLON = re.compile("[：:]")
_FEW = 3


class Mark(checks.Params):
    """``labels``: spellings of a label besides its name, whole; ``words``: words anywhere in the text; ``files``: an
    attached file shows it."""

    labels: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    files: bool = False


class Params(checks.Params):
    """``marks``: what is looked for, by name. ``columns``: only documents listed in columns of these names. ``share``: from which share of documents on it passes; ``uniform``:
    what most documents show and others lack is a failure; ``since``: documents published from this day on."""

    marks: dict[str, Mark]
    columns: tuple[str, ...] = ()
    share: float = 0.9
    uniform: bool = False
    since: dt.date | None = None

    @property
    def only_asks(self) -> bool:
        return not self.uniform


def judge(unit: Unit, params: Params, home: object) -> Iterator[Verdict]:
    listed = {page_key(i.url) for c in unit.columns.named(params.columns) for i in c.items if i.url}
    own = policy_papers(unit)
    if params.columns:
        own = [paper for paper in own if page_key(paper.page.task.url) in listed or page_key(paper.page.url) in listed]
    papers = {paper.facts.doc_number: paper for paper in own if _counts(paper, params, unit.as_of)}
    if not papers:
        since = f"{params.since}以后" if params.since else ""
        where = f"“{params.columns[0]}”栏目里" if params.columns else ""
        yield cant_tell(f"{where}没有见到本单位{since}有文号的文件，须人工核对")
        return
    sheets = {number: sheet_of(unit, paper.page) for number, paper in papers.items()}
    for name, mark in params.marks.items():
        yield _judge_mark(papers, sheets, name, mark, params)


def _counts(paper: Paper, params: Params, as_of: dt.date) -> bool:
    day = paper.facts.published
    return (params.since is None or (day is not None and day >= params.since.isoformat())) and (
        day is None or day <= as_of.isoformat()
    )


def _judge_mark(
    papers: dict[str | None, Paper], sheets: dict[str | None, Sheet], name: str, mark: Mark, params: Params
) -> Verdict:
    bare = [number for number, paper in papers.items() if not _shows(paper, sheets[number], name, mark)]
    having, total = len(papers) - len(bare), len(papers)
    said = f"看过的{total}份文件里有{having}份写明“{name}”"
    if having >= params.share * total:
        return passed(said, subject=name, seen=f"{having}/{total}", page=next(iter(papers.values())).page)
    clear = [number for number in bare if not sheets[number].doubt]
    first = papers[(clear or bare)[0]]
    seen = "没有的如：" + "；".join(f"{number} {papers[number].page.url}" for number in (clear or bare)[:4])
    reason = ""
    if not params.uniform:
        reason = "文件没有规定必须写明，须人工核对"
    elif total < _FEW:
        reason = f"文件少于{_FEW}份"
    elif having * 2 <= total:
        reason = "多数文件没有，统一格式里有没有这一项须人工核对"
    elif not clear:
        reason = sheets[bare[0]].doubt
    if reason:
        return cant_tell(f"{said}：{reason}", subject=name, seen=seen, wanted=name, page=first.page)
    return failed(
        f"{said}，{len(clear)}份没有，格式不统一",
        subject=name,
        quote=first.facts.title or "",
        seen=seen,
        wanted=f"每份文件写明“{name}”",
        page=first.page,
        looked=tuple(papers[number].page.url for number in clear),
    )


def _shows(paper: Paper, sheet: Sheet, name: str, mark: Mark) -> bool:
    """Whether a document shows a mark: as a label, even one without a value, or in its words."""
    facts, wanted = paper.facts, {label(one) for one in (name, *mark.labels)}
    shown = {label(one) for one in facts.fields} | {label(_COLON.split(line)[0]) for line in sheet.text.split("\n")}
    if wanted & shown or (mark.files and facts.attachments):
        return True
    flat = sheet.text.replace("\n", "")
    return any(fold(word) in flat for word in mark.words)
