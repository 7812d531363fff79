"""The lines of work lists: their keys are drawn first, since their numbers stand in the messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from assays.models import Dispatch, Instrument, WorkAnswer, WorkOrder
from assays.queries import worklists as queries
from assays.rules.worklists import Sample, WorkStatus
from labsys.accounts.models import Principal
from labsys.lib import bulk

FOLLOW_UP = "work_answer"


@dataclass(frozen=True, slots=True)
class Plan:
    """What one instrument is to be told of one specimen, each test with its number.

    `keys` has the key that the line of each order item will have.
    """

    sample: Sample
    keys: Mapping[int, int]


def plan(sample: Sample) -> Plan:
    """Draw the keys of a specimen's lines; a test that several ordered has one number."""
    items = [item for test in sample.tests for item in test.items]
    keys = dict(zip(items, bulk.new_ids({WorkOrder: len(items)})[WorkOrder], strict=True))
    tests = tuple(
        replace(test, number=WorkOrder(id=keys[test.items[0]]).label) for test in sample.tests
    )
    return Plan(replace(sample, tests=tests), keys)


def keep(
    plan: Plan,
    *,
    instrument: Instrument,
    dispatch: Dispatch | None,
    answer: WorkAnswer | None = None,
    by: Principal,
    at: datetime,
) -> None:
    """Record what an instrument is told, inside the caller's action, with the message that tells."""
    specimen_id = plan.sample.specimen_id
    before = queries.numbers(instrument.pk, [specimen_id])
    WorkOrder.objects.bulk_create(
        WorkOrder(
            id=plan.keys[item],
            instrument=instrument,
            specimen_id=specimen_id,
            order_item_id=item,
            code=test.code,
            number=before.get((specimen_id, item), 0) + 1,
            status=WorkStatus.TOLD,
            answer=answer,
            dispatch=dispatch,
            recorded_by=by,
            recorded_at=at,
        )
        for test in plan.sample.tests
        for item in test.items
    )
