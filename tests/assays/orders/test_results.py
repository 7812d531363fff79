"""What was ordered ends with its released result, and nothing that has a value disappears."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assays.actions import orders, recordings, result_checks, results, specimens
from assays.actions.recordings import Typed
from assays.models import Order, Result, ResultHold
from assays.queries.catalogue import current
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.quantities import Quantity
from labsys.work import periodic, worker
from labsys.work.registry import Execution
from tests import factories, laboratory
from tests.signing import signing, withdrawing

pytestmark = pytest.mark.django_db


@pytest.fixture
def doctor():
    laboratory.load_catalogue()
    return factories.principal(Role.PATHOLOGIST, Role.TECHNOLOGIST, name="doctor")


def measured(order: Order, code: str, value: str, *, by) -> Result:
    """Type a value of somebody else and have it analysed."""
    typist = factories.principal(Role.TECHNOLOGIST)
    specimen = order.specimens.first()
    if specimen.status == "EXPECTED":
        laboratory.received(order, by=by)
        specimen = order.specimens.first()
    assay = current().by_code[code][0]
    at = database_now()
    typed = Typed(assay.assay_id, Quantity(Decimal(value), assay.unit), field="value")
    (result,) = recordings.record_typed(
        specimen=specimen, values=[typed], observed_at=at, by=typist, at=at
    )
    periodic.load()
    worker.drain(Execution(worker="here:1", task_id="task-1"), seconds=60)
    return result


def released(result: Result, *, by) -> Result:
    results.verify(result=result, by=by, at=database_now())
    fresh = Result.objects.get(pk=result.pk)
    return results.release(result=fresh, signing=signing(by), by=by, at=database_now())


def state(order: Order) -> tuple[str, list[str]]:
    order = Order.objects.get(pk=order.pk)
    items = order.items.order_by("assay__analyte__code").values_list("status", flat=True)
    return order.status, list(items)


def test_an_order_is_completed_by_the_release_of_its_last_result(doctor) -> None:
    order = laboratory.order("TSH FT4", by=doctor)
    seen = []

    for code, value in (("TSH", "2.1"), ("FT4", "1.2")):
        released(measured(order, code, value, by=doctor), by=doctor)
        seen.append(state(order))

    assert seen == [
        ("ACTIVE", ["IN_PROCESS", "COMPLETED"]),
        ("COMPLETED", ["COMPLETED", "COMPLETED"]),
    ]


def test_a_released_result_entered_in_error_opens_the_order_again(doctor) -> None:
    order = laboratory.order("TSH", by=doctor)
    result = released(measured(order, "TSH", "2.1", by=doctor), by=doctor)

    results.mark_entered_in_error(
        result=Result.objects.get(pk=result.pk),
        signing=withdrawing(doctor),
        by=doctor,
        at=database_now(),
        reason="Wrong tube.",
    )

    assert state(order) == ("ACTIVE", ["IN_PROCESS"])


def test_what_has_a_value_waiting_is_not_cancelled_away(doctor) -> None:
    order = laboratory.order("TSH", by=doctor)
    measured(order, "TSH", "2.1", by=doctor)

    with pytest.raises(orders.ResultWaiting, match="A value waits for verification: TSH"):
        orders.cancel(order=order, by=doctor, at=database_now(), reason="Not needed.")

    assert state(order) == ("ACTIVE", ["IN_PROCESS"])


def test_values_on_a_refused_specimen_are_held_with_its_reason(doctor) -> None:
    order = laboratory.order("K", by=doctor)
    result = measured(order, "K", "5.9", by=doctor)

    specimens.reject(specimen=order.specimens.get(), by=doctor, at=database_now(), reason_code="RH")

    hold = ResultHold.objects.get(result=result)
    assert "hemolyzed" in hold.reason
    with pytest.raises(result_checks.ResultHeld):
        results.verify(result=Result.objects.get(pk=result.pk), by=doctor, at=database_now())
