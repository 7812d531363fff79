"""The course of a load: rates and changes found, limits that hold, what cannot be said."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assays.numerics.doubling import Direction
from assays.numerics.kinetics import Intervention, Kind, Model, Note, Outlook, fit_load
from assays.numerics.refusals import NoSolution, Unusable
from bench.load_courses import simulated

DAYS = np.arange(20.0)


def noise(seed: int, count: int = 20, cv: float = 0.15) -> np.ndarray:
    return np.exp(cv * np.random.default_rng(seed).standard_normal(count))


def test_growth_without_scatter_has_its_doubling_time() -> None:
    found = fit_load(DAYS, 100 * 2 ** (DAYS / 4))

    (segment,) = found.segments
    assert found.model is Model.EXPONENTIAL
    assert segment.doubling.direction is Direction.GROWTH
    assert segment.doubling.days is not None
    assert segment.doubling.days.value == pytest.approx(4.0, rel=1e-6)
    assert Note.NO_SCATTER in found.notes


def test_a_fall_is_found_with_its_day_and_both_times() -> None:
    course = simulated("growth_decay", 0.1, np.random.default_rng(4))

    found = fit_load(course.days, course.loads)

    (change,) = found.change_points
    assert course.fall is not None
    assert abs(change.day.value - course.fall) < 1
    assert [one.doubling.direction for one in found.segments] == ["growth", "decay"]
    assert not found.rebound.is_detected
    assert change.intervention is None
    json.dumps(found.to_json(), allow_nan=False)


def test_a_rebound_is_found_with_its_probability_and_day() -> None:
    course = simulated("growth_decay_rebound", 0.1, np.random.default_rng(5))

    found = fit_load(course.days, course.loads)

    assert found.rebound.is_detected
    assert found.rebound.probability > 0.99
    assert course.rise is not None
    assert found.rebound.day is not None
    assert abs(found.rebound.day.value - course.rise) < 1


def test_growth_to_a_capacity_is_told_with_the_capacity() -> None:
    loads = 5000 / (1 + 49 * np.exp(-0.6 * DAYS)) * noise(1, cv=0.08)

    found = fit_load(DAYS, loads)

    assert found.model is Model.LOGISTIC
    assert found.parameters["capacity"].holds(5000)
    assert found.segments[0].rate.holds(0.6)


def test_clearance_in_two_phases_is_told_with_both() -> None:
    days = np.arange(0, 30, 1.5)
    loads = (9000 * np.exp(-0.6 * days) + 300 * np.exp(-0.05 * days)) * noise(2, cv=0.08)

    found = fit_load(days, loads)

    assert found.model is Model.BIEXPONENTIAL
    for name, truth in (("A", 9000), ("delta", 0.6), ("B", 300), ("gamma", 0.05)):
        assert found.parameters[name].holds(truth)
    assert [one.doubling.direction for one in found.segments] == ["decay", "decay"]


def test_a_stable_load_has_no_doubling_time_but_says_what_is_excluded() -> None:
    doubling = fit_load(DAYS, 300 * noise(3)).segments[0].doubling

    assert doubling.direction is Direction.NOT_DETERMINABLE
    assert doubling.days is None
    assert (doubling.doubling_not_below or 0) > 5
    assert (doubling.half_life_not_below or 0) > 5


def test_loads_below_the_limit_bend_the_course_no_more_than_they_can() -> None:
    loads = 1000 * np.exp(-0.4 * DAYS) * noise(6)
    limit = 20.0

    censored = fit_load(DAYS, loads, limit=limit)
    halved = fit_load(DAYS, np.where(loads < limit, limit / 2, loads), model="exponential")

    assert censored.below_limit == int((loads < limit).sum()) > 5
    assert censored.model is Model.EXPONENTIAL
    assert censored.segments[0].rate.holds(-0.4)
    assert not halved.segments[0].rate.holds(-0.4)


def test_marks_zeros_and_values_below_the_limit_are_the_same() -> None:
    loads = 1000 * np.exp(-0.4 * DAYS) * noise(6)
    below = loads < 20

    measured = fit_load(DAYS, loads, limit=20)

    assert fit_load(DAYS, np.where(below, 0, loads), limit=20) == measured
    assert fit_load(DAYS, np.where(below, math.nan, loads), censored=below, limit=20) == measured
    assert fit_load(DAYS, np.where(below, 20, loads), censored=below) == measured


def test_a_series_below_the_limit_throughout_says_nothing_of_rates() -> None:
    found = fit_load(DAYS, np.zeros(20), limit=5)

    assert (found.model, found.segments, found.notes) == (None, (), (Note.ALL_BELOW_LIMIT,))
    with pytest.raises(NoSolution):
        found.time_to(100)


def test_an_intervention_is_a_change_of_rate_at_its_day() -> None:
    loads = 100 * np.exp(0.2 * DAYS - 0.5 * np.maximum(DAYS - 9.5, 0)) * noise(7)
    done = Intervention(9.5, Kind.KILL_CODE)

    found = fit_load(DAYS, loads, interventions=[done])

    (change,) = found.change_points
    assert change.intervention == done
    assert change.rate_change.holds(-0.5)
    assert change.rate_change.excludes(0)
    assert change.jump is None


def test_a_filtration_that_takes_a_share_at_once_is_a_jump() -> None:
    done, held = Intervention(9.5, Kind.FILTRATION, "5 um"), 0
    for seed in range(40):
        loads = 100 * np.exp(0.15 * DAYS) * np.where(DAYS > 9.5, 0.1, 1) * noise(seed)
        found = fit_load(DAYS, loads, interventions=[done], most_changes=1)
        jump = next(one for one in found.change_points if one.intervention == done).jump
        held += jump is not None and jump.holds(0.1)
        assert found.rebound.is_detected

    assert held >= 34


def test_an_intervention_without_loads_beside_it_is_told() -> None:
    found = fit_load(DAYS, 100 * noise(9), interventions=[Intervention(0.5), Intervention(40)])

    assert found.change_points == ()
    assert Note.NOT_SEPARABLE in found.notes


def test_two_loads_have_a_rate_and_no_limits_unless_their_cv_is_known() -> None:
    alone = fit_load([0, 4], [100, 400])
    known = fit_load([0, 4], [100, 400], cv=0.15)

    assert alone.segments[0].rate.value == pytest.approx(math.log(4) / 4)
    assert alone.segments[0].rate.low is None
    assert alone.segments[0].doubling.direction is Direction.NOT_DETERMINABLE
    assert {Note.NO_FREEDOM, Note.FEW_LOADS} <= set(alone.notes)
    assert known.segments[0].doubling.direction is Direction.GROWTH


def test_several_loads_at_one_time_count_each() -> None:
    days = np.repeat([0.0, 5.0], 3)

    found = fit_load(days, [100, 110, 95, 390, 410, 420])

    assert found.segments[0].doubling.direction is Direction.GROWTH


def test_the_day_on_which_a_load_is_reached_has_limits() -> None:
    found = fit_load(DAYS, 100 * np.exp(0.2 * DAYS) * noise(10))
    truth = math.log(1e5 / 100) / 0.2

    up, down = found.time_to(1e5), found.time_to(1)

    assert up.outlook is Outlook.PROJECTED
    assert up.day is not None
    assert up.day.holds(truth)
    assert down.outlook is Outlook.NOT_EXPECTED


def test_a_load_that_may_never_be_reached_has_no_last_day() -> None:
    when = fit_load(DAYS, 300 * np.exp(0.003 * DAYS) * noise(12)).time_to(3000)

    assert when.outlook in (Outlook.NOT_DETERMINABLE, Outlook.NOT_EXPECTED)
    assert when.day is None or when.day.high is None


def test_a_capacity_below_the_load_asked_for_is_never_passed() -> None:
    loads = 5000 / (1 + 49 * np.exp(-0.6 * DAYS)) * noise(1, cv=0.08)

    assert fit_load(DAYS, loads).time_to(1e6).outlook is Outlook.NOT_EXPECTED


def test_the_order_of_loads_does_not_matter() -> None:
    course = simulated("growth_decay", 0.15, np.random.default_rng(6))
    order = np.random.default_rng(1).permutation(course.days.size)

    assert fit_load(course.days[order], course.loads[order]) == fit_load(course.days, course.loads)


@given(st.sampled_from([1e-9, 0.01, 1e3, 1e12]), st.sampled_from([1e-6, 0.1, 24.0, 1e9]))
@settings(max_examples=12, deadline=None)
def test_units_of_load_and_time_change_nothing_else(load: float, time: float) -> None:
    course = simulated("growth_decay", 0.15, np.random.default_rng(6))
    plain = fit_load(course.days, course.loads)

    found = fit_load(course.days * time, course.loads * load)

    assert found.model == plain.model
    for one, other in zip(found.segments, plain.segments, strict=True):
        assert one.rate.value * time == pytest.approx(other.rate.value, rel=1e-5)
        assert one.load_at_end == pytest.approx(other.load_at_end * load, rel=1e-4)
    for change, before in zip(found.change_points, plain.change_points, strict=True):
        assert change.day.value == pytest.approx(before.day.value * time, rel=1e-5)


@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.floats(1e-6, 1e9), st.booleans()), min_size=2, max_size=14
    )
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_measured_gives_finite_numbers_or_a_refusal(
    rows: list[tuple[int, float, bool]],
) -> None:
    days, loads, below = zip(*rows, strict=True)
    try:
        found = fit_load(days, loads, censored=list(below))
    except (Unusable, NoSolution):
        return

    json.dumps(found.to_json(), allow_nan=False)
    for segment in found.segments:
        assert math.isfinite(segment.rate.value)
        assert segment.start <= segment.end


@pytest.mark.parametrize(
    ("days", "loads", "more", "code"),
    [
        ([], [], {}, "EMPTY"),
        ([1], [5], {}, "TOO_FEW"),
        ([1, 1], [5, 6], {}, "ONE_TIME"),
        ([1, 2], [5], {}, "TOO_FEW"),
        ([1, 2, 3], [5, 6], {}, "LENGTHS"),
        ([1, 2], [5, -6], {}, "TOO_LOW"),
        ([1, 2], [5, math.nan], {}, "NOT_FINITE"),
        ([1, math.inf], [5, 6], {}, "NOT_FINITE"),
        ([1, 2], ["many", 5], {}, "NOT_A_NUMBER"),
        ([1, 2], [5, 0], {}, "ZERO_LOAD"),
        ([1, 2], [5, 6], {"limit": 0}, "LIMIT"),
        ([1, 2], [5, 6], {"limit": [1, 2, 3]}, "LIMIT"),
        ([1, 2], [5, 6], {"censored": [2, 0]}, "CENSORED"),
        ([1, 2], [5, 6], {"censored": [">", ""]}, "CENSORED"),
        ([1, 2], [5, 6], {"interventions": [8]}, "INTERVENTION"),
        ([1, 2], [5, 6], {"interventions": [(8, "prayer")]}, "INTERVENTION"),
        ([1, 2], [5, 6], {"level": "0.95"}, "NOT_A_NUMBER"),
        ([1, 2], [5, 6], {"model": ["broken"]}, "MODEL"),
        ([1, 2], [5, 6], {"censored": [True]}, "CENSORED"),
        ([1, 2], [5, 6], {"model": "magic"}, "MODEL"),
        ([1, 2], [5, 6], {"most_changes": 9}, "CHANGES"),
        ([1, 2], [5, 6], {"cv": 0.0}, "CV"),
        ([1, 2], [5, 6], {"level": 1.0}, "LEVEL"),
        ([1, 2], [5, 6], {"limits": "wide"}, "LEVEL"),
        ([1, 2], [5, 6], {"interventions": [Intervention(math.nan)]}, "NOT_FINITE"),
    ],
)
def test_what_cannot_be_used_is_named(
    days: list[float], loads: list[float], more: dict[str, object], code: str
) -> None:
    with pytest.raises(Unusable) as refused:
        fit_load(days, loads, **more)  # type: ignore[arg-type]

    assert refused.value.code == code


def test_a_course_that_does_not_fit_at_all_is_told() -> None:
    with pytest.raises(NoSolution) as refused:
        fit_load(DAYS, 1000 * np.exp(-0.3 * DAYS), model="logistic")

    assert refused.value.code == "NO_FIT"


def test_more_breaks_than_can_be_tried_at_once_are_found() -> None:
    days = np.arange(80.0)
    logs = sum(
        sign * 0.5 * np.maximum(days - at, 0) for at, sign in ((15, -1), (30, 1), (45, -1), (60, 1))
    )
    loads = np.exp(5 + 0.25 * days + logs) * noise(13, 80, 0.1)

    found = fit_load(days, loads, most_changes=4)

    assert [round(one.day.value) for one in found.change_points] == pytest.approx(
        [15, 30, 45, 60], abs=1
    )


@pytest.mark.parametrize("marks", [[0, 0, 1, 1], ["", "=", "<", "<"]], ids=["numbers", "signs"])
def test_loads_below_a_limit_are_marked_by_numbers_or_signs_as_well(marks: list[object]) -> None:
    days, loads = [0, 1, 2, 3], [100, 30, 10, 10]

    found = fit_load(days, loads, censored=marks)

    assert found.to_json() == fit_load(days, loads, censored=[False, False, True, True]).to_json()


def test_an_intervention_is_its_day_and_kind() -> None:
    days = list(range(12))
    loads = [100, 128, 155, 210, 247, 330, 205, 121, 80, 48, 29, 20]

    found = fit_load(days, loads, interventions=[(5, "filtration", "5 um")])

    done = [Intervention(5, Kind.FILTRATION, "5 um")]
    assert found.to_json() == fit_load(days, loads, interventions=done).to_json()


def test_hours_are_not_taken_for_days() -> None:
    hours = np.array([0, 24, 48, 72], dtype="timedelta64[h]")

    with pytest.raises(Unusable, match="Not all times are numbers"):
        fit_load(hours, [100, 130, 160, 210])


def test_more_loads_than_a_course_has_are_refused_before_they_take_minutes() -> None:
    with pytest.raises(Unusable, match="At most 5000 loads make a course"):
        fit_load(np.arange(5001.0), np.ones(5001))
