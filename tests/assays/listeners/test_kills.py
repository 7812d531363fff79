"""The listener is killed at its named points: what was acknowledged is there, a repetition is known."""

from __future__ import annotations

import hashlib
import signal
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from assays.actions import abandoned, intake
from assays.models import (
    TransmissionFrame,
    TransmissionMessage,
    TransmissionSession,
)
from assays.queries import ledger
from labsys.accounts.models import Principal
from labsys.lib import faults
from labsys.lib.clock import database_now
from labsys.work import heartbeats
from labsys.work.models import WorkItem
from tests import processes
from tests.assays.listeners import wires
from tests.assays.listeners.listening import (
    ACK,
    ENQ,
    EOT,
    Line,
    astm_message,
    frames,
    hl7_message,
)
from tests.assays.listeners.serving import (
    ANY_PORT,
    PATIENCE,
    insist,
    send_astm,
    send_hl7,
    serve,
)

pytestmark = pytest.mark.processes
POINTS = sorted(point for point in faults.POINTS if point.startswith("instruments."))


@pytest.fixture
def services(fresh_database: str, tmp_path: Path) -> Iterator[processes.Services]:
    wires.instrument("ASTM", code="counter")
    wires.instrument("HL7", code="reader")
    with processes.services(fresh_database, tmp_path, **ANY_PORT) as made:
        yield made


def sweep() -> int:
    return abandoned.close(by=Principal.objects.system("sweep"), at=database_now())


def let_time_pass() -> None:
    """As if the listeners had been dead for a minute."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE work_heartbeat SET at = at - interval '1 minute'")
    earlier = database_now() - timedelta(minutes=1)
    TransmissionSession.objects.filter(state="OPEN").update(opened_at=earlier)


def contents() -> Counter[bytes]:
    found = TransmissionMessage.objects.filter(status="RECEIVED")
    return Counter(bytes(content) for content in found.values_list("content", flat=True))


def test_the_points_are_where_they_are_looked_for() -> None:
    assert [intake.BEFORE_REPLY, intake.BEFORE_COMMIT] == POINTS


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("passage", [1, 2, 3, 4])
def test_a_kill_loses_no_astm_message_and_leaves_no_session_open(
    services: processes.Services, point: str, passage: int
) -> None:
    text = astm_message()
    server = serve(services, fault=f"{point}:{passage}")

    acknowledged = send_astm(server.astm, text)

    assert server.process.wait(PATIENCE) == -signal.SIGKILL
    # The first passage is that of the bid.
    assert acknowledged == max(0, passage - 2)
    services.running.remove(server.process)
    again = serve(services)
    insist(send_astm, again.astm, text)
    let_time_pass()
    sweep()

    is_twice = (point, passage) == (intake.BEFORE_REPLY, 4)
    assert contents() == {text: 1 + is_twice}
    living = TransmissionSession.objects.order_by("pk").last().listener
    left = TransmissionSession.objects.exclude(listener=living)
    assert set(left.values_list("state", flat=True)) <= {"LOST"}
    messages = TransmissionMessage.objects.order_by("pk")
    assert {bytes(m.sha256) for m in messages if m.status == "RECEIVED"} == {
        hashlib.sha256(text).digest()
    }
    assert WorkItem.objects.count() == 1 + is_twice
    assert ledger.take().is_balanced
    carried = set(TransmissionFrame.objects.exclude(message_id=None).values_list("message_id"))
    assert carried == {(message.pk,) for message in messages}


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_loses_no_hl7_message(services: processes.Services, point: str) -> None:
    server = serve(services, fault=point)

    assert not send_hl7(server.mllp, "first")

    assert server.process.wait(PATIENCE) == -signal.SIGKILL
    services.running.remove(server.process)
    again = serve(services)
    insist(send_hl7, again.mllp, "first")
    times = 2 if point == intake.BEFORE_REPLY else 1
    assert contents() == {hl7_message("first"): times}
    assert WorkItem.objects.count() == times


def test_what_a_killed_listener_left_open_is_put_together_once(
    services: processes.Services,
) -> None:
    whole, cut = astm_message("A1"), astm_message("B2")
    server = serve(services)
    with Line(server.astm) as line:
        assert line.ask(ENQ) == ACK
        assert line.ask(frames(whole)[0]) == ACK
        assert line.ask(frames(cut[:60], cut[60:], first=2)[0]) == ACK
        services.kill(server.process)
    (begun,) = set(
        TransmissionFrame.objects.exclude(message_id=None)
        .exclude(message_id__in=TransmissionMessage.objects.values("pk"))
        .values_list("message_id", flat=True)
    )
    assert sweep() == 0  # it may be alive still
    let_time_pass()

    assert sweep() == 1
    assert sweep() == 0

    session = TransmissionSession.objects.get()
    assert (session.state, session.messages) == ("LOST", 2)
    assert contents() == {whole: 1}
    incomplete = TransmissionMessage.objects.get(status="INCOMPLETE")
    assert incomplete.pk == begun
    assert bytes(incomplete.content) == cut[:60]
    assert incomplete.instrument.code == "counter"
    assert ledger.take().is_balanced


def test_what_was_half_sent_without_frames_is_put_together_as_it_was_framed(
    fresh_database: str, tmp_path: Path
) -> None:
    wires.instrument("ASTM", code="bare", frameless=True)
    cut = astm_message("B2").removesuffix(b"L|1|N\r")
    with processes.services(fresh_database, tmp_path, **ANY_PORT) as services:
        server = serve(services)
        with Line(server.astm) as line:
            assert line.ask(ENQ) == ACK
            assert line.ask(b"\x02" + cut + b"\x03") == ACK
            services.kill(server.process)
        let_time_pass()

        assert sweep() == 1

    incomplete = TransmissionMessage.objects.get()
    assert (incomplete.status, bytes(incomplete.content)) == ("INCOMPLETE", cut)
    assert incomplete.instrument.code == "bare"


def test_a_listener_that_lives_keeps_its_sessions(services: processes.Services) -> None:
    server = serve(services)
    with Line(server.astm) as line:
        assert line.ask(ENQ) == ACK
        TransmissionSession.objects.update(opened_at=database_now() - timedelta(hours=1))
        processes.wait_until(
            lambda: heartbeats.ages()["instruments"] is not None,
            seconds=PATIENCE,
            what="the listener's sign of life",
        )

        assert sweep() == 0
        assert line.ask(frames(astm_message())[0]) == ACK


def test_a_listener_that_was_given_up_cannot_add_to_what_was_closed(
    services: processes.Services,
) -> None:
    text = astm_message()
    first, second = frames(text[:60], text[60:])
    server = serve(services)
    with Line(server.astm) as line:
        assert line.ask(ENQ) == ACK
        assert line.ask(first) == ACK
        TransmissionSession.objects.update(state="LOST")

        assert line.ask(second) != ACK
        line.send(EOT)
        assert line.answer() == b""
    insist(send_astm, server.astm, text)

    assert contents() == {text: 1}


def test_it_stops_cleanly_when_asked(services: processes.Services) -> None:
    server = serve(services)
    with Line(server.astm) as line:
        assert line.ask(ENQ) == ACK
        server.process.send_signal(signal.SIGTERM)
        assert line.answer() == b""

    assert server.process.wait(PATIENCE) == 0
    assert TransmissionSession.objects.get().state == "LOST"


def test_a_taken_port_is_a_sentence(services: processes.Services) -> None:
    server = serve(services)
    services.environment["LABSYS_ASTM_PORT"] = str(server.astm)

    second = services.start("instruments")

    assert second.wait(PATIENCE) == 1
    assert f"ASTM cannot listen on port {server.astm} of 127.0.0.1" in services.logs()
    assert "Traceback" not in services.logs()
