"""What is said of one value of a message to whoever asks from outside: plain names, plain types."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from assays.instruments.astm.assembly import NO_END
from assays.instruments.readings import Doubt, Interpretation, Reading, Sort
from assays.instruments.unwrapping import lacks_end
from assays.instruments.wire import Assembled
from assays.rules.filing import Held
from labsys.lib.quantities import Absent, Coded, Quantity, Text, plain


class Of(StrEnum):
    """Whose, or what, it is."""

    PATIENT = "PATIENT"
    QC = "QC"  # control or calibrator material
    SUPPLEMENT = "SUPPLEMENT"  # raw signals, cycle numbers, lots: kept, not a result
    QUERY = "QUERY"  # the instrument asks what it shall do
    UNREAD = "UNREAD"  # a message of which nothing could be read; `held` says why


_OF_SORT = {
    Sort.VALUE: Of.PATIENT,
    Sort.CONTROL: Of.QC,
    Sort.SUPPLEMENT: Of.SUPPLEMENT,
    Sort.QUERY: Of.QUERY,
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why it would be held: the code of the hold, and a sentence."""

    code: str
    sentence: str


_NO_END = Reason("INCOMPLETE", NO_END)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreted:
    """One value, query or unreadable message.

    `message` counts the messages of the bytes from 1, `position` the values of one message. `value`
    is the number (with `comparator`: "", "<", "<=", ">", ">="), `code_value` the code of an answer,
    `text` words; `absent` says why there is no value. All four are empty where it could not be
    understood: `held` then says why. `value_as_sent`, `unit_as_sent` and `status` are the fields as
    they stood in the message; `unit` is UCUM. Times have a zone. `query_tag`, `rack` and
    `rack_position` are of a query.
    """

    message: int
    position: int
    of: Of
    driver: str
    specimen_id: str = ""
    code: str = ""
    value_as_sent: str = ""
    comparator: str = ""
    value: Decimal | None = None
    code_value: str = ""
    text: str = ""
    absent: str = ""
    unit: str = ""
    unit_as_sent: str = ""
    flags: tuple[str, ...] = ()
    status: str = ""
    observed_at: datetime | None = None
    sent_at: datetime | None = None
    run: str = ""
    control: str = ""
    query_tag: str = ""
    rack: str = ""
    rack_position: str = ""
    patient_number: str = ""
    comments: tuple[str, ...] = ()
    sender: str = ""
    control_id: str = ""
    held: tuple[Reason, ...] = ()

    @property
    def is_qc(self) -> bool:
        return self.of is Of.QC

    def as_json(self) -> dict[str, Any]:
        """Return it with texts, numbers written exactly, and lists."""
        return {
            "message": self.message,
            "position": self.position,
            "of": self.of.value,
            "driver": self.driver,
            "specimen_id": self.specimen_id,
            "code": self.code,
            "value_as_sent": self.value_as_sent,
            "comparator": self.comparator,
            "value": None if self.value is None else plain(self.value),
            "code_value": self.code_value,
            "text": self.text,
            "absent": self.absent,
            "unit": self.unit,
            "unit_as_sent": self.unit_as_sent,
            "flags": list(self.flags),
            "status": self.status,
            "observed_at": self.observed_at.isoformat() if self.observed_at else None,
            "sent_at": self.sent_at.isoformat() if self.sent_at else None,
            "run": self.run,
            "control": self.control,
            "query_tag": self.query_tag,
            "rack": self.rack,
            "rack_position": self.rack_position,
            "patient_number": self.patient_number,
            "comments": list(self.comments),
            "sender": self.sender,
            "control_id": self.control_id,
            "held": [{"code": one.code, "sentence": one.sentence} for one in self.held],
        }


def values(assembled: Assembled, found: Interpretation, driver: str) -> list[Interpreted]:
    """Return what one message says; a message of which nothing is read is one entry by itself."""
    if found.doubt is not None or not found.readings:
        return [] if found.doubt is None else [_unread(assembled, found, driver)]
    read = [_value(one, assembled.number, found, driver) for one in found.readings]
    if not lacks_end(assembled):
        return read
    return [replace(one, held=(_NO_END, *one.held)) for one in read]


def incomplete(assembled: Assembled, driver: str) -> Interpreted:
    """Return the entry of a message whose end is missing: it is never read."""
    reason = Reason("INCOMPLETE", assembled.remark or "The message is not complete.")
    return Interpreted(
        message=assembled.number, position=0, of=Of.UNREAD, driver=driver, held=(reason,)
    )


def _unread(assembled: Assembled, found: Interpretation, driver: str) -> Interpreted:
    assert found.doubt is not None
    return Interpreted(
        message=assembled.number,
        position=0,
        of=Of.UNREAD,
        driver=driver,
        sender=found.sender,
        control_id=found.control_id,
        sent_at=found.sent_at,
        held=(_reason(found.doubt),),
    )


def _value(reading: Reading, message: int, found: Interpretation, driver: str) -> Interpreted:
    value, sent = reading.value, reading.as_sent
    quantity = value if isinstance(value, Quantity) else None
    return Interpreted(
        message=message,
        position=reading.position,
        of=_OF_SORT[reading.sort],
        driver=driver,
        specimen_id=reading.specimen,
        code=reading.code,
        value_as_sent=sent.get("value", ""),
        comparator=quantity.comparator.value if quantity else "",
        value=quantity.value if quantity else None,
        code_value=value.code if isinstance(value, Coded) else "",
        text=value.text if isinstance(value, Text) else "",
        absent=value.reason if isinstance(value, Absent) else "",
        unit=quantity.unit if quantity else "",
        unit_as_sent=sent.get("unit", ""),
        flags=tuple(reading.flags.split()),
        status=sent.get("status", "") or sent.get("order_status", ""),
        observed_at=reading.observed_at,
        sent_at=found.sent_at,
        run=reading.run,
        control=reading.control,
        query_tag=sent.get("tag", ""),
        rack=sent.get("rack", ""),
        rack_position=sent.get("rack_position", ""),
        patient_number=reading.patient.record_number if reading.patient else "",
        comments=tuple(line for line in reading.comment.split("\n") if line),
        sender=found.sender,
        control_id=found.control_id,
        held=tuple(_reason(one) for one in reading.doubts),
    )


def _reason(doubt: Doubt) -> Reason:
    held = Held(doubt.hold, dict(doubt.params))
    return Reason(doubt.hold.value, held.reason)
