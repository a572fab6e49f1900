"""``scorecards/<unit>.pdf``: the scorecard as a paper to send and to file."""

import datetime as dt
import tempfile
from collections.abc import Iterator
from pathlib import Path

from audit.files import whole
from audit.reports.model import Problem, ReportData, UnitReport
from audit.reports.pdf_layout import AMBER, GREEN, INK, RED, SOFT, Paper, Piece, font_for
from audit.texts import KINDS, STATUSES, points
from crawler.records import PageStatus
from rules.findings import Outcome

#: Problems of one duty told in full; further ones stand in a table.
_IN_FULL = 4
_UNSEEN = 60
_MODULE = ["类别", "合格", "不合格", "待核", "需人工", "不适用"]
_OUTCOMES = ("passed", "failed", "cant_tell", "untested", "inapplicable")
_ACCOUNT = ["类别", "项目", "依据", "处数", "每处", "系数", "最多", "扣分"]
_UNVERIFIED = "评分参数未经核对：扣分分值是本工具的初定值，尚无单位确认，得分只作内部参考。"


def write_scorecards(data: ReportData, folder: Path) -> None:
    """One paper per unit; the same data gives the same bytes."""
    warning = "评分参数未经核对" if data.scheme.unverified else ""
    day = data.record.as_of
    papers = [(unit, list(_pieces(data, unit))) for unit in data.units]
    foots = [_foot(unit, day) for unit, _ in papers]
    texts = (text for _, pieces in papers for piece in pieces for text in piece.texts)
    with tempfile.TemporaryDirectory() as held:
        font = Path(held) / "letters.otf"
        font.write_bytes(font_for([*texts, *foots, warning, "第页共/……（全文见网页成绩单）"]))
        for (unit, pieces), foot in zip(papers, foots, strict=True):
            paper = Paper(font, f"{unit.site.name}成绩单", foot, warning, day)
            paper.draw(pieces)
            with whole(folder / f"{unit.site.id}.pdf") as temporary:
                temporary.write_bytes(paper.finished())


def _foot(unit: UnitReport, day: dt.date) -> str:
    return f"{unit.site.name}　政府信息公开成绩单　检查日 {day}"


def _pieces(data: ReportData, unit: UnitReport) -> Iterator[Piece]:
    record, score = data.record, unit.score
    yield _say(unit.site.name, 20, INK, True, 0.5)
    line = f"政府信息公开成绩单　{KINDS[record.kind]}　检查日 {record.as_of}　{unit.site.level}　{unit.site.url}"
    yield _say(line, 9, SOFT, False, 3)
    yield from _notices(data, unit)
    yield Piece("figures", (_figures(unit),))
    if score.score is not None:
        yield Piece("gauge", tuple(map(unit.scheme.share, (score.low or 0.0, score.score, unit.scheme.pass_line))))
        yield _say(f"深色为最低可能得分，浅色为得分，竖线为合格线。{unit.standing}", 8, SOFT)
    yield Piece("heading", (f"一、需要整改的问题（{len(unit.problems)}）",))
    yield from _problems(unit)
    yield Piece("heading", ("二、得分怎样算出来",))
    yield from _account(unit)
    yield Piece("heading", (f"三、待核（{score.cant_tell}，不扣分）",))
    yield from _open(unit)
    yield Piece("heading", ("四、各类要求的结果",))
    rows = [[module, *(str(n[outcome]) for outcome in _OUTCOMES)] for module, n in unit.by_module]
    yield Piece("grid", (_MODULE, rows, (6, 2, 2, 2, 2, 2), (1, 2, 3, 4, 5)))
    yield Piece("heading", (f"五、看过的页面（{unit.page_total}）",))
    yield from _seen(unit)


def _say(
    text: str, size: float = 10, colour: tuple[int, int, int] = INK, bold: bool = False, after: float = 1.5
) -> Piece:
    return Piece("say", (text, size, colour, bold, after))


def _notices(data: ReportData, unit: UnitReport) -> Iterator[Piece]:
    score = unit.score
    if unit.scheme.unverified:
        yield Piece("notice", (_UNVERIFIED, AMBER))
    if score.score is None:
        why = (
            f"能够判定的只占{score.coverage:.0%}，不足以评分。"
            if score.coverage < 1
            else "评分办法里没有适用于本单位、由程序判定的项目，未评分。"
        )
        yield Piece("notice", (why, RED))
    if unit.vetoes:
        text = "已按监测期或经人工确认，判定为不合格。下面的得分只供整改参考，不参加排名。"
        yield Piece("notice", (f"单项否决：{_named(data, unit.vetoes)}。{text}", RED))
    if unit.candidates:
        names = _named(data, unit.candidates)
        yield Piece("notice", (f"单项否决候选：{names}。须按监测期或经人工确认，由主管部门作出结论。", RED))


def _named(data: ReportData, ids: tuple[str, ...]) -> str:
    return "、".join(f"{data.mandates.by_id[i].title}（{i}）" for i in ids)


def _account(unit: UnitReport) -> Iterator[Piece]:
    if unit.score.score is None:
        yield _say("未评分。")
        return
    yield _say(f"每行扣分＝每处×处数，不超过最多可扣，再乘以系数。{unit.unjudged}", 8, SOFT)
    rows = [
        [one.group, one.item, "；".join(one.clauses), str(one.count), f"{one.each:g}", f"{one.factor:.3g}", f"{one.cap:g}", f"{-one.points:+g}" if one.points else "0"]
        for one in unit.account
    ]  # fmt: skip
    base, left = ["基础分", *[""] * 6, f"{unit.scheme.base:g}"], ["得分", *[""] * 6, points(unit.score.score)]
    yield Piece("grid", (_ACCOUNT, [base, *rows, left], (3, 4, 7, 1.2, 1.2, 1.2, 1.2, 1.5), (3, 4, 5, 6, 7)))


def _figures(unit: UnitReport) -> tuple[tuple[str, str, tuple[int, int, int]], ...]:
    score, scheme = unit.score, unit.scheme
    shown = [
        (
            points(score.score),
            f"得分（满分{scheme.base:g}，{scheme.pass_line:g}分合格）",
            RED if unit.passes is False else INK,
        ),
        (points(score.low), "最低可能得分", INK),
        (str(len(unit.problems)), f"个问题（{score.failed}条不合格）", RED),
        (str(score.cant_tell), "条待核，不扣分", AMBER),
        (str(score.passed), "条合格", GREEN),
        (f"{score.coverage:.0%}", "判定率", INK),
    ]
    if unit.reviewed is not None:
        shown.insert(1, (points(unit.reviewed.score), "人工复核后的得分", INK))
    return tuple(shown)


def _problems(unit: UnitReport) -> Iterator[Piece]:
    if not unit.problems:
        yield _say("没有发现不合格项。")
    number = 0
    for group in unit.problem_groups:
        told = group if len(group) <= _IN_FULL else group[:1]
        for problem in told:
            number += 1
            yield Piece("room", (26.0,))
            yield _say(f"{number}．{_title(problem)}　{_cost(problem)}", 10.5, INK, True, 0.5)
            yield Piece("pairs", (tuple(_told(problem)),))
            yield Piece("ln", (2.5,))
        if rest := group[len(told) :]:
            rows = [
                [str(number + place), p.entry.finding.subject, p.entry.finding.message, p.entry.finding.url, _cost(p)]
                for place, p in enumerate(rest, 1)
            ]
            number += len(rest)
            yield _say(f"同类的另外{len(rest)}个问题：", 9, SOFT)
            yield Piece("grid", (["序号", "对象", "情况", "页面", "扣分"], rows, (1.2, 3, 5, 5, 1.8)))


def _title(problem: Problem) -> str:
    finding, title = problem.entry.finding, problem.entry.mandate.title
    return f"{title}：{finding.subject}" if finding.subject != title else title


def _cost(problem: Problem) -> str:
    if problem.veto:
        return problem.veto
    return f"扣{problem.points:g}分" if problem.points else "不另扣分"


def _told(problem: Problem) -> Iterator[tuple[str, str]]:
    finding, mandate = problem.entry.finding, problem.entry.mandate
    yield "情况", finding.message
    if finding.quote:
        yield "页面原文", f"“{finding.quote}”"
    if finding.wanted:
        yield "应有的", finding.wanted
    if finding.url:
        taken = f"（抓取于{finding.fetched_at}，SHA-256 {finding.sha256[:16]}…）" if finding.sha256 else ""
        yield "页面", finding.url + taken
    note = f"（未核对：{mandate.note}）" if mandate.confidence == "unverified" else ""
    yield "依据", f"{'；'.join(problem.sources)}　{mandate.quote}{note}"
    yield "怎样改", problem.entry.mend
    if problem.decided:
        yield "复核", "；".join(problem.decided)


def _open(unit: UnitReport) -> Iterator[Piece]:
    entries = unit.of(Outcome.CANT_TELL)
    if not entries:
        yield _say("没有。")
        return
    yield _say("没有见到或看不清的内容不判不合格。可以人工核对，或在页面能够正常打开后再检查。", 9, SOFT)
    rows = []
    for entry in entries:
        title, subject = entry.mandate.title, entry.finding.subject
        rows.append([entry.module, title if subject == title else f"{title}：{subject}", entry.finding.message])
    yield Piece("grid", (["类别", "要求", "为什么待核"], rows, (2.2, 5, 8)))


def _seen(unit: UnitReport) -> Iterator[Piece]:
    counts = "，".join(f"{STATUSES[status]} {n}" for status, n in unit.page_counts.items())
    yield _say(f"{counts}。未见到的页面不作为扣分依据。", 9)
    if unit.notes:
        yield _say("；".join(unit.notes) + "。", 9, AMBER)
    unseen = [page for page in unit.unseen_pages if page.status is not PageStatus.NOT_TRIED]
    rows = [[page.task.url, page.task.label, _why(page.status, page.detail)] for page in unseen[:_UNSEEN]]
    if rows:
        yield Piece("grid", (["没有见到的页面", "链接文字", "原因"], rows, (7, 3, 5)))
    if len(unit.unseen_pages) > len(rows):
        yield _say(f"另有{len(unit.unseen_pages) - len(rows)}个没有见到的页面，见 pages.csv。", 9, SOFT)


def _why(status: str, detail: str) -> str:
    return f"{STATUSES[status]}：{detail}" if detail else STATUSES[status]
