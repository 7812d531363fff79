"""Kinetics run by themselves: once after a release or an intervention, and not without need."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.db import transaction

from assays.actions import results
from assays.actions.analyses import runs as actions
from assays.actions.analyses.kinetics import FOLLOW
from assays.actions.analyses.runs import PRIORITIES
from assays.models import AnalysisRun, Assay, Result
from assays.queries.analyses import inputs, kinetics
from assays.rules.analyses import kinetics as rules
from assays.rules.analyses.runs import AnalysisKind
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.work.models import WorkItem
from patients.actions import interventions
from patients.models import Intervention, Person
from tests import factories
from tests.assays import laboratory
from tests.assays.analyses import loads
from tests.assays.analyses.loads import GROWING, measured
from tests.assays.evaluation.test_evaluation import work_off
from tests.signing import signing

pytestmark = pytest.mark.django_db


@pytest.fixture
def assay() -> Assay:
    return loads.assay()


@pytest.fixture
def doctor() -> Principal:
    return factories.principal(Role.PATHOLOGIST)


def verified(assay: Assay, values: Sequence[str] = GROWING) -> tuple[Person, list[Result]]:
    """Somebody with loads that were verified and not released; all other work is done."""
    person = laboratory.person()
    made = measured(person, values, assay)
    work_off()
    return person, [Result.objects.get(pk=one.pk) for one in made]


def release(result: Result, by: Principal) -> None:
    results.release(result=result, signing=signing(by), by=by, at=database_now())


def filtered(person: Person, by: Principal) -> Intervention:
    at = database_now()
    return interventions.record(
        by=by,
        at=at,
        person=person,
        kind="FILTRATION",
        detail="pore 8 um",
        started_at=at - timedelta(hours=5),
        operator=by,
    )


def waiting() -> int:
    return WorkItem.objects.filter(kind=FOLLOW).exclude(state="DONE").count()


def runs() -> list[AnalysisRun]:
    return list(AnalysisRun.objects.filter(kind="KINETICS").order_by("id"))


def test_a_released_load_has_the_kinetics_computed_once(assay: Assay, doctor: Principal) -> None:
    person, made = verified(assay)
    assert not runs()

    for result in made[:3]:
        release(result, doctor)
    work_off()

    (run,) = runs()
    assert run.status == "DONE"
    assert run.priority == PRIORITIES["ROUTINE"] > PRIORITIES["STAT"]
    assert run.asked_by.name == "system:sweep"
    assert waiting() == 0
    newest = kinetics.newest(doctor, [person.pk])
    assert newest.part is not None
    assert not newest.is_stale


def test_what_is_not_released_or_no_load_asks_for_nothing(assay: Assay) -> None:
    verified(assay)

    assert waiting() == 0
    assert not WorkItem.objects.filter(kind=FOLLOW).exists()
    assert not runs()


def test_with_too_few_loads_nothing_is_asked_for(assay: Assay, doctor: Principal) -> None:
    _person, made = verified(assay, ("200", "300"))

    release(made[0], doctor)
    work_off()

    assert not runs()
    assert waiting() == 0


def test_what_was_done_to_somebody_is_computed_too_and_set_right_again(
    assay: Assay, doctor: Principal
) -> None:
    person, made = verified(assay)
    release(made[0], doctor)
    work_off()

    done = filtered(person, doctor)
    work_off()
    interventions.retract(by=doctor, at=database_now(), intervention=done, reason="another one")
    work_off()

    first, second = runs()
    assert not first.parts.get().given["interventions"]
    assert second.parts.get().given["interventions"][0]["kind"] == "FILTRATION"
    # Taken back, the inputs are those of the first run again: nothing is computed a second time.
    assert waiting() == 0


def test_nothing_is_queued_where_the_release_is_rolled_back(
    assay: Assay, doctor: Principal
) -> None:
    person, made = verified(assay)
    with pytest.raises(RuntimeError), transaction.atomic():
        release(made[0], doctor)
        filtered(person, doctor)
        assert waiting() == 2
        raise RuntimeError

    work_off()

    assert not WorkItem.objects.filter(kind=FOLLOW).exists()
    assert not runs()


def test_while_a_run_of_the_person_is_open_no_other_is_asked_for(
    assay: Assay, doctor: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, _made = verified(assay)
    monkeypatch.setattr(actions.queue, "enqueue", lambda **_more: [])
    open_ = actions.ask(
        kind=AnalysisKind.KINETICS,
        inputs=inputs.loads(doctor, [person.pk]),
        parameters=rules.parameters(),
        by=doctor,
        at=database_now(),
    )
    monkeypatch.undo()
    filtered(person, doctor)

    work_off()

    assert runs() == [open_]
    assert waiting() == 1
    actions.cancel(run=open_, by=doctor, at=database_now(), reason="tested")
    with transaction.atomic():
        WorkItem.objects.filter(kind=FOLLOW).update(available_at=database_now())
    work_off()
    assert len(runs()) == 2
    assert waiting() == 0
