"""Where people were seen last, and where they were looked for in vain."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record
from patients.models.corrections import CorrectableQuerySet
from patients.models.persons import Person
from patients.models.places import Location
from patients.rules.whereabouts import Looking


class Sighting(Record):
    """Somebody was seen at a place, is being looked for, or was looked for and not found."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "person outcome location place reported_by note seen_at",
        Export.TECHNICAL: "id corrects is_retraction recorded_at recorded_by",
    }
    Outcome = Looking
    OUTCOMES = [
        (Looking.SEEN.value, _("seen")),
        (Looking.SEARCHING.value, _("being looked for")),
        (Looking.SEARCHED_NOT_FOUND.value, _("looked for, not found")),
    ]

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="sightings")
    outcome = models.CharField(max_length=18, choices=OUTCOMES)
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    place = models.CharField(_("place in words"), max_length=200, blank=True)
    reported_by = models.CharField(
        _("by whom"), max_length=120, blank=True, help_text=_("Who saw them, or who searches.")
    )
    note = models.CharField(max_length=200, blank=True)
    seen_at = models.DateTimeField(_("when"))
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
        verbose_name = _("sighting")
        verbose_name_plural = _("sightings")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_retraction=False) | Q(corrects__isnull=False),
                name="patients_sighting_retracts_a_row",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="SEEN") | Q(location__isnull=False) | ~Q(place=""),
                name="patients_sighting_seen_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_outcome_display()}"

    @property
    def reporter(self) -> str:
        """Who saw them or looked for them: as it was told, or whoever wrote it down."""
        return self.reported_by or self.recorded_by.display_name
