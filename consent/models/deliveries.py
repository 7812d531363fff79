"""Who is told of lost clearances, recalls, alerts and reminders outside labsys, and what was sent."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consent.models.alerts import AlertEscalation
from consent.models.appointments import Reminder
from consent.models.programmes import Programme
from consent.models.recalls import Recall
from consent.models.transitions import ClearanceTransition
from consent.rules.deliveries import Channel, DeliveryState, Told
from labsys.accounts.models import Principal
from labsys.lib.choices import choices
from labsys.lib.fields import SealedField
from labsys.lib.records import Audit, Export, Record

CHANNELS = [(Channel.EMAIL.value, _("e-mail")), (Channel.WEBHOOK.value, _("webhook"))]
WHAT = [
    (Told.REVOCATION.value, _("clearances lost")),
    (Told.RECALL.value, _("recalls")),
    (Told.ALERT.value, _("clinical alerts")),
]
WHAT_IS_SENT = [*WHAT, (Told.REMINDER.value, _("reminders"))]


class NotificationTarget(Record):
    """An address that is told of one kind of thing, for one programme or for all."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"ended_at", "ended_by"})
    SEALED = frozenset({"secret"})
    EXPORT = {
        Export.INDIRECT: "address",
        Export.SEALED: "secret",
        Export.TECHNICAL: "id uid channel what programme ended_at ended_by recorded_at recorded_by",
    }

    uid = models.UUIDField(unique=True, editable=False)
    channel = models.CharField(_("channel"), max_length=7, choices=CHANNELS)
    address = models.CharField(_("address"), max_length=300)
    what = models.CharField(_("what it is told"), max_length=10, choices=WHAT)
    programme = models.ForeignKey(
        Programme,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Empty = every programme."),
    )
    secret = SealedField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Principal, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("address that is told")
        verbose_name_plural = _("addresses that are told")
        constraints = [
            models.CheckConstraint(
                condition=Q(channel="EMAIL", secret=None)
                | Q(channel="WEBHOOK", secret__isnull=False),
                name="consent_notificationtarget_webhooks_are_signed",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="consent_notificationtarget_ended_by_name",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.address}: {self.get_what_display()}"


def _of(what: str, named: str) -> Q:
    """Return the condition that a row of this kind names its one thing and no other."""
    things = ("transition", "recall", "escalation", "reminder")
    return Q(what=what, **{f"{one}__isnull": one != named for one in things})


class Delivery(Record):
    """One thing told to one address; sent by a worker, again if it did not arrive."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"state", "ended_at"})
    EXPORT = {
        Export.IDENTIFYING: "address",
        Export.TECHNICAL: "id uid channel what target transition recall escalation reminder state "
        "ended_at recorded_at recorded_by",
    }

    uid = models.UUIDField(unique=True)
    channel = models.CharField(max_length=7, choices=CHANNELS)
    address = models.CharField(max_length=300)
    what = models.CharField(max_length=10, choices=WHAT_IS_SENT)
    target = models.ForeignKey(
        NotificationTarget,
        on_delete=models.PROTECT,
        null=True,
        related_name="deliveries",
        help_text=_("Empty = somebody's own address."),
    )
    transition = models.ForeignKey(
        ClearanceTransition, on_delete=models.PROTECT, null=True, related_name="deliveries"
    )
    recall = models.ForeignKey(
        Recall, on_delete=models.PROTECT, null=True, related_name="deliveries"
    )
    escalation = models.ForeignKey(
        AlertEscalation, on_delete=models.PROTECT, null=True, related_name="deliveries"
    )
    reminder = models.ForeignKey(
        Reminder, on_delete=models.PROTECT, null=True, related_name="deliveries"
    )
    state = models.CharField(max_length=8, choices=choices(DeliveryState))
    ended_at = models.DateTimeField(null=True, help_text=_("When it was sent, or given up."))
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [
            models.CheckConstraint(
                condition=_of("REVOCATION", "transition")
                | _of("RECALL", "recall")
                | _of("ALERT", "escalation")
                | _of("REMINDER", "reminder"),
                name="consent_delivery_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(state="WAITING", ended_at=None)
                | (~Q(state="WAITING") & Q(ended_at__isnull=False)),
                name="consent_delivery_ends_once",
            ),
            models.UniqueConstraint(
                fields=["transition", "channel", "address"], name="consent_delivery_loss_once"
            ),
            models.UniqueConstraint(
                fields=["recall", "channel", "address"], name="consent_delivery_recall_once"
            ),
            models.UniqueConstraint(
                fields=["escalation", "channel", "address"], name="consent_delivery_alert_once"
            ),
            models.UniqueConstraint(
                fields=["reminder", "channel", "address"], name="consent_delivery_reminder_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(state="WAITING"), name="consent_delivery_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()} {self.address}"
