"""What a hospital tells of admissions, transfers and discharges becomes stays here, in their order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from labsys.lib.clock import database_now
from patients.actions import encounters, locations
from patients.models import Encounter, Person
from tests.assays.hospital.messages import adt, evn, pid, pv1
from tests.assays.hospital.told import end, ends, hospital, now, person, stays, tell
from tests.assays.interpreting import plain
from tests.patients import people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def balanced():  # type: ignore[no-untyped-def]
    yield
    plain.check_balanced()


@pytest.fixture
def wards():  # type: ignore[no-untyped-def]
    return hospital()


def test_an_admission_registers_and_begins_a_stay_and_a_discharge_ends_it(wards) -> None:
    ward = people.ward()
    told = [
        adt("A01", pid(), pv1(ward.code, f44="20260301090000"), sent="20260301091000"),
        adt("A03", pid(), pv1(ward.code, f45="20260302100000"), sent="20260302100500"),
    ]

    assert [ends(one) for one in tell(wards, *told)] == [["DONE"], ["DONE"]]

    stay = Encounter.objects.get(person=person("1001"))
    assert stay.started_at == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert stay.end.ended_at == datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert stay.recorded_by == wards.principal


@pytest.mark.parametrize("kind", ["P", "O", "N"])
def test_whoever_has_no_bed_is_registered_and_stays_nowhere(wards, kind: str) -> None:
    assert end(wards, adt("A01", pid(), pv1("CLINIC", kind=kind))) == "DONE"
    assert stays() == []
    assert (
        end(wards, adt("A03", pid(), pv1("CLINIC", kind=kind), sent="20260301130000")) == "NOTHING"
    )


def test_a_transfer_moves_and_its_cancellation_moves_back(wards) -> None:
    here, there = people.ward(), people.ward()
    tell(wards, adt("A01", pid(), pv1(here.code), sent="20260301090000"))

    assert end(wards, adt("A02", pid(), pv1(there.code), sent="20260301100000")) == "DONE"
    assert stays() == [(here.code, False), (there.code, True)]
    assert end(wards, adt("A12", pid(), pv1(here.code), sent="20260301110000")) == "DONE"
    assert stays() == [(here.code, False), (here.code, True)]


def test_an_admission_that_never_was_is_entered_in_error(wards) -> None:
    ward = people.ward()
    tell(wards, adt("A01", pid(), pv1(ward.code), sent="20260301090000"))
    cancel = adt("A11", pid(), pv1(ward.code), sent="20260301100000")

    assert end(wards, cancel) == "DONE"
    assert stays() == []
    assert end(wards, adt("A11", pid(), pv1(ward.code), sent="20260301100500")) == "NOTHING"


def test_a_discharge_that_never_was_lets_the_stay_go_on(wards) -> None:
    ward = people.ward()
    tell(
        wards,
        adt("A01", pid(), pv1(ward.code), sent="20260301090000"),
        adt("A03", pid(), pv1(ward.code), sent="20260301100000"),
    )

    assert end(wards, adt("A13", pid(), pv1(ward.code), sent="20260301110000")) == "DONE"
    assert stays() == [(ward.code, False), (ward.code, True)]


def test_a_ward_that_is_unknown_is_waited_for(wards) -> None:
    (message,) = tell(wards, adt("A01", pid(), pv1("place-new")))
    assert ends(message) == ["UNKNOWN_WARD"]
    assert not Person.objects.filter(identifiers__value="1001").exists()

    with_code("place-new")

    assert now(message) == ["DONE"]
    assert stays() == [("place-new", True)]
    message.refresh_from_db()
    assert message.status == "FILED"


def with_code(code: str):  # type: ignore[no-untyped-def]
    by = people.administrator()
    return locations.create(by=by, at=database_now(), code=code, name=code, kind="WARD")


def test_a_ward_is_what_the_connection_calls_it() -> None:
    ward = people.ward()
    wards = hospital(wards={"3 WEST": ward.code})

    assert end(wards, adt("A01", pid(), pv1("3 WEST"))) == "DONE"
    assert stays() == [(ward.code, True)]


def test_a_discharge_that_comes_before_the_admission_waits_for_it(wards) -> None:
    ward = people.ward()
    (leaving,) = tell(wards, adt("A03", pid(), pv1(ward.code), sent="20260302100000"))
    assert ends(leaving) == ["UNKNOWN_PATIENT"]

    tell(wards, adt("A01", pid(), pv1(ward.code), sent="20260301090000"))

    assert now(leaving) == ["DONE"]
    assert stays() == [(ward.code, False)]


def test_an_admission_elsewhere_waits_until_the_stay_here_has_ended(wards) -> None:
    here, there = people.ward(), people.ward()
    tell(wards, adt("A01", pid(), pv1(here.code, visit="V1"), sent="20260301090000"))
    (next_,) = tell(wards, adt("A01", pid(), pv1(there.code, visit="V2"), sent="20260303090000"))
    assert ends(next_) == ["STAY_CONFLICT"]

    assert (
        end(wards, adt("A03", pid(), pv1(here.code, visit="V1"), sent="20260302090000")) == "DONE"
    )

    assert now(next_) == ["DONE"]
    assert stays() == [(here.code, False), (there.code, True)]


def test_the_discharge_of_another_visit_ends_no_stay(wards) -> None:
    ward = people.ward()
    tell(wards, adt("A01", pid(), pv1(ward.code, visit="V1"), sent="20260301090000"))

    leaving = adt("A03", pid(), pv1(ward.code, visit="V9"), sent="20260301100000")

    assert end(wards, leaving) == "UNKNOWN_STAY"
    assert stays() == [(ward.code, True)]


def test_a_transfer_told_before_the_newest_stay_is_history(wards) -> None:
    here, there = people.ward(), people.ward()
    tell(
        wards,
        adt("A01", pid(), pv1(here.code), sent="20260301090000"),
        adt("A03", pid(), pv1(here.code), sent="20260301120000"),
    )

    assert end(wards, adt("A02", pid(), pv1(there.code), sent="20260301100000")) == "OUTDATED"
    assert stays() == [(here.code, False)]


def test_what_is_said_to_happen_in_the_future_is_held(wards) -> None:
    found = end(wards, adt("A04", evn("A04", told="20390101120000"), pid()))

    assert found == "IN_FUTURE"


def test_who_lies_in_a_bed_of_the_ward_told_of_keeps_it(wards) -> None:
    ward = people.ward()
    tell(wards, adt("A01", pid(), pv1(ward.code), sent="20260301090000"))
    bed, stay = people.ward(parent=ward, kind="BED"), Encounter.objects.open().get()
    by, at = people.infection_control(), database_now()
    encounters.transfer(by=by, at=at, encounter=stay, location=bed, moved_at=stay.started_at)

    again = adt("A02", pid(), pv1(ward.code), sent=f"{at + timedelta(minutes=1):%Y%m%d%H%M%S}")

    assert end(wards, again) == "NOTHING"
    assert Encounter.objects.open().get().location == bed
