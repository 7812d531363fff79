"""Quarantine over HTTP: ordered by rule, reviewed, broken and lifted, or refused with words."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from consent.models import QuarantineRelease
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from patients.models import Exposure, QuarantineBreach, QuarantineOrder, QuarantineReview
from tests import factories
from tests.calls import counted, get, is_problem, post
from tests.clients import client_of
from tests.consent.actions.test_quarantine_releases import asked
from tests.patients import people
from tests.patients.people import DAY, HOUR
from tests.patients.quarantined import exposed, ordered, rule

pytestmark = pytest.mark.django_db
PATH = "/api/v1/quarantine-orders"


def stated(person: Any, **more: Any) -> dict[str, Any]:
    return {
        "person": str(person.uid),
        "kind": "HOSPITAL",
        "agent": "nanites",
        "reason": "contact",
        "starts_at": (database_now() - HOUR).isoformat(),
        **more,
    }


def test_an_order_answers_with_the_end_that_its_rule_gives() -> None:
    officer, person, at = people.infection_control(), people.person(), database_now()
    rule()
    exposed(person, at - DAY)

    made = post(officer, PATH, stated(person))
    assert made.status_code == 201, made.content
    exposed(person, at)
    (listed,) = get(officer, PATH, person=str(person.uid)).json()["quarantine_orders"]

    assert made.json()["state"] == "IN_FORCE"
    assert made.json()["ends_at"] == made.json()["derived_ends_at"]
    assert listed["ends_at"] == made.json()["ends_at"] < listed["ends_in_force_at"]


def test_an_order_sent_again_is_made_once() -> None:
    officer, person = people.infection_control(), people.person()
    client, body = client_of(officer), json.dumps(stated(person))
    key = {"Idempotency-Key": str(uuid.uuid4())}

    first, second = (
        client.post(PATH, body, content_type="application/json", headers=key) for _each in range(2)
    )

    assert first.json() == second.json()
    assert QuarantineOrder.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "status", "pointer"),
    [
        ({"person": "x"}, 422, "person"),
        ({"person": str(uuid.UUID(int=7))}, 404, None),
        ({"kind": "ELSEWHERE"}, 422, "kind"),
        ({"kind": 7}, 422, "kind"),
        ({"starts_at": "tomorrow"}, 422, "starts_at"),
        ({"starts_at": None}, 422, "starts_at"),
        ({"ends_at": "2020-01-01T00:00:00Z"}, 422, "ends_at"),
        ({"location": "nowhere"}, 422, "location"),
        ({"reason": ""}, 422, "reason"),
        ({"reason": "a\x00b"}, 422, "reason"),
        ({"more": 1}, 422, "more"),
    ],
)
def test_what_cannot_be_ordered_is_refused(change, status, pointer) -> None:
    answer = post(people.infection_control(), PATH, {**stated(people.person()), **change})

    assert is_problem(answer, status, pointer)
    assert not QuarantineOrder.objects.exists()


def test_reviews_and_breaches_stand_below_their_order() -> None:
    officer, order, met = people.infection_control(), ordered(), people.person()
    at = database_now().isoformat()
    review = {"outcome": "CONTINUE", "signs": "PRESENT", "findings": "pale", "reviewed_at": at}
    breach = {"kind": "LEFT", "seen_at": at, "place": "dock", "witness": "guard"}

    assert post(officer, f"{PATH}/{order.pk}/reviews", review).status_code == 201
    done = post(officer, f"{PATH}/{order.pk}/breaches", {**breach, "contacts": [str(met.uid)]})
    wrong = post(officer, f"{PATH}/{order.pk}/breaches", {**breach, "contacts": "x"})
    unknown = post(officer, f"{PATH}/{order.pk}/breaches", {**breach, "contacts": ["x"]})
    poor = post(officer, f"{PATH}/{order.pk}/reviews", {**review, "outcome": "FREE"})

    assert done.json()["contacts"] == 1
    assert Exposure.objects.get().person == met
    assert is_problem(wrong, 422, "contacts")
    assert is_problem(unknown, 422, "person")
    assert is_problem(poor, 422, "outcome")
    assert len(get(officer, f"{PATH}/{order.pk}/reviews").json()["reviews"]) == 1
    assert len(get(officer, f"{PATH}/{order.pk}/breaches").json()["breaches"]) == 1
    assert (QuarantineReview.objects.count(), QuarantineBreach.objects.count()) == (1, 1)


def test_a_lift_is_judged_there_as_well() -> None:
    officer, kept, free = people.infection_control(), asked(), ordered(agent="")
    body = {"lifted_at": database_now().isoformat(), "reason": "over"}

    shown = get(officer, f"{PATH}/{kept.pk}/release").json()
    refused = post(officer, f"{PATH}/{kept.pk}/release", body)
    done = post(officer, f"{PATH}/{free.pk}/release", body)

    assert shown["verdict"] == "NOT_MET"
    assert shown["criteria"][0]["missing"] == 1
    assert is_problem(refused, 409)
    assert done.status_code == 201
    assert done.json()["verdict"] == "NONE"
    assert QuarantineRelease.objects.get().lift.order == free


def test_nobody_reads_or_acts_beyond_their_reach() -> None:
    order = ordered()
    nurse, gate = factories.principal(Role.NURSE), factories.principal(Role.GATE_OFFICER)

    for path in (f"{PATH}/{order.pk}/reviews", f"{PATH}/{order.pk}/release"):
        assert is_problem(get(nurse, path), 404)
        assert get(gate, path).status_code == 403
    assert is_problem(get(nurse, PATH, person=str(order.person.uid)), 404)
    assert post(nurse, PATH, stated(order.person)).status_code == 403
    assert post(nurse, f"{PATH}/{order.pk}/release", {}).status_code == 403


def test_a_list_asks_as_many_questions_of_many_as_of_few() -> None:
    officer = people.infection_control()
    rule()
    asked_for = []
    for more in (2, 5):
        for _each in range(more):
            exposed(ordered().person, database_now())
        asked_for.append(counted(officer, PATH, kind="HOSPITAL"))

    assert asked_for == [(2, asked_for[0][1]), (7, asked_for[0][1])]
