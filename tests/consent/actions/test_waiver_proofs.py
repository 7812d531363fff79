"""Every signature carries the signer's own proof: what they drew, or their password given again."""

from __future__ import annotations

import hashlib

import pytest
from django.db import IntegrityError, connection, transaction

from consent.actions.waivers import OwnWitness
from consent.models import WaiverSignature
from consent.queries.waiver_proofs import digest, drawing_of
from labsys.accounts.actions import users
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.audit.context import acting
from labsys.audit.models import AuditEvent
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, NotAllowed
from labsys.lib.sealing import SealBroken
from patients.actions import logins
from tests.consent.actions.test_guardians import GUARDIAN, MINORS, guarded, young
from tests.consent.programme import DRAWN, World
from tests.factories import PASSWORD, principal, seed

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def login(full_name: str, role: Role, *, must_change: bool = False) -> Principal:
    """Make a login in somebody's name."""
    made = users.create(
        username=f"{role.value.replace('_', '-')}-of-test",
        full_name=full_name,
        first_roles=(role,),
        password=PASSWORD,
        must_change=must_change,
        by=seed(),
        at=database_now(),
    )
    found: Principal = made.user.principal
    return found


def test_what_is_drawn_is_kept_sealed_with_its_hash_under_the_digest_of_all_that_is_signed(
    world,
) -> None:
    row = WaiverSignature.objects.get(pk=world.sign(world.person()).pk)

    assert (row.proof, row.account) == ("DRAWN", None)
    assert row.sha256 == digest(row)
    assert b"[40,150]" not in bytes(row.drawing)
    drawing = drawing_of(row, by=world.officer, purpose="test")
    assert [list(map(list, stroke)) for stroke in drawing.strokes] == DRAWN
    assert drawing.sha256 == row.drawing_sha256


@pytest.mark.parametrize(
    ("said", "other"),
    [
        ("text_sha256", "0" * 64),
        ("identity_checked", "nothing"),
        ("guardian_name", "Vera Quill"),
        ("drawing_sha256", "0" * 64),
        ("signed_at", database_now),
        ("informed_at", database_now),
    ],
)
def test_a_drawing_opens_under_nothing_but_what_was_signed_with_it(world, said, other) -> None:
    row = world.sign(world.person())
    setattr(row, said, other() if callable(other) else other)

    assert digest(row) != row.sha256
    with pytest.raises(SealBroken):
        drawing_of(row, by=world.officer, purpose="test")


def test_a_drawing_moved_to_another_signature_does_not_open(world) -> None:
    one, other = world.sign(world.person()), world.sign(world.person())
    one.drawing = other.drawing

    with pytest.raises(SealBroken):
        drawing_of(one, by=world.officer, purpose="test")


def test_opening_a_drawing_is_recorded_and_for_whoever_may_see_the_waiver(world) -> None:
    person = world.person()
    row = world.sign(person)

    for role in (Role.GATE_OFFICER, Role.PSYCHOLOGIST, Role.NURSE):
        with pytest.raises(NotAllowed):
            drawing_of(row, by=principal(role), purpose="test")
    drawing_of(row, by=world.examiner, purpose="test")

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT actor, person_id FROM read_event WHERE model = 'consent.waiversignature'"
        )
        assert cursor.fetchall() == [(world.examiner.pk, person.pk)]


def test_the_audit_holds_the_digest_of_what_was_drawn_alone(world) -> None:
    row = world.sign(world.person())

    body = AuditEvent.objects.get(model="consent.waiversignature").body["row"]
    assert body["drawing_sha256"] == row.drawing_sha256
    assert hashlib.sha256(bytes(row.drawing)).hexdigest() in str(body["drawing"])
    assert bytes(row.drawing).hex() not in str(body)


def test_who_signs_gives_their_own_password_again(world) -> None:
    person = world.person()
    own = world.participant(person)

    row = world.sign(person, account=own)

    assert (row.proof, row.account, row.drawing, row.drawing_sha256) == ("PASSWORD", own, None, "")
    assert row.sha256 == digest(row)
    assert drawing_of(row, by=world.officer, purpose="test") is None


@pytest.mark.parametrize("given", [{}, {"drawing": DRAWN}])
def test_a_signature_has_one_proof_and_no_more(world, given) -> None:
    person = world.person()
    both = bool(given)
    proof = {"drawing": None, "account": world.participant(person) if both else None, **given}

    with pytest.raises(InvalidInput, match="one of the two") as refused:
        world.sign(person, **proof)

    assert refused.value.field == "drawing"
    assert not WaiverSignature.objects.exists()


@pytest.mark.parametrize(
    ("drawing", "said"),
    [
        ([], "Nothing is drawn"),
        ([[[300, 100]]], "too small"),
        ([[[0, 0], [9000, 10]]], "cannot be read"),
        ([[[0, 0], [600, 200]]] * 201, "too long"),
    ],
)
def test_a_drawing_that_is_no_signature_is_refused_in_words(world, drawing, said) -> None:
    with pytest.raises(InvalidInput, match=said) as refused:
        world.sign(world.person(), drawing=drawing)

    assert refused.value.field == "drawing"
    assert not WaiverSignature.objects.exists()


def test_nobody_proves_it_by_a_login_that_is_not_the_signers_own(world) -> None:
    person, other = world.person(), world.person()

    for account in (world.participant(other), world.examiner):
        with pytest.raises(InvalidInput, match="not that of the person who signs") as refused:
            world.sign(person, account=account)
        assert refused.value.field == "account"
    with pytest.raises(OwnWitness):
        world.sign(person, account=world.officer)

    assert not WaiverSignature.objects.exists()


def test_a_password_that_somebody_else_gave_proves_nothing(world) -> None:
    person = world.person()
    own = login("New Comer", Role.PARTICIPANT, must_change=True)
    logins.link(by=world.officer, at=database_now(), person=person, principal=own)

    with pytest.raises(InvalidInput, match="was given by somebody else") as refused:
        world.sign(person, account=own)

    assert refused.value.field == "account"


def test_a_guardian_proves_it_by_the_login_that_is_recorded_as_theirs() -> None:
    world = World(asks=MINORS)
    person = young(world)
    guardian, named = login("Vera Quill", Role.PARTICIPANT), login("Vera Quill", Role.NURSE)
    guarded(world, person, guardian)

    row = world.sign(person, account=guardian)
    for wrong in (world.participant(person), named, principal(Role.PARTICIPANT)):
        with pytest.raises(InvalidInput, match="not recorded as that of a guardian") as refused:
            world.sign(person, account=wrong, **GUARDIAN)
        assert refused.value.field == "account"
    witness = login("Vera Quill", Role.SCREENING_OFFICER)
    guarded(world, person, witness)
    with pytest.raises(OwnWitness):
        world.sign(person, account=witness, by=witness)

    assert (row.proof, row.account, row.signer) == ("PASSWORD", guardian, "GUARDIAN")
    assert (row.guardian_name, row.guardian_relation) == ("Vera Quill", "mother")
    assert WaiverSignature.objects.filter(person=person).count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"proof": ""},
        {"proof": "PASSWORD"},
        {"proof": "SPOKEN"},
        {"drawing": None},
        {"drawing_sha256": ""},
        {"sha256": ""},
        {"account": "officer"},
        {"proof": "PASSWORD", "drawing": None, "drawing_sha256": ""},
        {"proof": "PASSWORD", "account": "officer", "drawing": None},
    ],
)
def test_the_database_refuses_a_new_signature_without_exactly_one_proof(world, change) -> None:
    person = world.person()
    row = world.sign(person)
    kept = {
        field.name: getattr(row, field.name)
        for field in row._meta.concrete_fields
        if field.name != "id"
    }
    if "account" in change:
        change = {**change, "account": world.officer}

    with (
        pytest.raises(IntegrityError, match="consent_waiversignature_one_proof"),
        transaction.atomic(),
        acting(by=seed(), at=database_now(), action="tests.plant"),
    ):
        WaiverSignature.objects.create(**{**kept, **change})
