"""Every check against its cases: ``cases/<check>.yaml``, through the real walk, parser and engine."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from portal import day, site_of, walk_pages

from crawler.frontier import Budget
from crawler.records import Site
from examples.visits import visits_of
from rules.checks import all_checks, find_check
from rules.engine import Engine
from rules.findings import Finding, Outcome, Verdict
from rules.mandate import PERSON, Document, Mandate, load_mandates

FOLDER = Path(__file__).parent / "cases"
RULES = Path(__file__).parent.parent / "rules"
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


def _site(data: dict[str, Any], case: dict[str, Any]) -> Site:
    return site_of(**{**data.get("site", {}), **case.get("site", {})})


def judged(mandate: Mandate, data: dict[str, Any], case: dict[str, Any]) -> list[Finding]:
    """What the engine finds in a case."""
    site = _site(data, case)
    pages = {**data.get("pages", {}), **case.get("pages", {})}
    menu = case.get("menu", data.get("menu"))
    budget = Budget(**case.get("budget", {}))
    walked = walk_pages({k: v for k, v in pages.items() if v is not None}, site, menu, budget)
    made_of = [load_mandates().by_id[i] for i in mandate.params["parts"]] if mandate.check == "all_of" else []
    listed = [site, *(site_of(id=str(place), **one) for place, one in enumerate(case.get("listed", ())))]
    as_of = day(case.get("as_of", data.get("as_of")))
    engine = Engine([mandate, *made_of], as_of, "case", listed, strict=True)
    visits = visits_of(case.get("visits", data.get("visits", ())), site)
    return [f for f in engine.judge(site, walked, visits) if f.mandate == mandate.id]


@pytest.mark.parametrize(("check", "data", "case"), _cases())
def test_case(check: str, data: dict[str, Any], case: dict[str, Any]) -> None:
    if "parts" in case:
        found = _all_of(case)
    else:
        mandate = _mandate(check, data, case)
        assert mandate.check == check
        found = [
            ("" if f.subject == mandate.title else f.subject, f.outcome, f.message + " " + f.quote)
            for f in judged(mandate, data, case)
        ]
    said = "\n".join(f"  {outcome} [{subject}] {text}" for subject, outcome, text in found)
    assert sorted((s, o) for s, o, _ in found) == sorted(
        (e.get("subject", ""), Outcome(e["outcome"])) for e in case["expect"]
    ), said
    if "parts" not in case and any(outcome is Outcome.FAILED for _, outcome, _ in found):
        assert mandate.parameters.may_fail((_site(data, case).level,)), "may_fail says this cannot be"
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


def examples() -> dict[str, dict[str, str]]:
    """By check and outcome what the first case of that outcome says of itself: examples for ``gongkai mandates ID``."""
    told: dict[str, dict[str, str]] = {}
    for path in _files():
        data = _load(path)
        for case in data["cases"]:
            wanted = {e["outcome"] for e in case["expect"]} - told.setdefault(path.stem, {}).keys() - {"inapplicable"}
            if wanted and "parts" not in case and not (BLIND & set(case["kind"]) and "cant_tell" in wanted):
                found = judged(_mandate(path.stem, data, case), data, case)
                told[path.stem] |= {str(f.outcome): f.message for f in reversed(found) if f.outcome in wanted}
    return {check: dict(sorted(said.items())) for check, said in told.items() if said}


def test_the_examples_are_what_the_cases_say() -> None:
    assert yaml.safe_load((RULES / "examples.yaml").read_text("utf-8")) == examples(), "make reference"


if __name__ == "__main__":
    head = "# What findings say, by check and outcome, from the cases: written by make reference.\n"
    text = yaml.safe_dump(examples(), allow_unicode=True, width=200)
    (RULES / "examples.yaml").write_text(head + text, "utf-8")
