"""The MSH segment of a message, read without the rest of it: enough to say who sent what.

The fields stay bytes, so that an answer gives them back exactly. See `assays.instruments.hl7.tree`
for the whole message.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from assays.instruments import charsets
from assays.instruments.hl7.tree import declared_charset, header_fields

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_BLANK = b"\r\n\x00 "
# MSH has 25 fields in version 2.8; what an MSH of more says there is not looked at.
_MOST_FIELDS = 30
# Nor is what stands beyond this: a whole message without line ends would be copied for it.
_MOST_BYTES = 2**20
_DELIMITERS = b"|^~\\&"
_LONGEST_KNOWN = 80
# Messages of results: what their structure is called names one event, or events that are read alike.
RESULTS = frozenset({"ORU", "OUL"})


@dataclass(frozen=True, slots=True)
class Header:
    """MSH-1 to the last field that is there; without an MSH segment there are none."""

    fields: tuple[bytes, ...] = ()

    def field(self, number: int) -> bytes:
        """Return MSH-`number`; empty where the segment ends before."""
        return self.fields[number - 1] if 0 < number <= len(self.fields) else b""

    def components(self, number: int) -> list[bytes]:
        return self.field(number).split(self.component)

    def text(self, number: int) -> str:
        """Return MSH-`number` as text; bytes that are none in its character set as escapes."""
        content = self.field(number)
        python = charsets.codec(self.charset) or "ascii"
        return content.decode(python, errors="backslashreplace").strip()

    @property
    def is_there(self) -> bool:
        return bool(self.fields)

    @property
    def separator(self) -> bytes:
        return self.field(1) or _DELIMITERS[:1]

    @property
    def encoding(self) -> bytes:
        return self.field(2) or _DELIMITERS[1:]

    @property
    def component(self) -> bytes:
        return self.encoding[:1]

    @property
    def sender(self) -> str:
        """MSH-3, as it stands."""
        return self.text(3)

    @property
    def control_id(self) -> str:
        """MSH-10."""
        return self.text(10)

    @property
    def kind(self) -> str:
        """The type of the message, such as OUL."""
        return self._component(9, 0)

    @property
    def event(self) -> str:
        """What triggered it, such as R22; of results also where their structure alone says it."""
        event = self._component(9, 1)
        if not event and self.kind in RESULTS:
            event = self._component(9, 2)[-3:]
        return event

    @property
    def processing_id(self) -> str:
        return self._component(11, 0)

    @property
    def version(self) -> str:
        return self._component(12, 0)

    @property
    def charset(self) -> str:
        """The character set that MSH-18 names, empty where it names none."""
        return _charset(self.separator, self.field(2), self.field(18))

    def _component(self, number: int, place: int) -> str:
        found = self.components(number)
        return found[place].decode("ascii", errors="replace").strip() if place < len(found) else ""


def _charset(separator: bytes, encoding: bytes, declared: bytes) -> str:
    if len(separator) + len(encoding) + len(declared) > _LONGEST_KNOWN:
        return _read_charset(separator, encoding, declared)
    return _known_charset(separator, encoding, declared)


def _read_charset(separator: bytes, encoding: bytes, declared: bytes) -> str:
    return declared_charset(separator.join((b"MSH", encoding, *[b""] * 15, declared)))


# An instrument declares the same in every message, and every text of a header asks for it.
_known_charset = lru_cache(maxsize=64)(_read_charset)


def header(payload: bytes) -> Header:
    """Return the header of a message; an empty one where it does not begin with MSH."""
    start = payload[:16].removeprefix(_BYTE_ORDER_MARK).lstrip(_BLANK)[:4]
    if start[:3] != b"MSH" or len(start) < 4 or start[3:].isalnum() or not start[3:].strip():
        return Header()
    begin = payload.index(start)
    ends = [at for at in (payload.find(b"\r", begin), payload.find(b"\n", begin)) if at >= 0]
    line = payload[begin : min(*ends, begin + _MOST_BYTES, len(payload))]
    return Header((start[3:], *header_fields(line, _MOST_FIELDS)[1:]))
