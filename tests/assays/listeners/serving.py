"""The real `serve_instruments` process of a test, and a sender that goes on until it is answered."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

from tests.assays.listeners.listening import (
    ACK,
    ENQ,
    EOT,
    Line,
    frames,
    hl7_message,
    wrapped,
)
from tests.processes import Services, wait_until

PATIENCE = 120.0
PORTS = re.compile(r"listening: ASTM 127\.0\.0\.1:(\d+), HL7 127\.0\.0\.1:(\d+)\n")
ANY_PORT = {"LABSYS_ASTM_PORT": "0", "LABSYS_MLLP_PORT": "0"}


@dataclass
class Server:
    """A listener that runs in a process of its own."""

    process: Popen[bytes]
    astm: int
    mllp: int


def serve(services: Services, *, fault: str = "") -> Server:
    """Start the listener; with `fault` it dies at the named point. It must be given ANY_PORT."""
    log = services.folder / "instruments.log"
    before = len(log.read_text()) if log.exists() else 0
    process = services.start("instruments", fault=fault)
    wait_until(
        lambda: PORTS.search(log.read_text(), before) is not None,
        seconds=PATIENCE,
        what="the listener's ports",
        services=services,
    )
    astm, mllp = map(int, PORTS.search(log.read_text(), before).groups())  # type: ignore[union-attr]
    return Server(process, astm, mllp)


def send_astm(port: int, text: bytes) -> int:
    """Send a message in frames; returns how many were acknowledged (all: it is delivered)."""
    acknowledged = 0
    try:
        with Line(port) as line:
            if line.ask(ENQ) != ACK:
                return 0
            for content in frames(text[:50], text[50:100], text[100:]):
                if line.ask(content) != ACK:
                    break
                acknowledged += 1
            line.send(EOT)
    except OSError:
        pass
    return acknowledged


def send_hl7(port: int, control_id: str) -> bool:
    """Send a block; returns whether it was answered AA."""
    try:
        with Line(port) as line:
            line.send(wrapped(hl7_message(control_id)))
            return f"MSA|AA|{control_id}\r".encode() in line.block()
    except OSError:
        return False


def insist(send: object, *given: object) -> None:
    """Send until it is delivered, as instruments do."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        came = send(*given)  # type: ignore[operator]
        if came is True or came == 3:  # one acknowledged frame of three is not True
            return
        time.sleep(0.2)
    raise AssertionError("not delivered in time")


def text_of(folder: Path) -> str:
    return (folder / "instruments.log").read_text()
