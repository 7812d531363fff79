"""A person is in one ward at a time, and a stay says when it began and ended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError

from labsys.accounts.roles import Role
from labsys.audit.context import acting
from labsys.lib.clock import database_now, hospital_day
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from patients.actions import encounters, links, locations
from patients.models import Encounter, EncounterEnd, Location
from tests import factories
from tests.patients import people
from tests.patients.people import HOUR

pytestmark = pytest.mark.django_db
Disposition = EncounterEnd.Disposition


def test_a_person_is_admitted_transferred_and_discharged() -> None:
    by, at, first, second = (
        people.infection_control(),
        database_now(),
        people.ward(),
        people.ward(),
    )
    someone = people.person()

    stay = encounters.admit(
        by=by, at=at, person=someone, location=first, started_at=at - 3 * HOUR, reason="fever"
    )
    moved = encounters.transfer(
        by=by, at=at, encounter=stay, location=second, moved_at=at - 2 * HOUR
    )
    end = encounters.discharge(by=by, at=at, encounter=moved, ended_at=at - HOUR)

    assert stay.end.ended_at == moved.started_at == at - 2 * HOUR
    assert (stay.end.disposition, end.disposition) == ("TRANSFERRED", "DISCHARGED")
    assert not Encounter.objects.open().exists()


def test_nobody_is_in_two_wards() -> None:
    someone = people.person()
    people.admitted(someone)

    with pytest.raises(Conflict, match="in a ward already"):
        people.admitted(someone)


def test_nobody_is_in_two_wards_under_two_entries() -> None:
    one, two = people.person(), people.person()
    people.admitted(one)
    by, at = people.infection_control(), database_now()
    links.link(by=by, at=at, duplicate=one, survivor=two, reason="same")

    with pytest.raises(Conflict, match="in a ward already"):
        people.admitted(two)


def test_the_database_itself_holds_one_open_stay() -> None:
    someone, by, at = people.person(), people.infection_control(), database_now()
    stay = people.admitted(someone)

    with pytest.raises(IntegrityError, match="one_open"), acting(by=by, at=at, action="forged"):
        Encounter.objects.create(
            person=someone,
            location=stay.location,
            started_at=at,
            recorded_at=at,
            recorded_by=by,
        )


def test_stays_do_not_overlap_in_the_past() -> None:
    someone, by, at = people.person(), people.infection_control(), database_now()
    stay = people.admitted(someone)
    encounters.discharge(by=by, at=at, encounter=stay, ended_at=at)

    with pytest.raises(InvalidInput, match="cannot overlap") as caught:
        encounters.admit(
            by=by, at=at, person=someone, location=people.ward(), started_at=at - HOUR / 2
        )

    assert caught.value.field == "started_at"


def test_a_stay_entered_in_error_holds_nothing_up() -> None:
    someone, by, at = people.person(), people.infection_control(), database_now()
    stay = people.admitted(someone)
    encounters.discharge(by=by, at=at, encounter=stay, ended_at=at, disposition=Disposition.ERROR)

    again = encounters.admit(
        by=by, at=at, person=someone, location=people.ward(), started_at=at - HOUR / 2
    )

    assert Encounter.objects.open().get() == again


def test_a_stay_ends_once_and_not_before_it_began() -> None:
    by, at, stay = people.infection_control(), database_now(), people.admitted(people.person())

    with pytest.raises(InvalidInput, match="before the stay began"):
        encounters.discharge(by=by, at=at, encounter=stay, ended_at=at - 2 * HOUR)
    encounters.discharge(by=by, at=at, encounter=stay, ended_at=at)
    with pytest.raises(Conflict, match="ended already"):
        encounters.discharge(by=by, at=at, encounter=stay, ended_at=at)
    with pytest.raises(Conflict, match="ended already"):
        encounters.transfer(by=by, at=at, encounter=stay, location=people.ward(), moved_at=at)


def test_moments_lie_neither_ahead_nor_without_a_zone() -> None:
    by, at, stay = people.infection_control(), database_now(), people.admitted(people.person())
    ahead = at + timedelta(minutes=3)

    with pytest.raises(InvalidInput, match="in the future"):
        encounters.admit(
            by=by, at=at, person=people.person(), location=people.ward(), started_at=ahead
        )
    with pytest.raises(InvalidInput, match="in the future"):
        encounters.discharge(by=by, at=at, encounter=stay, ended_at=ahead)
    with pytest.raises(InvalidInput, match="no time zone"):
        encounters.discharge(by=by, at=at, encounter=stay, ended_at=at.replace(tzinfo=None))


def test_a_discharge_is_no_transfer_and_a_transfer_goes_elsewhere() -> None:
    by, at, stay = people.infection_control(), database_now(), people.admitted(people.person())

    with pytest.raises(InvalidInput, match="names the next place"):
        encounters.discharge(
            by=by, at=at, encounter=stay, ended_at=at, disposition=Disposition.TRANSFERRED
        )
    with pytest.raises(InvalidInput, match="in this place already"):
        encounters.transfer(by=by, at=at, encounter=stay, location=stay.location, moved_at=at)


def test_a_refused_transfer_leaves_the_stay_open() -> None:
    by, at, stay = people.infection_control(), database_now(), people.admitted(people.person())
    laboratory = people.ward(kind="LABORATORY")

    with pytest.raises(InvalidInput, match="Nobody stays in a laboratory"):
        encounters.transfer(by=by, at=at, encounter=stay, location=laboratory, moved_at=at)

    assert list(Encounter.objects.open()) == [stay]


def test_a_death_in_the_ward_is_noted_with_the_person() -> None:
    by, at, someone = people.infection_control(), database_now(), people.person()
    stay = people.admitted(someone)

    encounters.discharge(
        by=by, at=at, encounter=stay, ended_at=at, disposition=Disposition.DECEASED
    )

    someone.refresh_from_db()
    assert someone.deceased_on == hospital_day(at)
    noted = someone.death_records.get()
    assert noted.deceased_on == hospital_day(at)
    assert noted.recorded_at == stay.end.recorded_at > at
    with pytest.raises(Conflict, match="recorded as deceased"):
        encounters.admit(
            by=by,
            at=at + 2 * people.DAY,
            person=someone,
            location=people.ward(),
            started_at=at + 2 * people.DAY,
        )


def test_a_closed_place_takes_nobody_and_a_full_one_is_not_closed() -> None:
    by, place = people.infection_control(), people.ward()
    bed = people.ward(parent=place, kind="BED")
    stay = people.admitted(people.person(), bed)
    at = database_now()
    close = {"by": by, "at": at, "reason": "cleaning"}

    with pytest.raises(Conflict, match="still people in this place"):
        locations.deactivate(location=place, **close)
    encounters.discharge(by=by, at=at, encounter=stay, ended_at=at)
    with pytest.raises(Conflict, match="Parts of this place"):
        locations.deactivate(location=place, **close)
    locations.deactivate(location=bed, **close)
    locations.deactivate(location=place, **close)

    with pytest.raises(InvalidInput, match="closed"):
        people.admitted(people.person(), bed)
    with pytest.raises(Conflict, match="closed already"):
        locations.deactivate(location=place, **close)
    with pytest.raises(Conflict, match="open that one first"):
        locations.activate(location=bed, **close)
    locations.activate(location=place, **close)
    assert Location.objects.get(pk=place.pk).is_active
    with pytest.raises(Conflict, match="open already"):
        locations.activate(location=place, **close)


def test_a_place_has_a_code_of_its_own_and_an_open_parent() -> None:
    by, at, place = people.administrator(), database_now(), people.ward()
    locations.deactivate(by=by, at=at, location=place, reason="rebuilt")

    with pytest.raises(InvalidInput, match="in use already") as caught:
        locations.create(by=by, at=at, code=place.code, name="Again", kind="WARD")
    assert caught.value.field == "code"
    with pytest.raises(InvalidInput, match="belongs to is closed"):
        locations.create(by=by, at=at, code="inside", name="Inside", kind="BED", parent=place)
    with pytest.raises(InvalidInput, match="valid “slug”"):
        locations.create(by=by, at=at, code="no blanks", name="Blank", kind="WARD")
    with pytest.raises(NotAllowed):
        locations.create(by=factories.principal(Role.NURSE), at=at, code="x", name="X", kind="WARD")


@pytest.mark.parametrize("role", [Role.TECHNOLOGIST, Role.SCREENING_OFFICER, Role.ADMINISTRATOR])
def test_admitting_needs_the_permission(role: Role) -> None:
    at = database_now()

    with pytest.raises(NotAllowed):
        encounters.admit(
            by=factories.principal(role),
            at=at,
            person=people.person(),
            location=people.ward(),
            started_at=at,
        )
