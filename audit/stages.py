"""The stages of an inspection, each runnable alone: crawl, check, report. Check and report never use the network."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import msgspec

from audit.files import csv_rows, whole, write_csv
from audit.inspection import Inspection, Record, counts, digest_of, latest, tool_version
from audit.overtime import inspection_before
from audit.points import HEADER as POINTS_HEADER
from audit.points import lines, point_rows
from audit.scanning.kept import kept_visits
from audit.scheme import chosen, keep
from audit.score import HEADER, Score, ranked, row, score_unit, with_points
from audit.texts import MARKS
from crawler.frontier import Budget
from crawler.records import Page, Site
from crawler.warc_input import WarcFiles, walk_warc
from rules.applicability import profiles
from rules.copies import Copy, copies_of
from rules.engine import Engine
from rules.figures import HEADER as FIGURES_HEADER
from rules.figures import figure_rows
from rules.mandate import load_mandates
from rules.register import HEADER as DOCUMENTS_HEADER
from rules.register import document_rows, make_register
from rules.unit import Unit

Tell = Callable[[str, Page | None], None]
PAGES_HEADER = [
    "unit",
    "url",
    "status",
    "http_status",
    "kind",
    "column",
    "title",
    "published",
    "fetched_at",
    "sha256",
    "warc",
    "offset",
    "marks",
]


def begin(
    path: Path,
    identity: str,
    kind: str,
    as_of: dt.date,
    sites: list[Site],
    pages: int,
    source: str = "crawl",
) -> Inspection:
    """Makes or takes up an inspection's folder; refuses one of another inspection."""
    record = Record(
        id=identity,
        kind=kind,
        as_of=as_of,
        started=_now(),
        ended=None,
        version=tool_version(),
        pages=pages,
        digests={"sites": digest_of(sites)},
        source=source,
    )
    return Inspection.begin(path, record, sites)


def crawl(
    inspection: Inspection, rate: float, tell: Tell, seconds: float | None = None, *, fresh: bool = False
) -> bool:
    """Crawls what is not kept yet, for so many seconds at most; pages that did not change since the inspection before are taken from
    there, unless ``fresh``. Returns whether every unit came to its end."""
    from crawler.run import crawl as run  # Scrapy takes half a second to import: only here

    before = None if fresh else inspection_before(inspection)
    done = run(
        inspection.sites,
        inspection.archive,
        Budget(pages=inspection.record.pages),
        rate,
        tell,
        seconds,
        before.archive if before else None,
    )
    _crawled(inspection, done=done)
    return done


def crawl_warc(inspection: Inspection, files: WarcFiles, tell: Tell) -> bool:
    """As ``crawl``, from WARC files of another tool."""
    walk_warc(inspection.sites, files, inspection.archive, Budget(pages=inspection.record.pages), tell)
    _crawled(inspection, done=True)
    return True


def _crawled(inspection: Inspection, *, done: bool) -> None:
    units = {site.id: inspection.counts(site) for site in inspection.sites}
    ended = inspection.record.ended or (_now() if done else None)
    inspection.update(units=units, ended=ended)


def check(inspection: Inspection, scheme_name: str | None = None) -> list[Score]:
    """Judges and scores what the archive holds: ``findings.jsonl``, ``pages.csv``, ``documents.csv``, ``figures.csv``,
    ``scores.csv``, ``points.csv``, ``scheme.yaml``. The same archive, mandates, scheme and day give the same bytes.
    Without a name the scheme is the one it was scored by before, or the default one."""
    mandates = load_mandates()
    scheme = chosen(inspection, scheme_name, mandates)
    record = inspection.record
    engine = Engine(mandates.mandates, record.as_of, record.id, inspection.sites)
    visits = kept_visits(inspection)
    scores: list[Score] = []
    copies: list[Copy] = []
    units: dict[str, dict[str, int]] = {}
    path, encode = inspection.path, msgspec.json.encode
    with (
        whole(path / "findings.jsonl") as found_file,
        found_file.open("wb") as lines_out,
        csv_rows(path / "pages.csv", PAGES_HEADER) as pages_out,
        csv_rows(path / "figures.csv", FIGURES_HEADER) as figures_out,
        csv_rows(path / "points.csv", POINTS_HEADER) as points_out,
    ):
        for site in inspection.sites:  # one unit at a time: a thousand of them do not fit into memory
            pages = inspection.pages(site)
            units[site.id] = counts(pages)
            pages_out(_page_row(inspection, site, page) for page in latest(pages))
            unit = Unit(site, pages, record.as_of)
            copies += copies_of(unit)
            figures_out(figure_rows(unit, mandates.mandates))
            found = with_points(engine.judge(site, pages, visits.get(site.id, ())), scheme, mandates)
            scores.append(score_unit(site, found, scheme, mandates))
            points_out(point_rows(site.id, lines(found, scheme, mandates)))
            lines_out.writelines(encode(finding) + b"\n" for finding in found)
    scores = ranked(scores)
    write_csv(path / "documents.csv", DOCUMENTS_HEADER, document_rows(make_register(copies)))
    write_csv(path / "scores.csv", HEADER, (row(score) for score in scores))
    keep(scheme, inspection)
    digests = {**record.digests, "mandates": mandates.digest, "scheme": scheme.digest}
    broken = dict(sorted(engine.broken.items()))
    profile = tuple(profiles(mandates.mandates, inspection.sites, record.as_of))
    said = {"digests": digests, "units": units, "broken_checks": broken, "scheme": scheme.id, "profile": profile}
    inspection.update(version=tool_version(), **said)
    return scores


def _page_row(inspection: Inspection, site: Site, page: Page) -> list[object]:
    facts = page.facts
    home = f"../{inspection.record.rejudged_of}/" if inspection.record.rejudged_of else ""
    warc = f"{home}archive/{site.id}/{page.warc}" if page.warc else ""
    where = page.offset if page.warc else ""
    read = (facts.kind, page.task.column, facts.title, facts.published) if facts else ("", page.task.column, "", "")
    return [
        site.id,
        page.task.url,
        page.status,
        page.http_status,
        *read,
        page.fetched_at,
        page.sha256,
        warc,
        where,
        "；".join(MARKS[mark] for mark in page.marks),
    ]


def unassessed(scores: list[Score]) -> list[Score]:
    """Units of which too little could be decided though something was asked."""
    return [score for score in scores if score.score is None and score.coverage < 1 and not score.confirmed]


def _now() -> str:
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
