"""HL7 over MLLP: one block, one answer, matched by MSA-2."""

from __future__ import annotations

import time

from assays.instruments.simulation import hl7
from assays.instruments.simulation.recordings import FS_CR, VT
from assays.senders.delivering import Outcome
from assays.senders.lines import Line, Tally

ACCEPTED = frozenset({"AA", "CA"})
# The receiver's own trouble: a resend may help.
TRY_AGAIN = frozenset({"AE", "CE"})


class Blocks:
    """Says messages as MLLP blocks."""

    def say(self, line: Line, content: bytes, tally: Tally, *, damaged: bool) -> Outcome:
        line.send(VT + content + FS_CR)
        code = answer_to(hl7.control_id_of(content), line)
        if code in ACCEPTED:
            return Outcome.ACKNOWLEDGED
        tally.naks += code != ""
        return Outcome.UNANSWERED if code in TRY_AGAIN or not code else Outcome.REFUSED

    def half(self, line: Line, content: bytes) -> None:
        line.send(VT + content[: len(content) // 2])


def answer_to(control_id: str, line: Line) -> str:
    """Return MSA-1 of the answer to this message, or nothing where none came in time.

    Answers to other messages are passed over: they came too late.
    """
    until = time.monotonic() + line.patience
    pending = b""
    while (left := until - time.monotonic()) > 0:
        pending += line.receive(seconds=left)
        *blocks, pending = pending.split(FS_CR)
        for block in blocks:
            found = hl7.read_answer(block)
            if found is not None and found[1] == control_id:
                return found[0]
    return ""
