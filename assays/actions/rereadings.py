"""Reading stored messages anew: what a worker does with each message of a run.

What was filed is never filed a second time and never changed here: a value that is read otherwise
now is named in the outcome, and a person corrects the result. Held values are asked again; what was
no value before, or was not read at all, becomes a held item first and is filed from there, by the
same rules as everything that is held.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from assays.actions import held_items, interpretations, item_moves
from assays.actions.hospital import filing as hospital
from assays.actions.message_cases import LONGEST_TEXT, WHOLE
from assays.instruments import items as message_items
from assays.instruments.readings import Reading, Sort
from assays.models import ItemEvent, MessageReading, TransmissionItem, TransmissionMessage
from assays.queries.messages import Read
from assays.queries.rereadings import READABLE
from assays.rules.filing import Held, Hold
from assays.rules.states import ITEM, ItemStatus, MessageStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting

ACTION = "assays.transmission.reread"
MOST_DIFFERENCES = 50
_NO_VALUES = (Sort.SUPPLEMENT, Sort.QUERY)
_OPEN = (ItemStatus.HELD.value,)


def apply(
    *, reading_ids: Sequence[int], reads: Mapping[int, Read], by: Principal, at: datetime
) -> None:
    """Do what is asked of these readings, in their order; what is done already is left."""
    rows = MessageReading.objects.select_for_update(no_key=True, of=("self",))
    waiting = rows.filter(pk__in=list(reading_ids), done_at=None).select_related(
        "message__instrument__principal", "run__asked_by"
    )
    for one in waiting.defer("message__content", "message__reply").order_by("pk"):
        message = one.message
        instrument = message.instrument
        behalf = instrument.principal if instrument is not None else None
        with acting(by=by, at=at, action=ACTION, on_behalf_of=behalf):
            read = reads.get(message.pk)
            outcome = _outcome(message, read, one.run.reason, by=by, at=at)
            MessageReading.objects.filter(pk=one.pk, done_at=None).update(
                done_at=at, outcome=outcome
            )


def _outcome(
    message: TransmissionMessage, read: Read | None, reason: str, *, by: Principal, at: datetime
) -> dict[str, Any]:
    if read is None or message.status not in READABLE:
        state = {"state": message.get_status_display()}
        return _said(left=_("It was left as it is: %(state)s.") % state)
    if read.told is not None:
        return _told(message, read, reason, by=by, at=at)
    if message.status == MessageStatus.RECEIVED:
        interpretations.record(reads=[read], by=by, at=at)
        return _said(_statuses(message))
    items = list(message.items.order_by("position"))
    before = {item.pk: item.status for item in items}
    events = [_asked(item, reason, by=by, at=at) for item in items if item.status in _OPEN]
    found = read.interpretation
    held_whole = any(item.position == WHOLE and item.status in _OPEN for item in items)
    brought = [] if held_whole else _brought(message, items, found.readings)
    events += [_raised(item, by=by, at=at) for item in brought]
    if events:
        held_items.interpret(event_ids=events, reads={message.pk: read}, by=by, at=at)
        item_moves.settle([message.pk])
    if made := sum(item.pk not in before for item in brought):
        rows = TransmissionMessage.objects.filter(pk=message.pk)
        rows.update(item_count=F("item_count") + made)
    differs = [] if held_whole else _differences(items, found.readings)
    doubt = None if found.doubt is None else Held(found.doubt.hold, dict(found.doubt.params))
    is_lost = doubt is not None and not held_whole
    return _said(
        _statuses(message), before=before, differs=differs, left=doubt.reason if is_lost else ""
    )


def _told(
    message: TransmissionMessage, read: Read, reason: str, *, by: Principal, at: datetime
) -> dict[str, Any]:
    """Do what a hospital told and what is held of it; what was done is never done again."""
    if message.status == MessageStatus.RECEIVED:
        hospital.record(reads=[read], by=by, at=at)
        return _said(_statuses(message))
    held = [item for item in message.items.order_by("position") if item.status in _OPEN]
    before = {item.pk: item.status for item in message.items.all()}
    events = [_asked(item, reason, by=by, at=at) for item in held]
    hospital.again(event_ids=events, reads={message.pk: read}, by=by, at=at)
    return _said(_statuses(message), before=before)


def _asked(item: TransmissionItem, reason: str, *, by: Principal, at: datetime) -> int:
    made = item_moves.event(item, new=ItemStatus.HELD, reason=reason, by=by, at=at)
    made.save()
    return int(made.pk)


def _raised(item: TransmissionItem, *, by: Principal, at: datetime) -> int:
    """Note why an item is held from now on that was none, or no value, before."""
    made = ItemEvent(
        item=item,
        old=ItemStatus.NOT_A_RESULT,
        new=ItemStatus.HELD,
        hold_code=Hold.READ_ANEW,
        reason=_("Read anew, this is a value."),
        recorded_by=by,
        recorded_at=at,
    )
    made.save()
    return int(made.pk)


def _brought(
    message: TransmissionMessage, items: Sequence[TransmissionItem], readings: Iterable[Reading]
) -> list[TransmissionItem]:
    """Hold what is a value now and was none before: new items, and those that were no result."""
    at_place = {item.position: item for item in items}
    brought = []
    for reading in readings:
        item = at_place.get(reading.position)
        if item is None:
            # The same record may stand at another place: another driver counts otherwise.
            if not any(message_items.is_same(reading, one.content) for one in items):
                brought.append(_inserted(message, reading))
        elif _was_no_value(item) and message_items.is_measured(reading):
            if message_items.is_same(reading, item.content):
                brought.append(_reopened(item))
    return brought


def _was_no_value(item: TransmissionItem) -> bool:
    is_none = item.status == ItemStatus.NOT_A_RESULT
    return is_none and item.content.get("sort") in [sort.value for sort in _NO_VALUES]


def _inserted(message: TransmissionMessage, reading: Reading) -> TransmissionItem:
    content = message_items.content(reading)
    made: TransmissionItem = TransmissionItem.objects.create(
        message=message,
        position=reading.position,
        specimen_text=content.get("specimen", "")[:LONGEST_TEXT],
        code_text=content.get("code", "")[:LONGEST_TEXT],
        content=content,
        **_held(),
    )
    return made


def _reopened(item: TransmissionItem) -> TransmissionItem:
    assert ITEM.can_move(ItemStatus.NOT_A_RESULT, ItemStatus.HELD)
    rows = TransmissionItem.objects.filter(pk=item.pk, status=ItemStatus.NOT_A_RESULT)
    if not rows.update(**_held()):
        raise item_moves.ItemMoved(_("This item moved on meanwhile."))
    return item


def _held() -> dict[str, str]:
    why = Held(Hold.READ_ANEW, {})
    return {"status": ItemStatus.HELD.value, "hold_code": why.code.value, "hold_reason": why.reason}


def _differences(
    items: Sequence[TransmissionItem], readings: Iterable[Reading]
) -> list[dict[str, Any]]:
    """Name what was filed, or kept as control material, and would be read otherwise now."""
    now = {reading.position: reading for reading in readings}
    found: list[dict[str, Any]] = []
    for item in items:
        if item.status in _OPEN or item.position == WHOLE or _was_no_value(item):
            continue
        reading = now.get(item.position)
        if reading is None:
            found.append({"position": item.position, "item": item.pk, "read": {}})
        elif read := message_items.differences(reading, item.content):
            found.append({"position": item.position, "item": item.pk, "read": read})
    return found[:MOST_DIFFERENCES]


def _statuses(message: TransmissionMessage) -> list[tuple[int, str]]:
    return list(message.items.values_list("pk", "status"))


def _said(
    after: Iterable[tuple[int, str]] = (),
    *,
    before: Mapping[int, str] | None = None,
    differs: Sequence[dict[str, Any]] = (),
    left: str = "",
) -> dict[str, Any]:
    """Return the outcome: how many values went on, how many are held, and what differs.

    `left` says why nothing was done, where nothing was.
    """
    was = before or {}
    stand = list(after)
    return {
        "filed": sum(one not in _OPEN and was.get(pk) != one for pk, one in stand),
        "held": sum(one in _OPEN for _pk, one in stand),
        "differs": list(differs),
        "left": left,
    }
