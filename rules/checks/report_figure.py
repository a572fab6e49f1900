"""年度报告表格里的数字。

查什么：本单位年度报告的统一表格里，规定的行、列和数字（申请情况、复议诉讼、规范性文件、许可处罚等）。两种格式（2019、2020年度和2021年度以后）按报告年度分别认。
怎样判：要填的表（required）：行和列都有并填了数字，合格；报告全文读到而没有这一行或这一列，或整行空着，不合格。要记的数（其余）：数字读得出，合格，并把数字记下来，不评高低；读不出，由人填写。规定了上限的，超过上限只待核，口径须人工核对。没有见到这些年度的报告，要填的表不适用，要记的数由人填写。
什么时候待核：年报没有见到；表格在图片或读不出来的附件里；数字来自识别软件；行列认出而格子里不是数字（如“/”）；比例超过上限。
怎样改：按统一格式填写表格，没有发生的填0，金额写明单位。
"""

import re
from collections.abc import Iterator
from typing import Literal

from pydantic import field_validator, model_validator

from rules import checks
from rules.annual_report import COLUMNS, ROWS
from rules.checks._contents import doubt, whole_text
from rules.checks._report_cells import BLOCKS, RESULTS, applied, cell, reviewed, shown
from rules.checks._sections import lost_part
from rules.checks.report_content import none_seen
from rules.findings import Verdict, cant_tell, failed, passed, untested
from rules.paper import Paper, unsure
from rules.reports import Reports
from rules.unit import Unit

NEEDS = ("reports",)


class Place(checks.Params):
    """One cell. In ``table`` applications (table 3) and reviews (table 4) ``row`` and ``column`` are the form's own
    names (R24 and 总计, 行政复议 and 结果纠正); elsewhere regular expressions for the whole cell."""

    table: Literal["applications", "reviews", "other"] = "other"
    row: str
    column: str

    @model_validator(mode="after")
    def _known(self) -> "Place":
        names = {"applications": (tuple(ROWS), COLUMNS), "reviews": (BLOCKS, RESULTS)}.get(self.table)
        if names and (self.row not in names[0] or self.column not in names[1]):
            raise ValueError(f"表里没有“{self.row}”行或“{self.column}”列，可用的有 {'、'.join((*names[0], *names[1]))}")
        if not names:
            try:
                re.compile(self.row), re.compile(self.column)
            except re.error as error:
                raise ValueError(f"不是有效的正则表达式：{error}") from error
        return self


class Figure(checks.Params):
    """The sum of the cells ``of``, divided by the sum of the cells ``over`` where there are any."""

    of: tuple[Place, ...]
    over: tuple[Place, ...] = ()


class Params(checks.Params):
    """``figures`` by name; ``what``: how they are called in the subject; ``since``, ``until``: reporting years.
    ``required``: the cells have to be there and filled; else the figures are only kept, and ``question`` is what a person
    answers where they cannot be read. ``at_most``: a larger figure is a question."""

    figures: dict[str, Figure]
    what: str
    since: int
    until: int = 9999
    required: bool = False
    question: str = ""
    at_most: float | None = None

    @field_validator("figures")
    @classmethod
    def _some(cls, figures: dict[str, Figure]) -> dict[str, Figure]:
        if not figures or not all(figure.of for figure in figures.values()):
            raise ValueError("figures至少要有一个数字，of不能是空的")
        return figures

    @model_validator(mode="after")
    def _asks(self) -> "Params":
        if not self.required and not self.question:
            raise ValueError("不是required时要写question")
        if self.required and any(f.over or len(f.of) > 1 or f.of[0].table != "other" for f in self.figures.values()):
            raise ValueError("required时每个figure只能是一个一般表格里的格子")
        return self

    @property
    def only_asks(self) -> bool:
        return not self.required


def judge(unit: Unit, params: Params, reports: Reports) -> Iterator[Verdict]:
    years = [year for year in sorted(reports.by_year) if params.since <= year <= params.until]
    for year in years:
        report = reports.by_year[year]
        subject = f"{year}年度报告·{params.what}"
        page = unit.page_at(report.url)
        if report.paper is not None:
            one = _filled if params.required else _kept
            yield one(report.paper, params, f"{year}年度报告", subject)
        elif params.required:
            yield cant_tell(f"{year}年度报告：{report.reason}", subject=subject, page=page)
        else:
            yield untested(f"{year}年度：{params.question}", subject=subject, wanted=report.reason, page=page)
    if not years:
        yield none_seen(params.since, params.until) if params.required else untested(params.question)


def _kept(paper: Paper, params: Params, what: str, subject: str) -> Verdict:
    """The figures of a report, where all their cells are plainly there."""
    found = figures(paper, params)
    if any(number is None for number in found.values()) or unsure(paper.facts):
        lack = "、".join(name for name, number in found.items() if number is None) or "数字"
        text = f"{what}：{params.question}"
        return untested(text, subject=subject, wanted=f"报告的表格里没有读出{lack}", page=paper.page)
    told = {
        n: (f"{number:.1%}" if params.figures[n].over else shown(number))
        for n, number in found.items()
        if number is not None
    }
    seen = "；".join(f"{name}{number}" for name, number in told.items())
    over = [
        n
        for n, number in found.items()
        if params.at_most is not None and number is not None and number > params.at_most
    ]
    if over:
        text = f"{what}的{'、'.join(f'{n}为{told[n]}' for n in over)}，高于{params.at_most:.0%}，是否计入须人工核对口径"
        return cant_tell(text, subject=subject, seen=seen, wanted=f"不高于{params.at_most:.0%}", page=paper.page)
    return passed(f"{what}：{seen}", subject=subject, seen=seen, page=paper.page)


def figures(paper: Paper, params: Params) -> dict[str, float | None]:
    """Each figure by name, None where one of its cells cannot be read."""
    return {name: _figure(paper, figure) for name, figure in params.figures.items()}


def _figure(paper: Paper, figure: Figure) -> float | None:
    """None where a cell cannot be read; nothing over nothing is nothing."""
    parts = [_read(paper, place) for place in figure.of]
    whole = [_read(paper, place) for place in figure.over]
    if any(number is None for number in (*parts, *whole)):
        return None
    top, below = sum(n for n in parts if n is not None), sum(n for n in whole if n is not None)
    return top if not figure.over else top / below if below else (0.0 if not top else None)


def _read(paper: Paper, place: Place) -> float | None:
    if place.table == "applications":
        return applied(paper.facts, place.row, place.column)
    if place.table == "reviews":
        return reviewed(paper.facts, place.row, place.column)
    return cell(paper.facts, re.compile(place.row), re.compile(place.column)).value


def _filled(paper: Paper, params: Params, what: str, subject: str) -> Verdict:
    """Whether the cells are there and hold numbers."""
    text = whole_text(paper)
    seen, lack, open_ = [], [], []
    for name, figure in params.figures.items():
        place = figure.of[0]
        row, column = re.compile(place.row), re.compile(place.column)
        found = cell(paper.facts, row, column)
        if found.value is not None:
            seen.append(f"{name}{shown(found.value)}")
        elif found.blank:
            lack.append(f"“{name}”空着")
        elif not (found.row or row.search(text)) or not (found.column or column.search(text)):
            lack.append(f"没有“{name}”")
        else:
            open_.append(f"“{name}”" + (f"写作“{found.text[:20]}”" if found.text else "没有读出数字"))
    said = {"subject": subject, "seen": "；".join(seen), "page": paper.page}
    if lack and not (reason := doubt(paper) or lost_part(paper, {})):
        wanted = "、".join(params.figures)
        return failed(f"{what}的表格{'，'.join(lack)}", wanted=f"表格有并填写{wanted}", **said)
    if lack:
        return cant_tell(f"{what}的表格{'，'.join(lack)}，但{reason}", **said)
    if open_:
        return cant_tell(f"{what}的表格{'，'.join(open_)}，应填数字，须人工核对", **said)
    return passed(f"{what}：{'；'.join(seen)}", **said)
