"""The database crashes while the outbox sends: nothing is lost, and what comes twice is known by its id."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import processes
from tests.assays.dispatches.receiving import Receiver, control_id_of
from tests.assays.listeners.crashing import Site, standing
from tests.assays.listeners.serving import ANY_PORT, PATIENCE, serve
from tests.processes import wait_until

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("outage")]

MESSAGES, CRASHES = 24, 3
_QUEUE = """
from assays.models import Instrument
from tests.assays.dispatches.receiving import queue_of
queue_of(Instrument.objects.get(code="reader"), %d)
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with standing(tmp_path_factory.mktemp("cluster")) as made:
        yield made


@pytest.fixture
def services(site: Site, tmp_path: Path) -> Iterator[processes.Services]:
    with processes.services("unused", tmp_path, DATABASE_URL=site.url, **ANY_PORT) as made:
        yield made


def queue(services: processes.Services, count: int) -> None:
    """Queue so many messages from a process of labsys, on the database that crashes."""
    command = [sys.executable, "manage.py", "shell", "-c", _QUEUE % count]
    environment = {**services.environment, "LABSYS_SERVICE": "instruments"}
    subprocess.run(command, cwd=processes.ROOT, env=environment, check=True)


def test_a_crash_of_the_database_while_messages_leave_loses_none(
    site: Site, services: processes.Services
) -> None:
    queue(services, MESSAGES)
    server = serve(services)

    def is_sent() -> bool:
        rows = site.rows("SELECT 1 FROM assays_dispatch WHERE status <> 'ACCEPTED' LIMIT 1")
        return rows == []

    with Receiver(server.mllp, hold=lambda _before: 0.05) as receiver:
        for crash in range(CRASHES):
            so_many = (crash + 1) * MESSAGES // (CRASHES + 2)
            wait_until(
                lambda n=so_many: len(receiver.effects) >= n,  # type: ignore[misc]
                seconds=PATIENCE,
                what=f"{so_many} messages before a crash",
                services=services,
            )
            time.sleep(0.02 * crash)
            site.crash()
            site.start()
        wait_until(is_sent, seconds=PATIENCE, what="everything to be accepted", services=services)

    queued = site.rows("SELECT control_id, content FROM assays_dispatch ORDER BY id")
    assert receiver.effects == [one for one, _content in queued]
    came: dict[str, set[bytes]] = defaultdict(set)
    for block in receiver.blocks:
        came[control_id_of(block)].add(block)
    # Who has a message by its MSH-10 has it whole: what comes again is the same, byte for byte.
    assert came == {str(one): {bytes(content)} for one, content in queued}  # type: ignore[call-overload]
