"""The listener is killed while it sends: the same message goes out again, under the same id."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from assays.actions import deliveries, intake
from assays.models import Dispatch
from assays.queries import ledger
from assays.rules.dispatching import DispatchStatus
from labsys.lib import faults
from tests import processes
from tests.assays.dispatches.receiving import Receiver, control_id_of, queue_of
from tests.assays.listeners import wires
from tests.assays.listeners.serving import ANY_PORT, PATIENCE, serve
from tests.processes import wait_until

pytestmark = pytest.mark.processes
OWN = sorted(point for point in faults.POINTS if point.startswith("dispatches."))
POINTS = [*OWN, intake.BEFORE_COMMIT]


@pytest.fixture
def services(fresh_database: str, tmp_path: Path) -> Iterator[processes.Services]:
    wires.instrument("HL7", code="reader")
    with processes.services(fresh_database, tmp_path, **ANY_PORT) as made:
        yield made


def let_time_pass() -> None:
    """As if the listener had been dead for a minute."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE work_heartbeat SET at = at - interval '1 minute'")


def test_the_points_are_where_they_are_looked_for() -> None:
    assert sorted([deliveries.BEFORE_SENDING, deliveries.BEFORE_ENDED]) == OWN


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("passage", [1, 2])
def test_a_kill_between_sending_and_accepted_loses_nothing_and_has_one_effect(
    services: processes.Services, point: str, passage: int
) -> None:
    made = queue_of(wires.Instrument.objects.get(), 3)
    server = serve(services, fault=f"{point}:{passage}")
    with Receiver(server.mllp) as before:
        assert server.process.wait(PATIENCE) == -signal.SIGKILL
    services.running.remove(server.process)
    let_time_pass()

    again = serve(services)
    with Receiver(again.mllp) as after:
        wait_until(
            lambda: not Dispatch.objects.exclude(status=DispatchStatus.ACCEPTED).exists(),
            seconds=PATIENCE,
            what="everything to be accepted",
            services=services,
        )

    ids = [one.control_id for one in made]
    effects = list(dict.fromkeys([*before.ids, *after.ids]))
    assert effects == ids
    blocks = {control_id_of(block): block for block in [*before.blocks, *after.blocks]}
    assert [blocks[one.control_id] for one in made] == [bytes(one.content) for one in made]
    # It left twice only where it had left before the kill: the second that is stored is the answer.
    is_twice = point == deliveries.BEFORE_ENDED or (point, passage) == (intake.BEFORE_COMMIT, 2)
    assert len(before.ids) + len(after.ids) == len(ids) + is_twice
    assert ledger.take().is_balanced
