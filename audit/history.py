"""What lasts: inspections taken into the database, and the database rebuilt from their folders."""

import contextlib
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path

import click

from audit.database import NAME as DATABASE
from audit.database import database, exists, is_file
from audit.decisions import Decision, Decisions, add, export, exported, load
from audit.inspection import NAME, Inspection
from crawler.records import BadInput

Tell = Callable[[str], None]


def import_inspections(inspections: Iterable[Inspection], tell: Tell) -> None:
    """Takes inspections into the database of the folder each lies in, in the order of their days; each whole or not at
    all. Raises ``BadInput``; those before the one at fault are kept."""
    by_output: dict[Path, list[Inspection]] = {}
    for inspection in inspections:
        by_output.setdefault(inspection.path.absolute().parent, []).append(inspection)
    for output, own in by_output.items():
        with database(output):
            for inspection in _ordered(own):
                tell(_take_in(output, inspection))


def _ordered(inspections: Iterable[Inspection]) -> list[Inspection]:
    return sorted(inspections, key=lambda i: (i.record.as_of, i.record.id))


def _take_in(output: Path, inspection: Inspection) -> str:
    """One inspection in one transaction; returns what became of it."""
    from django.db import transaction

    from audit import models
    from audit.importing import Duties, store
    from audit.rectify import Ledger, terms_anew

    record = inspection.record
    with transaction.atomic():
        again = models.Inspection.objects.filter(name=record.id).exists()
        before = list(models.Result.objects.filter(inspection__name=record.id).values_list("unit_id", flat=True))
        duties = Duties()
        row = store(inspection, inspection.path.name, duties)
        if row is None:
            return f"{record.id}：已在库中，没有变动"
        if row.rejudged_of:
            return f"{record.id}：已入库（{row.rejudged_of}的重新判定，不动台账）"
        units = {*before, *row.results.values_list("unit_id", flat=True)}
        later = models.Inspection.objects.filter(rejudged_of="").order_by("-as_of", "-name").first()
        ledger = Ledger(output, duties, load())
        if again or (later is not None and later.pk != row.pk):
            ledger.anew(units)
        else:
            ledger.move_on(row)
        terms_anew(units)
        return f"{record.id}：已入库，{len(inspection.sites)}个单位"


def decide(output: Path, made: Callable[[Decisions], Iterable[Decision]]) -> list[Decision]:
    """Takes in what people decided: ``made`` is asked once the database is held, of what was decided before. Saves those that
    are new, works out the problems of their units anew, writes ``decisions.jsonl``; returns the new ones. Whole or not at all."""
    with database(output):
        from django.db import transaction

        from audit import models
        from audit.importing import Duties
        from audit.rectify import Ledger

        with transaction.atomic():
            new = add(made(load()))
            units = models.Unit.objects.filter(code__in={decision.unit for decision in new})
            Ledger(output, Duties(), load()).anew(units.values_list("id", flat=True))
        export(output)
        return new


def rebuild(output: Path, tell: Tell) -> None:
    """Makes the database of an output folder anew from the inspections in it; what people decided stays. Raises
    ``BadInput`` with nothing changed where a folder cannot be read."""
    from django.db import transaction

    folders = sorted(path.parent for path in output.glob(f"*/{NAME}"))
    found = _ordered(Inspection.load(folder) for folder in folders)
    for first, second in pairwise(found):
        if first.record.id == second.record.id:
            raise BadInput(f"{first.path}和{second.path}: 都是检查“{first.record.id}”，请移走其中一个再运行")
    for inspection in found:
        if not (inspection.path / "findings.jsonl").exists():
            tell(f"{inspection.record.id}：还没有检查结论，略过")
    judged = [i for i in found if (i.path / "findings.jsonl").exists()]
    if not judged and not exists(output):
        raise BadInput(f"{output}: 里面没有检查结果的文件夹，请用 --output 指到放检查结果的文件夹")
    beside = exported(output)
    _set_aside_broken(output, tell)
    with database(output):
        with transaction.atomic():
            _fill(output, judged, beside, tell)
        export(output)


def _fill(output: Path, judged: Sequence[Inspection], beside: Sequence[Decision], tell: Tell) -> None:
    from audit import models
    from audit.importing import Duties, store
    from audit.rectify import Ledger, terms_anew

    add(beside)
    models.Problem.objects.all().delete()
    names = {inspection.record.id for inspection in judged}
    for row in models.Inspection.objects.all():
        if row.name in names:
            row.delete()
        else:
            tell(f"{row.name}：文件夹不在了，库里原有的结果照样保留")
    duties = Duties()
    for inspection in judged:
        store(inspection, inspection.path.name, duties)
        tell(f"{inspection.record.id}：已入库，{len(inspection.sites)}个单位")
    Ledger(output, duties, load()).anew()
    terms_anew(models.Unit.objects.values_list("id", flat=True))


def _set_aside_broken(output: Path, tell: Tell) -> None:
    """A file that is no database any more makes way; what people decided is then taken from ``decisions.jsonl``."""
    path = output / DATABASE
    if not is_file() or not path.exists():
        return
    with contextlib.suppress(BadInput):
        with database(output):
            load()
        return
    broken = path.with_name(f"{DATABASE}.broken")
    path.replace(broken)
    tell(f"{path}: 读不了，已改名为 {broken.name}；复核意见和例外取自 decisions.jsonl")


def echo(text: str) -> None:
    """Progress, on stderr."""
    click.echo(text, err=True)
