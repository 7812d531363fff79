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
from labsys.work import queue, registry, worker
from labsys.work.actions import decisions
from labsys.work.models import WorkDecision, WorkItem, WorkState
from labsys.work.queue import Claim
from labsys.work.registry import Execution
from labsys.work.sweep import due, sweep
from tests import factories

EXECUTION = Execution(worker="test:1", task_id="task-1")


class Recorder:
    """A handler that notes what it applied, and fails where a test wants it to."""

    kind = "test"
    version = 1
    batch = 8

    def __init__(self) -> None:
        self.applied: list[int] = []
        self.poison: set[int] = set()
        self.away = False

    def prepare(self, claims: Sequence[Claim], execution: Execution) -> Mapping[int, Any]:
        if self.away:
            raise OperationalError("the connection is closed")
        for claim in claims:
            if claim.subject_id in self.poison:
                raise ValueError(f"cannot analyse {claim.subject_id}")
        return {claim.id: claim.subject_id for claim in claims}

    def apply(
        self, claims: Sequence[Claim], effects: Mapping[int, Any], execution: Execution
    ) -> None:
        self.applied += [effects[claim.id] for claim in claims]


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
