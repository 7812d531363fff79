"""Drift of a host and its changes of pace, and tests of one population."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from assays.numerics.profiles import Profile, drift, same_population
from assays.numerics.profiles.changes import Note
from assays.numerics.refusals import Unusable
from tests.assays.numerics.profiles.simulated import drifting, hosts


def test_drift_is_one_less_jaccard_against_the_first() -> None:
    first = {"A": (1, 2), "B": (1,), "C": (5,)}
    later = {"A": (1, 3), "B": (1,), "D": (1,)}

    start, lost = drift([0, 1], [first, later]).drifts
    read = drift([0, 1], [first, later], missing="it_is_not_compared").drifts[1]

    assert (start.value, lost.value, read.value) == (0.0, 1 - 2 / 6, 1 - 2 / 4)
    assert lost.low <= lost.value <= lost.high  # type: ignore[operator]
    assert (lost.markers, read.markers) == (4, 2)


def test_drift_from_week_to_week_is_against_the_profile_before() -> None:
    weeks = [{"A": (1,), "B": (1,)}, {"A": (2,), "B": (1,)}, {"A": (2,), "B": (1,)}]

    found = drift([0, 1, 2], weeks, against="previous").drifts

    assert [one.value for one in found] == pytest.approx([0, 2 / 3, 0])


def test_nothing_and_everything_changed_have_exact_limits() -> None:
    one, other = ({f"M{i}": (allele,) for i in range(20)} for allele in (1, 2))

    same, none = drift([0, 1], [one, other]).drifts

    room = 1 - 0.025 ** (1 / 20)
    assert (same.value, same.low, same.high) == (0.0, 0.0, pytest.approx(room))
    assert (none.value, none.low, none.high) == (1.0, pytest.approx(1 - room), 1.0)


def test_one_marker_has_no_limits() -> None:
    found = drift([0, 1], [{"A": (1, 2)}, {"A": (1, 3)}]).drifts[1]

    assert (found.value, found.low, found.high) == (pytest.approx(2 / 3), 0.0, 1.0)


def test_limits_cover_the_drift_they_are_drawn_from() -> None:
    """A marker is another allele with 0.3: half of its two factors are shared then, or all."""
    rng, covered, runs = np.random.default_rng(1), 0, 200
    expected = 2 * 0.3 / (1 + 0.3)
    for run in range(runs):
        changed = rng.random(80) < 0.3
        first = {f"M{i}": ("1",) for i in range(80)}
        later = {f"M{i}": ("2" if is_new else "1",) for i, is_new in enumerate(changed)}
        found = drift([0, 1], [first, later], seed=run, resamples=500).drifts[1]
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= expected <= found.high

    assert 0.90 <= covered / runs <= 0.99


def test_a_change_of_pace_is_found_near_its_week() -> None:
    profiles = drifting(26, [0.02] * 12 + [0.2] * 13, seed=3)

    found = drift(range(26), profiles)

    (change,) = found.changes
    assert abs(change.time - 12) <= 1
    assert change.before == pytest.approx(0.02, abs=0.015)
    assert change.after == pytest.approx(0.2, abs=0.05)
    assert change.p <= 0.01


def test_a_steady_drift_has_no_change_of_pace() -> None:
    false = sum(
        bool(drift(range(20), drifting(20, [0.08] * 19, seed=seed), resamples=300).changes)
        for seed in range(40)
    )

    assert false <= 3


def test_a_changed_unit_of_time_changes_paces_alone() -> None:
    profiles = drifting(20, [0.02] * 10 + [0.3] * 9, seed=4)

    weeks, days = drift(range(20), profiles), drift(range(0, 140, 7), profiles)

    assert [one.value for one in weeks.drifts] == [one.value for one in days.drifts]
    assert [7 * one.time for one in weeks.changes] == [one.time for one in days.changes]
    assert [one.before for one in weeks.changes] == pytest.approx(
        [7 * one.before for one in days.changes]
    )


def test_the_same_seed_gives_the_same_to_the_bit() -> None:
    profiles = drifting(12, [0.1] * 11, seed=5)

    assert drift(range(12), profiles) == drift(range(12), profiles)
    assert drift(range(12), profiles) != drift(range(12), profiles, seed=2)


def test_what_the_limits_do_not_hold_is_said() -> None:
    found = drift([0, 1], [{"A": (1,)}, {"B": (1,)}], missing="it_is_not_compared")

    assert found.drifts[1].value is None
    assert found.notes == (Note.FEW_MARKERS, Note.TOO_SHORT, Note.NOTHING_COMPARED)


ONE = Profile({"A": (1,)})


@pytest.mark.parametrize(
    ("times", "profiles", "options", "code"),
    [
        ([], [], {}, "EMPTY"),
        ([0], [ONE], {}, "TOO_FEW"),
        ([0, 1], [ONE], {}, "LENGTHS"),
        ([0, 0], [ONE, ONE], {}, "TIMES"),
        ([1, 0], [ONE, ONE], {}, "TIMES"),
        ([0, float("nan")], [ONE, ONE], {}, "NOT_FINITE"),
        (["a", "b"], [ONE, ONE], {}, "NOT_A_NUMBER"),
        ([0, 1], [ONE, 5], {}, "NOT_A_PROFILE"),
        ([0, 1], [ONE, ONE], {"level": 1}, "LEVEL"),
        ([0, 1], [ONE, ONE], {"resamples": 1}, "RESAMPLES"),
        ([0, 1], [ONE, ONE], {"missing": "?"}, "OPTION"),
    ],
)
def test_what_has_no_drift_is_refused(times: Any, profiles: Any, options: Any, code: str) -> None:
    with pytest.raises(Unusable) as refused:
        drift(times, profiles, **options)

    assert refused.value.code == code


def test_absurd_scales_of_time_are_borne() -> None:
    profiles = drifting(10, [0.02] * 4 + [0.5] * 5, seed=4)
    plain = drift(range(10), profiles)

    for scale in (1e-12, 1e12):
        scaled = drift(np.arange(10) * scale, profiles)
        assert [one.value for one in scaled.drifts] == [one.value for one in plain.drifts]
        assert len(scaled.changes) == len(plain.changes)


def test_two_populations_are_told_apart_and_one_is_not() -> None:
    one = list(hosts(30, 40, 0.2, seed=1).values())
    other = list(hosts(25, 40, 0.2, seed=2).values())
    third = list(hosts(25, 40, 0.4, seed=3).values())

    same, different = same_population(one, other), same_population(one, third)

    assert same.p > 0.05
    assert different.p < 0.001
    assert different.between > max(different.within[0], different.within[1]) - 0.2
    assert same_population(one, other) == same


def test_p_values_of_one_population_are_even() -> None:
    p = []
    for seed in range(150):
        drawn = list(hosts(16, 20, 0.3, seed=seed).values())
        p.append(same_population(drawn[:8], drawn[8:], permutations=199, seed=seed).p)

    assert 0.40 < np.mean(p) < 0.60
    assert np.mean(np.array(p) <= 0.05) < 0.12


def test_too_few_profiles_for_any_difference_are_said() -> None:
    found = same_population([{"x"}, {"x"}], [{"y"}, {"y"}])

    assert found.least_p == pytest.approx(1 / 6)
    assert [note.value for note in found.notes] == ["too_few_profiles_to_tell_populations_apart"]


@pytest.mark.parametrize(
    ("first", "second", "options", "code"),
    [
        ([], [{"x"}, {"y"}], {}, "TOO_FEW"),
        ([{"x"}], [{"x"}, {"y"}], {}, "TOO_FEW"),
        ([{"x"}] * 4000, [{"x"}] * 2, {}, "TOO_MANY"),
        ([{"x"}, 5], [{"x"}, {"y"}], {}, "NOT_A_PROFILE"),
        ([{"x"}] * 2, [{"x"}] * 2, {"permutations": 5}, "PERMUTATIONS"),
    ],
)
def test_samples_that_cannot_be_compared_are_refused(
    first: Any, second: Any, options: Any, code: str
) -> None:
    with pytest.raises(Unusable) as refused:
        same_population(first, second, **options)

    assert refused.value.code == code
