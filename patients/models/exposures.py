"""Exposures: who met which agent, through whom or what, and how certain that is."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record
from patients.models.corrections import CorrectableQuerySet
from patients.models.persons import Person


class Exposure(Record):
    """A person was, or may have been, exposed to an agent."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "person source_person event first_at last_at",
        Export.CLINICAL: "agent kind certainty",
        Export.TECHNICAL: "id corrects is_retraction recorded_at recorded_by",
    }

    class Kind(models.TextChoices):
        CONTACT = "CONTACT", _("contact with a person")
        BLOOD = "BLOOD", _("blood or body fluid")
        PLACE = "PLACE", _("presence in a place")
        DEVICE = "DEVICE", _("contaminated device or material")
        OTHER = "OTHER", _("other")

    class Certainty(models.TextChoices):
        CONFIRMED = "CONFIRMED", _("confirmed")
        PROBABLE = "PROBABLE", _("probable")
        POSSIBLE = "POSSIBLE", _("possible")
        EXCLUDED = "EXCLUDED", _("excluded")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="exposures")
    source_person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="exposures_caused"
    )
    event = models.CharField(max_length=200, blank=True)
    agent = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    certainty = models.CharField(max_length=9, choices=Certainty.choices)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
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
        verbose_name = _("exposure")
        verbose_name_plural = _("exposures")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_retraction=False) | Q(corrects__isnull=False),
                name="patients_exposure_retracts_a_row",
            ),
            models.CheckConstraint(
                condition=Q(last_at__gte=F("first_at")), name="patients_exposure_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(source_person=None) | ~Q(source_person=F("person")),
                name="patients_exposure_other_source",
            ),
        ]
        indexes = [
            # Who met an agent of late, and so who is followed up and where everybody is.
            models.Index(Upper("agent"), F("last_at"), name="patients_exposure_agent"),
            # Few exposures name an event: who was at one, and which ones there were of late.
            models.Index(fields=["event"], condition=~Q(event=""), name="patients_exposure_event"),
            models.Index(
                fields=["-id"],
                include=["event"],
                condition=~Q(event=""),
                name="patients_exposure_events",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} exposed to {self.agent}"
