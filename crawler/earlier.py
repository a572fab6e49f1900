"""What an earlier crawl kept of a unit: its pages are asked for again only as far as they changed (RFC 9110, 13.1), and what did not
change is not read again. Some are fetched whole all the same, to find hosts that say so falsely."""

import hashlib
from pathlib import Path

from crawler.archive import Archive
from crawler.records import Page, Task
from crawler.urls import host_of

#: One page in so many is fetched whole.
_SAMPLE = 20
#: The home page, the not-found page and data of lists are read in the light of others.
_ALWAYS = ("home", "probe", "robots", "data")


class Earlier:
    """Use as a context. ``seed`` draws the pages that are fetched whole."""

    def __init__(self, folder: Path, unit: str, seed: str) -> None:
        self.archive = Archive(folder / unit, unit, read_only=True)
        self._seed = seed
        self._false: set[str] = set()

    def __enter__(self) -> "Earlier":
        return self

    def __exit__(self, *_: object) -> None:
        self.archive.close()

    @staticmethod
    def there(folder: Path | None, unit: str) -> bool:
        """Whether that crawl kept something of a unit."""
        return folder is not None and (folder / unit / "index.sqlite").exists()

    def known(self, task: Task) -> Page | None:
        """The page as it was, without its facts, where it can stand for one that did not change."""
        if task.attempt != 1 or task.role in _ALWAYS:
            return None
        page = self.archive.kept_current(task)
        if page is None or not page.ok or page.http_status != 200:
            return None
        return page if page.url == task.url and page.warc and not page.rendered else None

    def conditions(self, page: Page) -> dict[str, str]:
        """Headers that ask for a page only if it changed; none for one of the sample, and of a host that was found out."""
        if host_of(page.url) in self._false or self._sampled(page):
            return {}
        headers = {"If-None-Match": page.etag, "If-Modified-Since": page.modified}
        return {name: value for name, value in headers.items() if value}

    def _sampled(self, page: Page) -> bool:
        drawn = hashlib.blake2b(f"{self._seed} {page.url}".encode(), digest_size=4).digest()
        return int.from_bytes(drawn, "big") % _SAMPLE == 0

    def heard(self, old: Page, etag: str, modified: str, sha256: str) -> None:
        """Learns from a page fetched whole: the same validators for another body are false."""
        same = (etag or modified) and (etag, modified) == (old.etag, old.modified)
        if same and sha256 != old.sha256:
            self._false.add(host_of(old.url))
