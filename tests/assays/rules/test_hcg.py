"""hCG is read against what was published, told in words, and never takes more than it can say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assays.numerics.hcg import fastest_ratio, slowest_ratio
from assays.rules.hcg import WEEKS, Fit, Gestation, Rise, Value, fit, published, rise, weeks_of

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
values = st.decimals(Decimal(1), Decimal(400_000), places=1)


def at(days: float, value: object, comparator: str = "") -> Value:
    return Value(NOON + days * DAY, Decimal(str(value)), comparator)


def test_the_slowest_rise_is_the_published_one() -> None:
    # Barnhart 2004: 24 % after one day and 53 % after two; the fastest 1.81 and 3.28.
    assert slowest_ratio(1) == pytest.approx(1.24, abs=0.005)
    assert slowest_ratio(2) == pytest.approx(1.53)
    assert fastest_ratio(1) == pytest.approx(1.81, abs=0.005)
    assert fastest_ratio(2) == pytest.approx(3.28)


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (at(2, 153), Rise.WITHIN),
        (at(2, "152.9"), Rise.BELOW_MINIMUM),
        (at(2, 100), Rise.BELOW_MINIMUM),
        (at(2, "99.9"), Rise.FALLING),
        (at(2, 328), Rise.WITHIN),
        (at(2, 330), Rise.ABOVE_MAXIMUM),
        (at(0.5, 120), Rise.NOT_COMPARED),
        (at(8, 1000), Rise.NOT_COMPARED),
        (at(2, 10_001), Rise.NOT_COMPARED),
        (at(2, 200, ">"), Rise.NOT_COMPARED),
    ],
)
def test_two_values_are_compared_where_they_can_be(after: Value, told: Rise) -> None:
    assert rise(at(0, 100), after) is told


@given(values, st.sampled_from(["", "<", "<=", ">", ">="]))
def test_a_value_fits_the_weeks_it_proposes(value: Decimal, comparator: str) -> None:
    one = at(0, value, comparator)
    found = weeks_of(one)

    if found is None:
        assert all(
            fit(one, Gestation(7 * row[0], 7 * row[1])) is not Fit.CONSISTENT for row in WEEKS
        )
    else:
        assert fit(one, found) is Fit.CONSISTENT
        assert found.low % 7 == 0
        assert found.high % 7 == 6


@given(values, st.integers(21, 286), st.integers(0, 60), st.integers(0, 20))
def test_a_wider_gestation_never_turns_a_fit_into_a_misfit(
    value: Decimal, low: int, span: int, more: int
) -> None:
    narrow = Gestation(low, min(286, low + span))
    wide = Gestation(max(21, narrow.low - more), min(286, narrow.high + more))

    if fit(at(0, value), narrow) is Fit.CONSISTENT:
        assert fit(at(0, value), wide) is Fit.CONSISTENT


@given(values, values, st.floats(0.9, 6.9))
def test_a_censored_value_never_contradicts_what_it_may_be(
    value: Decimal, limit: Decimal, days: float
) -> None:
    censored = Value(NOON, limit, ">")
    if value > limit:
        gestation = weeks_of(Value(NOON, value))
        if gestation is not None:
            assert fit(censored, gestation) is Fit.CONSISTENT


def test_outside_the_published_weeks_nothing_is_told() -> None:
    assert published(Gestation(0, 20)) is None
    assert published(Gestation(280, 300)) is None
    assert published(Gestation(35, 41)) == (18, 7340)
    assert published(Gestation(35, 42)) == (18, 56_500)
    assert fit(at(0, 100), None) is Fit.NOT_COMPARED
    assert fit(at(0, 17), Gestation(35, 41)) is Fit.BELOW
    assert fit(at(0, 7341), Gestation(35, 41)) is Fit.ABOVE
