"""Clearance's kinds of work: what each is prepared from, and the action that applies it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from django.conf import settings

from consent import upkeep as upkeep  # registers what is done every so often
from consent.actions import deliveries, transitions
from consent.models import Delivery
from consent.queries import deliveries as queries
from consent.rules.deliveries import Channel
from labsys.accounts.models import Principal
from labsys.lib import mail, webhooks
from labsys.lib.clock import database_now
from labsys.work import registry
from labsys.work.queue import Claim
from labsys.work.registry import Execution


class FollowClearances:
    """Writes down what clearances became of which something was announced, or whose time has come."""

    kind = transitions.FOLLOW
    version = 1
    batch = 16
    run = 1

    def prepare(self, claims: Sequence[Claim], execution: Execution) -> Mapping[int, None]:
        """Nothing is worked out before: the answer is that of the moment it is written down."""
        return {}

    def apply(
        self, claims: Sequence[Claim], effects: Mapping[int, None], execution: Execution
    ) -> None:
        transitions.follow_touches(
            touch_ids=[claim.subject_id for claim in claims],
            by=Principal.objects.system("sweep"),
            at=database_now(),
        )


class Deliver:
    """Tells one address of one thing; what does not arrive is tried again, and parked in the end.

    It is sent before that is written down, so a worker that dies between sends it twice: the id of
    a webhook's body tells a repetition.
    """

    kind = deliveries.DELIVER
    version = 1
    batch = 1
    run = 1

    def prepare(self, claims: Sequence[Claim], execution: Execution) -> Mapping[int, bool]:
        """Send it, unless it was sent or given up; NotDelivered where it did not arrive."""
        sent = {}
        for claim in claims:
            found = queries.waiting(claim.subject_id)
            if found is not None:
                send(found)
                sent[claim.id] = True
        return sent

    def apply(
        self, claims: Sequence[Claim], effects: Mapping[int, bool], execution: Execution
    ) -> None:
        arrived = [claim.subject_id for claim in claims if claim.id in effects]
        by = Principal.objects.system("sweep")
        deliveries.mark_sent(delivery_ids=arrived, by=by, at=database_now())


def send(delivery: Delivery) -> None:
    """Send a notification by its channel."""
    message = queries.message_of(delivery)
    if delivery.channel == Channel.EMAIL:
        mail.send(to=delivery.address, subject=message.subject, text=message.text)
        return
    body = json.dumps(message.body, separators=(",", ":")).encode()
    secret = queries.secret_of(delivery.target)
    webhooks.post(delivery.address, body, secret=secret, hosts=settings.LABSYS_WEBHOOK_HOSTS)


registry.register(FollowClearances())
registry.register(Deliver())
