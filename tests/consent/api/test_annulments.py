"""Annulling a pass over the interface: of a psychological check others are told a code alone."""

from __future__ import annotations

import uuid

import pytest

from consent.models import CheckAnnulment
from consent.queries.clearances import clearance_of
from consent.rules.answers import Reason
from labsys.lib.clock import database_now
from tests.calls import is_problem, post
from tests.consent.programme import FAILED, World

pytestmark = pytest.mark.django_db
SECRET = "Held with the brother of the person."


@pytest.fixture
def world() -> World:
    return World()


def address(kind: str, check) -> str:
    return f"/api/v1/checks/{kind}/{check.uid}/annul"


def reasons(world: World, person) -> tuple[Reason, ...]:
    return clearance_of(person, world.programme, at=database_now()).reasons


def test_an_annulled_medical_pass_never_counted(world) -> None:
    person = world.cleared()
    check = person.checks.get(kind="MEDICAL")

    made = post(world.examiner, address("medical", check), {"reason": "Of somebody else."})

    assert (made.status_code, made.json()["is_annulled"]) == (201, True)
    assert reasons(world, person) == (Reason.MEDICAL_MISSING,)
    again = post(world.examiner, address("medical", check), {"reason": "Of somebody else."})
    assert is_problem(again, 409)


def test_of_a_psychological_pass_the_words_are_sealed_and_the_code_is_told(world) -> None:
    person = world.cleared()
    check = person.checks.get(kind="PSYCHOLOGICAL")
    body = {"reason": SECRET, "code": "WRONG_PERSON"}

    made = post(world.psychologist, address("psychological", check), body)

    assert made.status_code == 201
    assert made.json()["annulled_as"] == "WRONG_PERSON"
    assert SECRET not in made.content.decode()
    assert SECRET not in str(CheckAnnulment.objects.values())
    assert reasons(world, person) == (Reason.PSYCH_MISSING,)


def test_a_refusal_is_not_annulled(world) -> None:
    check = world.medical(world.cleared(), FAILED)

    assert is_problem(post(world.examiner, address("medical", check), {"reason": "Error."}), 409)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"reason": "Error."}, "code"),
        ({"reason": "Error.", "code": "BORED"}, "code"),
        ({"reason": "Error.", "code": 7}, "code"),
        ({"reason": "", "code": "NOT_HELD"}, "reason"),
        ({"reason": "Error.", "code": "NOT_HELD", "why": ""}, "why"),
    ],
)
def test_what_is_wrong_with_a_body_is_told_by_its_field(world, body, field) -> None:
    check = world.cleared().checks.get(kind="PSYCHOLOGICAL")

    assert is_problem(post(world.psychologist, address("psychological", check), body), 422, field)
    assert not CheckAnnulment.objects.exists()


def test_each_kind_is_annulled_by_who_holds_it_at_its_own_address(world) -> None:
    checks = {one.kind: one for one in world.cleared().checks.all()}
    body = {"reason": "Error.", "code": "NOT_HELD"}

    other = post(world.psychologist, address("psychological", checks["MEDICAL"]), body)
    shut_out = post(world.examiner, address("psychological", checks["PSYCHOLOGICAL"]), body)
    nobody = post(
        world.examiner, f"/api/v1/checks/medical/{uuid.uuid4()}/annul", {"reason": "Error."}
    )

    assert is_problem(other, 409)
    assert is_problem(shut_out, 403)
    assert is_problem(nobody, 404)
    assert not CheckAnnulment.objects.exists()
