"""Messages as they came in: the list of all of them, and one with everything behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import F, Func, IntegerField, Prefetch

from assays.models import ItemEvent, TransmissionFrame, TransmissionItem, TransmissionMessage
from assays.rules.states import MessageStatus

PAGE = 50
ITEMS = 200
FRAMES = 400
FOUND = 1000
# What nobody has decided yet, or what nobody has read yet.
OPEN = (MessageStatus.RECEIVED.value, MessageStatus.PARTLY_HELD.value, MessageStatus.HELD.value)
ATTENTION = "ATTENTION"

# A value is found by where its specimen is known from: recorded ones by their result, repetitions by
# the result they repeat, all others by what was sent.
# An identifier is looked up under every system: the unique index begins with the system.
_SEARCH = """
WITH RECURSIVE systems(system) AS (
    SELECT min(system) FROM assays_specimenidentifier
    UNION ALL
    SELECT (SELECT min(i.system) FROM assays_specimenidentifier i WHERE i.system > s.system)
    FROM systems s WHERE s.system IS NOT NULL
), specimens AS (
    SELECT id FROM assays_specimen WHERE accession = %(text)s
    UNION
    SELECT i.specimen_id FROM systems s
    JOIN assays_specimenidentifier i ON i.system = s.system AND i.value = %(text)s
), results AS (
    SELECT id, transmission_item_id FROM assays_result
    WHERE specimen_id IN (SELECT id FROM specimens)
), found AS (
    SELECT i.message_id AS id FROM assays_transmissionitem i
    WHERE i.status IN ('HELD', 'QC', 'NOT_A_RESULT', 'REJECTED')
      AND i.specimen_text = %(text)s
    UNION
    SELECT i.message_id FROM results r
    JOIN assays_transmissionitem i ON i.id = r.transmission_item_id
    UNION
    SELECT i.message_id FROM results r JOIN assays_transmissionitem i ON i.duplicate_of_id = r.id
    UNION
    SELECT m.id FROM assays_transmissionmessage m
    WHERE m.idempotency_key = %(text)s
      AND m.instrument_id IN (SELECT id FROM assays_instrument)
    UNION
    SELECT m.id FROM assays_transmissionmessage m
    WHERE m.control_id = %(text)s AND m.control_id <> ''
    UNION
    SELECT m.id FROM assays_transmissionmessage m WHERE m.id = %(number)s
)
SELECT id FROM found
UNION
SELECT m.id FROM assays_transmissionmessage m JOIN found ON m.duplicate_of_id = found.id
ORDER BY id DESC LIMIT %(limit)s
"""
_CONTENTS = """
SELECT message_id, count(*), count(*) FILTER (WHERE status = 'HELD'),
       count(DISTINCT specimen_text) FILTER (WHERE specimen_text <> ''),
       (array_agg(DISTINCT specimen_text) FILTER (WHERE specimen_text <> ''))[1:2]
FROM assays_transmissionitem WHERE message_id = ANY(%s) GROUP BY message_id
"""
# The frames of a message. Their messages are numbered as they begin, so that within a session the
# numbers only grow: the first frame of a message, and the first beyond it, are found by halving. A
# bid before the first frame names no message yet and is shown with it.
_FRAMES = """
WITH RECURSIVE ends AS (
    SELECT min(sequence) AS low, max(sequence) + 1 AS high FROM transmission_frame
    WHERE session_id = %(session)s
), halves(bound, low, high) AS (
    SELECT bound, low, high FROM ends, (VALUES (%(message)s::bigint), (%(message)s + 1)) b(bound)
    UNION ALL
    SELECT bound, CASE WHEN is_early THEN middle + 1 ELSE h.low END,
           CASE WHEN is_early THEN h.high ELSE middle END
    FROM (SELECT bound, low, high, low + (high - low) / 2 AS middle
          FROM halves WHERE low < high) h
    CROSS JOIN LATERAL (
        SELECT coalesce((SELECT f.message_id < h.bound FROM transmission_frame f
                         WHERE f.session_id = %(session)s AND f.sequence >= h.middle
                           AND f.message_id IS NOT NULL
                         ORDER BY f.sequence LIMIT 1), false) AS is_early) e
)
SELECT f.* FROM transmission_frame f
WHERE f.session_id = %(session)s
  AND f.sequence >= (SELECT min(low) FROM halves WHERE low >= high AND bound = %(message)s)
  AND f.sequence < (SELECT min(low) FROM halves WHERE low >= high AND bound = %(message)s + 1)
  AND f.verdict NOT IN ('SENT', 'ANSWER', 'STRAY')
ORDER BY f.sequence, f.at LIMIT %(limit)s
"""
# Persons as the items are matched here: by a recorded value, by the value it repeats, by what a
# hospital told of them, or by a specimen that an item names. Control material is nobody's, whatever it
# is called.
_PERSONS = """
WITH RECURSIVE items AS MATERIALIZED (
    SELECT id, specimen_text, duplicate_of_id, content FROM assays_transmissionitem
    WHERE message_id = %(message)s AND status <> 'QC'
      AND (%(item)s::bigint IS NULL OR id = %(item)s)
), named AS MATERIALIZED (
    SELECT DISTINCT specimen_text AS text FROM items WHERE specimen_text <> ''
), systems(system) AS (
    SELECT min(system) FROM assays_specimenidentifier WHERE %(is_wire)s
    UNION ALL
    SELECT (SELECT min(i.system) FROM assays_specimenidentifier i WHERE i.system > s.system)
    FROM systems s WHERE s.system IS NOT NULL
), specimens AS (
    SELECT s.id FROM named n JOIN assays_specimen s ON s.accession = n.text
    UNION
    SELECT d.specimen_id FROM items i JOIN assays_specimenidentifier d
      ON d.system = i.content -> 'specimen' ->> 'system'
     AND d.value = i.content -> 'specimen' ->> 'value'
    UNION
    SELECT d.specimen_id FROM systems s CROSS JOIN named n
    JOIN assays_specimenidentifier d ON d.system = s.system AND d.value = n.text
)
SELECT r.person_id FROM items i JOIN assays_result r ON r.transmission_item_id = i.id
UNION
SELECT r.person_id FROM items i JOIN assays_result r ON r.id = i.duplicate_of_id
UNION
SELECT p.id FROM items i JOIN assays_hospitalact a ON a.item_id = i.id
JOIN patients_person p ON p.id IN (a.person_id, a.other_id)
UNION
SELECT s.person_id FROM specimens f JOIN assays_specimen s ON s.id = f.id
ORDER BY 1
"""


@dataclass(frozen=True)
class Chosen:
    """Which messages are asked for; what is empty is not asked."""

    instrument: int | None = None
    status: str = ""
    dialect: str = ""
    text: str = ""

    def asks_anything(self) -> bool:
        return self != Chosen()


@dataclass(frozen=True)
class Contents:
    """What a message holds, in numbers, and the first specimens it names."""

    items: int = 0
    held: int = 0
    specimen_count: int = 0
    specimens: tuple[str, ...] = ()

    @property
    def more_specimens(self) -> int:
        return self.specimen_count - len(self.specimens)


@dataclass(frozen=True)
class Row:
    """One line of the list."""

    message: Any
    contents: Contents


@dataclass(frozen=True)
class Page:
    """A page of the list; `before` is where the next, older one begins."""

    rows: list[Row] = field(default_factory=list)
    before: int | None = None


def page(chosen: Chosen, *, before: int | None = None, limit: int = PAGE) -> Page:
    """Return messages, the newest first, without their bytes, in a constant number of queries."""
    rows = listed()
    if chosen.text:
        rows = rows.filter(pk__in=search(chosen.text))
    if chosen.instrument is not None:
        rows = rows.filter(instrument=chosen.instrument)
    if chosen.status == ATTENTION:
        rows = rows.filter(status__in=OPEN)
    elif chosen.status:
        rows = rows.filter(status=chosen.status)
    if chosen.dialect:
        rows = rows.filter(dialect=chosen.dialect)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: limit + 1])
    shown, more = found[:limit], len(found) > limit
    held = contents([message.pk for message in shown])
    return Page(
        [Row(message, held.get(message.pk, Contents())) for message in shown],
        shown[-1].pk if more else None,
    )


def listed() -> Any:
    """Messages without their bytes, which may be large, but with how many they are."""
    size = Func(F("content"), function="octet_length", output_field=IntegerField())
    rows = TransmissionMessage.objects.defer("content", "reply", "sha256")
    return rows.select_related("instrument").annotate(size=size)


def search(text: str) -> list[int]:
    """Return the newest messages that name a specimen, a control id, a key or are so numbered."""
    is_number = text.isascii() and text.isdigit() and len(text) <= 18
    given = {
        "text": text,
        "number": int(text) if is_number else None,
        "limit": FOUND,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SEARCH, given)
        return [number for (number,) in cursor.fetchall()]


def contents(message_ids: Sequence[int]) -> dict[int, Contents]:
    """Return what these messages hold, in one query."""
    if not message_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_CONTENTS, [list(message_ids)])
        return {
            of: Contents(items, held, specimens, tuple(first or ()))
            for of, items, held, specimens, first in cursor.fetchall()
        }


def frames(message: TransmissionMessage, *, limit: int = FRAMES) -> list[TransmissionFrame]:
    """Return the frames of a message in order, from the bid before them on; at most `limit`."""
    if message.session_id is None:
        return []
    given = {"session": message.session_id, "message": message.pk, "limit": limit}
    return list(TransmissionFrame.objects.raw(_FRAMES, given))


def items(
    message: TransmissionMessage, *, after: int = -1, limit: int = ITEMS
) -> tuple[list[TransmissionItem], int | None]:
    """Return items from a position on, with results and events, and where the next page begins."""
    events = ItemEvent.objects.select_related("recorded_by__user").order_by("pk")
    rows = (
        message.items.filter(position__gt=after)
        .select_related("result__analyte", "result__specimen", "duplicate_of__analyte")
        .select_related("hospital_act")
        .select_related("duplicate_of__specimen")
        .prefetch_related(Prefetch("events", events))
        .order_by("position")[: limit + 1]
    )
    found = list(rows)
    return found[:limit], found[limit - 1].position if len(found) > limit else None


def persons(message: TransmissionMessage, *, item: int | None = None) -> list[int]:
    """Return the persons whom a message, or one item of it, tells of as far as it is matched here."""
    is_wire = message.dialect != TransmissionMessage.Dialect.HTTP
    given = {"message": message.pk, "item": item, "is_wire": is_wire}
    with connection.cursor() as cursor:
        cursor.execute(_PERSONS, given)
        return [person for (person,) in cursor.fetchall()]


def neighbours(message: TransmissionMessage) -> tuple[int | None, int | None]:
    """Return the messages before and after this one in its session."""
    if message.session_id is None:
        return None, None
    rows = TransmissionMessage.objects.filter(session=message.session_id).values_list(
        "pk", flat=True
    )
    earlier = rows.filter(pk__lt=message.pk).order_by("-pk").first()
    return earlier, rows.filter(pk__gt=message.pk).order_by("pk").first()
