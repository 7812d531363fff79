"""Work groups: who is in them, which patients they look after, and what they are for."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record
from patients.models import Person


class WorkGroup(Record):
    """People who work at one aim around the clock, such as the removal of nanites."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"name", "aim", "needed", "is_active"})
    EXPORT = {Export.TECHNICAL: "id code name kind aim needed is_active recorded_at recorded_by"}

    class Kind(models.TextChoices):
        ELIMINATION = "ELIMINATION", _("elimination")
        REVERSAL = "REVERSAL", _("reversal of changes")
        REMOVAL = "REMOVAL", _("removal")
        OTHER = "OTHER", _("other")

    code = models.SlugField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("works at"), max_length=11, choices=Kind.choices)
    aim = models.TextField(_("aim"))
    needed = models.PositiveSmallIntegerField(
        _("needed on duty"), default=1, help_text=_("How many people have to be there at any time.")
    )
    is_active = models.BooleanField(default=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("work group")
        verbose_name_plural = _("work groups")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["ELIMINATION", "REVERSAL", "REMOVAL", "OTHER"]),
                name="assays_workgroup_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(needed__gte=1, needed__lte=50), name="assays_workgroup_needs_somebody"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class GroupMember(Record):
    """Somebody works in a group for a time, and so has its patients in their care."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"until"})
    EXPORT = {Export.TECHNICAL: "id group principal is_lead since until recorded_at recorded_by"}

    group = models.ForeignKey(WorkGroup, on_delete=models.PROTECT, related_name="members")
    principal = models.ForeignKey(
        Principal, on_delete=models.PROTECT, related_name="group_memberships"
    )
    is_lead = models.BooleanField(_("leads the group"), default=False)
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"), null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("member of a work group")
        verbose_name_plural = _("members of work groups")
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="assays_groupmember_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["group", "principal"],
                condition=Q(until=None),
                name="assays_groupmember_once",
            ),
        ]
        indexes = [models.Index(fields=["principal", "group"], name="assays_groupmember_of")]

    def __str__(self) -> str:
        return f"{self.principal} in {self.group}"


class GroupPatient(Record):
    """A patient whom a group looks after for a time, with what it is asked to find or do."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"until"})
    EXPORT = {
        Export.INDIRECT: "person since until",
        Export.CLINICAL: "question",
        Export.TECHNICAL: "id group recorded_at recorded_by",
    }

    group = models.ForeignKey(WorkGroup, on_delete=models.PROTECT, related_name="patients")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="group_patients")
    question = models.TextField(_("what the group is asked"))
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"), null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("patient of a work group")
        verbose_name_plural = _("patients of work groups")
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="assays_grouppatient_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["group", "person"], condition=Q(until=None), name="assays_grouppatient_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} with {self.group}"
