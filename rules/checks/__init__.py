"""The checks: one file each, found by walking this folder. A check's id is its file name, its docstring its
documentation, ``Params`` its parameters, ``NEEDS`` what must have been seen before it is asked, ``judge`` the code.
"""

import importlib
import pkgutil
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict

from rules.findings import Verdict

#: What every check's docstring says, in this order.
HEADINGS = ("查什么", "怎样判", "什么时候待核", "怎样改")


class Params(BaseModel):
    """Base of every check's parameters: unknown names are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @property
    def only_asks(self) -> bool:
        """Whether the check with these parameters passes or asks, and never fails."""
        return False

    def may_fail(self, levels: Collection[str]) -> bool:
        """Whether ``failed`` can be said of a unit of one of these levels."""
        return not self.only_asks and not set(levels) <= set(getattr(self, "lenient", ()))


@dataclass(frozen=True, slots=True)
class Check:
    """``judge(unit, params, *needed)`` yields verdicts; ``needed`` are the things ``needs`` names (home, platform,
    guide, reports), which the engine has found, or has said cannot be told, before the check is asked."""

    id: str
    doc: str
    params: type[Params]
    needs: tuple[str, ...]
    judge: Callable[..., Iterable[Verdict]]

    @property
    def title(self) -> str:
        """The first line of the documentation."""
        return self.doc.strip().split("\n", 1)[0].rstrip("。")

    @property
    def examples(self) -> dict[str, str]:
        """By outcome, what a finding of a case says."""
        return _examples().get(self.id, {})

    def section(self, heading: str) -> str:
        """What the documentation says under one of ``HEADINGS``."""
        found = re.search(rf"^{heading}：(.*?)(?=^(?:{'|'.join(HEADINGS)})：|\Z)", self.doc, re.M | re.S)
        return re.sub(r"\s*\n\s*", "", found.group(1).strip()) if found else ""


@cache
def _examples() -> dict[str, dict[str, str]]:
    data: dict[str, dict[str, str]] = yaml.safe_load(files("rules").joinpath("examples.yaml").read_text("utf-8"))
    return data


@cache
def all_checks() -> dict[str, Check]:
    """Every check, by id."""
    found = {}
    for module in pkgutil.iter_modules(__path__):
        if not module.name.startswith("_"):
            code = importlib.import_module(f"{__name__}.{module.name}")
            found[module.name] = Check(
                module.name,
                code.__doc__ or "",
                code.Params,
                tuple(getattr(code, "NEEDS", ())),
                code.judge,
            )
    return dict(sorted(found.items()))


def find_check(name: str) -> Check:
    """Raises ``LookupError`` with the names there are."""
    checks = all_checks()
    if name not in checks:
        raise LookupError(f"没有检查“{name}”，可用的有 {'、'.join(checks)}")
    return checks[name]
