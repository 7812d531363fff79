"""Half duplex: a link that receives and a sender that sends, on one line; a host gives way.

It is driven as the link is (`assays.instruments.wire`), and written from after each round:

    station = Station(options)
    station.offer(text)                     # at any time, where station.can_offer; one at a time
    station.feed(data)                      # whatever a read gave
    while (event := station.next(now)) is not None:
        transport.write(station.settle(is_stored=store(event)))
    transport.write(station.outgoing(now))  # bids, frames, EOT: after every round, also the first
    outcome = station.outcome()             # of the text offered, once; None while it is under way
    ...                                     # at station.deadline(): expire(now), its event settled
                                            # likewise, then outgoing(now) and outcome() again
    event = station.close()                 # the connection is lost; drain next() before, and ask
                                            # for the outcome after

`deadline()` changes with everything but `feed`: ask for it after `outgoing`. While an event is being
stored, nothing is called but `feed`. What is offered waits until nobody else sends: our bid goes out
when the line is free, and the instrument's goes before it. An outcome with `hang_up` leaves an answer
on its way that nobody may take for that to a later frame: close the connection before the next offer.

A text is delivered when each of its frames is acknowledged. Whatever else happens, its outcome says
that it is not, although the instrument may have it all (the last acknowledgement was lost, or EOT
stood in its place): it is offered again, and the instrument must tell orders that it has.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from assays.instruments.astm.link import SILENCE_SECONDS, Link
from assays.instruments.astm.options import STANDARD, LinkOptions
from assays.instruments.astm.scanning import ACK, ENQ, NAK, NOISE_LIMIT, STX
from assays.instruments.astm.sending import HOST, Act, Failure, Patience, Phase, Sender, framed
from assays.instruments.astm.steps import State
from assays.instruments.wire import Event, Frame, Verdict
from assays.rules.states import SessionState

# After an interrupt the sender leaves the line to the other for so long (from memory). It is kept
# after every failure, so that a late answer is not taken for one to the next bid.
QUIET_SECONDS = 15.0

_TALKING = frozenset({Phase.BIDDING, Phase.SENDING})
_ANSWERS = {
    # To a bid: somebody who sends without one, or after one that was lost, is given way to.
    Phase.BIDDING: re.compile(rb"[\x02\x04\x05\x06\x15]"),
    Phase.SENDING: re.compile(rb"[\x04\x05\x06\x15]"),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an offered text: `failure` says why it was not delivered.

    `accepted` counts its frames that were acknowledged. `hang_up`: close the connection now.
    """

    failure: Failure | None = None
    accepted: int = 0
    hang_up: bool = False

    @property
    def is_delivered(self) -> bool:
        return self.failure is None


class Station:
    """One line. `patience` is a host's; an instrument's is that of `sending.Patience()`."""

    def __init__(
        self,
        options: LinkOptions = STANDARD,
        *,
        patience: Patience = HOST,
        quiet: float = QUIET_SECONDS,
        silence: float = SILENCE_SECONDS,
    ) -> None:
        self._options = options
        self._patience = patience
        self._quiet = quiet
        self._link = Link(options, silence=silence)
        self._sender: Sender | None = None
        self._outcome: Outcome | None = None
        self._input = bytearray()
        self._output = bytearray()
        self._due = inf  # of an answer, or of the next bid
        self._quiet_until = -inf
        self._has_yielded = False  # to a bid of the other: it has its turn first
        self._is_end_unheard = False  # without frames, EOT is acknowledged too
        self._is_noise_pending = self._was_open = False

    # --- what the link has

    @property
    def is_finished(self) -> bool:
        """Whether the connection must be closed: what it sends cannot be taken apart any more."""
        return self._link.is_finished

    def feed(self, data: bytes) -> None:
        self._input += data

    def next(self, now: float) -> Event | None:
        """Return what has to be stored next, or None where more bytes are needed."""
        self._check_settled()
        while self._is_talking and self._input:
            if noise := self._noise():
                return noise
            self._hear(now)
        if self._is_talking:
            return None
        if self._input:
            self._link.feed(self._for_link(now))
        self._was_open = self._link.state is not State.NEUTRAL
        return self._link.next(now)

    def settle(self, *, is_stored: bool, reply: bytes = b"") -> bytes:
        """Apply the last event and return the answer to its sender; `reply` is of no use here."""
        if self._is_noise_pending:
            self._is_noise_pending = False
            return b""
        answer = self._link.settle(is_stored=is_stored)
        if self._has_yielded and self._was_open and self._link.state is State.NEUTRAL:
            self._due, self._has_yielded = -inf, False
        return answer

    def deadline(self) -> float | None:
        """When to call `expire`; None while there is nothing to wait for."""
        if self._is_noise_pending:
            return None
        times = [self._own_deadline(), None if self._is_talking else self._link.deadline()]
        return min((time for time in times if time is not None), default=None)

    def expire(self, now: float) -> Event | None:
        """Return what the silence until `now` amounts to, if the deadline has passed."""
        if self._is_talking:
            if now >= self._due:
                self._follow(lambda sender: sender.receive(b""), now)
            return None
        self._was_open = self._link.state is not State.NEUTRAL
        return self._link.expire(now)

    def close(self) -> Event | None:
        """The connection is gone: return what has to be stored of it still, None where nothing."""
        self._check_settled()
        if self._sender is not None:
            self._finish(Failure.LOST, -inf)
        self._output.clear()
        return self._link.close()

    # --- what is sent

    @property
    def can_offer(self) -> bool:
        """Whether a text may be offered: none is under way, and no outcome waits to be asked for."""
        return self._sender is None and self._outcome is None and not self.is_finished

    def offer(self, text: bytes) -> None:
        """Send these records, ended by CR each, as soon as the line is free; raises Unsendable."""
        if not self.can_offer:
            raise RuntimeError("Another text is under way, or its outcome was not asked for.")
        self._sender = Sender(frames=framed(text, self._options), patience=self._patience)

    def outgoing(self, now: float) -> bytes:
        """Return what is to be written now, and bid for the line where it is free."""
        if (time := self._own_deadline()) is not None and now >= time and not self._is_talking:
            self._has_yielded = False
            self._follow(Sender.begin if self._is_first else lambda one: one.receive(b""), now)
        data = bytes(self._output)
        self._output.clear()
        return data

    def outcome(self) -> Outcome | None:
        """Return what became of the text that was offered, once; None before."""
        outcome, self._outcome = self._outcome, None
        return outcome

    @property
    def _is_talking(self) -> bool:
        """Whether what comes now are answers to what we send."""
        return self._sender is not None and self._sender.phase in _TALKING

    @property
    def _is_first(self) -> bool:
        return self._sender is not None and self._sender.phase is Phase.IDLE

    def _own_deadline(self) -> float | None:
        if self._sender is None:
            return None
        if self._is_talking:
            return self._due
        if self._input or not self._link.is_idle:
            return None  # the other one sends
        return max(self._quiet_until, -inf if self._is_first else self._due)

    def _check_settled(self) -> None:
        if self._is_noise_pending:
            raise RuntimeError("The last event is not settled.")

    def _noise(self) -> Event | None:
        """Return what stands before the next answer; it is kept as what came outside any frame."""
        assert self._sender is not None
        found = _ANSWERS[self._sender.phase].search(self._input)
        end = min(found.start() if found else len(self._input), NOISE_LIMIT)
        if not end:
            return None
        frame = Frame(bytes(self._input[:end]), Verdict.NOISE)
        del self._input[:end]
        self._is_noise_pending = True
        return Event((frame,), begins=True, ends=SessionState.ENDED)

    def _hear(self, now: float) -> None:
        """Take the answer that stands first in what came."""
        assert self._sender is not None
        signal = bytes(self._input[:1])
        if signal == ENQ and self._sender.phase is Phase.SENDING:
            self._finish(Failure.INTERRUPTED, now)  # it began anew, and has forgotten our frames
            return
        if signal == STX:
            signal = ENQ  # and the frame is the link's
        else:
            del self._input[:1]
        self._has_yielded = signal == ENQ
        self._follow(lambda sender: sender.receive(signal), now)

    def _follow(self, step: Callable[[Sender], Act], now: float) -> None:
        sender = self._sender
        assert sender is not None
        before = sender.phase
        act = step(sender)
        self._output += act.data
        if not act.goes_on:
            self._is_end_unheard = self._options.frameless and sender.is_delivered
            self._finish(sender.failure, now)
        elif act.data or sender.phase is not before:
            self._due = now + act.seconds
            if act.data:
                # What came before this was written is no answer to it.
                self._input = self._input.lstrip(ACK + NAK)

    def _finish(self, failure: Failure | None, now: float) -> None:
        assert self._sender is not None
        self._outcome = Outcome(failure, self._sender.accepted, failure is Failure.SILENT)
        self._sender = None
        self._due = inf
        if failure is not None or self._is_end_unheard:
            self._quiet_until = now + self._quiet

    def _for_link(self, now: float) -> bytes:
        """Return what came for the link, save the acknowledgement of our last EOT."""
        data = bytes(self._input)
        self._input.clear()
        if not self._is_end_unheard:
            return data
        self._is_end_unheard = False
        if data.startswith(ACK):
            self._quiet_until = now
        return data.removeprefix(ACK)
