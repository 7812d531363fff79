"""Telling others: rows in the transaction of what they are told of, sent by a worker."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.utils.translation import gettext as _

from consent.models import (
    AlertEscalation,
    ClearanceTransition,
    Delivery,
    NotificationTarget,
    Recall,
)
from consent.models.programmes import Programme
from consent.queries import deliveries as queries
from consent.queries.deliveries import DELIVER, target_context
from consent.rules.deliveries import DELIVERY, Channel, DeliveryState, Told
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import bulk, locks, policy, webhooks
from labsys.lib.errors import Conflict, InvalidInput
from labsys.lib.sealing import seal
from labsys.work import queue
from labsys.work.actions import decisions

MANAGE = "consent.notice.manage"
DELIVERIES = "consent_delivery"
PRIORITY = 1
# How long what did not arrive is tried by itself, and how lately an address was reached that is there.
NEWS, ALIVE = timedelta(hours=24), timedelta(minutes=10)
PROBES = 3
OF = {
    Told.REVOCATION: "transition_id",
    Told.RECALL: "recall_id",
    Told.ALERT: "escalation_id",
    Told.REMINDER: "reminder_id",
}


def add_target(
    *,
    channel: str,
    address: str,
    what: str,
    programme: Programme | None,
    secret: str = "",
    by: Principal,
    at: datetime,
) -> NotificationTarget:
    """Have an address told from now on; a webhook shares a secret with which it is signed."""
    policy.check(by, MANAGE)
    address = address.strip()
    _check_address(Channel(channel), address, secret)
    uid = uuid.uuid4()
    sealed = None
    if secret:
        keys = settings.LABSYS_FIELD_KEYS
        sealed = seal(secret.encode(), context=target_context(uid), keys=keys)
    with acting(by=by, at=at, action="consent.notice.add_target"):
        # What stands here twice would be told still after one of the two is ended.
        locks.hold(f"consent.notice {address}")
        told = NotificationTarget.objects.filter(
            channel=channel, address=address, what=what, programme=programme, ended_at=None
        )
        if told.exists():
            raise Conflict(_("%(address)s is told of this already.") % {"address": address})
        made: NotificationTarget = NotificationTarget.objects.create(
            uid=uid,
            channel=channel,
            address=address,
            what=what,
            programme=programme,
            secret=sealed,
            recorded_by=by,
            recorded_at=at,
        )
        return made


def end_target(*, target: NotificationTarget, by: Principal, at: datetime) -> NotificationTarget:
    """Have an address told no longer; what waits for it is given up."""
    policy.check(by, MANAGE)
    with acting(by=by, at=at, action="consent.notice.end_target"):
        rows = NotificationTarget.objects.filter(pk=target.pk, ended_at=None)
        if not rows.update(ended_at=at, ended_by=by):
            raise Conflict(_("This address is told no longer already."))
        waiting = Delivery.objects.filter(target=target, state=DeliveryState.WAITING)
        waiting.update(state=DeliveryState.GIVEN_UP, ended_at=at)
        target.refresh_from_db()
        return target


def tell_of_loss(*, transition: ClearanceTransition, by: Principal, at: datetime) -> None:
    """Have everybody told who is to know of a lost clearance."""
    with acting(by=by, at=at, action="consent.notice.tell"):
        found = _targets(Told.REVOCATION, transition.programme_id)
        _tell(Told.REVOCATION, transition.pk, found, (), by=by, at=at)


def tell_of_recall(*, recall: Recall, by: Principal, at: datetime) -> None:
    """Have everybody told who is to know that somebody is recalled."""
    with acting(by=by, at=at, action="consent.notice.tell"):
        found = _targets(Told.RECALL, recall.programme_id)
        _tell(Told.RECALL, recall.pk, found, (), by=by, at=at)


def tell_of_alert(
    *, escalation: AlertEscalation, to: Iterable[Principal], by: Principal, at: datetime
) -> None:
    """Have clinicians told of an alert by e-mail, as far as their address is known."""
    with acting(by=by, at=at, action="consent.notice.tell"):
        found = _targets(Told.ALERT, escalation.alert.programme_id)
        users = (getattr(one, "user", None) for one in to)
        mails = sorted({user.email for user in users if user is not None and user.email})
        _tell(Told.ALERT, escalation.pk, found, mails, by=by, at=at)


def tell_of_reminders(*, mails: Mapping[int, Collection[str]], by: Principal, at: datetime) -> None:
    """Have people told of reminders (by their ids) by e-mail, at their own addresses."""
    wanted = [
        (reminder, Channel.EMAIL.value, mail, None)
        for reminder, addresses in mails.items()
        for mail in sorted(addresses)
    ]
    if wanted:
        with acting(by=by, at=at, action="consent.notice.tell"):
            _write(Told.REMINDER, wanted, by=by, at=at)


def try_again(*, by: Principal, at: datetime) -> int:
    """Try what is parked once more while it is news: an outage of others loses nothing.

    Of each address one alone, the addresses that were tried longest ago first, until it arrives:
    then all that waits for it.
    """
    found = queries.parked(since=at - NEWS)
    alive = queries.reached([one.address for one in found], since=at - ALIVE)
    first: dict[str, int] = {}
    for one in found:
        first.setdefault(one.address, one.pk)
    probes = [pk for address, pk in first.items() if address not in alive][:PROBES]
    waiting = [one.pk for one in found if one.address in alive]
    return decisions.try_once_more(kind=DELIVER, subjects=[*probes, *waiting], by=by, at=at)


def mark_sent(*, delivery_ids: Sequence[int], by: Principal, at: datetime) -> None:
    """Write down that these arrived."""
    _end(delivery_ids, DeliveryState.SENT, by=by, at=at)


def _end(delivery_ids: Sequence[int], to: DeliveryState, *, by: Principal, at: datetime) -> None:
    old = [state for state in DeliveryState if DELIVERY.can_move(state, to)]
    with acting(by=by, at=at, action="consent.notice.end"):
        rows = Delivery.objects.filter(pk__in=delivery_ids, state__in=old)
        rows.update(state=to, ended_at=at)


def _check_address(channel: Channel, address: str, secret: str) -> None:
    if channel is Channel.EMAIL:
        try:
            validate_email(address)
        except ValidationError:
            raise InvalidInput(
                _("Write the address like name@host.example."), field="address"
            ) from None
        if secret:
            raise InvalidInput(_("An e-mail is not signed: leave this empty."), field="secret")
        return
    webhooks.check_address(address, hosts=settings.LABSYS_WEBHOOK_HOSTS)
    if len(secret) < webhooks.SHORTEST_SECRET:
        raise InvalidInput(
            _("The shared secret has at least %(least)d characters.")
            % {"least": webhooks.SHORTEST_SECRET},
            field="secret",
        )


def _targets(what: Told, programme_id: int) -> list[NotificationTarget]:
    rows = NotificationTarget.objects.filter(
        Q(programme=None) | Q(programme=programme_id), what=what, ended_at=None
    )
    return list(rows.order_by("id"))


def _tell(
    what: Told,
    subject: int,
    targets: Sequence[NotificationTarget],
    mails: Sequence[str],
    *,
    by: Principal,
    at: datetime,
) -> None:
    wanted = {(one.channel, one.address): one.pk for one in reversed(targets)}
    for mail in mails:
        wanted.setdefault((Channel.EMAIL.value, mail), None)
    rows = [(subject, *to, target) for to, target in wanted.items()]
    _write(what, rows, by=by, at=at)


def _write(
    what: Told,
    wanted: Sequence[tuple[int, str, str, int | None]],
    *,
    by: Principal,
    at: datetime,
) -> None:
    """Write down what is to be sent (of what, by which channel, where, for which target), once each."""
    ids = bulk.new_ids({Delivery: len(wanted)})[Delivery]
    rows = [
        {
            "id": id_,
            "uid": str(uuid.uuid4()),
            "channel": channel,
            "address": address,
            "what": what.value,
            "target_id": target,
            **dict.fromkeys(OF.values()),
            OF[what]: subject,
            "state": DeliveryState.WAITING.value,
            "ended_at": None,
            "recorded_by_id": by.pk,
            "recorded_at": at,
        }
        for id_, (subject, channel, address, target) in zip(ids, wanted, strict=True)
    ]
    bulk.insert(Delivery, rows, is_repeatable=True)
    made = Delivery.objects.filter(pk__in=ids).values_list("pk", flat=True)
    subjects = list(made.order_by("pk"))
    if subjects:
        queue.enqueue(kind=DELIVER, table=DELIVERIES, subjects=subjects, priority=PRIORITY)
