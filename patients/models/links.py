"""Double entries of one person: links between them, and the one view that resolves these."""

from __future__ import annotations

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record, RecordQuerySet
from patients.models.persons import Person

READ_AS = """coalesce((
    SELECT k.survivor_id FROM patients_personlink k WHERE k.duplicate_id = {0} AND NOT EXISTS (
        SELECT 1 FROM patients_personunlink u WHERE u.link_id = k.id)), {0})"""


class PersonLinkQuerySet(RecordQuerySet):
    def active(self) -> PersonLinkQuerySet:
        """Links that nobody has undone."""
        found: PersonLinkQuerySet = self.filter(unlink=None)
        return found


class PersonLink(Record):
    """Two entries are one person: `duplicate` is read as `survivor` until the link is undone."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.TECHNICAL: "id duplicate survivor recorded_at recorded_by",
        Export.INDIRECT: "reason",
    }

    duplicate = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="links_away")
    survivor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="links_here")
    reason = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    objects = PersonLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link of entries")
        verbose_name_plural = _("links of entries")
        constraints = [
            models.CheckConstraint(
                condition=~Q(duplicate=F("survivor")), name="patients_personlink_two_entries"
            )
        ]

    def __str__(self) -> str:
        return f"{self.duplicate} is {self.survivor}"


class PersonUnlink(Record):
    """The end of a link that turned out wrong."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id link recorded_at recorded_by", Export.INDIRECT: "reason"}

    link = models.OneToOneField(PersonLink, on_delete=models.PROTECT, related_name="unlink")
    reason = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("undone link")
        verbose_name_plural = _("undone links")

    def __str__(self) -> str:
        return f"undone: {self.link}"


def survivor_mrn(person: str) -> Subquery:
    """Return the MRN this entry is read as instead of its own, or null, for an annotation."""
    links = PersonLink.objects.active().filter(duplicate=OuterRef(person))
    return Subquery(links.values("survivor__mrn")[:1])


class CanonicalPerson(models.Model):
    """Which entry each entry is read as: itself, or the survivor of its link (a database view).

    Ask it for given ids. Joined to a whole table it is read whole: there, annotate `survivor_mrn`.
    """

    person = models.OneToOneField(
        Person, on_delete=models.DO_NOTHING, primary_key=True, related_name="read_as"
    )
    canonical = models.ForeignKey(Person, on_delete=models.DO_NOTHING, related_name="entries")

    class Meta:
        managed = False
        db_table = "patients_canonicalperson"

    def __str__(self) -> str:
        return f"{self.person_id} is read as {self.canonical_id}"


class ReadAs(models.Func):
    """Which entry the entry whose id is in a column is read as, as `CanonicalPerson` has it.

    For a comparison row by row: planning with the view would take longer than the statement runs.
    """

    template = READ_AS.format("%(expressions)s")
    arity = 1
    output_field = models.BigIntegerField()
