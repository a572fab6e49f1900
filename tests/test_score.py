"""Points: every lost one stands on a finding, caps hold, one duty counts once, open questions cost nothing."""

from dataclasses import replace

import pytest
from portal import site_of

from audit.score import DEFAULT, Scheme, load_scheme, ranked, row, score_unit, with_points
from crawler.records import BadInput
from rules.findings import Finding, Outcome
from rules.mandate import load_mandates

MANDATES = load_mandates()
SCHEME, _ = load_scheme(DEFAULT, MANDATES)


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
        item = SCHEME.item_of(mandate)
        assert item is None or 0 < item.each <= item.cap


def test_a_new_mandate_is_scored_by_its_severity() -> None:
    new = MANDATES.by_id["CQ2020-5.3b"].model_copy(update={"id": "XX-1", "severity": "low"})
    item = SCHEME.item_of(new)
    assert item is not None
    assert (item.each, item.cap) == (1, 2)


def test_bad_schemes_are_refused(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput, match="可用的有 disclosure"):
        load_scheme("none", MANDATES)
    folder = tmp_path
    monkeypatch.setattr("audit.score.FOLDER", folder)
    text = "id: x\ntitle: x\nnote: x\nbase: 100\npass_line: 60\ndefault: {high: [3, 6], medium: [2, 4], low: [1, 2]}\ngroups:\n  - name: x\n    items:\n      - {title: x, mandates: [NO-1, PT61-1, PT61-1], each: 1, cap: 1}\n"
    (folder / "x.yaml").write_text(text, "utf-8")  # type: ignore[operator]
    with pytest.raises(BadInput, match="没有要求“NO-1”") as error:
        load_scheme("x", MANDATES)
    assert "PT61-1”出现了两次" in str(error.value)


def test_the_scheme_says_that_its_numbers_are_unverified() -> None:
    assert SCHEME.unverified
    confirmed: Scheme = SCHEME.model_copy(update={"confirmed": "某办公室 2026-01-01"})
    assert not confirmed.unverified


def test_a_unit_of_which_little_was_seen_has_no_score_but_a_range() -> None:
    seen = [_finding("PT61-1", f"s{n}", Outcome.PASSED) for n in range(3)]
    unseen = [_finding("PT61-2", f"u{n}", Outcome.CANT_TELL) for n in range(5)]
    assert _score(*seen, *unseen)[1:] == (None, 97.0)
    assert _score(*seen, *unseen[:4])[1] == 100
