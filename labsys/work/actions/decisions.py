"""What a person decides about parked work, and what is tried once more without anybody."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict
from labsys.lib.reasons import check_reason
from labsys.work import doorbell, queue
from labsys.work.models import WorkDecision, WorkItem, WorkState


def retry(*, item: WorkItem, by: Principal, at: datetime, reason: str) -> WorkDecision:
    """Give a parked item five new attempts."""
    return _decide(
        item, WorkDecision.Decision.RETRY, WorkState.PENDING, by=by, at=at, reason=reason
    )


def reject(*, item: WorkItem, by: Principal, at: datetime, reason: str) -> WorkDecision:
    """Take a parked item off the queue for good; its subject stays as it was."""
    return _decide(
        item, WorkDecision.Decision.REJECT, WorkState.REJECTED, by=by, at=at, reason=reason
    )


def try_once_more(*, kind: str, subjects: Collection[int], by: Principal, at: datetime) -> int:
    """Give parked items one more attempt, where they wait for somebody else's machine.

    They stay what they are to whoever decides: what fails again is parked again.
    """
    with acting(by=by, at=at, action="work.item.try_once_more"):
        parked = WorkItem.objects.filter(kind=kind, subject_id__in=subjects, state=WorkState.PARKED)
        tried: int = parked.update(
            state=WorkState.PENDING, attempts=queue.MAX_ATTEMPTS - 1, available_at=Now()
        )
        if tried:
            transaction.on_commit(doorbell.ring)
        return tried


def _decide(
    item: WorkItem,
    decision: WorkDecision.Decision,
    state: WorkState,
    *,
    by: Principal,
    at: datetime,
    reason: str,
) -> WorkDecision:
    policy.check(by, "work.item.decide")
    check_reason(reason)
    with acting(by=by, at=at, action=f"work.item.{decision.value.lower()}", reason=reason):
        changes = {"state": state, "attempts": 0, "available_at": Now()}
        if state is WorkState.REJECTED:
            changes["finished_at"] = Now()
        if not WorkItem.objects.filter(pk=item.pk, state=WorkState.PARKED).update(**changes):
            raise Conflict(_("%(item)s is no longer parked; look at it again.") % {"item": item})
        made = WorkDecision.objects.create(
            item=item,
            decision=decision,
            reason=reason,
            error=item.last_error,
            decided_by=by,
            recorded_at=at,
        )
        if state is WorkState.PENDING:
            transaction.on_commit(doorbell.ring)
    return made
