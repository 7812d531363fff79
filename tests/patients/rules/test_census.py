"""The census balances at every instant, whatever was recorded of whom and in which order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from patients.rules import census
from patients.rules.census import Census, Flow, Stay
from patients.rules.places import Place, Places, Switch, natural

ZERO = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
WARD_A, WARD_B, TENT, HALL = 1, 2, 3, 4
BEDS = (11, 12, 21)


def at(hours: float) -> datetime:
    return ZERO + hours * HOUR


def place(id_: int, kind: str, parent: int | None = None, *switches: Switch) -> Place:
    return Place(id_, f"place-{id_}", f"Place {id_}", kind, parent, ZERO, switches)


PLACES = Places.of(
    [
        place(WARD_A, "WARD", HALL),
        place(WARD_B, "WARD", HALL),
        place(TENT, "OVERFLOW", HALL, Switch(at(4), True, 2), Switch(at(20), False)),
        place(HALL, "HOSPITAL"),
        place(5, "ROOM", WARD_A),
        place(11, "BED", 5),
        place(12, "BED", WARD_A, Switch(at(6), False), Switch(at(9), True)),
        place(21, "BED", WARD_B),
    ]
)
moments = st.integers(0, 24).map(at)


@st.composite
def stays(draw: st.DrawFn) -> list[Stay]:
    """Any stays at all: overlapping ones of two linked entries, errors, and stays of no length."""
    found = []
    for id_ in range(1, draw(st.integers(0, 12)) + 1):
        began, ended = sorted([draw(moments), draw(moments)])
        is_open = draw(st.booleans())
        end = draw(st.sampled_from(["DISCHARGED", "TRANSFERRED", "DECEASED", "ERROR"]))
        found.append(
            Stay(
                id_,
                person=draw(st.integers(1, 4)),
                place=draw(st.sampled_from([WARD_A, WARD_B, TENT, HALL, *BEDS])),
                began=began,
                ended=None if is_open else ended,
                end="" if is_open else end,
            )
        )
    return found


@given(stays(), moments, moments)
def test_the_census_balances_between_any_two_instants(
    found: list[Stay], one: datetime, other: datetime
) -> None:
    since, until = sorted([one, other])
    courses = census.whereabouts(found)

    before = census.census(PLACES, census.at_instant(courses, since), since)
    after = census.census(PLACES, census.at_instant(courses, until), until)
    changed = census.flows(PLACES, courses, since=since, until=until)

    for ward in {*before, *after, *changed}:
        had = before.get(ward, Census(None, 0, 0)).people
        has = after.get(ward, Census(None, 0, 0)).people
        assert has == had + changed.get(ward, Flow()).net
    whole = Flow()
    for flow in changed.values():
        whole += flow
    assert whole.transfers_in == whole.transfers_out
    everybody = [sum(one.people for one in held.values()) for held in (before, after)]
    assert everybody[1] == everybody[0] + whole.arrivals - whole.discharges - whole.deaths


@given(stays(), moments)
def test_nobody_is_in_two_places_and_errors_never_count(found: list[Stay], when: datetime) -> None:
    present = census.at_instant(census.whereabouts(found), when)

    held = {stay.id: stay for stay in found}
    assert len({one.person for one in present}) == len(present)
    assert all(held[one.id].end != "ERROR" for one in present)
    valid = [stay for stay in found if stay.end != "ERROR"]
    staying = {
        stay.person
        for stay in valid
        if stay.began <= when and (stay.ended is None or when < stay.ended)
    }
    assert {one.person for one in present} == staying


@given(stays(), moments)
def test_beds_are_counted_once_and_never_below_those_who_lie_in_them(
    found: list[Stay], when: datetime
) -> None:
    present = census.at_instant(census.whereabouts(found), when)

    for one in census.census(PLACES, present, when).values():
        assert one.people == one.occupied + one.without_bed
        assert one.without_bed >= 0
        if one.capacity is not None:
            assert one.occupied <= one.capacity
            assert one.free == one.capacity - one.occupied
            assert one.over == max(one.people - one.capacity, 0)


@given(stays(), st.lists(moments, min_size=1, max_size=6).map(sorted))
def test_a_course_over_days_says_what_each_instant_says(
    found: list[Stay], instants: list[datetime]
) -> None:
    courses = census.whereabouts(found)

    over_time = census.people_over_time(PLACES, courses, instants)
    room = census.capacity_over_time(PLACES, courses, instants, PLACES.every)

    for place_, when in enumerate(instants):
        now = census.census(PLACES, census.at_instant(courses, when), when)
        for ward, one in now.items():
            assert room[ward][place_] == one.capacity
            assert over_time.get(ward, [0] * len(instants))[place_] == one.people


@given(stays(), moments)
def test_the_order_of_rows_says_nothing(found: list[Stay], when: datetime) -> None:
    one = census.at_instant(census.whereabouts(found), when)
    other = census.at_instant(census.whereabouts(found[::-1]), when)

    assert sorted(one, key=lambda row: row.person) == sorted(other, key=lambda row: row.person)


def test_a_stay_counts_from_its_beginning_and_not_at_its_end() -> None:
    courses = census.whereabouts([Stay(1, 1, 11, at(2), at(5), "DISCHARGED")])

    counts = [
        census.census(PLACES, census.at_instant(courses, at(hour)), at(hour))[WARD_A].people
        for hour in (1, 2, 4, 5)
    ]

    assert counts == [0, 1, 1, 0]


def test_a_move_within_a_ward_is_no_transfer() -> None:
    courses = census.whereabouts(
        [
            Stay(1, 1, WARD_A, at(1), at(3), "TRANSFERRED"),
            Stay(2, 1, 11, at(3), at(5), "TRANSFERRED"),
            Stay(3, 1, 21, at(5), at(7), "DECEASED"),
        ]
    )

    found = census.flows(PLACES, courses, since=at(0), until=at(9))

    assert found[WARD_A] == Flow(arrivals=1, moved=1, transfers_out=1)
    assert found[WARD_B] == Flow(transfers_in=1, deaths=1)


def test_who_dies_in_the_moment_they_come_arrived_and_died() -> None:
    courses = census.whereabouts(
        [
            Stay(1, 1, 11, at(1), at(1), "DECEASED"),
            Stay(2, 1, 11, at(3), at(4), "ERROR"),
        ]
    )

    assert census.flows(PLACES, courses, since=at(0), until=at(9)) == {
        WARD_A: Flow(arrivals=1, deaths=1)
    }


def test_capacity_follows_the_openings() -> None:
    beds = [census.capacity(PLACES, WARD_A, at(hour)) for hour in (1, 6, 8, 9)]
    tent = [census.capacity(PLACES, TENT, at(hour)) for hour in (3, 4, 19, 20)]

    assert beds == [2, 1, 1, 2]
    assert tent == [0, 2, 2, 0]
    assert census.capacity(PLACES, HALL, at(1)) is None


def test_a_bed_that_is_closed_while_somebody_lies_in_it_is_one_in_every_figure() -> None:
    courses = census.whereabouts([Stay(1, 1, 12, at(1))])  # that bed is closed from 6 to 9
    when = at(6)

    now = census.census(PLACES, census.at_instant(courses, when), when)[WARD_A]

    assert now == Census(capacity=2, occupied=1, people=1)
    assert census.capacity_over_time(PLACES, courses, [when], [WARD_A]) == {WARD_A: [2]}


def test_an_overflow_place_holds_what_its_opening_says() -> None:
    three = [Stay(id_, id_, TENT, at(5)) for id_ in (1, 2, 3)]

    now = census.census(PLACES, census.at_instant(census.whereabouts(three), at(6)), at(6))[TENT]

    assert now == Census(capacity=2, occupied=2, people=3)
    assert (now.without_bed, now.over, now.free) == (1, 1, 0)


def test_nobody_is_taken_in_while_a_place_was_closed() -> None:
    bed, tent, never = PLACES.every[12], PLACES.every[TENT], PLACES.every[11]

    assert [bed.takes_people_from(at(hour)) for hour in (1, 6, 8, 9)] == [False, False, False, True]
    assert [tent.takes_people_from(at(hour)) for hour in (3, 4, 20)] == [False, False, False]
    assert never.takes_people_from(ZERO - HOUR)


def test_beds_are_in_the_order_people_count() -> None:
    assert sorted(["bed-10", "bed-2", "Bed-1"], key=natural) == ["Bed-1", "bed-2", "bed-10"]
    assert sorted(["7", "a7", ""], key=natural) == ["", "7", "a7"]


def test_of_two_entries_at_once_in_two_wards_the_stay_that_began_last_holds() -> None:
    courses = census.whereabouts(
        [
            Stay(1, 1, WARD_A, at(1), at(9), "DISCHARGED"),
            Stay(2, 1, WARD_B, at(3), at(5), "DISCHARGED"),
        ]
    )

    held = [
        [one.place for one in census.at_instant(courses, at(hour))]
        for hour in (1, 2, 3, 4, 5, 8, 9)
    ]
    found = census.flows(PLACES, courses, since=at(0), until=at(9))

    assert held == [[WARD_A], [WARD_A], [WARD_B], [WARD_B], [WARD_A], [WARD_A], []]
    assert found[WARD_B] == Flow(transfers_in=1, transfers_out=1)
    assert found[WARD_A] == Flow(arrivals=1, transfers_out=1, transfers_in=1, discharges=1)
