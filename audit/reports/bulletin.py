"""``bulletin.docx``: a draft 通报 in the usual order of such papers. Ranking is left out."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from audit.files import freeze_zip, whole
from audit.reports.model import Problem, ReportData
from audit.texts import KINDS, points

_NUMERALS = "一二三四五六七八九十"


def write_bulletin(data: ReportData, path: Path) -> None:
    """A4, 仿宋 三号 as in GB/T 9704, marked 草稿（待审批）. The same data gives the same bytes."""
    paper = Document()
    _page(paper)
    _line(
        paper,
        "草稿（待审批）",
        bold=True,
        colour=RGBColor(0xB3, 0x26, 0x1E),
        align=WD_ALIGN_PARAGRAPH.RIGHT,
        indent=False,
    )
    _line(paper, f"关于{data.record.as_of.year}年{data.record.as_of.month}月政府信息公开监测情况的通报", font="方正小标宋简体", size=22, align=WD_ALIGN_PARAGRAPH.CENTER, indent=False)  # fmt: skip
    _line(paper, "各有关单位：", indent=False)
    _line(paper, _opening(data))
    _heading(paper, "一、总体情况")
    for text in _overall(data):
        _line(paper, text)
    _heading(paper, "二、发现的主要问题")
    _problems(paper, data)
    _heading(paper, "三、整改要求")
    for text in _demands():
        _line(paper, text)
    _line(paper, "附件：问题清单、待核清单、栏目更新情况、年报勾稽核查表（见工作簿 scorecards.xlsx）")
    _line(paper, "（发文机关）", align=WD_ALIGN_PARAGRAPH.RIGHT, indent=False)
    _line(paper, "（日期）", align=WD_ALIGN_PARAGRAPH.RIGHT, indent=False)
    with whole(path) as temporary:
        paper.save(str(temporary))
        freeze_zip(temporary)


def _page(paper: Any) -> None:
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    properties = paper.core_properties
    properties.author = properties.last_modified_by = "gongkai"
    properties.created = properties.modified = datetime(2000, 1, 1, tzinfo=UTC)
    properties.title = "通报草稿"


def _line(
    paper: Any, text: str, *, font: str = "仿宋_GB2312", size: float = 16, bold: bool = False,
    colour: RGBColor | None = None, align: Any = None, indent: bool = True,
) -> None:  # fmt: skip
    paragraph = paper.add_paragraph()
    paragraph.paragraph_format.line_spacing = Pt(28)
    paragraph.paragraph_format.space_after = Pt(0)
    if align is not None:
        paragraph.alignment = align
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(size * 2)
    run = paragraph.add_run(_printable(text))
    run.font.name, run.font.size, run.bold = font, Pt(size), bold
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)
    if colour is not None:
        run.font.color.rgb = colour


def _heading(paper: Any, text: str) -> None:
    _line(paper, text, font="黑体")


def _printable(text: str) -> str:
    return "".join(char for char in text if char >= " " or char in "\t\n")


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
    pages = sum(len(unit.pages) for unit in units)
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
        _line(paper, "本次检查未发现问题。")
    for index, (module, texts) in enumerate(by_module.items()):
        number = _NUMERALS[index] if index < len(_NUMERALS) else str(index + 1)
        _line(paper, f"（{number}）{module}（{len(texts)}个）", font="楷体_GB2312")
        for order, text in enumerate(texts, 1):
            _line(paper, f"{order}．{text}")


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
