"""Old inspections judged anew under today's mandates and scheme, beside the old results."""

from dataclasses import replace

from audit.inspection import Inspection, digest_of
from audit.scheme import chosen
from audit.score import Score
from audit.stages import check
from crawler.records import BadInput
from rules.mandate import load_mandates


def rejudge(old: Inspection) -> tuple[Inspection, list[Score]] | None:
    """An inspection's archive judged under the mandates and scheme of now, in a folder of its own beside it that is named
    after their digests; None where they are the same as then. Given again, it ends with the same bytes.

    Raises ``BadInput`` for an inspection that was never judged, has no archive any more, or is such a one itself.
    """
    record = old.record
    if record.rejudged_of:
        raise BadInput(f"{old.path}: 这已经是{record.rejudged_of}的重新判定，请写原来的检查")
    if "mandates" not in record.digests:
        raise BadInput(f"{old.path}: 还没有判定过，请运行 gongkai check {old.path}")
    if missing := [site.id for site in old.sites if not (old.archive / site.id / "index.sqlite").exists()]:
        raise BadInput(f"{old.archive}: 没有单位 {'、'.join(missing[:5])} 的存档，不能重新判定")
    mandates = load_mandates()
    digests = {"mandates": mandates.digest, "scheme": chosen(old, None, mandates).digest}
    if all(record.digests.get(name) == digest for name, digest in digests.items()):
        return None
    name = f"{record.id}.rejudged-{digest_of(digests)[:8]}"
    taken = {key: digest for key, digest in record.digests.items() if key in ("sites", "scan")}
    fresh = replace(record, id=name, rejudged_of=record.id, digests=taken, broken_checks={})
    new = Inspection.begin(old.path.with_name(name), fresh, old.sites)
    with new.locked():
        return new, check(new)
