"""The reference of mandates and checks as Markdown: ``docs/mandates/``, written by ``make reference``."""

import sys
from collections.abc import Iterator
from pathlib import Path

from audit.coverage import ASKED, JUDGED, PARTLY, SERIES, SETTING, TIERS, WAYS, coverage_counts, way
from audit.files import write_text
from audit.texts import MODULES, OUTCOMES
from crawler.records import LEVELS
from rules.checks import HEADINGS, Check, all_checks
from rules.findings import Outcome
from rules.mandate import AGENCIES, PERSON, Document, Mandate, MandateSet, load_mandates

FOLDER = Path(__file__).parent.parent / "docs" / "mandates"
_MADE = "<!-- make reference 生成，请勿手改。 -->\n\n"


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
        f"共{len(mandates.mandates)}条要求、{len(mandates.settings)}条不针对被检查单位的规定（{SETTING}）。",
        f"{JUDGED}：程序可以判合格或不合格；{PARTLY}：程序只判合格或提出问题；{ASKED}、{SERIES}：列入工作簿的“人工核查”表，其中{SERIES}是要逐期记录的数字，能从年报表格读出的由程序读出。重复另一条要求的（“同”）只判一次，在两处列出，方式与那一条相同。",
        "",
        f"| 文件 | {' | '.join(WAYS)} | 合计 | 其中重复 | 数字未核对 |",
        "|---|" + "---:|" * (len(WAYS) + 3),
    ]
    counted = coverage_counts(mandates)
    for code, own in by_document.items():
        row = [*counted[code], sum(1 for m in own if m.alias_of), sum(1 for m in own if m.confidence == "unverified")]
        lines.append(f"| [{_cell(_name(own[0].document, code))}]({code}.md) | " + " | ".join(map(str, row)) + " |")
    lines += [
        "",
        "五份文件的要求按层次：",
        "",
        f"| 层次 | {' | '.join(WAYS)} | 合计 |",
        "|---|" + "---:|" * (len(WAYS) + 1),
    ]
    tiers = coverage_counts(mandates, by="tier")
    lines += [f"| {name} | " + " | ".join(map(str, tiers[name])) + " |" for tier, name in TIERS.items() if tier]
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
        judged = f"同 {m.alias_of}：{way(m)}" if m.alias_of else way(m)
        judged += "" if m.alias_of or m.check == PERSON else f"：[{m.check}](checks.md#{m.check})"
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
        told = [f"- {OUTCOMES[Outcome(name)]}：{_cell(said)}" for name, said in check.examples.items()]
        parts.append("**例**\n\n" + "\n".join(told) + "\n" if told else "")
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
