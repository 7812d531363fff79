"""Which checks call for a second interview that can be held now."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Prefetch, QuerySet

from consent.models import Check
from consent.rules.facts import CheckKind
from consent.rules.psychological import ScreeningCode
from consent.rules.second_interviews import TAKEN_UP, WITHIN
from labsys.accounts.models import Principal
from labsys.lib import policy
from patients.models import Person

RECORD = "consent.psychological.record"


def to_hold(principal: Principal, *, at: datetime) -> QuerySet[Check]:
    """Return the checks within reach whose second interview somebody else may hold now."""
    rows = Check.objects.filter(
        kind=CheckKind.PSYCHOLOGICAL.value,
        outcome__in=[one.value for one in TAKEN_UP],
        reason_codes__contains=[ScreeningCode.SECOND_INTERVIEW_NEEDED.value],
        performed_at__gt=at - WITHIN,
        second_interview=None,
        annulment=None,
    ).exclude(examiner=principal)
    found: QuerySet[Check] = policy.scope(principal, rows, RECORD)
    return found


def listed(rows: QuerySet[Check]) -> QuerySet[Check]:
    """Return rows with all that a line of a list says."""
    return rows.select_related("examiner__user").prefetch_related(
        Prefetch("person", Person.objects.listed())
    )
