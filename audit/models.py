"""What lasts across inspections. Import only after ``audit.database`` has set Django up.

Two kinds of tables. *Derived* ones (``Unit`` to ``Problem``) are read out of inspections' folders and can be thrown away
and rebuilt. *Decided* ones (``Review``, ``Exemption``, ``Notice``) hold what people decided; they name units, mandates and
subjects by word, not by row, so that a rebuild leaves them standing, and are never changed, only added to.

A year of 1,500 units makes ten million findings, nearly all of them passed or inapplicable: only failed and open ones have
a row of their own; of the rest ``Result.outcomes`` keeps who came to what in a byte or two each.
"""

from typing import ClassVar

from django.db import models

OUTCOMES = ("passed", "failed", "cant_tell", "inapplicable", "untested")
"""Outcomes by the number they are kept as."""


class Unit(models.Model):
    """A unit by the id of the site list, with the name, level and parent it had last."""

    code = models.CharField(max_length=200, unique=True)
    name = models.TextField()
    level = models.CharField(max_length=40)
    parent = models.TextField(blank=True)


class UnitTerm(models.Model):
    """A time through which a unit was listed under one name, level and parent. ``since`` and ``until`` are the first and last
    inspection day so listed."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="terms")
    name = models.TextField()
    level = models.CharField(max_length=40)
    parent = models.TextField(blank=True)
    since = models.DateField()
    until = models.DateField()


class Inspection(models.Model):
    """One inspection. ``folder`` is relative to the output folder; ``source_digest`` is over the files it was read from, with
    ``size`` and ``mtime`` of ``findings.jsonl`` to see quickly that they are the same. ``rejudged_of`` names the
    inspection whose archive this one judged anew; such a one is kept beside, and moves no problem."""

    name = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=20)
    as_of = models.DateField()
    folder = models.TextField()
    version = models.CharField(max_length=40)
    rejudged_of = models.CharField(max_length=100, blank=True)
    digests = models.JSONField(default=dict)
    source_digest = models.CharField(max_length=64)
    size = models.BigIntegerField()
    mtime = models.BigIntegerField()

    class Meta:
        """Inspections in the order of their days."""

        ordering: ClassVar[list[str]] = ["as_of", "name"]


class Duty(models.Model):
    """A mandate and a subject that was judged under it. ``subject_key`` is the subject's SHA-256."""

    mandate = models.CharField(max_length=80)
    subject = models.TextField()
    subject_key = models.CharField(max_length=64)
    check_id = models.CharField(max_length=80)

    class Meta:
        """A duty is its mandate and subject; a subject may be longer than an index takes."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["mandate", "subject_key"], name="duty_once")
        ]


class Result(models.Model):
    """One unit in one inspection: how it was listed, ``scores.csv``'s row, counts of outcomes per module, and every duty's outcome packed
    (see ``audit.packing``). ``pages``/``pages_ok``: addresses expected, and seen."""

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="results", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="results")
    name = models.TextField()
    level = models.CharField(max_length=40)
    parent = models.TextField(blank=True)
    scheme = models.CharField(max_length=80)
    score = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    veto = models.TextField(blank=True)
    confirmed = models.TextField(blank=True, default="")
    grade = models.CharField(max_length=80, blank=True, default="")
    rank = models.IntegerField(null=True)
    coverage = models.FloatField()
    passed = models.IntegerField()
    failed = models.IntegerField()
    cant_tell = models.IntegerField()
    untested = models.IntegerField()
    pages = models.IntegerField()
    pages_ok = models.IntegerField()
    modules = models.JSONField(default=dict)
    outcomes = models.BinaryField()

    class Meta:
        """One result a unit and inspection."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["inspection", "unit"], name="result_once")
        ]


class Finding(models.Model):
    """A failed or open finding. Its words, proof and page stand in ``findings.jsonl``; here is what lists show. Of open ones
    ``url`` is empty."""

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="findings")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="findings")
    duty = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="findings", db_index=False)
    outcome = models.SmallIntegerField()
    points = models.FloatField()
    message = models.TextField()
    url = models.TextField()


class Problem(models.Model):
    """A line of the rectification ledger: (unit, mandate, subject), across inspections; the duty is that of the mandate
    itself, never of an alias. Its columns are those of ``audit.ledger.State``."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="problems", db_index=False)
    duty = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="problems", db_index=False)
    status = models.CharField(max_length=20)
    first_seen = models.DateField()
    last_seen = models.DateField()
    opened = models.DateField()
    last_inspection = models.CharField(max_length=100)
    times = models.IntegerField()
    reopened = models.IntegerField()
    refuted = models.IntegerField()
    claimed = models.DateField(null=True)
    closed = models.DateField(null=True)
    closed_by = models.TextField(blank=True)
    unseen = models.DateField(null=True)
    deadline = models.DateField(null=True)
    responsible = models.TextField(blank=True)
    message = models.TextField()
    url = models.TextField()
    points = models.FloatField()

    class Meta:
        """A problem is its unit and duty."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["unit", "duty"], name="problem_once")
        ]


class Decision(models.Model):
    """What a person decided about one duty of one unit, as found in one inspection. ``uid`` is a digest of the content, so
    that the same decision is kept once; ``number`` counts all decisions in the order they came; ``day`` is when it was taken in; ``source`` the file, sheet and row."""

    uid = models.CharField(max_length=64, unique=True)
    number = models.BigIntegerField()
    inspection = models.CharField(max_length=100)
    unit = models.CharField(max_length=200)
    day = models.DateField()
    source = models.TextField(blank=True)

    class Meta:
        """Its columns stand in each table."""

        abstract = True


class Review(Decision):
    """A person's word on a finding; the last one of a finding holds. ``outcome`` is what the machine had said."""

    mandate = models.CharField(max_length=80)
    subject = models.TextField()
    check_id = models.CharField(max_length=80)
    outcome = models.CharField(max_length=20)
    opinion = models.CharField(max_length=20)
    responsible = models.TextField(blank=True)
    deadline = models.DateField(null=True)
    reviewer = models.TextField(blank=True)
    note = models.TextField(blank=True)
    after = models.CharField(max_length=64, blank=True)


class Exemption(Decision):
    """A problem that need not be mended, from ``day`` up to and with ``expires``: shown beside it, never in its place."""

    mandate = models.CharField(max_length=80)
    subject = models.TextField()
    reason = models.TextField()
    document = models.TextField()
    approver = models.TextField()
    expires = models.DateField()
    after = models.CharField(max_length=64, blank=True)


class Notice(Decision):
    """A notice to mend (整改通知书) that was sent to a unit: its document number, when it was issued, and until when to mend."""

    document = models.TextField()
    issued = models.DateField()
    deadline = models.DateField(null=True)
