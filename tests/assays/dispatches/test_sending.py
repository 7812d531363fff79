"""Messages leave over the lines that instruments opened: in order, one at a time, once in effect."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assays.models import (
    Dispatch,
    DispatchEvent,
    Instrument,
    TransmissionFrame,
    TransmissionMessage,
    TransmissionSession,
)
from assays.queries import ledger
from assays.rules.dispatching import DispatchKind, DispatchStatus
from labsys.accounts.roles import Role
from tests.assays.dispatches.receiving import (
    answer,
    control_id_of,
    enqueue,
    hurry,
    queue_of,
    send_answer,
    wait_for,
)
from tests.assays.listeners import wires
from tests.assays.listeners.listening import (
    Line,
    Listening,
    hl7_message,
    listening,
    wrapped,
)
from tests.clients import client_of

S = DispatchStatus


@pytest.fixture
def reader(fresh_database: str) -> Instrument:
    return wires.instrument("HL7", code="reader")


@pytest.fixture
def listeners(reader: Instrument) -> Iterator[Listening]:
    with listening() as made:
        yield made


@pytest.fixture
def line(listeners: Listening) -> Iterator[Line]:
    with listeners.mllp() as made:
        yield made


def test_a_message_leaves_over_the_line_that_its_instrument_opened(
    reader: Instrument, line: Line
) -> None:
    made = enqueue(reader)

    assert line.block() == bytes(made.content)
    send_answer(line, made.control_id, "AA", "ORC|OK")

    wait_for(made, S.ACCEPTED)
    assert bytes(made.answer) == answer(made.control_id, "AA", "ORC|OK")
    assert made.attempts == 1


def test_it_is_stored_as_sent_before_it_leaves(reader: Instrument, line: Line) -> None:
    made = enqueue(reader)

    block = wrapped(line.block())

    frame = TransmissionFrame.objects.get(direction="OUT")
    assert (bytes(frame.content), frame.verdict) == (block, "SENT")
    made.refresh_from_db()
    assert made.status == S.SENDING
    event = DispatchEvent.objects.get(dispatch=made, new=S.SENDING)
    assert event.session_id == frame.session_id
    send_answer(line, made.control_id)
    wait_for(made, S.ACCEPTED)


def test_messages_leave_in_their_order_one_at_a_time(reader: Instrument, line: Line) -> None:
    made = queue_of(reader, 5)

    for one in made:
        assert control_id_of(line.block()) == one.control_id
        assert Dispatch.objects.filter(status=S.SENDING).count() == 1
        send_answer(line, one.control_id)

    wait_for(made[-1], S.ACCEPTED)
    assert {one.status for one in Dispatch.objects.all()} == {S.ACCEPTED}


def test_a_page_shows_the_frames_of_its_own_message_alone(reader: Instrument, line: Line) -> None:
    made = queue_of(reader, 3)
    for one in made:
        line.block()
        send_answer(line, one.control_id)
    wait_for(made[-1], S.ACCEPTED)
    client = client_of(Role.TECHNOLOGIST)

    for one in made:
        frames = client.get(f"/outbox/{one.pk}/").context["frames"]
        assert [frame.verdict for frame in frames] == ["SENT", "ANSWER"]
        assert all(one.control_id.encode() in bytes(frame.content) for frame in frames)


def test_an_answer_goes_before_what_nobody_waits_for(reader: Instrument, line: Line) -> None:
    first, _second = queue_of(reader, 2)
    assert control_id_of(line.block()) == first.control_id
    asked = enqueue(reader, 3, kind=DispatchKind.QUERY_ANSWER)

    send_answer(line, first.control_id)

    assert control_id_of(line.block()) == asked.control_id


def test_a_late_answer_is_never_taken_for_that_to_the_next(reader: Instrument, line: Line) -> None:
    first, second = queue_of(reader, 2)
    assert control_id_of(line.block()) == first.control_id
    send_answer(line, first.control_id, "AR")
    assert control_id_of(line.block()) == second.control_id

    send_answer(line, first.control_id, "AA")
    line.send(wrapped(hl7_message("7")))  # what comes behind it is taken
    assert b"MSA|AA|7" in line.block()

    second.refresh_from_db()
    assert second.status == S.SENDING
    assert wait_for(first, S.REFUSED).reason == "It was answered AR, and not why."
    verdicts = set(TransmissionFrame.objects.values_list("verdict", flat=True))
    assert {"SENT", "ANSWER", "STRAY"} <= verdicts
    assert TransmissionMessage.objects.count() == 1


def test_trouble_at_the_other_end_passes(reader: Instrument, line: Line) -> None:
    made = enqueue(reader)
    line.block()
    send_answer(line, made.control_id, "AE", "ERR|||207^Application internal error^HL70357|E")
    wait_for(made, S.QUEUED)
    assert made.available_at > made.recorded_at

    hurry(made)

    assert line.block() == bytes(made.content)
    send_answer(line, made.control_id)
    assert wait_for(made, S.ACCEPTED).attempts == 2


def test_what_waits_for_its_next_attempt_is_not_overtaken(reader: Instrument, line: Line) -> None:
    first, second = queue_of(reader, 2)
    line.block()
    send_answer(line, first.control_id, "CE")
    wait_for(first, S.QUEUED)
    hurry(first)

    assert control_id_of(line.block()) == first.control_id
    send_answer(line, first.control_id)
    assert control_id_of(line.block()) == second.control_id


def test_a_lost_line_means_the_same_message_again_under_the_same_id(
    reader: Instrument, listeners: Listening
) -> None:
    made = enqueue(reader)
    with listeners.mllp() as line:
        assert line.block() == bytes(made.content)
    wait_for(made, S.QUEUED)
    hurry(made)

    with listeners.mllp() as line:
        assert line.block() == bytes(made.content)
        send_answer(line, made.control_id)
        wait_for(made, S.ACCEPTED)


def test_results_are_taken_while_an_answer_is_waited_for(reader: Instrument, line: Line) -> None:
    made = enqueue(reader)
    line.block()

    line.send(wrapped(hl7_message("7")))

    assert b"MSA|AA|7" in line.block()
    send_answer(line, made.control_id)
    wait_for(made, S.ACCEPTED)


def test_two_instruments_do_not_wait_for_each_other(reader: Instrument, line: Line) -> None:
    # Behind one address: which it is stands in its messages.
    other = wires.instrument("HL7", code="other", sender="Invented")
    with Line(line.socket.getpeername()[1]) as second:
        second.send(wrapped(hl7_message("1")))
        second.block()
        theirs, ours = enqueue(other), enqueue(reader)

        assert second.block() == bytes(theirs.content)
        line.send(wrapped(hl7_message("2", sender="Somebody")))
        assert b"MSA|AA|2" in line.block()
        assert line.block() == bytes(ours.content)


def test_nothing_is_sent_where_nobody_knows_who_listens(
    reader: Instrument, listeners: Listening
) -> None:
    wires.instrument("HL7", code="twin")
    made = enqueue(reader)
    with listeners.mllp() as line:
        line.send(wrapped(hl7_message("1")))
        assert b"MSA|AA|1" in line.block()

    made.refresh_from_db()
    assert (made.status, made.attempts) == (S.QUEUED, 0)


def test_the_ledger_balances_after_sending(reader: Instrument, line: Line) -> None:
    made = enqueue(reader)
    line.block()
    send_answer(line, made.control_id)
    wait_for(made, S.ACCEPTED)

    found = ledger.take()
    assert found.is_balanced
    session = TransmissionSession.objects.get()
    assert session.frames == TransmissionFrame.objects.count() == 2
