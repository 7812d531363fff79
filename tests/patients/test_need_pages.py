"""Needs and kin of a patient on their page and over HTTP, within reach, at the same cost for many."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib.clock import database_now, hospital_day
from patients.models import CareNeed, RelatedPerson
from patients.rules.births import Birth, Precision
from tests.calls import counted, get, is_problem, post
from tests.clients import client_of
from tests.patients import people
from tests.patients.actions.test_needs import needed, related
from tests.patients.people import DAY, HOUR

pytestmark = pytest.mark.django_db
NEEDS, KIN = "/api/v1/care-needs", "/api/v1/related-persons"


def test_the_page_shows_what_is_needed_and_who_belongs_to_them() -> None:
    infant, parent = people.person(), people.person(family="Okafor")
    needed(infant, kind="OTHER", detail="breathes ammonia")
    needed(infant, kind="FEEDING", until=database_now() - HOUR / 2)
    related(infant, other=parent, name="", may_consent=True, basis="birth certificate")

    answer = client_of(people.infection_control()).get(reverse("needs", args=[infant.uid]))
    shown = answer.content.decode()

    for word in ("breathes ammonia", "not now", "Okafor", parent.mrn, "birth certificate"):
        assert word in shown
    assert ReadEvent.objects.filter(purpose="needs", person_id=infant.pk).exists()


def test_who_may_see_needs_and_no_kin_sees_no_kin() -> None:
    someone = people.person()
    needed(someone, kind="OTHER", detail="breathes ammonia")
    related(someone, name="Hidden")

    shown = client_of(Role.TECHNOLOGIST).get(reverse("needs", args=[someone.uid]))

    assert "breathes ammonia" in shown.content.decode()
    assert "Hidden" not in shown.content.decode()


def test_a_patient_out_of_reach_is_not_found() -> None:
    someone = people.person()
    nurse = people.doctor_of(people.ward(), Role.NURSE)

    assert client_of(nurse).get(reverse("needs", args=[someone.uid])).status_code == 404
    for path in (NEEDS, KIN):
        assert is_problem(get(nurse, path, person=str(someone.uid)), 404)


def test_the_page_takes_the_same_queries_however_many_there_are() -> None:
    someone = people.person()
    client, where = client_of(people.infection_control()), reverse("needs", args=[someone.uid])
    taken = []
    for count in (2, 6):
        for _number in range(count):
            needed(someone)
            related(someone, other=people.person(), name="")
        client.get(where)
        with CaptureQueriesContext(connection) as queries:
            client.get(where)
        taken.append(len(queries))

    assert taken[0] == taken[1] <= 25


def test_who_has_nobody_is_listed_at_the_same_cost_and_on_record() -> None:
    client, where = client_of(people.infection_control()), reverse("without-kin")
    taken, every = [], []
    born = hospital_day(database_now()) - 200 * DAY
    for count in (1, 5):
        every += [
            people.person(birth=Birth(born, Precision.DAY), family=f"Okafor{number}")
            for number in range(count)
        ]
        client.get(where)
        with CaptureQueriesContext(connection) as queries:
            shown = client.get(where).content.decode()
        taken.append(len(queries))

    assert taken[0] == taken[1] <= 25
    assert all(one.mrn in shown for one in every)
    assert '<span class="facet-count">6</span>' in shown
    assert ReadEvent.objects.filter(purpose="without kin", person_id=every[0].pk).exists()
    assert "Okafor0" not in client.get(where, {"show": "MINOR"}).content.decode()
    for odd in ("x", "-1", "99999999999999999999", "\0"):
        assert client.get(where, {"show": odd, "after": odd}).status_code == 200


def test_who_may_not_see_kin_sees_no_list_of_those_without() -> None:
    assert client_of(Role.TECHNOLOGIST).get(reverse("without-kin")).status_code == 403


def test_needs_and_kin_are_recorded_and_listed_over_http() -> None:
    by, someone, other = people.infection_control(), people.person(), people.person()
    of = {"person": str(someone.uid)}
    since = {**of, "since": database_now().isoformat()}

    need = post(by, NEEDS, {**since, "kind": "SENSORY", "detail": "hears no low sounds"})
    kin = post(
        by, KIN, {**since, "relation": "PARTNER", "other": str(other.uid), "is_contact": True}
    )

    assert (need.status_code, kin.status_code) == (201, 201)
    assert get(by, NEEDS, **of).json()["care_needs"] == [need.json()]
    assert get(by, KIN, **of).json()["related_persons"] == [kin.json()]
    assert kin.json()["other"] == str(other.uid)


@pytest.mark.parametrize(
    ("path", "change", "status"),
    [
        (NEEDS, {"kind": "GOLD"}, 422),
        (NEEDS, {"kind": 7}, 422),
        (NEEDS, {"since": None}, 422),
        (NEEDS, {"until": "soon"}, 422),
        (NEEDS, {"detail": "x" * 121}, 422),
        (KIN, {"relation": "PET"}, 422),
        (KIN, {"is_guardian": "yes"}, 422),
        (KIN, {"may_consent": 1}, 422),
        (KIN, {"other": "x"}, 422),
        (KIN, {"other": "7d444840-9dc0-11d1-b245-5ffdce74fad2"}, 404),
        (KIN, {"login": "ruth"}, 422),
    ],
)
def test_what_cannot_be_is_refused(path: str, change: dict[str, Any], status: int) -> None:
    given: dict[str, Any] = {
        NEEDS: {"kind": "MOBILITY"},
        KIN: {"relation": "CHILD", "name": "Ruth", "is_guardian": True},
    }[path]
    at = database_now().isoformat()
    body = {"person": str(people.person().uid), "since": at, **given, **change}
    pointer = next(iter(change)) if status == 422 else None

    assert is_problem(post(people.infection_control(), path, body), status, pointer)
    assert not CareNeed.objects.exists()
    assert not RelatedPerson.objects.exists()


def test_the_lists_take_the_same_queries_however_many_there_are() -> None:
    by, someone = people.infection_control(), people.person()
    taken: dict[str, list[int]] = {NEEDS: [], KIN: []}
    for count in (2, 6):
        for _number in range(count):
            needed(someone)
            related(someone, other=people.person(), name="")
        for path, costs in taken.items():
            costs.append(counted(by, path, person=str(someone.uid))[1])

    for few, many in taken.values():
        assert few == many <= 20
