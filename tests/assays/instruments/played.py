"""Streams played to a link layer as a connection would, and what it made of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from assays.instruments.astm import link as astm
from assays.instruments.hl7 import mllp
from assays.instruments.wire import Assembled, Event, Frame, Verdict

ACK, NAK, ENQ, EOT = b"\x06", b"\x15", b"\x05", b"\x04"


class Link(Protocol):
    def feed(self, data: bytes) -> None: ...
    def next(self, now: float) -> Event | None: ...
    def settle(self, *, is_stored: bool, reply: bytes = b"") -> bytes: ...
    def close(self) -> Event | None: ...


@dataclass
class Played:
    """The events a stream gave, and the answer to each."""

    events: list[Event] = field(default_factory=list)
    replies: list[bytes] = field(default_factory=list)

    @property
    def frames(self) -> list[Frame]:
        return [frame for event in self.events for frame in event.frames]

    @property
    def verdicts(self) -> list[Verdict]:
        return [frame.verdict for frame in self.frames]

    @property
    def messages(self) -> list[Assembled]:
        return [message for event in self.events for message in event.messages]

    @property
    def complete(self) -> list[bytes]:
        return [message.text for message in self.messages if message.is_complete]

    @property
    def content(self) -> bytes:
        return b"".join(frame.content for frame in self.frames)

    @property
    def answers(self) -> str:
        """The ASTM replies as letters: A for ACK, N for NAK, nothing for none."""
        return "".join({ACK: "A", NAK: "N", b"": ""}[reply] for reply in self.replies)

    @property
    def ends(self) -> list[str]:
        return [event.ends.value for event in self.events if event.ends]


def drain(link: Link, played: Played, *, now: float = 0.0, is_stored: bool = True) -> None:
    while (event := link.next(now)) is not None:
        played.events.append(event)
        played.replies.append(link.settle(is_stored=is_stored))


def play(link: Link, pieces: Iterable[bytes], *, closes: bool = True) -> Played:
    """Feed the pieces as they come, store everything, and lose the connection at the end."""
    played = Played()
    for piece in pieces:
        link.feed(piece)
        drain(link, played)
    event = link.close() if closes else None
    if event is not None:
        played.events.append(event)
        played.replies.append(link.settle(is_stored=True))
    return played


def astm_session(*pieces: bytes, closes: bool = True) -> Played:
    return play(astm.Link(), pieces, closes=closes)


def mllp_connection(*pieces: bytes, closes: bool = True) -> Played:
    return play(mllp.Link(), pieces, closes=closes)


def sized(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


def cut_at(data: bytes, places: Sequence[int]) -> list[bytes]:
    """Cut a stream at these places, given as any numbers."""
    ends = sorted({place % (len(data) + 1) for place in places} | {len(data)})
    return [data[start:end] for start, end in zip([0, *ends], ends, strict=False)]
