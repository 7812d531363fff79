"""What all connections of a listener share: its name, the writer, the addresses, the open ends."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import Coroutine, Iterable, Iterator, Mapping
from math import inf
from typing import Any

from assays.actions.intake import Arrival, Origin
from assays.instruments.delivery import Delivery, Fate
from assays.instruments.wire import Verdict
from assays.listeners.addresses import Address, Directory, Refusals
from assays.listeners.answers import Answers
from assays.listeners.board import Board, Key
from assays.listeners.connection import Connection
from assays.listeners.keeper import Keeper
from assays.listeners.limits import Limits, Room
from assays.listeners.outbox import Outbox
from assays.listeners.tls import Doorway
from assays.listeners.writer import Unstored, Writer
from assays.queries.endpoints import Line
from assays.rules.endpoints import EndpointRole, LineState
from assays.rules.line_faults import LineFault, Trouble, fault
from assays.rules.sources import Source
from labsys.work import heartbeats

REFRESH_SECONDS = 3.0
# Between two beats of the event loop: where one is missed, the loop stood still.
BEAT_SECONDS = 1.0
PATIENCE_TO_END = 10.0
MOST_OWED = 1000

Guest = Connection | Doorway

# What is wrong with frames, for somebody who looks after the line.
_TROUBLES = {
    Verdict.BAD_CHECKSUM: Trouble.BAD_CHECKSUM,
    Verdict.BAD_NUMBER: Trouble.BAD_NUMBER,
    Verdict.CHANGED: Trouble.CHANGED_FRAME,
    Verdict.MALFORMED: Trouble.NO_FRAME,
    Verdict.TOO_LONG: Trouble.TOO_LONG,
    Verdict.CUT: Trouble.CUT_OFF,
}

logger = logging.getLogger(__name__)


class Hub:
    """The middle of one `serve_instruments` process."""

    def __init__(self, limits: Limits, *, bind: str) -> None:
        self.loop = asyncio.get_running_loop()
        # A process id comes again, in a container after every start; this name does not.
        self.name = f"{heartbeats.instance()}/{secrets.token_hex(4)}"
        self.writer = Writer(self.loop, self.name)
        self.answers = Answers(self.loop, self.name)
        self.directory = Directory(self.writer)
        self.outbox = Outbox(self)
        self._refusals = Refusals()
        self._complaints = Refusals()
        self.board = Board()
        self.room: Room[Guest] = Room(limits)
        self.keeper = Keeper(self, bind)
        # The endpoints as the database said them last, and of which of them are on shared ports.
        self.lines: Mapping[int, Line] = {}
        self._shared: Mapping[int, Line] = {}
        self._connections: dict[Connection, set[Key]] = {}
        self._ends: dict[Connection, asyncio.Future[None]] = {}
        self._owed: deque[Arrival] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_stopping = False
        self._beat_at = self.loop.time()
        self._stood_from = self._stood_until = -inf

    def start(self) -> None:
        self._beat()
        self.writer.start()
        self.answers.start()
        self.writer.recover()
        self.keeper.start()
        self.spawn(self._keep_up())
        self.spawn(self.outbox.run())

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something beside the connections, and keep hold of it."""
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- time

    def came_at(self) -> float:
        """Return when what is read now may have come: earlier, where the loop stood still."""
        now = self.loop.time()
        if now - self._beat_at > 2 * BEAT_SECONDS:
            return self._beat_at
        # What came meanwhile is read first, but callers are let in after that.
        return self._stood_from if now - self._stood_until < BEAT_SECONDS else now

    def _beat(self) -> None:
        now = self.loop.time()
        if now - self._beat_at > 2 * BEAT_SECONDS:
            self._stood_from, self._stood_until = self._beat_at, now
            logger.warning("the listener stood still for %.0f s", now - self._beat_at)
        self._beat_at = now
        if not self._is_stopping:
            self.loop.call_later(BEAT_SECONDS, self._beat)

    # --- connections

    def greet(self, connection: Connection) -> bool:
        """Count a connection in; False where there is no room."""
        if not self.make_room(connection, connection.peer):
            self._tell_end(connection)
            return False
        line = connection.line
        self._connections[connection] = keys = set()
        if line is not None:
            keys.add((line.instrument_id, line.endpoint_id))
            self.board.connected(*keys, self.loop.time())
        return True

    @property
    def connections(self) -> tuple[Connection, ...]:
        return tuple(self._connections)

    def make_room(self, guest: Guest, peer: Address) -> bool:
        """Count somebody in, if need be in the place of somebody who never said anything."""
        if self._is_stopping:
            return False
        now = self.loop.time()
        why = self.room.enter(guest, peer, now)
        if why:
            silent = self.room.silent(peer, now)
            if silent is not None:
                self.room.leave(silent)
                silent.cut()
                why = self.room.enter(guest, peer, now)
        if why and self._complaints.is_due(peer):
            logger.warning("no room for %s: %s", peer, why)
        return not why

    def forget(self, connection: Connection) -> None:
        now = self.loop.time()
        self.room.leave(connection)
        for key in self._connections.pop(connection, ()):
            self.board.parted(key, now, then=_after(connection.line))
        self._tell_end(connection)

    def ended(self, connection: Connection) -> asyncio.Future[None]:
        """Return what is kept once this connection, which was not made yet, is gone."""
        return self._ends.setdefault(connection, self.loop.create_future())

    def _tell_end(self, connection: Connection) -> None:
        ended = self._ends.pop(connection, None)
        if ended is not None and not ended.done():
            ended.set_result(None)

    def of_line(self, line: Line) -> list[Connection]:
        """Return the connections that came over a line of its own."""
        return [one for one in self._connections if one.line == line]

    def know(self, lines: Iterable[Line]) -> None:
        """Take over the endpoints as the database has them now."""
        self.lines = {line.endpoint_id: line for line in lines}
        shared = (one for one in self.lines.values() if one.role is EndpointRole.SHARED)
        self._shared = {line.instrument_id: line for line in shared}

    def admitted(self, connection: Connection) -> tuple[Source, ...]:
        """Return the instruments that may send over a connection now."""
        own = connection.line
        if own is None:
            return self.directory.admitted(connection.dialect, connection.peer)
        if self.lines.get(own.endpoint_id) != own:
            return ()
        # Whom we called is whom we meant to call; a caller calls from the instrument's addresses.
        is_called = own.role is EndpointRole.CLIENT
        networks = own.source.networks
        is_here = is_called or any(connection.peer in network for network in networks)
        return (own.source,) if is_here else ()

    def idle_seconds(self, connection: Connection) -> float | None:
        """Return after how long without a byte a connection is ended; None: never.

        Where several instruments share an address it is the longest of theirs.
        """
        if connection.line is not None:
            return connection.line.idle_seconds
        known = [self._shared.get(one.instrument_id) for one in connection.sources]
        limits = [one.idle_seconds if one else None for one in known]
        return (
            max((one for one in limits if one is not None), default=None) if all(limits) else None
        )

    def keeps(self, connection: Connection, size: int) -> None:
        """So many bytes more wait on a connection; whose are too many is cut, and comes again."""
        greedy = self.room.keeps(connection, size)
        if greedy is not None:
            logger.warning("too much waits to be stored: %s is cut", greedy)
            self.room.stored(greedy)
            greedy.cut()

    def stored(self, connection: Connection, arrival: Arrival) -> None:
        """What came over a connection is stored."""
        now = self.loop.time()
        self.room.stored(connection)
        for key in self._keys(connection, arrival):
            if key not in self._connections.get(connection, {key}):
                self._connections[connection].add(key)
                self.board.connected(key, now)
            self.board.heard(key, _whole(arrival, key), now)
            for why in _troubles(arrival):
                self.board.failed(key, why, now)

    def sent(self, connection: Connection, delivery: Delivery) -> None:
        """A message of ours came to its end over a connection."""
        own, whom, now = connection.line, connection.instrument_id, self.loop.time()
        if whom is None:
            return
        shared = self._shared.get(whom)
        endpoint = own.endpoint_id if own is not None else shared and shared.endpoint_id
        is_accepted = delivery.fate is Fate.ACCEPTED
        self.board.sent((whom, endpoint), int(is_accepted), now)
        if not is_accepted:
            why = fault(Trouble.NOT_TAKEN, said=delivery.reason)
            self.board.failed((whom, endpoint), why, now)

    def _keys(self, connection: Connection, arrival: Arrival) -> set[Key]:
        """Return which lines something came over: on a shared port, those of whoever it names."""
        own = connection.line
        if own is not None:
            return {(own.instrument_id, own.endpoint_id)}
        named = {one.instrument_id for one in arrival.messages if one.instrument_id}
        if arrival.source is not None:
            named.add(arrival.source.instrument_id)
        shared = self._shared
        return {(id_, shared[id_].endpoint_id if id_ in shared else None) for id_ in named if id_}

    def turn_away(self, origin: Origin, peer: Address) -> None:
        """Record a caller whose address is no instrument's, each once a minute."""
        if self._refusals.is_due(peer):
            logger.warning("%s is no instrument's address for %s", peer, origin.dialect)
            self.writer.refuse(origin)

    # --- ends that could not be stored at once

    def owe(self, arrival: Arrival) -> None:
        """Take over the end of a conversation whose connection is gone."""
        if len(self._owed) < MOST_OWED:
            self._owed.append(arrival)
        else:
            logger.error("the end of session %d is left open", arrival.standing.session_id)

    async def _keep_up(self) -> None:
        while True:
            await self.directory.refresh()
            await self._pay()
            await asyncio.sleep(REFRESH_SECONDS)

    async def _pay(self) -> None:
        while self._owed:
            if await self.writer.store(self._owed[0], patience=0.0) is Unstored.AWAY:
                return
            self._owed.popleft()

    # --- the end

    async def stop(self) -> None:
        """Answer what is stored, close every conversation, and end the writer."""
        self._is_stopping = True
        await self.keeper.stop()
        for connection in list(self._connections):
            connection.end()
        until = self.loop.time() + PATIENCE_TO_END
        while self._connections and self.loop.time() < until:
            await asyncio.sleep(0.02)
        for task in list(self._tasks):
            task.cancel()
        await self.outbox.stop()
        await self._pay()
        self.answers.stop()
        await self.keeper.end()
        self.writer.stop()
        await asyncio.to_thread(self.answers.join)
        await asyncio.to_thread(self.writer.join)


def _after(line: Line | None) -> LineState:
    """Return what a line is once no connection stands: who was called is called again."""
    is_called = line is not None and line.role is EndpointRole.CLIENT
    return LineState.BACKOFF if is_called else LineState.LISTENING


def _whole(arrival: Arrival, key: Key) -> int:
    """Return how many whole messages of this instrument are in an arrival."""
    of = (key[0], None)
    return sum(m.assembled.is_complete and m.instrument_id in of for m in arrival.messages)


def _troubles(arrival: Arrival) -> Iterator[LineFault]:
    for frame in arrival.frames:
        if frame.verdict in _TROUBLES:
            yield fault(_TROUBLES[frame.verdict])
