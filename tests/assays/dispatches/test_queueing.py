"""What is to be sent is queued with the act that causes it, once, under an id of its own."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from assays.actions import dispatches
from assays.models import Dispatch, DispatchEvent, Instrument
from assays.rules.dispatching import AGES, DispatchKind, DispatchStatus
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from tests.assays.listeners import wires

KIND = DispatchKind.WORK_ORDER


def message(control_id: str, note: str = "") -> bytes:
    return f"MSH|^~\\&|labsys||||||OML^O33|{control_id}|P|2.5.1\rNTE|1||{note}\r".encode()


def enqueue(instrument: Instrument, **more: Any) -> Dispatch:
    # An instrument is as good a subject as any.
    given = {"kind": KIND, "subject": instrument, "content": message, **more}
    by = Principal.objects.system("interpret")
    return dispatches.enqueue(instrument=instrument, by=by, at=database_now(), **given)


@pytest.fixture
def reader(db: None) -> Instrument:
    return wires.instrument("HL7")


def test_a_message_is_written_with_the_id_that_it_keeps(reader: Instrument) -> None:
    made = enqueue(reader)

    made.refresh_from_db()
    assert bytes(made.content) == message(made.control_id)
    assert made.control_id.isalnum()
    assert len(made.control_id) <= 20
    assert made.status == DispatchStatus.QUEUED


def test_asking_again_gives_the_same_dispatch(reader: Instrument) -> None:
    first = enqueue(reader)

    again = enqueue(reader, content=lambda control_id: message(control_id, "other"))

    assert again == first
    assert bytes(again.content) == message(first.control_id)
    assert Dispatch.objects.count() == DispatchEvent.objects.count() == 1


def test_an_edit_is_another_dispatch_with_the_edit(reader: Instrument) -> None:
    first = enqueue(reader)

    edited = enqueue(reader, number=2, content=lambda control_id: message(control_id, "edited"))

    assert edited.control_id != first.control_id
    assert bytes(edited.content) == message(edited.control_id, "edited")
    assert bytes(Dispatch.objects.get(pk=first.pk).content) == message(first.control_id)


def test_nothing_is_queued_where_the_act_is_taken_back(reader: Instrument) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        enqueue(reader)
        raise RuntimeError

    assert not Dispatch.objects.exists()


def test_a_number_that_was_drawn_before_gives_another_id() -> None:
    made = {dispatches.new_control_id(7) for _ in range(20)}

    assert len(made) == 20
    assert all(len(one) <= 20 for one in {dispatches.new_control_id(10**30), *made})


def test_a_message_under_another_id_is_never_queued(reader: Instrument) -> None:
    with pytest.raises(ValueError, match="MSH-10"):
        enqueue(reader, content=lambda control_id: message("1"))


def test_nothing_is_sent_to_what_only_calls_by_http(db: None) -> None:
    with pytest.raises(dispatches.NoWayOut):
        enqueue(wires.instrument("HTTP"))


def test_an_answer_is_of_no_use_after_its_asker_gave_up(reader: Instrument) -> None:
    until = database_now() + timedelta(seconds=60)

    answer = enqueue(reader, kind=DispatchKind.QUERY_ANSWER, until=until)

    assert answer.expires_at == until
    assert enqueue(reader).expires_at > until + AGES[KIND] / 2


def test_two_that_queue_the_same_at_once_queue_it_once(fresh_database: str) -> None:
    instrument = wires.instrument("HL7")
    both, made = threading.Barrier(2), []

    def beside() -> None:
        try:
            both.wait(30)
            made.append(enqueue(instrument).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=beside) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert len(made) == 2
    assert len(set(made)) == 1
    assert Dispatch.objects.count() == DispatchEvent.objects.count() == 1
