"""Messages out of the texts of accepted frames.

The texts are joined as bytes: an ETB may cut a record, or a character, anywhere. A record ends at CR,
or where its frame ends with ETX. A message reaches from its H record to its L record; several may
share a frame or a session. Where HL7 is carried in the frames, a message reaches from MSH to the next
MSH, or to the EOT after a frame that ended with ETX.
"""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Mark:
    """Where an assembly stood, so that a text that could not be stored is taken back."""

    count: int
    number: int
    text: bytearray
    length: int
    open: int
    is_last: bool


class Assembly:
    """The message under way on one connection; numbers count from 1.

    Its bytes are kept once, whatever its records are: many short ones take no more than a long one.
    """

    def __init__(self) -> None:
        self._count = 0
        self._number = 0  # of the message under way
        self._text = bytearray()
        self._open = 0  # where the record begins that has not ended
        self._is_last = False

    @property
    def number(self) -> int:
        """The message under way, or the one that will come next."""
        return self._number or self._count + 1

    @property
    def count(self) -> int:
        """How many messages have begun."""
        return self._count

    @property
    def size(self) -> int:
        return len(self._text)

    @property
    def is_under_way(self) -> bool:
        return self._number > 0

    def mark(self) -> Mark:
        text = self._text
        return Mark(self._count, self._number, text, len(text), self._open, self._is_last)

    def back_to(self, mark: Mark) -> None:
        self._count, self._number, self._text = mark.count, mark.number, mark.text
        self._open, self._is_last = mark.open, mark.is_last
        del self._text[mark.length :]

    def take_alone(self, text: bytes) -> list[Assembled]:
        """Take a text that stands for itself where no message is under way and it begins none."""
        if self.is_under_way or _is_header(text.lstrip()) or _is_hl7(text.lstrip()):
            return self.take(text, is_last=True)
        self._count += 1
        return [Assembled(self._count, text, Dialect.ASTM)]

    def take(self, text: bytes, *, is_last: bool) -> list[Assembled]:
        """Add the text of a frame (`is_last`: it ended with ETX); return the messages it ended."""
        self._is_last = is_last
        ended: list[Assembled] = []
        for piece in text.splitlines(keepends=True):
            self._text += piece
            if piece.endswith((b"\r", b"\n")):
                self._end_record(piece, ended)
            elif piece.strip():
                self._begin()
        if is_last and len(self._text) > self._open:
            self._text += b"\r"
            self._end_record(b"\r", ended)
        return ended

    def finish(self, remark: str, *, is_over: bool, refused: bytes = b"") -> list[Assembled]:
        """End the message under way; without one, tell of a frame that was `refused` to the end."""
        if not self.is_under_way:
            self._text = bytearray()
            if not refused:
                return []
            self._count += 1
            return [Assembled(self._count, refused, Dialect.ASTM, False, NEVER_RIGHT)]
        ended: list[Assembled] = []
        if self._is_hl7:
            is_whole = is_over and self._is_last
            remark = "" if is_whole else NO_LAST_FRAME if remark == NO_END else remark
        self._close(ended, remark, len(self._text))
        return ended

    @property
    def _is_hl7(self) -> bool:
        return _is_hl7(self._text[:4])

    @property
    def _separator(self) -> bytes:
        return bytes(self._text[1:2]) if _is_header(self._text[:2]) else b""

    def _begin(self) -> None:
        if not self.is_under_way:
            self._count += 1
            self._number = self._count

    def _end_record(self, piece: bytes, ended: list[Assembled]) -> None:
        """The last record is whole; `piece` is the end of it."""
        head = bytes(self._text[self._open : self._open + 4])
        if self.is_under_way and self._open and self._begins_another(head):
            self._close(ended, "" if self._is_hl7 else ANOTHER_HEADER, self._open)
        if head.strip() or piece.strip():
            self._begin()
        if not self.is_under_way:
            self._text = bytearray()  # blank, between messages
            return
        self._open = len(self._text)
        if not self._is_hl7 and _is_end(head.rstrip(b"\r\n"), self._separator):
            self._close(ended, "" if self._separator else NO_HEADER, self._open)

    def _begins_another(self, head: bytes) -> bool:
        return _is_hl7(head) or (_is_header(head) and not self._is_hl7)

    def _close(self, ended: list[Assembled], remark: str, end: int) -> None:
        with memoryview(self._text) as view:
            text = bytes(view[:end])
        dialect = Dialect.HL7 if _is_hl7(text[:4]) else Dialect.ASTM
        ended.append(Assembled(self._number, text, dialect, not remark, remark))
        # Another object: what has ended may have to be taken back.
        self._text, self._open, self._number = self._text[end:], 0, 0


def _is_end(record: bytes, separator: bytes) -> bool:
    return record == b"L" or record[:2] == b"L" + (separator or b"|")


def _is_header(record: bytes | bytearray) -> bool:
    return record[:1] == b"H" and bool(record[1:2].strip()) and not record[1:2].isalnum()


def _is_hl7(record: bytes | bytearray) -> bool:
    return record[:3] == b"MSH" and bool(record[3:4].strip()) and not record[3:4].isalnum()
