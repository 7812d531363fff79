"""The database's disk is full: nothing is acknowledged, it is said, and nothing is lost when it is not."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings

from assays.models import TransmissionFrame, TransmissionMessage
from assays.queries import ledger
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
