"""However much waits, what the queue does costs the same: whatever is known of the table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.db import connection, transaction

from labsys.work import queue, sweep
from labsys.work.models import WorkItem, WorkState

WAITING = 3_000
STATEMENTS: dict[str, tuple[str, dict[str, Any]]] = {
    "enqueue": (
        queue._ENQUEUE,
        {
            **{"kind": "test", "version": 1, "table": "thing", "priority": 3},
            **{"subjects": list(range(9_001, 9_017)), "keys": ["connection:1"] * 16},
        },
    ),
    "claim": (queue._CLAIM, {"kinds": ["test/1"], "worker": "w", "lease": 30, "limit": 8}),
    "follow": (
        queue._FOLLOW,
        {
            **{"key": "connection:1", "kind": "test", "version": 1, "limit": 8},
            **{"worker": "w", "lease": 30},
        },
    ),
    "promote": (queue._PROMOTE, {"keys": ["connection:1", "connection:2"], "parked": False}),
    "give back": (queue._GIVE_BACK, {"tokens": [1], "forgiven": 1, "wait": 0}),
    "unblock": (sweep._UNBLOCK, {}),
}


def put(*subjects: int, key: str) -> list[int]:
    with transaction.atomic():
        return queue.enqueue(
            kind="test",
            table="thing",
            subjects=subjects,
            priority=3,
            ordering_keys=[key] * len(subjects),
        )


def rows_looked_at(plan: Mapping[str, Any]) -> Iterator[float]:
    """What every scan of the table met, whether it fitted or not."""
    if plan.get("Relation Name") == "work_workitem" and "Scan" in plan["Node Type"]:
        met = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)
        yield met * plan["Actual Loops"]
    for step in plan.get("Plans", []):
        yield from rows_looked_at(step)


@pytest.mark.django_db
@pytest.mark.parametrize("analysed", ["while it was empty", "with everything", "then done"])
def test_no_statement_goes_through_what_waits(analysed: str) -> None:
    with connection.cursor() as cursor:
        if analysed == "then done":
            put(*range(10_001, 10_001 + WAITING), key="connection:1")
            WorkItem.objects.update(state=WorkState.DONE)
        cursor.execute("ANALYZE work_workitem")
        (head,) = put(1, key="connection:1")
        put(*range(2, WAITING), key="connection:1")
        put(*range(WAITING, WAITING + 10), key="connection:2")
        if analysed == "with everything":
            cursor.execute("ANALYZE work_workitem")
        met = {}
        for name, (statement, given) in STATEMENTS.items():
            cursor.execute("SAVEPOINT before")
            if name in ("follow", "give back"):
                queue.claim(kinds=[("test", 1)], worker="w")
            values = {**given, "head": head, "ids": [head]}
            cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + statement, values)
            ((plan,),) = cursor.fetchall()
            met[name] = sum(rows_looked_at(plan[0]["Plan"]))
            cursor.execute("ROLLBACK TO SAVEPOINT before")

    assert {name: count for name, count in met.items() if count > 50} == {}
    assert min(met.values()) >= 1


@pytest.mark.django_db
def test_of_a_batch_of_one_order_only_the_first_is_due() -> None:
    put(1, 2, 3, key="connection:1")

    states = dict(WorkItem.objects.values_list("subject_id", "state"))
    assert states == {1: "PENDING", 2: "BLOCKED", 3: "BLOCKED"}


@pytest.mark.django_db
def test_a_batch_whose_first_is_there_already_goes_on_with_its_second(
    django_capture_on_commit_callbacks: Any,
) -> None:
    put(1, key="connection:1")
    WorkItem.objects.update(state=WorkState.DONE)

    with django_capture_on_commit_callbacks(execute=True):
        put(1, 2, 3, key="connection:1")

    states = dict(WorkItem.objects.values_list("subject_id", "state"))
    assert states == {1: "DONE", 2: "PENDING", 3: "BLOCKED"}


@pytest.mark.django_db
def test_the_sweep_finds_every_order_that_nothing_holds_up() -> None:
    for number in range(1, 6):
        put(number, 10 + number, key=f"specimen:{number}")
    put(20, key="")
    WorkItem.objects.filter(subject_id__in=[1, 3, 5]).update(state=WorkState.REJECTED)

    assert sweep.sweep().unblocked == 3
    blocked = WorkItem.objects.filter(state=WorkState.BLOCKED)
    assert sorted(blocked.values_list("subject_id", flat=True)) == [12, 14]
