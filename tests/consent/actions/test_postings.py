"""Postings: decided in the instant somebody leaves, one at a time, ended once."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from consent.actions import postings
from consent.actions.postings import NotCleared
from consent.models import Posting, PostingReturn, WaiverWithdrawal
from consent.queries.clearances import clearance_of
from consent.rules.gates import GateStatus
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from labsys.lib.records import AppendOnlyError
from patients.actions import links
from tests.consent.programme import FAILED, PASSED, World
from tests.factories import principal

RACERS = 20


@pytest.fixture
def world() -> World:
    return World()


def link(world: World, duplicate, survivor):
    return links.link(
        by=world.registrar, at=database_now(), duplicate=duplicate, survivor=survivor, reason="same"
    )


@pytest.mark.django_db
def test_who_is_cleared_leaves_and_what_it_rested_on_is_kept(world) -> None:
    person = world.cleared()
    answer = clearance_of(person, world.programme, at=database_now())

    made = world.post(person, destination="Station 4")

    assert made.relied_on == [f"{fact.kind} {fact.id}" for fact in answer.relied_on]
    assert (made.valid_until, made.programme_version) == (answer.valid_until, 1)
    assert made.left_at == made.answered_at == made.recorded_at
    assert clearance_of(person, world.programme, at=made.answered_at).is_cleared
    assert list(Posting.objects.away()) == [made]


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.SCREENING_OFFICER, Role.GATE_OFFICER])
def test_who_is_not_cleared_stays_and_the_refusal_holds_the_gates_word_alone(world, role) -> None:
    person = world.cleared()
    world.medical(person, FAILED)

    with pytest.raises(NotCleared) as refused:
        world.post(person, by=principal(role))

    assert refused.value.status_word is GateStatus.REVOKED
    assert str(refused.value) == "The clearance for this programme is revoked."
    assert not Posting.objects.exists()


@pytest.mark.django_db
def test_who_is_away_leaves_again_only_after_the_return(world) -> None:
    person, other = world.cleared(), world.person()
    link(world, other, person)
    made = world.post(person)

    for entry in (person, other):
        with pytest.raises(Conflict, match="away already"):
            world.post(entry)
    world.go_free(world.come_back(made))

    assert world.post(other).person == other
    assert Posting.objects.count() == 2


@pytest.mark.django_db
def test_a_posting_ends_once(world) -> None:
    made = world.post(world.cleared())
    at = database_now()
    back = world.come_back(made, returned_at=at, note="By the north gate.")

    with pytest.raises(Conflict, match="ended already"):
        world.come_back(made)
    with pytest.raises(Conflict, match="ended already"):
        postings.annul(posting=made, by=world.officer, at=database_now(), reason="Nobody left.")

    made.refresh_from_db()
    assert (made.ended_at, back.note) == (at, "By the north gate.")
    assert not Posting.objects.away().exists()


@pytest.mark.django_db
def test_a_return_before_the_leaving_or_ahead_of_now_is_refused(world) -> None:
    made = world.post(world.cleared())
    for wrong in (made.left_at - timedelta(seconds=1), database_now() + timedelta(hours=1)):
        with pytest.raises(InvalidInput) as refused:
            world.come_back(made, returned_at=wrong)
        assert refused.value.field == "returned_at"

    ahead = database_now() + timedelta(minutes=1)
    assert world.come_back(made, returned_at=ahead).returned_at < ahead


@pytest.mark.django_db
def test_a_posting_recorded_although_nobody_left_is_annulled_with_a_reason(world) -> None:
    person = world.cleared()
    made = world.post(person)

    with pytest.raises(InvalidInput):
        postings.annul(posting=made, by=world.officer, at=database_now(), reason=" ")
    postings.annul(posting=made, by=world.officer, at=database_now(), reason="Wrong person.")

    assert not Posting.objects.away().exists()
    assert world.post(person, left_at=made.left_at).left_at == made.left_at


@pytest.mark.django_db
def test_a_posting_recorded_late_is_decided_for_the_moment_of_leaving(world) -> None:
    person = world.cleared()
    then = database_now()
    world.medical(person, FAILED)

    late = world.post(person, left_at=then)

    assert late.left_at == then < late.answered_at
    assert not clearance_of(person, world.programme, at=late.answered_at).is_cleared


@pytest.mark.django_db
def test_a_posting_recorded_late_counts_what_became_known_since(world) -> None:
    person = world.cleared()
    then = database_now()
    world.medical(person, FAILED, performed_at=then)

    with pytest.raises(NotCleared):
        world.post(person, left_at=then)


@pytest.mark.django_db
def test_what_was_recorded_late_fits_what_is_on_record(world) -> None:
    person = world.cleared()
    then = database_now()
    world.come_back(world.post(person))

    with pytest.raises(InvalidInput, match="away at that moment"):
        world.post(person, left_at=then)
    with pytest.raises(InvalidInput, match="lies in the future"):
        world.post(person, left_at=database_now() + timedelta(minutes=3))
    with pytest.raises(NotAllowed):
        world.post(person, left_at=then, by=principal(Role.GATE_OFFICER))
    for role in (Role.EXAMINING_PHYSICIAN, Role.PARTICIPANT, Role.AUDITOR):
        with pytest.raises(NotAllowed):
            world.post(person, by=principal(role))


@pytest.mark.django_db
def test_only_the_end_of_a_posting_is_ever_written(world) -> None:
    made = world.post(world.cleared())

    with pytest.raises(AppendOnlyError):
        Posting.objects.filter(pk=made.pk).update(destination="Elsewhere")
    with pytest.raises(AppendOnlyError):
        Posting.objects.filter(pk=made.pk).delete()


def raced(*acts) -> list[object]:
    """Let acts begin at once, each on a connection of its own; return what came of each."""
    begin, found = Barrier(len(acts)), [None] * len(acts)

    def run(place: int) -> None:
        try:
            with transaction.atomic():
                connection.ensure_connection()
            begin.wait(timeout=20)
            found[place] = acts[place]()
        except Exception as raised:  # noqa: BLE001 - judged by the test
            found[place] = raised
        finally:
            connection.close()

    racing = [Thread(target=run, args=(place,)) for place in range(len(acts))]
    for one in racing:
        one.start()
    for one in racing:
        one.join(timeout=60)
    return found


def test_twenty_racing_postings_and_withdrawals_let_nobody_leave_without_clearance(
    fresh_database: str,
) -> None:
    world = World()
    people = [world.cleared() for _each in range(RACERS // 2)]
    acts = [lambda person=person: world.post(person) for person in people]
    acts += [lambda person=person: world.withdraw(person) for person in people]

    found = raced(*acts)

    assert [one for one in found[len(people) :] if not isinstance(one, WaiverWithdrawal)] == []
    posted = [one for one in found[: len(people)] if isinstance(one, Posting)]
    stayed = [one for one in found[: len(people)] if isinstance(one, NotCleared)]
    assert len(posted) + len(stayed) == len(people), found
    for one in posted:
        # What is known now of the moment at which each was let go says the same.
        assert clearance_of(one.person, world.programme, at=one.answered_at).is_cleared
        held = WaiverWithdrawal.objects.get(person=one.person)
        assert held.recorded_at > one.answered_at
    for person in people:
        assert not clearance_of(person, world.programme, at=database_now()).is_cleared


def test_a_posting_that_waits_for_a_withdrawal_knows_of_it(fresh_database: str) -> None:
    world = World()
    person = world.cleared()
    asked_at, found = database_now(), []

    def post() -> None:
        try:
            found.append(world.post(person, at=asked_at))
        except NotCleared as refused:
            found.append(refused)
        finally:
            connection.close()

    racing = Thread(target=post)
    with transaction.atomic():
        world.withdraw(person)  # holds the lock until this block ends
        racing.start()
        racing.join(timeout=0.5)
        assert racing.is_alive()
    racing.join(timeout=20)

    assert [one.status_word for one in found] == [GateStatus.REVOKED]


def test_of_racing_postings_of_one_person_one_leaves(fresh_database: str) -> None:
    world = World()
    person, other = world.cleared(), world.person()
    link(world, other, person)

    found = raced(*(lambda one=one: world.post(one) for one in (person, other) * 4))

    assert len([one for one in found if isinstance(one, Posting)]) == 1, found
    assert len([one for one in found if isinstance(one, Conflict)]) == 7


def test_of_racing_returns_one_is_recorded(fresh_database: str) -> None:
    world = World()
    made = world.post(world.cleared())

    found = raced(*(lambda: world.come_back(made) for _each in range(4)))

    assert len([one for one in found if isinstance(one, PostingReturn)]) == 1
    assert len([one for one in found if isinstance(one, Conflict)]) == 3


@pytest.mark.django_db
def test_a_clearance_that_has_lapsed_posts_nobody(world) -> None:
    person = world.cleared()
    week = timedelta(days=7)
    for kind in (world.medical, world.psychological):
        kind(person, PASSED, performed_at=database_now() - week)
    for check in person.checks.order_by("id")[:2]:
        world.annul(check)

    with pytest.raises(NotCleared) as refused:
        world.post(person)

    assert refused.value.status_word is GateStatus.EXPIRED
