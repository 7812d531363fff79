"""What happened to people: exposures, quarantine, interventions, pregnancy."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.fields import ExactDecimalField
from labsys.lib.records import Audit, Export, Record, RecordQuerySet
from patients.models.persons import Person
from patients.models.places import Location


class CorrectableQuerySet(RecordQuerySet):
    def standing(self) -> CorrectableQuerySet:
        """Rows that hold: not corrected since, and not the taking back of an error."""
        found: CorrectableQuerySet = self.filter(corrected_by=None, is_retraction=False)
        return found


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

    def __str__(self) -> str:
        return f"{self.person} exposed to {self.agent}"


class QuarantineOrder(Record):
    """A person is to stay apart from others between two moments."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "person location place starts_at ends_at",
        Export.CLINICAL: "kind agent reason",
        Export.TECHNICAL: "id recorded_at recorded_by",
    }

    class Kind(models.TextChoices):
        HOME = "HOME", _("home")
        INSTITUTIONAL = "INSTITUTIONAL", _("institutional")
        HOSPITAL = "HOSPITAL", _("hospital")
        OTHER = "OTHER", _("other")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="quarantine_orders")
    kind = models.CharField(max_length=13, choices=Kind.choices)
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    place = models.CharField(max_length=200, blank=True)
    agent = models.CharField(max_length=80, blank=True)
    reason = models.TextField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("quarantine order")
        verbose_name_plural = _("quarantine orders")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="patients_quarantineorder_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display()}"


class QuarantineLift(Record):
    """The early end of a quarantine order."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "lifted_at",
        Export.CLINICAL: "reason",
        Export.TECHNICAL: "id order recorded_at recorded_by",
    }

    order = models.OneToOneField(QuarantineOrder, on_delete=models.PROTECT, related_name="lift")
    lifted_at = models.DateTimeField()
    reason = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("lift of a quarantine")
        verbose_name_plural = _("lifts of quarantines")

    def __str__(self) -> str:
        return f"{self.order} lifted"


class Intervention(Record):
    """Something was done to a person that a trend must know of."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "person started_at ended_at",
        Export.CLINICAL: "kind detail dose dose_unit intended_effect",
        Export.TECHNICAL: "id operator corrects is_retraction recorded_at recorded_by",
    }

    class Kind(models.TextChoices):
        FILTRATION = "FILTRATION", _("filtration")
        CHARCOAL = "CHARCOAL", _("activated charcoal")
        KILL_CODE = "KILL_CODE", _("kill code")
        SET_POINT = "SET_POINT", _("controller set-point")
        SEDATION = "SEDATION", _("sedation")
        HORMONE_LOWERING = "HORMONE_LOWERING", _("hormone lowering")
        TRANSFUSION = "TRANSFUSION", _("transfusion")
        OTHER = "OTHER", _("other")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="interventions")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    detail = models.CharField(max_length=200, blank=True)
    dose = ExactDecimalField(null=True, blank=True)
    dose_unit = models.CharField(max_length=40, blank=True)
    intended_effect = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    operator = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
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
        verbose_name = _("intervention")
        verbose_name_plural = _("interventions")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_retraction=False) | Q(corrects__isnull=False),
                name="patients_intervention_retracts_a_row",
            ),
            models.CheckConstraint(
                condition=Q(dose=None, dose_unit="") | (Q(dose__isnull=False) & ~Q(dose_unit="")),
                name="patients_intervention_dose_with_unit",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
                name="patients_intervention_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display()}"


class PregnancyEstimate(Record):
    """What was known, at one moment, about a pregnancy and its gestation."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "person observed_at",
        Export.CLINICAL: "status gestation_days uncertainty_days method",
        Export.TECHNICAL: "id corrects is_retraction recorded_at recorded_by",
    }

    class Status(models.TextChoices):
        PREGNANT = "PREGNANT", _("pregnant")
        NOT_PREGNANT = "NOT_PREGNANT", _("not pregnant")
        ENDED = "ENDED", _("pregnancy ended")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="pregnancy_estimates")
    status = models.CharField(max_length=12, choices=Status.choices)
    gestation_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=_("Estimated gestation at that moment; empty = unknown.")
    )
    uncertainty_days = models.PositiveSmallIntegerField(null=True, blank=True)
    method = models.CharField(max_length=80, blank=True)
    observed_at = models.DateTimeField()
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
        verbose_name = _("pregnancy estimate")
        verbose_name_plural = _("pregnancy estimates")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_retraction=False) | Q(corrects__isnull=False),
                name="patients_pregnancyestimate_retracts_a_row",
            ),
            models.CheckConstraint(
                condition=Q(gestation_days=None, uncertainty_days=None)
                | Q(
                    status="PREGNANT",
                    gestation_days__isnull=False,
                    gestation_days__lte=330,
                    uncertainty_days__isnull=False,
                ),
                name="patients_pregnancyestimate_gestation_with_uncertainty",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_status_display()}"
