"""Signing the exact text before a witness, and withdrawing from any state at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from consent.actions import rounds, waivers
from consent.actions.waivers import OwnWitness
from consent.models import (
    RoundSlot,
    WaiverSignature,
    WaiverSignatureAnnulment,
    WaiverWithdrawal,
)
from consent.queries import rounds as round_queries
from consent.queries.clearances import clearance_of
from consent.rules.answers import Reason
from labsys.accounts.actions import roles
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed, NotFound
from patients.actions import links, logins
from tests.consent.programme import FAILED, World
from tests.factories import principal, seed

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def reasons(world: World, person) -> tuple[Reason, ...]:
    return clearance_of(person, world.programme, at=database_now()).reasons


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ({"text_sha256": "0" * 64}, Conflict, "show it again"),
        ({"text_sha256": ""}, Conflict, "show it again"),
        ({"identity_checked": "   "}, InvalidInput, "identity was checked"),
        ({"language": "de"}, InvalidInput, "no text in de"),
    ],
)
def test_a_signature_that_proves_nothing_is_refused(world, change, error, said) -> None:
    with pytest.raises(error, match=said):
        world.sign(world.person(), **change)

    assert not WaiverSignature.objects.exists()


def test_a_text_is_signed_neither_before_it_is_approved_nor_after_it_is_replaced(world) -> None:
    person, at = world.person(), database_now()
    draft = waivers.draft_text(
        programme=world.programme,
        title="Next",
        body={"en": "Next"},
        effective_from=at,
        by=world.manager,
        at=at,
    )
    with pytest.raises(InvalidInput, match="not in force"):
        world.sign(person, text=draft, text_sha256=draft.sha256)
    waivers.approve_text(text=draft, by=world.examiner, at=database_now())

    with pytest.raises(InvalidInput, match="was replaced"):
        world.sign(person)
    with pytest.raises(InvalidInput, match="not in force"):
        world.sign(person, text=draft, text_sha256=draft.sha256, signed_at=at - timedelta(1))


def test_nobody_witnesses_their_own_signature_under_any_entry(world) -> None:
    survivor, duplicate = world.person(), world.person()
    links.link(
        by=world.registrar, at=database_now(), duplicate=duplicate, survivor=survivor, reason="same"
    )
    own = world.participant(duplicate)
    roles.grant(principal=own, role=Role.SCREENING_OFFICER, by=seed(), at=database_now())

    with pytest.raises(OwnWitness, match="their own signature"):
        world.sign(survivor, by=own)


@pytest.mark.parametrize(
    "state", ["unknown", "enrolled", "cleared", "failed", "withdrawn", "away", "returned"]
)
def test_withdrawal_works_from_any_state_and_twice(world, state) -> None:
    person = world.person() if state in ("unknown", "enrolled") else world.cleared()
    if state in ("away", "returned"):
        posting = world.post(person)
        if state == "returned":
            world.come_back(posting)
    if state == "enrolled":
        world.enrol(person)
    if state == "failed":
        world.medical(person, FAILED)
    if state == "withdrawn":
        world.withdraw(person)
    before = WaiverWithdrawal.objects.count()

    for _each in range(2):
        made = world.withdraw(person)
        assert made.effective_at <= made.recorded_at <= database_now()

    assert WaiverWithdrawal.objects.count() == before + 2
    if state not in ("unknown", "enrolled"):
        assert Reason.WITHDRAWN in reasons(world, person)


@pytest.mark.parametrize("wrong", ["code", "database"])
def test_no_withdrawal_is_undone_because_rounds_could_not_follow(world, monkeypatch, wrong) -> None:
    person = world.cleared()

    def broken(*_args: object, **_given: object) -> None:
        if wrong == "code":
            raise RuntimeError("the windows are broken")
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    monkeypatch.setattr(round_queries, "enrolled", broken)
    world.withdraw(person)

    assert WaiverWithdrawal.objects.filter(person=person).count() == 1
    assert reasons(world, person) == (Reason.WITHDRAWN,)
    assert RoundSlot.objects.filter(person=person, state="OPEN").exists()
    monkeypatch.undo()
    rounds.generate(programme=world.programme, by=world.officer, at=database_now())
    assert not RoundSlot.objects.filter(person=person, state="OPEN").exists()


def test_nobody_annuls_their_own_signature(world) -> None:
    person, own = world.person(), principal(Role.SCREENING_OFFICER)
    signature = world.sign(person)
    logins.link(by=world.officer, at=database_now(), person=person, principal=own)

    with pytest.raises(waivers.OwnWitness, match="annuls their own"):
        waivers.annul_signature(signature=signature, by=own, at=database_now(), reason="Why not.")

    assert not WaiverSignatureAnnulment.objects.exists()


def test_withdrawal_is_terminal_until_a_new_signature(world) -> None:
    person = world.cleared()
    world.withdraw(person, programme=None)
    world.medical(person)
    assert reasons(world, person) == (Reason.WITHDRAWN,)

    world.sign(person)

    assert reasons(world, person) == ()


def test_a_withdrawal_of_a_linked_entry_counts_for_the_person(world) -> None:
    survivor, duplicate = world.cleared(), world.person()
    links.link(
        by=world.registrar, at=database_now(), duplicate=duplicate, survivor=survivor, reason="same"
    )

    world.withdraw(duplicate)

    assert Reason.WITHDRAWN in reasons(world, survivor)


def test_a_participant_withdraws_nobody_else(world) -> None:
    mine, other = world.cleared(), world.cleared()

    with pytest.raises(NotFound):
        world.withdraw(other, by=world.participant(mine))
    with pytest.raises(NotAllowed):
        world.withdraw(other, by=principal(Role.AUDITOR))
    with pytest.raises(NotFound):
        world.withdraw(other, by=principal(Role.NURSE))  # not in her care

    assert not WaiverWithdrawal.objects.exists()


def test_an_annulled_signature_clears_nobody_from_then_on(world) -> None:
    person = world.cleared()
    then = database_now()
    signature = WaiverSignature.objects.get(person=person)

    waivers.annul_signature(
        signature=signature, by=world.officer, at=database_now(), reason="Wrong person."
    )

    assert reasons(world, person) == (Reason.NO_WAIVER,)
    assert clearance_of(person, world.programme, at=then).is_cleared
    with pytest.raises(Conflict, match="annulled meanwhile"):
        waivers.annul_signature(
            signature=signature, by=world.officer, at=database_now(), reason="Again."
        )
