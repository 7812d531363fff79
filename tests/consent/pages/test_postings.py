"""Leaving, coming back and who is away, on pages and in the admin."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consent.actions import postings
from consent.models import Posting, PostingAnnulment, PostingReturn
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib.clock import database_now
from patients.forms import MOMENT
from tests.clients import client_of
from tests.consent.programme import FAILED, World
from tests.factories import principal

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def leaving(world: World, person) -> str:
    return reverse("posting", args=[person.uid, world.programme.code])


def test_the_screening_office_lets_somebody_leave_and_come_back(world) -> None:
    person, officer = world.cleared(), client_of(world.officer)

    left = officer.post(leaving(world, person), {"destination": "Station 4", "left_at": ""})
    posting = Posting.objects.get(person=person)
    listed = officer.get(left.url).content.decode()
    shown = officer.get(reverse("clearance", args=[person.uid, world.programme.code]))
    back = officer.post(reverse("posting-return", args=[posting.uid]), {"returned_at": ""})

    assert (left.status_code, back.status_code) == (302, 302)
    assert "Station 4" in listed
    assert person.mrn in listed
    assert "away now" in shown.content.decode()
    assert PostingReturn.objects.get(posting=posting).recorded_by == world.officer
    assert (
        "Nobody is away"
        in officer.get(reverse("away", args=[world.programme.code])).content.decode()
    )


def test_who_is_not_cleared_stays_and_the_form_says_the_word(world) -> None:
    person = world.cleared()
    world.medical(person, FAILED)

    answer = client_of(world.officer).post(leaving(world, person), {"left_at": ""})

    assert answer.status_code == 409
    assert "The clearance for this programme is revoked" in answer.content.decode()
    assert not Posting.objects.exists()


def test_the_gate_sees_who_is_away_with_a_word_and_no_reason(world) -> None:
    person = world.cleared(family="CANNY")
    world.post(person)
    world.medical(person, FAILED, comment="canary")
    gate = principal(Role.GATE_OFFICER)

    answer = client_of(gate).get(reverse("away-first")).content.decode()

    assert "Revoked" in answer
    assert "CANNY" in answer
    for word in ("canary", "medical check", "failed", reverse("clearance", args=[person.uid, "x"])):
        assert word not in answer
    assert ReadEvent.objects.filter(actor=gate.pk, purpose="away", person_id=person.pk).exists()


def test_a_participant_and_others_see_nobody(world) -> None:
    world.post(world.cleared())
    for role in (Role.PARTICIPANT, Role.NURSE, Role.AUDITOR):
        assert client_of(principal(role)).get(reverse("away-first")).status_code == 403


def test_a_return_that_cannot_be_is_an_error_of_its_field(world) -> None:
    made, officer = world.post(world.cleared()), client_of(world.officer)
    address = reverse("posting-return", args=[made.uid])

    early = officer.post(address, {"returned_at": "2020-01-01T00:00"})
    nonsense = officer.post(address, {"returned_at": "soon"})
    unknown = officer.get(reverse("posting-return", args=[uuid.uuid4()]))

    assert (early.status_code, nonsense.status_code, unknown.status_code) == (422, 422, 404)
    assert "Nobody comes back before they left" in early.content.decode()
    assert "returned_at" in nonsense.context["form"].errors
    assert officer.get(reverse("away", args=["no-such"])).status_code == 404


def test_the_list_asks_as_many_questions_however_many_are_away(world) -> None:
    client = client_of(principal(Role.GATE_OFFICER))
    address = reverse("away", args=[world.programme.code])
    client.get(address)
    asked = []
    for more in (2, 6):
        for _each in range(more):
            world.post(world.cleared())
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        asked.append((len(answer.context["page"].rows), len(queries)))

    assert [rows for rows, _queries in asked] == [2, 8]
    assert asked[0][1] == asked[1][1]


def test_in_the_admin_a_posting_is_recorded_late_ended_and_annulled(world) -> None:
    officer = client_of(world.officer)
    person = world.cleared()
    left = database_now() - timedelta(minutes=1)
    given = {
        "person": person.mrn,
        "programme": str(world.programme.pk),
        "destination": "",
        "left_at": left.strftime(MOMENT),
    }

    early = officer.post(reverse("admin:consent_posting_add"), given)
    posting = world.post(person)
    move = "admin:consent_posting_move"
    annulled = officer.post(reverse(move, args=[posting.pk, "annul"]), {"reason": "Stayed."})
    again = world.post(person)
    back = officer.post(
        reverse(move, args=[again.pk, "return"]),
        {"returned_at": "2020-01-01T00:00:00", "note": ""},
    )

    # That is before the last check was recorded.
    assert "The clearance for this programme" in str(early.context["adminform"].form.errors)
    assert (annulled.status_code, back.status_code) == (302, 422)
    assert PostingAnnulment.objects.get(posting=posting).reason == "Stayed."
    assert officer.get(reverse("admin:consent_posting_changelist")).status_code == 200
    assert (
        "recorded in error"
        in officer.get(reverse("admin:consent_posting_change", args=[posting.pk])).content.decode()
    )


def test_the_admins_list_asks_as_many_questions_however_long_it_is(world) -> None:
    client = client_of(world.officer)
    asked = []
    for more in (2, 6):
        for _each in range(more):
            world.come_back(world.post(world.cleared()))
        client.get(reverse("admin:consent_posting_changelist"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("admin:consent_posting_changelist"), {"away": "no"})
        asked.append(len(queries))

    assert asked[0] == asked[1]


def test_participants_see_where_they_were_and_whether_they_are_free(world) -> None:
    mine, other = world.cleared(), world.cleared()
    client = client_of(world.participant(mine))
    world.post(other, destination="Station 9")
    posting = world.post(mine, destination="Station 4")

    away = client.get(reverse("own-clearance")).content.decode()
    back = world.come_back(posting)
    waiting = client.get(reverse("own-clearance")).content.decode()
    world.go_free(back)
    free = client.get(reverse("own-clearance")).content.decode()

    left = f"{posting.left_at:%d %b %Y %H:%M}"
    assert f"Station 4: away since {left}" in away
    assert f"away from {left} until {back.returned_at:%d %b %Y %H:%M}" in waiting
    assert "to be examined and interviewed first" in waiting
    assert "free to go" in free
    assert "Station 9" not in away + waiting + free


def test_a_posting_recorded_in_error_is_not_shown_to_who_never_left(world) -> None:
    mine = world.cleared()
    posting = world.post(mine, destination="Station 4")
    postings.annul(posting=posting, by=world.officer, at=database_now(), reason="Wrong person.")

    page = client_of(world.participant(mine)).get(reverse("own-clearance")).content.decode()

    assert "Station 4" not in page


def test_their_own_page_asks_as_much_of_many_postings_as_of_one(world) -> None:
    mine = world.cleared()
    client = client_of(world.participant(mine))
    asked = []
    for more in (1, 4):
        for _each in range(more):
            world.go_free(world.come_back(world.post(mine, destination="Station 4")))
        client.get(reverse("own-clearance"))
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse("own-clearance")).content.decode()
        asked.append((page.count("Station 4"), len(queries)))

    assert [rows for rows, _queries in asked] == [1, 5]
    assert asked[0][1] == asked[1][1]
