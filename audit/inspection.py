"""An inspection's folder: what it is called, what lies in it, whose it is."""

import datetime as dt
import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

import msgspec
from filelock import FileLock, Timeout

from audit.files import write_text
from audit.heartbeat import Heartbeat
from crawler.archive import Archive
from crawler.records import BadInput, Page, PageStatus, Site, why_unread
from rules.applicability import Profile
from rules.findings import Finding

_ID = re.compile(r"[0-9A-Za-z\u4e00-\u9fff][0-9A-Za-z\u4e00-\u9fff._-]{0,80}")
NAME = "inspection.json"
_Read = TypeVar("_Read")


class _Owner(msgspec.Struct):
    """What of a finding tells whose it is."""

    unit: str


@dataclass(frozen=True, slots=True)
class Record:
    """``inspection.json``. ``units`` counts each unit's pages by status; ``expected`` is their sum."""

    id: str
    kind: str
    as_of: dt.date
    started: str
    ended: str | None
    version: str
    pages: int
    digests: dict[str, str]
    units: dict[str, dict[str, int]] = field(default_factory=dict)
    source: str = "crawl"
    broken_checks: dict[str, int] = field(default_factory=dict)
    rejudged_of: str = ""
    """The inspection beside this one whose archive was judged anew; "" for one that has its own."""
    scheme: str = ""
    """The id of the scheme it was scored by; its file lies beside as ``scheme.yaml``."""
    profile: tuple[Profile, ...] = ()
    """The documents its units were judged by."""


class Inspection:
    """A folder with its record and the units it is about."""

    def __init__(self, path: Path, record: Record, sites: list[Site]) -> None:
        self.path = path
        self.record = record
        self.sites = sites

    # --- opening ----------------------------------------------------------------------------------------------------

    @classmethod
    def begin(cls, path: Path, record: Record, sites: list[Site]) -> "Inspection":
        """Makes the folder, or takes up the one an earlier run of the same inspection left. Raises ``BadInput`` when
        the folder belongs to something else."""
        if not _ID.fullmatch(record.id):
            raise BadInput(f"--id “{record.id}”不可用：用字母、数字、汉字、点、横线，会用作文件夹名")
        if (path / NAME).exists():
            there = cls.load(path)
            asked = {
                "检查类型": record.kind,
                "检查日": record.as_of,
                "名单": record.digests["sites"],
                "页数": record.pages,
            }
            kept = there.record
            held = {"检查类型": kept.kind, "检查日": kept.as_of, "名单": kept.digests["sites"], "页数": kept.pages}
            differing = [name for name in asked if asked[name] != held[name]]
            if differing:
                raise BadInput(
                    f"{path}: 这个文件夹属于另一次检查（{'、'.join(differing)}不同），请换一个 --id 或 --output"
                )
            return there
        inspection = cls(path, record, sites)
        try:
            if path.exists() and any(path.iterdir()):
                raise BadInput(f"{path}: 文件夹里已有别的东西，请换一个 --id 或 --output")
            write_text(path / "sites.json", _pretty(sites))
            inspection.save()
        except OSError as error:
            raise BadInput(f"{path}: 不能在这里写结果（{why_unread(error)}），请换一个 --id 或 --output") from error
        return inspection

    @classmethod
    def load(cls, path: Path) -> "Inspection":
        """Raises ``BadInput`` when the folder is no inspection's."""
        try:
            record = msgspec.json.decode((path / NAME).read_bytes(), type=Record)
            sites = msgspec.json.decode((path / "sites.json").read_bytes(), type=list[Site])
        except FileNotFoundError as error:
            raise BadInput(f"{path}: 不是检查结果的文件夹（没有 {Path(str(error.filename)).name}）") from error
        except msgspec.DecodeError as error:
            raise BadInput(f"{path / NAME}: 读不懂（{error}），文件可能被改动过") from error
        return cls(path, record, sites)

    def save(self) -> None:
        write_text(self.path / NAME, _pretty(self.record))

    def update(self, **changes: object) -> None:
        self.record = replace(self.record, **changes)  # type: ignore[arg-type]
        self.save()

    @contextmanager
    def locked(self) -> Iterator[Heartbeat]:
        """Holds the folder for one run, which may tell how far it is; a second run is refused and told that. Raises ``BadInput``."""
        lock, heartbeat = FileLock(self.path / ".lock", timeout=0), Heartbeat(self.path)
        try:
            lock.acquire()
        except Timeout as error:
            raise BadInput(f"{self.path}: 另一个进程正在处理这次检查，请等它结束{heartbeat.seen()}") from error
        try:
            yield heartbeat
        finally:
            heartbeat.stop()
            lock.release()

    # --- content ----------------------------------------------------------------------------------------------------

    @property
    def archive(self) -> Path:
        """Where its pages lie: for one judged anew, in the folder of the first."""
        home = self.path.parent / self.record.rejudged_of if self.record.rejudged_of else self.path
        return home / "archive"

    def pages(self, site: Site, *, bare: bool = False) -> list[Page]:
        """A unit's kept pages, ``bare`` without their facts; empty where it was never crawled."""
        folder = self.archive / site.id
        if not (folder / "index.sqlite").exists():
            return []
        with Archive(folder, site.id, read_only=True) as archive:
            return archive.current(bare=bare)

    def counts(self, site: Site) -> dict[str, int]:
        """As the function ``counts``, of what a unit's archive holds, without its pages in memory."""
        folder = self.archive / site.id
        if not (folder / "index.sqlite").exists():
            return counts([])
        with Archive(folder, site.id, read_only=True) as archive:
            return _with_sum(archive.counts())

    def findings(self) -> list[Finding]:
        """All of them. Raises ``BadInput`` before ``gongkai check`` has run."""
        found = self.findings_by_unit()
        return [finding for unit in found.units for finding in found.of(unit)]

    def findings_by_unit(self) -> "FindingsByUnit":
        """Raises ``BadInput`` before ``gongkai check`` has run."""
        path = self.path / "findings.jsonl"
        if not path.exists():
            raise BadInput(f"{self.path}: 还没有检查结论，请先运行 gongkai check {self.path}")
        return FindingsByUnit(path)


class FindingsByUnit:
    """``findings.jsonl`` one unit at a time: a thousand units' findings do not fit into memory."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._spans: dict[str, list[tuple[int, int, int]]] = {}
        decoder, at = msgspec.json.Decoder(_Owner), 0
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                spans = self._spans.setdefault(self._decoded(decoder, line, number).unit, [])
                if spans and spans[-1][1] == at:
                    spans[-1] = (spans[-1][0], at + len(line), spans[-1][2])
                else:
                    spans.append((at, at + len(line), number))
                at += len(line)

    @property
    def units(self) -> list[str]:
        """In the order of their first lines."""
        return list(self._spans)

    def of(self, unit: str) -> list[Finding]:
        """A unit's findings in their order; none where it has none."""
        found, decoder = [], msgspec.json.Decoder(Finding)
        with self._path.open("rb") as file:
            for start, end, first in self._spans.get(unit, ()):
                file.seek(start)
                lines = file.read(end - start).splitlines()
                found += [self._decoded(decoder, line, number) for number, line in enumerate(lines, first)]
        return found

    def _decoded(self, decoder: "msgspec.json.Decoder[_Read]", line: bytes, number: int) -> "_Read":
        try:
            return decoder.decode(line)
        except msgspec.DecodeError as error:
            where = f"{self._path}:{number}"
            raise BadInput(f"{where}: 读不懂，文件可能被改动过，请再运行 gongkai check {self._path.parent}") from error


def counts(pages: list[Page]) -> dict[str, int]:
    """Pages by status and their sum, each address once, the last answer counting."""
    return _with_sum(Counter(str(page.status) for page in latest(pages)))


def _with_sum(by_status: Mapping[str, int]) -> dict[str, int]:
    return {"expected": sum(by_status.values()), **{s: by_status[s] for s in PageStatus if by_status.get(s)}}


def latest(pages: list[Page]) -> list[Page]:
    """The last answer of every address that is the unit's own (robots.txt and the not-found probe are ours)."""
    kept = {page.task.url: page for page in pages if page.task.role not in ("robots", "probe")}
    return sorted(kept.values(), key=lambda page: page.seq)


def digest_of(value: object) -> str:
    """SHA-256 over the canonical JSON of plain data."""
    return hashlib.sha256(msgspec.json.encode(value, order="sorted")).hexdigest()


def tool_version() -> str:
    """The installed version of this program."""
    return version("gongkai")


def _pretty(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=1).decode() + "\n"
