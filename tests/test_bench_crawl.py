"""The crawl benchmark at a small size: all crawlers see the same pages, who is not installed is said to be."""

import re
from pathlib import Path

import pytest

from benchmarks.crawling import main
from benchmarks.portals import Portal


def test_every_page_of_a_portal_is_linked_from_another() -> None:
    portal = Portal(120)
    linked = {link for path in portal.paths for link in re.findall(rb"href='([^']+)'", portal.page(path))}
    assert linked == {path.encode() for path in portal.paths}
    assert len(portal.paths) >= 120


def test_all_crawlers_see_the_same_pages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(
        [
            "--pages=60", "--large=0", "--portals=2", "--each=30", "--city=1", "--city-pages=20", "--rate=100",
            "--rivals=scrapy-tuned,scrapy-tutorial,cheerio,linkchecker", f"--node-modules={tmp_path}", "--linkchecker=",
        ]
    )  # fmt: skip
    out = capsys.readouterr().out
    counts = dict(re.findall(r"^  (\S[^\n]*?) +(\d+) pages +", out, re.M))
    pages = str(len(Portal(60).paths))
    assert {counts[name] for name in ("gongkai crawl", "scrapy-tuned", "scrapy-tutorial")} == {pages}
    assert counts["gongkai, one process"] == counts["gongkai, two processes"] == str(2 * len(Portal(30).paths))
    assert counts["one command"] == str(len(Portal(20).paths))
    assert re.search(r"cheerio +not installed\n", out)
    assert re.search(r"linkchecker +not installed\n", out)
    assert "bottleneck" in out
