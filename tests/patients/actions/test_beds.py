"""One person lies in a bed at a time, and what was open when can be told of any past instant."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from patients.actions import encounters, locations
from patients.models import EncounterEnd, Location, LocationOpening
from patients.queries import places
from tests import factories
from tests.patients import people
from tests.patients.people import DAY, HOUR

pytestmark = pytest.mark.django_db


def bed(ward: Location | None = None) -> Location:
    return people.ward(parent=ward or people.ward(), kind="BED")


def tent() -> Location:
    return people.ward(kind="OVERFLOW")


def opened(place: Location, at: datetime | None = None, **more: Any) -> Location:
    stated: dict[str, Any] = {"capacity": 2, "reason": "surge", **more}
    by = people.infection_control()
    return locations.activate(by=by, at=at or database_now(), location=place, **stated)


def test_a_bed_holds_one_person() -> None:
    one = bed()
    people.admitted(people.person(), one)

    with pytest.raises(InvalidInput, match="Somebody is in this bed") as caught:
        people.admitted(people.person(), one)

    assert caught.value.field == "location"


def test_nobody_moves_into_a_bed_that_is_taken_and_stays_where_they_were() -> None:
    ward = people.ward()
    one, by, at = bed(ward), people.infection_control(), database_now()
    people.admitted(people.person(), one)
    stay = people.admitted(people.person(), ward)

    with pytest.raises(InvalidInput, match="Somebody is in this bed"):
        encounters.transfer(by=by, at=at, encounter=stay, location=one, moved_at=at)

    stay.refresh_from_db()
    assert stay.is_open


def test_a_bed_is_free_from_the_moment_its_occupant_left_and_not_before() -> None:
    one, by, at = bed(), people.infection_control(), database_now()
    stay = people.admitted(people.person(), one)
    encounters.discharge(by=by, at=at, encounter=stay, ended_at=at - HOUR / 4)

    with pytest.raises(InvalidInput, match="still in this bed"):
        encounters.admit(
            by=by, at=at, person=people.person(), location=one, started_at=at - HOUR / 2
        )

    assert encounters.admit(
        by=by, at=at, person=people.person(), location=one, started_at=at - HOUR / 4
    ).is_open


def test_a_stay_entered_in_error_leaves_the_bed_free() -> None:
    one, by, at = bed(), people.infection_control(), database_now()
    stay, error = people.admitted(people.person(), one), EncounterEnd.Disposition.ERROR
    encounters.discharge(by=by, at=at, encounter=stay, ended_at=at, disposition=error)

    assert people.admitted(people.person(), one).is_open


def test_closing_and_opening_a_bed_are_on_record() -> None:
    one, by, at = bed(), people.doctor_of(people.ward(), Role.NURSE), database_now()

    locations.deactivate(by=by, at=at, location=one, reason="cleaning", closed_at=at - HOUR)
    locations.activate(by=by, at=at, location=one, reason="clean", opened_at=at - HOUR / 2)

    rows = list(LocationOpening.objects.order_by("happened_at"))
    assert [(row.is_open, row.reason, row.recorded_by) for row in rows] == [
        (False, "cleaning", by),
        (True, "clean", by),
    ]
    known = places.every().every[one.pk]
    assert [known.is_open(at - hours * HOUR) for hours in (1, 0.75, 0.5, 0)] == [
        *(False, False),
        *(True, True),
    ]


def test_a_bed_is_not_closed_at_a_moment_when_somebody_lay_in_it() -> None:
    one, by, at = bed(), people.infection_control(), database_now()
    stay = people.admitted(people.person(), one)
    close: dict[str, Any] = {"by": by, "at": at, "location": one, "reason": "cleaning"}

    with pytest.raises(Conflict, match=f"still people in this place .{one.name}.; move them"):
        locations.deactivate(**close)
    encounters.discharge(by=by, at=at, encounter=stay, ended_at=at - HOUR / 4)
    with pytest.raises(InvalidInput, match="still here after this moment") as caught:
        locations.deactivate(**close, closed_at=at - HOUR / 2)

    assert caught.value.field == "closed_at"
    assert not locations.deactivate(**close, closed_at=at - HOUR / 4).is_active


def test_nobody_is_admitted_into_the_time_when_a_bed_was_closed() -> None:
    one, by, at = bed(), people.infection_control(), database_now()
    locations.deactivate(by=by, at=at, location=one, reason="cleaning", closed_at=at - HOUR)
    locations.activate(by=by, at=at, location=one, reason="clean", opened_at=at - HOUR / 2)

    for began in (at - HOUR * 2, at - HOUR * 0.75):
        with pytest.raises(InvalidInput, match="was closed at that moment or since"):
            encounters.admit(by=by, at=at, person=people.person(), location=one, started_at=began)

    assert encounters.admit(
        by=by, at=at, person=people.person(), location=one, started_at=at - HOUR / 4
    ).is_open


def test_openings_are_recorded_in_their_order() -> None:
    one, by, at = bed(), people.infection_control(), database_now()
    locations.deactivate(by=by, at=at, location=one, reason="cleaning")

    with pytest.raises(InvalidInput, match="opened or closed later") as caught:
        locations.activate(by=by, at=at, location=one, reason="clean", opened_at=at - DAY)

    assert caught.value.field == "opened_at"
    one.refresh_from_db()
    assert not one.is_active


def test_an_overflow_place_takes_people_only_while_it_is_open() -> None:
    place = tent()
    by, at = people.infection_control(), database_now()
    with pytest.raises(InvalidInput, match="closed"):
        people.admitted(people.person(), place)
    opened(place, opened_at=at - HOUR / 2, expected_until=at + DAY)
    with pytest.raises(InvalidInput, match="closed at that moment"):
        people.admitted(people.person(), place)

    stay = encounters.admit(
        by=by, at=at, person=people.person(), location=place, started_at=at - HOUR / 4
    )

    with pytest.raises(Conflict, match="still people"):
        locations.deactivate(by=by, at=at, location=place, reason="over")
    encounters.discharge(by=by, at=at, encounter=stay, ended_at=at)
    assert not locations.deactivate(by=by, at=at, location=place, reason="over").is_active


def test_an_overflow_place_says_how_many_it_holds() -> None:
    place = tent()
    for wrong in (None, 0):
        with pytest.raises(InvalidInput, match="how many people") as caught:
            opened(place, capacity=wrong)
        assert caught.value.field == "capacity"
    with pytest.raises(InvalidInput, match="after the beginning"):
        opened(place, expected_until=database_now() - HOUR)
    opened(place)

    by, at = people.infection_control(), database_now()
    locations.resize(by=by, at=at, location=place, capacity=6, reason="more camp beds")

    known = places.every().every[place.pk]
    assert [known.capacity(at), known.capacity(database_now())] == [2, 6]
    with pytest.raises(InvalidInput, match="as many as it has open beds"):
        locations.resize(by=by, at=at, location=people.ward(), capacity=6, reason="wishes")


def test_neither_a_bed_nor_an_overflow_place_has_parts() -> None:
    with pytest.raises(InvalidInput, match="A bed has no parts"):
        people.ward(parent=bed(), kind="BED")
    place = opened(tent())
    with pytest.raises(InvalidInput, match="no parts"):
        people.ward(parent=place, kind="BED")


def test_a_ward_s_beds_are_switched_by_those_who_work_there_and_its_walls_are_not() -> None:
    nurse, at = factories.principal(Role.NURSE), database_now()

    with pytest.raises(NotAllowed):
        locations.deactivate(by=nurse, at=at, location=people.ward(), reason="tired")
    with pytest.raises(NotAllowed):
        opened_by_nurse = {"capacity": 2, "reason": "surge"}
        locations.activate(by=nurse, at=at, location=tent(), **opened_by_nurse)
    with pytest.raises(NotAllowed):
        locations.deactivate(
            by=factories.principal(Role.TECHNOLOGIST), at=at, location=bed(), reason="tired"
        )
