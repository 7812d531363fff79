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
from labsys.work import queue, registry
from labsys.work.actions import decisions
from labsys.work.models import WorkDecision, WorkItem, WorkState
from labsys.work.queue import Claim
from labsys.work.registry import Execution, Failed, Later
from labsys.work.sweep import due, sweep
from tests import factories

EXECUTION = Execution(worker="test:1", task_id="task-1")


class Recorder:
    """A handler that notes what it applied, and fails where a test wants it to."""

    kind = "test"
    version = 1
    batch = 8
    run = 1
    is_long = False
    is_slow = False
    is_apart = False

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.poison: set[int] = set()
        self.away = False
        self.slow: set[int] = set()
        self.broken: set[int] = set()
        self.at_once = 100

    def prepare(self, claims: Sequence[Claim], execution: Execution) -> Mapping[int, Any]:
        if self.away:
            raise OperationalError("the connection is closed")
        for claim in claims:
            if claim.subject_id in self.slow:
                take_too_long()
            if claim.subject_id in self.poison:
                raise ValueError(f"cannot analyse {claim.subject_id}")
        effects: dict[int, Any] = {}
        for place, claim in enumerate(claims):
            effects[claim.id] = Later() if place >= self.at_once else claim.subject_id
            if claim.subject_id in self.broken:
                effects[claim.id] = Failed(f"{claim.subject_id} is broken")
        return effects

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
