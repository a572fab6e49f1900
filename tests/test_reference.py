"""The generated reference: there, whole and up to date."""

from audit.reference import FOLDER, pages
from rules.mandate import load_mandates


def test_the_reference_is_what_the_mandates_say() -> None:
    made = pages(load_mandates())
    assert {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.md")} == made, "make reference"


def test_every_mandate_and_setting_stands_in_it() -> None:
    mandates = load_mandates()
    text = "\n".join(pages(mandates).values())
    assert [m.id for m in mandates.mandates if f"| {m.id} |" not in text] == []
    assert [s.id for s in mandates.settings if f"| {s.id} |" not in text] == []
