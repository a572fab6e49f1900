"""One inspection as plain data for templates, workbook and bulletin."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property

from audit.decisions import Decisions, Exemption, Review
from audit.headlines import Headline, headlines
from audit.inspection import Inspection, latest
from audit.judged import scores_of
from audit.ledger import Opinion
from audit.points import FirstThree, Line, first_three, lines
from audit.rollup import Rollup
from audit.scheme import Scheme, scheme_of
from audit.score import Score, score_unit
from audit.texts import MARKS, MODULES, OUTCOMES, SEVERITIES
from crawler.records import BadInput, Mark, Page, Site
from rules.findings import Finding, Outcome
from rules.mandate import SUMMARY, Mandate, MandateSet, load_mandates

#: Units from which on a share of them says something.
_FEW = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """A finding with what a reader needs beside it."""

    finding: Finding
    mandate: Mandate
    unit_name: str
    meant: Mandate
    """The mandate itself, or the one it is an alias of."""
    review: Review | None = None
    """The last word of a person on it."""
    exemption: Exemption | None = None
    """Leave not to mend it that holds on the inspection's day, or was given when it was reviewed."""

    @property
    def outcome(self) -> str:
        return OUTCOMES[self.finding.outcome]

    @property
    def module(self) -> str:
        return MODULES.get(self.mandate.module, self.mandate.module)

    @property
    def severity(self) -> str:
        return SEVERITIES[self.mandate.severity]

    @property
    def source(self) -> str:
        """The document and clause a finding rests on."""
        return self.mandate.source

    @property
    def mend(self) -> str:
        return self.mandate.checker.section("怎样改")


class UnitReport:
    """Everything one scorecard shows. ``heard``: the findings, each with the outcome the last person gave it who looked at it."""

    def __init__(
        self,
        site: Site,
        score: Score,
        entries: list[Entry],
        pages: list[Page],
        scheme: Scheme,
        mandates: MandateSet,
        heard: list[Finding],
    ) -> None:
        self.site = site
        self.score = score
        self.heard = heard
        self.mandates = mandates
        self.entries = entries
        self.pages = pages
        self.scheme = scheme

    def of(self, outcome: str) -> list[Entry]:
        """Entries of one outcome, by its value."""
        return [entry for entry in self.entries if entry.finding.outcome == outcome]

    @cached_property
    def problems(self) -> list["Problem"]:
        """Failed findings, those of one duty put together, dearest first."""
        found: dict[tuple[str, str, str], Problem] = {}
        for entry in self.of(Outcome.FAILED):
            if entry.mandate.check == SUMMARY:
                continue  # its parts stand in the list themselves
            where = self.scheme.place(entry.meant)
            title = where[1].title if where else entry.meant.title
            key = (title, entry.finding.check, entry.finding.subject)
            if key in found:
                found[key].also.append(entry)
            else:
                found[key] = Problem(entry, [], entry.mandate.id in self.scheme.vetoes)
        order = {"high": 0, "medium": 1, "low": 2}
        return sorted(
            found.values(), key=lambda p: (not p.veto, -p.points, order[p.entry.mandate.severity], p.entry.mandate.id)
        )

    @cached_property
    def problem_groups(self) -> list[list["Problem"]]:
        """Problems of one mandate together, in the order of their dearest."""
        groups: dict[str, list[Problem]] = {}
        for problem in self.problems:
            groups.setdefault(problem.entry.mandate.id, []).append(problem)
        return list(groups.values())

    @property
    def problem_count(self) -> int:
        return len(self.problems)

    @cached_property
    def findings(self) -> list[Finding]:
        return [entry.finding for entry in self.entries]

    @cached_property
    def account(self) -> list[Line]:
        """Where each lost point comes from; base - their sum is the score."""
        return lines(self.findings, self.scheme, self.mandates)

    @cached_property
    def first_three(self) -> FirstThree | None:
        """What mending the three dearest items would give; None without a score, or where nothing costs points."""
        return None if self.score.score is None else first_three(self.findings, self.scheme, self.mandates)

    @property
    def standing(self) -> str:
        """Where the unit stands among those of its level, and what mending would give."""
        said = ""
        score = self.score
        if score.level_units >= _FEW and score.level_above is not None and score.level_median is not None:
            said = f"同级{score.level_units}个单位得分的中位数是{score.level_median:g}分，本单位高于其他单位的{score.level_above:.0%}。"
        if first := self.first_three:
            count = "一两三"[len(first.items) - 1]
            said += f"若先整改扣分最多的{count}项（{'、'.join(first.items)}），可得{first.score:g}分。"
        return said

    @property
    def unjudged(self) -> str:
        """What the score does not know yet."""
        score, at_stake = self.score, round((self.score.high or 0.0) - (self.score.low or 0.0), 2)
        return (
            f"待核的{score.cant_tell}条没有判定（占应由程序判定的{1 - score.coverage:.0%}），最多还影响{at_stake:g}分；"
            f"{score.untested}条须由人工核查，不在得分里。"
        )

    @cached_property
    def reviewed(self) -> Score | None:
        """The score when people have been heard; None where none of them said otherwise than the machine."""
        affirmed = frozenset(
            e.finding.mandate for e in self.entries if e.review is not None and e.review.opinion == Opinion.CONFIRMED
        )
        if self.heard == self.findings and not affirmed & set(self.score.veto):
            return None
        return score_unit(self.site, self.heard, self.scheme, self.mandates, affirmed)

    @property
    def vetoes(self) -> tuple[str, ...]:
        """Vetoes that a monitoring window or a person confirmed."""
        return (self.reviewed or self.score).confirmed

    @property
    def candidates(self) -> tuple[str, ...]:
        """Vetoes that wait to be confirmed."""
        return tuple(veto for veto in (self.reviewed or self.score).veto if veto not in self.vetoes)

    @cached_property
    def headlines(self) -> list[Headline]:
        """The three failures for which units are criticised by name."""
        return headlines(self.heard)

    @cached_property
    def by_module(self) -> list[tuple[str, Counter[str]]]:
        """Counts of outcomes per module, in the order of the mandate files."""
        found: dict[str, Counter[str]] = {}
        for entry in self.entries:
            found.setdefault(entry.module, Counter())[str(entry.finding.outcome)] += 1
        return list(found.items())

    @cached_property
    def page_counts(self) -> Counter[str]:
        return Counter(str(page.status) for page in self.pages)

    @cached_property
    def unseen_pages(self) -> list[Page]:
        return [page for page in self.pages if not page.ok]

    @cached_property
    def notes(self) -> list[str]:
        """What must be known of how the unit's pages were got, with how many: 旧版安全连接：37页."""
        found = Counter(mark for page in self.pages for mark in page.marks)
        return [f"{MARKS[mark]}：{found[mark]}页" for mark in MARKS if found[mark]]

    @property
    def passes(self) -> bool | None:
        """Whether the score reaches the pass line; None where there is none."""
        return None if self.score.score is None else self.score.score >= self.scheme.pass_line


@dataclass(slots=True)
class Problem:
    """A failed duty: the finding that carries the points, and those of other documents that ask the same."""

    entry: Entry
    also: list[Entry]
    veto: bool

    @property
    def points(self) -> float:
        return self.entry.finding.points

    @property
    def decided(self) -> list[str]:
        """What people said of it, beside it."""
        entry, said = self.entry, []
        if entry.review is not None:
            by = "，".join(word for word in (entry.review.reviewer, entry.review.note) if word)
            said.append(f"{entry.review.opinion}（{by}）" if by else entry.review.opinion)
        if entry.exemption is not None:
            said.append(entry.exemption.words)
        return said

    @property
    def responsible(self) -> str:
        return self.entry.review.responsible if self.entry.review else ""

    @property
    def deadline(self) -> dt.date | None:
        return self.entry.review.deadline if self.entry.review else None

    @property
    def sources(self) -> list[str]:
        return list(dict.fromkeys(entry.source for entry in (self.entry, *self.also)))


@dataclass(slots=True)
class Common:
    """A duty and the units that fail it."""

    mandate: Mandate
    source: str
    units: list[str]


class ReportData:
    """All units of one inspection, in the order of the site list, with what people decided about them and the
    figures of other inspections it puts together."""

    def __init__(
        self, inspection: Inspection, decisions: Decisions | None = None, rollup: Rollup | None = None
    ) -> None:
        self.rollup = rollup
        self.inspection = inspection
        self.record = inspection.record
        self.decisions = decisions or Decisions()
        self.mandates: MandateSet = load_mandates()
        if self.record.digests.get("mandates") != self.mandates.digest:
            raise BadInput(f"{inspection.path}: 要求文件在判定之后有变动，请先重新运行 gongkai check {inspection.path}")
        self.scheme = scheme_of(inspection, self.mandates)
        names = {site.id: site.name for site in inspection.sites}
        entries: dict[str, list[Entry]] = {site.id: [] for site in inspection.sites}
        findings = inspection.findings()
        for finding in findings:
            entries[finding.unit].append(self._entry(finding, names[finding.unit]))
        scores = scores_of(inspection, findings, self.mandates)
        self.units = [
            UnitReport(
                site, scores[site.id], entries[site.id], latest(inspection.pages(site)), self.scheme, self.mandates,
                [replace(e.finding, outcome=self.decisions.outcome(e.finding)) for e in entries[site.id]],
            )
            for site in inspection.sites
        ]  # fmt: skip

    def _entry(self, finding: Finding, name: str) -> Entry:
        mandate, meant = self.mandates.by_id[finding.mandate], self.mandates.meant(finding.mandate)
        key = (finding.unit, finding.mandate, finding.subject)
        review = self.decisions.review(finding.inspection, key)
        exemption = self.decisions.exemption(key, self.record.as_of)
        exemption = exemption or self.decisions.exemption_given(finding.inspection, key)
        return Entry(finding, mandate, name, meant, review, exemption)

    @cached_property
    def common(self) -> list["Common"]:
        """Failed duties by the number of units that fail them."""
        found: dict[str, Common] = {}
        for unit in self.units:
            for problem in unit.problems:
                mandate = problem.entry.mandate
                row = found.setdefault(mandate.id, Common(mandate, problem.entry.source, []))
                if unit.site.name not in row.units:
                    row.units.append(unit.site.name)
        return sorted(found.values(), key=lambda row: -len(row.units))

    @property
    def wants_browser(self) -> int:
        """How many pages a browser would add."""
        return sum(Mark.RENDER_WANTED in page.marks for unit in self.units for page in unit.pages)

    @property
    def assessed(self) -> list[UnitReport]:
        return [unit for unit in self.units if unit.score.score is not None]

    @property
    def mean(self) -> float | None:
        values = [unit.score.score for unit in self.assessed if unit.score.score is not None]
        return round(sum(values) / len(values), 2) if values else None
