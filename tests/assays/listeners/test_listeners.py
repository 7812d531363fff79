"""Instruments call over real connections; what is acknowledged is in the database by then."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import psycopg
import pytest
from django.db import OperationalError, connection

from assays.actions import intake
from assays.models import (
    TransmissionFrame,
    TransmissionMessage,
    TransmissionSession,
)
from assays.queries import ledger
from labsys.lib import faults
from labsys.work import doorbell
from tests.assays.listeners import wires
from tests.assays.listeners.listening import (
    ACK,
    CR,
    ENQ,
    EOT,
    FS,
    NAK,
    STX,
    VT,
    Listening,
    astm_message,
    frames,
    hl7_message,
    listening,
    wrapped,
)
from tests.processes import wait_until


@pytest.fixture
def listeners(fresh_database: str) -> Iterator[Listening]:
    wires.instrument("ASTM", code="counter")
    wires.instrument("HL7", code="reader")
    with listening() as made:
        yield made


@pytest.fixture
def beside(listeners: Listening) -> Iterator[psycopg.Connection]:
    """Another connection to the same database, which sees what is committed alone."""
    with doorbell.open_connection() as line:
        yield line


def stored(beside: psycopg.Connection, content: bytes) -> int:
    found = beside.execute("SELECT count(*) FROM transmission_frame WHERE content = %s", [content])
    return int(found.fetchone()[0])  # type: ignore[index]


def wait_for_sessions(**states: int) -> None:
    def are_so() -> bool:
        return all(
            TransmissionSession.objects.filter(state=state).count() == count
            for state, count in states.items()
        )

    wait_until(are_so, seconds=60, what=f"sessions {states}")


def test_every_acknowledged_frame_is_committed_by_then(
    listeners: Listening, beside: psycopg.Connection
) -> None:
    text = astm_message()
    sent = frames(text[:40], text[40:90], text[90:])
    with listeners.astm() as line:
        assert line.ask(ENQ) == ACK
        assert stored(beside, ENQ) == 1
        for content in sent:
            assert line.ask(content) == ACK
            assert stored(beside, content) == 1
        messages = beside.execute("SELECT status, content FROM assays_transmissionmessage")
        assert messages.fetchall() == [("RECEIVED", text)]
        line.send(EOT)
        wait_for_sessions(ENDED=1)

    session = TransmissionSession.objects.get()
    assert (session.frames, session.messages, session.instrument.code) == (5, 1, "counter")
    carried = TransmissionFrame.objects.exclude(message_id=None)
    assert {frame.message_id for frame in carried} == {TransmissionMessage.objects.get().pk}


def test_every_answered_block_is_committed_by_then(
    listeners: Listening, beside: psycopg.Connection
) -> None:
    with listeners.mllp() as line:
        for number in range(3):
            message = hl7_message(str(number))
            line.send(wrapped(message))

            reply = line.block()

            assert f"MSA|AA|{number}".encode() in reply
            found = beside.execute(
                "SELECT status, control_id, reply FROM assays_transmissionmessage WHERE content = %s",
                [message],
            ).fetchall()
            assert found == [("RECEIVED", str(number), VT + reply + FS + CR)]
    wait_for_sessions(ENDED=1)


def test_a_block_with_an_error_is_answered_as_such_and_kept_and_the_next_is_taken(
    listeners: Listening,
) -> None:
    undecodable = hl7_message("1").replace(b"|P|2.5.1", b"|P|2.5.1||||||UNICODE UTF-8")
    undecodable = undecodable.replace(b"Count", b"Co\xff\xfe")
    training = hl7_message("2").replace(b"|P|2.5.1", b"|T|2.5.1")
    with listeners.mllp() as line:
        line.send(wrapped(undecodable) + wrapped(training) + wrapped(hl7_message("3")))
        replies = b""
        while replies.count(FS + CR) < 3:
            replies += line.socket.recv(65536)

    answered = [reply.split(b"\rMSA|")[1][:4] for reply in replies.split(FS + CR)[:3]]
    assert answered == [b"AE|1", b"AR|2", b"AA|3"]
    assert b"|102^Data type error^HL70357|" in replies
    assert b"|202^Unsupported processing id^HL70357|" in replies
    kept = TransmissionMessage.objects.order_by("pk").values_list("status", "content")
    assert [(status, bytes(content)) for status, content in kept] == [
        ("REJECTED", undecodable),
        ("REJECTED", training),
        ("RECEIVED", hl7_message("3")),
    ]


def test_blocks_sent_at_once_are_answered_one_by_one_in_their_order(listeners: Listening) -> None:
    with listeners.mllp() as line:
        line.send(b"".join(wrapped(hl7_message(str(number))) for number in range(20)))

        replies = line.socket.makefile("rb").read(1)
        del replies
        found = TransmissionMessage.objects.order_by("pk")
        wait_until(lambda: found.count() == 20, seconds=60, what="twenty messages")

    assert [message.control_id for message in found] == [str(number) for number in range(20)]


def test_a_wrong_checksum_is_kept_refused_and_repaired(listeners: Listening) -> None:
    (right,) = frames(astm_message())
    wrong = right.replace(b"13.2", b"13.3")
    with listeners.astm() as line:
        assert [line.ask(ENQ), line.ask(wrong), line.ask(right)] == [ACK, NAK, ACK]
        line.send(EOT)
        wait_for_sessions(ENDED=1)

    verdicts = TransmissionFrame.objects.order_by("sequence").values_list("verdict", flat=True)
    assert list(verdicts) == ["BID", "BAD_CHECKSUM", "ACCEPTED", "END"]
    assert bytes(TransmissionMessage.objects.get().content) == astm_message()


def test_a_connection_lost_in_a_message_leaves_it_incomplete(listeners: Listening) -> None:
    text = astm_message()
    first, _second = frames(text[:60], text[60:])
    with listeners.astm() as line:
        assert [line.ask(ENQ), line.ask(first)] == [ACK, ACK]
    wait_for_sessions(LOST=1)

    message = TransmissionMessage.objects.get()
    assert (message.status, message.instrument.code) == ("INCOMPLETE", "counter")
    assert message.reason
    assert bytes(message.content) == text[:60]


def test_many_connections_are_committed_together(listeners: Listening) -> None:
    lines = [listeners.mllp() for _number in range(50)]
    for line in lines:
        line.send(wrapped(hl7_message("first")))
    for line in lines:
        assert line.block()
    before = listeners.commits
    gate = threading.Event()
    # While the writer is held up, all of them come to wait for it.
    listeners.hub.writer._put(lambda: gate.wait(60), 0.0)
    for line in lines:
        line.send(wrapped(hl7_message("second")))
    wait_until(lambda: len(listeners.hub.writer._queue) == 50, seconds=60, what="fifty events")
    gate.set()
    for line in lines:
        assert b"MSA|AA|second" in line.block()

    assert listeners.commits - before == 1
    for line in lines:
        line.close()
    assert TransmissionMessage.objects.count() == 100
    assert connection.vendor == "postgresql"


def test_fifty_connections_send_at_once_and_nothing_is_lost_or_mixed_up(
    listeners: Listening,
) -> None:
    answered: dict[str, bytes] = {}

    def send(number: int) -> None:
        with listeners.mllp() as line:
            for turn in range(5):
                id_ = f"{number}-{turn}"
                line.send(wrapped(hl7_message(id_)))
                answered[id_] = line.block()

    senders = [threading.Thread(target=send, args=(number,)) for number in range(50)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(60)

    assert len(answered) == 250
    assert all(f"MSA|AA|{id_}\r".encode() in reply for id_, reply in answered.items())
    kept = TransmissionMessage.objects.values_list("control_id", flat=True)
    assert sorted(kept) == sorted(answered)
    assert listeners.commits < 300


def test_a_sender_that_stalls_stops_nobody_else(listeners: Listening) -> None:
    (whole,) = frames(astm_message())
    with listeners.astm() as stalled, listeners.mllp() as half, listeners.astm() as other:
        assert stalled.ask(ENQ) == ACK
        stalled.send(whole[:20])
        half.send(wrapped(hl7_message("half"))[:30])
        other.send_message(astm_message("B2"))

        assert TransmissionMessage.objects.count() == 1
        assert stalled.ask(whole[20:]) == ACK
        half.send(wrapped(hl7_message("half"))[30:])
        assert b"MSA|AA|half" in half.block()


def test_a_sender_that_reads_no_reply_is_asked_nothing_more(listeners: Listening) -> None:
    large = 100_000  # MSA-2 repeats the control id: so is the reply
    texts = [wrapped(hl7_message(f"{n:0{large}}")) for n in range(150)]
    with listeners.mllp() as deaf, listeners.mllp() as other:
        sender = threading.Thread(target=lambda: deaf.send(b"".join(texts)))
        sender.start()

        def unread() -> int:
            ends = [one._transport for one in list(listeners.hub._connections)]
            return max((end.get_write_buffer_size() for end in ends), default=0)

        wait_until(lambda: unread() > large, seconds=60, what="replies that nobody reads")
        for turn in range(30):
            other.send(wrapped(hl7_message(f"other-{turn}")))
            assert b"MSA|AA|other" in other.block()

        assert unread() < 4 * large
        replies = b""
        while replies.count(FS + CR) < len(texts):
            replies += deaf.socket.recv(2**20)
        sender.join(60)
    assert replies.count(b"MSA|AA|") == len(texts)


def test_control_material_of_two_that_nothing_tells_apart_is_kept(listeners: Listening) -> None:
    wires.instrument("HL7", code="twin")
    with listeners.mllp() as line:
        line.send(wrapped(hl7_message("qc").replace(b"|P|2.5.1", b"|Q|2.5.1")))

        assert b"MSA|AA|qc" in line.block()
    assert TransmissionMessage.objects.get().status == "HELD"


def test_a_frame_without_end_closes_its_own_connection_alone(listeners: Listening) -> None:
    with listeners.astm() as endless, listeners.astm() as other:
        assert endless.ask(ENQ) == ACK
        assert other.ask(ENQ) == ACK
        endless.send(STX + b"1" + b"x" * 200_000)
        assert endless.answer() in (NAK, b"")
        assert endless.answer() == b""
        (content,) = frames(astm_message())

        assert other.ask(content) == ACK
        other.send(EOT)
        wait_for_sessions(LOST=1, ENDED=1)
    assert TransmissionFrame.objects.filter(verdict="TOO_LONG").count() == 1


def test_a_message_of_two_megabytes_is_taken(listeners: Listening) -> None:
    message = hl7_message("large", padding=2 * 2**20)
    with listeners.mllp() as line:
        line.send(wrapped(message))

        assert b"MSA|AA|large" in line.block()

    assert bytes(TransmissionMessage.objects.get().content) == message


def test_what_was_committed_although_the_database_broke_off_is_not_acknowledged_nor_mixed_up(
    listeners: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = astm_message()
    first, second = frames(text[:60], text[60:])

    def break_off(point: str) -> None:
        if point == intake.BEFORE_REPLY:
            monkeypatch.undo()
            connection.close()
            raise OperationalError

    with listeners.astm() as line, listeners.mllp() as other:
        other.send(wrapped(hl7_message("1")))
        assert other.block()
        assert [line.ask(ENQ), line.ask(first)] == [ACK, ACK]
        monkeypatch.setattr(faults, "passing", break_off)

        assert line.ask(second) == b""

        other.send(wrapped(hl7_message("2")))
        assert other.block()
        with listeners.astm() as again:
            again.send_message(text[:60], text[60:])
        wait_for_sessions(LOST=1, ENDED=1, OPEN=1)

    kept = TransmissionMessage.objects.filter(dialect="ASTM").order_by("pk")
    assert [(message.status, bytes(message.content)) for message in kept] == [
        ("RECEIVED", text),
        ("RECEIVED", text),
    ]
    assert ledger.take().is_balanced


def test_a_clean_stop_answers_what_is_stored_and_closes_every_session(
    listeners: Listening,
) -> None:
    text = astm_message()
    first, _second = frames(text[:60], text[60:])
    with listeners.astm() as line, listeners.mllp() as other:
        other.send(wrapped(hl7_message("1")))
        assert other.block()
        assert [line.ask(ENQ), line.ask(first)] == [ACK, ACK]

        listeners.stop()

        assert line.answer() == other.answer() == b""
    states = TransmissionSession.objects.order_by("pk").values_list("state", flat=True)
    assert sorted(states) == ["ENDED", "LOST"]
    assert TransmissionMessage.objects.get(status="INCOMPLETE").session.state == "LOST"
