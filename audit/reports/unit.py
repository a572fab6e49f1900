"""One unit of an inspection as plain data: what its scorecard shows."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from audit.decisions import Decisions, Exemption, Review
from audit.headlines import headlines
from audit.ledger import Opinion
from audit.points import FirstThree, first_three, lines
from audit.scheme import Scheme
from audit.score import Score, score_unit
from audit.texts import MARKS, MODULES, OUTCOMES, SEVERITIES
from crawler.records import Mark, Page, PageStatus, Site
from rules.findings import Finding, Outcome
from rules.mandate import SUMMARY, Mandate, MandateSet

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
    """Everything one scorecard shows. Of its findings only the failed and the open ones are kept, of its pages only counts: the
    others are read again when asked for, one unit at a time.

    ``account``: where each lost point comes from; ``headlines``: the three failures for which units are criticised by name;
    ``reviewed``: the score when people have been heard, None where none of them said otherwise than the machine; ``by_module``:
    counts of outcomes per module, in the order of the mandate files, ``outcomes`` in all; ``notes``: what must be known of how the pages were
    got, with how many; ``documents``: how many duties of each bind the unit; ``found_by_people``: what a person judged 不合格;
    ``marks``: how the marks at its foot came out.
    """

    def __init__(
        self, site: Site, scheme: Scheme, mandates: MandateSet, decisions: Decisions,
        entries: Callable[[Site], list[Entry]], pages: Callable[[Site], list[Page]],
    ) -> None:  # fmt: skip
        self.site, self.scheme, self.mandates = site, scheme, mandates
        self._entries, self._pages = entries, pages
        own = self.entries
        findings = [entry.finding for entry in own]
        self.score = score_unit(site, findings, scheme, mandates)
        self.account = lines(findings, scheme, mandates)
        self._first_three = first_three(findings, scheme, mandates)
        self._told = {
            outcome: [e for e in own if e.finding.outcome is outcome] for outcome in (Outcome.FAILED, Outcome.CANT_TELL)
        }
        self.documents = Counter(e.mandate.document for e in own if e.finding.outcome is not Outcome.INAPPLICABLE)
        self.found_by_people = [e for e in own if e.review is not None and e.review.opinion == Opinion.FAILED]
        self.marks = {e.finding.subject: e.finding.outcome for e in own if e.finding.check == "footer_marks"}
        heard = [replace(finding, outcome=decisions.outcome(finding)) for finding in findings]
        self.headlines = headlines(heard)
        self.reviewed = self._review(own, heard)
        self.by_module = _by_module(own)
        self.outcomes = Counter(finding.outcome for finding in findings)
        self._count_pages()

    def _review(self, own: list[Entry], heard: list[Finding]) -> Score | None:
        affirmed = frozenset(
            e.finding.mandate for e in own if e.review is not None and e.review.opinion == Opinion.CONFIRMED
        )
        if all(e.finding == said for e, said in zip(own, heard, strict=True)) and not affirmed & set(self.score.veto):
            return None
        return score_unit(self.site, heard, self.scheme, self.mandates, affirmed)

    def _count_pages(self) -> None:
        pages = self.pages
        self.page_counts = Counter(str(page.status) for page in pages)
        marks = Counter(mark for page in pages for mark in page.marks)
        refused = self.page_counts[PageStatus.BLOCKED]
        self.notes = [f"被拦截：{refused}页，未见到的内容不作为扣分依据"] if refused else []
        self.notes += [f"{MARKS[mark]}：{marks[mark]}页" for mark in MARKS if marks[mark]]
        self.wants_browser = marks[Mark.RENDER_WANTED]

    @property
    def entries(self) -> list[Entry]:
        """All of its findings."""
        return self._entries(self.site)

    def of(self, outcome: str) -> list[Entry]:
        """Entries of one outcome, by its value."""
        kept = self._told.get(Outcome(outcome))
        return kept if kept is not None else [e for e in self.entries if e.finding.outcome == outcome]

    @property
    def pages(self) -> list[Page]:
        """The last answer of each of its addresses, without facts."""
        return self._pages(self.site)

    @property
    def page_total(self) -> int:
        return sum(self.page_counts.values())

    @property
    def unseen_pages(self) -> list[Page]:
        return [page for page in self.pages if not page.ok]

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
                found[key] = Problem(entry, [], self._veto(entry.mandate.id))
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

    @property
    def first_three(self) -> FirstThree | None:
        """What mending the three dearest items would give; None without a score, or where nothing costs points."""
        return None if self.score.score is None else self._first_three

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

    def _veto(self, mandate: str) -> str:
        if mandate not in self.scheme.vetoes:
            return ""
        return "单项否决" if mandate in self.vetoes else "否决候选"

    @property
    def vetoes(self) -> tuple[str, ...]:
        """Vetoes that a monitoring window or a person confirmed."""
        return (self.reviewed or self.score).confirmed

    @property
    def candidates(self) -> tuple[str, ...]:
        """Vetoes that wait to be confirmed."""
        return tuple(veto for veto in (self.reviewed or self.score).veto if veto not in self.vetoes)

    @property
    def passes(self) -> bool | None:
        """Whether the score reaches the pass line; None where there is none."""
        return None if self.score.score is None else self.score.score >= self.scheme.pass_line


def _by_module(entries: list[Entry]) -> list[tuple[str, Counter[str]]]:
    found: dict[str, Counter[str]] = {}
    for entry in entries:
        found.setdefault(entry.module, Counter())[str(entry.finding.outcome)] += 1
    return list(found.items())


@dataclass(slots=True)
class Problem:
    """A failed duty: the finding that carries the points, and those of other documents that ask the same."""

    entry: Entry
    also: list[Entry]
    veto: str
    """What it is called where it is a veto, confirmed or not; "" where it is none."""

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
