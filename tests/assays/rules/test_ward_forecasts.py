"""When the beds run out, by the middle and by either limit; and when nothing can be said."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from assays.rules.ward_forecasts import forecast

TODAY = date(2026, 3, 10)
GIVEN: dict[str, Any] = {"today": "2026-03-10"}


def outcome(*beds: tuple[float, float, float]) -> dict[str, Any]:
    """Cases from 1 March on; the tenth day is today."""
    days = [
        {"day": 9 + place, "beds": {"value": value, "low": low, "high": high}}
        for place, (value, low, high) in enumerate(beds)
    ]
    return {"first_day": "2026-03-01", "wards": {"days": days}}


GROWING = outcome((4, 3, 5), (5, 4, 7), (8, 5, 12), (12, 7, 20), (18, 10, 33))


def test_capacity_is_reached_on_the_first_day_with_as_many_people_as_places() -> None:
    found = forecast(GIVEN, GROWING, capacity=22, people=15, today=TODAY)

    assert found.others == 10
    assert [one.day for one in found.days] == [date(2026, 3, day) for day in (10, 11, 12, 13)]
    assert [one.value for one in found.days] == [15, 18, 22, 28]
    assert (found.earliest, found.expected, found.latest) == (
        date(2026, 3, 11),
        date(2026, 3, 12),
        None,
    )


@pytest.mark.parametrize("people", [12, 29, 400])
def test_what_is_full_today_is_reached_today_whatever_was_so_at_the_analysis(people: int) -> None:
    found = forecast(GIVEN, GROWING, capacity=12, people=people, today=TODAY)

    assert found.expected == found.earliest == found.latest == TODAY


def test_today_is_known_and_has_no_limits() -> None:
    found = forecast(GIVEN, GROWING, capacity=22, people=29, today=TODAY)

    today = found.days[0]
    assert today.value == today.low == today.high == 29
    assert found.others == 24


def test_fewer_people_than_the_cases_projected_leave_no_others() -> None:
    found = forecast(GIVEN, GROWING, capacity=22, people=2, today=TODAY)

    assert [one.value for one in found.days] == [2, 8, 12, 18]


def test_who_takes_of_no_capacity_is_left_out_of_what_is_compared_with_it() -> None:
    found = forecast(GIVEN, GROWING, capacity=22, people=15, elsewhere=6, today=TODAY)

    assert [one.value for one in found.days] == [9, 12, 16, 22]
    assert found.expected == date(2026, 3, 13)
    # As many leave as are elsewhere at most: of nobody fewer than none are expected.
    falling = outcome((4, 3, 5), (5, 4, 7), (3, 1, 6))
    fewer = forecast(GIVEN, falling, capacity=22, people=5, elsewhere=5, today=TODAY)
    assert [(one.low, one.value, one.high) for one in fewer.days] == [(0, 0, 0), (0, 0, 1)]


def test_what_has_room_enough_is_not_reached() -> None:
    found = forecast(GIVEN, GROWING, capacity=500, people=15, today=TODAY)

    assert (found.expected, found.earliest, found.latest) == (None, None, None)
    assert found.last == date(2026, 3, 13)


@pytest.mark.parametrize(
    ("outcome_", "capacity", "today", "code"),
    [
        (None, 10, TODAY, "FAILED"),
        (GROWING, 0, TODAY, "NO_BEDS"),
        (GROWING, 10, date(2026, 4, 1), "OVER"),
        (GROWING, 10, date(2026, 3, 1), "OVER"),
        ({"wards": {"refusal": {"code": "STAYS"}}}, 10, TODAY, "STAYS"),
    ],
)
def test_what_cannot_be_determined_says_why(
    outcome_: Any, capacity: int, today: date, code: str
) -> None:
    found = forecast(GIVEN, outcome_, capacity=capacity, people=15, today=today)

    assert found.why_not is not None
    assert found.why_not["code"] == code
    assert found.days == ()
