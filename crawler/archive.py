"""What a crawl keeps of one unit: WARC files (ISO 28500, one gzip member per record) and an index (SQLite).

A page counts as kept when its row is committed; the row is written after its records and names how far the WARC file
then reached. What lies behind that point was in flight when the run was cut off, and is cut away on opening.
"""

import io
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from isal import igzip, isal_zlib
from warcio.archiveiterator import ArchiveIterator
from warcio.recordbuilder import RecordBuilder
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.decompress import decompress
from crawler.facts import FACTS_VERSION
from crawler.outcome import DRAWN_TYPE, Drawing, Fetched, Likenesses, judge, judge_drawn
from crawler.records import Facts, Mark, Page, PageStatus, Task

_SCHEMA = """
CREATE TABLE IF NOT EXISTS info (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS pages (
    seq INTEGER PRIMARY KEY,
    url TEXT NOT NULL,          -- as asked for
    attempt INTEGER NOT NULL,
    status TEXT NOT NULL,
    page BLOB NOT NULL,         -- records.Page as JSON, without its facts
    facts BLOB,                 -- records.Facts as deflated JSON
    facts_version INTEGER,
    warc_end INTEGER NOT NULL,  -- length of the WARC file when this row was committed
    UNIQUE (url, attempt)
);
"""
_COUNTS = """
SELECT status, COUNT(*) FROM (
    SELECT status, MAX(seq) FROM pages
    WHERE json_extract(CAST(page AS TEXT), '$.task.role') NOT IN ('robots', 'probe') GROUP BY url
) GROUP BY status
"""
_DROPPED = {"transfer-encoding", "connection", "keep-alive", "proxy-connection", "trailer", "upgrade"}
_WARC = "pages.warc.gz"
#: Says of a page as a browser drew it whether all that its scripts asked for came: ``whole`` or ``part``.
RENDERED = "X-Gongkai-Rendered"
_LEVEL = 2  # of ISA-L: as small as gzip's level 1, at a third of its cost and a tenth of its level 9's (warcio's own)


class Archive:
    """One unit's folder. ``read_only`` opens an archive that is not written to (check and report)."""

    def __init__(self, folder: Path, unit: str, *, read_only: bool = False) -> None:
        self.folder = folder
        self.unit = unit
        self._warc: BinaryIO | None = None
        self._reading: BinaryIO | None = None
        index = folder / "index.sqlite"
        if read_only:
            self.db = sqlite3.connect(f"{index.absolute().as_uri()}?mode=ro", uri=True)
            return
        folder.mkdir(parents=True, exist_ok=True)
        self.db = sqlite3.connect(index, isolation_level=None)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=NORMAL")
        self.db.executescript(_SCHEMA)
        if not self.finished:
            self.db.execute("DELETE FROM pages WHERE status = ?", (PageStatus.NOT_TRIED,))
        self._warc = self._recover()
        #: Whether it held pages when it was opened.
        self.resumed = self.db.execute("SELECT 1 FROM pages LIMIT 1").fetchone() is not None

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        for file in (self._warc, self._reading):
            if file is not None:
                file.close()
        self._warc = self._reading = None
        self.db.close()

    # --- writing ----------------------------------------------------------------------------------------------------

    def _recover(self) -> BinaryIO:
        """Opens the WARC file for appending, at the end of the last committed page. Rows whose bytes never reached
        the disk are forgotten, so that their pages are fetched again."""
        path = self.folder / _WARC
        if not path.exists():
            self.db.execute("DELETE FROM pages WHERE warc_end > 0")
            file: BinaryIO = path.open("xb")
            about = {"software": "gongkai", "format": "WARC File Format 1.0"}
            _write(file, _RECORDS.create_warcinfo_record(_WARC, about))
            file.flush()
            return file
        size = path.stat().st_size
        self.db.execute("DELETE FROM pages WHERE seq >= (SELECT MIN(seq) FROM pages WHERE warc_end > ?)", (size,))
        (end,) = self.db.execute("SELECT MAX(warc_end) FROM pages").fetchone()
        file = path.open("r+b")
        if end is not None:
            file.truncate(end)
        file.seek(0, io.SEEK_END)
        return file

    def add(self, page: Page, answers: Iterable[Fetched], drawing: Drawing | None = None) -> Page:
        """Keeps one answered task: the responses on the way to it (redirects) and its own, the page as a browser drew
        it, then its row."""
        warc = self._warc
        if warc is None:
            raise ValueError("archive is open for reading only")
        offset = length = 0
        for answer in answers:
            if answer.http_status is not None:
                offset = warc.tell()
                record = self._record(answer)
                length = _write(warc, record)
        page = replace(page, warc=_WARC if length else "", offset=offset, length=length)
        if drawing is not None and length:
            start = warc.tell()
            size = _write(warc, self._drawn_record(page, record, drawing))
            page = replace(page, drawn_offset=start, drawn_length=size)
        warc.flush()
        facts = None if page.facts is None else isal_zlib.compress(msgspec.json.encode(page.facts), _LEVEL)
        self._row(page, facts)
        return page

    def add_unchanged(self, page: Page, earlier: "Archive", old: Page) -> Page:
        """Keeps a page that is as an earlier archive has it: that response as it lies there, a ``revisit`` record that says when the server
        said so (ISO 28500, 6.7), then its row."""
        warc = self._warc
        if warc is None:
            raise ValueError("archive is open for reading only")
        member = earlier.member(old)
        offset = warc.tell()
        warc.write(member)
        day = {"WARC-Date": page.fetched_at}
        digest = f"sha256:{page.sha256}"
        _write(warc, _RECORDS.create_revisit_record(page.url, digest, page.url, old.fetched_at, warc_headers_dict=day))
        page = replace(page, warc=_WARC, offset=offset, length=len(member), drawn_offset=0, drawn_length=0)
        warc.flush()
        self._row(page, earlier._packed_facts(old))
        return page

    def _row(self, page: Page, facts: bytes | None) -> None:
        bare = msgspec.json.encode(replace(page, facts=None))
        end = self._warc.tell() if self._warc is not None else 0
        self.db.execute(
            "INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (page.seq, page.task.url, page.task.attempt, page.status, bare, facts, FACTS_VERSION, end),
        )

    def _record(self, answer: Fetched) -> Any:
        headers = [
            (f"X-Archive-Orig-{name}" if name.lower() in _DROPPED else name, _one_line(value))
            for name, value in answer.headers
        ]
        warc_headers = {"WARC-Date": answer.fetched_at}
        if answer.ip:
            warc_headers["WARC-IP-Address"] = answer.ip
        return _RECORDS.create_warc_record(
            answer.url,
            "response",
            payload=io.BytesIO(answer.raw),
            length=len(answer.raw),
            http_headers=StatusAndHeaders(
                f"{answer.http_status} {_one_line(answer.reason)}".strip(), headers, protocol="HTTP/1.1"
            ),
            warc_headers_dict=warc_headers,
        )

    def _drawn_record(self, page: Page, response: Any, drawing: Drawing) -> Any:
        """The page as drawn: a ``conversion`` of the response (ISO 28500, 6.8)."""
        return _RECORDS.create_warc_record(
            page.url,
            "conversion",
            payload=io.BytesIO(drawing.html),
            length=len(drawing.html),
            warc_content_type=DRAWN_TYPE,
            warc_headers_dict={
                "WARC-Refers-To": response.rec_headers.get_header("WARC-Record-ID"),
                "WARC-Date": page.fetched_at,
                RENDERED: "whole" if drawing.whole else "part",
            },
        )

    def note(self, key: str, value: str) -> None:
        self.db.execute("INSERT OR REPLACE INTO info VALUES (?, ?)", (key, value))

    # --- reading ----------------------------------------------------------------------------------------------------

    def info(self, key: str) -> str | None:
        row = self.db.execute("SELECT value FROM info WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    @property
    def finished(self) -> bool:
        return self.info("finished") == "1"

    def counts(self) -> dict[str, int]:
        """Addresses of the unit's own by the status of their last answer."""
        return dict(self.db.execute(_COUNTS).fetchall())

    def kept(self, task: Task) -> Page | None:
        """The page kept for a task, facts and all, or None."""
        row = self.db.execute(
            "SELECT page, facts, facts_version FROM pages WHERE url = ? AND attempt = ?", (task.url, task.attempt)
        ).fetchone()
        return self._page(row) if row else None

    def kept_current(self, task: Task) -> Page | None:
        """As ``kept``, without facts; None where it has none or they were read by another version."""
        row = self.db.execute(
            "SELECT page FROM pages WHERE url = ? AND attempt = ? AND facts_version = ? AND facts IS NOT NULL",
            (task.url, task.attempt, FACTS_VERSION),
        ).fetchone()
        return msgspec.json.decode(row[0], type=Page) if row else None

    def facts(self, page: Page) -> Facts | None:
        """The facts kept of a page that came without them."""
        packed = self._packed_facts(page)
        return None if packed is None else _unpacked(packed)

    def _packed_facts(self, page: Page) -> bytes | None:
        row = self.db.execute("SELECT facts FROM pages WHERE seq = ?", (page.seq,)).fetchone()
        return row[0] if row else None

    def pages(self, *, bare: bool = False) -> Iterator[Page]:
        """All kept pages in the order they were looked at; ``bare``: without their facts."""
        facts = "NULL" if bare else "facts"
        for row in self.db.execute(f"SELECT page, {facts}, facts_version FROM pages ORDER BY seq"):  # noqa: S608
            yield self._page(row)

    def current(self, *, bare: bool = False) -> list[Page]:
        """All kept pages with facts of this version: pages read by an older one are read anew from their bytes. ``bare``: the
        facts may be missing."""
        (old,) = self.db.execute(
            "SELECT COUNT(*) FROM pages WHERE facts IS NOT NULL AND facts_version <> ?", (FACTS_VERSION,)
        ).fetchone()
        if not old:
            return list(self.pages(bare=bare))
        known = Likenesses()
        return [self._reread(page, known) for page in self.pages()]

    def _reread(self, page: Page, known: Likenesses) -> Page:
        answer = self.answer(page)
        if answer is None:
            return page
        drawing = self._drawing(page)
        verdict = judge_drawn(page.task, answer, drawing, known) if drawing else judge(page.task, answer, known)
        if page.task.role == "home" and verdict.status is PageStatus.OK:
            known.home = verdict.outline
        elif page.task.role == "probe" and page.http_status == 200:
            known.not_found = verdict.outline
        return replace(page, status=verdict.status, detail=verdict.detail, facts=verdict.facts)

    def _page(self, row: tuple[bytes, bytes | None, int]) -> Page:
        page = msgspec.json.decode(row[0], type=Page)
        return page if row[1] is None else replace(page, facts=_unpacked(row[1]))

    def answer(self, page: Page) -> Fetched | None:
        """The kept response behind a page, its body decoded; None where there was none."""
        return response_of(self._kept_record(page.offset, page.length)) if page.warc else None

    def shown(self, page: Page) -> Fetched | None:
        """As ``answer``, with the body that its facts were read from: the page as drawn, where it was."""
        answer, drawing = self.answer(page), self._drawing(page)
        if answer is None or drawing is None:
            return answer
        return replace(answer, body=drawing.html, headers=(("content-type", DRAWN_TYPE),))

    def _drawing(self, page: Page) -> Drawing | None:
        if not page.drawn_length:
            return None
        record = self._kept_record(page.drawn_offset, page.drawn_length)
        return Drawing(record.content_stream().read(), whole=Mark.RENDERED in page.marks)

    def member(self, page: Page) -> bytes:
        """The gzip member of the response behind a page."""
        return self._bytes(page.offset, page.length)

    def _bytes(self, offset: int, length: int) -> bytes:
        if self._reading is None:
            self._reading = (self.folder / _WARC).open("rb")
        self._reading.seek(offset)
        return self._reading.read(length)

    def _kept_record(self, offset: int, length: int) -> Any:
        return next(iter(ArchiveIterator(io.BytesIO(self._bytes(offset, length)))))


def _unpacked(packed: bytes) -> Facts:
    return msgspec.json.decode(isal_zlib.decompress(packed), type=Facts)


_RECORDS = RecordBuilder()


def _write(warc: BinaryIO, record: Any) -> int:
    """Appends a record as one gzip member; returns its length."""
    plain = io.BytesIO()
    WARCWriter(plain, gzip=False).write_record(record)
    member: bytes = igzip.compress(plain.getbuffer(), _LEVEL, mtime=0)
    warc.write(member)
    return len(member)


def response_of(record: Any) -> Fetched | None:
    """A WARC response record as an answer, or None when it is no HTTP response."""
    if record.rec_type != "response" or record.http_headers is None:
        return None
    code = record.http_headers.get_statuscode()
    headers = tuple((name.removeprefix("X-Archive-Orig-"), value) for name, value in record.http_headers.headers)
    raw = record.raw_stream.read()
    fetched = Fetched(
        url=record.rec_headers.get_header("WARC-Target-URI").strip("<>"),
        fetched_at=record.rec_headers.get_header("WARC-Date"),
        http_status=int(code) if code and code.isdigit() else None,
        headers=headers,
        raw=raw,
    )
    return decompress(fetched)


def _one_line(value: str) -> str:
    return value.replace("\r", " ").replace("\n", " ")
