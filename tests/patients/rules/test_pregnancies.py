"""What is known of a pregnancy moves with the days, and is never guessed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.models import PregnancyEstimate
from patients.rules import pregnancies
from patients.rules.pregnancies import (
    GESTATION_END,
    UNKNOWN,
    Estimate,
    EstimateRefused,
    Pregnancy,
    State,
    Status,
    pregnancy_at,
)

DAY_ZERO = datetime(2026, 3, 1, 12, tzinfo=UTC)


def day(number: float) -> datetime:
    return DAY_ZERO + timedelta(days=number)


def dated(at: float, gestation: int, give: int = 5, id: int = 1) -> Estimate:  # noqa: A002
    return Estimate(id, Status.PREGNANT, day(at), gestation, give)


def seen(status: Status, at: float, id: int = 1) -> Estimate:  # noqa: A002
    return Estimate(id, status, day(at))


def at(moment: float, *estimates: Estimate) -> Pregnancy:
    return pregnancy_at(estimates, day(moment), zone=UTC)


PREGNANT, NOT, ENDED = Status.PREGNANT, Status.NOT_PREGNANT, Status.ENDED


def test_the_statuses_are_those_of_the_table() -> None:
    assert [one.value for one in Status] == PregnancyEstimate.Status.values


CASES = [
    # nothing is known
    ("nothing recorded", 0, [], UNKNOWN),
    # the days since are added, the uncertainty stays
    ("on the day", 0, [dated(0, 80)], Pregnancy(State.PREGNANT, 80, 5, (1,))),
    ("ten days later", 10, [dated(0, 80)], Pregnancy(State.PREGNANT, 90, 5, (1,))),
    ("ten days before", -10, [dated(0, 80)], Pregnancy(State.PREGNANT, 70, 5, (1,))),
    # undated
    ("undated", 30, [seen(PREGNANT, 0)], Pregnancy(State.PREGNANT, based_on=(1,))),
    ("undated, long ago", 308, [seen(PREGNANT, 0)], UNKNOWN),
    (
        "dated afterwards",
        10,
        [seen(PREGNANT, 0), dated(20, 100, 4, 2)],
        Pregnancy(State.PREGNANT, 90, 4, (2,)),
    ),
    ("before an undated pregnancy", -10, [seen(PREGNANT, 0)], UNKNOWN),
    # the end
    ("after 44 weeks", 240, [dated(0, 80)], UNKNOWN),
    ("ended", 5, [dated(0, 80), seen(ENDED, 4, 2)], Pregnancy(State.NOT_PREGNANT, None, 0, (2,))),
    (
        "before it ended",
        3,
        [dated(0, 80), seen(ENDED, 4, 2)],
        Pregnancy(State.PREGNANT, 83, 5, (1,)),
    ),
    ("somewhere it ended", 3, [dated(0, 80), seen(NOT, 9, 2)], UNKNOWN),
    # not pregnant holds for four weeks
    ("not pregnant", 28, [seen(NOT, 0)], Pregnancy(State.NOT_PREGNANT, None, 0, (1,))),
    ("not pregnant, long ago", 29, [seen(NOT, 0)], UNKNOWN),
    ("before not pregnant", -1, [seen(NOT, 0)], UNKNOWN),
    # a pregnancy dated later reaches back to conception
    ("unnoticed", 5, [seen(NOT, 0), dated(60, 90, 7, 2)], Pregnancy(State.PREGNANT, 35, 7, (2,))),
    ("around conception", 5, [seen(NOT, 0), dated(60, 70, 7, 2)], UNKNOWN),
    (
        "before conception",
        5,
        [seen(NOT, 0), dated(60, 55, 7, 2)],
        Pregnancy(State.NOT_PREGNANT, None, 0, (1,)),
    ),
    # the more certain estimate wins; contradiction widens
    (
        "ultrasound after last period",
        30,
        [dated(0, 50, 14), dated(20, 75, 5, 2)],
        Pregnancy(State.PREGNANT, 85, 5, (2,)),
    ),
    (
        "contradiction",
        20,
        [dated(0, 30, 5), dated(20, 75, 5, 2)],
        Pregnancy(State.PREGNANT, 62, 18, (1, 2)),
    ),
    # two pregnancies
    (
        "the second of two",
        420,
        [dated(0, 80), dated(400, 50, 5, 2)],
        Pregnancy(State.PREGNANT, 70, 5, (2,)),
    ),
    (
        "a new one, undated",
        401,
        [dated(0, 80), seen(PREGNANT, 400, 2)],
        Pregnancy(State.PREGNANT, based_on=(2,)),
    ),
]


@pytest.mark.parametrize(
    ("moment", "estimates", "expected"),
    [case[1:] for case in CASES],
    ids=[str(case[0]) for case in CASES],
)
def test_the_state_at_a_moment(moment: int, estimates: list[Estimate], expected: Pregnancy) -> None:
    assert at(moment, *estimates) == expected


estimates = st.lists(
    st.one_of(
        st.builds(
            Estimate,
            st.integers(1, 99),
            st.just(PREGNANT),
            st.integers(-400, 400).map(day),
            st.integers(0, GESTATION_END - 1),
            st.integers(0, 60),
        ),
        st.builds(
            Estimate,
            st.integers(1, 99),
            st.sampled_from(list(Status)),
            st.integers(-400, 400).map(day),
        ),
    ),
    max_size=6,
    unique_by=lambda one: one.id,
)
moments = st.integers(-500, 500)


@given(estimates, moments)
def test_every_gestation_given_back_can_be(known: list[Estimate], moment: int) -> None:
    found = at(moment, *known)

    if found.gestation_days is not None:
        assert found.state is State.PREGNANT
        assert 0 <= found.gestation_days < GESTATION_END
    assert found.uncertainty_days >= 0
    assert set(found.based_on) <= {one.id for one in known}
    assert (found.state is State.UNKNOWN) == (found.based_on == ())


@given(estimates, moments, st.randoms())
def test_the_order_of_the_estimates_means_nothing(
    known: list[Estimate], moment: int, order: object
) -> None:
    shuffled = list(known)
    order.shuffle(shuffled)  # type: ignore[attr-defined]

    assert at(moment, *shuffled) == at(moment, *known)


@given(st.integers(0, 200), st.integers(0, 40), st.integers(0, 100))
def test_elapsed_days_advance_the_gestation_by_as_many(
    gestation: int, give: int, days: int
) -> None:
    found = at(days, dated(0, gestation, give))

    middle = found.gestation_days
    assert middle is not None
    low, high = middle - found.uncertainty_days, middle + found.uncertainty_days
    assert low <= max(0, gestation + days - give)
    assert high >= min(GESTATION_END - 1, gestation + days + give)


@given(estimates, moments, st.integers(0, 200), st.integers(0, 60))
def test_a_gestation_that_is_stated_for_the_moment_is_never_excluded(
    known: list[Estimate], moment: int, gestation: int, give: int
) -> None:
    """Whatever else was recorded: what was seen at the moment itself is among the candidates."""
    now = Estimate(100, PREGNANT, day(moment), gestation, give)

    found = at(moment, *known, now)

    if found.state is State.PREGNANT and found.gestation_days is not None:
        low = found.gestation_days - found.uncertainty_days
        high = found.gestation_days + found.uncertainty_days
        assert low <= gestation + give
        assert high >= gestation - give


def test_gestation_turns_at_the_hospitals_midnight() -> None:
    zone = ZoneInfo("Pacific/Auckland")
    evening = datetime(2026, 4, 1, 10, 0, tzinfo=UTC)  # 23:00 there
    estimate = Estimate(1, PREGNANT, evening, 50, 3)

    found = pregnancy_at([estimate], evening + timedelta(hours=2), zone=zone)

    assert found.gestation_days == 51


@pytest.mark.parametrize(
    ("estimate", "field"),
    [
        (Estimate(0, NOT, DAY_ZERO, 50, 3), "gestation_days"),
        (Estimate(0, ENDED, DAY_ZERO, None, 3), "gestation_days"),
        (Estimate(0, PREGNANT, DAY_ZERO, None, 3), "gestation_days"),
        (Estimate(0, PREGNANT, DAY_ZERO, 308, 3), "gestation_days"),
        (Estimate(0, PREGNANT, DAY_ZERO, -1, 3), "gestation_days"),
        (Estimate(0, PREGNANT, DAY_ZERO, 50, None), "uncertainty_days"),
        (Estimate(0, PREGNANT, DAY_ZERO, 50, 308), "uncertainty_days"),
    ],
)
def test_an_estimate_that_makes_no_sense_is_refused_by_field(
    estimate: Estimate, field: str
) -> None:
    with pytest.raises(EstimateRefused) as caught:
        pregnancies.check(estimate)

    assert caught.value.field == field


@pytest.mark.parametrize("estimate", [seen(NOT, 0), seen(PREGNANT, 0), dated(0, 0, 0)])
def test_a_sensible_estimate_is_accepted(estimate: Estimate) -> None:
    assert pregnancies.check(estimate) is estimate
