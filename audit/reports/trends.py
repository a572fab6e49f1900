"""What charts of several inspections share: days, breaks, figures in a CSV beside each."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from audit.compare import Comparison
from audit.files import write_csv
from audit.reports.charts import BLUE, INK, SOFT

#: Rows a page can hold.
ROWS = 40
RED = "#8f1d17"
SHADES = (BLUE, RED, "#2e7d54", "#7a5195", "#b8860b", "#3d4a5c", "#d1495b", "#00798c")
STYLES = ("-", "--", ":", "-.")


def mark_breaks(axes: Any, result: Comparison, *, named: bool = True) -> None:
    """A dashed line between two inspections whose scores are not of one measure."""
    left = axes.get_xlim()[0]
    for place, words in result.breaks.items():
        if place - 0.5 < left:
            continue
        axes.axvline(place - 0.5, color=SOFT, linewidth=1.1, linestyle=(0, (4, 3)))
        if named:
            axes.annotate(
                words, (place - 0.5, 1), xycoords=("data", "axes fraction"), xytext=(0, 3), textcoords="offset points",
                ha="center", fontsize=8.5, color=SOFT,
            )  # fmt: skip


def with_gaps(points: Sequence[tuple[int, float]]) -> tuple[list[float], list[float]]:
    """Places and values of a line that breaks off where an inspection between two of them has no value."""
    xs: list[float] = []
    ys: list[float] = []
    for x, y in points:
        if xs and x > xs[-1] + 1:
            xs.append(x - 0.5)
            ys.append(float("nan"))
        xs.append(x)
        ys.append(y)
    return xs, ys


def headline(axes: Any, title: str) -> None:
    """The title, above the names of breaks."""
    axes.set_title(title, loc="left", fontsize=12, color=INK, pad=18)


def write_data(
    folder: Path, name: str, result: Comparison, first: Sequence[str], rows: Iterable[Sequence[object]]
) -> str:
    """A CSV of one row a line of the chart, a column an inspection; its last row names the breaks."""
    marks = ["断点", *[""] * (len(first) - 1), *(result.breaks.get(x, "") for x in range(len(result.ids)))]
    write_csv(folder / f"{name}.csv", [*first, *result.ids], [*rows, *([marks] if result.breaks else [])])
    return f"{name}.csv"


def label_days(axes: Any, result: Comparison, most: int = 8) -> None:
    """Days below the points, so many of them that they do not run into each other."""
    step = -(-len(result.days) // most)
    places = range((len(result.days) - 1) % step, len(result.days), step)
    axes.set_xticks(list(places), [result.days[x] for x in places])
