"""Several pregnancies are told apart, and each has its gestation and due date by counting days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from patients.rules import courses
from patients.rules.pregnancies import (
    GESTATION_END,
    Estimate,
    Pregnancy,
    State,
    Status,
    pregnancy_at,
)

DAY_ZERO = datetime(2026, 3, 1, 12, tzinfo=UTC)
PREGNANT, NOT, ENDED = Status.PREGNANT, Status.NOT_PREGNANT, Status.ENDED


def day(number: float) -> datetime:
    return DAY_ZERO + timedelta(days=number)


def dated(at: float, gestation: int, give: int = 5, number: int = 1) -> Estimate:
    return Estimate(number, PREGNANT, day(at), gestation, give)


def at(moment: float, *known: Estimate) -> Pregnancy:
    return pregnancy_at(known, day(moment), zone=UTC)


def width(found: Pregnancy) -> int:
    return 2 * found.uncertainty_days


anchors = st.integers(-200, 0)  # the day of the last period, from day zero
looks = st.builds(
    lambda start, at, give, number: Estimate(number, PREGNANT, day(at), at - start, give),
    anchors,
    st.integers(0, 60),
    st.integers(0, 40),
    st.integers(1, 10**6),
)


@given(st.lists(looks, min_size=1, max_size=6, unique_by=lambda one: one.id), st.integers(0, 40))
def test_days_pass_for_an_estimate_as_for_the_calendar(known: list[Estimate], days: int) -> None:
    assume(all(one.gestation_days + one.uncertainty_days + 100 < GESTATION_END for one in known))
    assume(all(one.gestation_days - one.uncertainty_days >= 0 for one in known))
    now, later = at(60, *known), at(60 + days, *known)

    assert later.gestation_days == now.gestation_days + days
    assert later.uncertainty_days == now.uncertainty_days


@given(st.data())
def test_an_estimate_that_agrees_with_all_never_widens(data: st.DataObject) -> None:
    near = st.builds(
        lambda middle, give, number: Estimate(number, PREGNANT, day(60), middle, give),
        st.integers(100, 140),
        st.integers(0, 40),
        st.integers(1, 10**6),
    )
    known = data.draw(st.lists(near, min_size=1, max_size=5, unique_by=lambda one: one.id))
    windows = courses.carried(known, day(60), zone=UTC)
    # Any window that meets every other: it begins before the first ends, and ends after the last begins.
    low = data.draw(st.integers(20, min(one.high for one in windows)))
    least = max(low, max(one.low for one in windows))
    give = data.draw(st.integers((least - low + 1) // 2, (least - low + 1) // 2 + 20))
    further = Estimate(0, PREGNANT, day(60), low + give, give)

    assert all(
        one.low <= low + 2 * give and low <= one.high for one in windows
    )  # as it was meant to be made
    # The middle is a whole day, so that an odd width reads a day wider.
    assert width(at(60, *known, further)) <= width(at(60, *known)) + 1


@given(st.lists(looks, min_size=1, max_size=6, unique_by=lambda one: one.id))
def test_the_interval_holds_the_most_certain_and_all_that_contradict_it(
    known: list[Estimate],
) -> None:
    windows = courses.carried(known, day(60), zone=UTC)
    assume(all(one.low >= 0 and one.high < GESTATION_END for one in windows))
    found = at(60, *known)
    low = found.gestation_days - found.uncertainty_days
    high = found.gestation_days + found.uncertainty_days
    best = min(
        windows, key=lambda one: (one.high - one.low, one.estimate.observed_at, one.estimate.id)
    )

    assert low <= best.low
    assert best.high <= high
    for one in windows:
        if one.low > best.high or best.low > one.high:
            assert low <= one.low
            assert one.high <= high
    # Whatever agrees shares a gestation with the answer: none is left out altogether.
    assert all(one.low <= high and low <= one.high for one in windows)


@given(st.lists(looks, min_size=1, max_size=6, unique_by=lambda one: one.id), st.randoms())
def test_the_order_of_entry_says_nothing(known: list[Estimate], chance: object) -> None:
    mixed = list(known)
    chance.shuffle(mixed)  # type: ignore[attr-defined]

    assert at(60, *mixed) == at(60, *known)
    assert courses.courses(mixed, zone=UTC) == courses.courses(known, zone=UTC)


def test_two_pregnancies_are_parted_by_an_end() -> None:
    first, end = dated(0, 60), Estimate(2, ENDED, day(40))
    second = dated(200, 50, number=3)

    found = courses.courses([second, first, end], zone=UTC)

    assert [(one.number, one.estimates, one.end) for one in found] == [
        (1, (first,), end),
        (2, (second,), None),
    ]
    assert found[0].is_end_seen


def test_a_pregnancy_nobody_ended_is_over_when_the_next_is_seen() -> None:
    first, second = dated(0, 200), dated(150, 40, number=2)

    assert len(courses.courses([first, second], zone=UTC)) == 2
    assert len(courses.courses([first, dated(60, 255, number=2)], zone=UTC)) == 1


def test_not_pregnant_ends_a_course_without_telling_when() -> None:
    (course,) = courses.courses([dated(0, 60), Estimate(2, NOT, day(9))], zone=UTC)

    assert course.end is not None
    assert not course.is_end_seen


@given(st.integers(0, 250), st.integers(0, 30), st.integers(0, 20))
def test_the_due_date_does_not_move_with_the_day_it_is_reckoned(
    gestation: int, give: int, days: int
) -> None:
    assume(gestation - give >= 0)
    one = dated(0, gestation, give)

    now = courses.due(at(0, one), day(0), zone=UTC)
    later = courses.due(at(days, one), day(days), zone=UTC)

    assert now == later
    assert now is not None
    assert now.expected - day(0).date() == timedelta(days=280 - gestation)
    assert now.latest - now.earliest == timedelta(days=2 * give)


def test_without_a_gestation_nothing_is_due() -> None:
    assert courses.due(Pregnancy(State.PREGNANT), day(0), zone=UTC) is None
    assert courses.due(Pregnancy(State.NOT_PREGNANT), day(0), zone=UTC) is None
