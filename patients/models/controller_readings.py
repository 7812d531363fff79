"""Readings of controllers, those that nobody's could be made, and the alarms they raise."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.choices import choices
from labsys.lib.fields import ExactDecimalField
from labsys.lib.records import Audit, Export, Record, RecordQuerySet
from patients.models.controllers import Controller, ControllerAssignment, ControlQuantity
from patients.models.corrections import CorrectableQuerySet
from patients.models.set_points import SetPoint
from patients.rules.controllers import OUTSIDE, Verdict

ONCE = "patients_controllerreading_once"


class HeldReadingQuerySet(RecordQuerySet):
    def undecided(self) -> HeldReadingQuerySet:
        """Readings that nobody recorded as a patient's or dismissed."""
        found: HeldReadingQuerySet = self.filter(dismissed_at=None, reading=None)
        return found


class HeldReading(Record):
    """What an instrument sent and could not be recorded as a patient's, as it was sent."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"dismissed_at", "dismissed_by", "dismissed_because"})
    EXPORT = {
        Export.INDIRECT: "serial read_at",
        Export.CLINICAL: "quantity value unit dismissed_because",
        Export.TECHNICAL: "id reason dismissed_at dismissed_by recorded_at recorded_by",
    }

    class Reason(models.TextChoices):
        UNKNOWN_CONTROLLER = "UNKNOWN_CONTROLLER", _("no controller has this serial")
        OTHER_SENDER = "OTHER_SENDER", _("sent by a key that is not this controller's")
        UNKNOWN_QUANTITY = "UNKNOWN_QUANTITY", _("no quantity has this code")
        OTHER_UNIT = "OTHER_UNIT", _("the unit is not that of the quantity")
        DECIMALS = "DECIMALS", _("more decimals than the quantity has")
        NOT_ASSIGNED = "NOT_ASSIGNED", _("the controller was nobody's at that moment")
        OTHER_VALUE = "OTHER_VALUE", _("another value is recorded for that moment")

    serial = models.CharField(max_length=64)
    quantity = models.CharField(max_length=32)
    value = ExactDecimalField()
    unit = models.CharField(max_length=40)
    read_at = models.DateTimeField()
    reason = models.CharField(max_length=18, choices=Reason.choices)
    dismissed_at = models.DateTimeField(null=True, blank=True)
    dismissed_by = models.ForeignKey(
        Principal, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    dismissed_because = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    objects = HeldReadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("held reading of a controller")
        verbose_name_plural = _("held readings of controllers")
        constraints = [
            models.UniqueConstraint(
                fields=["serial", "quantity", "read_at", "value", "unit", "recorded_by"],
                name="patients_heldreading_once",
            ),
            models.CheckConstraint(
                condition=Q(dismissed_at=None, dismissed_by=None, dismissed_because="")
                | Q(dismissed_at__isnull=False, dismissed_by__isnull=False)
                & ~Q(dismissed_because=""),
                name="patients_heldreading_dismissed_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.serial} {self.quantity} {self.value} {self.unit}"


class ControllerReading(Record):
    """A value that a device showed, with the band in force then and how it stands to it, frozen."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "read_at",
        Export.CLINICAL: "quantity value verdict",
        Export.TECHNICAL: "id controller assignment source set_point held corrects is_retraction "
        "recorded_at recorded_by",
    }

    class Source(models.TextChoices):
        MANUAL = "MANUAL", _("read by a person")
        API = "API", _("sent by an instrument")

    controller = models.ForeignKey(Controller, on_delete=models.PROTECT, related_name="readings")
    # Found by its indexes below: a device may show something every minute, for months.
    assignment = models.ForeignKey(
        ControllerAssignment, on_delete=models.PROTECT, related_name="readings", db_index=False
    )
    quantity = models.ForeignKey(ControlQuantity, on_delete=models.PROTECT, related_name="+")
    value = ExactDecimalField()
    read_at = models.DateTimeField()
    source = models.CharField(max_length=6, choices=Source.choices)
    set_point = models.ForeignKey(
        SetPoint,
        on_delete=models.PROTECT,
        null=True,
        related_name="readings",
        help_text=_("In force when it was read; empty = none was."),
    )
    verdict = models.CharField(max_length=7, choices=choices(Verdict))
    held = models.OneToOneField(
        HeldReading, on_delete=models.PROTECT, null=True, blank=True, related_name="reading"
    )
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    is_retraction = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    objects = CorrectableQuerySet.as_manager()

    class Meta:
        verbose_name = _("reading of a controller")
        verbose_name_plural = _("readings of controllers")
        constraints = [
            models.UniqueConstraint(
                fields=["controller", "quantity", "read_at"],
                condition=Q(corrects=None),
                name=ONCE,
            ),
            models.CheckConstraint(
                condition=Q(is_retraction=False) | Q(corrects__isnull=False),
                name="patients_controllerreading_retracts_a_row",
            ),
            models.CheckConstraint(
                condition=Q(verdict=Verdict.NO_BAND.value) | Q(set_point__isnull=False),
                name="patients_controllerreading_band_named",
            ),
        ]
        indexes = [
            models.Index(fields=["assignment", "read_at"], name="patients_reading_course"),
            models.Index(fields=["assignment", "id"], name="patients_reading_page"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.value}"


class ControllerAlarmQuerySet(RecordQuerySet):
    def open(self) -> ControllerAlarmQuerySet:
        """Alarms that nobody closed."""
        found: ControllerAlarmQuerySet = self.filter(closed_at=None)
        return found


class ControllerAlarm(Record):
    """A reading left its band: open until somebody says what was done, whatever is read after it."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset(
        {"acknowledged_at", "acknowledged_by", "closed_at", "closed_by", "what_was_done"}
    )
    EXPORT = {
        Export.CLINICAL: "quantity side what_was_done",
        Export.TECHNICAL: "id assignment reading acknowledged_at acknowledged_by closed_at closed_by "
        "recorded_at recorded_by",
    }

    assignment = models.ForeignKey(
        ControllerAssignment, on_delete=models.PROTECT, related_name="alarms"
    )
    quantity = models.ForeignKey(ControlQuantity, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=7, choices=choices(Verdict))
    reading = models.OneToOneField(
        ControllerReading, on_delete=models.PROTECT, related_name="alarm"
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        Principal, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        Principal, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    what_was_done = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    objects = ControllerAlarmQuerySet.as_manager()

    class Meta:
        verbose_name = _("alarm of a controller")
        verbose_name_plural = _("alarms of controllers")
        constraints = [
            # What leaves the band again while somebody looks after it is told by the open one.
            models.UniqueConstraint(
                fields=["assignment", "quantity", "side"],
                condition=Q(closed_at=None),
                name="patients_controlleralarm_one_open",
            ),
            models.CheckConstraint(
                condition=Q(side__in=[one.value for one in OUTSIDE]),
                name="patients_controlleralarm_side_known",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="patients_controlleralarm_acknowledged_whole",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None, what_was_done="")
                | Q(closed_at__isnull=False, closed_by__isnull=False, acknowledged_at__isnull=False)
                & ~Q(what_was_done=""),
                name="patients_controlleralarm_closed_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["recorded_at"],
                condition=Q(closed_at=None),
                name="patients_alarm_open",
            ),
            models.Index(
                fields=["closed_at"],
                condition=Q(closed_at__isnull=False),
                name="patients_alarm_closed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity}: {self.get_side_display()}"
