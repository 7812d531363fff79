"""The listener is killed between the commit and the move of a file: nothing is filed twice."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from assays.listeners import folders
from assays.models import TransmissionMessage
from assays.rules.endpoints import EndpointRole
from tests import processes
from tests.assays.endpoints import lines
from tests.assays.listeners.listening import hl7_message
from tests.assays.listeners.serving import ANY_PORT, PATIENCE, serve
from tests.processes import wait_until

pytestmark = pytest.mark.processes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "files" / "xn-1"
    made.mkdir(parents=True)
    return made


@pytest.fixture
def services(fresh_database: str, tmp_path: Path, folder: Path) -> Iterator[processes.Services]:
    lines.endpoint(lines.instrument("HL7"), EndpointRole.FOLDER, folder="xn-1", stable_seconds=1)
    where = {"LABSYS_FOLDERS": str(folder.parent)}
    with processes.services(fresh_database, tmp_path, **ANY_PORT, **where) as made:
        yield made


def test_a_file_that_was_stored_when_the_listener_died_is_moved_by_the_next(
    services: processes.Services, folder: Path
) -> None:
    (folder / "a.hl7").write_bytes(hl7_message("1") + hl7_message("2"))
    server = serve(services, fault=folders.BEFORE_MOVE)
    assert server.process.wait(PATIENCE) == -signal.SIGKILL
    services.running.remove(server.process)
    assert (folder / "a.hl7").exists()
    assert TransmissionMessage.objects.count() == 2

    serve(services)
    moved = folder / "done" / "a.hl7"
    wait_until(moved.exists, seconds=PATIENCE, what="the file to be moved", services=services)

    assert TransmissionMessage.objects.count() == 2
    assert {one.status for one in TransmissionMessage.objects.all()} == {"RECEIVED"}
