"""Every check against its cases: ``cases/<check>.yaml``, through the real walk, parser and engine."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from portal import day, site_of, walk_pages
from scans import visits_of

from crawler.frontier import Budget
from rules.checks import all_checks, find_check
from rules.engine import Engine
from rules.findings import Outcome, Verdict
from rules.mandate import PERSON, Document, Mandate, load_mandates

FOLDER = Path(__file__).parent / "cases"
BLIND = {"unseen", "empty", "shell", "challenge"}
KINDS = {"pass", "fail", "boundary", *BLIND}
UNDECIDED = {Outcome.CANT_TELL, Outcome.INAPPLICABLE, Outcome.UNTESTED}


def _files() -> list[Path]:
    return sorted(FOLDER.glob("[!_]*.yaml"))


def _load(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text("utf-8"))


def _cases() -> list[Any]:
    return [
        pytest.param(path.stem, data, case, id=f"{path.stem}-{case['name']}")
        for path in _files()
        for data in [_load(path)]
        for case in data["cases"]
    ]


def _mandate(check: str, data: dict[str, Any], case: dict[str, Any]) -> Mandate:
    if "mandate" in case or "mandate" in data:
        return load_mandates().by_id[case.get("mandate") or data["mandate"]]
    return Mandate(
        id="TEST-1", title="要求", clause="一", quote="测试要求", levels=("全部", "公共企事业单位"), module="test", check=check,
        params=case.get("params", data.get("params", {})), document=Document(code="TEST", title="测试"), file="case", line=1,
    )  # fmt: skip


@pytest.mark.parametrize(("check", "data", "case"), _cases())
def test_case(check: str, data: dict[str, Any], case: dict[str, Any]) -> None:
    if "parts" in case:
        found = _all_of(case)
    else:
        mandate = _mandate(check, data, case)
        assert mandate.check == check
        site = site_of(**{**data.get("site", {}), **case.get("site", {})})
        pages = {**data.get("pages", {}), **case.get("pages", {})}
        menu = case.get("menu", data.get("menu"))
        budget = Budget(**case.get("budget", {}))
        walked = walk_pages({k: v for k, v in pages.items() if v is not None}, site, menu, budget)
        made_of = [load_mandates().by_id[i] for i in mandate.params["parts"]] if check == "all_of" else []
        engine = Engine([mandate, *made_of], day(case.get("as_of", data.get("as_of"))), "case", strict=True)
        found = [
            ("" if f.subject == mandate.title else f.subject, f.outcome, f.message + " " + f.quote)
            for f in engine.judge(site, walked, visits_of(case.get("visits", data.get("visits", ())), site))
            if f.mandate == mandate.id
        ]
    said = "\n".join(f"  {outcome} [{subject}] {text}" for subject, outcome, text in found)
    assert sorted((s, o) for s, o, _ in found) == sorted(
        (e.get("subject", ""), Outcome(e["outcome"])) for e in case["expect"]
    ), said
    if "parts" not in case and any(outcome is Outcome.FAILED for _, outcome, _ in found):
        assert mandate.parameters.may_fail((site.level,)), "may_fail says this cannot be"
    for expected in case["expect"]:
        if "says" in expected:
            texts = [t for s, o, t in found if s == expected.get("subject", "") and o == expected["outcome"]]
            assert any(str(expected["says"]) in text for text in texts), said
    if BLIND & set(case["kind"]):
        assert all(outcome in UNDECIDED for _, outcome, _ in found), said


def _all_of(case: dict[str, Any]) -> list[tuple[str, Outcome, str]]:
    check = find_check("all_of")
    parts = {i: (i, [Verdict(Outcome(o), "") for o in outcomes]) for i, outcomes in case["parts"].items()}
    params = check.params.model_validate({"parts": [*parts, *case.get("lacking", ())]})
    return [(v.subject, v.outcome, v.message) for v in check.judge(parts, params)]


def test_every_check_has_cases_of_every_kind() -> None:
    assert {path.stem for path in _files()} == set(all_checks()) - {PERSON}  # which judges nothing
    lacking = {}
    for path in _files():
        cases = _load(path)["cases"]
        lack = KINDS - {kind for case in cases for kind in case["kind"]}
        outcomes = {e["outcome"] for case in cases if "boundary" in case["kind"] for e in case["expect"]}
        if lack or not {"passed", "failed"} <= outcomes:
            lacking[path.stem] = sorted(lack) or "boundary wants a passed and a failed side"
    assert not lacking


def test_case_kinds_are_known_and_names_unique() -> None:
    for path in _files():
        cases = _load(path)["cases"]
        assert all(set(case["kind"]) <= KINDS and case["kind"] for case in cases), path.stem
        names = [case["name"] for case in cases]
        assert len(names) == len(set(names)), path.stem
