"""``gongkai demo``: the sample district on loopback, inspected in three months, and what came of it."""

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from audit.compare import compare_inspections
from audit.history import echo, import_inspections
from audit.inspection import Inspection
from audit.progress import CrawlProgress
from audit.reports.comparison import write_comparison
from audit.reports.model import ReportData, UnitReport
from audit.reports.write import write_reports
from audit.scanning.kept import keep_visits
from audit.stages import begin, check, crawl
from audit.texts import points, text_table
from audit.units import read_units
from crawler.frontier import PAGES
from crawler.scan.series import Series
from examples import MONTHS, serve, truth
from rules.findings import Outcome
from rules.mandate import load_mandates

_RATE = 200.0  # the sample is ours; real sites get two requests a second
_WORST = 3


def run_demo(output: Path) -> int:
    """Serves, inspects, compares; prints scores, the worst problems of each unit and where to look. Never writes into
    a folder that is there already: a further run takes the next free name. Returns the exit code."""
    folder = _free(output)
    inspections = []
    with serve() as served:
        for month in MONTHS:
            served.show(month)
            list_file = folder / "sites.csv"
            folder.mkdir(parents=True, exist_ok=True)
            served.write_sites(list_file)
            sites = read_units(list_file)
            name = f"monthly-{month}"
            inspection = begin(folder / name, name, "monthly", month, sites, PAGES["monthly"])
            print(f"== 检查日 {month} ==", file=sys.stderr, flush=True)  # noqa: T201
            with inspection.locked(), CrawlProgress(sites) as progress:
                if not crawl(inspection, _RATE, progress.tell):
                    raise KeyboardInterrupt
                with Series(folder / "scan") as series:
                    for visit in (visit for site in sites for visit in served.visits(site)):
                        series.add(visit)
                keep_visits(inspection, folder / "scan")
                check(inspection)
                import_inspections([inspection], echo)
                write_reports(inspection)
            inspections.append(inspection)
    result = compare_inspections(inspections)
    page = write_comparison(result, folder / "comparison")
    click.echo(result.text())
    click.echo(f"\n检查日 {MONTHS[-1]} 各单位最主要的问题")
    for unit in ReportData(inspections[-1]).units:
        click.echo(_worst(unit))
    click.echo(_where(inspections, page))
    wrong = [text for inspection in inspections for text in _against_truth(inspection)]
    click.echo(
        "\n与样例中埋设的问题核对：" + ("一致，没有误判，没有漏判。" if not wrong else "\n".join(["不一致：", *wrong]))
    )
    return 1 if wrong else 0


def _against_truth(inspection: Inspection) -> list[str]:
    """Where an inspection's failed findings differ from what was planted in the sample."""
    mandates = load_mandates().by_id
    expected = truth()[inspection.record.as_of]
    wrong = []
    for unit, planted in expected.items():
        own = (f for f in inspection.findings() if f.unit == unit and not mandates[f.mandate].alias_of)
        found = {(f.mandate, f.subject) for f in own if f.outcome is Outcome.FAILED}
        wrong += [
            f"  {inspection.record.id} {unit} 误判 {mandate} {subject}"
            for mandate, subject in sorted(found - planted.failed)
        ]
        wrong += [
            f"  {inspection.record.id} {unit} 漏判 {mandate} {subject}"
            for mandate, subject in sorted(planted.failed - found)
        ]
    return wrong


def _free(output: Path) -> Path:
    number, folder = 2, output
    while folder.exists():
        folder, number = output.with_name(f"{output.name}-{number}"), number + 1
    return folder


def _worst(unit: UnitReport) -> str:
    head = f"\n{unit.site.name}　{points(unit.score.score)}分"
    head += f"　单项否决 {'、'.join(unit.vetoes)}" if unit.vetoes else ""
    head += f"　否决候选 {'、'.join(unit.candidates)}" if unit.candidates else ""
    rows = [
        [
            f"{number}.",
            problem.entry.mandate.title,
            problem.entry.finding.message,
            problem.veto or f"−{problem.points:g}",
        ]
        for number, problem in enumerate(unit.problems[:_WORST], 1)
    ]
    return head + "\n" + (text_table(["", "要求", "情况", "扣分"], rows) if rows else "没有发现问题")


def _where(inspections: Iterable[Inspection], page: Path) -> str:
    lines = ["\n结果在哪里（用浏览器打开）："]
    lines += [f"  {i.record.as_of}　{i.path / 'index.html'}" for i in inspections]
    return "\n".join([*lines, f"  三个月比较　{page}", f"整改台账：gongkai ledger --output {page.parent.parent}"])
