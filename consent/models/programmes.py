"""Programmes that post people away, what each asks, and who belongs to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import F, Func, Prefetch, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.fields import ExactDecimalField
from labsys.lib.records import Audit, Export, Record, RecordQuerySet
from patients.models import Person

# The published thresholds; a programme may call a clinician earlier, never later.
REFER_FROM, URGENT_AT_MOST = 3, 5


def weekly_questionnaires() -> list[str]:
    """Return what a psychological check asks unless a programme says otherwise."""
    return ["PHQ-9", "GAD-7"]


@dataclass(frozen=True)
class Naming:
    """What a programme is called, and where it posts people, at one moment."""

    name: str
    destination: str


class ProgrammeManager(models.Manager.from_queryset(RecordQuerySet)):  # type: ignore[misc]
    """Programmes, with what each is called now."""

    def get_queryset(self) -> models.QuerySet[Programme]:
        now = ProgrammeVersion.objects.in_force(Func(function="clock_timestamp"))
        return (
            super()
            .get_queryset()
            .prefetch_related(  # type: ignore[no-any-return]
                Prefetch("versions", now, to_attr="in_force_now")
            )
        )


class Programme(Record):
    """A programme that posts people away; what it is called is said by its versions.

    Until its first version acts it is called as it was founded.
    """

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"is_active"})
    EXPORT = {
        Export.INDIRECT: "code founding_name founding_destination",
        Export.TECHNICAL: "id is_active recorded_at recorded_by",
    }

    code = models.SlugField(max_length=32, unique=True)
    founding_name = models.CharField(_("name"), max_length=120)
    founding_destination = models.CharField(_("destination"), max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    objects = ProgrammeManager()

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> str:
        """Return what the programme is called now."""
        return self._now().name

    @property
    def destination(self) -> str:
        """Return where the programme posts people now."""
        return self._now().destination

    def named_at(self, at: datetime) -> Naming:
        """Return what the programme was called at a moment, by the version in force then.

        A list reads the versions of all its programmes at once: `prefetch_related("programme__versions")`.
        """
        begun = [one for one in self.versions.all() if one.acts_by(at)]
        latest = max(begun, key=lambda one: (one.applies_from, one.number), default=None)
        return self._naming(latest)

    def _now(self) -> Naming:
        found = self.__dict__.get("in_force_now")
        if found is None:
            found = self.versions.in_force(Func(function="clock_timestamp"))
        return self._naming(next(iter(found), None))

    def _naming(self, version: ProgrammeVersion | None) -> Naming:
        if version is None:
            return Naming(self.founding_name, self.founding_destination)
        return Naming(version.name, version.destination)


class ProgrammeVersionQuerySet(RecordQuerySet):
    """What programmes ask, in versions."""

    def in_force(self, at: datetime | Func) -> models.QuerySet[ProgrammeVersion]:
        """Return of each programme the version in force at a moment; none acts before its approval."""
        approved = self.filter(approved_at__isnull=False)
        begun = approved.alias(began=Greatest("effective_from", "approved_at"))
        order = ("programme", "-began", "-number")
        return begun.filter(began__lte=at).order_by(*order).distinct("programme")


class ProgrammeVersion(Record):
    """What a programme asks from one moment on; a change is a new version, approved by another."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"approved_by", "approved_at", "discarded_at"})
    EXPORT = {
        Export.INDIRECT: "name destination",
        Export.TECHNICAL: "id programme number effective_from minimum_age_years "
        "admits_minors majority_age_years requires_medical requires_psychological "
        "check_validity_hours psychological_validity_hours check_opens_hours check_grace_hours "
        "nanite_analyte nanite_maximum nanite_validity_hours nanite_types nanite_control_counts "
        "nanite_drift_factor quarantine_clear_hours questionnaires cooling_off_hours panels "
        "news2_refer_from news2_urgent_from recall_within_hours note "
        "drafted_by recorded_at approved_by approved_at discarded_at",
    }

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    effective_from = models.DateTimeField()
    name = models.CharField(
        _("name"), max_length=120, blank=True, help_text=_("Empty = as the version before.")
    )
    destination = models.CharField(
        _("destination"), max_length=120, blank=True, help_text=_("Empty = as the version before.")
    )
    minimum_age_years = models.PositiveSmallIntegerField(null=True, blank=True, default=18)
    admits_minors = models.BooleanField(
        default=False, help_text=_("A guardian signs the waiver for a minor.")
    )
    majority_age_years = models.PositiveSmallIntegerField(default=18)
    requires_medical = models.BooleanField(default=True)
    requires_psychological = models.BooleanField(default=True)
    check_validity_hours = models.PositiveIntegerField(default=168)
    psychological_validity_hours = models.PositiveIntegerField(
        null=True, blank=True, help_text=_("Empty = as long as the medical check.")
    )
    check_opens_hours = models.PositiveIntegerField(default=48)
    check_grace_hours = models.PositiveIntegerField(
        default=0, help_text=_("Moves a person on the board only, never the clearance.")
    )
    nanite_analyte = models.CharField(max_length=32, blank=True, help_text=_("Empty = none asked."))
    nanite_maximum = ExactDecimalField(
        null=True, blank=True, help_text=_("The highest load that is allowed, in {nanites}/uL.")
    )
    nanite_validity_hours = models.PositiveIntegerField(default=168)
    nanite_types = models.CharField(
        max_length=400,
        blank=True,
        help_text=_(
            "Codes of the types allowed, with blanks between; empty = no type is asked for."
        ),
    )
    nanite_control_counts = models.BooleanField(
        default=False, help_text=_("A load above the limit is allowed while it is under control.")
    )
    nanite_drift_factor = ExactDecimalField(
        null=True,
        blank=True,
        help_text=_(
            "How many times as high or as low as others of the last two validities a load may be; "
            "empty = not asked."
        ),
    )
    quarantine_clear_hours = models.PositiveIntegerField(
        default=0, help_text=_("How long after the end of a quarantine nobody leaves.")
    )
    questionnaires = models.JSONField(
        default=weekly_questionnaires,
        help_text=_("What a psychological check asks, beside the interview."),
    )
    cooling_off_hours = models.PositiveIntegerField(
        default=24,
        help_text=_(
            "How long lies between being informed and signing at least, 24 or more; a shorter time is "
            "rated and calls for a second interviewer."
        ),
    )
    panels = models.JSONField(
        default=list, blank=True, help_text=_("Codes of the panels ordered for each medical check.")
    )
    news2_refer_from = models.PositiveSmallIntegerField(
        _("NEWS2 referred from"), default=REFER_FROM, help_text=_("A lower total may pass.")
    )
    news2_urgent_from = models.PositiveSmallIntegerField(
        _("NEWS2 urgent from"),
        default=URGENT_AT_MOST,
        help_text=_(
            "A clinician is called from this total on, 5 at most; a single 3 always calls."
        ),
    )
    recall_within_hours = models.PositiveIntegerField(
        default=48, help_text=_("How long a recall of somebody who is away may take.")
    )
    note = models.TextField(blank=True)
    drafted_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        Principal, on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    discarded_at = models.DateTimeField(null=True)

    objects = ProgrammeVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="consent_programmeversion_named"),
            models.UniqueConstraint(
                fields=["programme", "number"], name="consent_programmeversion_number"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_at=None)
                | Q(approved_by__isnull=False, approved_at__isnull=False)
                & ~Q(approved_by=F("drafted_by")),
                name="consent_programmeversion_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(check_validity_hours__gt=0, nanite_validity_hours__gt=0),
                name="consent_programmeversion_validity_positive",
            ),
            models.CheckConstraint(
                condition=Q(nanite_analyte="", nanite_maximum=None)
                | (~Q(nanite_analyte="") & Q(nanite_maximum__isnull=False)),
                name="consent_programmeversion_nanite_limit_stated",
            ),
            models.CheckConstraint(
                condition=~Q(nanite_analyte="")
                | Q(nanite_types="", nanite_control_counts=False, nanite_drift_factor=None),
                name="consent_programmeversion_nanite_rules_need_a_limit",
            ),
            models.CheckConstraint(
                condition=Q(nanite_drift_factor=None) | Q(nanite_drift_factor__gte=1),
                name="consent_programmeversion_drift_factor",
            ),
            models.CheckConstraint(
                condition=Q(psychological_validity_hours=None)
                | Q(psychological_validity_hours__gt=0),
                name="consent_programmeversion_psychological_validity",
            ),
            models.CheckConstraint(
                condition=Q(majority_age_years__gt=0), name="consent_programmeversion_majority"
            ),
            models.CheckConstraint(
                condition=Q(cooling_off_hours__gte=24), name="consent_programmeversion_cooling_off"
            ),
            models.CheckConstraint(
                condition=Q(news2_refer_from__gte=1)
                & Q(news2_refer_from__lte=F("news2_urgent_from"))
                & Q(news2_urgent_from__lte=URGENT_AT_MOST),
                name="consent_programmeversion_news2",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"

    @classmethod
    def asks(cls) -> list[str]:
        """Return the fields that say what a version asks and is called, beside what became of it."""
        kept = {"id", "programme", "number", "effective_from", "recorded_at", "drafted_by"}
        kept |= cls.MUTABLE
        return [field.name for field in cls._meta.concrete_fields if field.name not in kept]

    @property
    def applies_from(self) -> datetime | None:
        """Return from when on it applies; None while nobody approved it."""
        return self.approved_at and max(self.effective_from, self.approved_at)

    def acts_by(self, at: datetime) -> bool:
        """Say whether it has begun to apply by a moment."""
        return self.applies_from is not None and self.applies_from <= at


class ProgrammeClosing(Record):
    """A programme posts nobody any more; what was answered before stays as it was."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "closed_at reason",
        Export.TECHNICAL: "id programme recorded_at recorded_by",
    }

    programme = models.OneToOneField(Programme, on_delete=models.PROTECT, related_name="closing")
    closed_at = models.DateTimeField()
    reason = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("closing of a programme")
        verbose_name_plural = _("closings of programmes")

    def __str__(self) -> str:
        return f"{self.programme} {self.closed_at:%Y-%m-%d %H:%M}"


class Enrolment(Record):
    """A person belongs to a programme from a moment on."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "person started_at",
        Export.TECHNICAL: "id programme recorded_at recorded_by",
    }

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="enrolments")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="enrolments")
    started_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["programme", "person"], name="consent_enrolment_members")]

    def __str__(self) -> str:
        return f"{self.person} in {self.programme}"


class EnrolmentEnd(Record):
    """The end of somebody's enrolment."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "ended_at reason",
        Export.TECHNICAL: "id enrolment recorded_at recorded_by",
    }

    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="end")
    ended_at = models.DateTimeField()
    reason = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.enrolment} ended"
