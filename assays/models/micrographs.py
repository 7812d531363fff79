"""Micrographs of blood: fields of a specimen's film, what is shown of them, and what readers saw."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assays.models.analysis_runs import AnalysisPart
from assays.models.nanites import NaniteCount
from assays.models.specimens import Specimen
from assays.models.stored_contents import StoredContent
from labsys.accounts.models import Principal
from labsys.lib.fields import ExactDecimalField
from labsys.lib.records import Audit, Export, Record


class Micrograph(Record):
    """One field of a specimen's film, as it was given."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"withdrawn_at", "withdrawn_by", "withdrawn_because"})
    EXPORT = {
        Export.IDENTIFYING: "content name",
        Export.CLINICAL: "um_per_pixel withdrawn_because",
        Export.TECHNICAL: "id uid sent_digest specimen width height withdrawn_at withdrawn_by "
        "recorded_by recorded_at",
    }

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sent_digest = models.CharField(max_length=64, blank=True)
    specimen = models.ForeignKey(Specimen, on_delete=models.PROTECT, related_name="micrographs")
    content = models.ForeignKey(StoredContent, on_delete=models.PROTECT, related_name="micrographs")
    name = models.CharField(max_length=200, help_text=_("Of the file, as it was called."))
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    um_per_pixel = ExactDecimalField(null=True, help_text=_("Micrometres, where known."))
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        Principal, on_delete=models.PROTECT, null=True, related_name="+"
    )
    withdrawn_because = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            # A field that is counted twice is no second field.
            models.UniqueConstraint(
                fields=["specimen", "content"],
                condition=Q(withdrawn_at=None),
                name="assays_micrograph_once",
            ),
            models.CheckConstraint(
                condition=Q(um_per_pixel=None) | Q(um_per_pixel__gt=0),
                name="assays_micrograph_scale_positive",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_because="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                & ~Q(withdrawn_because=""),
                name="assays_micrograph_withdrawn_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MicrographView(Record):
    """What is shown of a micrograph: upright, in 8 bits, without what the camera wrote beside it.

    Where no picture can be made of the bytes, it says why.
    """

    AUDIT = Audit.FACT
    EXPORT = {
        Export.IDENTIFYING: "picture thumbnail",
        Export.TECHNICAL: "id micrograph width height refusal worker task_id recorded_by recorded_at",
    }

    micrograph = models.OneToOneField(Micrograph, on_delete=models.PROTECT, related_name="view")
    picture = models.ForeignKey(
        StoredContent, on_delete=models.PROTECT, null=True, related_name="+"
    )
    thumbnail = models.ForeignKey(
        StoredContent, on_delete=models.PROTECT, null=True, related_name="+"
    )
    width = models.PositiveIntegerField(null=True, help_text=_("Of the micrograph, upright."))
    height = models.PositiveIntegerField(null=True)
    refusal = models.JSONField(null=True)
    worker = models.CharField(max_length=128)
    task_id = models.CharField(max_length=64)
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    picture__isnull=False,
                    thumbnail__isnull=False,
                    width__isnull=False,
                    height__isnull=False,
                    refusal=None,
                )
                | Q(picture=None, thumbnail=None, width=None, height=None, refusal__isnull=False),
                name="assays_micrographview_whole",
            )
        ]

    def __str__(self) -> str:
        return str(self.micrograph)


class MicrographReading(Record):
    """What a reader says a micrograph shows: every object, confirmed or corrected. Ground truth.

    A later reading of the same reader or another stands beside it; none is changed.
    """

    AUDIT = Audit.FACT
    LARGE = frozenset({"findings"})
    EXPORT = {
        Export.CLINICAL: "findings remark",
        Export.TECHNICAL: "id uid sent_digest micrograph part findings_digest recorded_by recorded_at",
    }

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sent_digest = models.CharField(max_length=64, blank=True)
    micrograph = models.ForeignKey(Micrograph, on_delete=models.PROTECT, related_name="readings")
    part = models.ForeignKey(
        AnalysisPart,
        on_delete=models.PROTECT,
        null=True,
        related_name="readings",
        help_text=_("The count that lay before the reader; empty where there was none."),
    )
    findings = models.JSONField()
    findings_digest = models.CharField(max_length=64)
    remark = models.CharField(max_length=500, blank=True)
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.micrograph} {self.recorded_at:%Y-%m-%d %H:%M}"


class CountedReading(Record):
    """That a count of nanites was recorded from a reading of a micrograph."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id count reading"}

    count = models.ForeignKey(NaniteCount, on_delete=models.PROTECT, related_name="read_from")
    reading = models.ForeignKey(
        MicrographReading, on_delete=models.PROTECT, related_name="counted_in"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["count", "reading"], name="assays_countedreading_once")
        ]

    def __str__(self) -> str:
        return f"{self.count}: {self.reading}"
