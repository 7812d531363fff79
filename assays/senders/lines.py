"""One TCP connection of an instrument to this machine, and the count of what came of it."""

from __future__ import annotations

import contextlib
import socket
import time
from dataclasses import dataclass, fields

CHUNK = 65_536


class LineLost(Exception):
    """The other side closed the connection, or none could be made."""


@dataclass
class Tally:
    """What a run of messages came to.

    `acknowledged` counts messages acknowledged to their end, `unanswered` those that were not although
    they were sent as often as an instrument tries, `refused` those that the receiver turned down.
    """

    messages: int = 0
    acknowledged: int = 0
    naks: int = 0
    resent: int = 0
    unanswered: int = 0
    refused: int = 0

    @property
    def is_complete(self) -> bool:
        return self.acknowledged == self.messages

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Tally)))

    def __str__(self) -> str:
        return (
            f"{self.messages} sent, {self.acknowledged} acknowledged, {self.naks} NAKs, "
            f"{self.resent} resent, {self.refused} refused, {self.unanswered} unanswered"
        )


class Line:
    """A connection that is made when something is sent, and made anew after it was lost."""

    def __init__(self, address: tuple[str, int], *, patience: float) -> None:
        self.address = address
        self.patience = patience
        self._socket: socket.socket | None = None

    def open(self) -> None:
        """Make the connection now; raises LineLost where nobody listens."""
        self._connected()

    def send(self, content: bytes) -> None:
        """Send bytes; raises LineLost where nobody listens or the connection is gone."""
        try:
            self._connected().sendall(content)
        except OSError as lost:
            self.close()
            raise LineLost(str(lost)) from lost

    def receive(self, *, seconds: float | None = None) -> bytes:
        """Return what comes next, or nothing at all after the patience; raises LineLost."""
        connection = self._connected()
        connection.settimeout(max(0.001, self.patience if seconds is None else seconds))
        try:
            found = connection.recv(CHUNK)
        except TimeoutError:
            return b""
        except OSError as lost:
            self.close()
            raise LineLost(str(lost)) from lost
        if not found:
            self.close()
            raise LineLost("the connection was closed")
        return found

    def fall_silent(self, seconds: float) -> None:
        """Say nothing for so long, or until the other side gives up."""
        until = time.monotonic() + seconds
        with contextlib.suppress(LineLost):
            while (left := until - time.monotonic()) > 0:
                self.receive(seconds=left)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _connected(self) -> socket.socket:
        if self._socket is None:
            try:
                self._socket = self._connect()
            except OSError as refused:
                raise LineLost(str(refused)) from refused
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._socket

    def _connect(self) -> socket.socket:
        return socket.create_connection(self.address, timeout=self.patience)


class CalledLine(Line):
    """The line of an instrument that is a server: whoever calls it is on the other side."""

    def __init__(self, address: tuple[str, int], *, patience: float) -> None:
        super().__init__(address, patience=patience)
        self._door = socket.create_server(address)
        self.address = self._door.getsockname()[:2]

    def hang_up(self) -> None:
        """Close the connection and take no other."""
        self.close()
        self._door.close()

    def _connect(self) -> socket.socket:
        self._door.settimeout(self.patience)
        return self._door.accept()[0]
