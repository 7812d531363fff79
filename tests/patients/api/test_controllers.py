"""Controllers over HTTP: what an instrument sends is recorded or held, what is shown is in reach."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client

from labsys.accounts.actions import keys
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from patients.models import ControllerReading, HeldReading, SetPoint
from tests import factories
from tests.calls import counted, get, is_problem, post
from tests.patients import controls, people
from tests.patients.people import DAY

pytestmark = pytest.mark.django_db
READINGS, ALARMS = "/api/v1/controller-readings", "/api/v1/controller-alarms"
SET_POINTS, DEVICES = "/api/v1/set-points", "/api/v1/controllers"


class Sender:
    """What holds an instrument's key."""

    def __init__(self, gateway: Principal) -> None:
        admin = factories.principal(Role.ADMINISTRATOR)
        issued = keys.issue(principal=gateway, by=admin, at=database_now())
        self.headers = {"HTTP_AUTHORIZATION": f"Instrument {issued.token}"}

    def post(self, path: str, body: Any, *, key: str = "") -> Any:
        again = {"HTTP_IDEMPOTENCY_KEY": key} if key else {}
        content = {"content_type": "application/json", **self.headers, **again}
        return Client().post(path, json.dumps(body), **content)

    def get(self, path: str, asked: dict[str, str]) -> Any:
        return Client().get(path, asked, **self.headers)


class Bedside:
    """A patient with a device that an instrument's key reads, and a band."""

    def __init__(self) -> None:
        self.gateway = factories.principal(Role.INSTRUMENT)
        self.what = controls.quantity()
        self.assignment = controls.assigned(one=controls.device(sender=self.gateway))
        self.person = self.assignment.person
        controls.in_force(self.person, self.what)

    def said(self, **change: Any) -> dict[str, Any]:
        return {
            "controller": self.assignment.controller.serial,
            "quantity": self.what.code,
            "value": "3.4",
            "unit": "1/d",
            "read_at": database_now().isoformat(),
            **change,
        }


@pytest.fixture
def bedside() -> Bedside:
    return Bedside()


def test_an_instrument_sends_and_reads_nothing(bedside: Bedside) -> None:
    key = Sender(bedside.gateway)
    made = key.post(READINGS, bedside.said())

    assert made.status_code == 201, made.content
    assert (made.json()["status"], made.json()["reason"]) == ("RECORDED", "")
    assert "person" not in made.json()
    assert key.get(READINGS, {"person": str(bedside.person.uid)}).status_code == 403


def test_what_is_nobodys_is_held_and_said_so(bedside: Bedside) -> None:
    key = Sender(bedside.gateway)
    early = (database_now() - DAY).isoformat()

    assert key.post(READINGS, bedside.said(read_at=early)).json()["reason"] == "NOT_ASSIGNED"
    assert key.post(READINGS, bedside.said(controller="NC-x")).json()["status"] == "HELD"
    assert (HeldReading.objects.count(), ControllerReading.objects.count()) == (2, 0)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"value": 3.4}, "value"),
        ({"value": "3,4"}, "value"),
        ({"value": "NaN"}, "value"),
        ({"value": "< 3"}, "value"),
        ({"controller": ""}, "controller"),
        ({"controller": "x" * 65}, "controller"),
        ({"quantity": None}, "quantity"),
        ({"unit": " "}, "unit"),
        ({"read_at": "today"}, "read_at"),
        ({"read_at": "2199-01-01T00:00:00Z"}, "read_at"),
        ({"person": "x"}, "person"),
    ],
)
def test_what_cannot_be_read_is_refused(
    bedside: Bedside, change: dict[str, Any], pointer: str
) -> None:
    answer = Sender(bedside.gateway).post(READINGS, bedside.said(**change))

    assert is_problem(answer, 422, pointer)
    assert not HeldReading.objects.exists()


def test_a_message_that_is_sent_again_is_applied_once(bedside: Bedside) -> None:
    key, said = Sender(bedside.gateway), bedside.said()

    first, again = (key.post(READINGS, said, key="m-1") for _time in range(2))

    assert first.json() == again.json()
    assert ControllerReading.objects.count() == 1
    assert key.post(READINGS, said).status_code == 409


def test_readings_and_alarms_are_listed_within_reach(bedside: Bedside) -> None:
    Sender(bedside.gateway).post(READINGS, bedside.said())
    doctor, officer = factories.principal(Role.WARD_DOCTOR), people.infection_control()
    asked = {"person": str(bedside.person.uid)}

    (row,) = get(officer, READINGS, **asked).json()["controller_readings"]
    assert (row["value"], row["verdict"], row["person"]) == ("3.4", "ABOVE", asked["person"])
    (row,) = get(officer, ALARMS).json()["controller_alarms"]
    assert (row["side"], row["value"], row["acknowledged_by"]) == ("ABOVE", "3.4", None)
    assert is_problem(get(doctor, READINGS, **asked), 404)
    assert get(doctor, ALARMS).json()["controller_alarms"] == []
    (row,) = get(doctor, DEVICES).json()["controllers"]
    assert (row["state"], row["firmware"], row["person"]) == ("IN_SERVICE", "1.2", None)


def test_a_set_point_is_drafted_and_counts_for_nothing(bedside: Bedside) -> None:
    doctor = controls.physician()
    said = {"person": str(bedside.person.uid), "quantity": bedside.what.code, "value": "2.50"}
    refused = post(doctor, SET_POINTS, {**said, "reason": "load rises"})
    assert is_problem(refused, 422, "value")  # two decimals, where the quantity has one
    made = post(doctor, SET_POINTS, {**said, "value": "2.5", "reason": "load rises"})

    assert made.status_code == 201, made.content
    assert (made.json()["number"], made.json()["signatures"]) == (2, 0)
    rows = get(doctor, SET_POINTS, person=said["person"]).json()["set_points"]
    assert [row["signatures"] for row in rows] == [0, 2]
    technologist = factories.principal(Role.TECHNOLOGIST)
    assert is_problem(post(technologist, SET_POINTS, said), 403)
    assert SetPoint.objects.count() == 2


@pytest.mark.parametrize("path", [READINGS, ALARMS, SET_POINTS, DEVICES])
def test_a_list_costs_the_same_however_long(path: str) -> None:
    officer, what, device = people.infection_control(), controls.quantity(), controls.device()
    assignment = controls.assigned(one=device)
    asked = {"quantity": what.code} if path in (READINGS, SET_POINTS) else {}

    def more() -> None:
        for side in ("3.4", "0.4"):
            controls.read(device, what, side)
        controls.assigned(assignment.person)

    controls.in_force(assignment.person, what)
    more()
    one = counted(officer, path, **asked)
    controls.in_force(assignment.person, what)
    more()
    more()

    assert one[1] == counted(officer, path, **asked)[1]


def test_readings_of_a_person_are_paged_to_the_last(bedside: Bedside) -> None:
    officer = people.infection_control()
    second = controls.assigned(bedside.person)
    for place, value in enumerate(("1.1", "1.2", "1.3", "1.4", "1.5")):
        controls.read((second, bedside.assignment)[place % 2].controller, bedside.what, value)
    asked, found = {"person": str(bedside.person.uid), "limit": "2"}, []

    for _page in range(3):
        said = get(officer, READINGS, **asked).json()
        found += [row["value"] for row in said["controller_readings"]]
        if said["next"]:
            asked = dict(parse_qsl(urlsplit(said["next"]).query))

    assert found == ["1.5", "1.4", "1.3", "1.2", "1.1"]
    assert said["next"] is None
    assert is_problem(get(officer, READINGS, **{**asked, "before": "x"}), 422, "before")
