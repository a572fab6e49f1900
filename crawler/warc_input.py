"""Walking archives made by another tool: the answers come from WARC files, the network is not touched."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from crawler.archive import RENDERED, Archive, response_of
from crawler.crawl import crawl_unit
from crawler.frontier import Budget
from crawler.outcome import Drawing, Fetched
from crawler.records import BadInput, Page, PageStatus, Site, Task, why_unread
from crawler.urls import normalise, page_key
from crawler.walk import UnitWalk


@dataclass(frozen=True, slots=True)
class _Place:
    file: Path
    offset: int
    date: str
    ok: bool


class WarcFiles:
    """Responses of some WARC files by address; of several for one address, the newest that is no error."""

    def __init__(self, files: list[Path]) -> None:
        self._places: dict[str, _Place] = {}
        self._drawn: dict[str, _Place] = {}
        for file in files:
            self._index(file)
        if not self._places:
            raise BadInput("这些WARC文件里没有一条HTTP响应记录，请检查文件")

    def _index(self, file: Path) -> None:
        try:
            with file.open("rb") as stream:
                records = ArchiveIterator(stream)
                for record in records:
                    if record.rec_type == "response" and record.http_headers is not None:
                        code = record.http_headers.get_statuscode()
                        self._add(self._places, file, records.get_record_offset(), record.rec_headers, code)
                    elif record.rec_type == "conversion" and record.rec_headers.get_header(RENDERED):
                        self._add(self._drawn, file, records.get_record_offset(), record.rec_headers, "200")
        except OSError as error:
            raise BadInput(f"{file}: 读不了这个文件（{why_unread(error)}）") from error
        except (ArchiveLoadFailed, EOFError) as error:
            raise BadInput(f"{file}: 不是完好的WARC文件（{error}），请重新生成或换用原文件") from error

    @staticmethod
    def _add(places: dict[str, _Place], file: Path, offset: int, headers: object, code: str | None) -> None:
        get = getattr(headers, "get_header")  # noqa: B009  warcio has no types
        try:
            key = page_key(normalise(str(get("WARC-Target-URI")).strip("<>")))
        except ValueError:
            return
        place = _Place(file, offset, str(get("WARC-Date")), str(code or "").startswith(("2", "3")))
        known = places.get(key)
        if known is None or (place.ok, place.date) >= (known.ok, known.date):
            places[key] = place

    def answer(self, url: str) -> Fetched:
        """The kept response, or ``not_tried`` for an address the files do not hold."""
        place = self._places.get(page_key(url))
        if place is None:
            return Fetched(url, "", error=PageStatus.NOT_TRIED, detail="存档里没有这个地址")
        with place.file.open("rb") as stream:
            stream.seek(place.offset)
            for record in ArchiveIterator(stream):
                fetched = response_of(record)
                if fetched is not None:
                    return fetched
        return Fetched(url, "", error=PageStatus.NOT_TRIED, detail="存档里的这条记录读不出来")

    def drawing(self, url: str) -> Drawing | None:
        """The page as a browser drew it, where an archive of ours kept that."""
        place = self._drawn.get(page_key(url))
        if place is None:
            return None
        with place.file.open("rb") as stream:
            stream.seek(place.offset)
            record = next(iter(ArchiveIterator(stream)))
            return Drawing(record.content_stream().read(), whole=record.rec_headers.get_header(RENDERED) == "whole")


def walk_warc(
    sites: list[Site], files: WarcFiles, folder: Path, budget: Budget, tell: Callable[[str, Page | None], None]
) -> None:
    """Walks every unit over the files into ``folder/<unit>/``, as ``crawler.run.crawl`` does over the network."""

    async def fetch(_task: Task, url: str, _headers: Mapping[str, str] | None = None, /) -> Fetched:
        return files.answer(url)

    async def draw(answer: Fetched) -> Drawing | None:
        return files.drawing(answer.url)

    for site in sites:
        with Archive(folder / site.id, site.id) as archive:
            if not archive.finished:
                walk = UnitWalk(site, budget, confirms=False)

                def hear(page: Page, unit: str = site.id) -> None:
                    tell(unit, page)

                asyncio.run(crawl_unit(walk, archive, fetch, hear, draw))
        tell(site.id, None)
