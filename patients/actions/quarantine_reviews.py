"""Reviews of quarantine: whether it goes on, or release is proposed; neither ends it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import check_world_moment
from labsys.lib.errors import Conflict, InvalidInput
from patients.actions.gateway import insert, required
from patients.models import QuarantineOrder, QuarantineReview
from patients.queries import quarantine as queries
from patients.rules.quarantine import State

REVIEW = "patients.quarantine.review"


def record(
    *,
    by: Principal,
    at: datetime,
    order: QuarantineOrder,
    outcome: str,
    signs: str,
    findings: str,
    reviewed_at: datetime,
) -> QuarantineReview:
    """Record that somebody was seen about their quarantine, what was found, and what is proposed."""
    policy.check(by, REVIEW, order.person)
    findings = required(findings, field="findings", what=_("Write down what was found."))
    check_world_moment(reviewed_at, at=at, field="reviewed_at")
    if reviewed_at < order.starts_at:
        raise InvalidInput(_("This lies before the quarantine began."), field="reviewed_at")
    if queries.value(queries.fresh(order)).state(at=reviewed_at) is not State.IN_FORCE:
        raise Conflict(
            _("At that moment this quarantine was not in force; there was nothing to review.")
        )
    with acting(by=by, at=at, action="patients.quarantine.review"):
        return insert(
            QuarantineReview(
                order=order,
                reviewed_at=reviewed_at,
                outcome=outcome,
                signs=signs,
                findings=findings,
                recorded_at=at,
                recorded_by=by,
            )
        )
