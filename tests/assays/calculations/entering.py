"""Values typed for an order, and what is calculated from them."""

from __future__ import annotations

from datetime import date

from assays.actions import recordings
from assays.actions.recordings import Typed
from assays.models import Result, Specimen
from assays.queries import catalogue
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.quantities import Absent, parse_quantity
from labsys.work import periodic, worker
from labsys.work.registry import Execution
from patients.models import Species
from tests import factories, laboratory
from tests.patients import people

WORKER = Execution(worker="somewhere:1", task_id="task-1")


def specimens_of(codes: str, *, of=None) -> list[Specimen]:
    doctor = factories.principal(Role.PATHOLOGIST)
    order = laboratory.order(codes, by=doctor, of=of or man())
    return laboratory.received(order, by=factories.principal(Role.TECHNOLOGIST))


def man(born: date = date(1980, 1, 2), species: str = "human"):
    return people.person(
        family="Quill",
        given="Ada",
        sex="M",
        birth=laboratory.Birth(born, laboratory.Precision.DAY),
        species=Species.objects.get_or_create(code=species, defaults={"name": species})[0],
    )


def enter(specimen: Specimen, by, **values: str) -> list[Result]:
    """Type values by analyte code; blank is absent."""
    held = catalogue.current()
    typed = []
    for code, text in values.items():
        (assay,) = held.by_code[code]
        value = parse_quantity(text, unit=assay.unit) if text else Absent("clotted")
        typed.append(Typed(assay_id=assay.assay_id, value=value, field=code, text=text))
    return recordings.record_typed(
        specimen=specimen, values=typed, observed_at=database_now(), by=by, at=database_now()
    )


def found(specimen: Specimen, code: str) -> Result:
    return Result.objects.exclude(status__in=["SUPERSEDED", "CANCELLED"]).get(
        specimen=specimen, analyte__code=code
    )


def work_off() -> None:
    periodic.load()
    worker.drain(WORKER)
