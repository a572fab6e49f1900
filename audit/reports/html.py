"""Templates over plain data. Everything from a page is escaped."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from audit.files import write_text
from audit.reports.charts import Chart
from audit.reports.model import ReportData
from audit.texts import KINDS, STATUSES, points
from crawler.records import PageStatus


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("audit.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(points=points, kinds=KINDS, statuses=STATUSES)
    return environment


def render(template: str, **values: Any) -> str:
    """One page as text."""
    return _environment().get_template(template).render(**values)


def write_pages(data: ReportData, charts: list[Chart], folder: Path) -> None:
    """``index.html`` and one scorecard per unit."""
    environment = _environment()
    common = {
        "data": data,
        "record": data.record,
        "scheme": data.scheme,
        "mandates": data.mandates,
        "share": data.scheme.share,
    }
    card = environment.get_template("scorecard.html")
    for unit in data.units:
        write_text(folder / "scorecards" / f"{unit.site.id}.html", card.render(unit=unit, **common))
    used = [str(status) for status in PageStatus if any(unit.page_counts[status] for unit in data.units)]
    index = environment.get_template("index.html").render(charts=charts, used_statuses=used, **common)
    write_text(folder / "index.html", index)
