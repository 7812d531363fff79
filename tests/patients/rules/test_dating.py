"""What a measurement proposes: within the published error, for a human, and for nobody else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.models import PregnancyDate, UltrasoundMeasurement
from patients.numerics.dating import BY_CODE, FORMULAS
from patients.rules import dating
from patients.rules.pregnancies import Estimate, Status, check

TODAY = date(2026, 5, 1)
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def test_the_kinds_are_those_of_the_tables() -> None:
    assert {one.measured for one in FORMULAS} <= set(UltrasoundMeasurement.Measured.values)
    kinds = {*dating.CONCEPTION_TWO_SD_DAYS, dating.LAST_PERIOD}
    assert kinds == set(PregnancyDate.Kind.values)


@given(
    st.sampled_from(["CRL", "HC", "FL"]),
    st.decimals(Decimal("0.1"), Decimal(400), places=1),
)
def test_what_is_proposed_covers_the_published_error_and_can_be_recorded(
    measured: str, length: Decimal
) -> None:
    found = dating.from_length(measured, length, species="human")

    assert bool(found.proposals) != bool(found.why_none)
    for one in found.proposals:
        published = BY_CODE[one.code].dated(float(length))
        assert published is not None
        assert one.uncertainty_days >= published.two_sd_days
        assert abs(one.gestation_days - published.days) <= 0.5
        assert len(one.method) <= 80
        estimate = Estimate(0, Status.PREGNANT, NOON, one.gestation_days, one.uncertainty_days)
        assert check(estimate) is estimate


@pytest.mark.parametrize("measured", UltrasoundMeasurement.Measured.values)
def test_nothing_is_proposed_for_another_species(measured: str) -> None:
    found = dating.from_length(measured, Decimal(30), species="thaal")

    assert found == dating.Proposed(why_none=dating.NO_SPECIES)


@pytest.mark.parametrize("measured", ["BPD", "SAC"])
def test_a_measurement_without_a_confirmed_error_dates_nothing(measured: str) -> None:
    found = dating.from_length(measured, Decimal(30), species="human")

    assert found.why_none == dating.NO_FORMULA


@given(st.integers(0, 293), st.sampled_from(sorted(dating.CONCEPTION_TWO_SD_DAYS)))
def test_a_conception_is_two_weeks_after_the_period_it_is_counted_from(
    elapsed: int, kind: str
) -> None:
    on = TODAY - timedelta(days=elapsed)
    (conceived,) = dating.from_day(kind, on, None, stated_on=TODAY, species="human").proposals
    period = on - timedelta(days=14)
    (counted,) = dating.from_day(
        dating.LAST_PERIOD, period, 7, stated_on=TODAY, species="human"
    ).proposals

    assert conceived.gestation_days == counted.gestation_days == elapsed + 14
    assert counted.uncertainty_days == 7


def test_a_day_too_long_ago_counts_no_pregnancy() -> None:
    on = TODAY - timedelta(days=310)
    found = dating.from_day(dating.LAST_PERIOD, on, 3, stated_on=TODAY, species="human")

    assert found.why_none == dating.IMPOSSIBLE
