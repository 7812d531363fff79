"""Telling instruments what to measure that did not ask: what is new, and what is cancelled.

Found from what is awaited and what was told, however it came about: an order placed, added to,
cancelled, a specimen that arrived or was refused. Whoever finds it, it is told once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from assays.actions import dispatches
from assays.actions.worklists import lines
from assays.instruments.astm import writing as astm
from assays.instruments.hl7 import orders as hl7
from assays.instruments.hl7.writing import Envelope
from assays.instruments.ordering import Form
from assays.models import Dispatch, Specimen, WorkOrder
from assays.queries import worklists as queries
from assays.queries.worklists import Listener
from assays.rules import worklists
from assays.rules.dispatching import DispatchKind
from assays.rules.worklists import Sample, Told, Wanted, WorkStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting

# How much one instrument is told at once; the rest follows with the next look.
MOST = 100
_W = WorkStatus


def finish(*, by: Principal, at: datetime) -> int:
    """Close the lines whose value came; returns how many. What is asked for anew is told anew."""
    with acting(by=by, at=at, action="assays.worklist.finish"):
        ids = queries.finished()
        standing = WorkOrder.objects.filter(pk__in=ids, status__in=[_W.TOLD, _W.TAKEN])
        return standing.update(status=_W.DONE) if ids else 0


def tell(*, by: Principal, at: datetime) -> int:
    """Queue what instruments are to be told unasked; returns how many messages."""
    return sum(_tell(one, by=by, at=at) for one in queries.unasked())


def _tell(to: Listener, *, by: Principal, at: datetime) -> int:
    if to.form.unasked is Form.NONE:
        return 0
    with acting(by=by, at=at, action="assays.worklist.tell"):
        dispatches.lock([to.instrument.pk])
        awaited = queries.awaited(to, most=MOST, is_untold=True)
        told = queries.told(to, [one.specimen_id for one in awaited])
        gone = worklists.to_cancel(told)[:MOST]
        fresh = worklists.to_send(awaited, told)
        if to.form.unasked.takes_back:
            for sample, mine in _cancelled(gone):
                _cancel(to, sample, mine, by=by, at=at)
        else:
            _leave(gone)
        for sample in fresh:
            _order(to, sample, by=by, at=at)
    return len(gone) + len(fresh)


def _order(to: Listener, sample: Sample, *, by: Principal, at: datetime) -> None:
    plan = lines.plan(sample)
    first = min(plan.keys.values())
    dispatch = _dispatch(to, plan.sample, DispatchKind.WORK_ORDER, first, by=by, at=at)
    lines.keep(plan, instrument=to.instrument, dispatch=dispatch, by=by, at=at)


def _cancelled(gone: Sequence[Told]) -> list[tuple[Sample, list[WorkOrder]]]:
    """Put together the lines that are cancelled, by the message that told them."""
    rows = WorkOrder.objects.filter(pk__in=[one.work_id for one in gone])
    together: dict[tuple[int, int], list[WorkOrder]] = defaultdict(list)
    for row in rows.select_related("specimen").order_by("pk"):
        together[row.specimen_id, row.dispatch_id or 0].append(row)
    return [(_sample(mine), mine) for mine in together.values()]


def _sample(mine: Sequence[WorkOrder]) -> Sample:
    """Name the tests as they were told: under the numbers by which the instrument knows them."""
    specimen = mine[0].specimen
    asked = mine[0].answer.asked if mine[0].answer else specimen.accession
    tests = tuple(Wanted(one.code, (one.order_item_id,), one.label) for one in mine)
    return Sample(specimen.pk, asked, tests, priority=specimen.priority)


def _cancel(
    to: Listener, sample: Sample, mine: Sequence[WorkOrder], *, by: Principal, at: datetime
) -> None:
    kind = DispatchKind.WORK_CANCEL
    dispatch = _dispatch(to, sample, kind, mine[0].pk, by=by, at=at)
    moved = WorkOrder.objects.filter(
        pk__in=[one.pk for one in mine], status__in=[_W.TOLD, _W.TAKEN]
    )
    moved.update(status=_W.CANCELLING, cancelled_by=dispatch)


def _leave(gone: Sequence[Told]) -> None:
    """Note that the instrument has the work all the same: nothing can tell it otherwise."""
    rows = WorkOrder.objects.filter(pk__in=[one.work_id for one in gone])
    rows.filter(status__in=[_W.TOLD, _W.TAKEN]).update(status=_W.CANCELLING)
    rows.filter(status=_W.CANCELLING).update(status=_W.KEPT)


def _dispatch(
    to: Listener,
    sample: Sample,
    kind: DispatchKind,
    work_id: int,
    *,
    by: Principal,
    at: datetime,
) -> Dispatch:
    is_cancelled = kind is DispatchKind.WORK_CANCEL

    def content(control_id: str) -> bytes:
        zone = to.instrument.time_zone
        if to.form.unasked is Form.ASTM:
            letter = astm.Letter(control_id, at, zone, to.settings.sender)
            return astm.download(sample, to.form, letter, is_cancelled=is_cancelled)
        envelope = Envelope(control_id=control_id, sent_at=at, zone=zone)
        if to.form.unasked is Form.DSR:
            return hl7.display(sample, to.form, envelope)
        control = "CA" if is_cancelled else "NW"
        return hl7.order(sample, to.form, envelope, control=control)

    return dispatches.enqueue(
        instrument=to.instrument,
        kind=kind,
        subject=WorkOrder(pk=work_id),
        content=content,
        specimen=Specimen.objects.get(pk=sample.specimen_id),
        follow_up=lines.FOLLOW_UP,
        by=by,
        at=at,
    )
