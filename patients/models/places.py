"""Where people are: locations, ward stays, and who looks after them there."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record, RecordQuerySet
from patients.models.persons import Person, Species


class Location(Record):
    """A place in the hospital or the station."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"is_active"})
    EXPORT = {
        Export.INDIRECT: "code name parent kind",
        Export.TECHNICAL: "id is_active recorded_at recorded_by",
    }

    class Kind(models.TextChoices):
        HOSPITAL = "HOSPITAL", _("hospital")
        WARD = "WARD", _("ward")
        ROOM = "ROOM", _("room")
        BED = "BED", _("bed")
        OVERFLOW = "OVERFLOW", _("overflow place")
        LABORATORY = "LABORATORY", _("laboratory")
        OTHER = "OTHER", _("other place")

    code = models.SlugField(max_length=32, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    is_active = models.BooleanField(default=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")

    def __str__(self) -> str:
        return self.name


class EncounterQuerySet(RecordQuerySet):
    def open(self) -> EncounterQuerySet:
        """Stays that have not ended."""
        found: EncounterQuerySet = self.filter(is_open=True)
        return found


class Encounter(Record):
    """A stay of a person in a ward; `is_open` until its end is recorded."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"is_open"})
    EXPORT = {
        Export.INDIRECT: "person location started_at",
        Export.CLINICAL: "reason",
        Export.TECHNICAL: "id is_open recorded_at recorded_by",
    }

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="encounters")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="encounters")
    started_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    is_open = models.BooleanField(default=True, editable=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    objects = EncounterQuerySet.as_manager()

    class Meta:
        verbose_name = _("ward stay")
        verbose_name_plural = _("ward stays")
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(is_open=True), name="patients_encounter_one_open"
            )
        ]
        indexes = [
            models.Index(fields=["location", "person"], name="patients_encounter_ward"),
            # Who is in a ward now, asked by every look of everybody who works there.
            models.Index(
                fields=["location"],
                include=["person", "started_at"],
                condition=Q(is_open=True),
                name="patients_encounter_now",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.location}"


class EncounterEnd(Record):
    """The end of a ward stay."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "ended_at disposition",
        Export.TECHNICAL: "id encounter recorded_at recorded_by",
    }

    class Disposition(models.TextChoices):
        DISCHARGED = "DISCHARGED", _("discharged")
        TRANSFERRED = "TRANSFERRED", _("transferred")
        DECEASED = "DECEASED", _("deceased")
        ERROR = "ERROR", _("entered in error")

    encounter = models.OneToOneField(Encounter, on_delete=models.PROTECT, related_name="end")
    ended_at = models.DateTimeField()
    disposition = models.CharField(max_length=11, choices=Disposition.choices)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("end of a ward stay")
        verbose_name_plural = _("ends of ward stays")
        indexes = [
            # Who was where in a past period.
            models.Index(
                fields=["ended_at"],
                include=["encounter", "disposition"],
                name="patients_encounterend_when",
            )
        ]

    def __str__(self) -> str:
        return f"{self.encounter} {self.get_disposition_display()}"


class CareAssignment(Record):
    """Somebody works in a ward for a time, and so has its patients in their care."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"until"})
    EXPORT = {Export.TECHNICAL: "id principal location since until recorded_at recorded_by"}

    principal = models.ForeignKey(
        Principal, on_delete=models.PROTECT, related_name="care_assignments"
    )
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="care_assignments"
    )
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("care assignment")
        verbose_name_plural = _("care assignments")
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="patients_careassignment_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.principal} in {self.location}"


class CareGrant(Record):
    """A visiting clinician may see one patient between two moments."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"until"})
    EXPORT = {
        Export.TECHNICAL: "id principal person since until recorded_at recorded_by",
        Export.INDIRECT: "reason service species",
    }

    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="care_grants")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="care_grants")
    reason = models.TextField()
    service = models.CharField(
        _("service or organisation"),
        max_length=120,
        blank=True,
        help_text=_("On whose behalf the visitor comes."),
    )
    species = models.ForeignKey(
        Species,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("the visitor's species"),
    )
    since = models.DateTimeField()
    until = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("care grant")
        verbose_name_plural = _("care grants")
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=F("since")), name="patients_caregrant_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return f"{self.principal} for {self.person}"
