"""What is known of a death: as exactly as it is stated, and never before the birth."""

from __future__ import annotations

from datetime import date

import pytest

from patients.rules import deaths
from patients.rules.births import Birth, Precision
from patients.rules.deaths import Death, DeathRefused

TODAY = date(2026, 3, 15)
BORN = Birth(date(1990, 5, 17), Precision.DAY)
DAY, MONTH, YEAR, UNKNOWN = deaths.PRECISIONS


@pytest.mark.parametrize(
    ("one", "other", "may_be"),
    [
        (Death(date(2026, 1, 1), YEAR), Death(date(2026, 12, 31), DAY), True),
        (Death(date(2026, 1, 1), YEAR), Death(date(2025, 12, 31), DAY), False),
        (Death(date(2026, 2, 1), MONTH), Death(date(2026, 2, 28), DAY), True),
        (Death(date(2026, 2, 1), MONTH), Death(date(2026, 3, 1), MONTH), False),
        (Death(), Death(date(2026, 2, 1), MONTH), True),
    ],
)
def test_two_statements_are_of_one_death_where_their_days_overlap(
    one: Death, other: Death, may_be: bool
) -> None:
    assert one.may_be(other) is may_be
    assert other.may_be(one) is may_be


@pytest.mark.parametrize(
    ("day", "precision", "said"),
    [
        (date(2027, 1, 1), YEAR, "in the future"),
        (date(2026, 3, 16), DAY, "in the future"),
        (date(1989, 1, 1), YEAR, "before the birth"),
        (date(1990, 4, 1), MONTH, "before the birth"),
        (date(2026, 1, 1), UNKNOWN, "how well"),
        (None, MONTH, "Give the date"),
        (date(2026, 1, 1), Precision.ESTIMATED, "day, month or year"),
    ],
)
def test_a_death_that_cannot_be_is_refused(
    day: date | None, precision: Precision, said: str
) -> None:
    with pytest.raises(DeathRefused, match=said):
        deaths.check(day, precision, birth=BORN, on=TODAY)


@pytest.mark.parametrize(
    ("day", "precision"),
    [
        (date(2026, 1, 1), YEAR),
        (date(2026, 3, 1), MONTH),
        (date(1990, 1, 1), YEAR),
        (None, UNKNOWN),
        (None, DAY),
    ],
)
def test_a_death_that_may_have_been_is_taken(day: date | None, precision: Precision) -> None:
    deaths.check(day, precision, birth=BORN, on=TODAY)

    assert (deaths.stated(day, precision) is None) == (day is None and precision is DAY)
