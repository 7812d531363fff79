"""Evaluations: by the worker alone, against what was frozen, appended once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from assays.actions import recordings
from assays.actions.recordings import Typed
from assays.models import Evaluation, Result, ResultHold
from labsys.accounts.roles import Role
from labsys.audit.models import AuditEvent
from labsys.lib.clock import database_now
from labsys.lib.quantities import Comparator, Quantity
from labsys.work import periodic, queue, worker
from labsys.work.models import WorkItem, WorkState
from labsys.work.registry import Execution
from patients.models import Intervention
from tests import factories
from tests.assays import laboratory

pytestmark = pytest.mark.django_db
WORKER = Execution(worker="somewhere:1", task_id="task-1")


def typed(
    specimen, assay, value: str, *, by=None, comparator: str = "", unit: str = "g/dL"
) -> Result:
    """Record one typed value."""
    quantity = Quantity(Decimal(value), unit, Comparator(comparator))
    (result,) = recordings.record_typed(
        specimen=specimen,
        values=[
            Typed(assay_id=assay.pk, value=quantity, field="value_0", override="measured twice")
        ],
        observed_at=laboratory.moment(),
        by=by or factories.principal(Role.TECHNOLOGIST),
        at=database_now(),
    )
    return result


def work_off() -> int:
    """Do what is due, as a worker does."""
    periodic.load()
    return worker.drain(WORKER, seconds=60)


def evaluated(specimen, assay, value: str, **more) -> Evaluation:
    result = typed(specimen, assay, value, **more)
    work_off()
    return Evaluation.objects.get(result=result)


@pytest.fixture
def hgb():
    return laboratory.assays(
        HGB={
            "low": "12.0",
            "high": "15.5",
            "critical": (7, 20),
            "plausible": (1, 30),
            "delta_percent": 20,
            "delta_window_hours": 72,
        }
    )["HGB"]


@pytest.mark.parametrize(
    ("value", "comparator", "flags", "is_critical"),
    [
        ("13.2", "", ["N"], False),
        ("12.0", "", ["N"], False),
        ("15.5", "", ["N"], False),
        ("11.9", "", ["L"], False),
        ("15.6", "", ["H"], False),
        ("6.9", "", ["LL"], True),
        ("20.1", "", ["HH"], True),
        ("7.0", "", ["L"], False),
        ("7.0", "<", ["LL"], True),
        ("14", ">", ["indeterminate"], False),
    ],
)
def test_a_value_is_flagged_against_its_frozen_range(
    hgb, value, comparator, flags, is_critical
) -> None:
    found = evaluated(laboratory.specimen([hgb]), hgb, value, comparator=comparator)

    assert found.flags == flags
    assert found.is_critical is is_critical


def test_an_evaluation_says_by_which_method_worker_and_task_and_from_what(hgb) -> None:
    found = evaluated(laboratory.specimen([hgb]), hgb, "11.9")

    assert (found.method_version, found.worker, found.task_id) == (1, "somewhere:1", "task-1")
    assert found.recorded_by.name == "system:evaluate"
    assert found.inputs["value"] == "11.9 g/dL"
    assert found.inputs["previous"] is None
    compared = found.trace["flags"]["trace"]
    assert {"rule": "range", "verdict": "below"}.items() <= compared[2].items()
    assert compared[2]["row_id"] == str(found.result.reference_interval_id)


def test_nothing_is_evaluated_by_the_process_that_records(hgb) -> None:
    typed(laboratory.specimen([hgb]), hgb, "13")

    assert not Evaluation.objects.exists()
    assert WorkItem.objects.get().state == WorkState.PENDING


def test_no_range_is_never_normal() -> None:
    assay = laboratory.assays(HGB={"low": None, "high": None})["HGB"]

    assert evaluated(laboratory.specimen([assay]), assay, "13").flags == ["no_range"]


def test_a_later_change_of_the_range_changes_nothing_said_before(hgb) -> None:
    result = typed(laboratory.specimen([hgb]), hgb, "13")
    laboratory.new_range(hgb, low="14.0", high="16.0")

    work_off()

    assert Evaluation.objects.get(result=result).flags == ["N"]
    assert evaluated(laboratory.specimen([hgb]), hgb, "13").flags == ["L"]


def test_an_implausible_value_is_held(hgb) -> None:
    found = evaluated(laboratory.specimen([hgb]), hgb, "31")

    hold = ResultHold.objects.get(result=found.result)
    assert (hold.kind, hold.recorded_by.name) == ("IMPLAUSIBLE", "system:evaluate")
    assert "31 g/dL lies outside the unsigned plausibility limits 1 to 30" in hold.reason


def test_a_hold_says_its_values_in_the_unit_as_it_is_printed() -> None:
    wbc = laboratory.assays(
        WBC={"unit": "10*3/uL", "low": "4", "high": "11", "plausible": (1, 300)}
    )["WBC"]

    found = evaluated(laboratory.specimen([wbc]), wbc, "900", unit="10*3/uL")

    reason = ResultHold.objects.get(result=found.result, kind="IMPLAUSIBLE").reason
    assert reason.startswith("900 ×10³/µL lies outside")
    assert found.inputs["value"] == "900 10*3/uL"  # what is kept is the code


def test_a_change_beyond_its_limit_is_held_and_names_both_values(hgb) -> None:
    person = laboratory.person()
    evaluated(laboratory.specimen([hgb], of=person, collected_ago=timedelta(days=1)), hgb, "14.0")

    found = evaluated(laboratory.specimen([hgb], of=person), hgb, "11.0")

    assert found.delta_verdict == "EXCEEDED"
    hold = ResultHold.objects.get(result=found.result)
    assert hold.kind == "DELTA"
    assert "11.0 g/dL after 14.0 g/dL, 23.0 hours earlier" in hold.reason


def test_the_value_before_is_that_of_the_earlier_collection_not_of_the_earlier_arrival(hgb) -> None:
    person = laboratory.person()
    day_before = laboratory.specimen([hgb], of=person, collected_ago=timedelta(days=1))
    hour_before = laboratory.specimen([hgb], of=person, collected_ago=timedelta(hours=2))
    now = laboratory.specimen([hgb], of=person, collected_ago=timedelta(hours=1))
    evaluated(hour_before, hgb, "13.0")
    evaluated(day_before, hgb, "14.0")

    found = evaluated(now, hgb, "13.1")

    assert found.inputs["previous"]["value"] == "13.0 g/dL"
    assert found.delta_verdict == "WITHIN"


def test_a_rejected_value_and_another_person_are_no_value_before(hgb) -> None:
    person = laboratory.person()
    rejected = typed(
        laboratory.specimen([hgb], of=person, collected_ago=timedelta(days=1)), hgb, "10"
    )
    with laboratory.setting_up():
        Result.objects.filter(pk=rejected.pk).update(status="CANCELLED")
    typed(laboratory.specimen([hgb], collected_ago=timedelta(days=1)), hgb, "10")

    found = evaluated(laboratory.specimen([hgb], of=person), hgb, "14")

    assert found.inputs["previous"] is None
    assert found.delta_verdict == "NOT_ASSESSABLE"


def test_the_value_before_is_found_under_every_entry_of_a_person(hgb) -> None:
    duplicate, survivor = laboratory.person(), laboratory.person()
    evaluated(laboratory.specimen([hgb], of=duplicate, collected_ago=timedelta(days=1)), hgb, "14")
    with laboratory.setting_up() as stamp:
        duplicate.links_away.create(survivor=survivor, reason="one person", **stamp)

    found = evaluated(laboratory.specimen([hgb], of=survivor), hgb, "13.5")

    assert found.inputs["previous"]["value"] == "14 g/dL"


def test_a_parked_predecessor_holds_what_follows_it(hgb) -> None:
    specimen = laboratory.specimen([hgb])
    typed(specimen, hgb, "13")
    second = typed(specimen, hgb, "13.5")
    first_item, second_item = WorkItem.objects.order_by("pk")
    for _attempt in range(queue.MAX_ATTEMPTS):
        WorkItem.objects.filter(pk=first_item.pk).update(available_at=database_now())
        (claim,) = queue.claim(kinds=[("evaluate", 1)], worker="w")
        queue.fail(claim, "the analysis failed")

    work_off()

    second_item.refresh_from_db()
    assert second_item.state == WorkState.DONE
    assert ResultHold.objects.get(result=second).kind == "PREDECESSOR_PARKED"


def test_doing_it_again_changes_nothing(hgb) -> None:
    found = evaluated(laboratory.specimen([hgb]), hgb, "31")
    WorkItem.objects.update(state=WorkState.PENDING)

    assert work_off() == 1

    assert Evaluation.objects.get() == found
    assert ResultHold.objects.count() == 1


def test_every_evaluation_leaves_its_event(hgb) -> None:
    found = evaluated(laboratory.specimen([hgb]), hgb, "31")

    events = AuditEvent.objects.filter(action="assays.result.evaluate")
    assert {(event.model, event.actor) for event in events} == {
        ("assays.evaluation", found.recorded_by_id),
        ("assays.resulthold", found.recorded_by_id),
    }


@pytest.mark.parametrize("size", [1, 8])
def test_a_batch_costs_the_same_queries_whatever_its_size(
    hgb, size, django_assert_num_queries
) -> None:
    for _number in range(size):
        typed(laboratory.specimen([hgb]), hgb, "13.2")
    periodic.load()
    claims = queue.claim(kinds=[("evaluate", 1)], worker="w", limit=8)

    with django_assert_num_queries(15):
        assert worker.work_off(claims, WORKER) == size


def intervene(person, kind: str, *, ago: timedelta, ended_ago: timedelta | None = None, **more):
    with laboratory.setting_up() as stamp:
        return Intervention.objects.create(
            person=person,
            kind=kind,
            started_at=database_now() - ago,
            ended_at=None if ended_ago is None else database_now() - ended_ago,
            operator=factories.seed(),
            **more,
            **stamp,
        )


def test_a_change_across_a_recorded_intervention_is_explained_and_not_held(hgb) -> None:
    person = laboratory.person()
    evaluated(laboratory.specimen([hgb], of=person, collected_ago=timedelta(days=1)), hgb, "14.0")
    done = intervene(person, "FILTRATION", ago=timedelta(hours=12), detail="second cycle")

    found = evaluated(laboratory.specimen([hgb], of=person), hgb, "11.0")

    assert found.delta_verdict == "EXPLAINED"
    assert found.inputs["interventions"][0]["id"] == done.pk
    assert found.trace["delta"]["reasons"] == ["percent_exceeded", "intervention FILTRATION"]
    assert not ResultHold.objects.filter(result=found.result).exists()


@pytest.mark.parametrize(
    ("ago", "ended_ago", "verdict"),
    [
        (timedelta(hours=12), None, "NOT_ASSESSABLE"),
        (timedelta(days=3), timedelta(hours=12), "NOT_ASSESSABLE"),
        (timedelta(days=3), timedelta(days=2), "WITHIN"),
        (timedelta(days=3), None, "WITHIN"),
        (timedelta(minutes=5), None, "WITHIN"),
    ],
)
def test_an_intervention_counts_where_it_lies_between_the_collections(
    hgb, ago, ended_ago, verdict
) -> None:
    person = laboratory.person()
    evaluated(laboratory.specimen([hgb], of=person, collected_ago=timedelta(days=1)), hgb, "14.0")
    intervene(person, "OTHER", ago=ago, ended_ago=ended_ago)

    assert evaluated(laboratory.specimen([hgb], of=person), hgb, "14.1").delta_verdict == verdict


def test_an_intervention_that_was_taken_back_or_acts_elsewhere_changes_nothing(hgb) -> None:
    person = laboratory.person()
    evaluated(laboratory.specimen([hgb], of=person, collected_ago=timedelta(days=1)), hgb, "14.0")
    wrong = intervene(person, "OTHER", ago=timedelta(hours=12))
    intervene(person, "OTHER", ago=timedelta(hours=12), corrects=wrong, is_retraction=True)
    intervene(person, "KILL_CODE", ago=timedelta(hours=12))

    found = evaluated(laboratory.specimen([hgb], of=person), hgb, "14.1")

    assert found.delta_verdict == "WITHIN"
