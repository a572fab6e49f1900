"""What a crawl costs beside other crawlers, every one following the same links of the same generated portals on loopback:
``make bench-crawl``. CPU and memory are those the system accounts to each process; quote the ratios, not the times.

Others are measured where they are installed: linkchecker on PATH (or ``--linkchecker``), crawlee and spider-rs in a folder
with ``npm install @crawlee/cheerio @spider-rs/spider-rs@0.0.157`` (``--node-modules``; later ones come without their program).
"""

import argparse
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.portals import Portal, nginx, own_server

RIVALS = Path(__file__).parent / "rivals"
_HEADER = "id,name,level,url,allow_private\n"
_NGINX = shutil.which("nginx", path=os.environ.get("PATH", "") + os.pathsep + "/usr/sbin")


@dataclass(frozen=True)
class Cost:
    """Of one or several processes that ran at once: ``cpu`` and ``wall`` in seconds, ``peak`` in MB, the sum of theirs."""

    pages: int
    cpu: float
    wall: float
    peak: float

    @property
    def ms(self) -> float:
        return self.cpu / max(self.pages, 1) * 1e3


def run(*commands: list[str], pages: int = 0, **env: str) -> tuple[Cost, list[str]]:
    """Runs commands at once; raises where one fails. Returns what they cost and what each printed."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as place, ExitStack() as stack:
        outs = [stack.enter_context((Path(place) / str(n)).open("w+")) for n in range(len(commands))]
        processes = [
            subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, env={**os.environ, **env})
            for command, out in zip(commands, outs, strict=True)
        ]
        cpu = peak = 0.0
        for process, command in zip(processes, commands, strict=True):
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            cpu += usage.ru_utime + usage.ru_stime
            peak += usage.ru_maxrss / 1024
            if process.returncode not in (0, 3) and "linkchecker" not in command[0]:
                raise RuntimeError(f"{' '.join(command)}: exit code {process.returncode}")
        texts = [(out.seek(0), out.read())[1] for out in outs]
    return Cost(pages, cpu, time.monotonic() - start, peak), texts


@dataclass(frozen=True)
class Bench:
    """Where others are found, and where ours writes."""

    folder: Path
    linkchecker: str | None
    node_modules: Path

    def ours(
        self, name: str, urls: list[str], pages: int, *, parts: int = 1, rate: float = 1e5, verb: str = "crawl"
    ) -> Cost:
        """``gongkai crawl`` (archive and facts) of some portals of so many pages each, by ``parts`` processes."""
        commands, folders = [], []
        for part in range(parts):
            own = urls[part::parts]
            sites = self.folder / f"{name}-{part}.csv"
            rows = (f"u{n:02},测试{n:02}区人民政府,区县政府,{url},1\n" for n, url in enumerate(own))
            sites.write_text(_HEADER + "".join(rows), "utf-8")
            folders.append(self.folder / f"{name}-{part}")
            more = ["--rate", str(rate), "--pages", str(pages * 2), "--output", str(folders[-1]), "--id", "x"]
            commands.append([sys.executable, "-c", "from audit.cli import main; main()", verb, str(sites), *more])
        cost, _ = run(*commands)
        count = sum(_kept(folder / "x") for folder in folders)
        for folder in folders:
            shutil.rmtree(folder)
        return Cost(count, cost.cpu, cost.wall, cost.peak)

    def rivals(self, url: str, pages: int, names: list[str]) -> Iterator[tuple[str, Cost | str]]:
        """Each rival with its cost, or why there is none."""
        node = shutil.which("node")
        commands: dict[str, list[str] | str] = {
            "scrapy-tutorial": [sys.executable, str(RIVALS / "scrapy_tutorial.py"), url],
            "scrapy-tuned": [sys.executable, str(RIVALS / "scrapy_tuned.py"), url],
            "cheerio": [node or "node", str(RIVALS / "cheerio.cjs"), url],
            "spider-rs": [node or "node", str(RIVALS / "spider_rs.cjs"), url],
            "linkchecker": [self.linkchecker or "", "--no-status", "--no-warnings", "-t", "10", "-o", "none", url],
        }
        needs = {"cheerio": "@crawlee/cheerio", "spider-rs": "@spider-rs/spider-rs"}
        for name in names:
            missing = not self.linkchecker if name == "linkchecker" else False
            if package := needs.get(name):
                missing = node is None or not (self.node_modules / package).exists()
            if missing:
                yield name, "not installed"
                continue
            try:
                cost, (text,) = run(commands[name], pages=pages, NODE_PATH=str(self.node_modules))
            except RuntimeError as error:
                yield name, f"does not run here ({error})"
                continue
            told = text.split()[-1] if text.split() else ""
            yield name, Cost(int(told) if told.isdigit() else pages, cost.cpu, cost.wall, cost.peak)


def _kept(inspection: Path) -> int:
    """Pages that came to be ``ok`` in an inspection's archives."""
    count = 0
    for index in inspection.glob("archive/*/index.sqlite"):
        with sqlite3.connect(index) as db:
            count += db.execute("SELECT COUNT(*) FROM pages WHERE status = 'ok'").fetchone()[0]
    return count


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as made:
        return int(made.getsockname()[1])


@contextmanager
def served(pages: int, folder: Path) -> Iterator[str]:
    """One portal, by nginx where there is one, else by our own server."""
    port = free_port()
    if _NGINX:
        place = folder / f"portal{pages}"
        place.mkdir()
        folder.chmod(0o755)
        Portal(pages).write(place)
        with nginx(place, port):
            yield f"http://127.0.0.1:{port}/"
        shutil.rmtree(place)
    else:
        with own_server(pages, ["127.0.0.1"], port, 0):
            yield f"http://127.0.0.1:{port}/"


@contextmanager
def many(portals: int, pages: int, delay: float) -> Iterator[list[str]]:
    """Portals on loopback addresses of their own, each answer ``delay`` seconds late."""
    port = free_port()
    hosts = [f"127.0.{1 + n // 200}.{1 + n % 200}" for n in range(portals)]
    with own_server(pages, hosts, port, delay):
        yield [f"http://{host}:{port}/" for host in hosts]


_ALL = ["scrapy-tuned", "cheerio", "spider-rs", "scrapy-tutorial", "linkchecker"]
_GOALS = {"scrapy-tutorial": 0.3, "scrapy-tuned": 3.5, "linkchecker": 0.2, "cheerio": 1.0}


def _row(name: str, cost: Cost) -> str:
    return f"  {name:<26}{cost.pages:7d} pages {cost.ms:8.2f} ms CPU/page {cost.pages / cost.wall:8.0f} pages/s {cost.peak:7.0f} MB"


def against_others(bench: Bench, pages: int, names: list[str], rounds: int) -> Cost:
    """One portal without latency: ours and the others in turn, of each the cheapest of some rounds: what else the machine
    does only adds. One is enough for linkchecker, which waits most of its time."""
    print(f"one portal of {pages} pages, served by {'nginx' if _NGINX else 'our own server (no nginx)'}", flush=True)
    ours: list[Cost] = []
    theirs: dict[str, Cost | str] = {}
    with served(pages, bench.folder) as url:
        for number in range(rounds):
            ours.append(bench.ours("one", [url], pages))
            again = [name for name in names if number == 0 or name != "linkchecker"]
            for name, cost in bench.rivals(url, pages, again):
                known = theirs.setdefault(name, cost)
                if isinstance(cost, Cost) and isinstance(known, Cost) and cost.ms < known.ms:
                    theirs[name] = cost
    best = min(ours, key=lambda cost: cost.ms)
    print(_row("gongkai crawl", best))
    for name, cost in theirs.items():
        _print_rival(name, cost, best)
    return best


def _print_rival(name: str, cost: Cost | str, ours: Cost) -> None:
    if isinstance(cost, str):
        print(f"  {name:<26}{cost}", flush=True)
        return
    goal = f", goal at most {_GOALS[name]}" if name in _GOALS else ""
    print(f"{_row(name, cost)}   ours/its {ours.ms / max(cost.ms, 1e-9):.2f}{goal}", flush=True)


def many_portals(bench: Bench, portals: int, pages: int, delay: float) -> None:
    """Many portals at once with latency, by one process and by two."""
    print(f"{portals} portals of {pages} pages, answers {delay * 1e3:.0f} ms late, our own server", flush=True)
    with many(portals, pages, delay) as urls:
        one = bench.ours("alone", urls, pages)
        print(_row("gongkai, one process", one), flush=True)
        two = bench.ours("pair", urls, pages, parts=2)
        print(_row("gongkai, two processes", two), flush=True)
    print(f"  two processes are {one.wall / two.wall:.2f} times one, goal at least 1.8 on two free cores", flush=True)


def memory(bench: Bench, small: Cost, pages: int) -> None:
    """Peak memory of a portal several times as large."""
    with served(pages, bench.folder) as url:
        large = bench.ours("large", [url], pages)
    print(_row(f"gongkai, {pages} pages", large))
    print(
        f"  peak {small.peak:.0f} MB (goal under 300), at {pages} pages {large.peak / small.peak:.2f} times that (goal 1.1)",
        flush=True,
    )


def city(bench: Bench, portals: int, pages: int, delay: float, rate: float) -> None:
    """All portals of a city inspected by one command: crawl, judge, score, report."""
    with many(portals, pages, delay) as urls:
        cost = bench.ours("city", urls, pages, rate=rate, verb="inspect")
    bound, busy = pages / rate, cost.cpu / cost.wall
    print(
        f"gongkai inspect, {portals} portals of {pages} pages, {delay * 1e3:.0f} ms, {rate:g} requests a second per host"
    )
    print(_row("one command", cost))
    print(
        f"  {cost.wall:.0f} s (goal under 360; the rate alone asks for {bound:.0f}), {cost.peak:.0f} MB (goal under 600); "
        f"one core {busy:.0%} busy: the bottleneck is {_bottleneck(cost.wall, bound, busy)}",
        flush=True,
    )


def again(bench: Bench, pages: int) -> None:
    """An unchanged portal inspected again a month later: CPU and bytes of pages beside the first time."""
    output = bench.folder / "again"
    costs, sizes = [], []
    with served(pages, bench.folder) as url:
        sites = bench.folder / "again.csv"
        sites.write_text(f"{_HEADER}u,测试区人民政府,区县政府,{url},1\n", "utf-8")
        for day in ("2026-01-31", "2026-02-28"):
            more = ["--rate", "100000", "--pages", str(pages * 2), "--output", str(output), "--id", day, "--as-of", day]
            cost, _ = run([sys.executable, "-c", "from audit.cli import main; main()", "crawl", str(sites), *more])
            costs.append(Cost(_kept(output / day), cost.cpu, cost.wall, cost.peak))
            sizes.append(_fetched(output / day))
    shutil.rmtree(output)
    print(_row("first", costs[0]))
    print(_row("again", costs[1]))
    print(
        f"again: {costs[1].cpu / costs[0].cpu:.2f} of the CPU (goal 0.25), {sizes[1] / sizes[0]:.3f} of the bytes (goal 0.15)"
    )


def _fetched(inspection: Path) -> int:
    """Bytes of an inspection's WARC that the server sent, not taken over from the inspection before."""
    size = "SELECT SUM(json_extract(page, '$.length')) FROM pages WHERE json_extract(page, '$.marks') NOT LIKE '%unchanged%'"
    total = 0
    for index in inspection.glob("archive/*/index.sqlite"):
        with sqlite3.connect(index) as db:
            total += db.execute(size).fetchone()[0] or 0
    return total


def _bottleneck(wall: float, bound: float, busy: float) -> str:
    if busy > 0.9:
        return "the CPU"
    return (
        "the rate per host"
        if wall < 1.2 * bound
        else "neither the CPU nor the rate: waiting for answers one after the other"
    )


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=10_000, help="pages of the one portal")
    parser.add_argument("--rounds", type=int, default=3, help="of which the cheapest counts, of ours and of each rival")
    parser.add_argument("--large", type=int, default=50_000, help="pages of the portal for memory; 0: none")
    parser.add_argument("--portals", type=int, default=50)
    parser.add_argument("--each", type=int, default=200, help="pages of each of the many portals")
    parser.add_argument("--city", type=int, default=41, help="portals inspected at the usual rate; 0: none")
    parser.add_argument("--city-pages", type=int, default=300)
    parser.add_argument("--again", type=int, default=2000, help="pages of the portal inspected twice; 0: none")
    parser.add_argument("--rate", type=float, default=2.0)
    parser.add_argument(
        "--rivals", default=",".join(_ALL), help="of these, separated by commas (linkchecker takes long)"
    )
    parser.add_argument("--linkchecker", default=shutil.which("linkchecker"))
    parser.add_argument("--node-modules", type=Path, default=Path("node_modules"))
    told = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="bench-crawl") as folder:
        bench = Bench(Path(folder), told.linkchecker, told.node_modules.absolute())
        small = against_others(bench, told.pages, [name for name in told.rivals.split(",") if name], told.rounds)
        if told.portals:
            many_portals(bench, told.portals, told.each, 0.05)
        if told.large:
            memory(bench, small, told.large)
        if told.again:
            again(bench, told.again)
        if told.city:
            city(bench, told.city, told.city_pages, 0.05, told.rate)


if __name__ == "__main__":
    main()
