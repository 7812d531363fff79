"""The listener is killed while it answers: whoever asks again is answered, and nothing is told twice."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connection

from assays.models import Dispatch, TransmissionMessage, WorkAnswer, WorkOrder
from labsys.work import queue, worker
from labsys.work.sweep import sweep
from tests import processes
from tests.assays import laboratory
from tests.assays.listeners.listening import Line, wrapped
from tests.assays.listeners.serving import ANY_PORT, PATIENCE, serve
from tests.assays.worklists.asking import analyser, parts, qbp
from tests.assays.worklists.test_wires import block

pytestmark = pytest.mark.processes
POINTS = (queue.AFTER_CLAIM, worker.BEFORE_EFFECT, worker.IN_EFFECT, worker.AFTER_EFFECT)


@pytest.fixture
def lab(fresh_database: str) -> SimpleNamespace:
    assays = laboratory.assays(GLU={})
    analyser(assays, driver="hl7-oru-oul")
    return SimpleNamespace(specimen=laboratory.specimen([assays["GLU"]]))


@pytest.fixture
def services(
    fresh_database: str, lab: SimpleNamespace, tmp_path: Path
) -> Iterator[processes.Services]:
    with processes.services(fresh_database, tmp_path, **ANY_PORT) as made:
        yield made


def let_leases_end() -> None:
    """As if the killed listener's time had run out, and the sweep had come by."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE work_workitem SET lease_until = now() - interval '1 second' "
            "WHERE state = 'RUNNING'"
        )
    sweep()


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_while_answering_loses_no_question_and_tells_nothing_twice(
    services: processes.Services, lab: SimpleNamespace, point: str
) -> None:
    name = lab.specimen.accession
    server = serve(services, fault=point)
    with Line(server.mllp) as line:
        line.send(wrapped(qbp(name, control_id="first")))
        assert block(line) == b""
    assert server.process.wait(PATIENCE) == -signal.SIGKILL
    services.running.remove(server.process)
    let_leases_end()
    again = serve(services)

    with Line(again.mllp) as line:
        line.send(wrapped(qbp(name, control_id="second")))
        reply = block(line)
        while parts(reply, "MSH")[0].raw(9) != "RSP^K11^RSP_K11":
            reply = block(line)

    assert parts(reply, "MSA")[0].text(2) == "second"
    assert parts(reply, "QAK")[0].text(2) == "OK"
    assert TransmissionMessage.objects.count() == 2
    answered = Counter(WorkAnswer.objects.values_list("message", flat=True))
    told = Counter(WorkOrder.objects.values_list("answer__message", flat=True))
    sent = Counter(Dispatch.objects.values_list("subject_id", flat=True))
    assert set(answered.values()) == {1}
    assert answered == told == sent
