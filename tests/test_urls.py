"""Addresses: one spelling each, what is in scope, what is private."""

import pytest

from crawler.urls import (
    absolute,
    date_in_path,
    in_scope,
    is_private_host,
    is_public_address,
    is_root,
    normalise,
    page_key,
    twin_hosts,
)


@pytest.mark.parametrize(
    ("raw", "one"),
    [
        ("HTTP://WWW.A.gov.cn:80", "http://www.a.gov.cn/"),
        ("https://a.gov.cn:443/x", "https://a.gov.cn/x"),
        ("http://a.gov.cn/x/../y/./z.html#top", "http://a.gov.cn/y/z.html"),
        ("http://a.gov.cn//x//y/", "http://a.gov.cn/x/y/"),
        ("http://a.gov.cn/login;JSESSIONID=1fe2?a=1", "http://a.gov.cn/login?a=1"),
        ("http://a.gov.cn/x?sid=0a1b2c3d4e5f60718293&a=1&PHPSESSID=2", "http://a.gov.cn/x?a=1"),
        ("http://a.gov.cn/gkmlpt/api/all/5?page=1&sid=755001", "http://a.gov.cn/gkmlpt/api/all/5?page=1&sid=755001"),
        ("http://a.gov.cn/公开/指南.html", "http://a.gov.cn/%E5%85%AC%E5%BC%80/%E6%8C%87%E5%8D%97.html"),
        ("http://a.gov.cn/x\\y.html", "http://a.gov.cn/x/y.html"),
        (" http://a.gov.cn/x\ny.html ", "http://a.gov.cn/xy.html"),
    ],
)
def test_one_spelling(raw: str, one: str) -> None:
    assert normalise(raw) == one


@pytest.mark.parametrize(
    "raw", ["", "a.gov.cn", "ftp://a.gov.cn", "http://", "javascript:;", "http://a.gov.cn/" + "x" * 3000, "http://a:b/"]
)
def test_no_address(raw: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        normalise(raw)


@pytest.mark.parametrize(
    "href", ["#", "", "javascript:;", "JavaScript:void(0)", "mailto:a@b.cn", "tel:023", "data:text/html,x", "http://["]
)
def test_links_that_lead_nowhere(href: str) -> None:
    assert absolute("http://a.gov.cn/x/", href) is None


def test_links_resolve() -> None:
    assert absolute("http://a.gov.cn/x/y.html", "../z/") == "http://a.gov.cn/z/"
    assert absolute("http://a.gov.cn/x/y.html", "//b.gov.cn/") == "http://b.gov.cn/"
    assert absolute("http://a.gov.cn/x/y.html", "?page=2") == "http://a.gov.cn/x/y.html?page=2"
    assert absolute("http://a.gov.cn/x/", "a:b/c") is None


def test_scope_is_a_path_not_a_prefix_of_letters() -> None:
    scope = ("http://a.gov.cn/jz/bsz/",)
    assert in_scope("http://a.gov.cn/jz/bsz/index.html", scope)
    assert in_scope("https://a.gov.cn/jz/bsz", scope)
    assert not in_scope("http://a.gov.cn/jz/bszx/", scope)
    assert not in_scope("http://a.gov.cn.evil.com/jz/bsz/", scope)
    assert not in_scope("http://a.gov.cn:8080/jz/bsz/", scope)


def test_keys_and_roots() -> None:
    assert page_key("https://www.a.gov.cn/x/index.html") == page_key("http://a.gov.cn/x/")
    assert page_key("http://a.gov.cn/index.html?a=1") != page_key("http://a.gov.cn/")
    assert is_root("http://a.gov.cn/Default.aspx")
    assert not is_root("http://a.gov.cn/x/index.html")
    assert twin_hosts("www.a.gov.cn", "a.gov.cn:443")
    assert not twin_hosts("a.gov.cn", "b.gov.cn")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "100.64.0.1",
        "::1",
        "fe80::1",
        "fd00::1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "224.0.0.1",
    ],
)
def test_private_addresses(address: str) -> None:
    assert not is_public_address(address)


def test_public_addresses_and_names() -> None:
    assert is_public_address("222.177.1.1")
    assert is_public_address("240e::1")
    assert not is_private_host("www.cq.gov.cn")
    assert is_private_host("127.0.0.1:8770")
    assert is_private_host("intranet.localhost")


def test_date_in_path() -> None:
    assert date_in_path("http://a.gov.cn/202206/t20220614_12064575.html") == "2022-06-14"
    assert date_in_path("http://a.gov.cn/2018-07-12/7483.html") == "2018-07-12"
    assert date_in_path("http://a.gov.cn/201813/x.html") is None
