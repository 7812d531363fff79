"""The queue's rows: order, leases, fences, failure, and what a person decides."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from labsys.work import queue, registry, tasks, worker
from labsys.work.actions import decisions
from labsys.work.models import WorkDecision, WorkItem, WorkState
from labsys.work.queue import Claim
from labsys.work.registry import Execution
from labsys.work.sweep import due, is_long_due, sweep
from tests import factories

EXECUTION = Execution(worker="test:1", task_id="task-1")


class Recorder:
    """A handler that notes what it applied, and fails where a test wants it to."""

    kind = "test"
    version = 1
    batch = 8
    run = 1
    is_long = False

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.poison: set[int] = set()
        self.away = False
        self.slow: set[int] = set()

    def prepare(self, claims: Sequence[Claim], execution: Execution) -> Mapping[int, Any]:
        if self.away:
            raise OperationalError("the connection is closed")
        for claim in claims:
            if claim.subject_id in self.slow:
                take_too_long()
            if claim.subject_id in self.poison:
                raise ValueError(f"cannot analyse {claim.subject_id}")
        return {claim.id: claim.subject_id for claim in claims}

    def apply(
        self, claims: Sequence[Claim], effects: Mapping[int, Any], execution: Execution
    ) -> None:
        self.batches.append([effects[claim.id] for claim in claims])

    @property
    def applied(self) -> list[int]:
        return [subject for batch in self.batches for subject in batch]


def take_too_long() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', '20ms', true)")
        cursor.execute("SELECT pg_sleep(60)")


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    made = Recorder()
    monkeypatch.setattr(registry, "_handlers", {("test", 1): made})
    return made


def put(*subjects: int, key: str = "", priority: int = 3, version: int = 1) -> list[int]:
    with transaction.atomic():
        return queue.enqueue(
            kind="test",
            table="thing",
            subjects=subjects,
            priority=priority,
            ordering_keys=[key] * len(subjects),
            version=version,
        )


def take(limit: int = 1) -> list[Claim]:
    return queue.claim(kinds=[("test", 1)], worker="w", limit=limit)


def states() -> dict[int, str]:
    return dict(WorkItem.objects.values_list("subject_id", "state"))


def make_due() -> None:
    WorkItem.objects.filter(state=WorkState.PENDING).update(available_at=database_now())


@pytest.mark.django_db
class TestQueue:
    def test_work_is_only_taken_on_inside_a_transaction(self) -> None:
        connection.in_atomic_block, before = False, connection.in_atomic_block
        try:
            with pytest.raises(RuntimeError, match="inside the transaction"):
                queue.enqueue(kind="test", table="thing", subjects=[1], priority=3)
        finally:
            connection.in_atomic_block = before

    def test_a_subject_has_one_item_per_kind_and_version(self) -> None:
        first, second, other = put(1), put(1), put(1, version=2)

        assert (len(first), len(second), len(other)) == (1, 0, 1)

    def test_stat_overtakes_and_equals_keep_their_order(self) -> None:
        put(1, 2)
        put(3, priority=0)
        put(4, priority=1)

        assert [claim.subject_id for claim in take(limit=8)] == [3, 4, 1, 2]

    def test_attempts_count_when_an_item_is_claimed(self) -> None:
        put(1)

        (claim,) = take()

        assert claim.attempts == 1
        assert WorkItem.objects.get().attempts == 1

    def test_unknown_versions_are_left_alone(self) -> None:
        put(1, version=2)

        assert take() == []

    def test_one_specimens_items_are_done_one_after_the_other(self) -> None:
        put(1, key="specimen:7")
        put(2, key="specimen:7")
        put(3, key="specimen:8")

        claims = take(limit=8)

        assert [claim.subject_id for claim in claims] == [1, 3]
        assert states()[2] == WorkState.BLOCKED

    def test_finishing_lets_the_next_of_its_key_go(self) -> None:
        put(1, key="specimen:7")
        put(2, key="specimen:7")

        queue.finish(take())

        assert [claim.subject_id for claim in take(limit=8)] == [2]

    def test_a_lost_lease_is_fenced_off(self) -> None:
        put(1)
        (zombie,) = take()
        WorkItem.objects.update(lease_until=database_now())
        sweep()
        (successor,) = take()

        assert queue.fence([zombie]) == set()
        assert queue.fence([successor]) == {successor.id}
        assert queue.extend([zombie]) == set()
        assert queue.fail(zombie, "late") == ""

    def test_an_expired_lease_returns_to_the_queue(self) -> None:
        put(1)
        take()
        WorkItem.objects.update(lease_until=database_now())

        assert sweep().expired == 1
        assert states() == {1: WorkState.PENDING}

    def test_what_kills_its_worker_five_times_is_parked(self) -> None:
        put(1)
        for _attempt in range(queue.MAX_ATTEMPTS):
            assert take()
            WorkItem.objects.update(lease_until=database_now())
            sweep()

        item = WorkItem.objects.get()
        assert item.state == WorkState.PARKED
        assert "did not come back" in item.last_error

    def test_the_sweep_frees_what_lost_its_predecessor(self) -> None:
        put(1, key="k")
        put(2, key="k")
        WorkItem.objects.filter(subject_id=1).update(state=WorkState.REJECTED)

        assert sweep().unblocked == 1
        assert states()[2] == WorkState.PENDING

    def test_due_counts_no_further_than_asked(self) -> None:
        put(*range(1, 6))

        assert due(3) == 3
        assert due(100) == 5


@pytest.mark.django_db
class TestWorker:
    def test_drains_everything_and_marks_it_done(self, handler: Recorder) -> None:
        put(1, 2, 3)

        assert worker.drain(EXECUTION) == 3
        assert handler.applied == [1, 2, 3]
        assert set(states().values()) == {WorkState.DONE}

    def test_what_takes_minutes_is_left_to_the_task_for_it_one_at_a_time(
        self, handler: Recorder
    ) -> None:
        handler.is_long = True
        put(1, 2)

        assert due(10) == 0
        assert is_long_due()
        assert worker.drain(EXECUTION, is_long=False) == 0
        assert worker.drain(EXECUTION, seconds=0, is_long=True) == 1
        assert handler.applied == [1]

        assert is_long_due()
        take()
        assert not is_long_due()  # the second is being done

    def test_the_task_for_what_takes_minutes_leaves_the_rest_alone(self, handler: Recorder) -> None:
        put(1)

        assert not is_long_due()
        assert worker.drain(EXECUTION, is_long=True) == 0
        assert worker.drain(EXECUTION, is_long=False) == 1

    def test_one_bad_item_never_stops_its_neighbours(self, handler: Recorder) -> None:
        handler.poison = {2}
        put(1, 2, 3)

        worker.drain(EXECUTION)

        assert sorted(handler.applied) == [1, 3]
        item = WorkItem.objects.get(subject_id=2)
        assert item.state == WorkState.PENDING
        assert "cannot analyse 2" in item.last_error
        assert item.available_at > database_now()

    def test_a_poisoned_item_is_parked_with_its_error_and_its_successor_warned(
        self, handler: Recorder
    ) -> None:
        handler.poison = {1}
        put(1, key="k")
        put(2, key="k")
        for _attempt in range(queue.MAX_ATTEMPTS):
            worker.drain(EXECUTION)
            make_due()
        worker.drain(EXECUTION)

        assert states() == {1: WorkState.PARKED, 2: WorkState.DONE}
        assert WorkItem.objects.get(subject_id=2).predecessor_parked
        assert WorkItem.objects.get(subject_id=1).attempts == queue.MAX_ATTEMPTS

    def test_a_statement_that_runs_into_its_limit_is_a_failed_attempt(
        self, handler: Recorder
    ) -> None:
        handler.slow = {2}
        put(1, 2, 3)

        assert worker.drain(EXECUTION) == 2

        left = WorkItem.objects.get(subject_id=2)
        assert (left.state, left.attempts) == (WorkState.PENDING, 1)
        assert "statement timeout" in left.last_error
        assert handler.applied == [1, 3]

    def test_the_bell_for_what_takes_minutes_may_ring_twice(
        self, handler: Recorder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tasks, "close_old_connections", lambda: None)  # keep the transaction
        handler.is_long = True
        put(1, 2)
        first = take()

        assert tasks.take_long.run() == 0
        assert states() == {1: WorkState.RUNNING, 2: WorkState.PENDING}

        queue.finish(first)
        assert tasks.take_long.run() == 1
        assert states() == {1: WorkState.DONE, 2: WorkState.DONE}

    def test_a_database_that_is_away_costs_no_attempt(self, handler: Recorder) -> None:
        put(1)
        handler.away = True
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(connection, "close", lambda: None)  # keep the test's transaction
            with pytest.raises(OperationalError):
                worker.drain(EXECUTION)

        item = WorkItem.objects.get()
        assert (item.state, item.attempts) == (WorkState.PENDING, 0)

    def test_an_effect_whose_lease_was_lost_is_not_applied(self, handler: Recorder) -> None:
        put(1)
        claims = take()
        WorkItem.objects.update(lease_token=99)

        assert worker.work_off(claims, EXECUTION) == 0
        assert handler.applied == []


@pytest.mark.django_db
class TestRuns:
    """Consecutive items of one order may be done together, never past one another."""

    @pytest.fixture(autouse=True)
    def in_runs_of_four(self, handler: Recorder) -> None:
        handler.run = 4

    def test_a_run_is_done_at_once_and_in_order(self, handler: Recorder) -> None:
        for subject in range(1, 7):
            put(subject, key="connection:1")

        assert worker.drain(EXECUTION) == 6
        assert handler.batches == [[1, 2, 3, 4], [5, 6]]

    def test_runs_of_several_orders_share_a_batch_but_are_never_cut(
        self, handler: Recorder
    ) -> None:
        for subject in range(1, 5):
            put(subject, key="connection:1")
            put(subject + 10, key="connection:2")
            put(subject + 20, key="connection:3")

        worker.drain(EXECUTION)

        assert handler.batches == [[1, 2, 3, 4, 11, 12, 13, 14], [21, 22, 23, 24]]

    def test_a_run_ends_before_work_of_another_kind(self, handler: Recorder) -> None:
        put(1, key="connection:1")
        put(2, key="connection:1", version=2)
        put(3, key="connection:1")

        worker.drain(EXECUTION)

        assert handler.batches == [[1]]
        assert states() == {1: "DONE", 2: "PENDING", 3: "BLOCKED"}

    def test_what_follows_a_failure_waits_for_how_it_ends(self, handler: Recorder) -> None:
        handler.poison = {1}
        for subject in (1, 2, 3):
            put(subject, key="connection:1")

        worker.drain(EXECUTION)

        assert handler.applied == []
        assert states() == {1: "PENDING", 2: "BLOCKED", 3: "BLOCKED"}

    def test_one_at_fault_is_parked_and_no_other_pays_for_it(self, handler: Recorder) -> None:
        handler.poison = {2}
        for subject in (1, 2, 3, 4):
            put(subject, key="connection:1")
        for _attempt in range(2 * queue.MAX_ATTEMPTS):
            worker.drain(EXECUTION)
            make_due()

        assert states() == {1: "DONE", 2: "PARKED", 3: "DONE", 4: "DONE"}
        assert handler.applied == [1, 3, 4]
        parked = WorkItem.objects.filter(predecessor_parked=True)
        assert list(parked.values_list("subject_id", flat=True)) == [3]

    def test_nothing_of_a_run_passes_an_item_whose_lease_was_lost(self, handler: Recorder) -> None:
        for subject in (1, 2, 3):
            put(subject, key="connection:1")
        (run,) = worker.runs(take(), EXECUTION)
        WorkItem.objects.filter(subject_id=2).update(lease_token=99)

        assert worker.work_off(run, EXECUTION) == 1
        assert handler.applied == [1]

    def test_who_kills_the_worker_is_found_and_no_other_is_parked(self, handler: Recorder) -> None:
        for subject in (1, 2, 3):
            put(subject, key="connection:1")
        for _crash in range(4 * queue.MAX_ATTEMPTS):
            taken = worker.runs(take(limit=8), EXECUTION)
            for run in taken:
                if any(claim.subject_id == 2 for claim in run):
                    WorkItem.objects.filter(state="RUNNING").update(lease_until=database_now())
                    sweep()
                else:
                    worker.work_off(run, EXECUTION)

        assert states() == {1: "DONE", 2: "PARKED", 3: "DONE"}


def test_work_put_behind_work_that_is_just_being_finished_does_not_wait(
    fresh_database: str, handler: Recorder
) -> None:
    """Neither transaction sees the other's row; whoever commits last has to let the next one go."""
    put(1, key="connection:1")
    (first,) = take()

    def put_second() -> None:
        put(2, key="connection:1")
        connection.close()

    with transaction.atomic():
        queue.finish([first])
        beside = threading.Thread(target=put_second)
        beside.start()
        beside.join(timeout=30)
        assert states()[2] == WorkState.BLOCKED
    queue.let_go([first.ordering_key])

    assert states() == {1: WorkState.DONE, 2: WorkState.PENDING}


def test_work_put_behind_work_that_was_finished_meanwhile_does_not_wait(
    fresh_database: str,
) -> None:
    put(1, key="connection:1")
    (first,) = take()

    def finish() -> None:
        queue.finish([first])
        connection.close()

    with transaction.atomic():
        queue.enqueue(
            kind="test", table="thing", subjects=[2], priority=3, ordering_keys=["connection:1"]
        )
        beside = threading.Thread(target=finish)
        beside.start()
        beside.join(timeout=30)
        assert states()[2] == WorkState.BLOCKED

    assert states() == {1: WorkState.DONE, 2: WorkState.PENDING}


def test_a_worker_lets_go_what_was_put_behind_its_work(
    fresh_database: str, handler: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(1, key="connection:1")

    def put_second() -> None:
        put(2, key="connection:1")
        connection.close()

    def between_effect_and_commit(point: Any) -> None:
        if point == worker.IN_EFFECT and not WorkItem.objects.filter(subject_id=2).exists():
            beside = threading.Thread(target=put_second)
            beside.start()
            beside.join(timeout=30)

    monkeypatch.setattr(worker.faults, "passing", between_effect_and_commit)

    assert worker.drain(EXECUTION) == 2
    assert handler.applied == [1, 2]


@pytest.mark.django_db
class TestDecisions:
    def parked(self) -> WorkItem:
        put(1)
        WorkItem.objects.update(state=WorkState.PARKED, attempts=5, last_error="boom")
        return WorkItem.objects.get()

    def test_retry_gives_new_attempts_and_keeps_the_reason(self) -> None:
        item = self.parked()
        by = factories.principal(Role.PATHOLOGIST)

        decisions.retry(item=item, by=by, at=database_now(), reason="mapping repaired")

        item.refresh_from_db()
        assert (item.state, item.attempts) == (WorkState.PENDING, 0)
        assert WorkDecision.objects.get().error == "boom"

    def test_reject_takes_it_off_the_queue(self) -> None:
        item = self.parked()
        by = factories.principal(Role.PATHOLOGIST)

        decisions.reject(item=item, by=by, at=database_now(), reason="test material")

        assert states() == {1: WorkState.REJECTED}
        assert take() == []

    def test_a_decision_needs_a_reason_a_right_and_a_parked_item(self) -> None:
        item = self.parked()
        doctor = factories.principal(Role.PATHOLOGIST)
        nurse = factories.principal(Role.NURSE)
        at = database_now()

        with pytest.raises(InvalidInput, match="Say why"):
            decisions.retry(item=item, by=doctor, at=at, reason=" ")
        with pytest.raises(NotAllowed):
            decisions.retry(item=item, by=nurse, at=at, reason="because")
        decisions.retry(item=item, by=doctor, at=at, reason="once")
        with pytest.raises(Conflict, match="no longer parked"):
            decisions.retry(item=item, by=doctor, at=at, reason="twice")


def test_racing_workers_never_claim_one_item_twice(fresh_database: str) -> None:
    put(*range(1, 201))
    claimed: list[int] = []
    lock = threading.Lock()

    def run() -> None:
        while claims := take(limit=3):
            with lock:
                claimed.extend(claim.subject_id for claim in claims)
        connection.close()

    threads = [threading.Thread(target=run) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sorted(claimed) == list(range(1, 201))
