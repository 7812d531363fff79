"""The process is killed at every named point: nothing acknowledged is lost, nothing done twice.

The sender behaves as instruments do: it sends a message again until it is answered, with the same
idempotency key. What it was told is the history that the database is held against.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import assays.tasks  # noqa: F401  declares its fault points
from assays.actions import transmissions  # noqa: F401
from assays.models import Evaluation, Result
from labsys.lib import faults
from labsys.work import relay, worker  # noqa: F401
from labsys.work.models import WorkItem
from tests import processes
from tests.assays import laboratory
from tests.conftest import copy_template, drop_database, point_at

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("faults")]

MESSAGES = 6
# Those of the listeners are passed in tests/assays/listeners, by senders that speak over wires.
POINTS = sorted(
    point
    for point in faults.POINTS
    if not point.startswith(("instruments.", "dispatches.", "folders."))
)
SERVICE = {"relay": "relay", "assays": "web", "work.enqueue": "web", "work": "worker"}


@dataclass
class Laboratory:
    """A small laboratory with its services running."""

    services: processes.Services
    token: str
    specimens: list[str]
    running: dict[str, Any] = field(default_factory=dict)
    accepted: list[str] = field(default_factory=list)


def service_of(point: str) -> str:
    return next(name for prefix, name in SERVICE.items() if point.startswith(prefix))


@pytest.fixture(scope="module")
def lab(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Laboratory]:
    from django.db import connections

    before = connections["default"].settings_dict["NAME"]
    name = f"{before}_faults"
    folder: Path = tmp_path_factory.mktemp("services")
    with django_db_blocker.unblock():
        copy_template(name)
        point_at(name)
        assays_ = laboratory.assays(HGB={"low": 12, "high": 16})
        instrument = laboratory.instrument({"HB": assays_["HGB"]})
        token = laboratory.key_of(instrument)
        with processes.services(name, folder, LABSYS_LEASE_SECONDS="2") as services:
            made = Laboratory(services, token, [])
            for service in ("web", "relay", "worker"):
                made.running[service] = services.start(service)
            made.specimens = [
                laboratory.specimen([assays_["HGB"]]).accession
                for _number in range(MESSAGES * len(POINTS))
            ]
            yield made
        point_at(before)
        drop_database(name)


def send(lab: Laboratory, accession: str, observed_at: str, until: float) -> None:
    """Send one message until it is answered."""
    body = {
        "results": [
            {
                "specimen": accession,
                "code": "HB",
                "value": "13.2",
                "unit": "g/dL",
                "observed_at": observed_at,
            }
        ]
    }
    content = json.dumps(body).encode()
    while time.monotonic() < until:
        request = urllib.request.Request(
            f"{lab.services.url}/api/v1/results",
            data=content,
            headers={
                "Authorization": f"Instrument {lab.token}",
                "Content-Type": "application/json",
                "Idempotency-Key": accession,
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                assert answer.status == 201
                lab.accepted.append(accession)
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise AssertionError(f"not accepted in time\n{lab.services.logs()}")


def restart_dead(lab: Laboratory, service: str, faulty: Any) -> bool:
    """Put a service that was killed at its point back to work; returns whether it was killed."""
    if service == "web":
        # gunicorn replaces a killed worker by itself, with the fault armed again: one kill is enough.
        log = (lab.services.folder / "web.log").read_text()
        if "SIGKILL" not in log[lab.running["log"] :]:
            return False
        lab.services.kill(faulty)
    elif service == "worker":
        log = (lab.services.folder / "worker.log").read_text()
        if "SIGKILL" not in log[lab.running["log"] :] and faulty.poll() is None:
            return False
        lab.services.kill(faulty)
    elif faulty.poll() is None:
        return False
    else:
        assert faulty.returncode == -signal.SIGKILL
        lab.services.running.remove(faulty)
    lab.running[service] = lab.services.start(service)
    return True


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_this_point_loses_and_doubles_nothing(lab: Laboratory, point: str) -> None:
    service = service_of(point)
    mine = [lab.specimens.pop() for _number in range(MESSAGES)]
    lab.services.kill(lab.running[service])
    log = lab.services.folder / f"{service}.log"
    lab.running["log"] = len(log.read_text()) if log.exists() else 0
    faulty = lab.services.start(service, fault=point if service != "web" else f"{point}:2")
    until = time.monotonic() + 60
    observed_at = laboratory.moment().isoformat()  # read here: the senders know no database
    senders = [threading.Thread(target=send, args=(lab, one, observed_at, until)) for one in mine]
    for sender in senders:
        sender.start()
    killed = False
    while time.monotonic() < until:
        if not killed:
            killed = restart_dead(lab, service, faulty)
        if killed and not any(sender.is_alive() for sender in senders) and is_done(mine):
            break
        time.sleep(0.1)
    for sender in senders:
        sender.join(timeout=5)

    assert killed, f"the {service} never passed {point}\n{lab.services.logs()}"
    assert set(mine) <= set(lab.accepted)
    assert is_done(mine), lab.services.logs()
    assert counts(mine) == dict.fromkeys(mine, (1, 1))
    left = WorkItem.objects.exclude(state="DONE").values_list("state", "last_error")
    assert list(left) == []


def is_done(accessions: list[str]) -> bool:
    evaluated = Evaluation.objects.filter(result__specimen__accession__in=accessions)
    return (
        evaluated.count() >= len(accessions) and not WorkItem.objects.exclude(state="DONE").exists()
    )


def counts(accessions: list[str]) -> dict[str, tuple[int, int]]:
    """Return, per specimen, how many results and evaluations it has."""
    return {
        one: (
            Result.objects.filter(specimen__accession=one).count(),
            Evaluation.objects.filter(result__specimen__accession=one).count(),
        )
        for one in accessions
    }


def test_the_worker_signs_what_it_evaluated(lab: Laboratory) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(lab.running["worker"].pid, 0)
    signed = set(Evaluation.objects.values_list("worker", "task_id"))

    assert signed
    for name, task_id in signed:
        host, _colon, process = name.rpartition(":")
        assert host == os.uname().nodename
        assert int(process) != os.getpid()
        assert len(task_id) == 36
