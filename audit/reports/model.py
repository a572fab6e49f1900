"""One inspection as plain data for templates, workbook and bulletin."""

from dataclasses import dataclass
from functools import cached_property

from audit.decisions import Decisions
from audit.inspection import Inspection, latest
from audit.overtime import inspection_before, leads_of
from audit.reports.unit import Entry, Problem, UnitReport
from audit.rollup import Rollup
from audit.scheme import scheme_of
from audit.score import ranked
from crawler.records import BadInput, Page, Site
from rules.findings import Finding
from rules.mandate import Mandate, MandateSet, load_mandates

__all__ = ["Common", "Entry", "Problem", "ReportData", "UnitReport"]


@dataclass(slots=True)
class Common:
    """A duty and the units that fail it."""

    mandate: Mandate
    source: str
    units: list[str]


class ReportData:
    """All units of one inspection, in the order of the site list, with what people decided about them and the
    figures of other inspections it puts together."""

    def __init__(
        self, inspection: Inspection, decisions: Decisions | None = None, rollup: Rollup | None = None
    ) -> None:
        self.rollup = rollup
        self.inspection = inspection
        self.record = inspection.record
        self.decisions = decisions or Decisions()
        self.mandates: MandateSet = load_mandates()
        if self.record.digests.get("mandates") != self.mandates.digest:
            raise BadInput(f"{inspection.path}: 要求文件在判定之后有变动，请先重新运行 gongkai check {inspection.path}")
        self.scheme = scheme_of(inspection, self.mandates)
        self._findings = inspection.findings_by_unit()
        self._last: tuple[str, list[Entry]] = ("", [])
        self.units = [
            UnitReport(site, self.scheme, self.mandates, self.decisions, self._entries_of, self._pages_of)
            for site in inspection.sites
        ]
        self.earlier = inspection_before(inspection)
        self.leads = {site.id: leads_of(inspection, self.earlier, site, self.mandates) for site in inspection.sites}
        for unit, score in zip(self.units, ranked([unit.score for unit in self.units]), strict=True):
            unit.score = score

    def _entries_of(self, site: Site) -> list[Entry]:
        """Read again for each unit: the last one read is kept."""
        if self._last[0] != site.id:
            self._last = (site.id, [self._entry(finding, site.name) for finding in self._findings.of(site.id)])
        return self._last[1]

    def _pages_of(self, site: Site) -> list[Page]:
        return latest(self.inspection.pages(site, bare=True))

    def _entry(self, finding: Finding, name: str) -> Entry:
        mandate, meant = self.mandates.by_id[finding.mandate], self.mandates.meant(finding.mandate)
        key = (finding.unit, finding.mandate, finding.subject)
        review = self.decisions.review(finding.inspection, key)
        exemption = self.decisions.exemption(key, self.record.as_of)
        exemption = exemption or self.decisions.exemption_given(finding.inspection, key)
        return Entry(finding, mandate, name, meant, review, exemption)

    @cached_property
    def common(self) -> list["Common"]:
        """Failed duties by the number of units that fail them."""
        found: dict[str, Common] = {}
        for unit in self.units:
            for problem in unit.problems:
                mandate = problem.entry.mandate
                row = found.setdefault(mandate.id, Common(mandate, problem.entry.source, []))
                if unit.site.name not in row.units:
                    row.units.append(unit.site.name)
        return sorted(found.values(), key=lambda row: -len(row.units))

    @property
    def lead_count(self) -> int:
        return sum(map(len, self.leads.values()))

    @property
    def wants_browser(self) -> int:
        """How many pages a browser would add."""
        return sum(unit.wants_browser for unit in self.units)

    @property
    def assessed(self) -> list[UnitReport]:
        return [unit for unit in self.units if unit.score.score is not None]

    @property
    def mean(self) -> float | None:
        values = [unit.score.score for unit in self.assessed if unit.score.score is not None]
        return round(sum(values) / len(values), 2) if values else None
