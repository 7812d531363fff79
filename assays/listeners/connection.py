"""One connection: bytes in, one event at a time to the writer, the reply when it is stored.

Nothing here is acknowledged that is not committed. While an event waits for its commit, what else
comes is kept, up to a limit beyond which the peer has to wait.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from functools import partial
from typing import TYPE_CHECKING

from assays.actions.intake import Arrival, Message, Origin, Standing
from assays.instruments.dialects import Dialect
from assays.instruments.wire import Assembled, Event
from assays.listeners import links
from assays.listeners.addresses import Address, address
from assays.listeners.writer import Unstored
from assays.rules.sources import Source

if TYPE_CHECKING:
    from assays.listeners.hub import Hub

# Seconds that a sender can be kept waiting for a database that is away: a bid is answered at once,
# a frame within its 15 seconds.
PATIENCE, PATIENCE_OF_A_BID = 10.0, 0.0
MOST_WAITING = 256 * 1024
_KEEP_ALIVE = (("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3))

logger = logging.getLogger(__name__)


class Connection(asyncio.Protocol):
    """An instrument on the line."""

    peer: Address
    _origin: Origin
    _transport: asyncio.Transport

    def __init__(self, hub: Hub, dialect: Dialect) -> None:
        self._hub = hub
        self._dialect = dialect
        self._link = links.link(dialect)
        self._standing = Standing()
        self._sources: tuple[Source, ...] = ()
        self._waiting = bytearray()
        self._in_flight: asyncio.Future[Standing | Unstored] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._is_admitted = self._is_dropped = self._is_unread = False
        self._is_ending = self._is_lost = self._is_over = False

    # --- what the transport says

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        host, port = transport.get_extra_info("peername")[:2]
        self.peer = address(host)
        self._origin = Origin(self._hub.name, self._dialect, str(self.peer), port)
        _keep_alive(transport.get_extra_info("socket"))
        transport.pause_reading()
        if self._hub.greet(self):
            self._hub.spawn(self._introduce())
        else:
            self._is_over = True
            transport.abort()

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        if self._in_flight is None:
            self._advance()
        elif len(self._waiting) > MOST_WAITING:
            self._transport.pause_reading()

    def eof_received(self) -> bool:
        # It may have sent its last frames and wait for the replies still.
        self._is_ending = True
        if self._in_flight is None:
            self._advance()
        return True

    def pause_writing(self) -> None:
        # Somebody who reads no reply is sent none, and asked nothing more.
        self._is_unread = True
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        self._is_unread = False
        if self._in_flight is None:
            self._advance()

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_lost = True
        if self._in_flight is None:
            self._advance()

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
            self._link = links.link(self._dialect, self._sources)
            self._transport.resume_reading()

    def _look_up(self) -> bool:
        self._sources = self._hub.directory.admitted(self._dialect, self.peer)
        return bool(self._sources)

    def _advance(self) -> None:
        """Go on until something has to be stored first, or nothing is left."""
        if self._is_unread and not (self._is_lost or self._is_ending):
            return
        now = self._hub.loop.time()
        while self._in_flight is None and not self._is_over:
            event = None if self._is_dropped else self._link.next(now)
            if event is not None:
                self._submit(event)
            elif self._waiting:
                self._link.feed(bytes(self._waiting))
                self._waiting.clear()
            else:
                self._rest()
                break
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
        return links.judged(found, self._sources) if self._dialect is Dialect.HL7 else found

    def _stored(
        self, event: Event, arrival: Arrival, future: asyncio.Future[Standing | Unstored]
    ) -> None:
        self._in_flight = None
        standing = future.result()
        if standing is Unstored.UNKNOWN:
            # The writer closes the session; the sender comes again, as after any lost line.
            self._transport.abort()
            self._forget()
            return
        self._settle(event, standing)
        if standing is Unstored.AWAY and (self._is_over or self._link.is_finished):
            # An end that nobody will tell us again.
            self._hub.owe(arrival)
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

    # --- time, and the end

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        is_idle = not (self._is_lost or self._is_over or self._in_flight)
        deadline = self._link.deadline() if is_idle else None
        if deadline is not None:
            self._timer = self._hub.loop.call_at(deadline, self._expire)

    def _expire(self) -> None:
        self._timer = None
        if self._in_flight is None and not self._is_lost:
            event = self._link.expire(self._hub.loop.time())
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
        self._hub.forget(self)


def _keep_alive(line: socket.socket) -> None:
    """Notice within a minute that the other end is gone without a word."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, seconds in _KEEP_ALIVE:
        if hasattr(socket, name):
            line.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), seconds)
