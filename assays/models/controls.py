"""Control material: what is measured to see whether an instrument measures rightly, and its targets."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assays.models.catalogue import Assay
from assays.models.instruments import Instrument
from labsys.accounts.models import Principal, StepUp
from labsys.lib.fields import ExactDecimalField
from labsys.lib.records import Audit, Export, Record


class ControlMaterial(Record):
    """A product made to be measured as a control, in one or more levels."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"is_active"})
    EXPORT = {Export.TECHNICAL: "id name maker matrix levels is_active recorded_at recorded_by"}

    name = models.CharField(max_length=80, unique=True)
    maker = models.CharField(max_length=80)
    matrix = models.CharField(max_length=80, help_text=_("e.g. human serum, stabilised blood"))
    levels = models.PositiveSmallIntegerField(help_text=_("How many levels it comes in."))
    is_active = models.BooleanField(default=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(levels__gte=1, levels__lte=9), name="assays_controlmaterial_levels"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ControlLot(Record):
    """One lot of a control material, from its arrival to its end."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"opened_at", "ended_at", "ended_by", "end_reason"})
    EXPORT = {
        Export.TECHNICAL: "id material number expires_on opened_at ended_at ended_by end_reason "
        "recorded_at recorded_by"
    }

    material = models.ForeignKey(ControlMaterial, on_delete=models.PROTECT, related_name="lots")
    number = models.CharField(_("lot number"), max_length=40)
    expires_on = models.DateField(_("expires on"))
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Principal, on_delete=models.PROTECT, null=True, related_name="+")
    end_reason = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["material", "number"], name="assays_controllot_once_per_material"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="assays_controllot_ended_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.material} {self.number}"


class ControlLevel(Record):
    """One level of one lot: what a vial is."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id lot number"}

    lot = models.ForeignKey(ControlLot, on_delete=models.PROTECT, related_name="levels")
    number = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lot", "number"], name="assays_controllevel_once")
        ]

    def __str__(self) -> str:
        return f"{self.lot} L{self.number}"


class ControlIdentifier(Record):
    """How instruments name a level of a lot, from one moment to another.

    The same name goes over to the next lot when that is put into use: then this row ends. An
    identifier of one instrument goes before one of all.
    """

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"until"})
    EXPORT = {Export.TECHNICAL: "id level instrument value since until recorded_at recorded_by"}

    level = models.ForeignKey(ControlLevel, on_delete=models.PROTECT, related_name="identifiers")
    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    value = models.CharField(_("name as sent"), max_length=200)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["value", "instrument"],
                condition=Q(until=None),
                nulls_distinct=False,
                name="assays_controlidentifier_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="assays_controlidentifier_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value} = {self.level}"


class ControlTarget(Record):
    """What a level of a lot should measure by an assay, fixed by one person and signed by another.

    A change is a new row that names the old one. Of a chain of targets the newest signed one holds;
    nothing else is ever judged by, whatever the measurements themselves average to.
    """

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"signed_by", "signed_at", "step_up"})
    EXPORT = {
        Export.TECHNICAL: "id level assay instrument mean sd unit source note replaces fixed_by "
        "fixed_at signed_by signed_at step_up"
    }

    class Source(models.TextChoices):
        INSERT = "INSERT", _("maker's insert")
        STUDY = "STUDY", _("own study")

    level = models.ForeignKey(ControlLevel, on_delete=models.PROTECT, related_name="targets")
    assay = models.ForeignKey(Assay, on_delete=models.PROTECT, related_name="+")
    instrument = models.ForeignKey(
        Instrument,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Left empty: every instrument without a target of its own."),
    )
    mean = ExactDecimalField()
    sd = ExactDecimalField(_("SD"))
    unit = models.CharField(max_length=40)
    source = models.CharField(max_length=6, choices=Source.choices)
    note = models.TextField(
        blank=True, help_text=_("Which insert, or how many measurements over how many days.")
    )
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    fixed_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    fixed_at = models.DateTimeField()
    signed_by = models.ForeignKey(Principal, on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    step_up = models.ForeignKey(
        StepUp,
        on_delete=models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        help_text=_("The password given again; targets signed before it was asked for have none."),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["level", "assay", "instrument"],
                condition=Q(replaces=None),
                nulls_distinct=False,
                name="assays_controltarget_one_chain",
            ),
            models.CheckConstraint(
                condition=Q(sd__gt=0), name="assays_controltarget_sd_above_zero"
            ),
            models.CheckConstraint(
                condition=Q(signed_by=None, signed_at=None)
                | (
                    Q(signed_by__isnull=False, signed_at__isnull=False)
                    & ~Q(signed_by=F("fixed_by"))
                ),
                name="assays_controltarget_signed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(step_up=None) | Q(signed_by__isnull=False),
                name="assays_controltarget_step_up_of_a_signature",
            ),
            models.CheckConstraint(
                condition=Q(replaces=None) | ~Q(replaces=F("id")),
                name="assays_controltarget_not_its_own_past",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.assay}"
