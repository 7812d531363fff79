"""Messages out of the texts of accepted frames.

The texts are joined as bytes: an ETB may cut a record, or a character, anywhere. A record ends at CR,
or where its frame ends with ETX. A message reaches from its H record to its L record; several may
share a frame or a session. Where HL7 is carried in the frames, a message reaches from MSH to the next
MSH, or to the EOT after a frame that ended with ETX.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from assays.instruments.dialects import Dialect
from assays.instruments.wire import Assembled
from labsys.lib.wording import gettext_noop as _

# More than any instrument sends; a message is held in memory until it is whole.
MESSAGE_LIMIT = 16 * 1024 * 1024

NO_HEADER = _("The message has no header record.")
ANOTHER_HEADER = _("Another message began before its L record.")
NO_END = _("The message ended without its L record.")
NO_LAST_FRAME = _("The message ended without its last frame.")
LOST = _("The conversation was broken off before the message ended.")
SILENT = _("The instrument fell silent before the message ended.")
TOO_LONG = _("The message is longer than is taken.")
NEVER_RIGHT = _("No frame of it came through; this is the last as it came.")


@dataclass(slots=True)
class _Message:
    number: int
    records: list[bytes] = field(default_factory=list)

    def is_ended_by(self, record: bytes) -> bool:
        if _is_hl7(self.records[0]):
            return False
        last = record.rstrip(b"\r\n")
        return last == b"L" or last[:2] == b"L" + (self.separator or b"|")

    @property
    def separator(self) -> bytes:
        return self.records[0][1:2] if _is_header(self.records[0]) else b""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where an assembly stood, so that a text that could not be stored is taken back."""

    count: int
    message: _Message | None
    records: int
    tail: list[bytes]
    pieces: int
    size: int
    is_last: bool


class Assembly:
    """The message under way on one connection; numbers count from 1."""

    def __init__(self) -> None:
        self._count = 0
        self._message: _Message | None = None
        self._tail: list[bytes] = []  # of a record that has not ended
        self._is_last = False
        self.size = 0

    @property
    def number(self) -> int:
        """The message under way, or the one that will come next."""
        return self._message.number if self._message else self._count + 1

    @property
    def count(self) -> int:
        """How many messages have begun."""
        return self._count

    @property
    def is_under_way(self) -> bool:
        return self._message is not None

    def mark(self) -> Mark:
        records = len(self._message.records) if self._message else 0
        return Mark(
            self._count,
            self._message,
            records,
            self._tail,
            len(self._tail),
            self.size,
            self._is_last,
        )

    def back_to(self, mark: Mark) -> None:
        self._count, self._message, self._tail = mark.count, mark.message, mark.tail
        self.size, self._is_last = mark.size, mark.is_last
        if self._message:
            del self._message.records[mark.records :]
        del self._tail[mark.pieces :]

    def take_alone(self, text: bytes) -> list[Assembled]:
        """Take a text that stands for itself where no message is under way and it begins none."""
        if self._message is not None or _is_header(text.lstrip()) or _is_hl7(text.lstrip()):
            return self.take(text, is_last=True)
        self._count += 1
        return [Assembled(self._count, text, Dialect.ASTM)]

    def take(self, text: bytes, *, is_last: bool) -> list[Assembled]:
        """Add the text of a frame (`is_last`: it ended with ETX); return the messages it ended."""
        self._is_last = is_last
        self.size += len(text)
        self._tail.append(text)
        if not is_last and b"\r" not in text and b"\n" not in text:
            self._begin(text)
            return []
        ended: list[Assembled] = []
        records = b"".join(self._tail).splitlines(keepends=True)
        self._tail = []
        if records and not records[-1].endswith((b"\r", b"\n")):
            if is_last:
                records[-1] += b"\r"
            else:
                self._tail.append(records.pop())
        for record in records:
            self._add(record, ended)
        if self._tail:
            self._begin(self._tail[0])
        return ended

    def finish(self, remark: str, *, is_over: bool, refused: bytes = b"") -> list[Assembled]:
        """End the message under way; without one, tell of a frame that was `refused` to the end."""
        if self._message is None:
            if not refused:
                return []
            self._count += 1
            return [Assembled(self._count, refused, Dialect.ASTM, False, NEVER_RIGHT)]
        ended: list[Assembled] = []
        self._message.records.extend(self._tail)
        self._tail = []
        if _is_hl7(self._message.records[0]):
            is_whole = is_over and self._is_last
            remark = "" if is_whole else NO_LAST_FRAME if remark == NO_END else remark
        self._close(ended, remark)
        return ended

    def _begin(self, text: bytes) -> None:
        if self._message is None and text.strip():
            self._count += 1
            self._message = _Message(self._count)

    def _add(self, record: bytes, ended: list[Assembled]) -> None:
        message = self._message
        if message and message.records and _begins(record, message):
            self._close(ended, "" if _is_hl7(message.records[0]) else ANOTHER_HEADER)
        self._begin(record)
        if self._message is None:
            return  # blank, between messages
        self._message.records.append(record)
        if self._message.is_ended_by(record):
            self._close(ended, "" if self._message.separator else NO_HEADER)

    def _close(self, ended: list[Assembled], remark: str) -> None:
        assert self._message is not None
        records = self._message.records
        dialect = Dialect.HL7 if _is_hl7(records[0]) else Dialect.ASTM
        text = b"".join(records)
        ended.append(Assembled(self._message.number, text, dialect, not remark, remark))
        self._message = None
        self.size = sum(map(len, self._tail))


def _begins(record: bytes, message: _Message) -> bool:
    return _is_hl7(record) or (_is_header(record) and not _is_hl7(message.records[0]))


def _is_header(record: bytes) -> bool:
    return record[:1] == b"H" and bool(record[1:2].strip()) and not record[1:2].isalnum()


def _is_hl7(record: bytes) -> bool:
    return record[:3] == b"MSH" and bool(record[3:4].strip()) and not record[3:4].isalnum()
