"""Held items: read again when what they waited for is there, by a person's wish, or rejected.

A wish is a row (an event of the item) and an `interpret` item on the queue; the worker files the
item by the same rules as when it came in. Doing it twice changes nothing: only a held item moves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from assays.actions import controls as control_values
from assays.actions import filing, interpretations, item_moves
from assays.actions.filing import Source
from assays.actions.item_moves import ItemMoved as ItemMoved
from assays.actions.message_cases import WHOLE, Case
from assays.instruments import controls as sent_controls
from assays.instruments import items as message_items
from assays.instruments import structured
from assays.models import (
    Instrument,
    ItemEvent,
    Priority,
    Recording,
    TransmissionItem,
    TransmissionMessage,
)
from assays.queries import catalogue, controls, sources
from assays.queries import filing as queries
from assays.queries import held_items as queries_held
from assays.queries.filing import Known
from assays.queries.held_items import Resolvable
from assays.queries.messages import WIRES, Read
from assays.rules.filing import Disposition, Duplicate, Entry, Filed, Held, Hold, item_status
from assays.rules.states import ItemStatus
from labsys.accounts.models import Principal, PrincipalKind
from labsys.audit.context import acting
from labsys.lib import bulk, policy
from labsys.lib.errors import Conflict, InvalidInput
from labsys.lib.reasons import check_reason
from labsys.work import queue

INTERPRET = "interpret"
EVENTS = "assays_itemevent"
DECIDE = "assays.transmission.decide"


class SourceUnknown(Conflict):
    """Nobody knows yet which instrument sent the message."""

    kind = "source-unknown"


Outcome = Disposition | ItemStatus
Asked = Entry | Held | ItemStatus


def ask_again(*, item: TransmissionItem, by: Principal, at: datetime, reason: str) -> ItemEvent:
    """Have a held item read again: something it waited for was set right."""
    policy.check(by, DECIDE, item)
    check_reason(reason)
    with acting(by=by, at=at, action="assays.transmission.ask_again", reason=reason):
        held = item_moves.lock_one(item)
        if held.message.instrument_id is None:
            raise SourceUnknown(_("Say first which instrument sent this message."))
        return _ask(held, held.message.instrument_id, by=by, at=at, reason=reason)


def assign(
    *,
    message: TransmissionMessage,
    instrument: Instrument,
    by: Principal,
    at: datetime,
    reason: str,
) -> ItemEvent:
    """Say which instrument sent a message that could not be told from its sender, and read it."""
    policy.check(by, DECIDE, message)
    check_reason(reason)
    if instrument.protocol != message.wire:
        raise InvalidInput(
            _("%(instrument)s does not speak %(dialect)s.")
            % {"instrument": instrument, "dialect": message.wire},
            field="instrument",
        )
    with acting(by=by, at=at, action="assays.transmission.assign", reason=reason):
        whole = message.items.filter(position=WHOLE).first()
        if whole is None:
            raise ItemMoved(_("This message does not wait for somebody to name its sender."))
        held = item_moves.lock_one(whole)
        rows = TransmissionMessage.objects.filter(pk=message.pk, instrument=None)
        if not rows.update(instrument=instrument):
            raise ItemMoved(_("This message does not wait for somebody to name its sender."))
        return _ask(held, instrument.pk, by=by, at=at, reason=reason)


def _ask(
    item: TransmissionItem, instrument_id: int, *, by: Principal, at: datetime, reason: str
) -> ItemEvent:
    made = item_moves.event(item, new=ItemStatus.HELD, reason=reason, by=by, at=at)
    made.save()
    _enqueue({instrument_id: [made.pk]})
    return made


def reject(*, item: TransmissionItem, by: Principal, at: datetime, reason: str) -> TransmissionItem:
    """End a held item that must never be recorded; it stays on record with the reason."""
    policy.check(by, DECIDE, item)
    check_reason(reason)
    with acting(by=by, at=at, action="assays.transmission.reject", reason=reason):
        held = item_moves.lock_one(item)
        item_moves.event(held, new=ItemStatus.REJECTED, reason=reason, by=by, at=at).save()
        item_moves.move(held, ItemStatus.REJECTED)
        item_moves.settle([held.message_id])
    return held


def reconsider(
    *,
    by: Principal,
    at: datetime,
    specimens: Sequence[str] | None = None,
    on_behalf_of: Principal | None = None,
) -> int:
    """Have every held item read again whose obstacle is gone; returns how many.

    `by` is `system:sweep`; `on_behalf_of` is whoever removed the obstacle, whom the event names.
    """
    _expire(by=by, at=at)
    found = queries_held.resolvable(sweep_id=by.pk, at=at, specimens=specimens)
    return _ask_all(
        found, reason=_registered(on_behalf_of), by=by, at=at, on_behalf_of=on_behalf_of
    )


def reconsider_people(
    *, person_ids: Sequence[int], by: Principal, at: datetime, on_behalf_of: Principal
) -> int:
    """Have items read again that name another person than these, whose entries are others now."""
    found = queries_held.naming_another(person_ids)
    reason = _("Who this person is was set right in the registry.")
    return _ask_all(found, reason=reason, by=by, at=at, on_behalf_of=on_behalf_of)


def ask_again_for(
    found: Sequence[Resolvable],
    *,
    by: Principal,
    at: datetime,
    on_behalf_of: Principal | None = None,
) -> int:
    """Have these held items read again, since what they waited for is here; returns how many."""
    return _ask_all(
        found, reason=_registered(on_behalf_of), by=by, at=at, on_behalf_of=on_behalf_of
    )


def _registered(who: Principal | None) -> str:
    if who is None:
        return _("What this item waited for is registered now.")
    return _("%(who)s registered what this item waited for.") % {"who": who.display_name}


def _expire(*, by: Principal, at: datetime) -> None:
    """Leave to people what names a specimen that nobody registered in time."""
    days = queries_held.overdue(at=at)
    if not days:
        return
    with acting(by=by, at=at, action="assays.transmission.expire"):
        for item in item_moves.lock(days):
            if item.hold_code == Hold.UNKNOWN_SPECIMEN:
                said = {"specimen": item.specimen_text, "days": days[item.pk]}
                item_moves.hold(item, Held(Hold.WAITED_TOO_LONG, said), by=by, at=at)


def _ask_all(
    found: Sequence[Resolvable],
    *,
    reason: str,
    by: Principal,
    at: datetime,
    on_behalf_of: Principal | None,
) -> int:
    if not found:
        return 0
    action = "assays.transmission.reconsider"
    with acting(by=by, at=at, action=action, on_behalf_of=on_behalf_of):
        ids = bulk.new_ids({ItemEvent: len(found)})[ItemEvent]
        held = ItemStatus.HELD.value
        stamp = {"old": held, "new": held, "recorded_by_id": by.pk, "recorded_at": at}
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


def interpret(
    *, event_ids: Sequence[int], reads: Mapping[int, Read], by: Principal, at: datetime
) -> None:
    """File the items that these events ask for, as if they came in now; what moved on is left.

    `reads` are the messages of those that came over a wire, read anew, by their ids.
    """
    items = _asked_for(event_ids)
    with acting(by=by, at=at, action=interpretations.ACTION):
        accepted = _taken_for_new(event_ids)
        cases = _whole_messages(items, reads, accepted)
        interpretations.file(cases=cases, by=by, at=at)
        values = [item for item in items if not _is_whole(item)]
        _file(values, reads, accepted, by=by, at=at)


def _taken_for_new(event_ids: Sequence[int]) -> set[int]:
    """Return the items that a person took for new, which were held as possible repetitions."""
    by_people = ItemEvent.objects.filter(
        pk__in=event_ids,
        hold_code=Hold.POSSIBLE_DUPLICATE,
        recorded_by__kind=PrincipalKind.PERSON,
    )
    return set(by_people.values_list("item_id", flat=True))


def _asked_for(event_ids: Sequence[int]) -> list[TransmissionItem]:
    asked = ItemEvent.objects.filter(pk__in=event_ids).values("item")
    rows = TransmissionItem.objects.filter(
        pk__in=asked, status=ItemStatus.HELD, message__instrument__isnull=False
    )
    found = rows.select_related("message__instrument__principal").order_by("pk")
    return list(found.defer("message__content", "message__reply"))


def _is_whole(item: TransmissionItem) -> bool:
    return item.position == WHOLE and item.message.dialect in WIRES


def _whole_messages(
    items: Sequence[TransmissionItem], read: Mapping[int, Read], accepted: Collection[int]
) -> list[Case]:
    """Lock the items that stand for messages held as a whole."""
    wanted = [item for item in items if _is_whole(item)]
    if not wanted:
        return []
    still = {item.pk for item in item_moves.lock([item.pk for item in wanted])}
    return [
        Case(read[item.message_id], item.message, item, is_accepted=item.pk in accepted)
        for item in wanted
        if item.pk in still
    ]


def _file(
    items: Sequence[TransmissionItem],
    read: Mapping[int, Read],
    accepted: Collection[int],
    *,
    by: Principal,
    at: datetime,
) -> None:
    """Ask of each item again what it was asked when it came, all specimens locked in one go."""
    asked = {item.pk: asked_of(item, read) for item in items}
    for id_ in asked.keys() & accepted:
        asked[id_] = interpretations.taken_for_new(asked[id_])
    if ItemStatus.QC in asked.values():
        controls.lock_against_release()
    entries = [one for one in asked.values() if isinstance(one, Entry)]
    known = queries.lock(entries, catalogue=catalogue.current())
    still = {item.pk for item in item_moves.lock(asked)}
    groups: dict[Instrument, list[TransmissionItem]] = defaultdict(list)
    for item in items:
        if item.pk in still:
            groups[item.message.instrument].append(item)
    for instrument, held in groups.items():
        mine = known.sent_by(
            instrument.pk,
            oldest=sources.oldest(instrument),
            holds_corrections=sources.holds_corrections(instrument),
        )
        with acting(by=by, at=at, action=interpretations.ACTION, on_behalf_of=instrument.principal):
            _file_of(instrument, held, asked, mine, by=by, at=at)


def _file_of(
    instrument: Instrument,
    items: Sequence[TransmissionItem],
    asked: Mapping[int, Asked],
    known: Known,
    *,
    by: Principal,
    at: datetime,
) -> None:
    pairs = [(item, one) for item in items if isinstance(one := asked[item.pk], Entry)]
    entries = [entry for _item, entry in pairs]
    decided = queries.decide(entries, known, at=at)
    drawn = filing.draw(decided, entries, known)
    settled = filing.settled(decided, drawn)
    filed = [Filed(entry, one, item.pk) for (item, entry), one in zip(pairs, settled, strict=True)]
    outcomes = {one.item_id: one.disposition for one in filed}
    for item in items:
        outcome = outcomes.get(item.pk, asked[item.pk])
        assert not isinstance(outcome, Entry)
        _apply(item, outcome, by=by, at=at)
    measured = [_control(item) for item in items if asked[item.pk] is ItemStatus.QC]
    control_values.deliver(measured, by=by, at=at)
    is_wire = instrument.protocol in WIRES
    door = Recording.Door.INSTRUMENT if is_wire else Recording.Door.HTTP
    source = Source(door, by, instrument.principal_id, instrument.pk)
    filing.record(filed, known, drawn, source=source, at=at)
    item_moves.settle({item.message_id for item in items})


def _control(item: TransmissionItem) -> control_values.Sent:
    """Return the control value that an item turned out to be, as the item holds it."""
    received_at = item.message.received_at
    said = sent_controls.of_content(item.content, received_at=received_at)
    return control_values.Sent(item.message.instrument, item.pk, said)


def asked_of(item: TransmissionItem, read: Mapping[int, Read]) -> Asked:
    """Return what to ask of an item: as it was structured, or as its message is read now."""
    if item.message.dialect not in WIRES:
        entry = structured.read_item(item.content, "", faults := [])
        assert entry is not None, f"a stored item became unreadable: {faults}"
        return replace(entry, received_at=item.message.received_at)
    found = read[item.message_id].interpretation
    reading = next((one for one in found.readings if one.position == item.position), None)
    if reading is None or not message_items.is_same(reading, item.content):
        return Held(Hold.UNREADABLE, {"detail": _("read anew, it has another value at this place")})
    received_at = item.message.received_at
    return message_items.asked(reading, received_at=received_at, sent_at=found.sent_at)


def _apply(item: TransmissionItem, outcome: Outcome, *, by: Principal, at: datetime) -> None:
    """Move one item to what was decided, or note for what other reason it stays held."""
    if isinstance(outcome, Held):
        item_moves.hold(item, outcome, by=by, at=at)
        return
    new = item_status(outcome)
    item_moves.event(item, new=new, reason=_("Read again."), by=by, at=at).save()
    of = outcome.result_id if isinstance(outcome, Duplicate) else None
    item_moves.move(item, new, duplicate_of=of)


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
