"""Lifting a quarantine with its release criteria seen: met, or agreed to by a second person.

Whatever lifts an order comes by here (`judge`), whichever door it took: the criteria are read in the
transaction of the lift, under the person's lock, and kept with it.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from consent.models import QuarantineRelease, ReleaseAnswer, ReleaseRequest
from consent.queries.quarantine_release import standing_of
from consent.rules.quarantine_release import Verdict
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, NotAllowed
from patients.actions import quarantine
from patients.actions.gateway import claiming, held, insert, required
from patients.models import QuarantineLift, QuarantineOrder
from patients.queries.quarantine import fresh, value
from patients.rules.quarantine import State

ALLOWED = (Verdict.MET, Verdict.NONE)


def judge(*, lift: QuarantineLift, by: Principal, at: datetime) -> QuarantineRelease:
    """Keep what the criteria said at a lift; refuse one without them met and nobody to agree."""
    found = standing_of(lift.order, at=at)
    request = None
    if found.verdict not in ALLOWED:
        agreed = ReleaseRequest.objects.filter(order=lift.order, answer__is_agreed=True)
        request = agreed.exclude(recorded_by=by).order_by("-id").first()
        if request is None:
            raise Conflict(
                _(
                    "The release criteria of this quarantine are not met. Ask for the lift with a "
                    "reason of its own on the page of the order; somebody else has to agree."
                )
            )
    return insert(
        QuarantineRelease(
            lift=lift,
            verdict=found.verdict.value,
            grounds=found.to_json(),
            request=request,
            recorded_at=at,
            recorded_by=by,
        )
    )


def ask(*, by: Principal, at: datetime, order: QuarantineOrder, reason: str) -> ReleaseRequest:
    """Ask that an order is lifted although its criteria are not met; somebody else decides."""
    policy.check(by, quarantine.LIFT, order.person)
    reason = required(
        reason, field="reason", what=_("Say why this quarantine may end without its criteria met.")
    )
    with acting(by=by, at=at, action="consent.quarantine.ask", reason=reason):
        _entries, at = held(order.person, at=at)
        _check_runs(order, at=at)
        found = standing_of(order, at=at)
        if found.verdict in ALLOWED:
            raise Conflict(_("No criterion stands against the lift; lift the order."))
        if ReleaseRequest.objects.filter(order=order, answer=None).exists():
            raise Conflict(_("A request for this order waits for its answer already."))
        return insert(
            ReleaseRequest(
                order=order,
                reason=reason,
                verdict=found.verdict.value,
                grounds=found.to_json(),
                recorded_at=at,
                recorded_by=by,
            )
        )


def agree(*, by: Principal, at: datetime, asked: ReleaseRequest) -> QuarantineLift:
    """Agree to somebody else's request: the order is lifted now, in the same transaction."""
    order = asked.order
    _check_answers(asked, by)
    twice = {_ONCE: Conflict(_("This request was answered already."))}
    with claiming(twice), acting(by=by, at=at, action="consent.quarantine.agree"):
        _entries, at = held(order.person, at=at)
        insert(ReleaseAnswer(request=asked, is_agreed=True, recorded_at=at, recorded_by=by))
        return quarantine.lift(by=by, at=at, order=order, lifted_at=at, reason=asked.reason)


def refuse(*, by: Principal, at: datetime, asked: ReleaseRequest, reason: str) -> ReleaseAnswer:
    """Refuse a request, or take back one's own; the order goes on."""
    policy.check(by, quarantine.LIFT, asked.order.person)
    reason = required(reason, field="reason", what=_("Say why the request is refused."))
    twice = {_ONCE: Conflict(_("This request was answered already."))}
    with claiming(twice), acting(by=by, at=at, action="consent.quarantine.refuse", reason=reason):
        return insert(
            ReleaseAnswer(
                request=asked, is_agreed=False, reason=reason, recorded_at=at, recorded_by=by
            )
        )


_ONCE = "consent_releaseanswer_request_id_key"


def _check_answers(asked: ReleaseRequest, by: Principal) -> None:
    policy.check(by, quarantine.LIFT, asked.order.person)
    if asked.recorded_by_id == by.pk:
        raise NotAllowed(_("You asked for this yourself; somebody else has to agree."))


def _check_runs(order: QuarantineOrder, *, at: datetime) -> None:
    if value(fresh(order)).state(at=at) in (State.ENDED, State.LIFTED):
        raise Conflict(_("This quarantine is over already."))
