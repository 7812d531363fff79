"""Making what the laboratory's tests need: a catalogue, species, orders, specimens; by actions."""

from __future__ import annotations

from typing import Any

from assays.actions import catalogue, versions
from assays.models import Assay, AssayVersion
from assays.queries.catalogue import Catalogue, current
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib.clock import database_now
from patients.models import Species
from tests.factories import seed


def system(name: str) -> Principal:
    """Return one of the system's named principals, such as `sweep`."""
    return Principal.objects.system(name)


def load_catalogue() -> Catalogue:
    """Load what ships, and return the catalogue in force."""
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


def species(code: str) -> Species:
    """Make a species the hospital looks after."""
    with acting(by=seed(), at=database_now(), action="patients.species.add"):
        return Species.objects.get_or_create(code=code, defaults={"name": code.title()})[0]
