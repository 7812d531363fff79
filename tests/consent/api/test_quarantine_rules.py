"""Rules of quarantine over HTTP: drafted by one, approved by another, or refused with words."""

from __future__ import annotations

from typing import Any

import pytest

from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from patients.models import QuarantineRule
from patients.queries import quarantine_rules
from tests.calls import counted, get, is_problem, post, post_twice
from tests.consent import nanites
from tests.factories import principal
from tests.patients import following, people
from tests.patients.people import DAY
from tests.patients.quarantined import rule

pytestmark = pytest.mark.django_db
PATH = "/api/v1/quarantine-rules"
LOW = {
    **{"analyte": "NANITE-LOAD", "asks": "BELOW", "limit": "100", "unit": "{nanites}/uL"},
    **{"times": 2, "hours_apart": 24},
}


def stated(**more: Any) -> dict[str, Any]:
    return {
        "agent": "nanites",
        "kind": "HOSPITAL",
        "days": 10,
        "review_every_days": 1,
        "source": "policy of the house",
        **more,
    }


@pytest.fixture
def catalogue() -> None:
    nanites.released(people.person(), 12)


def test_a_rule_is_drafted_by_one_and_approved_by_another(catalogue) -> None:
    officer, other = people.infection_control(), people.infection_control()

    made = post(officer, PATH, stated(criteria=[LOW], signs_gone=True))
    assert made.status_code == 201, made.content
    draft = made.json()
    path = f"{PATH}/{draft['id']}/approve"
    assert quarantine_rules.in_force("nanites", "HOSPITAL", at=database_now()) is None
    assert is_problem(post(officer, path), 403)
    done = post(other, path)

    assert (draft["criteria"], draft["signs_gone"], draft["until_lifted"]) == ([LOW], True, False)
    assert (draft["drafted_by"], draft["approved_by"]) == (officer.name, None)
    assert done.status_code == 201, done.content
    assert (done.json()["approved_by"], done.json()["is_in_force"]) == (other.name, True)
    assert get(officer, PATH, agent="NANITES").json()["quarantine_rules"] == [done.json()]
    assert get(officer, PATH, kind="HOME").json()["quarantine_rules"] == []
    assert is_problem(post(other, path), 409)
    assert is_problem(post(other, f"{PATH}/0/approve"), 404)


def test_a_rule_may_come_into_force_later() -> None:
    officer, other, at = people.infection_control(), people.infection_control(), database_now()
    before = rule()
    draft = post(officer, PATH, stated(days=12)).json()
    path, ahead = f"{PATH}/{draft['id']}/approve", (at + 2 * DAY).isoformat()

    assert is_problem(post(other, path, {"in_force_from": "soon"}), 422, "in_force_from")
    past = {"in_force_from": (at - DAY).isoformat()}
    assert is_problem(post(other, path, past), 422, "in_force_from")
    assert is_problem(post(other, path, {"days": 2}), 422, "days")
    assert post(other, path, {"in_force_from": ahead}).json()["is_in_force"] is False

    told = get(officer, PATH, agent="nanites").json()["quarantine_rules"]
    assert [(one["id"], one["is_in_force"]) for one in told] == [
        (draft["id"], False),
        (before.pk, True),
    ]


def test_the_rules_of_an_agent_are_found_by_its_name_and_its_code() -> None:
    officer, agent = people.infection_control(), following.agent()
    rule(agent=agent.name)
    rule(agent=agent.code, kind="HOME")

    for text in (agent.name, agent.code.upper()):
        assert len(get(officer, PATH, agent=text).json()["quarantine_rules"]) == 2


def test_what_is_sent_again_is_done_once() -> None:
    officer, other = people.infection_control(), people.infection_control()

    first, second = post_twice(officer, PATH, stated())
    path = f"{PATH}/{first.json()['id']}/approve"
    done, again = post_twice(other, path, {})

    assert (first.status_code, second.json()) == (201, first.json())
    assert (done.status_code, again.json()) == (201, done.json())
    assert QuarantineRule.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"agent": " "}, "agent"),
        ({"agent": "a\x00b"}, "agent"),
        ({"kind": "ELSEWHERE"}, "kind"),
        ({"days": 0}, "days"),
        ({"days": "10"}, "days"),
        ({"days": 10**30}, "days"),
        ({"review_every_days": None}, "review_every_days"),
        ({"source": ""}, "source"),
        ({"signs_gone": "yes"}, "signs_gone"),
        ({"until_lifted": 1}, "until_lifted"),
        ({"criteria": {}}, "criteria"),
        ({"criteria": ["x"]}, "criteria"),
        ({"criteria": [LOW] * 7}, "criteria"),
        ({"criteria": [{**LOW, "analyte": "UNKNOWN"}]}, "criteria"),
        ({"criteria": [{**LOW, "analyte": "a\x00b"}]}, "criteria"),
        ({"criteria": [{**LOW, "unit": "mg/L"}]}, "criteria"),
        ({"criteria": [{**LOW, "limit": "NaN"}]}, "criteria"),
        ({"criteria": [{**LOW, "times": 0}]}, "criteria"),
        ({"approved_by": "me"}, "approved_by"),
    ],
)
def test_what_is_wrong_is_named(catalogue, change: dict[str, Any], pointer: str) -> None:
    assert is_problem(post(people.infection_control(), PATH, stated(**change)), 422, pointer)
    assert not QuarantineRule.objects.exists()


def test_who_may_not_draft_or_approve_does_not() -> None:
    draft = post(people.infection_control(), PATH, stated()).json()
    nurse, gate = principal(Role.NURSE), principal(Role.GATE_OFFICER)

    assert get(nurse, PATH).status_code == 200
    assert get(gate, PATH).status_code == 403
    assert post(nurse, PATH, stated()).status_code == 403
    assert post(nurse, f"{PATH}/{draft['id']}/approve").status_code == 403
    assert QuarantineRule.objects.get().approved_at is None


def test_a_list_costs_the_same_however_long() -> None:
    officer = people.infection_control()
    rule()
    one = counted(officer, PATH)
    for days in range(1, 5):
        rule(agent=f"agent {days}", days=days)

    assert counted(officer, PATH) == (5, one[1])
