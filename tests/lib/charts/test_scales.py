"""Scales map values to places and write round numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from labsys.lib.charts.dates import time_ticks
from labsys.lib.charts.layout import lanes, spread
from labsys.lib.charts.scales import Scale, linear_ticks, log_ticks, span_of, step_for, written

values = st.floats(min_value=-1e9, max_value=1e9, allow_nan=False).map(
    lambda value: round(value, 6)
)


@given(low=values, width=st.floats(min_value=1e-4, max_value=1e9), target=st.integers(1, 12))
@example(low=0.0625, width=0.0001, target=2)
def test_ticks_lie_within_the_scale_evenly_and_number_no_more_than_asked(
    low: float, width: float, target: int
) -> None:
    high = low + width
    ticks = linear_ticks(low, high, target)

    step = float(step_for(high - low, target))  # which may differ from the width in its last places
    slack = width * 1e-6 + abs(low) * 1e-9
    assert len(ticks) <= target + 1
    assert all(low - slack <= tick.value <= low + width + slack for tick in ticks)
    assert all(
        abs(b.value - a.value - step) <= slack for a, b in zip(ticks, ticks[1:], strict=False)
    )


def test_ticks_are_written_with_the_decimals_of_their_step() -> None:
    assert [tick.text for tick in linear_ticks(3.4, 5.2, 4)] == ["3.5", "4.0", "4.5", "5.0"]
    assert [tick.text for tick in linear_ticks(0, 10, 5)] == ["0", "2", "4", "6", "8", "10"]
    assert [tick.text for tick in linear_ticks(-1, 1, 2)] == ["\u22121", "0", "1"]


def test_large_numbers_are_grouped_by_thin_spaces() -> None:
    assert written(Decimal(150000), 0) == "150\u202f000"
    assert written(Decimal(4500), 0) == "4500"


@pytest.mark.parametrize("span", [0.0, -1.0, float("nan")])
def test_a_scale_without_width_has_no_step(span: float) -> None:
    with pytest.raises(ValueError, match="no step"):
        step_for(span, 5)


def test_a_logarithmic_scale_gives_each_decade_the_same_room() -> None:
    scale = Scale(1, 1000, 0, 300, log=True)

    assert [scale(value) for value in (1, 10, 100, 1000)] == pytest.approx([0, 100, 200, 300])
    assert [tick.text for tick in log_ticks(1, 100)] == ["1", "2", "5", "10", "20", "50", "100"]
    assert [tick.text for tick in log_ticks(0.05, 0.5)] == ["0.05", "0.1", "0.2", "0.5"]


@given(st.lists(st.floats(min_value=0, max_value=1e6), min_size=1))
def test_air_around_values_never_reaches_below_the_floor(found: list[float]) -> None:
    low, high = span_of(found, floor=0)

    assert 0 <= low <= min(found)
    assert max(found) <= high
    assert low < high


PARIS = ZoneInfo("Europe/Paris")


@given(
    start=st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1)),
    minutes=st.integers(20, 60 * 24 * 365 * 40),
    target=st.integers(3, 14),
)
def test_time_ticks_lie_within_in_order_and_are_not_too_many(
    start: datetime, minutes: int, target: int
) -> None:
    first = start.replace(tzinfo=UTC)
    last = first + timedelta(minutes=minutes)

    ticks = time_ticks(first, last, PARIS, target=target)

    moments = [tick.at for tick in ticks]
    assert moments == sorted(set(moments))
    assert all(first <= moment <= last for moment in moments)
    assert len(ticks) <= target * 1.5 + 2


def test_days_begin_at_the_hospitals_midnight() -> None:
    first = datetime(2026, 10, 24, 12, tzinfo=UTC)

    ticks = time_ticks(first, first + timedelta(days=4), PARIS, target=6)

    assert [(tick.text, tick.context) for tick in ticks] == [
        ("25 Oct", "2026"),
        ("26 Oct", ""),
        ("27 Oct", ""),
        ("28 Oct", ""),
    ]
    # Clocks go back on 25 October: the first day of the two has 25 hours.
    hours = [b.at.timestamp() - a.at.timestamp() for a, b in zip(ticks, ticks[1:], strict=False)]
    assert hours == [25 * 3600, 24 * 3600, 24 * 3600]


def test_an_hour_left_out_by_a_change_of_clocks_is_not_drawn() -> None:
    first = datetime(2026, 3, 28, 23, tzinfo=UTC)

    ticks = time_ticks(first, first + timedelta(hours=5), PARIS, target=8)

    assert [tick.text for tick in ticks] == ["00:00", "01:00", "03:00", "04:00", "05:00", "06:00"]


@given(
    st.lists(st.floats(min_value=0, max_value=200), min_size=1, max_size=12),
    st.floats(min_value=1, max_value=15),
)
def test_places_moved_apart_keep_their_order_and_stay_inside(
    places: list[float], gap: float
) -> None:
    moved = spread(places, gap=gap, top=0, bottom=200)

    order = sorted(range(len(places)), key=lambda index: places[index])
    in_order = [moved[index] for index in order]
    assert all(b - a >= gap - 1e-6 for a, b in zip(in_order, in_order[1:], strict=False))
    assert all(-1e-6 <= place <= 200 + 1e-6 for place in moved)


@given(st.lists(st.tuples(st.floats(40, 600), st.text("abcdefgh ", min_size=1, max_size=20))))
def test_labels_of_one_row_do_not_cover_each_other(texts: list[tuple[float, str]]) -> None:
    placed = lanes(texts, left=40, right=600)

    for index, one in enumerate(placed):
        for other in placed[index + 1 :]:
            apart = one.extent[1] <= other.extent[0] or other.extent[1] <= one.extent[0]
            assert one.lane != other.lane or apart
