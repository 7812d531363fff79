"""An age is exact at every birthday and never a single number when it is not known."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assays.rules.ages import UNKNOWN_AGE, AgeRange, age_in_days, age_range, days_of_years

births = st.dates(date(1900, 1, 1), date(2030, 12, 31))


def birthday(born: date, years: int) -> date:
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


@given(births, st.integers(1, 119))
def test_a_year_of_age_begins_on_the_birthday_itself(born: date, years: int) -> None:
    day = birthday(born, years)
    limit = days_of_years(Decimal(years))

    assert age_in_days(born, day) >= limit > age_in_days(born, day - timedelta(days=1))


@given(births, st.integers(0, 40_000))
def test_an_age_never_falls_and_stays_close_to_the_calendar(born: date, days: int) -> None:
    on = born + timedelta(days=days)

    # One day, or two for a life across 1900 or 2100, which are not leap years.
    assert abs(age_in_days(born, on) - days) <= 2
    assert 0 <= age_in_days(born, on + timedelta(days=1)) - age_in_days(born, on) <= 2


@given(births, st.integers(0, 364))
def test_below_one_year_the_age_is_the_number_of_days(born: date, days: int) -> None:
    assert age_in_days(born, born + timedelta(days=days)) == days


@pytest.mark.parametrize(
    ("years", "days"),
    [("0", 0), ("0.08", 30), ("1", 366), ("2", 731), ("18", 6575), ("120", 43830)],
)
def test_ages_in_years_become_the_day_they_begin(years: str, days: int) -> None:
    assert days_of_years(Decimal(years)) == days


def test_an_age_before_birth_is_refused() -> None:
    with pytest.raises(ValueError, match="before the birth"):
        age_in_days(date(2026, 1, 2), date(2026, 1, 1))


def test_a_moment_is_not_a_day_of_the_hospital() -> None:
    with pytest.raises(TypeError, match="calendar days"):
        age_in_days(datetime(2000, 1, 1, tzinfo=UTC), date(2026, 1, 1))


def test_an_estimated_birth_date_gives_every_age_it_allows() -> None:
    ages = age_range(date(2000, 1, 1), date(2000, 12, 31), date(2018, 6, 15))

    assert ages == AgeRange(
        age_in_days(date(2000, 12, 31), date(2018, 6, 15)),
        age_in_days(date(2000, 1, 1), date(2018, 6, 15)),
    )
    assert not ages.is_exact


def test_a_birth_date_that_may_lie_ahead_is_cut_at_newborn() -> None:
    assert age_range(date(2025, 1, 1), date(2027, 1, 1), date(2026, 1, 1)).youngest == 0


def test_an_unknown_birth_date_bounds_nothing() -> None:
    assert age_range(None, None, date(2026, 1, 1)) == UNKNOWN_AGE


def test_an_age_range_cannot_be_empty() -> None:
    with pytest.raises(ValueError, match="no age lies between"):
        AgeRange(5, 4)
