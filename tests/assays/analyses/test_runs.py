"""Runs of analyses: done part by part by workers, cancelled, repeated, and never done twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from assays.actions.analyses import runs
from assays.actions.analyses.runs import ANALYSE, CONCLUDE, RunMoved
from assays.models import AnalysisPart, AnalysisRun
from assays.queries.analyses import inputs
from assays.queries.analyses import runs as queries
from assays.rules import analyses
from assays.rules.analyses import kinetics
from assays.rules.analyses.runs import AnalysisKind, Phase, RunStatus, made_with, phase
from assays.tasks.analyses import Analyse
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.audit.models import AuditEvent
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, NotAllowed
from labsys.work import queue, registry, worker
from labsys.work.models import WorkItem
from patients.actions import links
from patients.models import Person
from tests import factories
from tests.assays import laboratory
from tests.assays.analyses import loads
from tests.assays.analyses.courses import courses
from tests.assays.analyses.loads import GROWING, measured
from tests.assays.evaluation.test_evaluation import WORKER, typed, work_off

pytestmark = pytest.mark.django_db


@pytest.fixture
def doctor() -> Principal:
    return factories.principal(Role.PATHOLOGIST)


@pytest.fixture
def assay() -> Any:
    return loads.assay()


def people(assay: Any, *courses: tuple[str, ...]) -> list[Person]:
    found = []
    for course in courses:
        one = laboratory.person()
        measured(one, course, assay)
        found.append(one)
    work_off()
    return found


def asked(by: Principal, **more: Any) -> AnalysisRun:
    return runs.ask(
        kind=AnalysisKind.KINETICS,
        inputs=more.pop("inputs", None) or inputs.loads(by),
        parameters=kinetics.parameters(),
        by=by,
        at=database_now(),
        **more,
    )


def test_each_person_is_a_part_and_the_last_part_ends_the_run(doctor, assay) -> None:
    growing, few = people(assay, GROWING, ("200", "210"))

    run = asked(doctor)
    waiting = queries.progress([run.pk])[run.pk]
    work_off()
    run.refresh_from_db()

    assert (waiting.total, waiting.done, waiting.percent) == (1, 0, 0)
    assert run.status == "DONE"
    (part,) = run.parts.all()
    assert part.person == growing
    assert few.analysis_parts.count() == 0  # two loads are no course
    found = part.outcome["segments"][-1]["doubling"]
    assert found["direction"] == "growth"
    assert found["days"]["low"] < 4 < found["days"]["high"]
    assert (run.outcome["persons"], run.outcome["growing"]) == (1, 1)
    assert (part.worker, part.task_id) == (WORKER.worker, WORKER.task_id)


def test_values_that_nobody_verified_are_in_no_analysis(doctor, assay) -> None:
    one = laboratory.person()
    measured(one, GROWING[:4], assay)
    measured(one, ["999999"], assay, status="RESULTED")

    (found,) = inputs.loads(doctor, [one.pk])

    assert [load["value"] for load in found.given["loads"]] == list(GROWING[:4])


def test_a_value_below_the_limit_is_censored_and_one_beyond_the_range_left_out(
    doctor, assay
) -> None:
    (one,) = people(assay, ("4000", "2100", "1000", "520", "240", "130", "<60", "<60", ">90000"))

    run = asked(doctor)
    work_off()

    outcome = run.parts.get().outcome
    assert outcome["below_limit"] == 2
    assert outcome["loads"] == 8
    assert len(outcome["left_out"]) == 1
    assert outcome["segments"][0]["doubling"]["direction"] == "decay"
    assert one.analysis_parts.get().run_id == run.pk


def test_what_was_done_to_a_person_is_part_of_the_input(doctor, assay) -> None:
    (one,) = people(assay, ("200", "300", "420", "610", "300", "160", "80", "40"))
    loads.intervened(one, ago=timedelta(days=7))

    run = asked(doctor)
    work_off()

    part = run.parts.get()
    assert [done["kind"] for done in part.given["interventions"]] == ["FILTRATION"]
    (change,) = part.outcome["change_points"]
    assert change["intervention"]["kind"] == "filtration"


def test_a_part_that_cannot_be_used_says_why_and_the_others_are_done(doctor, assay) -> None:
    people(assay, GROWING, (">90000", ">90000", ">90000"))

    run = asked(doctor)
    work_off()
    run.refresh_from_db()

    refused = run.parts.get(refusal__isnull=False)
    assert refused.refusal["code"] == "NO_LOADS"
    assert "None of the loads lies within the measuring range" in refused.refusal["sentence"]
    assert run.status == "DONE"
    assert run.outcome["persons"] == 1


def test_a_run_none_of_whose_parts_can_be_used_has_failed(doctor, assay) -> None:
    people(assay, (">90000", ">90000", ">90000"))

    run = asked(doctor)
    work_off()
    run.refresh_from_db()

    assert (run.status, run.outcome) == ("FAILED", None)
    assert run.parts.get().given["loads"]  # its input is kept


def test_a_cancelled_run_keeps_what_was_done_and_begins_nothing_more(doctor, assay) -> None:
    people(assay, GROWING, GROWING, GROWING)
    run = asked(doctor)
    first = run.parts.order_by("position")[0]
    claims = [one for one in _claims() if one.subject_id == first.pk]
    _do(claims)

    runs.cancel(run=run, by=doctor, at=database_now(), reason="being corrected")
    WorkItem.objects.filter(state="RUNNING").update(state="PENDING", lease_until=None)
    work_off()
    run.refresh_from_db()

    assert (run.status, run.ended_by) == ("CANCELLED", doctor)
    assert run.parts.filter(outcome__isnull=False).count() == 1
    assert not WorkItem.objects.filter(kind=ANALYSE).exclude(state="DONE").exists()


def test_what_a_worker_had_computed_when_the_run_was_cancelled_is_thrown_away(
    doctor, assay
) -> None:
    people(assay, GROWING)
    run = asked(doctor)
    claims = _claims()
    effects = Analyse().prepare(claims, WORKER)

    runs.cancel(run=run, by=doctor, at=database_now(), reason="being corrected")
    Analyse().apply(claims, effects, WORKER)

    assert run.parts.get().done_at is None


def test_a_part_is_kept_once_whoever_computes_it_again(doctor, assay) -> None:
    people(assay, GROWING, GROWING)
    run = asked(doctor)
    claims = _claims()[:1]
    effects = Analyse().prepare(claims, WORKER)
    Analyse().apply(claims, effects, WORKER)
    done_at = AnalysisPart.objects.get(pk=claims[0].subject_id).done_at

    Analyse().apply(claims, effects, WORKER)

    assert AnalysisPart.objects.get(pk=claims[0].subject_id).done_at == done_at
    assert queries.progress([run.pk])[run.pk].done == 1


def test_a_repetition_takes_the_same_inputs_and_gives_the_same_to_the_bit(doctor, assay) -> None:
    (one,) = people(assay, GROWING)
    run = asked(doctor)
    work_off()
    run.refresh_from_db()
    measured(one, ["5000"], assay)  # recorded since: not for the repetition

    again = runs.repeat(run=run, by=doctor, at=database_now())
    work_off()
    again.refresh_from_db()

    assert again.repeats == run
    assert again.outcome_digest == run.outcome_digest
    compared = queries.compared(again)
    assert compared is not None
    assert (compared.is_same, compared.different) == (True, ())


def test_a_repetition_by_another_method_says_what_is_different(doctor, assay, monkeypatch) -> None:
    people(assay, GROWING)
    run = asked(doctor)
    work_off()
    run.refresh_from_db()
    monkeypatch.setattr(kinetics, "METHOD", "kinetics/next")
    monkeypatch.setattr(kinetics, "POINTS", 11)

    again = runs.repeat(run=run, by=doctor, at=database_now())
    work_off()
    again.refresh_from_db()

    compared = queries.compared(again)
    assert compared is not None
    assert (compared.is_same, compared.different) == (False, ("method",))


def test_an_urgent_run_is_begun_before_routine_ones(doctor, assay) -> None:
    people(assay, GROWING)
    routine = asked(doctor)
    urgent = asked(doctor, is_urgent=True)

    (claim,) = queue.claim(kinds=[(ANALYSE, 1)], worker="w", limit=1)

    assert claim.subject_id == urgent.parts.get().pk
    assert routine.parts.get().done_at is None


def test_an_urgent_run_overtakes_a_routine_one_of_thousands_that_is_under_way(doctor) -> None:
    routine = asked(doctor, inputs=courses(1) * 2_000)
    worker.drain(WORKER, seconds=0, only=[(ANALYSE, 1)])
    urgent = asked(doctor, inputs=courses(20), is_urgent=True)

    while not AnalysisRun.objects.filter(pk=urgent.pk, status="DONE").exists():
        assert worker.drain(WORKER, seconds=0, only=[(ANALYSE, 1), (CONCLUDE, 1)])

    # A claim is of eight: those that were held when the urgent run was asked for, and no more.
    assert routine.parts.filter(done_at__isnull=False).count() <= 8 + 7
    assert queries.progress([routine.pk])[routine.pk].waiting >= 2_000 - 15


def test_results_are_evaluated_before_any_analysis(doctor) -> None:
    asked(doctor, inputs=courses(30), is_urgent=True)
    hgb = laboratory.assays(HGB={"low": 12, "high": 16})["HGB"]
    typed(laboratory.specimen([hgb]), hgb, "13.0")
    kinds = registry.kinds()

    (first, *_others) = queue.claim(kinds=kinds, worker="w", limit=1)

    assert first.kind == "evaluate"


@pytest.mark.parametrize(
    ("status", "done", "expected"),
    [
        ("QUEUED", 0, Phase.WAITING),
        ("RUNNING", 0, Phase.COMPUTING),
        ("RUNNING", 9, Phase.COMPUTING),
        ("RUNNING", 10, Phase.COMBINING),
        ("DONE", 10, Phase.ENDED),
        ("CANCELLED", 3, Phase.ENDED),
        ("FAILED", 10, Phase.ENDED),
    ],
)
def test_the_phase_of_a_run_follows_from_its_parts(status, done, expected) -> None:
    assert phase(RunStatus(status), done=done, total=10) is expected


def test_what_is_left_follows_the_clock_and_grows_while_nothing_is_done() -> None:
    start = database_now()
    ten = queries.Progress(total=40, done=10)

    assert ten.remaining(None, start) is None
    assert queries.Progress(total=40, done=2).remaining(start, start) is None
    assert ten.remaining(start, start + timedelta(seconds=20)) == timedelta(seconds=60)
    assert ten.remaining(start, start + timedelta(seconds=40)) == timedelta(seconds=120)
    assert queries.Progress(total=40, done=40).remaining(start, start) == timedelta()
    assert ten.remaining(start, start - timedelta(seconds=5)) == timedelta()  # a clock set back


def test_an_analysis_of_nothing_is_refused(doctor, assay) -> None:
    with pytest.raises(InvalidInput, match="There is nothing to analyse"):
        runs.ask(
            kind=AnalysisKind.KINETICS,
            inputs=[],
            parameters=kinetics.parameters(),
            by=doctor,
            at=database_now(),
        )


def test_who_may_not_is_refused(doctor, assay) -> None:
    people(assay, GROWING)
    run = asked(doctor)
    nurse = factories.principal(Role.NURSE)

    with pytest.raises(NotAllowed):
        asked(nurse, inputs=inputs.loads(doctor))
    with pytest.raises(NotAllowed):
        runs.cancel(run=run, by=nurse, at=database_now(), reason="no")


def test_a_run_that_ended_is_not_cancelled_and_an_open_one_not_repeated(doctor, assay) -> None:
    people(assay, GROWING)
    run = asked(doctor)

    with pytest.raises(RunMoved, match="has not ended"):
        runs.repeat(run=run, by=doctor, at=database_now())
    work_off()
    with pytest.raises(RunMoved, match="cannot be changed"):
        runs.cancel(run=run, by=doctor, at=database_now(), reason="late")
    with pytest.raises(InvalidInput, match="Say why"):
        runs.cancel(run=run, by=doctor, at=database_now(), reason=" ")


def test_the_worker_acts_for_whoever_asked(doctor, assay) -> None:
    people(assay, GROWING)
    asked(doctor)
    work_off()

    event = AuditEvent.objects.filter(action="assays.analysis.work").order_by("-id").first()
    assert event is not None
    assert event.on_behalf_of == doctor.pk


def test_parting_two_entries_names_the_analyses_that_read_them_as_one(doctor, assay) -> None:
    duplicate, survivor = people(assay, GROWING, GROWING)
    by = factories.principal(Role.INFECTION_CONTROL)
    link = links.link(
        by=by, at=database_now(), duplicate=duplicate, survivor=survivor, reason="same passport"
    )
    run = asked(doctor)

    made = links.unlink(by=by, at=database_now(), link=link, reason="two people")

    assert {one.model: one.ids for one in made.meanwhile}[AnalysisPart] == (run.parts.get().pk,)


def test_every_kind_has_a_method_with_a_version() -> None:
    assert all("/" in analyses.of(kind).METHOD for kind in AnalysisKind)


def test_a_run_names_the_code_and_every_library_that_its_kind_computes_with(monkeypatch) -> None:
    monkeypatch.setattr(kinetics, "MADE_WITH", ("numba",), raising=False)
    found = made_with(kinetics.METHOD, analyses.packages(AnalysisKind.KINETICS))

    assert {"method", "code", "python", "machine", "numpy", "scipy", "numba"} == set(found)
    assert len(found["code"]) == 16


def _claims() -> list[queue.Claim]:
    return queue.claim(kinds=[(ANALYSE, 1)], worker="w", limit=50)


def _do(claims: list[queue.Claim]) -> None:
    handler = Analyse()
    handler.apply(claims, handler.prepare(claims, WORKER), WORKER)
    queue.finish(claims)
