"""The rectification ledger as people see it: printed, as CSV, as a workbook."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from audit.database import database, exists
from audit.decisions import Decisions, false_alarms, load
from audit.files import write_csv
from audit.ledger import WAITING, Standing, State, reminder, standing
from audit.reports.book import workbook
from audit.texts import MODULES, text_table
from crawler.records import BadInput
from rules.mandate import MandateSet, load_mandates

_PRINTED = 200
_COLUMNS = [
    ("单位", 22), ("类别", 12), ("要求", 24), ("对象", 24), ("状态", 14), ("提醒", 16), ("情况", 46), ("网址", 36), ("首次发现", 12),
    ("最近发现", 12), ("发现次数", 9), ("复发次数", 9), ("期限", 12), ("责任单位", 16), ("报整改日", 12), ("报后仍不合格次数", 10), ("核实或误报日", 12),
    ("核实的检查或复核人", 22), ("最近未能复核日", 12), ("例外", 40), ("最近的复核意见", 30), ("要求编号", 24),
]  # fmt: skip


@dataclass(slots=True)
class Line:
    """One line: problems of a unit that several mandates ask for alike are one."""

    unit: str
    unit_name: str
    mandates: list[str]
    titles: list[str]
    module: str
    subject: str
    state: State
    standing: Standing
    reminder: str
    exempt: str
    review: str

    @property
    def cells(self) -> list[object]:
        s = self.state
        return [
            self.unit_name, self.module, "；".join(self.titles), self.subject, self.standing.value, self.reminder, s.message,
            s.url, s.first_seen, s.last_seen, s.times, s.reopened, s.deadline, s.responsible, s.claimed, s.refuted, s.closed,
            s.closed_by, s.unseen, self.exempt, self.review, " ".join(self.mandates),
        ]  # fmt: skip


@dataclass(slots=True)
class Ledger:
    """Lines in order of unit and urgency, as of a day; ``rates`` are each check's (seen by people, false alarms)."""

    as_of: dt.date
    lines: list[Line]
    rates: list[tuple[str, int, int]]

    def text(self) -> str:
        """What ``gongkai ledger`` prints."""
        count = Counter(line.standing for line in self.lines)
        parts = [
            f"整改台账　{self.as_of}　共{len(self.lines)}个问题：" + "，".join(f"{s.value}{count[s]}" for s in Standing)
        ]
        waiting = [line for line in self.lines if line.standing in WAITING]
        if waiting:
            rows = [
                [x.unit_name, x.standing.value, x.titles[0], x.subject[:30], x.state.deadline or "未定", x.reminder or "—", x.state.responsible or "—"]
                for x in waiting[:_PRINTED]
            ]  # fmt: skip
            parts += ["", text_table(["单位", "状态", "要求", "对象", "期限", "提醒", "责任单位"], rows)]
            if len(waiting) > _PRINTED:
                parts.append(f"……另有{len(waiting) - _PRINTED}个，用 --export 写成表格")
        if self.rates:
            rates = [[check, seen, wrong, f"{wrong / seen:.0%}"] for check, seen, wrong in self.rates]
            parts += [
                "",
                "各检查的误报率（经人工复核的不合格项）",
                text_table(["检查", "复核数", "误报数", "误报率"], rates, right=(1, 2, 3)),
            ]
        return "\n".join(parts)

    def write(self, path: Path) -> None:
        """As CSV or a workbook, by the name's end. The same ledger gives the same bytes."""
        if path.suffix.lower() == ".csv":
            write_csv(path, [name for name, _ in _COLUMNS], (line.cells for line in self.lines))
            return
        with workbook(path, "整改台账") as book:
            book.sheet("整改台账", _COLUMNS, (line.cells for line in self.lines))
            due = [line.cells for line in self.lines if line.reminder]
            book.sheet("到期提醒", _COLUMNS, due)
            rates = [[check, seen, wrong, wrong / seen] for check, seen, wrong in self.rates]
            book.sheet("误报率", [("检查", 24), ("复核数", 10), ("误报数", 10), ("误报率", 10)], rates, percent=(3,))


def read_ledger(output: Path, as_of: dt.date, unit: str | None = None) -> Ledger:
    """The ledger of an output folder on a day. Raises ``BadInput`` where nothing was taken in, or the unit is not known."""
    if not exists(output):
        raise BadInput(
            f"{output}: 还没有台账，请先用 gongkai import 导入检查结果的文件夹，或者用 --output 指到结果所在的文件夹"
        )
    with database(output):
        from audit import models
        from audit.rectify import state_of

        problems = models.Problem.objects.select_related("unit", "duty")
        if unit is not None:
            problems = problems.filter(unit__code=unit)
            if not models.Unit.objects.filter(code=unit).exists():
                raise BadInput(f"台账里没有单位“{unit}”，请写名单里的id")
        decisions = load()
        lines = _Lines(as_of, decisions, load_mandates())
        for p in problems.order_by("unit__code", "duty__mandate", "duty__subject").iterator(2000):
            lines.add(p.unit.code, p.unit.name, (p.duty.mandate, p.duty.subject, p.duty.check_id), state_of(p))
    return Ledger(as_of, lines.ordered(), false_alarms(decisions))


class _Lines:
    """Lines while problems are read."""

    def __init__(self, as_of: dt.date, decisions: Decisions, mandates: MandateSet) -> None:
        self._as_of = as_of
        self._decisions = decisions
        self._mandates = mandates
        self._found: dict[tuple[object, ...], Line] = {}
        self._same: dict[str, list[str]] = {}
        for mandate in mandates.mandates:
            self._same.setdefault(mandates.meant(mandate.id).id, []).append(mandate.id)

    def add(self, unit: str, name: str, duty: tuple[str, str, str], state: State) -> None:
        mandate, subject, check = duty
        decided = [(unit, same, subject) for same in self._same.get(mandate, [mandate])]  # under an alias as well
        exemption = next((e for key in decided if (e := self._decisions.exemption(key, self._as_of))), None)
        called = standing(state, self._as_of, exempt=exemption is not None)
        loaded = self._mandates.by_id.get(mandate)
        title = loaded.title if loaded else mandate
        alike = (unit, check, subject, called, state.opened, state.message, state.deadline)
        if alike in self._found:
            self._found[alike].mandates.append(mandate)
            self._found[alike].titles.append(title)
            return
        review = next((r for key in decided if (r := self._decisions.last_review(key))), None)
        said = (
            "，".join(x for x in (review.opinion, review.reviewer, review.note, f"{review.inspection}中") if x)
            if review
            else ""
        )
        module = MODULES.get(loaded.module, loaded.module) if loaded else ""
        leave = exemption.words if exemption else ""
        told = reminder(state, self._as_of, called)
        self._found[alike] = Line(unit, name, [mandate], [title], module, subject, state, called, told, leave, said)

    def ordered(self) -> list[Line]:
        urgency = list(Standing)
        return sorted(
            self._found.values(), key=lambda x: (x.unit, urgency.index(x.standing), x.state.deadline or dt.date.max)
        )
