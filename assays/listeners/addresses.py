"""Who may connect: the addresses of active instruments, as the database said a moment ago."""

from __future__ import annotations

import asyncio
import math
import time
from ipaddress import IPv6Address, ip_address

from assays.instruments.dialects import Dialect
from assays.listeners.writer import Writer
from assays.rules.sources import Address, Source, admitted

REFUSALS_KEPT = 1000


def address(text: str) -> Address:
    """Return a peer's address; an IPv4 one that came over an IPv6 socket as IPv4."""
    found = ip_address(text.partition("%")[0])
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        return found.ipv4_mapped
    return found


class Directory:
    """The active instruments, read again every few seconds and when somebody connects."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._sources: tuple[Source, ...] = ()
        self._reading = asyncio.Lock()
        self._asked = self._answered = 0

    async def refresh(self) -> None:
        """Read the instruments anew; any number who ask meanwhile share the next reading.

        While the database is away the last answer stands.
        """
        self._asked += 1
        mine = self._asked
        async with self._reading:
            if self._answered >= mine:
                return
            newest = self._asked
            found = await self._writer.sources()
            if isinstance(found, tuple):
                self._sources = found
            self._answered = newest

    def admitted(self, dialect: Dialect, peer: Address) -> tuple[Source, ...]:
        """Return the active instruments that may speak this dialect from this address."""
        return admitted(self._sources, protocol=dialect.value, peer=peer)


class Refusals:
    """Which refused callers are worth a row: each address once a minute."""

    def __init__(self, *, seconds: float = 60.0) -> None:
        self._seconds = seconds
        self._noted: dict[Address, float] = {}

    def is_due(self, peer: Address) -> bool:
        """Return whether this caller was not noted lately, and note it."""
        now = time.monotonic()
        if now - self._noted.get(peer, -math.inf) < self._seconds:
            return False
        if len(self._noted) >= REFUSALS_KEPT:
            self._noted = {p: at for p, at in self._noted.items() if now - at < self._seconds}
            if len(self._noted) >= REFUSALS_KEPT:
                return False
        self._noted[peer] = now
        return True
