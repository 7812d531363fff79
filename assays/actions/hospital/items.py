"""What is kept of each thing that a hospital's message asks for, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assays.models import HospitalAct, TransmissionItem
from assays.queries.hospital import Naming
from assays.rules.filing import Held
from assays.rules.hospital_known import Outcome
from assays.rules.hospital_messages import Event, Identifier
from assays.rules.states import ItemStatus
from labsys.accounts.models import Principal

LONGEST = 200
_UNSTORABLE = {0: "\\u0000", **{code: f"\\u{code:04x}" for code in range(0xD800, 0xE000)}}


@dataclass(frozen=True, slots=True)
class Done:
    """What became of an event, and whom, which stay and which order it is about."""

    outcome: Outcome
    person_id: int | None = None
    other_id: int | None = None
    encounter_id: int | None = None
    order_id: int | None = None


def add(
    item_id: int, message_id: int, event: Event, ended: Done | Held, naming: Naming
) -> TransmissionItem:
    """Insert the item of an event that nobody has looked at before."""
    is_held = isinstance(ended, Held)
    item: TransmissionItem = TransmissionItem.objects.create(
        id=item_id,
        message_id=message_id,
        position=event.position,
        specimen_text="",
        code_text=_code(event)[:LONGEST],
        content=_storable(_content(event, naming)),
        status=ItemStatus.HELD if is_held else ItemStatus.NOT_A_RESULT,
        hold_code=ended.code.value if isinstance(ended, Held) else "",
        hold_reason=_storable(ended.reason) if isinstance(ended, Held) else "",
    )
    return item


def note(item_id: int, event: Event, done: Done, *, by: Principal, at: datetime) -> None:
    """Record what was done about an event; one item is done once."""
    HospitalAct.objects.create(
        item_id=item_id,
        act=event.act.value,
        outcome=done.outcome.value,
        person_id=done.person_id,
        other_id=done.other_id,
        encounter_id=done.encounter_id,
        order_id=done.order_id,
        visit=_storable(event.stay.visit) if event.stay is not None else "",
        told_at=event.told_at,
        recorded_by=by,
        recorded_at=at,
    )


def _code(event: Event) -> str:
    return event.line.code if event.line is not None and event.line.code else event.trigger


def _content(event: Event, naming: Naming) -> dict[str, Any]:
    """Return what was told, as it was told, and the keys under which what it waits for is announced."""
    return {
        "sort": "HOSPITAL",
        "act": event.act.value,
        "trigger": event.trigger,
        "keys": keys(event, naming),
        "as_sent": {name: text for name, text in _as_sent(event).items() if text},
    }


def _as_sent(event: Event) -> dict[str, str]:
    patient, stay, line = event.patient, event.stay, event.line
    birth = patient.birth
    said = {
        "value": event.act.value,
        "identifiers": _named(patient.identifiers),
        "name": ", ".join(filter(None, (patient.family, patient.given))),
        "born": str(birth.date or "") if birth is not None else "",
        "sex": patient.sex or "",
        "species": patient.species or "",
        "prior": _named(event.prior),
        "told_at": _moment(event.told_at),
        "happened_at": _moment(event.happened_at),
    }
    if stay is not None and event.act.is_of_stay:
        said |= {"class": stay.patient_class, "ward": stay.ward, "visit": stay.visit}
    if line is not None:
        said |= {
            "control": line.control,
            "placer": line.placer,
            "filler": line.filler,
            "group": line.group,
            "text": line.text,
            "priority": line.priority,
            "requester": line.requester,
            "answers": "; ".join(f"{code}: {text}" for code, text in line.answers),
            "notes": "\n".join(line.notes),
        }
    return said


def keys(event: Event, naming: Naming) -> list[str]:
    """Return what an event may wait for: persons, places, codes and orders, by their names."""
    found = [person_key(naming.system(one), one.value) for one in event.patient.identifiers]
    found += [person_key(naming.system(one), one.value) for one in event.prior]
    if event.stay is not None and event.stay.ward:
        ward = event.stay.ward
        found.append(place_key(naming.settings.wards.get(ward, ward)))
    if event.line is not None:
        found += [code_key(naming.code, event.line.code), order_key(naming.code, event.line.placer)]
    return [_storable(one) for one in dict.fromkeys(found)]


def person_key(system: str, value: str) -> str:
    return f"person {system} {value}"


def place_key(code: str) -> str:
    return f"place {code}"


def code_key(instrument: str, code: str) -> str:
    return f"code {instrument} {code}"


def order_key(instrument: str, placer: str) -> str:
    return f"order {instrument} {placer}"


def _named(identifiers: tuple[Identifier, ...]) -> str:
    return "; ".join(" ".join(filter(None, (one.value, one.authority))) for one in identifiers)


def _moment(at: datetime | None) -> str:
    return at.isoformat() if at is not None else ""


def _storable(value: Any) -> Any:
    """Write out what no database text can hold: NUL, and halves of characters."""
    if isinstance(value, dict):
        return {_storable(name): _storable(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_storable(one) for one in value]
    return value.translate(_UNSTORABLE) if isinstance(value, str) else value
