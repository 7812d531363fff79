"""Concluding a check anew after a second interview by another psychologist."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from consent.actions import checks, interviews
from consent.models import Check, CheckAnnulment, SecondInterview
from consent.queries.facts import held
from consent.rules.facts import CheckKind, CheckOutcome
from consent.rules.psychological import PsychologicalProposal
from consent.rules.second_interviews import WITHIN, closed_because
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, Refusal

CLOSED_WORDS = {
    "NOT_CALLED_FOR": "This check does not call for a second interview.",
    "TOO_OLD": f"The check is older than {WITHIN // timedelta(hours=1)} hours: hold a whole new one.",
    "HELD": "A second interview was held meanwhile.",
}


class NotIndependent(Refusal):
    """The second interviewer took part in the first interview."""

    status = 403
    kind = "not-independent"


def check_open(first: Check, *, by: Principal, at: datetime) -> None:
    """Refuse where this principal cannot take up this check now, with the reason."""
    policy.check(by, checks.PERMISSION[CheckKind.PSYCHOLOGICAL], first.person)
    reason = closed_because(
        kind=first.kind,
        outcome=first.outcome,
        codes=first.told,
        performed_at=first.performed_at,
        at=at,
        is_held=SecondInterview.objects.filter(first=first).exists(),
        is_annulled=CheckAnnulment.objects.filter(of_check=first).exists(),
    )
    if reason is not None:
        raise Conflict(CLOSED_WORDS[reason])
    if by.pk in (first.examiner_id, first.second_examiner_id):
        raise NotIndependent(
            "The second interview is held by somebody who had no part in the first."
        )


def conclude(
    *,
    first: Check,
    outcome: CheckOutcome,
    proposal: PsychologicalProposal,
    seen: str,
    content: Mapping[str, Any],
    performed_at: datetime,
    by: Principal,
    at: datetime,
    lifts: Sequence[Check] = (),
    second_clinician: Principal | None = None,
    grounds: str = "",
    uid: uuid.UUID | None = None,
) -> Check:
    """Record the check as the second interviewer concluded it, on what was shown (`seen_of`).

    A pass names a first check that was referred and lifts it. An interview left incomplete takes nothing up: it can be held again.
    """
    with acting(by=by, at=at, action="consent.second_interview.conclude"):
        _entries, at = held([first.person_id], at=at)
        check_open(first, by=by, at=at)
        interviews.check_seen(first.person, proposal, seen=seen, at=at)
        passed = outcome is CheckOutcome.PASSED
        lifts_first = passed and first.outcome in checks.REFUSALS
        named = {first, *lifts} if lifts_first else set(lifts)
        made = checks.record_psychological(
            person=first.person,
            outcome=outcome,
            proposal=proposal,
            content=content,
            performed_at=performed_at,
            by=by,
            at=at,
            lifts=sorted(named, key=lambda one: one.pk),
            second_clinician=second_clinician,
            grounds=grounds,
            uid=uid,
        )
        if outcome is not CheckOutcome.INCOMPLETE:
            SecondInterview.objects.create(
                first=first, by_check=made, recorded_by=by, recorded_at=at
            )
    return made
