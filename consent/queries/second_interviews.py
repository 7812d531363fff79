"""Which checks call for a second interview that can be held now."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from consent.models import Check, ClinicalAlert, Programme, RoundSlot
from consent.queries.clearances import entries_of
from consent.rules.alerts import AlertKind
from consent.rules.facts import CheckKind, CheckOutcome
from consent.rules.psychological import ScreeningCode
from consent.rules.rounds import SlotState
from consent.rules.second_interviews import CALLED_AFTER, TAKEN_UP, WITHIN
from labsys.accounts.models import Principal
from labsys.lib import policy
from patients.models import Person

RECORD = "consent.psychological.record"
# Whom nobody was called to for so long, while nothing ran, has had their next check, or is overdue.
LATEST_CALL = timedelta(days=14)


def to_hold(principal: Principal, *, at: datetime) -> QuerySet[Check]:
    """Return the checks within reach whose second interview somebody else may hold now."""
    rows = _called_for().filter(performed_at__gt=at - WITHIN).exclude(examiner=principal)
    found: QuerySet[Check] = policy.scope(principal, rows, RECORD)
    return found


def not_held(*, at: datetime) -> list[tuple[Check, Programme]]:
    """Return the checks to whose second interview somebody is to be called, each with a programme.

    Of people who are called to a round still, and were not checked again since.
    """
    called = ClinicalAlert.objects.filter(kind=AlertKind.INTERVIEW, sitting=OuterRef("uid"))
    rows = _called_for().filter(
        ~Exists(called), performed_at__gt=at - LATEST_CALL, performed_at__lte=at - CALLED_AFTER
    )
    waiting = list(rows.select_related("person").order_by("performed_at", "pk"))
    entries = entries_of([one.person_id for one in waiting], known_at=at)
    every = {entry for linked in entries.values() for entry in linked}
    slots = RoundSlot.objects.filter(person__in=every, state=SlotState.OPEN)
    programmes = {
        one.person_id: one.programme for one in slots.select_related("programme").order_by("-pk")
    }
    held = (
        Check.objects.filter(person__in=every, kind=CheckKind.PSYCHOLOGICAL, annulment=None)
        .exclude(outcome=CheckOutcome.INCOMPLETE)
        .order_by("performed_at", "pk")
    )
    latest = dict(held.values_list("person_id", "performed_at"))
    found = []
    for one in waiting:
        linked = entries[one.person_id]
        asked = [programmes[entry] for entry in linked if entry in programmes]
        if asked and all(
            latest.get(entry, one.performed_at) <= one.performed_at for entry in linked
        ):
            found.append((one, asked[0]))
    return found


def _called_for() -> QuerySet[Check]:
    """Return the checks that call for a second interview which nobody held."""
    return Check.objects.filter(
        kind=CheckKind.PSYCHOLOGICAL.value,
        outcome__in=[one.value for one in TAKEN_UP],
        reason_codes__contains=[ScreeningCode.SECOND_INTERVIEW_NEEDED.value],
        second_interview=None,
        annulment=None,
    )


def listed(rows: QuerySet[Check]) -> QuerySet[Check]:
    """Return rows with all that a line of a list says."""
    return rows.select_related("examiner__user").prefetch_related(
        Prefetch("person", Person.objects.listed())
    )
