"""Counting the ledger: asked for by a person or by the clock, made by a worker, kept as it was."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from assays.models import LedgerCount
from assays.queries.ledger import Counted, kept, read
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.work import queue
from labsys.work.registry import Execution

COUNT = "assays.ledger.count"
LEDGER = "ledger"
COUNTS = "assays_ledgercount"
PRIORITY = 9  # behind everything that somebody's result waits for
REST = 20  # a count that takes five minutes is made every hundred minutes, not every hour
MILLISECOND = timedelta(milliseconds=1)
_LOCK = 76_115_010


def ask(*, by: Principal, at: datetime) -> LedgerCount:
    """Ask for a count; one that is asked for and not made yet serves everybody."""
    policy.check(by, COUNT)
    return _ask(by=by, at=at)


def ask_by_schedule(*, by: Principal, at: datetime) -> LedgerCount:
    """Ask for the regular count, unless the last took so long that it is not due again."""
    newest = LedgerCount.objects.filter(counted_at__isnull=False).order_by("-id").first()
    if newest is not None and at - newest.asked_at < REST * newest.took_ms * MILLISECOND:
        return newest
    return _ask(by=by, at=at)


def _ask(*, by: Principal, at: datetime) -> LedgerCount:
    with acting(by=by, at=at, action="assays.ledger.ask"), connection.cursor() as cursor:
        # Of two who ask at once the second finds what the first asked for.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        waiting = LedgerCount.objects.filter(counted_at=None).order_by("-id").first()
        # One whose work was rejected or parked is never made: after a while another is asked for.
        if waiting is not None and at - waiting.asked_at < timedelta(hours=1):
            return waiting
        made = LedgerCount.objects.create(asked_by=by, asked_at=at)
        queue.enqueue(kind=LEDGER, table=COUNTS, subjects=[made.pk], priority=PRIORITY)
        return made


def record(
    *,
    count_id: int,
    counted: Counted,
    took_ms: int,
    execution: Execution,
    by: Principal,
    at: datetime,
) -> None:
    """Keep what a count said; made once, whoever else makes it again."""
    found = read(counted)
    with acting(by=by, at=at, action="assays.ledger.count"):
        LedgerCount.objects.filter(pk=count_id, counted_at=None).update(
            counted_at=found.at,
            took_ms=took_ms,
            is_sound=found.is_sound,
            content=kept.as_json(counted),
            worker=execution.worker,
        )
