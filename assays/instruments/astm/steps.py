"""The receiving side of LIS1-A as a table: a state, what came, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assays.instruments.astm.scanning import ACK, NAK
from assays.instruments.wire import Verdict
from assays.rules.states import SessionState


class State(StrEnum):
    NEUTRAL = "NEUTRAL"
    AWAITING = "AWAITING"  # bid for, no frame accepted yet
    TRANSFER = "TRANSFER"
    BROKEN = "BROKEN"  # a frame is missing and the sender went on
    FINISHED = "FINISHED"  # nothing more is taken from this connection


class Input(StrEnum):
    """A unit of the stream, as it fits what came before."""

    BID = "BID"
    DUE = "DUE"  # right, and its number is next
    AGAIN = "AGAIN"  # the last accepted frame once more
    CHANGED = "CHANGED"  # its number with another content
    STRAY = "STRAY"  # any other number
    ADRIFT = "ADRIFT"  # the sender went on without repairing what was refused
    DAMAGED = "DAMAGED"
    MALFORMED = "MALFORMED"
    RESTARTED = "RESTARTED"
    CUT = "CUT"
    TOO_LONG = "TOO_LONG"
    NOISE = "NOISE"
    END = "END"


@dataclass(frozen=True, slots=True)
class Step:
    """What a unit is called, where it leads and what is answered, stored or `unstored`."""

    to: State
    verdict: Verdict
    reply: bytes = b""
    unstored: bytes = b""
    takes: bool = False
    begins: bool = False
    ends: SessionState | None = None
    # Ends the conversation first; the unit then begins the next one.
    comes_again: bool = False


_S, _I, _V = State, Input, Verdict


def _refusal(to: State, verdict: Verdict) -> Step:
    return Step(to, verdict, NAK, NAK)


def _outside(verdict: Verdict, reply: bytes, ends: SessionState, to: State = _S.NEUTRAL) -> Step:
    return Step(to, verdict, reply, reply, begins=True, ends=ends)


def _during(state: State) -> dict[Input, Step]:
    """What holds in every conversation."""
    return {
        _I.STRAY: _refusal(state, _V.BAD_NUMBER),
        _I.ADRIFT: _refusal(_S.BROKEN, _V.BAD_NUMBER),
        _I.AGAIN: Step(state, _V.REPEATED, ACK, NAK),
        _I.CHANGED: _refusal(_S.BROKEN, _V.CHANGED),
        _I.DAMAGED: _refusal(state, _V.BAD_CHECKSUM),
        _I.MALFORMED: _refusal(state, _V.MALFORMED),
        _I.RESTARTED: Step(state, _V.MALFORMED),
        _I.CUT: Step(state, _V.CUT),
        _I.NOISE: Step(state, _V.NOISE),
        _I.TOO_LONG: Step(_S.FINISHED, _V.TOO_LONG, NAK, NAK, ends=SessionState.LOST),
        _I.END: Step(_S.NEUTRAL, _V.END, ends=SessionState.ENDED),
    }


_LOST = SessionState.LOST
_AGAIN = Step(_S.NEUTRAL, _V.BID, b"", NAK, ends=_LOST, comes_again=True)
# Without frames there are senders without a bid: a whole text is a conversation of its own.
UNASKED = Step(_S.NEUTRAL, _V.ACCEPTED, ACK, NAK, takes=True, begins=True, ends=SessionState.ENDED)
TABLE: dict[State, dict[Input, Step]] = {
    _S.NEUTRAL: {
        _I.BID: Step(_S.AWAITING, _V.BID, ACK, NAK, begins=True),
        _I.END: _outside(_V.END, b"", SessionState.ENDED),
        _I.NOISE: _outside(_V.NOISE, b"", SessionState.ENDED),
        # Nobody bid: a sender that went on after a silence learns to begin anew.
        **dict.fromkeys(
            (_I.DUE, _I.AGAIN, _I.CHANGED, _I.STRAY, _I.ADRIFT), _outside(_V.BAD_NUMBER, NAK, _LOST)
        ),
        _I.DAMAGED: _outside(_V.BAD_CHECKSUM, NAK, _LOST),
        _I.MALFORMED: _outside(_V.MALFORMED, NAK, _LOST),
        _I.RESTARTED: _outside(_V.MALFORMED, b"", _LOST),
        _I.CUT: _outside(_V.CUT, b"", _LOST),
        _I.TOO_LONG: _outside(_V.TOO_LONG, NAK, _LOST, _S.FINISHED),
    },
    _S.AWAITING: {
        **_during(_S.AWAITING),
        _I.BID: Step(_S.AWAITING, _V.BID, ACK, NAK),
        _I.DUE: Step(_S.TRANSFER, _V.ACCEPTED, ACK, NAK, takes=True),
    },
    _S.TRANSFER: {
        **_during(_S.TRANSFER),
        _I.BID: _AGAIN,
        _I.DUE: Step(_S.TRANSFER, _V.ACCEPTED, ACK, NAK, takes=True),
    },
    _S.BROKEN: {
        **_during(_S.BROKEN),
        _I.BID: _AGAIN,
        _I.DUE: _refusal(_S.BROKEN, _V.BAD_NUMBER),
        _I.AGAIN: _refusal(_S.BROKEN, _V.BAD_NUMBER),
    },
    # Nothing is fed any more; whatever were left is noise.
    _S.FINISHED: {input_: Step(_S.FINISHED, _V.NOISE) for input_ in Input},
}
