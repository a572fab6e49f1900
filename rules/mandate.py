"""The mandate files: one YAML file per document, validated whole before anything is judged."""

import datetime as dt
import hashlib
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from crawler.records import LEVELS, BadInput
from rules.checks import Check, find_check

FOLDER = Path(__file__).parent / "mandates"
AGENCIES = LEVELS[:5]
#: The check that only sums up other mandates.
SUMMARY = "all_of"

_STRICT = ConfigDict(extra="forbid", frozen=True)


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
    jurisdiction: str = "全国"


class Mandate(BaseModel):
    """One duty. ``levels`` may be 全部 for every administrative agency (公共企事业单位 not among them). ``own_site``: it
    binds websites, so not a unit that is a sub-column of another's site.

    ``confidence`` is ``unverified`` where a number or a wording was not found in the documents; ``note`` says which.
    """

    model_config = _STRICT
    id: Annotated[str, Field(pattern=r"^[A-Z]{2,}[0-9A-Za-z.]*-[0-9A-Za-z.\-]+$")]
    title: str
    clause: str
    quote: str
    levels: tuple[str, ...]
    own_site: bool = False
    module: str
    severity: Literal["high", "medium", "low"] = "medium"
    in_force: InForce = InForce()
    lead: str = ""
    responsible: str = ""
    check: str
    params: dict[str, Any] = {}
    confidence: Literal["verified", "unverified"] = "verified"
    note: str = ""
    document: Document
    file: str
    line: int

    @field_validator("levels", mode="before")
    @classmethod
    def _known_levels(cls, value: Any) -> tuple[str, ...]:
        names = [value] if isinstance(value, str) else list(value)
        expanded = [name for one in names for name in (AGENCIES if one == "全部" else (one,))]
        for name in expanded:
            if name not in LEVELS:
                raise ValueError(f"不认识级别“{name}”，只能是 全部、{'、'.join(LEVELS)}")
        return tuple(dict.fromkeys(expanded))

    @property
    def checker(self) -> Check:
        return find_check(self.check)

    @property
    def parameters(self) -> BaseModel:
        return self.checker.params.model_validate(self.params)


class MandateSet:
    """All mandates in file order, and the digest of the files they came from."""

    def __init__(self, mandates: list[Mandate], digest: str) -> None:
        self.mandates = mandates
        self.digest = digest
        self.by_id = {mandate.id: mandate for mandate in mandates}


@cache
def load_mandates(folder: Path = FOLDER) -> MandateSet:
    """Reads every ``*.yaml`` of a folder. Raises ``BadInput`` naming file, line and mend for every fault at once."""
    faults: list[str] = []
    mandates: list[Mandate] = []
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.yaml")):
        raw = path.read_bytes()
        digest.update(path.name.encode() + b"\0" + raw)
        mandates += _load_file(path, raw, faults)
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
    if faults:
        raise BadInput("\n".join(faults))
    return MandateSet(mandates, digest.hexdigest())


def _load_file(path: Path, raw: bytes, faults: list[str]) -> list[Mandate]:
    name = str(path)
    try:
        data = yaml.load(raw.decode("utf-8"), Loader=_LineLoader)  # noqa: S506  a SafeLoader
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        faults.append(f"{name}:{line}: 不是有效的YAML（{getattr(error, 'problem', error)}），请检查缩进和引号")
        return []
    if not isinstance(data, dict) or set(data) - {"document", "mandates", _LINE}:
        faults.append(f"{name}:1: 文件应只有 document 和 mandates 两部分")
        return []
    document = data.get("document") or {}
    line = document.pop(_LINE, 1) if isinstance(document, dict) else 1
    try:
        parent = Document.model_validate(document)
    except ValidationError as error:
        faults.extend(f"{name}:{line}: document.{_where(e)}：{_said(e)}" for e in error.errors())
        return []
    found = [_load_one(name, parent, entry, faults) for entry in data.get("mandates") or []]
    return [mandate for mandate in found if mandate is not None]


def _load_one(file: str, document: Document, entry: Any, faults: list[str]) -> Mandate | None:
    if not isinstance(entry, dict):
        faults.append(f"{file}:1: mandates里有一项不是“键: 值”的形式：{str(entry)[:40]}")
        return None
    line = entry.pop(_LINE, 1)
    where = f"{file}:{line}: {entry.get('id', '（没有id）')}"
    entry = _without_lines(entry)
    try:
        mandate = Mandate.model_validate({**entry, "document": document, "file": file, "line": line})
    except ValidationError as error:
        faults.extend(f"{where} 的{_where(e)}：{_said(e)}" for e in error.errors())
        return None
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


class _LineLoader(yaml.SafeLoader):
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
