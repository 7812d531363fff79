"""Cumulative reports: a patient's released values of a period as they were given, and who saw them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record
from patients.models import Person


class CumulativeReport(Record):
    """One version of a patient's cumulative report: a period, a choice of sections, all it says."""

    AUDIT = Audit.FACT
    LARGE = frozenset({"content"})
    EXPORT = {
        Export.IDENTIFYING: "content",
        Export.INDIRECT: "person since until",
        Export.TECHNICAL: "id number sections result_ids sha256 recorded_by recorded_at",
    }

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cumulative_reports")
    number = models.PositiveIntegerField(help_text=_("Counted for each patient from 1."))
    since = models.DateField()
    until = models.DateField()
    sections = models.JSONField(default=list, help_text=_("What was chosen; empty: all of them."))
    content = models.JSONField()
    result_ids = ArrayField(
        models.BigIntegerField(), help_text=_("The results whose values it gives.")
    )
    sha256 = models.CharField(max_length=64, help_text=_("Of the content in its canonical form."))
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("cumulative report")
        verbose_name_plural = _("cumulative reports")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "number"], name="assays_cumulativereport_number"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1) & Q(since__lte=F("until")),
                name="assays_cumulativereport_in_order",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="assays_cumulativereport_digest"
            ),
        ]
        indexes = [GinIndex(fields=["result_ids"], name="assays_cumulativereport_result")]

    def __str__(self) -> str:
        return f"C{self.pk}"


class CumulativeDocument(Record):
    """The PDF of one cumulative report: rendered once from its content, kept byte by byte."""

    AUDIT = Audit.FACT
    LARGE = frozenset({"pdf"})
    EXPORT = {
        Export.IDENTIFYING: "pdf",
        Export.TECHNICAL: "id cumulative sha256 template rendered_by rendered_at",
    }

    cumulative = models.OneToOneField(
        CumulativeReport, on_delete=models.PROTECT, related_name="document"
    )
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64, help_text=_("Of the PDF's bytes."))
    template = models.PositiveSmallIntegerField(help_text=_("Version of the template."))
    rendered_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    rendered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="assays_cumulativedocument_digest",
            )
        ]

    def __str__(self) -> str:
        return f"{self.cumulative}"


class CumulativeAccess(Record):
    """Somebody was shown a cumulative report, or took it with them."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id cumulative kind by at"}

    class Kind(models.TextChoices):
        VIEWED = "VIEWED", _("viewed")
        PRINTED = "PRINTED", _("printed")
        DOWNLOADED = "DOWNLOADED", _("downloaded")

    cumulative = models.ForeignKey(
        CumulativeReport, on_delete=models.PROTECT, related_name="accesses"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("look at a cumulative report")
        verbose_name_plural = _("looks at cumulative reports")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["VIEWED", "PRINTED", "DOWNLOADED"]),
                name="assays_cumulativeaccess_kind_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.cumulative} {self.get_kind_display()}"
