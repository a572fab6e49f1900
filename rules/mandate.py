"""The mandate files: one YAML file per document, validated whole before anything is judged."""

import datetime as dt
import hashlib
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from crawler.records import LEVELS, BadInput
from rules.checks import Check, Params, find_check

FOLDER = Path(__file__).parent / "mandates"
AGENCIES = LEVELS[:5]
#: The check that only sums up other mandates, and the one that leaves the answer to a person.
SUMMARY = "all_of"
PERSON = "by_person"

_STRICT = ConfigDict(extra="forbid", frozen=True)


class Setting(BaseModel):
    """What a document says that is no duty of a unit: how to score, how often to inspect. ``place`` says where the
    product holds it."""

    model_config = _STRICT
    id: str
    title: str
    quote: str
    place: str
    clause: str = ""
    confidence: Literal["verified", "unverified"] = "verified"


class InForce(BaseModel):
    """First and last day on which a mandate binds; None for no limit."""

    model_config = _STRICT
    since: dt.date | None = None
    until: dt.date | None = None


class Document(BaseModel):
    """The document whose clauses the mandates are. ``jurisdiction`` is where it binds, 全国 for national ones."""

    model_config = _STRICT
    code: str
    title: str
    number: str = ""
    issuer: str = ""
    issued: dt.date | None = None
    valid_from: dt.date | None = None
    """The first day it binds, where that is not the day it was issued."""
    jurisdiction: str = "全国"


class Mandate(BaseModel):
    """One duty. ``levels`` may be 全部 for every administrative agency (公共企事业单位 not among them). ``own_site``: it
    binds websites, so not a unit that is a sub-column of another's site.

    ``alias_of``: another record asks the same, at another level or in another year; it is judged as that one is, and
    costs nothing more. ``about``: what a unit must have for the mandate to bind (a gazette, a sector); the site list's ``without``
    may name it. ``instead_of``: where this one binds, a local issue of a national document takes the place of those, which
    hold it as ``local``.
    ``confidence`` is ``unverified`` where a number or a wording was not found in the documents; ``note`` says which.
    ``tier``: what the clause is to the five city documents: judged first, an indicator, a repeat, or a line of the
    worksheet or the time series; "" for other documents.
    """

    model_config = _STRICT
    id: Annotated[str, Field(pattern=r"^[A-Z]{2,}[0-9A-Za-z.]*-[0-9A-Za-z.\-]+$")]
    title: str
    clause: str
    quote: str
    levels: tuple[str, ...]
    own_site: bool = False
    module: str
    tier: Literal["core", "extended", "alias", "reference", ""] = ""
    severity: Literal["high", "medium", "low"] = "medium"
    in_force: InForce = InForce()
    lead: str = ""
    responsible: str = ""
    alias_of: str = ""
    about: str = ""
    instead_of: tuple[str, ...] = ()
    check: str = ""
    params: dict[str, Any] = {}
    confidence: Literal["verified", "unverified"] = "verified"
    note: str = ""
    document: Document
    file: str
    line: int
    local: tuple["Mandate", ...] = ()

    @field_validator("levels", mode="before")
    @classmethod
    def _known_levels(cls, value: Any) -> tuple[str, ...]:
        names = [value] if isinstance(value, str) else list(value)
        expanded = [name for one in names for name in (AGENCIES if one == "全部" else (one,))]
        for name in expanded:
            if name not in LEVELS:
                raise ValueError(f"不认识级别“{name}”，只能是 全部、{'、'.join(LEVELS)}")
        return tuple(dict.fromkeys(expanded))

    @model_validator(mode="after")
    def _check_or_alias(self) -> "Mandate":
        if bool(self.check) == bool(self.alias_of):
            raise ValueError("check和alias_of要且只能写一个")
        return self

    @property
    def source(self) -> str:
        """The document and clause, as people cite them."""
        return f"{self.document.number or '《' + self.document.title + '》'} {self.clause}".strip()

    @property
    def checker(self) -> Check:
        return find_check(self.check)

    @property
    def parameters(self) -> Params:
        return self.checker.params.model_validate(self.params)


class MandateSet:
    """All mandates in file order, the settings beside them, and the digest of the files they came from."""

    def __init__(self, mandates: list[Mandate], digest: str, settings: tuple[Setting, ...] = ()) -> None:
        self.mandates = mandates
        self.settings = settings
        self.digest = digest
        self.by_id = {mandate.id: mandate for mandate in mandates}

    @property
    def names(self) -> frozenset[str]:
        """What the site list's ``without`` may name: ids, and what mandates are about."""
        return frozenset({*self.by_id, *(mandate.about for mandate in self.mandates if mandate.about)})

    def parts(self, identity: str) -> tuple[str, ...]:
        """An id with those of what it sums up."""
        mandate = self.by_id[identity]
        return (identity, *(mandate.params["parts"] if mandate.check == SUMMARY else ()))

    def meant(self, identity: str) -> Mandate:
        """The record an id stands for: its own, or the one it is an alias of."""
        mandate = self.by_id[identity]
        return self.by_id[mandate.alias_of] if mandate.alias_of else mandate


@cache
def load_mandates(folder: Path = FOLDER) -> MandateSet:
    """Reads every ``*.yaml`` of a folder. Raises ``BadInput`` naming file, line and mend for every fault at once."""
    faults: list[str] = []
    mandates: list[Mandate] = []
    settings: list[Setting | None] = []
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.yaml")):
        raw = path.read_bytes()
        digest.update(path.name.encode() + b"\0" + raw)
        mandates += _load_file(path, raw, settings, faults)
    lines: dict[str, Mandate] = {}
    for mandate in mandates:
        if (first := lines.get(mandate.id)) is not None:
            faults.append(
                f"{mandate.file}:{mandate.line}: id“{mandate.id}”与{first.file}:{first.line}重复，请改成不同的id"
            )
        lines.setdefault(mandate.id, mandate)
    for mandate in mandates:
        for part in mandate.params.get("parts", ()) if mandate.check == SUMMARY else ():
            if part not in lines:
                where = f"{mandate.file}:{mandate.line}"
                faults += [f"{where}: {mandate.id}的parts里没有要求“{part}”，请改成已有的id"]
        for replaced in mandate.instead_of:
            if replaced not in lines or replaced == mandate.id:
                where = f"{mandate.file}:{mandate.line}"
                faults += [f"{where}: {mandate.id}的instead_of“{replaced}”不是另一条要求的id"]
    mandates = [_resolved(mandate, lines, faults) for mandate in mandates]
    if faults:
        raise BadInput("\n".join(faults))
    return MandateSet(_with_local(mandates), digest.hexdigest(), tuple(one for one in settings if one))


def _with_local(mandates: list[Mandate]) -> list[Mandate]:
    """Mandates with those that stand in their place somewhere."""
    local: dict[str, tuple[Mandate, ...]] = {}
    for mandate in mandates:
        for replaced in mandate.instead_of:
            local[replaced] = (*local.get(replaced, ()), mandate)
    return [m.model_copy(update={"local": local[m.id]}) if m.id in local else m for m in mandates]


def _resolved(mandate: Mandate, by_id: dict[str, Mandate], faults: list[str]) -> Mandate:
    """An alias with the check and the parameters of the record it stands for."""
    meant, met = mandate, {mandate.id}
    while meant.alias_of and meant.alias_of in by_id and meant.alias_of not in met:
        met.add(meant.alias_of)
        meant = by_id[meant.alias_of]
    if meant.alias_of:
        faults.append(f"{mandate.file}:{mandate.line}: {mandate.id}的alias_of“{meant.alias_of}”不是另一条要求的id")
        return mandate
    if meant is mandate:
        return mandate
    same = {"alias_of": meant.id, "check": meant.check, "params": meant.params, "about": mandate.about or meant.about}
    return mandate.model_copy(update=same)


def _load_file(path: Path, raw: bytes, settings: list[Setting | None], faults: list[str]) -> list[Mandate]:
    name = str(path)
    try:
        data = yaml.load(raw.decode("utf-8"), Loader=_LineLoader)  # noqa: S506  a SafeLoader
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        faults.append(f"{name}:{line}: 不是有效的YAML（{getattr(error, 'problem', error)}），请检查缩进和引号")
        return []
    if not isinstance(data, dict) or set(data) - {"document", "mandates", "settings", _LINE}:
        faults.append(f"{name}:1: 文件应只有 document、mandates 和 settings 三部分")
        return []
    settings += [_setting(name, entry, faults) for entry in data.get("settings") or []]
    document = data.get("document") or {}
    line = document.pop(_LINE, 1) if isinstance(document, dict) else 1
    try:
        parent = Document.model_validate(document)
    except ValidationError as error:
        faults.extend(f"{name}:{line}: document.{_where(e)}：{_said(e)}" for e in error.errors())
        return []
    found = [_load_one(name, parent, entry, faults) for entry in data.get("mandates") or []]
    return [mandate for mandate in found if mandate is not None]


def _setting(file: str, entry: Any, faults: list[str]) -> Setting | None:
    line = entry.pop(_LINE, 1) if isinstance(entry, dict) else 1
    try:
        return Setting.model_validate(entry)
    except ValidationError as error:
        faults.extend(f"{file}:{line}: settings.{_where(e)}：{_said(e)}" for e in error.errors())
        return None


def _load_one(file: str, document: Document, entry: Any, faults: list[str]) -> Mandate | None:
    if not isinstance(entry, dict):
        faults.append(f"{file}:1: mandates里有一项不是“键: 值”的形式：{str(entry)[:40]}")
        return None
    line = entry.pop(_LINE, 1)
    where = f"{file}:{line}: {entry.get('id', '（没有id）')}"
    entry = _without_lines(entry)
    try:
        if own := entry.pop("document", None):  # a file may gather small documents
            document = Document.model_validate(document.model_dump() | own)
        mandate = Mandate.model_validate({**entry, "document": document, "file": file, "line": line, "local": ()})
    except ValidationError as error:
        faults.extend(f"{where} 的{_where(e)}：{_said(e)}" for e in error.errors())
        return None
    if mandate.alias_of:
        return mandate
    try:
        checker = mandate.checker
    except LookupError as error:
        faults.append(f"{where} 的check：{error}")
        return None
    try:
        checker.params.model_validate(mandate.params)
    except ValidationError as error:
        faults.extend(f"{where} 的params.{_where(e)}：{_said(e)}（检查“{mandate.check}”）" for e in error.errors())
        return None
    return mandate


def _where(error: Any) -> str:
    return ".".join(str(part) for part in error["loc"]) or "内容"


def _said(error: Any) -> str:
    kind, context = error["type"], error.get("ctx") or {}
    if kind == "extra_forbidden":
        return "没有这个参数，请删去或改名"
    if kind == "missing":
        return "缺少，请补上"
    if kind == "value_error":
        return str(context.get("error", error["msg"]))
    if kind == "literal_error":
        return f"只能是 {context.get('expected', '')}"
    if kind == "string_pattern_mismatch":
        return "写法不对，应形如 CQ2020-5.1.2a"
    return f"值“{str(error.get('input'))[:40]}”不合适（{error['msg']}）"


_LINE = "__line__"
try:
    from yaml import CSafeLoader as _SafeLoader  # ten times as fast; not in every build of PyYAML
except ImportError:
    from yaml import SafeLoader as _SafeLoader  # type: ignore[assignment]


class _LineLoader(_SafeLoader):
    """Keeps the line of every mapping, for messages."""


def _mapping(loader: _LineLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    mapping = loader.construct_mapping(node, deep=True)
    keys = [key.value for key, _ in node.value]
    twice = {key for key in keys if keys.count(key) > 1}
    if twice:
        raise yaml.constructor.ConstructorError(None, None, f"键“{'、'.join(sorted(twice))}”写了两次", node.start_mark)
    return {**mapping, _LINE: node.start_mark.line + 1}


_LineLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def _without_lines(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_lines(inner) for key, inner in value.items() if key != _LINE}
    if isinstance(value, list):
        return [_without_lines(inner) for inner in value]
    return value
