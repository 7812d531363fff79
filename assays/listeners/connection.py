"""One connection: the bytes of a conversation, its clock, and its end.

While an event waits for its commit, what else comes is kept, up to a limit beyond which the peer has
to wait.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from assays.actions.intake import Origin
from assays.instruments.dialects import Dialect
from assays.instruments.hl7.exchange import LOST
from assays.listeners import links
from assays.listeners.addresses import Address, address
from assays.listeners.conversation import Conversation
from assays.listeners.limits import SECONDS_TO_FINISH, keep_alive
from assays.queries.endpoints import Line

if TYPE_CHECKING:
    from assays.listeners.hub import Hub

MOST_WAITING = 256 * 1024


class Connection(Conversation, asyncio.Protocol):
    """An instrument on the line."""

    peer: Address

    def __init__(self, hub: Hub, dialect: Dialect, line: Line | None = None) -> None:
        """`line` is that of its own that it came over; None on the ports that all share."""
        super().__init__(hub, dialect, line)
        self.heard_at = hub.loop.time()
        self._timer: asyncio.TimerHandle | None = None

    def cut(self) -> None:
        """Break the line; what of it is not stored comes again."""
        self._transport.abort()

    # --- what the transport says

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        host, port = transport.get_extra_info("peername")[:2]
        self.peer = address(host)
        self._submitted_at = self._hub.came_at()
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

    # --- from the first word to the last

    async def _introduce(self) -> None:
        """See whether anybody may call from this address."""
        await self._hub.directory.refresh()
        if self._is_lost or self._is_late:
            self._forget()
            self._transport.abort()
        elif not self._look_up():
            self._hub.turn_away(self._origin, self.peer)
            self._forget()
            self._transport.abort()
        else:
            self._is_admitted = True
            seconds = self._line.answer_seconds if self._line is not None else None
            self._link = links.link(self._dialect, self._sources, answer_seconds=seconds)
            try:
                self._advance()
            except Exception:
                self._transport.abort()  # what came with the call was beyond us: nobody waits here
                raise

    def _look_up(self) -> bool:
        self._sources = self._hub.admitted(self)
        return bool(self._sources)

    def _advance(self) -> None:
        """Go on until something has to be stored first, or nothing is left."""
        if not (self._is_admitted or self._is_lost):
            return  # what came with a handshake waits until it is known who speaks, and how
        now = self._hub.loop.time()
        if self._is_unread and not (self._is_lost or self._is_ending):
            self._speak(now)
            self._set_timer()
            return
        while self._in_flight is None and not self._is_over:
            event = None if self._is_dropped else self._link.next(now)
            if event is not None:
                self._submit(event)
            elif self._waiting and self._is_admitted:
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
