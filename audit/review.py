"""What people filled into a workbook's review sheets, back into the database: every row is found by its key, and all rows
are taken or none."""

import datetime as dt
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook
from xlsxwriter.utility import xl_rowcol_to_cell

from audit.decisions import Decision, Decisions, Exemption, Review
from audit.files import cell_text
from audit.history import decide
from audit.ledger import Opinion
from audit.reports import review_sheets as sheets
from audit.texts import OUTCOMES
from crawler.records import BadInput, why_unread
from rules.findings import Outcome

_MAX_BYTES = 500 * 2**20
_MAX_TOLD = 200
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
#: What each opinion must come with.
_NEEDED = {
    Opinion.FALSE_ALARM: (sheets.REVIEWER, sheets.NOTE),
    Opinion.EXEMPT: (sheets.NOTE, sheets.DOCUMENT, sheets.APPROVER, sheets.EXPIRES),
    Opinion.PASSED: (sheets.REVIEWER,),
    Opinion.FAILED: (sheets.REVIEWER, sheets.NOTE),
    Opinion.INAPPLICABLE: (sheets.REVIEWER,),
}
Found = tuple[str, str, Outcome]
"""Subject, check and outcome of a finding."""


@dataclass(slots=True)
class _Row:
    """A row with something in it to read. ``cells`` are texts and days by column name."""

    sheet: str
    number: int
    columns: dict[str, int]
    cells: dict[str, object]

    def text(self, name: str) -> str:
        value = self.cells[name]
        return cell_text(value.strip()) if isinstance(value, str) else "" if value is None else str(value)

    def where(self, name: str) -> str:
        return f"“{self.sheet}”表 {xl_rowcol_to_cell(self.number, self.columns[name])}"

    @property
    def key(self) -> str:
        return self.text(sheets.KEY)

    @property
    def filled(self) -> bool:
        return any(self.text(name) for name in sheets.INPUTS)


class Faults:
    """What is wrong, by sheet and cell."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.rows: set[tuple[str, int]] = set()

    def add(self, row: _Row, name: str, text: str) -> None:
        self.told.append(f"{row.where(name)}：{text}")
        self.rows.add((row.sheet, row.number))


@dataclass(frozen=True, slots=True)
class Taken:
    """Rows with something in them, and those of them that said something new."""

    rows: int
    new: int
    units: int


def import_reviews(path: Path, output: Path, today: dt.date) -> Taken:
    """Takes in a filled-in workbook. Raises ``BadInput`` naming every faulty row by sheet and cell, nothing taken."""
    rows = _read(path)
    new = decide(output, lambda known: _decisions(path, rows, known, today))
    filled = sum(1 for row in rows if row.filled)
    return Taken(filled, len({decision.source for decision in new}), len({decision.unit for decision in new}))


# --- reading --------------------------------------------------------------------------------------------------------


def _read(path: Path) -> list[_Row]:
    """Rows of the review sheets that have a key or anything filled in."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(info.file_size for info in archive.infolist()) > _MAX_BYTES:
                raise BadInput(f"{path}: 解开后超过{_MAX_BYTES // 2**20}MB，不是发出去的工作簿，请检查文件")
        book = CalamineWorkbook.from_path(str(path))
        names = [name for name in (sheets.REVIEW, sheets.BY_PERSON) if name in book.sheet_names]
        if not names:
            raise BadInput(
                f"{path}: 没有“{sheets.REVIEW}”表和“{sheets.BY_PERSON}”表，请用 gongkai report 写出的 scorecards.xlsx"
            )
        return [row for name in names for row in _rows(path, name, book.get_sheet_by_name(name).to_python(skip_empty_area=False))]  # fmt: skip
    except OSError as error:
        raise BadInput(f"{path}: 读不了这个文件（{why_unread(error)}）") from error
    except (CalamineError, zipfile.BadZipFile) as error:
        raise BadInput(f"{path}: 不是xlsx工作簿，请另存为xlsx再导入") from error


def _rows(path: Path, sheet: str, cells: Sequence[Sequence[object]]) -> Iterable[_Row]:
    header = [str(cell).strip() for cell in cells[0]] if cells else []
    wanted = (sheets.UNIT, sheets.SUBJECT, *sheets.INPUTS, sheets.KEY, sheets.VERSION)
    if missing := [name for name in wanted if name not in header]:
        raise BadInput(f"{path}: “{sheet}”表第1行少了列 {'、'.join(missing)}，请照发出去的样子改回")
    columns = {name: header.index(name) for name in wanted}
    for number, row in enumerate(cells[1:], 1):
        own = {name: row[index] if index < len(row) else None for name, index in columns.items()}
        found = _Row(sheet, number, columns, own)
        if found.key or found.filled:
            yield found


# --- judging the rows -----------------------------------------------------------------------------------------------


def _decisions(path: Path, rows: list[_Row], known: Decisions, today: dt.date) -> list[Decision]:
    faults = Faults()
    findings = _Findings(rows)
    decided: list[Decision] = []
    met: dict[str, _Row] = {}
    for row in rows:
        if row.key in met and row.filled:
            first = met[row.key]
            faults.add(row, sheets.KEY, f"编号与{first.where(sheets.KEY)}重复，请只留一行")
            continue
        met.setdefault(row.key, row)
        before = len(faults.told)
        own = _one(path, row, findings, known, today, faults)
        if len(faults.told) == before:
            decided += own
    if faults.told:
        more = len(faults.told) - _MAX_TOLD
        told = faults.told[:_MAX_TOLD] + ([f"……另有{more}处"] if more > 0 else [])
        filled = sum(1 for row in rows if row.filled)
        head = f"{path}: 填写了{filled}行，其中{len(faults.rows)}行有问题，全部没有导入。请改好下面各处再导入一次："
        raise BadInput("\n".join([head, *told]))
    return decided


def _one(
    path: Path, row: _Row, findings: "_Findings", known: Decisions, today: dt.date, faults: Faults
) -> list[Decision]:
    """The decisions of one row; faults are told."""
    key = sheets.parse_key(row.key)
    found = findings.of(key) if key else []
    if key is None or not found:
        text = "编号不认识" if row.key else "编号是空的"
        if key is not None and not findings.has(key.inspection):
            text = f"库里没有检查“{key.inspection}”，请先 gongkai import 它的文件夹"
        faults.add(row, sheets.KEY, f"{text}{'' if text.startswith('库') else '，请照发出去的样子改回'}")
        return []
    subject, _, outcome = found[0]
    name = findings.names[key.inspection, key.unit]
    for column, wanted in ((sheets.UNIT, name), (sheets.SUBJECT, subject)):
        if _words(row.text(column)) != _words(cell_text(sheets.shown(wanted).strip())):
            faults.add(row, column, f"与编号对不上，编号说的是“{wanted[:40]}”；可能只给一部分列排了序")
            return []
    last = known.review(key.inspection, (key.unit, key.mandates[0], subject))
    if not row.filled:
        if last is not None and row.text(sheets.VERSION):
            faults.add(row, sheets.OPINION, f"原有的意见“{last.opinion}”被删空了；要改请另选一个意见")
        return []
    opinion = _opinion(row, outcome, faults)
    deadline, expires = _day(row, sheets.DEADLINE, faults), _day(row, sheets.EXPIRES, faults)
    if opinion is None:
        return []
    for column in _NEEDED.get(opinion, ()):
        if not row.text(column):
            faults.add(row, column, f"选了“{opinion}”，要填{column}")
    if deadline and deadline < findings.days[key.inspection]:
        faults.add(row, sheets.DEADLINE, f"期限{deadline}早于检查日{findings.days[key.inspection]}")
    if opinion is Opinion.EXEMPT and expires and expires < today:
        faults.add(row, sheets.EXPIRES, f"例外到期日{expires}已经过了")
    made = _made(path, row, key, found, opinion, (deadline, expires), last, today)
    _settle(row, made, last, known, faults)
    return made


def _words(text: str) -> str:
    """A text without what spreadsheets change: blanks, line ends and signs that cannot be seen."""
    return "".join(char for char in text if char.isprintable() and not char.isspace())


def _opinion(row: _Row, outcome: Outcome, faults: Faults) -> Opinion | None:
    allowed = {Outcome.FAILED: sheets.FOR_FAILED, Outcome.CANT_TELL: sheets.FOR_OPEN, Outcome.UNTESTED: sheets.FOR_OPEN}
    text = row.text(sheets.OPINION)
    if outcome not in allowed:
        faults.add(row, sheets.OPINION, f"这一条在库里现在是“{OUTCOMES[outcome]}”，不用复核；请用最新的工作簿")
    elif text not in allowed[outcome]:
        said = f"“{text[:20]}”不在可选的意见里" if text else "没有填意见"
        faults.add(row, sheets.OPINION, f"{said}，只能是 {'、'.join(allowed[outcome])}")
    else:
        return Opinion(text)
    return None


def _day(row: _Row, name: str, faults: Faults) -> dt.date | None:
    value = row.cells[name]
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    text = row.text(name)
    if not text:
        return None
    try:
        match = _DAY.fullmatch(text)
        return dt.date(*map(int, match.groups())) if match else dt.date.fromisoformat(text)
    except ValueError:
        faults.add(row, name, f"“{text[:20]}”不是日期，应写作 2022-11-30")
        return None


def _made(
    path: Path, row: _Row, key: sheets.RowKey, found: list[Found], opinion: Opinion,
    days: tuple[dt.date | None, dt.date | None], last: Review | None, today: dt.date,
) -> list[Decision]:  # fmt: skip
    """The row as decisions, one for each mandate it is about."""
    deadline, expires = days
    source = f"{path.name} “{row.sheet}”表第{row.number + 1}行"
    after = last.uid if last else ""
    made: list[Decision] = []
    for mandate, (subject, check, outcome) in zip(key.mandates, found, strict=True):
        made.append(
            Review(
                inspection=key.inspection, unit=key.unit, mandate=mandate, subject=subject, check_id=check,
                outcome=outcome.value, opinion=opinion.value, responsible=row.text(sheets.RESPONSIBLE), deadline=deadline,
                reviewer=row.text(sheets.REVIEWER), note=row.text(sheets.NOTE), after=after, day=today, source=source,
            )
        )  # fmt: skip
        if opinion is Opinion.EXEMPT and expires:
            made.append(
                Exemption(
                    inspection=key.inspection, unit=key.unit, mandate=mandate, subject=subject,
                    reason=row.text(sheets.NOTE), document=row.text(sheets.DOCUMENT), approver=row.text(sheets.APPROVER),
                    expires=expires, after=after, day=today, source=source,
                )
            )  # fmt: skip
    return made


_CONTENT = ("opinion", "responsible", "deadline", "reviewer", "note")
_LEAVE = ("reason", "document", "approver", "expires")


def _settle(row: _Row, made: list[Decision], last: Review | None, known: Decisions, faults: Faults) -> None:
    """Empties ``made`` where the row says what is known already; tells of one that was filled in over another's word."""
    review = made[0]
    if last is None or not isinstance(review, Review):
        return
    same = all(getattr(review, name) == getattr(last, name) for name in _CONTENT)
    leave = known.exemption_given(last.inspection, last.key)
    new = next((d for d in made if isinstance(d, Exemption)), None)
    if same and (new is None or (leave and all(getattr(new, n) == getattr(leave, n) for n in _LEAVE))):
        made.clear()
    elif row.text(sheets.VERSION) != last.uid[:12]:
        by = f"{last.reviewer}的" if last.reviewer else ""
        faults.add(row, sheets.OPINION, f"与库里{last.day}导入的{by}意见“{last.opinion}”冲突；请重新 gongkai report，在新的工作簿里改")  # fmt: skip


class _Findings:
    """Findings of the inspections and units that rows name, by mandate and mark of the subject."""

    def __init__(self, rows: Iterable[_Row]) -> None:
        from audit import models
        from audit.packing import unpack

        keys = [key for row in rows if (key := sheets.parse_key(row.key))]
        self.names: dict[tuple[str, str], str] = {}
        self._found: dict[tuple[str, str], dict[tuple[str, str], Found]] = {}
        inspections = models.Inspection.objects.filter(name__in={key.inspection for key in keys})
        self.days = {inspection.name: inspection.as_of for inspection in inspections}
        duties = {i: rest for i, *rest in models.Duty.objects.values_list("id", "mandate", "subject", "check_id")}
        marks = {i: sheets.subject_mark(subject) for i, (_, subject, _) in duties.items()}
        wanted = {key.unit for key in keys}
        results = models.Result.objects.filter(inspection__in=inspections, unit__code__in=wanted)
        columns = ("inspection__name", "unit__code", "name", "outcomes")
        for inspection, unit, name, packed in results.values_list(*columns).iterator():
            self.names[inspection, unit] = name
            own = self._found[inspection, unit] = {}
            for i, code in unpack(bytes(packed)).items():
                mandate, subject, check = duties[i]
                own[mandate, marks[i]] = (subject, check, Outcome(models.OUTCOMES[code]))

    def has(self, inspection: str) -> bool:
        return inspection in self.days

    def of(self, key: sheets.RowKey) -> list[Found]:
        """What a key is about; nothing where any part of it is not known."""
        own = self._found.get((key.inspection, key.unit), {})
        found = [own.get((mandate, key.subject_mark)) for mandate in key.mandates]
        return [one for one in found if one is not None] if all(found) else []
