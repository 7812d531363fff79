"""What a person signed last, and how long they had to reflect."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from consent.models import Programme, SecondInterview, WaiverSignature
from consent.queries.clearances import entries_of
from consent.queries.programmes import version_at
from consent.rules.cooling_off import SPAN, rating
from consent.rules.facts import CheckOutcome
from patients.models import Person


def time_to_reflect(person: Person, programme: Programme, *, at: datetime) -> int | None:
    """Rate the time between being informed and the last signature; None where it is not known.

    What the programme asked when it was signed counts: rules never act backwards. A signature is
    rated until a second interview since then was passed; from there on the interviewer judges alone.
    """
    entries = entries_of([person.pk], known_at=at)[person.pk]
    signed = WaiverSignature.objects.filter(
        person_id__in=entries, text__programme=programme, annulment=None, signed_at__lte=at
    )
    last = signed.defer("drawing").order_by("-signed_at", "-id").first()
    if last is None:
        return None
    version = version_at(programme, last.signed_at)
    span = timedelta(hours=version.cooling_off_hours) if version else SPAN
    found = rating(last.informed_at, last.signed_at, span=span)
    return None if found and _is_settled(last, entries, at=at) else found


def _is_settled(signature: WaiverSignature, entries: Sequence[int], *, at: datetime) -> bool:
    """Say whether a second interview, of a check held since somebody signed, was passed."""
    passed = SecondInterview.objects.filter(
        first__person__in=entries,
        first__performed_at__gte=signature.signed_at,
        by_check__outcome=CheckOutcome.PASSED.value,
        by_check__annulment=None,
        recorded_at__lte=at,
    )
    return passed.exists()
