"""An end moves later by re-exposure and never earlier; what is over is not begun again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labsys.lib.errors import InvalidInput
from patients.rules import quarantine_criteria
from patients.rules.quarantine import (
    Exposed,
    Order,
    Room,
    State,
    Stay,
    census,
    derived_end,
    last_exposure,
    moved_by,
    replayed,
    review_due,
    room,
)

T = datetime(2031, 3, 1, 8, tzinfo=UTC)
DAY = timedelta(days=1)
HOURS = st.integers(-200, 900).map(lambda hours: T + timedelta(hours=hours))


@st.composite
def exposures(draw) -> list[Exposed]:
    found = []
    for id_ in range(1, draw(st.integers(0, 8)) + 1):
        last_at = draw(HOURS)
        late = timedelta(hours=draw(st.integers(0, 400)))
        found.append(Exposed(id=id_, last_at=last_at, recorded_at=max(last_at, T) + late))
    return found


def order(**stated) -> Order:
    given = {"ends_at": T + 10 * DAY, "derived_ends_at": T + 10 * DAY, "days": 10, **stated}
    return Order(starts_at=T, recorded_at=T, **given)


@given(exposures(), st.lists(HOURS, min_size=2, max_size=6))
def test_an_end_never_moves_earlier_whatever_becomes_known(found, moments) -> None:
    known = replayed(order(), found)

    ends = [known.ends(at=moment) for moment in sorted(moments)]

    assert ends == sorted(ends)
    assert all(end >= T + 10 * DAY for end in ends)


@given(exposures())
def test_every_exposure_learnt_of_while_it_runs_is_waited_for(found) -> None:
    whole = replayed(order(), found).ends(at=T + 300 * DAY)

    running = [one for one in found if one.recorded_at < T + 10 * DAY]
    assert whole >= max([T + 10 * DAY, *(derived_end(one, days=10) for one in running)])


@given(exposures(), HOURS)
def test_once_over_an_order_is_over_for_good(found, moment) -> None:
    known = replayed(order(), found)

    if known.state(at=moment) is State.ENDED:
        assert known.state(at=moment + 40 * DAY) is State.ENDED


@given(exposures(), HOURS)
def test_what_becomes_known_later_changes_no_earlier_answer(found, moment) -> None:
    early = [one for one in found if one.recorded_at <= moment]

    assert replayed(order(), found).state(at=moment) is replayed(order(), early).state(at=moment)


def test_an_open_order_stays_open_and_its_planned_end_moves() -> None:
    known = order(ends_at=None)

    moved = replayed(known, [Exposed(id=1, last_at=T + DAY, recorded_at=T + DAY)])

    assert moved.ends(at=T + 2 * DAY) is None
    assert moved.derived(at=T + 2 * DAY) == T + 11 * DAY
    assert moved.state(at=T + 99 * DAY) is State.IN_FORCE


def test_an_end_stated_later_stays_until_the_rule_passes_it() -> None:
    known = order(ends_at=T + 15 * DAY)

    short = replayed(known, [Exposed(id=1, last_at=T + DAY, recorded_at=T + DAY)])
    long = replayed(known, [Exposed(id=1, last_at=T + 6 * DAY, recorded_at=T + 6 * DAY)])

    assert short.ends(at=T + 7 * DAY) == T + 15 * DAY
    assert long.ends(at=T + 7 * DAY) == T + 16 * DAY


@pytest.mark.parametrize(
    "changed",
    [
        {"days": None},
        {"lifted_at": T + DAY, "lift_recorded_at": T + DAY},
        {"ends_at": T + DAY, "derived_ends_at": T + DAY},
    ],
)
def test_nothing_moves_what_has_no_rule_or_is_over(changed) -> None:
    late = Exposed(id=1, last_at=T + 3 * DAY, recorded_at=T + 3 * DAY)

    assert moved_by(order(**changed), late, at=T + 3 * DAY) is None


def test_a_lift_counts_from_when_it_is_known() -> None:
    known = replace(order(), lifted_at=T + DAY, lift_recorded_at=T + 2 * DAY)

    assert known.state(at=T + DAY) is State.IN_FORCE
    assert known.state(at=T + 2 * DAY) is State.LIFTED


def test_days_count_from_the_last_exposure() -> None:
    found = [Exposed(id=n, last_at=T + n * DAY, recorded_at=T) for n in (2, 5, 3)]

    assert last_exposure(found) == found[1]
    assert last_exposure([]) is None


def test_a_review_is_due_so_many_days_after_the_last() -> None:
    assert review_due(starts_at=T, every_days=2, reviewed_at=[]) == T + 2 * DAY
    assert review_due(starts_at=T, every_days=2, reviewed_at=[T + DAY]) == T + 3 * DAY
    assert review_due(starts_at=T, every_days=None, reviewed_at=[T]) is None


MOMENTS = 15
SPANS = st.tuples(st.integers(1, 5), st.integers(0, MOMENTS), st.integers(0, MOMENTS))


@given(st.lists(SPANS, max_size=12), st.lists(SPANS, max_size=3))
def test_the_census_counts_persons_at_each_moment(spans, together) -> None:
    counted = census(
        [
            *(Stay(first, last, person) for person, first, last in spans),
            *(Stay(first, last, many=many) for many, first, last in together),
        ],
        MOMENTS,
    )

    assert counted == [
        len({person for person, first, last in spans if first <= moment < last})
        + sum(many for many, first, last in together if first <= moment < last)
        for moment in range(MOMENTS)
    ]


def test_room_holds_from_its_moment_on() -> None:
    rooms = [Room(id=2, places=0, from_at=T + DAY), Room(id=1, places=4, from_at=T)]

    assert [room(rooms, at=T + n * DAY) for n in (-1, 0, 1)] == [None, 4, 0]


@pytest.mark.parametrize(
    "wrong",
    [
        "x",
        [1],
        [{"analyte": "", "asks": "NEGATIVE"}],
        [{"analyte": "A", "asks": "POSITIVE"}],
        [{"analyte": "A", "asks": "BELOW"}],
        [{"analyte": "A", "asks": "NEGATIVE", "limit": "1"}],
        [{"analyte": "A", "asks": "BELOW", "limit": "NaN"}],
        [{"analyte": "A", "asks": "BELOW", "limit": "-1"}],
        [{"analyte": "A", "asks": "BELOW", "limit": 1.5}],
        [{"analyte": "A", "asks": "BELOW", "limit": "1e999999"}],
        [{"analyte": "A", "asks": "NEGATIVE", "times": 0}],
        [{"analyte": "A", "asks": "NEGATIVE", "times": True}],
        [{"analyte": "A", "asks": "NEGATIVE", "hours_apart": 10**9}],
        [{"analyte": "A", "asks": "NEGATIVE", "more": 1}],
        [{"analyte": "A", "asks": "NEGATIVE"}] * 7,
    ],
)
def test_criteria_that_cannot_be_read_are_refused(wrong) -> None:
    with pytest.raises(InvalidInput) as refused:
        quarantine_criteria.read(wrong)

    assert refused.value.field == "criteria"


def test_criteria_are_written_as_they_were_read() -> None:
    stated = [
        {
            "analyte": "NANITE-LOAD",
            "asks": "BELOW",
            "limit": "0",
            "unit": "{nanites}/uL",
            "times": 2,
            "hours_apart": 24,
        }
    ]

    assert quarantine_criteria.to_json(quarantine_criteria.read(stated)) == stated
