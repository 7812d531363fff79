"""Conversations that nobody carries on: closed as lost, what was half sent put together and kept."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import InterfaceError, OperationalError, connection

from assays.actions import intake
from assays.actions.intake import Message
from assays.instruments import origins
from assays.instruments.astm.link import replay
from assays.instruments.dialects import Dialect
from assays.instruments.wire import Assembled
from assays.models import (
    Instrument,
    TransmissionFrame,
    TransmissionMessage,
    TransmissionSession,
)
from assays.queries.sources import framing_of
from assays.rules.filing import Held, Hold
from assays.rules.sources import Source
from assays.rules.states import SessionState
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import bulk

ACTION = "assays.transmission.recover"
GONE_AFTER_SECONDS = 30
AT_ONCE = 100

# A listener that has just begun may not have shown life yet.
_ABANDONED = """
SELECT s.id FROM assays_transmissionsession s
WHERE s.state = 'OPEN' AND s.opened_at < clock_timestamp() - make_interval(secs => %(seconds)s)
  AND NOT EXISTS (
    SELECT 1 FROM work_heartbeat h WHERE h.service = 'instruments' AND h.instance = s.listener
      AND h.at > clock_timestamp() - make_interval(secs => %(seconds)s))
ORDER BY s.id LIMIT %(limit)s
"""
# What a listener finds of its own when the database broke off while it was storing.
_LEFT = """
SELECT s.id FROM assays_transmissionsession s
WHERE s.state = 'OPEN' AND s.listener = %(listener)s AND s.id <> ALL(%(going_on)s) ORDER BY s.id
"""

logger = logging.getLogger(__name__)


def close(*, by: Principal, at: datetime) -> int:
    """Close the sessions of listeners that showed no life for half a minute; returns how many.

    `by` is `system:sweep`. Whatever else sweeps at the same time leaves alone what this one has.
    """
    found = _ids(_ABANDONED, seconds=GONE_AFTER_SECONDS, limit=AT_ONCE)
    return sum(_close(id_, by=by, at=at) for id_ in found)


def close_left(*, listener: str, going_on: Collection[int], by: Principal, at: datetime) -> int:
    """Close the sessions of a listener that lives, but those that are going on; returns how many.

    When the database broke off in a commit, nobody knows what is stored. The senders were not told
    that anything is, and send it again in conversations of their own.
    """
    found = _ids(_LEFT, listener=listener, going_on=list(going_on))
    return sum(_close(id_, by=by, at=at) for id_ in found)


def _ids(statement: str, **parameters: Any) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [id_ for (id_,) in cursor.fetchall()]


def _close(session_id: int, *, by: Principal, at: datetime) -> bool:
    """Close one; what goes wrong with it is logged and must not keep the others open."""
    try:
        with acting(by=by, at=at, action=ACTION):
            rows = TransmissionSession.objects.filter(pk=session_id, state=SessionState.OPEN)
            session = rows.select_for_update(skip_locked=True, of=("self",)).first()
            if session is None:
                return False
            found = _unread(session) if session.dialect == Dialect.ASTM else []
            intake.record(messages=found, by=by, at=at)
            rows.update(
                state=SessionState.LOST,
                closed_at=at,
                messages=session.messages + len(found),
            )
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("session %d could not be closed", session_id)
        return False
    return True


def _unread(session: TransmissionSession) -> list[tuple[int, int, Message]]:
    """Put together what no message holds yet, under the id that its frames carry."""
    frames = TransmissionFrame.objects.filter(session_id=session.pk, direction="IN")
    rows = list(frames.order_by("sequence", "id").values_list("message_id", "content"))
    stored = TransmissionMessage.objects.filter(session=session)
    known = {bytes(sha256) for sha256 in stored.values_list("sha256", flat=True)}
    ids = set(stored.values_list("pk", flat=True))
    carried = sorted({id_ for id_, _content in rows if id_ is not None and id_ not in ids})
    found = [
        assembled
        for assembled in replay([bytes(content) for _id, content in rows], framing_of(session))
        if hashlib.sha256(assembled.text).digest() not in known
    ]
    missing = max(0, len(found) - len(carried))
    carried += bulk.new_ids({TransmissionMessage: missing})[TransmissionMessage]
    source = _source(session)
    return [
        (id_, session.pk, _message(assembled, source))
        for id_, assembled in zip(carried, found, strict=False)
    ]


def _message(assembled: Assembled, source: Source | Held) -> Message:
    return Message(assembled, source, control_id=origins.read(assembled).control_id)


def _source(session: TransmissionSession) -> Source | Held:
    if session.instrument_id is None:
        return Held(Hold.UNKNOWN_SOURCE, {"peer": session.peer, "sender": ""})
    instrument = Instrument.objects.get(pk=session.instrument_id)
    return Source(instrument.pk, instrument.principal_id, instrument.protocol, ())
