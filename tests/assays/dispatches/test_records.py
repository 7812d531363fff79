"""The same over LIS1-A: we are the host on a half-duplex line, and the instrument goes first."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assays.instruments.astm.options import STANDARD
from assays.instruments.astm.sending import framed
from assays.models import (
    Instrument,
    TransmissionFrame,
    TransmissionMessage,
    TransmissionSession,
)
from assays.queries import ledger
from assays.rules.dispatching import DispatchStatus
from tests.assays.dispatches.receiving import enqueue, hurry, wait_for
from tests.assays.listeners import wires
from tests.assays.listeners.listening import (
    ACK,
    ENQ,
    EOT,
    Line,
    Listening,
    astm_message,
    frames,
    listening,
)

S = DispatchStatus


@pytest.fixture
def counter(fresh_database: str) -> Instrument:
    return wires.instrument("ASTM", code="counter")


@pytest.fixture
def listeners(counter: Instrument) -> Iterator[Listening]:
    with listening() as made:
        yield made


@pytest.fixture
def line(listeners: Listening) -> Iterator[Line]:
    with listeners.astm() as made:
        yield made


def take(line: Line, content: bytes) -> None:
    """Take a message as an instrument does, from its bid to its end."""
    assert line.answer() == ENQ
    take_frames(line, content)


def take_frames(line: Line, content: bytes) -> None:
    line.send(ACK)
    for frame in framed(content, STANDARD):
        assert b"".join(line.answer() for _byte in frame) == frame
        line.send(ACK)
    assert line.answer() == EOT


def test_records_leave_in_frames_in_a_conversation_of_their_own(
    counter: Instrument, line: Line
) -> None:
    made = enqueue(counter)

    take(line, bytes(made.content))

    wait_for(made, S.ACCEPTED)
    kept = TransmissionFrame.objects.filter(direction="OUT").order_by("sequence")
    assert [bytes(one.content) for one in kept] == framed(bytes(made.content), STANDARD)
    session = TransmissionSession.objects.get(pk=kept[0].session_id)
    assert session.instrument == counter
    assert ledger.take().is_balanced


def test_what_the_instrument_sends_goes_before(counter: Instrument, line: Line) -> None:
    assert line.ask(ENQ) == ACK
    made = enqueue(counter)
    for content in frames(astm_message()):
        assert line.ask(content) == ACK
    line.send(EOT)

    take(line, bytes(made.content))

    wait_for(made, S.ACCEPTED)
    assert TransmissionMessage.objects.count() == 1


def test_a_broken_line_means_the_same_records_again(
    counter: Instrument, listeners: Listening
) -> None:
    made = enqueue(counter)
    with listeners.astm() as line:
        assert line.answer() == ENQ
        line.send(ACK)
        line.answer()
    wait_for(made, S.QUEUED)
    hurry(made)

    with listeners.astm() as line:
        take(line, bytes(made.content))
        wait_for(made, S.ACCEPTED)
    assert made.attempts == 2


def test_what_no_frame_can_carry_is_given_up_and_nothing_waits_behind_it(
    counter: Instrument, line: Line
) -> None:
    broken = enqueue(counter, content=lambda control_id: b"H|\\^&\x02\r")
    made = enqueue(counter, 2)

    take(line, bytes(made.content))

    assert "control character" in wait_for(broken, S.DEAD).reason
    wait_for(made, S.ACCEPTED)
