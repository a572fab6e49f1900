"""Site lists: good ones read, every fault of bad ones named by line."""

from pathlib import Path

import pytest

from audit.units import read_units
from crawler.records import BadInput
from crawler.sites import read_sites

HEAD = "id,name,level,url,parent,scope,allow_private\n"


def _list(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "sites.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_reads_what_excel_saves(tmp_path: Path, encoding: str) -> None:
    text = (
        HEAD
        + "q1,江北区人民政府,区县政府,HTTP://WWW.Cqjb.gov.cn:80,,,\r\nz1,大石坝街道,乡镇街道,http://www.cqjb.gov.cn/jz/dsb/,q1,http://www.cqjb.gov.cn/jz/dsb/,\r\n"
    )
    district, town = read_sites(_list(tmp_path, text, encoding))
    assert district.url == "http://www.cqjb.gov.cn/"
    assert district.scope == ("http://www.cqjb.gov.cn",)
    assert (town.name, town.parent, town.scope) == ("大石坝街道", "q1", ("http://www.cqjb.gov.cn/jz/dsb/",))


@pytest.mark.parametrize(
    ("rows", "line", "said"),
    [
        ("a,甲,区县政府,http://a.gov.cn/,,,\na,乙,区县政府,http://b.gov.cn/,,,", 3, "与第2行重复"),
        ("A,甲,区县政府,http://a.gov.cn/,,,\na,乙,区县政府,http://b.gov.cn/,,,", 3, "重复"),
        ("a,甲,县政府,http://a.gov.cn/,,,", 2, "不认识level“县政府”"),
        ("a,甲,区县政府,www.a.gov.cn,,,", 2, "不是网址"),
        ("a,甲,区县政府,ftp://a.gov.cn/,,,", 2, "不是网址"),
        ("a,甲,区县政府,,,,", 2, "url是空的"),
        ("a,,区县政府,http://a.gov.cn/,,,", 2, "name是空的"),
        ("../a,甲,区县政府,http://a.gov.cn/,,,", 2, "id“../a”不可用"),
        ("a,甲,区县政府,http://127.0.0.1/,,,", 2, "内网或本机地址"),
        ("a,甲,区县政府,http://192.168.3.4/,,,", 2, "内网或本机地址"),
        ("a,甲,区县政府,http://[::1]/,,,", 2, "内网或本机地址"),
        ("a,甲,区县政府,http://localhost/,,,", 2, "内网或本机地址"),
        ("a,甲,区县政府,http://169.254.169.254/latest/,,,", 2, "内网或本机地址"),
        ("a,甲,区县政府,http://a.gov.cn/,,http://10.0.0.1/x,", 2, "scope“http://10.0.0.1/x”是内网"),
        ("a,甲,区县政府,http://a.gov.cn/,nobody,,", 2, "parent“nobody”不在名单里"),
        ("a,甲,区县政府,http://a.gov.cn/,,,maybe", 2, "allow_private“maybe”只能是1或留空"),
        ("a,甲,区县政府,http://a.gov.cn/,,,,多出来的", 2, "格子比表头多"),
    ],
)
def test_bad_rows_are_named(tmp_path: Path, rows: str, line: int, said: str) -> None:
    path = _list(tmp_path, HEAD + rows + "\n")
    with pytest.raises(BadInput) as error:
        read_sites(path)
    assert f"{path}:{line}: " in str(error.value)
    assert said in str(error.value)


def test_all_faults_at_once(tmp_path: Path) -> None:
    path = _list(tmp_path, HEAD + "a,甲,县,http://a.gov.cn/,,,\nb,乙,区县政府,nothing,,,\n")
    with pytest.raises(BadInput) as error:
        read_sites(path)
    assert [line.split(":")[1] for line in str(error.value).splitlines()] == ["2", "3"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,name,url\na,甲,http://a.gov.cn/\n", "缺少列“level”"),
        ("id,name,level,url,platfrom_url\na,甲,区县政府,http://a.gov.cn/,\n", "是不是“platform_url”"),
        ("id,name,level,url,url\na,甲,区县政府,http://a.gov.cn/,\n", "列“url”出现了两次"),
        (HEAD, "名单是空的"),
        ("", "缺少列“id”"),
    ],
)
def test_bad_headers(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read_sites(_list(tmp_path, text))


def test_other_columns_of_an_office_are_left_alone(tmp_path: Path) -> None:
    (site,) = read_sites(_list(tmp_path, "id,name,level,url,备注\na,甲,区县政府,http://a.gov.cn/,联系人张三\n"))
    assert site.name == "甲"


def test_private_address_where_it_is_allowed(tmp_path: Path) -> None:
    (site,) = read_sites(_list(tmp_path, HEAD + "a,甲,区县政府,http://127.0.0.1:8770/,,,1\n"))
    assert site.allow_private
    assert site.scope == ("http://127.0.0.1:8770",)


def test_missing_and_binary_files(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="读不了这个文件"):
        read_sites(tmp_path / "none.csv")
    book = tmp_path / "book.xlsx"
    book.write_bytes(b"PK\x03\x04\xff\xfe\x00\x80\x81\xff")
    with pytest.raises(BadInput, match="CSV"):
        read_sites(book)


def _refusal(tmp_path: Path, text: str) -> str:
    with pytest.raises(BadInput) as error:
        read_sites(_list(tmp_path, text))
    return str(error.value)


@pytest.mark.parametrize("host", ["127.1", "0x7f.1", "2130706433", "0177.0.0.1", "localhost.localdomain", "10.1"])
def test_numbers_that_resolvers_read_as_private_addresses_are_refused(tmp_path: Path, host: str) -> None:
    assert "内网或本机地址" in _refusal(tmp_path, f"id,name,level,url\na,甲,区县政府,http://{host}/\n")


def test_a_unit_cannot_be_its_own_parent_through_others(tmp_path: Path) -> None:
    rows = "a,甲,区县政府,http://a.gov.cn/,c\nb,乙,乡镇街道,http://b.gov.cn/,a\nc,丙,乡镇街道,http://c.gov.cn/,b\n"
    fault = _refusal(tmp_path, "id,name,level,url,parent\n" + rows)
    assert fault.count("绕回了") == 3
    assert ":2:" in fault


def test_a_site_code_has_ten_digits(tmp_path: Path) -> None:
    assert "网站标识码" in _refusal(tmp_path, "id,name,level,url,site_code\na,甲,区县政府,http://a.gov.cn/,12345\n")


def test_an_endless_cell_is_named_by_its_line(tmp_path: Path) -> None:
    fault = _refusal(tmp_path, 'id,name,level,url\na,"' + "甲" * 200_000 + "\n")
    assert "双引号" in fault


def test_what_a_unit_lacks_and_owes_besides(tmp_path: Path) -> None:
    text = "id,name,level,url,without,also\na,甲镇,乡镇街道,http://a.gov.cn/,政府公报、FLD-02,CQ2020-5.1.1\n"
    (site,) = read_units(_list(tmp_path, text))
    assert site.without == ("政府公报", "FLD-02")
    assert site.also[0] == "CQ2020-5.1.1"
    assert "CQ2020-5.1.1-i15" in site.also  # what it sums up comes with it


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("政府公板,", "without里的“政府公板”不是要求的编号或本单位可以没有的事项，是不是“政府公报”？"),
        (",CQ2020-5.1.1x", "also里的“CQ2020-5.1.1x”不是要求的编号，是不是“CQ2020-5.1.1"),
        (",政府公报", "also里的“政府公报”不是要求的编号"),
    ],
)
def test_what_no_mandate_is_about_is_refused(tmp_path: Path, row: str, said: str) -> None:
    path = _list(tmp_path, f"id,name,level,url,without,also\na,甲,区县政府,http://a.gov.cn/,{row}\n")
    with pytest.raises(BadInput) as error:
        read_units(path)
    assert f"{path}:2: " in str(error.value)
    assert said in str(error.value)
