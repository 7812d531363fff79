"""Who may call, and which instrument a message is from."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address, ip_network

import pytest

from assays.actions import instruments
from assays.instruments.dialects import Dialect
from assays.listeners.addresses import Refusals, address
from assays.models import (
    Instrument,
    TransmissionFrame,
    TransmissionItem,
    TransmissionMessage,
    TransmissionSession,
)
from assays.rules.filing import Hold
from assays.rules.sources import Source, admitted, identify
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests import factories
from tests.assays.listeners import wires
from tests.assays.listeners.listening import (
    ACK,
    ENQ,
    EOT,
    NAK,
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


def source(id_: int = 1, sender: str = "", networks: tuple[str, ...] = ("10.0.0.0/8",)) -> Source:
    return Source(id_, 100 + id_, "ASTM", tuple(map(ip_network, networks)), sender)


def switch_off(instrument: Instrument) -> None:
    by = factories.principal(Role.ADMINISTRATOR)
    instruments.switch_off(instrument=instrument, by=by, at=database_now(), reason="Repair.")


@pytest.mark.parametrize(
    ("protocol", "peer", "is_admitted"),
    [
        ("ASTM", "10.1.2.3", True),
        ("ASTM", "11.1.2.3", False),
        ("HL7", "10.1.2.3", False),
        ("ASTM", "::1", False),
    ],
)
def test_an_instrument_calls_from_its_addresses_in_its_protocol(
    protocol: str, peer: str, is_admitted: bool
) -> None:
    found = admitted([source()], protocol=protocol, peer=ip_address(peer))

    assert bool(found) is is_admitted


@pytest.mark.parametrize(
    ("declared", "names", "expected"),
    [
        (("",), ("X",), 0),
        (("X", ""), ("X",), 0),
        (("X", ""), ("Y",), 1),
        (("X", "Y"), ("A^Y", "A", "Y"), 1),
        (("X", "Y"), ("Z",), Hold.UNKNOWN_SOURCE),
        (("X", "Y"), (), Hold.UNKNOWN_SOURCE),
        (("", ""), ("Z",), Hold.AMBIGUOUS_SOURCE),
        (("X", "X", ""), ("X",), Hold.AMBIGUOUS_SOURCE),
        ((), ("X",), Hold.UNKNOWN_SOURCE),
    ],
)
def test_a_declared_name_comes_first_then_the_only_one_without(
    declared: tuple[str, ...], names: tuple[str, ...], expected: int | Hold
) -> None:
    sources = [source(place, sender) for place, sender in enumerate(declared)]

    found = identify(sources, names)

    assert (found if isinstance(found, Hold) else found.instrument_id) == expected


def test_an_ipv4_address_is_itself_on_an_ipv6_socket() -> None:
    assert address("::ffff:10.1.2.3") == ip_address("10.1.2.3")
    assert address("fe80::1%eth0") == ip_address("fe80::1")


def test_a_refused_caller_is_worth_a_row_once_a_minute_and_callers_are_not_kept_for_ever() -> None:
    refusals = Refusals(seconds=3600)

    assert [refusals.is_due(ip_address("10.0.0.1")) for _turn in range(3)] == [True, False, False]
    assert sum(refusals.is_due(ip_address(number)) for number in range(1, 5000)) < 1000
    assert Refusals(seconds=0).is_due(ip_address("10.0.0.1"))


def test_a_caller_from_elsewhere_is_hung_up_on_and_is_on_record_once(listeners: Listening) -> None:
    wires.instrument("ASTM", networks=["10.9.8.0/24"])

    for _turn in range(3):
        with listeners.astm() as line:
            assert line.ask(ENQ) == b""

    wait_until(TransmissionSession.objects.exists, seconds=60, what="the refusal's row")
    session = TransmissionSession.objects.get()
    assert (session.state, session.peer, session.dialect) == ("REFUSED", "127.0.0.1", "ASTM")
    assert not TransmissionFrame.objects.exists()


def test_an_instrument_registered_just_now_is_known_when_it_calls(listeners: Listening) -> None:
    wires.instrument("ASTM")

    with listeners.astm() as line:
        line.send_message(astm_message())

    assert TransmissionMessage.objects.get().status == "RECEIVED"


def test_an_instrument_that_is_switched_off_finishes_and_begins_nothing_new(
    listeners: Listening,
) -> None:
    instrument = wires.instrument("ASTM")
    with listeners.astm() as line:
        assert line.ask(ENQ) == ACK
        switch_off(instrument)
        wait_until(
            lambda: not listeners.hub.directory.admitted(Dialect.ASTM, ip_address("127.0.0.1")),
            seconds=60,
            what="the listener to hear of it",
        )
        assert line.ask(frames(astm_message())[0]) == ACK
        line.send(b"\x04")

        assert line.ask(ENQ) == NAK
    with listeners.astm() as line:
        assert line.ask(ENQ) == b""

    message = TransmissionMessage.objects.get()
    assert (message.status, message.instrument) == ("RECEIVED", instrument)


def test_an_mllp_connection_of_an_instrument_that_is_switched_off_ends_without_a_reply(
    listeners: Listening,
) -> None:
    instrument = wires.instrument("HL7")
    with listeners.mllp() as line:
        line.send(wrapped(hl7_message("1")))
        assert line.block()
        switch_off(instrument)
        wait_until(
            lambda: not listeners.hub.directory.admitted(Dialect.HL7, ip_address("127.0.0.1")),
            seconds=60,
            what="the listener to hear of it",
        )
        line.send(wrapped(hl7_message("2")))
        assert line.block() == b""

    assert TransmissionMessage.objects.get().control_id == "1"


def test_two_instruments_behind_one_address_are_told_apart_by_their_name(
    listeners: Listening,
) -> None:
    one = wires.instrument("HL7", sender="Reader-A")
    other = wires.instrument("HL7", sender="Reader-B")

    with listeners.mllp() as line:
        for number, sender in enumerate(("Reader-B", "X^Reader-A", "Reader-C")):
            line.send(wrapped(hl7_message(str(number), sender)))
            assert b"MSA|AA" in line.block()

    found = TransmissionMessage.objects.order_by("pk")
    assert [message.instrument for message in found] == [other, one, None]
    assert [message.status for message in found] == ["RECEIVED", "RECEIVED", "HELD"]
    held = TransmissionItem.objects.get()
    assert held.hold_code == Hold.UNKNOWN_SOURCE
    assert "Reader-C" in held.hold_reason


def test_two_instruments_that_nothing_tells_apart_are_not_guessed(listeners: Listening) -> None:
    wires.instrument("ASTM")
    wires.instrument("ASTM")

    with listeners.astm() as line:
        line.send_message(astm_message())

    assert TransmissionMessage.objects.get().status == "HELD"
    assert TransmissionItem.objects.get().hold_code == Hold.AMBIGUOUS_SOURCE


def test_more_connections_than_there_is_room_for_are_hung_up_on(fresh_database: str) -> None:
    wires.instrument("ASTM")
    with listening(connections=2) as listeners:
        lines = [listeners.astm() for _number in range(2)]
        for line in lines:
            assert line.ask(ENQ) == ACK

        with listeners.astm() as third:
            assert third.ask(ENQ) == b""
        lines[0].close()

        wait_until(lambda: has_room(listeners), seconds=60, what="room for another")
        lines[1].close()


def has_room(listeners: Listening) -> bool:
    with Line(listeners.ports[Dialect.ASTM]) as line:
        return line.ask(ENQ) == ACK


def test_an_instrument_is_answered_as_it_frames(listeners: Listening) -> None:
    wires.instrument("ASTM", frameless=True)
    text = astm_message()

    with listeners.astm() as line:
        assert line.ask(ENQ) == ACK
        # One that waits behind every token is answered on every token.
        assert line.ask(b"\x02") == ACK
        assert line.ask(text + b"\x03") == ACK
        assert line.ask(EOT) == ACK

    message = TransmissionMessage.objects.get()
    assert (message.status, bytes(message.content)) == ("RECEIVED", text)


def test_of_two_that_frame_differently_behind_one_address_none_is_guessed(
    listeners: Listening,
) -> None:
    wires.instrument("ASTM", sender="Bare-A", frameless=True)
    wires.instrument("ASTM", sender="Reader-B")

    with listeners.astm() as line:
        line.send_message(astm_message(sender="Reader-B^1"))
        assert line.ask(ENQ) == ACK
        assert line.ask(b"\x02" + astm_message(sender="Bare-A^1") + b"\x03\r\n") == NAK

    assert TransmissionMessage.objects.filter(status="RECEIVED").count() == 1
