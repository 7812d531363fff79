"""A port of an instrument's own opens and closes as its endpoint says, and is a state if it cannot."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from assays.models import EndpointState, TransmissionMessage, TransmissionSession
from assays.rules.endpoints import EndpointRole
from tests.assays.endpoints import lines
from tests.assays.listeners import wires
from tests.assays.listeners.listening import (
    ACK,
    CR,
    ENQ,
    ETX,
    STX,
    Line,
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
    with listening() as made:
        yield made


def is_open(port: int) -> bool:
    try:
        socket.create_connection((lines.HOST, port), timeout=5).close()
    except OSError:
        return False
    return True


def test_a_port_opens_for_its_instrument_alone(listeners: Listening) -> None:
    wires.instrument("ASTM", code="somebody-else")
    port = lines.free_port()
    own = lines.instrument()
    made = lines.server(own, port)
    lines.wait_for(made, "LISTENING")

    with Line(port) as line:
        line.send_message(astm_message())

    message = TransmissionMessage.objects.get()
    assert (message.instrument, message.status) == (own, "RECEIVED")


def test_who_calls_from_elsewhere_is_not_heard_on_it(listeners: Listening) -> None:
    port = lines.free_port()
    made = lines.server(lines.instrument(networks=["10.9.8.0/24"]), port)
    lines.wait_for(made, "LISTENING")

    with Line(port) as line:
        assert line.ask(ENQ) == b""

    wait_until(TransmissionSession.objects.exists, seconds=60, what="the refusal's row")
    assert TransmissionSession.objects.get().state == "REFUSED"


def test_a_port_that_is_taken_is_a_state_and_opens_once_it_is_free(listeners: Listening) -> None:
    with socket.create_server((lines.HOST, 0)) as other:
        port = int(other.getsockname()[1])
        made = lines.server(lines.instrument(), port)
        row = lines.wait_for(made, "DOWN")
        wait_until(
            lambda: bool(EndpointState.objects.get(endpoint=made).last_error),
            seconds=60,
            what="the reason",
        )
        row.refresh_from_db()
        assert f"Port {port} of 127.0.0.1 cannot be listened on: Address already in use." in (
            str(row.fault)
        )

    lines.wait_for(made, "LISTENING")
    assert is_open(port)


def test_a_port_closes_when_it_is_switched_off_and_opens_again(listeners: Listening) -> None:
    port = lines.free_port()
    made = lines.server(lines.instrument(), port)
    lines.wait_for(made, "LISTENING")
    with Line(port) as line:
        assert line.ask(ENQ) == ACK

        lines.switch_off(made)
        lines.wait_for(made, "OFF")
        assert line.answer() == b""

    assert not is_open(port)
    lines.switch_on(made)
    lines.wait_for(made, "LISTENING")
    assert is_open(port)


def test_a_changed_port_moves(listeners: Listening) -> None:
    port, other = lines.free_port(), lines.free_port()
    made = lines.server(lines.instrument(), port)
    lines.wait_for(made, "LISTENING")

    lines.change(made, port=other)

    wait_until(lambda: is_open(other), seconds=60, what="the other port")
    assert not is_open(port)


def test_a_line_frames_as_its_endpoint_says(listeners: Listening) -> None:
    port = lines.free_port()
    made = lines.server(lines.instrument(), port, framing={"frameless": True})
    lines.wait_for(made, "LISTENING")

    with Line(port) as line:
        assert line.ask(ENQ) == ACK
        assert line.ask(STX) == ACK
        assert line.ask(astm_message().replace(CR, CR) + ETX) == ACK

    wait_until(TransmissionMessage.objects.exists, seconds=60, what="the message")
    assert TransmissionMessage.objects.get().content == astm_message()


def test_how_a_line_stands_is_told_with_its_counts(listeners: Listening) -> None:
    port = lines.free_port()
    made = lines.server(lines.instrument("HL7"), port)
    lines.wait_for(made, "LISTENING")

    with Line(port) as line:
        line.send(wrapped(hl7_message("1")) + wrapped(hl7_message("2")))
        line.block()
        row = lines.wait_for(made, "CONNECTED")
        wait_until(
            lambda: EndpointState.objects.get(endpoint=made).messages_in == 2,
            seconds=60,
            what="two messages",
        )
    after = lines.wait_for(made, "LISTENING")

    row.refresh_from_db()
    assert (after.connections, after.messages_in, after.in_minute) == (0, 2, 2)
    assert after.last_in_at is not None


def test_a_shared_port_tells_of_each_instrument_that_it_knows(listeners: Listening) -> None:
    known = wires.instrument("ASTM", code="known", sender="X1")
    wires.instrument("ASTM", code="other", sender="X2")
    with listeners.astm() as line:
        line.send_message(astm_message(sender="X1"))
        bad = frames(astm_message())[0].replace(b"13.2", b"99.9")
        line.ask(ENQ)
        line.ask(bad)

        wait_until(
            lambda: EndpointState.objects.filter(instrument=known, state="CONNECTED").exists(),
            seconds=60,
            what="the instrument to be connected",
        )

    row = EndpointState.objects.get()
    assert (row.endpoint, row.messages_in) == (None, 1)


def test_a_refused_frame_is_an_error_of_its_line(listeners: Listening) -> None:
    port = lines.free_port()
    made = lines.server(lines.instrument(), port)
    lines.wait_for(made, "LISTENING")
    with Line(port) as line:
        line.ask(ENQ)
        line.ask(frames(astm_message())[0].replace(b"13.2", b"99.9"))
        wait_until(
            lambda: EndpointState.objects.get(endpoint=made).errors == 1, seconds=60, what="error"
        )

    row = EndpointState.objects.get(endpoint=made)
    assert row.last_error == "BAD_CHECKSUM"
    assert str(row.fault) == "A frame was refused: its checksum does not fit."
    assert row.last_error_at is not None


def test_a_line_without_a_word_is_ended_after_its_limit(listeners: Listening) -> None:
    port = lines.free_port()
    made = lines.server(lines.instrument("HL7"), port, idle_seconds=10)
    lines.hurry(made, idle_seconds=1)
    lines.wait_for(made, "LISTENING")

    with Line(port) as line, Line(port) as mute:
        line.send(wrapped(hl7_message()))
        assert line.block()
        assert line.answer() == mute.answer() == b""

    wait_until(
        lambda: TransmissionSession.objects.filter(state="ENDED").exists(),
        seconds=60,
        what="the end of the session",
    )


def test_two_listeners_do_not_both_open_a_port(listeners: Listening) -> None:
    port = lines.free_port()
    made = lines.server(lines.instrument(), port)
    row = lines.wait_for(made, "LISTENING")

    with listening() as second:
        wait_until(lambda: made.pk in second.hub.lines, seconds=60, what="the second to hear of it")
        listeners.stop()
        wait_until(
            lambda: EndpointState.objects.get(endpoint=made).listener == second.hub.name,
            seconds=60,
            what="the second to take over",
        )
        wait_until(lambda: is_open(port), seconds=60, what="the port")

    assert row.listener == listeners.hub.name


def test_a_shared_endpoint_sets_the_limit_of_a_shared_port(listeners: Listening) -> None:
    of = lines.instrument("HL7")
    made = lines.endpoint(of, EndpointRole.SHARED, idle_seconds=10)
    lines.hurry(made, idle_seconds=1)
    wait_until(lambda: made.pk in listeners.hub.lines, seconds=60, what="the endpoint")

    with listeners.mllp() as line:
        line.send(wrapped(hl7_message()))
        assert line.block()
        assert line.answer() == b""

    assert lines.wait_for(made, "LISTENING").messages_in == 1
