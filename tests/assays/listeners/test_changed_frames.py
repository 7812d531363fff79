"""A frame that comes again with another text: refused, and an incident that people see."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assays.actions import changed_frames, nonconformities
from assays.models import Instrument, Nonconformity, TransmissionMessage, TransmissionSession
from assays.queries import connections
from assays.rules.connections import Alarm
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests import factories
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
    listening,
)
from tests.clients import client_of
from tests.processes import wait_until


@pytest.fixture
def listeners(fresh_database: str) -> Iterator[Listening]:
    wires.instrument("ASTM", code="counter")
    with listening() as made:
        yield made


def change_a_frame(listeners: Listening) -> None:
    """Send half a message, then its frame again under its number with another value."""
    text = astm_message()
    first, _rest = frames(text[:60], text[60:])
    changed, _other = frames(text[:59] + b"9", text[60:])
    before = TransmissionSession.objects.filter(state="ENDED").count()
    with listeners.astm() as line:
        assert [line.ask(ENQ), line.ask(first), line.ask(changed)] == [ACK, ACK, NAK]
        line.send(EOT)
        wait_until(
            lambda: TransmissionSession.objects.filter(state="ENDED").count() > before,
            seconds=30,
            what="the end of the conversation",
        )


def follow() -> list[Nonconformity]:
    """Let the sweep run; returns the incidents there are."""
    changed_frames.follow(by=Principal.objects.system("sweep"), at=database_now())
    return list(Nonconformity.objects.order_by("pk"))


def settle(incident: Nonconformity) -> None:
    nonconformities.mark_entered_in_error(
        nonconformity=incident,
        seen=incident.events.latest("pk").pk,
        reason="a cable was plugged in",
        by=factories.principal(Role.QUALITY_MANAGER),
        at=database_now(),
    )


def alarms_of(instrument: Instrument) -> tuple[Alarm, ...]:
    (line,) = connections.overview(at=database_now()).lines
    assert line.instrument == instrument
    return line.alarms


def test_a_changed_frame_opens_one_incident_that_the_instruments_page_shows(
    listeners: Listening,
) -> None:
    counter = Instrument.objects.get(code="counter")
    change_a_frame(listeners)
    assert not Nonconformity.objects.exists()
    assert Alarm.CHANGED_FRAME not in alarms_of(counter)

    (incident,) = follow()

    assert (incident.instrument, incident.severity, incident.status) == (counter, "MAJOR", "OPEN")
    assert "another text" in incident.summary
    assert Alarm.CHANGED_FRAME in alarms_of(counter)
    client = client_of(Role.TECHNOLOGIST)
    assert f"NC {incident.pk}" in text_of(client, f"/instruments/{counter.pk}/")
    assert "frame sent again with other text" in text_of(client, "/instruments/")
    message = TransmissionMessage.objects.get()
    assert message.status == "INCOMPLETE"
    page = text_of(client, f"/nonconformities/{incident.pk}/")
    assert f"/transmissions/{message.pk}/" in page


def test_while_one_is_open_there_is_no_second_and_after_it_only_what_is_new_counts(
    listeners: Listening,
) -> None:
    change_a_frame(listeners)
    (incident,) = follow()
    change_a_frame(listeners)
    assert follow() == [incident]

    settle(incident)
    assert follow() == [incident]
    assert Alarm.CHANGED_FRAME not in alarms_of(Instrument.objects.get())

    change_a_frame(listeners)
    assert [one.status for one in follow()] == ["ENTERED_IN_ERROR", "OPEN"]


def test_what_is_refused_for_another_reason_is_no_incident(listeners: Listening) -> None:
    (whole,) = frames(astm_message())
    with listeners.astm() as line:
        assert line.ask(ENQ) == ACK
        assert line.ask(whole.replace(b"13.2", b"13.3")) == NAK
        assert line.ask(whole) == ACK
        assert line.ask(whole) == ACK  # our answer was lost
        line.send(EOT)
    wait_until(
        lambda: TransmissionSession.objects.filter(state="ENDED").exists(), seconds=30, what="end"
    )

    assert follow() == []


def test_a_sender_that_nobody_knows_is_named_by_its_address(listeners: Listening) -> None:
    wires.instrument("ASTM", code="other")
    wait_until(lambda: _is_ambiguous(listeners), seconds=30, what="two that it may be")

    change_a_frame(listeners)
    change_a_frame(listeners)

    (incident,) = follow()
    assert incident.instrument is None
    assert "127.0.0.1" in incident.summary


def _is_ambiguous(listeners: Listening) -> bool:
    """Whether the listener has heard of the second instrument."""
    with listeners.astm() as line:
        assert line.ask(ENQ) == ACK
        line.send(EOT)
    newest = TransmissionSession.objects.latest("pk")
    return newest.instrument is None
