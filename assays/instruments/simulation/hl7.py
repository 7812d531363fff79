"""HL7 v2.5.1: one OUL^R22 as IHE LAW lays it out, or one ORU^R01 per sample as older counters send."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from assays.instruments.simulation.messages import Device, Measurement, Message, Sample

SYSTEM = "99SIM"
OPERATOR = "SIM"
_ESCAPED = {"|": "\\F\\", "^": "\\S\\", "~": "\\R\\", "\\": "\\E\\", "&": "\\T\\"}
_COMPARED = re.compile(r"(<=|>=|<|>)(.*)\Z")


def write(message: Message, *, zone: str = "UTC") -> bytes:
    """Return an OUL^R22, each segment ended by CR."""
    lines = [_msh(message, "OUL^R22^OUL_R22", "P", zone)]
    for number, sample in enumerate(message.samples, start=1):
        lines.extend(_specimen(number, sample))
        lines.extend(_tests(sample, message.device, zone))
    return _joined(lines)


def write_observation(message: Message, *, zone: str = "UTC") -> bytes:
    """Return an ORU^R01: the specimen stands in OBR-3, control runs are told by MSH-11."""
    [sample] = message.samples  # one per message: MSH-11 speaks for all of it
    processing = "Q" if sample.is_control else "P"
    lines = [_msh(message, "ORU^R01^ORU_R01", processing, zone), "PID|1"]
    lines.append(
        f"OBR|1||{escaped(sample.specimen)}|SIM^Simulated run^{SYSTEM}"
        f"|||{_moment(sample.observed_at, zone)}"
    )
    lines.extend(_values(sample, message.device, zone))
    return _joined(lines)


def read_answer(block: bytes) -> tuple[str, str] | None:
    """Return MSA-1 and MSA-2 of an acknowledgement, or None where it holds no MSA."""
    for segment in block.split(b"\r"):
        if segment.startswith(b"MSA|"):
            fields = [*segment.decode("utf-8", "replace").split("|"), ""]
            return fields[1], fields[2]
    return None


def control_id_of(content: bytes) -> str:
    """Return MSH-10, whatever the field separator is."""
    head = content.lstrip(b"\x0b\x00\r\n").partition(b"\r")[0]
    fields = head.split(head[3:4]) if len(head) > 3 else []
    return fields[9].decode("utf-8", "replace") if len(fields) > 9 else ""


def _msh(message: Message, kind: str, processing: str, zone: str) -> str:
    """MSH-15 and 16 as IHE LAW has them: one answer, when the message is stored."""
    device = message.device
    at = message.sent_at.astimezone(ZoneInfo(zone))
    return (
        f"MSH|^~\\&|{escaped(device.sender)}|{escaped(device.serial)}|labsys||{at:%Y%m%d%H%M%S%z}||"
        f"{kind}|{escaped(message.control_id)}|{processing}|2.5.1|||NE|AL||UNICODE UTF-8"
        + ("|||LAB-29^IHE" if kind.startswith("OUL") else "")
    )


def _specimen(number: int, sample: Sample) -> Iterator[str]:
    role = "Q^Control specimen^HL70369" if sample.is_control else "P^Patient^HL70369"
    yield f"SPM|{number}|{escaped(sample.specimen)}||{'|' * 7}{role}"
    yield f"SAC|||{escaped(sample.specimen)}"


def _tests(sample: Sample, device: Device, zone: str) -> Iterator[str]:
    """In LAW every test has its OBR; ORC-5 CM says that it is done."""
    for place, one in enumerate(sample.measurements, start=1):
        yield f'OBR|{place}|""||{_code(one)}'
        yield "ORC|SC||||CM"
        yield from _value(1, one, sample.observed_at, device, zone)


def _values(sample: Sample, device: Device, zone: str) -> Iterator[str]:
    for place, one in enumerate(sample.measurements, start=1):
        yield from _value(place, one, sample.observed_at, device, zone)


def _value(place: int, one: Measurement, at: datetime, device: Device, zone: str) -> Iterator[str]:
    compared = _COMPARED.match(one.value)
    kind, value = ("SN", "^".join(compared.groups())) if compared else ("NM", escaped(one.value))
    unit = f"{escaped(one.unit)}^^UCUM" if one.unit else ""
    equipment = f"{escaped(device.model)}^labsys~{escaped(device.serial)}^labsys"
    yield (
        f"OBX|{place}|{kind}|{_code(one)}||{value}|{unit}||{one.flag}|||{one.status}"
        f"|||||{OPERATOR}||{equipment}|{_moment(at, zone)}{'|' * 10}RSLT"
    )
    if one.comment:
        yield f"NTE|1|Z|{escaped(one.comment)}"


def _code(one: Measurement) -> str:
    return f"{escaped(one.code)}^{escaped(one.name)}^{SYSTEM}"


def escaped(text: str) -> str:
    """Return a text as it is written inside a field."""
    return "".join(_ESCAPED.get(character, character) for character in text)


def _joined(lines: list[str]) -> bytes:
    return "".join(f"{line}\r" for line in lines).encode()


def _moment(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%Y%m%d%H%M%S}"
