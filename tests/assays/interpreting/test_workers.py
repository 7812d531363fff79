"""Several workers at once: every message is read once, each connection in its order."""

from __future__ import annotations

import pytest
from django.db import connection

from assays.models import Result, TransmissionItem, TransmissionMessage
from labsys.work import periodic, worker
from labsys.work.models import WorkItem
from labsys.work.registry import Execution
from tests.assays import laboratory
from tests.assays.api.test_races import together
from tests.assays.interpreting import plain
from tests.assays.interpreting.plain import message, reading, send

MESSAGES = 15
WORKERS = 3


@pytest.fixture
def racing(fresh_database: str):
    """Two analysers that measure the same specimens, in a database where commits are real."""
    assays = laboratory.assays(HGB={"low": "12.0", "high": "15.5"})
    specimens = [laboratory.specimen([assays["HGB"]]) for _number in range(4)]
    return [plain.instrument({"HB": assays["HGB"]}) for _number in range(2)], specimens


def drain(number: int) -> None:
    connection.ensure_connection()
    for _time in range(200):
        worker.drain(Execution(worker=f"here:{number}", task_id=str(number)), seconds=0.2)
        open_ = WorkItem.objects.filter(state__in=["PENDING", "BLOCKED", "RUNNING"])
        if not open_.exists():
            return


def test_several_workers_read_every_message_once_and_in_order(racing, django_db_blocker) -> None:
    instruments, specimens = racing
    with django_db_blocker.unblock():
        periodic.load()
        for number in range(MESSAGES):
            for sender in instruments:
                one, other = specimens[number % 4], specimens[(number + 1) % 4]
                send(
                    sender,
                    message(
                        reading(one, run=f"{number}a"),
                        reading(other, run=f"{number}b"),
                        reading("2600000000", run=str(number)),
                    ),
                )

        together(drain, WORKERS)

        done = WorkItem.objects.exclude(state="DONE").values_list("kind", "state", "last_error")
        assert list(done) == []
        stored = TransmissionMessage.objects.order_by("pk")
        assert {one.status for one in stored} == {"PARTLY_HELD"}
        assert TransmissionItem.objects.count() == 3 * 2 * MESSAGES
        assert Result.objects.count() == 2 * 2 * MESSAGES
        for sender in instruments:
            mine = Result.objects.filter(instrument=sender).order_by("pk")
            order = [row.transmission_item.message_id for row in mine]
            assert order == sorted(order)
        plain.check_balanced()
