"""The page that answers for a list: who may leave, until when, and why the others may not."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from tests.clients import client_of
from tests.consent.programme import FAILED, World
from tests.factories import principal

pytestmark = pytest.mark.django_db
ADDRESS = "/clearances/"


@pytest.fixture
def world() -> World:
    return World()


def ask(who, world: World, numbers: str, **more: str):
    given = {"programme": world.programme.code, "at": "", "numbers": numbers, **more}
    return client_of(who).post(ADDRESS, given)


def test_a_list_is_answered_in_its_order_with_reasons(world) -> None:
    cleared, failed = world.cleared(), world.cleared()
    world.medical(failed, FAILED)

    answer = ask(world.officer, world, f"{failed.mrn}\n {cleared.mrn}, {failed.mrn};")

    said = answer.content.decode()
    assert answer.status_code == 200
    assert "1 of 2 are cleared" in said
    assert [person.pk for person, _answer in answer.context["rows"]] == [failed.pk, cleared.pk]
    assert "medical check failed" in said
    assert reverse("clearance", args=[failed.uid, world.programme.code]) in said
    assert ReadEvent.objects.filter(purpose="clearance").count() == 2


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("numbers", "", "required"),
        ("numbers", "   ", "required"),
        ("numbers", " ;, ", "at least one"),
        ("numbers", "00000000", "Nobody in your reach"),
        ("numbers", "<script>alert(1)</script>", "Nobody in your reach"),
        ("numbers", "9" * 20_001, "20000"),
        ("numbers", " ".join(str(number) for number in range(1001)), "at most 1000"),
        ("numbers", "\x00", ""),
        ("programme", "no-such", ""),
        ("programme", "\x00", ""),
        ("at", "yesterday", ""),
        ("at", "2026-02-30T08:00", ""),
    ],
)
def test_what_cannot_be_asked_is_an_error_of_its_field(world, field, value, words) -> None:
    answer = ask(world.officer, world, **{"numbers": world.person().mrn, field: value})

    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors[field])
    assert "<script>alert" not in answer.content.decode()
    assert answer.context["rows"] is None


def test_only_who_may_see_reasons_asks_and_only_of_who_is_in_reach(world) -> None:
    mine, other = world.cleared(), world.cleared()

    assert ask(principal(Role.GATE_OFFICER), world, mine.mrn).status_code == 403
    participant = world.participant(mine)
    assert ask(participant, world, mine.mrn).status_code == 200
    refused = ask(participant, world, f"{mine.mrn} {other.mrn}")
    assert refused.status_code == 422
    assert mine.mrn not in str(refused.context["form"].errors)


def test_the_page_asks_as_many_questions_of_twelve_as_of_two(world) -> None:
    client = client_of(world.officer)
    asked = []
    people = []
    for more in (2, 10):
        people += [world.cleared() for _each in range(more)]
        numbers = " ".join(one.mrn for one in people)
        given = {"programme": world.programme.code, "at": "", "numbers": numbers}
        client.post(ADDRESS, given)
        with CaptureQueriesContext(connection) as queries:
            answer = client.post(ADDRESS, given)
        asked.append((len(answer.context["rows"]), len(queries)))

    assert [people for people, _queries in asked] == [2, 12]
    assert asked[0][1] == asked[1][1]
