"""The evidence pack of a unit: the kept answers behind its failed findings, byte for byte, with digests and a program
that checks them and needs nothing but Python."""

import csv
import hashlib
import io
import zipfile
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import msgspec

from audit.files import EPOCH, whole
from audit.inspection import NAME as RECORD
from audit.inspection import Inspection
from audit.scanning.kept import NAME as SCAN
from audit.scanning.kept import kept_visits
from crawler.records import BadInput, Page, Site
from crawler.urls import page_key
from rules.findings import Finding, Outcome

SUMS, WARC, PAGES = "SHA256SUMS", "evidence.warc.gz", "pages.csv"
_HEADER = ["record", "url", "status", "http_status", "fetched_at", "sha256", "offset", "length", "of"]
_README = """证据包：{name}（{unit}）
检查 {inspection}，检查日 {as_of}

findings.jsonl     不合格的判定，一行一条：要求、情况、页面原文、网址、抓取时间、页面的 SHA-256
pages.csv          判定所依据的页面；record 是它在 evidence.warc.gz 里的次序（从1起），没有应答的页面没有 record
evidence.warc.gz   这些页面抓取时的原始应答，从检查的存档逐字节取出（ISO 28500，任何 WARC 工具都能打开）
inspection.json    检查的记录：程序版本、要求和名单的摘要
{scan}SHA256SUMS         以上每个文件的 SHA-256

核对：解压后在这个文件夹里运行 python3 verify.py（只要有 Python 3.8 以上，不需要联网和别的软件）。
它核对每个文件的摘要，并从 evidence.warc.gz 里取出每条判定所指的页面，核对网址、抓取时间和内容的 SHA-256。
"""


@dataclass(frozen=True, slots=True)
class _Proof:
    """A page behind findings: ``of`` are the numbers of those findings, from 1."""

    page: Page
    of: tuple[int, ...]


def newest_with(identity: str, output: Path) -> Inspection:
    """The newest judged inspection in ``output`` that the unit is in. Raises ``BadInput`` where there is none."""
    found = []
    for path in sorted(output.glob(f"*/{RECORD}")):
        if (path.parent / "findings.jsonl").exists():
            inspection = Inspection.load(path.parent)
            if any(site.id == identity for site in inspection.sites):
                found.append(inspection)
    if not found:
        raise BadInput(f"{output}: 没有判定过单位“{identity}”的检查，请用 --inspection 写明检查的文件夹")
    return max(found, key=lambda i: (i.record.as_of, i.record.started))


def write_evidence(inspection: Inspection, identity: str, path: Path) -> int:
    """Writes the pack of one unit to ``path`` and returns the number of its failed findings. Raises ``BadInput`` where
    the unit is not of this inspection or the archive is gone."""
    site = next((site for site in inspection.sites if site.id == identity), None)
    if site is None:
        known = "、".join(s.id for s in inspection.sites[:10])
        raise BadInput(
            f"{inspection.path}: 没有单位“{identity}”，名单里有 {known}{'等' if len(inspection.sites) > 10 else ''}"
        )
    failed = [f for f in inspection.findings() if f.unit == identity and f.outcome is Outcome.FAILED]
    proofs = _proofs(inspection, site, failed)
    parts = _parts(inspection, site, failed, proofs)
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(parts.items()))
    with whole(path) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in [*sorted(parts.items()), (SUMS, sums.encode())]:
            info = zipfile.ZipInfo(f"{site.id}/{name}", EPOCH)
            info.compress_type = zipfile.ZIP_STORED if name == WARC else zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            target.writestr(info, data)
    return len(failed)


def _proofs(inspection: Inspection, site: Site, failed: list[Finding]) -> list[_Proof]:
    """The pages findings name: the very answer where its digest is told, else the last one of the address."""
    pages = inspection.pages(site)
    exact = {(page.url, page.sha256, page.fetched_at): page for page in pages}
    latest: dict[str, Page] = {}
    for page in pages:
        latest[page_key(page.task.url)] = page
        latest.setdefault(page_key(page.url), page)
    found: dict[int, tuple[Page, list[int]]] = {}
    for number, finding in enumerate(failed, 1):
        named: list[Page | None] = (
            [exact.get((finding.url, finding.sha256, finding.fetched_at))] if finding.sha256 else []
        )
        named += [latest.get(page_key(url)) for url in (finding.url, *finding.looked) if url]
        for proof in named:
            if proof is not None and number not in found.setdefault(proof.seq, (proof, []))[1]:
                found[proof.seq][1].append(number)
    return [_Proof(page, tuple(of)) for _, (page, of) in sorted(found.items())]


def _parts(inspection: Inspection, site: Site, failed: list[Finding], proofs: list[_Proof]) -> dict[str, bytes]:
    warc, rows = io.BytesIO(), io.StringIO()
    writer = csv.writer(rows, lineterminator="\n")
    writer.writerow(_HEADER)
    record = 0
    for proof in proofs:
        page = proof.page
        start, data = warc.tell(), _record(inspection, site, page)
        warc.write(data)
        record += bool(data)
        where = [start, len(data)] if data else ["", ""]
        cells = [page.url, str(page.status), page.http_status or "", page.fetched_at, page.sha256, *where]
        of = " ".join(map(str, proof.of))
        writer.writerow([record if data else "", *cells, of])
    visits = kept_visits(inspection).get(site.id, [])
    words = {"name": site.name, "unit": site.id, "inspection": inspection.record.id, "as_of": inspection.record.as_of}
    scan = f"{SCAN:19}日扫描的访问记录\n" if visits else ""
    parts = {
        "README.txt": _README.format(**words, scan=scan).encode(),
        "findings.jsonl": b"".join(msgspec.json.encode(finding) + b"\n" for finding in failed),
        PAGES: rows.getvalue().encode(),
        WARC: warc.getvalue(),
        RECORD: (inspection.path / RECORD).read_bytes(),
        "verify.py": files("audit.evidence").joinpath("verify.py").read_bytes(),
    }
    if visits:
        parts[SCAN] = b"".join(msgspec.json.encode(visit) + b"\n" for visit in visits)
    return parts


def _record(inspection: Inspection, site: Site, page: Page) -> bytes:
    """The page's WARC record as it lies in the archive."""
    if not page.warc or not page.length:
        return b""
    path = inspection.archive / site.id / page.warc
    try:
        with path.open("rb") as file:
            file.seek(page.offset)
            data = file.read(page.length)
    except OSError as error:
        raise BadInput(f"{path}: 存档打不开，不能取证据（{error.strerror}）") from error
    if len(data) != page.length:
        raise BadInput(f"{path}: 存档短了，{page.url} 的原始应答取不出来")
    return data
