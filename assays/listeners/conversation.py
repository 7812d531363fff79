"""What is said over one connection: one event at a time to the writer, the reply when it is stored.

What we send ourselves goes over it too, by the same rule: it is stored before it leaves, between the
events of what comes in.

Nothing here is acknowledged that is not committed.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from functools import partial
from typing import TYPE_CHECKING

from assays.actions.deliveries import BEFORE_SENDING
from assays.actions.intake import Arrival, Message, Origin, Standing
from assays.instruments.dialects import Dialect
from assays.instruments.hl7.exchange import ANSWER_SECONDS, LOST
from assays.instruments.wire import Assembled, Event
from assays.listeners import links
from assays.listeners.speaking import Speaker
from assays.listeners.writer import Unstored
from assays.queries.endpoints import Line
from assays.queries.outbox import Due, Sending
from assays.rules.endpoints import EndpointRole
from assays.rules.sources import Source
from labsys.lib import faults

if TYPE_CHECKING:
    from assays.listeners.hub import Hub

# Seconds that a sender can be kept waiting for a database that is away: a bid is answered at once,
# a frame within its 15 seconds.
PATIENCE, PATIENCE_OF_A_BID = 10.0, 0.0
# Whose answer took longer has given up (LIS1-A: after 15 s) and may be sending something else, of
# which the answer would be taken to be.
SECONDS_TO_ANSWER = {Dialect.ASTM: 14.0, Dialect.HL7: ANSWER_SECONDS}


class Conversation(ABC):
    """An instrument and we, in turn. `Connection` brings the bytes, and says when to go on."""

    _origin: Origin
    _transport: asyncio.Transport

    def __init__(self, hub: Hub, dialect: Dialect, line: Line | None = None) -> None:
        """`line` is that of its own that it came over; None on the ports that all share."""
        self._hub = hub
        self._dialect = dialect
        self._line = line
        self._link = links.link(dialect)
        self._speaker = Speaker(hub, dialect)
        self._named: int | None = None  # the instrument that the last message was from
        self.asked_at = 0.0  # when a question came last, by the clock of the event loop
        self._begun_at: float | None = None  # since when something came, and nothing whole
        self._submitted_at = 0.0  # when what is being stored had come, or the caller
        self._standing = Standing()
        self._sources: tuple[Source, ...] = ()
        self._waiting = bytearray()
        self._in_flight: asyncio.Future[Standing | Unstored] | None = None
        self._is_admitted = self._is_dropped = self._is_unread = False
        self._is_ending = self._is_lost = self._is_over = False

    @property
    def dialect(self) -> Dialect:
        return self._dialect

    @property
    def line(self) -> Line | None:
        return self._line

    @property
    def sources(self) -> tuple[Source, ...]:
        """The instruments that it may be."""
        return self._sources

    @abstractmethod
    def _look_up(self) -> bool:
        """See which instruments it may be now; False where it is none's."""

    @abstractmethod
    def _advance(self) -> None:
        """Go on until something has to be stored first, or nothing is left."""

    @abstractmethod
    def _forget(self) -> None:
        """Come to the end: nothing more is said."""

    # --- what comes in

    def _submit(self, event: Event) -> None:
        """Have an event stored, or refuse it at once where nobody may begin any more."""
        self._submitted_at = self._hub.came_at()
        # An HL7 connection may stand for days: each of its messages asks anew.
        is_asking = event.begins or (self._dialect is Dialect.HL7 and event.messages)
        if is_asking and not self._look_up():
            self._settle(event, Unstored.UNFIT)
            return
        arrival = self._arrival(event)
        is_bid = event.begins and self._dialect is Dialect.ASTM
        patience = PATIENCE_OF_A_BID if is_bid else PATIENCE
        self._in_flight = self._hub.writer.store(arrival, patience=patience)
        self._in_flight.add_done_callback(partial(self._stored, event, arrival))

    def _arrival(self, event: Event) -> Arrival:
        one = self._sources[0] if len(self._sources) == 1 else None
        return Arrival(
            origin=self._origin,
            standing=self._standing,
            source=one,
            frames=event.frames,
            messages=tuple(map(self._message, event.messages)),
            ends=event.ends,
        )

    def _message(self, assembled: Assembled) -> Message:
        found = links.message(assembled, self._sources, peer=self._origin.peer)
        self._named = found.instrument_id or self._named
        return links.judged(found, self._sources) if self._dialect is Dialect.HL7 else found

    def _stored(
        self, event: Event, arrival: Arrival, future: asyncio.Future[Standing | Unstored]
    ) -> None:
        self._in_flight = self._begun_at = None
        standing = future.result()
        if isinstance(standing, Standing):
            self._hub.stored(self, arrival)
            if any(one.is_question for one in arrival.messages):
                self.asked_at = self._hub.loop.time()
            if standing.asks:
                # The reply is the answer to what was asked: nothing else is said before it.
                self._in_flight = self._hub.answers.ask(standing)
                self._in_flight.add_done_callback(partial(self._answered, event, arrival))
                return
        if standing is Unstored.UNKNOWN:
            # The writer closes the session; the sender comes again, as after any lost line.
            self._transport.abort()
            self._forget()
            return
        self._go_on(event, arrival, standing)

    def _answered(
        self, event: Event, arrival: Arrival, future: asyncio.Future[Standing | Unstored]
    ) -> None:
        self._in_flight = None
        self._go_on(event, arrival, future.result())

    def _go_on(self, event: Event, arrival: Arrival, standing: Standing | Unstored) -> None:
        self._settle(event, standing)
        if standing is Unstored.AWAY and (self._is_over or self._link.is_finished):
            self._hub.owe(arrival)  # an end that nobody will tell us again
        if self._is_over:
            self._forget()
        else:
            self._advance()

    def _settle(self, event: Event, standing: Standing | Unstored) -> None:
        """Answer the sender, according to what is stored."""
        is_stored = isinstance(standing, Standing)
        answer = standing.answer if isinstance(standing, Standing) else b""
        reply = self._link.settle(is_stored=is_stored, reply=answer)
        if isinstance(standing, Standing):
            self._standing = standing
        if self._is_lost:
            return
        if reply and self._is_late:
            self._hang_up()
            return
        if reply:
            self._transport.write(reply)
        # No word is better than a false one: a sender without a reply comes again.
        is_stuck = not is_stored and (
            self._dialect is Dialect.HL7 or (event.ends and standing is Unstored.UNFIT)
        )
        if self._link.is_finished or is_stuck:
            self._is_dropped = True
            self._waiting.clear()
            self._transport.close()

    @property
    def _is_late(self) -> bool:
        """Whether the sender does not wait any more for the answer to what it sent."""
        elapsed = self._hub.loop.time() - self._submitted_at
        return elapsed > SECONDS_TO_ANSWER[self._dialect]

    def _hang_up(self) -> None:
        """Break the line: what comes over it now must not be mistaken, there or here."""
        self._is_dropped = True
        self._waiting.clear()
        self._transport.abort()

    # --- what we send

    @property
    def instrument_id(self) -> int | None:
        """The instrument at the other end, where that is certain."""
        if len(self._sources) == 1:
            return self._sources[0].instrument_id
        return self._named

    @property
    def can_send(self) -> bool:
        """Whether a message may be handed over."""
        return self._is_open and self._speaker.is_free and self._link.can_offer

    def is_of(self, endpoint: Sending) -> bool:
        """Whether this is a connection of an endpoint; those of the shared port have none."""
        if self._line is None:
            return endpoint.role is EndpointRole.SHARED
        return self._line.endpoint_id == endpoint.endpoint_id

    def send(self, due: Due) -> None:
        """Send a message as soon as nothing that came in waits."""
        self._speaker.take(due)
        if self._in_flight is None:
            self._advance()

    @property
    def _is_open(self) -> bool:
        """Whether something may be written that is no reply."""
        is_closing = self._is_lost or self._is_ending or self._is_dropped or self._is_over
        return self._is_admitted and not (self._is_unread or is_closing)

    def _begin(self) -> None:
        """Have our message stored as begun."""
        standing, sources = self._standing, self._sources
        arrival = self._speaker.arrival(self._link, self._origin, standing, sources)
        if arrival is not None:
            # The database's absence keeps nobody waiting here: the message's turn comes again.
            self._in_flight = self._hub.writer.store(arrival, patience=0.0)
            self._in_flight.add_done_callback(self._begun)

    def _begun(self, future: asyncio.Future[Standing | Unstored]) -> None:
        self._in_flight = None
        standing = future.result()
        if standing is Unstored.UNKNOWN:
            self._transport.abort()
            self._forget()
            return
        if isinstance(standing, Standing):
            self._speaker.begin(standing)
            if not self._speaker.is_apart:
                self._standing = standing
            faults.passing(BEFORE_SENDING)
            if self._is_open:
                self._link.offer(self._speaker.text)
            else:
                self._speaker.leave(self._origin, LOST)
        else:
            self._speaker.give_back()
        if self._is_over:
            self._forget()
        else:
            self._advance()

    def _speak(self, now: float) -> None:
        """Write what is due of our message, and see whether it came to an end."""
        if self._speaker.is_free or (self._in_flight is not None and not self._is_over):
            return
        if self._is_open and (data := self._link.outgoing(now)):
            self._transport.write(data)
        delivery = self._link.delivery()
        if delivery is None:
            return
        self._speaker.finish(delivery, self._origin)
        self._hub.sent(self, delivery)
        if delivery.hang_up and not self._is_lost:
            # What comes now is too late, and must not be taken for the answer to the next.
            self._hang_up()
