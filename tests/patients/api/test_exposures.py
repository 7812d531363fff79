"""Exposures over HTTP: of a person and by a person, once under a key, refused with words."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from patients.actions import links
from patients.models import Exposure
from tests import factories
from tests.calls import counted, get, is_problem, post
from tests.patients import people
from tests.patients.people import DAY

pytestmark = pytest.mark.django_db
PATH = "/api/v1/exposures"


def exposed(person: Any, **more: Any) -> dict[str, Any]:
    return {
        "person": str(person.uid),
        "agent": "nanites",
        "kind": "CONTACT",
        "certainty": "PROBABLE",
        "first_at": (database_now() - DAY).isoformat(),
        **more,
    }


def test_contacts_are_found_in_both_directions() -> None:
    officer, source, person = people.infection_control(), people.person(), people.person()
    made = post(officer, PATH, exposed(person, source_person=str(source.uid)))
    assert made.status_code == 201, made.content
    body = made.json()

    assert body["last_at"] == body["first_at"]
    assert get(officer, PATH, person=str(person.uid)).json()["exposures"] == [body]
    assert get(officer, PATH, source_person=str(source.uid)).json()["exposures"] == [body]
    assert get(officer, PATH, person=str(source.uid)).json()["exposures"] == []


def test_entries_of_one_person_have_their_exposures_together() -> None:
    officer, at = people.infection_control(), database_now()
    one, other = people.person(), people.person()
    post(officer, PATH, exposed(one))
    links.link(by=officer, at=at, duplicate=one, survivor=other, reason="same face")

    assert len(get(officer, PATH, person=str(other.uid)).json()["exposures"]) == 1


def test_nobody_lists_whom_they_do_not_reach() -> None:
    person = people.person()
    post(people.infection_control(), PATH, exposed(person))
    doctor, nurse = factories.principal(Role.WARD_DOCTOR), factories.principal(Role.NURSE)

    assert is_problem(get(doctor, PATH, person=str(person.uid)), 404)
    assert is_problem(post(doctor, PATH, exposed(person)), 404)
    assert get(nurse, PATH, person=str(person.uid)).status_code == 403
    assert Exposure.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "status", "pointer"),
    [
        ({"person": "x"}, 422, "person"),
        ({"person": str(uuid.UUID(int=7))}, 404, None),
        ({"source_person": "x"}, 422, "person"),
        ({"agent": " "}, 422, "agent"),
        ({"kind": "AIR"}, 422, "kind"),
        ({"certainty": ""}, 422, "certainty"),
        ({"first_at": "yesterday"}, 422, "first_at"),
        ({"first_at": "2199-01-01T00:00:00Z"}, 422, "first_at"),
        ({"last_at": "2000-01-01T00:00:00Z"}, 422, "last_at"),
        ({"doses": 2}, 422, "doses"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], status: int, pointer: str | None) -> None:
    officer, person = people.infection_control(), people.person()

    assert is_problem(post(officer, PATH, {**exposed(person), **change}), status, pointer)
    assert not Exposure.objects.exists()


def test_a_list_costs_the_same_however_long() -> None:
    officer, person = people.infection_control(), people.person()
    post(officer, PATH, exposed(person, source_person=str(people.person().uid)))
    one = counted(officer, PATH, person=str(person.uid))
    for _again in range(4):
        post(officer, PATH, exposed(person, source_person=str(people.person().uid)))

    assert counted(officer, PATH, person=str(person.uid)) == (5, one[1])
