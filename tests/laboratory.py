"""Making what the laboratory's tests need: a catalogue, species, orders, specimens; by actions."""

from __future__ import annotations

from datetime import date
from typing import Any

from assays.actions import catalogue, orders, specimens, versions
from assays.models import Assay, AssayVersion, Order, Specimen
from assays.queries.catalogue import current
from assays.rules.catalogue_in_force import Catalogue
from assays.rules.identification import IdentifierKind
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from patients.models import Encounter, Person
from patients.rules.births import Birth, Precision
from tests.factories import seed
from tests.patients import people


def system(name: str) -> Principal:
    """Return one of the system's named principals, such as `sweep`."""
    return Principal.objects.system(name)


def load_catalogue() -> Catalogue:
    """Load what ships where it is not there yet, and return the catalogue in force."""
    if not AssayVersion.objects.exists():
        catalogue.load(by=seed(), at=database_now())
    return current()


def new_version(
    code: str, *, author: Principal, approver: Principal, **changes: Any
) -> AssayVersion:
    """Draft, approve and activate a changed version of the assay of an analyte."""
    assay = Assay.objects.get(analyte__code=code)
    version = catalogue.draft_assay_version(
        assay=assay, by=author, at=database_now(), note="Changed for a test.", **changes
    )
    versions.approve(version=version, by=approver, at=database_now())
    versions.activate(version=version, by=approver, at=database_now())
    return version


def person(*, family: str = "Quill", given: str = "Ada", born: date | None = None) -> Person:
    """Register somebody with a name and a birth date."""
    birth = Birth(born or date(1990, 5, 17), Precision.DAY)
    return people.person(family=family, given=given, sex="F", birth=birth)


def order(codes: str = "CBC", *, by: Principal, of: Person | None = None, **more: Any) -> Order:
    """Place an order for panels and single assays, by their codes."""
    held = current()
    wanted = codes.split()
    panels = [panel.panel_id for panel in held.panels.values() if panel.code in wanted]
    known = {panel.code for panel in held.panels.values()}
    singles = [held.by_code[code][0].assay_id for code in wanted if code not in known]
    return orders.place(
        person=of or person(),
        by=by,
        at=database_now(),
        panels=panels,
        assays=singles,
        **more,
    )


def collect(specimen: Specimen, *, by: Principal, **more: Any) -> Specimen:
    """Collect a specimen after checking the wristband and the birth date."""
    who = specimen.person
    at = database_now()
    given = {"collected_at": at, "identifiers": identifiers(who), **more}
    specimens.collect(specimens=[specimen], by=by, at=at, **given)
    return specimen


def identifiers(who: Person) -> dict[IdentifierKind, str]:
    """Return what somebody's wristband and own word say."""
    return {
        IdentifierKind.WRISTBAND: who.mrn,
        IdentifierKind.BIRTH_DATE: who.birth_date.isoformat(),
    }


def received(order: Order, *, by: Principal) -> list[Specimen]:
    """Collect and receive every specimen of an order."""
    found = list(order.specimens.select_related("person").order_by("id"))
    for specimen in found:
        collect(specimen, by=by)
        specimens.receive(specimen=specimen, by=by, at=database_now())
    return found


def stay(who: Person) -> Encounter:
    """Admit somebody to a ward."""
    return people.admitted(who)
