"""Points: every lost one stands on a finding, caps hold, one duty counts once, open questions cost nothing."""

import datetime as dt
import random
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from portal import site_of

from audit.headlines import headlines, table
from audit.points import FLOOR, first_three, lines
from audit.scheme import DEFAULT, Scheme, confirm, load_scheme, packaged
from audit.score import account, ranked, row, score_unit, with_points
from audit.stages import unassessed
from crawler.records import BadInput
from rules.findings import Finding, Outcome
from rules.mandate import load_mandates

MANDATES = load_mandates()
SCHEME = load_scheme(DEFAULT, MANDATES)
NATIONAL = load_scheme("national", MANDATES)


def _finding(mandate: str, subject: str, outcome: Outcome = Outcome.FAILED) -> Finding:
    return Finding("i", "unit", mandate, MANDATES.by_id[mandate].check, subject, outcome, "情况")


def _score(*findings: Finding) -> tuple[list[float], float | None, float | None]:
    scored = with_points(findings, SCHEME, MANDATES)
    result = score_unit(site_of(), scored, SCHEME, MANDATES)
    assert result.score is None or result.score == pytest.approx(max(0, SCHEME.base - sum(f.points for f in scored)))
    return [f.points for f in scored], result.score, result.low


def test_the_same_duty_of_two_documents_counts_once() -> None:
    points, score, _ = _score(_finding("CQ2020-5.1.2a", "公开平台统一名称"), _finding("PT61-1", "公开平台统一名称"))
    assert points == [3, 0]
    assert score == 97
    points, _, _ = _score(_finding("CQ2020-5.3d", "传真号码"), _finding("REG711-12-G8", "传真号码"))
    assert points == [0.5, 0]


def test_caps() -> None:
    points, score, _ = _score(*(_finding("GW19-D22", f"首页：链接{n}") for n in range(20)))
    assert points[:10] == [0.5] * 10
    assert points[10:] == [0] * 10
    assert score == 95


def test_different_sums_of_one_report_each_count() -> None:
    points, _, _ = _score(
        *(
            _finding(m, f"2021年度报告·{s}")
            for m, s in (("AR30-J1", "勾稽关系"), ("AR30-J2", "分项合计"), ("CQ2019AR-A1", "勾稽关系"))
        )
    )
    assert points == [2, 2, 0]


def test_open_questions_cost_nothing_but_show_in_the_range() -> None:
    points, score, low = _score(
        _finding("PT61-2", "x", Outcome.CANT_TELL), _finding("CQ2020-5.4b", "2021年度报告", Outcome.PASSED)
    )
    assert points == [0, 0]
    assert (score, low) == (100, 97)


def test_summaries_and_vetoes_cost_nothing_themselves() -> None:
    findings = [_finding("CQ2020-5.1.1", "二十条15项全面公开"), _finding("GW19-V3", "首页不更新")]
    scored = with_points(findings, SCHEME, MANDATES)
    result = score_unit(site_of(), scored, SCHEME, MANDATES)
    assert [f.points for f in scored] == [0, 0]
    assert result.veto == ("GW19-V3",)


def test_nothing_decided_is_no_score() -> None:
    _, score, low = _score(_finding("PT61-2", "x", Outcome.CANT_TELL))
    assert score is None
    assert low is None


def test_ranks_are_shared() -> None:
    scores = [
        score_unit(site_of(id=i), with_points([_finding(m, "x")], SCHEME, MANDATES), SCHEME, MANDATES)
        for i, m in (("a", "PT61-1"), ("b", "PT61-2"), ("c", "CQ2020-5.4b"))
    ]
    blank = replace(scores[0], unit="d", score=None)
    assert [s.rank for s in ranked([*scores, blank])] == [1, 1, 3, None]
    assert row(ranked([blank])[0])[4:9] == ["", "97.00", "97.00", "", ""]


def test_every_mandate_has_its_place() -> None:
    for mandate in MANDATES.mandates:
        where = SCHEME.place(mandate)
        assert where is None or 0 < where[1].each <= where[1].cap
    assert sum(group.weight for group in SCHEME.groups) == SCHEME.base == SCHEME.top
    assert sum(group.weight for group in NATIONAL.groups if not group.bonus) == NATIONAL.base
    assert NATIONAL.top == 130


def test_a_new_mandate_is_scored_by_its_severity_in_the_group_of_its_module() -> None:
    new = MANDATES.by_id["CQ2020-5.3b"].model_copy(update={"id": "XX-1", "severity": "low"})
    where = SCHEME.place(new)
    assert where is not None
    assert (where[0].name, where[1].each, where[1].cap) == ("公开指南", 1, 2)
    assert NATIONAL.place(new) is None


def _file(folder: Path, **changes: object) -> str:
    """A scheme's file with some values changed; None takes one away."""
    data = {
        "id": "mine", "title": "本市办法", "note": "说明", "base": 100, "pass_line": 60,
        "groups": [{"name": "平台", "items": [{"title": "名称", "mandates": ["PT61-1"], "each": 2, "cap": 2}]}],
    } | changes  # fmt: skip
    path = folder / "mine.yaml"
    path.write_text(yaml.safe_dump({k: v for k, v in data.items() if v is not None}, allow_unicode=True), "utf-8")
    return str(path)


def test_an_office_writes_its_own(tmp_path: Path) -> None:
    mine = load_scheme(_file(tmp_path), MANDATES)
    assert (mine.id, mine.unverified) == ("mine", True)
    scored = with_points([_finding("PT61-1", "x"), _finding("PT61-2", "y")], mine, MANDATES)
    assert [f.points for f in scored] == [2, 0]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"groups": [{"name": "a", "items": [{"title": "x", "mandates": ["NO-1", "PT61-1", "PT61-1"], "each": 1, "cap": 1}]}]}, "没有要求“NO-1”"),
        ({"groups": [{"name": "a", "items": [{"title": "x", "mandates": ["GW19-D08", "CQ2019-3.1f"], "each": 1, "cap": 1}]}]}, "CQ2019-3.1f”出现了两次"),
        ({"groups": [{"name": "a", "items": [{"title": "x", "mandates": ["PT61-1"], "each": -1, "cap": 1}]}]}, "groups.0.items.0.each"),
        ({"groups": [{"name": "a", "modules": ["nothing"]}]}, "没有类别“nothing”"),
        ({"groups": [{"name": "a"}, {"name": "a"}]}, "分组“a”出现了两次"),
        ({"default": {"high": [1, 1], "medium": [1, 1], "low": [1, 1]}}, "要有一个分组的 modules 含有“platform”"),
        ({"bands": [{"name": "好", "at": 90}, {"name": "差", "at": 0}]}, "bands 要由低到高"),
        ({"groups": [{"name": "a", "bonus": True}]}, "bonus_above"),
        ({"id": "national"}, "请换一个"),
        ({"digest": "x"}, "不能有"),
        ({"title": None}, "title"),
    ],
)  # fmt: skip
def test_bad_schemes_are_refused(tmp_path: Path, changes: dict[str, object], words: str) -> None:
    with pytest.raises(BadInput, match=words) as error:
        load_scheme(_file(tmp_path, **changes), MANDATES)
    assert "mine.yaml" in str(error.value) or "评分办法不对" in str(error.value)


def test_unknown_and_unreadable_schemes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="可用的有 disclosure、national"):
        load_scheme("none", MANDATES)
    with pytest.raises(BadInput, match="读不了"):
        load_scheme(str(tmp_path / "none.yaml"), MANDATES)
    (tmp_path / "bad.yaml").write_text("a: [", "utf-8")
    with pytest.raises(BadInput, match="不是YAML"):
        load_scheme(str(tmp_path / "bad.yaml"), MANDATES)


def test_numbers_wait_until_somebody_confirms_this_very_file(tmp_path: Path) -> None:
    assert all(load_scheme(name, MANDATES, tmp_path).unverified for name in packaged())
    confirm(NATIONAL, "张三（市政府办公室）", dt.date(2026, 1, 5), tmp_path)
    loaded = load_scheme("national", MANDATES, tmp_path)
    assert not loaded.unverified
    assert loaded.vouched == "评分参数由张三（市政府办公室）于2026-01-05确认"
    assert load_scheme(DEFAULT, MANDATES, tmp_path).unverified
    mine = load_scheme(_file(tmp_path), MANDATES, tmp_path)
    confirm(mine, "李四", dt.date(2026, 1, 6), tmp_path)
    assert not load_scheme(_file(tmp_path), MANDATES, tmp_path).unverified
    assert load_scheme(_file(tmp_path, pass_line=61), MANDATES, tmp_path).unverified
    with pytest.raises(BadInput, match="--by"):
        confirm(mine, " ", dt.date(2026, 1, 6), tmp_path)
    (tmp_path / "confirmed.yaml").write_text("- nonsense", "utf-8")
    with pytest.raises(BadInput, match=r"confirmed\.yaml"):
        load_scheme("national", MANDATES, tmp_path)


# --- the national scheme ------------------------------------------------------------------------------------------------


def _national(*findings: Finding) -> tuple[list[float], float | None, float | None, float | None]:
    result = score_unit(site_of(), list(findings), NATIONAL, MANDATES)
    return [f.points for f in with_points(findings, NATIONAL, MANDATES)], result.score, result.low, result.high


def test_the_checked_arithmetic_of_the_paper() -> None:
    """5 + 2 + 3 + 1 = 11 points, score 89; none of them scaled."""
    failed = [_finding(m, m) for m in ("GW19-D05", "GW19-D14", "GW19-D17", "GW19-D23")]
    assert _national(*failed, _finding("GW19-D10", "x", Outcome.PASSED))[:2] == ([5, 2, 3, 1, 0], 89)


def test_a_unit_without_services_is_scored_over_75_points() -> None:
    without = [_finding(f"GW19-D{n}", "x", Outcome.INAPPLICABLE) for n in (10, 11, 12, 13, 14)]
    points, score, _, _ = _national(*without, _finding("GW19-D05", "x"))
    assert points[-1] == pytest.approx(5 * 4 / 3, abs=1e-4)
    assert score == 93.33
    assert _national(*without[:-1], _finding("GW19-D14", "x", Outcome.CANT_TELL), _finding("GW19-D05", "x"))[1] == 95


def _down_to(score: float) -> list[Finding]:
    """Findings that leave so many points, by footer marks and columns."""
    lost = int(100 - score)
    return [_finding(m, "x") for m in ("GW19-D01", "GW19-D02", "GW19-D03", "GW19-D04")[: lost // 5]] + [
        _finding("GW19-D21", f"s{n}") for n in range(lost % 5)
    ]


@pytest.mark.parametrize(("before", "after"), [(81, 87), (80, 80)])
def test_a_bonus_counts_only_above_80(before: int, after: int) -> None:
    earned = _finding("GW19-B1", "x", Outcome.PASSED)
    points, score, _, _ = _national(*_down_to(before), earned)
    assert (points[-1], score) == (before - after, after)
    assert _national(*_down_to(before), replace(earned, outcome=Outcome.FAILED))[1] == before
    assert _national(*_down_to(before), replace(earned, outcome=Outcome.CANT_TELL))[1:] == (before, before, after)


def test_the_bonus_ends_at_30() -> None:
    earned = [_finding(f"GW19-B{n}", s, Outcome.PASSED) for n in range(1, 6) for s in "xy"]
    assert _national(*earned)[1] == 130


def test_a_home_page_link_costs_more_than_another_and_both_stay_under_one_cap() -> None:
    other = [_finding("GW19-D22", f"栏目：{n}") for n in range(30)]
    home = [_finding("GW19-D22", f"首页：{n}") for n in range(3)]
    assert sum(_national(*other, *home)[0]) == 5
    told = lines([*other, *home], NATIONAL, MANDATES)
    assert [(one.count, one.each, one.cap, one.points) for one in told] == [(3, 1, 5, 3), (30, 0.1, 2, 2)]


def test_a_column_that_cost_points_elsewhere_costs_none_as_another_column() -> None:
    page = "http://unit.example.gov.cn/news/"
    news = replace(_finding("GW19-D04", "栏目:要闻"), url=page)
    same, other = (replace(_finding("GW19-D09", s), url=u) for s, u in (("要闻", page), ("人事", page + "2")))
    for order in ([news, same, other], [other, same, news]):
        scored = with_points(order, NATIONAL, MANDATES)
        assert {f.subject: f.points for f in scored} == {"栏目:要闻": 5, "要闻": 0, "人事": 1}


@pytest.mark.parametrize(("score", "name"), [(59.99, "不合格"), (60, "合格"), (99.99, "合格"), (100, "得分较高"), (110, "得分靠前"), (0, "不合格")])  # fmt: skip
def test_bands(score: float, name: str) -> None:
    assert NATIONAL.grade(score, vetoed=False) == name
    assert NATIONAL.grade(score, vetoed=True) == "不合格（单项否决）"
    assert SCHEME.grade(score, vetoed=False) == ("合格" if score >= 60 else "不合格")


def test_a_veto_of_one_crawl_is_a_candidate_and_a_window_or_a_person_confirms_it() -> None:
    once = [_finding("GW19-V3", "首页"), _finding("GW19-D04", "x", Outcome.PASSED)]
    watched = [replace(once[0], monitored=True), once[1]]
    found = score_unit(site_of(), once, NATIONAL, MANDATES)
    assert (found.veto, found.confirmed, found.grade) == (("GW19-V3",), (), "得分较高")
    sure = score_unit(site_of(), watched, NATIONAL, MANDATES)
    assert (sure.veto, sure.confirmed, sure.grade) == (("GW19-V3",), ("GW19-V3",), "不合格（单项否决）")
    assert score_unit(site_of(), once, NATIONAL, MANDATES, frozenset({"GW19-V3"})).confirmed == ("GW19-V3",)
    assert [s.rank for s in ranked([sure, found])] == [None, 1]


# --- the account --------------------------------------------------------------------------------------------------------


def _many(seed: int) -> list[Finding]:
    """A unit with outcomes drawn over all mandates, several subjects each, aliases as their records."""
    draw = random.Random(seed)
    share = draw.random()
    return [
        Finding("i", "unit", m.id, MANDATES.meant(m.id).check, s, outcome, "情况", url=f"http://u/{draw.randrange(40)}")
        for m in MANDATES.mandates
        for s in ("首页：甲", "乙", "丙")[: draw.randrange(4)]
        for outcome in [Outcome.FAILED if draw.random() < share else draw.choice(list(Outcome))]
    ]


@pytest.mark.parametrize("scheme", [SCHEME, NATIONAL], ids=lambda scheme: scheme.id)
@pytest.mark.parametrize("seed", range(12))
def test_an_account_adds_up_by_hand(seed: int, scheme: Scheme) -> None:
    findings = _many(seed)
    result = score_unit(site_of(), findings, scheme, MANDATES)
    told = lines(findings, scheme, MANDATES)
    by_hand = scheme.base
    for one in told:
        assert one.points == pytest.approx(min(one.count * one.each, one.cap) * one.factor, abs=1e-3), one
        by_hand -= one.points
    assert round(by_hand, 2) == result.high or result.score == round(by_hand, 2)
    assert (told[-1].item == FLOOR) == (account(findings, scheme, MANDATES).floor > 0)
    assert result.low is not None
    assert result.high is not None
    assert 0 <= result.low <= round(by_hand, 2) <= result.high <= scheme.top
    for group in scheme.groups:
        lost = sum(abs(one.points / one.factor) for one in told if one.group == group.name)
        assert lost <= (group.cap or lost) + 1e-6


def test_a_row_names_every_clause_that_asks_the_same() -> None:
    told = lines([_finding("CQ2020-5.1.2a", "x"), _finding("PT61-1", "x")], SCHEME, MANDATES)
    assert len(told) == 1
    assert told[0].mandates == ("CQ2020-5.1.2a", "PT61-1")
    assert (told[0].count, told[0].points, told[0].group, told[0].item) == (1, 3, "公开平台", "平台名称")
    assert "国办公开办函〔2019〕61号" in told[0].clauses[1]


def test_the_first_three_give_what_mending_them_gives() -> None:
    failed = [_finding("GW19-D22", f"首页：{n}") for n in range(9)] + [_finding(m, "x") for m in ("GW19-D05", "GW19-D14", "GW19-D23", "GW19-D20")]  # fmt: skip
    mended = first_three(failed, NATIONAL, MANDATES)
    assert mended is not None
    assert mended.items == ("政策文件", "可用性", "统计数据")
    assert mended.score == 98
    assert first_three([_finding("GW19-D22", "x", Outcome.PASSED)], NATIONAL, MANDATES) is None


def test_where_a_unit_stands_in_its_level() -> None:
    def scored(unit: str, level: str, lost: int) -> object:
        findings = [_finding("GW19-D21", f"s{n}") for n in range(lost)] + [_finding("GW19-D04", "x", Outcome.PASSED)]
        return score_unit(site_of(id=unit, level=level), findings, NATIONAL, MANDATES)

    found = ranked([scored("a", "区县政府", 0), scored("b", "区县政府", 1), scored("c", "区县政府", 1), scored("d", "市政府部门", 5)])  # type: ignore[list-item]  # fmt: skip
    assert [(s.level_median, s.level_above) for s in found] == [(99, 1.0), (99, 0.0), (99, 0.0), (95, None)]
    assert row(found[0])[-5:] == ["", "得分较高", 3, "99.00", "1.0000"]
    assert row(found[3])[-2:] == ["95.00", ""]


def test_headlines_are_leads_and_say_when_too_little_was_seen() -> None:
    assert all(i in MANDATES.by_id and not MANDATES.by_id[i].alias_of for ids in table().values() for i in ids)
    first, second, third = table().values()
    told = headlines([_finding(first[0], "x"), _finding(first[1], "x", Outcome.PASSED), _finding(second[0], "x", Outcome.PASSED), _finding(third[0], "x", Outcome.PASSED), _finding(third[1], "x", Outcome.CANT_TELL)])  # fmt: skip
    assert [(one.name, one.state, one.failed) for one in told] == [
        ("重要信息不发布", "有线索", (first[0],)),
        ("重大政策不解读", "未发现", ()),
        ("热点问题不回应", "看不全", ()),
    ]
    assert [one.state for one in headlines([])] == ["不适用"] * 3


def test_a_unit_of_which_little_was_seen_has_no_score_but_a_range() -> None:
    seen = [_finding("PT61-1", f"s{n}", Outcome.PASSED) for n in range(3)]
    unseen = [_finding("PT61-2", f"u{n}", Outcome.CANT_TELL) for n in range(5)]
    assert _score(*seen, *unseen)[1:] == (None, 97.0)
    assert _score(*seen, *unseen[:4])[1] == 100


def test_the_guide_s_own_scheme_is_a_scheme(tmp_path: Path) -> None:
    guide = (Path(__file__).parent.parent / "docs" / "guide.zh-CN.md").read_text("utf-8")
    text = guide.split("### 写自己的评分办法")[1].split("```yaml\n")[1].split("```")[0]
    (tmp_path / "mycity.yaml").write_text(text, "utf-8")
    mine = load_scheme(str(tmp_path / "mycity.yaml"), MANDATES)
    assert mine.place(MANDATES.by_id["CQ2020-5.4b"]) is not None


def test_a_unit_that_the_scheme_says_nothing_of_has_no_score() -> None:
    other = [
        _finding("CQ2020-5.4b", "x", Outcome.PASSED),
        _finding("PT61-1", "y"),
        _finding("PT61-2", "z", Outcome.CANT_TELL),
    ]
    result = score_unit(site_of(), other, NATIONAL, MANDATES)
    assert (result.score, result.low, result.coverage, result.grade) == (None, None, 1.0, "")
    assert not unassessed([result])
    unseen = score_unit(site_of(), [*other, _finding("GW19-D04", "x", Outcome.CANT_TELL)], NATIONAL, MANDATES)
    assert (unseen.score, unseen.coverage, unassessed([unseen])) == (None, 0.0, [unseen])
