"""How old a specimen may be, by how it was kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assays.rules.stability import Stay, Verdict, check
from assays.rules.storage import Temperature

DRAWN = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
LIMITS = {Temperature.AMBIENT: Decimal(24), Temperature.REFRIGERATED: Decimal(144)}


def after(hours: float) -> datetime:
    return DRAWN + timedelta(hours=hours)


def ask(hours: float, *stays: Stay, limits=LIMITS):
    return check(collected_at=DRAWN, at=after(hours), limits=limits, stays=stays)


@pytest.mark.parametrize(
    ("hours", "verdict"),
    [(0, "WITHIN"), (23.999, "WITHIN"), (24, "EXCEEDED"), (24.001, "EXCEEDED")],
)
def test_a_limit_ends_where_it_says(hours: float, verdict: str) -> None:
    assert ask(hours).verdict == verdict


def test_time_at_two_temperatures_uses_up_a_part_of_each_limit() -> None:
    cold = Stay(Temperature.REFRIGERATED, after(6), after(78))

    found = ask(78, cold)

    assert found.verdict is Verdict.WITHIN
    assert found.used == Decimal("0.750")  # 6 of 24 h and 72 of 144 h
    assert found.age_hours == Decimal("78.000")


def test_parts_that_add_up_to_the_whole_exceed_it() -> None:
    cold = Stay(Temperature.REFRIGERATED, after(12), after(84))

    assert ask(84, cold).verdict is Verdict.EXCEEDED


def test_what_nobody_accounts_for_counts_as_room_temperature() -> None:
    kept = Stay(Temperature.REFRIGERATED, after(1), after(10))

    assert ask(33.1, kept).verdict is Verdict.EXCEEDED


def test_a_temperature_without_a_limit_gives_no_permission() -> None:
    found = ask(5, Stay(Temperature.FROZEN, after(1)))

    assert found.verdict is Verdict.NO_LIMIT
    assert "frozen" in found.reason


def test_what_must_not_be_frozen_is_exceeded_by_freezing_it() -> None:
    limits = {**LIMITS, Temperature.FROZEN: Decimal(0)}

    assert ask(5, Stay(Temperature.FROZEN, after(4)), limits=limits).verdict is Verdict.EXCEEDED


@pytest.mark.parametrize(
    ("collected", "verdict"), [(None, "AGE_UNKNOWN"), (after(3), "AGE_UNKNOWN")]
)
def test_an_unknown_age_is_no_age(collected, verdict: str) -> None:
    assert check(collected_at=collected, at=after(1), limits=LIMITS).verdict == verdict


def test_no_limit_at_all_says_so_and_still_tells_the_age() -> None:
    found = ask(2, limits={})

    assert (found.verdict, found.age_hours) == (Verdict.NO_LIMIT, Decimal("2.000"))
    assert not found.is_within


def test_what_is_left_counts_at_the_present_temperature() -> None:
    assert ask(12).hours_left == Decimal("12.000")
    assert ask(12, Stay(Temperature.REFRIGERATED, after(12))).hours_left == Decimal("72.000")
    assert ask(13, Stay(Temperature.REFRIGERATED, after(12))).hours_left == Decimal("71.000")


def test_two_temperatures_at_the_same_time_are_refused() -> None:
    with pytest.raises(ValueError, match="two temperatures"):
        ask(9, Stay(Temperature.FROZEN, after(1), after(5)), Stay(Temperature.FROZEN, after(4)))


@given(st.lists(st.integers(0, 4000), min_size=2, max_size=9), st.integers(0, 60))
@example([0, 1561], 1)  # 24 hours at room temperature are reached, after a day in the refrigerator
def test_what_is_exceeded_never_becomes_good_again(minutes: list[int], more: int) -> None:
    marks = sorted({after(m / 60) for m in minutes})
    stays = [
        Stay(Temperature.REFRIGERATED, since, until)
        for since, until in zip(marks[::2], marks[1::2], strict=False)
    ]

    before = check(collected_at=DRAWN, at=after(50), limits=LIMITS, stays=stays)
    later = check(collected_at=DRAWN, at=after(50 + more), limits=LIMITS, stays=stays)

    assert before.verdict is not Verdict.EXCEEDED or later.verdict is Verdict.EXCEEDED
    assert later.used is not None
    assert before.used is not None
    assert later.used >= before.used
