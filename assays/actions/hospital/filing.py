"""Filing what a hospital's system sent: each thing it asks for is done, or held by itself.

The messages of a connection are filed in the order they came. An item that is held is asked for again
by the same rows as every held item (`assays.actions.held_items`), and done by the same rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from assays.actions import item_moves
from assays.actions.hospital import answers, items, orders, patients
from assays.actions.hospital.items import Done
from assays.models import Instrument, ItemEvent, TransmissionItem, TransmissionMessage
from assays.queries import hospital as queries
from assays.queries import messages
from assays.queries.messages import Read
from assays.rules.filing import Held, Hold, message_status
from assays.rules.hospital_messages import Event, HospitalMessage
from assays.rules.messages import Repetition, judge
from assays.rules.states import MESSAGE, ItemStatus, MessageStatus
from labsys.accounts.models import Principal, PrincipalKind
from labsys.audit.context import acting
from labsys.lib import bulk
from labsys.lib.errors import Conflict

ACTION = "assays.hospital.file"
WHOLE = 0


def record(*, reads: Sequence[Read], by: Principal, at: datetime) -> None:
    """File messages that nobody has read yet; `by` is `system:interpret`."""
    with acting(by=by, at=at, action=ACTION):
        waiting = _lock([one.message_id for one in reads])
        for one in reads:
            if (message := waiting.get(one.message_id)) is not None:
                _first(message, _told(one), by=by, at=at)


def again(
    *, event_ids: Sequence[int], reads: Mapping[int, Read], by: Principal, at: datetime
) -> None:
    """Do what these events of held items ask for, as if it came in now; what moved on is left."""
    rows = ItemEvent.objects.filter(pk__in=event_ids)
    asked = rows.filter(item__message__in=reads).values_list("item", flat=True)
    by_people = rows.filter(hold_code=Hold.PATIENT_CONFLICT, recorded_by__kind=PrincipalKind.PERSON)
    accepted = set(by_people.values_list("item", flat=True))
    with acting(by=by, at=at, action=ACTION):
        for item in item_moves.lock(asked):
            told = _told(reads[item.message_id])
            if item.position == WHOLE:
                _whole(item, told, by=by, at=at)
            else:
                _one(item, told, is_accepted=item.pk in accepted, by=by, at=at)


def tried(
    *, told: HospitalMessage, instrument: Instrument, by: Principal, at: datetime
) -> list[Done | Held]:
    """Do what a message asks for, see what becomes of each event, and take all of it back.

    What an act refuses only its doing shows. Nothing is left: no row, no record of a change, nothing to
    be sent, and no lock is kept; a number that was drawn is not given to anybody else.
    """
    with transaction.atomic():
        with acting(by=by, at=at, action=ACTION):
            message = TransmissionMessage.objects.create(
                instrument=instrument,
                dialect=TransmissionMessage.Dialect.HL7,
                sha256=b"",
                content=b"",
                received_at=at,
                status=MessageStatus.RECEIVED,
            )
            ended = [end for _event, end in _each(message, told, at=at)]
        transaction.set_rollback(True)
    return ended


def split(
    event_ids: Sequence[int], reads: Mapping[int, Read]
) -> tuple[list[int], list[int], dict[int, Read]]:
    """Return the events of items that hospitals sent, those of others, and what was read of the first."""
    told = {id_: one for id_, one in reads.items() if one.told is not None}
    if not told:
        return [], list(event_ids), {}
    rows = ItemEvent.objects.filter(pk__in=event_ids, item__message__in=told)
    mine = set(rows.values_list("pk", flat=True))
    ordered = [one for one in event_ids if one in mine]
    return ordered, [one for one in event_ids if one not in mine], told


def _told(read: Read) -> HospitalMessage:
    assert read.told is not None
    return read.told


def _lock(ids: Sequence[int]) -> dict[int, TransmissionMessage]:
    rows = TransmissionMessage.objects.select_for_update(no_key=True, of=("self",))
    waiting = rows.filter(pk__in=ids, status=MessageStatus.RECEIVED, instrument__isnull=False)
    found = waiting.select_related("instrument__principal").defer("content", "reply")
    return {row.pk: row for row in found.order_by("pk")}


def _first(
    message: TransmissionMessage, told: HospitalMessage, *, by: Principal, at: datetime
) -> None:
    """File a message: a repetition, held as a whole, or each of its events for itself."""
    verdict = _verdict(message, told)
    if isinstance(verdict, Repetition):
        _settle(message, MessageStatus.DUPLICATE, 0, original_id=verdict.original_id)
        return
    if verdict is not None:
        _hold_whole(message, verdict)
        _settle(message, MessageStatus.HELD, 1)
        return
    statuses = _all(message, told, by=by, at=at)
    _settle(message, message_status(statuses), len(statuses))


def _verdict(message: TransmissionMessage, told: HospitalMessage) -> Held | Repetition | None:
    digest = bytes(message.sha256)
    found = messages.originals(message.instrument_id, [digest]).get(digest, (None, None))
    earlier = [one for one in found if one is not None and one < message.pk]
    return judge(
        told.doubt,
        original_id=min(earlier, default=None),
        can_be_told_apart=told.can_be_told_apart,
        holds_values=False,
    )


def _all(
    message: TransmissionMessage, told: HospitalMessage, *, by: Principal, at: datetime
) -> list[ItemStatus]:
    ended = _each(message, told, at=at)
    answers.tell(message=message, told=told, ended=ended, subject=message, by=by, at=at)
    return [
        ItemStatus.HELD if isinstance(end, Held) else ItemStatus.NOT_A_RESULT
        for _event, end in ended
    ]


def _each(
    message: TransmissionMessage, told: HospitalMessage, *, at: datetime
) -> list[tuple[Event, Done | Held]]:
    """Do what each event asks for, in their order, and keep it as an item."""
    assert message.instrument is not None
    naming = queries.naming(message.instrument)
    ids = bulk.new_ids({TransmissionItem: len(told.events)})[TransmissionItem]
    ended = []
    for item_id, event in zip(ids, told.events, strict=True):
        end = _act(message, event, item_id, at=at)
        items.add(item_id, message.pk, event, end, naming)
        if isinstance(end, Done):
            items.note(item_id, event, end, by=message.instrument.principal, at=at)
        ended.append((event, end))
    return ended


def _act(
    message: TransmissionMessage,
    event: Event,
    item_id: int,
    *,
    at: datetime,
    is_accepted: bool = False,
) -> Done | Held:
    """Do what one event asks for, in the name of the connection."""
    instrument = message.instrument
    assert instrument is not None
    by = instrument.principal
    if event.line is None:
        return patients.act(
            event=event, instrument=instrument, by=by, at=at, is_accepted=is_accepted
        )
    return orders.act(
        event=event,
        instrument=instrument,
        item_id=item_id,
        message_id=message.pk,
        by=by,
        at=at,
        is_accepted=is_accepted,
    )


def _hold_whole(message: TransmissionMessage, held: Held) -> None:
    TransmissionItem.objects.create(
        message=message,
        position=WHOLE,
        content={},
        status=ItemStatus.HELD,
        hold_code=held.code.value,
        hold_reason=held.reason.replace("\0", "\\u0000"),
    )


def _settle(
    message: TransmissionMessage,
    to: MessageStatus,
    count: int,
    *,
    original_id: int | None = None,
) -> None:
    assert MESSAGE.can_move(MessageStatus(message.status), to)
    rows = TransmissionMessage.objects.filter(pk=message.pk, status=message.status)
    if not rows.update(status=to, item_count=count, duplicate_of=original_id):
        raise Conflict(_("A message of this batch was read meanwhile."))


def _whole(item: TransmissionItem, told: HospitalMessage, *, by: Principal, at: datetime) -> None:
    """File the message of an item that held it as a whole."""
    message = TransmissionMessage.objects.select_related("instrument__principal").get(
        pk=item.message_id
    )
    verdict = _verdict(message, told)
    if isinstance(verdict, Held):
        item_moves.hold(item, verdict, by=by, at=at)
        return
    if isinstance(verdict, Repetition):
        reason = _("The same as message %(message)s.") % {"message": verdict.original_id}
        item_moves.event(item, new=ItemStatus.DUPLICATE, reason=reason, by=by, at=at).save()
        item_moves.move(item, ItemStatus.DUPLICATE)
        _settle(message, MessageStatus.DUPLICATE, 1, original_id=verdict.original_id)
        return
    reason = _("Read: what it asks for stands below.")
    item_moves.event(item, new=ItemStatus.NOT_A_RESULT, reason=reason, by=by, at=at).save()
    item_moves.move(item, ItemStatus.NOT_A_RESULT)
    statuses = [ItemStatus.NOT_A_RESULT, *_all(message, told, by=by, at=at)]
    _settle(message, message_status(statuses), len(statuses))


def _one(
    item: TransmissionItem,
    told: HospitalMessage,
    *,
    is_accepted: bool,
    by: Principal,
    at: datetime,
) -> None:
    event = next((one for one in told.events if one.position == item.position), None)
    if event is None or event.act.value != item.content.get("act"):
        detail = _("read anew, it asks for something else at this place")
        item_moves.hold(item, Held(Hold.UNREADABLE, {"detail": detail}), by=by, at=at)
        return
    message = TransmissionMessage.objects.select_related("instrument__principal").get(
        pk=item.message_id
    )
    assert message.instrument is not None
    ended = _act(message, event, item.pk, at=at, is_accepted=is_accepted)
    if isinstance(ended, Held):
        item_moves.hold(item, ended, by=by, at=at)
        return
    new = ItemStatus.NOT_A_RESULT
    item_moves.event(item, new=new, reason=_("Read again."), by=by, at=at).save()
    item_moves.move(item, new)
    items.note(item.pk, event, ended, by=message.instrument.principal, at=at)
    item_moves.settle([item.message_id])
    ends = [(event, ended)]
    answers.tell(message=message, told=told, ended=ends, subject=item, by=by, at=at)
