"""Bytes -> text. Chinese sites declare the wrong charset, two charsets, or none."""

import codecs
import re

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, resolve_encoding

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CHINESE = {"gb2312", "gbk", "gb18030", "hz-gb-2312"}
#: Names that Python knows as of texts, and not as of packed or escaped bytes (hex, zlib, idna ...).
_OF_TEXT = re.compile(
    r"utf-(?:8|16|32)|gb|hz|big5|iso(?:8859|2022)|cp\d|latin|ascii|euc|shift|koi|mac-|tis|johab|ptcp|kz"
)
_MARKLESS = {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}  # these fail without their mark
_HAN = re.compile("[\u4e00-\u9fff]")


def declared_charset(body: bytes, content_type: str) -> str | None:
    """The charset that header or page names."""
    return http_content_type_encoding(content_type) or html_body_declared_encoding(body[:4096])


def decode(body: bytes, content_type: str = "") -> tuple[str, str | None]:
    """Text of a page and the charset its bytes are really in (``utf-8``, ``gb18030`` ...), None for pure ASCII
    without a declaration. Never raises: undecodable bytes become U+FFFD.
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(name, "replace"), name.removesuffix("-le").removesuffix("-be")
    if body.isascii():
        return body.decode("ascii"), _canonical(declared_charset(body, content_type))
    # Bytes that are valid UTF-8 and not ASCII are UTF-8, whatever the page says.
    try:
        utf8 = body.decode()
    except UnicodeDecodeError:
        utf8 = _lenient(body, "utf-8")
    if "\ufffd" not in utf8:
        return utf8, "utf-8"
    other = _canonical(declared_charset(body, content_type))
    if other in (None, "utf-8"):
        other = "gb18030"
    candidate = _lenient(body, other or "gb18030")
    if candidate.count("\ufffd") <= utf8.count("\ufffd") and _HAN.search(candidate):
        return candidate, other
    return utf8, "utf-8"


def told_by(body: bytes, content_type: str, charset: str | None) -> str:
    """By what ``decode`` knew the charset, in Chinese."""
    declared = declared_charset(body, content_type)
    where = "应答头" if http_content_type_encoding(content_type) else "页面"
    if body.startswith(tuple(bom for bom, _ in _BOMS)):
        return "文件开头的字节顺序标记（BOM）"
    if body.isascii():
        return f"全是ASCII字符，按{where}声明的{declared}" if declared else "全是ASCII字符，页面没有声明编码"
    said = f"{where}声明的是{declared}" if declared else "没有声明编码"
    if _canonical(declared) == charset:
        return f"{said}，与字节相符"
    return f"字节是有效的UTF-8（{said}）" if charset == "utf-8" else f"字节不是UTF-8，按{charset}读得通（{said}）"


def _canonical(declared: str | None) -> str | None:
    if not declared:
        return None
    name = resolve_encoding(declared) or ""
    if declared.lower() in _CHINESE or name in _CHINESE:
        return "gb18030"
    try:
        name = codecs.lookup(name).name if name else ""
    except (LookupError, ValueError):
        return None
    return _MARKLESS.get(name, name) if _OF_TEXT.match(name) else None


def _lenient(body: bytes, charset: str) -> str:
    """Decodes; a character cut off at the very end is no fault of the page."""
    try:
        decoder = codecs.getincrementaldecoder(charset)("replace")
        return decoder.decode(body, final=False)
    except (LookupError, UnicodeError):
        return body.decode("utf-8", "replace")
