"""Whole messages: read anew, one or many, and dismissed when nobody needs to look any more.

To read anew is a wish: a run with a row and a work item for each of its messages. A worker does them
in the order in which they came; what it did is done once, whoever asks again and however often it
is killed (`assays.actions.rereadings`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from assays.actions.held_items import DECIDE
from assays.models import MessageEvent, MessageReading, ReadingRun, TransmissionMessage
from assays.queries import rereadings as queries
from assays.rules.states import MESSAGE, MessageStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import bulk, policy
from labsys.lib.errors import Conflict, InvalidInput
from labsys.lib.reasons import check_reason
from labsys.work import queue
from labsys.work.actions import decisions
from labsys.work.models import WorkItem

REREAD = "reread"
READINGS = "assays_messagereading"
PRIORITY = 8  # behind everything that comes in meanwhile
DISMISSABLE = (MessageStatus.INCOMPLETE, MessageStatus.REJECTED)


class NotDismissable(Conflict):
    """The message still waits for something, or was dismissed before."""

    kind = "not-dismissable"


def read_again(
    *,
    message_ids: Sequence[int],
    by: Principal,
    at: datetime,
    reason: str,
    chosen: Mapping[str, Any] | None = None,
) -> ReadingRun:
    """Have stored messages read by their drivers and settings of now.

    What is held of them is decided anew, and what was no value before and is one now is filed as if
    it came now; what was filed stays, and the run names each value that would be read otherwise.
    `chosen` is how they were chosen, for the record.
    """
    policy.check(by, DECIDE)
    check_reason(reason)
    found = queries.readable(message_ids)
    if not found:
        raise InvalidInput(
            _("None of these messages can be read again: they broke off, were rejected, or repeat.")
        )
    if len(found) > queries.MOST:
        raise InvalidInput(
            _("More than %(most)d messages at once: choose fewer days, or one instrument.")
            % {"most": queries.MOST}
        )
    with acting(by=by, at=at, action="assays.transmission.read_again", reason=reason):
        run: ReadingRun = ReadingRun.objects.create(
            chosen=dict(chosen or {}), total=len(found), reason=reason, asked_by=by, asked_at=at
        )
        ids = bulk.new_ids({MessageReading: len(found)})[MessageReading]
        bulk.insert(
            MessageReading,
            [
                {"id": id_, "run_id": run.pk, "message_id": message_id}
                for id_, (message_id, _instrument) in zip(ids, found, strict=True)
            ],
        )
        waiting: dict[int, list[int]] = defaultdict(list)
        for id_, (_message, instrument_id) in zip(ids, found, strict=True):
            waiting[instrument_id].append(id_)
        for instrument_id, mine in sorted(waiting.items()):
            # A line of its own: what comes in meanwhile does not wait behind it.
            queue.enqueue(
                kind=REREAD,
                table=READINGS,
                subjects=mine,
                ordering_keys=[f"reread:{instrument_id}"] * len(mine),
                priority=PRIORITY,
            )
    return run


def retry(*, run: ReadingRun, by: Principal, at: datetime, reason: str) -> int:
    """Try the messages of a run anew that a worker gave up; returns how many."""
    policy.check(by, DECIDE)
    check_reason(reason)
    failed = WorkItem.objects.filter(pk__in=queries.failed_work(run)).order_by("pk")
    for item in failed:
        decisions.retry(item=item, by=by, at=at, reason=reason)
    return len(failed)


def dismiss(*, message: TransmissionMessage, by: Principal, at: datetime, reason: str) -> None:
    """End the looking at a message that broke off or was rejected; it stays on record.

    One that broke off is rejected by that: a resend is a message of its own.
    """
    policy.check(by, DECIDE, message)
    check_reason(reason)
    old = MessageStatus(message.status)
    if old not in DISMISSABLE:
        raise NotDismissable(_("Only what broke off or was rejected is dismissed."))
    new = MessageStatus.REJECTED
    with acting(by=by, at=at, action="assays.transmission.dismiss", reason=reason):
        rows = TransmissionMessage.objects.filter(pk=message.pk, status=old)
        if old is not new:
            assert MESSAGE.can_move(old, new)
            if not rows.update(status=new):
                raise NotDismissable(_("The message moved on meanwhile; look at it again."))
        try:
            with transaction.atomic():
                MessageEvent.objects.create(
                    message=message,
                    old=old,
                    new=new,
                    reason=reason,
                    recorded_by=by,
                    recorded_at=at,
                )
        except IntegrityError as error:
            raise NotDismissable(_("Somebody dismissed this message before.")) from error
