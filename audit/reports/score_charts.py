"""Charts of scores over several inspections."""

from pathlib import Path
from statistics import mean, median
from typing import Any

import matplotlib as mpl

from audit.compare import Comparison
from audit.files import write_csv
from audit.reports.charts import INK, LINE, PALE, SOFT, Chart, figure, save
from audit.reports.trends import RED, ROWS, SHADES, STYLES, headline, label_days, mark_breaks, with_gaps, write_data

#: Lines that can be told apart; inspections whose scores fit into a heat map's cells; units whose spread is worth a box;
#: units that can still be drawn one by one; inspections whose ranks are drawn.
_LINES, _SMALL, _BOX, _THIN, _RECENT = 10, 12, 5, 60, 6


def score_charts(result: Comparison, folder: Path) -> list[Chart]:
    """Trend, heat map, ranks and spread per level; none where no unit has a score."""
    if not any(s.score is not None for scores in result.scores for s in scores.values()):
        return []
    return [draw(result, folder) for draw in (_trend, _heat, _ranks, _levels)]


def _series(result: Comparison, unit: str) -> list[tuple[int, float]]:
    scores = [by_unit.get(unit) for by_unit in result.scores]
    return [(x, s.score) for x, s in enumerate(scores) if s is not None and s.score is not None]


def _trend(result: Comparison, folder: Path) -> Chart:
    drawn, axes = figure(9)
    axes.grid(axis="x", visible=False)
    axes.grid(axis="y", color=LINE, linewidth=0.8)
    series = {unit: known for unit in result.units if (known := _series(result, unit))}
    marked = _marked(series)
    ends: list[tuple[float, str]] = []
    for unit, known in sorted(series.items(), key=lambda one: one[0] in marked):
        xs, ys = with_gaps(known)
        if unit not in marked:
            if len(series) <= _THIN:
                axes.plot(xs, ys, linewidth=0.6, color="#c9ced6", zorder=1)
            continue
        index = marked.index(unit)
        axes.plot(xs, ys, STYLES[index % 4], marker="o", markersize=4, linewidth=1.6, color=SHADES[index % 8])
        if xs[-1] == len(result.ids) - 1:
            ends.append((ys[-1], result.units[unit]))
    if len(series) > _THIN:
        _band(axes, result)
    _mean_lines(axes, result)
    values = [y for known in series.values() for _, y in known]
    axes.set_ylim(min(values) - 4, max(values) + 4)
    label_days(axes, result)
    axes.set_xlim(-0.15, len(result.ids) - 1 + 0.16 * (len(result.ids) + 2))
    _label_ends(axes, ends, len(result.ids) - 1)
    mark_breaks(axes, result)
    few = "（标出变化最大的单位）" if len(marked) < len(series) else ""
    headline(axes, f"各单位得分走势{few}")
    save(drawn, folder / "trend.png")
    means = _means(result.scores)
    said = "，".join(
        f"{day}平均{value:g}分" for day, value in zip(result.days, means, strict=True) if value is not None
    )
    rows = [[name, *_scores_of(result, unit)] for unit, name in result.units.items()]
    rows += [["平均", *means]]
    rows += (
        [["平均（当时的判定）", *(_mean(result.originals.get(x, {})) for x in range(len(result.ids)))]]
        if result.originals
        else []
    )
    return Chart(
        "trend.png", "各单位得分走势", f"{said}。{_moved(result)}", write_data(folder, "trend", result, ["单位"], rows)
    )


def _band(axes: Any, result: Comparison) -> None:
    """Where the middle half of very many units lies."""
    spreads = [(x, _spread(_known(scores))) for x, scores in enumerate(result.scores) if _known(scores)]
    xs = [x for x, _ in spreads]
    axes.fill_between(
        xs, [s[2] for _, s in spreads], [s[4] for _, s in spreads], color="#e3e7ec", zorder=0, label="中间一半单位"
    )


def _known(scores: dict[str, Any]) -> list[float]:
    return [s.score for s in scores.values() if s.score is not None]


def _scores_of(result: Comparison, unit: str) -> list[float | None]:
    return [s.score if (s := scores.get(unit)) else None for scores in result.scores]


def _mean(scores: dict[str, Any]) -> float | None:
    known = _known(scores)
    return round(mean(known), 2) if known else None


def _means(series: list[dict[str, Any]]) -> list[float | None]:
    return [_mean(scores) for scores in series]


def _mean_lines(axes: Any, result: Comparison) -> None:
    """The mean; and where months were judged anew, what it was when they were judged first."""
    points = [(x, y) for x, y in enumerate(_means(result.scores)) if y is not None]
    axes.plot(*with_gaps(points), color=INK, linewidth=2.6, marker="s", markersize=5, label="平均")
    old = [(x, y) for x, scores in sorted(result.originals.items()) if (y := _mean(scores)) is not None]
    if old:
        axes.plot(*zip(*old, strict=True), color=INK, linewidth=1.4, linestyle=":", marker="D", markersize=5, markerfacecolor="white", label="平均（当时的判定）")  # fmt: skip
    axes.legend(loc="lower left", frameon=False, fontsize=9.5, ncols=2)


def _moved(result: Comparison) -> str:
    moved = result.movers()
    up, down = [one for one in moved if one[1] > 0], [one for one in moved if one[1] < 0]
    said = f"与上次相比，{len(up)}个单位上升，{len(down)}个单位下降"
    said += f"；上升最多的是{result.units[up[0][0]]}（{up[0][1]:+g}分）" if up else ""
    return said + (f"；下降最多的是{result.units[down[-1][0]]}（{down[-1][1]:+g}分）" if down else "")


def _marked(series: dict[str, list[tuple[int, float]]]) -> list[str]:
    """All units while their lines can be told apart, else those that moved most at last."""
    if len(series) <= _LINES:
        return list(series)
    return sorted(series, key=lambda unit: (-abs(series[unit][-1][1] - series[unit][-2:][0][1]), unit))[:_LINES]


def _label_ends(axes: Any, ends: list[tuple[float, str]], x: int, fmt: str = "{name} {value:g}") -> None:
    """Names beside the last points, pushed apart so that they do not lie on each other."""
    low, high = sorted(axes.get_ylim())
    gap, last = (high - low) / 20, float("-inf")
    for value, name in sorted(ends):
        y = max(value, last + gap)
        axes.annotate(
            fmt.format(name=name, value=value), (x, value), xytext=(x + 0.03 + 0.012 * axes.get_xlim()[1], y), textcoords="data", va="center",
            fontsize=9, color=INK,
        )  # fmt: skip
        last = y


def _heat(result: Comparison, folder: Path) -> Chart:
    units = [u for u in result.units if _series(result, u)]
    units.sort(key=lambda u: (_scores_of(result, u)[-1] is not None, -(_scores_of(result, u)[-1] or 0), u))
    shown = units[-ROWS:]
    drawn, axes = figure(len(shown), row_height=0.3)
    values = [[float("nan") if v is None else v for v in _scores_of(result, unit)] for unit in shown]
    known = [v for row in values for v in row if v == v]
    low, high = min(known), max(known)
    image = mpl.colormaps["Greys_r"].with_extremes(bad="#ffffff")
    axes.imshow(values, cmap=image, aspect="auto", vmin=low - (high - low) * 0.5 - 1, vmax=high)
    small = len(result.ids) <= _SMALL
    for y, row in enumerate(values):
        for x, value in enumerate(row if small else ()):
            text = "未评" if value != value else f"{value:g}"
            dark = value == value and value < low + (high - low) * 0.35
            axes.text(x, y, text, ha="center", va="center", fontsize=9, color="white" if dark else INK)
    axes.set_yticks(range(len(shown)), [result.units[u] for u in shown], fontsize=9.5)
    axes.set_ylim(len(shown) - 0.5, -0.5)
    label_days(axes, result)
    axes.grid(visible=False)
    mark_breaks(axes, result)
    few = f"（最近一次得分最低的{len(shown)}个单位）" if len(shown) < len(units) else ""
    headline(axes, f"各单位各次得分{few}，越深越低")
    save(drawn, folder / "heat.png")
    rows = [[result.units[u], result.levels.get(u, ""), *_scores_of(result, u)] for u in units]
    last = [(v, result.units[u]) for u in units if (v := _scores_of(result, u)[-1]) is not None]
    alt = (
        f"最近一次最高{max(last)[1]}{max(last)[0]:g}分，最低{min(last)[1]}{min(last)[0]:g}分"
        if last
        else "最近一次没有单位得分"
    )
    return Chart("heat.png", "各单位各次得分", alt, write_data(folder, "heat", result, ["单位", "级别"], rows))


def _ranks(result: Comparison, folder: Path) -> Chart:
    ranks = {u: [s.rank if (s := scores.get(u)) else None for scores in result.scores] for u in result.units}
    moved = [(a - b, u) for u, row in ranks.items() if (a := row[-2]) is not None and (b := row[-1]) is not None]
    shown = [u for _, u in sorted(moved, key=lambda one: (-abs(one[0]), one[1]))[:_LINES]]
    first = max(0, len(result.ids) - _RECENT)
    drawn, axes = figure(max(9, len(shown)), row_height=0.34)
    axes.grid(axis="x", visible=False)
    ends: list[tuple[float, str]] = []
    for index, unit in enumerate(sorted(shown, key=lambda u: ranks[u][-1] or 0)):
        points = [(x, r) for x, r in enumerate(ranks[unit]) if r is not None and x >= first]
        axes.plot(*with_gaps(points), STYLES[index % 4], marker="o", markersize=5, linewidth=1.6, color=SHADES[index % 8])  # fmt: skip
        ends.append((points[-1][1], result.units[unit]))
    axes.autoscale(axis="y")
    axes.invert_yaxis()
    axes.yaxis.set_major_locator(mpl.ticker.MaxNLocator(integer=True))
    label_days(axes, result)
    axes.set_xlim(first - 0.15, len(result.ids) - 1 + 0.16 * (len(result.ids) - first + 2))
    _label_ends(axes, ends, len(result.ids) - 1, "第{value:g} {name}")
    mark_breaks(axes, result)
    few = f"（名次变化最大的{len(shown)}个单位）" if len(shown) < len(moved) else ""
    headline(axes, f"名次变化{few}，仅供内部参考")
    save(drawn, folder / "ranks.png")
    up = [f"{result.units[u]}升{by}位" for by, u in sorted(moved, key=lambda one: -one[0])[:3] if by > 0]
    down = [f"{result.units[u]}降{-by}位" for by, u in sorted(moved, key=lambda one: one[0])[:3] if by < 0]
    alt = "，".join([*up, *down]) or "名次没有变化"
    data = write_data(folder, "ranks", result, ["单位"], ([result.units[u], *row] for u, row in ranks.items()))
    return Chart("ranks.png", "名次变化（仅供内部参考，公布须按程序报批）", alt, data)


def _levels(result: Comparison, folder: Path) -> Chart:
    now, before = _by_level(result, -1), _by_level(result, -2)
    names = [level for level in dict.fromkeys(result.levels.values()) if level in now or level in before]
    drawn, axes = figure(len(names), row_height=0.8)
    for y, level in enumerate(reversed(names)):
        for scores, offset, ground, words in (
            (before, 0.18, "white", result.days[-2]),
            (now, -0.18, PALE, result.days[-1]),
        ):
            if values := scores.get(level):
                _spread_row(axes, values, y + offset, ground)
                label = f"{words}　{len(values)}个，中位{median(values):g}"
                axes.annotate(label, (max(values), y + offset), xytext=(7, 0), textcoords="offset points", va="center", fontsize=8.5, color=INK)  # fmt: skip
    axes.set_yticks(range(len(names)), list(reversed(names)))
    axes.set_ylim(-0.6, len(names) - 0.4)
    every = [v for scores in (now, before) for values in scores.values() for v in values]
    axes.set_xlim(
        min(every, default=0) - 3, max(every, default=100) + (max(every, default=100) - min(every, default=0)) * 0.4 + 8
    )
    headline(axes, "各级单位得分分布（白：上次，色：这次，红线：中位数）")
    save(drawn, folder / "levels.png")
    rows = [
        [level, x + 1, *_spread(_by_level(result, x).get(level, []))] for level in names for x in range(len(result.ids))
    ]
    write_csv(folder / "levels.csv", ["级别", "第几次", "单位数", "最低", "下四分位", "中位", "上四分位", "最高"], rows)
    alt = "；".join(
        f"{level}{len(now[level])}个单位，中位数{median(now[level]):g}分" for level in names if level in now
    )
    return Chart("levels.png", "各级单位得分分布", alt, "levels.csv")


def _spread_row(axes: Any, values: list[float], y: float, ground: str) -> None:
    """A box with whiskers to the ends; of few units the points themselves."""
    if len(values) < _BOX:
        axes.plot(values, [y] * len(values), "o", markersize=7, markerfacecolor=ground, markeredgecolor=SOFT)
        axes.plot([median(values)] * 2, [y - 0.13, y + 0.13], color=RED, linewidth=2)
        return
    axes.boxplot(
        values, positions=[y], orientation="horizontal", widths=0.26, patch_artist=True, whis=(0, 100), manage_ticks=False,
        boxprops={"facecolor": ground, "edgecolor": SOFT}, medianprops={"color": RED, "linewidth": 2},
        whiskerprops={"color": SOFT}, capprops={"color": SOFT},
    )  # fmt: skip


def _by_level(result: Comparison, place: int) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for score in result.scores[place].values():
        if score.score is not None:
            found.setdefault(score.level, []).append(score.score)
    return found


def _spread(values: list[float]) -> list[object]:
    if not values:
        return [0, None, None, None, None, None]
    ordered = sorted(values)
    half = len(ordered) // 2
    lower, upper = ordered[:half] or ordered, ordered[-half:]  # of one value -0 takes all
    return [len(values), ordered[0], median(lower), median(ordered), median(upper), ordered[-1]]
