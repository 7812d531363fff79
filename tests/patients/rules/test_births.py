"""An age is an interval that holds every age the person may have."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from patients.models import BirthPrecision
from patients.rules import births
from patients.rules.births import AgeSpan, Birth, BirthRefused, BirthSpan, Precision

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
TODAY = date(2026, 6, 15)

stated = st.one_of(
    st.builds(Birth, DAYS, st.sampled_from([Precision.DAY, Precision.MONTH, Precision.YEAR])),
    st.builds(Birth, DAYS, st.just(Precision.ESTIMATED), st.integers(0, 4000)),
    st.just(births.UNKNOWN),
)


def test_the_precisions_are_those_of_the_table() -> None:
    assert [one.value for one in Precision] == BirthPrecision.values


@pytest.mark.parametrize(
    ("birth", "span"),
    [
        (Birth(date(2000, 2, 10), Precision.DAY), (date(2000, 2, 10), date(2000, 2, 10))),
        (Birth(date(2000, 2, 10), Precision.MONTH), (date(2000, 2, 1), date(2000, 2, 29))),
        (Birth(date(2000, 2, 10), Precision.YEAR), (date(2000, 1, 1), date(2000, 12, 31))),
        (Birth(date(2000, 2, 10), Precision.ESTIMATED, 9), (date(2000, 2, 1), date(2000, 2, 19))),
        (births.UNKNOWN, (None, None)),
    ],
)
def test_a_precision_says_which_days_are_possible(
    birth: Birth, span: tuple[date | None, date | None]
) -> None:
    assert birth.span == BirthSpan(*span)


@given(stated, DAYS, st.data())
def test_every_possible_age_lies_within_the_span(
    birth: Birth, on: date, data: st.DataObject
) -> None:
    span = birth.span
    born = data.draw(st.dates(span.earliest or date(1900, 1, 1), span.latest or date(2100, 12, 31)))
    assume(born <= on)

    days = births.age_in_days(span, on=on)
    years = births.age_in_years(span, on=on)

    exact = BirthSpan(born, born)
    age = births.age_in_days(exact, on=on).youngest
    assert days.youngest <= age
    assert days.oldest is None or age <= days.oldest
    age = births.age_in_years(exact, on=on).youngest
    assert years.youngest <= age
    assert years.oldest is None or age <= years.oldest


@given(stated, DAYS, st.integers(0, 20_000))
def test_nobody_grows_younger(birth: Birth, on: date, later: int) -> None:
    then = on + timedelta(days=later)

    now, after = births.age_in_days(birth.span, on=on), births.age_in_days(birth.span, on=then)

    assert now.youngest <= after.youngest
    assert now.oldest is None or now.oldest <= (after.oldest or 0)


def test_an_exact_birth_gives_an_exact_age() -> None:
    span = Birth(date(2008, 2, 29), Precision.DAY).span

    assert births.age_in_years(span, on=date(2026, 2, 28)) == AgeSpan(17, 17)
    assert births.age_in_years(span, on=date(2026, 3, 1)).is_exact
    assert births.age_in_years(span, on=date(2026, 3, 1)).youngest == 18
    assert births.age_in_days(span, on=date(2008, 3, 7)) == AgeSpan(7, 7)


def test_an_unknown_birth_bounds_no_age() -> None:
    assert births.age_in_days(births.UNKNOWN_SPAN, on=TODAY) == AgeSpan(0, None)


@given(st.dates(births.EARLIEST, date.max), st.integers(0, births.LARGEST_UNCERTAINTY_DAYS))
def test_no_uncertainty_leaves_the_calendar(day: date, give: int) -> None:
    span = Birth(day, Precision.ESTIMATED, give).span

    assert span.earliest is not None
    assert span.latest is not None
    assert span.earliest <= day <= span.latest


@pytest.mark.parametrize(
    ("birth", "field", "said"),
    [
        (Birth(TODAY, Precision.UNKNOWN), "birth_precision", "how well it is known"),
        (Birth(None, Precision.DAY), "birth_date", "Give the birth date"),
        (Birth(TODAY, Precision.ESTIMATED), "birth_uncertainty_days", "by how many days"),
        (Birth(TODAY, Precision.ESTIMATED, -1), "birth_uncertainty_days", "by how many days"),
        (Birth(TODAY, Precision.ESTIMATED, 10**6), "birth_uncertainty_days", "by how many days"),
        (Birth(TODAY, Precision.DAY, 3), "birth_uncertainty_days", "Only an estimated"),
        (Birth(TODAY + timedelta(1), Precision.DAY), "birth_date", "in the future"),
        (Birth(date(1799, 1, 1), Precision.YEAR), "birth_date", "check its year"),
    ],
)
def test_a_birth_that_makes_no_sense_is_refused_by_field(
    birth: Birth, field: str, said: str
) -> None:
    with pytest.raises(BirthRefused, match=said) as caught:
        births.check(birth, on=TODAY)

    assert caught.value.field == field


@pytest.mark.parametrize(
    "birth",
    [
        births.UNKNOWN,
        Birth(TODAY, Precision.DAY),
        Birth(date(2026, 12, 1), Precision.YEAR),
        Birth(TODAY + timedelta(3), Precision.ESTIMATED, 5),
    ],
)
def test_a_birth_that_may_have_been_is_accepted(birth: Birth) -> None:
    assert births.check(birth, on=TODAY) is birth
