"""There is room for so many, and nobody can keep all of it from the others."""

from __future__ import annotations

import resource
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from assays.listeners import connection, limits
from assays.listeners.limits import OTHER_FILES, SECONDS_TO_SPEAK, Limits, Room
from assays.models import TransmissionMessage, TransmissionSession
from tests.assays.listeners import wires
from tests.assays.listeners.listening import (
    ACK,
    ENQ,
    VT,
    Line,
    astm_message,
    frames,
    hl7_message,
    listening,
)
from tests.processes import wait_until


def room(**changes: int) -> Room[str]:
    return Room(Limits(**{"connections": 3, "per_address": 2, "waiting": 100, **changes}))


def test_there_is_room_for_so_many_and_for_so_many_of_an_address() -> None:
    made = room()

    said = [made.enter(name, name[0], 0.0) for name in ("a1", "a2", "a3", "b1", "c1")]

    assert [bool(why) for why in said] == [False, False, True, False, True]
    assert said[2] == "2 connections stand from this address already"
    assert said[4] == "3 connections stand already"
    made.leave("a1")
    assert not made.enter("a3", "a", 0.0)


def test_who_never_spoke_makes_room_first_of_the_address_with_the_most() -> None:
    made = room()
    for at, name in enumerate(("b1", "a1", "a2")):
        made.enter(name, name[0], float(at))
    now = SECONDS_TO_SPEAK + 10

    first = made.silent("c", now)
    made.stored("a1")

    assert (first, made.silent("c", now)) == ("a1", "a2")
    made.stored("a2")
    assert made.silent("c", now) == "b1"
    made.stored("b1")
    assert made.silent("c", now) is None


def test_for_who_comes_from_a_full_address_one_of_its_own_makes_room() -> None:
    made = room(connections=9)
    for name in ("b1", "a1", "a2"):
        made.enter(name, name[0], 0.0)

    assert made.silent("a", SECONDS_TO_SPEAK) == "a1"
    made.stored("a1")
    made.stored("a2")
    assert made.silent("a", SECONDS_TO_SPEAK) is None
    assert made.silent("c", SECONDS_TO_SPEAK) == "b1"


def test_nobody_makes_room_who_had_no_time_to_speak() -> None:
    made = room()
    made.enter("a1", "a", 0.0)

    assert made.silent("b", SECONDS_TO_SPEAK - 1) is None


def test_when_too_much_waits_whose_is_the_most_is_named() -> None:
    made = room()
    for name in ("a1", "b1"):
        made.enter(name, name[0], 0.0)

    assert made.keeps("a1", 60) is None
    assert made.keeps("b1", 30) is None
    assert made.keeps("b1", 20) == "a1"
    made.leave("a1")
    assert made.waiting == 50
    made.stored("b1")
    assert made.waiting == 0


@pytest.mark.parametrize(
    ("soft", "hard", "fits", "raised"),
    [
        (4096, 4096, 2000, None),
        (1024, 4096, 2000, 2000 + OTHER_FILES),
        (1024, 1024, 1024 - OTHER_FILES, None),
        (256, 1024, 1024 - OTHER_FILES, 1024),
        (resource.RLIM_INFINITY, resource.RLIM_INFINITY, 2000, None),
        (1024, resource.RLIM_INFINITY, 2000, 2000 + OTHER_FILES),
    ],
)
def test_the_limit_of_open_files_is_raised_or_fewer_fit(
    monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, fits: int, raised: int | None
) -> None:
    given: list[tuple[int, int]] = []
    monkeypatch.setattr(limits.resource, "getrlimit", lambda which: (soft, hard))
    monkeypatch.setattr(limits.resource, "setrlimit", lambda which, pair: given.append(pair))

    found, why = limits.fit(2000)

    assert found == fits
    assert [one for one, _hard in given] == ([raised] if raised else [])
    assert bool(why) is (fits < 2000)
    if why:
        assert f"so that {fits} instruments can be connected at a time instead of 2000" in why


def test_who_has_all_connections_of_an_address_leaves_room_for_the_others(
    fresh_database: str,
) -> None:
    wires.instrument("ASTM")
    with listening(connections=10, per_address=3) as listeners, ExitStack() as held:
        port = listeners.astm_port
        for _number in range(3):
            assert held.enter_context(from_address("127.0.0.9", port)).ask(ENQ) == ACK
        with from_address("127.0.0.9", port) as refused:
            assert refused.ask(ENQ) == b""

        with listeners.astm() as line:
            line.send_message(astm_message())

    assert TransmissionMessage.objects.count() == 1


def test_bytes_that_drip_keep_a_conversation_no_longer_than_its_limit(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "SECONDS_TO_FINISH", 1.0)
    wires.instrument("ASTM")
    (frame,) = frames(astm_message())
    with listening() as listeners, listeners.astm() as line:
        assert line.ask(ENQ) == ACK
        dripping = threading.Thread(target=drip, args=(line, frame))
        dripping.start()

        wait_until(
            lambda: TransmissionSession.objects.filter(state="SILENT").exists(),
            seconds=30,
            what="the conversation to be given up",
        )
        line.close()
        dripping.join()

    assert not TransmissionMessage.objects.filter(status="RECEIVED").exists()


def drip(line: Line, content: bytes) -> None:
    """Send a byte now and then, sooner than a silence would end."""
    try:
        for byte in content:
            line.send(bytes([byte]))
            time.sleep(0.05)
    except OSError:
        pass


def test_the_most_bytes_that_wait_are_cut_and_the_others_are_served(fresh_database: str) -> None:
    wires.instrument("HL7")
    with listening(waiting=2_000_000) as listeners, ExitStack() as held:
        greedy = held.enter_context(listeners.mllp())
        small = held.enter_context(listeners.mllp())
        try:
            greedy.send(VT + hl7_message("1", padding=3_000_000))
            cut = greedy.answer() == b""
        except (BrokenPipeError, ConnectionResetError):
            cut = True

        small.send(VT + hl7_message("2") + b"\x1c\r")
        assert b"MSA|AA|2" in small.block()

    assert cut


@contextmanager
def from_address(address: str, port: int) -> Iterator[Line]:
    """Call from another address of this machine."""
    line = Line.__new__(Line)
    line.socket = socket.create_connection(
        ("127.0.0.1", port), timeout=60, source_address=(address, 0)
    )
    with line:
        yield line


def test_a_thousand_silent_connections_and_a_hostile_caller_keep_nobody_from_being_served(
    fresh_database: str,
) -> None:
    """1,000 lines that say nothing, and a caller that takes all it can get and lets bytes drip."""
    wires.instrument("ASTM")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limits.fit(2 * 1200)[1]:
        pytest.skip("This machine lets a process open fewer than 2,528 files.")
    try:
        with listening(connections=1200, per_address=100) as listeners, ExitStack() as held:
            port = listeners.astm_port
            for number in range(1000):
                held.enter_context(from_address(f"127.0.1.{1 + number // 100}", port))
            over = threading.Event()
            hostile = threading.Thread(target=harass, args=(port, over))
            hostile.start()
            try:
                waits = [served(listeners) for _turn in range(50)]
            finally:
                over.set()
                hostile.join(60)
            standing = len(listeners.hub.room)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)

    assert TransmissionMessage.objects.filter(status="RECEIVED").count() == 50
    assert standing >= 1000, "a silent instrument is no concern while there is room"
    # An instrument waits 15 s for the answer to a frame.
    assert max(waits) < 15


def test_what_is_beyond_the_listener_keeps_no_place(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wires.instrument("ASTM")

    def fail(*_given: object) -> None:
        raise RuntimeError("beyond us")

    with listening(connections=1) as listeners:
        with monkeypatch.context() as broken:
            broken.setattr("assays.instruments.astm.station.Station.next", fail)
            with listeners.astm() as line:
                assert line.ask(ENQ) == b"", "nothing is acknowledged"
            wait_until(lambda: not len(listeners.hub.room), seconds=20, what="the place")

        assert served(listeners) < 15
    assert TransmissionMessage.objects.count() == 1


def served(listeners: object) -> float:
    began = time.monotonic()
    with listeners.astm() as line:  # type: ignore[attr-defined]
        line.send_message(astm_message(specimen=str(began)))
    return time.monotonic() - began


def harass(port: int, over: threading.Event) -> None:
    """Take every connection there is, send pieces of frames on each, and come again when cut."""
    lines: list[socket.socket] = []
    while not over.is_set():
        try:
            line = socket.create_connection(
                ("127.0.0.1", port), timeout=5, source_address=("127.0.9.9", 0)
            )
            lines.append(line)
        except OSError:
            pass
        for one in list(lines)[-120:]:
            try:
                one.sendall(ENQ + b"\x021H|")
            except OSError:
                lines.remove(one)
                one.close()
        time.sleep(0.002)
    for one in lines:
        one.close()
