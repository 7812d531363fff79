"""LIS2-A2 records: H, then P, O and R of each sample, then L. Times are local, without a zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from assays.instruments.simulation.messages import Measurement, Message, Sample

OPERATOR = "SIM"
# Delimiters inside a text, as records escape them (LIS2-A2 section 5.4.7).
_ESCAPED = {"|": "&F&", "^": "&S&", "\\": "&R&", "&": "&E&"}


def write(message: Message, *, zone: str = "UTC") -> bytes:
    """Return the records of a message, each ended by CR."""
    lines = [_header(message, zone)]
    for number, sample in enumerate(message.samples, start=1):
        lines.extend(_sample(number, sample, message.device.serial, zone))
    lines.append("L|1|N")
    return "".join(f"{line}\r" for line in lines).encode()


def _header(message: Message, zone: str) -> str:
    device = message.device
    sender = "^".join(_escape(one) for one in (device.sender, device.model, device.serial))
    return _record(
        "H",
        {2: r"\^&", 3: _escape(message.control_id), 5: sender, 10: "labsys", 12: "P", 13: "LIS2-A2"}
        | {14: _moment(message.sent_at, zone)},
    )


def _sample(number: int, sample: Sample, serial: str, zone: str) -> Iterator[str]:
    at = _moment(sample.observed_at, zone)
    tests = "\\".join(f"^^^{_escape(one.code)}" for one in sample.measurements)
    yield f"P|{number}"
    yield _record(
        "O",
        {2: "1", 3: _escape(sample.specimen), 5: tests, 6: "R", 26: "F"}
        | ({12: "Q"} if sample.is_control else {}),
    )
    for place, one in enumerate(sample.measurements, start=1):
        yield _result(place, one, at, serial)
        if one.comment:
            yield _record("C", {2: "1", 3: "I", 4: _escape(one.comment), 5: "G"})


def _result(place: int, one: Measurement, at: str, serial: str) -> str:
    return _record(
        "R",
        {2: str(place), 3: f"^^^{_escape(one.code)}^{_escape(one.name)}", 4: _escape(one.value)}
        | {5: _escape(one.unit), 7: one.flag, 9: one.status, 11: OPERATOR, 13: at, 14: serial},
    )


def _record(kind: str, fields: dict[int, str]) -> str:
    """Join fields by their numbers; 1 is the type. In H the separator itself is half of field 2."""
    return "|".join([kind, *(fields.get(n, "") for n in range(2, max(fields) + 1))])


def _escape(text: str) -> str:
    return "".join(_ESCAPED.get(character, character) for character in text)


def _moment(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%Y%m%d%H%M%S}"
