"""Writing HL7 v2 messages: a header, segments with their escapes, and who answers whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from assays.instruments.composing import Marks, Raw, encoded
from assays.instruments.segments import Segment

OURSELVES = "labsys"
PLAIN = Marks("|", "^", "~", "\\", "&")


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What the header of a message says beside what it is.

    `receiver` are MSH-5 and MSH-6, as fields of their own making; `accept` and `application` say
    when an answer is wanted (MSH-15, MSH-16).
    """

    control_id: str
    sent_at: datetime
    zone: str = "UTC"
    marks: Marks = PLAIN
    sender: tuple[Raw, Raw] = (Raw(OURSELVES), Raw(""))
    receiver: tuple[Raw, Raw] = (Raw(""), Raw(""))
    processing_id: str = "P"
    version: str = "2.5.1"
    charset: str = "UNICODE UTF-8"
    # What it is written in, where the header does not name it.
    encoding: str = ""
    profile: Raw = field(default_factory=lambda: Raw(""))
    accept: str = ""
    application: str = ""

    def moment(self, at: datetime) -> str:
        """Return a moment in the zone of the receiver; its offset is not written by all readers."""
        return f"{at.astimezone(ZoneInfo(self.zone)):%Y%m%d%H%M%S}"


def marks_of(segment: Segment) -> Marks:
    """Return the delimiters that a message declared."""
    used = segment.delimiters
    return Marks(used.field, used.component, used.repeat, used.escape, used.subcomponent)


def header(kind: str, envelope: Envelope) -> str:
    """Return MSH; `kind` is MSH-9 in the usual delimiters, such as `RSP^K11^RSP_K11`."""
    marks = envelope.marks
    fields = {
        2: Raw(marks.component + marks.repeat + marks.escape + marks.subcomponent),
        3: envelope.sender[0],
        4: envelope.sender[1],
        5: envelope.receiver[0],
        6: envelope.receiver[1],
        7: envelope.moment(envelope.sent_at),
        9: marks.components(*kind.split("^")),
        10: envelope.control_id,
        11: envelope.processing_id,
        12: envelope.version,
        15: envelope.accept,
        16: envelope.application,
        18: envelope.charset,
        21: envelope.profile,
    }
    return marks.segment("MSH", fields)


def echo(segment: Segment) -> str:
    """Return a segment exactly as it stood in the message that is answered."""
    return segment.delimiters.field.join(segment.fields)


def message(lines: Iterable[str], envelope: Envelope) -> bytes:
    """Return the segments as bytes, each ended by CR."""
    return encoded(lines, envelope.encoding or envelope.charset or "ASCII")
