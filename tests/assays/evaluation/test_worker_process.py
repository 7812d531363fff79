"""A real relay and a real Celery worker evaluate what was sent, and the record says which did."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from assays.models import Evaluation
from tests.assays import laboratory
from tests.assays.senders import Sender, item
from tests.processes import services, wait_until

pytestmark = pytest.mark.processes


@pytest.fixture
def sending(fresh_database: str, django_db_blocker):
    """An instrument and a specimen in a database that other processes see."""
    with django_db_blocker.unblock():
        assays = laboratory.assays(
            HGB={"low": "12.0", "high": "15.5"}, WBC={"unit": "10*3/uL", "low": 4, "high": 11}
        )
        made = laboratory.instrument({"HB": assays["HGB"], "WBC": assays["WBC"]})
        yield Sender(made, laboratory.key_of(made), assays), fresh_database


def test_evaluations_carry_the_worker_and_the_task_of_celery(sending, tmp_path: Path) -> None:
    sender, database = sending
    specimen = laboratory.specimen(list(sender.assays.values()))
    sender.send(item(specimen, value="11.9"), item(specimen, "WBC", "7", unit="10*3/uL"))
    assert not Evaluation.objects.exists()

    with services(database, tmp_path) as running:
        worker = running.start("worker")
        running.start("relay")
        wait_until(
            lambda: Evaluation.objects.count() == 2,
            seconds=60,
            what="evaluations",
            services=running,
        )

    found = list(Evaluation.objects.order_by("pk"))
    assert [one.flags for one in found] == [["L"], ["N"]]
    (host,) = {one.worker.rpartition(":")[0] for one in found}
    assert host == socket.gethostname()
    pids = {int(one.worker.rpartition(":")[2]) for one in found}
    assert worker.pid not in pids  # a child of the worker's pool, never this process
    assert all(len(one.task_id) == 36 for one in found)
