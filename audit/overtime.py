"""Leads from two inspections of the same units: the one before is looked for beside it."""

from collections.abc import Iterator

from audit.inspection import NAME, Inspection
from crawler.records import BadInput, Site
from rules.leads import Lead, leads
from rules.mandate import MandateSet
from rules.unit import Unit

HEADER = ["unit", "kind", "subject", "message", "url", "before", "now", "earlier"]


def inspection_before(inspection: Inspection) -> Inspection | None:
    """The last inspection of the same kind before this one in its folder of inspections, that still has its archive."""
    record, found = inspection.record, []
    for path in inspection.path.absolute().parent.glob(f"*/{NAME}"):
        try:
            other = Inspection.load(path.parent)
        except BadInput:
            continue
        known = other.record
        if (
            known.kind == record.kind
            and known.as_of < record.as_of
            and not known.rejudged_of
            and other.archive.is_dir()
        ):
            found.append(other)
    return max(found, key=lambda one: (one.record.as_of, one.record.id), default=None)


def leads_of(inspection: Inspection, earlier: Inspection | None, site: Site, mandates: MandateSet) -> list[Lead]:
    """Leads of one unit; none where nothing of it is kept."""
    pages = inspection.pages(site)
    if not pages:
        return []
    before = next((one for one in earlier.sites if one.id == site.id), None) if earlier else None
    old = earlier.pages(before) if earlier and before else []
    was = Unit(before, old, earlier.record.as_of) if earlier and before and old else None
    return leads(Unit(site, pages, inspection.record.as_of), was, mandates.mandates)


def rows(unit: str, found: list[Lead], earlier: Inspection | None) -> Iterator[list[object]]:
    """Rows of ``leads.csv``."""
    name = earlier.record.id if earlier else ""
    for lead in found:
        yield [unit, lead.kind.value, lead.subject, lead.message, lead.url, lead.before, lead.now, name]
