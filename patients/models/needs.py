"""What a person needs beyond treatment, for as long as it lasts."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record
from patients.models.corrections import CorrectableQuerySet
from patients.models.persons import Person


class CareNeed(Record):
    """A person needs something that whoever comes to them has to know."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "person since until",
        Export.CLINICAL: "kind detail",
        Export.TECHNICAL: "id corrects is_retraction recorded_at recorded_by",
    }

    class Kind(models.TextChoices):
        INTERPRETER = "INTERPRETER", _("interpreter")
        MOBILITY = "MOBILITY", _("help with moving")
        SENSORY = "SENSORY", _("help with seeing or hearing")
        FEEDING = "FEEDING", _("help with eating and drinking")
        INCAPACITY = "INCAPACITY", _("cannot decide for themselves")
        OTHER = "OTHER", _("other need")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="care_needs")
    kind = models.CharField(_("need"), max_length=11, choices=Kind.choices)
    detail = models.CharField(_("detail"), max_length=120, blank=True)
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True, blank=True)
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
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_retraction=False) | Q(corrects__isnull=False),
                name="patients_careneed_retracts_a_row",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="patients_careneed_ends_after_start",
            ),
            models.CheckConstraint(
                condition=~Q(kind="OTHER") | ~Q(detail=""), name="patients_careneed_says_which"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display()}"
