"""People: the registry, their names and identifiers, and links between double entries."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record, RecordQuerySet
from patients.rules import deaths
from patients.rules.deaths import Death


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


class DeathPrecision(models.TextChoices):
    DAY = "DAY", _("exact")
    MONTH = "MONTH", _("month known")
    YEAR = "YEAR", _("year known")
    UNKNOWN = "UNKNOWN", _("deceased, nobody knows when")


class Species(Record):
    """A species the hospital looks after; ranges exist only where somebody established them."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"name"})
    EXPORT = {Export.INDIRECT: "code name", Export.TECHNICAL: "id"}

    code = models.SlugField(max_length=32, unique=True)
    name = models.CharField(max_length=80)

    class Meta:
        verbose_name = _("species")
        verbose_name_plural = _("species")

    def __str__(self) -> str:
        return self.name


class CurrentName(models.Func):
    """The current name of the person whose id is in a column, as one text (see `current_first`).

    Plain SQL: lists and banners ask for it everywhere, and writing it anew would take longer than asking.
    """

    template = (
        "(SELECT CASE WHEN n.given = '' THEN n.family ELSE n.family || ', ' || n.given END"
        " FROM patients_personname n WHERE n.person_id = %(expressions)s AND n.use <> 'FORMER'"
        " ORDER BY n.use, n.recorded_at DESC, n.id DESC LIMIT 1)"
    )
    arity = 1
    output_field = models.CharField()


class PersonQuerySet(RecordQuerySet):
    def listed(self) -> PersonQuerySet:
        """Persons as lists and banners show them: species, and the name they go by, in one query."""
        found: PersonQuerySet = self.select_related("species").annotate(
            current_name=CurrentName("pk")
        )
        return found


class Person(Record):
    """Somebody the hospital knows of, named or not."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset(
        {"sex", "birth_date", "birth_precision", "birth_uncertainty_days", "species"}
        | {"deceased_on", "deceased_precision"}
    )
    EXPORT = {
        Export.IDENTIFYING: "mrn uid placeholder",
        Export.INDIRECT: "species sex birth_date birth_precision birth_uncertainty_days deceased_on "
        "deceased_precision",
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
    deceased_on = models.DateField(
        null=True, blank=True, help_text=_("Of a month or a year that is known: its first day.")
    )
    deceased_precision = models.CharField(
        max_length=7, choices=DeathPrecision.choices, default=DeathPrecision.DAY
    )
    placeholder = models.CharField(
        max_length=80,
        blank=True,
        help_text=_("How an unnamed person is told apart, e.g. where found."),
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
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
            models.CheckConstraint(
                condition=Q(deceased_precision="DAY")
                | Q(deceased_precision__in=["MONTH", "YEAR"], deceased_on__isnull=False)
                | Q(deceased_precision="UNKNOWN", deceased_on=None),
                name="patients_person_death_precision_stated",
            ),
        ]

    def __str__(self) -> str:
        return self.mrn

    @property
    def death(self) -> Death | None:
        """What is known of their death; None of somebody who is not known to be dead."""
        return deaths.stated(self.deceased_on, self.deceased_precision)

    @property
    def display_name(self) -> str:
        """The current name, or in brackets what an unnamed person is told apart by."""
        if "current_name" in self.__dict__:
            name = self.__dict__["current_name"]
        else:
            name = self.names.current_first().first()
        return str(name) if name else f"[{self.placeholder}]"


class PersonNameQuerySet(RecordQuerySet):
    def current_first(self) -> PersonNameQuerySet:
        """Names somebody goes by now: official before usual, the newest of each first."""
        found: PersonNameQuerySet = self.exclude(use=PersonName.Use.FORMER).order_by(
            "use", "-recorded_at", "-id"
        )
        return found


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

    objects = PersonNameQuerySet.as_manager()

    class Meta:
        verbose_name = _("name")
        verbose_name_plural = _("names")

    def __str__(self) -> str:
        return f"{self.family}, {self.given}" if self.given else self.family


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
        verbose_name = _("identifier")
        verbose_name_plural = _("identifiers")
        constraints = [
            models.UniqueConstraint(
                fields=["system", "value"], name="patients_personidentifier_unique_in_system"
            )
        ]
        # People search by the value alone; few know which system it is from.
        indexes = [models.Index(fields=["value"], name="patients_personidentifier_val")]

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

    class Meta:
        verbose_name = _("identity check")
        verbose_name_plural = _("identity checks")

    def __str__(self) -> str:
        return f"{self.person}: identity {self.get_status_display()}"


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

    class Meta:
        verbose_name = _("own login")
        verbose_name_plural = _("own logins")

    def __str__(self) -> str:
        return f"{self.principal} is {self.person}"
