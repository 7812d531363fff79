"""Controllers: one patient at a time, what was set in fact, and readings that are never lost."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError

from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.audit.context import acting
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed, NotFound
from patients.actions import controller_readings as readings
from patients.actions import controller_settings as settings
from patients.actions import controllers, interventions
from patients.actions.controller_readings import Sent
from patients.models import (
    Controller,
    ControllerAlarm,
    ControllerAssignment,
    ControllerReading,
    ControlQuantity,
    HeldReading,
    Intervention,
)
from patients.models.controllers import ONE_PATIENT
from patients.queries.controllers import firmware, state
from patients.rules.controllers import DeviceState
from tests import factories
from tests.patients import controls, people
from tests.patients.people import DAY, HOUR

pytestmark = pytest.mark.django_db


def test_a_device_acts_on_one_patient_at_a_time() -> None:
    device = controls.device()
    first = controls.assigned(one=device)

    with pytest.raises(Conflict, match="another patient's"):
        controls.assigned(one=device, ago=HOUR)
    controls.assigned(first.person, ago=HOUR)  # a patient may have several

    end(first, HOUR)
    with pytest.raises(Conflict, match="another patient's"):
        controls.assigned(one=device, ago=2 * HOUR)
    assert controls.assigned(one=device, ago=HOUR).since >= first.until


def test_the_database_refuses_two_patients_at_once() -> None:
    first, by, at = controls.assigned(), controls.physician(), database_now()
    given = {"controller": first.controller, "person": people.person(), "since": at}

    with pytest.raises(IntegrityError, match=ONE_PATIENT), acting(by=by, at=at, action="test"):
        ControllerAssignment.objects.create(**given, recorded_at=at, recorded_by=by)


def end(assignment: ControllerAssignment, ago: object = HOUR, *, until: object = None) -> None:
    at = database_now()
    given = {"until": until or at - ago, "reason": "discharged"}  # type: ignore[operator]
    controllers.release(assignment=assignment, **given, by=controls.physician(), at=at)  # type: ignore[arg-type]


def test_an_assignment_in_error_frees_the_device_for_that_time() -> None:
    wrong = controls.assigned()
    end(wrong, until=wrong.since)

    assert controls.assigned(one=wrong.controller).pk != wrong.pk
    with pytest.raises(Conflict, match="ended already"):
        end(wrong, until=wrong.since)


def test_what_was_read_keeps_the_device_the_patients() -> None:
    what, assignment = controls.quantity(), controls.assigned()
    controls.read(assignment.controller, what, "2.0", database_now() - HOUR)

    with pytest.raises(Conflict, match="after that moment"):
        end(assignment, 2 * HOUR)


def test_the_state_follows_from_what_was_found() -> None:
    device, at = controls.device(), database_now()
    given = {"controller": device, "by": controls.physician(), "at": at, "happened_at": at}
    controllers.observe(**given, kind="FIRMWARE", firmware="1.3")
    controllers.observe(**given, kind="FAULTY", note="no answer")

    assert state(device.events.all()) is DeviceState.FAULTY
    assert firmware(device.events.all()) == "1.3"
    with pytest.raises(Conflict, match="faulty"):
        controls.assigned(one=device)
    with pytest.raises(InvalidInput, match="Name the firmware"):
        controllers.observe(**given, kind="FIRMWARE")


def test_a_serial_number_is_one_devices() -> None:
    device = controls.device()

    with pytest.raises(InvalidInput, match="serial number"):
        controls.device(serial=device.serial)


# --- what was set


def set_to(
    assignment: ControllerAssignment, what: ControlQuantity, value: str, ago: object = HOUR
) -> object:
    at = database_now()
    given = {"controller": assignment.controller, "quantity": what, "value": Decimal(value)}
    return settings.record(**given, set_at=at - ago, by=controls.physician(), at=at)  # type: ignore[arg-type,operator]


def test_a_setting_is_one_fact_and_stands_on_the_trend_once() -> None:
    what, assignment = controls.quantity(), controls.assigned()
    made = set_to(assignment, what, "2.5")

    (treatment,) = Intervention.objects.standing().filter(person=assignment.person)
    assert (treatment.kind, treatment.dose, treatment.dose_unit) == (
        "SET_POINT",
        Decimal("2.5"),
        "1/d",
    )
    at = database_now()
    typed = {"person": assignment.person, "kind": "SET_POINT", "started_at": at - HOUR}
    by = people.infection_control()
    with pytest.raises(InvalidInput, match="stands here by itself"):
        interventions.record(**typed, by=by, at=at)
    other = interventions.record(**{**typed, "kind": "OTHER"}, by=by, at=at)
    with pytest.raises(InvalidInput, match="stands here by itself"):
        interventions.correct(intervention=other, reason="meant", **typed, by=by, at=at)
    interventions.retract(intervention=other, reason="twice", by=by, at=at)
    with pytest.raises(Conflict, match="set on a controller"):
        interventions.retract(intervention=treatment, reason="twice", by=by, at=at)

    given = {"setting": made, "by": controls.physician(), "at": at, "reason": "misread"}
    settings.correct(**given, value=Decimal("2.4"))
    (treatment,) = Intervention.objects.standing().filter(person=assignment.person)
    assert treatment.dose == Decimal("2.4")
    settings.retract(**{**given, "setting": treatment.controller_setting})
    assert not Intervention.objects.standing().filter(person=assignment.person).exists()


def test_a_setting_names_what_was_signed_then() -> None:
    what, assignment = controls.quantity(), controls.assigned()
    early = set_to(assignment, what, "2.0", ago=2 * HOUR)
    signed = controls.in_force(assignment.person, what)
    late = set_to(assignment, what, "2.5", ago=0 * HOUR)

    assert early.set_point is None  # type: ignore[attr-defined]
    assert late.set_point == signed  # type: ignore[attr-defined]
    with pytest.raises(NotFound, match="nobody's"):
        set_to(assignment, what, "2.0", ago=DAY)


def test_a_set_point_typed_for_somebody_without_a_controller_is_kept() -> None:
    at = database_now()
    given = {"person": people.person(), "kind": "SET_POINT", "started_at": at - HOUR}

    assert interventions.record(**given, by=people.infection_control(), at=at).pk


# --- readings and alarms


def test_a_reading_outside_its_band_raises_an_alarm_with_it() -> None:
    what, assignment = controls.quantity(), controls.assigned()
    signed = controls.in_force(assignment.person, what)
    within = controls.read(assignment.controller, what, "3.0")
    outside = controls.read(assignment.controller, what, "3.1")

    assert (within.verdict, outside.verdict) == ("WITHIN", "ABOVE")
    assert outside.set_point == signed
    (alarm,) = ControllerAlarm.objects.open()
    assert (alarm.reading, alarm.side) == (outside, "ABOVE")


def test_a_draft_has_no_band() -> None:
    what, assignment = controls.quantity(), controls.assigned()
    made = controls.drafted(assignment.person, what)
    controls.sign(made)

    assert controls.read(assignment.controller, what, "9.0").verdict == "NO_BAND"
    controls.sign(made)
    assert controls.read(assignment.controller, what, "9.0").verdict == "ABOVE"


def test_a_late_reading_is_judged_by_the_band_of_its_moment() -> None:
    what, assignment = controls.quantity(), controls.assigned()
    before = database_now()
    controls.in_force(assignment.person, what)
    between = database_now()
    controls.in_force(assignment.person, what, low=Decimal("0.0"), high=Decimal("9.0"))

    assert controls.read(assignment.controller, what, "5.0", before).verdict == "NO_BAND"
    assert controls.read(assignment.controller, what, "5.0", between).verdict == "ABOVE"
    assert controls.read(assignment.controller, what, "5.0").verdict == "WITHIN"
    assert ControllerAlarm.objects.open().count() == 1


def test_an_end_of_control_ends_the_band() -> None:
    what, assignment = controls.quantity(), controls.assigned()
    controls.in_force(assignment.person, what)
    controls.in_force(assignment.person, what, None)

    assert controls.read(assignment.controller, what, "9.0").verdict == "NO_BAND"


def test_the_same_moment_is_read_once() -> None:
    what, assignment, at = controls.quantity(), controls.assigned(), database_now()
    controls.read(assignment.controller, what, "2.0", at)

    with pytest.raises(Conflict, match="is recorded"):
        controls.read(assignment.controller, what, "2.1", at)
    with pytest.raises(NotFound, match="nobody's"):
        controls.read(assignment.controller, what, "2.0", at - DAY)
    with pytest.raises(InvalidInput, match="1 decimals"):
        controls.read(assignment.controller, what, "2.05", at)
    with pytest.raises(InvalidInput, match="finite"):
        controls.read(assignment.controller, what, "NaN", at)


def test_a_correction_is_judged_again_and_closes_nothing() -> None:
    what, assignment = controls.quantity(), controls.assigned()
    controls.in_force(assignment.person, what)
    wrong = controls.read(assignment.controller, what, "2.9")
    given = {"by": controls.physician(), "at": database_now(), "reason": "misread"}
    again = readings.correct(reading=wrong, value=Decimal("9.2"), **given)
    assert again.verdict == "ABOVE"
    assert ControllerAlarm.objects.open().get().reading == again

    readings.retract(reading=again, **given)

    assert ControllerAlarm.objects.open().count() == 1
    assert not ControllerReading.objects.standing().exists()


# --- what an instrument sends


def sent(device: Controller, what: ControlQuantity, **more: object) -> Sent:
    said = {"serial": device.serial, "quantity": what.code, "value": Decimal("2.0")}
    return Sent(**{**said, "unit": "1/d", "read_at": database_now() - HOUR, **more})  # type: ignore[arg-type]


def send(one: Sent, by: Principal) -> ControllerReading | HeldReading:
    return readings.send(sent=one, by=by, at=database_now())


def test_what_the_devices_own_key_sends_is_recorded() -> None:
    gateway, what = factories.principal(Role.INSTRUMENT), controls.quantity()
    assignment = controls.assigned(one=controls.device(sender=gateway))
    controls.in_force(assignment.person, what)
    made = send(sent(assignment.controller, what, value=Decimal("0.1")), gateway)

    assert isinstance(made, ControllerReading)
    assert (made.source, made.verdict) == ("API", "NO_BAND")  # read before it was signed
    with pytest.raises(Conflict, match="is recorded"):
        send(sent(assignment.controller, what, read_at=made.read_at, value=made.value), gateway)


def test_another_value_of_the_same_moment_is_not_lost() -> None:
    gateway, what = factories.principal(Role.INSTRUMENT), controls.quantity()
    assignment = controls.assigned(one=controls.device(sender=gateway))
    first = send(sent(assignment.controller, what), gateway)
    for value in ("9.9", "9.8"):
        other = sent(assignment.controller, what, read_at=first.read_at, value=Decimal(value))
        held = send(other, gateway)
        assert isinstance(held, HeldReading)
        assert (held.reason, held.value) == ("OTHER_VALUE", Decimal(value))
        with pytest.raises(Conflict, match="is held"):
            send(other, gateway)

    given = {"held_reading": held, "by": controls.physician(), "at": database_now()}
    with pytest.raises(Conflict, match="is recorded"):
        readings.place(**given)  # type: ignore[arg-type]
    assert ControllerReading.objects.get() == first


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"serial": "NC-none"}, "UNKNOWN_CONTROLLER"),
        ({"quantity": "none"}, "UNKNOWN_QUANTITY"),
        ({"unit": "1/h"}, "OTHER_UNIT"),
        ({"value": Decimal("2.05")}, "DECIMALS"),
        ({"read_at": None}, "NOT_ASSIGNED"),
    ],
)
def test_what_is_nobodys_is_held_as_it_came(change: dict[str, object], reason: str) -> None:
    gateway, what = factories.principal(Role.INSTRUMENT), controls.quantity()
    assignment = controls.assigned(one=controls.device(sender=gateway))
    if "read_at" in change:
        change = {"read_at": database_now() - DAY}
    said = sent(assignment.controller, what, **change)
    made = send(said, gateway)

    assert isinstance(made, HeldReading)
    assert (made.reason, made.value, made.serial) == (reason, said.value, said.serial)
    with pytest.raises(Conflict, match="sent before"):
        send(said, gateway)


def test_another_key_is_held_and_placed_by_a_person_once() -> None:
    gateway, what = factories.principal(Role.INSTRUMENT), controls.quantity()
    assignment = controls.assigned()
    held = send(sent(assignment.controller, what), gateway)
    assert isinstance(held, HeldReading)
    assert held.reason == "OTHER_SENDER"
    given = {"held_reading": held, "by": controls.physician(), "at": database_now()}

    made = readings.place(**given)

    assert (made.assignment, made.held) == (assignment, held)
    with pytest.raises(Conflict, match="decided"):
        readings.place(**given)
    with pytest.raises(Conflict, match="decided"):
        readings.dismiss(**given, reason="a test device")


def test_what_still_fits_nobody_stays_held() -> None:
    gateway, what, device = (
        factories.principal(Role.INSTRUMENT),
        controls.quantity(),
        controls.device(),
    )
    held = send(sent(device, what), gateway)
    given = {"held_reading": held, "by": controls.physician(), "at": database_now()}

    with pytest.raises(Conflict, match="nobody's at that moment"):
        readings.place(**given)  # type: ignore[arg-type]
    readings.dismiss(**given, reason="bench test")  # type: ignore[arg-type]
    assert HeldReading.objects.get().dismissed_because == "bench test"


def test_nobody_acts_beyond_their_role() -> None:
    what, assignment = controls.quantity(), controls.assigned()
    nurse, instrument = factories.principal(Role.NURSE), factories.principal(Role.INSTRUMENT)
    at = database_now()
    given = {"controller": assignment.controller, "quantity": what, "value": Decimal(2)}

    with pytest.raises(NotAllowed):
        readings.send(sent=sent(assignment.controller, what), by=nurse, at=at)
    with pytest.raises(NotAllowed):
        readings.record(**given, read_at=at, by=instrument, at=at)
    with pytest.raises(Exception, match="reach|allow"):
        settings.record(**given, set_at=at, by=nurse, at=at)


def test_a_device_of_somebody_out_of_reach_looks_like_nobodys() -> None:
    what, far, idle = controls.quantity(), controls.assigned(), controls.device()
    nurse, at = factories.principal(Role.NURSE), database_now()
    said = []
    for device in (far.controller, idle):
        given = {"controller": device, "quantity": what, "value": Decimal(2), "by": nurse, "at": at}
        for act in (partial(readings.record, read_at=at), partial(settings.record, set_at=at)):
            with pytest.raises(NotFound) as refused:
                act(**given)
            said.append(str(refused.value))

    assert len(set(said)) == 1
