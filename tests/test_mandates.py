"""Mandate files: valid as shipped; every fault of a bad one named by file and line, with its mend."""

import datetime as dt
from pathlib import Path

import pytest
from portal import site_of

from crawler.records import LEVELS, BadInput
from rules.engine import why_inapplicable
from rules.mandate import load_mandates

GOOD = """document: {code: X, title: 试}
mandates:
  - id: XX-1
    title: 试
    clause: 一
    quote: 试
    levels: 全部
    module: x
    check: column_present
    params: {labels: [试]}
"""


def _load(tmp_path: Path, text: str) -> str:
    (tmp_path / "x.yaml").write_text(text, "utf-8")
    load_mandates.cache_clear()
    with pytest.raises(BadInput) as error:
        load_mandates(tmp_path)
    load_mandates.cache_clear()
    return str(error.value).replace(str(tmp_path) + "/", "")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("check: column_present", "check: colum_present", "x.yaml:3: XX-1 的check：没有检查“colum_present”，可用的有 "),
        ("params: {labels: [试]}", "params: {label: [试]}", "x.yaml:3: XX-1 的params.label：没有这个参数"),
        ("params: {labels: [试]}", "params: {}", "x.yaml:3: XX-1 的params.labels：缺少"),
        ("levels: 全部", "levels: [县政府]", "x.yaml:3: XX-1 的levels：不认识级别“县政府”"),
        ("    quote: 试\n", "", "x.yaml:3: XX-1 的quote：缺少"),
        ("id: XX-1", "id: xx 1", "的id：写法不对"),
        ("module: x", "module: x\n    severety: high", "x.yaml:3: XX-1 的severety：没有这个参数"),
        ("module: x", "module: x\n    severity: huge", "x.yaml:3: XX-1 的severity：只能是"),
        ("module: x", "module: x\n    in_force: {since: soon}", "x.yaml:3: XX-1 的in_force.since"),
        ("title: 试}", "title: 试, year: 1}", "document.year：没有这个参数"),
        ("mandates:", "mandate:", "文件应只有 document 和 mandates"),
        ("    title: 试\n", "    title: 试\n    title: 再试\n", "写了两次"),
        ("    title: 试\n", "    title: [试\n", "x.yaml:"),
    ],
)
def test_faults_are_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    assert said in _load(tmp_path, GOOD.replace(old, new, 1))


def test_an_id_used_twice(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD, "utf-8")
    assert "x.yaml:3: id“XX-1”与" in _load(tmp_path, GOOD)


def test_several_faults_at_once(tmp_path: Path) -> None:
    said = _load(tmp_path, GOOD.replace("check: column_present", "check: none").replace("levels: 全部", "levels: 县"))
    assert len(said.splitlines()) == 1  # a mandate whose own fields are wrong is not asked for its check
    second = GOOD.split("mandates:\n")[1].replace("XX-1", "XX-2").replace("check: column_present", "check: none")
    assert len(_load(tmp_path, GOOD.replace("levels: 全部", "levels: 县") + second).splitlines()) == 2


def test_the_shipped_files_hold_what_the_first_inspection_promises() -> None:
    ids = set(load_mandates().by_id)
    wanted = {
        "CQ2020-5.1.2a",
        "CQ2020-5.1.2b",
        "CQ2020-5.1.2c",
        "CQ2020-5.1.1",
        "CQ2020-5.1.1b",
        "CQ2020-5.3a",
        "CQ2020-5.3b",
        "CQ2020-5.3d",
        "CQ2020-5.4b",
    }
    wanted |= (
        {f"CQ2020-5.1.1-i{n:02}" for n in range(1, 16)}
        | {f"PT61-{n}" for n in range(1, 5)}
        | {f"REG711-12-G{n}" for n in range(1, 10)}
    )
    wanted |= {
        "REG711-12-U",
        "REG711-12-M",
        "REG711-12-CQ",
        "CQ2019AR-S",
        "CQ2019AR-A1",
        "CQ2019AR-A2",
        "CQ2019AR-A3",
        "CQ2019AR-O12",
    }
    wanted |= (
        {f"AR30-J{n}" for n in range(1, 5)}
        | {f"WG47-T{n}" for n in range(1, 11)}
        | {"GW19-V3", "GW19-V4", "GW19-D04", "GW19-D05", "GW19-D06"}
    )
    wanted |= {
        "GW19-D21",
        "GW19-D22",
        "CQ2022-0.2a",
        "CQ2019-3.1f",
        "CQ2022-1.2g",
        "CQ2022-1.2h",
        "CQ2022-3.7a",
        "CQ2022-3.7b",
    }
    assert wanted <= ids


@pytest.mark.parametrize(
    ("mandate", "level", "day", "said"),
    [
        ("CQ2022-1.2g", "区县政府", "2022-05-15", "自2022-05-16起施行"),
        ("CQ2022-1.2g", "区县政府", "2022-05-16", ""),
        ("CQ2022-1.2g", "区县政府", "2022-12-31", ""),
        ("CQ2022-1.2g", "区县政府", "2023-01-01", "截至2022-12-31"),
        ("CQ2022-1.2g", "乡镇街道", "2022-06-01", "不适用于乡镇街道"),
        ("CQ2020-5.1.1", "乡镇街道", "2022-06-01", "不适用于乡镇街道"),
        ("CQ2020-5.1.1b", "乡镇街道", "2022-06-01", ""),
        ("CQ2020-5.1.1-i03", "区县政府部门", "2022-06-01", "不适用于区县政府部门"),
    ],
)
def test_applicability_and_its_boundary_days(mandate: str, level: str, day: str, said: str) -> None:
    reason = why_inapplicable(load_mandates().by_id[mandate], site_of(level=level), dt.date.fromisoformat(day))
    assert reason == said if not said else said in reason


def test_duties_of_websites_do_not_bind_a_column_of_anothers_site() -> None:
    town = site_of(level="乡镇街道", scope=("http://unit.example.gov.cn/jz/bsz/",))
    day = dt.date(2022, 10, 31)
    assert "子栏目" in why_inapplicable(load_mandates().by_id["GW19-D21"], town, day)
    assert not why_inapplicable(load_mandates().by_id["CQ2020-5.3b"], town, day)


def test_every_level_owes_something() -> None:
    day = dt.date(2022, 10, 31)
    for level in LEVELS:
        assert any(not why_inapplicable(m, site_of(level=level), day) for m in load_mandates().mandates), level
