"""A worker is killed at every point of its work: each message of a wire is filed, and filed once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from assays.actions import messages
from assays.models import Result, TransmissionItem, TransmissionMessage
from assays.queries import rereadings
from labsys.accounts.roles import Role
from labsys.lib import faults
from labsys.lib.clock import database_now
from labsys.work import worker  # noqa: F401  declares its fault points
from labsys.work.models import WorkItem
from tests import factories, processes
from tests.assays import laboratory
from tests.assays.interpreting import plain
from tests.assays.listeners import wires

pytestmark = pytest.mark.processes
POINTS = sorted(point for point in faults.POINTS if point.startswith(("work.claim", "work.effect")))
MESSAGES = 6
# More than a worker takes at once: a run that is killed is half done.
OF_A_RUN = 20
PATIENCE = 60


def text(accession: str, number: int) -> bytes:
    """A message by the book, with one value, control material and an unknown code."""
    now = f"{database_now():%Y%m%d%H%M%S}"
    records = (
        rf"H|\^&|{number}||made-up|||||||P||{now}",
        "P|1",
        f"O|1|{accession}||^^^HB|R",
        f"R|1|^^^HB|13.{number:02}|g/dL||N||F||||{now}",
        f"R|2|^^^XYZ|1|g/dL||N||F||||{now}",
        "O|2|LEVEL-1||^^^HB|R||||||Q",
        f"R|1|^^^HB|12.0|g/dL||N||F||||{now}",
        "L|1|N",
    )
    return "".join(f"{record}\r" for record in records).encode()


@pytest.fixture
def lab(fresh_database: str, tmp_path: Path) -> Iterator[SimpleNamespace]:
    assays = laboratory.assays(HGB={"low": "12.0", "high": "15.5"})
    sender = laboratory.instrument(
        {"HB": assays["HGB"]},
        protocol="ASTM",
        driver="lis2a2",
        peer_networks=list(wires.LOOPBACK),
    )
    with processes.services(fresh_database, tmp_path, LABSYS_LEASE_SECONDS="2") as services:
        yield SimpleNamespace(services=services, sender=sender, assays=assays)


def is_done() -> bool:
    return not WorkItem.objects.exclude(state="DONE").exists()


def kill_at(services: processes.Services, point: str) -> None:
    """Let a worker work until it dies at a point, and another go on."""
    services.start("relay")
    faulty = services.start("worker", fault=point)
    processes.wait_until(
        lambda: (
            "SIGKILL" in (services.folder / "worker.log").read_text() or faulty.poll() is not None
        ),
        seconds=PATIENCE,
        what=f"the worker to pass {point}",
        services=services,
    )
    services.kill(faulty)
    services.start("worker")
    processes.wait_until(is_done, seconds=PATIENCE, what="all work to be done", services=services)


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_this_point_files_every_message_once(lab, point: str) -> None:
    specimen = laboratory.specimen([lab.assays["HGB"]])
    plain.send(lab.sender, *(text(specimen.accession, n) for n in range(MESSAGES)))
    kill_at(lab.services, point)

    values = Result.objects.order_by("pk").values_list("value", flat=True)
    assert [str(value) for value in values] == [f"13.{n:02}" for n in range(MESSAGES)]
    ends = Counter(TransmissionItem.objects.values_list("status", flat=True))
    assert ends == {"RECORDED": MESSAGES, "HELD": MESSAGES, "QC": MESSAGES}
    stored = TransmissionMessage.objects.values_list("status", flat=True)
    assert set(stored) == {"PARTLY_HELD"}
    plain.check_balanced()


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("passage", [1, 2])
def test_a_run_of_reading_again_that_is_killed_goes_on_where_it_was(
    lab, point: str, passage: int
) -> None:
    specimen = laboratory.specimen([lab.assays["HGB"]])
    unread = [
        text(specimen.accession, n).replace(b"|g/dL|", b"|g per dl|") for n in range(OF_A_RUN)
    ]
    sent = plain.read(lab.sender, *unread)
    assert not Result.objects.exists()
    plain.reset(lab.sender, units={"g per dl": "g/dL"})
    run = messages.read_again(
        message_ids=[one.pk for one in sent],
        by=factories.principal(Role.TECHNOLOGIST),
        at=database_now(),
        reason="the unit was declared",
    )

    kill_at(lab.services, f"{point}:{passage}" if passage > 1 else point)

    values = Result.objects.order_by("pk").values_list("value", flat=True)
    assert [str(value) for value in values] == [f"13.{n:02}" for n in range(OF_A_RUN)]
    outcomes = run.readings.order_by("pk").values_list("outcome", flat=True)
    assert [one["filed"] for one in outcomes] == [1] * OF_A_RUN
    assert rereadings.progress([run.pk])[run.pk].done == OF_A_RUN
    plain.check_balanced()
