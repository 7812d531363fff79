"""Returnees: free to go after a medical evaluation and an interview, or kept apart."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.actions import transitions
from consent.actions.checks import OwnCheck
from consent.models import PostingReturn, ReturnEvaluation
from consent.queries.facts import checks_of, held
from consent.rules.facts import Check, CheckKind
from consent.rules.returns import Lacking, ReturnOutcome, lacking, latest
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict
from patients.actions import quarantine
from patients.actions.gateway import insert
from patients.models import PersonAccount

EVALUATE = "consent.return.evaluate"
WANTING = {
    Lacking.MEDICAL_EVALUATION: gettext_lazy("No medical check was performed since the return."),
    Lacking.MEDICAL_NOT_PASSED: gettext_lazy("The medical check since the return is not passed."),
    Lacking.INTERVIEW: gettext_lazy("No interview was held since the return."),
}


def free(
    *, posting_return: PostingReturn, by: Principal, at: datetime, comment: str = ""
) -> ReturnEvaluation:
    """Say that somebody who came back is free to go; the finding that the return was is closed."""
    policy.check(by, EVALUATE, posting_return)
    with acting(by=by, at=at, action="consent.return.free"):
        checks, at = _held(posting_return, by, at=at)
        since = posting_return.returned_at
        if missing := lacking(checks, since=since):
            raise Conflict(" ".join(str(WANTING[one]) for one in missing))
        # The filter on the open ones decides between two callers.
        if not PostingReturn.objects.filter(pk=posting_return.pk, freed_at=None).update(
            freed_at=at
        ):
            raise Conflict(_("This person was said to be free to go already."))
        return _evaluated(posting_return, ReturnOutcome.FREE, checks, comment, by, at)


def keep_apart(
    *,
    posting_return: PostingReturn,
    kind: str,
    reason: str,
    by: Principal,
    at: datetime,
    ends_at: datetime | None = None,
    comment: str = "",
) -> ReturnEvaluation:
    """Order quarantine for somebody who came back, in one step with the finding that asks for it."""
    policy.check(by, EVALUATE, posting_return)
    with acting(by=by, at=at, action="consent.return.keep_apart", reason=reason):
        checks, at = _held(posting_return, by, at=at)
        if PostingReturn.objects.filter(pk=posting_return.pk).exclude(freed_at=None).exists():
            raise Conflict(_("This person was said to be free to go already."))
        order = quarantine.order(
            person=posting_return.posting.person,
            kind=kind,
            reason=reason,
            starts_at=at,
            ends_at=ends_at,
            by=by,
            at=at,
        )
        at = order.recorded_at  # one moment for both
        return _evaluated(
            posting_return, ReturnOutcome.QUARANTINE, checks, comment, by, at, quarantine=order
        )


def _held(
    posting_return: PostingReturn, by: Principal, *, at: datetime
) -> tuple[tuple[Check, ...], datetime]:
    """Lock the person and return what was concluded about them, and the moment of that."""
    entries, at = held([posting_return.posting.person_id], at=at)
    if PersonAccount.objects.filter(principal=by, person__in=entries).exists():
        raise OwnCheck(_("Nobody evaluates themselves."))
    return checks_of(sorted(entries)), at


def _evaluated(
    posting_return: PostingReturn,
    outcome: ReturnOutcome,
    checks: tuple[Check, ...],
    comment: str,
    by: Principal,
    at: datetime,
    **more: Any,
) -> ReturnEvaluation:
    since = posting_return.returned_at
    medical, interview = (latest(checks, kind, since=since) for kind in CheckKind)
    made = insert(
        ReturnEvaluation(
            posting_return=posting_return,
            outcome=outcome.value,
            medical_check_id=int(medical.id) if medical else None,
            psychological_check_id=int(interview.id) if interview else None,
            comment=comment.strip(),
            recorded_at=at,
            recorded_by=by,
            **more,
        )
    )
    transitions.after(person_ids=[posting_return.posting.person_id], by=by, at=at)
    return made
