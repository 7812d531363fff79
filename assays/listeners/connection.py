"""One connection: bytes in, one event at a time to the writer, the reply when it is stored.

What we send ourselves goes over it too, by the same rule: it is stored before it leaves, between the
events of what comes in.

Nothing here is acknowledged that is not committed. While an event waits for its commit, what else
comes is kept, up to a limit beyond which the peer has to wait.
"""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import TYPE_CHECKING

from assays.actions.deliveries import BEFORE_SENDING
from assays.actions.intake import Arrival, Message, Origin, Standing
from assays.instruments.dialects import Dialect
from assays.instruments.hl7.exchange import LOST
from assays.instruments.wire import Assembled, Event
from assays.listeners import links
from assays.listeners.addresses import Address, address
from assays.listeners.limits import SECONDS_TO_FINISH, keep_alive
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
MOST_WAITING = 256 * 1024

logger = logging.getLogger(__name__)


class Connection(asyncio.Protocol):
    """An instrument on the line."""

    peer: Address
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
        self.heard_at = hub.loop.time()
        self._begun_at: float | None = None  # since when something came, and nothing whole
        self._standing = Standing()
        self._sources: tuple[Source, ...] = ()
        self._waiting = bytearray()
        self._in_flight: asyncio.Future[Standing | Unstored] | None = None
        self._timer: asyncio.TimerHandle | None = None
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

    def cut(self) -> None:
        """Break the line; what of it is not stored comes again."""
        self._transport.abort()

    # --- what the transport says

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        host, port = transport.get_extra_info("peername")[:2]
        self.peer = address(host)
        self._origin = Origin(self._hub.name, self._dialect, str(self.peer), port)
        keep_alive(transport.get_extra_info("socket"))
        transport.pause_reading()
        if self._hub.greet(self):
            self._hub.spawn(self._introduce())
        else:
            self._is_over = True
            transport.abort()

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        self.heard_at = self._hub.loop.time()
        self._hub.keeps(self, len(data))
        if self._in_flight is None:
            self._advance()
        elif len(self._waiting) > MOST_WAITING:
            self._transport.pause_reading()

    def eof_received(self) -> bool:
        self._is_ending = True  # it may wait for the replies to its last frames still
        if self._in_flight is None:
            self._advance()
        return True

    def pause_writing(self) -> None:
        self._is_unread = True  # who reads no reply is sent none, and asked nothing more
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        self._is_unread = False
        if self._in_flight is None:
            self._advance()

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_lost = True
        try:
            if self._in_flight is None:
                self._advance()
        except Exception:
            self._forget()  # what came was beyond us: its place is free again all the same
            raise

    # --- the conversation

    async def _introduce(self) -> None:
        """See whether anybody may call from this address."""
        await self._hub.directory.refresh()
        if self._is_lost:
            self._forget()
        elif not self._look_up():
            self._hub.turn_away(self._origin, self.peer)
            self._forget()
            self._transport.abort()
        else:
            self._is_admitted = True
            seconds = self._line.answer_seconds if self._line is not None else None
            self._link = links.link(self._dialect, self._sources, answer_seconds=seconds)
            self._transport.resume_reading()

    def _look_up(self) -> bool:
        self._sources = self._hub.admitted(self)
        return bool(self._sources)

    def _advance(self) -> None:
        """Go on until something has to be stored first, or nothing is left."""
        now = self._hub.loop.time()
        if self._is_unread and not (self._is_lost or self._is_ending):
            self._speak(now)
            self._set_timer()
            return
        while self._in_flight is None and not self._is_over:
            event = None if self._is_dropped else self._link.next(now)
            if event is not None:
                self._submit(event)
            elif self._waiting:
                self._link.feed(bytes(self._waiting))
                self._waiting.clear()
            elif self._speaker.waits and self._is_open:
                self._begin()
            else:
                self._rest()
                break
        self._speak(now)
        self._set_timer()

    def _rest(self) -> None:
        """All that came is dealt with: read on, or come to an end."""
        if self._is_lost:
            self._is_over = True
            event = self._link.close() if self._is_admitted else None
            if event is not None:
                self._submit(event)
            else:
                self._forget()
        elif self._is_ending:
            self._transport.close()
        elif self._is_admitted and not self._transport.is_reading():
            self._transport.resume_reading()

    def _submit(self, event: Event) -> None:
        """Have an event stored, or refuse it at once where nobody may begin any more."""
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
        if standing is Unstored.UNKNOWN:
            # The writer closes the session; the sender comes again, as after any lost line.
            self._transport.abort()
            self._forget()
            return
        if isinstance(standing, Standing) and standing.asks:
            # The reply is the answer to what was asked: nothing else is said before it.
            self._in_flight = self._hub.answers.ask(standing)
            self._in_flight.add_done_callback(partial(self._stored, event, arrival))
            return
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
            self._is_dropped = True
            self._waiting.clear()
            self._transport.abort()

    # --- time, and the end

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        is_idle = not (self._is_lost or self._is_over or self._in_flight)
        deadline = self._deadline() if is_idle else None
        if deadline is not None:
            self._timer = self._hub.loop.call_at(deadline, self._expire)

    def _deadline(self) -> float | None:
        """When to look again: what was begun must go on, a line without a word may be ended."""
        deadline = self._link.deadline()
        if deadline is None:
            self._begun_at = None
            idle = self._hub.idle_seconds(self)
            return None if idle is None else self.heard_at + idle
        if self._begun_at is None:
            self._begun_at = self._hub.loop.time()
        # A byte now and then puts off the link's own deadline.
        is_dripping = self.heard_at > self._begun_at
        return min(deadline, self._begun_at + SECONDS_TO_FINISH) if is_dripping else deadline

    def _expire(self) -> None:
        self._timer = None
        if self._in_flight is None and not self._is_lost:
            deadline, self._begun_at = self._link.deadline(), None
            if deadline is None:
                self._is_ending = True
            else:
                event = self._link.expire(max(deadline, self._hub.loop.time()))
                if event is not None:
                    self._submit(event)
            self._advance()

    def end(self) -> None:
        """Take nothing more; what is being stored is still answered."""
        if not self._is_admitted:
            self._transport.abort()
            return
        self._waiting.clear()
        self._is_ending = True
        self._transport.pause_reading()
        if self._in_flight is None:
            self._advance()

    def _forget(self) -> None:
        self._is_over = True
        try:
            self._speak(self._hub.loop.time())
            self._speaker.leave(self._origin, LOST)
        finally:
            self._hub.forget(self)
