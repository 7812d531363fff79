"""Who cannot be expected to speak for themselves, and so should have somebody on record who does."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

INFANT_YEARS = 1  # an infant has not completed the first year
# Of age; a programme may ask for another age of those who sign its waiver.
OF_AGE_YEARS = 18


class Needing(StrEnum):
    """Why somebody should be on record for a person."""

    INFANT = "INFANT"
    MINOR = "MINOR"
    # Of age, and recorded to be unable to decide for themselves.
    INCAPABLE = "INCAPABLE"
    # Of age, and somebody was guardian or might consent for them until it ended.
    SPOKEN_FOR = "SPOKEN_FOR"


def born_by(years: int, *, on: date) -> date:
    """Return the latest birth date of those who have completed so many years on a day."""
    try:
        return on.replace(year=on.year - years)
    except ValueError:  # 29 February of a leap year
        return on.replace(year=on.year - years, day=28)
