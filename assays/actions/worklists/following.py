"""What instruments say to the work they were told: each line is brought to what they said of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import Q

from assays.actions.worklists.lines import FOLLOW_UP
from assays.instruments.hl7 import orders as hl7
from assays.models import Dispatch, DispatchEvent, WorkOrder
from assays.rules.dispatching import DispatchStatus
from assays.rules.worklists import WorkStatus, answered
from labsys.accounts.models import Principal
from labsys.audit.context import acting

__all__ = ["FOLLOW_UP", "take_answers"]

_REFUSED = "UA"


def take_answers(*, event_ids: Sequence[int], by: Principal, at: datetime) -> None:
    """Bring the lines of dispatches that were answered to what was said of them.

    `event_ids` are moves of the dispatches. An answer that says nothing about a line changes
    nothing of it; a message that was refused as a whole is refused in all its lines.
    """
    rows = DispatchEvent.objects.filter(pk__in=event_ids).select_related("dispatch")
    with acting(by=by, at=at, action="assays.worklist.take_answer"):
        for dispatch in {event.dispatch_id: event.dispatch for event in rows}.values():
            for line, said in _said(dispatch):
                _move(line, said)


def _said(dispatch: Dispatch) -> Iterator[tuple[WorkOrder, str]]:
    told = WorkOrder.objects.filter(Q(dispatch=dispatch) | Q(cancelled_by=dispatch))
    lines = list(told.order_by("pk"))
    answer = hl7.read_answer(bytes(dispatch.answer)) if dispatch.answer else None
    by_number = {} if answer is None else answer.orders
    of_code = {(one.specimen_id, one.code): by_number.get(one.label) for one in reversed(lines)}
    for line in lines:
        # A test that several ordered was told once, under the number of the first.
        said = by_number.get(line.label) or of_code.get((line.specimen_id, line.code))
        if said is None and dispatch.status == DispatchStatus.REFUSED:
            said = _REFUSED
        if said:
            yield line, said


def _move(line: WorkOrder, said: str) -> None:
    """Move a line from the state its row was read in; of two answers the first counts."""
    old = WorkStatus(line.status)
    new = answered(old, said)
    if new is not None:
        WorkOrder.objects.filter(pk=line.pk, status=old).update(status=new)
