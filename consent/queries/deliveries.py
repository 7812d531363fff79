"""What waits to be told to others, and in which words: never a name, never a reason."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from consent.models import Delivery, NotificationTarget
from consent.rules.deliveries import DeliveryState, Told
from consent.rules.rounds import ReminderStep
from labsys.lib.sealing import unseal
from labsys.work.models import WorkItem, WorkState

DELIVER = "deliver"
MOST = 1_000


def target_context(uid: uuid.UUID) -> str:
    """Return the context that binds a sealed secret to its target."""
    return f"consent.notificationtarget:{uid}"


@dataclass(frozen=True)
class Message:
    """What is sent: an e-mail's words, or a webhook's body."""

    subject: str
    text: str
    body: dict[str, Any]


def waiting(delivery_id: int) -> Delivery | None:
    """Return a notification that is still to be sent."""
    rows = Delivery.objects.filter(pk=delivery_id, state=DeliveryState.WAITING)
    found: Delivery | None = rows.select_related(
        *("target", "reminder"),
        *("transition__programme", "transition__person"),
        *("recall__programme", "recall__person"),
        *("escalation__alert__programme", "escalation__alert__person"),
    ).first()
    return found


def parked(*, since: datetime) -> list[Delivery]:
    """Return what did not arrive and is tried no more, of what was told since a moment.

    The longest untried come first.
    """
    given_up = WorkItem.objects.filter(
        kind=DELIVER, state=WorkState.PARKED, subject_id=OuterRef("pk")
    )
    rows = Delivery.objects.filter(state=DeliveryState.WAITING, recorded_at__gte=since)
    tried = rows.annotate(tried_at=Subquery(given_up.values("available_at")[:1]))
    return list(tried.exclude(tried_at=None).order_by("tried_at", "pk")[:MOST])


def reached(addresses: Collection[str], *, since: datetime) -> frozenset[str]:
    """Return those of these addresses at which something arrived since a moment."""
    rows = Delivery.objects.filter(
        state=DeliveryState.SENT, address__in=addresses, ended_at__gte=since
    )
    return frozenset(rows.values_list("address", flat=True))


def message_of(delivery: Delivery) -> Message:
    """Return what a notification says; who reads it looks the rest up where it is protected."""
    if delivery.reminder is not None:
        return _reminding(delivery)
    subject = {
        Told.REVOCATION: _("A clearance was lost"),
        Told.RECALL: _("Somebody who is away is recalled"),
        Told.ALERT: _("A clinical alert waits"),
    }[Told(delivery.what)]
    page = {
        Told.REVOCATION: _("Clearances lost"),
        Told.RECALL: _("Recalls"),
        Told.ALERT: _("Clinical alerts"),
    }[Told(delivery.what)]
    about = delivery.transition or delivery.recall or delivery.escalation.alert
    moment = about.changed_at if delivery.transition else about.recorded_at
    text = _("%(programme)s, since %(moment)s UTC. Open “%(page)s” in labsys.") % {
        "programme": about.programme.named_at(moment).name,
        "moment": f"{moment:%Y-%m-%d %H:%M}",
        "page": page,
    }
    body = {
        "id": str(delivery.uid),
        "what": delivery.what,
        "programme": about.programme.code,
        "at": moment.isoformat(),
    }
    if delivery.what != Told.ALERT:  # that somebody needs a clinician is nobody else's business
        body["person"] = str(about.person.uid)
    return Message(subject=f"[labsys] {subject}", text=text, body=body)


def _reminding(delivery: Delivery) -> Message:
    """Return what a reminder says to whom it concerns: not of which programme, check or refusal."""
    is_booked = delivery.reminder.step == ReminderStep.APPOINTMENT
    said = _("You have an appointment soon.") if is_booked else _("A check of yours is due.")
    where = _("Log in to labsys and open “My clearance”.")
    body = {"id": str(delivery.uid), "what": delivery.what}
    return Message(subject=f"[labsys] {_('A reminder')}", text=f"{said} {where}", body=body)


def secret_of(target: NotificationTarget) -> bytes:
    """Return what a webhook is signed with."""
    return unseal(
        bytes(target.secret), context=target_context(target.uid), keys=settings.LABSYS_FIELD_KEYS
    )
