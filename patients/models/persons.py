"""People: the registry, their names and identifiers, and links between double entries."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record


class Sex(models.TextChoices):
    """Administrative sex, HL7 table 0001."""

    FEMALE = "F", _("female")
    MALE = "M", _("male")
    OTHER = "O", _("other")
    UNKNOWN = "U", _("unknown")


class BirthPrecision(models.TextChoices):
    DAY = "DAY", _("exact")
    MONTH = "MONTH", _("month known")
    YEAR = "YEAR", _("year known")
    ESTIMATED = "ESTIMATED", _("estimated")
    UNKNOWN = "UNKNOWN", _("unknown")


class Species(Record):
    """A species the hospital looks after; ranges exist only where somebody established them."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"name"})
    EXPORT = {Export.INDIRECT: "code name", Export.TECHNICAL: "id"}

    code = models.SlugField(max_length=32, unique=True)
    name = models.CharField(max_length=80)

    class Meta:
        verbose_name_plural = _("species")

    def __str__(self) -> str:
        return self.name


class Person(Record):
    """Somebody the hospital knows of, named or not."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset(
        {"sex", "birth_date", "birth_precision", "birth_uncertainty_days", "deceased_on", "species"}
    )
    EXPORT = {
        Export.IDENTIFYING: "mrn uid placeholder",
        Export.INDIRECT: "species sex birth_date birth_precision birth_uncertainty_days deceased_on",
        Export.TECHNICAL: "id recorded_at recorded_by",
    }

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mrn = models.CharField(_("MRN"), max_length=12, unique=True)
    species = models.ForeignKey(Species, on_delete=models.PROTECT, related_name="+")
    sex = models.CharField(max_length=1, choices=Sex.choices, default=Sex.UNKNOWN)
    birth_date = models.DateField(null=True, blank=True)
    birth_precision = models.CharField(
        max_length=9, choices=BirthPrecision.choices, default=BirthPrecision.UNKNOWN
    )
    birth_uncertainty_days = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text=_("For an estimated date: it may be off by this many days."),
    )
    deceased_on = models.DateField(null=True, blank=True)
    placeholder = models.CharField(
        max_length=80,
        blank=True,
        help_text=_("How an unnamed person is told apart, e.g. where found."),
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = _("persons")
        constraints = [
            models.CheckConstraint(
                condition=Q(sex__in=Sex.values), name="patients_person_sex_known"
            ),
            models.CheckConstraint(
                condition=Q(birth_date=None, birth_precision="UNKNOWN")
                | (Q(birth_date__isnull=False) & ~Q(birth_precision="UNKNOWN")),
                name="patients_person_birth_precision_stated",
            ),
            models.CheckConstraint(
                condition=Q(birth_precision="ESTIMATED", birth_uncertainty_days__isnull=False)
                | (~Q(birth_precision="ESTIMATED") & Q(birth_uncertainty_days=None)),
                name="patients_person_birth_uncertainty_stated",
            ),
        ]

    def __str__(self) -> str:
        return self.mrn


class PersonName(Record):
    """A name somebody goes by; the newest row of a use is the current one."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.IDENTIFYING: "family given",
        Export.TECHNICAL: "id person use recorded_at recorded_by",
    }

    class Use(models.TextChoices):
        OFFICIAL = "OFFICIAL", _("official")
        USUAL = "USUAL", _("usual")
        FORMER = "FORMER", _("former")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="names")
    use = models.CharField(max_length=8, choices=Use.choices, default=Use.OFFICIAL)
    family = models.CharField(max_length=80)
    given = models.CharField(max_length=80, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.family}, {self.given}".strip(", ")


class PersonIdentifier(Record):
    """A further identifier (service number, other hospital's MRN), unique within its system."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.IDENTIFYING: "value",
        Export.TECHNICAL: "id person system recorded_at recorded_by",
    }

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="identifiers")
    system = models.CharField(max_length=120)
    value = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["system", "value"], name="patients_personidentifier_unique_in_system"
            )
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.value}"


class IdentityEvent(Record):
    """Somebody checked a person's identity, or came to doubt it."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.TECHNICAL: "id person status happened_at recorded_at recorded_by",
        Export.INDIRECT: "basis",
    }

    class Status(models.TextChoices):
        CONFIRMED = "CONFIRMED", _("confirmed")
        DOUBTED = "DOUBTED", _("in doubt")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="identity_events")
    status = models.CharField(max_length=9, choices=Status.choices)
    basis = models.CharField(
        max_length=200, help_text=_("What was checked, e.g. document and face.")
    )
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.person}: identity {self.get_status_display()}"


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

    class Meta:
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

    def __str__(self) -> str:
        return f"undone: {self.link}"


class PersonAccount(Record):
    """The login by which a person reads their own page."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id person principal recorded_at recorded_by"}

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="account")
    principal = models.OneToOneField(
        Principal, on_delete=models.PROTECT, related_name="person_account"
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.principal} is {self.person}"
