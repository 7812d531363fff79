"""Lost clearances on the page, the home page and the interface."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consent.models import ClearanceTransition, RevocationSeen
from labsys.accounts.roles import Role
from labsys.lib import navigation
from tests.clients import client_of
from tests.consent.programme import FAILED, World
from tests.factories import principal

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def waiting(who) -> int:
    return next(n for card, n in navigation.waiting_for(who) if card.url_name == "revocations")


def test_a_lost_clearance_is_shown_until_somebody_takes_note(world) -> None:
    person = world.cleared()
    world.medical(person, FAILED)
    officer = client_of(world.officer)
    lost = ClearanceTransition.objects.get(person=person, change="REVOKED")

    shown = officer.get(reverse("revocations")).content.decode()
    assert person.mrn in shown
    assert "medical check failed" in shown
    assert waiting(world.officer) == 1
    for _each in range(2):
        noted = officer.post(reverse("revocation-seen", args=[lost.pk]))
        assert noted.status_code == 302

    assert RevocationSeen.objects.get().recorded_by == world.officer
    assert waiting(world.officer) == 0
    assert world.officer.display_name in officer.get(reverse("revocations")).content.decode()


def test_whoever_is_cleared_again_is_shown_so(world) -> None:
    person = world.cleared()
    failed = world.medical(person, FAILED)
    world.medical(person, lifts=[failed])

    answer = client_of(world.officer).get(reverse("revocations"))

    assert [line.is_cleared for line in answer.context["lines"]] == [True]
    assert "cleared again" in answer.content.decode()


def test_only_a_lost_clearance_is_taken_note_of(world) -> None:
    person = world.cleared()
    gained = ClearanceTransition.objects.get(person=person, change="REGAINED")

    answer = client_of(world.officer).post(
        reverse("revocation-seen", args=[gained.pk]), follow=True
    )

    assert "no lost clearance" in answer.content.decode()
    assert not RevocationSeen.objects.exists()


@pytest.mark.parametrize("before", ["", "x", "-1", "9" * 40, "1e3"])
def test_any_page_asked_for_answers(world, before) -> None:
    answer = client_of(world.officer).get(reverse("revocations"), {"before": before})

    assert answer.status_code == 200


def test_the_page_asks_as_many_questions_of_ten_as_of_two(world) -> None:
    client = client_of(world.officer)
    client.get(reverse("revocations"))
    asked = []
    for more in (2, 8):
        for _each in range(more):
            world.withdraw(world.cleared())
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(reverse("revocations"))
        asked.append((len(answer.context["lines"]), len(queries)))

    assert [count for count, _queries in asked] == [2, 10]
    assert asked[0][1] == asked[1][1]


def test_the_interface_lists_what_was_written_down(world) -> None:
    person, other = world.cleared(), world.cleared()
    world.withdraw(person)
    address = reverse("api-transitions")

    found = client_of(world.officer).get(address, {"person": person.uid}).json()
    both = client_of(world.officer).get(address, {"programme": world.programme.code}).json()
    own = client_of(world.participant(other)).get(address, {"person": person.uid}).json()

    assert found["transitions"][0]["come"] == ["WITHDRAWN"]
    assert found["transitions"][0]["change"] == "REVOKED"
    assert {row["person"] for row in both["transitions"]} == {str(person.uid), str(other.uid)}
    assert own["transitions"] == []
    assert client_of(world.officer).get(address).status_code == 422
    assert client_of(world.officer).get(address, {"person": "x"}).status_code == 422


def test_the_gate_sees_no_log(world) -> None:
    gate = client_of(principal(Role.GATE_OFFICER))

    assert gate.get(reverse("revocations")).status_code == 403
    assert gate.get(reverse("api-transitions"), {"programme": "x"}).status_code == 403
