"""Scoring schemes: how findings become points, as data. Packaged ones lie in ``schemes/``; an office may write its own."""

import datetime as dt
import hashlib
from collections import Counter
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from audit.files import whole, write_text
from audit.inspection import Inspection
from audit.texts import MODULES
from crawler.records import BadInput, why_unread
from rules.mandate import SUMMARY, Mandate, MandateSet

FOLDER = Path(__file__).parent / "schemes"
DEFAULT = "disclosure"
#: The copy in an inspection's folder, and the confirmations in the folder of inspections.
KEPT, CONFIRMED = "scheme.yaml", "confirmed.yaml"
_HEAD = "# 谁在哪天确认了评分办法的分值。由 gongkai scheme confirm 写入。\n"
_STRICT = ConfigDict(extra="forbid", frozen=True)
_Points = Annotated[float, Field(gt=0)]
_Confidence = Literal["verified", "unverified"]


class Item(BaseModel):
    """A duty as the scheme counts it: ``each`` points per failed subject (``each_on``: another rate for subjects that begin
    so), ``cap`` at most. Mandates of two documents that ask the same count once. ``once``: a page that already cost points
    under another item costs none here (note of GW19-D09)."""

    model_config = _STRICT
    title: str
    mandates: tuple[str, ...]
    each: _Points
    cap: _Points
    each_on: dict[str, _Points] = {}
    once: bool = False
    confidence: _Confidence = "unverified"

    def rate(self, subject: str) -> float:
        """Points a subject costs before the cap."""
        return next((each for start, each in self.each_on.items() if subject.startswith(start)), self.each)


class Group(BaseModel):
    """Items under one heading. ``cap``: what the group can cost in all; None for the sum of its items. ``modules``: mandates of
    these that no item names belong here. ``bonus``: passed subjects earn the points."""

    model_config = _STRICT
    name: str
    cap: _Points | None = None
    modules: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    bonus: bool = False
    confidence: _Confidence = "unverified"

    @property
    def weight(self) -> float:
        return self.cap if self.cap is not None else sum(item.cap for item in self.items)


class Band(BaseModel):
    """The name of scores from ``at`` points on."""

    model_config = _STRICT
    name: str
    at: float


class Confirmation(BaseModel):
    """Who vouched for a scheme's numbers, and when; ``digest`` is the file's SHA-256: another file is not confirmed by it."""

    model_config = _STRICT
    scheme: str
    digest: str
    by: str
    on: dt.date

    @property
    def words(self) -> str:
        return f"评分参数由{self.by}于{self.on}确认"


class Scheme(BaseModel):
    """``default`` gives points and cap by severity for mandates no item names; without it they cost nothing. ``vetoes``: mandates
    whose failure makes a unit a candidate for 不合格. Of a unit with a smaller share of findings decided than
    ``min_coverage`` too little was seen for a score. ``bonus_above``: the score above which bonus groups count.
    ``rescale``: a unit that a whole group does not bind is scored over the others, scaled up to ``base`` (GW19-F6)."""

    model_config = _STRICT
    id: str
    title: str
    note: str
    base: _Points
    pass_line: float
    min_coverage: Annotated[float, Field(ge=0, le=1)] = 0.0
    vetoes: tuple[str, ...] = ()
    bands: tuple[Band, ...] = ()
    bonus_above: float | None = None
    rescale: bool = False
    default: dict[Literal["high", "medium", "low"], tuple[_Points, _Points]] = {}
    groups: tuple[Group, ...]
    file: Path = Path()
    digest: str = ""
    confirmation: Confirmation | None = None

    @cached_property
    def _named(self) -> dict[str, tuple[Group, Item]]:
        return {mandate: (g, item) for g in self.groups for item in g.items for mandate in item.mandates}

    @cached_property
    def _of_module(self) -> dict[str, Group]:
        return {module: group for group in self.groups for module in group.modules}

    @cached_property
    def order(self) -> dict[str, int]:
        """Groups by name, in the order they are charged."""
        return {group.name: place for place, group in enumerate(self.groups)}

    @property
    def top(self) -> float:
        """The highest score there is."""
        return self.base + sum(group.weight for group in self.groups if group.bonus)

    def share(self, score: float) -> float:
        """Percent of the highest score."""
        return round(score / self.top * 100, 2)

    @property
    def unverified(self) -> bool:
        """Whether the numbers wait for somebody to confirm them."""
        return self.confirmation is None and bool(self.unverified_numbers)

    @property
    def vouched(self) -> str:
        """What every page says of the numbers."""
        if self.confirmation is not None:
            return self.confirmation.words
        return "评分参数未经核对" if self.unverified else "评分参数有出处"

    @cached_property
    def unverified_numbers(self) -> list[str]:
        """The names of groups and items whose numbers no source was found for."""
        named = [g.name for g in self.groups if g.confidence == "unverified"]
        return named + [i.title for g in self.groups for i in g.items if i.confidence == "unverified"]

    def place(self, mandate: Mandate) -> tuple[Group, Item] | None:
        """Where a mandate counts; None when it costs nothing, as what only sums up others does. ``mandate`` is no alias."""
        if mandate.check == SUMMARY or mandate.id in self.vetoes:
            return None
        if mandate.id in self._named:
            return self._named[mandate.id]
        if not self.default:
            return None
        each, cap = self.default[mandate.severity]
        return self._of_module[mandate.module], Item(title=mandate.title, mandates=(mandate.id,), each=each, cap=cap)

    def grade(self, score: float, *, vetoed: bool) -> str:
        """The name of a result; ``vetoed``: a veto is confirmed, no score heals it (GW19-F3)."""
        if vetoed:
            return "不合格（单项否决）"
        if not self.bands:
            return "合格" if score >= self.pass_line else "不合格"
        return [band.name for band in self.bands if score >= band.at or band is self.bands[0]][-1]


def packaged() -> list[str]:
    """Names of the schemes that come with the program."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def load_scheme(name: str, mandates: MandateSet, output: Path | None = None) -> Scheme:
    """A packaged scheme by its name, or one by the path of its file, with its confirmation in ``output``, if any. Raises
    ``BadInput`` naming the file and the mend."""
    path = FOLDER / f"{name}.yaml" if name in packaged() else Path(name)
    if path.suffix not in (".yaml", ".yml"):
        raise BadInput(f"没有评分办法“{name}”：可用的有 {'、'.join(packaged())}，或者写一个 .yaml 文件的路径")
    return _read(path, mandates, output)


def scheme_of(inspection: Inspection, mandates: MandateSet) -> Scheme:
    """The scheme an inspection was scored by, from the copy in its folder; the default one for those of before copies were
    kept. Raises ``BadInput`` for a copy that was changed since."""
    path = inspection.path / KEPT
    if not path.exists():
        return _read(FOLDER / f"{DEFAULT}.yaml", mandates, inspection.path.parent)
    scheme = _read(path, mandates, inspection.path.parent)
    if inspection.record.digests.get("scheme", scheme.digest) != scheme.digest:
        raise BadInput(f"{path}: 评分之后有改动，请重新运行 gongkai check {inspection.path}")
    return scheme


def chosen(inspection: Inspection, name: str | None, mandates: MandateSet) -> Scheme:
    """The scheme to score by: the named one; else the packaged one it was scored by, as it is now; else the kept copy."""
    output = inspection.path.parent
    if name is None and (inspection.path / KEPT).exists() and inspection.record.scheme not in packaged():
        return _read(inspection.path / KEPT, mandates, output)
    return load_scheme(name or inspection.record.scheme or DEFAULT, mandates, output)


def keep(scheme: Scheme, inspection: Inspection) -> None:
    """Copies the scheme's file into the inspection's folder."""
    target = inspection.path / KEPT
    if scheme.file != target:
        raw = scheme.file.read_bytes()
        with whole(target) as temporary:
            temporary.write_bytes(raw)


def _read(path: Path, mandates: MandateSet, output: Path | None) -> Scheme:
    try:
        raw = path.read_bytes()
        data: Any = yaml.safe_load(raw)
        if not isinstance(data, dict) or {"file", "digest", "confirmation"} & data.keys():
            raise BadInput(f"{path}: 评分办法要写成“名称: 值”，并且不能有 file、digest、confirmation")
        scheme = Scheme.model_validate(data)
    except OSError as error:
        raise BadInput(f"{path}: 读不了评分办法（{why_unread(error)}）") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: 评分办法不是YAML：{error}") from error
    except ValidationError as error:
        lines = (f"{path}: {'.'.join(map(str, e['loc']))}：{e['msg']}" for e in error.errors())
        raise BadInput("评分办法不对：\n" + "\n".join(lines)) from error
    if faults := _faults(scheme, mandates):
        raise BadInput("\n".join(f"{path}: {fault}" for fault in faults))
    if scheme.id in packaged() and path.parent != FOLDER and path.name != KEPT:
        raise BadInput(f"{path}: id“{scheme.id}”是自带的评分办法的，请换一个")
    digest = hashlib.sha256(raw).hexdigest()
    found = [c for c in confirmations(output) if c.digest == digest] if output else []
    return _resolved(scheme, mandates).model_copy(
        update={"file": path, "digest": digest, "confirmation": found[-1] if found else None}
    )


def _faults(scheme: Scheme, mandates: MandateSet) -> list[str]:
    named = [m for g in scheme.groups for i in g.items for m in i.mandates] + [*scheme.vetoes]
    faults = [f"没有要求“{m}”，请改成已有的id" for m in dict.fromkeys(named) if m not in mandates.by_id]
    twice = Counter(mandates.meant(m).id for m in named if m in mandates.by_id)
    faults += [f"要求“{m}”出现了两次（重复的要求与所重复的算同一个）" for m, n in twice.items() if n > 1]
    modules = [module for group in scheme.groups for module in group.modules]
    faults += [f"没有类别“{m}”，类别有 {'、'.join(MODULES)}" for m in dict.fromkeys(modules) if m not in MODULES]
    faults += [f"类别“{m}”出现了两次" for m, n in Counter(modules).items() if n > 1]
    names = Counter(group.name for group in scheme.groups)
    faults += [f"分组“{name}”出现了两次" for name, n in names.items() if n > 1]
    if scheme.default:
        faults += [f"default 缺少 {s}" for s in ("high", "medium", "low") if s not in scheme.default]
        faults += [f"写了 default，就要有一个分组的 modules 含有“{m}”" for m in MODULES if m not in modules]
    if [band.at for band in scheme.bands] != sorted(band.at for band in scheme.bands):
        faults.append("bands 要由低到高")
    if any(group.bonus for group in scheme.groups) and scheme.bonus_above is None:
        faults.append("有加分的分组，就要写 bonus_above")
    return faults


def _resolved(scheme: Scheme, mandates: MandateSet) -> Scheme:
    """With the records that aliases stand for in place of the aliases: findings are scored under those."""

    def meant(item: Item) -> Item:
        return item.model_copy(update={"mandates": tuple(dict.fromkeys(mandates.meant(m).id for m in item.mandates))})

    groups = tuple(g.model_copy(update={"items": tuple(map(meant, g.items))}) for g in scheme.groups)
    return scheme.model_copy(update={"groups": groups})


def confirmations(output: Path) -> list[Confirmation]:
    """In the order they were given. Raises ``BadInput`` for a file that was spoilt."""
    path = output / CONFIRMED
    if not path.exists():
        return []
    try:
        return [Confirmation.model_validate(row) for row in yaml.safe_load(path.read_text("utf-8")) or []]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError, TypeError) as error:
        raise BadInput(
            f"{path}: 读不懂，由 gongkai scheme confirm 写入，不要手改（可以删去有错的一条）：{error}"
        ) from error


def confirm(scheme: Scheme, by: str, on: dt.date, output: Path) -> Confirmation:
    """Writes down that somebody vouches for a scheme's numbers as they are now."""
    if not by.strip():
        raise BadInput("--by 要写确认人的姓名")
    new = Confirmation(scheme=scheme.id, digest=scheme.digest, by=by.strip(), on=on)
    rows = [c.model_dump(mode="json") for c in (*confirmations(output), new)]
    write_text(output / CONFIRMED, _HEAD + yaml.safe_dump(rows, allow_unicode=True, sort_keys=False))
    return new
