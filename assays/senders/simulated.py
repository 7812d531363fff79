"""A simulated instrument at work: message after message, at a rate, with the faults asked for."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings

from assays.instruments.astm.options import STANDARD, LinkOptions
from assays.instruments.dialects import Dialect
from assays.instruments.drivers.driver import Driver
from assays.instruments.simulation import faults, writing
from assays.instruments.simulation.faults import Fault, Plan
from assays.instruments.simulation.measuring import Kind
from assays.instruments.simulation.messages import Message
from assays.senders.addresses import on_this_machine
from assays.senders.delivering import Delivery
from assays.senders.lines import CalledLine, Line
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
    dialect: Dialect,
    *,
    host: str,
    port: int,
    patience: float = 15,
    is_server: bool = False,
    framing: LinkOptions = STANDARD,
    **options: float,
) -> Delivery:
    """Return a connection to a listener on this machine; raises NotThisMachine.

    With `is_server` the instrument waits there to be called.
    """
    address = on_this_machine(host, port)
    line = (CalledLine if is_server else Line)(address, patience=patience)
    speech = Frames(framing) if dialect is Dialect.ASTM else Blocks()
    return Delivery(line, speech, **options)  # type: ignore[arg-type]


def send(
    messages: Iterable[Message],
    over: Delivery,
    *,
    dialect: Dialect,
    kind: Kind,
    zone: str = "UTC",
    plans: Sequence[Plan] = (),
    rate: float | None = None,
    driver: Driver | None = None,
) -> Iterator[Sent]:
    """Send messages, yielding each when it is done with; the delivery's tally counts them."""
    began = time.monotonic()
    for place, (number, message) in enumerate(_in_order(messages, plans)):
        if rate is not None:
            time.sleep(max(0.0, began + place / rate - time.monotonic()))
        struck = [plan.fault for plan in plans if plan.strikes(number)]
        yield send_one(
            message, over, dialect=dialect, kind=kind, zone=zone, struck=struck, driver=driver
        )


def _in_order(messages: Iterable[Message], plans: Sequence[Plan]) -> Iterator[tuple[int, Message]]:
    """Number the messages, those that are reordered behind their successors."""
    reorders = [plan for plan in plans if plan.fault is Fault.REORDERING]
    kept: list[tuple[int, Message]] = []
    for number, message in enumerate(messages, start=1):
        if not kept and any(plan.strikes(number) for plan in reorders):
            kept.append((number, message))
            continue
        yield number, message
        yield from kept
        kept.clear()
    yield from kept


def send_one(
    message: Message,
    over: Delivery,
    *,
    dialect: Dialect,
    kind: Kind,
    zone: str = "UTC",
    struck: Sequence[Fault] = (),
    driver: Driver | None = None,
) -> Sent:
    """Send one message with these faults; of several faults of the line the first happens."""
    for fault in struck:
        message = faults.spoil(message, fault)
    of_the_line = [fault for fault in struck if fault in faults.LINE]
    written = writing.write(message, dialect=dialect, kind=kind, zone=zone, driver=driver)
    done = over.deliver(written.content, of_the_line[0] if of_the_line else None)
    return Sent(message, tuple(struck), done)
