"""The worker: what it takes, does, and lets go, one run after another."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from labsys.lib.clock import database_now
from labsys.work import queue, tasks, worker
from labsys.work.models import WorkItem, WorkState
from labsys.work.sweep import due, is_long_due, sweep
from tests.work.test_queue import (
    EXECUTION,
    Recorder,
    handler,
    make_due,
    put,
    states,
    take,
)

__all__ = ["handler"]


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

    def test_what_is_done_apart_is_left_to_who_asks_for_it_by_name(self, handler: Recorder) -> None:
        handler.is_apart = True
        put(1)

        assert due(10) == 0
        assert worker.drain(EXECUTION, is_long=False) == 0
        assert worker.drain(EXECUTION, only=[(handler.kind, handler.version)]) == 1

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

    def test_what_was_not_begun_goes_back_and_costs_no_attempt(self, handler: Recorder) -> None:
        handler.at_once = 2
        put(1, 2, 3, 4, 5)

        assert worker.drain(EXECUTION) == 5
        assert handler.batches == [[1, 2], [3, 4], [5]]
        assert set(WorkItem.objects.values_list("attempts", flat=True)) == {1}

    def test_what_failed_by_itself_is_noted_and_the_others_are_done_once(
        self, handler: Recorder
    ) -> None:
        handler.broken = {1, 3}
        put(1, 2, 3)

        assert worker.drain(EXECUTION) == 1
        assert handler.batches == [[2]]
        left = WorkItem.objects.get(subject_id=3)
        assert (left.state, left.attempts) == (WorkState.PENDING, 1)
        assert left.last_error == "3 is broken"

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
