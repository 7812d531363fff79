"""What a message calls its sender: ASTM H.5, HL7 MSH-3. Nothing else of it is read."""

from __future__ import annotations

from dataclasses import dataclass

from assays.instruments import charsets
from assays.instruments.dialects import Dialect
from assays.instruments.hl7.header import header
from assays.instruments.wire import Assembled

_SENDER, _MESSAGE_ID = 5, 3  # of an H record


@dataclass(frozen=True, slots=True)
class Sender:
    """The field as it stands, the names it holds (itself, then its components), the message's own id."""

    text: str = ""
    names: tuple[str, ...] = ()
    control_id: str = ""


def read(assembled: Assembled) -> Sender:
    """Say who sent a message; nothing is known of one without a header."""
    if assembled.dialect is Dialect.HL7:
        head = header(assembled.text)
        component = head.component.decode("latin-1")
        return _named(head.sender, component, head.control_id)
    fields, component = _header_record(assembled.text)
    return _named(_field(fields, _SENDER), component, _field(fields, _MESSAGE_ID))


def sender(text: bytes, dialect: Dialect) -> str:
    """Return the sender field of a message as it stands, empty where it has none."""
    return read(Assembled(0, text, dialect)).text


def _named(text: str, component: str, control_id: str) -> Sender:
    parts = (part.strip() for part in text.split(component)) if component else ()
    names = dict.fromkeys(name for name in (text, *parts) if name)
    return Sender(text, tuple(names), control_id)


def _header_record(text: bytes) -> tuple[list[str], str]:
    """Return the fields of the H record, H.1 being its letter, and its component delimiter.

    The record is read as UTF-8, or as Latin-1 where it is not: a name is only compared.
    """
    line = text[:65_536].lstrip(b"\r\n").replace(b"\n", b"\r").split(b"\r", 1)[0]
    if line[:1] != b"H" or not line[1:2].strip() or line[1:2].isalnum():
        return [], ""
    found = charsets.decode(line, "UTF-8")
    written = found if isinstance(found, str) else line.decode("latin-1")
    fields = written.split(written[1])
    # H.2 is "\^&": repeat, component, escape.
    return fields, fields[1][1:2]


def _field(fields: list[str], number: int) -> str:
    return fields[number - 1].strip() if number <= len(fields) else ""
