"""Reports: what was said to the requester of an order, version by version, and who has seen it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assays.models.orders import Order
from assays.rules.states import ReportStatus
from labsys.accounts.models import Principal
from labsys.lib.choices import choices
from labsys.lib.records import Audit, Export, Record


class Report(Record):
    """The report of one order; what it says stands in its versions, the newest of which holds."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"status"})
    EXPORT = {Export.TECHNICAL: "id order status recorded_by recorded_at"}

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="report")
    status = models.CharField(max_length=16, choices=choices(ReportStatus))
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in ReportStatus]),
                name="assays_report_status_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class ReportVersion(Record):
    """Everything one version of a report says, frozen; the next version never changes it."""

    AUDIT = Audit.FACT
    LARGE = frozenset({"content"})
    EXPORT = {
        Export.IDENTIFYING: "content",
        Export.TECHNICAL: "id report number status result_ids preliminary_ids sha256 made_by "
        "made_at",
        Export.CLINICAL: "reason",
    }

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=16, choices=choices(ReportStatus))
    content = models.JSONField(
        help_text=_("All that is printed, with what changed since the version before.")
    )
    result_ids = ArrayField(
        models.BigIntegerField(), help_text=_("The results whose values this version gives.")
    )
    preliminary_ids = ArrayField(
        models.BigIntegerField(),
        default=list,
        help_text=_("The results not released yet whose values this version gives."),
    )
    sha256 = models.CharField(max_length=64, help_text=_("Of the content in its canonical form."))
    reason = models.TextField(blank=True)
    made_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "number"], name="assays_reportversion_number"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="assays_reportversion_counts_from_one"
            ),
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in ReportStatus]),
                name="assays_reportversion_status_known",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="assays_reportversion_digest"
            ),
        ]
        indexes = [
            # Which versions gave this value: whoever read one of them has to hear of its correction.
            GinIndex(fields=["result_ids"], name="assays_reportversion_results"),
            # What was made on a day, for printing.
            models.Index(fields=["made_at", "id"], name="assays_reportversion_made"),
            GinIndex(fields=["preliminary_ids"], name="assays_reportversion_prelim"),
        ]

    def __str__(self) -> str:
        return f"{self.report} v{self.number}"


class ReportDocument(Record):
    """The PDF of one version: rendered once from its content, kept byte by byte."""

    AUDIT = Audit.FACT
    LARGE = frozenset({"pdf"})
    EXPORT = {
        Export.IDENTIFYING: "pdf",
        Export.TECHNICAL: "id version sha256 template worker task_id rendered_by rendered_at",
    }

    version = models.OneToOneField(ReportVersion, on_delete=models.PROTECT, related_name="document")
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64, help_text=_("Of the PDF's bytes."))
    template = models.PositiveSmallIntegerField(help_text=_("Version of the template."))
    worker = models.CharField(max_length=128, blank=True)
    task_id = models.CharField(max_length=64, blank=True)
    rendered_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    rendered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="assays_reportdocument_digest"
            )
        ]

    def __str__(self) -> str:
        return f"{self.version}"


class ReportAccess(Record):
    """Somebody was shown a version of a report, or took it with them."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id version kind by at"}

    class Kind(models.TextChoices):
        VIEWED = "VIEWED", _("viewed")
        PRINTED = "PRINTED", _("printed")
        DOWNLOADED = "DOWNLOADED", _("downloaded")

    version = models.ForeignKey(ReportVersion, on_delete=models.PROTECT, related_name="accesses")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("look at a report")
        verbose_name_plural = _("looks at reports")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["VIEWED", "PRINTED", "DOWNLOADED"]),
                name="assays_reportaccess_kind_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.get_kind_display()}"
