"""The times that communication is held to, versioned; and what left the house as a file."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assays.models.versioned import Life, Versioned, life_of
from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record

MINUTES = [
    "critical_requester",
    "critical_ward",
    "critical_laboratory",
    "critical_target",
    "urgent_critical",
    "urgent_abnormal",
    "urgent_other",
    "routine_critical",
    "routine_abnormal",
    "routine_other",
    "correction_critical",
    "correction_other",
]


class CommunicationTimes(Versioned):
    """One version of how long things may wait before they go to the next person, in minutes."""

    LIFE = Life("communication.times", key=("code",))
    EXPORT = {
        Export.TECHNICAL: "id code number status note drafted_by drafted_at approved_by approved_at "
        "active_from active_until " + " ".join(MINUTES)
    }

    code = models.SlugField(max_length=32, default="communication")
    critical_requester = models.PositiveIntegerField(
        _("critical value, to the requester after"), default=15
    )
    critical_ward = models.PositiveIntegerField(
        _("critical value, to the ward or on call after"), default=30
    )
    critical_laboratory = models.PositiveIntegerField(
        _("critical value, to the laboratory doctor after"), default=45
    )
    critical_target = models.PositiveIntegerField(
        _("critical value, told within (target)"), default=15
    )
    urgent_critical = models.PositiveIntegerField(
        _("urgent order, critical value, acknowledged within"), default=60
    )
    urgent_abnormal = models.PositiveIntegerField(
        _("urgent order, abnormal value, acknowledged within"), default=240
    )
    urgent_other = models.PositiveIntegerField(
        _("urgent order, other value, acknowledged within"), default=1440
    )
    routine_critical = models.PositiveIntegerField(
        _("routine order, critical value, acknowledged within"), default=60
    )
    routine_abnormal = models.PositiveIntegerField(
        _("routine order, abnormal value, acknowledged within"), default=1440
    )
    routine_other = models.PositiveIntegerField(
        _("routine order, other value, acknowledged within"), default=4320
    )
    correction_critical = models.PositiveIntegerField(
        _("corrected critical value, acknowledged within"), default=60
    )
    correction_other = models.PositiveIntegerField(
        _("other corrected value, acknowledged within"), default=1440
    )
    note = models.TextField(_("why this version is made"))

    class Meta:
        verbose_name = _("times of communication")
        verbose_name_plural = _("times of communication")
        constraints = [
            *life_of("assays_communicationtimes", "code"),
            models.CheckConstraint(
                condition=Q(**{f"{name}__gte": 1 for name in MINUTES}),
                name="assays_communicationtimes_positive",
            ),
            models.CheckConstraint(
                condition=Q(
                    critical_ward__gte=F("critical_requester"),
                    critical_laboratory__gte=F("critical_ward"),
                ),
                name="assays_communicationtimes_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.number}"


class DataExport(Record):
    """A file that left the house: what it held, for what it was asked, who took it."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id kind columns parameters row_count sha256 by at"}

    kind = models.SlugField(max_length=40)
    columns = models.JSONField(help_text=_("Each column with its class of export."))
    parameters = models.JSONField(default=dict, help_text=_("What was asked for."))
    row_count = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("file taken out")
        verbose_name_plural = _("files taken out")
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="assays_dataexport_digest"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"
