"""Mandates x facts -> findings. The only place that catches everything a check may do wrong."""

import datetime as dt
import logging
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from crawler.records import Page, Site
from crawler.visits import Visit
from rules.applicability import why_inapplicable
from rules.documents import find_guide
from rules.findings import Finding, Outcome, Verdict, cant_tell, inapplicable
from rules.mandate import PERSON, SUMMARY, Mandate
from rules.reports import find_reports
from rules.unit import Look, Unit

log = logging.getLogger(__name__)

#: What a check may need to have seen, how the missing thing is called, and who looks for it.
_NEEDS: dict[str, tuple[str, Callable[[Unit], Look[Any]]]] = {
    "home": ("首页", lambda unit: unit.home),
    "platform": ("政府信息公开平台", lambda unit: unit.platform),
    "guide": ("政府信息公开指南", find_guide),
    "reports": ("政府信息公开年度报告", find_reports),
    "visits": (
        "日扫描数据",
        lambda unit: (
            Look(unit.visits) if unit.visits else Look(reason="没有日扫描数据（用 gongkai scan 采集后才能判定）")
        ),
    ),
}
#: What is asked of the visits alone needs no home page seen by the crawl.
_VISITS_ALONE = ("visits",)


class Engine:
    """Judges units one by one. ``broken`` counts checks that raised, by check id; a run with any says so.

    ``sites``: all units of the inspection's list. ``strict`` lets a broken check raise, for tests.
    """

    def __init__(
        self, mandates: Iterable[Mandate], as_of: dt.date, inspection: str, sites: Iterable[Site] = (), *,
        strict: bool = False,
    ) -> None:  # fmt: skip
        self.mandates = list(mandates)
        self.as_of = as_of
        self.inspection = inspection
        self.sites = tuple(sites)
        self.strict = strict
        self.broken: Counter[str] = Counter()
        self._titles = {mandate.id: mandate.title for mandate in self.mandates}

    def judge(self, site: Site, pages: Iterable[Page], visits: Iterable[Visit] = ()) -> list[Finding]:
        """All findings of one unit, in the order of the mandate files. ``visits`` are those of the daily scan."""
        unit = Unit(site, pages, self.as_of, visits, self.sites)
        verdicts: dict[str, list[Verdict]] = {}
        looks: dict[str, Look[Any]] = {}
        for mandate in sorted(self.mandates, key=lambda m: m.check == SUMMARY):
            verdicts[mandate.id] = self._judge_one(unit, mandate, looks, verdicts)
        return [self._finding(site, m, v) for m in self.mandates for v in verdicts[m.id]]

    def _judge_one(
        self, unit: Unit, mandate: Mandate, looks: dict[str, Look[Any]], others: dict[str, list[Verdict]]
    ) -> list[Verdict]:
        if reason := why_inapplicable(mandate, unit.site, self.as_of):
            return [inapplicable(reason)]
        if unit.home.value is None and mandate.check != PERSON and mandate.checker.needs != _VISITS_ALONE:
            return [cant_tell(unit.home.reason)]
        for need in mandate.checker.needs:
            name, find = _NEEDS[need]
            look = looks.get(need) or looks.setdefault(need, find(unit))
            if look.absent:
                return [inapplicable(f"没有找到{name}，缺失已由公开平台的要求判定，此处不重复计")]
            if look.value is None:
                return [cant_tell(look.reason, wanted=mandate.title)]
        try:
            verdicts = list(self._run(unit, mandate, [looks[need].value for need in mandate.checker.needs], others))
        except Exception as error:
            if self.strict:
                raise
            self.broken[mandate.check] += 1
            log.exception("check %s broke on %s of %s", mandate.check, mandate.id, unit.site.id)
            return [cant_tell(f"检查程序出错（{type(error).__name__}），未作判定")]
        return _one_per_subject(verdicts) or [cant_tell("没有见到可以判定的内容")]

    def _run(
        self, unit: Unit, mandate: Mandate, needed: list[Any], others: dict[str, list[Verdict]]
    ) -> Iterable[Verdict]:
        if mandate.check == SUMMARY:
            return mandate.checker.judge(
                {i: (self._titles[i], others[i]) for i in mandate.params["parts"] if i in others}, mandate.parameters
            )
        return mandate.checker.judge(unit, mandate.parameters, *needed)

    def _title_of(self, mandate: Mandate) -> str:
        """The title; an alias is about the same thing as the record it stands for."""
        return self._titles.get(mandate.alias_of, mandate.title)

    def _finding(self, site: Site, mandate: Mandate, verdict: Verdict) -> Finding:
        page = verdict.page
        return Finding(
            inspection=self.inspection,
            unit=site.id,
            mandate=mandate.id,
            check=mandate.check,
            subject=verdict.subject or self._title_of(mandate),
            outcome=verdict.outcome,
            message=f"{verdict.message}（渲染后）" if page and page.rendered else verdict.message,
            quote=verdict.quote[:300],
            seen=verdict.seen[:500],
            wanted=(verdict.wanted or mandate.quote)[:500],
            url=page.url if page else (verdict.looked[0] if verdict.looked else ""),
            sha256=page.sha256 if page else "",
            fetched_at=page.fetched_at if page else "",
            looked=verdict.looked[:50],
            monitored=verdict.monitored,
        )


def _one_per_subject(verdicts: list[Verdict]) -> list[Verdict]:
    """One verdict a subject: the gravest, first in order; how many more there were is said."""
    grave = {Outcome.FAILED: 0, Outcome.CANT_TELL: 1, Outcome.UNTESTED: 2, Outcome.PASSED: 3, Outcome.INAPPLICABLE: 4}
    by_subject: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        by_subject.setdefault(verdict.subject, []).append(verdict)
    kept = []
    for same in by_subject.values():
        first = min(same, key=lambda v: grave[v.outcome])
        alike = sum(1 for v in same if v.outcome is first.outcome)
        kept.append(replace(first, message=f"{first.message}（共{alike}处）") if alike > 1 else first)
    return kept
