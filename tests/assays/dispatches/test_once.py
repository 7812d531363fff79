"""Where other systems lost, doubled or mixed up messages: exactly one effect of each, in order."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assays.instruments.dialects import Dialect
from assays.listeners import links
from assays.models import Dispatch, Instrument
from assays.queries import ledger
from assays.rules import dispatching
from assays.rules.dispatching import DispatchStatus
from tests.assays.dispatches.receiving import (
    Receiver,
    control_id_of,
    enqueue,
    queue_of,
    send_answer,
    wait_for,
)
from tests.assays.listeners import wires
from tests.assays.listeners.listening import Listening, listening
from tests.processes import wait_until

S = DispatchStatus
ANSWER_SECONDS = 0.6


@pytest.fixture
def reader(fresh_database: str) -> Instrument:
    return wires.instrument("HL7", code="reader")


@pytest.fixture
def listeners(reader: Instrument, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listening]:
    """Listeners that wait for an answer half a second, and repeat at once."""
    monkeypatch.setattr(links, "link", lambda *_, **__: links.Blocks(seconds=ANSWER_SECONDS))
    monkeypatch.setattr(dispatching, "pause", lambda attempts, chance: 0.05)
    with listening() as made:
        yield made


def all_are(status: DispatchStatus) -> bool:
    return not Dispatch.objects.exclude(status=status).exists()


def test_after_a_time_out_the_line_is_closed_and_the_late_answer_goes_nowhere(
    reader: Instrument, listeners: Listening
) -> None:
    first, second = queue_of(reader, 2)
    with listeners.mllp() as line:
        assert control_id_of(line.block()) == first.control_id
        assert line.block() == b""  # closed, before anything else was sent
        with pytest.raises(OSError):  # noqa: PT011 - whichever way the system says so
            for _time in range(20):
                send_answer(line, first.control_id)
                line.socket.recv(1)

    with listeners.mllp() as line:
        assert control_id_of(line.block()) == first.control_id
        second.refresh_from_db()
        assert (second.status, second.attempts) == (S.QUEUED, 0)
        send_answer(line, first.control_id)
        assert control_id_of(line.block()) == second.control_id
        send_answer(line, second.control_id)
        wait_for(second, S.ACCEPTED)
    assert wait_for(first, S.ACCEPTED).attempts == 2


@pytest.mark.parametrize("many", [120, pytest.param(1000, marks=pytest.mark.torture)])
def test_a_slow_receiver_gets_many_messages_once_in_effect_and_in_order(
    reader: Instrument, listeners: Listening, many: int
) -> None:
    made = queue_of(reader, many)

    # Now and then it is too late, or gone.
    def hold(number: int) -> float | None:
        if number % 97 == 41:
            return ANSWER_SECONDS * 2
        return None if number % 97 == 83 else 0.001

    with Receiver(listeners.ports[Dialect.HL7], hold=hold) as receiver:
        wait_until(lambda: all_are(S.ACCEPTED), seconds=600, what="everything to be accepted")

    assert receiver.effects == [one.control_id for one in made]
    again = len(receiver.ids) - many
    assert 0 < again <= many / 20
    by_id = {control_id_of(block): block for block in receiver.blocks}
    assert [by_id[one.control_id] for one in made] == [bytes(one.content) for one in made]
    assert ledger.take().is_balanced


def test_an_edit_reaches_the_receiver_after_what_it_edits(
    reader: Instrument, listeners: Listening
) -> None:
    first = enqueue(reader, 1, "resistant")
    edited = enqueue(reader, 2, "susceptible")

    with Receiver(listeners.ports[Dialect.HL7]) as receiver:
        wait_for(edited, S.ACCEPTED)

    assert receiver.effects == [first.control_id, edited.control_id]
    assert b"susceptible" in receiver.blocks[-1]


def test_a_receiver_that_answers_nothing_is_given_up_and_the_next_is_not_kept_waiting(
    reader: Instrument, listeners: Listening
) -> None:
    deaf, heard = queue_of(reader, 2)

    def hold(number: int) -> float | None:
        return None if number < dispatching.MOST_ATTEMPTS else 0.0

    with Receiver(listeners.ports[Dialect.HL7], hold=hold) as receiver:
        wait_for(heard, S.ACCEPTED)

    assert receiver.ids == [deaf.control_id] * dispatching.MOST_ATTEMPTS + [heard.control_id]
    assert wait_for(deaf, S.DEAD).attempts == dispatching.MOST_ATTEMPTS
