"""When the beds run out, by the middle and by either limit; and when nothing can be said."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from assays.rules.ward_forecasts import forecast

TODAY = date(2026, 3, 10)
GIVEN: dict[str, Any] = {
    "today": "2026-03-10",
    "wards": [{"patients": 12, "cases": 4}, {"patients": 3, "cases": 1}],
}


def outcome(*beds: tuple[float, float, float]) -> dict[str, Any]:
    """Cases from 1 March on; the tenth day is today."""
    days = [
        {"day": 9 + place, "beds": {"value": value, "low": low, "high": high}}
        for place, (value, low, high) in enumerate(beds)
    ]
    return {"first_day": "2026-03-01", "wards": {"days": days}}


GROWING = outcome((4, 3, 5), (5, 4, 7), (8, 5, 12), (12, 7, 20), (18, 10, 33))


def test_capacity_is_reached_on_the_first_day_with_as_many_people_as_places() -> None:
    found = forecast(GIVEN, GROWING, capacity=22, today=TODAY)

    assert found.others == 10
    assert [one.day for one in found.days] == [date(2026, 3, day) for day in (10, 11, 12, 13)]
    assert [one.value for one in found.days] == [15, 18, 22, 28]
    assert (found.earliest, found.expected, found.latest) == (
        date(2026, 3, 11),
        date(2026, 3, 12),
        None,
    )


def test_what_is_full_already_is_reached_today() -> None:
    found = forecast(GIVEN, GROWING, capacity=12, today=TODAY)

    assert found.expected == found.earliest == found.latest == TODAY


def test_what_has_room_enough_is_not_reached() -> None:
    found = forecast(GIVEN, GROWING, capacity=500, today=TODAY)

    assert (found.expected, found.earliest, found.latest) == (None, None, None)
    assert found.last == date(2026, 3, 13)


@pytest.mark.parametrize(
    ("outcome_", "capacity", "today", "code"),
    [
        (None, 10, TODAY, "FAILED"),
        (GROWING, 0, TODAY, "NO_BEDS"),
        (GROWING, 10, date(2026, 4, 1), "OVER"),
        ({"wards": {"refusal": {"code": "STAYS"}}}, 10, TODAY, "STAYS"),
    ],
)
def test_what_cannot_be_determined_says_why(
    outcome_: Any, capacity: int, today: date, code: str
) -> None:
    found = forecast(GIVEN, outcome_, capacity=capacity, today=today)

    assert found.why_not is not None
    assert found.why_not["code"] == code
    assert found.days == ()
