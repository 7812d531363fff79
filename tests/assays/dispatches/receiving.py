"""Dispatches for tests, and the other end of a line that gets them."""

from __future__ import annotations

import re
from typing import Any

from assays.actions import dispatches
from assays.models import Dispatch, Instrument
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
