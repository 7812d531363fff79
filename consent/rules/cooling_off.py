"""The time to reflect between being informed and signing, as it is rated in the interview.

Too short a time is a possible sign and calls for a second interviewer; it never refers by itself, and
once a second interview since the signature was passed it is settled.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from consent.rules.voluntariness import reflection_domain

SPAN = timedelta(hours=24)


def rating(
    informed_at: datetime | None, signed_at: datetime, *, span: timedelta = SPAN
) -> int | None:
    """Return 1 where less than `span` lay between the two moments, else 0.

    None where nobody recorded when the person was informed: the interviewer then judges alone.
    """
    if informed_at is None:
        return None
    return int(signed_at - informed_at < span)


def applied(ratings: Mapping[str, int], computed: int | None) -> dict[str, int]:
    """Return an interview's ratings with the time to reflect as it was computed.

    The interviewer may see a sign where the hours suffice, never none where they do not.
    """
    if computed is None or not ratings:
        return dict(ratings)
    domain = reflection_domain()
    return {**ratings, domain: max(computed, ratings.get(domain, 0))}
