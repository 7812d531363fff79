"""What a simulated instrument says, before it is written in a dialect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from assays.instruments.dialects import Dialect


@dataclass(frozen=True, slots=True)
class Measurement:
    """One value as the instrument prints it: `value` may begin with a comparator."""

    code: str
    name: str
    value: str
    unit: str
    flag: str = ""
    status: str = "F"
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """Everything measured on one tube, or on one vial of control material."""

    specimen: str
    measurements: tuple[Measurement, ...]
    observed_at: datetime
    is_control: bool = False


@dataclass(frozen=True, slots=True)
class Device:
    """How the instrument names itself: `sender` is H.5 (first component) or MSH-3."""

    sender: str
    model: str = "simulated"
    serial: str = "SIM-0001"


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its own time and control id, so that a repetition of it can be told apart."""

    device: Device
    control_id: str
    sent_at: datetime
    samples: Sequence[Sample]


@dataclass(frozen=True, slots=True)
class Written:
    """A message in its dialect, and what it was made from."""

    dialect: Dialect
    content: bytes
    message: Message
