"""One file's bytes -> ``Draft``, in the child process. Each format's reader is imported when it is wanted."""

from crawler.documents.draft import LOCKED, MAX_MEMBERS, TOO_BIG, TORN, Draft, Member, Refused
from crawler.documents.sniff import ending_of

_UNREAD = "暂不支持读取{}文件"
#: Bytes of all members of one zip file that are handed on to be read.
_MEMBER_BYTES = 40 * 1024 * 1024


def read_draft(body: bytes, kind: str, ending: str) -> Draft:
    """``kind`` is what the bytes say, ``ending`` what the name says. Raises ``Refused``, and whatever a library does
    on a torn file."""
    if kind == "pdf":
        from crawler.documents.pdf import read_pdf

        return read_pdf(body)
    if kind == "zip":
        return _read_zipped(body, ending)
    if kind == "ole":
        return _read_ole(body, ending)
    if kind in ("txt", "csv"):
        from crawler.documents.plain import read_csv, read_text

        return read_csv(body) if kind == "csv" else read_text(body)
    for mark, form in ((b"MIME-Version", "mht"), (b"<?xml", "XML格式的")):
        if body[:200].lstrip(b"\xef\xbb\xbf \r\n").startswith(mark):
            raise Refused(_UNREAD.format(form), whole=True)
    if kind in ("docx", "xlsx", "ofd", "zip", "doc", "xls", "wps", "et", "pdf"):  # the bytes are another thing
        raise Refused(TORN)
    raise Refused(_UNREAD.format(kind), whole=True)


def _read_zipped(body: bytes, ending: str) -> Draft:
    from crawler.documents.unpack import Zip

    package = Zip(body)
    names = {name.lower() for name in package.names}
    if "ofd.xml" in names:
        from crawler.documents.ofd import read_ofd

        return read_ofd(body)
    if any(name.startswith("word/document") for name in names):
        from crawler.documents.docx import read_docx

        return read_docx(body)
    if any(name.startswith("xl/workbook") for name in names):
        from crawler.documents.sheets import read_sheets

        return read_sheets(package.repacked())
    if any(name.startswith("ppt/") for name in names):
        raise Refused(_UNREAD.format("pptx"), whole=True)
    if ending in ("docx", "xlsx", "ofd"):
        raise Refused(TORN)
    return _members(package)


def _members(package: object) -> Draft:
    from crawler.documents.unpack import Zip

    if not isinstance(package, Zip):
        raise TypeError(package)
    draft, size, locked = Draft(), 0, False
    for name in package.names:
        entry = package.entry(name)
        shown = _real_name(entry.filename, bool(entry.flag_bits & 0x800))
        if name.endswith("/") or not ending_of(shown):
            continue
        size += entry.file_size
        if len(draft.members) >= MAX_MEMBERS or size > _MEMBER_BYTES:
            draft.partial = f"压缩包里的文件很多，只读了前{len(draft.members)}个"
            break
        try:
            draft.members.append(Member(shown, package.read(name)))
        except Refused as refused:
            if refused.reason == TOO_BIG:
                raise
            locked = locked or refused.reason == LOCKED
            draft.partial = f"压缩包里的“{shown[-40:]}”未读取（{refused.reason}）"
    if not draft.members:
        if draft.partial:
            raise Refused(LOCKED if locked else TORN, whole=locked)
        raise Refused("压缩包里没有可以读取的文件", whole=bool(package.names))
    return draft


def _real_name(name: str, is_utf8: bool) -> str:
    """Chinese systems write names in GBK where the standard's old code page is meant."""
    if is_utf8 or name.isascii():
        return name
    try:
        return name.encode("cp437").decode("gb18030")
    except UnicodeError:
        return name


def _read_ole(body: bytes, ending: str) -> Draft:
    from crawler.documents.ole import Ole

    ole = Ole(body)
    if ole.has("EncryptedPackage"):
        raise Refused(LOCKED, whole=True)
    if ole.has("WordDocument"):
        from crawler.documents.doc import read_doc

        return read_doc(ole)
    if ole.has("Workbook") or ole.has("Book"):
        from crawler.documents.sheets import read_sheets

        return read_sheets(body)
    if ole.has("PowerPoint Document"):
        raise Refused(_UNREAD.format("ppt"), whole=True)
    raise Refused(_UNREAD.format(ending or "这种"), whole=True)
