"""Bytes -> text. Chinese sites declare the wrong charset, two charsets, or none."""

import codecs
import re

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, resolve_encoding

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CHINESE = {"gb2312", "gbk", "gb18030", "hz-gb-2312"}
_HAN = re.compile("[\u4e00-\u9fff]")


def decode(body: bytes, content_type: str = "") -> tuple[str, str | None]:
    """Text of a page and the charset its bytes are really in (``utf-8``, ``gb18030`` ...), None for pure ASCII
    without a declaration. Never raises: undecodable bytes become U+FFFD.
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(name, "replace"), name.removesuffix("-le").removesuffix("-be")
    declared = http_content_type_encoding(content_type) or html_body_declared_encoding(body[:4096])
    if body.isascii():
        return body.decode("ascii"), _canonical(declared)
    # Bytes that are valid UTF-8 and not ASCII are UTF-8, whatever the page says.
    utf8 = _lenient(body, "utf-8")
    if "\ufffd" not in utf8:
        return utf8, "utf-8"
    other = _canonical(declared)
    if other in (None, "utf-8"):
        other = "gb18030"
    candidate = _lenient(body, other or "gb18030")
    if candidate.count("\ufffd") <= utf8.count("\ufffd") and _HAN.search(candidate):
        return candidate, other
    return utf8, "utf-8"


def _canonical(declared: str | None) -> str | None:
    if not declared:
        return None
    name = resolve_encoding(declared) or ""
    if declared.lower() in _CHINESE or name in _CHINESE:
        return "gb18030"
    try:
        return codecs.lookup(name).name if name else None
    except LookupError:
        return None


def _lenient(body: bytes, charset: str) -> str:
    """Decodes; a character cut off at the very end is no fault of the page."""
    try:
        decoder = codecs.getincrementaldecoder(charset)("replace")
        return decoder.decode(body, final=False)
    except LookupError:
        return body.decode("utf-8", "replace")
