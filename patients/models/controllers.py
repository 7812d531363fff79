"""Controllers: the devices that act on nanites, what they measure, and whose they are when.

labsys writes down what they are and what people set on them. It never sends them anything.
"""

from __future__ import annotations

import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record
from patients.models.persons import Person
from patients.rules.controllers import DeviceState

MOST_DECIMALS = 6
ONE_PATIENT = "patients_controllerassignment_one_patient"


class ControlQuantity(Record):
    """Something a controller keeps: a replication rate, a load, an activity; in one unit for ever."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"is_active"})
    EXPORT = {Export.TECHNICAL: "id code name unit decimals is_active recorded_at recorded_by"}

    code = models.SlugField(max_length=32, unique=True)
    name = models.CharField(max_length=80)
    unit = models.CharField(max_length=40, help_text=_("UCUM code."))
    decimals = models.PositiveSmallIntegerField(validators=[MaxValueValidator(MOST_DECIMALS)])
    is_active = models.BooleanField(default=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("controlled quantity")
        verbose_name_plural = _("controlled quantities")
        constraints = [
            models.CheckConstraint(
                condition=Q(decimals__lte=MOST_DECIMALS), name="patients_controlquantity_decimals"
            ),
            models.CheckConstraint(condition=~Q(unit=""), name="patients_controlquantity_unit"),
        ]

    def __str__(self) -> str:
        return self.name


class Controller(Record):
    """A nanite control device."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"sender"})
    EXPORT = {
        Export.INDIRECT: "serial",
        Export.TECHNICAL: "id uid model sender recorded_at recorded_by",
    }

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    serial = models.CharField(max_length=64, unique=True)
    model = models.CharField(max_length=120)
    sender = models.ForeignKey(
        Principal,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("The instrument key whose readings of this device are taken; nobody else's."),
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("controller")
        verbose_name_plural = _("controllers")

    def __str__(self) -> str:
        return f"{self.model} {self.serial}"


class ControllerEvent(Record):
    """Something was found of a device: what it became, or which firmware it runs."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "happened_at note",
        Export.TECHNICAL: "id controller kind firmware recorded_at recorded_by",
    }

    class Kind(models.TextChoices):
        IN_SERVICE = DeviceState.IN_SERVICE.value, _("in service")
        OUT_OF_SERVICE = DeviceState.OUT_OF_SERVICE.value, _("out of service")
        FAULTY = DeviceState.FAULTY.value, _("faulty")
        LOST = DeviceState.LOST.value, _("lost")
        RETIRED = DeviceState.RETIRED.value, _("retired")
        FIRMWARE = "FIRMWARE", _("firmware")

    controller = models.ForeignKey(Controller, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=14, choices=Kind.choices)
    firmware = models.CharField(max_length=64, blank=True)
    note = models.CharField(max_length=200, blank=True)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("event of a controller")
        verbose_name_plural = _("events of controllers")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="FIRMWARE") & ~Q(firmware="")
                | ~Q(kind="FIRMWARE") & Q(firmware=""),
                name="patients_controllerevent_firmware_named",
            )
        ]

    def __str__(self) -> str:
        return f"{self.controller}: {self.get_kind_display()} {self.firmware}".strip()


class ControllerAssignment(Record):
    """A device acts on one patient from `since` up to, not including, `until`.

    One that ends in the moment in which it began was entered in error and never held.
    """

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"until"})
    EXPORT = {
        Export.INDIRECT: "person since until",
        Export.TECHNICAL: "id controller recorded_at recorded_by",
    }

    controller = models.ForeignKey(Controller, on_delete=models.PROTECT, related_name="assignments")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="controller_assignments"
    )
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("assignment of a controller")
        verbose_name_plural = _("assignments of controllers")
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="patients_controllerassignment_ends_after_start",
            ),
            ExclusionConstraint(
                name=ONE_PATIENT,
                expressions=[
                    ("controller", RangeOperators.EQUAL),
                    (
                        Func(
                            F("since"),
                            F("until"),
                            function="TSTZRANGE",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.controller}: {self.person}"
