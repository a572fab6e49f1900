"""Opening zip files and XML that nobody vouches for: sizes are counted while unpacking, entities are refused."""

import io
import re
import struct
import zipfile
import zlib

from lxml import etree

from crawler.documents.draft import HOSTILE, LOCKED, TOO_BIG, TORN, Refused

MAX_UNPACKED = 100 * 1024 * 1024
MAX_ENTRIES = 5000
#: XML shrinks to a fiftieth at best; what shrinks further is made to burst.
MAX_RATIO = 250
_RATIO_FROM = 4 * 1024 * 1024
_CHUNK = 1 << 16
_DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)|<\x00!\x00(?:D\x00O\x00C|E\x00N\x00T)|\x00<\x00!\x00[DE]\x00[ON]", re.I)
_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    ValueError,
    OverflowError,
    OSError,
)


class Zip:
    """A zip file read with limits over all its entries together. Raises ``Refused`` only."""

    def __init__(self, body: bytes, limit: int = MAX_UNPACKED) -> None:
        self._packed = len(body)
        self._limit = limit
        self._read = 0
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(body))
            self._entries = {entry.filename.replace("\\", "/"): entry for entry in self._zip.infolist()}
        except _FAULTS as error:
            raise Refused(TORN) from error
        if len(self._entries) > MAX_ENTRIES or sum(e.file_size for e in self._entries.values()) > limit:
            raise Refused(TOO_BIG)

    @property
    def names(self) -> list[str]:
        return list(self._entries)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def entry(self, name: str) -> zipfile.ZipInfo:
        return self._entries[name]

    def read(self, name: str) -> bytes:
        """An entry's bytes; raises ``Refused`` for what is torn, locked or grows beyond the limits."""
        entry = self._entries.get(name)
        if entry is None:
            raise Refused(TORN)
        if entry.flag_bits & 1:
            raise Refused(LOCKED, whole=True)
        out = bytearray()
        try:
            with self._zip.open(entry) as file:
                while piece := file.read(_CHUNK):
                    out += piece
                    self._read += len(piece)
                    if self._read > self._limit or (self._read > _RATIO_FROM and self._read > MAX_RATIO * self._packed):
                        raise Refused(TOO_BIG)
        except RuntimeError as error:
            raise Refused(LOCKED, whole=True) from error
        except _FAULTS as error:
            raise Refused(TORN) from error
        return bytes(out)

    def xml(self, name: str) -> etree._Element:
        return parse_xml(self.read(name))

    def repacked(self) -> bytes:
        """The same entries, unpacked within the limits and checked for entities: for a reader that unpacks by
        itself."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as copy:
            for name in self.names:
                if name.endswith("/") or not name.startswith(("xl/", "[Content", "_rels/", "docProps/")):
                    continue
                if name.startswith(("xl/media/", "xl/drawings/", "xl/embeddings/", "xl/printerSettings/")):
                    continue
                data = self.read(name)
                if name.endswith((".xml", ".rels")) and _DTD.search(data):
                    raise Refused(HOSTILE)
                copy.writestr(zipfile.ZipInfo(name), data)
        return out.getvalue()


def parse_xml(data: bytes) -> etree._Element:
    """The root element. A document type, and so every entity, is refused; nothing outside is looked at."""
    if _DTD.search(data):
        raise Refused(HOSTILE)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, recover=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused(TORN) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refused(HOSTILE)
    return root


def local(element: etree._Element) -> str:
    """An element's name without its namespace."""
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def attribute(element: etree._Element, name: str) -> str:
    """An attribute's value whatever its namespace, or ""."""
    for key, value in element.attrib.items():
        if str(key).rsplit("}", 1)[-1] == name:
            return str(value)
    return ""
