"""Interventions over HTTP: recorded, listed, stated again, taken back, and refused with words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from patients.actions import links
from patients.models import Intervention
from tests import factories
from tests.calls import counted, get, is_problem, post
from tests.clients import client_of
from tests.patients import people

pytestmark = pytest.mark.django_db
PATH = "/api/v1/interventions"


def done(person: Any, **more: Any) -> dict[str, Any]:
    return {
        "person": str(person.uid),
        "kind": "FILTRATION",
        "detail": "pore size 9 um",
        "dose": "6.0",
        "dose_unit": "L",
        "intended_effect": "lower the load",
        "started_at": (database_now() - timedelta(hours=5)).isoformat(),
        **more,
    }


def test_what_was_done_is_recorded_with_dose_operator_and_aim_and_listed() -> None:
    officer, person = people.infection_control(), people.person()
    surgeon = factories.principal(Role.WARD_DOCTOR)

    made = post(officer, PATH, done(person, kind="TRAUMA_CARE", operator=surgeon.name))

    assert made.status_code == 201, made.content
    body = made.json()
    assert (body["dose"], body["dose_unit"], body["operator"]) == ("6.0", "L", surgeon.name)
    assert get(officer, PATH, person=str(person.uid)).json()["interventions"] == [body]
    assert get(officer, PATH, kind="TRAUMA_CARE").json()["interventions"] == [body]
    assert get(officer, PATH, kind="SEDATION").json()["interventions"] == []


def test_a_correction_stands_in_its_place_and_what_is_taken_back_is_gone() -> None:
    officer, person = people.infection_control(), people.person()
    first = post(officer, PATH, done(person)).json()
    again = done(person, ended_at=database_now().isoformat(), reason="its end")

    second = post(officer, f"{PATH}/{first['id']}/corrections", again).json()

    assert second["corrects"] == first["id"]
    assert get(officer, PATH, person=str(person.uid)).json()["interventions"] == [second]
    assert is_problem(post(officer, f"{PATH}/{first['id']}/corrections", again), 409)
    gone = post(officer, f"{PATH}/{second['id']}/retraction", {"reason": "another patient"})
    assert gone.status_code == 201
    assert get(officer, PATH, person=str(person.uid)).json()["interventions"] == []
    assert Intervention.objects.count() == 3


def test_a_message_that_is_sent_again_is_applied_once() -> None:
    officer, person = people.infection_control(), people.person()
    body = done(person)

    client = client_of(officer)

    one, other = (
        client.post(
            PATH, body, content_type="application/json", headers={"Idempotency-Key": "key-1"}
        )
        for _time in range(2)
    )

    assert one.json() == other.json()
    assert Intervention.objects.count() == 1


def test_entries_of_one_person_have_their_interventions_together() -> None:
    officer, one, other = people.infection_control(), people.person(), people.person()
    post(officer, PATH, done(one))
    links.link(by=officer, at=database_now(), duplicate=one, survivor=other, reason="same face")

    assert len(get(officer, PATH, person=str(other.uid)).json()["interventions"]) == 1


def test_nobody_reads_or_records_beyond_their_reach() -> None:
    person = people.person()
    made = post(people.infection_control(), PATH, done(person)).json()
    doctor, nurse = factories.principal(Role.WARD_DOCTOR), factories.principal(Role.NURSE)

    assert is_problem(get(doctor, PATH, person=str(person.uid)), 404)
    assert is_problem(post(doctor, PATH, done(person)), 404)
    assert is_problem(post(doctor, f"{PATH}/{made['id']}/retraction", {"reason": "x"}), 404)
    assert post(nurse, PATH, done(person)).status_code == 403
    assert Intervention.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "status", "pointer"),
    [
        ({"person": "x"}, 422, "person"),
        ({"kind": "MAGIC"}, 422, "kind"),
        ({"kind": ""}, 422, "kind"),
        ({"dose": 6.0}, 422, "dose"),
        ({"dose": "six"}, 422, "dose"),
        ({"dose": "NaN"}, 422, "dose"),
        ({"dose": "1" * 99}, 422, "dose"),
        ({"dose_unit": ""}, 422, "dose_unit"),
        ({"operator": "nobody-at-all"}, 422, "operator"),
        ({"operator": "system:sweep"}, 422, "operator"),
        ({"started_at": None}, 422, "started_at"),
        ({"started_at": "2199-01-01T00:00:00Z"}, 422, "started_at"),
        ({"ended_at": "2000-01-01T00:00:00Z"}, 422, "ended_at"),
        ({"detail": "a\u0007"}, 422, "detail"),
        ({"outcome": "good"}, 422, "outcome"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], status: int, pointer: str) -> None:
    officer, person = people.infection_control(), people.person()

    assert is_problem(post(officer, PATH, {**done(person), **change}), status, pointer)
    assert not Intervention.objects.exists()


def test_a_list_costs_the_same_however_long() -> None:
    officer, person = people.infection_control(), people.person()
    post(officer, PATH, done(person))
    _rows, queries = counted(officer, PATH, person=str(person.uid))
    for _more in range(3):
        post(officer, PATH, done(person))

    assert counted(officer, PATH, person=str(person.uid)) == (4, queries)
