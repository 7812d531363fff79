"""Dispatches for tests, and the other end of a line that gets them."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

from assays.actions import deliveries, dispatches
from assays.instruments.delivery import Delivery
from assays.models import Dispatch, Instrument, TransmissionSession
from assays.rules.dispatching import DispatchKind, DispatchStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib.clock import database_now
from tests.assays.listeners.listening import CR, FS, VT, Line
from tests.processes import wait_until

KIND = DispatchKind.WORK_ORDER
_ID = re.compile(rb"MSH(?:\|[^|\r]*){8}\|([^|\r]*)")


def order(control_id: str, note: str = "") -> bytes:
    """A small order in HL7, which asks for the application's answer alone (IHE LAW)."""
    head = f"MSH|^~\\&|labsys||Reader||20260105||OML^O33^OML_O33|{control_id}|P|2.5.1|||NE|AL"
    return f"{head}\rSPM|1|A1\rORC|NW\rOBR|1||{note}|HB\r".encode()


def records(control_id: str, note: str = "") -> bytes:
    """A small order in ASTM."""
    return f"H|\\^&|{control_id}||labsys\rP|1\rO|1|A1||^^^HB|R||||||N||||{note}\rL|1|N\r".encode()


def enqueue(instrument: Instrument, number: int = 1, note: str = "", **more: Any) -> Dispatch:
    """Queue a message to an instrument; its subject is the instrument, which is as good as any."""
    write = records if instrument.protocol == Instrument.Protocol.ASTM else order
    given = {
        "kind": KIND,
        "subject": instrument,
        "content": lambda control_id: write(control_id, note or str(number)),
        **more,
    }
    by = Principal.objects.system("interpret")
    return dispatches.enqueue(
        instrument=instrument, number=number, by=by, at=database_now(), **given
    )


def queue_of(instrument: Instrument, count: int) -> list[Dispatch]:
    return [enqueue(instrument, number) for number in range(1, count + 1)]


def begun(dispatch: Dispatch) -> Dispatch:
    """Take a dispatch for sending as a listener does."""
    by, at = Principal.objects.system("interpret"), database_now()
    with acting(by=by, at=at, action="tests.begin"):
        session = TransmissionSession.objects.create(
            instrument=dispatch.instrument, dialect="HL7", peer="127.0.0.1", opened_at=at
        )
        deliveries.begin(
            dispatch_id=dispatch.pk, listener="here:1/test", session_id=session.pk, by=by, at=at
        )
    dispatch.refresh_from_db()
    return dispatch


def attempted(dispatch: Dispatch, delivery: Delivery) -> Dispatch:
    """Send a dispatch once, and have it end like this."""
    begun(dispatch)
    deliveries.end(
        dispatch_id=dispatch.pk,
        attempt=dispatch.attempts,
        delivery=delivery,
        chance=0.0,
        by=Principal.objects.system("interpret"),
        at=database_now(),
    )
    dispatch.refresh_from_db()
    return dispatch


def control_id_of(block: bytes) -> str:
    """MSH-10 of a block, with or without its envelope; empty where it has none."""
    found = _ID.search(block)
    return found[1].decode() if found else ""


def answer(control_id: str, code: str = "AA", *more: str, kind: str = "ORL^O34^ORL_O42") -> bytes:
    head = f"MSH|^~\\&|Reader||labsys||20260105||{kind}|9|P|2.5.1"
    return "".join(f"{one}\r" for one in (head, f"MSA|{code}|{control_id}", *more)).encode()


def send_answer(line: Line, control_id: str, code: str = "AA", *more: str) -> None:
    line.send(VT + answer(control_id, code, *more) + FS + CR)


def wait_for(dispatch: Dispatch, status: DispatchStatus, *, seconds: float = 60) -> Dispatch:
    """Wait until a dispatch is in a state, and return it as it is then."""

    def is_there() -> bool:
        dispatch.refresh_from_db()
        return dispatch.status == status

    wait_until(is_there, seconds=seconds, what=f"{dispatch} to be {status}")
    return dispatch


def hurry(*made: Dispatch) -> None:
    """Let those that wait for their next attempt go at once."""
    now = database_now()
    with acting(by=Principal.objects.system("sweep"), at=now, action="tests.hurry"):
        for one in made:
            Dispatch.objects.filter(pk=one.pk).update(available_at=now)


class Receiver:
    """A system that is sent messages: it answers each, and does what it says once per control id.

    `hold` says of each block, by how many came before, how many seconds it waits with its answer;
    None: it breaks the line off instead.
    """

    def __init__(self, port: int, *, hold: Callable[[int], float | None] = lambda n: 0.0) -> None:
        self._port, self._hold = port, hold
        self.blocks: list[bytes] = []
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Receiver:
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._is_over.set()
        self._thread.join(60)
        assert not self._thread.is_alive()

    @property
    def ids(self) -> list[str]:
        """The control ids of what came, each time it came."""
        return [control_id_of(block) for block in self.blocks]

    @property
    def effects(self) -> list[str]:
        """What was done: each id once, when it first came."""
        return list(dict.fromkeys(self.ids))

    def _run(self) -> None:
        while not self._is_over.is_set():
            try:
                with Line(self._port) as line:
                    line.socket.settimeout(0.5)
                    while self._take(line):
                        pass
            except OSError:
                self._is_over.wait(0.05)

    def _take(self, line: Line) -> bool:
        try:
            block = line.block()
        except TimeoutError:
            return not self._is_over.is_set()
        if not block:
            return False
        self.blocks.append(block)
        seconds = self._hold(len(self.blocks) - 1)
        if seconds is None:
            return False
        self._is_over.wait(seconds)
        send_answer(line, control_id_of(block))
        return True
