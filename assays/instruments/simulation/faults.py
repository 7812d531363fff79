"""What goes wrong, as data: which fault, and in which of the messages.

Faults of the line (`LINE`) leave the message as it is; faults of the content change what is written
in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from assays.instruments.dialects import Dialect
from assays.instruments.simulation.messages import Measurement, Message, Sample


class Fault(StrEnum):
    """What an instrument, its cable or its operator gets wrong."""

    BAD_CHECKSUM = "bad-checksum"  # a frame arrives damaged, and right the second time
    CUT = "cut"  # the connection drops inside the message; all of it is sent again
    DUPLICATE = "duplicate"  # the same message again, after it was acknowledged
    SILENCE = "silence"  # the instrument falls silent inside the message and does not go on
    WRONG_SPECIMEN = "wrong-specimen"  # a specimen that is registered nowhere
    UNKNOWN_CODE = "unknown-code"  # one test more, which nobody mapped
    REORDERING = "reordering"  # the next message first, and this one after it
    UNIT_MISSING = "unit-missing"  # the first value without its unit


# A message is whole only after it, so what came before must end as incomplete.
LINE = frozenset({Fault.BAD_CHECKSUM, Fault.CUT, Fault.DUPLICATE, Fault.SILENCE})
UNKNOWN = Measurement("ZZ-9", "Unnamed channel", "1.0", "1")
STRAY = "SIM-UNREGISTERED"


class FaultRefused(ValueError):
    """A fault that is not known, or that this dialect cannot have; the message says which."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Which fault strikes which message; `every` 1 is all of them."""

    fault: Fault
    every: int = 1

    def strikes(self, number: int) -> bool:
        """Return whether it strikes the message of this number, counted from 1."""
        return number % self.every == 0


def read(text: str, dialect: Dialect) -> Plan:
    """Read `NAME` or `NAME:every N`; raises FaultRefused with a sentence."""
    name, _colon, rest = text.partition(":")
    try:
        fault = Fault(name.strip())
    except ValueError as unknown:
        raise FaultRefused(
            f"There is no fault “{name.strip()}”; known are {', '.join(Fault)}."
        ) from unknown
    if fault is Fault.BAD_CHECKSUM and dialect is not Dialect.ASTM:
        raise FaultRefused("Blocks of HL7 have no checksum; bad-checksum is a fault of ASTM.")
    every = rest.removeprefix("every").strip() or "1"
    if not every.isdecimal() or int(every) == 0:
        raise FaultRefused(f"“{rest.strip()}” is not “every N” with a number from 1.")
    return Plan(fault, int(every))


def spoil(message: Message, fault: Fault) -> Message:
    """Return the message with a fault of the content; a fault of the line changes nothing."""
    first, *others = message.samples
    match fault:
        case Fault.WRONG_SPECIMEN:
            first = replace(first, specimen=STRAY)
        case Fault.UNKNOWN_CODE:
            first = replace(first, measurements=(*first.measurements, UNKNOWN))
        case Fault.UNIT_MISSING:
            first = _without_unit(first)
    return replace(message, samples=(first, *others))


def _without_unit(sample: Sample) -> Sample:
    value, *others = sample.measurements
    return replace(sample, measurements=(replace(value, unit=""), *others))
