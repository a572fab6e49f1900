"""Facts of real saved pages, read by a person from the pages themselves."""

from pathlib import Path

import pytest

from crawler.facts import read_page
from crawler.records import Facts, PageStatus

HOSTS = {
    "zhecheng": "www.zhecheng.gov.cn",
    "daozhen": "rsj.gzdaozhen.gov.cn",
    "jilin-forestry": "lyj.jlcity.gov.cn",
    "pesticide": "www.chinapesticide.org.cn",
    "cwl": "www.cwl.gov.cn",
}


def _facts(shared: Path, name: str) -> Facts:
    host, path = name.split("/", 1)
    return read_page((shared / "pages" / "html" / name).read_bytes(), f"http://{HOSTS[host]}/{path}")


@pytest.mark.parametrize(
    ("name", "title", "published", "number", "column"),
    [
        (
            "zhecheng/xxgk/xxgknb/bmnb/2018-07-12/7483.html",
            "柘城县地方税务局 2017年度政府信息公开报告",
            "2018-03-27",
            None,
            "部门年报",
        ),
        ("zhecheng/xxgk/xxgkzn/2018-06-30/298.html", "柘城县信息公开指南", "2017-03-02", None, "信息公开指南"),
        (
            "zhecheng/xxgk/xxgkml/zfwj/xzfwj/zz/2018-07-12/6821.html",
            "柘城县人民政府关于开发设立公益性务工岗位助力脱贫攻坚的实施意见",
            "2018-06-28",
            "柘政〔2018〕16号",
            "柘政",
        ),
        (
            "daozhen/zwgk/bmwj/201804/t20180413_21600384.html",
            "关于印发《道真自治县2018年人力资源和社会保障工作要点》的通知",
            "2018-04-13",
            None,
            "部门文件",
        ),
        (
            "jilin-forestry/xxgk/bmwj/202001/t20200102_724010.html",
            "吉林省安图县林业局-安图县林业局深化改革创新优化营商环境实施方案",
            "2019-05-22",
            None,
            "部门文件",
        ),
        ("pesticide/zwtz/18747.html", "农药登记信息(2020年第25期)", "2020-11-27", None, "政务通知"),
        ("cwl/c/2019-07-19/455579.html", "中国福利彩票发行管理中心2018年度部门决算", "2019-07-19", None, "财务预决算"),
    ],
)
def test_articles(shared: Path, name: str, title: str, published: str, number: str | None, column: str) -> None:
    facts = _facts(shared, name)
    assert (facts.kind, facts.status) == ("article", PageStatus.OK)
    assert (facts.title, facts.published, facts.doc_number, facts.column) == (title, published, number, column)
    assert not facts.items


@pytest.mark.parametrize(
    ("name", "rows", "first", "newest", "pages"),
    [
        (
            "daozhen/gzdt/tzgg/index.html",
            20,
            "关于转发《省人力资源社会保障厅关于一次性吸纳失业人员就业补贴发放工作的通知》",
            "2020-11-27",
            3,
        ),
        (
            "zhecheng/xxgk/xxgkml/zcjd/index.html",
            15,
            "河南省出台方案回应养老“三盼” 一碗汤的距离 家门口的养老",
            "2018-07-26",
            9,
        ),
        (
            "jilin-forestry/xxgk/bmwj/index.html",
            13,
            "吉林省安图县林业局-安图县林业局深化改革创新优化营商环境实施方案",
            "2019-11-25",
            2,
        ),
        ("pesticide/bszn/index.html", 7, "出口农药资料信息证明办理须知", "2017-07-04", 0),
    ],
)
def test_lists(shared: Path, name: str, rows: int, first: str, newest: str, pages: int) -> None:
    facts = _facts(shared, name)
    assert facts.kind == "list"
    assert (len(facts.items), facts.items[0].title) == (rows, first)
    assert max(item.date for item in facts.items if item.date) == newest
    assert len(facts.paging) == pages


def test_redirect_shells_and_blank_columns(shared: Path) -> None:
    shell = _facts(shared, "daozhen/zwgk/index.html")
    assert (shell.status, shell.kind, shell.redirect) == (
        PageStatus.HOLLOW,
        "redirect",
        "http://rsj.gzdaozhen.gov.cn/zwgk/gsgg/",
    )
    blank = _facts(shared, "zhecheng/gzjg/xzjd/apz/index.html")
    assert (blank.status, blank.items, blank.text) == (PageStatus.OK, (), "此栏目暂无任何新增信息")


def test_footer_marks(shared: Path) -> None:
    foot = _facts(shared, "zhecheng/index.html").footer
    assert (foot.site_code, foot.icp, foot.police, foot.sponsor) == (
        "4114240001",
        "豫ICP备15021526号-1",
        "豫公网安备41142402000535号",
        "柘城县人民政府办公室",
    )
    assert foot.party_gov_mark
    assert foot.report_error


def test_marks_in_comments_do_not_count(shared: Path) -> None:
    foot = _facts(shared, "daozhen/gzdt/tzgg/index.html").footer
    assert foot.party_gov_mark  # a script writes it; the link stands in a comment only
    assert not foot.report_error


def test_every_saved_page_is_read_without_a_fault(shared: Path) -> None:
    root = shared / "pages" / "html"
    names = sorted(str(path.relative_to(root)) for path in root.rglob("*.html"))
    assert len(names) > 300
    kinds = {_facts(shared, name).kind for name in names}
    assert {"article", "list", "home", "redirect"} <= kinds
