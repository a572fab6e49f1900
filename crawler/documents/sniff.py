"""What kind of file some bytes are: by their first bytes, else by the address's ending. Opens nothing."""

from urllib.parse import unquote, urlsplit

_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"{\\rtf", "rtf"),
    (b"Founder CEB", "ceb"),
    (b"\x1f\x8b", "gz"),
)
#: Endings of documents, whatever their bytes turn out to be.
_ENDINGS = {
    "pdf", "doc", "docx", "wps", "wpt", "dot", "xls", "xlsx", "et", "ppt", "pptx", "dps", "ofd", "zip", "rar", "7z", "txt", "csv", "ceb",
    "rtf",
}  # fmt: skip
_TYPES = {
    "application/pdf": "pdf",
    "application/msword": "doc",
    "application/vnd.ms-excel": "xls",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/ofd": "ofd",
    "text/csv": "csv",
}
_PDF_WITHIN = 1024


def ending_of(url: str) -> str:
    """The document ending of an address or a file's name, in lower case, or ""."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    for text in (parts.path, parts.query):
        ending = unquote(text).rsplit(".", 1)[-1].lower() if "." in text else ""
        if ending in _ENDINGS:
            return ending
    return ""


def kind_of(body: bytes, url: str, content_type: str = "") -> str:
    """``pdf``, ``zip`` (any zipped format), ``ole`` (any of Word's and Excel's old ones), ``rar`` ... as the bytes say;
    else what the address or the server says; "" for what is no document: pictures, scripts, data."""
    for magic, kind in _MAGIC:
        if body.startswith(magic):
            return kind
    if b"%PDF-" in body[:_PDF_WITHIN]:
        return "pdf"
    return ending_of(url) or _TYPES.get(content_type.split(";")[0].strip().lower(), "")
