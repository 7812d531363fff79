"""A psychological check before it is concluded: what is asked now, and what is proposed of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from consent.models import Check, Programme
from consent.queries.clearances import entries_of
from consent.queries.programmes import questionnaires_asked
from consent.queries.signatures import time_to_reflect
from consent.queries.subjects import refusals_to_lift
from consent.rules.cooling_off import applied
from consent.rules.facts import CheckKind
from consent.rules.psychological import PsychologicalProposal, propose
from consent.rules.questionnaires import Answer
from consent.rules.voluntariness import Interview
from labsys.accounts.models import Principal
from patients.models import Person


@dataclass(frozen=True)
class Weighed:
    """What was said at a check by what is asked and known now, and what is proposed of it."""

    asked: Sequence[str]
    computed: int | None
    ratings: Mapping[str, int]
    proposal: PsychologicalProposal


def weighed_now(
    person: Person,
    programme: Programme,
    *,
    answers: Mapping[str, Sequence[Answer]],
    ratings: Mapping[str, int],
    by: Principal,
    at: datetime,
) -> Weighed:
    """Propose from answers and ratings by the rules of now, and the signature that stands now."""
    entries = entries_of([person.pk], known_at=at)[person.pk]
    asked = questionnaires_asked(programme, at, entries=entries)
    computed = time_to_reflect(person, programme, at=at)
    rated = applied(ratings, computed)
    first = Interview(interviewer=by.name, ratings=rated) if rated else None
    proposal = propose(answers, required=asked, first=first, sex=person.sex)
    return Weighed(asked=asked, computed=computed, ratings=rated, proposal=proposal)


def seen_of(person: Person, proposal: PsychologicalProposal, *, at: datetime) -> str:
    """Return what identifies a proposal that was shown, with all that it rests on.

    Nobody concludes on another: of two psychologists who decide at once the second is shown first
    what the other recorded.
    """
    kind = CheckKind.PSYCHOLOGICAL
    entries = entries_of([person.pk], known_at=at)[person.pk]
    checks = Check.objects.filter(person__in=entries, kind=kind.value).order_by("-pk")
    told = {
        "rule": proposal.rule_version,
        "outcome": proposal.outcome,
        "reasons": proposal.reasons,
        "asks": proposal.asks,
        "scores": [one.as_data() for one in proposal.scores],
        "newest": checks.values_list("pk", flat=True).first(),
        "refusals": [one.pk for one in refusals_to_lift(person, kind, at=at)],
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
