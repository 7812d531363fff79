"""Beds that cases will need: by growth, by R, with limits that hold what comes."""

from __future__ import annotations

import json

import numpy as np
import pytest

from assays.numerics.epidemic import growth_rate, reproduction_number, ward_load
from assays.numerics.refusals import NoSolution, Unusable
from tests.assays.numerics.epidemic.test_growth import PRUSSIA
from tests.assays.numerics.epidemic.test_reproduction import FLU, INTERVAL

STAY = {"admitted_share": 0.2, "stay_mean": 8.0, "stay_sd": 4.0}


def test_beds_in_a_steady_state_are_admissions_times_length_of_stay() -> None:
    cases = [200] * 60

    found = ward_load(cases, growth_rate(cases, variance="poisson"), ahead=7, **STAY)

    # The day of admission counts: about half a day more than the mean stay.
    for day in found.days:
        assert day.beds.value == pytest.approx(200 * 0.2 * 8.5, rel=0.05)
        assert day.admissions.value == pytest.approx(40, rel=0.06)


def test_growing_cases_are_carried_on_at_their_rate() -> None:
    found = ward_load(PRUSSIA, growth_rate(PRUSSIA), ahead=10, **STAY)

    first, last = found.days[0], found.days[-1]
    assert (first.day, last.day) == (28, 37)
    assert last.cases.value / first.cases.value == pytest.approx(np.exp(9 * 0.125243), rel=0.1)
    assert found.peak == last
    json.dumps(found.to_json())


def test_r_carries_cases_on_as_well() -> None:
    found = ward_load(FLU[:16], reproduction_number(FLU[:16], serial_interval=INTERVAL), **STAY)

    assert found.carried_by == "reproduction_number"
    assert all(
        day.beds.low is not None and day.beds.high is not None and day.beds.low <= day.beds.high
        for day in found.days
    )


def test_the_same_seed_says_the_same() -> None:
    growth = growth_rate(PRUSSIA)

    assert ward_load(PRUSSIA, growth, **STAY) == ward_load(PRUSSIA, growth, **STAY)
    assert ward_load(PRUSSIA, growth, seed=2, **STAY) != ward_load(PRUSSIA, growth, **STAY)


def test_limits_of_cases_hold_what_comes() -> None:
    rng, held, looked = np.random.default_rng(3), 0, 0
    days = np.arange(28)
    for _series in range(60):
        cases = rng.poisson(15 * np.exp(0.07 * days))
        growth = growth_rate(cases[:21], variance="poisson")
        found = ward_load(cases[:21], growth, ahead=7, draws=500, **STAY)
        held += sum(
            day.cases.holds(float(seen)) for day, seen in zip(found.days, cases[21:], strict=True)
        )
        looked += 7

    assert 0.91 <= held / looked <= 0.985


def test_a_delay_moves_admissions() -> None:
    cases = [0] * 20 + [100]
    ratio = reproduction_number(cases, serial_interval=INTERVAL, imported=cases, prior_sd=1.0)

    found = ward_load(cases, ratio, ahead=5, delay_days=3, **STAY)

    assert [day.admissions.value > 5 for day in found.days[:3]] == [False, False, True]


def test_growth_that_ends_before_the_cases_is_refused() -> None:
    with pytest.raises(Unusable) as refused:
        ward_load(PRUSSIA, growth_rate(PRUSSIA, last_day=20), **STAY)

    assert refused.value.code == "GROWTH"


def test_what_would_pass_all_people_is_told() -> None:
    cases = [10**place for place in range(9)]

    with pytest.raises(NoSolution) as refused:
        ward_load(cases, growth_rate(cases, variance="poisson"), ahead=30, **STAY)

    assert refused.value.code == "TOO_FAR"


def test_r_that_was_never_estimated_carries_nothing() -> None:
    ratio = reproduction_number(FLU[:8], serial_interval=[0.0] * 20 + [1.0])

    with pytest.raises(NoSolution) as refused:
        ward_load(FLU[:8], ratio, **STAY)

    assert refused.value.code == "NO_R"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"admitted_share": 1.2}, "SHARE"),
        ({"stay_sd": 0.0}, "STAY"),
        ({"stay_mean": float("nan")}, "NOT_A_NUMBER"),
        ({"stay_mean": -1.0}, "STAY"),
        ({"delay_days": 2.5}, "NOT_A_NUMBER"),
        ({"level": "high"}, "NOT_A_NUMBER"),
        ({"ahead": 0}, "AHEAD"),
        ({"ahead": 400}, "AHEAD"),
        ({"draws": 3}, "LEVEL"),
    ],
)
def test_what_cannot_be_used_is_named(more: dict[str, float], code: str) -> None:
    with pytest.raises(Unusable) as refused:
        ward_load(PRUSSIA, growth_rate(PRUSSIA), **(STAY | more))  # type: ignore[arg-type]

    assert refused.value.code == code
