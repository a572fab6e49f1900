"""Review in the workbook: it goes out with drop-downs, comes back whole or not at all, every fault named by sheet and cell."""

import csv
import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from held import C, F, P, U, dump, held
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from audit.cli import main
from audit.database import database
from audit.decisions import decisions_of, false_alarms, load
from audit.history import import_inspections, rebuild
from audit.inspection import Inspection
from audit.reports.ledger import read_ledger
from audit.reports.model import ReportData
from audit.reports.workbook import write_workbook
from audit.reports.write import write_reports
from audit.review import import_reviews
from crawler.records import BadInput

TODAY = dt.date(2022, 11, 4)
LINK, LATE, OPEN, ASKED = (
    "GW19-D22",
    ("CQ2020-5.4b", "2021年度报告"),
    ("GW19-D04", "栏目:工作动态"),
    ("CQ2019AR-O04", "年考核"),
)


def quiet(_: str) -> None:
    """Progress nobody reads."""


@pytest.fixture
def made(tmp_path: Path) -> Inspection:
    """Two units with two hundred dead links between them, one late report, one open and one by-person duty each."""
    units = {}
    for n, unit in enumerate(("yx", "bs")):
        links = {(LINK, f"链接：第{n}-{i}号"): F for i in range(100)}
        units[unit] = {**links, (LINK, "=1+1"): P, LATE: F, OPEN: C, ASKED: U}
    inspection = held(tmp_path / "output", "2022-10-31", units)
    import_inspections([inspection], quiet)
    _workbook(inspection)
    return inspection


def _workbook(inspection: Inspection) -> None:
    write_workbook(ReportData(inspection, decisions_of(inspection.path.parent)), inspection.path / "scorecards.xlsx")


class _Sheet:
    """A sheet by the names of its columns."""

    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet
        self.columns = {str(cell.value): cell.column for cell in sheet[1]}

    def set(self, row: int, **cells: object) -> None:
        for name, value in cells.items():
            self.sheet.cell(row, self.columns[name]).value = value  # type: ignore[assignment]

    def get(self, row: int, name: str) -> object:
        return self.sheet.cell(row, self.columns[name]).value

    def at(self, row: int, name: str) -> str:
        return f"“{self.sheet.title}”表 {self.sheet.cell(row, self.columns[name]).coordinate}："

    def rows_of(self, name: str, value: str) -> list[int]:
        return [row for row in range(2, self.sheet.max_row + 1) if self.get(row, name) == value]


def _edited(made: Inspection, edit: Callable[[_Sheet, _Sheet], None], name: str = "回收.xlsx") -> Path:
    book: Workbook = load_workbook(made.path / "scorecards.xlsx")
    edit(_Sheet(book["复核"]), _Sheet(book["人工核查"]))
    path = made.path.parent / name
    book.save(path)
    return path


def _all_links(review: _Sheet, _: _Sheet) -> None:
    for row in review.rows_of("要求", "可用性"):
        review.set(row, 复核意见="属实", 责任单位="信息中心", 期限=dt.date(2022, 11, 20))


def test_two_hundred_rows_five_of_them_spoilt(made: Inspection) -> None:
    output, wanted = made.path.parent, []

    def spoil(review: _Sheet, person: _Sheet) -> None:
        _all_links(review, person)
        rows = review.rows_of("要求", "可用性")
        assert len(rows) == 200
        review.set(rows[3], 复核意见="大概属实")
        review.set(rows[50], 期限="下周一")
        review.set(rows[90], 编号=str(review.get(rows[90], "编号"))[:-1] + "x")
        review.set(rows[120], 复核意见="误报", 复核人="张三")
        review.set(rows[199], 单位="别的单位")
        spoilt = zip((3, 50, 90, 120, 199), ("复核意见", "期限", "编号", "说明", "单位"), strict=True)
        wanted.extend(review.at(rows[row], column) for row, column in spoilt)

    before = dump(output)
    with pytest.raises(BadInput) as refused:
        import_reviews(_edited(made, spoil), output, TODAY)
    head, *faults = str(refused.value).splitlines()
    assert "填写了200行，其中5行有问题，全部没有导入" in head
    assert [fault[: len(place)] for fault, place in zip(faults, wanted, strict=True)] == wanted
    assert dump(output) == before
    assert not (output / "decisions.jsonl").exists()
    taken = import_reviews(_edited(made, _all_links), output, TODAY)
    assert (taken.rows, taken.new, taken.units) == (200, 200, 2)
    again = import_reviews(_edited(made, _all_links), output, TODAY)
    assert (again.rows, again.new) == (200, 0)
    lines = [line for line in read_ledger(output, TODAY).lines if line.state.responsible == "信息中心"]
    assert len(lines) == 200
    assert {line.state.deadline for line in lines} == {dt.date(2022, 11, 20)}


@pytest.mark.parametrize(
    ("cells", "column", "said"),
    [
        ({"复核意见": "误报", "说明": "页面能打开"}, "复核人", "要填复核人"),
        ({"复核意见": "例外", "说明": "改版", "例外依据文件": "3号", "例外批准人": "李四"}, "例外到期", "要填例外到期"),
        ({"复核意见": "例外", "说明": "改版", "例外依据文件": "3号", "例外批准人": "李四", "例外到期": "2022-11-01"}, "例外到期", "已经过了"),
        ({"责任单位": "办公室"}, "复核意见", "没有填意见"),
        ({"复核意见": "合格", "复核人": "张三"}, "复核意见", "不在可选的意见里"),
        ({"复核意见": "属实", "期限": "2022/10/1"}, "期限", "早于检查日"),
        ({"复核意见": "属实", "编号": None}, "编号", "编号是空的"),
        ({"复核意见": "属实", "编号": "monthly-2021-01-01 yx GW19-D22 00"}, "编号", "库里没有检查"),
        ({"复核意见": "属实", "对象": "另一个"}, "对象", "只给一部分列排了序"),
    ],
)  # fmt: skip
def test_each_fault_names_its_cell(made: Inspection, cells: dict[str, object], column: str, said: str) -> None:
    place = []

    def edit(review: _Sheet, _: _Sheet) -> None:
        review.set(5, **cells)
        place.append(review.at(5, column))

    with pytest.raises(BadInput) as refused:
        import_reviews(_edited(made, edit), made.path.parent, TODAY)
    assert place[0] in str(refused.value)
    assert said in str(refused.value)


def test_what_goes_out_has_drop_downs_and_what_was_said(made: Inspection) -> None:
    import_reviews(_edited(made, lambda review, _: review.set(2, 复核意见="误报", 复核人="张三", 说明="@能打开")), made.path.parent, TODAY)  # fmt: skip
    _workbook(made)
    book = load_workbook(made.path / "scorecards.xlsx")
    review = _Sheet(book["复核"])
    assert [review.get(2, name) for name in ("复核意见", "复核人", "说明")] == ["误报", "张三", "'@能打开"]
    rules = book["复核"].data_validations.dataValidation
    lists = {str(rule.formula1): str(rule.sqref) for rule in rules if rule.type == "list"}
    assert lists == {'"属实,误报,已报整改,例外"': "H2:H203", '"合格,不合格,不适用,无法核实"': "H204:H205"}
    assert book["人工核查"].data_validations.count > 0
    assert import_reviews(made.path / "scorecards.xlsx", made.path.parent, TODAY).new == 0, "sent back as it went out"


def test_false_alarms_lower_the_deduction_and_count(made: Inspection) -> None:
    output = made.path.parent

    def edit(review: _Sheet, _: _Sheet) -> None:
        late = review.rows_of("对象", "2021年度报告")
        review.set(late[0], 复核意见="误报", 复核人="张三", 说明="1月20日已发布")
        review.set(late[1], 复核意见="属实")

    import_reviews(_edited(made, edit), output, TODAY)
    rates = false_alarms(decisions_of(output))
    assert rates == [("report_deadline", 2, 1)]
    units = {unit.site.id: unit for unit in ReportData(made, decisions_of(output)).units}
    dismissed = next(u for u in units.values() if u.reviewed)
    assert dismissed.reviewed is not None
    assert (dismissed.reviewed.high, dismissed.score.high) == (95, 90)  # links are capped at 5, the late report cost 5
    assert sum(1 for u in units.values() if u.reviewed) == 1
    assert "误报率" in read_ledger(output, TODAY).text()
    with (made.path / "scores.csv").open(encoding="utf-8", newline="") as file:
        assert "reviewed" not in next(csv.reader(file)), "what the machine said stays as it was"


def test_exemptions_stand_beside_and_delete_nothing(made: Inspection) -> None:
    output = made.path.parent
    leave = {
        "复核意见": "例外",
        "说明": "网站改版",
        "例外依据文件": "云政办函3号",
        "例外批准人": "李四",
        "例外到期": dt.date(2022, 12, 31),
    }
    import_reviews(
        _edited(made, lambda review, _: review.set(review.rows_of("对象", "2021年度报告")[0], **leave)), output, TODAY
    )
    (line,) = [x for x in read_ledger(output, dt.date(2022, 12, 31)).lines if x.standing == "例外"]
    assert line.exempt == "例外：网站改版（云政办函3号，李四批准，至2022-12-31）"
    (late,) = [
        x for x in read_ledger(output, dt.date(2023, 1, 3)).lines if x.subject == line.subject and x.unit == line.unit
    ]
    assert late.standing == "逾期"
    data = ReportData(made, decisions_of(output))
    unit = next(u for u in data.units if u.site.id == line.unit)
    (problem,) = [p for p in unit.problems if any("云政办函3号" in words for words in p.decided)]
    assert problem.points > 0
    assert unit.reviewed is None
    write_reports(made)
    assert "云政办函3号" in (made.path / "scorecards" / f"{line.unit}.html").read_text("utf-8")


def test_duties_only_a_person_can_judge(made: Inspection) -> None:
    output = made.path.parent

    def edit(review: _Sheet, person: _Sheet) -> None:
        person.set(2, 复核意见="不合格", 复核人="张三", 说明="没有考核文件", 期限="2022年12月1日")
        review.set(review.rows_of("对象", "栏目:工作动态")[0], 复核意见="合格", 复核人="张三")

    assert import_reviews(_edited(made, edit), output, TODAY).new == 2
    (line,) = [x for x in read_ledger(output, TODAY).lines if x.mandates == ["CQ2019AR-O04"]]
    assert (line.state.message, line.state.deadline) == ("没有考核文件", dt.date(2022, 12, 1))
    rebuild(output, quiet)
    assert [x.mandates for x in read_ledger(output, TODAY).lines].count(["CQ2019AR-O04"]) == 1


def test_hostile_subjects_come_back(tmp_path: Path) -> None:
    subject = '=HYPERLINK("http://x")<script>\x07\n 空 格&amp;'
    inspection = held(tmp_path, "2022-10-31", {"yx": {(LINK, subject): F}})
    import_inspections([inspection], quiet)
    _workbook(inspection)
    path = tmp_path / "回收.xlsx"
    book = load_workbook(inspection.path / "scorecards.xlsx")
    _Sheet(book["复核"]).set(2, 复核意见="属实")
    book.save(path)
    assert import_reviews(path, tmp_path, TODAY).new == 1


def test_two_people_do_not_write_over_each_other(made: Inspection) -> None:
    output = made.path.parent
    first = _edited(made, lambda review, _: review.set(2, 复核意见="误报", 复核人="张三", 说明="能打开"), "a.xlsx")
    second = _edited(made, lambda review, _: review.set(2, 复核意见="属实", 复核人="李四"), "b.xlsx")
    import_reviews(first, output, TODAY)
    with pytest.raises(BadInput, match=r"“复核”表 [A-Z]+2：与库里2022-11-04导入的张三的意见“误报”冲突"):
        import_reviews(second, output, TODAY)
    _workbook(made)  # the new workbook shows 张三's word, and may change it
    changed = _edited(made, lambda review, _: review.set(2, 复核意见="属实", 复核人="李四"), "c.xlsx")
    assert import_reviews(changed, output, TODAY).new == 1
    with database(output):
        assert [(r.opinion, r.reviewer) for r in load().reviews] == [("属实", "李四")]
    emptied = _edited(made, lambda review, _: review.set(2, 复核意见=None, 复核人=None, 说明=None), "d.xlsx")
    with pytest.raises(BadInput, match="被删空了"):
        import_reviews(emptied, output, TODAY)


def test_files_that_are_no_review(made: Inspection, tmp_path: Path) -> None:
    text, other = tmp_path / "x.xlsx", tmp_path / "y.xlsx"
    text.write_text("no workbook")
    Workbook().save(other)
    moved = _edited(made, lambda review, _: review.sheet.delete_cols(review.columns["编号"]))
    for path, said in (
        (text, "不是xlsx工作簿"),
        (tmp_path / "none.xlsx", "没有这个文件"),
        (other, "没有“复核”表"),
        (moved, "少了列 编号"),
    ):
        with pytest.raises(BadInput, match=said):
            import_reviews(path, made.path.parent, TODAY)


def test_the_commands(made: Inspection, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    output = made.path.parent

    def run(*args: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as exit_:
            main([str(arg) for arg in args])
        return (int(exit_.value.code or 0), *capsys.readouterr())

    common = ("--output", output, "--as-of", "2022-11-18")
    code, out, _ = run("review", "import", _edited(made, _all_links), *common)
    assert (code, out) == (0, "读到200行意见，200行是新的，涉及2个单位；已记入台账。\n")
    for name in ("台账.csv", "台账.xlsx"):
        code, out, _ = run("ledger", *common, "--export", tmp_path / name)
        assert code == 0
        assert "逾期2" in out
        assert "信息中心" in out
        assert "还剩0个" not in out
    first = (tmp_path / "台账.xlsx").read_bytes()
    run("ledger", *common, "--export", tmp_path / "台账.xlsx")
    assert (tmp_path / "台账.xlsx").read_bytes() == first
    with (tmp_path / "台账.csv").open(encoding="utf-8", newline="") as file:
        assert sum(1 for _ in csv.DictReader(file)) == 202
    for args, said in (
        (("ledger", *common, "--export", "x.pdf"), "结尾"),
        (("ledger", *common, "--unit", "nobody"), "没有单位"),
        (("ledger", "--output", tmp_path / "empty"), "还没有台账"),
        (("import", tmp_path), "不是检查结果的文件夹"),
    ):
        code, out, err = run(*args)
        assert (code, out) == (2, "")
        assert said in err
