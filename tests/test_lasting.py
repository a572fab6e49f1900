"""What lasts: imports are whole, once, and in any order the same; rebuilds keep what people decided; on both databases."""

import datetime as dt
import shutil
import signal
import subprocess
import sys
from itertools import permutations
from pathlib import Path

import pytest
from held import C, F, N, P, U, dump, held, site
from hypothesis import given
from hypothesis import strategies as st

from audit.compare import compare_inspections
from audit.database import NAME, database
from audit.decisions import Exemption, Notice, Review, add, export, load
from audit.history import import_inspections, rebuild
from audit.inspection import Inspection
from audit.packing import pack, unpack
from audit.stages import begin
from crawler.records import BadInput

ROOT = Path(__file__).parent.parent
A, B, D = ("GW19-D04", "栏目:工作动态"), ("PT61-1", "公开平台统一名称"), ("CQ2020-5.4b", "2021年度报告")
MONTHS = {
    "2022-10-31": {"yx": {A: F, B: P, D: F}, "bs": {A: C, B: F}},
    "2022-11-30": {"yx": {A: P, B: P, D: F}, "bs": {A: F, B: N}},
    "2022-12-30": {"yx": {A: F, B: U, D: C}, "bs": {A: F, B: P}},
}


def quiet(_: str) -> None:
    """Progress nobody reads."""


def _history(output: Path) -> list[Inspection]:
    return [held(output, day, units) for day, units in MONTHS.items()]


def _review(inspection: str, opinion: str, key: tuple[str, str] = D, **more: object) -> Review:
    return Review(
        inspection=inspection, unit="yx", mandate=key[0], subject=key[1], check_id="report_deadline", outcome="failed",
        opinion=opinion, reviewer="张三", note="已核", day=dt.date(2022, 12, 1), **more,
    )  # type: ignore[arg-type]  # fmt: skip


def _decide(output: Path) -> None:
    leave = Exemption(
        inspection="monthly-2022-11-30", unit="bs", mandate=A[0], subject=A[1], reason="网站改版", document="云政办函3号",
        approver="李四", day=dt.date(2022, 12, 1), expires=dt.date(2023, 3, 1),
    )  # fmt: skip
    notice = Notice(
        inspection="monthly-2022-10-31", unit="yx", document="整改通知1号", issued=dt.date(2022, 11, 2),
        deadline=dt.date(2022, 11, 18), day=dt.date(2022, 11, 2),
    )  # fmt: skip
    with database(output):
        from django.db import transaction

        with transaction.atomic():
            add([_review("monthly-2022-10-31", "属实"), _review("monthly-2022-10-31", "误报"), leave, notice])
        export(output)


def test_importing_twice_is_importing_once(lasting: Path) -> None:
    history = _history(lasting)
    said: list[str] = []
    import_inspections(history, said.append)
    once = dump(lasting)
    assert {name: len(rows) for name, rows in once.items()} == {
        "Unit": 2, "UnitTerm": 2, "Inspection": 3, "Result": 6, "Finding": 9, "Problem": 4, "Review": 0, "Exemption": 0, "Notice": 0,
    }  # fmt: skip
    import_inspections(history, said.append)
    assert dump(lasting) == once
    assert [line.endswith("没有变动") for line in said] == [False] * 3 + [True] * 3


def test_the_order_of_importing_does_not_matter(tmp_path: Path) -> None:
    dumps = []
    for number, order in enumerate(permutations(range(3))):
        history = _history(tmp_path / str(number))
        for index in order:
            import_inspections([history[index]], quiet)
        found = dump(tmp_path / str(number))
        found["Inspection"] = [
            tuple(f for f in r if f[0] not in ("mtime", "source_digest", "digests")) for r in found["Inspection"]
        ]
        dumps.append(found)
    assert all(found == dumps[0] for found in dumps)
    problems = {(dict(p)["unit_id"], dict(p)["duty_id"]): dict(p) for p in dumps[0]["Problem"]}
    states = sorted((p["unit_id"], p["status"], p["times"], p["reopened"]) for p in problems.values())
    assert states == [
        ("bs", "mended", "1", "0"),
        ("bs", "open", "2", "0"),
        ("yx", "open", "2", "0"),
        ("yx", "open", "2", "1"),
    ]


def test_judged_again_takes_the_place_of_the_old(lasting: Path) -> None:
    history = _history(lasting)
    import_inspections(history, quiet)
    shutil.rmtree(history[1].path)
    changed = held(lasting, "2022-11-30", {"yx": {A: F, B: P, D: P}, "bs": {A: F, B: N}})
    import_inspections([changed], quiet)
    after = dump(lasting)
    with database(lasting):
        from audit import models

        for table in (models.Inspection, models.Problem, models.UnitTerm, models.Duty, models.Unit):
            table.objects.all().delete()
    import_inspections([Inspection.load(i.path) for i in history], quiet)
    assert dump(lasting) == after


def test_a_rebuild_gives_the_same_and_keeps_what_people_decided(lasting: Path) -> None:
    import_inspections(_history(lasting), quiet)
    _decide(lasting)
    rebuild(lasting, quiet)
    before = dump(lasting)
    assert [len(before[name]) for name in ("Review", "Exemption", "Notice")] == [2, 1, 1]
    problem = next(
        dict(p) for p in before["Problem"] if dict(p)["unit_id"] == "yx" and "2021年度报告" in dict(p)["duty_id"]
    )
    assert (problem["status"], problem["first_seen"]) == (
        "open",
        "2022-11-30",
    )  # 误报 in October, found again in November
    with database(lasting):
        from audit import models

        models.Problem.objects.all().delete()
        models.Result.objects.all().update(score=0)
        models.Inspection.objects.all().update(source_digest="")
    rebuild(lasting, quiet)
    assert dump(lasting) == before


@pytest.mark.parametrize("harm", ["gone", "broken"])
def test_decisions_outlive_the_database_file(tmp_path: Path, harm: str) -> None:
    import_inspections(_history(tmp_path), quiet)
    _decide(tmp_path)
    rebuild(tmp_path, quiet)
    before, said = dump(tmp_path), []
    if harm == "gone":
        (tmp_path / NAME).unlink()
    else:
        (tmp_path / NAME).write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
        with pytest.raises(BadInput, match="gongkai rebuild"), database(tmp_path):
            load()
    rebuild(tmp_path, said.append)
    assert dump(tmp_path) == before
    assert (harm == "broken") == any("已改名" in line for line in said)


def test_a_folder_that_is_gone_loses_nothing(tmp_path: Path) -> None:
    history = _history(tmp_path)
    import_inspections(history, quiet)
    before = dump(tmp_path)
    shutil.rmtree(history[0].path)
    said: list[str] = []
    rebuild(tmp_path, said.append)
    assert dump(tmp_path) == before
    assert any("文件夹不在了" in line for line in said)


KILLED = """
import os, signal, sys
from pathlib import Path
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
moment = sys.argv[1]
def die(here):
    if here:
        os.kill(os.getpid(), signal.SIGKILL)
execute, commit = CursorWrapper.execute, BaseDatabaseWrapper._commit
def killing_execute(self, sql, params=None):
    result = execute(self, sql, params)
    die(moment in str(sql))
    return result
def killing_commit(self):
    die(moment == "before commit")
    result = commit(self)
    die(moment == "after commit")
    return result
CursorWrapper.execute, BaseDatabaseWrapper._commit = killing_execute, killing_commit
from audit.history import import_inspections
from audit.inspection import Inspection
import_inspections([Inspection.load(Path(sys.argv[2]))], print)
"""


def test_killed_at_any_moment_the_database_is_as_before_or_as_after(lasting: Path) -> None:
    history = _history(lasting)
    import_inspections(history[:2], quiet)
    before = dump(lasting)
    for moment in ('INSERT INTO "audit_inspection"', 'DELETE FROM "audit_problem"', "before commit", "after commit"):
        command = [sys.executable, "-c", KILLED, moment, str(history[2].path)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120, check=False)
        assert done.returncode == -signal.SIGKILL, done.stderr
        assert (dump(lasting) == before) is (moment != "after commit"), moment
    after = dump(lasting)
    import_inspections([history[2]], quiet)
    assert dump(lasting) == after


def test_comparing_from_the_database_is_comparing_the_files(lasting: Path) -> None:
    history = _history(lasting)
    from_files = compare_inspections(history)
    import_inspections(history, quiet)
    from_database = compare_inspections(history)
    assert from_database.text() == from_files.text()
    assert from_database.scores == from_files.scores
    assert [(m.change, m.finding.unit, m.finding.message, m.finding.url) for m in from_database.moves] == [
        (m.change, m.finding.unit, m.finding.message, m.finding.url) for m in from_files.moves
    ]
    shutil.rmtree(history[2].path)
    changed = held(lasting, "2022-12-30", {"yx": {A: P, B: P, D: P}, "bs": {A: P, B: P}})
    assert not compare_inspections([history[1], changed]).of_unit("yx")[0].finding.message.startswith("旧")
    assert {m.change.value for m in compare_inspections([history[1], changed]).moves} == {"已改"}


def test_names_and_levels_over_time(lasting: Path) -> None:
    names = ["云溪县人民政府", "云溪县人民政府", "云溪区人民政府"]
    history = [
        held(lasting, day, {"yx": {B: P}}, sites=[site("yx", name)]) for day, name in zip(MONTHS, names, strict=True)
    ]
    import_inspections(reversed(history), quiet)
    with database(lasting):
        from audit import models

        terms = [(t.name, str(t.since), str(t.until)) for t in models.UnitTerm.objects.order_by("since")]
        assert terms == [("云溪县人民政府", "2022-10-31", "2022-11-30"), ("云溪区人民政府", "2022-12-30", "2022-12-30")]
        assert models.Unit.objects.get().name == "云溪区人民政府"
    assert any("单位更名：云溪县人民政府→云溪区人民政府" in note for note in compare_inspections(history).notes)


def test_hostile_words_are_kept(lasting: Path) -> None:
    key = ("GW19-D22", "链接\x00" + "长" * 3000 + "'; DROP TABLE audit_unit; --")
    made = held(lasting, "2022-10-31", {"yx": {key: F}}, message="\x00\U0001f600")
    import_inspections([made], quiet)
    import_inspections([held(lasting, "2022-11-30", {"yx": {key: F}})], quiet)
    (problem,) = dump(lasting)["Problem"]
    assert dict(problem)["times"] == "2"


def test_faults_are_told_and_nothing_is_taken(lasting: Path) -> None:
    (good, bad, unjudged) = [*_history(lasting)[:2], begin(lasting / "x", "x", "monthly", dt.date(2022, 12, 1), [site("yx")], 600)]  # fmt: skip
    import_inspections([good], quiet)
    before = dump(lasting)
    with (bad.path / "findings.jsonl").open("ab") as file:
        file.write(b'{"unit": "yx"\n')
    with pytest.raises(BadInput, match=r"findings\.jsonl:6: 读不懂"):
        import_inspections([bad], quiet)
    with pytest.raises(BadInput, match="请先运行 gongkai check"):
        import_inspections([unjudged], quiet)
    assert dump(lasting) == before


def test_a_folder_without_inspections_is_not_rebuilt(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="里面没有检查结果的文件夹"):
        rebuild(tmp_path / "nothing", quiet)
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "读不懂"),
        ("mysql://a@b/c", "只能是 postgresql"),
        ("postgresql://nobody@127.0.0.1:9/none?connect_timeout=2", "请检查地址、用户和网络"),
    ],
)
def test_an_address_that_cannot_be_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, said: str) -> None:
    monkeypatch.setenv("GONGKAI_DATABASE_URL", url)
    with pytest.raises(BadInput, match=said), database(tmp_path):
        pass


def test_migrations_say_what_the_models_say(tmp_path: Path) -> None:
    from django.core.management import call_command

    with database(tmp_path):
        call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@given(st.dictionaries(st.integers(1, 2**29 - 1), st.integers(0, 4)))
def test_packed_outcomes_come_back(outcomes: dict[int, int]) -> None:
    assert unpack(pack(outcomes.items())) == outcomes
