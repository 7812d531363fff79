"""Second interviews over HTTP: by another, on what was shown, telling nothing of the first."""

from __future__ import annotations

import pytest

from consent.models import Check
from consent.queries import psychological
from consent.queries.clearances import clearance_of
from consent.rules.facts import CheckOutcome
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests.consent.api.psychological import (
    CALM,
    check_of,
    concluding,
    second_path,
    send,
    shown_to,
)
from tests.consent.programme import World
from tests.factories import principal

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def test_a_second_interview_concludes_the_check_and_tells_nothing_of_the_first(world) -> None:
    person, other = world.cleared(), principal(Role.PSYCHOLOGIST)
    doubts = check_of(world, person, interview={**CALM, "offers": 1, "threats": 1}, notes="canary")
    send(world.psychologist, concluding(world, doubts, "REFERRED"))
    first = Check.objects.latest("id")
    path = second_path(first)

    proposed = send(other, {"interview": CALM}, path=path)
    own = send(world.psychologist, {"interview": CALM}, path=path)
    conclusion = {
        "interview": CALM,
        "outcome": "PASSED",
        "seen": proposed.json()["seen"],
        "notes": "second",
    }
    made, again = (send(other, conclusion, path=path) for _each in range(2))
    late = send(other, conclusion, path=path, key="two")

    assert (proposed.status_code, proposed.json()["proposed"]) == (200, "PASSED")
    assert "canary" not in proposed.content.decode()
    assert own.status_code == 403
    assert (made.status_code, made.json()["lifts"]) == (201, [str(first.uid)])
    assert (again.json(), again.headers["Idempotency-Replayed"]) == (made.json(), "true")
    assert late.status_code == 409
    assert clearance_of(person, world.programme, at=database_now()).is_cleared
    content = psychological.opened(Check.objects.latest("id"), by=other)
    assert (content["notes"], content["second_interview"]) == ("second", CALM)
    assert send(world.officer, conclusion, path=path).status_code == 403


def test_a_check_that_calls_for_none_takes_no_second_interview(world) -> None:
    other = principal(Role.PSYCHOLOGIST)
    passed, medical = world.psychological(world.member()), world.medical(world.member())

    assert send(other, {"interview": CALM}, path=second_path(passed)).status_code == 409
    assert send(other, {"interview": CALM}, path=second_path(medical)).status_code == 404
    assert send(other, {"answers": {}}, path=second_path(passed)).status_code == 422


def test_a_second_interview_that_confirms_a_doubt_is_not_left_incomplete_alone(world) -> None:
    person, other = world.cleared(), principal(Role.PSYCHOLOGIST)
    doubts = check_of(world, person, interview={**CALM, "offers": 1, "threats": 1})
    send(world.psychologist, concluding(world, doubts, "REFERRED"))
    path = second_path(Check.objects.latest("id"))

    def left(interview: dict[str, int]):
        body = {"interview": interview}
        end = {"outcome": "INCOMPLETE", "seen": shown_to(other, body, path=path)}
        return send(other, {**body, **end}, path=path)

    sign, begun = left({"offers": 2}), left({"offers": 0})

    assert (sign.status_code, begun.status_code) == (422, 201)


def test_a_second_interview_is_concluded_on_what_was_shown_alone(world) -> None:
    person, other = world.cleared(), principal(Role.PSYCHOLOGIST)
    doubts = check_of(world, person, interview={**CALM, "offers": 1, "threats": 1})
    send(world.psychologist, concluding(world, doubts, "REFERRED"))
    path = second_path(Check.objects.latest("id"))
    body = {"interview": CALM, "outcome": "PASSED"}
    seen = shown_to(other, {"interview": CALM}, path=path)

    world.psychological(person, CheckOutcome.FAILED)
    stale = send(other, {**body, "seen": seen}, path=path)
    fresh = send(
        other, {**body, "seen": shown_to(other, {"interview": CALM}, path=path)}, path=path
    )

    assert (stale.status_code, fresh.status_code) == (409, 201)
