"""Clinical signs: what is looked for and how it is graded, and what was seen of it on whom."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.fields import ExactDecimalField
from labsys.lib.records import Audit, Export, Record, RecordQuerySet
from patients.models.corrections import CorrectableQuerySet
from patients.models.persons import Person


class SignQuerySet(RecordQuerySet):
    def active(self) -> SignQuerySet:
        """The definitions in force, by name."""
        found: SignQuerySet = self.filter(status=Sign.Status.ACTIVE).order_by("name", "id")
        return found


class Sign(Record):
    """One version of what a sign means and how it is graded, approved by a second person."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"status", "approved_by", "approved_at", "ended_at"})
    RECORDED_AT = "drafted_at"
    EXPORT = {
        Export.TECHNICAL: "id code number name kind unit grades meaning status drafted_by drafted_at "
        "approved_by approved_at ended_at"
    }

    class Kind(models.TextChoices):
        GRADED = "GRADED", _("graded")
        MEASURED = "MEASURED", _("measured")
        PRESENCE = "PRESENCE", _("present or absent")

    class Status(models.TextChoices):
        DRAFT = "DRAFT", _("draft")
        ACTIVE = "ACTIVE", _("in force")
        RETIRED = "RETIRED", _("no longer in force")
        DISCARDED = "DISCARDED", _("discarded")

    code = models.SlugField(_("code"), max_length=32)
    number = models.PositiveIntegerField()
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    grades = models.JSONField(_("grades"), default=list, blank=True)
    meaning = models.CharField(_("what is meant"), max_length=400)
    status = models.CharField(max_length=9, choices=Status.choices)
    drafted_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        Principal, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SignQuerySet.as_manager()

    class Meta:
        verbose_name = _("clinical sign")
        verbose_name_plural = _("clinical signs")
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="patients_sign_number"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(status="ACTIVE"), name="patients_sign_one_active"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["DRAFT", "DISCARDED"])
                | (Q(approved_by__isnull=False) & ~Q(approved_by=F("drafted_by"))),
                name="patients_sign_approved_by_another",
            ),
            models.CheckConstraint(
                condition=(Q(kind="MEASURED", grades=[]) & ~Q(unit=""))
                | (Q(kind="GRADED", unit="") & ~Q(grades=[]))
                | Q(kind="PRESENCE", unit="", grades=[]),
                name="patients_sign_says_how",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code} v{self.number})"

    def grade_name(self, grade: int) -> str:
        """Return what a grade is called; its number where this version has none of it."""
        known = 0 <= grade < len(self.grades)
        return str(self.grades[grade]["name"]) if known else str(grade)


class SignObservation(Record):
    """A sign was looked for on a person, and this was seen."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "person observed_at onset_at onset_earliest onset_latest resolved_at",
        Export.CLINICAL: "sign grade comparator value unit is_present onset_precision "
        "onset_uncertainty_hours note",
        Export.TECHNICAL: "id corrects is_retraction recorded_at recorded_by",
    }

    class Onset(models.TextChoices):
        UNKNOWN = "UNKNOWN", _("not known")
        EXACT = "EXACT", _("at")
        ABOUT = "ABOUT", _("about")
        BEFORE = "BEFORE", _("at some time before")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="sign_observations")
    sign = models.ForeignKey(Sign, on_delete=models.PROTECT, related_name="observations")
    grade = models.PositiveSmallIntegerField(null=True, blank=True)
    comparator = models.CharField(max_length=2, blank=True)
    value = ExactDecimalField(null=True, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    is_present = models.BooleanField(null=True, blank=True)
    observed_at = models.DateTimeField()
    onset_precision = models.CharField(max_length=7, choices=Onset.choices, default=Onset.UNKNOWN)
    onset_at = models.DateTimeField(null=True, blank=True)
    onset_uncertainty_hours = models.PositiveIntegerField(null=True, blank=True)
    # What the three above say, as the bounds of one moment; empty where the sign was absent.
    onset_earliest = models.DateTimeField(null=True, blank=True, editable=False)
    onset_latest = models.DateTimeField(null=True, blank=True, editable=False)
    resolved_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=400, blank=True)
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
        verbose_name = _("observed sign")
        verbose_name_plural = _("observed signs")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_retraction=False) | Q(corrects__isnull=False),
                name="patients_signobservation_retracts_a_row",
            ),
            models.CheckConstraint(
                condition=Q(grade__isnull=False, value=None, is_present=None)
                | Q(grade=None, value__isnull=False, is_present=None)
                | Q(grade=None, value=None, is_present__isnull=False),
                name="patients_signobservation_says_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(value=None, comparator="", unit="")
                | (Q(value__isnull=False) & ~Q(unit="")),
                name="patients_signobservation_value_with_unit",
            ),
            models.CheckConstraint(
                condition=Q(comparator__in=["", "<", "<=", ">", ">="]),
                name="patients_signobservation_comparator_known",
            ),
            models.CheckConstraint(
                condition=Q(onset_precision="UNKNOWN", onset_at=None)
                | Q(onset_precision__in=["EXACT", "ABOUT", "BEFORE"], onset_at__isnull=False),
                name="patients_signobservation_onset_stated",
            ),
            models.CheckConstraint(
                condition=Q(onset_precision="ABOUT", onset_uncertainty_hours__isnull=False)
                | (~Q(onset_precision="ABOUT") & Q(onset_uncertainty_hours=None)),
                name="patients_signobservation_about_by_how_much",
            ),
            models.CheckConstraint(
                condition=Q(onset_at=None) | Q(onset_at__lte=F("observed_at")),
                name="patients_signobservation_onset_before_look",
            ),
            models.CheckConstraint(
                condition=Q(resolved_at=None)
                | (
                    Q(resolved_at__lte=F("observed_at"))
                    & (Q(onset_at=None) | Q(resolved_at__gte=F("onset_at")))
                ),
                name="patients_signobservation_resolved_between",
            ),
        ]
        indexes = [
            models.Index(
                fields=["sign", "-onset_latest", "-id"],
                condition=Q(onset_latest__isnull=False),
                name="patients_sign_line_list",
            ),
            models.Index(fields=["person", "-observed_at"], name="patients_sign_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.sign.name}"
