"""Two listeners serve one instrument at once: nothing is lost, nothing is sent or stored twice."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from assays.models import Dispatch, EndpointState, Instrument, TransmissionMessage
from assays.queries import ledger
from assays.rules.dispatching import DispatchStatus
from tests import processes
from tests.assays.dispatches.receiving import Receiver, queue_of
from tests.assays.endpoints import lines
from tests.assays.endpoints.lines import Analyser
from tests.assays.listeners.listening import hl7_message, wrapped
from tests.assays.listeners.serving import ANY_PORT, PATIENCE, Server, insist, send_hl7, serve
from tests.processes import Services, wait_until

pytestmark = pytest.mark.processes

MESSAGES = 20


@pytest.fixture
def reader(fresh_database: str) -> Instrument:
    return lines.instrument("HL7", code="reader")


@pytest.fixture
def services(reader: Instrument, fresh_database: str, tmp_path: Path) -> Iterator[Services]:
    with processes.services(fresh_database, tmp_path, **ANY_PORT) as made:
        yield made


def is_sent() -> bool:
    return not Dispatch.objects.exclude(status=DispatchStatus.ACCEPTED).exists()


def was_dead_for_a_minute(listeners: set[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE work_heartbeat SET at = at - interval '1 minute' WHERE instance = ANY(%s)",
            [list(listeners)],
        )


def alive() -> set[str]:
    """The names of the listeners that show life."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT instance FROM work_heartbeat WHERE service = 'instruments'")
        return {instance for (instance,) in cursor.fetchall()}


def start(services: Services) -> tuple[Server, set[str]]:
    """Start a listener; returns it with its name."""
    before = alive()
    made = serve(services)
    wait_until(lambda: bool(alive() - before), seconds=PATIENCE, what="a sign of life")
    return made, alive() - before


def test_what_is_sent_over_two_listeners_leaves_once_and_in_order(
    services: Services, reader: Instrument
) -> None:
    one, _name = start(services)
    other, _name = start(services)

    with Receiver(one.mllp) as first, Receiver(other.mllp) as second:
        made = queue_of(reader, MESSAGES)
        wait_until(is_sent, seconds=PATIENCE, what="all to be accepted", services=services)

    assert Counter(first.ids + second.ids) == Counter(one.control_id for one in made)
    order = {one.control_id: place for place, one in enumerate(made)}
    for receiver in (first, second):
        assert [order[id_] for id_ in receiver.ids] == sorted(order[id_] for id_ in receiver.ids)
    assert {one.attempts for one in Dispatch.objects.all()} == {1}
    assert ledger.take().is_balanced


def test_one_of_two_listeners_is_killed_and_the_other_carries_on(
    services: Services, reader: Instrument
) -> None:
    one, name = start(services)
    other, _name = start(services)
    made = queue_of(reader, MESSAGES)

    with Receiver(one.mllp) as first, Receiver(other.mllp, hold=lambda n: 0.05) as second:
        wait_until(
            lambda: len(first.ids) + len(second.ids) >= MESSAGES // 2,
            seconds=PATIENCE,
            what="half of them",
            services=services,
        )
        services.kill(one.process)
        was_dead_for_a_minute(name)
        wait_until(is_sent, seconds=PATIENCE, what="the rest", services=services)

    ids = [one.control_id for one in made]
    came = Counter(first.ids + second.ids)
    assert set(came) == set(ids)
    # One alone can have been on the line of the one that was killed.
    assert sum(came.values()) - len(ids) <= 1
    assert ledger.take().is_balanced


def test_messages_over_two_listeners_are_each_stored_as_often_as_they_were_acknowledged(
    services: Services, reader: Instrument
) -> None:
    ports = [start(services)[0].mllp for _n in range(2)]
    names = [[f"L{port}-{turn}" for turn in range(10)] for port in range(2)]

    def send(port: int, mine: list[str]) -> None:
        for name in mine:
            insist(send_hl7, port, name)

    senders = [
        threading.Thread(target=send, args=given) for given in zip(ports, names, strict=True)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(PATIENCE)

    stored = Counter(TransmissionMessage.objects.values_list("control_id", flat=True))
    assert stored == Counter(name for mine in names for name in mine)
    assert ledger.take().is_balanced


def test_the_other_calls_an_instrument_whose_caller_was_killed(
    services: Services, reader: Instrument
) -> None:
    with Analyser() as analyser:
        made = lines.client(reader, analyser.port)
        caller, _name = start(services)
        line = analyser.answer()
        lines.wait_for(made, "CONNECTED")
        held = EndpointState.objects.get(endpoint=made).listener
        start(services)

        services.kill(caller.process)
        assert line.answer() == b""
        again = analyser.answer()
        again.send(wrapped(hl7_message("after")))
        assert b"MSA|AA|after" in again.block()

        assert EndpointState.objects.get(endpoint=made).listener != held
        for one in (line, again):
            one.close()
    assert TransmissionMessage.objects.get().control_id == "after"
