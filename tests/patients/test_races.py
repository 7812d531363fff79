"""Of two people who do the same at once, one is told so; never do both succeed."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from threading import Barrier, Thread

from django.db import connection

from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from patients import queries
from patients.actions import (
    care,
    controller_settings,
    controllers,
    encounters,
    exposures,
    links,
    locations,
    persons,
)
from patients.models import Encounter, PersonLink
from tests.patients import controls, people

TRIALS = 5


def race(*deeds: Callable[[], object]) -> list[str]:
    """Run the deeds at the same moment, each on a connection of its own; return the refusals."""
    start, refusals = Barrier(len(deeds)), []

    def run(deed: Callable[[], object]) -> None:
        try:
            start.wait(timeout=10)
            deed()
        except Refusal as refusal:
            refusals.append(str(refusal))
        finally:
            connection.close()

    threads = [Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not any(thread.is_alive() for thread in threads)
    return refusals


def test_nobody_is_admitted_to_two_wards_at_once(fresh_database: str) -> None:
    by, wards = people.infection_control(), [people.ward(), people.ward()]
    for _trial in range(TRIALS):
        someone, at = people.person(), database_now()

        refusals = race(
            *(
                lambda ward=ward, someone=someone, at=at: encounters.admit(
                    by=by, at=at, person=someone, location=ward, started_at=at
                )
                for ward in wards
            )
        )

        assert refusals == ["This person is in a ward already; transfer or discharge them first."]
        assert Encounter.objects.open().filter(person=someone).count() == 1


def test_a_bed_is_given_to_one_of_two(fresh_database: str) -> None:
    by = people.infection_control()
    for _trial in range(TRIALS):
        bed, pair, at = people.ward(kind="BED"), [people.person(), people.person()], database_now()

        refusals = race(
            *(
                lambda bed=bed, one=one, at=at: encounters.admit(
                    by=by, at=at, person=one, location=bed, started_at=at
                )
                for one in pair
            )
        )

        assert refusals == ["Somebody is in this bed; choose another, or the ward without a bed."]
        assert Encounter.objects.open().filter(location=bed).count() == 1


def test_a_bed_is_not_closed_under_whoever_is_just_admitted(fresh_database: str) -> None:
    by = people.infection_control()
    for _trial in range(TRIALS):
        bed, someone, at = people.ward(kind="BED"), people.person(), database_now()

        refusals = race(
            lambda bed=bed, someone=someone, at=at: encounters.admit(
                by=by, at=at, person=someone, location=bed, started_at=at
            ),
            lambda bed=bed, at=at: locations.deactivate(
                by=by, at=at, location=bed, reason="cleaning"
            ),
        )

        bed.refresh_from_db()
        assert len(refusals) == 1
        assert Encounter.objects.open().filter(location=bed).exists() == bed.is_active


def test_an_identifier_is_claimed_once(fresh_database: str) -> None:
    by, pair = people.infection_control(), [people.person(), people.person()]
    for trial in range(TRIALS):
        at = database_now()

        refusals = race(
            *(
                lambda one=one, trial=trial, at=at: persons.add_identifier(
                    by=by, at=at, person=one, system="passport", value=f"P-{trial}"
                )
                for one in pair
            )
        )

        assert len(refusals) == 1
        assert "already recorded" in refusals[0]


def test_two_links_made_at_once_make_no_chain(fresh_database: str) -> None:
    by = people.infection_control()
    for _trial in range(TRIALS):
        one, two, three = people.person(), people.person(), people.person()
        at = database_now()

        refusals = race(
            lambda one=one, two=two, at=at: links.link(
                by=by, at=at, duplicate=one, survivor=two, reason="same"
            ),
            lambda two=two, three=three, at=at: links.link(
                by=by, at=at, duplicate=two, survivor=three, reason="same"
            ),
        )

        assert len(refusals) == 1
        assert PersonLink.objects.active().filter(duplicate__in=[one, two]).count() == 1
        assert queries.canonical(queries.canonical(one)) == queries.canonical(one)


def test_one_row_is_corrected_once(fresh_database: str) -> None:
    by, at = people.infection_control(), database_now()
    stated = {
        "person": people.person(),
        "agent": "nanites",
        "kind": "BLOOD",
        "certainty": "POSSIBLE",
        "first_at": at,
        "last_at": at,
    }
    first = exposures.record(by=by, at=at, **stated)

    def correct() -> object:
        return exposures.correct(by=by, at=at, exposure=first, reason="seen twice", **stated)

    assert race(correct, correct) == [
        "This row was corrected already; correct the correction instead."
    ]


def test_of_two_amendments_one_sees_the_other(fresh_database: str) -> None:
    by = people.infection_control()
    for _trial in range(TRIALS):
        someone, at = people.person(sex="U"), database_now()

        refusals = race(
            *(
                lambda sex=sex, someone=someone, at=at: persons.amend(
                    by=by,
                    at=at,
                    person=someone,
                    expected={"sex": "U"},
                    changes={"sex": sex},
                    reason="seen",
                )
                for sex in "FM"
            )
        )

        assert refusals == ["Changed by somebody else meanwhile: sex. Look at the entry again."]


def test_an_assignment_ends_once(fresh_database: str) -> None:
    by, at = people.administrator(), database_now()
    doctor = people.doctor_of(people.ward())
    assignment = doctor.care_assignments.get()

    def end() -> object:
        return care.end_assignment(by=by, at=at, assignment=assignment, reason="moved")

    assert race(end, end) == ["This has ended already."]


def test_two_who_sign_at_once_take_two_places_and_one_takes_one(fresh_database: str) -> None:
    what = controls.quantity()
    for _trial in range(TRIALS):
        made = controls.drafted(people.person(), what)
        one, other = controls.physician(), controls.physician()

        assert (
            race(*(lambda who=who, made=made: controls.sign(made, who) for who in (one, other)))
            == []
        )
        assert made.signatures.filter(position__gt=0).count() == 2

        again = controls.drafted(people.person(), what)
        refusals = race(*[lambda again=again, one=one: controls.sign(again, one)] * 2)
        assert refusals == ["You stand under this already: two other people sign it."]
        assert again.signatures.filter(position__gt=0).count() == 1


def test_a_device_is_given_to_one_patient_of_two(fresh_database: str) -> None:
    for _trial in range(TRIALS):
        device, pair = controls.device(), [people.person(), people.person()]

        refusals = race(
            *(lambda who=who, device=device: controls.assigned(who, device) for who in pair)
        )

        assert len(refusals) == 1
        assert device.assignments.count() == 1


def test_nothing_is_set_after_a_device_was_taken_back(fresh_database: str) -> None:
    what = controls.quantity()
    for _trial in range(TRIALS):
        assignment, at = controls.assigned(), database_now()
        by, given = controls.physician(), {"reason": "discharged", "until": at - people.HOUR}
        said = {"controller": assignment.controller, "quantity": what, "value": Decimal("2.0")}

        refusals = race(
            lambda one=assignment, by=by, given=given: controllers.release(
                assignment=one, **given, by=by, at=database_now()
            ),
            lambda by=by, said=said, at=at: controller_settings.record(
                **said, set_at=at, by=by, at=database_now()
            ),
        )

        assert len(refusals) == 1
        assignment.refresh_from_db()
        assert (assignment.until is None) == assignment.settings.exists()


def test_readings_at_once_raise_one_alarm(fresh_database: str) -> None:
    what = controls.quantity()
    for _trial in range(TRIALS):
        assignment = controls.assigned()
        controls.in_force(assignment.person, what)

        refusals = race(
            *(
                lambda value=value, device=assignment.controller: controls.read(device, what, value)
                for value in ("3.1", "3.2")
            )
        )

        assert refusals == []
        assert assignment.readings.count() == 2
        assert assignment.alarms.count() == 1


def test_a_bed_is_taken_by_one_of_two_who_move_and_the_other_stays_where_they_are(
    fresh_database: str,
) -> None:
    by, ward = people.infection_control(), people.ward()
    for _trial in range(TRIALS):
        bed, at = people.ward(parent=ward, kind="BED"), database_now()
        pair = [people.admitted(people.person(), ward) for _number in range(2)]

        refusals = race(
            *(
                lambda bed=bed, stay=stay, at=at: encounters.transfer(
                    by=by, at=at, encounter=stay, location=bed, moved_at=at
                )
                for stay in pair
            )
        )

        assert refusals == ["Somebody is in this bed; choose another, or the ward without a bed."]
        here = Encounter.objects.open().filter(person__in=[stay.person for stay in pair])
        assert sorted(here.values_list("location_id", flat=True)) == sorted([ward.pk, bed.pk])


def test_two_who_change_beds_at_once_wait_for_nobody_for_ever(fresh_database: str) -> None:
    by, ward = people.infection_control(), people.ward()
    for _trial in range(TRIALS):
        beds, at = [people.ward(parent=ward, kind="BED") for _number in range(2)], database_now()
        pair = [people.admitted(people.person(), bed) for bed in beds]

        refusals = race(
            *(
                lambda stay=stay, bed=bed, at=at: encounters.transfer(
                    by=by, at=at, encounter=stay, location=bed, moved_at=at
                )
                for stay, bed in zip(pair, reversed(beds), strict=True)
            )
        )

        here = Encounter.objects.open().filter(location__in=beds)
        assert len(refusals) == 2
        assert sorted(here.values_list("location_id", flat=True)) == sorted(b.pk for b in beds)


def test_an_overflow_place_is_not_closed_under_whoever_just_moves_in(fresh_database: str) -> None:
    by, ward = people.infection_control(), people.ward()
    for _trial in range(TRIALS):
        tent, stay = people.ward(kind="OVERFLOW"), people.admitted(people.person(), ward)
        before = database_now() - people.HOUR / 2
        opened = {"capacity": 2, "reason": "surge", "opened_at": before}
        locations.activate(by=by, at=database_now(), location=tent, **opened)
        at = database_now()

        refusals = race(
            lambda tent=tent, stay=stay, at=at: encounters.transfer(
                by=by, at=at, encounter=stay, location=tent, moved_at=at
            ),
            lambda tent=tent, at=at: locations.deactivate(
                by=by, at=at, location=tent, reason="over"
            ),
        )

        tent.refresh_from_db()
        assert len(refusals) == 1
        assert Encounter.objects.open().filter(location=tent).exists() == tent.is_active
