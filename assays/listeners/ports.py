"""A port of one instrument's own, opened while the line is ours."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from assays.listeners import tls
from assays.listeners.connection import Connection
from assays.listeners.tls import Doorway, Files, Unusable
from assays.queries.endpoints import Line
from assays.rules.endpoints import LineState
from assays.rules.line_faults import LineFault, Trouble

if TYPE_CHECKING:
    from assays.listeners.hub import Hub

BACKLOG = 128


class Port:
    """One port."""

    def __init__(self, hub: Hub, line: Line, files: Files, bind: str) -> None:
        self._hub, self.line, self._files, self._bind = hub, line, files, bind
        self._key = (line.instrument_id, line.endpoint_id)

    async def start(self) -> None:
        """Listen; raises Unusable where the port cannot be had."""
        make = self._doorway() if self.line.tls else self._connection
        try:
            self._server = await self._hub.loop.create_server(
                make, self._bind, self.line.port, backlog=BACKLOG
            )
        except OSError as error:
            # asyncio writes a sentence of its own about it, the system a word.
            why = os.strerror(error.errno) if error.errno else str(error)
            raise Unusable(Trouble.PORT, port=self.line.port, host=self._bind, error=why) from error
        self._hub.board.stands(self._key, LineState.LISTENING, self._hub.loop.time())

    async def stop(self) -> None:
        """Take no caller more; what stands is ended by whoever has the connections."""
        self._server.close()

    def _connection(self) -> Connection:
        return Connection(self._hub, self.line.dialect, self.line)

    def _doorway(self) -> object:
        fingerprints = self.line.fingerprints
        context = tls.server_context(fingerprints, self._files)
        return lambda: Doorway(self._hub, context, fingerprints, self._connection, self._failed)

    def _failed(self, why: LineFault) -> None:
        self._hub.board.failed(self._key, why, self._hub.loop.time())
