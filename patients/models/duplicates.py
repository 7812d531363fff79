"""Entries that may be one person: how they are found, and that somebody said they are not."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record, RecordQuerySet
from patients.models.persons import Person


class DuplicateKey(Record):
    """A key under which an entry is found by others that may be the same person; made from it."""

    AUDIT = Audit.OPERATIONAL
    EXPORT = {Export.IDENTIFYING: "key", Export.TECHNICAL: "id person"}

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=120)

    class Meta:
        indexes = [
            models.Index(fields=["key"], include=["person"], name="patients_duplicatekey_key")
        ]

    def __str__(self) -> str:
        return self.key


class DuplicateSearch(Record):
    """Duplicates of an entry are to be looked for, or were, by the rule of a version."""

    AUDIT = Audit.OPERATIONAL
    EXPORT = {Export.TECHNICAL: "id person version asked_at done_at"}

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    version = models.CharField(max_length=16)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        # What is to be looked for, the oldest first.
        indexes = [
            models.Index(
                fields=["id"], condition=Q(done_at=None), name="patients_duplicatesearch_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.version}"


class DuplicateCandidate(Record):
    """Two entries that may be one person, as the rule found them last. Whether, a person decides."""

    AUDIT = Audit.OPERATIONAL
    EXPORT = {
        Export.INDIRECT: "first second bits grade reasons",
        Export.TECHNICAL: "id found_at",
    }
    RECORDED_AT = "found_at"

    class Grade(models.TextChoices):
        CERTAIN = "CERTAIN", _("certain")
        PROBABLE = "PROBABLE", _("probable")
        POSSIBLE = "POSSIBLE", _("possible")

    first = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    bits = models.IntegerField(help_text=_("Weight of all that was compared, in tenths of a bit."))
    grade = models.CharField(max_length=8, choices=Grade.choices)
    reasons = models.JSONField(default=list, help_text=_("Each finding with what it weighs."))
    found_at = models.DateTimeField()

    class Meta:
        verbose_name = _("pair of entries that may be one person")
        verbose_name_plural = _("pairs of entries that may be one person")
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"], name="patients_duplicatecandidate_once"
            ),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")), name="patients_duplicatecandidate_in_order"
            ),
        ]
        # The list, the worst first.
        indexes = [models.Index(F("bits").desc(), F("id"), name="patients_duplicatecand_worst")]

    def __str__(self) -> str:
        return f"{self.first} / {self.second}"


class PersonDistinctionQuerySet(RecordQuerySet):
    def standing(self) -> PersonDistinctionQuerySet:
        """Distinctions that nobody has taken back."""
        found: PersonDistinctionQuerySet = self.filter(end=None)
        return found


class PersonDistinction(Record):
    """Two entries are two persons: somebody looked, and they are not suggested again."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.TECHNICAL: "id first second recorded_at recorded_by",
        Export.INDIRECT: "reason",
    }

    first = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="distinctions")
    second = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="distinctions_later")
    reason = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    objects = PersonDistinctionQuerySet.as_manager()

    class Meta:
        verbose_name = _("distinction of entries")
        verbose_name_plural = _("distinctions of entries")
        constraints = [
            models.CheckConstraint(
                condition=Q(first__lt=F("second")), name="patients_persondistinction_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.first} is not {self.second}"


class PersonDistinctionEnd(Record):
    """A distinction turned out wrong: the two entries may be one person after all."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id distinction recorded_at recorded_by", Export.INDIRECT: "reason"}

    distinction = models.OneToOneField(
        PersonDistinction, on_delete=models.PROTECT, related_name="end"
    )
    reason = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("distinction taken back")
        verbose_name_plural = _("distinctions taken back")

    def __str__(self) -> str:
        return f"taken back: {self.distinction}"
