"""Panels of a check through the laboratory: results typed, verified and released."""

from __future__ import annotations

from decimal import Decimal

from assays.actions import recordings, results
from assays.actions.recordings import Typed
from assays.models import Order, Result
from assays.queries import catalogue
from consent.models import CheckOrder
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.quantities import Quantity
from tests import laboratory
from tests.assays.evaluation.test_evaluation import work_off
from tests.factories import principal
from tests.signing import signing

# Values that nobody would call about.
COAG = {"PT": "12.5", "INR": "1.0", "APTT": "30", "FIB": "300"}


def recorded(order: Order, **values: str) -> dict[str, Result]:
    """Collect and receive an order, and type these values by the codes of their assays."""
    lab, held = principal(Role.TECHNOLOGIST, Role.PATHOLOGIST), catalogue.current()
    typed = {}
    for specimen in laboratory.received(order, by=lab):
        served = {one.item.assay_id for one in specimen.specimen_items.select_related("item")}
        wanted = {
            code: held.by_code[code][0]
            for code in values
            if held.by_code[code][0].assay_id in served
        }
        if not wanted:
            continue
        at = database_now()
        given = [
            Typed(one.assay_id, Quantity(Decimal(values[code]), one.unit), field=code)
            for code, one in wanted.items()
        ]
        made = recordings.record_typed(
            specimen=specimen, values=given, observed_at=at, by=lab, at=at
        )
        typed |= {one.analyte.code: one for one in made}
    work_off()
    return typed


def release(result: Result) -> Result:
    """Verify and release one result."""
    doctor = principal(Role.PATHOLOGIST)
    results.verify(result=result, by=principal(Role.TECHNOLOGIST), at=database_now())
    return results.release(result=result, signing=signing(doctor), by=doctor, at=database_now())


def released(made: CheckOrder, **values: str) -> dict[str, Result]:
    """Let everything that was ordered for a check be measured and released."""
    found = recorded(made.order, **(values or COAG))
    return {code: release(one) for code, one in found.items()}
