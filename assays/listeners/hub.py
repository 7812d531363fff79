"""What all connections of a listener share: its name, the writer, the addresses, the open ends."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import Coroutine
from typing import Any

from assays.actions.intake import Arrival, Origin
from assays.listeners.addresses import Address, Directory, Refusals
from assays.listeners.answers import Answers
from assays.listeners.connection import Connection
from assays.listeners.outbox import Outbox
from assays.listeners.writer import Unstored, Writer
from labsys.work import heartbeats

REFRESH_SECONDS = 3.0
PATIENCE_TO_END = 10.0
MOST_OWED = 1000

logger = logging.getLogger(__name__)


class Hub:
    """The middle of one `serve_instruments` process."""

    def __init__(self, *, most_connections: int) -> None:
        self.loop = asyncio.get_running_loop()
        # A process id comes again, in a container after every start; this name does not.
        self.name = f"{heartbeats.instance()}/{secrets.token_hex(4)}"
        self.writer = Writer(self.loop, self.name)
        self.answers = Answers(self.loop, self.name)
        self.directory = Directory(self.writer)
        self.outbox = Outbox(self)
        self._refusals = Refusals()
        self._most = most_connections
        self._connections: set[Connection] = set()
        self._owed: deque[Arrival] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_stopping = False

    def start(self) -> None:
        self.writer.start()
        self.answers.start()
        self.writer.recover()
        self.spawn(self._keep_up())
        self.spawn(self.outbox.run())

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something beside the connections, and keep hold of it."""
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- connections

    def greet(self, connection: Connection) -> bool:
        """Count a connection in; False where there are too many already."""
        if self._is_stopping or len(self._connections) >= self._most:
            logger.warning("no room for %s: %d connections", connection.peer, self._most)
            return False
        self._connections.add(connection)
        return True

    @property
    def connections(self) -> tuple[Connection, ...]:
        return tuple(self._connections)

    def forget(self, connection: Connection) -> None:
        self._connections.discard(connection)

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
        self.writer.stop()
        await asyncio.to_thread(self.answers.join)
        await asyncio.to_thread(self.writer.join)
