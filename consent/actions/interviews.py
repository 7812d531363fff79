"""Concluding a psychological check on the proposal that was shown, and on no other."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from consent.actions import checks
from consent.models import Check, Programme
from consent.queries.facts import held
from consent.queries.interviews import seen_of, weighed_now
from consent.rules.facts import CheckKind, CheckOutcome
from consent.rules.psychological import PsychologicalProposal, sealed_content
from consent.rules.questionnaires import Answer
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict
from patients.models import Person

RECORD = checks.PERMISSION[CheckKind.PSYCHOLOGICAL]


def conclude(
    *,
    person: Person,
    programme: Programme,
    answers: Mapping[str, Sequence[Answer]],
    ratings: Mapping[str, int],
    texts: Mapping[str, Mapping[str, Any]],
    outcome: CheckOutcome,
    seen: str,
    performed_at: datetime,
    by: Principal,
    at: datetime,
    notes: str = "",
    lifts: Sequence[Check] = (),
    second_clinician: Principal | None = None,
    grounds: str = "",
    uid: uuid.UUID | None = None,
    sent: str = "",
) -> Check:
    """Record a psychological check as it was concluded, on the proposal that was shown.

    `seen` is `seen_of` what was shown. It is made anew under the person's lock: where another
    check, a signature or a version of the programme changed it meanwhile, nothing is recorded.
    `texts` says in which words each questionnaire was asked.
    """
    policy.check(by, RECORD, person)
    with acting(by=by, at=at, action="consent.check.record_psychological"):
        entries, at = held([person.pk], at=at)
        checks.check_programme(entries, programme, at=at)
        now = weighed_now(person, programme, answers=answers, ratings=ratings, by=by, at=at)
        check_seen(person, now.proposal, seen=seen, at=at)
        content = sealed_content(
            now.proposal,
            answers=answers,
            texts=texts,
            asked=now.asked,
            computed=now.computed,
            interview=now.ratings,
            notes=notes,
        )
        return checks.record_psychological(
            person=person,
            outcome=outcome,
            proposal=now.proposal,
            content={**content, "sent": sent},
            performed_at=performed_at,
            by=by,
            at=at,
            lifts=lifts,
            second_clinician=second_clinician,
            grounds=grounds,
            uid=uid,
        )


def check_seen(person: Person, proposal: PsychologicalProposal, *, seen: str, at: datetime) -> None:
    """Refuse to conclude on a proposal other than the one that was shown."""
    if seen_of(person, proposal, at=at) != seen:
        raise Conflict(_("The proposal has changed; look at it again before you record."))
