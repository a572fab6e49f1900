"""Inspections' folders as ``check`` leaves them, made in a moment; and what a database holds, without row numbers."""

import csv
import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from audit.database import database
from audit.inspection import Inspection
from audit.scheme import DEFAULT, keep, load_scheme
from audit.score import HEADER, ranked, row, score_unit, with_points
from audit.stages import PAGES_HEADER, begin
from crawler.records import Site
from rules.findings import Finding, Outcome
from rules.mandate import load_mandates

Outcomes = Mapping[tuple[str, str], Outcome]
"""By mandate and subject."""
F, P, C, N, U = Outcome.FAILED, Outcome.PASSED, Outcome.CANT_TELL, Outcome.INAPPLICABLE, Outcome.UNTESTED


def site(unit: str, name: str = "", level: str = "区县政府") -> Site:
    url = f"http://{unit}.example.gov.cn/"
    return Site(unit, name or f"{unit}区人民政府", level, url, (url,))


def page_of(unit: str) -> str:
    return f"http://{unit}.example.gov.cn/p.html"


def held(
    output: Path, day: str, units: Mapping[str, Outcomes], kind: str = "monthly", seen: bool = True,
    sites: list[Site] | None = None, message: str = "情况",
) -> Inspection:  # fmt: skip
    """An inspection named after its kind and day. ``seen``: each unit's page of findings was looked at and ok."""
    mandates = load_mandates()
    scheme = load_scheme(DEFAULT, mandates)
    sites = sites or [site(unit) for unit in units]
    name = f"{kind}-{day}"
    made = begin(output / name, name, kind, dt.date.fromisoformat(day), sites, 600)
    lines, scores = [], []
    for own in sites:
        findings = [
            Finding(
                name, own.id, m, mandates.by_id[m].check, s, o, f"{message}{s}", url=page_of(own.id), sha256="ab" * 32
            )
            for (m, s), o in units[own.id].items()
        ]
        scored = with_points(findings, scheme, mandates)
        lines += scored
        scores.append(score_unit(own, scored, scheme, mandates))
    (made.path / "findings.jsonl").write_bytes(b"".join(msgspec.json.encode(f) + b"\n" for f in lines))
    with (made.path / "scores.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([HEADER, *(row(score) for score in ranked(scores))])
    with (made.path / "pages.csv").open("w", encoding="utf-8", newline="") as file:
        rest = [""] * (len(PAGES_HEADER) - 3)
        pages = [[own.id, page_of(own.id), "ok" if seen else "timeout", *rest] for own in sites]
        csv.writer(file, lineterminator="\n").writerows([PAGES_HEADER, *pages])
    counts = {own.id: {"expected": 2, "ok": 2} if seen else {"expected": 2, "timeout": 2} for own in sites}
    made.update(
        digests={**made.record.digests, "mandates": mandates.digest, "scheme": scheme.digest},
        units=counts,
        scheme=scheme.id,
    )
    keep(scheme, made)
    return made


def dump(output: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All that the database says, in words: two databases of the same content give the same."""
    with database(output):
        from audit import models
        from audit.packing import unpack

        units = dict(models.Unit.objects.values_list("id", "code"))
        duties = {d.pk: (d.mandate, d.subject, d.check_id) for d in models.Duty.objects.all()}
        inspections = dict(models.Inspection.objects.values_list("id", "name"))
        found: dict[str, list[tuple[Any, ...]]] = {}
        for table in (models.Unit, models.UnitTerm, models.Inspection, models.Result, models.Finding, models.Problem, models.Review, models.Exemption, models.Notice):  # fmt: skip
            rows = []
            for values in table.objects.values():
                values.pop("id")
                if "outcomes" in values:
                    values["outcomes"] = sorted((duties[d], o) for d, o in unpack(bytes(values["outcomes"])).items())
                for key, names in (("unit_id", units), ("duty_id", duties), ("inspection_id", inspections)):
                    if key in values:
                        values[key] = names[values[key]]
                rows.append(tuple((k, str(v)) for k, v in values.items()))
            found[table.__name__] = sorted(rows)
        return found
