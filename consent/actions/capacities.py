"""Recording whether somebody has the capacity to consent."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from consent.actions import rounds, transitions
from consent.actions.checks import OwnCheck
from consent.models import CapacityAssessment, Check
from consent.queries.facts import capacities_of, held
from consent.rules.capacities import Capacity
from consent.rules.facts import CheckKind, Facts
from consent.rules.grounds.capacities import lacking
from consent.rules.views import Known
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import check_world_moment, database_now
from labsys.lib.errors import InvalidInput, Refusal
from patients.models import Person, PersonAccount


class LacksCapacity(Refusal):
    """Somebody was to sign who cannot decide now, as a clinician found."""

    status = 409
    kind = "lacks-capacity"


def assess(
    *,
    person: Person,
    outcome: Capacity,
    assessed_at: datetime,
    by: Principal,
    at: datetime,
    of_check: Check | None = None,
) -> CapacityAssessment:
    """Record a clinician's judgement; a later one replaces it, and none blocks a withdrawal.

    While somebody lacks capacity their own signature clears them no longer.
    """
    policy.check(by, "consent.capacity.record", person)
    check_world_moment(assessed_at, at=at, field="assessed_at")
    with acting(by=by, at=at, action="consent.capacity.assess"):
        entries, at = held([person.pk], at=at)
        if PersonAccount.objects.filter(principal=by, person__in=entries).exists():
            raise OwnCheck("Nobody assesses their own capacity.")
        if of_check and (
            of_check.person_id not in entries or of_check.kind != CheckKind.PSYCHOLOGICAL.value
        ):
            raise InvalidInput(
                _("It rests on a psychological check of the same person."), field="of_check"
            )
        made: CapacityAssessment = CapacityAssessment.objects.create(
            person=person,
            outcome=outcome.value,
            of_check=of_check,
            assessed_at=assessed_at,
            recorded_by=by,
            recorded_at=at,
        )
        transitions.after(person_ids=[person.pk], by=by, at=at)
        rounds.follow(entries=entries, by=by, at=at)
        return made


def check_may_sign(entries: frozenset[int], *, signed_at: datetime, at: datetime) -> None:
    """Refuse a signature of somebody who lacked capacity when signing, or is known to lack it now."""
    at = max(at, database_now())  # the caller holds the lock: whatever is recorded is known
    known = Known(facts=Facts(capacities=capacities_of(sorted(entries))), at=at, known_at=at)
    found = lacking(known, signed_at) or lacking(known, at)
    if found:
        last = max(one.assessed_at for one in found)
        raise LacksCapacity(
            f"On {last:%Y-%m-%d %H:%M} UTC a clinician found that this person cannot decide about "
            "taking part. A waiver can be signed once a later assessment finds that they can."
        )
