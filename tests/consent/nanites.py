"""Nanite results of people in a programme, by the laboratory's own way: typed, verified, released."""

from __future__ import annotations

from decimal import Decimal
from itertools import count
from typing import Any

from assays.actions import recordings, results
from assays.actions.recordings import Typed
from assays.models import Assay, Result, Specimen
from assays.rules.accession import make
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.quantities import Coded, Quantity
from patients.models import Person
from tests import laboratory
from tests.assays.evaluation.test_evaluation import work_off
from tests.factories import principal
from tests.signing import signing

_numbers = count(1)


def recorded(person: Person, value: int | str) -> Result:
    """Order, collect, receive and type one nanite load, or a type by its code."""
    is_load = isinstance(value, int)
    code = "NANITE-LOAD" if is_load else "NANITE-TYPE"
    lab = principal(Role.TECHNOLOGIST, Role.PATHOLOGIST)
    laboratory.load_catalogue()
    assay = Assay.objects.get(analyte__code=code)
    order = laboratory.order(code, by=lab, of=person, confirmed=[assay.pk])
    (specimen,) = laboratory.received(order, by=lab)
    at = database_now()
    said = Quantity(Decimal(value), "{nanites}/uL") if is_load else Coded(str(value), "")
    typed = Typed(assay.pk, said, field="value")
    (result,) = recordings.record_typed(
        specimen=specimen, values=[typed], observed_at=at, by=lab, at=at
    )
    return result


def released(person: Person, value: int | str) -> Result:
    """Record one nanite result, verify it and release it."""
    result = recorded(person, value)
    work_off()
    results.verify(result=result, by=principal(Role.TECHNOLOGIST), at=database_now())
    doctor = principal(Role.PATHOLOGIST)
    return results.release(result=result, signing=signing(doctor), by=doctor, at=database_now())


def like(pattern: Result, **changes: Any) -> Result:
    """Write a result like a recorded one, of a specimen of its own or the one it corrects.

    A laboratory works by the clock of the database; a test of many weeks has its own.
    """
    corrected = changes.get("corrects")
    values = {**_values(pattern), **changes}
    if corrected is None:
        tube = {**_values(pattern.specimen), "accession": make(2031, next(_numbers))}
        values["specimen"] = Specimen.objects.create(**tube)
    else:
        values["specimen"] = corrected.specimen
    made: Result = Result.objects.create(**values)
    return made


def _values(row: Any) -> dict[str, Any]:
    return {one.name: getattr(row, one.name) for one in row._meta.fields if one.name != "id"}
