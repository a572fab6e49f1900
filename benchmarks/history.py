"""A made-up history of many units, months and duties: how long its import takes, how much memory and disk, and what comparing
two of its months costs. ``make bench-history UNITS=1500 MONTHS=24 DUTIES=600``; the database is a file, or what
``GONGKAI_DATABASE_URL`` names."""

import argparse
import csv
import datetime as dt
import io
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from audit.compare import compare_inspections
from audit.database import NAME
from audit.history import import_inspections
from audit.inspection import Inspection, Record, digest_of
from audit.scheme import DEFAULT, load_scheme
from audit.score import HEADER
from crawler.records import LEVELS, Site
from rules.mandate import Mandate, load_mandates

_WORDS = "栏目内容更新不及时，最近一条信息的日期早于规定期限，应在期限内更新，请对照要求逐项核实"


def _sites(units: int) -> list[Site]:
    hosts = ((n, f"http://u{n}.example.gov.cn/") for n in range(units))
    return [Site(f"u{n}", f"第{n}号单位", LEVELS[n % len(LEVELS)], url, (url,)) for n, url in hosts]


def _outcome(unit: int, duty: int, month: int) -> str:
    """Shares as seen in the sample district: 3 % fail now and then, 9 % open, 18 % for people, 40 % not applicable."""
    share = (unit * 7919 + duty * 104729) % 1000
    if share < 60:
        return "failed" if ((month + share) // 6) % 2 else "passed"
    return "cant_tell" if share < 150 else "untested" if share < 330 else "inapplicable" if share < 730 else "passed"


def _lines(name: str, month: int, units: int, duties: list[tuple[Mandate, str]]) -> Iterator[str]:
    tails = [f'"mandate":"{m.id}","check":"{m.check}","subject":"{subject}","outcome":"' for m, subject in duties]
    wanted = [f'","quote":"","seen":"","wanted":"{m.quote[:80]}","url":"http://u' for m, _ in duties]
    for unit in range(units):
        head = f'{{"inspection":"{name}","unit":"u{unit}",'
        for n, tail in enumerate(tails):
            outcome = _outcome(unit, n, month)
            points = "1.0" if outcome == "failed" else "0.0"
            yield (
                f'{head}{tail}{outcome}","message":"{_WORDS}（{n}，{month}）{wanted[n]}{unit}.example.gov.cn/c{n}/index.html",'
                f'"sha256":"{"ab" * 32}","fetched_at":"2022-10-31T01:00:00Z","points":{points},"looked":[]}}\n'
            )


def make_month(output: Path, month: int, units: int, duties: int) -> Inspection:
    """An inspection's folder as ``check`` leaves it, without an archive."""
    mandates = load_mandates()
    own = [m for m in mandates.mandates if not m.alias_of]
    asked = [
        (own[n % len(own)], own[n % len(own)].title.replace('"', "") + str(n // len(own) or "")) for n in range(duties)
    ]
    year, index = divmod(2020 * 12 + month, 12)
    day = dt.date(year, index + 1, 28)
    name, sites = f"monthly-{day}", _sites(units)
    digests = {"sites": digest_of(sites), "mandates": mandates.digest, "scheme": load_scheme(DEFAULT, mandates).digest}
    pages = {site.id: {"expected": 300, "ok": 290, "timeout": 10} for site in sites}
    record = Record(name, "monthly", day, f"{day}T00:00:00Z", f"{day}T09:00:00Z", "0", 600, digests, pages)
    inspection = Inspection.begin(output / name, record, sites)
    with (inspection.path / "findings.jsonl").open("w", encoding="utf-8", buffering=1 << 20) as file:
        file.writelines(_lines(name, month, units, asked))
    scores = io.StringIO()
    writer = csv.writer(scores, lineterminator="\n")
    writer.writerow(HEADER)
    for n, site in enumerate(sites):
        score = 60 + (n * 7 + month * 3) % 40
        writer.writerow([site.id, site.name, site.level, DEFAULT, f"{score}.00", f"{score - 20}.00", f"{score}.00", "", 1, "0.9000", 18, 54, 108, "", "", "", "", ""])  # fmt: skip
    (inspection.path / "scores.csv").write_text(scores.getvalue(), "utf-8")
    return inspection


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("--units", 1500), ("--months", 24), ("--duties", 600)):
        parser.add_argument(name, type=int, default=default)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        output, took, own, last = Path(folder), 0.0, 0.0, []
        for month in range(asked.months):
            made = make_month(output, month, asked.units, asked.duties)
            start, cpu = time.perf_counter(), time.process_time()
            import_inspections([made], print)
            seconds, own = time.perf_counter() - start, own + time.process_time() - cpu
            took += seconds
            print(f"  {seconds:.1f} s", flush=True)
            last = [*last[-1:], made]
            for old in output.glob("*/findings.jsonl"):  # a history fills a disk: the last two months are enough
                if old.parent not in [kept.path for kept in last]:
                    old.unlink()
        rows = asked.units * asked.months * asked.duties
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"import: {rows} findings, {took:.0f} s ({own:.0f} s of it this process's), {rows / took:.0f} a second, peak {peak:.0f} MB",
            end="",
        )
        size = (output / NAME).stat().st_size / 2**20 if (output / NAME).exists() else float("nan")
        print(f", database {size:.0f} MB")
        start = time.perf_counter()
        moves = len(compare_inspections([Inspection.load(kept.path) for kept in last]).moves)
        print(f"compare of two months: {moves} moves, {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
