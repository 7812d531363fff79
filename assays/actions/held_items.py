"""Held items: read again when what they waited for is there, by a person's wish, or rejected.

A wish is a row (an event of the item) and an `interpret` item on the queue; the worker files the
item by the same rules as when it came in. Doing it twice changes nothing: only a held item moves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from assays.actions import filing
from assays.actions.filing import Filed, Source
from assays.actions.transmissions import item_status
from assays.instruments import structured
from assays.models import (
    Instrument,
    ItemEvent,
    Priority,
    Recording,
    TransmissionItem,
    TransmissionMessage,
)
from assays.queries import catalogue
from assays.queries import filing as queries
from assays.queries.held_items import resolvable
from assays.rules.filing import Disposition, Duplicate, Entry, Held, message_status
from assays.rules.states import ITEM, MESSAGE, ItemStatus, MessageStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import bulk, policy
from labsys.lib.errors import Conflict, InvalidInput
from labsys.work import queue

INTERPRET = "interpret"
EVENTS = "assays_itemevent"
DECIDE = "assays.transmission.decide"


class ItemMoved(Conflict):
    """The item is not held any more."""

    kind = "item-moved"


def ask_again(*, item: TransmissionItem, by: Principal, at: datetime, reason: str) -> ItemEvent:
    """Have a held item read again: something it waited for was set right."""
    policy.check(by, DECIDE, item)
    _check_reason(reason)
    with acting(by=by, at=at, action="assays.transmission.ask_again", reason=reason):
        held = _lock(item)
        made = _event(held, new=ItemStatus.HELD, reason=reason, by=by, at=at)
        made.save()
        _enqueue({held.message.instrument_id: [made.pk]})
    return made


def reject(*, item: TransmissionItem, by: Principal, at: datetime, reason: str) -> TransmissionItem:
    """End a held item that must never be recorded; it stays on record with the reason."""
    policy.check(by, DECIDE, item)
    _check_reason(reason)
    with acting(by=by, at=at, action="assays.transmission.reject", reason=reason):
        held = _lock(item)
        _event(held, new=ItemStatus.REJECTED, reason=reason, by=by, at=at).save()
        _move(held, ItemStatus.REJECTED)
        _settle([held.message_id])
    return held


def reconsider(
    *,
    by: Principal,
    at: datetime,
    specimens: Sequence[str] | None = None,
    on_behalf_of: Principal | None = None,
) -> int:
    """Have every held item read again whose obstacle is gone; returns how many.

    `by` is `system:sweep`; `on_behalf_of` is whoever removed the obstacle.
    """
    found = resolvable(sweep_id=by.pk, specimens=specimens)
    if not found:
        return 0
    action = "assays.transmission.reconsider"
    with acting(by=by, at=at, action=action, on_behalf_of=on_behalf_of):
        ids = bulk.new_ids({ItemEvent: len(found)})[ItemEvent]
        held = ItemStatus.HELD.value
        stamp = {"old": held, "new": held, "recorded_by_id": by.pk, "recorded_at": at}
        reason = _("What this item waited for is registered now.")
        rows = [
            {
                "id": id_,
                "item_id": one.item_id,
                "hold_code": one.hold_code,
                "reason": reason,
                **stamp,
            }
            for id_, one in zip(ids, found, strict=True)
        ]
        bulk.insert(ItemEvent, rows)
        by_instrument: dict[int, list[int]] = defaultdict(list)
        for id_, one in zip(ids, found, strict=True):
            by_instrument[one.instrument_id].append(id_)
        _enqueue(by_instrument)
    return len(found)


def interpret(*, event_ids: Sequence[int], by: Principal, at: datetime) -> None:
    """File the items that these events ask for, as if they came in now; what moved on is left."""
    items = (
        TransmissionItem.objects.filter(events__in=event_ids, status=ItemStatus.HELD)
        .select_related("message__instrument__principal")
        .order_by("pk")
        .distinct()
    )
    groups: dict[Instrument, list[TransmissionItem]] = defaultdict(list)
    for item in items:
        groups[item.message.instrument].append(item)
    for instrument, held in groups.items():
        sender = instrument.principal
        action = "assays.transmission.interpret"
        with acting(by=by, at=at, action=action, on_behalf_of=sender):
            _file(instrument, held, by=by, at=at)


def _file(
    instrument: Instrument, items: Sequence[TransmissionItem], *, by: Principal, at: datetime
) -> None:
    entries = [_entry(item) for item in items]
    known = queries.lock(entries, catalogue=catalogue.current(), instrument_id=instrument.pk)
    still = {item.pk for item in _locked([item.pk for item in items])}
    pairs = [(i, e) for i, e in zip(items, entries, strict=True) if i.pk in still]
    entries = [entry for _item, entry in pairs]
    decided = filing.decide(entries, known, at=at)
    drawn = filing.draw(decided, entries, known)
    filed = [Filed(entry, one, item.pk) for (item, entry), one in zip(pairs, decided, strict=True)]
    source = Source(Recording.Door.HTTP, by, instrument.principal_id, instrument.pk)
    for (item, _entry_of), disposition in zip(pairs, decided, strict=True):
        _apply(item, disposition, by=by, at=at)
    filing.record(filed, known, drawn, source=source, at=at)
    _settle({item.message_id for item, _entry_of in pairs})


def _entry(item: TransmissionItem) -> Entry:
    entry = structured.read_item(item.content, "", faults := [])
    assert entry is not None, f"a stored item became unreadable: {faults}"
    return entry


def _apply(
    item: TransmissionItem, disposition: Disposition, *, by: Principal, at: datetime
) -> None:
    """Move one item to what was decided, or note for what other reason it stays held."""
    new = item_status(disposition)
    if isinstance(disposition, Held):
        if disposition.code == item.hold_code:
            return
        _event(item, new=new, reason=disposition.reason, by=by, at=at).save()
        TransmissionItem.objects.filter(pk=item.pk, status=ItemStatus.HELD).update(
            hold_code=disposition.code, hold_reason=disposition.reason
        )
        return
    _event(item, new=new, reason=_("Read again."), by=by, at=at).save()
    of = disposition.result_id if isinstance(disposition, Duplicate) else None
    _move(item, new, duplicate_of=of)


def _lock(item: TransmissionItem) -> TransmissionItem:
    found = _locked([item.pk])
    if not found:
        raise ItemMoved(_("This item is not held any more; look at it again."))
    return found[0]


def _locked(ids: Iterable[int]) -> list[TransmissionItem]:
    """Lock items that are still held."""
    rows = TransmissionItem.objects.select_for_update(no_key=True, of=("self",))
    held = rows.filter(pk__in=list(ids), status=ItemStatus.HELD)
    return list(held.select_related("message").order_by("pk"))


def _move(item: TransmissionItem, new: ItemStatus, **changes: Any) -> None:
    assert ITEM.can_move(ItemStatus.HELD, new)
    rows = TransmissionItem.objects.filter(pk=item.pk, status=ItemStatus.HELD)
    if not rows.update(status=new, **changes):
        raise ItemMoved(_("This item is not held any more; look at it again."))


def _settle(message_ids: Iterable[int]) -> None:
    """Let each message be what its items are now."""
    rows = TransmissionMessage.objects.select_for_update(no_key=True)
    for message in rows.filter(pk__in=list(message_ids)).order_by("pk").only("pk", "status"):
        statuses = message.items.values_list("status", flat=True)
        old, new = MessageStatus(message.status), message_status([*map(ItemStatus, statuses)])
        if new is not old:
            assert MESSAGE.can_move(old, new)
            TransmissionMessage.objects.filter(pk=message.pk, status=old).update(status=new)


def _event(
    item: TransmissionItem, *, new: ItemStatus, reason: str, by: Principal, at: datetime
) -> ItemEvent:
    return ItemEvent(
        item_id=item.pk,
        old=ItemStatus.HELD,
        new=new,
        hold_code=item.hold_code,
        reason=reason,
        recorded_by=by,
        recorded_at=at,
    )


def _enqueue(events: dict[int, list[int]]) -> None:
    """One `interpret` item per event, in order per connection."""
    for instrument_id, ids in sorted(events.items()):
        queue.enqueue(
            kind=INTERPRET,
            table=EVENTS,
            subjects=ids,
            ordering_keys=[f"connection:{instrument_id}"] * len(ids),
            priority=Priority.URGENT,
        )


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise InvalidInput(_("Say why, in a few words."), field="reason")
