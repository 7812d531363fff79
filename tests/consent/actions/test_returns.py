"""Who comes back is free to go after a medical evaluation and an interview; findings keep apart."""

from __future__ import annotations

from datetime import timedelta

import pytest

from consent.actions import returns
from consent.actions.checks import OwnCheck
from consent.actions.postings import NotCleared
from consent.models import PostingReturn, ReturnEvaluation
from consent.queries.clearances import clearance_of
from consent.rules.answers import Reason
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from patients.actions import logins, quarantine
from patients.models import QuarantineOrder
from tests.consent.programme import FAILED, REFERRED, World
from tests.factories import principal

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def back(world: World, person=None) -> PostingReturn:
    made: PostingReturn = world.come_back(world.post(person or world.cleared()))
    return made


def free(world: World, row: PostingReturn, **more) -> ReturnEvaluation:
    given = {"by": world.examiner, "at": database_now(), **more}
    return returns.free(posting_return=row, **given)


def apart(world: World, row: PostingReturn, **more) -> ReturnEvaluation:
    at = database_now()
    given = {"kind": "HOSPITAL", "reason": "Fever.", "by": world.examiner, "at": at, **more}
    return returns.keep_apart(posting_return=row, **given)


def reasons(world: World, row: PostingReturn, at=None) -> tuple[Reason, ...]:
    answer = clearance_of(row.posting.person, world.programme, at=at or database_now())
    return answer.reasons


def test_who_came_back_is_posted_again_only_once_free_to_go(world) -> None:
    row = back(world)
    person, before = row.posting.person, row.returned_at - timedelta(microseconds=1)

    assert reasons(world, row) == (Reason.OPEN_FINDING,)
    assert reasons(world, row, before) == ()
    with pytest.raises(NotCleared):
        world.post(person)
    world.medical(person)
    world.psychological(person)
    assert reasons(world, row) == (Reason.OPEN_FINDING,)
    waited = database_now()
    free(world, row)

    assert reasons(world, row) == ()
    assert reasons(world, row, waited) == (Reason.OPEN_FINDING,)
    assert world.post(person).ended_at is None


def test_both_come_first_and_the_refusal_says_what_is_wanting(world) -> None:
    row = back(world)
    person = row.posting.person
    with pytest.raises(Conflict, match="No medical check .* No interview"):
        free(world, row)
    world.medical(person, FAILED)
    with pytest.raises(Conflict, match="is not passed. No interview"):
        free(world, row)
    refused = person.checks.get(outcome="FAILED")
    world.medical(person, lifts=[refused])
    with pytest.raises(Conflict, match="^No interview was held since the return.$"):
        free(world, row)

    # What was said there keeps nobody back.
    interview = world.psychological(person, REFERRED)
    made = free(world, row)

    assert made.psychological_check == interview
    assert made.medical_check.performed_at > row.returned_at
    assert reasons(world, row) == (Reason.PSYCH_REFERRED,)


def test_a_check_from_before_the_return_or_recorded_in_error_is_none(world) -> None:
    row = back(world)
    person = row.posting.person
    world.medical(person, performed_at=row.returned_at - timedelta(microseconds=1))
    world.annul(world.medical(person))
    world.psychological(person)

    with pytest.raises(Conflict, match="No medical check"):
        free(world, row)


def test_a_finding_orders_quarantine_in_the_same_step(world) -> None:
    row = back(world)

    made = apart(world, row)

    order = QuarantineOrder.objects.get(person=row.posting.person)
    assert (made.quarantine, order.recorded_by, order.kind) == (order, world.examiner, "HOSPITAL")
    assert made.recorded_at == order.recorded_at
    assert reasons(world, row) == (Reason.QUARANTINED, Reason.OPEN_FINDING)


def test_a_quarantine_that_is_refused_leaves_nothing_behind(world) -> None:
    row = back(world)
    past = database_now() - timedelta(days=1)

    for wrong in ({"reason": " "}, {"ends_at": past}, {"kind": "CELLAR"}):
        with pytest.raises(InvalidInput):
            apart(world, row, **wrong)

    assert not QuarantineOrder.objects.exists()
    assert not ReturnEvaluation.objects.exists()


def test_after_the_quarantine_somebody_is_evaluated_again(world) -> None:
    row = back(world)
    person = row.posting.person
    made = apart(world, row)
    at = database_now()
    given = {"order": made.quarantine, "lifted_at": at, "at": at, "reason": "Well."}
    with pytest.raises(NotAllowed):
        quarantine.lift(by=world.examiner, **given)
    quarantine.lift(by=world.registrar, **given)
    world.medical(person)
    world.psychological(person)

    free(world, row)

    assert reasons(world, row) == ()
    assert [one.outcome for one in row.evaluations.order_by("id")] == ["QUARANTINE", "FREE"]
    for act in (free, apart):
        with pytest.raises(Conflict, match="already"):
            act(world, row)


def test_a_physician_evaluates_and_nobody_themselves(world) -> None:
    row = back(world)
    world.medical(row.posting.person)
    world.psychological(row.posting.person)
    for role in (Role.SCREENING_OFFICER, Role.PSYCHOLOGIST, Role.INFECTION_CONTROL, Role.NURSE):
        for act in (free, apart):
            with pytest.raises(NotAllowed):
                act(world, row, by=principal(role))
    own = principal(Role.EXAMINING_PHYSICIAN, Role.PARTICIPANT)
    at = database_now()
    logins.link(by=world.officer, at=at, person=row.posting.person, principal=own)

    with pytest.raises(OwnCheck):
        free(world, row, by=own)
    assert not ReturnEvaluation.objects.exists()
