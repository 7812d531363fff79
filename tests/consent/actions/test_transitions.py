"""The kept log: written by acts, by results and by time; late at worst, and never asked for an answer."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assays.actions import results
from consent.actions import checks, transitions
from consent.models import ClearanceTouch, ClearanceTransition, ClearanceWatch, WaiverWithdrawal
from consent.queries import clearances
from consent.queries import transitions as queries
from consent.queries.transitions import TICK, kept_log
from consent.rules.answers import Reason
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.work import periodic, worker
from labsys.work.models import WorkItem
from labsys.work.registry import Execution
from patients.actions import links, persons, quarantine
from patients.models import Person
from tests.consent.programme import FAILED, World
from tests.consent.queries.test_clearances import LOAD, load
from tests.factories import principal

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def world() -> World:
    return World()


def work() -> None:
    """Do what waits, as a worker would."""
    periodic.load()
    worker.drain(Execution(worker="test", task_id="test"), seconds=60)


def beat(at: datetime) -> None:
    """Do what the beat asks for at a moment, and nothing else."""
    sweep = Principal.objects.system("sweep")
    while queries.is_due(at):
        transitions.watch(by=sweep, at=at)
        touches = ClearanceTouch.objects.filter(person=None, programme=None)
        transitions.follow_touches(touch_ids=[touches.latest("id").pk], by=sweep, at=at)


def derived_log(person: Person, world: World, until: datetime):
    """Return the derived log from the first moment that is written down."""
    since = kept_log(person, world.programme)[0][0]
    found = clearances.log_of(person, world.programme, since=since, until=until + TICK)
    return [(one.at, frozenset(one.clearance.reasons)) for one in found]


def changes(person: Person) -> list[str]:
    rows = ClearanceTransition.objects.filter(person=person)
    return [row.change for row in rows.order_by("changed_at", "id")]


def test_every_act_is_followed_in_its_own_transaction(world) -> None:
    person = world.cleared()
    failed = world.medical(person, FAILED)
    world.medical(person, lifts=[failed])
    world.withdraw(person)
    now = database_now()

    assert kept_log(person, world.programme) == derived_log(person, world, now)
    assert changes(person)[0] == "FIRST"
    assert changes(person)[-4:] == ["REGAINED", "REVOKED", "REGAINED", "REVOKED"]
    last = ClearanceTransition.objects.filter(person=person).latest("id")
    assert (last.status, last.reasons, last.come, last.gone) == (
        "NOT_CLEARED",
        [Reason.WITHDRAWN],
        [Reason.WITHDRAWN],
        [],
    )
    assert (last.cause, last.recorded_by) == ("ACT", world.officer)


def test_the_same_is_not_written_down_twice(world) -> None:
    person = world.cleared()
    before = ClearanceTransition.objects.count()

    for _each in range(3):
        transitions.follow(
            person_ids=[person.pk], cause="TOLD", by=world.officer, at=database_now()
        )

    assert ClearanceTransition.objects.count() == before


def test_an_annulled_pass_is_followed(world) -> None:
    person = world.cleared()
    passed = person.checks.get(kind="MEDICAL")

    checks.annul(check=passed, by=world.examiner, at=database_now(), reason="Wrong person.")

    assert kept_log(person, world.programme)[-1][1] == {Reason.MEDICAL_MISSING}


def test_stopped_for_a_week_beat_and_worker_change_no_answer(world) -> None:
    person = world.cleared()
    at = database_now()
    asked = [at + timedelta(days=days) for days in (0, 6.9, 7.1, 8)]
    answers = [clearances.clearance_of(person, world.programme, at=one).reasons for one in asked]
    lapsed = (Reason.MEDICAL_LAPSED, Reason.PSYCH_LAPSED)

    assert answers == [(), (), lapsed, lapsed]
    assert not WorkItem.objects.filter(kind=transitions.FOLLOW, state="DONE").exists()
    assert kept_log(person, world.programme)[-1][1] == frozenset()

    beat(asked[-1])

    assert kept_log(person, world.programme) == derived_log(person, world, asked[-1])
    assert kept_log(person, world.programme)[-1][1] == set(lapsed)
    again = [clearances.clearance_of(person, world.programme, at=one).reasons for one in asked]
    assert again == answers
    row = ClearanceTransition.objects.filter(person=person).latest("id")
    assert (row.cause, row.changed_at < asked[-1]) == ("TIME", True)


def test_the_watch_asks_once_and_sleeps_until_the_next_moment(world) -> None:
    person, sweep = world.cleared(), Principal.objects.system("sweep")
    first = person.checks.earliest("performed_at")
    at = database_now() + timedelta(days=1, minutes=1)
    beat(at)

    watch = ClearanceWatch.objects.get(person=person)
    assert watch.next_at <= at + transitions.AT_LEAST_EVERY
    assert not transitions.watch(by=sweep, at=at)
    beat(first.performed_at + WEEK - timedelta(hours=1))
    assert ClearanceWatch.objects.get(person=person).next_at == first.performed_at + WEEK


def test_a_look_at_more_people_asks_no_more_questions(world) -> None:
    sweep = Principal.objects.system("sweep")
    people = [world.cleared() for _number in range(6)]
    asked = []
    for some in (people[:2], people):
        transitions.follow(
            person_ids=[one.pk for one in some], cause="TIME", by=sweep, at=database_now()
        )
        with CaptureQueriesContext(connection) as captured:
            later = transitions.follow(
                person_ids=[one.pk for one in some], cause="TIME", by=sweep, at=database_now()
            )
        assert later == []
        asked.append(len(captured))
    assert asked[0] == asked[1]


def test_people_looked_at_together_are_each_written_down_as_they_were(world) -> None:
    linked, withdrawn, late, double = (
        world.cleared(),
        world.cleared(),
        world.cleared(),
        world.person(),
    )
    links.link(
        by=world.registrar, at=database_now(), duplicate=double, survivor=linked, reason="same"
    )
    world.withdraw(withdrawn)
    at = database_now() + WEEK + timedelta(days=1)

    transitions.follow(
        person_ids=[linked.pk, withdrawn.pk, late.pk],
        cause="TIME",
        by=Principal.objects.system("sweep"),
        at=at,
    )

    for person in (linked, withdrawn, late):
        assert kept_log(person, world.programme) == derived_log(person, world, at)
    assert kept_log(withdrawn, world.programme) != kept_log(late, world.programme)
    assert ClearanceWatch.objects.filter(checked_at=at, next_at__gt=at).count() == 3


def test_what_a_worker_does_late_is_written_with_the_moment_it_happened(world) -> None:
    person = world.cleared()
    order = quarantine.order(
        by=world.registrar,
        at=database_now(),
        person=person,
        kind="HOME",
        reason="exposed",
        starts_at=database_now(),
    )
    quarantined = database_now()
    quarantine.lift(
        by=world.registrar,
        at=database_now(),
        order=order,
        lifted_at=database_now(),
        reason="well",
    )

    assert kept_log(person, world.programme)[-1][1] == frozenset()
    work()

    assert kept_log(person, world.programme) == derived_log(person, world, database_now())
    rows = ClearanceTransition.objects.filter(person=person, cause="TOLD")
    assert [row.reasons for row in rows.order_by("changed_at")] == [[Reason.QUARANTINED], []]
    assert rows.earliest("changed_at").changed_at < quarantined


def test_a_nanite_result_is_followed_from_its_recording_on(world) -> None:
    mine = World(asks=LOAD)
    person, other = mine.cleared(), mine.person()
    lab = principal(Role.PATHOLOGIST)
    result = load(person, 10)
    load(other, 10)  # nobody enrolled: nothing to look at
    assert [one.person_id for one in ClearanceTouch.objects.exclude(person=None)] == [person.pk]
    held = results.hold(result=result, by=lab, at=database_now(), reason="Clot.")
    work()
    assert kept_log(person, mine.programme)[-1][1] >= {Reason.OPEN_FINDING}
    results.clear_hold(
        hold=held, by=principal(Role.PATHOLOGIST), at=database_now(), reason="No clot."
    )
    work()

    assert Reason.OPEN_FINDING not in kept_log(person, mine.programme)[-1][1]
    assert kept_log(person, mine.programme) == derived_log(person, mine, database_now())


def test_doubted_identity_and_linked_entries_are_followed(world) -> None:
    person, double = world.cleared(), world.person()
    at = database_now()
    persons.doubt_identity(person=person, by=world.registrar, at=at, basis="face", happened_at=at)
    work()
    assert kept_log(person, world.programme)[-1][1] == {Reason.IDENTITY_UNCONFIRMED}

    links.link(
        by=world.registrar, at=database_now(), duplicate=person, survivor=double, reason="same"
    )
    work()

    now = database_now()
    expected = clearances.clearance_of(double, world.programme, at=now).reasons
    assert kept_log(double, world.programme)[-1][1] == set(expected)
    beat(now + timedelta(days=9))
    assert not ClearanceWatch.objects.filter(person=person).exists()


def test_a_new_waiver_text_is_followed_for_everybody(world) -> None:
    first, second = world.cleared(), world.cleared()
    work()

    world.new_text()
    work()

    for person in (first, second):
        assert kept_log(person, world.programme)[-1][1] == {Reason.WAIVER_SUPERSEDED}


def test_an_enrolment_that_nobody_followed_is_found(world) -> None:
    person, sweep = world.cleared(), Principal.objects.system("sweep")
    ClearanceWatch.objects.filter(person=person).delete()

    assert transitions.adopt(by=sweep, at=database_now()) == 1
    beat(database_now())

    assert kept_log(person, world.programme) == derived_log(person, world, database_now())


def test_a_fact_committed_late_is_written_down_beside_what_was_announced() -> None:
    world = World(asks=LOAD)
    person = world.cleared()
    result = load(person, 10)
    early = database_now()
    world.psychological(person, FAILED)
    late = ClearanceTransition.objects.filter(person=person).latest("id")
    # The laboratory takes no lock of a person: committed after, recorded before.
    results.hold(result=result, by=principal(Role.PATHOLOGIST), at=early, reason="Clot.")
    work()

    log = kept_log(person, world.programme)
    assert log == derived_log(person, world, database_now())
    assert (early, frozenset({Reason.NANITE_MISSING, Reason.OPEN_FINDING})) in log
    rows = ClearanceTransition.objects.filter(person=person, changed_at=late.changed_at)
    before = {Reason.NANITE_MISSING, Reason.PSYCH_FAILED}
    assert [set(row.reasons) for row in rows.order_by("id")] == [
        before,
        before | {Reason.OPEN_FINDING},
    ]


def test_no_act_is_undone_because_it_could_not_be_announced(world, monkeypatch) -> None:
    person = world.cleared()
    monkeypatch.setattr(transitions, "follow", _broken)

    world.withdraw(person)

    assert WaiverWithdrawal.objects.filter(person=person).count() == 1
    assert ClearanceTouch.objects.filter(person=person).count() == 1
    monkeypatch.undo()
    work()
    assert kept_log(person, world.programme)[-1][1] == {Reason.WITHDRAWN}


def _broken(**given: object) -> None:
    raise RuntimeError("the log is broken")
