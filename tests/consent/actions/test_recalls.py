"""Recalls: opened when somebody away loses their clearance, moved by steps that may be told late."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from consent.actions import postings, programmes, recalls, transitions
from consent.models import Delivery, PostingReturn, Recall, RecallStep
from consent.queries import recalls as queries
from consent.rules.facts import CheckOutcome
from consent.rules.recalls import RecallState, is_overdue
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from tests.consent.actions.test_deliveries import target
from tests.consent.actions.test_transitions import beat
from tests.consent.programme import FAILED, World, hours
from tests.factories import seed

pytestmark = pytest.mark.django_db
LOCATED, INFORMED = RecallState.LOCATED, RecallState.INFORMED
CANCELLED = RecallState.CANCELLED


@pytest.fixture
def world() -> World:
    return World()


def away(world: World):
    """Post somebody away who is cleared."""
    person = world.cleared()
    return person, world.post(person)


def recalled(world: World) -> Recall:
    person, _posting = away(world)
    world.withdraw(person)
    return Recall.objects.get(person=person)


def step(world: World, recall: Recall, to: RecallState, **more) -> RecallStep:
    at = database_now()
    given = {"happened_at": at, "by": world.officer, "at": at, **more}
    return recalls.step(recall=recall, to=to, **given)


def states(recall: Recall) -> list[str]:
    return list(recall.steps.order_by("id").values_list("new", flat=True))


def test_whoever_is_away_and_loses_clearance_is_recalled_at_once(world) -> None:
    target(what="RECALL")
    person, posting = away(world)
    assert not Recall.objects.exists()

    world.withdraw(person)

    recall = Recall.objects.get()
    assert (recall.person, recall.posting, recall.state) == (person, posting, "OPEN")
    assert recall.due_at == recall.transition.changed_at + timedelta(hours=48)
    assert recall.transition.come == ["WITHDRAWN"]
    assert Delivery.objects.get(what="RECALL").recall == recall


def test_whoever_is_here_is_not_recalled(world) -> None:
    person, posting = away(world)
    world.come_back(posting)
    other = world.cleared()

    world.withdraw(person)
    world.medical(other, FAILED)

    assert not Recall.objects.exists()


def test_a_lapse_while_away_recalls_when_the_beat_notices(world) -> None:
    person, _posting = away(world)

    beat(person.checks.earliest("performed_at").performed_at + hours(169))

    recall = Recall.objects.get()
    assert recall.transition.reasons[0] == "MEDICAL_LAPSED"
    assert recall.recorded_by.name == "system:sweep"


def test_the_clock_runs_from_the_loss_however_late_it_is_noticed(world) -> None:
    person, _posting = away(world)
    lapsed_at = person.checks.earliest("performed_at").performed_at + timedelta(days=7)
    noticed_at = lapsed_at + timedelta(days=2, hours=1)

    beat(noticed_at)

    recall = Recall.objects.get()
    assert recall.transition.changed_at == lapsed_at
    assert recall.due_at == lapsed_at + timedelta(hours=48) < recall.recorded_at
    (row,) = queries.listed(world.officer, at=noticed_at).running
    assert (row.is_overdue, row.hours_over) == (True, 1)


def test_a_loss_is_as_old_as_its_first_reason(world, monkeypatch) -> None:
    person, _posting = away(world)
    monkeypatch.setattr(recalls, "open_recall", lambda **given: None)
    world.withdraw(person)
    world.medical(person, FAILED)
    monkeypatch.undo()

    world.psychological(person, FAILED)

    assert Recall.objects.get().transition.come == ["WITHDRAWN"]


def test_the_rules_in_force_when_it_was_lost_say_how_long_a_recall_may_take(world) -> None:
    at = database_now()
    drafts = [
        programmes.draft_version(
            programme=world.programme,
            effective_from=at + timedelta(milliseconds=beginning),
            recall_within_hours=hours_,
            by=world.manager,
            at=at,
        )
        for beginning, hours_ in ((300, 12), (100, 6))
    ]
    later, earlier = drafts
    time.sleep(0.4)
    for version in (later, earlier):
        programmes.approve_version(version=version, by=world.examiner, at=database_now())

    recall = recalled(world)

    assert recall.due_at - recall.transition.changed_at == timedelta(hours=6)


def test_a_second_reason_opens_no_second_recall(world) -> None:
    recall = recalled(world)

    world.medical(recall.person, FAILED)

    assert Recall.objects.get() == recall


def test_a_programme_says_how_long_a_recall_may_take() -> None:
    world = World(asks={"recall_within_hours": 6})

    recall = recalled(world)

    assert recall.due_at - recall.transition.changed_at == timedelta(hours=6)
    assert not is_overdue(RecallState.OPEN, recall.due_at, at=recall.due_at - hours(0.001))
    assert is_overdue(RecallState.OPEN, recall.due_at, at=recall.due_at)
    assert not is_overdue(RecallState.RETURNED, recall.due_at, at=recall.due_at)


def test_steps_are_written_down_late_and_in_their_order(world) -> None:
    recall = recalled(world)
    happened = [recall.recorded_at + timedelta(microseconds=n) for n in (1, 2)]

    step(world, recall, LOCATED, happened_at=happened[0], note="At the outpost.")
    step(world, recall, INFORMED, happened_at=happened[1])

    assert states(recall) == ["LOCATED", "INFORMED"]
    first = recall.steps.earliest("id")
    assert first.happened_at == happened[0] < first.recorded_at
    with pytest.raises(Conflict, match="cannot follow"):
        step(world, recall, LOCATED)


def test_a_step_does_not_precede_an_earlier_one_or_the_posting(world) -> None:
    recall = recalled(world)
    step(world, recall, LOCATED)

    with pytest.raises(InvalidInput, match="earlier step"):
        step(world, recall, INFORMED, happened_at=recall.recorded_at)
    with pytest.raises(InvalidInput, match="future"):
        step(world, recall, INFORMED, happened_at=database_now() + hours(1))


def test_a_return_and_a_later_check_end_the_recall(world) -> None:
    recall = recalled(world)
    returned = world.come_back(recall.posting)
    world.psychological(recall.person)
    recall.refresh_from_db()
    assert (recall.state, recall.ended_at) == ("RETURNED", None)

    world.medical(recall.person, FAILED)

    recall.refresh_from_db()
    assert recall.state == "EXAMINED"
    assert states(recall) == ["RETURNED", "EXAMINED"]
    assert recall.steps.earliest("id").happened_at == returned.returned_at


def test_a_return_written_down_after_the_check_that_followed_it_ends_the_recall(world) -> None:
    recall = recalled(world)
    returned_at = database_now()
    check = world.medical(recall.person, FAILED)

    world.come_back(recall.posting, returned_at=returned_at)

    recall.refresh_from_db()
    assert (recall.state, recall.ended_at is None) == ("EXAMINED", False)
    moments = list(recall.steps.order_by("id").values_list("happened_at", flat=True))
    assert moments == [returned_at, check.performed_at]


@pytest.mark.parametrize("what", ["incomplete", "annulled", "psychological"])
def test_what_is_no_examination_does_not_end_a_recall(world, what) -> None:
    recall = recalled(world)
    returned_at = database_now()
    if what == "psychological":
        world.psychological(recall.person)
    elif what == "incomplete":
        world.medical(recall.person, CheckOutcome.INCOMPLETE)
    else:
        world.annul(world.medical(recall.person))

    world.come_back(recall.posting, returned_at=returned_at)

    recall.refresh_from_db()
    assert recall.state == "RETURNED"


def test_nobody_returns_before_they_were_located(world) -> None:
    recall = recalled(world)
    before = database_now()
    step(world, recall, LOCATED)

    with pytest.raises(InvalidInput, match="located or informed them later"):
        world.come_back(recall.posting, returned_at=before)

    assert not PostingReturn.objects.exists()
    assert states(recall) == ["LOCATED"]


def test_a_check_before_the_return_ends_no_recall(world) -> None:
    recall = recalled(world)
    before = database_now()
    world.come_back(recall.posting)

    world.medical(recall.person, performed_at=before)

    recall.refresh_from_db()
    assert recall.state == "RETURNED"


def test_a_recall_is_not_cancelled_on_what_was_so_before_its_turn_came(world) -> None:
    recall = recalled(world)
    world.sign(recall.person)
    asked = database_now()
    world.withdraw(recall.person)

    with pytest.raises(Conflict, match="away and not cleared"):
        step(world, recall, CANCELLED, note="Signed again.", happened_at=asked, at=asked)


def test_a_recall_is_cancelled_with_a_reason_once_they_are_cleared_again(world) -> None:
    recall = recalled(world)
    with pytest.raises(InvalidInput, match="Say why"):
        step(world, recall, CANCELLED)
    with pytest.raises(Conflict, match="away and not cleared"):
        step(world, recall, CANCELLED, note="Signed again.")
    world.sign(recall.person)

    step(world, recall, CANCELLED, note="Signed again.")

    recall.refresh_from_db()
    assert (recall.state, recall.ended_at is None) == ("CANCELLED", False)
    world.withdraw(recall.person)
    assert Recall.objects.filter(ended_at=None).count() == 1


def test_who_came_back_and_left_the_programme_stays_on_no_list(world) -> None:
    referred, withdrawn = recalled(world), recalled(world)
    world.sign(referred.person)
    world.medical(referred.person, FAILED)
    for one in (referred, withdrawn):
        world.come_back(one.posting)

    with pytest.raises(Conflict, match="back and not cleared"):
        step(world, referred, CANCELLED, note="Went home.")
    step(world, withdrawn, CANCELLED, note="Withdrew, and will not be examined.")

    withdrawn.refresh_from_db()
    assert (withdrawn.state, withdrawn.ended_at is None) == ("CANCELLED", False)


def test_the_dead_are_not_recalled_and_who_was_taken_for_dead_is(world) -> None:
    person, _posting = away(world)
    world.dies(person)
    world.medical(person, FAILED)
    assert not Recall.objects.exists()

    world.dies(person, deceased_on=None)
    transitions.follow(person_ids=[person.pk], cause="TOLD", by=seed(), at=database_now())

    assert Recall.objects.get().person == person


def test_the_recall_of_somebody_who_died_is_cancelled_by_hand(world) -> None:
    recall = recalled(world)
    world.dies(recall.person)

    step(world, recall, CANCELLED, note="Died at Station 4.")

    recall.refresh_from_db()
    assert recall.state == "CANCELLED"
    transitions.follow(person_ids=[recall.person_id], cause="TOLD", by=seed(), at=database_now())
    assert not Recall.objects.filter(ended_at=None).exists()


def test_a_posting_on_which_nobody_left_cancels_its_recall(world) -> None:
    recall = recalled(world)

    postings.annul(
        posting=recall.posting, by=world.officer, at=database_now(), reason="Never left."
    )

    recall.refresh_from_db()
    assert recall.state == "CANCELLED"


def test_a_posting_recorded_late_is_recalled_if_they_lost_clearance_since(world) -> None:
    person = world.cleared()
    then = database_now()
    world.medical(person, FAILED)

    world.post(person, left_at=then)

    assert Recall.objects.get().person == person


@pytest.mark.parametrize("to", [RecallState.RETURNED, RecallState.EXAMINED, RecallState.OPEN])
def test_what_follows_from_another_record_is_not_written_by_hand(world, to) -> None:
    with pytest.raises(InvalidInput, match="follows from another record"):
        step(world, recalled(world), to)


def test_only_who_works_on_recalls_moves_them(world) -> None:
    recall = recalled(world)

    with pytest.raises(NotAllowed):
        step(world, recall, LOCATED, by=world.psychologist)


def test_the_first_due_comes_first_and_hours_are_counted(world) -> None:
    late, early = recalled(world), recalled(World(asks={"recall_within_hours": 1}))

    found = queries.listed(world.officer, at=early.due_at + hours(2.5))

    assert [row.recall for row in found.running] == [early, late]
    assert [row.is_overdue for row in found.running] == [True, False]
    assert found.running[0].hours_over == 2
