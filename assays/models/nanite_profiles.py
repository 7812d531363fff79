"""Profiles of nanites: what was found at the markers of a specimen."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from assays.models.specimens import Specimen
from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record


class NaniteProfile(Record):
    """Markers, alleles, intensities and quality of one specimen, by one method.

    A correction names the row that it replaces; a withdrawal names one and holds nothing. Rows are
    numbered without gaps in the order in which they were committed, and ``chain`` digests a row with
    all before it: the newest says of which profiles the whole catalogue consists.
    """

    AUDIT = Audit.FACT
    LARGE = frozenset({"content"})
    EXPORT = {
        Export.INDIRECT: "observed_at",
        Export.CLINICAL: "content method comment reason",
        Export.TECHNICAL: "id uid specimen markers content_digest position chain corrects "
        "is_withdrawal sent_digest recorded_by recorded_at",
    }

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    specimen = models.ForeignKey(Specimen, on_delete=models.PROTECT, related_name="nanite_profiles")
    content = models.JSONField()
    content_digest = models.CharField(max_length=64)
    markers = models.PositiveSmallIntegerField()
    method = models.CharField(max_length=80)
    observed_at = models.DateTimeField()
    comment = models.TextField(blank=True)
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="corrected_by"
    )
    is_withdrawal = models.BooleanField(default=False)
    reason = models.CharField(max_length=500, blank=True)
    position = models.PositiveIntegerField(unique=True)
    chain = models.CharField(max_length=64)
    sent_digest = models.CharField(max_length=64, blank=True)
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_withdrawal=True, markers=0, corrects__isnull=False)
                | Q(is_withdrawal=False, markers__gt=0),
                name="assays_naniteprofile_reads_or_withdraws",
            ),
            models.CheckConstraint(
                condition=Q(corrects=None) | ~Q(reason=""),
                name="assays_naniteprofile_corrects_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.specimen} profile {self.position}"
