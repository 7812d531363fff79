"""Asking what is to be measured, as an instrument does: an ASTM host query, or LAB-27 of IHE LAW."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime

from assays.instruments.astm.options import STANDARD, LinkOptions
from assays.instruments.astm.scanning import ENQ
from assays.instruments.astm.sending import Patience
from assays.instruments.astm.station import Station
from assays.instruments.dialects import Dialect
from assays.instruments.simulation import hl7
from assays.instruments.simulation.recordings import FS_CR, VT
from assays.senders.lines import Line, LineLost

# After the answer its EOT is still to come.
_LAST_SECONDS = 1.0
_CONTENTION_SECONDS = 1.0


@dataclass
class Asked:
    """What came of asking about one specimen: the messages we were told, as they stood."""

    specimen: str
    told: list[bytes] = field(default_factory=list)
    is_delivered: bool = False

    @property
    def codes(self) -> list[str]:
        """The tests that were ordered, as far as they stand in O.5 or OBR-4."""
        found = []
        for line in b"\r".join(self.told).replace(b"\n", b"\r").split(b"\r"):
            fields = line.decode("utf-8", "replace").split("|")
            if fields[0] == "O" and len(fields) > 4:
                found += [test.strip("^").split("^")[0] for test in fields[4].split("\\")]
            elif fields[0] == "OBR" and len(fields) > 4:
                found.append(fields[4].split("^")[0])
        return [code for code in found if code]

    @property
    def is_answered(self) -> bool:
        return bool(self.told)


def query(dialect: Dialect, sender: str, specimen: str, control_id: str, at: datetime) -> bytes:
    """Return the question about one specimen."""
    moment = f"{at:%Y%m%d%H%M%S}"
    if dialect is Dialect.ASTM:
        lines = [
            f"H|\\^&|{control_id}||{sender}|||||labsys||P|LIS2-A2|{moment}",
            f"Q|1|^{specimen}||ALL||||||||O",
            "L|1|N",
        ]
    else:
        lines = [
            f"MSH|^~\\&|{sender}||labsys||{moment}||QBP^Q11^QBP_Q11|{control_id}|P|2.5.1|||NE|AL||"
            "UNICODE UTF-8|||LAB-27^IHE",
            f"QPD|WOS^Work Order Step^IHELAW|{control_id}|{specimen}",
            "RCP|I||R",
        ]
    return "".join(f"{line}\r" for line in lines).encode()


def ask_astm(
    line: Line,
    asked: Asked,
    text: bytes,
    *,
    patience: float,
    framing: LinkOptions = STANDARD,
    contends: bool = False,
) -> Asked:
    """Ask over a line, and take the answer; with `contends`, bid against the host's first bid."""
    station = Station(framing, patience=Patience())
    station.offer(text)
    until = time.monotonic() + patience
    try:
        while (now := time.monotonic()) < until:
            if data := station.outgoing(now):
                line.send(data)
            if outcome := station.outcome():
                asked.is_delivered |= outcome.is_delivered
                if not outcome.is_delivered:
                    break
            due = station.deadline()
            came = line.receive(seconds=max(0.01, min(until, due or until) - now))
            if contends and asked.is_delivered and came.startswith(ENQ):
                contends = False
                _contend(line, station, text)
                continue
            station.feed(came)
            if _take(line, station, asked, has_come=bool(came)):
                until = min(until, time.monotonic() + _LAST_SECONDS)
    except LineLost:
        pass
    return asked


def _contend(line: Line, station: Station, text: bytes) -> None:
    """Answer a bid with a bid; the instrument goes first, a second later."""
    line.send(ENQ)
    time.sleep(_CONTENTION_SECONDS)
    station.offer(text)


def _take(line: Line, station: Station, asked: Asked, *, has_come: bool) -> bool:
    is_told = False
    event = station.next(time.monotonic())
    if event is None and not has_come:
        event = station.expire(time.monotonic())
    while event is not None:
        asked.told += [message.text for message in event.messages if message.is_complete]
        is_told |= bool(event.messages)
        if reply := station.settle(is_stored=True):
            line.send(reply)
        event = station.next(time.monotonic())
    return is_told


def ask_hl7(line: Line, asked: Asked, text: bytes, *, patience: float) -> Asked:
    """Ask over a line; an order that follows the answer is taken (ORL^O34)."""
    until = time.monotonic() + patience
    pending, control_id = b"", hl7.control_id_of(text)
    try:
        line.send(VT + text + FS_CR)
        while (left := until - time.monotonic()) > 0:
            pending += line.receive(seconds=left)
            *blocks, pending = pending.split(FS_CR)
            for block in blocks:
                answer = hl7.read_answer(block)
                if answer is not None and answer[1] == control_id:
                    asked.is_delivered = True
                    if b"|OK" not in block:
                        return asked
                elif b"|OML^" in block:
                    line.send(VT + _taken(block) + FS_CR)
                    asked.told.append(block.lstrip(VT))
                    return asked
    except LineLost:
        pass
    return asked


def _taken(order: bytes) -> bytes:
    """Return ORL^O34: each order is accepted (ORC-1 OK)."""
    lines = order.lstrip(VT).decode("utf-8", "replace").split("\r")
    head = lines[0].split("|")
    control_id = head[9] if len(head) > 9 else ""
    answer = [
        f"MSH|^~\\&|{head[4]}|{head[5]}|{head[2]}|{head[3]}|{head[6]}||ORL^O34^ORL_O42|R{control_id}|P"
        "|2.5.1|||NE|NE||UNICODE UTF-8|||LAB-28^IHE",
        f"MSA|AA|{control_id}",
    ]
    for one in lines:
        fields = one.split("|")
        if fields[0] == "SPM":
            answer.append(one)
        elif fields[0] == "ORC":
            number = fields[2] if len(fields) > 2 else ""
            answer.append(f"ORC|{'CR' if fields[1] == 'CA' else 'OK'}|{number}")
    return "".join(f"{one}\r" for one in answer).encode()
