"""One instrument's connection: its lines, what went wrong last, what came last, what is held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext

from assays.models import (
    Dispatch,
    DispatchEvent,
    Endpoint,
    EndpointState,
    Instrument,
    Nonconformity,
    TransmissionItem,
    TransmissionSession,
)
from assays.queries import nonconformities, parked, transmissions
from assays.queries.parked import Parked
from assays.queries.transmissions import Chosen, Row
from assays.rules.dispatching import LEFT, OPEN
from assays.rules.line_faults import LineFault
from assays.rules.states import ItemStatus, MessageStatus, SessionState
from labsys.accounts.models import Principal

SHOWN = 20
_BROKEN = (SessionState.LOST, SessionState.SILENT)
_ENDED = (MessageStatus.REJECTED, MessageStatus.INCOMPLETE)


@dataclass(frozen=True)
class Fault:
    """Something that went wrong: what, when, why, and the message it is about."""

    at: datetime
    kind: str
    reason: str = ""
    message_id: int | None = None


@dataclass(frozen=True)
class Standing:
    """Everything the page of one connection shows."""

    endpoints: list[tuple[Endpoint | None, EndpointState | None]]
    faults: list[Fault]
    messages: list[Row]
    held: list[tuple[str, int]]
    queued: list[Dispatch]
    unsent: list[Dispatch]
    # What is not settled and about this instrument, as far as the reader may see it.
    incidents: list[Nonconformity]
    # Work on what it sent, or what is sent to it, that failed for good.
    parked: list[Parked]


def standing(instrument: Instrument, *, reader: Principal) -> Standing:
    """Return how a connection stands, in a constant number of queries."""
    waiting = _dispatches(instrument, [one.value for one in OPEN])
    given_up = _dispatches(instrument, [one.value for one in LEFT])
    return Standing(
        endpoints=_endpoints(instrument),
        faults=_faults(instrument),
        messages=transmissions.page(Chosen(instrument=instrument.pk), limit=SHOWN).rows,
        held=_held(instrument),
        queued=waiting,
        unsent=given_up,
        incidents=list(nonconformities.unsettled(reader, instrument).order_by("-pk")[:SHOWN]),
        parked=parked.of(instrument.pk),
    )


def _endpoints(instrument: Instrument) -> list[tuple[Endpoint | None, EndpointState | None]]:
    states = {one.endpoint_id: one for one in instrument.lines.all()}
    rows = instrument.endpoints.filter(is_active=True).order_by("pk")
    found: list[tuple[Endpoint | None, EndpointState | None]] = [
        (one, states.get(one.pk)) for one in rows
    ]
    if None in states:
        found.append((None, states[None]))
    return found


def _dispatches(instrument: Instrument, statuses: list[str]) -> list[Dispatch]:
    rows = instrument.dispatches.filter(status__in=statuses).defer("content", "answer")
    return list(rows.order_by("pk")[:SHOWN])


def _held(instrument: Instrument) -> list[tuple[str, int]]:
    rows = TransmissionItem.objects.filter(status=ItemStatus.HELD, message__instrument=instrument)
    counted = rows.values_list("hold_code").annotate(n=Count("pk")).order_by("-n", "hold_code")
    return list(counted)


def _faults(instrument: Instrument) -> list[Fault]:
    """Return what went wrong last: on lines, in conversations, in messages, in sending."""
    lines = instrument.lines.exclude(last_error_at=None)
    found = [Fault(one.last_error_at, "LINE", _said(one.fault)) for one in lines]
    sessions = TransmissionSession.objects.filter(instrument=instrument, state__in=_BROKEN)
    for opened, closed, state in sessions.order_by("-pk").values_list(
        "opened_at", "closed_at", "state"
    )[:SHOWN]:
        found.append(Fault(closed or opened, str(state)))
    for id_, at, status, reason in _ended(instrument):
        found.append(Fault(at, str(status), reason, id_))
    events = DispatchEvent.objects.filter(
        dispatch__instrument=instrument, dispatch__in=_newest(instrument)
    ).exclude(reason="")
    for at, reason in events.order_by("-pk").values_list("recorded_at", "reason")[:SHOWN]:
        found.append(Fault(at, "SENDING", reason))
    return sorted(found, key=lambda one: one.at, reverse=True)[:SHOWN]


def _said(fault: LineFault | None) -> str:
    return fault.words(gettext) if fault is not None else ""


def _ended(instrument: Instrument) -> Any:
    rows = instrument.messages.filter(status__in=_ENDED).order_by("-pk")
    return rows.values_list("pk", "received_at", "status", "reason")[:SHOWN]


def _newest(instrument: Instrument) -> Any:
    """The dispatches whose events are looked at: their index has the newest of each instrument."""
    return list(instrument.dispatches.order_by("-pk").values_list("pk", flat=True)[:100])
