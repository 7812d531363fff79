"""Results are evaluated while analyses go on and on in every process that may be held by them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from assays.actions.analyses import runs
from assays.actions.analyses.runs import ANALYSE
from assays.models import AnalysisPart, Evaluation
from assays.rules.analyses import kinetics
from assays.rules.analyses.runs import AnalysisKind
from labsys.accounts.roles import Role
from labsys.launch.services import SERVICES
from labsys.lib.clock import database_now
from labsys.work.models import WorkItem
from tests import factories, processes
from tests.assays import laboratory
from tests.assays.analyses.courses import course
from tests.assays.senders import Sender, item

pytestmark = pytest.mark.processes

ENDLESS = 40  # more than all processes would take at once


def started_with(processes_of_the_pool: int | None) -> list[str]:
    """Return the command of the installation's worker, whose analyses may be hostile."""
    (worker,) = (one for one in SERVICES if one.name == "worker")
    command = [sys.executable, *worker.arguments({})]
    command[command.index("-A") + 1] = "tests.assays.analyses.endless"
    if processes_of_the_pool is not None:
        command[command.index("-c") + 1] = str(processes_of_the_pool)
    return command


def ask(*, hostile: str, count: int) -> None:
    runs.ask(
        kind=AnalysisKind.KINETICS,
        inputs=[course(number, hostile=hostile) for number in range(count)],
        parameters=kinetics.parameters(),
        is_urgent=True,
        by=factories.principal(Role.PATHOLOGIST),
        at=database_now(),
    )


def held() -> set[str]:
    """Return the processes that do analyses now."""
    running = WorkItem.objects.filter(kind=ANALYSE, state="RUNNING")
    return set(running.values_list("worker", flat=True))


def test_a_process_is_always_free_of_analyses(
    fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hgb = laboratory.assays(HGB={"low": "12.0", "high": "15.5"})["HGB"]
    made = laboratory.instrument({"HB": hgb})
    sender = Sender(made, laboratory.key_of(made), {"HGB": hgb})
    specimens = [laboratory.specimen([hgb]) for _number in range(3)]
    ask(hostile="hang", count=ENDLESS)
    monkeypatch.setitem(processes.COMMANDS, "worker", started_with(None))

    with processes.services(fresh_database, tmp_path) as services:
        services.start("worker")
        services.start("relay")
        processes.wait_until(
            lambda: len(held()) == 2, seconds=90, what="two are held", services=services
        )
        before = held()
        for number, specimen in enumerate(specimens, start=1):
            # What evaluates one looks for more to do, so that it would be held when the next comes.
            assert sender.send(item(specimen, value="11.9")).status_code == 201
            processes.wait_until(
                lambda count=number: Evaluation.objects.count() == count,
                seconds=30,
                what=f"result {number} is evaluated while {len(held())} are held",
                services=services,
            )
        after = held()

    assert after == before
    assert not AnalysisPart.objects.exclude(done_at=None).exists()
    assert not WorkItem.objects.filter(kind=ANALYSE, attempts__gt=1).exists()
    assert before.isdisjoint(Evaluation.objects.values_list("worker", flat=True))


def test_a_worker_of_one_process_does_analyses_too(
    fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(hostile="", count=12)
    monkeypatch.setitem(processes.COMMANDS, "worker", started_with(1))

    with processes.services(fresh_database, tmp_path) as services:
        services.start("worker")
        services.start("relay")
        processes.wait_until(
            lambda: not WorkItem.objects.exclude(state="DONE").exists(),
            seconds=90,
            what="the run ends",
            services=services,
        )

    assert not AnalysisPart.objects.filter(done_at=None).exists()
