"""Runs that read stored messages anew: what can be read, how far a run is, what it found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from assays.models import MessageReading, ReadingRun, TransmissionMessage
from assays.queries import connections
from assays.queries.messages import WIRES
from assays.rules.states import MessageStatus

MOST = 5000
PAGE = 50
RUNS = 20
# What broke off is sent again, what was rejected stays so, what repeats is its original's affair.
READABLE = (
    *(MessageStatus.RECEIVED, MessageStatus.FILED, MessageStatus.PARTLY_HELD),
    MessageStatus.HELD,
)
_FAILED = """
SELECT w.id, r.id, w.state FROM assays_messagereading r
JOIN work_workitem w ON w.kind = 'reread' AND w.subject_table = 'assays_messagereading'
  AND w.subject_id = r.id AND w.state IN ('PARKED', 'REJECTED')
WHERE r.run_id = %s AND r.done_at IS NULL ORDER BY r.id
"""
_PROGRESS = """
SELECT r.run_id, count(*), count(r.done_at),
       count(*) FILTER (WHERE r.done_at IS NULL AND EXISTS (
           SELECT 1 FROM work_workitem w WHERE w.kind = 'reread' AND w.subject_id = r.id
           AND w.subject_table = 'assays_messagereading' AND w.state IN ('PARKED', 'REJECTED'))),
       sum((r.outcome ->> 'filed')::int), sum((r.outcome ->> 'held')::int),
       sum(jsonb_array_length(r.outcome -> 'differs'))
FROM assays_messagereading r WHERE r.run_id = ANY(%s) GROUP BY r.run_id
"""


@dataclass(frozen=True)
class Chosen:
    """Which messages are asked for; what is empty is not asked."""

    instrument: int | None = None
    driver: str = ""
    status: str = ""
    since: datetime | None = None
    until: datetime | None = None
    ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Progress:
    """How far a run is: of `total`, how many are `done` or `failed`, and what came of them."""

    total: int = 0
    done: int = 0
    failed: int = 0
    filed: int = 0
    held: int = 0
    differs: int = 0

    @property
    def waiting(self) -> int:
        return self.total - self.done - self.failed

    @property
    def percent(self) -> int:
        return 100 * (self.done + self.failed) // self.total if self.total else 100


@dataclass(frozen=True)
class Page:
    """Readings of a run from a number on, and where the next page begins."""

    readings: list[MessageReading] = field(default_factory=list)
    after: int | None = None


def rows(chosen: Chosen) -> Any:
    """Return the messages that were chosen and can be read again, without their bytes."""
    found = TransmissionMessage.objects.filter(
        status__in=READABLE, dialect__in=WIRES, instrument__isnull=False
    )
    if chosen.ids:
        found = found.filter(pk__in=chosen.ids)
    if chosen.instrument is not None:
        found = found.filter(instrument=chosen.instrument)
    if chosen.driver:
        found = found.filter(instrument__driver=chosen.driver)
    if chosen.status:
        found = found.filter(status=chosen.status)
    # The moment they came has no index, their numbers have: see `connections`.
    if chosen.since is not None:
        first = connections.first_since(chosen.since - connections.LONGEST_MESSAGE)
        found = found.filter(received_at__gte=chosen.since, pk__gte=first)
    if chosen.until is not None:
        end = connections.first_since(chosen.until + connections.LONGEST_MESSAGE)
        found = found.filter(received_at__lt=chosen.until, pk__lt=end)
    return found.order_by("pk")


def readable(message_ids: Sequence[int]) -> list[tuple[int, int]]:
    """Return those that can be read again with their instruments, in the order they came."""
    found = (
        rows(Chosen(ids=tuple(message_ids))) if message_ids else TransmissionMessage.objects.none()
    )
    return list(found.values_list("pk", "instrument")[: MOST + 1])


def messages_of(reading_ids: Sequence[int]) -> list[int]:
    """Return the messages of readings that nobody has done yet."""
    found = MessageReading.objects.filter(pk__in=list(reading_ids), done_at=None)
    return list(found.order_by("pk").values_list("message", flat=True))


def progress(run_ids: Sequence[int]) -> dict[int, Progress]:
    """Return how far runs are, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_PROGRESS, [list(run_ids)])
        return {run: Progress(*(one or 0 for one in counts)) for run, *counts in cursor.fetchall()}


def failed_work(run: ReadingRun) -> list[int]:
    """Return the work items of a run that a worker gave up and nobody rejected."""
    return [work for work, _reading, state in _failed(run) if state == "PARKED"]


def failed_messages(run: ReadingRun, *, limit: int = PAGE) -> list[MessageReading]:
    """Return the readings of a run that were given up."""
    ids = [reading for _work, reading, _state in _failed(run)[:limit]]
    found = MessageReading.objects.filter(pk__in=ids).select_related("message__instrument")
    return list(found.defer("message__content", "message__reply").order_by("pk"))


def _failed(run: ReadingRun) -> list[tuple[int, int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_FAILED, [run.pk])
        return cursor.fetchall()


def page(run: ReadingRun, *, after: int | None = None) -> Page:
    """Return the readings of a run that were done, in the order of their messages."""
    found = run.readings.filter(done_at__isnull=False).select_related("message__instrument")
    found = found.defer("message__content", "message__reply").order_by("pk")
    if after is not None:
        found = found.filter(pk__gt=after)
    shown = list(found[: PAGE + 1])
    return Page(shown[:PAGE], shown[PAGE - 1].pk if len(shown) > PAGE else None)
