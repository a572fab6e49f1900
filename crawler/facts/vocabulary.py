"""Column names by concept, matched as whole labels. The words are data: ``vocabulary.yaml``."""

import re
from functools import cache
from importlib.resources import files

import yaml

from crawler.facts.text import label

_ENDING = re.compile(r"(?:专栏|栏目|专题|专区|>+|更多|more)$", re.I)
_YEAR = re.compile(r"[（(]?(?:19|20)\d\d年?(?:版|度)?[)）]?")


@cache
def concepts() -> dict[str, tuple[str, ...]]:
    """All concepts with their labels, the mandated name first."""
    data = yaml.safe_load(files("crawler.facts").joinpath("vocabulary.yaml").read_text("utf-8"))
    return {concept: tuple(label(name) for name in names) for concept, names in data.items()}


@cache
def _by_label() -> dict[str, str]:
    found: dict[str, str] = {}
    for concept, names in concepts().items():
        for name in names:
            found.setdefault(name, concept)
    return found


def concept_of(text: str, unit_name: str = "") -> str | None:
    """The concept a column's name stands for, or None. ``unit_name`` may stand in front: 江北区政府信息公开指南."""
    for name in spellings(text, unit_name):
        if concept := _by_label().get(name):
            return concept
    return None


def spellings(text: str, unit_name: str = "") -> tuple[str, ...]:
    """The labels a name may be compared as: as it stands, without a year, without 专栏 at its end, without the unit's name."""
    name = label(text)
    forms = [name, label(_YEAR.sub("", name)), _ENDING.sub("", name)]
    unit = label(unit_name)
    if unit and name.startswith(unit) and len(name) > len(unit):
        forms.append(label(name[len(unit) :]))
    return tuple(dict.fromkeys(form for form in forms if form))


def matches(text: str, labels: tuple[str, ...] | list[str], unit_name: str = "") -> bool:
    """True when ``text`` is, as a whole, one of ``labels``."""
    wanted = {label(name) for name in labels}
    return any(form in wanted for form in spellings(text, unit_name))
