"""What a message item holds, and what is asked of it: the way from a reading to a filed value.

An item's content says what was read (`specimen`, `code`, `value` and `unit`, or `value_code`,
`value_text`, `absent_reason`, ...) and, under `as_sent`, the texts of the record as they stood there.
Of control material it is all that is kept beside the message itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from assays.instruments.readings import Doubt, Interpretation, Reading, Sort
from assays.rules import corrections_received
from assays.rules.absence import AbsentReason
from assays.rules.entries import WITHDRAWING, Change
from assays.rules.filing import Entry, Held, Hold, Written
from assays.rules.states import ItemStatus
from labsys.lib.quantities import Absent, Coded, Quantity, ReportedValue, Text, plain

LONGEST_RUN = 64
LONGEST_FLAGS = 80
_UNSTORABLE = re.compile("[\\0\\ud800-\\udfff]")
_OF_THE_VALUE = {Hold.CORRECTION, Hold.NOT_A_NUMBER, Hold.NOT_A_CODE, Hold.UNIT}
# Of one record: what a reading made anew must have, whoever reads it.
_OF_THE_RECORD = ("code", "value", "unit")
# What a value is filed by.
_READ = (
    *("sort", "specimen", "code", "value", "unit", "value_code", "value_text", "absent_reason"),
    *("observed_at", "run", "control"),
)
_OTHER_SORTS = {
    Sort.CONTROL: ItemStatus.QC,
    Sort.SUPPLEMENT: ItemStatus.NOT_A_RESULT,
    Sort.QUERY: ItemStatus.NOT_A_RESULT,
}


def content(reading: Reading) -> dict[str, Any]:
    """Return what is kept of a reading; what is not said is left out."""
    said = {
        "sort": reading.sort.value,
        "specimen": reading.specimen,
        "code": reading.code,
        **_value(reading.value),
        "observed_at": reading.observed_at,
        "run": reading.run,
        "flags": reading.flags,
        "comment": reading.comment,
        "control": reading.control,
        "patient": _patient(reading),
        "as_sent": dict(reading.as_sent),
    }
    kept: dict[str, Any] = _storable({k: v for k, v in said.items() if v not in ("", None, {})})
    return kept


def whole(interpretation: Interpretation) -> dict[str, Any]:
    """Return what is kept of a message that is held as a whole."""
    said = {
        "sender": interpretation.sender,
        "control_id": interpretation.control_id,
        "sent_at": interpretation.sent_at,
    }
    kept: dict[str, Any] = _storable({name: value for name, value in said.items() if value})
    return kept


def is_measured(reading: Reading) -> bool:
    """Whether a reading is a value, of a patient or of control material."""
    return reading.sort in (Sort.VALUE, Sort.CONTROL)


def is_same(reading: Reading, stored: Mapping[str, Any]) -> bool:
    """Whether a reading made anew is of the record that the item was made of.

    Another driver may keep other fields of its message; those of the record itself are compared.
    """
    now, then = _storable(dict(reading.as_sent)), stored.get("as_sent", {})
    if now == then:
        return True
    both = [name for name in _OF_THE_RECORD if name in now and name in then]
    alike = all(now.get(name, "") == then.get(name, "") for name in _OF_THE_RECORD)
    return alike and bool(both)


def differences(reading: Reading, stored: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Return what of a value is read otherwise now: by name, what it was and what it is."""
    now = content(reading)
    found = {}
    for name in _READ:
        was, one = str(stored.get(name, "") or ""), str(now.get(name, "") or "")
        if was != one:
            found[name] = (was, one)
    return found


def asked(
    reading: Reading, *, received_at: datetime, sent_at: datetime | None = None
) -> Entry | Held | ItemStatus:
    """Return the value to be filed, or why it is held at once, or what else the reading is.

    Control material is control material under whatever name: its readings never become an entry.
    `sent_at` is the time of the message, by which the corrections of one value are ordered.
    """
    if reading.sort in _OTHER_SORTS:
        return _OTHER_SORTS[reading.sort]
    change = _change(reading)
    if doubts := _doubts(reading, change):
        first, *others = (Held(doubt.hold, dict(doubt.params)) for doubt in doubts)
        return replace(first, also=tuple(others))
    value = reading.value
    if value is None:
        value = Absent(AbsentReason.ERROR.value)  # of a value that is taken back
    as_sent = dict(reading.as_sent)
    if reading.observed_at is None:
        as_sent["observed_at_is"] = "received_at"
    if change is not None and sent_at is not None:
        as_sent["sent_at"] = sent_at.isoformat()
    return Entry(
        specimen=Written(_storable(reading.specimen)),
        code=_storable(reading.code),
        value=_clean(value),
        observed_at=reading.observed_at or received_at,
        run=_storable(reading.run),
        flags_sent=_shortened(_storable(reading.flags)),
        comment=_storable(reading.comment),
        as_sent=_storable(as_sent),
        patient=None if reading.patient is None or reading.patient.is_silent else reading.patient,
        received_at=received_at,
        change=change,
        sent_at=sent_at if change is not None else None,
    )


def _change(reading: Reading) -> Change | None:
    """Return what the reading does to an earlier value; what its driver doubts besides is held."""
    said = [doubt for doubt in reading.doubts if doubt.hold is Hold.CORRECTION]
    return corrections_received.change(said[0].params.get("status", "")) if said else None


def _doubts(reading: Reading, change: Change | None = None) -> tuple[Doubt, ...]:
    """Return why a reading is held; how a value is written does not matter where it is taken back."""
    is_gone = change in WITHDRAWING
    passed = _OF_THE_VALUE if is_gone else {Hold.CORRECTION}
    doubts = tuple(one for one in reading.doubts if one.hold not in passed)
    if doubts:
        return reading.doubts
    if not reading.specimen.strip():
        return (Doubt(Hold.NO_SPECIMEN),)
    if reading.value is None and not is_gone:
        return (Doubt(Hold.UNREADABLE, {"detail": "the value was not understood"}),)
    if len(reading.run) > LONGEST_RUN:
        return (Doubt(Hold.UNREADABLE, {"detail": f"a run of more than {LONGEST_RUN} characters"}),)
    return ()


def _value(value: ReportedValue | None) -> dict[str, str]:
    match value:
        case Quantity():
            return {"value": f"{value.comparator}{plain(value.value)}", "unit": value.unit}
        case Coded():
            return {"value_code": value.code}
        case Text():
            return {"value_text": value.text}
        case Absent():
            return {"absent_reason": value.reason}
    return {}


def _clean(value: ReportedValue) -> ReportedValue:
    return Coded(_storable(value.code), "") if isinstance(value, Coded) else value


def _patient(reading: Reading) -> dict[str, Any]:
    if reading.patient is None:
        return {}
    named = reading.patient
    said = {
        "record_number": named.record_number,
        "other_numbers": ", ".join(named.other_numbers),
        "family": named.family,
        "given": named.given,
        "birth_date": named.birth_date,
        "sex": named.sex,
    }
    return {name: value for name, value in said.items() if value}


def _storable(value: Any) -> Any:
    """Write out what no database text can hold: NUL, and halves of characters."""
    if isinstance(value, Mapping):
        return {_storable(name): _storable(one) for name, one in value.items()}
    if isinstance(value, str):
        return _UNSTORABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", value)
    return value.isoformat() if isinstance(value, datetime | date) else value


def _shortened(flags: str) -> str:
    """Keep flags within their column; the item holds them whole."""
    return flags if len(flags) <= LONGEST_FLAGS else flags[: LONGEST_FLAGS - 1] + "…"
