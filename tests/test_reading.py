"""What readers make of shapes that real pages have: headings, titles, rows, kinds, addresses."""

from urllib.parse import urljoin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from papers import WRITERS, Cell, Grid, read

from crawler.facts import read_page
from crawler.facts.dom import Dom, text_of
from crawler.records import Facts
from crawler.urls import absolute, normalise

URL = "http://www.shili.gov.cn/zwgk/tzgg/t20240102_1.html"
BACKGROUND = (
    "为进一步规范全区政府信息公开工作，保障公民、法人和其他组织依法获取政府信息，现就有关事项通知如下，请遵照执行。" * 2
)


def _article(inner: str, title: str = "关于开展政府信息公开检查工作的通知") -> Facts:
    return read_page(
        f"<html><head><title>{title}</title></head><body><div class=position>当前位置：首页 &gt; 机构职能</div><h1>{title}</h1>"
        f"<div>发布时间：2024-01-02 来源：示例局</div><div class=TRS_Editor>{inner}</div></body></html>".encode(),
        URL,
    )


def _headings(inner: str, title: str = "关于开展政府信息公开检查工作的通知") -> list[tuple[str, int]]:
    return [(one.heading, one.level) for one in _article(inner, title).sections]


def test_a_br_ends_its_line_wherever_it_stands() -> None:
    facts = _article(
        f"<span>示例区人民政府文件<br></span><span>示府发〔2024〕3号</span><span><br></span><span>{BACKGROUND}</span>"
    )
    assert facts.text.split("\n")[:2] == ["示例区人民政府文件", "示府发〔2024〕3号"]
    assert facts.doc_number == "示府发〔2024〕3号"


def test_lines_of_the_title_are_no_headings() -> None:
    title = "示例区2024年第四季度符合晋升专业技术六级岗位任职条件人员名单公示"
    inner = f"<p>示例区2024年第四季度符合晋升专业技术六级岗位</p><p><b>任职条件人员名单公示</b></p><p>{BACKGROUND}</p>"
    assert _headings(inner, title) == []
    assert _headings(f"<p><b>检查工作方案</b></p><p>{BACKGROUND}</p><p>一、检查时间</p>") == [("一、检查时间", 1)]


def test_bold_lines_within_the_text_are_headings() -> None:
    inner = f"<p>{BACKGROUND}</p><p><b>检查时间</b></p><p>{BACKGROUND}</p><p><b>检查内容</b></p><p>{BACKGROUND}</p>"
    assert _headings(inner) == [("检查时间", 1), ("检查内容", 1)]


def test_what_a_heading_announces_stands_below_it() -> None:
    counted = "".join(
        f"<p>{n}、{text}</p>" for n, text in zip("一二三", ("按时到场", "出示证件", "保持安静"), strict=True)
    )
    inner = f"<p>一、考试时间</p><p>二、考试地点</p><p>三、注意事项：</p>{counted}<p>四、联系方式</p>"
    levels = dict(_headings(inner))
    assert [levels[name] for name in ("一、考试时间", "二、考试地点", "三、注意事项：")] == [1, 1, 1]
    assert [levels[name] for name in ("一、按时到场", "二、出示证件", "三、保持安静")] == [2, 2, 2]


def test_parts_that_count_anew_stay_what_they_are() -> None:
    inner = "<p>一、检查时间</p><p>二、检查内容</p><p>附表说明</p><p>一、填写范围</p><p>二、填写要求</p>"
    assert {level for _, level in _headings(inner)} == {1}


def test_items_counted_twice_are_no_headings() -> None:
    items = "<p>1.登记信息</p><p>2.变更信息</p><p>3.标签</p>"
    assert _headings(f"<p>{BACKGROUND}</p>{items}<p>{BACKGROUND}</p>{items}") == []


@pytest.mark.parametrize(
    ("first", "wanted"),
    [
        ("示例区交通局主要职责", "示例区交通局主要职责"),
        ("示例区交通局政府信息公开指南（2024年版）", "示例区交通局政府信息公开指南（2024年版）"),
        ("本机关的主要职责是落实国家关于道路运输的规定。", "机构职能"),
        ("示例区交通局是区政府工作部门，负责全区交通工作", "机构职能"),
    ],
)
def test_a_column_that_is_a_document_has_the_title_of_the_document(first: str, wanted: str) -> None:
    page = (
        "<html><head><title>机构职能_示例区交通局</title></head><body><div class=position>当前位置：首页 &gt; 机构职能</div>"
        f"<h1>机构职能</h1><div class=TRS_Editor><p>{first}</p><p>{BACKGROUND * 3}</p></div></body></html>"
    )
    facts = read_page(page.encode(), "http://www.shili.gov.cn/jgzn/")
    assert (facts.kind, facts.title) == ("article", wanted)


def test_a_page_to_fill_in_is_neither_list_nor_navigation() -> None:
    menu = "".join(f"<a href=/{n}/>栏目{n}</a>" for n in range(8))
    form = "<form>" + "".join(f"<p>姓名 <input name=n{n}></p>" for n in range(4)) + "</form>"
    kinds = [read_page(f"<html><body>{menu}{x}</body></html>".encode(), URL).kind for x in (form, "<input><input>")]
    assert kinds == ["other", "navigation"]


def test_rankings_alone_are_no_list() -> None:
    rows = "".join(
        f"<li><i>{n}</i><a href=/a{n}.html>示例区召开第{n}次全体会议部署工作</a></li>" for n in "一二三四五六"
    )
    for digit, han in enumerate("一二三四五六", 1):
        rows = rows.replace(f"<i>{han}</i>", f"<i>{digit}</i>")
    page = "<html><body><div class=position>当前位置：首页 &gt; 专家解读</div><ul class='{}'>{}</ul></body></html>"
    counts = [len(read_page(page.format(name, rows).encode(), URL).items) for name in ("week_hot_list", "list")]
    assert counts == [0, 6]  # a catalogue may number its rows


def test_the_front_page_is_no_column() -> None:
    page = "<html><head><meta name=ColumnName content=首页><title>示例区</title></head><body><a href=/x/>x</a></body></html>"
    assert read_page(page.encode(), "http://www.shili.gov.cn/").column is None


def test_text_below_an_element_is_the_same_by_either_way() -> None:
    page = "<div>一<p> 二 <b>三</b>&nbsp;四</p><script>五</script><ul><li>六<li>七<br>八</ul><a href=/>九<span>十</span></a></div>"
    dom = Dom(page.encode(), URL)
    assert dom.text_of is not text_of
    assert all(dom.text_of(node) == text_of(node) for node in dom.root.iter())


@pytest.mark.parametrize(
    ("row", "date"),
    [
        ("<b>23</b><span>2020-12</span><a href=/1.html>{}</a>", "2020-12-23"),
        ("<div>23</div><div>2020-12</div><a href=/1.html>{}</a>", "2020-12-23"),
        ("<a href=/1.html>{}</a><em><i>2020</i>-<i>12</i>-<i>23</i></em>", "2020-12-23"),
        ("<a href=/1.html>{}</a><!--<span>2018-08-15</span>--><span>2020-12-23</span>", "2020-12-23"),
        ("<a href=/1.html><h3>{}(2020-12-23)</h3></a>", "2020-12-23"),
        ("<a href=/1.html>{}</a><span>2204-05-01</span>", None),
        ("<b>23</b><span>2020-13</span><a href=/1.html>{}</a>", None),
    ],
)
def test_dates_of_rows(row: str, date: str | None) -> None:
    rows = "".join(
        f"<li>{row.format(name)}</li>"
        for name in ("关于防汛工作的通知甲", "关于防汛工作的通知乙", "关于防汛工作的通知丙")
    )
    items = read_page(f"<html><body><ul>{rows}</ul></body></html>".encode(), "http://www.shili.gov.cn/tzgg/").items
    assert next((item.title, item.date) for item in items) == ("关于防汛工作的通知甲", date)


def test_a_bracket_around_nothing_is_no_value() -> None:
    pairs = (("索引号", "115001/2024-1"), ("体裁分类", ""), ("", ""), ("发布机构", "示例局"))
    cells = "".join(f"<div>[ {name} ]</div><div>{value}</div>" for name, value in pairs)
    facts = _article(f"<p>{BACKGROUND}</p>", f"{cells}关于检查的通知")
    assert (facts.fields["体裁分类"], facts.fields["发布机构"]) == ("", "示例局")


@pytest.mark.parametrize("mark", ["网站标识码：5001990001", "政府网站标识码：5001990001", "联系电话：023-55501234"])
def test_a_sponsor_ends_where_the_next_mark_begins(mark: str) -> None:
    foot = f"<div class=footer><p>主办单位：示例区人民政府办公室 {mark}</p></div>"
    page = f"<html><body><a href=/x/>政务公开</a>{foot}</body></html>"
    assert read_page(page.encode(), URL).footer.sponsor == "示例区人民政府办公室"


_PIECES = st.sampled_from(
    ("a", "..", ".", "/", "//", "b.html", "http://", "https://", "h.cn", "%20", "~", "-", "_", "?", "x=1", ":", "80", "A", "é", "#", ";", "a..", ".a", " ", "&", "sid")
)  # fmt: skip
_BASES = ("http://a.cn", "http://a.cn/", "http://a.cn/x/y/z.html", "https://A.cn/x/", "http://a.cn:80/x/", "http://a.cn/x//y", "http://a.cn/x/?q=a/b", "http://a.cn./x/")  # fmt: skip


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.lists(_PIECES, min_size=1, max_size=7).map("".join), st.sampled_from(_BASES))
def test_plain_addresses_are_joined_as_all_others(href: str, base: str) -> None:
    got = absolute(base, href)
    if got is not None:
        assert got == normalise(urljoin(base, href.strip()))


_MONEY = "<tr><th>科目</th><th colspan=2>金额</th></tr><tr><td>科目</td><td>2022</td><td>2023</td></tr><tr><td>教育</td><td>12.5</td><td>13</td></tr>"


@pytest.mark.parametrize(
    ("above", "rows", "head", "unit"),
    [
        ("<p>表1 支出表</p><p>单位：万元</p>", _MONEY, 2, "万元"),
        ("<p>金额单位：人民币万元</p>", _MONEY, 2, "人民币万元"),
        ("<p>预算单位：示例区教育局</p>", _MONEY, 2, ""),
        ("<p>支出单位：万元</p><p>单位：元</p>", _MONEY, 2, "元"),
        ("<p>单位：元</p>", f"<tr><td colspan=3>单位：万元</td></tr>{_MONEY}", 3, ""),
        ("", f"<tr><td colspan=3>支出表（单位：万元）</td></tr>{_MONEY}", 3, "万元"),
        ("", "<tr><td>姓名</td><td>职务</td></tr><tr><td>张某</td><td>局长</td></tr><tr><td>李某</td><td>副局长</td></tr>", 1, ""),
        ("", "<tr><td>教育</td><td>12</td></tr><tr><td>卫生</td><td>13件（含2022年结转1件）</td></tr>", 0, ""),
    ],
)  # fmt: skip
def test_what_stands_over_a_table(above: str, rows: str, head: int, unit: str) -> None:
    page = _article(f"<p>{BACKGROUND}</p>{above}<table>{rows}</table>")
    (table,) = page.tables
    assert (table.head, table.unit) == (head, unit)


@pytest.mark.parametrize("form", WRITERS)
def test_a_files_table_has_the_same_head_and_unit(form: str) -> None:
    rows = (("科目", "金额"), ("教育", "12.5"), ("卫生", "13"))
    grid = Grid(3, 2, tuple(Cell(y, x, 1, 1, text) for y, row in enumerate(rows) for x, text in enumerate(row)))
    (table,) = read(WRITERS[form](["2023年部门预算表", "单位：万元", grid]), f"x.{form}").tables
    assert (table.cells[-3:], table.cells[table.head - 1], table.unit) == (rows, rows[0], "万元")


def test_a_list_laid_out_as_a_table_is_no_table() -> None:
    row = "<tr><td><a href=/{0}.html>示例区教育局{0}年部门预算公开说明</a></td><td>{0}-02-24</td></tr>"
    rows = "".join(row.format(year) for year in (2021, 2022, 2023))
    for head in ("", "<tr><td colspan=2>预算决算</td></tr>"):
        facts = read_page(
            f"<html><body><table>{head}{rows}</table></body></html>".encode(), "http://www.shili.gov.cn/ysjs/"
        )
        assert (len(facts.items), facts.tables) == (3, ())


@pytest.mark.parametrize(
    "tail",
    [
        "<a href='/l/1.html'>后面的链接</a>",
        "<body><p>后面的<a href='/l/1.html'>后面的链接</a></body></html><p>再后面的话",
        "后面的话<a href='/l/1.html'>后面的链接</a>",
    ],
)
def test_what_stands_behind_the_end_of_the_page_is_read(tail: str) -> None:
    page = f"<html><head><title>x</title></head><body><ul><li>前面的话</li></ul></body></html>{tail}"
    facts = read_page(page.encode(), "http://a.example.gov.cn/", "text/html; charset=utf-8")
    assert [link.text for link in facts.links] == ["后面的链接"]
    assert "前面的话" in facts.text


def test_a_body_begins_behind_the_table_of_properties_in_its_box() -> None:
    rows = (
        ("索引号", "115001/2022-31"),
        ("文号", "南屏府发〔2022〕6号"),
        ("成文日期", "2022-02-25"),
        ("主题分类", "综合政务"),
    )
    table = "".join(f"<tr><th>{name}：</th><td>{value}</td></tr>" for name, value in rows)
    told = "经研究，决定废止城区养犬管理规定，自公布之日起停止执行。各镇街要做好宣传和衔接工作。"
    text = f"<p>南屏府发〔2022〕6号</p><p>{told}</p><p>{told}</p><p>{told}</p>"
    html = f"<div class=main><table>{table}</table><h1>关于废止养犬管理规定的通知</h1><p>发布时间：2022-03-08 来源：区政府</p>{text}</div>"
    facts = read_page(f"<html><body>{html}</body></html>".encode(), "http://a.gov.cn/t20220308_1.html")
    assert facts.kind == "article"
    assert facts.fields["索引号"] == "115001/2022-31"
    assert facts.fields["主题分类"] == "综合政务"
    assert (facts.doc_number, facts.written) == ("南屏府发〔2022〕6号", "2022-02-25")
    assert facts.text.startswith("南屏府发〔2022〕6号")
