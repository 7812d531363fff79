"""Over which line a message leaves, and what the database's absence changes: nothing but the time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError

from assays.actions import deliveries
from assays.instruments.dialects import Dialect
from assays.listeners import dialer
from assays.models import Dispatch, EndpointState
from assays.rules.dispatching import DispatchKind, DispatchStatus
from tests.assays.dispatches.receiving import (
    control_id_of,
    enqueue,
    order,
    queue_of,
    send_answer,
    wait_for,
)
from tests.assays.endpoints import lines
from tests.assays.endpoints.lines import Analyser
from tests.assays.listeners.listening import Line, Listening, hl7_message, listening, wrapped
from tests.processes import wait_until

S = DispatchStatus


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


def test_a_called_system_gets_what_is_queued_for_it(
    listeners: Listening, analyser: Analyser
) -> None:
    hospital = lines.instrument("HL7")
    endpoint = lines.client(hospital, analyser.port, sends=True)
    made = enqueue(hospital)

    with analyser.answer() as line:
        assert line.block() == bytes(made.content)
        send_answer(line, made.control_id)
        wait_for(made, S.ACCEPTED)

    def is_told() -> bool:
        row = EndpointState.objects.filter(endpoint=endpoint).first()
        return row is not None and row.messages_out == 1

    wait_until(is_told, seconds=60, what="the line to be told of")


def answered(control_id: str) -> bytes:
    """The answer to an order, as a message of its own."""
    return order(control_id).replace(b"OML^O33^OML_O33", b"ORL^O34^ORL_O34")


def test_everything_leaves_over_the_endpoint_that_sends_and_answers_where_they_were_asked(
    listeners: Listening, analyser: Analyser
) -> None:
    hospital = lines.instrument("HL7")
    lines.client(hospital, analyser.port, sends=True)
    with analyser.answer() as called, Line(listeners.ports[Dialect.HL7]) as calling:
        calling.send(wrapped(hl7_message("7")))
        assert b"MSA|AA|7" in calling.block()
        told = enqueue(hospital, 1)
        assert control_id_of(called.block()) == told.control_id
        send_answer(called, told.control_id)
        wait_for(told, S.ACCEPTED)

        calling.send(wrapped(hl7_message("8")))
        assert b"MSA|AA|8" in calling.block()
        asked = enqueue(hospital, 2, kind=DispatchKind.ORDER_ANSWER, content=answered)

        assert control_id_of(calling.block()) == asked.control_id
        send_answer(calling, asked.control_id)
        wait_for(asked, S.ACCEPTED)


def test_an_answer_that_cannot_be_stored_yet_is_stored_later_and_nothing_overtakes_it(
    listeners: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = queue_of(lines.instrument("HL7"), 2)
    real, failures = deliveries.end, [1, 2, 3]

    def end(**given: Any) -> None:
        if failures:
            failures.pop()
            raise OperationalError("the database is away")
        real(**given)

    monkeypatch.setattr(deliveries, "end", end)
    with Line(listeners.ports[Dialect.HL7]) as line:
        line.block()
        send_answer(line, first.control_id)

        assert control_id_of(line.block()) == second.control_id

        first.refresh_from_db()
        assert (first.status, first.attempts) == (S.ACCEPTED, 1)
        assert failures == []


def test_what_cannot_be_stored_as_begun_does_not_leave(
    listeners: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = enqueue(lines.instrument("HL7"))
    real, failures = deliveries.begin, [1, 2]

    def begin(**given: Any) -> None:
        if failures:
            failures.pop()
            raise OperationalError("the disk is full")
        real(**given)

    monkeypatch.setattr(deliveries, "begin", begin)
    with Line(listeners.ports[Dialect.HL7]) as line:
        assert line.block() == bytes(made.content)

        assert failures == []
        assert Dispatch.objects.get().attempts == 1
        send_answer(line, made.control_id)
        wait_for(made, S.ACCEPTED)
