"""``bulletin.docx``: a draft 通报 in the usual order of such papers. Ranking is left out."""

from pathlib import Path
from typing import Any

from audit.reports.model import Problem, ReportData
from audit.reports.official import CENTRE, RED, RIGHT, SUB_FONT, TITLE_FONT, heading, line, new_paper, save
from audit.texts import KINDS, points

_NUMERALS = "一二三四五六七八九十"


def write_bulletin(data: ReportData, path: Path) -> None:
    """A4, 仿宋 三号 as in GB/T 9704, marked 草稿（待审批）. The same data gives the same bytes."""
    paper = new_paper("通报草稿")
    line(paper, "草稿（待审批）", bold=True, colour=RED, align=RIGHT, indent=False)
    line(paper, f"关于{data.record.as_of.year}年{data.record.as_of.month}月政府信息公开监测情况的通报", font=TITLE_FONT, size=22, align=CENTRE, indent=False)  # fmt: skip
    line(paper, "各有关单位：", indent=False)
    line(paper, _opening(data))
    heading(paper, "一、总体情况")
    for text in _overall(data):
        line(paper, text)
    heading(paper, "二、发现的主要问题")
    _problems(paper, data)
    heading(paper, "三、整改要求")
    for text in _demands():
        line(paper, text)
    line(paper, "附件：问题清单、待核清单、栏目更新情况、年报勾稽核查表（见工作簿 scorecards.xlsx）")
    line(paper, "（发文机关）", align=RIGHT, indent=False)
    line(paper, "（日期）", align=RIGHT, indent=False)
    save(paper, path)


def _opening(data: ReportData) -> str:
    documents = []
    for unit in data.units:
        for entry in unit.entries:
            document = entry.mandate.document
            name = f"《{document.title}》（{document.number}）"
            if document.number and entry.finding.outcome != "inapplicable" and name not in documents:
                documents.append(name)
    record = data.record
    return (
        f"依据{'、'.join(documents[:5])}等要求，对{len(data.units)}个单位的网站开展{KINDS[record.kind]}检查，检查日为"
        f"{record.as_of.year}年{record.as_of.month}月{record.as_of.day}日，采用技术监测方式，未见到的页面不作判定。现将情况通报如下。"
    )


def _overall(data: ReportData) -> list[str]:
    units = data.units
    unassessed = [unit.site.name for unit in units if unit.score.score is None]
    vetoed = [unit.site.name for unit in units if unit.score.veto]
    below = [unit.site.name for unit in data.assessed if unit.passes is False]
    pages = sum(unit.page_total for unit in units)
    seen = sum(unit.page_counts["ok"] for unit in units)
    checked = "未经核对" if data.scheme.unverified else "已核对"
    problems, open_ = sum(len(u.problems) for u in units), sum(u.score.cant_tell for u in units)
    first = f"本次应检查单位{len(units)}个，已评{len(data.assessed)}个，查看页面{pages}个，其中正常打开{seen}个。"
    texts = [
        f"{first}可自动判定部分平均得分{points(data.mean)}分（评分参数{checked}）。",
        f"共发现问题{problems}个，另有{open_}条待人工核对，未计入问题。",
    ]
    if vetoed:
        texts.append(f"有单项否决候选情形、须按监测期确认的单位：{'、'.join(vetoed)}。")
    if below:
        texts.append(f"得分低于{data.scheme.pass_line:g}分的单位：{'、'.join(below)}。")
    if unassessed:
        texts.append(f"未能评分的单位：{'、'.join(unassessed)}。")
    return texts


def _problems(paper: Any, data: ReportData) -> None:
    by_module: dict[str, list[str]] = {}
    for unit in data.units:
        for group in unit.problem_groups:
            by_module.setdefault(group[0].entry.module, []).append(_problem(unit.site.name, group))
    if not by_module:
        line(paper, "本次检查未发现问题。")
    for index, (module, texts) in enumerate(by_module.items()):
        number = _NUMERALS[index] if index < len(_NUMERALS) else str(index + 1)
        line(paper, f"（{number}）{module}（{len(texts)}个）", font=SUB_FONT)
        for order, text in enumerate(texts, 1):
            line(paper, f"{order}．{text}")


def _problem(unit: str, group: list[Problem]) -> str:
    """A duty's problems at one unit in one sentence, the first few told."""
    first = group[0]
    told = "；".join(problem.entry.finding.message for problem in group[:3])
    more = f"；等共{len(group)}处" if len(group) > 3 else ""
    return f"{unit}：{told}{more}（依据：{first.sources[0]}；网址：{first.entry.finding.url or '—'}）"


def _demands() -> list[str]:
    return [
        "各有关单位要对照问题清单逐项核实整改，举一反三，于收到本通报之日起10个工作日内反馈整改情况；对判定有异议的，一并提交页面截图、发布记录等材料。",
        "列入待核清单的事项，由各单位自行核对并说明情况。",
    ]
