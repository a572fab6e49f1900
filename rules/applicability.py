"""Whether a mandate binds a unit on a day, and by which documents a unit is judged."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.records import Site
from rules.mandate import Document, Mandate


@dataclass(frozen=True, slots=True)
class Profile:
    """One document some unit was judged by: where it binds, which issue of it, from which day."""

    document: str
    title: str
    number: str
    jurisdiction: str
    valid_from: dt.date | None


def profiles(mandates: Iterable[Mandate], sites: Iterable[Site], as_of: dt.date) -> list[Profile]:
    """The documents that bind some unit of a list on a day, in the order of the mandate files."""
    found: dict[Profile, None] = {}
    kinds = {(s.level, s.region, s.without, s.also, has_own_site(s)): s for s in sites}
    for mandate in mandates:
        d = mandate.document
        if any(not why_inapplicable(mandate, site, as_of) for site in kinds.values()):
            found[Profile(d.code, d.title, d.number, d.jurisdiction, in_force_from(d))] = None
    return list(found)


def why_inapplicable(mandate: Mandate, site: Site, as_of: dt.date) -> str:
    """Why a mandate does not bind a unit on a day, or ""."""
    also = bool({mandate.id, mandate.alias_of} & set(site.also))
    if site.level not in mandate.levels and not also:
        return f"本要求适用于{'、'.join(mandate.levels)}，不适用于{site.level}"
    place = mandate.document.jurisdiction
    if not binds(place, site.region):
        return f"本要求适用于{place}，本单位在{site.region or '别处'}"
    if mandate.own_site and not has_own_site(site):
        return "本要求针对独立开设的网站，本单位是上级网站的子栏目"
    if named := [n for n in (mandate.id, mandate.alias_of, mandate.about) if n and n in site.without]:
        return f"名单写明本单位没有“{mandate.title if named[0] != mandate.about else mandate.about}”"
    since, until = mandate.in_force.since or in_force_from(mandate.document), mandate.in_force.until
    if since and as_of < since:
        return f"本要求自{since}起施行，检查日为{as_of}"
    if until and as_of > until:
        return f"本要求截至{until}，检查日为{as_of}"
    if other := next((one for one in mandate.local if not why_inapplicable(one, site, as_of)), None):
        return f"{other.document.jurisdiction}另有规定，按{other.source}（{other.id}）判定"
    return ""


def in_force_from(document: Document) -> dt.date | None:
    """The first day a document binds anybody; None where that is not known."""
    return document.valid_from or document.issued


def binds(jurisdiction: str, region: str) -> bool:
    """Whether a document binds a unit of a region; where the list tells no region, documents of a whole province or
    municipality are taken to bind, those of a single district not."""
    if jurisdiction == "全国":
        return True
    return (
        jurisdiction in region or jurisdiction.endswith(region) if region else not jurisdiction.endswith(("区", "县"))
    )


def has_own_site(site: Site) -> bool:
    """Whether some host is wholly the unit's: a town is often only a path on its district's portal."""
    return any(urlsplit(prefix).path in ("", "/") for prefix in site.scope)
