"""An inspection's folder into the database: whole or not at all, the same folder twice is the same as once."""

import csv
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import msgspec

from audit.bulk import insert_rows
from audit.inspection import NAME, Inspection
from audit.models import OUTCOMES, Duty, Finding, Result, Unit
from audit.models import Inspection as Row
from audit.packing import pack
from crawler.records import BadInput
from rules.mandate import MandateSet, load_mandates

FAILED, CANT_TELL = OUTCOMES.index("failed"), OUTCOMES.index("cant_tell")
_CODES = {name: number for number, name in enumerate(OUTCOMES)}
_BATCH = 10_000
_FINDING = ("inspection_id", "unit_id", "duty_id", "outcome", "points", "message", "url")


class _Line(msgspec.Struct, gc=False):
    """What is kept of a line of ``findings.jsonl``."""

    unit: str
    mandate: str
    check: str
    subject: str
    outcome: str
    message: str = ""
    url: str = ""
    points: float = 0.0


@dataclass(slots=True)
class _Unit:
    """One unit's outcomes while its lines are read."""

    outcomes: list[tuple[int, int]] = field(default_factory=list)
    counts: list[int] = field(default_factory=lambda: [0] * len(OUTCOMES))
    modules: dict[str, list[int]] = field(default_factory=dict)


class Duties:
    """The rows of mandates and subjects by what they are, those not yet there made and saved when asked."""

    def __init__(self) -> None:
        self.ids: dict[tuple[str, str], int] = {}
        self.by_id: dict[int, tuple[str, str, str]] = {}
        for i, mandate, subject, check in Duty.objects.values_list("id", "mandate", "subject", "check_id").iterator():
            self.ids[mandate, subject] = i
            self.by_id[i] = (mandate, subject, check)
        self._next = max(self.by_id, default=0) + 1
        self._new: list[Duty] = []

    def id_of(self, mandate: str, subject: str, check: str) -> int:
        key = (mandate, subject)
        known = self.ids.get(key)
        if known is None:
            known, self._next = self._next, self._next + 1
            self.ids[key] = known
            self.by_id[known] = (mandate, subject, check)
            digest = hashlib.sha256(subject.encode("utf-8", "surrogatepass")).hexdigest()
            self._new.append(Duty(id=known, mandate=mandate, subject=subject, subject_key=digest, check_id=check))
        return known

    def save(self) -> None:
        Duty.objects.bulk_create(self._new, batch_size=_BATCH)
        self._new = []


def digest_of_folder(inspection: Inspection) -> str:
    """SHA-256 over the files that are imported. Raises ``BadInput`` before ``gongkai check`` has run."""
    total = hashlib.sha256()
    for name in (NAME, "sites.json", "scores.csv", "findings.jsonl"):
        try:
            with (inspection.path / name).open("rb") as file:
                total.update(hashlib.file_digest(file, "sha256").digest())
        except FileNotFoundError as error:
            raise BadInput(
                f"{inspection.path}: 没有 {name}，还没有检查结论，请先运行 gongkai check {inspection.path}"
            ) from error
    return total.hexdigest()


def store(inspection: Inspection, folder: str, duties: Duties) -> Row | None:
    """Saves one inspection's facts; None where they are there already. Call inside a transaction, under the writer's lock.
    ``folder`` is where it lies, relative to the output folder."""
    digest = digest_of_folder(inspection)
    record = inspection.record
    old = Row.objects.filter(name=record.id).first()
    if old is not None and old.source_digest == digest:
        return None
    if old is not None and (old.kind, old.as_of) != (record.kind, record.as_of):
        raise BadInput(f"{inspection.path}: 库里已有另一次检查也叫“{record.id}”（检查日{old.as_of}），请换一个 --id")
    if old is not None:
        old.delete()
    stat = (inspection.path / "findings.jsonl").stat()
    row = Row.objects.create(
        name=record.id, kind=record.kind, as_of=record.as_of, folder=folder, version=record.version,
        rejudged_of=record.rejudged_of, digests=record.digests, source_digest=digest,
        size=stat.st_size, mtime=stat.st_mtime_ns,
    )  # fmt: skip
    units = _units(inspection)
    gathered = _findings(inspection, row, units, duties)
    _results(inspection, row, units, gathered)
    return row


def _units(inspection: Inspection) -> dict[str, int]:
    """Row ids of the inspection's units, new ones made."""
    known = dict(Unit.objects.values_list("code", "id"))
    new = [Unit(code=s.id, name=s.name, level=s.level, parent=s.parent) for s in inspection.sites if s.id not in known]
    Unit.objects.bulk_create(new, batch_size=_BATCH)
    if new:
        known = dict(Unit.objects.values_list("code", "id"))
    return {site.id: known[site.id] for site in inspection.sites}


def _findings(inspection: Inspection, row: Row, units: dict[str, int], duties: Duties) -> dict[str, _Unit]:
    """Saves failed and open findings as they are read; returns the rest of what the file says, by unit."""
    gathered = {unit: _Unit() for unit in units}
    loaded = load_mandates()
    modules: dict[str, str] = {m.id: m.module for m in loaded.mandates if not m.alias_of}
    rows = _rows(_lines(inspection.path / "findings.jsonl", units), row, units, gathered, duties, modules, loaded)
    while batch := list(islice(rows, _BATCH)):
        duties.save()
        insert_rows(Finding, _FINDING, batch)
    duties.save()
    return gathered


def _rows(
    lines: Iterable[_Line], row: Row, units: dict[str, int], gathered: dict[str, _Unit], duties: Duties,
    modules: dict[str, str], loaded: MandateSet,
) -> Iterator[tuple[object, ...]]:  # fmt: skip
    """Columns of ``_FINDING``."""
    ids = duties.ids
    for line in lines:
        mandate, subject = line.mandate, line.subject
        duty = ids.get((mandate, subject)) or duties.id_of(mandate, clean(subject), line.check)
        code = _CODES[line.outcome]
        unit = gathered[line.unit]
        unit.outcomes.append((duty, code))
        module = modules.get(mandate)
        if module is not None or mandate not in loaded.by_id:  # what an alias says is counted at what it stands for
            unit.counts[code] += 1
            counts = unit.modules.get(module or "")
            if counts is None:
                counts = unit.modules[module or ""] = [0] * len(OUTCOMES)
            counts[code] += 1
        if code in (FAILED, CANT_TELL):
            url = clean(line.url) if code == FAILED else ""
            yield row.pk, units[line.unit], duty, code, line.points, clean(line.message), url


def _lines(path: Path, units: dict[str, int]) -> Iterator[_Line]:
    decode = msgspec.json.Decoder(_Line).decode
    with path.open("rb") as file:
        for number, text in enumerate(file, 1):
            try:
                line = decode(text)
            except msgspec.DecodeError as error:
                raise BadInput(
                    f"{path}:{number}: 读不懂，文件可能被改动过，请再运行 gongkai check {path.parent}"
                ) from error
            if line.unit not in units or line.outcome not in _CODES:
                raise BadInput(f"{path}:{number}: 单位“{line.unit}”不在名单里，或者结论“{line.outcome}”不认识，请再运行 gongkai check {path.parent}")  # fmt: skip
            yield line


def _results(inspection: Inspection, row: Row, units: dict[str, int], gathered: dict[str, _Unit]) -> None:
    path = inspection.path / "scores.csv"
    with path.open(encoding="utf-8", newline="") as file:
        scores = {score["unit"]: score for score in csv.DictReader(file)}
    if missing := [unit for unit in units if unit not in scores]:
        raise BadInput(f"{path}: 没有单位 {'、'.join(missing[:5])} 的得分，请再运行 gongkai check {inspection.path}")
    sites = {site.id: site for site in inspection.sites}
    results = []
    for unit, own in gathered.items():
        site, score, pages = sites[unit], scores[unit], inspection.record.units.get(unit, {})
        results.append(
            Result(
                inspection_id=row.pk, unit_id=units[unit], name=site.name, level=site.level, parent=site.parent,
                scheme=score["scheme"], score=_number(score["score"]), low=_number(score["low"]), high=_number(score["high"]),
                veto=score["veto"], confirmed=score.get("confirmed") or "", grade=score.get("grade") or "", rank=int(score["rank"]) if score["rank"] else None, coverage=float(score["coverage"]),
                passed=own.counts[0], failed=int(score["failed"]), cant_tell=int(score["cant_tell"]),
                untested=int(score["untested"]), pages=pages.get("expected", 0), pages_ok=pages.get("ok", 0),
                modules=own.modules, outcomes=pack(own.outcomes),
            )
        )  # fmt: skip
    Result.objects.bulk_create(results, batch_size=_BATCH)


def _number(text: str) -> float | None:
    return float(text) if text else None


def clean(text: str) -> str:
    """Text that every database takes: without NUL."""
    return text.replace("\x00", "")
