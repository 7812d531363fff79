"""Set-points: what a patient's controllers are to keep, signed by two, and what was set in fact."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.fields import ExactDecimalField
from labsys.lib.records import Audit, Export, Record, RecordQuerySet
from patients.models.control_signatures import SIGNED, ControlSignature, constraints_of
from patients.models.controllers import ControllerAssignment, ControlQuantity
from patients.models.corrections import CorrectableQuerySet
from patients.models.interventions import Intervention
from patients.models.persons import Person


def _second_signature() -> Exists:
    return Exists(SetPointSignature.objects.filter(set_point=OuterRef("pk"), position=2))


class SetPointQuerySet(RecordQuerySet):
    def counted(self) -> SetPointQuerySet:
        """Add `signatures_given`: how many have signed, the drafter not counted."""
        names = SetPointSignature.objects.filter(set_point=OuterRef("pk"), position__gt=0)
        given = names.order_by().values("set_point").values_list(Count("pk"))
        found: SetPointQuerySet = self.annotate(signatures_given=Coalesce(Subquery(given), 0))
        return found

    def signed(self) -> SetPointQuerySet:
        """Set-points that two people signed."""
        found: SetPointQuerySet = self.filter(_second_signature())
        return found

    def to_sign(self) -> SetPointQuerySet:
        """Drafts that wait for signatures; one below a version that two signed waits no more."""
        later = SetPoint.objects.filter(
            person=OuterRef("person"), quantity=OuterRef("quantity"), number__gt=OuterRef("number")
        )
        found: SetPointQuerySet = self.filter(~_second_signature(), discarded_at=None)
        return found.exclude(Exists(later.signed()))


class SetPoint(Record):
    """One version of what is to be kept for a patient; it counts once two others have signed it."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"discarded_at", "discarded_by", "discarded_because"})
    EXPORT = {
        Export.INDIRECT: "person",
        Export.CLINICAL: "quantity value low high reason discarded_because",
        Export.TECHNICAL: "id uid number discarded_at discarded_by recorded_at recorded_by",
    }

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="set_points")
    quantity = models.ForeignKey(ControlQuantity, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    value = ExactDecimalField(
        null=True, blank=True, help_text=_("Empty = nothing is to be kept any more.")
    )
    low = ExactDecimalField(null=True, blank=True, help_text=_("Readings below it raise an alarm."))
    high = ExactDecimalField(
        null=True, blank=True, help_text=_("Readings above it raise an alarm.")
    )
    reason = models.CharField(max_length=500)
    discarded_at = models.DateTimeField(null=True, blank=True)
    discarded_by = models.ForeignKey(
        Principal, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    discarded_because = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    objects = SetPointQuerySet.as_manager()

    class Meta:
        verbose_name = _("set-point")
        verbose_name_plural = _("set-points")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "quantity", "number"], name="patients_setpoint_number"
            ),
            models.CheckConstraint(
                condition=Q(value=None, low=None, high=None)
                | Q(value__isnull=False)
                & (Q(low=None) | Q(low__lte=F("value")))
                & (Q(high=None) | Q(high__gte=F("value"))),
                name="patients_setpoint_within_its_band",
            ),
            models.CheckConstraint(
                condition=Q(discarded_at=None, discarded_by=None, discarded_because="")
                | Q(discarded_at__isnull=False, discarded_by__isnull=False)
                & ~Q(discarded_because=""),
                name="patients_setpoint_discarded_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(discarded_at=None), name="patients_setpoint_kept"
            )
        ]

    def __str__(self) -> str:
        return f"{self.quantity} v{self.number}"


class SetPointSignature(ControlSignature):
    """Somebody's name under a set-point: who drafted it, or one of the two who signed it."""

    EXPORT = {Export.IDENTIFYING: "signed_name", Export.TECHNICAL: f"{SIGNED} set_point"}

    set_point = models.ForeignKey(SetPoint, on_delete=models.PROTECT, related_name="signatures")

    class Meta:
        verbose_name = _("signature under a set-point")
        verbose_name_plural = _("signatures under set-points")
        constraints = constraints_of("setpointsignature", "set_point")


class ControllerSetting(Record):
    """What was set on a device in fact, when and by whom; the trend shows its intervention."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "set_at",
        Export.CLINICAL: "quantity value",
        Export.TECHNICAL: "id assignment set_point set_by intervention corrects is_retraction "
        "recorded_at recorded_by",
    }

    assignment = models.ForeignKey(
        ControllerAssignment, on_delete=models.PROTECT, related_name="settings"
    )
    quantity = models.ForeignKey(ControlQuantity, on_delete=models.PROTECT, related_name="+")
    value = ExactDecimalField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    set_point = models.ForeignKey(
        SetPoint,
        on_delete=models.PROTECT,
        null=True,
        related_name="settings",
        help_text=_("In force when it was set; empty = none was."),
    )
    intervention = models.OneToOneField(
        Intervention, on_delete=models.PROTECT, related_name="controller_setting"
    )
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    is_retraction = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    objects = CorrectableQuerySet.as_manager()

    class Meta:
        verbose_name = _("setting of a controller")
        verbose_name_plural = _("settings of controllers")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_retraction=False) | Q(corrects__isnull=False),
                name="patients_controllersetting_retracts_a_row",
            ),
            models.UniqueConstraint(
                fields=["assignment", "quantity", "set_at"],
                condition=Q(corrects=None),
                name="patients_controllersetting_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.value}"
