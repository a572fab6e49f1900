"""The house: what a person could forget is held here."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = sorted(path for package in ("crawler", "rules", "audit", "examples") for path in (ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_are_short_and_keep_to_the_clock_and_the_one_broad_except(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("\n") <= 400
    name = str(path.relative_to(ROOT))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ExceptHandler) and (node.type is None or isinstance(node.type, ast.Name)):
            broad = node.type is None or node.type.id in ("Exception", "BaseException")
            assert not broad or name in ("rules/engine.py", "crawler/spiders/portal.py"), f"{name}:{node.lineno}"
        if isinstance(node, ast.Attribute) and node.attr in ("now", "today", "utcnow"):
            assert not name.startswith(("rules/", "crawler/facts/")), f"{name}:{node.lineno}"


def test_no_city_in_the_code() -> None:
    for path in FILES:
        if not str(path.relative_to(ROOT)).startswith("examples/"):
            assert "重庆" not in path.read_text("utf-8"), path


def test_the_catalogue_is_compiled_from_its_source(tmp_path: Path) -> None:
    from babel.messages.mofile import read_mo
    from babel.messages.pofile import read_po

    folder = ROOT / "audit" / "locale" / "zh_CN" / "LC_MESSAGES"
    with (folder / "messages.po").open("rb") as source, (folder / "messages.mo").open("rb") as compiled:
        wanted = {_key(m.id): _key(m.string) for m in read_po(source) if m.id}
        have = {_key(m.id): _key(m.string) for m in read_mo(compiled) if m.id}
    assert have == wanted


def _key(text: object) -> str:
    return text if isinstance(text, str) else str(text[0])  # type: ignore[index]


def test_readme_names_what_exists() -> None:
    from audit.cli import cli

    for name in ("README.md", "README.zh-CN.md"):
        text = (ROOT / name).read_text("utf-8")
        assert text.index("make demo") < text.index("make test") < 1500
        for command in re.findall(r"bin/gongkai ([a-z]+)", text):
            assert command in cli.commands, command
        for link in re.findall(r"\]\((?!http)([^)#]+)\)", text):
            assert (ROOT / link).exists(), link


def test_ci_runs_what_readers_run() -> None:
    lines = [line for line in (ROOT / ".ci" / "run").read_text().splitlines() if line and not line.startswith("#")]
    assert lines[-1] == "make lint test"
    assert subprocess.run(["sh", "-n", str(ROOT / ".ci" / "run")], check=False).returncode == 0
