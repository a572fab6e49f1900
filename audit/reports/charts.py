"""Charts of one inspection and of several, with Chinese text from a font that a package brings."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.figure import Figure

from audit.compare import Change, Comparison
from audit.files import whole
from audit.reports.model import ReportData
from audit.texts import OUTCOMES
from rules.findings import Outcome

_INK, _SOFT, _LINE = "#1f2733", "#5b6675", "#dfe3e8"
_BLUE, _PALE = "#1f5fa8", "#a9c4e4"
# Told apart in grey print by lightness as well as by hue.
_COLOURS = {
    Outcome.PASSED: "#2e9e6b",
    Outcome.FAILED: "#8f1d17",
    Outcome.CANT_TELL: "#e6b64c",
    Outcome.UNTESTED: "#c9ced6",
}
_SCREEN_WIDTH = 900
_MARKED = 10


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawn chart: ``file`` beside its page, ``alt`` says in words what it shows."""

    file: str
    title: str
    alt: str
    width: int = _SCREEN_WIDTH


@cache
def _font() -> str:
    path = str(files("pylopdf_fonts_zh_cn").joinpath("NotoSansSC-Regular.otf"))
    font_manager.fontManager.addfont(path)
    return font_manager.FontProperties(fname=path).get_name()


def _figure(rows: int, row_height: float = 0.42, width: float = 9.0) -> tuple[Figure, Any]:
    mpl.rcParams.update(
        {"font.family": _font(), "font.size": 11, "axes.unicode_minus": False, "svg.hashsalt": "gongkai"}
    )
    figure = Figure(figsize=(width, 1.3 + max(rows, 2) * row_height), dpi=150, layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(_LINE)
    axes.tick_params(length=0, colors=_INK)
    axes.grid(axis="x", color=_LINE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.set_ylim(-0.7, max(rows, 2) - 0.3)
    return figure, axes


def _save(figure: Figure, path: Path) -> None:
    with whole(path) as temporary:
        figure.savefig(temporary, format="png", metadata={"Software": None})


def inspection_charts(data: ReportData, folder: Path) -> list[Chart]:
    """Draws ``scores.png``, ``outcomes.png`` and ``modules.png``; none where nothing could be judged."""
    charts = []
    if data.assessed:
        charts.append(_scores(data, folder))
    if any(unit.outcomes for unit in data.units):
        charts += [_outcomes(data, folder), _modules(data, folder)]
    return charts


def _scores(data: ReportData, folder: Path) -> Chart:
    units = sorted(data.assessed, key=lambda unit: unit.score.score or 0)
    figure, axes = _figure(len(units))
    for y, unit in enumerate(units):
        score, low = unit.score.score or 0.0, unit.score.low or 0.0
        axes.barh(y, score, color=_PALE, height=0.55)
        axes.barh(y, low, color=_BLUE, height=0.55)
        axes.text(score + 1, y, f"{score:g}", va="center", color=_INK)
    axes.set_yticks(range(len(units)), [unit.site.name for unit in units])
    axes.set_xlim(0, 108)
    axes.axvline(data.scheme.pass_line, color="#8f1d17", linewidth=1, linestyle="--")
    axes.set_title(
        f"各单位得分（深色：最低可能得分；虚线：合格线{data.scheme.pass_line:g}分）",
        loc="left",
        fontsize=12,
        color=_INK,
    )
    _save(figure, folder / "scores.png")
    best, worst = units[-1], units[0]
    alt = f"最高{best.site.name}{best.score.score:g}分，最低{worst.site.name}{worst.score.score:g}分"
    return Chart("scores.png", "各单位得分和最低可能得分", alt)


def _outcomes(data: ReportData, folder: Path) -> Chart:
    units = list(reversed(data.units))
    figure, axes = _figure(len(units))
    left = [0.0] * len(units)
    for outcome, colour in _COLOURS.items():
        values = [float(unit.outcomes[outcome]) for unit in units]
        if any(values):
            axes.barh(range(len(units)), values, left=left, color=colour, height=0.55, label=OUTCOMES[outcome])
            left = [a + b for a, b in zip(left, values, strict=True)]
    axes.set_yticks(range(len(units)), [unit.site.name for unit in units])
    axes.set_title("各单位判定结果条数", loc="left", fontsize=12, color=_INK, pad=26)
    axes.legend(ncols=4, loc="lower left", bbox_to_anchor=(-0.01, 1.0), frameon=False, fontsize=10, handlelength=1)
    _save(figure, folder / "outcomes.png")
    total = {o: sum(unit.outcomes[o] for unit in units) for o in _COLOURS}
    alt = "，".join(f"{OUTCOMES[o]}{n}条" for o, n in total.items() if n)
    return Chart("outcomes.png", "判定结果条数（不适用的不计）", alt)


def _modules(data: ReportData, folder: Path) -> Chart:
    counts: dict[str, int] = {}
    for unit in data.units:
        for problem in unit.problems:
            counts[problem.entry.module] = counts.get(problem.entry.module, 0) + 1
    names = sorted(counts, key=lambda name: counts[name])
    figure, axes = _figure(max(1, len(names)))
    axes.barh(range(len(names)), [counts[name] for name in names], color="#8f1d17", height=0.55)
    for y, name in enumerate(names):
        axes.text(counts[name] + 0.1, y, str(counts[name]), va="center", color=_INK)
    axes.set_yticks(range(len(names)), names)
    axes.xaxis.set_major_locator(mpl.ticker.MaxNLocator(integer=True))
    axes.set_title("各类问题个数", loc="left", fontsize=12, color=_INK)
    _save(figure, folder / "modules.png")
    alt = "，".join(f"{name}{counts[name]}个" for name in reversed(names)) or "没有问题"
    return Chart("modules.png", "各类问题个数", alt)


def comparison_charts(result: Comparison, folder: Path) -> list[Chart]:
    """Draws ``trend.png`` (score per unit and inspection) and ``changes.png`` (how problems moved)."""
    return [_trend(result, folder), _changes(result, folder)]


def _trend(result: Comparison, folder: Path) -> Chart:
    figure, axes = _figure(9, width=9.0)
    axes.grid(axis="x", visible=False)
    axes.grid(axis="y", color=_LINE, linewidth=0.8)
    series = {unit: known for unit in result.units if (known := _known_scores(result, unit))}
    marked = _movers(series)
    ends: list[tuple[float, str]] = []
    for unit, known in series.items():
        xs, ys = zip(*known, strict=True)
        if unit not in marked:
            axes.plot(xs, ys, linewidth=0.8, color="#c9ced6", zorder=1)
            continue
        index = marked.index(unit)
        style = ("-", "--", ":", "-.")[index % 4]
        axes.plot(xs, ys, style, marker="o", markersize=4, linewidth=1.6, color=_shade(index))
        if xs[-1] == len(result.ids) - 1:
            ends.append((ys[-1], result.units[unit]))
    values = [y for known in series.values() for _, y in known]
    axes.set_ylim(min(values, default=0) - 4, max(values, default=100) + 4)
    axes.set_xticks(range(len(result.ids)), result.days)
    axes.set_xlim(-0.15, len(result.ids) - 1 + 0.75)
    _label_ends(axes, ends, len(result.ids) - 1)
    axes.set_title(
        "各单位得分走势" + ("（标出变化最大的单位）" if len(marked) < len(series) else ""),
        loc="left",
        fontsize=12,
        color=_INK,
    )
    _save(figure, folder / "trend.png")
    alt = "；".join(f"{name}{value:g}" for value, name in sorted(ends, reverse=True))
    return Chart("trend.png", "各单位得分走势", f"最近一次：{alt}")


def _known_scores(result: Comparison, unit: str) -> list[tuple[int, float]]:
    scores = [by_unit.get(unit) for by_unit in result.scores]
    return [(x, s.score) for x, s in enumerate(scores) if s is not None and s.score is not None]


def _movers(series: dict[str, list[tuple[int, float]]]) -> list[str]:
    """All units while their lines can be told apart, else those that rose or fell most."""
    if len(series) <= _MARKED:
        return list(series)
    return sorted(series, key=lambda unit: -abs(series[unit][-1][1] - series[unit][0][1]))[:_MARKED]


def _label_ends(axes: Any, ends: list[tuple[float, str]], x: int) -> None:
    """Names beside the last points, pushed apart so that they do not lie on each other."""
    low, high = axes.get_ylim()
    gap = (high - low) / 18
    last = float("-inf")
    for value, name in sorted(ends):
        y = max(value, last + gap)
        axes.annotate(
            f"{name} {value:g}",
            (x, value),
            xytext=(x + 0.06, y),
            textcoords="data",
            va="center",
            fontsize=9,
            color=_INK,
        )
        last = y


def _shade(index: int) -> str:
    return ("#1f5fa8", "#8f1d17", "#2e7d54", "#7a5195", "#b8860b", "#3d4a5c", "#d1495b", "#00798c")[index % 8]


def _changes(result: Comparison, folder: Path) -> Chart:
    counts = result.counts()
    kinds = [Change.NEW, Change.REOPENED, Change.STILL, Change.UNSEEN, Change.MENDED]
    figure, axes = _figure(len(kinds))
    colours = ["#8f1d17", "#b3261e", "#c98b86", "#e6b64c", "#2e9e6b"]
    axes.barh(range(len(kinds)), [counts[k] for k in kinds], color=colours, height=0.55)
    for y, kind in enumerate(kinds):
        axes.text(counts[kind] + 0.1, y, str(counts[kind]), va="center", color=_INK)
    axes.set_yticks(range(len(kinds)), [k.value for k in kinds])
    axes.invert_yaxis()
    axes.xaxis.set_major_locator(mpl.ticker.MaxNLocator(integer=True))
    axes.set_title(f"问题的变化（{result.ids[-2]} → {result.ids[-1]}）", loc="left", fontsize=12, color=_INK)
    _save(figure, folder / "changes.png")
    return Chart("changes.png", "问题的变化", "，".join(f"{k.value}{counts[k]}" for k in kinds))
