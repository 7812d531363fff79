"""Where somebody is: one answer each, and a search in vain counts more than where they ought to be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.rules.whereabouts import Looking, Seen, Stay, Where, whereabouts

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SEEN, MISSED, SEARCHING = Looking.SEEN, Looking.SEARCHED_NOT_FOUND, Looking.SEARCHING


def looked(outcome: Looking, hours_ago: float) -> Seen:
    return Seen(outcome, NOW - hours_ago * HOUR, "dock 4")


def stayed(since: float, until: float | None = None) -> Stay:
    return Stay("Ward A", NOW - since * HOUR, None if until is None else NOW - until * HOUR)


def of(
    *rows: Seen, stays: tuple[Stay, ...] = (), quarantines: tuple[Stay, ...] = (), **more: Any
) -> Where:
    given = {"is_deceased": False, "at": NOW, **more}
    return whereabouts(sightings=rows, stays=stays, quarantines=quarantines, **given).where


@pytest.mark.parametrize(
    ("rows", "places", "expected"),
    [
        ((), {}, Where.NOT_LOCATED),
        ((looked(SEEN, 1),), {}, Where.LOCATED),
        ((looked(SEEN, 24),), {}, Where.NOT_LOCATED),
        ((looked(SEEN, -1),), {}, Where.NOT_LOCATED),
        ((looked(SEEN, 5), looked(MISSED, 2)), {}, Where.NOT_LOCATED),
        ((looked(SEEN, 2), looked(MISSED, 5)), {}, Where.LOCATED),
        ((looked(SEEN, 2), looked(MISSED, 2)), {}, Where.LOCATED),
        ((looked(SEEN, 2), looked(SEARCHING, 1)), {}, Where.LOCATED),
        ((), {"stays": (stayed(5),)}, Where.ADMITTED),
        ((), {"stays": (stayed(5, 2),)}, Where.NOT_LOCATED),
        ((looked(SEEN, 1),), {"stays": (stayed(5),)}, Where.ADMITTED),
        ((), {"quarantines": (stayed(5),)}, Where.QUARANTINED),
        ((), {"quarantines": (stayed(5, 0),)}, Where.NOT_LOCATED),
        ((), {"quarantines": (stayed(5, -3),)}, Where.QUARANTINED),
        ((), {"stays": (stayed(5),), "quarantines": (stayed(9),)}, Where.ADMITTED),
        # Looked for there and not found: nobody knows where they are until they are seen again.
        ((looked(MISSED, 1),), {"stays": (stayed(5),)}, Where.NOT_LOCATED),
        ((looked(MISSED, 1),), {"quarantines": (stayed(5),)}, Where.NOT_LOCATED),
        ((looked(MISSED, 9),), {"stays": (stayed(5),)}, Where.ADMITTED),
        ((looked(MISSED, 3), looked(SEEN, 1)), {"stays": (stayed(5),)}, Where.ADMITTED),
        ((looked(MISSED, 3),), {"stays": (stayed(5),), "quarantines": (stayed(2),)}, "QUARANTINED"),
        ((looked(SEEN, 1),), {"is_deceased": True, "stays": (stayed(5),)}, Where.DECEASED),
    ],
)
def test_where_somebody_is(rows: tuple[Seen, ...], places: dict[str, Any], expected: Where) -> None:
    assert of(*rows, **places) == expected


def test_the_last_sighting_and_the_last_search_are_told() -> None:
    rows = (looked(SEEN, 40), looked(SEARCHING, 3), looked(MISSED, 2))
    found = whereabouts(is_deceased=False, sightings=rows, at=NOW)

    assert (found.where, found.seen, found.search) == (Where.NOT_LOCATED, rows[0], rows[2])
    assert not found.is_never_seen


@given(
    st.lists(st.builds(looked, st.sampled_from(Looking), st.integers(-5, 60)), max_size=6),
    st.lists(st.builds(stayed, st.integers(-5, 60), st.none() | st.integers(-5, 60)), max_size=2),
    st.lists(st.builds(stayed, st.integers(-5, 60), st.none() | st.integers(-5, 60)), max_size=2),
)
def test_a_sighting_now_ends_every_search(
    rows: list[Seen], stays: list[Stay], quarantines: list[Stay]
) -> None:
    seen = [*rows, looked(SEEN, 0)]

    found = of(*seen, stays=tuple(stays), quarantines=tuple(quarantines))

    assert found is not Where.NOT_LOCATED


@given(st.lists(st.builds(looked, st.sampled_from(Looking), st.integers(1, 60)), max_size=6))
def test_a_search_in_vain_now_leaves_nobody_located(rows: list[Seen]) -> None:
    found = of(*rows, looked(MISSED, 0), stays=(stayed(9),), quarantines=(stayed(9),))

    assert found is Where.NOT_LOCATED
