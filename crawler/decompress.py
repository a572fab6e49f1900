"""Content-Encoding undone within a limit, the same way for the network and for archives."""

import zlib
from collections.abc import Callable
from dataclasses import replace

import brotli

from crawler.outcome import Fetched
from crawler.records import PageStatus

#: What we ask servers for.
ACCEPTED = "gzip, deflate, br"
#: Largest body kept, before and after decompression, in bytes.
MAX_BODY = 12 * 1024 * 1024
_CHUNK = 64 * 1024


class TooBig(Exception):
    """A body grew beyond its limit."""


def decompress(fetched: Fetched, limit: int = MAX_BODY) -> Fetched:
    """The answer with ``body`` decoded from ``raw``. A body that would grow beyond ``limit`` becomes ``too_big``; one
    that is not what its header says stays as it is; a torn one keeps what could be read and is marked so."""
    body, torn = fetched.raw, fetched.torn
    codings = [c.strip().lower() for c in fetched.header("content-encoding").split(",") if c.strip()]
    try:
        if len(body) > limit:
            raise TooBig
        for coding in reversed(codings):
            undo = _CODINGS.get(coding)
            if undo is not None:
                body, whole = undo(body, limit)
                torn = torn or not whole
    except TooBig:
        return replace(fetched, body=b"", error=PageStatus.TOO_BIG, detail=f"内容超过{limit // 1024 // 1024}MB")
    return replace(fetched, body=body, torn=torn)


def _gunzip(data: bytes, limit: int) -> tuple[bytes, bool]:
    return _inflate(data, limit, 16 + zlib.MAX_WBITS)


def _deflate(data: bytes, limit: int) -> tuple[bytes, bool]:
    # Servers send both zlib streams and bare deflate under this name.
    wrapped = len(data) > 1 and data[0] & 0x0F == 8 and (data[0] << 8 | data[1]) % 31 == 0
    return _inflate(data, limit, zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)


def _inflate(data: bytes, limit: int, wbits: int) -> tuple[bytes, bool]:
    """What could be read, and whether the stream came to its end; data that is no such stream is whole as it is."""
    out = bytearray()
    rest = data
    while rest:
        decoder = zlib.decompressobj(wbits)
        try:
            out += decoder.decompress(rest, limit + 1 - len(out))
        except zlib.error:
            return (bytes(out), False) if out else (data, True)
        if len(out) > limit:
            raise TooBig
        if not decoder.eof or decoder.unconsumed_tail:
            return bytes(out), False
        rest = decoder.unused_data.lstrip(b"\0")
    return bytes(out), True


def _unbrotli(data: bytes, limit: int) -> tuple[bytes, bool]:
    decoder = brotli.Decompressor()
    out = bytearray()
    for start in range(0, len(data), _CHUNK):
        piece = data[start : start + _CHUNK]
        try:
            out += decoder.process(piece, output_buffer_limit=limit + 1)
            while not decoder.can_accept_more_data():
                if len(out) > limit:
                    raise TooBig
                out += decoder.process(b"", output_buffer_limit=limit + 1)
        except brotli.error:
            return (bytes(out), False) if out else (data, True)
        if len(out) > limit:
            raise TooBig
    return bytes(out), decoder.is_finished()


_CODINGS: dict[str, Callable[[bytes, int], tuple[bytes, bool]]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _deflate,
    "br": _unbrotli,
}
