"""Turnaround times in classes: nothing is lost between them, and percentiles are exact to a class."""

from __future__ import annotations

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assays.rules.turnaround import (
    LONGEST_CLASS,
    LONGEST_MINUTES,
    Bar,
    Histogram,
    Segment,
    Target,
    bars,
    class_of,
    limits_of,
    merged,
    target_for,
)

MINUTES = st.floats(min_value=0, max_value=LONGEST_MINUTES - 0.001)


@given(MINUTES)
def test_a_time_lies_within_the_limits_of_its_class(minutes: float) -> None:
    low, high = limits_of(class_of(minutes))

    assert low <= minutes < high


def test_classes_follow_each_other_without_gap_or_overlap() -> None:
    limits = [limits_of(number) for number in range(LONGEST_CLASS)]

    assert limits[0][0] == 0
    assert all(one[1] == other[0] for one, other in zip(limits, limits[1:], strict=False))
    assert limits[-1][1] == LONGEST_MINUTES


@pytest.mark.parametrize(
    ("minutes", "limits"),
    [
        (0, (0, 1)),
        (119.9, (119, 120)),
        (120, (120, 125)),
        (479.9, (475, 480)),
        (480, (480, 495)),
        (1440, (1440, 1500)),
        (20159, (20100, 20160)),
        (20160, (20160, 20160)),
        (10**7, (20160, 20160)),
    ],
)
def test_classes_widen_where_nobody_would_act_upon_the_difference(
    minutes: float, limits: tuple[int, int]
) -> None:
    assert limits_of(class_of(minutes)) == limits


@pytest.mark.parametrize("minutes", [-0.1, float("nan"), float("-inf")])
def test_what_is_negative_or_no_number_is_no_turnaround(minutes: float) -> None:
    with pytest.raises(ValueError, match="negative"):
        class_of(minutes)


@given(st.lists(MINUTES, min_size=1, max_size=60), st.sampled_from([0.5, 0.9, 0.95]))
def test_a_percentile_lies_in_the_class_of_the_value_at_that_rank(
    times: list[float], share: float
) -> None:
    histogram = counted(times)
    rank = -(-len(times) * share // 1)  # the nearest rank, rounded up
    value = sorted(times)[int(rank) - 1]

    found = histogram.percentile(share)

    low, high = limits_of(class_of(value))
    assert found is not None
    assert low <= found <= high


def test_the_median_of_many_is_that_of_the_times_themselves_to_a_minute() -> None:
    times = [(17 * n) % 110 + 0.5 for n in range(1000)]

    found = counted(times).percentile(0.5)

    assert found == pytest.approx(statistics.median(times), abs=1)


def test_nothing_has_no_percentile() -> None:
    assert Histogram({}).percentile(0.5) is None
    assert bars(Histogram({})) == ()


def test_what_took_longer_than_the_last_class_gives_its_beginning() -> None:
    assert Histogram({LONGEST_CLASS: 3}).percentile(0.9) == LONGEST_MINUTES


@given(st.lists(st.lists(MINUTES, max_size=20), max_size=5))
def test_days_add_up_to_what_one_would_have_counted_at_once(days: list[list[float]]) -> None:
    together = merged(counted(day).counts for day in days)

    assert together == counted([one for day in days for one in day])


@given(st.lists(MINUTES, min_size=1, max_size=80))
def test_every_time_is_in_one_bar(times: list[float]) -> None:
    drawn = bars(counted(times))

    assert sum(bar.count for bar in drawn) == len(times)
    assert len(drawn) <= 32


def test_bars_are_as_narrow_as_nearly_all_times_allow() -> None:
    drawn = bars(counted([5.5] * 60 + [20.5] * 39 + [3000]))

    assert drawn[5] == Bar(5, 6, 60)
    assert drawn[-1].high is None
    assert drawn[-1].count == 1


def test_a_section_s_own_target_comes_before_the_general_one() -> None:
    general = Target(Segment.RECEIVE_RELEASE, 0, 60, 90.0)
    own = Target(Segment.RECEIVE_RELEASE, 0, 30, 95.0, section="CBC")

    def held(section: str) -> Target | None:
        return target_for(
            [general, own], segment=Segment.RECEIVE_RELEASE, priority=0, section=section
        )

    assert held("CBC") is own
    assert held("CHEM") is general
    assert target_for([own], segment=Segment.RECEIVE_RELEASE, priority=3, section="CBC") is None


def counted(times: list[float]) -> Histogram:
    return merged({class_of(one): 1} for one in times)
