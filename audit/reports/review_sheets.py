"""The sheets that people fill in and send back: ``复核`` (failed and open findings) and ``人工核查`` (duties only a person can
judge). ``audit.review`` reads them; both know the columns from here."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from audit.decisions import Decisions, Exemption, Review
from audit.files import plain_cell
from audit.ledger import Opinion
from audit.reports.book import MAX_TEXT, Book
from audit.reports.model import Entry, ReportData, UnitReport
from rules.findings import Finding, Outcome

REVIEW, BY_PERSON = "复核", "人工核查"
#: Columns that are read back, by what they mean.
OPINION, RESPONSIBLE, DEADLINE, REVIEWER, NOTE = "复核意见", "责任单位", "期限", "复核人", "说明"
DOCUMENT, APPROVER, EXPIRES = "例外依据文件", "例外批准人", "例外到期"
UNIT, SUBJECT, KEY, VERSION = "单位", "对象", "编号", "版本"
INPUTS = (OPINION, RESPONSIBLE, DEADLINE, REVIEWER, NOTE, DOCUMENT, APPROVER, EXPIRES)
FOR_FAILED = (Opinion.CONFIRMED, Opinion.FALSE_ALARM, Opinion.CLAIMED, Opinion.EXEMPT)
FOR_OPEN = (Opinion.PASSED, Opinion.FAILED, Opinion.INAPPLICABLE, Opinion.UNKNOWN)
_INPUT_WIDTHS = [(OPINION, 12), (RESPONSIBLE, 16), (DEADLINE, 12), (REVIEWER, 10), (NOTE, 34), (DOCUMENT, 20), (APPROVER, 12), (EXPIRES, 12), (KEY, 24), (VERSION, 14)]  # fmt: skip
_LAST_DAY = dt.date(2100, 1, 1)


@dataclass(frozen=True, slots=True)
class RowKey:
    """What a row is about: findings of one subject that one or several mandates ask for alike."""

    inspection: str
    unit: str
    mandates: tuple[str, ...]
    subject_mark: str

    def __str__(self) -> str:
        return f"{self.inspection} {self.unit} {'+'.join(self.mandates)} {self.subject_mark}"


def key_of(findings: Sequence[Finding]) -> str:
    """The text that finds a row's findings again."""
    first = findings[0]
    return str(RowKey(first.inspection, first.unit, tuple(f.mandate for f in findings), subject_mark(first.subject)))


def parse_key(text: str) -> RowKey | None:
    """None for what is no key."""
    parts = text.split(" ")
    return RowKey(parts[0], parts[1], tuple(parts[2].split("+")), parts[3]) if len(parts) == 4 else None


def subject_mark(subject: str) -> str:
    """A subject as short as a key wants it."""
    return hashlib.sha256(subject.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def shown(text: str) -> str:
    """A text as its cell shows it."""
    return str(plain_cell(text))[:MAX_TEXT]


def review_sheet(book: Book, data: ReportData) -> None:
    """Failed findings of all units, then the open ones, so that each kind has its own drop-down."""
    columns = [(UNIT, 22), ("类别", 12), ("要求", 24), (SUBJECT, 24), ("结论", 8), ("情况", 46), ("网址", 36), *_INPUT_WIDTHS]  # fmt: skip
    failed = [
        (unit, problem.entry, [problem.entry.finding, *(e.finding for e in problem.also)])
        for unit in data.units
        for problem in unit.problems
    ]
    open_ = [(u, e, [e.finding]) for u in data.units for e in u.of(Outcome.CANT_TELL) if not e.mandate.alias_of]
    rows = (
        [u.site.name, e.module, e.mandate.title, e.finding.subject, e.outcome, e.finding.message, e.finding.url, *_filled(findings, data.decisions)]
        for u, e, findings in (*failed, *open_)
    )  # fmt: skip
    book.sheet(REVIEW, columns, rows)
    _choices(book, REVIEW, columns, [(FOR_FAILED, 1, len(failed)), (FOR_OPEN, 1 + len(failed), len(open_))])


def person_sheet(book: Book, data: ReportData) -> None:
    """Duties that only a person can judge."""
    columns = [(UNIT, 22), ("类别", 12), ("要求", 26), (SUBJECT, 24), ("要核对的", 60), ("文件原文", 60), ("依据", 28), *_INPUT_WIDTHS]  # fmt: skip
    asked = [(unit, entry) for unit in data.units for entry in _by_person(unit)]
    rows = (
        [u.site.name, e.module, e.mandate.title, e.finding.subject, e.finding.message, e.mandate.quote, e.source, *_filled([e.finding], data.decisions)]
        for u, e in asked
    )  # fmt: skip
    book.sheet(BY_PERSON, columns, rows)
    _choices(book, BY_PERSON, columns, [(FOR_OPEN, 1, len(asked))])


def _by_person(unit: UnitReport) -> Iterable[Entry]:
    return (entry for entry in unit.of(Outcome.UNTESTED) if not entry.mandate.alias_of)


def _filled(findings: Sequence[Finding], decisions: Decisions) -> list[object]:
    """The input columns as they were last filled in, the key, and which review they show."""
    first = findings[0]
    key = (first.unit, first.mandate, first.subject)
    review = decisions.review(first.inspection, key)
    if review is None:
        return [*("" for _ in INPUTS), key_of(findings), ""]
    exemption = decisions.exemption_given(first.inspection, key) if review.opinion == Opinion.EXEMPT else None
    return [*_said(review, exemption), key_of(findings), review.uid[:12]]


def _said(review: Review, exemption: Exemption | None) -> list[object]:
    leave = [exemption.document, exemption.approver, exemption.expires] if exemption else ["", "", ""]
    return [review.opinion, review.responsible, review.deadline, review.reviewer, review.note, *leave]


def _choices(
    book: Book, sheet: str, columns: Sequence[tuple[str, int]], blocks: Iterable[tuple[Sequence[Opinion], int, int]]
) -> None:
    names = [name for name, _ in columns]
    for opinions, first, count in blocks:
        if not count:
            continue
        last = first + count - 1
        listed = [str(opinion) for opinion in opinions]
        book.choose(sheet, first, last, names.index(OPINION), listed)
        for name in (DEADLINE, EXPIRES):
            book.dates(sheet, first, last, names.index(name), _LAST_DAY)
