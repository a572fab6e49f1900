"""Reads the pages of the gold set and compares, field by field, with what people read there (``tests/gold/README.md``)."""

import contextlib
import csv
import datetime as dt
import io
import logging
import re
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from crawler.facts import read_page
from crawler.facts.charset import decode
from crawler.facts.fields import normalise_doc_number
from crawler.facts.text import fold
from crawler.records import Facts
from examples import District
from examples.state import hosts

GOLD = Path(__file__).parent.parent / "tests" / "gold"
_FOOTER = ("site_code", "icp", "police", "sponsor", "undertaker", "phone", "report_error", "party_gov_mark")
_SAMPLE = re.compile(r"sample:([^/]+)(/.*)@([\d-]{10})")
_TEXTS = ("title", "published", "written", "doc_number", "index_number", "source", "column")


@dataclass(frozen=True)
class Labelled:
    """One page and its labels; ``body`` and ``url`` as it was fetched."""

    file: str
    url: str
    body: bytes
    labels: dict[str, Any]
    content_type: str = ""


@dataclass
class Tally:
    """``right`` + ``wrong`` + ``missing`` is the number of pages where a person or the reader saw something."""

    right: int = 0
    wrong: int = 0
    missing: int = 0
    faults: list[tuple[str, object, object]] = field(default_factory=list)

    def add(self, file: str, wanted: object, got: object, same: bool) -> None:
        if not wanted and not got and wanted is not False:
            return
        if same:
            self.right += 1
            return
        self.faults.append((file, wanted, got))
        if got in (None, "", (), [], False):
            self.missing += 1
        else:
            self.wrong += 1

    @property
    def total(self) -> int:
        return self.right + self.wrong + self.missing

    def row(self, name: str) -> str:
        share = [100 * n / self.total if self.total else 0.0 for n in (self.right, self.wrong, self.missing)]
        return f"  {name:<22}{self.total:5d}{self.right:7d}{self.wrong:7d}{self.missing:8d}{share[0]:9.1f} %{share[1]:8.1f} %"


def labelled_pages(shared: Path, *, held_out: bool = False) -> list[Labelled]:
    """Every labelled page found below ``shared`` (``html`` and ``manifest.csv``) or in the sample district; with
    ``held_out`` those that the readers were never tuned on."""
    rows: dict[str, dict[str, str]] = {}
    if (shared / "manifest.csv").exists():
        with (shared / "manifest.csv").open(encoding="utf-8") as lines:
            rows = {row["file"].removeprefix("html/"): row for row in csv.DictReader(lines)}
    pages = []
    for source in sorted(GOLD.glob("*.yaml")):
        if (source.stem == "heldout") is not held_out:
            continue
        for labels in yaml.safe_load(source.read_text(encoding="utf-8")):
            name = labels["file"]
            if name in rows:
                host = rows[name]["site_domain"].strip("?")
                url = f"http://{host}/{rows[name]['path_in_repo']}"
                pages.append(Labelled(name, url, (shared / "html" / name).read_bytes(), labels))
            elif found := _SAMPLE.fullmatch(name):
                pages.append(_sample_page(name, *found.groups(), labels))
    return pages


def _sample_page(name: str, host: str, path: str, day: str, labels: dict[str, Any]) -> Labelled:
    bases = {name: f"http://{name}.example" for name in hosts()}
    table = District(dt.date.fromisoformat(day)).answers(bases)[host]
    answer = table.get(path) or table[""]  # "" answers unknown addresses
    return Labelled(name, f"{bases[host]}{path}", answer.body, labels, answer.type)


def compare(page: Labelled, facts: Facts, tallies: dict[str, Tally]) -> None:
    """Adds one page to the tallies."""
    wanted = page.labels
    for name in ("kind", "status"):
        tallies[name].add(
            page.file, wanted.get(name), str(getattr(facts, name)), wanted.get(name) == getattr(facts, name)
        )
    if wanted.get("status", "ok") != "ok":
        return
    for name in _TEXTS:
        a, b = wanted.get(name), getattr(facts, name)
        if name == "doc_number" and a:
            a = normalise_doc_number(a)
        tallies[name].add(page.file, a, b, fold(str(a or "")) == fold(str(b or "")))
    tallies["breadcrumbs"].add(
        page.file, wanted.get("breadcrumbs"), facts.breadcrumbs, _names(wanted) == [fold(n) for n in facts.breadcrumbs]
    )
    meta = {k: fold(str(v)) for k, v in (wanted.get("meta") or {}).items()}
    tallies["meta"].add(page.file, wanted.get("meta"), facts.meta, meta == {k: fold(v) for k, v in facts.meta.items()})
    for name in _FOOTER:
        a, b = (wanted.get("footer") or {}).get(name), getattr(facts.footer, name)
        tallies[f"footer.{name}"].add(page.file, a, b, fold(str(a or "")).lower() == fold(str(b or "")).lower())
    _compare_rows(page, facts, tallies)
    files = sorted((fold(str(n)), t) for n, t in wanted.get("attachments") or ())
    tallies["attachments"].add(
        page.file, files, facts.attachments, files == sorted((fold(a.name), a.type) for a in facts.attachments)
    )
    top = min((s.level for s in facts.sections), default=1)
    heads = [s.heading for s in facts.sections if s.level == top]
    sections = [fold(str(s)) for s in wanted.get("sections") or ()]
    tallies["sections"].add(page.file, wanted.get("sections"), heads, sections == [fold(h) for h in heads])
    tables = [tuple(t) for t in wanted.get("tables") or ()]
    shapes = [(t.rows, t.columns) for t in facts.tables]
    tallies["tables"].add(page.file, tables, shapes, tables == shapes)


def _names(wanted: dict[str, Any]) -> list[str]:
    return [fold(str(name)) for name in wanted.get("breadcrumbs") or ()]


def _compare_rows(page: Labelled, facts: Facts, tallies: dict[str, Tally]) -> None:
    rows = page.labels.get("rows") or {}
    count, newest = int(rows.get("count") or 0), rows.get("newest")
    got = max((item.date for item in facts.items if item.date), default=None)
    tallies["rows.count (+-1)"].add(page.file, count, len(facts.items), abs(count - len(facts.items)) <= 1)
    tallies["rows.newest"].add(page.file, newest, got, str(newest) == str(got))
    for name, index in (("first", 0), ("last", -1)):
        title = facts.items[index].title if facts.items else None
        tallies[f"rows.{name}"].add(
            page.file, rows.get(name), title, fold(str(rows.get(name) or "")) == fold(title or "")
        )


def ours(pages: list[Labelled]) -> dict[str, Tally]:
    tallies: dict[str, Tally] = defaultdict(Tally)
    for page in pages:
        compare(page, read_page(page.body, page.url, page.content_type), tallies)
    return tallies


# --- rivals ---------------------------------------------------------------------------------------------------------


def _htmldate(text: str, url: str) -> tuple[str | None, str | None]:
    import htmldate

    return None, htmldate.find_date(text, url=url, original_date=True)


def _trafilatura(text: str, url: str) -> tuple[str | None, str | None]:
    import trafilatura

    found = trafilatura.extract_metadata(text, default_url=url)
    return (found.title, found.date) if found else (None, None)


def _gne(text: str, _url: str) -> tuple[str | None, str | None]:
    import gne

    found = gne.GeneralNewsExtractor().extract(text)
    return found.get("title") or None, (found.get("publish_time") or "")[:10] or None


RIVALS: dict[str, Callable[[str, str], tuple[str | None, str | None]]] = {
    "htmldate": _htmldate,
    "trafilatura": _trafilatura,
    "gne": _gne,
}


def against_rivals(pages: list[Labelled]) -> Iterator[tuple[str, str, Tally]]:
    """(library, field, tally) over the articles of the set: the pages these libraries are made for."""
    articles = [page for page in pages if page.labels.get("kind") == "article" and page.labels.get("status") == "ok"]
    for library, read in {"gongkai": _ours, **RIVALS}.items():
        title, date = Tally(), Tally()
        for page in articles:
            got_title, got_date = _quietly(read, page)
            a, b = page.labels.get("title"), page.labels.get("published")
            title.add(page.file, a, got_title, fold(str(a or "")) == fold(got_title or ""))
            date.add(page.file, b, got_date, str(b or "") == (got_date or ""))
        if library != "htmldate":
            yield library, "title", title
        yield library, "published", date


def _ours(text: str, url: str) -> tuple[str | None, str | None]:
    facts = read_page(text.encode(), url)
    return facts.title, facts.published


def _quietly(
    read: Callable[[str, str], tuple[str | None, str | None]], page: Labelled
) -> tuple[str | None, str | None]:
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            return read(decode(page.body)[0], page.url)
    except (ValueError, TypeError, AttributeError, IndexError):  # a rival that falls over has said nothing
        return None, None
    finally:
        logging.disable(logging.NOTSET)


def report(shared: Path, faults: str = "") -> None:
    """Prints right, wrong and missing per field; with ``faults`` every difference of the fields so called."""
    pages = labelled_pages(shared)
    _print_tallies("gold set", pages, faults)
    if faults:
        return
    print("articles of the gold set, against other libraries")
    for library, name, tally in against_rivals(pages):
        print(tally.row(f"{library} {name}"))
    if held := labelled_pages(shared, held_out=True):
        _print_tallies("held out: labelled after the readers were tuned, never looked at while tuning", held)


def _print_tallies(name: str, pages: list[Labelled], faults: str = "") -> None:
    kinds = Counter(page.labels.get("kind") for page in pages)
    print(f"{name}: {len(pages)} pages ({', '.join(f'{n} {k}' for k, n in kinds.most_common())})")
    print(f"  {'field':<22}pages  right  wrong missing    right     wrong")
    tallies = ours(pages)
    for field_name, tally in tallies.items():
        print(tally.row(field_name))
    unseen = [f for f in tallies["status"].faults if f[1] != "ok" and f[2] == "ok"]
    print(f"  hollow, blocked and missing pages called ok: {len(unseen)}")
    for field_name, tally in tallies.items():
        for fault in tally.faults if faults and field_name.startswith(faults) else ():
            print(f"    {field_name}: {fault[0]}\n      wanted {fault[1]!r}\n      got    {fault[2]!r}")
