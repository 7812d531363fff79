"""Programmes and their versions over HTTP: drafted by one, approved by another, never loosely typed."""

from __future__ import annotations

import pytest

from consent.actions import programmes
from consent.models import Programme, ProgrammeVersion
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests.calls import counted, get, is_problem, post
from tests.consent.programme import World, hours
from tests.factories import principal

pytestmark = pytest.mark.django_db
PROGRAMMES, VERSIONS = "/api/v1/programmes", "/api/v1/programme-versions"


@pytest.fixture
def world() -> World:
    return World()


def draft(world: World, **asks):
    later = (database_now() + hours(1)).isoformat()
    return {"programme": world.programme.code, "effective_from": later, **asks}


def test_a_programme_is_founded_once_and_listed(world) -> None:
    body = {"code": "far-reach", "name": "Far reach", "destination": "Station 9"}

    made = post(world.manager, PROGRAMMES, body)

    assert made.status_code == 201, made.content
    assert get(world.officer, PROGRAMMES, code="far-reach").json()["programmes"] == [made.json()]
    assert is_problem(post(world.manager, PROGRAMMES, body), 422, "code")
    assert Programme.objects.filter(code="far-reach").count() == 1


def test_a_version_is_drafted_by_one_and_approved_by_another(world) -> None:
    asks = {
        "nanite_analyte": "NANITE-LOAD",
        "nanite_maximum": 100,
        "check_validity_hours": 72,
        "admits_minors": True,
        "minimum_age_years": None,
        "questionnaires": ["PCL-5"],
    }

    made = post(world.manager, VERSIONS, draft(world, **asks))
    assert made.status_code == 201, made.content
    version = made.json()
    path = f"{VERSIONS}/{version['id']}"
    own = post(world.manager, f"{path}/approve")
    approved = post(world.examiner, f"{path}/approve")
    again = post(world.examiner, f"{path}/approve")
    late = post(world.manager, f"{path}/discard")

    assert {name: version[name] for name in asks} == {**asks, "nanite_maximum": "100"}
    assert (version["number"], version["approved_at"], version["recall_within_hours"]) == (
        2,
        None,
        48,
    )
    assert is_problem(own, 403)
    assert approved.status_code == 200
    assert approved.json()["approved_by"] == world.examiner.name
    assert is_problem(again, 409)
    assert is_problem(late, 409)
    listed = get(world.officer, VERSIONS, programme=world.programme.code).json()
    assert [one["number"] for one in listed["programme_versions"]] == [2, 1]


def test_a_draft_is_discarded(world) -> None:
    version = post(world.manager, VERSIONS, draft(world)).json()

    gone = post(world.manager, f"{VERSIONS}/{version['id']}/discard")

    assert gone.status_code == 200
    assert gone.json()["discarded_at"]
    assert is_problem(post(world.examiner, f"{VERSIONS}/{version['id']}/approve"), 409)
    assert is_problem(post(world.examiner, f"{VERSIONS}/{2**40}/approve"), 404)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"programme": "no-such"}, "programme"),
        ({"effective_from": None}, "effective_from"),
        ({"effective_from": "soon"}, "effective_from"),
        ({"effective_from": "2020-01-01T00:00:00Z"}, "effective_from"),
        ({"check_validity_hours": "72"}, "check_validity_hours"),
        ({"check_validity_hours": True}, "check_validity_hours"),
        ({"check_validity_hours": None}, "check_validity_hours"),
        ({"check_validity_hours": 1.5}, "check_validity_hours"),
        ({"check_validity_hours": 0}, "check_validity_hours"),
        ({"check_validity_hours": -1}, "check_validity_hours"),
        ({"check_validity_hours": 10**12}, "check_validity_hours"),
        ({"minimum_age_years": 40_000}, "minimum_age_years"),
        ({"minimum_age_years": 12}, "minimum_age_years"),
        ({"admits_minors": "yes"}, "admits_minors"),
        ({"requires_medical": None}, "requires_medical"),
        ({"nanite_maximum": "100"}, "nanite_maximum"),
        ({"nanite_maximum": 100}, "nanite_maximum"),
        ({"nanite_maximum": "many", "nanite_analyte": "NANITE-LOAD"}, "nanite_maximum"),
        ({"nanite_maximum": "NaN", "nanite_analyte": "NANITE-LOAD"}, "nanite_maximum"),
        ({"nanite_maximum": True, "nanite_analyte": "NANITE-LOAD"}, "nanite_maximum"),
        ({"nanite_analyte": 7}, "nanite_analyte"),
        ({"nanite_analyte": "x" * 33}, "nanite_analyte"),
        ({"note": "\x00"}, "note"),
        ({"note": 7}, "note"),
        ({"questionnaires": "PHQ-9"}, "questionnaires"),
        ({"questionnaires": {}}, "questionnaires"),
        ({"questionnaires": ["WHO-6"]}, "questionnaires"),
        ({"approved_at": "2026-01-01T00:00:00Z"}, "approved_at"),
        ({"number": 9}, "number"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_a_problem_of_its_field(world, change, pointer) -> None:
    answer = post(world.manager, VERSIONS, draft(world, **change))

    assert is_problem(answer, 422, pointer)
    assert ProgrammeVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"code": "", "name": "x"}, "code"),
        ({"code": "two words", "name": "x"}, "code"),
        ({"code": "x" * 33, "name": "x"}, "code"),
        ({"code": "far", "name": ""}, "name"),
        ({"code": "far", "name": 7}, "name"),
        ({"code": "far", "name": "x" * 121}, "name"),
        ({"code": "far", "name": "x", "destination": "x" * 121}, "destination"),
        ({"code": "far", "name": "x", "is_active": False}, "is_active"),
        ([], None),
    ],
)
def test_a_programme_that_cannot_be_meant_is_refused(world, body, pointer) -> None:
    assert is_problem(post(world.manager, PROGRAMMES, body), 422, pointer)


def test_others_are_refused(world) -> None:
    version = post(world.manager, VERSIONS, draft(world)).json()["id"]
    for role in (Role.SCREENING_OFFICER, Role.PSYCHOLOGIST, Role.GATE_OFFICER, Role.PARTICIPANT):
        who = principal(role)
        assert post(who, PROGRAMMES, {"code": "far", "name": "Far"}).status_code == 403
        assert post(who, VERSIONS, draft(world)).status_code == 403
        assert post(who, f"{VERSIONS}/{version}/approve").status_code == 403
        assert post(who, f"{VERSIONS}/{version}/discard").status_code == 403
    for role in (Role.GATE_OFFICER, Role.NURSE, Role.PARTICIPANT):
        assert get(principal(role), PROGRAMMES).status_code == 403
        asked = {"programme": world.programme.code}
        assert get(principal(role), VERSIONS, **asked).status_code == 403
    assert is_problem(get(world.officer, VERSIONS), 422, "programme")
    assert is_problem(get(world.officer, PROGRAMMES, name="x"), 422, "name")


def test_the_lists_ask_as_many_questions_however_long_they_are(world) -> None:
    def found() -> list[tuple[int, int]]:
        asked = {"programme": world.programme.code}
        return [counted(world.manager, VERSIONS, **asked), counted(world.manager, PROGRAMMES)]

    before = found()
    for _each in range(4):
        World()
        made = post(world.manager, VERSIONS, draft(world)).json()
        version = ProgrammeVersion.objects.get(pk=made["id"])
        programmes.approve_version(version=version, by=world.examiner, at=database_now())
    after = found()

    assert [rows for rows, _asked in after] == [rows + 4 for rows, _asked in before]
    assert [asked for _rows, asked in after] == [asked for _rows, asked in before]
