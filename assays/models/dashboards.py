"""Figures of the whole house as they were counted, and the council reports issued from them.

What the figures mean is known to the room above, which may read every app; here they are kept. No
row names a patient.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record

SHA256 = r"^[0-9a-f]{64}$"


class FigureSnapshot(Record):
    """The figures as they were counted at one moment; counted anew every so often, old ones go."""

    AUDIT = Audit.OPERATIONAL
    EXPORT = {Export.INDIRECT: "content", Export.TECHNICAL: "id counted_at milliseconds"}

    counted_at = models.DateTimeField(unique=True)
    milliseconds = models.PositiveIntegerField()
    content = models.JSONField()

    class Meta:
        verbose_name = _("figures of the dashboard")
        verbose_name_plural = _("figures of the dashboard")

    def __str__(self) -> str:
        return f"{self.counted_at:%Y-%m-%d %H:%M}"


class CouncilReport(Record):
    """One version of a report to the council: what it says, and its PDF byte by byte.

    Content and document stand as they were issued. What was wrong is said right by a further
    version, with the reason.
    """

    AUDIT = Audit.FACT
    LARGE = frozenset({"content", "pdf"})
    EXPORT = {
        Export.INDIRECT: "content pdf reason agent",
        Export.TECHNICAL: "id number version corrects since until content_sha256 sha256 template "
        "figures_at issued_by issued_at",
    }

    number = models.PositiveIntegerField(help_text=_("Counted from 1; its versions share it."))
    version = models.PositiveSmallIntegerField()
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    reason = models.CharField(max_length=500, blank=True)
    agent = models.CharField(max_length=80, blank=True)
    since = models.DateField()
    until = models.DateField()
    content = models.JSONField()
    content_sha256 = models.CharField(
        max_length=64, help_text=_("Of the content in its canonical form.")
    )
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64, help_text=_("Of the PDF's bytes."))
    template = models.PositiveSmallIntegerField(help_text=_("Version of the template."))
    figures_at = models.DateTimeField(help_text=_("When its figures were counted."))
    issued_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()

    class Meta:
        verbose_name = _("council report")
        verbose_name_plural = _("council reports")
        constraints = [
            models.UniqueConstraint(
                fields=["number", "version"], name="assays_councilreport_version"
            ),
            models.CheckConstraint(
                condition=Q(version=1, corrects=None)
                | Q(version__gt=1, corrects__isnull=False) & ~Q(reason=""),
                name="assays_councilreport_corrects_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1) & Q(until__gte=models.F("since")),
                name="assays_councilreport_in_order",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=SHA256) & Q(content_sha256__regex=SHA256),
                name="assays_councilreport_digests",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}.{self.version}"
