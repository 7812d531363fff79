"""What a person signed last, and how long they had to reflect."""

from __future__ import annotations

from datetime import datetime, timedelta

from consent.models import Programme, WaiverSignature
from consent.queries.clearances import entries_of
from consent.queries.programmes import version_at
from consent.rules.cooling_off import SPAN, rating
from patients.models import Person


def time_to_reflect(person: Person, programme: Programme, *, at: datetime) -> int | None:
    """Rate the time between being informed and the last signature; None where it is not known.

    What the programme asked when it was signed counts: rules never act backwards.
    """
    entries = entries_of([person.pk], known_at=at)[person.pk]
    signed = WaiverSignature.objects.filter(
        person_id__in=entries, text__programme=programme, annulment=None, signed_at__lte=at
    )
    last = signed.order_by("-signed_at", "-id").first()
    if last is None:
        return None
    version = version_at(programme, last.signed_at)
    span = timedelta(hours=version.cooling_off_hours) if version else SPAN
    return rating(last.informed_at, last.signed_at, span=span)
