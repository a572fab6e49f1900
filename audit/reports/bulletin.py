"""``bulletin.docx``: the 通报, filled into a Word template. What people decided is heard; without approval it is a draft and ranks
nobody."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from audit.approval import approval_of
from audit.files import freeze_zip, whole
from audit.ledger import Opinion
from audit.reports.bulletin_form import TEMPLATE
from audit.reports.model import Problem, ReportData, UnitReport
from audit.rollup import previous
from audit.texts import points
from crawler.records import BadInput
from rules.findings import Outcome

_NUMERALS = "一二三四五六七八九十"
#: Problems told of one class; units named of one merit; rows of the annex.
_TOLD, _NAMED, _ROWS = 12, 5, 300
#: Share of a module's duties that must be decided before its unit is praised; how many at least.
_SURE, _LEAST = 0.8, 3
_PRAISE = {
    "法定公开内容": "法定主动公开内容栏目齐全、更新正常",
    "年度报告": "政府信息公开年度报告编制发布规范",
    "公开指南": "公开指南要素齐全",
    "政策解读": "政策解读与文件相互关联、更新及时",
    "网站运行": "网站内容更新和运行维护正常",
}
_CHINA = dt.timezone(dt.timedelta(hours=8))
_ERROR_ENTRY = "我为政府网站找错"


def write_bulletin(data: ReportData, path: Path, template: Path | None = None) -> None:
    """The same data and template give the same bytes. ``template``: the office's own. Raises ``BadInput`` for one that cannot be
    filled."""
    source = template or TEMPLATE
    try:
        paper = DocxTemplate(str(source))
        environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
        paper.render(_plain(content(data)), environment, autoescape=True)
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError, OSError) as error:
        raise BadInput(f"{source}: 不是Word模板（.docx），可以用 gongkai template 文件名.docx 得到一份再改") from error
    except TemplateError as error:
        line = getattr(error, "lineno", None)
        where = f"（第{line}行附近）" if line else ""
        raise BadInput(
            f"{source}: 模板里的标记不对{where}：{error}；可用的名称见 gongkai template 给出的模板"
        ) from error
    with whole(path) as temporary:
        paper.save(str(temporary))
        freeze_zip(temporary)


def content(data: ReportData) -> dict[str, Any]:
    """What the template may show: texts, lists of texts, and rows."""
    approval = approval_of(data.inspection)
    found = [_Told(unit, problem) for unit in data.units for problem in unit.problems]
    kept = sorted((one for one in found if one.counts), key=lambda one: (not one.problem.veto, -one.problem.points))
    record, day = data.record, data.record.as_of
    published = approval is not None
    ranking = _ranking(data) if published and not data.scheme.unverified else []
    return {
        "draft": not published,
        "approval": approval.words if approval else "",
        "title": f"关于{_period(record.kind, day)}政府网站和政府信息公开检查情况的通报",
        "date": _date(approval.on) if approval else "（日期）",
        "opening": _opening(data),
        "overall": list(_overall(data, len(kept), scores=not (published and data.scheme.unverified))),
        "merits": _merits(data),
        "problem_notes": list(_problem_notes(data, found, kept)),
        "classes": _classes(kept),
        "demands": _demands(),
        "annexes": _annexes(bool(ranking)),
        "rows": [one.row(number) for number, one in enumerate(kept[:_ROWS], 1)],
        "rows_note": f"共{len(kept)}个，只列前{_ROWS}个，其余见工作簿“问题清单”。" if len(kept) > _ROWS else f"共{len(kept)}个。",
        "ranking": ranking,
        "scheme_note": f"{data.scheme.title}；{data.scheme.vouched}。",
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Told:
    """A problem as the bulletin tells it."""

    unit: UnitReport
    problem: Problem

    @property
    def opinion(self) -> str:
        review = self.problem.entry.review
        return review.opinion if review else ""

    @property
    def exempt(self) -> bool:
        return self.problem.entry.exemption is not None

    @property
    def counts(self) -> bool:
        """Whether it is told: not what a person found to be none, nor what an exemption excuses."""
        return self.opinion != Opinion.FALSE_ALARM and not self.exempt

    @property
    def subject(self) -> str:
        finding, title = self.problem.entry.finding, self.problem.entry.mandate.title
        name = finding.subject.removeprefix("栏目:").removeprefix("文件:")
        return f"“{name}”栏目" if finding.subject.startswith("栏目:") else name if name != title else title

    @property
    def day(self) -> str:
        taken = self.problem.entry.finding.fetched_at
        return dt.datetime.fromisoformat(taken).astimezone(_CHINA).strftime("%Y-%m-%d") if taken else "—"

    @property
    def marks(self) -> str:
        """What a reader must know beside the problem."""
        mandate = self.problem.entry.mandate.id
        said = "候选" in self.problem.entry.finding.message
        veto = (
            self.problem.veto
            and not said
            and ("单项否决" if mandate in self.unit.vetoes else "单项否决候选，须按监测期确认")
        )
        claimed = self.opinion == Opinion.CLAIMED and "单位已报整改，待核实"
        words = "；".join(word for word in (veto, claimed) if word)
        return f"【{words}】" if words else ""

    def row(self, number: int) -> dict[str, str]:
        finding = self.problem.entry.finding
        return {
            "number": str(number), "unit": self.unit.site.name, "subject": self.subject, "message": finding.message + self.marks,
            "source": self.problem.sources[0], "url": finding.url or "—", "day": self.day,
        }  # fmt: skip

    def line(self, number: int) -> str:
        """单位—栏目—问题—依据条款—网址—发现时间."""
        finding = self.problem.entry.finding
        column = finding.subject.startswith("栏目:") and self.subject.removesuffix("栏目") not in finding.message
        subject = f"—{self.subject}" if column else ""
        where = f"；{finding.url}" if finding.url else ""
        return f"{number}．{self.unit.site.name}{subject}：{finding.message}{self.marks}（{self.problem.sources[0]}{where}；{self.day}）"


def _date(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _period(kind: str, day: dt.date) -> str:
    if kind == "yearly":
        return f"{day.year}年度"
    if kind == "quarterly":
        return f"{day.year}年第{_NUMERALS[(day.month - 1) // 3]}季度"
    return _date(day) if kind == "daily" else f"{day.year}年{day.month}月"


def _names(units: list[UnitReport], most: int = _NAMED) -> str:
    more = f"等{len(units)}个单位" if len(units) > most else ""
    return "、".join(unit.site.name for unit in units[:most]) + more


def _opening(data: ReportData) -> str:
    bound: Counter[Any] = Counter()
    for unit in data.units:
        bound.update({document: n for document, n in unit.documents.items() if document.number})
    named = "、".join(f"《{document.title}》（{document.number}）" for document, _ in bound.most_common(4))
    record = data.record
    basis = f"依据{named}等要求，" if named else ""
    return (
        f"{basis}对{len(data.units)}个单位的网站开展了政府信息公开检查，检查日为{_date(record.as_of)}，"
        "采用技术监测与人工核查相结合的方式，没有见到的页面不作判定。现将有关情况通报如下。"
    )


def _overall(data: ReportData, problems: int, *, scores: bool) -> Iterator[str]:
    """``scores``: whether points may be told: numbers that nobody vouched for cost no published point."""
    units, assessed = data.units, data.assessed
    seen, pages = sum(u.page_counts["ok"] for u in units), sum(u.page_total for u in units)
    yield (
        f"本次应检查单位{len(units)}个，已评分{len(assessed)}个，占{len(assessed) / max(1, len(units)):.1%}；查看页面{pages}个，正常打开{seen}个。"
        f"共发现问题{problems}个，另有{sum(u.score.cant_tell for u in units)}条待人工核对，不作为问题。"
    )
    known = [s for u in assessed if (s := (u.reviewed or u.score).score) is not None] if scores else []
    if known:
        mean = round(sum(known) / len(known), 2)
        passing = [
            u for u in assessed if ((u.reviewed or u.score).score or 0) >= data.scheme.pass_line and not u.vetoes
        ]
        reviewed = "（已按人工复核意见计算）" if any(u.reviewed for u in units) else ""
        yield (
            f"可以自动判定的部分，平均得分{points(mean)}分{reviewed}，{len(passing)}个单位在{data.scheme.pass_line:g}分以上，"
            f"合格率{len(passing) / len(assessed):.1%}。{_since(data)}{_bands(data)}{data.scheme.vouched}。"
        )
    if vetoed := [u for u in units if u.vetoes]:
        yield f"出现单项否决情形、判定为不合格的单位：{_names(vetoed, len(vetoed))}。"
    if candidates := [u for u in units if u.candidates]:
        yield f"有单项否决候选情形、须按监测期确认的单位{len(candidates)}个：{_names(candidates, 20)}。"
    marks = Counter(u.marks[_ERROR_ENTRY] for u in units if _ERROR_ENTRY in u.marks)
    if judged := marks[Outcome.PASSED] + marks[Outcome.FAILED]:
        yield f"“我为政府网站找错”监督举报入口：看清的{judged}个网站中有{marks[Outcome.PASSED]}个设置，占{marks[Outcome.PASSED] / judged:.1%}。"
    if unassessed := [u for u in units if u.score.score is None]:
        yield f"没有见到足够页面或者不适用、未能评分的单位{len(unassessed)}个：{_names(unassessed, 20)}。"


def _since(data: ReportData) -> str:
    """The change since the inspection of this kind before, where both are of one measure; as the program scored both."""
    before = previous(data.inspection)
    if before is None or data.mean is None:
        return ""
    by = round(data.mean - before.mean, 2)
    how = f"{'上升' if by > 0 else '下降'}{abs(by):g}分" if by else "持平"
    return f"程序评定的平均得分与上次（{_date(before.day)}）相比{how}。"


def _bands(data: ReportData) -> str:
    if not data.scheme.bands:
        return ""
    graded = Counter((u.reviewed or u.score).grade for u in data.assessed)
    told = [f"{band.name}的{graded[band.name]}个" for band in reversed(data.scheme.bands) if graded[band.name]]
    return f"其中{'、'.join(told)}。" if told else ""


def _merits(data: ReportData) -> list[str]:
    """What units did well: modules without a problem of which enough was seen."""
    told = []
    for module, words in _PRAISE.items():
        good = [unit for unit in data.units if _is_good(unit, module)]
        if good:
            told.append(f"{_names(good)}{words}。")
    return told


def _is_good(unit: UnitReport, module: str) -> bool:
    n = dict(unit.by_module).get(module, Counter())
    asked = n["passed"] + n["failed"] + n["cant_tell"]
    return (
        not n["failed"]
        and n["passed"] >= _LEAST
        and n["passed"] >= _SURE * asked
        and not unit.candidates
        and not unit.vetoes
    )


def _problem_notes(data: ReportData, found: list[_Told], kept: list[_Told]) -> Iterator[str]:
    if not kept and not any(unit.found_by_people for unit in data.units):
        yield "本次检查没有发现问题。"
    wrong = sum(one.opinion == Opinion.FALSE_ALARM for one in found)
    exempt = sum(one.exempt and one.opinion != Opinion.FALSE_ALARM for one in found)
    if wrong or exempt:
        yield f"经人工复核，{wrong}个为误报，已剔除；{exempt}个有批准的例外，不再列入。"
    by_people = [(unit, entry) for unit in data.units for entry in unit.found_by_people]
    if by_people:
        told = "；".join(
            f"{unit.site.name}：{entry.mandate.title}（{entry.source}）" for unit, entry in by_people[:_TOLD]
        )
        yield f"人工核查发现不合格{len(by_people)}项：{told}。"


def _classes(kept: list[_Told]) -> list[dict[str, Any]]:
    """Problems by class, the class with the worst first."""
    found: dict[str, list[_Told]] = {}
    for one in kept:
        found.setdefault(one.problem.entry.module, []).append(one)
    classes = []
    for place, (name, told) in enumerate(found.items()):
        lines = [one.line(number) for number, one in enumerate(told[:_TOLD], 1)]
        if len(told) > _TOLD:
            lines.append(f"另有{len(told) - _TOLD}个同类问题，见附件1。")
        number = _NUMERALS[place] if place < len(_NUMERALS) else str(place + 1)
        classes.append({"number": number, "name": name, "count": len(told), "lines": lines})
    return classes


def _demands() -> list[str]:
    return [
        "（一）逐项整改。各有关单位要对照问题清单逐项核实，立行立改；复核时写明期限的按期限完成，没有写明的于收到本通报之日起10个工作日内完成，并书面反馈整改情况。",
        "（二）举一反三。对同类栏目、同类文件全面自查，防止问题反复；待核事项由各单位自行核对。",
        "（三）如实反映。对判定有异议的，在期限内一并提交页面截图、发布记录等材料，可以申请查阅存档的页面。",
    ]


def _annexes(ranked: bool) -> list[str]:
    listed = ["附件：1．问题清单", "　　　2．栏目更新情况表（见工作簿）", "　　　3．年报勾稽核查表（见工作簿）"]
    return [*listed, "　　　4．得分和名次"] if ranked else listed


def _ranking(data: ReportData) -> list[dict[str, str]]:
    known = [(unit, unit.reviewed or unit.score) for unit in data.assessed if not unit.vetoes]
    values = sorted((s.score for _, s in known if s.score is not None), reverse=True)
    rows = sorted(known, key=lambda one: (-(one[1].score or 0), one[0].site.id))
    return [
        {"rank": str(values.index(s.score) + 1), "unit": u.site.name, "level": u.site.level, "score": points(s.score), "grade": s.grade}
        for u, s in rows
        if s.score is not None
    ]  # fmt: skip


def _plain(value: Any) -> Any:
    """Without the characters XML cannot hold."""
    if isinstance(value, str):
        return "".join(char for char in value if (char >= " " and char not in "\ufffe\uffff") or char in "\t\n")
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value
