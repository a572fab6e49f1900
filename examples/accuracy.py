"""How right the judgements are on the sample district: ``make accuracy`` prints it and writes docs/accuracy.md.

Truth is what was planted there, written by hand. A check is counted by its mandates' findings, those of an alias left out.
"""

import datetime as dt
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

from crawler.frontier import Budget
from crawler.records import Page
from crawler.run import crawl
from crawler.sites import read_sites
from examples.server import Served, serve
from examples.state import FAMILIES, FOLDER, MONTHS
from examples.truth import Subject, truth
from rules.checks import all_checks
from rules.engine import Engine
from rules.findings import Finding, Outcome
from rules.mandate import load_mandates

DOCUMENT = Path(__file__).parent.parent / "docs" / "accuracy.md"
SHOWN = (Outcome.FAILED, Outcome.PASSED, Outcome.CANT_TELL)
_WORDS = {Outcome.FAILED: "fail", Outcome.PASSED: "pass", Outcome.CANT_TELL: "cant_tell"}
Judged = dict[dt.date, list[Finding]]
#: The unit with most defects is also shown by every other family of publishing systems.
MADE_OVER = "np"
OTHERS = tuple(family for family in FAMILIES if family != "trs")


@dataclass(slots=True)
class Tally:
    """One check: ``planted`` failures, those ``found``, ``wrong`` accusations; findings by outcome, and the template families in
    which each outcome came up."""

    planted: int = 0
    found: int = 0
    wrong: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    families: dict[Outcome, set[str]] = field(default_factory=dict)

    @property
    def recall(self) -> float | None:
        return self.found / self.planted if self.planted else None

    @property
    def precision(self) -> float | None:
        return self.found / (self.found + self.wrong) if self.found + self.wrong else None

    @property
    def lacking(self) -> list[Outcome]:
        return [outcome for outcome in SHOWN if not self.outcomes[outcome]]


def inspect(served: Served, month: dt.date, folder: Path) -> tuple[list[Finding], dict[str, list[Page]]]:
    """Crawls and judges the whole district as it was in a month; a check that breaks is raised."""
    served.show(month)
    served.write_sites(folder / "sites.csv")
    sites = read_sites(folder / "sites.csv")
    pages: dict[str, list[Page]] = {site.id: [] for site in sites}

    def hear(unit: str, page: Page | None) -> None:
        if page is not None:
            pages[unit].append(page)

    if not crawl(sites, folder / "archive", Budget(), 200, hear):
        raise KeyboardInterrupt
    engine = Engine(load_mandates().mandates, month, "sample", sites, strict=True)
    return [finding for site in sites for finding in engine.judge(site, pages[site.id], served.visits(site))], pages


@cache
def families() -> dict[str, str]:
    """The template family of each unit."""
    files = [path for path in sorted(FOLDER.glob("*.yaml")) if path.stem != "truth"]
    return {path.stem: yaml.safe_load(path.read_text("utf-8"))["unit"]["family"] for path in files}


@dataclass(slots=True)
class Over:
    """The unit shown by another family in a month: failures ``wanted``, of which some are ``lost`` (not told for certain), and
    ``wrong`` ones; all findings."""

    family: str
    findings: list[Finding]
    wanted: frozenset[Subject]
    lost: frozenset[Subject]
    wrong: frozenset[Subject]


def made_over(family: str, month: dt.date, folder: Path) -> Over:
    """Crawls and judges ``MADE_OVER`` as a family shows it."""
    with serve(port=0, units=(MADE_OVER,), family=family) as served:
        findings = inspect(served, month, folder)[0]
    own = [f for f in findings if not load_mandates().by_id[f.mandate].alias_of]
    failed = frozenset((f.mandate, f.subject) for f in own if f.outcome is Outcome.FAILED)
    wanted = truth()[month][MADE_OVER].failed
    return Over(family, own, wanted, wanted - failed, failed - wanted)


def tallies(judged: Judged, over: Iterable[Over] = ()) -> dict[str, Tally]:
    """By check, all checks there are; of what was made over only outcomes and families count."""
    mandates = load_mandates().by_id
    found = {check: Tally() for check in all_checks()}
    for one in over:
        for finding in one.findings:
            found[finding.check].outcomes[finding.outcome] += 1
            found[finding.check].families.setdefault(finding.outcome, set()).add(one.family)
    for month, findings in judged.items():
        for unit, expected in truth()[month].items():
            own = [f for f in findings if f.unit == unit and not mandates[f.mandate].alias_of]
            failed = {(f.mandate, f.subject) for f in own if f.outcome is Outcome.FAILED}
            for mandate, subject in expected.failed | failed:
                tally = found[mandates[mandate].check]
                tally.planted += (mandate, subject) in expected.failed
                tally.found += (mandate, subject) in expected.failed & failed
                tally.wrong += (mandate, subject) in failed - expected.failed
            for finding in own:
                tally = found[finding.check]
                tally.outcomes[finding.outcome] += 1
                tally.families.setdefault(finding.outcome, set()).add(families()[unit])
    return found


def total(found: Iterable[Tally]) -> Tally:
    """All checks together."""
    listed = list(found)
    return Tally(sum(t.planted for t in listed), sum(t.found for t in listed), sum(t.wrong for t in listed))


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def document(judged: Judged, over: list[Over]) -> str:
    """docs/accuracy.md."""
    found = tallies(judged, over)
    wanted, lost = sum(len(one.wanted) for one in over), sum(len(one.lost) for one in over)
    every = total(found.values())
    lines = [
        "# Accuracy on the sample district",
        "",
        "Written by `make accuracy`. The sample district is crawled over HTTP and judged in three months; what was planted there is",
        "written by hand in `examples/district/truth.yaml`. It says how the checks do on portals made for them, not on the country's: for",
        "real pages see `make bench` (reading) and the tests on saved real portals.",
        "",
        f"Planted failures: {every.planted}. Found: {every.found}. Missed: {every.planted - every.found}. Wrong accusations: {every.wrong}.",
        f"Precision {_share(every.precision)}, recall {_share(every.recall)}.",
        "",
        f"The unit with most defects, shown by the other families too ({', '.join(OTHERS)}): {wanted} failures, {wanted - lost} found, {lost}",
        f"left to people because something on the page cannot be read for certain; wrong accusations: {sum(len(one.wrong) for one in over)}.",
        "",
        f"Families: {', '.join(FAMILIES)}. In each outcome's column: findings, and in how many families of these it came up.",
        "",
        "| check | planted | found | wrong | precision | recall | fail | pass | cant_tell |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for check, tally in sorted(found.items()):
        cells = [f"{tally.outcomes[o]} ({len(tally.families.get(o, ()))})" if tally.outcomes[o] else "" for o in SHOWN]
        numbers = [tally.planted, tally.found, tally.wrong, _share(tally.precision), _share(tally.recall), *cells]
        lines.append(f"| {check} | " + " | ".join(map(str, numbers)) + " |")
    lines += ["", "## Not shown in the crawled district", ""]
    lines += [
        "These outcomes of these checks come up in their cases (`tests/cases`) only: `by_person` judges nothing, `listed_units` is about the",
        "names of real districts, and no document names the share from which `publish_burst` would be a failure.",
        "",
    ]
    for outcome in SHOWN:
        lacking = [check for check, tally in sorted(found.items()) if outcome in tally.lacking]
        lines.append(f"- no {_WORDS[outcome]}: {', '.join(lacking) or 'none'}")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Prints and writes it."""
    judged: Judged = {}
    with serve(port=0) as served, tempfile.TemporaryDirectory() as held:
        for month in MONTHS:
            folder = Path(held) / str(month)
            folder.mkdir()
            judged[month] = inspect(served, month, folder)[0]
        over = []
        for family in OTHERS:
            for month in (MONTHS[0], MONTHS[-1]):
                folder = Path(held) / f"{family}-{month}"
                folder.mkdir()
                over.append(made_over(family, month, folder))
    text = document(judged, over)
    DOCUMENT.write_text(text, "utf-8")
    print(text)  # noqa: T201


if __name__ == "__main__":
    main()
