"""Makes the Word template of the bulletin (``make template``): the page form of GB/T 9704-2012 with the places that docxtpl
fills. An office edits a copy in Word: ``gongkai template FILE``."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from audit.reports import official
from audit.reports.official import CENTRE, HEADING_FONT, RED, RIGHT, SUB_FONT, TITLE_FONT, heading, line

TEMPLATE = Path(__file__).parent / "templates" / "bulletin.docx"
_PROBLEMS = (["序号", "单位", "对象", "问题", "依据", "网址", "发现时间"], ["p.number", "p.unit", "p.subject", "p.message", "p.source", "p.url", "p.day"], [11, 32, 34, 58, 40, 52, 20])  # fmt: skip
_RANKING = (["名次", "单位", "级别", "得分", "评定"], ["r.rank", "r.unit", "r.level", "r.score", "r.grade"], [20, 90, 50, 40, 47])  # fmt: skip


def make(path: Path) -> None:
    """Writes the template; the same bytes each time."""
    paper = official.new_paper("通报模板")
    _body(paper)
    _annexes(paper)
    official.save(paper, path)


def _body(paper: Any) -> None:
    line(paper, "{%p if draft %}", indent=False)
    line(paper, "草稿（待审批）", bold=True, colour=RED, align=RIGHT, indent=False)
    line(paper, "{%p endif %}", indent=False)
    line(paper, "{{ title }}", font=TITLE_FONT, size=22, align=CENTRE, indent=False, spacing=36)
    line(paper, "", indent=False)
    line(paper, "各有关单位：", indent=False)
    line(paper, "{{ opening }}")
    heading(paper, "一、总体情况")
    _each(paper, "text", "overall", "{{ text }}")
    line(paper, "{%p if merits %}", indent=False)
    line(paper, "（一）做得较好的方面", font=SUB_FONT, keep=True)
    _each(paper, "text", "merits", "{{ text }}")
    line(paper, "{%p endif %}", indent=False)
    heading(paper, "二、发现的主要问题")
    _each(paper, "text", "problem_notes", "{{ text }}")
    line(paper, "{%p for group in classes %}", indent=False)
    line(paper, "（{{ group.number }}）{{ group.name }}（{{ group.count }}个）", font=SUB_FONT, keep=True)
    _each(paper, "text", "group.lines", "{{ text }}")
    line(paper, "{%p endfor %}", indent=False)
    heading(paper, "三、整改要求")
    _each(paper, "text", "demands", "{{ text }}")
    line(paper, "", indent=False, keep=True)
    line(paper, "{%p for text in annexes %}", indent=False, keep=True)
    line(paper, "{{ text }}", keep=True)
    line(paper, "{%p endfor %}", indent=False, keep=True)
    line(paper, "", indent=False, keep=True)
    line(paper, "（发文机关）　　", align=RIGHT, indent=False, keep=True)
    line(paper, "{{ date }}　　　　", align=RIGHT, indent=False)


def _each(paper: Any, name: str, listed: str, text: str) -> None:
    line(paper, f"{{%p for {name} in {listed} %}}", indent=False)
    line(paper, text)
    line(paper, "{%p endfor %}", indent=False)


def _annexes(paper: Any) -> None:
    official.wide_section(paper)
    line(paper, "附件1　问题清单", font=HEADING_FONT, size=14, indent=False, keep=True)
    _table(paper, "p", "rows", *_PROBLEMS)
    line(paper, "{{ rows_note }}", size=10.5, spacing=16, indent=False)
    line(paper, "{%p if ranking %}", indent=False)
    line(paper, "附件4　得分和名次", font=HEADING_FONT, size=14, indent=False, keep=True)
    _table(paper, "r", "ranking", *_RANKING)
    line(paper, "{%p endif %}", indent=False)
    line(paper, "{%p if approval %}", indent=False)
    line(paper, "本通报经{{ approval }}。", size=10.5, spacing=16, indent=False)
    line(paper, "{%p endif %}", indent=False)
    line(paper, "{{ scheme_note }}", size=10.5, spacing=16, indent=False)


def _table(paper: Any, name: str, listed: str, header: list[str], cells: list[str], widths: Sequence[float]) -> None:
    start = [f"{{%tr for {name} in {listed} %}}", *[""] * (len(cells) - 1)]
    end = ["{%tr endfor %}", *[""] * (len(cells) - 1)]
    official.table(paper, header, [start, [f"{{{{ {cell} }}}}" for cell in cells], end], widths)


if __name__ == "__main__":
    make(TEMPLATE)
