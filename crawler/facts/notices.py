"""The sentences by which a page tells that it is not the page asked for. They are data: ``notices.yaml``."""

import re
from functools import cache, lru_cache
from importlib.resources import files

import yaml

from crawler.facts.text import fold

KINDS = ("blocked", "server_error", "not_found", "moved")
_PARTS = re.compile(r"[-–—_|｜·>»<]+")
#: What says that a sentence is only spoken of: 提示“该信息不存在”, 该信息不存在怎么办.
_SPOKEN_BEFORE = re.compile(
    r"(?:(?<!温馨)(?<!友情)(?<!错误)(?<!系统)(?<!信息)提示|显示|出现|弹出|报错?|发现|遇到|如果?|若|因)[“\"「『‘]?$|[“\"「『‘]$"
)
_SPOKEN_BEHIND = re.compile(r"[^，。；！!]{0,10}(?:怎么|如何|的?原因|是什么|为什么|吗|呢|[？?”」』’])")


@cache
def _all() -> dict[str, dict[str, re.Pattern[str]]]:
    data = yaml.safe_load(files("crawler.facts").joinpath("notices.yaml").read_text("utf-8"))
    return {
        kind: {part: re.compile("|".join(f"(?:{text})" for text in texts)) for part, texts in parts.items()}
        for kind, parts in data.items()
    }


@cache
def _marks(part: str) -> tuple[re.Pattern[str], ...]:
    data = yaml.safe_load(files("crawler.facts").joinpath("notices.yaml").read_text("utf-8"))
    return tuple(re.compile(text) for text in data["blocked"][part])


@lru_cache(maxsize=5_000)
def in_title(kind: str, title: str) -> str | None:
    """The part of a title that is such a notice as a whole; ``title`` is folded and small."""
    pattern = _all()[kind]["title"]
    return next(
        (part for part in (title, *_PARTS.split(title)) if part and pattern.fullmatch(part.strip("。.!！"))), None
    )


def in_text(kind: str, text: str) -> str | None:
    """The first such sentence that a folded text says of its own page, not of another."""
    for found in _all()[kind]["text"].finditer(text):
        spoken = _SPOKEN_BEFORE.search(text[max(0, found.start() - 8) : found.start()])
        if not spoken and not _SPOKEN_BEHIND.match(text, found.end(), found.end() + 14):
            return found.group()
    return None


def machine_mark(text: str) -> str | None:
    """What only the page of a protection says where no sentence is known: the mark of a product or of an event,
    together with another word of the kind."""
    machine = [found.group() for pattern in _marks("machine") if (found := pattern.search(text))]
    words = [found.group() for pattern in _marks("marks") if (found := pattern.search(text))]
    return machine[0] if machine and len(machine) + len(words) >= 2 else None


def folded(text: str) -> str:
    """Text as the patterns want it."""
    return fold(text).lower()
