"""What a comparison asks of an inspection: from the database where it was taken in as it stands, else from its files."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from audit.database import database, exists
from audit.inspection import Inspection
from audit.scheme import scheme_of
from audit.score import Score, ranked, score_unit
from crawler.records import BadInput
from rules.findings import Finding, Outcome
from rules.mandate import MandateSet

if TYPE_CHECKING:
    from audit import models

Key = tuple[str, str, str]
"""Unit, mandate, subject."""


@dataclass(frozen=True, slots=True)
class Judged:
    """``outcomes`` of every duty by unit, then mandate and subject, only where they were asked for; ``failed`` and ``open`` findings
    in their order, of which only unit, mandate, check, subject, outcome, message, points and (of failed ones) url are sure;
    ``scores`` by unit; ``columns``: how columns that owe updates came out, by unit and subject."""

    outcomes: Mapping[str, Mapping[tuple[str, str], Outcome]]
    failed: Mapping[Key, Finding]
    open: Mapping[Key, Finding]
    scores: Mapping[str, Score]
    columns: Mapping[tuple[str, str], Outcome]

    def outcome(self, key: Key) -> Outcome | None:
        return self.outcomes.get(key[0], {}).get(key[1:])


def judged(inspection: Inspection, mandates: MandateSet, *, outcomes: bool = True) -> Judged:
    """Raises ``BadInput`` before ``gongkai check`` has run."""
    return _from_database(inspection, outcomes) or _from_files(inspection, mandates, outcomes)


def _is_column(check: str, subject: str) -> bool:
    return check == "column_fresh" and subject.startswith("栏目:")


def _worse(a: Outcome | None, b: Outcome) -> Outcome:
    """Of two judgements of one column the one that counts."""
    order = (Outcome.FAILED, Outcome.CANT_TELL, Outcome.PASSED)
    return next((o for o in order if o in (a, b)), b)


def _from_files(inspection: Inspection, mandates: MandateSet, whole: bool) -> Judged:
    found, scheme = inspection.findings_by_unit(), scheme_of(inspection, mandates)
    outcomes: dict[str, dict[tuple[str, str], Outcome]] = {}
    told: dict[Outcome, dict[Key, Finding]] = {Outcome.FAILED: {}, Outcome.CANT_TELL: {}}
    columns: dict[tuple[str, str], Outcome] = {}
    scores = []
    for site in inspection.sites:
        findings = found.of(site.id)
        if whole:
            outcomes[site.id] = {(f.mandate, f.subject): f.outcome for f in findings}
        for f in findings:
            if _is_column(f.check, f.subject):
                columns[f.unit, f.subject] = _worse(columns.get((f.unit, f.subject)), f.outcome)
            if f.outcome in told:
                told[f.outcome][f.unit, f.mandate, f.subject] = f
        scores.append(score_unit(site, findings, scheme, mandates))
    by_unit = {s.unit: s for s in ranked(scores)}
    return Judged(outcomes, told[Outcome.FAILED], told[Outcome.CANT_TELL], by_unit, columns)


def _from_database(inspection: Inspection, whole: bool) -> Judged | None:
    """None where there is no database, or it holds another state of the inspection than the folder."""
    output, path = inspection.path.absolute().parent, inspection.path / "findings.jsonl"
    if not exists(output) or not path.exists():
        return None
    stat, record = path.stat(), inspection.record
    with contextlib.suppress(BadInput), database(output):  # the files say the same, only slower
        from audit import models

        row = models.Inspection.objects.filter(name=record.id, size=stat.st_size, mtime=stat.st_mtime_ns).first()
        if row is None or row.digests != record.digests:
            return None
        return _read(row, whole)
    return None


def _read(row: "models.Inspection", whole: bool) -> Judged:
    from audit import models
    from audit.packing import unpack

    names = [Outcome(name) for name in models.OUTCOMES]
    duties = {i: tuple(rest) for i, *rest in models.Duty.objects.values_list("id", "mandate", "subject", "check_id")}
    keys = {i: (mandate, subject) for i, (mandate, subject, _) in duties.items()}
    codes = dict(models.Unit.objects.values_list("id", "code"))
    dated = {i for i, (_, subject, check) in duties.items() if _is_column(check, subject)}
    outcomes, found = {}, []
    columns: dict[tuple[str, str], Outcome] = {}
    for r in row.results.order_by("id"):
        unit = codes[r.unit_id]
        packed = unpack(bytes(r.outcomes))
        if whole:
            outcomes[unit] = {keys[duty]: names[code] for duty, code in packed.items()}
        for duty in dated & packed.keys():
            subject = keys[duty][1]
            columns[unit, subject] = _worse(columns.get((unit, subject)), names[packed[duty]])
        found.append(
            Score(
                unit, r.name, r.level, r.scheme, r.score, r.low, r.high, tuple(r.veto.split()), r.rank, r.coverage, r.passed, r.failed, r.cant_tell, r.untested,
                tuple(r.confirmed.split()), r.grade,
            )
        )  # fmt: skip
    told: dict[Outcome, dict[Key, Finding]] = {Outcome.FAILED: {}, Outcome.CANT_TELL: {}}
    wanted = ("unit_id", "duty_id", "outcome", "message", "url", "points")
    for unit_id, duty, code, message, url, points in row.findings.order_by("id").values_list(*wanted):
        unit, outcome = codes[unit_id], names[code]
        mandate, subject, check = duties[duty]
        told[outcome][unit, mandate, subject] = Finding("", unit, mandate, check, subject, outcome, message, url=url, points=points)  # fmt: skip
    by_unit = {s.unit: s for s in ranked(found)}
    return Judged(outcomes, told[Outcome.FAILED], told[Outcome.CANT_TELL], by_unit, columns)
