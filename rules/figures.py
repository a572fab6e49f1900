"""The figures an inspection adds to the time series: what units report of themselves, and what the crawl measured of
them. The two are never one series: they count different things. Nothing is judged here. Pure."""

from collections.abc import Iterable, Iterator

from crawler.records import Page, PageStatus
from rules.applicability import why_inapplicable
from rules.checks import report_figure
from rules.mandate import Mandate
from rules.paper import unsure
from rules.reports import find_reports
from rules.unit import Unit

HEADER = ["unit", "mandate", "field", "kind", "period", "value", "url"]
REPORTED, MEASURED = "reported", "measured"
_CHECK = "report_figure"
#: 网站稳定运行: the share of addresses asked for that were answered at all.
_STEADY, _ANSWERED = "CQ2020-5.6.4b", "有应答的网址占比"
_SILENT = (PageStatus.TIMEOUT, PageStatus.DNS, PageStatus.TLS)
_NOT_ASKED = (PageStatus.ROBOTS, PageStatus.NOT_TRIED)


def figure_rows(unit: Unit, mandates: Iterable[Mandate]) -> Iterator[list[object]]:
    """The rows of ``figures.csv`` for one unit: ``kind`` is ``reported`` (``period`` a reporting year) or ``measured``
    (``period`` the inspection's day); a value is a plain number, a share between 0 and 1."""
    for mandate in mandates:
        bound = not mandate.alias_of and not why_inapplicable(mandate, unit.site, unit.as_of)
        if bound and mandate.check == _CHECK:
            yield from _reported(unit, mandate)
        if bound and mandate.id == _STEADY:
            yield from _measured(unit, mandate)


def _reported(unit: Unit, mandate: Mandate) -> Iterator[list[object]]:
    reports, params = find_reports(unit).value, mandate.parameters
    if reports is None or not isinstance(params, report_figure.Params):
        return
    for year in sorted(reports.by_year):
        paper = reports.by_year[year].paper
        if paper is None or not params.since <= year <= params.until or unsure(paper.facts):
            continue
        for name, value in report_figure.figures(paper, params).items():
            if value is not None:
                yield [
                    unit.site.id,
                    mandate.id,
                    name,
                    REPORTED,
                    year,
                    f"{value:.6g}" if value % 1 else int(value),
                    paper.page.url,
                ]


def _measured(unit: Unit, mandate: Mandate) -> Iterator[list[object]]:
    asked: list[Page] = [page for page in unit.pages if page.status not in _NOT_ASKED]
    if asked:
        share = sum(page.status not in _SILENT for page in asked) / len(asked)
        yield [unit.site.id, mandate.id, _ANSWERED, MEASURED, unit.as_of, f"{share:.4f}", unit.site.url]
