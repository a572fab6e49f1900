"""Column names by concept, matched as whole labels. The words are data: ``vocabulary.yaml``."""

import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import yaml

from crawler.facts.text import label

_ENDING = re.compile(r"(?:专栏|栏目|专题|专区|>+|更多|more)$", re.I)
_PLACE = re.compile(r"^[\u4e00-\u9fff]{2,4}?(?:省|市|自治区|区|县)(?=[\u4e00-\u9fff]{4})")
_NOTHING = re.compile(
    r"|(?:首页|专题|专栏|栏目|链接|宣传)?(?:图片|图标|横幅|海报|飘窗|浮窗|广告|大图|轮播图?|焦点图)\d*|点击(?:进入|查看|这里|此处)|进入|详情|查看详情"
    r"|[\w-]{1,60}\.(?:jpe?g|png|gif|bmp|webp|svg)|(?:banner|logo|icon|img|image|pic|photo|ad|bg|btn|tu|t)[\d_-]*",
    re.I,
)
_YEAR = re.compile(r"[（(]?(?:19|20)\d\d年?(?:版|度)?[)）]?")


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(files("crawler.facts").joinpath("vocabulary.yaml").read_text("utf-8"))
    return data


@cache
def concepts() -> dict[str, tuple[str, ...]]:
    """All concepts with their labels, the mandated name first."""
    return {concept: tuple(label(name) for name in names) for concept, names in _data()["concepts"].items()}


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


@lru_cache(maxsize=50_000)
def spellings(text: str, unit_name: str = "") -> tuple[str, ...]:
    """The labels a name may be compared as: as it stands, without a year, without 专栏 at its end, without the unit's
    name in front, and without any of these together."""
    forms = [label(text)]
    forms += [label(_YEAR.sub("", form)) for form in forms]
    forms += [label(_ENDING.sub("", form)) for form in forms]
    forms += [rest for form in forms for rest in _without_unit(form, unit_name)]
    return tuple(dict.fromkeys(form for form in forms if form))


def _without_unit(name: str, unit_name: str) -> list[str]:
    place = _PLACE.match(name)
    starts = (0, place.end()) if place else (0,)
    fronts = [(start, front) for front in _unit_names(unit_name) for start in starts if name.startswith(front, start)]
    return [label(rest) for start, front in fronts if len(rest := name[start + len(front) :]) >= 2]


@lru_cache(maxsize=5_000)
def _unit_names(unit_name: str) -> tuple[str, ...]:
    """How labels name the unit, shortest first. 江北区人民政府信息公开 is 江北区人民政府 with 政府 written once."""
    full = label(unit_name)
    local = _PLACE.sub("", full)
    names = {full} if local == "人民政府" else {full, local}
    for name in list(names):
        stem = name.removesuffix("人民政府")
        names |= {stem, stem + "政府", name.removesuffix("政府"), name.removesuffix("办事处")}
    own = {name for name in names if len(name) >= 2} if full else set()
    return tuple(sorted(own | {"本级", "本机关", "本单位", "本部门"}, key=lambda name: (len(name), name)))


@lru_cache(maxsize=50_000)
def telling_words(name: str) -> frozenset[str]:
    """Every two characters that stand side by side in a column's name, words that many columns share left out."""
    parts = _common_words().split(label(name))
    return frozenset(part[i : i + 2] for part in parts for i in range(len(part) - 1))


@cache
def _common_words() -> re.Pattern[str]:
    return re.compile("|".join(sorted(_data()["common_words"], key=len, reverse=True)))


def tells_nothing(text: str) -> bool:
    """True for the label of a picture that names nothing: none, a file's name, 图片."""
    return _NOTHING.fullmatch(label(text)) is not None


def matches(text: str, labels: tuple[str, ...] | list[str], unit_name: str = "") -> bool:
    """True when ``text`` is, as a whole, one of ``labels``."""
    wanted = {label(name) for name in labels}
    return any(form in wanted for form in spellings(text, unit_name))
