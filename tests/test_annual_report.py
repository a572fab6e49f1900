"""Numbers, tables 3 and 4 of annual reports, and whose report a title names."""

import datetime as dt

import pytest
from portal import render, site_of

from crawler.facts import read_page
from crawler.records import Table
from rules.annual_report import COLUMNS, LEAVES_30, LEAVES_60, applications, number, reviews
from rules.documents import Kin, kin_of
from rules.reports import report_year, years_in
from rules.unit import Unit

NEW = "一、本年新收政府信息公开申请数量"
CARRIED = "二、上年结转政府信息公开申请数量"
ROW = (10, 2, 0, 0, 1, 0, 13)
RESULTS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")


def table(*rows: tuple[object, ...]) -> Table:
    width = max(len(row) for row in rows)
    cells = tuple(tuple(str(cell) for cell in row) + ("",) * (width - len(row)) for row in rows)
    return Table(len(cells), width, cells)


def tables_of(kind: str, **page: object) -> tuple[Table, ...]:
    return read_page(render({kind: page}, site_of(), {}).encode(), "http://unit.example.gov.cn/nb/1.html").tables


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0), ("7522", 7522), ("7,522", 7522), ("1，234，567", 1234567), ("８", 8), (" 1 2 ", 12), ("-5", -5), ("12.0", 12), ("3件", 3),
        ("8（含2018年结转1件）", 8), ("8(含2018年结转1件)", 8), ("", None), ("/", None), ("—", None), ("无", None), ("12.5", None),
        ("7,52", None), ("1.", None), ("552.94亿元", None), ("8①", None), ("约8", None), ("1-3", None),
    ],
)  # fmt: skip
def test_number(text: str, value: int | None) -> None:
    assert number(text) == value


@pytest.mark.parametrize(("kind", "leaves", "rows"), [("report", LEAVES_30, 25), ("report60", LEAVES_60, 23)])
def test_both_forms_are_read_whole(kind: str, leaves: tuple[str, ...], rows: int) -> None:
    found = applications(tables_of(kind))
    assert found is not None
    assert (len(found.rows), found.torn, found.strange, found.leaves) == (rows, [], [], leaves)
    assert found.rows["R1"] == ROW
    assert found.rows["R25"] == (1, 0, 0, 0, 0, 0, 1)


def test_no_table_of_applications() -> None:
    assert applications(()) is None
    assert applications((table(("信息内容", "本年制发件数"), ("规章", 0)),)) is None


def test_a_table_torn_in_two_is_put_together() -> None:
    found = applications((table((NEW, *ROW)), table(("四、结转下年度继续办理", *ROW))))
    assert found is not None
    assert set(found.rows) == {"R1", "R25"}


def test_rows_that_are_not_seven_numbers_are_torn() -> None:
    found = applications(
        (table((NEW, 1, 2, 3), (CARRIED, 1, 0, 0, "/", 0, 0, 1), ("（一）予以公开",), ("（二）部分公开", *ROW)),)
    )
    assert found is not None
    assert (set(found.rows), found.torn) == ({"R4"}, ["R1", "R2"])


def test_a_row_that_stands_twice_counts_once_or_not_at_all() -> None:
    same = applications((table((NEW, *ROW), (NEW, *ROW)),))
    other = applications((table((NEW, *ROW), (NEW, 9, *ROW[1:]), (NEW, *ROW)),))
    assert same is not None
    assert other is not None
    assert (set(same.rows), same.torn) == ({"R1"}, [])
    assert (set(other.rows), other.torn) == (set(), ["R1"])


def test_the_innermost_label_names_the_row() -> None:
    outer = ("三、本年度办理结果", "（六）其他处理")
    found = applications((table((NEW, "", *ROW), (*outer, "1.没有按时补充材料", *ROW), (*outer, "3.其他", *ROW)),))
    assert found is not None
    assert set(found.rows) == {"R1", "R23"}
    assert found.strange == ["1.没有按时补充材料"]
    assert found.leaves == LEAVES_30


def test_words_for_nothing_are_no_labels() -> None:
    found = applications((table((NEW, *ROW), ("1.属于国家秘密", "无", "无", "无", "无", "无", "无", "无")),))
    assert found is not None
    assert (set(found.rows), found.torn) == ({"R1"}, ["R5"])


def test_columns_in_another_order_are_not_read() -> None:
    assert applications((table(("", "总计", *COLUMNS[:-1]), (NEW, *ROW)),)) is None
    assert applications((table(("", *COLUMNS), (NEW, *ROW)),)) is not None


def test_reviews() -> None:
    numbers = (1, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1)
    assert reviews(tables_of("report")) == [(1, 0, 0, 1, 2), (0, 0, 0, 0, 0), (0, 0, 1, 0, 1)]
    assert reviews((table(RESULTS * 3, numbers),)) is not None
    assert reviews(()) is None
    assert reviews((table(RESULTS * 3, numbers[:14]),)) == []
    assert reviews((table((RESULTS[-1], *RESULTS[:-1]) * 3, numbers),)) == []


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("重庆市2019年政府信息公开工作年度报告", 2019), ("2017政府信息公开工作 年度报告", 2017), ("江北区２０２１年度信息公开年报", 2021),
        ("江北区政府信息公开工作年度报告（2021年）", 2021), ("江北区二○二一年政府信息公开工作年度报告", 2021), ("政府信息公开工作年度报告", None),
        ("江北区审计局2021年政府信息公开工作年度报告", 2021), ("区委机构编制委员会办公室2021年政府信息公开工作年度报告", 2021), ("2021年政府信息公开第三方评估报告", None),
        ("2021年网站工作年度报表", None), ("2021年法治政府建设年度报告", None), ("2021年上半年政府信息公开工作报告", None), ("2021年政务公开工作总结报告", None),
        ("关于报送2021年政府信息公开工作年度报告的通知", None), ("2021年政府信息公开指南", None), ("2020-2021年政府信息公开工作年度报告", None),
    ],
)  # fmt: skip
def test_report_year(title: str, year: int | None) -> None:
    assert report_year(title) == year


def test_years_in() -> None:
    assert years_in("二〇二〇年至2021年") == {2020, 2021}


@pytest.mark.parametrize(
    ("name", "title", "kin"),
    [
        ("江北区人民政府", "江北区人民政府2021年政府信息公开工作年度报告", Kin.NAMED),
        ("江北区人民政府", "重庆市江北区2021年政府信息公开工作年度报告", Kin.NAMED),
        ("江北区人民政府", "江北区政府信息公开指南", Kin.NAMED),
        ("江北区人民政府", "2021年度政府信息公开年报", Kin.NAMELESS),
        ("江北区人民政府", "我区2021年政府信息公开工作年度报告", Kin.NAMELESS),
        ("江北区人民政府", "区政府2021年政府信息公开工作年度报告", Kin.NEAR),
        ("江北区人民政府", "江北区人民政府办公室2021年政府信息公开工作年度报告", Kin.NEAR),
        ("江北区人民政府", "2021年江北区财政局政府信息公开工作年度报告", Kin.FOREIGN),
        ("江北区人民政府", "政府信息公开工作年度报告（区教委）2021", Kin.FOREIGN),
        ("江北区人民政府", "江北区2021年政府信息公开工作年度报告（含所属学校）", Kin.NAMED),
        ("江北区人民政府", "关于公布江北区人民政府2021年政府信息公开工作年度报告的公告", Kin.NAMED),
        ("江北区人民政府", "重庆市2021年政府信息公开工作年度报告", Kin.FOREIGN),
        ("江北区人民政府", "观音桥街道2021年政府信息公开工作年度报告", Kin.FOREIGN),
        ("柘城县人民政府", "柘城县产业集聚区 2017政府信息公开工作年度报告", Kin.FOREIGN),
        ("柘城县人民政府", "柘城县委农办2017政府信息公开工作年度报告", Kin.FOREIGN),
        ("柘城县人民政府", "柘城县志办2017年政府信息公开工作年度报告", Kin.UNCLEAR),
        ("柘城县人民政府", "国网河南省电力公司柘城县供电公司 2017年政府信息公开工作年度报告", Kin.FOREIGN),
        ("江北区教育委员会", "江北区教委2021年政府信息公开工作年度报告", Kin.NEAR),
        ("江北区教育委员会", "重庆市江北区教委2021年政府信息公开工作年度报告", Kin.NEAR),
        ("市市场监管局", "重庆市市场监督管理局2021年政府信息公开工作年度报告", Kin.NEAR),
        ("市商务委", "重庆市商务委员会2021年政府信息公开工作年度报告", Kin.NAMED),
        ("重庆市教育委员会", "市教委2021年政府信息公开工作年度报告", Kin.NEAR),
        ("江北区人民政府", "渝北区人民政府2021年政府信息公开工作年度报告", Kin.FOREIGN),
        ("江北区应急管理局", "江北区城市管理局2021年政府信息公开工作年度报告", Kin.FOREIGN),
        ("江北区民族宗教事务委员会", "江北区教委2021年政府信息公开工作年度报告", Kin.FOREIGN),
        ("江北区金融工作办公室", "江北区金融工作办公室2021年政府信息公开工作年度报告", Kin.NAMED),
        ("江北区财政局", "江北区信访办2021年政府信息公开工作年度报告", Kin.FOREIGN),
        ("江北区教育委员会", "江北区人民政府2021年政府信息公开工作年度报告", Kin.FOREIGN),
        ("江北区发展和改革委员会", "江北区发展改革委2021年政府信息公开工作年度报告", Kin.NEAR),
        ("江北区五宝镇人民政府", "五宝镇2021年政府信息公开工作年度报告", Kin.NEAR),
        ("江北区人民政府观音桥街道办事处", "观音桥街道2021年政府信息公开工作年度报告", Kin.NEAR),
        ("重庆两江新区管理委员会", "两江新区管委会2021年政府信息公开工作年度报告", Kin.NEAR),
    ],
)
def test_whose_a_title_is(name: str, title: str, kin: Kin) -> None:
    assert kin_of(title, Unit(site_of(name=name), [], dt.date(2022, 10, 31))) is kin
