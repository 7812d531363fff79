"""Capacity to consent: who lacks it signs nothing, and withdraws all the same."""

from __future__ import annotations

from datetime import timedelta

import pytest

from consent.actions import capacities
from consent.actions.capacities import LacksCapacity
from consent.actions.checks import OwnCheck
from consent.models import (
    CapacityAssessment,
    ClearanceTransition,
    Recall,
    WaiverSignature,
    WaiverWithdrawal,
)
from consent.queries.clearances import clearance_of
from consent.rules.answers import Reason
from consent.rules.capacities import Capacity
from labsys.accounts.actions import roles
from labsys.accounts.roles import MACHINES, Role
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, NotAllowed
from patients.actions import links
from tests.consent.programme import World
from tests.factories import principal, seed

pytestmark = pytest.mark.django_db
HAS, DOUBTED, LACKS = Capacity


@pytest.fixture
def world() -> World:
    return World()


def assess(world: World, person, outcome: Capacity, **more):
    at = database_now()
    given = {"assessed_at": at, "by": world.psychologist, "at": at, **more}
    return capacities.assess(person=person, outcome=outcome, **given)


def test_who_lacks_capacity_signs_no_waiver_until_a_later_assessment(world) -> None:
    person = world.person()
    assess(world, person, LACKS)
    with pytest.raises(LacksCapacity, match="cannot decide about taking part"):
        world.sign(person)
    assert not WaiverSignature.objects.exists()

    assess(world, person, HAS)

    assert world.sign(person).person == person


def test_a_doubt_does_not_make_able_whom_a_clinician_found_unable(world) -> None:
    person = world.cleared()
    assess(world, person, LACKS)

    assess(world, person, DOUBTED)

    answer = clearance_of(person, world.programme, at=database_now())
    assert answer.reasons == (Reason.NO_WAIVER,)
    with pytest.raises(LacksCapacity):
        world.sign(person)


def test_a_doubt_is_shown_and_refuses_nothing(world) -> None:
    person = world.person()
    assess(world, person, DOUBTED)

    assert world.sign(person).person == person


def test_who_was_never_assessed_is_presumed_able(world) -> None:
    assert world.sign(world.person())


def test_neither_a_backdated_signature_nor_one_recorded_now_goes_round_it(world) -> None:
    person = world.person()
    assess(world, person, LACKS)
    while_lacking = database_now()
    assess(world, person, HAS)
    with pytest.raises(LacksCapacity):
        world.sign(person, signed_at=while_lacking)
    while_able = database_now()
    assess(world, person, LACKS)

    with pytest.raises(LacksCapacity):
        world.sign(person, signed_at=while_able)


def test_it_is_known_under_every_linked_entry(world) -> None:
    survivor, duplicate = world.person(), world.person()
    assess(world, duplicate, LACKS)
    links.link(
        by=world.registrar, at=database_now(), duplicate=duplicate, survivor=survivor, reason="same"
    )

    with pytest.raises(LacksCapacity):
        world.sign(survivor)


def test_a_withdrawal_asks_for_no_capacity(world) -> None:
    person = world.cleared()
    assess(world, person, LACKS)

    world.withdraw(person)

    assert WaiverWithdrawal.objects.filter(person=person).count() == 1
    assert not clearance_of(person, world.programme, at=database_now()).is_cleared


def test_a_finding_after_the_signature_takes_the_clearance_at_once_and_recalls(world) -> None:
    here, away = world.cleared(), world.cleared()
    posting = world.post(away)

    for person in (here, away):
        assess(world, person, LACKS)

    for person in (here, away):
        answer = clearance_of(person, world.programme, at=database_now())
        assert answer.reasons == (Reason.NO_WAIVER,)
        lost = ClearanceTransition.objects.filter(person=person).latest("id")
        assert (lost.change, lost.cause) == ("REVOKED", "ACT")
    assert Recall.objects.get().posting == posting
    assert WaiverSignature.objects.count() == 2, "what was signed stays on file"

    assess(world, here, HAS)

    assert clearance_of(here, world.programme, at=database_now()).is_cleared


def test_a_doubt_takes_no_clearance(world) -> None:
    person = world.cleared()

    assess(world, person, DOUBTED)

    assert clearance_of(person, world.programme, at=database_now()).is_cleared


def test_nobody_assesses_themselves_and_only_clinicians_assess(world) -> None:
    person = world.person()
    own = world.participant(person)
    roles.grant(principal=own, role=Role.PSYCHOLOGIST, by=seed(), at=database_now())
    with pytest.raises(OwnCheck):
        assess(world, person, HAS, by=own)
    for role in set(Role) - MACHINES - {Role.PSYCHOLOGIST, Role.EXAMINING_PHYSICIAN}:
        with pytest.raises(NotAllowed):
            assess(world, person, HAS, by=principal(role))
    assert not CapacityAssessment.objects.exists()


def test_it_rests_on_a_psychological_check_of_the_same_person(world) -> None:
    person = world.person()
    check = world.psychological(person)

    assert assess(world, person, HAS, of_check=check).of_check == check
    for wrong in (world.medical(person), world.psychological(world.person())):
        with pytest.raises(InvalidInput, match="same person"):
            assess(world, person, HAS, of_check=wrong)
    with pytest.raises(InvalidInput, match="future"):
        assess(world, person, HAS, assessed_at=database_now() + timedelta(minutes=3))
