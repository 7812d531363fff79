"""What staff do beside the checks, over HTTP: who is on call, findings, notes taken, errors set right."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from assays.rules.intervals import CriticalLimits
from consent.models import ClearanceTransition, FindingClear, OnCall, PostingAnnulment
from consent.queries.clearances import clearance_of
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from patients.actions import logins
from tests.calls import counted, get, is_problem, post
from tests.consent.machine.loads import Loads
from tests.consent.programme import FAILED, World
from tests.factories import principal

pytestmark = pytest.mark.django_db
ON_CALL, FINDINGS, STATUS = "/api/v1/on-call", "/api/v1/findings", "/api/v1/nanite-status"
LOAD = {"nanite_analyte": "NANITE-LOAD", "nanite_maximum": Decimal(100)}


@pytest.fixture
def world() -> World:
    return World()


def shift(who):
    since = database_now()
    until = since + timedelta(hours=12)
    return {
        "principal": who.name,
        "since": since.isoformat(),
        "until": until.isoformat(),
    }


def test_a_clinician_is_put_on_call_and_taken_off(world) -> None:
    made = post(world.officer, ON_CALL, shift(world.examiner))
    assert made.status_code == 201, made.content
    now = get(world.officer, ON_CALL, current="1").json()["on_call"]

    ended = post(world.officer, f"{ON_CALL}/{made.json()['id']}/end")

    assert [one["principal"] for one in now] == [world.examiner.name]
    assert (ended.status_code, ended.json()["ended_at"] is not None) == (200, True)
    assert is_problem(post(world.officer, f"{ON_CALL}/{made.json()['id']}/end"), 409)
    assert get(world.officer, ON_CALL, current="1").json()["on_call"] == []
    assert len(get(world.officer, ON_CALL).json()["on_call"]) == 1


def test_nobody_is_put_on_call_twice_for_one_time(world) -> None:
    first = post(world.officer, ON_CALL, shift(world.examiner))

    again = post(world.officer, ON_CALL, shift(world.examiner))

    assert is_problem(again, 409)
    assert "on call then already" in again.json()["detail"]
    assert post(world.officer, f"{ON_CALL}/{first.json()['id']}/end").status_code == 200
    assert post(world.officer, ON_CALL, shift(world.examiner)).status_code == 201


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"principal": "nobody"}, "principal"),
        ({"principal": 7}, "principal"),
        ({"since": None}, "since"),
        ({"until": "soon"}, "until"),
        ({"until": "2020-01-01T00:00:00Z"}, "until"),
        ({"until": "2199-01-01T00:00:00Z"}, "until"),
        ({"who": "x"}, "who"),
    ],
)
def test_a_shift_that_cannot_be_meant_is_refused(world, change, pointer) -> None:
    assert is_problem(
        post(world.officer, ON_CALL, {**shift(world.examiner), **change}), 422, pointer
    )
    assert not OnCall.objects.exists()


def test_nobody_is_put_on_call_who_answers_no_alerts_nor_by_others(world) -> None:
    assert is_problem(post(world.officer, ON_CALL, shift(world.officer)), 422, "principal")
    for role in (Role.GATE_OFFICER, Role.NURSE, Role.PARTICIPANT):
        who = principal(role)
        assert post(who, ON_CALL, shift(world.examiner)).status_code == 403
        assert get(who, ON_CALL).status_code == 403
    assert is_problem(post(world.officer, f"{ON_CALL}/{2**40}/end"), 404)
    assert is_problem(get(world.officer, ON_CALL, current="no"), 422, "current")


def test_the_list_of_shifts_asks_as_many_questions_however_long_it_is(world) -> None:
    found = []
    for more in (1, 4):
        for _each in range(more):
            post(world.officer, ON_CALL, shift(world.physician()))
        found.append(counted(world.officer, ON_CALL))

    assert [rows for rows, _asked in found] == [1, 5]
    assert found[0][1] == found[1][1]


def test_nanite_status_is_that_of_the_clearance_and_a_finding_is_dealt_with() -> None:
    world = World(asks=LOAD)
    person = world.cleared()
    path = f"{STATUS}/{person.uid}"

    def told() -> tuple[bool, list[str]]:
        (need,) = get(world.officer, path, programme=world.programme.code).json()["asked"]
        return need["is_satisfied"], [one["reason"] for one in need["reasons"]]

    assert told() == (False, ["NANITE_MISSING"])
    loads, at = Loads(), database_now()
    loads.release(loads.record(person, 12, collected_at=at, at=at), at=at)
    assert told() == (True, [])
    limits = CriticalLimits("c", 1, "human", "*", 0, None, None, Decimal(100))
    loads.pattern.reference = {**loads.pattern.reference, "critical": [limits.to_json()]}
    at = database_now()
    critical = loads.record(person, 500, collected_at=at, at=at)
    answer = clearance_of(person, world.programme, at=database_now())
    assert [reason.value for reason in answer.reasons] == ["OPEN_FINDING"]
    body = {"result": critical.pk, "reason": "Seen; repeated."}
    own = world.physician()
    logins.link(by=world.officer, at=database_now(), person=person, principal=own)
    assert is_problem(post(own, FINDINGS, body), 403)
    assert not FindingClear.objects.exists()

    dealt = post(world.examiner, FINDINGS, body)

    assert (dealt.status_code, dealt.json()["result"]) == (201, critical.pk)
    listed = get(world.officer, FINDINGS, person=str(person.uid)).json()["findings"]
    told = [(one["result"], one["reason"], one["recorded_by"]) for one in listed]
    assert told == [(critical.pk, "Seen; repeated.", world.examiner.name)]
    assert is_problem(post(world.examiner, FINDINGS, body), 409)
    assert clearance_of(person, world.programme, at=database_now()).is_cleared
    for wrong, pointer in (({"result": "x"}, "result"), ({"reason": " "}, "reason")):
        assert is_problem(post(world.examiner, FINDINGS, {**body, **wrong}), 422, pointer)
    assert is_problem(post(world.examiner, FINDINGS, {**body, "result": 2**40}), 404)
    assert post(world.officer, FINDINGS, body).status_code == 403
    assert FindingClear.objects.count() == 1
    assert get(principal(Role.GATE_OFFICER), path, programme="x").status_code == 403
    assert is_problem(get(world.officer, path), 422, "programme")
    nobody = f"{STATUS}/00000000-0000-4000-8000-000000000000"
    assert is_problem(get(world.officer, nobody, programme=world.programme.code), 404)
    assert is_problem(get(world.participant(world.person()), path), 404)


def test_a_programme_that_asks_no_nanites_tells_of_none(world) -> None:
    person = world.person()

    answer = get(world.officer, f"{STATUS}/{person.uid}", programme=world.programme.code)

    assert (answer.status_code, answer.json()["asked"]) == (200, [])


def test_note_is_taken_of_a_lost_clearance_by_name_once(world) -> None:
    person = world.cleared()
    gained = ClearanceTransition.objects.latest("id")
    world.medical(person, FAILED)
    lost = ClearanceTransition.objects.latest("id")
    path = f"/api/v1/transitions/{lost.pk}/seen"

    first = post(world.officer, path)
    second = post(world.examiner, path)

    assert first.status_code == second.status_code == 200, first.content
    assert second.json()["seen_by"] == first.json()["seen_by"] == world.officer.display_name
    assert is_problem(post(world.officer, f"/api/v1/transitions/{gained.pk}/seen"), 409)
    assert is_problem(post(world.officer, f"/api/v1/transitions/{2**40}/seen"), 404)
    assert is_problem(post(world.officer, path, {"note": "x"}), 422, "note")
    assert post(principal(Role.GATE_OFFICER), path).status_code == 403


def test_a_posting_on_which_nobody_left_is_annulled_with_a_reason(world) -> None:
    made = world.post(world.cleared())
    path = f"/api/v1/postings/{made.uid}/annul"

    assert is_problem(post(world.officer, path), 422, "reason")
    assert post(world.examiner, path, {"reason": "Stayed."}).status_code == 403
    annulled = post(world.officer, path, {"reason": "Stayed behind."})

    assert (annulled.status_code, annulled.json()["state"]) == (201, "ERROR")
    assert is_problem(post(world.officer, path, {"reason": "Stayed behind."}), 409)
    assert PostingAnnulment.objects.get().reason == "Stayed behind."
    unknown = "/api/v1/postings/00000000-0000-4000-8000-000000000000/annul"
    assert is_problem(post(world.officer, unknown, {"reason": "x"}), 404)
