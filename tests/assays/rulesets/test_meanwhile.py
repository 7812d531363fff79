"""What comes up between the evaluation of a value and its release wins."""

from __future__ import annotations

import pytest

from assays.actions import results, rulesets
from assays.models import (
    ControlHold,
    Evaluation,
    Result,
)
from assays.rules.states import ResultStatus
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import NotAllowed
from labsys.work import periodic, queue, worker
from labsys.work.models import WorkItem, WorkState
from tests import factories
from tests.assays import laboratory
from tests.assays.rulesets.judging import WORKER, Judged, work_off

pytestmark = pytest.mark.django_db


def evaluated(judged: Judged, value: str = "13.2") -> Result:
    """Send a value and evaluate it; its release waits on the queue."""
    result = judged.send(value)
    periodic.load()
    worker.work_off(queue.claim(kinds=[("evaluate", 1)], worker="w"), WORKER)
    assert Evaluation.objects.filter(result=result).exists()
    assert WorkItem.objects.get(kind="autoverify").state == WorkState.PENDING
    return result


def released(result: Result) -> bool:
    work_off()
    result.refresh_from_db()
    assert WorkItem.objects.get(kind="autoverify").state == WorkState.DONE
    return result.status == ResultStatus.RELEASED


def test_nothing_in_between_lets_it_go(judged: Judged) -> None:
    judged.live()

    assert released(evaluated(judged))


def test_a_hold_set_meanwhile_wins(judged: Judged) -> None:
    judged.live()
    result = evaluated(judged)
    results.hold(result=result, by=judged.technologist, at=database_now(), reason="clot seen")

    assert not released(result)


def test_a_suspension_meanwhile_wins(judged: Judged) -> None:
    made = judged.live()
    result = evaluated(judged)
    rulesets.suspend(rule_set=made, by=judged.technologist, at=database_now(), reason="odd values")

    assert not released(result)


def test_an_instrument_out_of_control_meanwhile_wins(judged: Judged) -> None:
    judged.live()
    result = evaluated(judged)
    with laboratory.setting_up() as stamp:
        ControlHold.objects.create(
            instrument=judged.sender.instrument,
            assay=judged.assays["HGB"],
            reason="1-3s",
            **stamp,
        )

    assert not released(result)


def test_an_order_put_on_hold_meanwhile_wins(judged: Judged) -> None:
    judged.live()
    result = evaluated(judged)
    with laboratory.setting_up():
        type(result.order_item).objects.filter(pk=result.order_item_id).update(status="HELD")

    assert not released(result)


def test_a_result_rejected_meanwhile_stays_rejected(judged: Judged) -> None:
    judged.live()
    result = evaluated(judged)
    results.reject(result=result, by=judged.technologist, at=database_now(), reason="wrong tube")

    assert not released(result)
    assert result.status == ResultStatus.CANCELLED


def test_a_verdict_that_turned_critical_meanwhile_wins(judged: Judged) -> None:
    judged.live()
    result = evaluated(judged)
    first = Evaluation.objects.get(result=result)
    with laboratory.setting_up() as stamp:
        Evaluation.objects.create(
            result=result,
            method_version=99,
            flags=["HH"],
            is_critical=True,
            delta_verdict=first.delta_verdict,
            inputs={},
            trace={},
            worker="w",
            task_id="t",
            **stamp,
        )

    assert not released(result)


@pytest.mark.parametrize("role", [Role.PATHOLOGIST, Role.TECHNOLOGIST, Role.ADMINISTRATOR])
def test_no_person_releases_in_the_name_of_the_rules(judged: Judged, role: Role) -> None:
    judged.live()
    result = evaluated(judged)

    with pytest.raises(NotAllowed):
        results.auto_release(
            result_ids=[result.pk], by=factories.principal(role), at=database_now()
        )
