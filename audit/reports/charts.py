"""Charts of one inspection, with Chinese text from a font that a package brings."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.figure import Figure

from audit.files import whole
from audit.reports.model import ReportData
from audit.texts import OUTCOMES
from rules.findings import Outcome

INK, SOFT, LINE = "#1f2733", "#5b6675", "#dfe3e8"
BLUE, PALE = "#1f5fa8", "#a9c4e4"
# Told apart in grey print by lightness as well as by hue.
_COLOURS = {
    Outcome.PASSED: "#2e9e6b",
    Outcome.FAILED: "#8f1d17",
    Outcome.CANT_TELL: "#e6b64c",
    Outcome.UNTESTED: "#c9ced6",
}
_SCREEN_WIDTH = 900


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawn chart: ``file`` beside its page, ``alt`` says in words what it shows, ``data`` is the file of its figures."""

    file: str
    title: str
    alt: str
    data: str = ""
    width: int = _SCREEN_WIDTH


@cache
def font() -> str:
    """The name of the Chinese font that a package brings."""
    path = str(files("pylopdf_fonts_zh_cn").joinpath("NotoSansSC-Regular.otf"))
    font_manager.fontManager.addfont(path)
    return font_manager.FontProperties(fname=path).get_name()


def prepare() -> None:
    """Chinese letters for what is drawn next."""
    mpl.rcParams.update({"font.family": font(), "font.size": 11, "axes.unicode_minus": False})


def figure(rows: int, row_height: float = 0.42, width: float = 9.0) -> tuple[Figure, Any]:
    """An empty chart of so many rows, with a light grid."""
    prepare()
    drawn = Figure(figsize=(width, 1.3 + max(rows, 2) * row_height), dpi=150, layout="constrained")
    axes = drawn.add_subplot()
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(LINE)
    axes.tick_params(length=0, colors=INK)
    axes.grid(axis="x", color=LINE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.set_ylim(-0.7, max(rows, 2) - 0.3)
    return drawn, axes


def save(drawn: Figure, path: Path) -> None:
    """As a PNG, the same bytes for the same drawing."""
    with whole(path) as temporary:
        drawn.savefig(temporary, format="png", metadata={"Software": None})


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
    drawn, axes = figure(len(units))
    for y, unit in enumerate(units):
        score, low = unit.score.score or 0.0, unit.score.low or 0.0
        axes.barh(y, score, color=PALE, height=0.55)
        axes.barh(y, low, color=BLUE, height=0.55)
        axes.text(score + 1, y, f"{score:g}", va="center", color=INK)
    axes.set_yticks(range(len(units)), [unit.site.name for unit in units])
    axes.set_xlim(0, 108)
    axes.axvline(data.scheme.pass_line, color="#8f1d17", linewidth=1, linestyle="--")
    axes.set_title(
        f"各单位得分（深色：最低可能得分；虚线：合格线{data.scheme.pass_line:g}分）",
        loc="left",
        fontsize=12,
        color=INK,
    )
    save(drawn, folder / "scores.png")
    best, worst = units[-1], units[0]
    alt = f"最高{best.site.name}{best.score.score:g}分，最低{worst.site.name}{worst.score.score:g}分"
    return Chart("scores.png", "各单位得分和最低可能得分", alt)


def _outcomes(data: ReportData, folder: Path) -> Chart:
    units = list(reversed(data.units))
    drawn, axes = figure(len(units))
    left = [0.0] * len(units)
    for outcome, colour in _COLOURS.items():
        values = [float(unit.outcomes[outcome]) for unit in units]
        if any(values):
            axes.barh(range(len(units)), values, left=left, color=colour, height=0.55, label=OUTCOMES[outcome])
            left = [a + b for a, b in zip(left, values, strict=True)]
    axes.set_yticks(range(len(units)), [unit.site.name for unit in units])
    axes.set_title("各单位判定结果条数", loc="left", fontsize=12, color=INK, pad=26)
    axes.legend(ncols=4, loc="lower left", bbox_to_anchor=(-0.01, 1.0), frameon=False, fontsize=10, handlelength=1)
    save(drawn, folder / "outcomes.png")
    total = {o: sum(unit.outcomes[o] for unit in units) for o in _COLOURS}
    alt = "，".join(f"{OUTCOMES[o]}{n}条" for o, n in total.items() if n)
    return Chart("outcomes.png", "判定结果条数（不适用的不计）", alt)


def _modules(data: ReportData, folder: Path) -> Chart:
    counts: dict[str, int] = {}
    for unit in data.units:
        for problem in unit.problems:
            counts[problem.entry.module] = counts.get(problem.entry.module, 0) + 1
    names = sorted(counts, key=lambda name: counts[name])
    drawn, axes = figure(max(1, len(names)))
    axes.barh(range(len(names)), [counts[name] for name in names], color="#8f1d17", height=0.55)
    for y, name in enumerate(names):
        axes.text(counts[name] + 0.1, y, str(counts[name]), va="center", color=INK)
    axes.set_yticks(range(len(names)), names)
    axes.xaxis.set_major_locator(mpl.ticker.MaxNLocator(integer=True))
    axes.set_title("各类问题个数", loc="left", fontsize=12, color=INK)
    save(drawn, folder / "modules.png")
    alt = "，".join(f"{name}{counts[name]}个" for name in reversed(names)) or "没有问题"
    return Chart("modules.png", "各类问题个数", alt)
