"""Places, stays, census, triage and injuries over HTTP: by the same acts as the pages."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib.clock import database_now
from patients.actions import injuries, locations, triage
from patients.models import Encounter, LocationOpening
from tests import factories
from tests.calls import counted, get, is_problem, post
from tests.clients import client_of
from tests.patients import people
from tests.patients.people import DAY, HOUR

pytestmark = pytest.mark.django_db
STAYS, LOCATIONS, CENSUS = "/api/v1/stays", "/api/v1/locations", "/api/v1/census"


def said(moment: datetime) -> str:
    return moment.isoformat()


def test_somebody_is_admitted_moved_and_discharged() -> None:
    by, at, someone, ward = (
        people.infection_control(),
        database_now(),
        people.person(),
        people.ward(),
    )
    bed = people.ward(parent=ward, kind="BED")
    come = {"person": str(someone.uid), "location": ward.code, "started_at": said(at - HOUR)}

    stay = post(by, STAYS, come)
    moved = post(
        by,
        f"{STAYS}/{stay.json()['id']}/transfer",
        {"location": bed.code, "moved_at": said(at - HOUR / 2)},
    )
    here = get(by, STAYS, location=bed.code, is_open="true").json()["stays"]
    ended = post(by, f"{STAYS}/{moved.json()['id']}/discharge", {"ended_at": said(at)})

    assert [one.status_code for one in (stay, moved, ended)] == [201, 201, 201]
    assert here == [moved.json()]
    assert ended.json()["disposition"] == "DISCHARGED"
    assert len(get(by, STAYS, person=str(someone.uid)).json()["stays"]) == 2


def test_two_are_not_admitted_to_one_bed() -> None:
    by, at, bed = people.infection_control(), database_now(), people.ward(kind="BED")
    answers = [
        post(
            by,
            STAYS,
            {"person": str(people.person().uid), "location": bed.code, "started_at": said(at)},
        )
        for _number in range(2)
    ]

    assert answers[0].status_code == 201
    assert is_problem(answers[1], 422, "location")
    assert "Somebody is in this bed" in answers[1].content.decode()


def test_an_admission_sent_again_is_applied_once() -> None:
    by, at, someone = people.infection_control(), database_now(), people.person()
    come = {"person": str(someone.uid), "location": people.ward().code, "started_at": said(at)}

    first, again = (
        client_of(by).post(
            STAYS,
            json.dumps(come),
            content_type="application/json",
            headers={"Idempotency-Key": "8a4bd1c6-55d5-4a47-9a35-5f1c8f4f6f01"},
        )
        for _time in range(2)
    )

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert Encounter.objects.count() == 1


def test_nobody_moves_whom_they_do_not_reach() -> None:
    stay, at = people.admitted(people.person()), database_now()
    nurse = people.doctor_of(people.ward(), Role.NURSE)

    for path, body in (
        ("transfer", {"location": people.ward().code, "moved_at": said(at)}),
        ("discharge", {"ended_at": said(at)}),
    ):
        assert is_problem(post(nurse, f"{STAYS}/{stay.pk}/{path}", body), 404)
    assert is_problem(get(nurse, STAYS, person=str(stay.person.uid)), 404)
    assert get(nurse, STAYS, is_open="true").json()["stays"] == []


def test_who_moves_a_stay_has_looked_at_it() -> None:
    by, at, stay = people.infection_control(), database_now(), people.admitted(people.person())
    body = {"location": people.ward().code, "moved_at": said(at)}
    path = f"{STAYS}/{stay.pk}/transfer"

    assert is_problem(post(by, path, {**body, "location": "\x00"}), 422, "location")
    assert post(by, path, body).status_code == 201
    looks = ReadEvent.objects.filter(purpose="api", model="patients.encounter", pk_of=stay.pk)
    assert {(look.actor, look.person_id) for look in looks} == {(by.pk, stay.person_id)}


def test_a_place_is_closed_opened_and_given_another_capacity() -> None:
    by, tent = people.infection_control(), people.ward(kind="OVERFLOW")
    path = f"{LOCATIONS}/{tent.code}/openings"

    answers = [
        post(by, path, {"is_open": True, "reason": "surge"}),
        post(by, path, {"is_open": True, "capacity": 4, "reason": "surge"}),
        post(by, path, {"is_open": True, "capacity": 6, "reason": "more beds"}),
        post(by, path, {"is_open": False, "reason": "over"}),
        post(by, path, {"is_open": False, "reason": "again"}),
    ]

    assert [one.status_code for one in answers] == [422, 201, 201, 201, 409]
    listed = get(by, path).json()["openings"]
    assert [one["capacity"] for one in listed] == [None, 6, 4]
    places = get(by, LOCATIONS, kind="OVERFLOW").json()["locations"]
    assert [(one["code"], one["is_open"]) for one in places] == [(tent.code, False)]
    nurse = factories.principal(Role.NURSE)
    assert post(nurse, path, {"is_open": True, "capacity": 2, "reason": "x"}).status_code == 403
    assert LocationOpening.objects.count() == 3


def test_the_census_is_told_of_an_instant_and_what_changed() -> None:
    by, at, ward = people.infection_control(), database_now(), people.ward()
    people.ward(parent=ward, kind="BED")
    people.admitted(people.person(), ward)

    now = get(by, CENSUS).json()["census"]
    then = get(by, CENSUS, until=said(at - 2 * HOUR)).json()["census"]

    (here,) = [one for one in now if one["ward"] == ward.code]
    assert (here["people"], here["capacity"], here["arrivals"]) == (1, 1, 1)
    assert [one["people"] for one in then if one["ward"] == ward.code] == [0]
    assert get(factories.principal(Role.TECHNOLOGIST), CENSUS).status_code == 403


def test_triage_and_injuries_are_recorded_and_listed() -> None:
    by, at, someone = people.infection_control(), database_now(), people.person()
    of = {"person": str(someone.uid)}
    triage = {**of, "scale": "ESI", "category": "2", "assessed_at": said(at)}
    injury = {**of, "site": "hand", "kind": "BURN", "severity": 2, "found_at": said(at)}

    made = [
        post(by, "/api/v1/triage-assessments", triage),
        post(by, "/api/v1/injuries", injury),
    ]

    assert [one.status_code for one in made] == [201, 201]
    found = get(by, "/api/v1/triage-assessments", **of).json()["triage_assessments"]
    assert found == [made[0].json()]
    assert get(by, "/api/v1/injuries", **of).json()["injuries"] == [made[1].json()]


@pytest.mark.parametrize(
    ("path", "change", "status"),
    [
        ("stays", {"location": 7}, 422),
        ("stays", {"location": "nowhere"}, 422),
        ("stays", {"started_at": "soon"}, 422),
        ("stays", {"bed": "1"}, 422),
        ("stays", {"person": "x"}, 422),
        ("injuries", {"severity": "2"}, 422),
        ("injuries", {"severity": True}, 422),
        ("injuries", {"severity": [1]}, 422),
        ("injuries", {"kind": "GHOST"}, 422),
        ("triage-assessments", {"scale": "NONE"}, 422),
        ("triage-assessments", {"category": 2}, 422),
        ("triage-assessments", {"assessed_at": None}, 422),
    ],
)
def test_what_cannot_be_is_refused(path: str, change: dict[str, Any], status: int) -> None:
    by, at = people.infection_control(), said(database_now() - DAY)
    bodies: dict[str, dict[str, Any]] = {
        "stays": {"location": people.ward().code, "started_at": at},
        "injuries": {"site": "hand", "kind": "BURN", "severity": 2, "found_at": at},
        "triage-assessments": {"scale": "ESI", "category": "2", "assessed_at": at},
    }
    body = {"person": str(people.person().uid), **bodies[path], **change}

    pointer = next(iter(change)) if status == 422 else None
    assert is_problem(post(by, f"/api/v1/{path}", body), status, pointer)


@pytest.mark.parametrize(
    "asked",
    [
        {"until": "2999-01-01T00:00:00Z"},
        {"since": "x"},
        {"at": "now"},
        {"since": "1990-01-01T00:00:00Z"},
    ],
)
def test_a_census_that_cannot_be_is_refused(asked: dict[str, str]) -> None:
    answer = get(people.infection_control(), CENSUS, **asked)

    assert is_problem(answer, 422, next(iter(asked)))


def test_the_lists_take_the_same_queries_however_many_there_are() -> None:
    by, someone, ward = people.infection_control(), people.person(), people.ward()
    bed, of = people.ward(kind="BED"), {"person": str(someone.uid)}
    lists: dict[str, dict[str, str]] = {
        STAYS: {"is_open": "true"},
        LOCATIONS: {},
        f"{LOCATIONS}/{bed.code}/openings": {},
        "/api/v1/triage-assessments": of,
        "/api/v1/injuries": of,
    }
    taken: dict[str, list[tuple[int, int]]] = {path: [] for path in lists}
    for count in (2, 6):
        for _number in range(count):
            people.admitted(people.person(), people.ward(parent=ward, kind="BED"))
            at = database_now()
            given: dict[str, Any] = {"by": by, "at": at, "person": someone}
            locations.deactivate(by=by, at=at, location=bed, reason="cleaning")
            locations.activate(by=by, at=at, location=bed, reason="clean")
            triage.record(scale="ESI", category="2", assessed_at=at, **given)
            injuries.record(site="hand", kind="CUT", severity=1, found_at=at, **given)
        for path, asked in lists.items():
            taken[path].append(counted(by, path, **asked))

    for path, ((few, before), (many, after)) in taken.items():
        assert many >= few + 6, path
        assert before == after <= 20, path
