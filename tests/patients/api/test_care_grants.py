"""Grants of visiting clinicians over HTTP: by the same acts as the pages, within the same reach."""

from __future__ import annotations

from typing import Any

import pytest

from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib.clock import database_now
from patients.models import CareGrant
from tests import factories
from tests.calls import counted, get, is_problem, post
from tests.patients import people
from tests.patients.people import DAY, HOUR

pytestmark = pytest.mark.django_db
GRANTS = "/api/v1/care-grants"


def asked(visitor: Principal | None = None, **more: Any) -> dict[str, Any]:
    visitor = visitor or factories.principal(Role.VISITING_CLINICIAN)
    until = database_now() + DAY
    stated = {"principal": visitor.name, "reason": "opinion", "until": until.isoformat(), **more}
    return {"person": str(people.person().uid), **stated} if "person" not in more else stated


def test_a_patient_is_granted_listed_and_the_grant_ended() -> None:
    by, other = factories.principal(Role.PATHOLOGIST), people.person()
    body = asked(service="Thaal medical mission", species="human")

    made = post(by, GRANTS, body)
    post(by, GRANTS, asked(person=str(other.uid)))
    listed = get(by, GRANTS, person=body["person"]).json()["care_grants"]
    ended = post(by, f"{GRANTS}/{made.json()['id']}/end", {"reason": "visit over"})
    again = post(by, f"{GRANTS}/{made.json()['id']}/end", {"reason": "visit over"})

    assert (made.status_code, ended.status_code, again.status_code) == (201, 201, 409)
    assert listed == [made.json()]
    assert (listed[0]["service"], listed[0]["species"]) == ("Thaal medical mission", "human")
    assert ended.json()["until"] < listed[0]["until"]
    grant = CareGrant.objects.get(pk=made.json()["id"])
    assert grant.until <= database_now()
    assert ReadEvent.objects.filter(purpose="api", person_id=grant.person_id).exists()


def test_the_interface_opens_to_a_visitor_what_is_granted_while_it_is() -> None:
    by, mine, other = factories.principal(Role.PATHOLOGIST), people.person(), people.person()
    stays = [people.admitted(one) for one in (mine, other)]
    visitor = factories.principal(Role.VISITING_CLINICIAN)
    made = post(by, GRANTS, asked(visitor, person=str(mine.uid))).json()

    def reached(path: str) -> list[Any]:
        return next(iter(get(visitor, f"/api/v1/{path}").json().values()))

    during = reached("stays?is_open=true")
    refused = get(visitor, "/api/v1/stays", person=str(other.uid))
    post(by, f"{GRANTS}/{made['id']}/end", {"reason": "visit over"})
    after = reached("stays?is_open=true")

    assert [one["id"] for one in during] == [stays[0].pk]
    assert after == []
    for path in ("stays", "injuries", "triage-assessments"):
        assert is_problem(get(visitor, f"/api/v1/{path}", person=str(mine.uid)), 404)
    assert is_problem(refused, 404)
    for path in ("census", "care-grants"):
        assert get(visitor, f"/api/v1/{path}").status_code == 403


@pytest.mark.parametrize(
    ("change", "status", "pointer"),
    [
        ({"principal": "nobody-here"}, 422, "principal"),
        ({"principal": 7}, 422, "principal"),
        ({"principal": ""}, 422, "principal"),
        ({"species": "dragon"}, 422, "species"),
        ({"species": ["human"]}, 422, "species"),
        ({"service": "x" * 121}, 422, "service"),
        ({"reason": " "}, 422, "reason"),
        ({"until": None}, 422, "until"),
        ({"until": "2020-01-01T00:00:00Z"}, 422, "until"),
        ({"until": "2026-01-01"}, 422, "until"),
        ({"since": "soon"}, 422, "since"),
        ({"person": "x"}, 422, "person"),
        ({"person": "7d444840-9dc0-11d1-b245-5ffdce74fad2"}, 404, None),
        ({"forever": True}, 422, "forever"),
    ],
)
def test_a_grant_that_cannot_be_is_refused(
    change: dict[str, Any], status: int, pointer: str | None
) -> None:
    answer = post(factories.principal(Role.PATHOLOGIST), GRANTS, asked(**change))

    assert is_problem(answer, status, pointer)
    assert not CareGrant.objects.exists()


def test_nobody_but_a_visitor_is_granted_a_patient_and_by_nobody_else() -> None:
    nurse, doctor = factories.principal(Role.NURSE), people.doctor_of(people.ward())

    assert is_problem(
        post(factories.principal(Role.PATHOLOGIST), GRANTS, asked(nurse)), 422, "principal"
    )
    assert post(nurse, GRANTS, asked()).status_code == 403
    assert is_problem(post(doctor, GRANTS, asked()), 404)


def test_a_ward_doctor_ends_and_lists_the_grants_of_their_patients_alone() -> None:
    ward, mine = people.ward(), people.person()
    people.admitted(mine, ward)
    doctor, by = people.doctor_of(ward), factories.principal(Role.PATHOLOGIST)
    here = post(doctor, GRANTS, asked(person=str(mine.uid))).json()
    there = post(by, GRANTS, asked()).json()

    assert [one["id"] for one in get(doctor, GRANTS).json()["care_grants"]] == [here["id"]]
    assert is_problem(post(doctor, f"{GRANTS}/{there['id']}/end", {"reason": "x"}), 404)
    assert post(doctor, f"{GRANTS}/{here['id']}/end", {"reason": "over"}).status_code == 201


def test_the_list_takes_the_same_queries_however_many_there_are() -> None:
    by = factories.principal(Role.PATHOLOGIST)
    taken = []
    for count in (2, 6):
        for _number in range(count):
            post(by, GRANTS, asked())
        taken.append(counted(by, GRANTS))

    assert [rows for rows, _queries in taken] == [2, 8]
    assert taken[0][1] == taken[1][1] <= 20


def test_a_grant_holds_from_its_beginning_up_to_its_end() -> None:
    by, mine = factories.principal(Role.PATHOLOGIST), people.person()
    visitor = factories.principal(Role.VISITING_CLINICIAN)
    since = (database_now() + HOUR).isoformat()
    made = post(by, GRANTS, asked(visitor, person=str(mine.uid), since=since)).json()

    assert is_problem(get(visitor, "/api/v1/stays", person=str(mine.uid)), 404)
    ended = post(by, f"{GRANTS}/{made['id']}/end", {"reason": "not coming"}).json()
    assert ended["since"] == ended["until"] == made["since"]
