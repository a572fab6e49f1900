"""Checks an evidence pack: python3 verify.py [FOLDER]. Needs Python 3.8 or later and nothing else."""

from __future__ import annotations

import csv
import hashlib
import json
import sys
import zlib
from pathlib import Path


def main(folder: Path) -> int:
    """Prints what was checked and returns 0 when all is as recorded, else 1."""
    faults = check_files(folder)
    notes: list[str] = []
    records = read_records(folder / "evidence.warc.gz", faults)
    with (folder / "pages.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    bodies: set[tuple[str, str, str]] = set()
    for row in rows:
        if row["record"]:
            check_page(row, records, bodies, faults, notes)
    with (folder / "findings.jsonl").open(encoding="utf-8") as file:
        findings = [json.loads(line) for line in file]
    for number, finding in enumerate(findings, 1):
        key = (finding["url"], finding["fetched_at"], finding["sha256"])
        if finding["sha256"] and key not in bodies:
            faults.append(f"第{number}条判定（{finding['mandate']}）所指的页面不在证据包里：{finding['url']}")
    for text in faults:
        print("不符：" + text)
    for text in notes:
        print("注意：" + text)
    print(
        f"判定{len(findings)}条，页面{len(rows)}个，原始应答{len(records)}个。"
        + ("有不符之处" if faults else "全部相符")
    )
    return 1 if faults else 0


def check_files(folder: Path) -> list[str]:
    """Each file's digest against SHA256SUMS, and files that stand in only one of the two."""
    faults: list[str] = []
    named = {"SHA256SUMS"}
    for line in (folder / "SHA256SUMS").read_text("utf-8").splitlines():
        wanted, name = line.split("  ", 1)
        named.add(name)
        path = folder / name
        if not path.is_file():
            faults.append("缺少文件 " + name)
        elif hashlib.sha256(path.read_bytes()).hexdigest() != wanted:
            faults.append(f"文件 {name} 的摘要与 SHA256SUMS 不同")
    extra = sorted(path.name for path in folder.iterdir() if path.is_file() and path.name not in named)
    return faults + ["多出的文件 " + name for name in extra]


def read_records(path: Path, faults: list[str]) -> list[tuple[dict[str, str], bytes]]:
    """The WARC's records in order: a dict of headers and the block."""
    data = path.read_bytes()
    records: list[tuple[dict[str, str], bytes]] = []
    while data:
        stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
        try:
            raw = stream.decompress(data) + stream.flush()
        except zlib.error:
            faults.append(f"evidence.warc.gz 从第{len(records) + 1}个应答起读不出来")
            break
        head, _, rest = raw.partition(b"\r\n\r\n")
        headers = fields(head)
        records.append((headers, rest[: int(headers.get("content-length", 0))]))
        data = stream.unused_data
    return records


def fields(head: bytes) -> dict[str, str]:
    """Header lines as a dict with lower-case names."""
    found: dict[str, str] = {}
    for line in head.decode("utf-8", "replace").split("\r\n")[1:]:
        name, _, value = line.partition(":")
        found.setdefault(name.strip().lower(), value.strip())
    return found


def check_page(
    row: dict[str, str], records: list[tuple[dict[str, str], bytes]], bodies: set[tuple[str, str, str]],
    faults: list[str], notes: list[str],
) -> None:  # fmt: skip
    """A page of the list against its record: address, time and the digest of its content."""
    place = int(row["record"])
    if place > len(records):
        faults.append(f"页面 {row['url']} 的应答（第{place}个）不在 evidence.warc.gz 里")
        return
    headers, block = records[place - 1]
    if headers.get("warc-target-uri", "").strip("<>") != row["url"]:
        faults.append(f"第{place}个应答的网址是 {headers.get('warc-target-uri')}，不是 {row['url']}")
    if headers.get("warc-date") != row["fetched_at"]:
        faults.append(f"第{place}个应答的时间是 {headers.get('warc-date')}，不是 {row['fetched_at']}")
    body = decoded(block)
    if body is None:
        notes.append(f"{row['url']} 用 br 压缩，Python 标准库不能解开，只核对了文件摘要、网址和时间")
    elif row["sha256"] and hashlib.sha256(body).hexdigest() != row["sha256"]:
        faults.append(f"页面 {row['url']} 的内容与记录的 SHA-256 不同")
        return
    bodies.add((row["url"], row["fetched_at"], row["sha256"]))


def decoded(block: bytes) -> bytes | None:
    """The content of a kept HTTP answer, or None where only other software can undo its compression."""
    head, _, body = block.partition(b"\r\n\r\n")
    headers = fields(head)
    codings = headers.get("content-encoding", "")
    for coding in reversed([c.strip().lower() for c in codings.split(",") if c.strip()]):
        if coding == "br":
            return None
        if coding in ("gzip", "x-gzip"):
            body = inflate(body, 16 + zlib.MAX_WBITS)
        elif coding == "deflate":
            zipped = len(body) > 1 and body[0] & 0x0F == 8 and (body[0] << 8 | body[1]) % 31 == 0
            body = inflate(body, zlib.MAX_WBITS if zipped else -zlib.MAX_WBITS)
    return body


def inflate(data: bytes, bits: int) -> bytes:
    """A stream undone as far as it goes; what is none stays as it is."""
    out, rest = b"", data
    while rest:
        stream = zlib.decompressobj(bits)
        try:
            out += stream.decompress(rest)
        except zlib.error:
            return out or data
        if not stream.eof:
            return out
        rest = stream.unused_data.lstrip(b"\0")
    return out


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent))
