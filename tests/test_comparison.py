"""Series of inspections: movers, breaks, what was judged anew, charts with their figures."""

import csv
import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from held import F, P, held, site
from PIL import Image

from audit.compare import Change, Comparison, compare_inspections
from audit.inspection import Inspection
from audit.reports.comparison import write_comparison
from audit.reports.trends import with_gaps
from crawler.records import BadInput

DEADLINE, NAME, PARTS, ALIAS = ("CQ2020-5.4b", "2021年度报告"), ("PT61-1", "x"), ("PT61-4", "y"), ("CQ2020-5.1.2a", "x")
NEWS = ("GW19-D04", "栏目:要闻")
CHARTS = {"trend", "heat", "ranks", "levels", "changes", "modules", "columns"}


def _history(output: Path) -> list[Inspection]:
    """Unit a gets better, b worse, c is new in the last month."""
    months = {
        "2022-10-31": {"a": {DEADLINE: F, NAME: F, ALIAS: F, NEWS: P}, "b": {DEADLINE: P, NAME: P, NEWS: P}},
        "2022-11-30": {"a": {DEADLINE: F, NAME: F, ALIAS: F, NEWS: F}, "b": {DEADLINE: P, NAME: P, NEWS: P}},
        "2022-12-30": {
            "a": {DEADLINE: P, NAME: P, ALIAS: P, NEWS: F},
            "b": {DEADLINE: F, NAME: P, NEWS: P},
            "c": {NAME: P},
        },
    }
    return [held(output, day, units, sites=[site(u) for u in units]) for day, units in months.items()]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_movers_modules_and_mandates(tmp_path: Path) -> None:
    result = compare_inspections(_history(tmp_path))
    assert [(u, by > 0) for u, by in result.movers()] == [("a", True), ("b", False)]
    assert "上升最多：a区人民政府" in result.text()
    modules = result.by_module()
    assert next(iter(modules)) in ("年度报告", "网站运行")
    assert modules["年度报告"] == {Change.MENDED: 1, Change.NEW: 1}
    assert modules["公开平台"] == {Change.MENDED: 1}  # what two documents ask alike is one
    assert [n["a"].total() for n in result.problems] == [2, 3, 1]
    assert sum(result.by_mandate()["年报按时发布"].values()) == 2
    assert any("新增单位：c区人民政府" in note for note in result.notes)
    assert "评分参数未经核对" in result.text()
    assert write_comparison(result, tmp_path / "cmp").read_text("utf-8").count("评分参数未经核对") > 1


def test_every_chart_has_words_and_figures(tmp_path: Path) -> None:
    history = _history(tmp_path)
    page = write_comparison(compare_inspections(history), tmp_path / "cmp")
    again = write_comparison(compare_inspections(history), tmp_path / "again")
    html = page.read_text("utf-8")
    for name in CHARTS:
        with Image.open(page.parent / "charts" / f"{name}.png") as image:
            assert image.size[0] == 1350
        assert (page.parent / "charts" / f"{name}.csv").stat().st_size > 20
        assert f'href="charts/{name}.csv"' in html
    assert "上升最多的是a区人民政府" in html
    assert "每次都超期" not in html
    files = sorted(p.relative_to(page.parent) for p in page.parent.rglob("*.*"))
    assert [(page.parent / f).read_bytes() for f in files] == [(again.parent / f).read_bytes() for f in files]
    calendar = _rows(page.parent / "charts" / "columns.csv")
    assert list(calendar[0].values()) == ["a区人民政府", "要闻", "按期", "超期", "超期"]
    ranks = {row["单位"]: list(row.values())[1:] for row in _rows(page.parent / "charts" / "ranks.csv")}
    assert ranks["a区人民政府"][:2] == ["2", "2"]


def test_a_change_of_mandates_is_a_break_in_every_series(tmp_path: Path) -> None:
    first, second, third = _history(tmp_path)
    third.update(digests={**third.record.digests, "mandates": "0" * 64})
    result = compare_inspections([first, second, third])
    assert result.breaks == {2: "要求变动"}
    page = write_comparison(result, tmp_path / "cmp")
    for name in ("trend", "heat", "ranks", "modules", "columns"):
        last = _rows(page.parent / "charts" / f"{name}.csv")[-1]
        assert next(iter(last.values())) == "断点"
        assert list(last.values())[-3:] == ["", "", "要求变动"]
    assert {row["断点"] for row in _rows(page.parent / "scores.csv") if row["检查日"] == "2022-12-30"} == {"要求变动"}
    html = page.read_text("utf-8")
    assert html.index("要求有变动，得分不可直接比较") < html.index("一、得分和名次")
    assert "断点：要求变动" in html


def _anew(old: Inspection, output: Path, outcome: object) -> Inspection:
    """What ``rejudge`` leaves: the same inspection under other mandates."""
    day = str(old.record.as_of)
    fresh = held(output / "anew", day, {"a": {DEADLINE: outcome}, "b": {DEADLINE: P}}, kind="monthly")  # type: ignore[dict-item]
    record = replace(fresh.record, id=f"{old.record.id}.rejudged-12345678", rejudged_of=old.record.id)
    fresh.path.rename(old.path.with_name(record.id))
    moved = Inspection(old.path.with_name(record.id), record, fresh.sites)
    moved.save()
    return moved


def test_a_month_judged_anew_stands_in_the_series_and_its_first_score_beside_it(tmp_path: Path) -> None:
    first, second, third = _history(tmp_path)
    anew = _anew(first, tmp_path, P)
    result = compare_inspections([first, second, third, anew])
    assert result.ids == [anew.record.id, second.record.id, third.record.id]
    assert result.originals[0]["a"].score is not None
    assert result.originals[0]["a"].score < (result.scores[0]["a"].score or 0)
    page = write_comparison(result, tmp_path / "cmp")
    row = next(r for r in _rows(page.parent / "scores.csv") if r["单位id"] == "a" and r["检查"] == anew.record.id)
    assert float(row["当时的得分"]) < float(row["得分"])
    assert any(r["单位"] == "平均（当时的判定）" for r in _rows(page.parent / "charts" / "trend.csv"))
    alone = compare_inspections([first, anew])
    assert (len(alone.ids), alone.originals) == (2, {})
    with pytest.raises(BadInput, match="写了两遍"):
        compare_inspections([first, first])


def test_units_without_scores_and_without_company(tmp_path: Path) -> None:
    lone = [held(tmp_path, day, {"a": {DEADLINE: P}}) for day in ("2022-10-31", "2022-11-30")]
    page = write_comparison(compare_inspections(lone), tmp_path / "lone")
    assert "名次没有变化" in page.read_text("utf-8")
    blank = [held(tmp_path / "b", day, {"a": {("GW19-D01", "x"): P}}) for day in ("2022-10-31", "2022-11-30")]
    for made in blank:
        (made.path / "findings.jsonl").write_text("", "utf-8")
    charts = write_comparison(compare_inspections(blank), tmp_path / "blank").parent / "charts"
    assert {p.stem for p in charts.iterdir()} == {"changes", "modules"}
    other = held(tmp_path / "c", "2022-12-30", {"z": {DEADLINE: F}})
    apart = compare_inspections([lone[0], other])
    assert apart.moves == []
    assert apart.movers() == []
    assert write_comparison(apart, tmp_path / "apart").exists()


def test_a_thousand_units_keep_the_page_small(tmp_path: Path) -> None:
    names = [f"u{n}" for n in range(1000)]
    made = [
        held(tmp_path, str(day), {u: {DEADLINE: F if (n + day.month) % 3 else P, NEWS: P} for n, u in enumerate(names)})
        for day in (dt.date(2022, 10, 31), dt.date(2022, 11, 30))
    ]
    result: Comparison = compare_inspections(made)
    page = write_comparison(result, tmp_path / "cmp")
    assert page.stat().st_size < 500_000
    assert "只列变化最大的200个单位" in page.read_text("utf-8")
    assert len(_rows(page.parent / "scores.csv")) == 2000


def test_a_line_breaks_off_where_an_inspection_has_no_value() -> None:
    xs, ys = with_gaps([(0, 43.0), (2, 92.0), (3, 93.0)])
    assert xs == [0, 1.5, 2, 3]
    assert [y for y in ys if y == y] == [43.0, 92.0, 93.0]
    assert ys[1] != ys[1], "not a number: nothing is drawn there"
