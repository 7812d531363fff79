"""A simulated instrument at work: message after message, at a rate, with the faults asked for."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings

from assays.instruments.dialects import Dialect
from assays.instruments.simulation import faults, writing
from assays.instruments.simulation.faults import Fault, Plan
from assays.instruments.simulation.measuring import Kind
from assays.instruments.simulation.messages import Message
from assays.senders.addresses import on_this_machine
from assays.senders.delivering import Delivery
from assays.senders.lines import Line
from assays.senders.lis1a import Frames
from assays.senders.mllp import Blocks

# Longer than a listener waits: 30 s for a frame, 60 s for a block.
SILENCE = {Dialect.ASTM: 35.0, Dialect.HL7: 65.0}


@dataclass(frozen=True)
class Sent:
    """One message that was sent, with what went wrong on purpose."""

    message: Message
    faults: tuple[Fault, ...]
    is_acknowledged: bool


def port_of(dialect: Dialect) -> int:
    """Return the port of this installation's listener for a dialect."""
    port: int = settings.LABSYS_ASTM_PORT if dialect is Dialect.ASTM else settings.LABSYS_MLLP_PORT
    return port


def delivery(
    dialect: Dialect, *, host: str, port: int, patience: float = 15, **options: float
) -> Delivery:
    """Return a connection to a listener on this machine; raises NotThisMachine."""
    line = Line(on_this_machine(host, port), patience=patience)
    return Delivery(line, Frames() if dialect is Dialect.ASTM else Blocks(), **options)  # type: ignore[arg-type]


def send(
    messages: Iterable[Message],
    over: Delivery,
    *,
    dialect: Dialect,
    kind: Kind,
    zone: str = "UTC",
    plans: Sequence[Plan] = (),
    rate: float | None = None,
) -> Iterator[Sent]:
    """Send messages, yielding each when it is done with; the delivery's tally counts them."""
    began = time.monotonic()
    for number, message in enumerate(messages, start=1):
        if rate is not None:
            time.sleep(max(0.0, began + (number - 1) / rate - time.monotonic()))
        struck = [plan.fault for plan in plans if plan.strikes(number)]
        yield send_one(message, over, dialect=dialect, kind=kind, zone=zone, struck=struck)


def send_one(
    message: Message,
    over: Delivery,
    *,
    dialect: Dialect,
    kind: Kind,
    zone: str = "UTC",
    struck: Sequence[Fault] = (),
) -> Sent:
    """Send one message with these faults; of several faults of the line the first happens."""
    for fault in struck:
        message = faults.spoil(message, fault)
    of_the_line = [fault for fault in struck if fault in faults.LINE]
    written = writing.write(message, dialect=dialect, kind=kind, zone=zone)
    done = over.deliver(written.content, of_the_line[0] if of_the_line else None)
    return Sent(message, tuple(struck), done)
