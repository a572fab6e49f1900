"""Approval to publish an inspection's results: without it papers are drafts and nothing is ranked (CQ2022-5.16.4)."""

import datetime as dt
import hashlib

import msgspec

from audit.files import write_text
from audit.inspection import Inspection
from crawler.records import BadInput

NAME = "approval.json"


class Approval(msgspec.Struct, frozen=True):
    """Who approved what, and when; ``results`` is the SHA-256 of ``findings.jsonl``: other results are not approved by it."""

    by: str
    on: dt.date
    document: str
    results: str

    @property
    def words(self) -> str:
        return f"{self.by}于{self.on.year}年{self.on.month}月{self.on.day}日批准（{self.document}）"


def approve(inspection: Inspection, by: str | None, on: dt.date | None, document: str | None) -> Approval | None:
    """Keeps an approval beside the results; None where none is given. Raises ``BadInput`` for half of one."""
    if not (by or on or document):
        return None
    if not (by and by.strip() and on and document and document.strip()):
        raise BadInput("批准要写全：--approved-by 批准人、--approved-on 日期、--approval-doc 批准文件")
    approval = Approval(by.strip(), on, document.strip(), _results(inspection))
    write_text(inspection.path / NAME, msgspec.json.format(msgspec.json.encode(approval), indent=1).decode() + "\n")
    return approval


def approval_of(inspection: Inspection) -> Approval | None:
    """The approval of these very results. Raises ``BadInput`` for a file that was spoilt."""
    path = inspection.path / NAME
    if not path.exists():
        return None
    try:
        approval = msgspec.json.decode(path.read_bytes(), type=Approval)
    except msgspec.DecodeError as error:
        raise BadInput(f"{path}: 读不懂（{error}），请删去这个文件，重新用 gongkai report 写明批准") from error
    return approval if approval.results == _results(inspection) else None


def _results(inspection: Inspection) -> str:
    path = inspection.path / "findings.jsonl"
    if not path.exists():
        raise BadInput(f"{inspection.path}: 还没有检查结论，请先运行 gongkai check {inspection.path}")
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
