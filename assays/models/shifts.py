"""Shifts of work groups, and what one shift hands over to the next."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assays.models.work_groups import WorkGroup
from assays.rules.rota import LONGEST
from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record
from patients.models import Person


class Shift(Record):
    """Somebody is on duty for a group from one moment until another."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"cancelled_at", "cancelled_by", "cancelled_because"})
    EXPORT = {
        Export.TECHNICAL: "id group principal starts_at ends_at cancelled_at cancelled_by "
        "cancelled_because recorded_at recorded_by"
    }

    group = models.ForeignKey(WorkGroup, on_delete=models.PROTECT, related_name="shifts")
    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="shifts")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(
        Principal, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    cancelled_because = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")) & Q(ends_at__lte=F("starts_at") + LONGEST),
                name="assays_shift_a_day_at_most",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None, cancelled_by=None, cancelled_because="")
                | (
                    Q(cancelled_at__isnull=False, cancelled_by__isnull=False)
                    & ~Q(cancelled_because="")
                ),
                name="assays_shift_cancelled_by_name",
            ),
            models.UniqueConstraint(
                fields=["principal", "starts_at"],
                condition=Q(cancelled_at=None),
                name="assays_shift_one_at_once",
            ),
        ]
        indexes = [
            models.Index(fields=["group", "starts_at"], name="assays_shift_rota"),
            models.Index(fields=["principal", "ends_at"], name="assays_shift_of"),
        ]

    def __str__(self) -> str:
        return f"{self.principal} {self.starts_at:%Y-%m-%d %H:%M}"


class HandOver(Record):
    """What one shift tells the next."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.CLINICAL: "note",
        Export.TECHNICAL: "id group handed_at corrects recorded_at recorded_by",
    }

    group = models.ForeignKey(WorkGroup, on_delete=models.PROTECT, related_name="hand_overs")
    handed_at = models.DateTimeField(_("handed over at"))
    note = models.TextField(_("note"), blank=True)
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        indexes = [models.Index(fields=["group", "-id"], name="assays_handover_of_group")]

    def __str__(self) -> str:
        return f"{self.group} {self.handed_at:%Y-%m-%d %H:%M}"


class HandOverItem(Record):
    """Something that stays to be done or watched, of one patient or of the group's work."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "person",
        Export.CLINICAL: "text",
        Export.TECHNICAL: "id hand_over priority recorded_at recorded_by",
    }

    class Priority(models.TextChoices):
        NOW = "1_NOW", _("now")
        SHIFT = "2_SHIFT", _("this shift")
        WATCH = "3_WATCH", _("keep an eye on it")

    hand_over = models.ForeignKey(HandOver, on_delete=models.PROTECT, related_name="items")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="hand_over_items"
    )
    priority = models.CharField(max_length=7, choices=Priority.choices)
    text = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("item of a hand-over")
        verbose_name_plural = _("items of hand-overs")
        constraints = [
            models.CheckConstraint(
                condition=Q(priority__in=["1_NOW", "2_SHIFT", "3_WATCH"]),
                name="assays_handoveritem_priority_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.hand_over}: {self.get_priority_display()}"


class HandOverItemEnd(Record):
    """An item of a hand-over was done, with what was done."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.CLINICAL: "done",
        Export.TECHNICAL: "id item recorded_at recorded_by",
    }

    item = models.OneToOneField(HandOverItem, on_delete=models.PROTECT, related_name="end")
    done = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("end of a hand-over's item")
        verbose_name_plural = _("ends of hand-overs' items")

    def __str__(self) -> str:
        return f"{self.item} done"


class HandOverTaken(Record):
    """Somebody of the next shift took a hand-over, by name."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id hand_over recorded_at recorded_by"}

    hand_over = models.ForeignKey(HandOver, on_delete=models.PROTECT, related_name="taken")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("taking of a hand-over")
        verbose_name_plural = _("takings of hand-overs")
        constraints = [
            models.UniqueConstraint(
                fields=["hand_over", "recorded_by"], name="assays_handovertaken_once_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.hand_over} taken by {self.recorded_by}"
