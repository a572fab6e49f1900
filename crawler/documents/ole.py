"""Compound files (OLE 2): the container of .doc, .xls and encrypted .docx. Raises ``Refused`` only."""

import io
import struct

import olefile

from crawler.documents.draft import TORN, Refused

_FAULTS = (
    OSError,
    ValueError,
    IndexError,
    KeyError,
    TypeError,
    AttributeError,
    struct.error,
    OverflowError,
    RuntimeError,
)


class Ole:
    """The streams of a compound file, by name."""

    def __init__(self, body: bytes) -> None:
        try:
            self._file = olefile.OleFileIO(io.BytesIO(body))
            names = self._file.listdir()
        except _FAULTS as error:
            raise Refused(TORN) from error
        self._names = {"/".join(name).lower(): name for name in names}

    def has(self, name: str) -> bool:
        return name.lower() in self._names

    def read(self, name: str) -> bytes:
        try:
            data: bytes = self._file.openstream(self._names[name.lower()]).read()
        except _FAULTS as error:
            raise Refused(TORN) from error
        return data
