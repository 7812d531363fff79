"""What waits to be sent: the next message of each instrument, and what nobody carries on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, OuterRef, QuerySet

from assays.instruments.hl7.header import header
from assays.models import Dispatch, Instrument, SpecimenItem
from assays.rules.dispatching import ANSWERS
from assays.rules.endpoints import EndpointRole
from labsys.lib.addresses import number

# Of each instrument the oldest answer and the oldest of everything else, where nothing is on its
# line. One that waits for its next attempt keeps those behind it waiting: they go out in order. But one
# that was answered, if not accepted, stands aside until then: its receiver is there, and only what is
# about the same specimen, order or subject waits behind it. Where many stand aside it is the receiver
# that fails, and all wait.
_DUE = """
SELECT d.id, d.instrument_id, d.attempts, a.is_answer, e.id, e.role, d.content
FROM (
    SELECT DISTINCT q.instrument_id AS id FROM assays_dispatch q
    JOIN assays_instrument n ON n.id = q.instrument_id AND n.is_active
    WHERE q.status = 'QUEUED' AND q.instrument_id = ANY(%(instruments)s::bigint[])
) i LEFT JOIN assays_endpoint e ON e.instrument_id = i.id AND e.is_active AND e.sends,
LATERAL (SELECT array_agg(e.id) AS ids FROM (
    SELECT w.id FROM assays_dispatch w
    WHERE w.instrument_id = i.id AND w.status = 'QUEUED' AND w.attempts > 0
      AND w.answer <> ''::bytea AND w.available_at > clock_timestamp()
    ORDER BY w.id LIMIT %(most_aside)s + 1
) e) found,
LATERAL (SELECT CASE WHEN cardinality(found.ids) <= %(most_aside)s THEN found.ids END AS ids) aside,
unnest(ARRAY[true, false]) AS a(is_answer),
LATERAL (
    SELECT h.id FROM assays_dispatch h
    WHERE h.instrument_id = i.id AND h.status = 'QUEUED'
      AND (h.kind = ANY(%(answers)s)) = a.is_answer
      AND (aside.ids IS NULL OR NOT EXISTS (
          SELECT 1 FROM assays_dispatch e
          WHERE e.id = ANY(aside.ids) AND e.id <= h.id AND (
              e.id = h.id OR e.specimen_id = h.specimen_id OR e.order_id = h.order_id
              OR (e.subject_table, e.subject_id) = (h.subject_table, h.subject_id))))
    ORDER BY h.id LIMIT 1
) head JOIN assays_dispatch d ON d.id = head.id
WHERE d.available_at <= clock_timestamp() AND d.expires_at > clock_timestamp()
  AND NOT EXISTS (
      SELECT 1 FROM assays_dispatch s WHERE s.instrument_id = i.id AND s.status = 'SENDING')
ORDER BY d.instrument_id, a.is_answer DESC
"""
# So many messages may be answered otherwise than accepted before it is their receiver that fails.
MOST_ASIDE = 20
# Half a minute is that of conversations. A listener that has just begun may not have shown life yet.
_ORPHANS = """
SELECT d.id FROM assays_dispatch d
WHERE d.status = 'SENDING' AND NOT EXISTS (
    SELECT 1 FROM work_heartbeat h WHERE h.service = 'instruments' AND h.instance = d.sender
      AND h.at > clock_timestamp() - interval '30 seconds')
  AND (EXISTS (
    SELECT 1 FROM work_heartbeat h WHERE h.service = 'instruments' AND h.instance = d.sender)
  OR NOT EXISTS (
    SELECT 1 FROM assays_dispatchevent e WHERE e.dispatch_id = d.id AND e.new = 'SENDING'
      AND e.recorded_at > clock_timestamp() - interval '30 seconds'))
ORDER BY d.id LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Sending:
    """The endpoint of an instrument that sends."""

    endpoint_id: int
    role: EndpointRole


@dataclass(frozen=True, slots=True)
class Due:
    """A message whose turn it is; `attempt` is the number of the one that is to come."""

    dispatch_id: int
    instrument_id: int
    attempt: int
    is_answer: bool
    # The endpoint that what does not go back goes over, where one was chosen.
    endpoint: Sending | None
    content: bytes

    @property
    def goes_back(self) -> bool:
        """Whether it goes over the connection that its asker asked on.

        The order behind a reply does not: it is a message of its own, and goes where orders go
        (IHE LAB-28).
        """
        return self.is_answer and header(self.content).kind != "OML"


def due(instrument_ids: Sequence[int]) -> list[Due]:
    """Return the next message of each of these instruments that has one, in one query."""
    with connection.cursor() as cursor:
        answers = [kind.value for kind in ANSWERS]
        asked = {"instruments": list(instrument_ids), "answers": answers}
        cursor.execute(_DUE, {**asked, "most_aside": MOST_ASIDE})
        found = [
            Due(id_, of, tried + 1, is_answer, _sending(endpoint, role), bytes(text))
            for id_, of, tried, is_answer, endpoint, role, text in cursor.fetchall()
        ]
    first: dict[int, Due] = {}
    for one in found:
        first.setdefault(one.instrument_id, one)
    return list(first.values())


def _sending(endpoint_id: int | None, role: str | None) -> Sending | None:
    return None if endpoint_id is None else Sending(endpoint_id, EndpointRole(role or ""))


def late(at: datetime) -> QuerySet[Dispatch]:
    """Return what is queued and of no use any more, oldest first."""
    return Dispatch.objects.filter(status="QUEUED", expires_at__lte=at).order_by("pk")


def orphans(limit: int) -> list[int]:
    """Return dispatches on the line of listeners that showed no life for half a minute."""
    with connection.cursor() as cursor:
        cursor.execute(_ORPHANS, {"limit": limit})
        return [id_ for (id_,) in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a list of messages to send is narrowed to."""

    instrument: int | None = None
    status: str = ""
    kind: str = ""
    text: str = ""

    @property
    def asks_anything(self) -> bool:
        return bool(self.instrument or self.status or self.kind or self.text)


@dataclass(frozen=True, slots=True)
class Page:
    """Messages to send, the newest first, and where the older ones begin."""

    rows: list[Dispatch]
    before: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """How much waits for one instrument: queued, on its line, and left to a person."""

    instrument_id: int
    code: str
    name: str
    queued: int
    sending: int
    left: int
    oldest_at: datetime | None
    last_accepted_at: datetime | None


PAGE = 50
# What waits for something, in a list's choice of states.
WAITING, LEFT = "WAITING", "LEFT"
_STATES = {WAITING: ["QUEUED", "SENDING"], LEFT: ["REFUSED", "DEAD"]}
# What is open and what is left have an index each: asked for at once, all there is would be read.
_LINES = """
SELECT i.id, i.code, i.name, count(*) FILTER (WHERE d.status = 'QUEUED'),
    count(*) FILTER (WHERE d.status = 'SENDING'),
    count(*) FILTER (WHERE d.status IN ('REFUSED', 'DEAD')),
    min(d.queued_at) FILTER (WHERE d.status IN ('QUEUED', 'SENDING')),
    (SELECT max(e.recorded_at) FROM assays_dispatchevent e WHERE e.new = 'ACCEPTED' AND e.dispatch_id
        IN (SELECT n.id FROM assays_dispatch n WHERE n.instrument_id = i.id AND n.status = 'ACCEPTED'
            ORDER BY n.id DESC LIMIT 5))
FROM assays_instrument i JOIN (
    SELECT instrument_id, status, queued_at FROM assays_dispatch WHERE status IN ('QUEUED', 'SENDING')
    UNION ALL
    SELECT instrument_id, status, queued_at FROM assays_dispatch WHERE status IN ('REFUSED', 'DEAD')
) d ON d.instrument_id = i.id
GROUP BY i.id ORDER BY i.code
"""


def lines() -> list[Line]:
    """Return the instruments that something waits for, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_LINES)
        return [Line(*row) for row in cursor.fetchall()]


def page(chosen: Chosen, *, before: int | None = None, limit: int = PAGE) -> Page:
    """Return what was chosen of the messages to send, without what they say, which may be long."""
    rows = Dispatch.objects.defer("content", "answer").select_related("instrument", "specimen")
    if chosen.instrument is not None:
        rows = rows.filter(instrument=chosen.instrument)
    if chosen.status:
        rows = rows.filter(status__in=_STATES.get(chosen.status, [chosen.status]))
    if chosen.kind:
        rows = rows.filter(kind=chosen.kind)
    if chosen.text:
        rows = rows.filter(pk__in=_named(chosen.text))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: limit + 1])
    return Page(found[:limit], found[limit - 1].pk if len(found) > limit else None)


def receivers() -> QuerySet[Instrument]:
    """Return the instruments and systems to which anything was ever to be sent."""
    sent = Dispatch.objects.filter(instrument=OuterRef("pk"))
    return Instrument.objects.filter(Exists(sent)).order_by("code")


def left_to_decide() -> QuerySet[Dispatch]:
    """Return what was refused or given up, which a person decides about."""
    return Dispatch.objects.filter(status__in=_STATES[LEFT])


def left_by_instrument() -> dict[int, int]:
    """Return how many messages to each instrument a person has to decide about."""
    counted = left_to_decide().order_by().values_list("instrument").annotate(n=Count("pk"))
    return dict(counted)


def _named(text: str) -> QuerySet[Any, Any]:
    """By control id, by its number, or by the accession of a specimen that it is about.

    Each is asked for apart: one condition over several tables has no index.
    """
    keys = Dispatch.objects.order_by().values("pk")
    orders = SpecimenItem.objects.filter(specimen__accession=text).values("item__order")
    found = [keys.filter(specimen__accession=text), keys.filter(order__in=orders)]
    if (id_ := number(text)) is not None:
        found.append(keys.filter(pk=id_))
    return keys.filter(control_id=text.upper()).union(*found)
