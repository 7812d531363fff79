"""Workers are killed in the middle of a run and the broker is emptied: each part is done, and once."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection

from assays.actions import nanite_profiles
from assays.actions.analyses import runs
from assays.actions.analyses.runs import ANALYSE
from assays.models import AnalysisRun, NaniteProfile
from assays.queries import ledger
from assays.queries.analyses import profiles
from assays.queries.analyses import runs as queries
from assays.queries.analyses import searches as asking
from assays.rules.analyses import catalogues, kinetics, reprofiles, searches
from assays.rules.analyses.runs import AnalysisKind, RunStatus
from labsys.accounts.roles import Role
from labsys.audit.models import AuditEvent
from labsys.lib.clock import database_now
from labsys.work.models import WorkItem
from labsys.work.worker import BEFORE_EFFECT, IN_EFFECT
from tests import factories, processes
from tests.assays.analyses.courses import course, courses
from tests.assays.nanites.profiles import content, recorded

PARTS = 40


def asked() -> AnalysisRun:
    """Forty parts, of which the input of one is none: what works on it fails."""
    given = courses(PARTS - 1)
    given.insert(17, course(99, loads="scratched out"))
    return runs.ask(
        kind=AnalysisKind.KINETICS,
        inputs=given,
        parameters=kinetics.parameters(),
        by=factories.principal(Role.PATHOLOGIST),
        at=database_now(),
    )


def kept(run: AnalysisRun) -> dict[int, tuple[datetime, str]]:
    """Return when which worker did which part."""
    rows = run.parts.filter(done_at__isnull=False).values_list("position", "done_at", "worker")
    return {position: (done_at, worker) for position, done_at, worker in rows}


def begun(run: AnalysisRun) -> dict[int, int]:
    """Return how often the work on each part was begun."""
    of = dict(WorkItem.objects.filter(kind=ANALYSE).values_list("subject_id", "attempts"))
    return {position: of[pk] for pk, position in run.parts.values_list("pk", "position")}


def empty_the_broker(services: processes.Services) -> None:
    with Connection(services.environment["REDIS_URL"]) as broker:
        broker.default_channel.client.flushdb()


def kept_at_death(
    run: AnalysisRun, database: str, folder: Path, point: str
) -> dict[int, tuple[datetime, str]]:
    """Let a worker die in its third batch, empty the broker, and let another end the run.

    Returns what was kept of the run when the worker died.
    """
    with processes.services(database, folder, LABSYS_LEASE_SECONDS="2") as services:
        services.start("relay")
        faulty = services.start("worker", fault=f"{point}:3")
        processes.wait_until(
            lambda: "SIGKILL" in log(folder) or faulty.poll() is not None,
            seconds=90,
            what=f"the worker dies at {point}",
            services=services,
        )
        services.kill(faulty)
        before = kept(run)
        empty_the_broker(services)
        services.start("worker")
        end(services)
    return before


@pytest.mark.processes
@pytest.mark.parametrize("point", [BEFORE_EFFECT, IN_EFFECT])
def test_a_run_survives_the_death_of_its_worker_and_an_empty_broker(
    fresh_database: str, tmp_path: Path, point: str
) -> None:
    run = asked()
    before = kept_at_death(run, fresh_database, tmp_path, point)

    run.refresh_from_db()
    after, attempts = kept(run), begun(run)
    assert 2 <= len(before) < PARTS
    assert {position: after[position] for position in before} == before
    assert {attempts[position] for position in before if position != 18} == {1}
    assert Counter(attempts.values()).keys() <= {1, 2, 3, 4}
    assert (run.status, run.outcome["persons"]) == (RunStatus.DONE, PARTS - 1)
    bad = run.parts.get(refusal__isnull=False)
    assert (bad.position, bad.refusal["code"]) == (18, "FAULT")
    found = queries.progress([run.pk])[run.pk]
    assert (found.total, found.done, found.given_up) == (PARTS, PARTS, 1)
    changes = AuditEvent.objects.filter(model="assays.analysispart", op="UPDATE")
    assert set(Counter(changes.values_list("pk_of", flat=True)).values()) == {1}
    assert changes.count() == PARTS
    assert ledger.take().is_balanced


def faint(count: int) -> list[NaniteProfile]:
    """Record profiles of which every third loses an allele below an intensity of 100."""
    found = []
    for number in range(count):
        one = content((11, 12 + number % 7), 5)
        one["intensities"] = {"N01": {"11": 50.0 if number % 3 == 0 else 500.0}}
        found.append(recorded(one))
    return found


@pytest.mark.processes
@pytest.mark.parametrize("point", [BEFORE_EFFECT, IN_EFFECT])
def test_a_new_reading_of_the_whole_catalogue_survives_the_death_of_its_worker(
    fresh_database: str, tmp_path: Path, point: str, monkeypatch
) -> None:
    monkeypatch.setattr(profiles, "PER_PART", 1)
    rows = faint(30)
    withdrawn = rows.pop()
    doctor = factories.principal(Role.PATHOLOGIST)
    nanite_profiles.withdraw(profile=withdrawn, reason="mix-up", by=doctor, at=database_now())
    run = runs.ask(
        kind=AnalysisKind.REPROFILE,
        inputs=profiles.stretches(),
        parameters=reprofiles.parameters(intensity=100),
        by=doctor,
        at=database_now(),
    )
    before = kept_at_death(run, fresh_database, tmp_path, point)

    run.refresh_from_db()
    after, attempts = kept(run), begun(run)
    assert 2 <= len(before) < run.total == 31
    assert {position: after[position] for position in before} == before
    assert {attempts[position] for position in before} == {1}
    assert run.status == RunStatus.DONE
    assert [run.outcome[name] for name in ("profiles", "differ", "lost")] == [29, 10, 10]
    changes = AuditEvent.objects.filter(model="assays.analysispart", op="UPDATE")
    assert set(Counter(changes.values_list("pk_of", flat=True)).values()) == {1}
    assert ledger.take().is_balanced


@pytest.mark.processes
def test_a_search_is_answered_though_workers_die_while_its_catalogue_is_made(
    fresh_database: str, tmp_path: Path
) -> None:
    """The worker is killed when the first catalogue is half made: nothing half made is searched."""
    rows = faint(12)
    doctor = factories.principal(Role.PATHOLOGIST)

    def asked(parameters: dict[str, Any]) -> AnalysisRun:
        return runs.ask(
            kind=AnalysisKind.SEARCH,
            inputs=asking.asked(doctor, rows[0], "none"),
            parameters=parameters,
            by=doctor,
            at=database_now(),
        )

    run = asked(searches.parameters(k=20))
    folder = tmp_path / "var" / "profile-catalogue"
    with processes.services(fresh_database, tmp_path, LABSYS_LEASE_SECONDS="2") as services:
        services.start("relay")
        worker = services.start("worker")
        processes.wait_until(
            folder.is_dir, seconds=90, what="a catalogue is begun", services=services
        )
        services.kill(worker)
        empty_the_broker(services)
        for path in folder.iterdir():  # as if it had died in the middle of writing
            path.rename(path.with_name(f".draft-{path.name}"))
        nanite_profiles.withdraw(profile=rows[1], reason="x", by=doctor, at=database_now())
        newest = asked(searches.parameters(k=20))
        services.start("worker")
        end(services)

    found = [{hit["profile"] for hit in one.parts.get().outcome["hits"]} for one in (run, newest)]
    everybody = {str(one.uid) for one in rows[1:]}
    assert found == [everybody, everybody - {str(rows[1].uid)}]
    assert all(catalogues.State.named(path.name) for path in folder.glob("[0-9]*"))
    assert ledger.take().is_balanced


def end(services: processes.Services) -> None:
    processes.wait_until(
        lambda: not WorkItem.objects.exclude(state="DONE").exists(),
        seconds=90,
        what="the run ends",
        services=services,
    )


def log(folder: Path) -> str:
    written = folder / "worker.log"
    return written.read_text() if written.exists() else ""
