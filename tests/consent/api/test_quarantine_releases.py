"""The release of a quarantine over HTTP: what its criteria say, and a lift that rests on them."""

from __future__ import annotations

import json
import uuid

import pytest

from assays.actions import results
from assays.rules.signatures import Meaning
from consent.models import QuarantineRelease
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib.clock import database_now
from patients.models import QuarantineLift
from tests.calls import counted, get, is_problem, post
from tests.clients import client_of
from tests.consent import nanites
from tests.consent.actions.test_quarantine_releases import asked
from tests.factories import principal
from tests.patients import people
from tests.patients.people import DAY
from tests.patients.quarantined import ordered
from tests.signing import signing

pytestmark = pytest.mark.django_db
LIFTS = "/api/v1/quarantine-lifts"


def path(order) -> str:
    return f"/api/v1/quarantine-orders/{order.pk}/release"


def lifting() -> dict[str, str]:
    return {"lifted_at": database_now().isoformat(), "reason": "low load"}


def test_each_criterion_says_what_counts_without_the_values() -> None:
    order, officer = asked(), people.infection_control()
    found = nanites.released(order.person, 37)

    body = get(officer, path(order)).json()

    assert body["verdict"] == "MET"
    assert body["criteria"][0]["results"] == [["COUNTED", found.pk]]
    assert set(body["criteria"][0]) == {"criterion", "verdict", "missing", "results", "review"}
    assert ReadEvent.objects.filter(actor=officer.pk, person_id=order.person_id).exists()


def test_a_lift_sent_again_is_made_once_and_judged_when_it_is_made() -> None:
    order, officer = asked(), people.infection_control()
    client, body = client_of(officer), json.dumps(lifting())
    nanites.released(order.person, 12)
    key = {"Idempotency-Key": str(uuid.uuid4())}

    first, second = (
        client.post(path(order), body, content_type="application/json", headers=key)
        for _each in range(2)
    )

    assert (first.status_code, first.json()["verdict"]) == (201, "MET")
    assert second.json() == first.json()
    assert QuarantineRelease.objects.get().verdict == "MET"


def test_a_withdrawn_result_lets_nobody_go() -> None:
    order, officer, doctor = asked(), people.infection_control(), principal(Role.PATHOLOGIST)
    result = nanites.released(order.person, 12)
    results.mark_entered_in_error(
        result=result,
        signing=signing(doctor, Meaning.WITHDRAWN),
        by=doctor,
        at=database_now(),
        reason="Another patient's tube.",
    )

    assert is_problem(post(officer, path(order), lifting()), 409)
    shown = get(officer, path(order)).json()["criteria"][0]
    assert (shown["verdict"], shown["missing"]) == ("NOT_MET", 1)
    assert shown["results"] == [["WITHDRAWN", result.pk]]
    assert not QuarantineLift.objects.exists()


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"lifted_at": "soon"}, "lifted_at"),
        ({"lifted_at": None}, "lifted_at"),
        ({"lifted_at": "ahead"}, "lifted_at"),
        ({"reason": " "}, "reason"),
        ({"reason": "a\x00b"}, "reason"),
        ({"verdict": "MET"}, "verdict"),
    ],
)
def test_a_lift_that_cannot_be_is_refused(change, pointer) -> None:
    order = asked()
    nanites.released(order.person, 12)
    ahead = (database_now() + DAY).isoformat()
    stated = {name: ahead if value == "ahead" else value for name, value in change.items()}

    answer = post(people.infection_control(), path(order), {**lifting(), **stated})

    assert is_problem(answer, 422, pointer)
    assert not QuarantineLift.objects.exists()


@pytest.mark.parametrize(
    ("role", "seen", "lifted"),
    [(Role.NURSE, 404, 403), (Role.GATE_OFFICER, 403, 403), (Role.SCREENING_OFFICER, 200, 403)],
)
def test_who_may_not_lift_does_not(role, seen, lifted) -> None:
    order, by = asked(), principal(role)

    assert get(by, path(order)).status_code == seen
    assert post(by, path(order), lifting()).status_code == lifted


def test_lifts_are_listed_with_what_the_criteria_said() -> None:
    order, officer = asked(), people.infection_control()
    nanites.released(order.person, 12)
    done = post(officer, path(order), lifting()).json()

    (told,) = get(officer, LIFTS, person=str(order.person.uid)).json()["quarantine_lifts"]

    assert (told["order"], told["verdict"]) == (order.pk, "MET")
    assert (told["person"], told["agent"]) == (str(order.person.uid), order.agent)
    assert told["lifted_at"] == done["lifted_at"]
    assert told["reason"] == "low load"
    assert get(officer, LIFTS, verdict="NONE").json()["quarantine_lifts"] == []
    assert is_problem(get(officer, LIFTS), 422, "person")
    assert is_problem(get(officer, LIFTS, verdict="GOOD"), 422, "verdict")
    assert ReadEvent.objects.filter(actor=officer.pk, person_id=order.person_id).exists()


def test_nobody_is_told_of_lifts_beyond_their_reach() -> None:
    order = ordered(agent="")
    post(people.infection_control(), path(order), lifting())
    nurse, gate = principal(Role.NURSE), principal(Role.GATE_OFFICER)

    assert is_problem(get(nurse, LIFTS, person=str(order.person.uid)), 404)
    assert get(nurse, LIFTS, kind="HOSPITAL").json()["quarantine_lifts"] == []
    assert get(gate, LIFTS, kind="HOSPITAL").status_code == 403


def test_a_list_of_lifts_costs_the_same_however_long() -> None:
    officer, found = people.infection_control(), []
    for more in (1, 4):
        for _each in range(more):
            post(officer, path(ordered(agent="")), lifting())
        found.append(counted(officer, LIFTS, kind="HOSPITAL"))

    assert found == [(1, found[0][1]), (5, found[0][1])]
