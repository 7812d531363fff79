"""A receiver of one connection at a time on this machine: the link layers, and no database."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from assays.instruments.astm.link import Link as AstmLink
from assays.instruments.astm.options import STANDARD, LinkOptions
from assays.instruments.dialects import Dialect
from assays.instruments.hl7.mllp import Link as MllpLink
from assays.instruments.simulation import hl7
from assays.instruments.wire import Assembled, Event, Verdict

Reply = Callable[[Assembled, int], bytes]


@dataclass
class Receiver:
    """What came in: messages in their order, verdicts of the frames."""

    dialect: Dialect
    port: int = 0
    messages: list[Assembled] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    # What the database does to the n-th event; and what an HL7 message is answered.
    is_stored: Callable[[int], bool] = lambda _number: True
    code: Callable[[int], str] = lambda _number: "AA"
    silence: float = 30.0
    framing: LinkOptions = STANDARD
    _events: int = 0

    @property
    def texts(self) -> list[bytes]:
        """The whole messages."""
        return [one.text for one in self.messages if one.is_complete]

    @property
    def broken(self) -> list[Assembled]:
        return [one for one in self.messages if not one.is_complete]

    def serve(self, listening: socket.socket) -> None:
        while True:
            try:
                connection, _peer = listening.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                self._converse(connection)

    def _converse(self, connection: socket.socket) -> None:
        is_astm = self.dialect is Dialect.ASTM
        link = (
            AstmLink(self.framing, silence=self.silence)
            if is_astm
            else MllpLink(seconds=self.silence)
        )
        connection.settimeout(0.02)
        while not link.is_finished:
            try:
                data = connection.recv(65_536)
            except TimeoutError:
                event = link.expire(time.monotonic())
                if event is not None:
                    connection.sendall(self._settle(link, event))
                continue
            except OSError:
                data = b""
            if not data:
                break
            link.feed(data)
            while (event := link.next(time.monotonic())) is not None:
                connection.sendall(self._settle(link, event))
        event = link.close()
        if event is not None:
            self._settle(link, event)

    def _settle(self, link: AstmLink | MllpLink, event: Event) -> bytes:
        self._events += 1
        is_stored = self.is_stored(self._events)
        if is_stored:
            self.messages.extend(event.messages)
        self.verdicts.extend(frame.verdict for frame in event.frames)
        if isinstance(link, AstmLink):
            return link.settle(is_stored=is_stored)
        code = self.code(len(self.messages))
        ids = [hl7.control_id_of(one.text) for one in event.messages]
        reply = b"".join(
            f"\x0bMSH|^~\\&|labsys\rMSA|{code}|{one}\r\x1c\r".encode() for one in ids if code
        )
        return link.settle(is_stored=is_stored, reply=reply)


@contextlib.contextmanager
def receiver(dialect: Dialect, **behaviour: object) -> Iterator[Receiver]:
    """A receiver on a free port until the end of the block."""
    listening = socket.create_server(("127.0.0.1", 0))
    made = Receiver(dialect, listening.getsockname()[1], **behaviour)  # type: ignore[arg-type]
    thread = threading.Thread(target=made.serve, args=(listening,), daemon=True)
    thread.start()
    try:
        yield made
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(timeout=10)
