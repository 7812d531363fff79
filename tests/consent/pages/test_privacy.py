"""What was said at a psychological check leaves no trace but its sealed record."""

from __future__ import annotations

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.urls import reverse

from consent.models import Check
from labsys.accounts.roles import Role
from tests.clients import client_of
from tests.consent.pages.test_pages import CALM, page, seen
from tests.consent.pages.test_second_interviews import DOUBTS, RATED
from tests.consent.programme import World
from tests.consent.traces import columns_holding
from tests.factories import principal

pytestmark = pytest.mark.django_db
FIRST, SECOND, GROUNDS = "zephyr-first-3f9", "zephyr-second-7b1", "zephyr-grounds-5c2"
# Names under which answers and ratings are posted: whatever kept a form would hold them.
POSTED = ("PHQ-9:9", "PHQ-9%3A9", "interview:offers", "interview%3Aoffers", '"offers"')


def conclude(client, address: str, given: dict[str, str], outcome: str, **more: str):
    shown = seen(client.post(address, {**given, "step": "assess"}))
    end = {"step": "conclude", "outcome": outcome, "seen": shown, **more}
    return client.post(address, {**given, **end})


def test_notes_answers_and_ratings_are_in_no_column_session_or_log(caplog) -> None:
    caplog.set_level(0)
    world = World()
    person, other = world.cleared(), principal(Role.PSYCHOLOGIST)
    client = client_of(world.psychologist)
    address = page("check-psychological", person, world)
    given = {**CALM, **DOUBTS, "notes": FIRST}
    forged = {
        "grounds": GROUNDS,
        "second_username": other.user.username,
        "second_password": "misspelt-8d4",
    }

    refused = conclude(client, address, given, "PASSED", **forged)
    done = conclude(client, address, given, "REFERRED", grounds=GROUNDS)
    first = Check.objects.filter(person=person).latest("id")
    again = reverse("second-interview", args=[first.uid])
    rated = {**RATED, "interview:origin": "1", "notes": SECOND}
    forged["second_username"] = world.psychologist.user.username
    doubted = conclude(client_of(other), again, {**rated, **DOUBTS}, "PASSED", **forged)
    passed = conclude(client_of(other), again, rated, "PASSED", grounds=GROUNDS)
    newest = Check.objects.filter(person=person).latest("id")
    read = client_of(other).get(reverse("psychological-read", args=[newest.uid]))

    assert (refused.status_code, done.status_code) == (422, 302)
    assert (doubted.status_code, passed.status_code) == (422, 302)
    assert AccessAttempt.objects.count() == 2, "the lockout has kept both wrong passwords"
    assert SECOND in read.content.decode()
    words = [FIRST, SECOND, GROUNDS, "misspelt-8d4", *POSTED]
    assert columns_holding(words) == set()
    sessions = " ".join(str(one.get_decoded()) for one in Session.objects.all())
    assert [word for word in words if word in sessions or word in caplog.text] == []


def test_the_search_finds_what_is_stored_in_the_open() -> None:
    world = World()
    world.medical(world.person(), comment=FIRST)

    tables = {table for table, _column, _word in columns_holding([FIRST])}

    assert "consent_medicalfindings" in tables
    assert any(table.startswith("audit_event") for table in tables)
