"""Every instrument's connection: when it was last heard, and what became of today's messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.timezone import get_default_timezone

from assays.models import Endpoint, EndpointState, Instrument
from assays.queries import changed_frames, full_disks, held_list, outbox, parked
from assays.rules.connections import SILENCE, Alarm, Heard, alarms, is_down
from assays.rules.endpoints import LineState
from assays.rules.states import MessageStatus
from labsys.work import heartbeats

LISTENER = "instruments"
LISTENER_LIMIT_SECONDS = heartbeats.LIMITS[LISTENER]
# A message's number is drawn when it begins and its row is written when it is complete.
LONGEST_MESSAGE = timedelta(hours=1)

# Rows are numbered in the order in which they come, and the moment they came has no index: the
# first of the day is found by halving the numbers, one row looked at in each step.
_FIRST_SINCE = """
WITH RECURSIVE ends AS (
    SELECT coalesce(min(id), 1) AS low, coalesce(max(id), 0) + 1 AS high
    FROM assays_transmissionmessage
), halves(low, high) AS (
    SELECT low, high FROM ends
    UNION ALL
    SELECT CASE WHEN is_early THEN middle + 1 ELSE h.low END,
           CASE WHEN is_early THEN h.high ELSE middle END
    FROM (SELECT low, high, low + (high - low) / 2 AS middle FROM halves WHERE low < high) h
    CROSS JOIN LATERAL (
        SELECT coalesce((SELECT m.received_at < %s FROM assays_transmissionmessage m
                         WHERE m.id >= h.middle ORDER BY m.id LIMIT 1), false) AS is_early) e
)
SELECT low FROM halves WHERE low >= high LIMIT 1
"""
_TODAY = """
SELECT m.instrument_id, m.status, count(*) FILTER (WHERE m.received_at >= %(day)s),
       max(m.received_at), count(*) FILTER (WHERE m.received_at >= %(hour)s),
       count(e.id) FILTER (WHERE m.received_at >= %(day)s)
FROM assays_transmissionmessage m
LEFT JOIN assays_messageevent e ON m.status = 'REJECTED' AND e.message_id = m.id
WHERE m.id >= %(first)s AND m.received_at >= least(%(day)s, %(hour)s)
GROUP BY m.instrument_id, m.status
"""
# The partial index of what is open has them.
_TO_SEND = """
SELECT instrument_id, count(*) FROM assays_dispatch
WHERE status IN ('QUEUED', 'SENDING') GROUP BY instrument_id
"""
_LAST = """
SELECT i.id, m.received_at FROM unnest(%s::bigint[]) AS i(id)
CROSS JOIN LATERAL (
    SELECT received_at FROM assays_transmissionmessage
    WHERE instrument_id = i.id ORDER BY id DESC LIMIT 1) m
"""
# Bidding for a line on which nobody answers is no sign of life.
_SESSIONS = """
SELECT i.id, s.opened_at, s.state FROM unnest(%s::bigint[]) AS i(id)
CROSS JOIN LATERAL (
    SELECT o.opened_at, o.state FROM assays_transmissionsession o
    WHERE o.instrument_id = i.id AND NOT (o.state = 'LOST' AND o.messages = 0 AND EXISTS (
        SELECT 1 FROM assays_dispatchevent e WHERE e.session_id = o.id))
    ORDER BY o.id DESC LIMIT 1) s
"""
_FILED = (MessageStatus.FILED, MessageStatus.DUPLICATE)
_HOLDING = (MessageStatus.HELD, MessageStatus.PARTLY_HELD)


@dataclass(frozen=True)
class Line:
    """One connection as it stands."""

    instrument: Instrument
    last_at: datetime | None
    session_state: str
    today: Mapping[str, int]
    held_now: int
    alarms: tuple[Alarm, ...]
    # As the listener said last of each of its lines.
    states: tuple[EndpointState, ...] = ()
    last_hour: int = 0
    queued: int = 0
    unsent: int = 0

    @property
    def messages(self) -> int:
        return sum(self.today.values())

    @property
    def filed(self) -> int:
        return sum(self.today.get(status, 0) for status in _FILED)

    @property
    def held(self) -> int:
        return sum(self.today.get(status, 0) for status in _HOLDING)

    @property
    def rejected(self) -> int:
        return self.today.get(MessageStatus.REJECTED, 0)

    @property
    def incomplete(self) -> int:
        return self.today.get(MessageStatus.INCOMPLETE, 0)

    @property
    def waiting(self) -> int:
        return self.today.get(MessageStatus.RECEIVED, 0)


@dataclass(frozen=True)
class Overview:
    """All connections, and the process that listens for them."""

    since: datetime
    lines: list[Line]
    listener_age_seconds: float | None
    needs_listener: bool
    # Of messages that came from no known instrument.
    unknown: Mapping[str, int] = field(default_factory=dict)
    unknown_held: int = 0
    # Since when a listener can store nothing because the database's disk is full.
    full_since: datetime | None = None

    @property
    def is_listening(self) -> bool:
        age = self.listener_age_seconds
        return age is not None and age <= LISTENER_LIMIT_SECONDS


def overview(*, at: datetime) -> Overview:
    """Return the connections in a constant number of queries; `today` is the hospital's day."""
    local = at.astimezone(get_default_timezone())
    since = local.replace(hour=0, minute=0, second=0, microsecond=0)
    instruments = list(Instrument.objects.order_by("-is_active", "code"))
    day = _today(since, at)
    today, heard = day.counts, day.heard
    # Whoever was heard today need not be looked for among all messages.
    last = _last([one.pk for one in instruments if one.pk not in heard]) | heard
    sessions = _sessions([instrument.pk for instrument in instruments])
    held = held_list.counts().by_instrument
    standing, undelivered = _standing(at), outbox.left_by_instrument()
    states = _states()
    to_send = _to_send()
    changed, failed = changed_frames.instruments(), parked.by_instrument()
    age = heartbeats.ages().get(LISTENER)
    is_listening = age is not None and age <= LISTENER_LIMIT_SECONDS
    lines = []
    for instrument in instruments:
        opened, state = sessions.get(instrument.pk, (None, ""))
        moments = [one for one in (last.get(instrument.pk), opened) if one]
        known = Heard(
            is_active=instrument.is_active,
            needs_listener=instrument.protocol != Instrument.Protocol.HTTP,
            last_at=max(moments, default=None),
            held_now=held[instrument.pk],
            incomplete=today[instrument.pk][MessageStatus.INCOMPLETE],
            rejected=today[instrument.pk][MessageStatus.REJECTED] - day.dismissed[instrument.pk],
            undelivered=undelivered.get(instrument.pk, 0),
            has_changed_frame=instrument.pk in changed,
            parked=failed[instrument.pk],
            **standing.get(instrument.pk, {}),
        )
        lines.append(
            Line(
                instrument=instrument,
                last_at=known.last_at,
                session_state=state,
                today=today[instrument.pk],
                held_now=known.held_now,
                alarms=alarms(known, is_listening=is_listening, at=at),
                states=tuple(states.get(instrument.pk, ())),
                last_hour=day.last_hour[instrument.pk],
                queued=to_send.get(instrument.pk, 0),
                unsent=known.undelivered,
            )
        )
    return Overview(
        since=since,
        lines=lines,
        listener_age_seconds=age,
        needs_listener=any(
            line.instrument.is_active and line.instrument.protocol != Instrument.Protocol.HTTP
            for line in lines
        ),
        unknown=today[None],
        unknown_held=held[None],
        full_since=full_disks.since(),
    )


class _Days(dict[int | None, Counter[str]]):
    def __missing__(self, key: int | None) -> Counter[str]:
        return Counter()


@dataclass
class _Day:
    """What came in since midnight by instrument, and in the last hour, which may have begun before."""

    counts: _Days = field(default_factory=_Days)
    heard: dict[int, datetime] = field(default_factory=dict)
    last_hour: Counter[int | None] = field(default_factory=Counter)
    dismissed: Counter[int | None] = field(default_factory=Counter)


def _today(since: datetime, at: datetime) -> _Day:
    found = _Day()
    hour = at - timedelta(hours=1)
    first = first_since(min(since, hour) - LONGEST_MESSAGE)
    with connection.cursor() as cursor:
        cursor.execute(_TODAY, {"first": first, "day": since, "hour": hour})
        for instrument_id, status, count, last, recent, dismissed in cursor.fetchall():
            if count:
                found.counts.setdefault(instrument_id, Counter())[status] += count
            found.heard[instrument_id] = max(last, found.heard.get(instrument_id, last))
            found.last_hour[instrument_id] += recent
            found.dismissed[instrument_id] += dismissed
    return found


def _states() -> dict[int, list[EndpointState]]:
    """Return how the lines of each instrument stand, as far as a listener said."""
    found: dict[int, list[EndpointState]] = {}
    rows = EndpointState.objects.select_related("endpoint__instrument").order_by("endpoint_id")
    for row in rows:
        if row.endpoint is None or row.endpoint.is_active:
            found.setdefault(row.instrument_id, []).append(row)
    return found


def _to_send() -> dict[int, int]:
    """Return how many messages wait to be sent to each instrument."""
    with connection.cursor() as cursor:
        cursor.execute(_TO_SEND)
        return dict(cursor.fetchall())


def _standing(at: datetime) -> dict[int, dict[str, Any]]:
    """Return what instruments' endpoints and their states say, where there are any."""
    found: dict[int, dict[str, Any]] = {}
    rows = Endpoint.objects.filter(is_active=True).values_list("instrument", "silence_minutes")
    for instrument_id, minutes in rows:
        silence = timedelta(minutes=minutes) if minutes else SILENCE
        fresh = {"silence": silence, "is_line_silent": False, "is_down": False, "refused": 0}
        of = found.setdefault(instrument_id, fresh)
        of["silence"] = min(of["silence"], silence)
    columns = ("instrument", "state", "since", "refused", "last_in_at", "endpoint__silence_minutes")
    states = EndpointState.objects.filter(endpoint__is_active=True)
    for instrument_id, state, since, refused, last_in_at, minutes in states.values_list(*columns):
        of = found[instrument_id]
        of["is_down"] |= is_down(LineState(state), since=since, at=at)
        of["refused"] += refused
        if minutes and last_in_at is not None:
            of["is_line_silent"] |= at - last_in_at >= timedelta(minutes=minutes)
    return found


def first_since(moment: datetime) -> int:
    """Return the number of the first message that came at a moment or later."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_SINCE, [moment])
        return int(cursor.fetchone()[0])


def _last(instrument_ids: list[int]) -> dict[int, datetime]:
    with connection.cursor() as cursor:
        cursor.execute(_LAST, [instrument_ids])
        return dict(cursor.fetchall())


def _sessions(instrument_ids: list[int]) -> dict[int, tuple[datetime, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_SESSIONS, [instrument_ids])
        return {of: (at, state) for of, at, state in cursor.fetchall()}
