"""CONTRIBUTING's examples run as they stand; every check is documented as it promises."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from portal import day, site_of, walk_pages

import rules.checks
from rules.checks import HEADINGS, all_checks
from rules.engine import Engine
from rules.mandate import Document, Mandate, load_mandates

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.S)


def test_the_mandate_example_is_valid(tmp_path: Path) -> None:
    entry = _blocks("yaml")[0]
    (tmp_path / "new.yaml").write_text("document: {code: CQ2022, title: 试}\nmandates:\n" + entry, "utf-8")
    (mandate,) = load_mandates(tmp_path).mandates
    assert (mandate.check, mandate.params["labels"][0]) == ("column_present", "惠企政策")


def test_the_check_example_runs_with_its_cases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "forbidden_names.py").write_text(_blocks("python")[0], "utf-8")
    monkeypatch.setattr(rules.checks, "__path__", [*rules.checks.__path__, str(tmp_path)])
    all_checks.cache_clear()
    try:
        data: dict[str, Any] = yaml.safe_load(_blocks("yaml")[1])
        mandate = Mandate(
            id="TEST-1", title="要求", clause="一", quote="试", levels=("全部",), module="x", check="forbidden_names",
            params=data["params"], document=Document(code="T", title="试"), file="x", line=1,
        )  # fmt: skip
        for case in data["cases"]:
            pages = walk_pages(case["pages"], site_of(), case.get("menu", data["menu"]))
            found = Engine([mandate], day(data["as_of"]), "x", strict=True).judge(site_of(), pages)
            assert [str(f.outcome) for f in found] == [e["outcome"] for e in case["expect"]], case["name"]
    finally:
        all_checks.cache_clear()


@pytest.mark.parametrize("name", all_checks())
def test_every_check_is_documented(name: str) -> None:
    check = all_checks()[name]
    assert check.title
    sections = [check.section(heading) for heading in HEADINGS]
    assert all(len(text) >= 8 for text in sections), sections
    assert [check.doc.index(f"{heading}：") for heading in HEADINGS] == sorted(
        check.doc.index(f"{heading}：") for heading in HEADINGS
    )


def test_every_mandate_names_its_document_and_is_scored_or_said_not_to_be() -> None:
    loaded = load_mandates()
    for mandate in loaded.mandates:
        assert mandate.quote, mandate.id
        assert mandate.clause, mandate.id
        assert mandate.document.number or mandate.document.title, mandate.id
        if mandate.confidence == "unverified":
            assert mandate.note, f"{mandate.id} is unverified and does not say what"
