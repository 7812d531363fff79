"""Waiver texts, signatures and withdrawals over HTTP."""

from __future__ import annotations

import pytest

from consent.models import WaiverSignature, WaiverText
from consent.queries.clearances import clearance_of
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests.calls import counted, get, is_problem, post
from tests.consent.programme import DRAWN, World, hours
from tests.factories import PASSWORD, principal

pytestmark = pytest.mark.django_db
TEXTS, SIGNATURES = "/api/v1/waiver-texts", "/api/v1/waiver-signatures"
WITHDRAWALS = "/api/v1/withdrawals"


@pytest.fixture
def world() -> World:
    return World()


def text(world: World, **more):
    return {
        "programme": world.programme.code,
        "title": "Waiver",
        "body": {"en": "I take part.", "fr": "Je participe."},
        "effective_from": (database_now() + hours(1)).isoformat(),
        **more,
    }


def signature(world: World, person, **more):
    return {
        "person": str(person.uid),
        "text": world.text.pk,
        "text_sha256": world.text.sha256,
        "language": "fr",
        "identity_checked": "passport",
        "drawing": DRAWN,
        **more,
    }


def test_a_text_is_drafted_by_one_and_approved_by_another(world) -> None:
    made = post(world.manager, TEXTS, text(world))
    assert made.status_code == 201, made.content
    path = f"{TEXTS}/{made.json()['id']}"

    own = post(world.manager, f"{path}/approve")
    approved = post(world.examiner, f"{path}/approve")

    assert is_problem(own, 403)
    assert (approved.status_code, approved.json()["approved_by"]) == (200, world.examiner.name)
    assert is_problem(post(world.examiner, f"{path}/approve"), 409)
    assert is_problem(post(world.manager, f"{path}/discard"), 409)
    listed = get(world.officer, TEXTS, programme=world.programme.code).json()["waiver_texts"]
    assert [one["number"] for one in listed] == [2, 1]
    assert listed[0]["body"] == {"en": "I take part.", "fr": "Je participe."}
    other = post(world.manager, TEXTS, text(world)).json()["id"]
    assert post(world.manager, f"{TEXTS}/{other}/discard").json()["discarded_at"]


def test_a_signature_under_the_exact_text_clears_and_is_annulled_in_error(world) -> None:
    person = world.person()
    world.enrol(person)
    world.medical(person)
    world.psychological(person)

    made = post(world.officer, SIGNATURES, signature(world, person))

    assert made.status_code == 201, made.content
    assert (made.json()["witness"], made.json()["signer"]) == (world.officer.name, "SELF")
    assert clearance_of(person, world.programme, at=database_now()).is_cleared
    path = f"{SIGNATURES}/{made.json()['id']}/annul"
    assert is_problem(post(world.officer, path), 422, "reason")
    assert post(world.officer, path, {"reason": "Wrong person."}).json()["annulled_at"]
    assert is_problem(post(world.officer, path, {"reason": "Wrong person."}), 409)
    assert not clearance_of(person, world.programme, at=database_now()).is_cleared
    (listed,) = get(world.examiner, SIGNATURES, person=str(person.uid)).json()["waiver_signatures"]
    assert listed["annulled_at"] is not None


@pytest.mark.parametrize(
    ("change", "status", "pointer"),
    [
        ({"person": "x"}, 422, "person"),
        ({"text": None}, 422, "text"),
        ({"text": 2**40}, 422, "text"),
        ({"text_sha256": "0" * 64}, 409, None),
        ({"text_sha256": 7}, 422, "text_sha256"),
        ({"language": "de"}, 422, "language"),
        ({"identity_checked": " "}, 422, "identity_checked"),
        ({"identity_checked": "x" * 201}, 422, "identity_checked"),
        ({"identity_checked": "\ud800"}, 422, "identity_checked"),
        ({"signed_at": "2199-01-01T00:00:00Z"}, 422, "signed_at"),
        ({"signed_at": "2020-01-01T00:00:00Z"}, 422, "text"),
        ({"informed_at": "2199-01-01T00:00:00Z"}, 422, "informed_at"),
        ({"guardian_name": "Vera Quill"}, 422, "guardian_relation"),
        ({"guardian_relation": "x" * 81}, 422, "guardian_relation"),
        ({"witness": "me"}, 422, "witness"),
        ({"drawing": None}, 422, "drawing"),
        ({"drawing": []}, 422, "drawing"),
        ({"drawing": "iVBORw0KGgo="}, 422, "drawing"),
        ({"drawing": [[[300, 100]]]}, 422, "drawing"),
        ({"drawing": [[[0, 0], [1e9, 1]]]}, 422, "drawing"),
        ({"account": "quill"}, 422, "account"),
        ({"account": {"username": "quill"}}, 422, "account"),
        ({"account": {"username": "quill", "password": "x", "pin": "1"}}, 422, "account"),
        ({"account": {"username": "quill", "password": "guess"}}, 422, "account"),
        ({"account": {"username": "qu\x00ill", "password": "guess"}}, 422, "account"),
        ({"account": {"username": "quill", "password": "x" * 10_000}}, 422, "account"),
    ],
)
def test_a_signature_that_cannot_be_meant_is_refused(world, change, status, pointer) -> None:
    answer = post(world.officer, SIGNATURES, {**signature(world, world.person()), **change})

    assert is_problem(answer, status, pointer)
    assert not WaiverSignature.objects.exists()


def test_a_drawing_is_read_back_by_whoever_may_see_the_waiver(world) -> None:
    person = world.person()
    made = post(world.officer, SIGNATURES, signature(world, person)).json()
    path = f"{SIGNATURES}/{made['id']}/drawing"

    told = get(world.examiner, path).json()

    assert (made["proof"], made["account"]) == ("DRAWN", None)
    assert told == {
        "width": 600,
        "height": 200,
        "strokes": DRAWN,
        "sha256": made["drawing_sha256"],
    }
    assert get(world.participant(person), path).status_code == 200
    assert is_problem(get(world.participant(world.person()), path), 404)
    for role in (Role.GATE_OFFICER, Role.PSYCHOLOGIST, Role.NURSE):
        assert get(principal(role), path).status_code == 403
    assert "strokes" not in str(get(world.officer, SIGNATURES, person=str(person.uid)).json())


def test_who_signs_proves_it_by_their_own_login(world) -> None:
    person = world.person()
    own = world.participant(person)
    login = {"username": own.name, "password": PASSWORD}
    given = signature(world, person, account=login)
    del given["drawing"]

    forged = post(world.officer, SIGNATURES, {**given, "account": {**login, "password": "guess"}})
    made = post(world.officer, SIGNATURES, given)

    assert is_problem(forged, 422, "account")
    assert made.status_code == 201, made.content
    told = made.json()
    assert (told["proof"], told["account"], told["drawing_sha256"]) == ("PASSWORD", own.name, "")
    assert PASSWORD not in made.content.decode()
    assert get(world.officer, f"{SIGNATURES}/{told['id']}/drawing").json()["strokes"] is None
    assert WaiverSignature.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"programme": "no-such"}, "programme"),
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"body": {}}, "body"),
        ({"body": "I take part."}, "body"),
        ({"body": {"en": " "}}, "body"),
        ({"body": {"en": 7}}, "body"),
        ({"body": {"en": "\x00"}}, "body"),
        ({"body": {"english language": "x"}}, "body"),
        ({"effective_from": None}, "effective_from"),
        ({"effective_from": "2020-01-01T00:00:00Z"}, "effective_from"),
        ({"predecessor_until": "2020-01-01T00:00:00Z"}, "predecessor_until"),
        ({"sha256": "0"}, "sha256"),
    ],
)
def test_a_text_that_cannot_be_meant_is_refused(world, change, pointer) -> None:
    assert is_problem(post(world.manager, TEXTS, text(world, **change)), 422, pointer)
    assert WaiverText.objects.count() == 1


def test_withdrawals_are_listed_and_participants_see_their_own_alone(world) -> None:
    mine, other = world.person(), world.person()
    who = world.participant(mine)
    for person in (mine, other):
        world.sign(person)
        post(world.officer, WITHDRAWALS, {"person": str(person.uid), "programme": None})

    (listed,) = get(who, WITHDRAWALS, person=str(mine.uid)).json()["withdrawals"]

    assert (listed["person"], listed["programme"]) == (str(mine.uid), None)
    assert is_problem(get(who, WITHDRAWALS, person=str(other.uid)), 404)
    assert len(get(who, SIGNATURES, person=str(mine.uid)).json()["waiver_signatures"]) == 1
    assert is_problem(get(who, SIGNATURES, person=str(other.uid)), 404)
    assert is_problem(get(world.officer, WITHDRAWALS), 422, "person")


def test_others_are_refused(world) -> None:
    person = world.person()
    made = world.sign(person)
    for role in (Role.EXAMINING_PHYSICIAN, Role.PSYCHOLOGIST, Role.GATE_OFFICER, Role.PARTICIPANT):
        who = principal(role)
        assert post(who, SIGNATURES, signature(world, person)).status_code == 403
        assert post(who, f"{SIGNATURES}/{made.pk}/annul", {"reason": "x"}).status_code == 403
        assert post(who, TEXTS, text(world)).status_code == 403
    for role in (Role.GATE_OFFICER, Role.NURSE, Role.PSYCHOLOGIST):
        for path in (SIGNATURES, WITHDRAWALS):
            assert get(principal(role), path, person=str(person.uid)).status_code == 403


def test_the_lists_ask_as_many_questions_however_long_they_are(world) -> None:
    person, found = world.person(), []
    for more in (1, 4):
        for _each in range(more):
            made = world.sign(person)
            post(world.officer, f"{SIGNATURES}/{made.pk}/annul", {"reason": "Wrong person."})
            world.withdraw(person)
            world.text = world.new_text()
        whose = {"person": str(person.uid)}
        found.append(
            [
                counted(world.officer, SIGNATURES, **whose),
                counted(world.officer, WITHDRAWALS, **whose),
                counted(world.officer, TEXTS, programme=world.programme.code),
            ]
        )

    assert [rows for rows, _asked in found[1]] == [5, 5, 6]
    assert [asked for _rows, asked in found[0]] == [asked for _rows, asked in found[1]]
