"""What a hospital is told of the orders it sent: queued with what became of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from assays.actions import dispatches
from assays.actions.hospital.items import Done
from assays.instruments.composing import Unwritable
from assays.instruments.hl7 import hospital_answers as writing
from assays.instruments.hl7.hospital_answers import Answered
from assays.instruments.hl7.writing import Envelope
from assays.models import Instrument, OrderNumber, TransmissionItem, TransmissionMessage
from assays.queries import hospital as queries
from assays.rules.dispatching import DispatchKind
from assays.rules.filing import Held
from assays.rules.hospital_known import Outcome
from assays.rules.hospital_messages import Act, Event, HospitalMessage
from assays.rules.hospital_orders import answer as control_of
from labsys.accounts.models import Principal

UNICODE = "UNICODE UTF-8"
Ended = tuple[Event, Done | Held]


def written(
    instrument: Instrument, control_id: str, at: datetime, content: Callable[[Envelope], bytes]
) -> bytes:
    """Return what is told in the character set of a hospital and in its time.

    What that set cannot hold is written in UTF-8, which the header then names.
    """
    charset = str(instrument.settings.get("charset", "")) or UNICODE
    to = Envelope(control_id=control_id, sent_at=at, zone=instrument.time_zone, charset=charset)
    try:
        return content(to)
    except Unwritable:
        return content(replace(to, charset=UNICODE))


def tell(
    *,
    message: TransmissionMessage,
    told: HospitalMessage,
    ended: Sequence[Ended],
    subject: TransmissionMessage | TransmissionItem,
    by: Principal,
    at: datetime,
) -> None:
    """Queue the answer to the lines of an order message, where the hospital wants one.

    `subject` is the message when it is filed first, and the item of a line that was held until now.
    """
    instrument = message.instrument
    assert instrument is not None
    lines = [one for one in ended if one[0].line is not None and one[0].act is not Act.NOTE]
    if not lines or not _wants(instrument, told):
        return
    answered = [_answered(event, end, instrument) for event, end in lines]

    def content(to: Envelope) -> bytes:
        return writing.answer(told.kind, told.control_id, answered, to)

    dispatches.enqueue(
        instrument=instrument,
        kind=DispatchKind.ORDER_ANSWER,
        subject=subject,
        content=lambda control_id: written(instrument, control_id, at, content),
        by=by,
        at=at,
    )


def _wants(instrument: Instrument, told: HospitalMessage) -> bool:
    asked = queries.naming(instrument).settings.order_answers
    return asked == "always" or (told.wants_answer and asked != "never")


def _answered(event: Event, end: Done | Held, instrument: Instrument) -> Answered:
    line = event.line
    assert line is not None
    number = OrderNumber.objects.filter(instrument=instrument, placer=line.placer).first()
    is_done = isinstance(end, Done) and not _is_too_late(event, end, number)
    control = control_of(line.control, is_done=is_done)
    status = writing.CANCELLED if event.act is Act.CANCEL and is_done else writing.IN_PROCESS
    reason = ""
    if isinstance(end, Held):
        control, status, reason = "SC", writing.HELD, end.reason
    return Answered(
        control=control,
        status=status,
        placer=line.placer,
        filler=number.filler if number is not None else line.filler,
        group=line.group,
        code=line.code,
        code_system=line.code_system,
        text=line.text,
        reason=reason,
    )


def _is_too_late(event: Event, end: Done, number: OrderNumber | None) -> bool:
    """Whether something was to be cancelled of which there are values."""
    if event.act is not Act.CANCEL or end.outcome is not Outcome.NOTHING or number is None:
        return False
    return number.items.filter(order_item__results__isnull=False).exists()
