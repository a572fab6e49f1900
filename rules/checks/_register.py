"""The unit's documents and interpretations as records, read once for all checks that ask."""

from weakref import WeakKeyDictionary

from rules.copies import copies_of
from rules.papers import policy_papers
from rules.register import Record, make_register
from rules.unit import Unit

_KNOWN: WeakKeyDictionary[Unit, list[Record]] = WeakKeyDictionary()


def records_of(unit: Unit) -> list[Record]:
    """The register of one unit's pages."""
    if unit not in _KNOWN:
        _KNOWN[unit] = make_register(copies_of(unit))
    return _KNOWN[unit]


def own_numbers(unit: Unit) -> set[str]:
    """The numbers of the unit's own documents; a portal also carries its superiors'."""
    return {paper.facts.doc_number for paper in policy_papers(unit) if paper.facts.doc_number}
