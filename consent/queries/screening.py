"""What the screening staff are told of psychological checks, to plan what comes next."""

from __future__ import annotations

from collections.abc import Mapping

from consent.models import Check
from consent.rules.answers import Clearance, Reason
from consent.rules.facts import CheckKind, CheckOutcome, Facts
from consent.rules.psychological import ScreeningCode

BEHIND = (Reason.PSYCH_REFERRED, Reason.PSYCH_FAILED)


def codes_of(
    answers: Mapping[int, Clearance], facts: Mapping[int, Facts]
) -> dict[int, tuple[ScreeningCode, ...]]:
    """Return each person's codes, of refusals that stand and of the newest check.

    A second interview that was held is asked for no more.
    """
    asked = {person: _checks(answer, facts[person]) for person, answer in answers.items()}
    wanted = {one for ids in asked.values() for one in ids}
    rows = Check.objects.filter(pk__in=wanted).values_list("pk", "reason_codes", "second_interview")
    kept = {
        pk: [one for one in codes if held is None or one != ScreeningCode.SECOND_INTERVIEW_NEEDED]
        for pk, codes, held in rows
    }
    return {
        person: tuple(one for one in ScreeningCode if any(one in kept[each] for each in ids))
        for person, ids in asked.items()
    }


def _checks(answer: Clearance, facts: Facts) -> set[int]:
    found = {
        int(fact.id)
        for ground in answer.grounds
        if ground.reason in BEHIND
        for fact in ground.facts
    }
    held = [
        one
        for one in facts.checks
        if one.kind is CheckKind.PSYCHOLOGICAL
        and one.recorded_at <= answer.known_at
        and one.annulled_at is None
    ]
    newest = max(held, key=lambda one: (one.performed_at, one.recorded_at), default=None)
    if newest is not None and newest.outcome in (CheckOutcome.INCOMPLETE, CheckOutcome.PASSED):
        found.add(int(newest.id))
    return found
