"""Injuries: what was found on somebody's body, where, and how severe."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record
from patients.models.corrections import CorrectableQuerySet
from patients.models.persons import Person


class Injury(Record):
    """An injury of one site of the body, as found at one moment."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "person found_at",
        Export.CLINICAL: "site side kind severity note",
        Export.TECHNICAL: "id corrects is_retraction recorded_at recorded_by",
    }

    class Side(models.TextChoices):
        LEFT = "LEFT", _("left")
        RIGHT = "RIGHT", _("right")
        BOTH = "BOTH", _("both sides")

    class Kind(models.TextChoices):
        CUT = "CUT", _("cut or laceration")
        PUNCTURE = "PUNCTURE", _("puncture or penetrating wound")
        BRUISE = "BRUISE", _("bruise or contusion")
        FRACTURE = "FRACTURE", _("fracture")
        DISLOCATE = "DISLOCATE", _("dislocation or sprain")
        BURN = "BURN", _("burn")
        CRUSH = "CRUSH", _("crush")
        BITE = "BITE", _("bite or sting")
        AMPUTATE = "AMPUTATE", _("amputation")
        HEAD = "HEAD", _("concussion or other injury of the head")
        OTHER = "OTHER", _("other")

    class Severity(models.IntegerChoices):
        MINOR = 1, _("minor")
        MODERATE = 2, _("moderate")
        SERIOUS = 3, _("serious")
        SEVERE = 4, _("severe")
        CRITICAL = 5, _("critical")
        MAXIMAL = 6, _("not survivable")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="injuries")
    site = models.CharField(_("site of the body"), max_length=80)
    side = models.CharField(max_length=5, choices=Side.choices, blank=True)
    kind = models.CharField(max_length=9, choices=Kind.choices)
    severity = models.PositiveSmallIntegerField(choices=Severity.choices)
    note = models.CharField(max_length=500, blank=True)
    found_at = models.DateTimeField()
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    is_retraction = models.BooleanField(
        default=False,
        help_text=_("The row it corrects was entered in error and nothing replaces it."),
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    objects = CorrectableQuerySet.as_manager()

    class Meta:
        verbose_name = _("injury")
        verbose_name_plural = _("injuries")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_retraction=False) | Q(corrects__isnull=False),
                name="patients_injury_retracts_a_row",
            ),
            models.CheckConstraint(
                condition=Q(severity__gte=1, severity__lte=6), name="patients_injury_severity_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.site}"
