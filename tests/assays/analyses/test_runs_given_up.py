"""Parts that crash, hang or want too much are given up by name; their run ends, and all others are done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from assays.actions.analyses import runs
from assays.actions.analyses.runs import ANALYSE
from assays.models import AnalysisPart, AnalysisRun
from assays.queries.analyses import runs as queries
from assays.rules.analyses import kinetics
from assays.rules.analyses.runs import ATTEMPTS, AnalysisKind, RunStatus
from assays.tasks import analyses
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.wording import Refused
from labsys.work.confinement import Confinement
from labsys.work.models import WorkItem
from labsys.work.queue import MAX_ATTEMPTS
from tests import factories
from tests.assays.analyses.courses import course, courses
from tests.assays.evaluation.test_evaluation import WORKER, work_off

pytestmark = pytest.mark.django_db


@pytest.fixture
def apart(monkeypatch) -> Iterator[Confinement]:
    """Have everything computed by a process apart, in which parts may be hostile."""
    made = Confinement("tests.assays.analyses.hostile:do", megabytes=768, seconds=20)
    monkeypatch.setattr(analyses, "COMPUTER", made)
    yield made
    made.close()


def asked(*hostile: str) -> AnalysisRun:
    """Ask for a run of well-behaved parts with hostile ones among them."""
    given = courses(6)
    for place, what in enumerate(hostile):
        given.insert(2 * place + 1, course(100 + place, hostile=what))
    return runs.ask(
        kind=AnalysisKind.KINETICS,
        inputs=given,
        parameters=kinetics.parameters(),
        by=factories.principal(Role.PATHOLOGIST),
        at=database_now(),
    )


def done(run: AnalysisRun) -> AnalysisRun:
    """Work everything off, however often it is to be tried again."""
    for _attempt in range(MAX_ATTEMPTS + 1):
        work_off()
        WorkItem.objects.filter(state="PENDING").update(available_at=database_now())
    run.refresh_from_db()
    return run


def attempts(run: AnalysisRun) -> dict[int, int]:
    """Return how often the work on each part was begun."""
    of = dict(WorkItem.objects.filter(kind=ANALYSE).values_list("subject_id", "attempts"))
    return {part.position: of[part.pk] for part in run.parts.order_by("position")}


@pytest.mark.parametrize(
    ("what", "code", "said"),
    [
        ("crash", "CRASH", "crashed, 3 times"),
        ("leave", "CRASH", "crashed, 3 times"),
        ("raise", "FAULT", "fault of the program, 3 times"),
    ],
)
def test_a_part_that_breaks_is_given_up_after_three_attempts(apart, what, code, said) -> None:
    run = done(asked(what))

    bad = run.parts.get(refusal__isnull=False)
    assert (bad.position, bad.refusal["code"]) == (2, code)
    assert said in bad.refusal["sentence"]
    assert bad.given["hostile"] == what  # its input is kept
    assert run.status == RunStatus.DONE
    assert run.outcome["persons"] == 6
    found = queries.progress([run.pk])[run.pk]
    assert (found.done, found.refused, found.given_up, found.stuck) == (7, 0, 1, 0)
    assert attempts(run) == {1: 1, 2: ATTEMPTS, **dict.fromkeys(range(3, 8), 1)}
    assert not WorkItem.objects.exclude(state="DONE").exists()


def test_a_part_that_hangs_is_ended_at_its_limit(apart, monkeypatch) -> None:
    monkeypatch.setattr(apart, "_seconds", 0.5)
    slow = asked("hang")
    work_off()  # whatever is slow to start on a busy machine has started, or is tried again

    run = done(slow)

    bad = run.parts.get(position=2)
    assert bad.refusal["code"] == "TIME"
    assert "longer than a task may take, 3 times" in bad.refusal["sentence"]
    assert run.status in (RunStatus.DONE, RunStatus.FAILED)
    assert run.parts.filter(done_at=None).count() == 0


def test_a_part_that_wants_too_much_memory_is_refused_at_once(apart) -> None:
    run = done(asked("memory"))

    bad = run.parts.get(refusal__isnull=False)
    assert bad.refusal["code"] == "MEMORY"
    assert bad.refusal["sentence"] == "It needs more memory than a task may use."
    assert bad.refusal["given_up"]["error"] == "It wants more than 768 MiB of memory."
    assert (run.status, run.outcome["persons"]) == (RunStatus.DONE, 6)
    assert set(attempts(run).values()) == {1}


def test_everything_at_once_leaves_the_neighbours_done_once(apart) -> None:
    run = done(asked("crash", "memory", "raise"))

    codes = run.parts.filter(refusal__isnull=False).order_by("position")
    assert [part.refusal["code"] for part in codes] == ["CRASH", "MEMORY", "FAULT"]
    assert run.outcome["persons"] == 6
    assert sorted(attempts(run).values()) == [1] * 7 + [ATTEMPTS] * 2


def test_a_run_all_of_whose_parts_were_given_up_has_failed(apart) -> None:
    run = runs.ask(
        kind=AnalysisKind.KINETICS,
        inputs=[course(1, hostile="raise")],
        parameters=kinetics.parameters(),
        by=factories.principal(Role.PATHOLOGIST),
        at=database_now(),
    )

    assert done(run).status == RunStatus.FAILED


def test_an_outcome_that_cannot_be_stored_is_given_up_too(apart) -> None:
    """The database takes no such text: keeping it fails, whatever is computed."""
    run = done(asked("zero"))

    bad = run.parts.get(refusal__isnull=False)
    assert bad.refusal["code"] in ("FAULT", "WORKERS")
    assert (run.status, run.outcome["persons"]) == (RunStatus.DONE, 6)
    assert not WorkItem.objects.exclude(state="DONE").exists()


def test_a_part_whose_workers_died_is_given_up_by_who_takes_it_last() -> None:
    run = asked()
    first = run.parts.get(position=1)
    WorkItem.objects.filter(kind=ANALYSE, subject_id=first.pk).update(attempts=MAX_ATTEMPTS - 1)

    done(run)

    refusal = AnalysisPart.objects.get(pk=first.pk).refusal
    assert refusal["sentence"] == "The workers that took it died, 4 times."
    assert (run.status, run.outcome["persons"]) == (RunStatus.DONE, 5)


@pytest.mark.parametrize(
    ("error", "code"),
    [(Refused("TOO_FEW", "Two courses at least."), "TOO_FEW"), (ValueError("a fault"), "FAULT")],
)
def test_parts_that_cannot_be_put_together_fail_their_run_and_stay(
    monkeypatch, error, code
) -> None:
    def combine(_parameters: Any, _outcomes: Any) -> Any:
        raise error

    monkeypatch.setattr(kinetics, "combine", combine)

    run = done(asked())

    assert (run.status, run.outcome, run.refusal["code"]) == (RunStatus.FAILED, None, code)
    assert run.parts.filter(outcome__isnull=False).count() == 6
    assert not WorkItem.objects.exclude(state="DONE").exists()


def test_a_worker_looks_up_after_a_slice_of_time_and_gives_the_rest_back(monkeypatch) -> None:
    run = asked()
    monkeypatch.setattr(analyses, "SLICE_SECONDS", 0.0)

    work_off()

    run.refresh_from_db()
    assert run.status == RunStatus.DONE
    assert set(attempts(run).values()) == {1}  # what is given back was not begun
    moments = run.parts.values_list("done_at", flat=True)
    assert len(set(moments)) == 6  # each was kept by itself
    assert set(run.parts.values_list("task_id", flat=True)) == {WORKER.task_id}
