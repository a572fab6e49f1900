"""Documents that are no web pages -> ``Facts``: PDF, Word, Excel, OFD, zip, text. Each is read in a process of its own
that is bound in time and memory, so that no file, however made, stops a run.
"""

import os
import subprocess
import sys
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import msgspec

from crawler.documents.draft import SLOW, TORN, Draft
from crawler.documents.sniff import ending_of, kind_of
from crawler.records import Facts

if TYPE_CHECKING:  # the child, which is this package too, does without
    from crawler.facts.traces import Notes

__all__ = ["is_readable", "read_document"]

#: Limits of one document: by the clock, of the processor, of memory.
SECONDS = 20.0
CPU_SECONDS = 15
MEMORY = 1 << 30
_ROOT = Path(__file__).resolve().parent.parent.parent
_PROCESSOR_USED_UP = (-24, -9)


def is_readable(body: bytes, url: str, content_type: str = "") -> bool:
    """Whether a body that is no page is a document, of a format that is read or not, and not a picture, a script, data."""
    return bool(body) and bool(kind_of(body, url, content_type))


def read_document(
    body: bytes, url: str, content_type: str = "", *, seconds: float = SECONDS, memory: int = MEMORY,
    notes: "Notes | None" = None,
) -> Facts:  # fmt: skip
    """The facts of one document, kind ``document``. Never raises for any bytes: what cannot be read is ``hollow``, with
    the reason in Chinese."""
    from crawler.documents.assemble import (  # as above
        assemble,
        hollow,
        merged,
    )

    end = monotonic() + seconds
    draft = _drafted(body, url, content_type, end, memory)
    if draft.refused:
        return hollow(url, draft.refused, whole=draft.whole)
    if not draft.members:
        return assemble(url, draft, notes)
    read = []
    for member in draft.members:
        kind = kind_of(member.body, member.name)
        inner = _drafted(member.body, member.name, "", end, memory) if kind else Draft(refused=TORN)
        if inner.members:
            inner = Draft(refused="压缩包里的压缩包不读取", whole=True)
        read.append((member.name, inner))
    return merged(url, draft, read, notes)


def _drafted(body: bytes, url: str, content_type: str, end: float, memory: int) -> Draft:
    kind = kind_of(body, url, content_type) or "这种"
    left = end - monotonic()
    if left <= 0:
        return Draft(refused=SLOW, whole=True)
    limits = [str(memory), str(max(1, min(CPU_SECONDS, round(left))))]
    child = subprocess.Popen(  # noqa: S603  our own interpreter and module, no shell
        [sys.executable, "-P", "-W", "ignore", "-m", "crawler.documents", kind, ending_of(url), *limits],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,  # Ctrl-C is for the crawl: a reader that it killed would call its file torn
        env={"PYTHONPATH": str(_ROOT), "LANG": os.environ.get("LANG", "C.UTF-8"), "MALLOC_ARENA_MAX": "2"},
    )
    with child:
        try:
            said, _ = child.communicate(body, timeout=left)
        except subprocess.TimeoutExpired:
            child.kill()
            return Draft(refused=SLOW, whole=True)
    if child.returncode in _PROCESSOR_USED_UP:
        return Draft(refused=SLOW, whole=True)
    if child.returncode:
        return Draft(refused=TORN)
    try:
        return msgspec.json.decode(said, type=Draft)
    except msgspec.DecodeError:
        return Draft(refused=TORN)
