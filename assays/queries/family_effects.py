"""What a declared family would make of messages that came in before: read, never filed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from assays.instruments import comparing, interpreted
from assays.instruments.comparing import Change
from assays.instruments.dialects import Dialect
from assays.instruments.drivers import Driver
from assays.instruments.interpreted import Interpreted
from assays.instruments.readings import Doubt, Interpretation
from assays.instruments.wire import Assembled
from assays.models import Instrument, TransmissionMessage
from assays.queries import families
from assays.queries.messages import WIRES
from assays.rules.filing import Hold
from assays.rules.states import MessageStatus
from labsys.lib.wording import Refused

# As many bytes as are read for one answer; what is older than that is not looked at.
MOST_BYTES = 32 * 1024 * 1024
_ENDED = (MessageStatus.INCOMPLETE, MessageStatus.REJECTED)


@dataclass(frozen=True)
class Changed:
    """One message of which something is read otherwise."""

    message: TransmissionMessage
    changes: Sequence[Change]


@dataclass
class Effect:
    """Of the newest messages: how many were read, of how many values, and what would change."""

    messages: int = 0
    values: int = 0
    changed_values: int = 0
    changed: list[Changed] = field(default_factory=list)
    is_cut: bool = False


def of_driver(driver: Driver, instrument: Instrument, *, last: int) -> Effect:
    """Read the newest messages of an instrument as it is read now, and by `driver`."""
    found = Effect()
    rows = TransmissionMessage.objects.filter(instrument=instrument, dialect__in=WIRES)
    rows = rows.exclude(status__in=_ENDED).select_related("instrument").order_by("-pk")[:last]
    size = 0
    for message in rows.iterator(chunk_size=20):
        content = bytes(message.content)
        size += len(content)
        if size > MOST_BYTES:
            found.is_cut = True
            break
        before = _read(message, content, _now(instrument))
        differing = comparing.changes(before, _read(message, content, driver))
        found.messages += 1
        found.values += len(before)
        found.changed_values += len(differing)
        if differing:
            found.changed.append(Changed(message, differing))
    return found


def _now(instrument: Instrument) -> Driver | None:
    try:
        return families.find(instrument.driver)
    except Refused:
        return None


def _read(message: TransmissionMessage, content: bytes, driver: Driver | None) -> list[Interpreted]:
    dialect, instrument = Dialect(message.dialect), message.instrument
    assert instrument is not None
    doubt = Doubt(Hold.UNREADABLE, {"detail": "there is no such driver"})
    found = (
        Interpretation(doubt=doubt)
        if driver is None
        else driver.interpret(
            content, dialect=dialect, settings=instrument.settings, zone=instrument.time_zone
        )
    )
    return interpreted.values(Assembled(1, content, dialect), found, driver.name if driver else "")
