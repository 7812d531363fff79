"""Of several who book one clinician for one time, one succeeds and the others hear of what."""

from __future__ import annotations

from datetime import timedelta

from consent.actions import appointments
from consent.models import Appointment, RoundSlot
from consent.rules.appointments import AppointmentKind
from labsys.lib.clock import database_now
from tests.consent.programme import World
from tests.patients.test_races import race

TRIALS, RACERS = 5, 4


def test_one_clinician_is_booked_once_for_one_time(fresh_database: str) -> None:
    world = World()
    people = [world.person() for _each in range(RACERS)]
    for person in people:
        world.enrol(person)
    slots = {slot.person_id: slot for slot in RoundSlot.objects.filter(state="OPEN")}

    for trial in range(TRIALS):
        at = database_now()
        begins = at + timedelta(days=1 + trial)
        refusals = race(
            *(
                lambda slot=slots[person.pk], begins=begins + timedelta(minutes=5 * n), at=at: (
                    appointments.book(
                        slot=slot,
                        kind=AppointmentKind.MEDICAL,
                        starts_at=begins,
                        ends_at=begins + timedelta(minutes=30),
                        with_whom=world.examiner,
                        by=world.officer,
                        at=at,
                    )
                )
                for n, person in enumerate(people)
            )
        )

        booked = Appointment.objects.get(state="BOOKED")
        assert len(refusals) == RACERS - 1
        for told in refusals:
            assert f"appointment {booked.pk} (" in told
            assert world.examiner.display_name in told
        appointments.cancel(appointment=booked, by=world.officer, at=database_now())
