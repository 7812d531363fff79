"""Controllers in the admin: registered, given and taken back, set right; held readings decided."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from patients.actions import controller_readings, controller_settings
from patients.actions.controller_readings import Sent
from patients.models import (
    Controller,
    ControllerAssignment,
    ControllerReading,
    ControllerSetting,
    ControlQuantity,
    HeldReading,
    Intervention,
)
from patients.queries.controllers import firmware, state
from tests import factories
from tests.clients import client_of
from tests.patients import controls, people
from tests.patients.admin_forms import address, errors, moved, typed
from tests.patients.people import HOUR

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return client_of(people.infection_control())


def test_a_quantity_and_a_device_are_registered(client: Client) -> None:
    rate = {"code": "rate", "name": "Replication rate", "unit": "1/d", "decimals": "1"}
    device = {"serial": "NC-9", "model": "Regulator", "firmware": "1.2"}

    for table, given in (("controlquantity", rate), ("controller", device)):
        assert client.get(address(table, "add")).status_code == 200
        answer = client.post(address(table, "add"), given)
        assert answer.status_code == 302, errors(answer)

    made = Controller.objects.get()
    assert (state(made.events.all()), firmware(made.events.all())) == ("IN_SERVICE", "1.2")
    assert errors(client.post(address("controller", "add"), device)).keys() == {"serial"}
    odd = {**rate, "code": "load", "unit": "??"}
    assert errors(client.post(address("controlquantity", "add"), odd)).keys() == {"unit"}
    moved(client, ControlQuantity.objects.get(), "retire", reason="not measured any more")
    assert not ControlQuantity.objects.get().is_active


def test_a_device_is_given_to_a_patient_and_taken_back(client: Client) -> None:
    device, someone, at = controls.device(), people.person(), database_now()
    given = {"person": someone.mrn, "since": typed(at - 2 * HOUR)}
    assert moved(client, device, "assign", **given).status_code == 302
    assignment = ControllerAssignment.objects.get()
    assert (assignment.person, assignment.until) == (someone, None)

    again = moved(client, device, "assign", **{**given, "person": people.person().mrn})
    assert b"another patient" in again.content
    moved(client, assignment, "release", until=typed(at - HOUR), reason="discharged")
    moved(client, device, "observe", kind="FAULTY", happened_at=typed(at - HOUR))

    assignment.refresh_from_db()
    assert assignment.until is not None
    assert device.events.filter(kind="FAULTY").exists()
    assert (
        b"Name the firmware"
        in moved(client, device, "observe", kind="FIRMWARE", happened_at=typed(at)).content
    )
    gateway = factories.principal(Role.INSTRUMENT)
    moved(client, device, "sender", sender=gateway.pk)
    device.refresh_from_db()
    assert device.sender == gateway


def test_readings_and_settings_are_set_right_by_a_further_row(client: Client) -> None:
    what, assignment, at = controls.quantity(), controls.assigned(), database_now()
    reading = controls.read(assignment.controller, what, "2.9")
    given = {"controller": assignment.controller, "quantity": what, "value": Decimal("2.0")}
    setting = controller_settings.record(**given, set_at=at, by=controls.physician(), at=at)  # type: ignore[arg-type]

    for row in (reading, setting):
        assert moved(client, row, "correct", value="NaN", reason="x").status_code == 422
        assert moved(client, row, "correct", value="2.4", reason="misread").status_code == 302

    assert ControllerReading.objects.standing().get().value == Decimal("2.4")
    right = ControllerSetting.objects.standing().get()
    assert right.value == Intervention.objects.standing().get().dose == Decimal("2.4")
    moved(client, right, "retract", reason="never set")
    assert not Intervention.objects.standing().exists()


def held(by: Principal, what: ControlQuantity, serial: str) -> HeldReading:
    at = database_now()
    said = Sent(serial, what.code, Decimal("2.0"), "1/d", at)
    made = controller_readings.send(sent=said, by=by, at=at)
    assert isinstance(made, HeldReading)
    return made


def test_a_held_reading_is_decided_once(client: Client) -> None:
    gateway, what, assignment = (
        factories.principal(Role.INSTRUMENT),
        controls.quantity(),
        controls.assigned(),
    )
    mine, nobodys = held(gateway, what, assignment.controller.serial), held(gateway, what, "NC-x")
    waiting = address("heldreading", "changelist") + "?decided=no"
    assert waiting in client.get("/").content.decode()
    assert b"NC-x" in client.get(waiting).content

    assert moved(client, mine, "place").status_code == 302
    assert b"no controller has this serial" in moved(client, nobodys, "place").content
    moved(client, nobodys, "dismiss", reason="bench test")

    assert ControllerReading.objects.get().held == mine
    nobodys.refresh_from_db()
    assert nobodys.dismissed_because == "bench test"
    assert b"NC-x" not in client.get(waiting).content
    assert b"NC-x" in client.get(waiting.replace("no", "yes")).content
    for row in (mine, nobodys):
        shown = client.get(address("heldreading", "change", row.pk)).content
        assert b"move/dismiss" not in shown


@pytest.mark.parametrize(
    "table", ["controller", "controlquantity", "controllerassignment", "heldreading", "setpoint"]
)
def test_who_has_no_permission_sees_nothing(table: str) -> None:
    outsider = client_of(factories.principal(Role.AUDITOR))

    assert outsider.get(address(table, "changelist")).status_code == 403
    assert outsider.post(address(table, "add"), {}).status_code == 403
