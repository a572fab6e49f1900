"""``notices/<unit>.docx``: the 整改通知书 to each unit that has problems, a draft until the office has approved it. With
the list of problems and, for each, the kept evidence it rests on."""

import datetime as dt
from pathlib import Path

from audit.reports import official
from audit.reports.model import Problem, ReportData, UnitReport
from audit.texts import KINDS, points

#: Working days to mend, where no review says otherwise; the office edits the draft.
_DAYS = 10
_PROBLEMS = ["序号", "问题", "情况", "依据", "怎样改", "整改期限"]
_EVIDENCE = ["序号", "页面", "抓取时间（UTC）", "页面原文或看到的", "存档摘要（SHA-256）"]


def write_notices(data: ReportData, folder: Path) -> None:
    """One paper per unit with problems; papers of units that have none any more are removed."""
    wanted = {unit.site.id: unit for unit in data.units if unit.problems}
    for path in folder.glob("*.docx"):
        if path.stem not in wanted:
            path.unlink()
    for identity, unit in wanted.items():
        _write(data, unit, folder / f"{identity}.docx")


def _write(data: ReportData, unit: UnitReport, path: Path) -> None:
    day = data.record.as_of
    paper = official.new_paper(f"{unit.site.name}整改通知书（草稿）")
    official.line(paper, "草稿（待审批）", bold=True, colour=official.RED, align=official.RIGHT, indent=False)
    official.line(
        paper, "政府信息公开问题整改通知书", font=official.TITLE_FONT, size=22, align=official.CENTRE, indent=False
    )
    official.line(paper, "", indent=False)
    official.line(paper, f"{unit.site.name}：", indent=False)
    official.line(paper, _opening(data, unit))
    official.heading(paper, "一、主要问题")
    for number, text in enumerate(_main_problems(unit), 1):
        official.line(paper, f"{number}．{text}")
    official.heading(paper, "二、整改要求")
    *demands, last = _demands(unit)
    for text in demands:
        official.line(paper, text)
    official.line(paper, last, keep=True)  # the signature never stands alone on a page
    official.line(paper, "附件：1．问题清单", keep=True)
    official.line(paper, "　　　2．证据清单", keep=True)
    official.line(paper, "", indent=False, keep=True)
    official.line(paper, "（发文机关）　　", align=official.RIGHT, indent=False, keep=True)
    official.line(paper, "（日期）　　　　", align=official.RIGHT, indent=False)
    official.wide_section(paper)
    _annexes(paper, unit, day)
    official.save(paper, path)


def _opening(data: ReportData, unit: UnitReport) -> str:
    record = data.record
    day = f"{record.as_of.year}年{record.as_of.month}月{record.as_of.day}日"
    seen = unit.page_counts["ok"]
    said = f"{day}，对你单位网站（{unit.site.url}）开展了政府信息公开{KINDS[record.kind]}，查看页面{unit.page_total}个，正常打开{seen}个。"
    count = f"共发现需要整改的问题{len(unit.problems)}个"
    open_ = f"，另有{unit.score.cant_tell}条待核事项未计入" if unit.score.cant_tell else ""
    veto = "。其中有单项否决指标的候选情形，须按监测期确认，请优先整改" if unit.score.veto else ""
    return f"{said}{count}{open_}{veto}。现将有关事项通知如下。"


def _main_problems(unit: UnitReport) -> list[str]:
    """By module, the way an office tells them: what and how many."""
    found: dict[str, list[Problem]] = {}
    for problem in unit.problems:
        found.setdefault(problem.entry.module, []).append(problem)
    texts = []
    for module, problems in found.items():
        names = list(dict.fromkeys(problem.entry.meant.title for problem in problems))
        more = "等" if len(names) > 4 else ""
        texts.append(f"{module}方面{len(problems)}个：{'、'.join(names[:4])}{more}。")
    return texts


def _demands(unit: UnitReport) -> list[str]:
    first = f"请对照问题清单逐项核实、整改，清单写明期限的按期限完成，没有写明的于收到本通知之日起{_DAYS}个工作日内完成，并书面反馈整改情况。"
    texts = [
        first,
        "对判定有异议的，请在期限内一并提交页面截图、发布记录等材料；证据清单列明了每个问题所依据的页面、抓取时间和存档摘要，可申请查阅存档。",
    ]
    if unit.score.cant_tell:
        texts.append("成绩单中的待核事项不作为问题，请自行核对。")
    return texts


def _annexes(paper: object, unit: UnitReport, day: dt.date) -> None:
    official.line(
        paper, f"附件1　问题清单（{unit.site.name}）", font=official.HEADING_FONT, size=14, indent=False, keep=True
    )
    official.table(
        paper, _PROBLEMS, [_problem_row(n, p) for n, p in enumerate(unit.problems, 1)], [12, 42, 72, 52, 45, 24]
    )
    official.line(paper, "", indent=False, size=10.5, spacing=12)
    official.line(
        paper, f"附件2　证据清单（{unit.site.name}）", font=official.HEADING_FONT, size=14, indent=False, keep=True
    )
    official.table(
        paper, _EVIDENCE, [_evidence_row(n, p) for n, p in enumerate(unit.problems, 1)], [12, 75, 38, 70, 52]
    )
    note = f"检查日{day}。评分参数{'未经核对' if unit.scheme.unverified else '已核对'}，本单位得分{points(unit.score.score)}。“候选”须按监测期确认。"
    official.line(paper, note, size=10.5, spacing=16, indent=False)


def _problem_row(number: int, problem: Problem) -> list[str]:
    finding, mandate = problem.entry.finding, problem.entry.mandate
    subject = f"：{finding.subject}" if finding.subject != mandate.title else ""
    veto = f"（{problem.veto}）" if problem.veto else ""
    decided = f"【{'；'.join(problem.decided)}】" if problem.decided else ""
    deadline = problem.deadline.isoformat() if problem.deadline else f"收到之日起{_DAYS}个工作日"
    said = f"{finding.message}{decided}"
    return [
        str(number),
        f"{mandate.title}{subject}{veto}",
        said,
        "；".join(problem.sources),
        problem.entry.mend,
        deadline,
    ]


def _evidence_row(number: int, problem: Problem) -> list[str]:
    finding = problem.entry.finding
    words = f"“{finding.quote}”" if finding.quote else finding.seen
    if not words and len(finding.looked) > 1:
        words = f"在{len(finding.looked)}个页面上没有找到"
    fetched = finding.fetched_at.replace("T", " ").removesuffix("Z")
    return [str(number), finding.url or "—", fetched or "—", words or "—", finding.sha256 or "—"]
