"""The child process that reads one document: ``python -m crawler.documents KIND ENDING``, bytes on stdin, JSON on stdout.

It binds itself before it reads: memory, processor time, no files written, no network, no further processes. Whatever
a library does to it, the parent only sees that it ended.
"""

import os
import resource
import sys
from dataclasses import asdict

_FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.spawn",
    "os.posix_spawn",
    "os.system",
    "os.remove",
    "shutil.",
)
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def bind(memory: int, seconds: int) -> None:
    """Limits of this process, none of which it can lift again."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    flags = arguments[2] if event == "open" and len(arguments) > 2 else 0
    if event.startswith(_FORBIDDEN) or (isinstance(flags, int) and flags & _WRITES):
        raise PermissionError(event)


def main(kind: str, ending: str, memory: str, seconds: str) -> None:
    """Reads stdin, writes the draft."""
    from crawler.documents.draft import TOO_BIG, Draft, Refused
    from crawler.documents.reading import read_draft

    bind(int(memory), int(seconds))
    import msgspec

    body = sys.stdin.buffer.read()
    try:
        draft = read_draft(body, kind, ending)
    except Refused as refused:
        draft = Draft(refused=refused.reason, whole=refused.whole)
    except MemoryError:
        draft = Draft(refused=TOO_BIG, whole=True)
    sys.stdout.buffer.write(msgspec.json.encode(asdict(draft)))


if __name__ == "__main__":
    main(*sys.argv[1:])
