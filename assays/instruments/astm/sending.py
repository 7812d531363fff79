"""The sending side of LIS1-A (LIS01-A2, E1381): what to write next, and how long to wait for what.

    sender = Sender([text, ...])
    act = sender.begin()
    while act.goes_on:
        if act.data:
            socket.sendall(act.data)
        reply = receive(timeout=act.seconds)     # b"" when nothing came in that time
        act = sender.receive(reply)
    assert sender.is_delivered

Every `Act` says what to write, how long to wait then, and for what. No clock is read: whoever drives
it waits, and says with `b""` that the time has passed. A reply may hold several bytes; the first that
means something counts. Waits are shortened in tests by `Patience`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assays.instruments.astm.options import STANDARD, TEXT_LIMIT, LinkOptions
from assays.instruments.astm.scanning import ACK, ENQ, EOT, ETB, ETX, NAK, STX
from labsys.lib.wording import gettext_noop as _

# A frame that is refused is sent again up to six times; then the sender gives up.
REPETITIONS = 6


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a sender waits, in seconds (LIS1-A)."""

    reply: float = 15.0
    busy: float = 10.0  # after NAK to a bid
    # After ENQ to a bid the instrument, which has priority, bids again after 1 s; a host waits 20 s.
    contention: float = 1.0
    bids: int = 6


# A host gives way to the instrument in contention (LIS1-A 6.2.7).
HOST = Patience(contention=20.0)


class Failure(StrEnum):
    """Why a text was not delivered; the value is a sentence for people."""

    NO_ANSWER = _("The bid was not answered.")
    BUSY = _("The instrument was busy, or bid itself, each time the line was bid for.")
    REFUSED = _("A frame was refused as often as it was repeated.")
    SILENT = _("A frame was not answered.")
    INTERRUPTED = _("The instrument asked for the line before everything was sent.")
    LOST = _("The connection was lost before everything was acknowledged.")


class Phase(StrEnum):
    """What the sender waits for."""

    IDLE = "IDLE"
    BIDDING = "BIDDING"  # an answer to its ENQ
    WAITING = "WAITING"  # time, before it bids again
    SENDING = "SENDING"  # an answer to a frame
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Act:
    """Write `data`, then wait up to `seconds` for the reply; without any more to do, the end."""

    data: bytes = b""
    seconds: float = 0.0
    goes_on: bool = True


class Signal(StrEnum):
    ACK = "ACK"
    NAK = "NAK"
    ENQ = "ENQ"
    EOT = "EOT"
    NOTHING = "NOTHING"


_SIGNALS = {ACK[0]: Signal.ACK, NAK[0]: Signal.NAK, ENQ[0]: Signal.ENQ, EOT[0]: Signal.EOT}


class Move(StrEnum):
    """What follows from a signal in a phase."""

    BID = "BID"
    YIELD_BUSY = "YIELD_BUSY"
    YIELD_CONTENTION = "YIELD_CONTENTION"
    NEXT = "NEXT"
    REPEAT = "REPEAT"
    GIVE_UP = "GIVE_UP"
    STOP = "STOP"
    IGNORE = "IGNORE"


_P, _S, _M = Phase, Signal, Move
_DONE = dict.fromkeys(Signal, Move.IGNORE)
TABLE: dict[Phase, dict[Signal, Move]] = {
    _P.IDLE: {**_DONE, _S.NOTHING: _M.BID},
    _P.BIDDING: {
        _S.ACK: _M.NEXT,
        _S.NAK: _M.YIELD_BUSY,
        _S.ENQ: _M.YIELD_CONTENTION,
        _S.EOT: _M.IGNORE,
        _S.NOTHING: _M.GIVE_UP,
    },
    _P.WAITING: {**_DONE, _S.NOTHING: _M.BID},
    _P.SENDING: {
        _S.ACK: _M.NEXT,
        _S.NAK: _M.REPEAT,
        # The receiver asks for the line: the frame is accepted, the rest is sent another time.
        _S.EOT: _M.STOP,
        _S.ENQ: _M.REPEAT,
        _S.NOTHING: _M.GIVE_UP,
    },
    _P.DELIVERED: _DONE,
    _P.FAILED: _DONE,
}


class Unsendable(ValueError):
    """A text that no frame can carry; the message says why."""


# What LIS1-A forbids in a text: SOH STX ETX EOT ENQ ACK LF DLE DC1-DC4 NAK SYN ETB.
_FORBIDDEN = re.compile(rb"[\x01-\x06\x0a\x10-\x17]")
_RECORD = re.compile(rb"[^\r]*\r|[^\r]+")


def frame(number: int, text: bytes, *, is_last: bool, numbering: int = 8) -> bytes:
    """Return a frame: its number modulo 8, its text, ETX or ETB, and the checksum in upper case."""
    body = b"%d" % (number % numbering) + text + (ETX if is_last else ETB)
    return STX + body + b"%02X" % (sum(body) & 0xFF) + b"\r\n"


def cut(messages: Sequence[bytes], *, limit: int = TEXT_LIMIT) -> Iterator[bytes]:
    """Yield the frames of messages: each ends with ETX, and the numbers run on from 1.

    `limit` counts the bytes of text in a frame; a message is cut wherever it is reached, also inside
    a record or a character.
    """
    number = 1
    for message in messages:
        for start in range(0, max(len(message), 1), limit):
            text = message[start : start + limit]
            yield frame(number, text, is_last=start + limit >= len(message))
            number += 1


def framed(text: bytes, options: LinkOptions = STANDARD) -> list[bytes]:
    """Return what is sent, and acknowledged, piece by piece of a text; raises Unsendable.

    `text` holds records that end with CR. To an instrument without frames STX is a piece of its own.
    """
    if found := _FORBIDDEN.search(text):
        raise Unsendable(f"The text has a control character (0x{found[0][0]:02X}) in it.")
    if not text:
        raise Unsendable("There is nothing to send.")
    if options.frameless:
        return [STX, text + ETX]
    pieces = []
    for part in [text] if options.joins_records else _RECORD.findall(text):
        ends = range(options.text_limit, len(part) + options.text_limit, options.text_limit)
        pieces += [(part[end - options.text_limit : end], end >= len(part)) for end in ends]
    return [
        frame(number, piece, is_last=is_last, numbering=options.numbering)
        for number, (piece, is_last) in enumerate(pieces, start=options.first)
    ]


class Sender:
    """One conversation with messages to deliver, or with ready `frames` (also faulty ones)."""

    def __init__(
        self,
        messages: Sequence[bytes] = (),
        *,
        frames: Sequence[bytes] | None = None,
        limit: int = TEXT_LIMIT,
        patience: Patience | None = None,
    ) -> None:
        self._frames = list(cut(messages, limit=limit) if frames is None else frames)
        self._patience = patience or Patience()
        self._phase = Phase.IDLE
        self._accepted = 0
        self._failures = 0
        self._bids = 0
        self._failure: Failure | None = None

    @property
    def phase(self) -> Phase:
        return self._phase

    @property
    def failure(self) -> Failure | None:
        """Why it gave up; None while it has not."""
        return self._failure

    @property
    def accepted(self) -> int:
        """How many frames the receiver has acknowledged."""
        return self._accepted

    @property
    def is_delivered(self) -> bool:
        return self._phase is Phase.DELIVERED

    def begin(self) -> Act:
        return self._move(TABLE[self._phase][Signal.NOTHING])

    def receive(self, reply: bytes) -> Act:
        """Say what follows from what came, or from nothing having come in time (`b""`)."""
        signals = [_SIGNALS[byte] for byte in reply if byte in _SIGNALS]
        if reply and not signals:
            return self._wait()
        return self._move(TABLE[self._phase][signals[0] if signals else Signal.NOTHING])

    def _move(self, move: Move) -> Act:
        if move is Move.NEXT:
            self._accepted += self._phase is Phase.SENDING
            self._failures = 0
            return self._send()
        if move is Move.REPEAT:
            self._failures += 1
            return self._send() if self._failures <= REPETITIONS else self._fail(Failure.REFUSED)
        if move is Move.BID:
            self._bids += 1
            if self._bids > self._patience.bids:
                return self._fail(Failure.BUSY)
            self._phase = Phase.BIDDING
            return Act(ENQ, self._patience.reply)
        if move in (Move.YIELD_BUSY, Move.YIELD_CONTENTION):
            self._phase = Phase.WAITING
            is_busy = move is Move.YIELD_BUSY
            return Act(b"", self._patience.busy if is_busy else self._patience.contention)
        if move is Move.STOP:
            self._accepted += 1
            return self._fail(Failure.INTERRUPTED)
        if move is Move.GIVE_UP:
            is_bid = self._phase is Phase.BIDDING
            return self._fail(Failure.NO_ANSWER if is_bid else Failure.SILENT)
        return self._wait()

    def _fail(self, failure: Failure) -> Act:
        self._failure = failure
        return self._end(Phase.FAILED)

    def _send(self) -> Act:
        if self._accepted == len(self._frames):
            return self._end(Phase.DELIVERED)
        self._phase = Phase.SENDING
        return Act(self._frames[self._accepted], self._patience.reply)

    def _end(self, phase: Phase) -> Act:
        was_heard = self._phase in (Phase.SENDING, Phase.BIDDING)
        self._phase = phase
        return Act(EOT if was_heard else b"", goes_on=False)

    def _wait(self) -> Act:
        is_over = self._phase in (Phase.DELIVERED, Phase.FAILED)
        return Act(b"", 0.0 if is_over else self._patience.reply, goes_on=not is_over)
