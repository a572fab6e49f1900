"""The comparison as a page, a table and charts."""

from pathlib import Path

from audit.compare import Change, Comparison
from audit.files import write_csv, write_text
from audit.reports.charts import comparison_charts
from audit.reports.html import render

_HEADER = ["变化", "单位", "要求编号", "要求", "对象", "情况", "网址"]


def write_comparison(result: Comparison, folder: Path) -> Path:
    """Writes ``index.html``, ``changes.csv``, ``scores.csv`` and ``charts/`` into ``folder``; returns the page."""
    charts = comparison_charts(result, folder / "charts")
    rows = (
        [m.change, m.unit_name, m.finding.mandate, m.mandate_title, m.finding.subject, m.finding.message, m.finding.url]
        for m in result.moves
    )
    write_csv(folder / "changes.csv", _HEADER, rows)
    series = (
        [name, *(s.score if (s := scores.get(unit)) else None for scores in result.scores)]
        for unit, name in result.units.items()
    )
    write_csv(folder / "scores.csv", ["单位", *result.ids], series)
    page = folder / "index.html"
    write_text(page, render("comparison.html", result=result, charts=charts, changes=list(Change)))
    return page
