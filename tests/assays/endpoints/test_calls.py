"""An instrument that waits to be called is called, by one process, until it answers and again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assays.listeners import dialer
from assays.models import EndpointState, TransmissionMessage
from tests.assays.dispatches import receiving
from tests.assays.endpoints import lines
from tests.assays.endpoints.lines import Analyser
from tests.assays.listeners.listening import (
    ENQ,
    Listening,
    astm_message,
    hl7_message,
    listening,
    wrapped,
)
from tests.processes import wait_until


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialer, "pause", lambda failures, chance: 0.1)


@pytest.fixture
def listeners(fresh_database: str) -> Iterator[Listening]:
    with listening() as made:
        yield made


@pytest.fixture
def analyser() -> Iterator[Analyser]:
    with Analyser() as made:
        yield made


def wait_for_messages(count: int) -> None:
    wait_until(
        lambda: TransmissionMessage.objects.count() == count, seconds=60, what=f"{count} messages"
    )


def test_a_called_instrument_is_taken_for_itself_wherever_it_is(
    listeners: Listening, analyser: Analyser
) -> None:
    own = lines.instrument(networks=["10.9.8.0/24"])
    made = lines.client(own, analyser.port)

    with analyser.answer() as line:
        lines.wait_for(made, "CONNECTED")
        line.send_message(astm_message())
        wait_for_messages(1)

    assert TransmissionMessage.objects.get().instrument == own


def test_a_line_that_breaks_is_called_again(listeners: Listening, analyser: Analyser) -> None:
    lines.client(lines.instrument("HL7"), analyser.port)

    for number in range(3):
        with analyser.answer() as line:
            line.send(wrapped(hl7_message(str(number))))
            assert f"MSA|AA|{number}\r".encode() in line.block()

    wait_for_messages(3)


def test_nobody_there_is_a_state_with_its_reason(listeners: Listening) -> None:
    port = lines.free_port()
    made = lines.client(lines.instrument(), port)

    lines.wait_for(made, "BACKOFF")
    wait_until(
        lambda: EndpointState.objects.get(endpoint=made).errors > 2, seconds=60, what="more calls"
    )

    row = EndpointState.objects.get(endpoint=made)
    assert str(row.fault) == f"127.0.0.1:{port} cannot be reached (connection refused)."


def test_how_long_it_is_called_in_vain_counts_from_the_first_time(listeners: Listening) -> None:
    made = lines.client(lines.instrument(), lines.free_port())
    first = lines.wait_for(made, "BACKOFF")

    wait_until(
        lambda: EndpointState.objects.get(endpoint=made).errors > 3, seconds=60, what="more calls"
    )

    again = EndpointState.objects.get(endpoint=made)
    assert abs((again.since - first.since).total_seconds()) < 0.2


def test_one_process_alone_calls(listeners: Listening, analyser: Analyser) -> None:
    made = lines.client(lines.instrument(), analyser.port)
    with analyser.answer(), listening() as second:
        lines.wait_for(made, "CONNECTED")
        wait_until(lambda: made.pk in second.hub.lines, seconds=60, what="the second to know")
        assert not second.hub.keeper.has(made.pk)

        listeners.stop()
        with analyser.answer():
            assert second.hub.keeper.has(made.pk)


def test_who_is_switched_off_is_called_no_more(listeners: Listening, analyser: Analyser) -> None:
    made = lines.client(lines.instrument(), analyser.port)
    with analyser.answer() as line:
        lines.wait_for(made, "CONNECTED")
        assert line.ask(ENQ)

        lines.switch_off(made)

        assert line.answer() == b""
    lines.wait_for(made, "OFF")
    analyser.socket.settimeout(0.6)
    with pytest.raises(TimeoutError):
        analyser.answer()


def accepted(control_id: str) -> bytes:
    head = "MSH|^~\\&|Reader||labsys||20260105||ORL^O34^ORL_O42|1|P|2.5.1"
    return f"{head}\rMSA|AA|{control_id}\r".encode()


def test_what_is_sent_goes_over_the_line_that_sends(
    listeners: Listening, analyser: Analyser
) -> None:
    of = lines.instrument("HL7")
    made = lines.client(of, analyser.port, sends=True)
    with analyser.answer() as line, listeners.mllp() as other:
        other.send(wrapped(hl7_message()))
        assert other.block()
        lines.wait_for(made, "CONNECTED")

        dispatch = receiving.enqueue(of)

        assert line.block() == bytes(dispatch.content)
        line.send(wrapped(accepted(dispatch.control_id)))
        wait_until(
            lambda: EndpointState.objects.get(endpoint=made).messages_out == 1,
            seconds=60,
            what="the message to be counted",
        )
        assert EndpointState.objects.get(endpoint=made).last_out_at is not None
