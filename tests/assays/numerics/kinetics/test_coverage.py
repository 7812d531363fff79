"""Limits hold the truth as often as they say, over simulated courses (more in the bench)."""

from __future__ import annotations

import numpy as np

from assays.numerics.doubling import Direction
from assays.numerics.kinetics import fit_load
from bench.load_courses import simulated


def test_doubling_times_half_lives_days_and_rebounds_are_as_sure_as_they_say() -> None:
    rng, times, days, rebounds = np.random.default_rng(17), [], [], []
    for place in range(120):
        kind = ("growth_decay", "growth_decay_rebound")[place % 2]
        course = simulated(kind, (0.08, 0.15, 0.25)[place % 3], rng)
        found = fit_load(course.days, course.loads)
        for segment, truth in zip(
            found.segments, (course.doubling, course.half_life), strict=False
        ):
            times.append(segment.doubling.days is not None and segment.doubling.days.holds(truth))
        assert course.fall is not None
        near = [abs(one.day.value - course.fall) <= 1 for one in found.change_points[:1]]
        days.append(any(near))
        rebounds.append(found.rebound.is_detected == (course.rise is not None))

    assert 0.9 <= np.mean(times) <= 0.99
    assert np.mean(days) >= 0.93
    assert np.mean(rebounds) >= 0.95


def test_stable_loads_are_seldom_taken_for_anything_else() -> None:
    rng, alarms = np.random.default_rng(23), 0
    for _series in range(100):
        course = simulated("stable", 0.15, rng)
        found = fit_load(course.days, course.loads)
        is_plain = len(found.segments) == 1
        direction = found.segments[0].doubling.direction
        alarms += not (is_plain and direction is Direction.NOT_DETERMINABLE)
        assert not found.rebound.is_detected

    assert alarms <= 11
