"""Proving a signature on the page before the witness, and looking at the proof afterwards."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consent.models import WaiverSignature
from labsys.accounts.roles import Role
from tests.clients import client_of
from tests.consent.pages.test_pages import page
from tests.consent.programme import BODY, DRAWN, World
from tests.factories import PASSWORD, principal

pytestmark = pytest.mark.django_db
IMAGE = "M40 150L120 40L180 150M70 110L160 105"


@pytest.fixture
def world() -> World:
    return World()


def signed(world: World, person, **more: str):
    given = {"identity_checked": "passport", "has_signed": "on", "text_sha256": world.text.sha256}
    client = client_of(world.officer)
    return client.post(page("waiver-sign", person, world), {**given, **more})


def shown(who, row: WaiverSignature):
    return client_of(who).get(reverse("waiver-signature", args=[row.pk]))


def test_what_was_drawn_is_shown_to_whoever_may_see_the_waiver_alone(world) -> None:
    person, other = world.person(), world.person()
    assert signed(world, person, drawing=json.dumps(DRAWN)).status_code == 302
    row = WaiverSignature.objects.get(person=person)
    own, stranger = world.participant(person), world.participant(other)

    for who in (world.officer, world.examiner, own):
        answer = shown(who, row)
        assert answer.status_code == 200
        assert IMAGE in answer.content.decode()
        assert row.sha256 in answer.content.decode()
        assert "no-store" in answer.headers["Cache-Control"]
    assert shown(stranger, row).status_code == 404
    for role in (Role.GATE_OFFICER, Role.PSYCHOLOGIST, Role.NURSE, Role.AUDITOR):
        assert shown(principal(role), row).status_code == 403
    listed = client_of(world.officer).get(page("clearance", person, world)).content.decode()
    assert reverse("waiver-signature", args=[row.pk]) in listed
    assert IMAGE not in listed


def test_who_signs_gives_their_own_password_instead(world) -> None:
    person = world.person()
    own = world.participant(person)

    answer = signed(world, person, account=f" {own.name.upper()} ", password=PASSWORD)

    assert answer.status_code == 302
    row = WaiverSignature.objects.get(person=person)
    assert (row.proof, row.account) == ("PASSWORD", own)
    said = shown(world.officer, row).content.decode()
    assert "own password given again" in said
    assert own.name in said
    assert "<path" not in said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "one of the two"),
        ({"drawing": ""}, "one of the two"),
        ({"drawing": "[]"}, "Nothing is drawn"),
        ({"drawing": "[[[300,100]]]"}, "too small"),
        ({"drawing": "[" * 50_000}, "cannot be read"),
        ({"drawing": "[[[9000,1],[1,1]]]"}, "cannot be read"),
        ({"drawing": "9" * 80_001}, "at most 80000"),
        ({"drawing": "null"}, "one of the two"),
        ({"account": "officer"}, "do not fit"),
        ({"account": "", "password": "guess"}, "do not fit"),
        ({"account": "own", "password": "guess"}, "do not fit"),
        ({"account": "officer", "password": PASSWORD}, "witnesses their own"),
        ({"account": "other", "password": PASSWORD}, "not that of the person who signs"),
        ({"account": "own", "password": PASSWORD, "drawing": json.dumps(DRAWN)}, "one of the two"),
    ],
)
def test_a_signature_that_nobody_proved_is_refused_in_words(world, given, said) -> None:
    person = world.person()
    names = {
        "own": world.participant(person).name,
        "other": world.participant(world.person()).name,
        "officer": world.officer.name,
    }
    if "account" in given:
        given = {**given, "account": names.get(given["account"], "")}

    answer = signed(world, person, **given)

    assert answer.status_code == 422
    text = unescape(answer.content.decode())
    assert said in text
    assert "Nothing was recorded" in text or "witnesses" in text
    assert PASSWORD not in text
    assert not WaiverSignature.objects.exists()


def test_wrong_passwords_of_who_signs_count_against_the_lockout(world) -> None:
    person = world.person()
    own = world.participant(person)

    for _each in range(settings.AXES_FAILURE_LIMIT):
        answer = signed(world, person, account=own.name, password="guess")

    assert answer.status_code == 429
    assert signed(world, person, account=own.name, password=PASSWORD).status_code == 429
    assert not WaiverSignature.objects.exists()


def test_no_password_is_tried_while_something_else_is_wrong(world) -> None:
    person = world.person()
    own = world.participant(person)

    for _each in range(settings.AXES_FAILURE_LIMIT + 1):
        wrong = signed(world, person, account=own.name, password="guess", identity_checked="")

    assert wrong.status_code == 422
    assert signed(world, person, account=own.name, password=PASSWORD).status_code == 302


def test_what_was_drawn_is_not_drawn_again_because_another_field_was_wrong(world) -> None:
    answer = signed(world, world.person(), drawing=json.dumps(DRAWN), identity_checked="")

    (kept,) = re.findall(r'name="drawing" value="([^"]*)"', answer.content.decode())
    assert json.loads(unescape(kept)) == DRAWN
    assert "no-store" in answer.headers["Cache-Control"]


def test_my_clearance_leads_to_what_i_signed_and_to_its_words(world) -> None:
    person, other = world.member(), world.member()
    mine, theirs = world.sign(person, language="fr"), world.sign(other)
    client = client_of(world.participant(person))

    listed = client.get(reverse("own-clearance")).content.decode()
    opened = client.get(reverse("waiver-signature", args=[mine.pk])).content.decode()

    assert reverse("waiver-signature", args=[mine.pk]) in listed
    assert reverse("waiver-signature", args=[theirs.pk]) not in listed
    assert IMAGE in opened
    assert BODY["fr"] in unescape(opened)
    assert BODY["en"] not in unescape(opened)


def test_my_clearance_asks_as_much_however_much_i_signed(world) -> None:
    person = world.member()
    client, asked = client_of(world.participant(person)), []
    for more in (1, 4):
        for _each in range(more):
            world.sign(person)
        client.get(reverse("own-clearance"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("own-clearance"))
        asked.append(len(queries))

    assert asked[0] == asked[1]
