"""Charts of problems and columns over several inspections."""

from collections import Counter
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from audit.compare import Change, Comparison
from audit.files import write_csv
from audit.reports.charts import BLUE, INK, LINE, PALE, SOFT, Chart, figure, prepare, save
from audit.reports.trends import RED, ROWS, headline, label_days, mark_breaks, write_data
from rules.findings import Outcome

#: Modules that are drawn.
_MODULES = 12
#: Column states: word, mark, ground.
_STATES = {
    Outcome.FAILED: ("超期", "×", "#c98b86"),
    Outcome.CANT_TELL: ("待核", "?", "#f0e2bb"),
    Outcome.PASSED: ("按期", "○", "#ffffff"),
}


def problem_charts(result: Comparison, folder: Path) -> list[Chart]:
    """How problems moved, how many each module has, and the calendar of columns, where there are any."""
    charts = [_changes(result, folder), _modules(result, folder)]
    return charts + ([_columns(result, folder)] if any(result.columns) else [])


def _changes(result: Comparison, folder: Path) -> Chart:
    counts = result.counts()
    kinds = [Change.NEW, Change.REOPENED, Change.STILL, Change.UNSEEN, Change.MENDED]
    drawn, axes = figure(len(kinds))
    colours = [RED, "#b3261e", "#c98b86", "#e6b64c", "#2e9e6b"]
    axes.barh(range(len(kinds)), [counts[k] for k in kinds], color=colours, height=0.55)
    for y, kind in enumerate(kinds):
        axes.text(counts[kind] + 0.1, y, str(counts[kind]), va="center", color=INK)
    axes.set_yticks(range(len(kinds)), [k.value for k in kinds])
    axes.invert_yaxis()
    axes.xaxis.set_major_locator(mpl.ticker.MaxNLocator(integer=True))
    headline(axes, f"问题的变化（{result.ids[-2]} → {result.ids[-1]}）")
    save(drawn, folder / "changes.png")
    write_csv(folder / "changes.csv", ["变化", "个数"], ([k.value, counts[k]] for k in Change))
    return Chart("changes.png", "问题的变化", "，".join(f"{k.value}{counts[k]}项" for k in kinds), "changes.csv")


def _modules(result: Comparison, folder: Path) -> Chart:
    totals = [
        Counter({m: sum(c[m] for c in units.values()) for m in {m for c in units.values() for m in c}})
        for units in result.problems
    ]
    names = [name for name, _ in sum(totals, Counter()).most_common()]
    shown = names[:_MODULES]
    across = 4 if len(shown) > 3 else max(1, len(shown))
    down = max(1, -(-len(shown) // across))
    prepare()
    drawn = Figure(figsize=(9.0, 0.7 + 1.75 * down), dpi=150, layout="constrained")
    grid = drawn.subplots(down, across, squeeze=False, sharex=True)
    for place, axes in enumerate(grid.flat):
        axes.set_visible(place < len(shown))
        if place < len(shown):
            _one_module(axes, result, shown[place], [total[shown[place]] for total in totals])
    drawn.suptitle("各类问题个数（各次检查）", x=0.01, ha="left", fontsize=12, color=INK)
    save(drawn, folder / "modules.png")
    rows = ([name, *(total[name] for total in totals)] for name in names)
    moved = sorted(((totals[-1][n] - totals[-2][n], n) for n in names), key=lambda one: (-one[0], one[1]))
    more = [f"{n}增加{by}个" for by, n in moved[:3] if by > 0]
    fewer = [f"{n}减少{-by}个" for by, n in reversed(moved[-3:]) if by < 0]
    alt = f"这次共{totals[-1].total()}个问题，上次{totals[-2].total()}个。" + "，".join([*more, *fewer])
    return Chart("modules.png", "各类问题个数", alt.rstrip("。"), write_data(folder, "modules", result, ["类别"], rows))


def _one_module(axes: Any, result: Comparison, name: str, values: list[int]) -> None:
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(LINE)
    axes.plot(range(len(values)), values, color=BLUE, linewidth=1.6, marker="o", markersize=3.5)
    axes.fill_between(range(len(values)), values, color=PALE, alpha=0.45)
    axes.set_ylim(0, max(*values, 4) * 1.3)
    axes.set_yticks([])
    axes.set_xticks([0, len(values) - 1], [result.days[0][2:7], result.days[-1][2:7]], fontsize=8)
    axes.tick_params(length=0, colors=SOFT)
    axes.set_xlim(-0.3, len(values) - 0.7)
    for x in {0, len(values) - 1}:
        axes.annotate(str(values[x]), (x, values[x]), xytext=(0, 4), textcoords="offset points", ha="center", fontsize=9, color=INK)  # fmt: skip
    mark_breaks(axes, result, named=False)
    axes.set_title(name, loc="left", fontsize=10, color=INK)


def _columns(result: Comparison, folder: Path) -> Chart:
    """The calendar of columns that owe updates: which were in time at each inspection."""
    keys = list(dict.fromkeys(key for columns in result.columns for key in columns))
    states = {key: [columns.get(key) for columns in result.columns] for key in keys}
    late = {key: sum(s is Outcome.FAILED for s in row) for key, row in states.items()}
    shown = sorted(keys, key=lambda key: (states[key][-1] is not Outcome.FAILED, -late[key], key))[:ROWS]
    drawn, axes = figure(len(shown), row_height=0.3)
    axes.grid(visible=False)
    for y, key in enumerate(shown):
        for x, state in enumerate(states[key]):
            _, mark, ground = _STATES.get(state or Outcome.INAPPLICABLE, ("", "", "#f5f6f8"))
            axes.barh(y, 0.94, left=x - 0.47, height=0.86, color=ground, edgecolor=LINE, linewidth=0.6)
            axes.text(x, y, mark, ha="center", va="center", fontsize=10, color=INK)
    axes.set_yticks(range(len(shown)), [_column_name(result, key) for key in shown], fontsize=9.5)
    axes.set_ylim(len(shown) - 0.5, -0.5)
    axes.set_xlim(-0.5, len(result.ids) - 0.5)
    label_days(axes, result)
    mark_breaks(axes, result)
    few = f"（最该看的{len(shown)}个）" if len(shown) < len(keys) else ""
    headline(axes, f"栏目更新日历{few}：○按期　×超期　?待核　空白：没有这个栏目")
    save(drawn, folder / "columns.png")
    now = Counter(row[-1] for row in states.values())
    alt = f"这次看了{sum(now[s] for s in _STATES)}个规定更新周期的栏目：" + "，".join(
        f"{w}{now[s]}个" for s, (w, *_) in _STATES.items()
    )
    always = [_column_name(result, key) for key in keys if late[key] == len(result.ids)]
    alt += f"；每次都超期的有{'、'.join(always[:5])}{'等' if len(always) > 5 else ''}" if always else ""
    words = (
        [result.units.get(u, u), s.removeprefix("栏目:"), *(_STATES[o][0] if o in _STATES else "" for o in row)]
        for (u, s), row in states.items()
    )
    return Chart("columns.png", "栏目更新日历", alt, write_data(folder, "columns", result, ["单位", "栏目"], words))


def _column_name(result: Comparison, key: tuple[str, str]) -> str:
    return f"{result.units.get(key[0], key[0])}·{key[1].removeprefix('栏目:')}"
