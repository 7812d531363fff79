"""Writing a message in the dialect and form of a kind of instrument."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from assays.instruments.dialects import Dialect
from assays.instruments.drivers.driver import Driver
from assays.instruments.simulation import astm, dialects, hl7, measuring
from assays.instruments.simulation.measuring import Kind
from assays.instruments.simulation.messages import Device, Message, Sample, Written

# Counters speak the older of the two forms of HL7.
_OBSERVATIONS = frozenset({Kind.CBC})


def write(
    message: Message,
    *,
    dialect: Dialect,
    kind: Kind,
    zone: str = "UTC",
    driver: Driver | None = None,
) -> Written:
    """Write a message as an instrument of this kind would, or one of a driver's family."""
    if driver is not None:
        content = dialects.write(message, driver, dialect=dialect, zone=zone)
    elif dialect is Dialect.ASTM:
        content = astm.write(message, zone=zone)
    elif kind in _OBSERVATIONS:
        content = hl7.write_observation(message, zone=zone)
    else:
        content = hl7.write(message, zone=zone)
    return Written(dialect, content, message)


def message(
    device: Device, number: int, samples: Sequence[Sample], *, sent_at: datetime
) -> Message:
    """Number a message: the control id (20 characters at most) names the moment too."""
    control_id = f"{sent_at:%y%m%d%H%M%S}{sent_at.microsecond // 1000:03}-{number}"
    return Message(device, control_id, sent_at, tuple(samples))


def series(
    device: Device,
    kind: Kind,
    specimens: Sequence[tuple[str, Sequence[str]]],
    *,
    seed: str,
    began_at: datetime,
    step: timedelta = timedelta(0),
    controls_every: int = 0,
) -> Iterator[Message]:
    """Yield one message per specimen, each with the codes wanted of it (none named: all).

    They are `step` apart. With `controls_every` N a control run comes before every N-th of them.
    """
    number = 0
    for place, (specimen, codes) in enumerate(specimens):
        if controls_every and place % controls_every == 0:
            at = began_at + step * number
            number += 1
            control = measuring.measure_control(kind, number, seed=seed, observed_at=at)
            yield message(device, number, [control], sent_at=at)
        at = began_at + step * number
        number += 1
        sample = measuring.measure(kind, specimen, seed=seed, observed_at=at, codes=codes)
        yield message(device, number, [sample], sent_at=at)
