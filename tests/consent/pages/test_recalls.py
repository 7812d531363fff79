"""Recalls on pages and the interface."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consent.models import Recall, RecallStep
from labsys.accounts.roles import Role
from labsys.lib import navigation
from tests.clients import client_of
from tests.consent.actions.test_recalls import recalled
from tests.consent.programme import FAILED, World
from tests.factories import principal

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def address(recall) -> str:
    return reverse("recall", args=[recall.uid])


def test_a_recall_is_worked_on_from_its_page(world) -> None:
    recall, officer = recalled(world), client_of(world.officer)

    shown = officer.get(reverse("recalls")).content.decode()
    for to in ("LOCATED", "INFORMED", "RETURNED"):
        answer = officer.post(address(recall), {"to": to, "happened_at": "", "note": f"So {to}."})
        assert answer.status_code == 302, answer.content.decode()

    assert recall.person.mrn in shown
    page = officer.get(address(recall)).content.decode()
    assert "So LOCATED." in page
    assert "medical check performed after the return" in page
    recall.refresh_from_db()
    assert recall.state == "RETURNED"
    assert recall.posting.returned.note == "So RETURNED."


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"to": "EXAMINED"},
        {"to": "CANCELLED"},
        {"to": "LOCATED", "happened_at": "never"},
        {"to": "LOCATED", "happened_at": "2020-01-01T00:00:00"},
        {"to": "RETURNED", "happened_at": "2020-01-01T00:00:00"},
        {"to": "LOCATED", "note": "x" * 501},
    ],
)
def test_what_cannot_be_written_down_is_said_on_the_page(world, given) -> None:
    answer = client_of(world.officer).post(address(recalled(world)), given)

    assert answer.status_code in (409, 422)
    assert "notice-error" in answer.content.decode()
    assert not RecallStep.objects.exists()


def test_the_way_back_shows_what_was_done_and_what_is_still_to_come(world) -> None:
    recall, officer = recalled(world), client_of(world.officer)
    officer.post(address(recall), {"to": "LOCATED"})

    answer = officer.get(address(recall))

    done = [step is not None for _words, step in answer.context["course"]]
    assert done == [True, False, False, False]
    assert answer.content.decode().count("course-done") == 1


def test_only_a_step_that_can_succeed_is_offered(world) -> None:
    recall, officer = recalled(world), client_of(world.officer)

    def offered() -> list[str]:
        form = officer.get(address(recall)).context["form"]
        return [] if form is None else [value for value, _words in form.fields["to"].widget.choices]

    assert offered() == ["LOCATED", "INFORMED", "RETURNED"]
    refused = officer.post(address(recall), {"to": "CANCELLED", "note": "They need not come."})
    assert refused.status_code == 409
    assert "This person is away and not cleared" in refused.content.decode()
    world.sign(recall.person)
    assert offered() == ["LOCATED", "INFORMED", "RETURNED", "CANCELLED"]


def test_no_step_is_asked_for_where_a_check_alone_ends_the_recall(world) -> None:
    person = world.cleared()
    world.post(person)
    world.medical(person, FAILED)
    recall, officer = Recall.objects.get(), client_of(world.officer)
    world.come_back(recall.posting)

    page = officer.get(address(recall)).content.decode()

    assert "medical check performed after the return" in page
    assert "Next step" not in page


def test_a_psychologist_sees_recalls_and_moves_none(world) -> None:
    recall, psychologist = recalled(world), client_of(world.psychologist)

    assert "Next step" not in psychologist.get(address(recall)).content.decode()
    assert psychologist.post(address(recall), {"to": "LOCATED"}).status_code == 403
    assert client_of(principal(Role.GATE_OFFICER)).get(reverse("recalls")).status_code == 403


def test_the_home_page_counts_who_is_to_be_brought_back(world) -> None:
    recall = recalled(world)

    def waiting() -> int:
        cards = navigation.waiting_for(world.officer)
        return next(n for card, n in cards if card.url_name == "recalls")

    assert waiting() == 1
    world.come_back(recall.posting)
    assert waiting() == 0


def test_the_interface_lists_recalls_and_takes_steps(world) -> None:
    recall, officer = recalled(world), client_of(world.officer)
    steps = reverse("api-recall-steps", args=[recall.uid])

    def send(**body):
        return officer.post(steps, body, content_type="application/json")

    happened = recall.recorded_at.isoformat()
    codes = [
        send(to="LOCATED", happened_at=happened, note="At the outpost.").status_code,
        send(to="LOCATED").status_code,
        send(to="EXAMINED").status_code,
        send(to=["INFORMED"]).status_code,
        send(to="INFORMED", happened_at="yesterday").status_code,
        send(to="INFORMED", more=1).status_code,
        send(to="RETURNED").status_code,
    ]
    listed = officer.get(reverse("api-recalls"), {"state": "RETURNED"}).json()["recalls"]

    assert codes == [201, 409, 422, 422, 422, 422, 201]
    assert [one["uid"] for one in listed] == [str(recall.uid)]
    assert [one["to"] for one in listed[0]["steps"]] == ["LOCATED", "RETURNED"]
    assert officer.get(reverse("api-recalls"), {"state": "GONE"}).status_code == 422
    nobody = principal(Role.PSYCHOLOGIST)
    refused = client_of(nobody).post(steps, {"to": "INFORMED"}, content_type="application/json")
    assert refused.status_code == 403


def test_the_list_asks_as_many_questions_of_eight_as_of_two(world) -> None:
    client = client_of(world.officer)
    client.get(reverse("recalls"))
    asked = []
    for more in (2, 6):
        for _each in range(more):
            recalled(world)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(reverse("recalls"))
        asked.append((len(answer.context["found"].running), len(queries)))

    assert [count for count, _queries in asked] == [2, 8]
    assert asked[0][1] == asked[1][1]
