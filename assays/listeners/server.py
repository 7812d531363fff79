"""The ports: one for ASTM and one for HL7 over MLLP that all share, and those of single instruments."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from assays.instruments.dialects import Dialect
from assays.listeners.connection import Connection
from assays.listeners.hub import Hub
from assays.listeners.limits import Limits
from assays.listeners.ports import BACKLOG


class PortTaken(Exception):
    """A port cannot be listened on."""


class Listeners:
    """The servers of a process, and whatever else its instruments are reached by."""

    def __init__(
        self, *, bind: str, ports: Mapping[Dialect, int], limits: Limits | None = None
    ) -> None:
        self._bind = bind
        self._ports = dict(ports)
        self._limits = limits or Limits()
        self._servers: list[asyncio.Server] = []

    async def start(self) -> Mapping[Dialect, int]:
        """Begin to listen; returns the ports, which for 0 are those that were free."""
        self.hub = Hub(self._limits, bind=self._bind)
        listening = {}
        for dialect, port in self._ports.items():
            try:
                server = await self._listen(dialect, port)
            except OSError as error:
                await self._close()
                raise PortTaken(
                    f"{dialect} cannot listen on port {port} of {self._bind}: {error.strerror}."
                ) from error
            self._servers.append(server)
            listening[dialect] = int(server.sockets[0].getsockname()[1])
        self.hub.start()
        return listening

    async def _listen(self, dialect: Dialect, port: int) -> asyncio.Server:
        return await self.hub.loop.create_server(
            lambda: Connection(self.hub, dialect), self._bind, port, backlog=BACKLOG
        )

    async def stop(self) -> None:
        """Take no connection more, finish what is under way, close."""
        await self._close()
        await self.hub.stop()

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
