"""Mandate files: valid as shipped; every fault of a bad one named by file and line, with its mend."""

import csv
import datetime as dt
from collections import Counter
from pathlib import Path

import pytest
import yaml
from portal import site_of

from audit.coverage import JUDGED, PARTLY, WAYS, coverage, coverage_counts, entries, way
from crawler.records import LEVELS, BadInput
from rules.applicability import Profile, binds, profiles, why_inapplicable
from rules.engine import Engine
from rules.findings import Outcome
from rules.mandate import PERSON, load_mandates

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
        ("mandates:", "mandate:", "文件应只有 document、mandates 和 settings"),
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
        ("REG711-29", "区县政府", "2019-05-14", "自2019-05-15起施行"),  # without a term of its own: the document's
        ("REG711-29", "区县政府", "2019-05-15", ""),
        ("GW19-D21", "区县政府", "2019-03-31", "自2019-04-01起施行"),
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


def test_what_the_list_says_a_unit_lacks_does_not_bind_it() -> None:
    by_id, day = load_mandates().by_id, dt.date(2022, 10, 31)
    district = site_of(level="区县政府", region="重庆市江津区", without=("政府公报", "FLD-02"))
    for identity in ("CQ2019-4.3a", "JJ2019-3.2a"):  # the second is an alias of the first
        assert "没有“政府公报”" in why_inapplicable(by_id[identity], district, day)
    assert "没有“保障性住房”" in why_inapplicable(by_id["FLD-02"], district, day)
    assert not why_inapplicable(by_id["FLD-03"], district, day)


def test_what_the_list_says_a_unit_owes_besides_binds_it() -> None:
    mandate, day = load_mandates().by_id["CQ2020-5.1.1-i03"], dt.date(2022, 10, 31)
    assert why_inapplicable(mandate, site_of(level="乡镇街道"), day)
    assert not why_inapplicable(mandate, site_of(level="乡镇街道", also=(mandate.id,)), day)
    later = load_mandates().by_id["CQ2022-1.2g"]
    assert "施行" in why_inapplicable(later, site_of(level="乡镇街道", also=(later.id,)), dt.date(2022, 5, 15))


LOCAL = """document: {code: LN15, title: 某省检查指标, number: 某政办〔2019〕15号, jurisdiction: 某省, valid_from: 2019-09-01}
mandates:
  - {id: LN15-1, title: 甲, clause: 一, quote: 试, levels: 全部, module: statutory, instead_of: [NAT-1], check: column_present, params: {labels: [试]}}
"""
NATIONAL = """document: {code: NAT, title: 国家检查指标}
mandates:
  - {id: NAT-1, title: 甲, clause: 一, quote: 试, levels: 全部, module: statutory, check: column_present, params: {labels: [试]}}
"""


def test_a_local_issue_takes_the_place_of_the_national_one(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(NATIONAL, "utf-8")
    (tmp_path / "b.yaml").write_text(LOCAL, "utf-8")
    mandates, day = load_mandates(tmp_path).mandates, dt.date(2022, 10, 31)
    here, there = site_of(region="某省某市", url="http://unit.example.gov.cn/"), site_of(region="别省")
    judged = {f.mandate: f for f in Engine(mandates, day, "x").judge(here, [])}
    assert judged["NAT-1"].outcome == "inapplicable"
    assert "LN15-1" in judged["NAT-1"].message
    assert judged["LN15-1"].outcome == "cant_tell"
    judged = {f.mandate: f for f in Engine(mandates, day, "x").judge(there, [])}
    assert (judged["NAT-1"].outcome, judged["LN15-1"].outcome) == ("cant_tell", "inapplicable")
    local = Profile("LN15", "某省检查指标", "某政办〔2019〕15号", "某省", dt.date(2019, 9, 1))
    assert profiles(mandates, [here], day) == [local]
    assert [p.document for p in profiles(mandates, [there], day)] == ["NAT"]
    (tmp_path / "b.yaml").write_text(LOCAL.replace("NAT-1", "NAT-9"), "utf-8")
    load_mandates.cache_clear()
    with pytest.raises(BadInput, match=r"b.yaml:3: LN15-1的instead_of“NAT-9”不是另一条要求的id"):
        load_mandates(tmp_path)


def test_every_level_owes_something() -> None:
    day = dt.date(2022, 10, 31)
    for level in LEVELS:
        assert any(not why_inapplicable(m, site_of(level=level), day) for m in load_mandates().mandates), level


def test_every_duty_of_the_five_documents_has_its_place(shared: Path) -> None:
    records = yaml.safe_load((shared / "mandates" / "mandates.yaml").read_text("utf-8"))["records"]
    ours = load_mandates().by_id
    assert {record["id"] for record in records} <= set(ours)
    for record in records:
        mandate = ours[record["id"]]
        assert mandate.quote == str(record["quote"]), record["id"]
        if record["tier"] == "alias":
            assert mandate.alias_of or mandate.check, record["id"]


ALIASES = """document: {code: X, title: 试}
mandates:
  - {id: XX-1, title: 甲, clause: 一, quote: 试, levels: 全部, module: x, check: column_present, params: {labels: [试]}}
  - {id: XX-2, title: 乙, clause: 二, quote: 试, levels: [乡镇街道], module: x, alias_of: XX-1}
  - {id: XX-3, title: 丙, clause: 三, quote: 试, levels: 全部, module: x, alias_of: XX-2}
"""


def test_an_alias_is_judged_as_the_record_it_stands_for(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(ALIASES, "utf-8")
    load_mandates.cache_clear()
    mandates = load_mandates(tmp_path)
    load_mandates.cache_clear()
    one, two, three = mandates.mandates
    assert (two.check, two.params, two.levels) == (one.check, one.params, ("乡镇街道",))
    assert mandates.meant("XX-3") is one
    assert three.alias_of == "XX-1"
    found = Engine([one, two], dt.date(2022, 10, 31), "x").judge(site_of(level="乡镇街道"), [])
    assert [finding.subject for finding in found] == ["甲", "甲"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("alias_of: XX-1}", "alias_of: XX-9}", "XX-2的alias_of“XX-9”不是另一条要求的id"),
        ("alias_of: XX-1}", "alias_of: XX-3}", "不是另一条要求的id"),
        (
            "alias_of: XX-1}",
            "alias_of: XX-1, check: by_person, params: {question: 有没有}}",
            "check和alias_of要且只能写一个",
        ),
        ("alias_of: XX-1}", "lead: 无}", "check和alias_of要且只能写一个"),
    ],
)
def test_bad_aliases_are_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    (tmp_path / "x.yaml").write_text(ALIASES.replace(old, new, 1), "utf-8")
    load_mandates.cache_clear()
    with pytest.raises(BadInput, match=said):
        load_mandates(tmp_path)
    load_mandates.cache_clear()


@pytest.mark.parametrize(
    ("jurisdiction", "region", "bound"),
    [
        ("全国", "", True),
        ("全国", "四川省成都市", True),
        ("重庆市", "", True),
        ("重庆市", "重庆市", True),
        ("重庆市", "重庆市江津区", True),
        ("重庆市", "四川省成都市", False),
        ("重庆市江津区", "", False),
        ("重庆市江津区", "重庆市", False),
        ("重庆市江津区", "江津区", True),
        ("重庆市江津区", "重庆市江津区", True),
    ],
)
def test_documents_bind_where_they_were_issued(jurisdiction: str, region: str, bound: bool) -> None:
    assert binds(jurisdiction, region) is bound


def test_what_only_a_person_can_answer_is_asked_even_of_a_site_nobody_saw() -> None:
    person = [mandate for mandate in load_mandates().mandates if mandate.check == PERSON]
    found = Engine(person, dt.date(2022, 10, 31), "x").judge(site_of(level="区县政府"), [])
    assert {finding.outcome for finding in found} == {Outcome.UNTESTED, Outcome.INAPPLICABLE}
    assert all(finding.message for finding in found)


def test_every_national_indicator_has_its_place(shared: Path) -> None:
    with (shared / "mandates" / "national.csv").open(encoding="utf-8") as lines:
        wanted = {row["id"] for row in csv.DictReader(lines)}
    mandates = load_mandates()
    assert wanted <= set(mandates.by_id) | {setting.id for setting in mandates.settings}


def test_every_id_goes_one_way_and_the_tiers_are_whole(shared: Path) -> None:
    records = yaml.safe_load((shared / "mandates" / "mandates.yaml").read_text("utf-8"))["records"]
    with (shared / "mandates" / "national.csv").open(encoding="utf-8") as lines:
        national = {row["id"] for row in csv.DictReader(lines)}
    found = list(entries(load_mandates()))
    ids = [entry[1] for entry in found]
    assert len(ids) == len(set(ids)) == 490 + 246
    assert set(ids) == national | {record["id"] for record in records}
    assert {entry[4] for entry in found} <= set(WAYS)
    for record in records:
        assert load_mandates().by_id[record["id"]].tier == record["tier"], record["id"]


def test_the_tiers_count_and_go_the_ways_they_should() -> None:
    mandates = load_mandates().mandates
    assert Counter(m.tier for m in mandates if m.tier) == {"core": 227, "extended": 148, "alias": 71, "reference": 44}
    left = [m for m in mandates if m.tier == "core" and way(m) not in (JUDGED, PARTLY)]
    assert len(left) <= 13
    assert [m.id for m in left if not (m.note or m.check != PERSON)] == [], "why can no page show it?"
    assert [m.id for m in mandates if m.tier == "reference" and way(m) == JUDGED] == []
    assert [m.id for m in mandates if m.check == PERSON and not m.params.get("question")] == []


def test_the_coverage_table_lists_every_id_once_and_adds_up() -> None:
    loaded = load_mandates()
    lines = coverage(loaded).splitlines()
    heads = Counter(line.split()[0] for line in lines if line.split())
    assert all(heads[identity] == 1 for _, identity, *_ in entries(loaded))
    counts = coverage_counts(loaded)
    assert sum(numbers[-1] for numbers in counts.values()) == 736
    assert all(sum(numbers[:-1]) == numbers[-1] for numbers in counts.values())
    assert all(len(line) < 130 for line in lines)
