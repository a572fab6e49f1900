"""The reference of mandates and checks as Markdown: ``docs/mandates/``, written by ``make reference``."""

import sys
from collections.abc import Iterator
from pathlib import Path

from audit.files import write_text
from audit.texts import MODULES
from crawler.records import LEVELS
from rules.checks import HEADINGS, Check, all_checks
from rules.mandate import AGENCIES, PERSON, Document, Mandate, MandateSet, load_mandates

FOLDER = Path(__file__).parent.parent / "docs" / "mandates"
_MADE = "<!-- make reference 生成，请勿手改。 -->\n\n"
JUDGED, PARTLY, ASKED = "程序判定", "部分判定", "由人核对"


def how(mandate: Mandate) -> str:
    """How far the machine judges a mandate: to a verdict, to a pass or a question, or not at all."""
    if mandate.check == PERSON:
        return ASKED
    lenient = mandate.params.get("lenient", ())
    only_asks = mandate.checker.leads or (lenient and set(mandate.levels) <= set(lenient))
    return PARTLY if only_asks else JUDGED


def pages(mandates: MandateSet) -> dict[str, str]:
    """The reference's pages by file name."""
    by_document: dict[str, list[Mandate]] = {}
    for mandate in mandates.mandates:
        by_document.setdefault(Path(mandate.file).stem, []).append(mandate)
    found = {f"{code}.md": _MADE + _document(own) for code, own in by_document.items()}
    found["README.md"] = _MADE + _index(by_document, mandates)
    found["checks.md"] = _MADE + _checks(mandates)
    return found


def _index(by_document: dict[str, list[Mandate]], mandates: MandateSet) -> str:
    lines = [
        "# 要求一览",
        "",
        f"共{len(mandates.mandates)}条要求、{len(mandates.settings)}条不针对被检查单位的规定。",
        "“部分判定”：程序只判合格或提出问题，不判不合格；“由人核对”列入工作簿的“人工核查”表；“同”是另一条要求的重复，只判一次，在两处列出。",
        "",
        f"| 文件 | 要求 | {JUDGED} | {PARTLY} | {ASKED} | 同 | 数字未核对 |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    total = [0] * 6
    for code, own in by_document.items():
        ways = [how(mandate) for mandate in own if not mandate.alias_of]
        row = [len(own), *(ways.count(way) for way in (JUDGED, PARTLY, ASKED))]
        row += [sum(1 for m in own if m.alias_of), sum(1 for m in own if m.confidence == "unverified")]
        total = [a + b for a, b in zip(total, row, strict=True)]
        lines.append(f"| [{_cell(_name(own[0].document, code))}]({code}.md) | " + " | ".join(map(str, row)) + " |")
    lines.append("| 合计 | " + " | ".join(map(str, total)) + " |")
    lines += ["", "各检查怎样判见 [checks.md](checks.md)。", "", "## 不针对被检查单位的规定", "", "| 编号 | 名称 | 出处 | 原文 | 在哪里 |", "|---|---|---|---|---|"]  # fmt: skip
    lines += [f"| {s.id} | {_cell(s.title)} | {_cell(s.clause)} | {_cell(s.quote)} | {_cell(s.place)} |" for s in mandates.settings]  # fmt: skip
    return "\n".join(lines) + "\n"


def _name(document: Document, code: str) -> str:
    return "其他法律法规和文件" if code == "OTHER" else f"{document.number}《{document.title}》"


def _document(own: list[Mandate]) -> str:
    code = Path(own[0].file).stem
    lines = [f"# {_name(own[0].document, code)}", "", "| 编号 | 要求 | 条款 | 原文 | 适用 | 类别 | 判定 |", "|---|---|---|---|---|---|---|"]  # fmt: skip
    for m in own:
        title = m.title + ("（数字未核对）" if m.confidence == "unverified" else "")
        source = f"{m.document.title} {m.clause}".strip() if code == "OTHER" else m.clause
        judged = f"同 {m.alias_of}" if m.alias_of else ASKED if m.check == PERSON else f"{how(m)}：[{m.check}](checks.md#{m.check})"  # fmt: skip
        module = MODULES.get(m.module, m.module)
        cells = [m.id, title, source, m.quote, f"{_levels(m)}{_term(m)}", module, judged]
        lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _levels(mandate: Mandate) -> str:
    if set(mandate.levels) == set(LEVELS):
        return "全部单位"
    return "全部行政机关" if set(mandate.levels) == set(AGENCIES) else "、".join(mandate.levels)


def _term(mandate: Mandate) -> str:
    return f"；至{mandate.in_force.until}" if mandate.in_force.until else ""


def _checks(mandates: MandateSet) -> str:
    parts = ["# 检查一览\n"]
    for check in all_checks().values():
        parts += [f'<a id="{check.id}"></a>\n\n## {check.title}（`{check.id}`）\n', *_sections(check)]
        users = [m.id for m in mandates.mandates if m.check == check.id and not m.alias_of]
        more = f"等{len(users)}条" if len(users) > 12 else ""
        parts.append(f"**用于**：{'、'.join(users[:12])}{more}\n" if users else "")
    return "\n".join(part for part in parts if part)


def _sections(check: Check) -> Iterator[str]:
    for heading in HEADINGS:
        yield f"**{heading}**：{check.section(heading)}\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def main() -> None:
    """Writes all pages into the folder given, or ``docs/mandates``; pages of mandates that are gone are taken away."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    made = pages(load_mandates())
    for name, text in made.items():
        write_text(folder / name, text)
    for old in folder.glob("*.md"):
        if old.name not in made:
            old.unlink()


if __name__ == "__main__":
    main()
