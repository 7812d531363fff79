"""The listeners in a thread of the test's process, and instruments that call them over TCP."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

from assays.instruments.dialects import Dialect
from assays.listeners.limits import Limits
from assays.listeners.server import Listeners

PATIENCE = 60.0
ENQ, ACK, NAK, EOT, STX, ETX, ETB = b"\x05", b"\x06", b"\x15", b"\x04", b"\x02", b"\x03", b"\x17"
VT, FS, CR = b"\x0b", b"\x1c", b"\r"


class Listening:
    """Listeners on free ports, until `stop`."""

    def __init__(self, **limits: int) -> None:
        self._limits = Limits(**limits)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))
        self._thread.start()
        assert self._ready.wait(PATIENCE)

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        ports = {Dialect.ASTM: 0, Dialect.HL7: 0}
        listeners = Listeners(bind="127.0.0.1", ports=ports, limits=self._limits)
        self.ports = await listeners.start()
        self.hub = listeners.hub
        self._ready.set()
        await self._stopping.wait()
        await listeners.stop()

    @property
    def commits(self) -> int:
        return self.hub.writer.commits

    def stop(self) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(PATIENCE)
        assert not self._thread.is_alive()

    def stand_still(self, seconds: float) -> None:
        """Let nothing be read for a while."""
        self._loop.call_soon_threadsafe(time.sleep, seconds)

    @property
    def astm_port(self) -> int:
        return self.ports[Dialect.ASTM]

    def astm(self) -> Line:
        return Line(self.ports[Dialect.ASTM])

    def mllp(self) -> Line:
        return Line(self.ports[Dialect.HL7])


class Line:
    """An instrument's end of a connection."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def close(self) -> None:
        self.socket.close()

    def send(self, content: bytes) -> None:
        self.socket.sendall(content)

    def answer(self) -> bytes:
        """Return the one byte that answers a bid or a frame; b"" where the other end closed."""
        try:
            return self.socket.recv(1)
        except ConnectionResetError:
            return b""

    def ask(self, content: bytes) -> bytes:
        self.send(content)
        return self.answer()

    def block(self) -> bytes:
        """Return the reply to an MLLP block without its envelope; b"" where the other end closed."""
        found = b""
        while not found.endswith(FS + CR):
            try:
                part = self.socket.recv(65536)
            except ConnectionResetError:
                part = b""
            if not part:
                return b""
            found += part
        return found.removeprefix(VT).removesuffix(FS + CR)

    def send_message(self, *texts: bytes) -> None:
        """Send one ASTM message of a frame per text, in a conversation of its own."""
        assert self.ask(ENQ) == ACK
        for content in frames(*texts):
            assert self.ask(content) == ACK
        self.send(EOT)


def frames(*texts: bytes, first: int = 1) -> list[bytes]:
    """Wrap texts into the frames of one message."""
    made = []
    for place, text in enumerate(texts):
        end = ETX if place == len(texts) - 1 else ETB
        body = b"%d" % ((first + place) % 8) + text + end
        made.append(STX + body + b"%02X" % (sum(body) % 256) + b"\r\n")
    return made


def astm_message(specimen: str = "A1", sender: str = "Invented^1") -> bytes:
    """The text of a small ASTM message."""
    records = (
        f"H|\\^&|||{sender}|||||||P|1|20260102030405",
        "P|1",
        f"O|1|{specimen}||^^^HB",
        "R|1|^^^HB|13.2|g/dL||N||F||||20260102030400",
        "L|1|N",
    )
    return "".join(f"{record}\r" for record in records).encode()


def hl7_message(control_id: str = "1", sender: str = "Invented", padding: int = 0) -> bytes:
    """The text of a small HL7 message, with a note of so many bytes."""
    segments = (
        f"MSH|^~\\&|{sender}|Bench|LIS|Lab|20260102030405||ORU^R01^ORU_R01|{control_id}|P|2.5.1",
        "PID|1",
        "OBR|1||A1|CBC^Count",
        "OBX|1|NM|HB^Haemoglobin||13.2|g/dL|||||F",
        f"NTE|1||{'x' * padding}",
    )
    return "".join(f"{segment}\r" for segment in segments).encode()


def wrapped(message: bytes) -> bytes:
    return VT + message + FS + CR


@contextlib.contextmanager
def listening(**options: Any) -> Iterator[Listening]:
    """Listen for the time of a test."""
    made = Listening(**options)
    try:
        yield made
    finally:
        made.stop()
