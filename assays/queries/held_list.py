"""Held items as a list to work off: which, why, for how long; and how many of each kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Prefetch, QuerySet

from assays.models import TransmissionItem, TransmissionMessage
from assays.rules.filing import Hold
from assays.rules.states import ItemStatus

PAGE = 50
# Counted no further: a mapping that is missing may hold every value of a night.
COUNTED = 10_000

_COUNTS = """
SELECT hold_code, m.instrument_id, count(*) FROM (
    SELECT hold_code, message_id FROM assays_transmissionitem
    WHERE status = 'HELD' ORDER BY id LIMIT %s) i
JOIN assays_transmissionmessage m ON m.id = i.message_id
GROUP BY hold_code, m.instrument_id
"""


@dataclass(frozen=True)
class Counts:
    """How many items are held, by reason and by instrument (None: of an unknown one)."""

    by_hold: Counter[str] = field(default_factory=Counter)
    by_instrument: Counter[int | None] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return self.by_hold.total()

    @property
    def is_capped(self) -> bool:
        return self.total >= COUNTED


@dataclass(frozen=True)
class Chosen:
    """Which held items are asked for; what is not set is not asked."""

    hold: str = ""
    instrument: int | None = None
    is_unknown_source: bool = False
    message: int | None = None


@dataclass(frozen=True)
class Page:
    """The items that wait longest, and where the next page begins."""

    items: list[TransmissionItem]
    after: int | None


def counts() -> Counts:
    """Count the held items, as far as `COUNTED`, in one query."""
    found = Counts()
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [COUNTED])
        for hold, instrument_id, count in cursor.fetchall():
            found.by_hold[hold] += count
            found.by_instrument[instrument_id] += count
    return found


def page(chosen: Chosen, *, after: int | None = None, limit: int = PAGE) -> Page:
    """Return held items with message and instrument, those that came first before the others."""
    rows = with_messages(TransmissionItem.objects.filter(status=ItemStatus.HELD))
    if chosen.hold:
        rows = rows.filter(hold_code=chosen.hold)
    if chosen.is_unknown_source:
        rows = rows.filter(message__instrument=None)
    elif chosen.instrument is not None:
        rows = rows.filter(message__instrument=chosen.instrument)
    if chosen.message is not None:
        rows = rows.filter(message=chosen.message)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    found = list(rows.order_by("pk")[: limit + 1])
    return Page(found[:limit], found[limit - 1].pk if len(found) > limit else None)


def with_messages(items: QuerySet[TransmissionItem]) -> QuerySet[TransmissionItem]:
    """Fetch with each item its message, without the bytes, and the instrument."""
    messages = TransmissionMessage.objects.select_related("instrument")
    return items.prefetch_related(Prefetch("message", messages.defer("content", "reply")))


def known_holds(names: Sequence[str]) -> list[str]:
    """Return these reasons in the order in which they are declared; unknown ones come last."""
    order = {hold.value: position for position, hold in enumerate(Hold)}
    return sorted(names, key=lambda name: (order.get(name, len(order)), name))
