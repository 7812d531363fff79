"""Playing recorded sessions over TCP as the instrument did: a frame, its answer, the next frame.

Recordings are read where they lie and never copied. What was recorded is sent as it stands: a frame
that is turned down is not mended, and what the recording repeats is repeated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assays.instruments.astm.link import Link as AstmLink
from assays.instruments.dialects import Dialect
from assays.instruments.hl7.mllp import Link as MllpLink
from assays.instruments.simulation import hl7, recordings
from assays.instruments.simulation.recordings import FS_CR
from assays.senders.lines import Line, LineLost
from assays.senders.mllp import ACCEPTED

SUFFIXES = (".astm", ".mllp", ".hl7", ".bin")
ACK, NAK = b"\x06", b"\x15"


@dataclass(frozen=True)
class Recording:
    """One recorded session: where it lies, and what was sent in it."""

    path: Path
    content: bytes
    dialect: Dialect


@dataclass
class Played:
    """What came of playing a recording: its pieces that ask for an answer, and the answers."""

    asked: int = 0
    accepted: int = 0
    refused: int = 0

    @property
    def unanswered(self) -> int:
        return self.asked - self.accepted - self.refused

    def __str__(self) -> str:
        return f"{self.accepted} of {self.asked} accepted, {self.refused} refused"


def recordings_in(path: Path) -> Iterator[Recording]:
    """Yield the recordings of a file or folder, in the order of their names."""
    found = [path] if path.is_file() else sorted(path.rglob("*"))
    for one in found:
        if one.is_file() and one.suffix in SUFFIXES:
            content = one.read_bytes()
            yield Recording(one, content, recordings.dialect_of(content))


def messages_in(recording: Recording) -> list[bytes]:
    """Return the whole messages of a recording, as the link layers put them together."""
    link = AstmLink() if recording.dialect is Dialect.ASTM else MllpLink()
    link.feed(recording.content)
    found: list[bytes] = []
    while (event := link.next(0.0)) is not None:
        found.extend(one.text for one in event.messages if one.is_complete)
        link.settle(is_stored=True)
    return found


def play(recording: Recording, line: Line) -> Played:
    """Play one recording over a connection of its own."""
    played = Played()
    answered = _answered_frame if recording.dialect is Dialect.ASTM else _answered_block
    try:
        for piece in recordings.pieces(recording.content, recording.dialect):
            played.asked += piece.awaits
            line.send(piece.content)
            if piece.awaits:
                accepted = answered(line)
                played.accepted += accepted is True
                played.refused += accepted is False
    except LineLost:
        pass  # what was not answered by then counts as unanswered
    finally:
        line.close()
    return played


def _answered_frame(line: Line) -> bool | None:
    answer = line.receive()
    if answer.endswith(ACK):
        return True
    return False if NAK in answer else None


def _answered_block(line: Line) -> bool | None:
    pending = b""
    while FS_CR not in pending:
        more = line.receive()
        if not more:
            return None
        pending += more
    found = hl7.read_answer(pending.partition(FS_CR)[0])
    return found is not None and found[0] in ACCEPTED
