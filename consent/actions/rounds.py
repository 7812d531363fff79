"""The rounds of everybody enrolled, kept up to date by each act and generated for thousands."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from consent.actions import appointments
from consent.models import Programme, RoundSlot
from consent.queries import rounds as queries
from consent.queries.rounds import Enrolled
from consent.rules.rounds import SlotState, Window, is_done
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import bulk, policy

logger = logging.getLogger(__name__)

GENERATE = "consent.round.generate"
# How long an act on one of these people may have to wait for the others: a fifth of a second or so.
CHUNK = 2_000
EVERY_SECONDS = 15
MOVING = ("opens_at", "due_at", "lapses_at", "overdue_at", "basis")
_MOVE = """
    UPDATE consent_roundslot s SET opens_at = n.opens_at, due_at = n.due_at,
        lapses_at = n.lapses_at, overdue_at = n.overdue_at, basis = n.basis
    FROM jsonb_to_recordset(%s::jsonb) AS n(enrolment_id bigint, opens_at timestamptz,
        due_at timestamptz, lapses_at timestamptz, overdue_at timestamptz, basis text)
    WHERE s.enrolment_id = n.enrolment_id AND s.state = 'OPEN'
"""


@dataclass(frozen=True, slots=True)
class Generated:
    """How many rounds were opened, moved and closed; `after` is the last enrolment looked at."""

    opened: int = 0
    moved: int = 0
    closed: int = 0
    after: int | None = None

    def __add__(self, other: Generated) -> Generated:
        return Generated(
            self.opened + other.opened,
            self.moved + other.moved,
            self.closed + other.closed,
            other.after,
        )


def generate(
    *,
    programme: Programme,
    by: Principal,
    at: datetime,
    after: int = 0,
    most: int | None = None,
) -> Generated:
    """Open, move and close the rounds of everybody enrolled, as the facts have them now.

    Each chunk is a transaction of its own, so that it may die anywhere and be run again: what is
    right already is left alone. With `most` it stops after so many changes; `after` goes on there.
    """
    policy.check(by, GENERATE)
    done = Generated(after=after)
    while most is None or done.opened + done.moved + done.closed < most:
        chunk = queries.enrolments_after(programme, done.after or 0, most=CHUNK)
        if not chunk:
            return done + Generated(after=None)
        made = _chunk(chunk, programme, by=by, at=at)
        done += Generated(made.opened, made.moved, made.closed, chunk[-1][0])
    return done


def catch_up(*, by: Principal, at: datetime) -> Generated:
    """Look at one chunk of all rounds; which one follows from the clock, so that each has its turn.

    Acts keep rounds up to date themselves. This catches what is no act of ours: a version that
    comes into force, entries that are linked, a result that is released.
    """
    policy.check(by, GENERATE)
    chunks = queries.newest_enrolment() // CHUNK + 1
    first = int(at.timestamp()) // EVERY_SECONDS % chunks * CHUNK
    done = Generated()
    for programme in Programme.objects.filter(closing=None).order_by("pk"):
        chunk = queries.enrolments_after(programme, first - 1, most=CHUNK, below=first + CHUNK)
        done += _chunk(chunk, programme, by=by, at=at)
    return done


def end_all(*, programme: Programme, by: Principal, at: datetime) -> int:
    """End the open rounds of everybody in a programme; returns how many there were."""
    with acting(by=by, at=at, action="consent.round.end_all"):
        rows = RoundSlot.objects.filter(enrolment__programme=programme, state=SlotState.OPEN)
        slots = list(rows.order_by("pk").values_list("pk", flat=True))
        RoundSlot.objects.filter(pk__in=slots, state=SlotState.OPEN).update(
            state=SlotState.ENDED, closed_at=at
        )
        appointments.let_go(slots=slots, by=by, at=at)
        return len(slots)


def _chunk(
    chunk: Sequence[tuple[int, int]], programme: Programme, *, by: Principal, at: datetime
) -> Generated:
    with acting(by=by, at=at, action="consent.round.generate"):
        held = queries.hold_people(sorted({person for _number, person in chunk}))
        ids = [number for number, person in chunk if person in held]
        return _settle(queries.enrolled(ids, programme, at=at), by=by, at=at)


def follow(*, entries: Iterable[int], by: Principal, at: datetime) -> Generated:
    """Bring some people's rounds up to date; the caller changed a fact and holds their lock.

    `at` is not before the moment at which that fact was recorded.
    """
    by_programme: dict[Programme, list[int]] = defaultdict(list)
    rows = queries.concerned().filter(person__in=list(entries)).select_related("programme")
    for row in rows.order_by("pk"):
        by_programme[row.programme].append(row.pk)
    done = Generated()
    if not by_programme:
        return done
    with acting(by=by, at=at, action="consent.round.follow"):
        for programme, ids in by_programme.items():
            done += _settle(queries.enrolled(ids, programme, at=at), by=by, at=at)
    return done


def after(*, entries: Iterable[int], by: Principal, at: datetime) -> None:
    """Follow an act that nothing may undo; what goes wrong here is left to the sweep."""
    try:
        with transaction.atomic():
            follow(entries=entries, by=by, at=at)
    except Exception as error:  # noqa: BLE001 - whatever it is, the act stands
        logger.error("a round is brought up to date by the sweep: %s", type(error).__name__)


def _settle(rows: Sequence[Enrolled], *, by: Principal, at: datetime) -> Generated:
    """Write what the windows say; whatever is so already is not written again."""
    finished = [row for row in rows if _is_done(row, at)]
    ended = [row for row in rows if row.slot and row.window is None]
    opened = [row for row in rows if row.window and (row.slot is None or _is_done(row, at))]
    moved = [row for row in rows if not _is_done(row, at) and _differs(row.slot, row.window)]
    for over, state, end in (
        (finished, SlotState.DONE, appointments.see_off),
        (ended, SlotState.ENDED, appointments.let_go),
    ):
        slots = [row.slot.pk for row in over if row.slot]
        if slots:
            rows_over = RoundSlot.objects.filter(pk__in=slots, state=SlotState.OPEN)
            rows_over.update(state=state, closed_at=at)
            end(slots=slots, by=by, at=at)
    fixed = {"state": SlotState.OPEN.value, "recorded_at": at, "recorded_by_id": by.pk}
    bulk.insert(RoundSlot, [{**_columns(row), **fixed} for row in opened], is_repeatable=True)
    if moved:
        with connection.cursor() as cursor:
            cursor.execute(_MOVE, [bulk.dumps([_columns(row) for row in moved])])
    return Generated(len(opened), len(moved), len(finished) + len(ended))


def _is_done(row: Enrolled, at: datetime) -> bool:
    if row.slot is None or row.window is None:
        return False
    return is_done(row.window, opened_at=row.slot.recorded_at, at=at)


def _differs(slot: RoundSlot | None, found: Window | None) -> bool:
    return (
        slot is not None
        and found is not None
        and any(getattr(slot, name) != getattr(found, name) for name in MOVING)
    )


def _columns(row: Enrolled) -> dict[str, Any]:
    return {
        "enrolment_id": row.enrolment.pk,
        "person_id": row.enrolment.person_id,
        "programme_id": row.enrolment.programme_id,
        **{name: getattr(row.window, name) for name in MOVING},
    }
