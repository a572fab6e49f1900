"""The comparison as a page, tables and charts."""

from pathlib import Path

from audit.compare import Change, Comparison
from audit.files import write_csv, write_text
from audit.reports.html import render
from audit.reports.problem_charts import problem_charts
from audit.reports.score_charts import score_charts

_HEADER = ["变化", "单位", "类别", "要求编号", "要求", "对象", "情况", "网址"]
#: Rows a page holds of each table; all of them stand in the CSV files.
_UNITS, _MOVES, _MANDATES = 200, 150, 40


def write_comparison(result: Comparison, folder: Path) -> Path:
    """Writes ``index.html``, ``changes.csv``, ``scores.csv``, ``modules.csv``, ``mandates.csv`` and ``charts/`` into ``folder``;
    returns the page."""
    charts = score_charts(result, folder / "charts") + problem_charts(result, folder / "charts")
    rows = (
        [m.change, m.unit_name, m.module, m.finding.mandate, m.mandate_title, m.finding.subject, m.finding.message, m.finding.url]
        for m in result.moves
    )  # fmt: skip
    write_csv(folder / "changes.csv", _HEADER, rows)
    _write_scores(result, folder)
    for name, grouped in (("modules", result.by_module()), ("mandates", result.by_mandate())):
        counted = ([title, *(n[change] for change in Change)] for title, n in grouped.items())
        write_csv(folder / f"{name}.csv", ["类别" if name == "modules" else "要求", *Change], counted)
    page = folder / "index.html"
    moved = dict(result.movers())
    units = (
        sorted(result.units, key=lambda unit: (-abs(moved.get(unit, 0.0)), unit))
        if len(result.units) > _UNITS
        else list(result.units)
    )
    values = {"changes": list(Change), "charts": charts, "moved": moved, "shown": units[:_UNITS], "most": _MOVES, "mandates": dict(list(result.by_mandate().items())[:_MANDATES])}  # fmt: skip
    write_text(page, render("comparison.html", result=result, scheme=result.scheme, **values))
    return page


def _write_scores(result: Comparison, folder: Path) -> None:
    """A row per unit and inspection: what a trend is drawn from, with the break before it, if any, and the score as it was
    where it was judged anew."""
    rows = []
    for unit, name in result.units.items():
        for place, scores in enumerate(result.scores):
            if (score := scores.get(unit)) is None:
                continue
            old = result.originals.get(place, {}).get(unit)
            first = old.score if old else None
            rows.append([unit, name, score.level, result.ids[place], result.days[place], score.score, score.rank, result.breaks.get(place, ""), first])  # fmt: skip
    header = ["单位id", "单位", "级别", "检查", "检查日", "得分", "名次", "断点", "当时的得分"]
    write_csv(folder / "scores.csv", header, rows)
