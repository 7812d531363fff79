"""Follow-up over HTTP: agents, rules, visits, decisions and sightings, refused with words."""

from __future__ import annotations

from typing import Any

import pytest

from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from patients.models import FollowUpDecision, FollowUpRule, FollowUpVisit, Sighting
from tests import factories
from tests.calls import counted, get, is_problem, post, post_twice
from tests.patients import following, people

pytestmark = pytest.mark.django_db
BASE = "/api/v1/"


def test_an_agent_and_a_draft_of_its_rule_are_made() -> None:
    officer = people.infection_control()
    assert post(officer, BASE + "agents", {"code": "dust", "name": "Dust"}).status_code == 201
    rule = {"agent": "dust", "days": 21, "source": "a study"}

    made = post(officer, BASE + "follow-up-rules", rule)

    assert made.status_code == 201, made.content
    assert (made.json()["days"], made.json()["approved_at"]) == (21, None)
    assert FollowUpRule.objects.get().visits_per_day == 1
    assert is_problem(post(officer, BASE + "agents", {"code": "x", "name": "DUST"}), 409)
    assert len(get(officer, BASE + "agents").json()["agents"]) == 1
    assert len(get(officer, BASE + "follow-up-rules", agent="dust").json()["follow_up_rules"]) == 1


def test_a_rule_is_approved_by_somebody_else_once() -> None:
    officer, other, dust = people.infection_control(), people.infection_control(), following.agent()
    stated = {"agent": dust.code, "days": 21, "source": "a study"}
    drafted = post(officer, BASE + "follow-up-rules", stated).json()
    path = f"{BASE}follow-up-rules/{drafted['id']}/approve"

    assert is_problem(post(officer, path), 403)
    assert post(factories.principal(Role.NURSE), path).status_code == 403
    assert is_problem(post(other, path, {"in_force_from": "soon"}), 422, "in_force_from")
    assert is_problem(
        post(other, path, {"in_force_from": "2020-01-01T00:00:00Z"}), 422, "in_force_from"
    )
    first, second = post_twice(other, path, {})

    assert (first.status_code, first.json()["days"]) == (201, 21)
    assert first.json()["approved_at"] == first.json()["in_force_from"] is not None
    assert second.json() == first.json()
    assert is_problem(post(other, path), 409)
    assert is_problem(post(other, f"{BASE}follow-up-rules/0/approve"), 404)


def test_somebody_is_followed_up() -> None:
    officer, agent, one = people.infection_control(), following.agent(), people.person()
    following.exposed(one, agent)
    following.exposed(one, "Grey sand")
    whose = {"person": str(one.uid), "agent": agent.code}
    now = database_now().isoformat()

    visit = {**whose, "outcome": "SEEN", "visited_at": now, "temperature": "37.2", "place": "home"}
    assert post(officer, BASE + "follow-up-visits", visit).status_code == 201
    told = get(officer, BASE + "follow-ups", person=str(one.uid)).json()

    assert told["whereabouts"] == {"where": "LOCATED", "place": "home"}
    assert {(row["agent"], row["state"], row["duty"]) for row in told["follow_ups"]} == {
        (agent.code, "ACTIVE", "DONE"),
        (None, "NO_RULE", "NONE"),
    }
    decision = {**whose, "kind": "CANCELLED", "reason": "tested", "expected": "ACTIVE"}
    assert post(officer, BASE + "follow-up-decisions", decision).status_code == 201
    assert is_problem(post(officer, BASE + "follow-up-decisions", decision), 409)
    assert FollowUpDecision.objects.count() == 1


@pytest.mark.parametrize(
    ("path", "change", "status", "pointer"),
    [
        ("follow-up-visits", {"agent": "nothing"}, 422, "agent"),
        ("follow-up-visits", {"temperature": 37.2}, 422, "temperature"),
        ("follow-up-visits", {"temperature": "372"}, 422, "temperature"),
        ("follow-up-visits", {"temperature": "NaN"}, 422, "temperature"),
        ("follow-up-visits", {"outcome": "MAYBE"}, 422, "outcome"),
        ("follow-up-visits", {"visited_at": "yesterday"}, 422, "visited_at"),
        ("follow-up-visits", {"dose": 1}, 422, "dose"),
        ("sightings", {"outcome": "SEEN"}, 422, "place"),
        ("sightings", {"outcome": "SEARCHING"}, 422, "reported_by"),
        ("sightings", {"seen_at": "2199-01-01T00:00:00Z", "place": "x"}, 422, "seen_at"),
    ],
)
def test_what_is_wrong_is_named(
    path: str, change: dict[str, Any], status: int, pointer: str
) -> None:
    officer, agent, one = people.infection_control(), following.agent(), people.person()
    following.exposed(one, agent)
    now = database_now().isoformat()
    body = {"person": str(one.uid), "outcome": "SEEN"}
    if path == "sightings":
        body |= {"seen_at": now}
    else:
        body |= {"agent": agent.code, "visited_at": now}

    assert is_problem(post(officer, BASE + path, {**body, **change}), status, pointer)
    assert not FollowUpVisit.objects.exists()
    assert not Sighting.objects.exists()


def test_nobody_is_told_of_whom_they_do_not_reach() -> None:
    one = people.person()
    following.exposed(one, following.agent())
    doctor, screening = factories.principal(Role.WARD_DOCTOR), Role.SCREENING_OFFICER

    assert is_problem(get(doctor, BASE + "follow-ups", person=str(one.uid)), 404)
    assert is_problem(get(doctor, BASE + "sightings", person=str(one.uid)), 404)
    outsider = factories.principal(screening)
    assert get(outsider, BASE + "follow-ups", person=str(one.uid)).status_code == 403


@pytest.mark.parametrize("path", ["follow-up-visits", "sightings"])
def test_a_list_costs_the_same_however_long(path: str) -> None:
    officer, agent, one = people.infection_control(), following.agent(), people.person()
    following.exposed(one, agent)

    def more() -> None:
        following.visited(one, agent)
        following.looked(one)

    more()
    first = counted(officer, BASE + path, person=str(one.uid))
    for _again in range(4):
        more()

    assert counted(officer, BASE + path, person=str(one.uid)) == (5, first[1])
