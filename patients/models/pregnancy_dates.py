"""Days from which a pregnancy is counted: a last period that is stated, a conception that is known."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record
from patients.models.corrections import CorrectableQuerySet
from patients.models.persons import Person


class PregnancyDate(Record):
    """A day that somebody states, from which gestation can be counted."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "person on observed_at",
        Export.CLINICAL: "kind uncertainty_days note",
        Export.TECHNICAL: "id corrects is_retraction recorded_at recorded_by",
    }

    class Kind(models.TextChoices):
        LAST_PERIOD = "LAST_PERIOD", _("first day of the last period")
        FERTILISATION = "FERTILISATION", _("conception: fertilisation in vitro")
        INSEMINATION = "INSEMINATION", _("conception: insemination or induced ovulation")
        INTERCOURSE = "INTERCOURSE", _("conception: single intercourse")
        TEMPERATURE = "TEMPERATURE", _("conception: from the basal temperature")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="pregnancy_dates")
    kind = models.CharField(_("which day"), max_length=13, choices=Kind.choices)
    on = models.DateField(_("day"))
    uncertainty_days = models.PositiveSmallIntegerField(
        _("may be off by (days)"),
        null=True,
        blank=True,
        help_text=_(
            "Of a last period: how sure it is. Of a conception the published figure holds."
        ),
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    observed_at = models.DateTimeField(_("stated at"))
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
        verbose_name = _("day a pregnancy is counted from")
        verbose_name_plural = _("days pregnancies are counted from")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_retraction=False) | Q(corrects__isnull=False),
                name="patients_pregnancydate_retracts_a_row",
            ),
            models.CheckConstraint(
                condition=Q(kind="LAST_PERIOD", uncertainty_days__isnull=False)
                | (~Q(kind="LAST_PERIOD") & Q(uncertainty_days=None)),
                name="patients_pregnancydate_period_with_uncertainty",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display()}"
