"""``gongkai page --explain``: every fact is shown where it was read, and the place holds it."""

import dataclasses
import datetime as dt
import re
from pathlib import Path

import pytest

from audit.cli import main
from audit.explain_page import NAMES, explain, locate, section_spot
from crawler.facts import facts_of, read_page
from crawler.facts.dom import Dom
from crawler.facts.text import find_date, fold
from crawler.records import Facts, Footer
from examples import District
from examples.state import hosts

ARTICLE = """<!DOCTYPE html><html><head><meta charset="utf-8">
<title>关于做好防汛工作的通知_江北区人民政府</title>
<meta name="ColumnName" content="通知公告"><meta name="ContentSource" content="区应急局">
<script src="/js/kb.js"></script></head><body>
<div class="position">当前位置：<a href="/">首页</a> > <a href="/zwgk/">政务公开</a> > <a href="/tzgg/">通知公告</a></div>
<h1>关于做好防汛工作的通知</h1>
<table><tr><td>索引号：</td><td>11500105/2022-00012</td></tr><tr><td>发文字号：</td><td>江北府发〔2022〕 12 号</td></tr></table>
<p>发布时间：2022-06-01 来源：江北区应急管理局</p>
<div id="zoom"><p>各街道办事处：</p><p>一、提高认识</p><p>汛期将至，各单位要高度重视，落实责任，做好值班值守和隐患排查工作，确保安全度汛。</p>
<p>二、落实责任</p><p>各街道要建立台账，按时报送，遇到险情立即报告并组织群众转移，做好物资准备。</p>
<table><tr><td>单位</td><td>负责人员</td></tr><tr><td>石马河街道</td><td>张三</td></tr></table>
<p>江北区人民政府</p><p>2022年5月30日</p><p><a href="a/1.pdf">附件：责任表.pdf</a></p><p><a href="a/2.doc">附件：名单</a></p></div>
<div class="footer"><p>主办单位：江北区人民政府办公室</p><p>网站标识码：<span>5001050001</span></p>
<p>渝ICP备 12345678号-1</p><p>渝公网安备 50010502000001号</p><p>联系电话：023-67560000 邮箱：a@jb.gov.cn</p>
<script>document.write(unescape("%3Cspan id='_ideConac' %3E%3C/span%3E"));</script></div></body></html>"""
LIST = """<html><head><title>通知公告-江北区人民政府</title></head><body>
<div class="weizhi">您现在的位置：<a href="/">首页</a>>><a href="/tzgg/">通知公告</a></div>
<ul class="list"><li><a href="202206/t1.html">关于做好防汛工作的通知</a><span>2022-06-01</span></li>
<script>var t='关于做好防火工作的通知'; document.write('<li><a href="202205/t2.html">'+t+'</a><span>2022-05-01</span></li>');</script>
<script>document.write('<li><a href="202204/t3.html">关于做好防旱工作的通知</a><span>2022-04-01</span></li>');</script></ul>
<script>createPageHTML(3, 0, "index", "html");</script></body></html>"""


SAMPLES = [
    "yunxi/",
    "yunxi/zwgk_199/fdzdgknr/xzgfxwj/202206/t20220621_4526059.html",
    "yunxi/zwgk_199/zfxxgknb/202205/t20220511_4519061.html",
    "yunxi/hdjl/gkxx/",
    "jyw/ysjs_list/index.htm",
    "jyw/zfxxgk/fdnr/zcwj/20221011543.htm",
]
#: What is known of the page as a whole.
_PLACELESS = {
    "url",
    "charset",
    "status",
    "template",
    "labels",
    "ended",
    "media",
    "around",
    "text_length",
    "fields",
    "meta",
}


def _sample(name: str) -> Dom:
    unit, path = name.split("/", 1)
    bases = {one: f"http://{one}.example" for one in hosts()}
    answer = District(dt.date(2022, 12, 30)).answers(bases)[unit][f"/{path}"]
    return Dom(answer.body, f"{bases[unit]}/{path}", answer.type)


def _dom(name: str) -> Dom:
    made = {"article": (ARTICLE, "http://www.jb.gov.cn/tzgg/1.html"), "list": (LIST, "http://www.jb.gov.cn/tzgg/")}
    return Dom(made[name][0].encode(), made[name][1]) if name in made else _sample(name)


def _set(facts: Facts) -> dict[str, object]:
    """Facts that have a value and stand somewhere."""
    found: dict[str, object] = {}
    for field in dataclasses.fields(Facts):
        value = getattr(facts, field.name)
        if field.name == "footer":
            found |= {f"footer.{one.name}": getattr(value, one.name) for one in dataclasses.fields(Footer)}
        else:
            found[field.name] = value
        if field.name in ("meta", "fields"):
            found |= {f"{field.name}.{name}": text for name, text in value.items()}
    return {fact: value for fact, value in found.items() if value and fact not in _PLACELESS | {"status_reason"}}


def _words(fact: str, value: object) -> str:
    """What must stand in the place of a value."""
    if fact in (
        "breadcrumbs",
        "text",
        "paging",
        "redirect",
        "kind",
        "links",
        "frames",
        "endpoints",
        "tables",
        "footer.seen",
    ):
        return str(value[0]) if fact == "breadcrumbs" else ""  # type: ignore[index]
    if fact in ("items", "attachments"):
        one = value[0]  # type: ignore[index]
        return str(getattr(one, "title", "") or getattr(one, "name", ""))
    marks = {
        "footer.icp": r"\d{6,10}",
        "footer.police": r"\d{11,14}",
        "footer.phone": r"\d{7,8}$",
        "doc_number": r"\d+(?=号)",
    }
    if fact in marks:
        found = re.search(marks[fact], str(value))
        return found.group() if found else ""
    return "" if isinstance(value, bool | tuple) else str(value)


@pytest.mark.parametrize("name", ["article", "list", *SAMPLES])
def test_the_place_of_each_fact_holds_it(name: str) -> None:
    dom = _dom(name)
    facts = facts_of(dom)
    for fact, value in _set(facts).items():
        trace = dom.traces[fact]
        assert trace.how, fact
        if fact == "sections":
            for section in facts.sections:
                spot = section_spot(trace.where, section, dom)
                assert spot, section
                assert fold(section.heading) in fold(spot.text)
            continue
        if fact == "kind" and trace.where is None:
            continue
        # A row's title may be whole in the link's attribute only.
        spot = locate(trace._replace(words=_words(fact, value)) if fact == "items" else trace, dom)
        assert spot, fact
        assert spot.text or fact == "tables", fact
        held = fold(spot.text).lower()
        if re.fullmatch(r"\d{4}-\d\d-\d\d", str(value)):
            dates = [find_date(spot.text[start:]) for start in range(len(spot.text))]
            assert value in dates, fact
        else:
            assert fold(_words(fact, value)).lower() in held, (fact, value, spot.text)
        assert re.match(r"(?:第\d+行|由脚本写入)  /html", spot.position), (fact, spot.position)


def _blocks(dom: Dom) -> dict[str, str]:
    blocks = explain(facts_of(dom), dom).split("\n\n")
    return {block.split("\n", 1)[0].split()[-1]: block for block in blocks}


def test_an_article_is_explained() -> None:
    shown = _blocks(_dom("article"))
    assert shown["published"].split("\n") == [
        "发布日期  published",
        "  读到  2022-06-01",
        "  依据  “发布时间：”后面",
        "  位置  第8行  /html/body/p",
        "  原文  “发布时间：2022-06-01 来源：江北区应急管理局”",
    ]
    assert "落款单独一行的日期" in shown["written"]
    assert "“2022年5月30日”" in shown["written"]
    assert "“发文字号：”后面" in shown["doc_number"]
    assert "江北府发〔2022〕12号" in shown["doc_number"]
    assert "“来源：”后面" in shown["source"]
    assert "“当前位置”一行" in shown["breadcrumbs"]
    assert "ContentSource  “区应急局”  第3行  /html/head/meta[3]" in shown["meta"]
    assert "文章页上的列表是相关信息" in shown["items"]
    assert "共2项" in shown["attachments"]
    assert shown["attachments"].count("原文") == 2
    assert "首项：一、提高认识" in shown["sections"]
    assert "渝ICP备 12345678号-1" in shown["footer.icp"]
    assert "document.write" in shown["footer.party_gov_mark"]
    assert "没有\n  依据  没有看到" in shown["footer.undertaker"]
    assert "字节是有效的UTF-8" in shown["charset"] or "与字节相符" in shown["charset"]


def test_a_list_and_what_scripts_write_are_explained() -> None:
    shown = _blocks(_dom("list"))
    assert "共3项" in shown["items"]
    assert "日期写在标题旁边" in shown["items"]
    first, last = re.findall(r"(?:位置|末项)  (\S+)  ", shown["items"])
    assert (first, last) == ("第3行", "由脚本写入")
    assert "脚本createPageHTML里的页数" in shown["paging"]
    assert '原文  “createPageHTML(3, 0, "index", "html");”' in shown["paging"]
    assert "只在文章页上读取" in shown["published"]


def test_pages_of_a_drop_down_list() -> None:
    rows = "".join(
        f"<li><a href=t{n}.html>关于做好第{n}项工作的通知</a><span>2022-10-{n:02}</span></li>" for n in range(1, 8)
    )
    options = "".join(
        f"<option value='{value}'>第{n}页</option>"
        for n, value in enumerate(("index.html", "index_1.html", "./index_2.html"), 1)
    )
    markup = "<html><head><title>通知公告</title></head><body><ul>{}</ul><!--<select><option value=index_9.html>9</option></select>--><select onchange='go(this)'>{}</select></body></html>"
    facts = read_page(markup.format(rows, options).encode(), "http://a.gov.cn/tz/index.html")
    assert facts.paging == ("http://a.gov.cn/tz/index_1.html", "http://a.gov.cn/tz/index_2.html")
    bare = (
        "".join(f"<option value={n}>{n}</option>" for n in range(1, 4))
        + "<option value=http://b.gov.cn/tz/2.html>2</option>"
    )
    assert read_page(markup.format(rows, bare).encode(), "http://a.gov.cn/tz/index.html").paging == ()


def test_missing_values_say_why() -> None:
    undated = ARTICLE.replace("发布时间：2022-06-01 来源：", "").replace('"ColumnName"', '"ArticleTitle"')
    shown = _blocks(Dom(undated.encode(), "http://www.jb.gov.cn/tzgg/1.html"))
    assert "没有找到发布日期标签" in shown["published"]
    assert "页面标签ContentSource" in shown["source"]


def test_every_fact_has_a_name() -> None:
    names = {one.name for one in dataclasses.fields(Facts)} - {"footer", "status_reason"}
    assert set(NAMES) == names | {f"footer.{one.name}" for one in dataclasses.fields(Footer)}


def test_odd_pages_are_explained() -> None:
    for body in (b"", b"x", b"<", b"<html>", b"\xff\xfe", b"<a href='http://[x'>", "<p>页面不存在".encode("gb18030")):
        dom = Dom(body, "http://a.gov.cn/x.html")
        assert "页面状态  status" in explain(facts_of(dom), dom)


def test_real_pages_are_explained_and_read_as_before(shared: Path) -> None:
    root = shared / "pages" / "html"
    for path in sorted(root.rglob("*.html")):
        url, body = f"http://www.a.gov.cn/{path.relative_to(root)}", path.read_bytes()
        dom = Dom(body, url)
        facts = facts_of(dom)
        shown = explain(facts, dom)
        assert facts == read_page(body, url)
        for fact, value in _set(facts).items():
            assert dom.traces[fact].how, (path, fact, value)
        assert "第?行" not in shown, path


def test_a_file_says_its_paragraphs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.txt"
    lines = [
        "关于做好防汛工作的通知",
        "江北府发〔2022〕12号",
        "各单位：",
        "一、提高认识",
        "江北区人民政府",
        "2022年5月30日",
    ]
    path.write_text("\n".join(lines), "utf-8")
    out = _run(capsys, "page", path, "--explain")
    assert out.startswith("这是文件，不是网页")
    assert re.search(r"文号  doc_number\n  读到  江北府发〔2022〕12号\n.*\n  位置  文件正文第2段", out)
    assert re.search(r"成文日期  written\n  读到  2022-05-30\n.*\n  位置  文件正文第6段", out)
    assert re.search(r"标题  title\n  读到  关于做好防汛工作的通知\n.*\n  位置  文件正文第1段", out)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "p.html"
    path.write_bytes(ARTICLE.encode("gb18030"))
    plain = _run(capsys, "page", path, "--url", "http://www.jb.gov.cn/tzgg/1.html")
    assert plain.startswith("{")
    shown = _run(capsys, "page", path, "--url", "http://www.jb.gov.cn/tzgg/1.html", "--explain")
    assert shown.startswith("网址  url\n  读到  http://www.jb.gov.cn/tzgg/1.html\n")
    assert "gb18030" in shown
    assert not any(line.rstrip() != line for line in shown.split("\n"))


def _run(capsys: pytest.CaptureFixture[str], *args: object) -> str:
    with pytest.raises(SystemExit) as exit_:
        main([str(arg) for arg in args])
    assert not exit_.value.code
    return capsys.readouterr().out
