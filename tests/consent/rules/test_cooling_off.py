"""The time to reflect: computed from two moments, rated, and never a refusal by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.rules.cooling_off import applied, rating
from consent.rules.voluntariness import Concern, Interview, assess, domains

SIGNED = datetime(2026, 3, 1, 12, tzinfo=UTC)
CALM = dict.fromkeys(domains(), 0)


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (timedelta(hours=24), 0),
        (timedelta(hours=24) - timedelta(microseconds=1), 1),
        (timedelta(days=30), 0),
        (timedelta(0), 1),
    ],
)
def test_both_sides_of_the_day(before, expected):
    assert rating(SIGNED - before, SIGNED) == expected


def test_an_unknown_moment_is_left_to_the_interviewer():
    assert rating(None, SIGNED) is None
    assert applied({**CALM, "reflection": 1}, None)["reflection"] == 1


@pytest.mark.parametrize(
    ("rated", "computed", "expected"), [(0, 1, 1), (1, 1, 1), (1, 0, 1), (0, 0, 0)]
)
def test_the_stricter_of_the_two_counts(rated, computed, expected):
    assert applied({**CALM, "reflection": rated}, computed)["reflection"] == expected


def test_what_was_computed_fills_in_what_was_not_rated():
    others = {code: 0 for code in domains() if code != "reflection"}

    assert applied(others, 0) == CALM
    assert applied({}, 1) == {}, "no interview was held"


@given(st.timedeltas(timedelta(0), timedelta(days=2)))
def test_too_short_a_time_calls_for_a_second_interviewer_and_never_refers_by_itself(before):
    ratings = applied(CALM, rating(SIGNED - before, SIGNED))
    first, second = (Interview(interviewer=by, ratings=ratings) for by in ("a", "b"))

    is_short = before < timedelta(hours=24)
    assert assess(first).concerns == ((Concern.SHORT_REFLECTION,) if is_short else ())
    assert assess(first, second).concerns == ()
