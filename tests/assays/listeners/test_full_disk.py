"""The database's disk is full: nothing is acknowledged, it is said, and nothing is lost when it is not."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from django.conf import settings

from assays.models import Instrument, Nonconformity, TransmissionFrame, TransmissionMessage
from assays.queries import full_disks, ledger
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests.assays.console.transmitted import text_of
from tests.assays.listeners import wires
from tests.assays.listeners.listening import (
    ACK,
    ENQ,
    EOT,
    NAK,
    Listening,
    astm_message,
    frames,
    hl7_message,
    listening,
    wrapped,
)
from tests.clients import client_of
from tests.processes import wait_until

# What PostgreSQL says where a file cannot grow (SQLSTATE 53100), from the table that grows first.
_FULL = """
CREATE FUNCTION test_disk_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100';
END $$;
CREATE TRIGGER test_disk_full BEFORE INSERT ON transmission_frame
    FOR EACH STATEMENT EXECUTE FUNCTION test_disk_full();
"""
_FREE = "DROP TRIGGER test_disk_full ON transmission_frame; DROP FUNCTION test_disk_full();"


@pytest.fixture
def listeners(fresh_database: str) -> Iterator[Listening]:
    wires.instrument("ASTM", code="counter")
    wires.instrument("HL7", code="reader")
    with listening() as made:
        yield made


def as_owner(database: str, statement: str) -> None:
    with psycopg.connect(settings.SERVERS.owner_url(database), autocommit=True) as line:
        line.execute(statement)


def test_a_full_disk_acknowledges_nothing_and_loses_nothing(
    listeners: Listening, fresh_database: str, caplog: pytest.LogCaptureFixture
) -> None:
    text = astm_message()
    first, second = frames(text[:60], text[60:])
    with listeners.astm() as astm, listeners.astm() as late, listeners.mllp() as mllp:
        assert [astm.ask(ENQ), astm.ask(first)] == [ACK, ACK]
        as_owner(fresh_database, _FULL)

        with caplog.at_level(logging.ERROR):
            assert astm.ask(second) == NAK
            assert late.ask(ENQ) == NAK
            mllp.send(wrapped(hl7_message("full")))
            assert mllp.block() == b""
        assert "the database's disk is full" in caplog.text
        assert TransmissionMessage.objects.count() == 0

        as_owner(fresh_database, _FREE)
        assert astm.ask(second) == ACK
        astm.send(EOT)
    with listeners.mllp() as again:
        again.send(wrapped(hl7_message("full")))
        assert b"MSA|AA|full" in again.block()

    wait_until(lambda: TransmissionMessage.objects.count() == 2, seconds=30, what="both messages")
    kept = {bytes(one.content) for one in TransmissionMessage.objects.all()}
    assert kept == {text, hl7_message("full")}
    assert TransmissionFrame.objects.filter(content=second).count() == 1
    assert ledger.take().is_balanced


def test_people_see_it_while_it_lasts_and_an_incident_remains(
    listeners: Listening, fresh_database: str
) -> None:
    client = client_of(Role.TECHNOLOGIST)
    counter = Instrument.objects.get(code="counter")
    pages = ["/instruments/", f"/instruments/{counter.pk}/"]
    assert full_disks.since() is None
    before = database_now()
    as_owner(fresh_database, _FULL)

    with listeners.astm() as astm:
        assert astm.ask(ENQ) == NAK

    since = full_disks.since()
    assert since is not None
    assert before - timedelta(seconds=1) <= since <= database_now()
    for page in pages:
        assert "disk is full: nothing that instruments send is acknowledged" in text_of(
            client, page
        )
    assert not Nonconformity.objects.exists()

    as_owner(fresh_database, _FREE)
    for _again in range(2):  # a second conversation tells nothing twice
        with listeners.astm() as astm:
            assert astm.ask(ENQ) == ACK
    wait_until(Nonconformity.objects.exists, seconds=30, what="the incident")

    assert full_disks.since() is None
    for page in pages:
        assert "disk is full" not in text_of(client, page)
    [incident] = Nonconformity.objects.all()
    assert incident.severity == "MAJOR"
    assert "disk was full from" in incident.summary


def test_what_dies_while_the_disk_is_full_leaves_nothing_said(
    listeners: Listening, fresh_database: str
) -> None:
    as_owner(fresh_database, _FULL)
    with listeners.astm() as astm:
        assert astm.ask(ENQ) == NAK
    assert full_disks.since() is not None

    listeners.stop()

    # The database lets go of what a connection held a moment after its end.
    wait_until(lambda: full_disks.since() is None, seconds=30, what="nobody to say so")


def test_a_message_too_large_for_what_is_left_stops_no_smaller_one(
    listeners: Listening, fresh_database: str
) -> None:
    large = "WHEN (length(NEW.content) > 100000)"
    as_owner(
        fresh_database,
        _FULL.replace("FOR EACH STATEMENT", f"FOR EACH ROW {large}"),
    )
    with listeners.mllp() as one, listeners.mllp() as other:
        one.send(wrapped(hl7_message("large", padding=2_000_000)))
        other.send(wrapped(hl7_message("small")))

        assert b"MSA|AA|small" in other.block()
        assert one.block() == b""

    as_owner(fresh_database, _FREE)
    with listeners.mllp() as again:
        again.send(wrapped(hl7_message("large", padding=2_000_000)))
        assert b"MSA|AA|large" in again.block()
