"""Analysers of a benchmark: one process, any number of MLLP connections, no Django.

`python -m bench.callers PORT CONNECTIONS SECONDS RATE` sends messages of twenty results and prints
how many were answered AA and the time to each answer, in seconds, as JSON. RATE 0: each connection
sends its next message when the last one is answered. Else so many a second over all connections, and
an answer's time counts from when its message was due.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time
from itertools import count

RESULTS = 20
PATIENCE = 30.0
_numbers = count(1)


def message(number: int) -> bytes:
    """An OUL^R22 of twenty results of one specimen, as IHE LAW shapes it."""
    segments = [
        f"MSH|^~\\&|Bench|Invented|labsys|Lab|20260102030405+0000||OUL^R22^OUL_R22|B{number}|P|2.5.1"
        "|||NE|AL||UNICODE UTF-8|||LAB-29^IHE",
        f"SPM|1|{number:010d}||BLD|||||||P",
        f"OBR|1|{number:010d}||PANEL^Twenty assays^99BEN",
    ]
    for place in range(1, RESULTS + 1):
        segments.append(
            f"OBX|{place}|NM|T{place:02d}^Assay {place}^99BEN|1|{place * 1.5:.1f}|mmol/L^^UCUM|1.0-40.0"
            "|N|||F|||20260102030300+0000||operator||Bench^Invented^4711|20260102030400+0000"
        )
    return b"\x0b" + "".join(f"{segment}\r" for segment in segments).encode() + b"\x1c\r"


class Caller:
    """One connection with at most one message under way."""

    def __init__(self, port: int) -> None:
        self.line = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.due = 0.0
        self.is_waiting = False
        self._number = 0
        self._heard = b""

    def send(self, due: float) -> None:
        self.due, self.is_waiting = due, True
        self._number = next(_numbers)
        self.line.sendall(message(self._number))

    def hear(self) -> bool:
        """Read on; returns whether the answer is there. It must be AA, to this very message."""
        part = self.line.recv(65536)
        if not part:
            raise SystemExit("the listener hung up")
        self._heard += part
        if not self._heard.endswith(b"\x1c\r"):
            return False
        if f"|AA|B{self._number}\r".encode() not in self._heard:
            raise SystemExit(f"not taken: {self._heard!r}")
        self._heard, self.is_waiting = b"", False
        return True


def flat_out(callers: list[Caller], seconds: float) -> list[float]:
    """Send as fast as answers come; returns the times to the answers."""
    took: list[float] = []
    with selectors.DefaultSelector() as ready:
        until = time.monotonic() + seconds
        for caller in callers:
            ready.register(caller.line, selectors.EVENT_READ, caller)
            caller.send(time.monotonic())
        waiting = len(callers)
        while waiting:
            for key, _events in ready.select(PATIENCE):
                caller = key.data
                if caller.hear():
                    now = time.monotonic()
                    took.append(now - caller.due)
                    if now < until:
                        caller.send(time.monotonic())
                    else:
                        waiting -= 1
    return took


def at_a_rate(callers: list[Caller], seconds: float, rate: float) -> list[float]:
    """Send at fixed moments, each connection in turn, however late the answers are."""
    took: list[float] = []
    begun = time.monotonic()
    moments = [begun + place / rate for place in range(int(seconds * rate))]
    with selectors.DefaultSelector() as ready:
        for caller in callers:
            ready.register(caller.line, selectors.EVENT_READ, caller)
        place = 0
        while place < len(moments) or any(caller.is_waiting for caller in callers):
            now = time.monotonic()
            idle = [caller for caller in callers if not caller.is_waiting]
            while idle and place < len(moments) and moments[place] <= now:
                idle.pop().send(moments[place])
                place += 1
            pause = PATIENCE
            if place < len(moments) and idle:
                pause = max(0.0, moments[place] - time.monotonic())
            for key, _events in ready.select(pause):
                if key.data.hear():
                    took.append(time.monotonic() - key.data.due)
    return took


def main(port: int, connections: int, seconds: float, rate: float) -> None:
    callers = [Caller(port) for _number in range(connections)]
    flat_out(callers, 0.5)
    begun = time.monotonic()
    took = at_a_rate(callers, seconds, rate) if rate else flat_out(callers, seconds)
    print(json.dumps({"seconds": time.monotonic() - begun, "took": took}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4]))
