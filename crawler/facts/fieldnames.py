"""The words by which list data and the requests for it are known. They are data: ``data.yaml``."""

from functools import cache
from importlib.resources import files

import yaml


@cache
def _all() -> dict[str, tuple[str, ...]]:
    data = yaml.safe_load(files("crawler.facts").joinpath("data.yaml").read_text("utf-8"))
    return {kind: tuple(names) for kind, names in data.items()}


def words(kind: str) -> tuple[str, ...]:
    """The words of one kind, the preferred first."""
    return _all()[kind]
