"""The part of the series an inspection is judged by: copied into its folder, so that it can be judged again."""

import datetime as dt
import hashlib
from pathlib import Path

import msgspec

from audit.files import write_text
from audit.inspection import Inspection
from crawler.records import BadInput
from crawler.scan.series import NAME as SERIES
from crawler.scan.series import Series
from crawler.visits import Visit

NAME = "scan.jsonl"
#: Days before the day of inspection that are kept: more than any mandate's window.
_DAYS = 30


def keep_visits(inspection: Inspection, folder: Path) -> None:
    """Copies the visits up to the day of inspection from ``folder`` and records their digest; nothing where no series
    lies there."""
    if not (folder / SERIES).exists():
        return
    last = inspection.record.as_of
    with Series(folder, read_only=True) as series:
        found = [v for site in inspection.sites for v in series.visits(site, last - dt.timedelta(_DAYS), last)]
    if not found:
        return
    text = "".join(msgspec.json.encode(visit).decode() + "\n" for visit in found)
    write_text(inspection.path / NAME, text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    inspection.update(digests={**inspection.record.digests, "scan": digest})


def kept_visits(inspection: Inspection) -> dict[str, list[Visit]]:
    """The visits kept with an inspection, by unit. Raises ``BadInput`` where the file is not what was recorded."""
    path = inspection.archive.parent / NAME
    if not path.exists():
        return {}
    raw = path.read_bytes()
    if hashlib.sha256(raw).hexdigest() != inspection.record.digests.get("scan"):
        raise BadInput(f"{path}: 与检查时记录的摘要不符，文件被改动过；可用 gongkai check --scan 重新取数据")
    found: dict[str, list[Visit]] = {}
    decoder = msgspec.json.Decoder(Visit)
    for line in raw.splitlines():
        visit = decoder.decode(line)
        found.setdefault(visit.unit, []).append(visit)
    return found
